#pragma once

#include <string>
#include <string_view>

#include "engine/decision.hpp"
#include "engine/evaluator.hpp"
#include "engine/problem.hpp"
#include "engine/verify.hpp"

namespace writ::engine {

/// In DecisionDesc::fail_closed the value of each `codes` output is this byte, which stands for the
/// JSON array of the problem's code.
inline constexpr char kCodesPlaceholder = '\x01';

/// Appends a value of type `type` as JSON (no white space; language.md section 5, 'JSON out').
/// `round_up`: durations to whole seconds upwards instead of downwards.
void append_value(std::string& out, const Program& program, std::uint32_t type, const Cell& cell,
                  bool round_up = false);
/// The same but exact: a duration with a rest below a second is a string (`"1.5s"`). What digests
/// are made of.
void append_canonical(std::string& out, const Program& program, std::uint32_t type,
                      const Cell& cell);
/// Appends a value as people read it in texts (`1h30m`, `a, b and c`).
void append_text(std::string& out, const Program& program, std::uint32_t type, const Cell& cell);
void append_quorum(std::string& out, const Program& program, std::uint32_t enumeration,
                   const Cell& quorum);
/// `one of a or b`, `all of a, b and c`, `nobody`.
void append_quorum_text(std::string& out, const Program& program, std::uint32_t enumeration,
                        const Cell& quorum);
/// One output's value (after its name).
void append_output(std::string& out, const Program& program, const OutputDesc& desc,
                   const OutputValue& value);

/// `{"tier":…}`: the result object / the reasons array.
void append_result(std::string& out, const Program& program, const DecisionView& decision);
void append_reasons(std::string& out, const Program& program, const DecisionView& decision);

/// What surrounds a decision in its JSON form.
struct Envelope {
  std::string_view id;        ///< empty: left out
  std::string_view revision;  ///< empty: null
  std::string_view data_digest;
  Explain explain = Explain::reasons;
};
/// The decision object of the interface (api.md): decision, id, policy, at, valid_until, result,
/// reasons, more; with explain=none without reasons and more; with full also `rules`:
/// [{"rule","at","fired","waived","conditions":[{"at","kind","source","true","false"}]}].
void append_decision(std::string& out, const VerifiedProgram& program, const DecisionView& decision,
                     const Envelope& envelope);

/// The RFC 9457 problem object: type, title, status, code, detail, errors, and `fail_closed` when
/// `decision` is not kNone.
void append_problem(std::string& out, const Program& program, std::uint32_t decision,
                    const Problem& problem);

}  // namespace writ::engine
