#pragma once

#include <algorithm>
#include <cstdint>

#include "engine/cost.hpp"

/// How the worst case is found. Internal to engine/cost.cpp.
namespace writ::engine::cost {

/// Amounts never pass kUnbounded.
inline std::uint64_t sum(std::uint64_t a, std::uint64_t b) {
  return std::min(kUnbounded, a + b);
}
template <class... More>
std::uint64_t sum(std::uint64_t a, std::uint64_t b, More... more) {
  return sum(sum(a, b), more...);
}
inline std::uint64_t product(std::uint64_t a, std::uint64_t b) {
  if (a == 0 || b == 0) return 0;
  return a > kUnbounded / b ? kUnbounded : std::min(kUnbounded, a * b);
}

}  // namespace writ::engine::cost
