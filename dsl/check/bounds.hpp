#pragma once

#include <cstdint>
#include <set>

#include "dsl/check/context.hpp"

namespace writ::dsl::check {

inline constexpr std::uint64_t kNoBound = ~std::uint64_t{0};

/// How many elements collections can hold at most, from the declared maxima. Of one decision, whose
/// outputs and rules are complete.
class Bounds {
 public:
  Bounds(const Context& context, const Decision& decision)
      : context_(context), decision_(decision) {}

  /// The greatest number of elements of the collection `expr`; kNoBound when there is none.
  std::uint64_t elements(ExprId expr);
  /// The greatest number of bindings of a rule: the product over its `each`; saturates below
  /// kNoBound.
  std::uint64_t bindings(const Rule& rule);

 private:
  std::uint64_t elements_of_output(OutputId id);
  TypeId refined_type(ExprId expr) const;
  std::uint64_t elements_of_type(TypeId id) const;

  const Context& context_;
  const Decision& decision_;
  std::set<OutputId>
      open_;  ///< outputs being bounded; a cycle is an error that is reported elsewhere
};

}  // namespace writ::dsl::check
