#pragma once

#include <string>

#include "engine/program.hpp"

namespace writ::engine {

/// The program as text for people: for each decision its frame, outputs and rules, then its code
/// with jump labels, constants and names resolved. Stable for golden files.
std::string disassemble(const Program& program);
/// One decision alone (index into Program::decisions).
std::string disassemble(const Program& program, std::uint32_t decision);

}  // namespace writ::engine
