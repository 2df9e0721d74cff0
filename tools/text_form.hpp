#pragma once

#include <string>

#include "engine/decision.hpp"
#include "engine/problem.hpp"
#include "engine/verify.hpp"

namespace writ::tools {

/// Whether text for people carries ANSI colours.
enum class Color : bool { off, on };

/// A decision for a person at a terminal: the result first, then who must approve, then why, with
/// source places and controls, then until when it holds.
std::string decision_text(const engine::VerifiedProgram& program,
                          const engine::DecisionView& decision, Color color);

/// A refused input for a person: where, what was expected, what was found; and that the fail-closed
/// values apply.
std::string problem_text(const engine::Program& program, std::uint32_t decision,
                         const engine::Problem& problem, Color color);

}  // namespace writ::tools
