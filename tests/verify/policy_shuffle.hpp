#pragma once

#include <random>
#include <string>
#include <vector>

#include "dsl/source.hpp"

namespace writ::tests {

/// The files of a policy with everything elsewhere whose place has no meaning: declarations within
/// their file and in other files, inputs of decisions, members of unordered enums, `then` clauses
/// of rules, rows of tables that are no `first table`. Fields, outputs, ordered enums, enums of
/// which `missing` takes members, conditions (the earlier ones show what is present), tags and the
/// rows of a `first table` stay: their order is read.
std::vector<dsl::SourceFile> shuffled_policy(const std::vector<dsl::SourceFile>& files,
                                             std::mt19937_64& random);

}  // namespace writ::tests
