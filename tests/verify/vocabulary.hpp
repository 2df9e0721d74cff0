#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/golden/ways.hpp"

namespace writ::tests {

/// What occurs in policies: instructions of their programs, kinds of outputs and of expressions,
/// built-in functions.
class Occurrences {
 public:
  void add(const Policy& policy);
  void add(const Occurrences& other);
  /// What occurs nowhere, by name; what no accepted policy can hold is left out.
  std::vector<std::string> missing() const;

 private:
  std::set<std::uint16_t> opcodes_;
  std::set<dsl::ExprKind> expressions_;
  std::set<dsl::OutputKind> outputs_;
  std::set<std::string_view> built_ins_;
};

}  // namespace writ::tests
