#include "engine/layout.hpp"

#include <algorithm>
#include <utility>

namespace writ::engine {
namespace {

std::uint32_t size_of(const auto& container) {
  return static_cast<std::uint32_t>(container.size());
}

Kind kind_of(dsl::TypeKind kind) {
  switch (kind) {
    case dsl::TypeKind::boolean: return Kind::boolean;
    case dsl::TypeKind::integer: return Kind::integer;
    case dsl::TypeKind::decimal: return Kind::decimal;
    case dsl::TypeKind::string: return Kind::string;
    case dsl::TypeKind::duration: return Kind::duration;
    case dsl::TypeKind::time: return Kind::time;
    case dsl::TypeKind::ip: return Kind::ip;
    case dsl::TypeKind::network: return Kind::network;
    case dsl::TypeKind::enumeration: return Kind::enumeration;
    case dsl::TypeKind::record: return Kind::record;
    case dsl::TypeKind::list: return Kind::list;
    case dsl::TypeKind::set: return Kind::set;
    case dsl::TypeKind::map: return Kind::map;
    case dsl::TypeKind::quorum: return Kind::quorum;
    case dsl::TypeKind::votes: return Kind::votes;
    case dsl::TypeKind::verdict: return Kind::verdict;
    case dsl::TypeKind::error: break;  // not in a checked model
  }
  return Kind::boolean;
}

/// Where each member stands in written order.
std::vector<std::uint8_t> ranks(const dsl::Enum& from) {
  std::vector<std::size_t> order(from.members.size());
  for (std::size_t i = 0; i < order.size(); ++i)
    order[i] = i;
  if (!from.ordered) {
    std::sort(order.begin(), order.end(), [&from](std::size_t a, std::size_t b) {
      return from.members[a].json.front() < from.members[b].json.front();
    });
  }
  std::vector<std::uint8_t> rank(order.size());
  for (std::size_t i = 0; i < order.size(); ++i)
    rank[order[i]] = static_cast<std::uint8_t>(i);
  return rank;
}

void append_key(std::string& key, std::uint64_t part) {
  key += std::to_string(part);
  key += ',';
}

Constant make(ConstantKind kind, std::int64_t i = 0, Text text = {}, std::uint32_t count = 0) {
  Constant constant;
  constant.kind = kind;
  constant.i = i;
  constant.text = text;
  constant.count = count;
  return constant;
}

}  // namespace

Layout::Layout(const dsl::Model& model, Program& program) : model_(model), program_(program) {}

Text Layout::text(std::string_view value) {
  auto [place, added] = texts_.try_emplace(std::string(value));
  if (added) {
    place->second = {size_of(program_.bytes), size_of(value)};
    program_.bytes += value;
  }
  return place->second;
}

Run Layout::names(const std::vector<std::string>& values) {
  std::string key;
  for (const std::string& value : values) {
    append_key(key, value.size());
    key += value;
  }
  auto [place, added] = names_.try_emplace(std::move(key));
  if (added) {
    place->second = {size_of(program_.names), size_of(values)};
    for (const std::string& value : values)
      program_.names.push_back(text(value));
  }
  return place->second;
}

std::uint32_t Layout::pattern(const std::string& re2) {
  auto [place, added] = patterns_.try_emplace(re2, size_of(program_.patterns));
  if (added) program_.patterns.push_back(text(re2));
  return place->second;
}

Run Layout::members(const dsl::Enum& from) {
  const std::vector<std::uint8_t> rank = ranks(from);
  std::vector<MemberDesc> rows;
  for (std::size_t i = 0; i < from.members.size(); ++i)
    rows.push_back({text(from.members[i].name), names(from.members[i].json), rank[i],
                    text(from.members[i].doc)});
  const Run run{size_of(program_.members), size_of(rows)};
  program_.members.insert(program_.members.end(), rows.begin(), rows.end());
  return run;
}

std::uint32_t Layout::enumeration(dsl::EnumId id) {
  if (enums_.size() <= id) enums_.resize(model_.types.enums.size(), kNone);
  if (enums_[id] != kNone) return enums_[id];
  const dsl::Enum& from = model_.types.enums[id];
  EnumDesc desc;
  desc.name = text(from.name);
  desc.ordered = from.ordered;
  desc.else_unknown = from.else_unknown;
  desc.members = members(from);
  desc.doc = text(from.doc);
  program_.enums.push_back(desc);
  return enums_[id] = size_of(program_.enums) - 1;
}

std::uint32_t Layout::record(dsl::RecordId id) {
  if (records_.size() <= id) records_.resize(model_.types.records.size(), kNone);
  if (records_[id] != kNone) return records_[id];
  const dsl::Record& from = model_.types.records[id];
  RecordDesc desc;
  desc.name = text(from.name);
  desc.open = from.open;
  desc.doc = text(from.doc);
  // The fields' own types first, since they append fields too. Records are not recursive.
  std::vector<FieldDesc> rows;
  for (const dsl::Field& field : from.fields) {
    const std::uint32_t type_row = type(field.type);
    rows.push_back({text(field.name), names(field.json), type_row, desc.cells, text(field.doc)});
    desc.cells += cells(field.type);
  }
  desc.fields = {size_of(program_.fields), size_of(rows)};
  program_.fields.insert(program_.fields.end(), rows.begin(), rows.end());
  program_.records.push_back(desc);
  return records_[id] = size_of(program_.records) - 1;
}

std::uint32_t Layout::type(dsl::TypeId id) {
  if (types_.size() <= id) types_.resize(model_.types.size(), kNone);
  if (types_[id] != kNone) return types_[id];
  const dsl::Type from = model_.types[id];
  TypeDesc desc;
  desc.kind = kind_of(from.kind);
  desc.optional = from.optional;
  desc.has_range = from.has_range;
  desc.low = from.low;
  desc.high = from.high;
  desc.min_size = from.min_size;
  desc.max_size = from.max_size;
  if (from.pattern != dsl::kNoPattern) desc.pattern = pattern(model_.types.patterns[from.pattern]);
  if (from.decl != dsl::kNoDecl)
    desc.decl = from.kind == dsl::TypeKind::record ? record(from.decl) : enumeration(from.decl);
  if (from.key != 0) desc.key = type(from.key);
  if (from.element != 0) {
    desc.element = type(from.element);
    desc.stride = stride(from.element);
  }
  program_.types.push_back(desc);
  return types_[id] = size_of(program_.types) - 1;
}

std::uint32_t Layout::record_cells(dsl::RecordId id) {
  return program_.records[record(id)].cells;
}

std::uint32_t Layout::cells(dsl::TypeId id) {
  const dsl::Type& from = model_.types[id];
  return from.kind == dsl::TypeKind::record ? 1 + record_cells(from.decl) : 1;
}

std::uint32_t Layout::stride(dsl::TypeId element) {
  const dsl::Type& from = model_.types[element];
  return from.kind == dsl::TypeKind::record ? record_cells(from.decl) : 1;
}

std::uint32_t Layout::field_offset(dsl::RecordId id, std::uint32_t field) {
  return program_.fields[program_.records[record(id)].fields.first + field].offset;
}

std::uint32_t Layout::intern(Constant constant, const std::vector<std::uint32_t>& rows,
                             const base::Clauses& clauses) {
  std::string key;
  append_key(key, static_cast<std::uint64_t>(constant.kind));
  append_key(key, static_cast<std::uint64_t>(constant.i));
  append_key(key, constant.text.offset);
  append_key(key, constant.text.size);
  append_key(key, constant.count);
  for (const std::uint32_t row : rows)
    append_key(key, row);
  for (const base::Clause& clause : clauses)
    append_key(key, clause.need * std::uint64_t{65536} + clause.members);
  auto [place, added] = constants_.try_emplace(std::move(key), size_of(program_.constants));
  if (!added) return place->second;
  if (constant.kind == ConstantKind::quorum) {
    constant.run = {size_of(program_.clauses), size_of(clauses)};
    program_.clauses.insert(program_.clauses.end(), clauses.begin(), clauses.end());
  } else {
    constant.run = {size_of(program_.constant_cells), size_of(rows)};
    program_.constant_cells.insert(program_.constant_cells.end(), rows.begin(), rows.end());
  }
  program_.constants.push_back(constant);
  return place->second;
}

std::uint32_t Layout::constant_absent() {
  return intern({});
}

std::uint32_t Layout::constant_integer(std::int64_t value) {
  return intern(make(ConstantKind::integer, value));
}

std::uint32_t Layout::constant_string(std::string_view value) {
  return intern(make(ConstantKind::string, 0, text(value)));
}

void Layout::append_fields(std::vector<std::uint32_t>& rows, dsl::RecordId id,
                           const dsl::Fields* fields) {
  const dsl::Record& from = model_.types.records[id];
  for (std::size_t i = 0; i < from.fields.size(); ++i) {
    const dsl::TypeId field_type = from.fields[i].type;
    const bool present = fields != nullptr && !fields->values[i].absent();
    rows.push_back(present ? constant(field_type, fields->values[i]) : constant_absent());
    if (model_.types[field_type].kind != dsl::TypeKind::record) continue;
    append_fields(rows, model_.types[field_type].decl,
                  present ? &std::get<dsl::Fields>(fields->values[i].v) : nullptr);
  }
}

void Layout::append_element(std::vector<std::uint32_t>& rows, dsl::TypeId id,
                            const dsl::Value& value) {
  if (model_.types[id].kind == dsl::TypeKind::record)
    append_fields(rows, model_.types[id].decl, &std::get<dsl::Fields>(value.v));
  else
    rows.push_back(constant(id, value));
}

std::uint32_t Layout::collection(const dsl::Type& from_type, const dsl::Collection& from) {
  const bool set = from_type.kind == dsl::TypeKind::set;
  if (set && model_.types[from_type.element].kind == dsl::TypeKind::enumeration) {
    std::uint64_t mask = 0;
    for (const dsl::Value& item : from.items)
      mask |= std::uint64_t{1} << item.integer();
    return intern(make(ConstantKind::mask, static_cast<std::int64_t>(mask)));
  }
  std::vector<std::uint32_t> rows;
  for (const dsl::Value& item : from.items)
    append_element(rows, from_type.element, item);
  return intern(make(ConstantKind::items, 0, {}, size_of(from.items)), rows);
}

std::uint32_t Layout::map(const dsl::Type& from_type, const dsl::Entries& from) {
  std::vector<std::uint32_t> rows;
  for (const auto& [key, value] : from.items) {
    append_element(rows, from_type.key, key);
    append_element(rows, from_type.element, value);
  }
  return intern(make(ConstantKind::map, 0, {}, size_of(from.items)), rows);
}

std::uint32_t Layout::constant(dsl::TypeId id, const dsl::Value& value) {
  const dsl::Type from = model_.types[id];
  if (value.absent()) return constant_absent();
  if (const auto* integer = std::get_if<std::int64_t>(&value.v)) return constant_integer(*integer);
  if (const auto* string = std::get_if<std::string>(&value.v)) return constant_string(*string);
  if (const auto* network = std::get_if<base::IpNetwork>(&value.v)) {
    std::string raw(network->address.begin(), network->address.end());
    const bool address = from.kind == dsl::TypeKind::ip;
    if (!address) raw += static_cast<char>(network->prefix);
    return intern(make(address ? ConstantKind::ip : ConstantKind::network, 0, text(raw)));
  }
  if (const auto* quorum = std::get_if<dsl::Quorum>(&value.v))
    return intern(make(ConstantKind::quorum), {}, quorum->clauses);
  if (const auto* items = std::get_if<dsl::Collection>(&value.v)) return collection(from, *items);
  if (const auto* entries = std::get_if<dsl::Entries>(&value.v)) return map(from, *entries);
  std::vector<std::uint32_t> rows;
  append_fields(rows, from.decl, &std::get<dsl::Fields>(value.v));
  return intern(make(ConstantKind::record), rows);
}

}  // namespace writ::engine
