#pragma once

#include <vector>

#include "dsl/source.hpp"

#include "tests/generate/choices.hpp"

namespace writ::tests {

/// A policy that uses the language at random and passes the checker: one to three packages in one
/// or more files. What is generated depends on `choices` alone. Every part that can stand alone
/// (declaration, output, clause, row) begins a line of its own.
std::vector<dsl::SourceFile> generate_policy(Choices& choices);

}  // namespace writ::tests
