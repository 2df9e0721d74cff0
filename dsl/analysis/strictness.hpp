#pragma once

#include <optional>
#include <string>

#include "dsl/model.hpp"

/// The order of constants, as far as the types of the language have one: false before true,
/// numbers, durations, instants and members of ordered enums ascending, sets by inclusion, quorums
/// by what they demand. All others equal themselves alone.
namespace writ::dsl::analysis {

/// Whether `a` is at most `b` in that order. Absence is at most absence alone.
bool at_most(const Types& types, TypeId type, const Value& a, const Value& b);

/// As an author would write it: `high`, `15m`, `one of { ciso, dpo }`.
std::string value_text(const Types& types, TypeId type, const Value& value);

/// The one member of an integer-like value.
inline std::optional<std::int64_t> integer_of(const Value& value) {
  const auto* integer = std::get_if<std::int64_t>(&value.v);
  return integer == nullptr ? std::nullopt : std::optional(*integer);
}

inline Value integer_value(std::int64_t integer) {
  Value value;
  value.v = integer;
  return value;
}

}  // namespace writ::dsl::analysis
