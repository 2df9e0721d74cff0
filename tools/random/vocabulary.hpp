#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip.hpp"

#include "dsl/model.hpp"

#include "tools/random/dice.hpp"

namespace writ::tools {

/// What a policy compares with, by kind; `instants` may be empty, the others never are. Decimals
/// are ten-thousandths, durations and instants microseconds.
struct Vocabulary {
  std::vector<std::string> strings;
  std::vector<std::int64_t> integers, decimals, durations, instants;
  std::vector<base::IpNetwork> networks;
};
Vocabulary vocabulary_of(const dsl::Model& model);

/// A string that the pattern matches, mostly; empty for what is beyond this generator (assertions
/// inside, Unicode classes). To be checked by matching.
std::string from_pattern(std::string_view pattern, Dice& dice);

/// The same to a careless eye: another case, white space around it, half of it.
std::string careless(std::string text, Dice& dice);

}  // namespace writ::tools
