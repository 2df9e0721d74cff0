#include "dsl/model.hpp"

#include <algorithm>
#include <span>

#include "base/decimal.hpp"
#include "base/text.hpp"

namespace writ::dsl {

namespace {

/// Durations are read as whole seconds or as text with units; a rest below a second needs the text.
void append_duration_json(std::string& out, std::int64_t micros) {
  if (micros % base::kMicrosPerSecond == 0) {
    base::append_integer(out, micros / base::kMicrosPerSecond);
    return;
  }
  const bool negative = micros < 0;
  // Negated as unsigned, since the least value has no positive counterpart.
  const std::uint64_t size =
      negative ? 0 - static_cast<std::uint64_t>(micros) : static_cast<std::uint64_t>(micros);
  const auto second = static_cast<std::uint64_t>(base::kMicrosPerSecond);
  std::string fraction = std::to_string(size % second);
  fraction.insert(0, 6 - fraction.size(), '0');
  fraction.erase(fraction.find_last_not_of('0') + 1);
  out += negative ? "\"-PT" : "\"PT";
  out += std::to_string(size / second) + "." + fraction + "S\"";
}

void append_network(std::string& out, const base::IpNetwork& network, bool with_prefix) {
  out += '"';
  std::string address;
  base::append_ip(address, network.address);
  out += address;
  if (with_prefix && network.prefix != 128) {
    const bool v4 = address.find(':') == std::string::npos;
    out += "/" + std::to_string(v4 && network.prefix >= 96 ? network.prefix - 96 : network.prefix);
  }
  out += '"';
}

void append_quorum(std::string& out, const Enum& members, const base::Clauses& clauses) {
  out += clauses.empty() ? R"({"auto":true,"clauses":[)" : R"({"auto":false,"clauses":[)";
  for (std::size_t i = 0; i < clauses.size(); ++i) {
    if (i != 0) out += ',';
    out += "{\"need\":" + std::to_string(clauses[i].need) + ",\"of\":[";
    std::vector<std::string_view> names;
    for (std::size_t m = 0; m < members.members.size() && m < 16; ++m)
      if ((clauses[i].members >> m & 1u) != 0) names.push_back(members.members[m].json.front());
    std::sort(names.begin(), names.end());
    for (std::size_t n = 0; n < names.size(); ++n) {
      if (n != 0) out += ',';
      base::append_json_string(out, names[n]);
    }
    out += "]}";
  }
  out += "]}";
}

struct JsonWriter {
  const Types& types;
  std::string out;

  void write(TypeId id, const Value& value) {
    const Type& type = types[id];
    if (value.absent()) {
      out += "null";
      return;
    }
    switch (type.kind) {
      case TypeKind::boolean: out += value.integer() != 0 ? "true" : "false"; break;
      case TypeKind::integer: base::append_integer(out, value.integer()); break;
      case TypeKind::decimal: base::append_decimal(out, value.integer()); break;
      case TypeKind::string: base::append_json_string(out, value.string()); break;
      case TypeKind::duration: append_duration_json(out, value.integer()); break;
      case TypeKind::time:
        out += '"';
        base::append_instant(out, value.integer());
        out += '"';
        break;
      case TypeKind::ip:
      case TypeKind::network:
        append_network(out, std::get<base::IpNetwork>(value.v), type.kind == TypeKind::network);
        break;
      case TypeKind::enumeration: {
        const auto member = static_cast<std::size_t>(value.integer());
        base::append_json_string(out, types.enums[type.decl].members[member].json.front());
        break;
      }
      case TypeKind::record: write_record(type, std::get<Fields>(value.v)); break;
      case TypeKind::list:
      case TypeKind::set:
      case TypeKind::votes: write_items(type.element, std::get<Collection>(value.v)); break;
      case TypeKind::map: write_map(type, std::get<Entries>(value.v)); break;
      case TypeKind::quorum:
        append_quorum(out, types.enums[type.decl], std::get<Quorum>(value.v).clauses);
        break;
      case TypeKind::verdict:
      case TypeKind::error: out += "null"; break;
    }
  }

  void write_items(TypeId element, const Collection& items) {
    out += '[';
    for (std::size_t i = 0; i < items.items.size(); ++i) {
      if (i != 0) out += ',';
      write(element, items.items[i]);
    }
    out += ']';
  }

  void write_record(const Type& type, const Fields& fields) {
    const Record& record = types.records[type.decl];
    out += '{';
    bool first = true;
    for (std::size_t i = 0; i < fields.values.size(); ++i) {
      if (fields.values[i].absent()) continue;
      if (!first) out += ',';
      first = false;
      base::append_json_string(out, record.fields[i].json.front());
      out += ':';
      write(record.fields[i].type, fields.values[i]);
    }
    out += '}';
  }

  void write_map(const Type& type, const Entries& entries) {
    out += '{';
    for (std::size_t i = 0; i < entries.items.size(); ++i) {
      if (i != 0) out += ',';
      write(type.key, entries.items[i].first);
      out += ':';
      write(type.element, entries.items[i].second);
    }
    out += '}';
  }
};

/// By full name, or by the bare one where a single package declares it.
template <class Declared>
std::uint32_t find_declared(const std::vector<Declared>& all, std::string_view name) {
  std::uint32_t found = kNoIndex;
  bool several = false;
  for (std::uint32_t i = 0; i < all.size(); ++i) {
    if (all[i].full_name() == name) return i;
    if (all[i].name != name) continue;
    several = several || found != kNoIndex;
    found = i;
  }
  return several ? kNoIndex : found;
}

}  // namespace

std::uint32_t Model::find_decision(std::string_view name) const {
  return find_declared(decisions, name);
}

std::uint32_t Model::find_data(std::string_view name) const {
  return find_declared(data, name);
}

std::string Model::name_seen_from(Span at, const std::string& package,
                                  std::string_view name) const {
  std::string prefix = package;
  if (at.file < files.size()) {
    if (files[at.file].package == package) return std::string(name);
    const auto import = files[at.file].imports.find(package);
    if (import != files[at.file].imports.end()) prefix = import->second;
  }
  return prefix + "." + std::string(name);
}

std::string value_to_json(const Types& types, TypeId type, const Value& value) {
  JsonWriter writer{types, {}};
  writer.write(type, value);
  return std::move(writer.out);
}

}  // namespace writ::dsl
