#include "dsl/analysis/strictness.hpp"

#include <algorithm>
#include <bit>

#include "base/calendar.hpp"
#include "base/decimal.hpp"

namespace writ::dsl::analysis {
namespace {

bool is_ordered(const Types& types, const Type& type) {
  switch (type.kind) {
    case TypeKind::boolean:
    case TypeKind::integer:
    case TypeKind::decimal:
    case TypeKind::duration:
    case TypeKind::time: return true;
    case TypeKind::enumeration: return types.enums[type.decl].ordered;
    default: return false;
  }
}

/// Integers and texts; nothing else is taken for the same.
bool same_scalar(const Value& a, const Value& b) {
  if (const auto x = integer_of(a), y = integer_of(b); x && y) return *x == *y;
  const auto* s = std::get_if<std::string>(&a.v);
  const auto* t = std::get_if<std::string>(&b.v);
  return s != nullptr && t != nullptr && *s == *t;
}

bool is_subset(const Collection& some, const Collection& all) {
  return std::all_of(some.items.begin(), some.items.end(), [&](const Value& item) {
    return std::any_of(all.items.begin(), all.items.end(),
                       [&](const Value& other) { return same_scalar(item, other); });
  });
}

std::string members_text(const Enum& members, std::uint16_t mask) {
  std::string out = "{ ";
  for (std::size_t m = 0; m < members.members.size() && m < 16; ++m) {
    if ((mask >> m & 1u) == 0) continue;
    if (out.size() > 2) out += ", ";
    out += members.members[m].name;
  }
  return out + " }";
}

std::string quorum_text(const Enum& members, const base::Clauses& clauses) {
  if (clauses.empty()) return "auto";
  std::string out;
  for (const base::Clause& clause : clauses) {
    if (!out.empty()) out += " and ";
    if (clause.need == 1)
      out += "one of ";
    else if (clause.need == std::popcount(clause.members))
      out += "all of ";
    else
      out += std::to_string(clause.need) + " of ";
    out += members_text(members, clause.members);
  }
  return out;
}

std::string items_text(const Types& types, TypeId element, const Collection& items) {
  std::string out = "{";
  for (const Value& item : items.items)
    out += (out.size() > 1 ? ", " : " ") + value_text(types, element, item);
  return out + (items.items.empty() ? "}" : " }");
}

}  // namespace

bool at_most(const Types& types, TypeId id, const Value& a, const Value& b) {
  const Type& type = types[id];
  if (a.absent() || b.absent()) return a.absent() && b.absent();
  if (type.kind == TypeKind::quorum)
    return base::implies(std::get<Quorum>(b.v).clauses, std::get<Quorum>(a.v).clauses);
  if (type.kind == TypeKind::set)
    return is_subset(std::get<Collection>(a.v), std::get<Collection>(b.v));
  if (is_ordered(types, type)) return a.integer() <= b.integer();
  return same_scalar(a, b);
}

std::string value_text(const Types& types, TypeId id, const Value& value) {
  const Type& type = types[id];
  if (value.absent()) return "absent";
  std::string out;
  switch (type.kind) {
    case TypeKind::boolean: return value.integer() != 0 ? "true" : "false";
    case TypeKind::integer: base::append_integer(out, value.integer()); return out;
    case TypeKind::decimal: base::append_decimal(out, value.integer()); return out;
    case TypeKind::duration: base::append_duration(out, value.integer()); return out;
    case TypeKind::time: base::append_instant(out, value.integer()); return out;
    case TypeKind::enumeration:
      return types.enums[type.decl].members[static_cast<std::size_t>(value.integer())].name;
    case TypeKind::quorum:
      return quorum_text(types.enums[type.decl], std::get<Quorum>(value.v).clauses);
    case TypeKind::set:
    case TypeKind::list: return items_text(types, type.element, std::get<Collection>(value.v));
    default: return value_to_json(types, id, value);
  }
}

}  // namespace writ::dsl::analysis
