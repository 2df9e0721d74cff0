#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "dsl/source.hpp"

#include "tools/policy.hpp"

namespace writ::tools {

struct ProofOptions {
  /// Accepted inputs for each proof.
  std::uint64_t inputs = 10'000;
  std::uint64_t seed = 1;
  /// The longest search for one proof, in seconds; what was searched until then counts.
  std::uint64_t seconds = 60;
};

enum class ProofOutcome {
  no_counterexample,  ///< it held for every input that was tried; never a proof
  counterexample,     ///< it does not hold: see `test`
  not_decided,        ///< nothing was searched that could have broken it: see `message`
};

struct ProofResult {
  std::string title;
  dsl::Span span;
  ProofOutcome outcome = ProofOutcome::no_counterexample;
  std::uint64_t inputs = 0;  ///< accepted ones that it was held against
  /// In how many of them the left side of `implies` was true; `inputs` where there is none.
  std::uint64_t reached = 0;
  std::string message;  ///< one sentence for the author
  /// A counterexample as a test that can be put into the policy and fails there, and what was
  /// decided, as JSON.
  std::string test, seen;

  bool passed() const { return outcome == ProofOutcome::no_counterexample; }
};

/// Searches the proofs of a policy whose title contains `filter`, in order of their places, for
/// inputs, instants and data with which they do not hold: the inputs of the policy's own tests
/// first, then random ones. `data` are the JSON texts of read_data(). The same policy and options
/// give the same results, unless the time runs out.
std::vector<ProofResult> search_proofs(const Policy& policy,
                                       const std::map<std::string, std::string>& data,
                                       const ProofOptions& options, std::string_view filter = {});

}  // namespace writ::tools
