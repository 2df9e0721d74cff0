#pragma once

#include <cstdint>
#include <vector>

#include "engine/program.hpp"

namespace writ::engine {

/// More than any budget; sums and products of amounts saturate here.
inline constexpr std::uint64_t kUnbounded = std::uint64_t{1} << 62;

/// What one decision takes at most, whatever the valid input, the data and the instant
/// (language.md, law 5).
struct Cost {
  /// In the units of opcodes.inc: the schedule, every text that is rendered and the search for
  /// `valid_until`. A step on a string counts once, however long the string is.
  std::uint64_t instructions = 0;
  /// Bytes of working memory: the decoded input, what instructions allocate, firings,
  /// contributions and reasons. The copies of the request's own text are not among them (at most
  /// two of its length).
  std::uint64_t memory = 0;
  /// Bytes of the decision as JSON with its reasons, without an id.
  std::uint64_t answer = 0;
};

/// A program with a decision above these is refused: about a second's work, and what a sidecar can
/// hold and send.
struct Budget {
  std::uint64_t instructions = 100'000'000;
  std::uint64_t memory = 1u << 30;
  std::uint64_t answer = 64u << 20;
};

/// The worst case of each decision of a program that check_tables and check_code (engine/verify)
/// have accepted: the longest path through its sections, loops as often as their collections can
/// have elements. Exact for instructions when conditions are independent of one another.
std::vector<Cost> worst_cases(const Program& program);

}  // namespace writ::engine
