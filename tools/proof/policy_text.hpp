#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/calendar.hpp"

#include "dsl/model.hpp"
#include "dsl/source.hpp"

#include "tools/random/json_value.hpp"

namespace writ::tools {

/// One request with its data: what a proof is held against.
struct ProofCase {
  InputValues inputs;
  base::Micros now = 0;
  /// By index in Model::data; those not named keep the policy's own value.
  std::map<std::uint32_t, dsl::Value> data;
};

/// How values are written in a test. Each further one reads worse and works in more places.
enum class ValueStyle {
  plain,      ///< members of enums bare
  qualified,  ///< members of named enums with the enum before them: `Tier.low`, `b.Tier.low`
  json,       ///< the input as JSON text: also what has no literal, such as half a second
};

/// A constant in policy syntax; nullopt for what no literal can write (a part of a second as a
/// duration, the least 64-bit number).
std::optional<std::string> policy_text(const dsl::Types& types, dsl::TypeId type,
                                       const dsl::Value& value, ValueStyle style);

/// The condition of a proof as it was written, without comments.
std::string condition_text(const dsl::Sources& sources, const dsl::Proof& proof);
/// What stands before the first `implies` of a condition that is in no brackets, on one line; empty
/// where there is none.
std::string left_of_implies(std::string_view condition);

/// A test of the proof's decision with the values of `found`, which expects the proof's condition.
/// nullopt when a value cannot be written in this style.
std::optional<std::string> proof_test_text(const dsl::Model& model, const dsl::Sources& sources,
                                           const dsl::Proof& proof, const ProofCase& found,
                                           std::string_view title, ValueStyle style);

}  // namespace writ::tools
