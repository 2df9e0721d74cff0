#pragma once

#include <string>

#include "dsl/model.hpp"

namespace writ::tools {

/// What the policy can decide, for people: each decision with what its author wrote about it, its
/// inputs and its outputs. Names are those of JSON, since callers use them.
std::string decision_list_text(const dsl::Model& model);

}  // namespace writ::tools
