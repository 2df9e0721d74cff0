#pragma once

#include <cstdint>
#include <string>

#include "engine/program.hpp"

/// What a decision takes and gives, as JSON Schema (draft 2020-12), for callers and their tools.
///
/// Every input that the decoder accepts validates against the input schema, every `result` against
/// the output schema; every `fail_closed` too, apart from `null` where an output is `collected` of
/// anything but an enum. The other way round a schema says less than the
/// decoder does. It cannot say: that no member stands twice; that a whole number is written without
/// a fraction or an exponent (`1.0` is an integer to a schema); the range of a duration written
/// with units or of a time; that only one key of a map is an unknown member; how deep a value that
/// an open record ignores may be nested; how large the whole input may be. Patterns are left out
/// where pattern_for_schemas() has no translation, with a `$comment` that holds them.
///
/// Functions of the program alone: safe to call from several threads.
namespace writ::engine {

/// The schema of the object with the decision's inputs.
void append_input_schema(std::string& out, const Program& program, std::uint32_t decision);
/// The schema of the decision's `result`.
void append_output_schema(std::string& out, const Program& program, std::uint32_t decision);
/// `{"decision":NAME,"description":…,"input":SCHEMA,"output":SCHEMA}`; `description` is there where
/// the author wrote one.
void append_decision_schemas(std::string& out, const Program& program, std::uint32_t decision);
/// `{"decisions":[…]}`: the same of everything that the program can decide.
void append_decision_list(std::string& out, const Program& program);

}  // namespace writ::engine
