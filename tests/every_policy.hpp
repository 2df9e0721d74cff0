#pragma once

#include <memory>
#include <string>
#include <vector>

#include "dsl/model.hpp"
#include "dsl/source.hpp"

#include "engine/verify.hpp"

namespace writ::tests {

/// A policy of the tree as it decides.
struct TreePolicy {
  std::string name;  ///< its place in the tree
  dsl::Sources sources;
  dsl::Model model;
  std::shared_ptr<const engine::VerifiedProgram> program;
};

/// Every policy under policies/ and tests/lang that can be loaded, in order of their names. Loaded
/// once.
const std::vector<TreePolicy>& every_policy();

}  // namespace writ::tests
