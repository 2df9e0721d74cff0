#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "engine/cost/extents.hpp"
#include "engine/opcodes.hpp"

namespace writ::engine::cost {

/// What is known about one instruction after its section has been swept.
struct Step {
  std::uint64_t units = 0;       ///< that it takes at most each time
  std::uint64_t bytes = 0;       ///< of memory that it allocates at most
  std::uint64_t iterations = 0;  ///< `next` of a loop: elements at most
};

/// What the sections of one decision tell each other.
struct DecisionExtents {
  DecisionExtents(const Program& program, const DecisionDesc& decision, Extents& extents);

  struct Output {
    ExtentId start = kScalar, value = kScalar, needs = kScalar, key = kScalar;
    std::uint64_t keys = 0;
    std::set<std::uint32_t> contributions;  ///< instructions that contribute to it
  };

  const OutputDesc& output(std::uint32_t id) const {
    return program.outputs[decision.outputs.first + id];
  }
  const RuleDesc& rule(std::uint32_t id) const { return program.rules[decision.rules.first + id]; }

  const Program& program;
  const DecisionDesc& decision;
  Extents& extents;
  std::vector<ExtentId> slots;  ///< by cell of the frame
  std::vector<ExtentId> memos;  ///< by memo cell
  std::vector<Output> outputs;
  std::map<std::uint32_t, std::vector<ExtentId>> fired;  ///< by rule: extents of its names
  std::map<std::uint32_t, std::uint64_t> firings;  ///< by instruction that fires: how often at most
  /// By instruction that contributes: how often at most, and the value's extent.
  struct Contribution {
    std::uint64_t times = 0;
    ExtentId value = kScalar;
  };
  std::map<std::uint32_t, Contribution> contributed;
  bool changed = false;  ///< since it was last set to false

  void grow(ExtentId& known, ExtentId with) {
    const ExtentId joined = extents.join(known, with);
    changed = changed || joined != known;
    known = joined;
  }
};

/// A section of the code and what its instructions take at most.
struct Section {
  std::uint32_t entry = kNone;
  std::uint32_t end = 0;  ///< its `end`
  std::vector<Step> steps;
  /// `next` that begins a loop: the last jump back to it.
  std::map<std::uint32_t, std::uint32_t> loops;
  /// Loops lie within one another or apart, and are entered at their beginning only.
  bool regular = true;
  std::uint64_t text_json = 0;   ///< text sections: bytes of the text as JSON
  std::uint64_t text_bytes = 0;  ///< text sections

  const Step& at(std::uint32_t pc) const { return steps[pc - entry]; }
  std::size_t index(std::uint32_t pc) const { return pc - entry; }
};

Section find_section(const Program& program, std::uint32_t entry);

/// Follows all paths through a section in written order, and each loop until the sizes in it no
/// longer grow; fills `section.steps`. `given` are the extents in the registers from `first` on.
void sweep(DecisionExtents& facts, Section& section, std::uint32_t first = 0,
           const std::vector<ExtentId>& given = {});

/// Whether a memo_get can be taken as a hit whose computation, once in a decision, is counted
/// apart: nothing but its own computation lies between it and the cell's memo_put.
bool computes_alone(const Program& program, const Section& section, std::uint32_t memo_get);

/// The heaviest path through a section. `weights`: of each of its instructions.
class Paths {
 public:
  Paths(const Program& program, const Section& section, const std::vector<std::uint64_t>& weights);

  /// From the entry to the end; memo cells count as filled.
  std::uint64_t heaviest();
  /// The computations of memo cells that lie in this section, each once: by cell, added to `into`
  /// where it is heavier.
  void add_memos(std::map<std::uint32_t, std::uint64_t>& into);

 private:
  enum class Goal : std::uint8_t { end, rule_end, at };
  void solve(std::uint32_t first, std::uint32_t last, Goal goal, std::uint32_t target,
             std::vector<std::uint64_t>& to_goal);
  std::uint64_t step(std::uint32_t pc, std::uint32_t last, Goal goal, std::uint32_t target,
                     const std::vector<std::uint64_t>& to_goal) const;
  std::uint64_t from_constant(std::uint32_t pc, std::uint32_t last,
                              const std::vector<std::uint64_t>& to_goal) const;
  std::uint64_t dispatched(const Instruction& in) const;

  const Program& p_;
  const Section& section_;
  const std::vector<std::uint64_t>& weights_;
  std::map<std::uint32_t, std::uint64_t> iteration_;  ///< by loop; kNoPath: it never comes back
  std::vector<std::uint64_t> to_rule_end_;            ///< by instruction, with a dispatch
  std::vector<bool> alone_;                           ///< memo_get: computes_alone
};

}  // namespace writ::engine::cost
