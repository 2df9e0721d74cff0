#pragma once

#include <memory>
#include <string_view>

#include "base/calendar.hpp"
#include "base/expected.hpp"

#include "engine/data.hpp"
#include "engine/decision.hpp"
#include "engine/problem.hpp"
#include "engine/verify.hpp"

namespace writ::engine {

enum class Explain : std::uint8_t { none, reasons, full };

/// What one decision took; never above the worst case that verify() found (engine/cost.hpp).
struct Usage {
  std::uint64_t instructions = 0, memory = 0;
};

/// Decides requests with one program and one data snapshot: decoder, frame, registers, arena and
/// RE2 objects of one worker. Not thread-safe; make one for each thread. After warm-up, deciding
/// takes no memory from the system heap (RE2's own bounded cache apart).
class Evaluator {
 public:
  Evaluator(std::shared_ptr<const VerifiedProgram> program,
            std::shared_ptr<const DataSnapshot> data);
  ~Evaluator();
  Evaluator(Evaluator&&) noexcept;

  /// Decides `json` (an object with one member for each input) at `now`. nullptr: the input is not
  /// acceptable; engine::diagnose() says why. The view and everything it refers to live until the
  /// next call. `explain` changes nothing in it but `rules` (full) - with `none` the reasons are
  /// left empty (codes and the texts inside verdicts are there).
  const DecisionView* decide(std::uint32_t decision, std::string_view json, base::Micros now,
                             Explain explain = Explain::reasons);

  /// The same with `Explain::reasons`, counting what it takes; slower.
  const DecisionView* decide_metered(std::uint32_t decision, std::string_view json,
                                     base::Micros now, Usage& usage);

  /// The condition of probe `probe` (Program::probes) on the decision that decide() gave last. The
  /// decision must be the probe's.
  bool probe(std::uint32_t probe);
  /// How often rule `rule` (index within the last decision) fired, waived or not / waived.
  std::uint32_t fired(std::uint32_t rule) const;
  std::uint32_t waived(std::uint32_t rule) const;

  const VerifiedProgram& program() const;
  const DataSnapshot& data() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Runs DecisionDesc::fail_closed_entry of a program: JSON members of every output's fail-closed
/// value, without braces, codes outputs left as the placeholder that render.hpp knows. Used by the
/// compiler once; part of the program afterwards.
std::string fail_closed_members(std::shared_ptr<const VerifiedProgram> program,
                                std::uint32_t decision);

}  // namespace writ::engine
