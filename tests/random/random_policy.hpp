#pragma once

#include <cstdint>
#include <string>

namespace writ::tests {

/// A small policy whose outputs read each other in every way that the language has. Almost always
/// free of errors. Deterministic in `seed`.
std::string random_policy(std::uint64_t seed);

}  // namespace writ::tests
