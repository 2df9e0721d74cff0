#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/verify/trial.hpp"
#include "tests/verify/vocabulary.hpp"

namespace writ::tests {

/// What became of a generated policy.
struct Generated {
  std::uint64_t inputs = 0, accepted = 0;  ///< decided in every way; of them not refused
  bool without_data = false;               ///< no random state of its data was accepted
  /// The first diagnostic, when the checker rejects the policy: it has to be well typed. `budget`
  /// where its program would take more than a decision may.
  std::string rejected_code, rejection;
  std::string disagreement;  ///< with the policy made as small as the disagreement allows
};

/// Generates a policy (tests/generate) and decides about `inputs` random inputs of its decisions in
/// every way, and with its text in another order. Deterministic in `seed`.
Generated try_generated(std::uint64_t seed, std::uint64_t inputs, Occurrences& occurrences);

struct GeneratedOptions {
  std::uint64_t seed = 1, cases = 0, seconds = 3000;
};

/// `cases` pairs of a generated policy and an input, on several threads; prints what came of it.
bool run_generated(const GeneratedOptions& options);

}  // namespace writ::tests
