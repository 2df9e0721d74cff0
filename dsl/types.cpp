#include "dsl/types.hpp"

#include "base/calendar.hpp"
#include "base/decimal.hpp"

namespace writ::dsl {

namespace {

void append_bound(std::string& out, TypeKind kind, std::int64_t value) {
  switch (kind) {
    case TypeKind::decimal: base::append_decimal(out, value); break;
    case TypeKind::duration: base::append_duration(out, value); break;
    case TypeKind::time: base::append_instant(out, value); break;
    default: base::append_integer(out, value); break;
  }
}

bool is_collection(TypeKind kind) {
  return kind == TypeKind::list || kind == TypeKind::set || kind == TypeKind::map;
}

}  // namespace

std::size_t Types::Hash::operator()(const Type& type) const {
  std::size_t hash = 0;
  const auto mix = [&](auto part) {
    hash = (hash ^ static_cast<std::size_t>(part)) * 0x9e3779b97f4a7c15U;
    hash ^= hash >> 29U;
  };
  mix(type.kind);
  mix(type.optional);
  mix(type.decl);
  mix(type.element);
  mix(type.key);
  mix(type.has_range);
  mix(type.low);
  mix(type.high);
  mix(type.min_size);
  mix(type.max_size);
  mix(type.pattern);
  return hash;
}

Types::Types() {
  types_.push_back(Type{});
}

TypeId Types::intern(const Type& type) {
  if (type.kind == TypeKind::error) return 0;
  auto [place, added] = interned_.try_emplace(type, static_cast<TypeId>(types_.size()));
  if (added) types_.push_back(type);
  return place->second;
}

TypeId Types::present(TypeId id) {
  Type type = types_[id];
  type.optional = false;
  return intern(type);
}

TypeId Types::optional(TypeId id) {
  Type type = types_[id];
  type.optional = true;
  return intern(type);
}

TypeId Types::unrefined(TypeId id) {
  const Type type = types_[id];
  Type plain{.kind = type.kind, .optional = type.optional, .decl = type.decl};
  if (type.element != 0) plain.element = unrefined(type.element);
  if (type.key != 0) plain.key = unrefined(type.key);
  return intern(plain);
}

std::string Types::declared_text(const std::string& package, const std::string& name) const {
  std::size_t declared = 0;
  for (const Enum& e : enums)
    if (e.name == name) ++declared;
  for (const Record& r : records)
    if (r.name == name) ++declared;
  return declared > 1 ? package + "." + name : name;
}

std::string Types::enum_text(const Enum& e) const {
  if (!e.name.empty()) return declared_text(e.package, e.name);
  std::string out = "enum { ";
  for (std::uint32_t i = 0; i < e.known(); ++i) {
    if (i != 0) out += ", ";
    out += e.members[i].name;
  }
  out += e.else_unknown ? " } else unknown" : " }";
  return out;
}

std::string Types::text(TypeId id) const {
  const Type& type = types_[id];
  std::string out;
  switch (type.kind) {
    case TypeKind::error: return "an unknown type";
    case TypeKind::boolean: out = "bool"; break;
    case TypeKind::integer: out = "int"; break;
    case TypeKind::decimal: out = "decimal"; break;
    case TypeKind::string: out = "string"; break;
    case TypeKind::duration: out = "duration"; break;
    case TypeKind::time: out = "time"; break;
    case TypeKind::ip: out = "ip"; break;
    case TypeKind::network: out = "ip network"; break;
    case TypeKind::enumeration: out = enum_text(enums[type.decl]); break;
    case TypeKind::record:
      out = declared_text(records[type.decl].package, records[type.decl].name);
      break;
    case TypeKind::list: out = "list<" + text(type.element) + ">"; break;
    case TypeKind::set: out = "set<" + text(type.element) + ">"; break;
    case TypeKind::map: out = "map<" + text(type.key) + ", " + text(type.element) + ">"; break;
    case TypeKind::quorum:  // of any enum, in a message
      out = type.decl == kNoDecl ? "quorum" : "quorum " + enum_text(enums[type.decl]);
      break;
    case TypeKind::votes: out = "votes " + enum_text(enums[type.decl]); break;
    case TypeKind::verdict:
      out = type.decl == kNoDecl ? "verdict" : "verdict of " + enum_text(enums[type.decl]);
      break;
  }
  if (type.optional) out += '?';
  if (type.has_range) {
    out += ' ';
    append_bound(out, type.kind, type.low);
    out += "..";
    append_bound(out, type.kind, type.high);
  }
  if (type.min_size != 0) out += " min " + std::to_string(type.min_size);
  // The defaults are not written, since authors do not write them.
  const std::uint32_t usual = is_collection(type.kind) ? 64 : 1024;
  if (type.max_size != 0 && type.max_size != kUnbounded && type.max_size != usual)
    out += " max " + std::to_string(type.max_size);
  if (type.pattern != kNoPattern) out += " matching /" + patterns[type.pattern] + "/";
  return out;
}

}  // namespace writ::dsl
