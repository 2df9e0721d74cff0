#include "tools/random/json_value.hpp"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "base/calendar.hpp"
#include "base/decimal.hpp"
#include "base/text.hpp"

namespace writ::tools {
namespace {

using dsl::TypeKind;
using dsl::Value;
using Json = nlohmann::ordered_json;

bool names(const std::vector<std::string>& aliases, const std::string& name) {
  return std::find(aliases.begin(), aliases.end(), name) != aliases.end();
}

/// Reads well-formed JSON into typed values.
class Reader {
 public:
  explicit Reader(const dsl::Types& types) : types_(types) {}

  std::optional<Value> read(dsl::TypeId id, const Json& json) const {
    const dsl::Type& type = types_[id];
    if (json.is_null()) return type.optional ? std::optional<Value>(Value{}) : std::nullopt;
    switch (type.kind) {
      case TypeKind::boolean:
        if (!json.is_boolean()) return std::nullopt;
        return number(json.get<bool>() ? 1 : 0);
      case TypeKind::integer:
        return json.is_number_integer() ? number(base::parse_integer(json.dump())) : std::nullopt;
      case TypeKind::decimal: return decimal(json);
      case TypeKind::duration: return duration(json);
      case TypeKind::list:
      case TypeKind::set: return collection(type, json);
      case TypeKind::map: return map(type, json);
      case TypeKind::record: return record(type, json);
      default: return json.is_string() ? text(type, json.get<std::string>()) : std::nullopt;
    }
  }

 private:
  static std::optional<Value> number(std::optional<std::int64_t> value) {
    if (!value) return std::nullopt;
    return Value{*value};
  }

  static std::optional<Value> decimal(const Json& json) {
    if (!json.is_number()) return std::nullopt;
    const double scaled = json.get<double>() * static_cast<double>(base::kDecimalOne);
    if (!(std::abs(scaled) < 9e18)) return std::nullopt;
    return number(std::llround(scaled));
  }

  static std::optional<Value> duration(const Json& json) {
    if (json.is_string()) return number(base::parse_duration(json.get<std::string>()));
    if (!json.is_number_integer()) return std::nullopt;
    const auto seconds = base::parse_integer(json.dump());
    if (!seconds) return std::nullopt;
    return number(base::saturating_mul(*seconds, base::kMicrosPerSecond));
  }

  std::optional<Value> text(const dsl::Type& type, std::string text) const {
    switch (type.kind) {
      case TypeKind::string: return Value{std::move(text)};
      case TypeKind::time: return number(base::parse_instant(text));
      case TypeKind::ip: {
        const auto address = base::parse_ip(text);
        if (!address) return std::nullopt;
        return Value{base::IpNetwork{*address, 128}};
      }
      case TypeKind::enumeration: return member(types_.enums[type.decl], text);
      default: return std::nullopt;
    }
  }

  static std::optional<Value> member(const dsl::Enum& declared, const std::string& name) {
    const auto& members = declared.members;
    auto found = std::find_if(members.begin(), members.end(),
                              [&](const dsl::EnumMember& m) { return names(m.json, name); });
    if (found == members.end()) {
      if (!declared.else_unknown) return std::nullopt;
      --found;
    }
    return number(found - members.begin());
  }

  std::optional<Value> collection(const dsl::Type& type, const Json& json) const {
    if (!json.is_array()) return std::nullopt;
    dsl::Collection items;
    for (const Json& item : json) {
      auto value = read(type.element, item);
      if (!value) return std::nullopt;
      items.items.push_back(std::move(*value));
    }
    return Value{std::move(items)};
  }

  std::optional<Value> map(const dsl::Type& type, const Json& json) const {
    if (!json.is_object()) return std::nullopt;
    dsl::Entries entries;
    for (const auto& [name, item] : json.items()) {
      auto key = text(types_[type.key], name);
      auto value = read(type.element, item);
      if (!key || !value) return std::nullopt;
      entries.items.emplace_back(std::move(*key), std::move(*value));
    }
    return Value{std::move(entries)};
  }

  std::optional<Value> record(const dsl::Type& type, const Json& json) const {
    if (!json.is_object()) return std::nullopt;
    dsl::Fields fields;
    for (const dsl::Field& field : types_.records[type.decl].fields) {
      auto value = member_of(json, field.json, field.type);
      if (!value) return std::nullopt;
      fields.values.push_back(std::move(*value));
    }
    return Value{std::move(fields)};
  }

 public:
  /// The member of an object that has one of `aliases`.
  std::optional<Value> member_of(const Json& json, const std::vector<std::string>& aliases,
                                 dsl::TypeId type) const {
    for (const auto& [name, item] : json.items())
      if (names(aliases, name)) return read(type, item);
    return types_[type].optional ? std::optional<Value>(Value{}) : std::nullopt;
  }

 private:
  const dsl::Types& types_;
};

}  // namespace

std::optional<InputValues> read_inputs(const dsl::Model& model, std::uint32_t decision,
                                       const std::string& json) {
  const Json document = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!document.is_object()) return std::nullopt;
  const Reader reader(model.types);
  InputValues values;
  for (const dsl::Input& input : model.decisions[decision].inputs) {
    auto value = reader.member_of(document, input.json, input.type);
    if (!value) return std::nullopt;
    values.push_back(std::move(*value));
  }
  return values;
}

std::optional<Value> read_value(const dsl::Types& types, dsl::TypeId type,
                                const std::string& json) {
  const Json document = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (document.is_discarded()) return std::nullopt;
  return Reader(types).read(type, document);
}

std::string write_inputs(const dsl::Model& model, std::uint32_t decision,
                         const InputValues& inputs) {
  std::string out = "{";
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i].absent()) continue;
    const dsl::Input& input = model.decisions[decision].inputs[i];
    if (out.size() > 1) out += ',';
    base::append_json_string(out, input.json.front());
    out += ':' + dsl::value_to_json(model.types, input.type, inputs[i]);
  }
  return out + '}';
}

}  // namespace writ::tools
