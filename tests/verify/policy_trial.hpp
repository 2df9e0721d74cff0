#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tests/verify/trial.hpp"

namespace writ::tests {

/// Decides random inputs of all decisions of a policy with its text and with its text shuffled
/// (policy_shuffle.hpp): result, valid_until, codes, more, refusals and fail-closed values have to
/// be the same to the byte, and the reasons but for their places. A text when something differs.
/// Deterministic in `seed`.
std::optional<std::string> disagreement_when_shuffled(const Subject& subject, std::uint64_t seed);

/// `reasons` without the places `at`.
std::string without_places(const std::string& reasons);

}  // namespace writ::tests
