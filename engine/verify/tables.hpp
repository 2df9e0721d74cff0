#pragma once

#include <optional>

#include "engine/verify.hpp"
#include "engine/verify/shapes.hpp"

namespace writ::engine::proof {

/// The descriptors: every index within its array, every run within its rows. Fills `shapes` on the
/// way.
std::optional<VerifyError> check_tables(const Program& program, Shapes& shapes);

}  // namespace writ::engine::proof
