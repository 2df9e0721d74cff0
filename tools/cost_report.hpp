#pragma once

#include <string>

#include "engine/verify.hpp"

namespace writ::tools {

/// What each decision takes at most (engine/cost.hpp), and its rules that no index can find, which
/// every decision therefore looks at; for people.
std::string cost_text(const engine::VerifiedProgram& program);
/// The same as JSON: [{"decision","instructions","memory","answer","unindexed":[{"rule","at"}]}].
void append_costs(std::string& out, const engine::VerifiedProgram& program);

}  // namespace writ::tools
