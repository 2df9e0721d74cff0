#pragma once

#include <cstdint>

namespace writ::base {

/// A half-open range of bytes `[begin, end)` in the source file with index `file`.
/// Line and column are computed only when shown (dsl/source.hpp).
struct Span {
  std::uint32_t file = 0;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

}  // namespace writ::base
