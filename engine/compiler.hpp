#pragma once

#include <string>

#include "base/expected.hpp"

#include "dsl/model.hpp"
#include "dsl/source.hpp"

#include "engine/cost.hpp"
#include "engine/program.hpp"

namespace writ::engine {

struct CompileOptions {
  /// Hash-consing, hoisting, memo cells and the rule index. Off: every condition is computed where
  /// it stands. Answers are the same.
  bool optimize = true;
  /// Probes for the conditions of tests and proofs: Program::probes, in the order of Model::tests
  /// (each test's `condition` expectations in order), then Model::proofs.
  bool probes = false;
  /// Decisions whose worst case is above it are refused.
  Budget budget{};
};

/// A program that would pass a limit of the format (registers, constants, cells of a frame) or the
/// budget is an error in the author's terms.
struct CompileError {
  std::string message;
  dsl::Span span;
};

/// Compiles a checked model. Deterministic: the same model and sources give the same program.
base::Expected<Program, CompileError> compile(const dsl::Model& model, const dsl::Sources& sources,
                                              const CompileOptions& options = {});

/// `sha256:…` over the names and texts of all sources.
std::string content_digest(const dsl::Sources& sources);

}  // namespace writ::engine
