#pragma once

#include <cstdint>
#include <string>

namespace writ::tests {

/// A policy whose conditions do not depend on one another, and the input for which it takes the
/// most: every condition comes out the costly way, every list is full.
struct IndependentPolicy {
  std::string text;   ///< decision `generated.d`
  std::string input;  ///< JSON
};

/// Deterministic in `seed`. Decided at 2026-01-01T00:00:00Z.
IndependentPolicy independent_policy(std::uint64_t seed);

/// Empty when that policy's decision takes exactly the steps that its program states, optimized and
/// not; else what differs, and the policy.
std::string independent_differs(std::uint64_t seed);

}  // namespace writ::tests
