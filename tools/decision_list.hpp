#pragma once

#include <string>

#include "engine/program.hpp"

namespace writ::tools {

/// What a program can decide, for people: each decision with what its author wrote about it, its
/// inputs and its outputs. Names are those of JSON, since callers use them.
std::string decision_list_text(const engine::Program& program);

}  // namespace writ::tools
