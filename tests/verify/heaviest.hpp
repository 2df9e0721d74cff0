#pragma once

#include <cstdint>

#include "tests/verify/trial.hpp"

namespace writ::tests {

/// The most that a search found a decision to take: beginning with the inputs of the
/// policy's tests and random ones, it fills lists
/// and exchanges parts of inputs for parts of others for as long as that takes more. What to
/// compare a worst case with where conditions depend on one another. Deterministic in `seed`.
engine::Cost heaviest_found(const Subject& subject, std::uint32_t decision, std::uint64_t seed,
                            std::uint64_t attempts);

}  // namespace writ::tests
