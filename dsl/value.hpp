#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/ip.hpp"
#include "base/quorum.hpp"

namespace writ::dsl {

struct Value;

/// A list or a set. Sets are sorted in written order (language.md section 3) and without repeats.
struct Collection {
  std::vector<Value> items;
};
/// A record, one value for each field of its type in declaration order; absent ones are `Absent`.
struct Fields {
  std::vector<Value> values;
};
/// A map, ascending by key.
struct Entries {
  std::vector<std::pair<Value, Value>> items;
};
/// A constant quorum, in normal form.
struct Quorum {
  base::Clauses clauses;
};
struct Absent {};

/// A constant of the language. bool, int, decimal (ten-thousandths), duration and time
/// (microseconds) and enum members (index in declaration order, `unknown` last) are all integers;
/// the type says which.
struct Value {
  std::variant<Absent, std::int64_t, std::string, base::IpNetwork, Quorum, Collection, Fields,
               Entries>
      v;

  bool absent() const { return std::holds_alternative<Absent>(v); }
  std::int64_t integer() const { return std::get<std::int64_t>(v); }
  const std::string& string() const { return std::get<std::string>(v); }
};

}  // namespace writ::dsl
