#pragma once

#include <map>
#include <string>

#include "tools/policy.hpp"
#include "tools/proof/policy_text.hpp"

namespace writ::tools {

/// A case that breaks a proof, for its author.
struct Counterexample {
  std::string test;      ///< a `test` block, for the file in which the proof stands
  std::string seen;      ///< what was decided, as JSON
  bool waived = false;   ///< the test passes, since it sees the waivers that the proof leaves out
  bool complete = true;  ///< the test can be put into the policy and fails there
};

/// Writes `found` as a test in the plainest style that the checker accepts and in which it fails as
/// the proof does: the test was tried beside the policy. `data` are the JSON texts of read_data().
Counterexample as_test(const Policy& policy, const std::map<std::string, std::string>& data,
                       const dsl::Proof& proof, const ProofCase& found);

}  // namespace writ::tools
