#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace writ::tests {

/// The JSON document with the elements of each array and the members of each object in another
/// order. All else is kept to the byte. `json` is well-formed.
std::string shuffled(std::string_view json, std::mt19937_64& random);

}  // namespace writ::tests
