#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/opcodes.hpp"
#include "engine/verify.hpp"
#include "engine/verify/shapes.hpp"

namespace writ::engine::proof {

enum class SectionKind : std::uint8_t { schedule, horizon, text, fail_closed, probe };

/// What was pushed on the scratch stack since one mark.
struct Pushed {
  ShapeId all = kNothing;  ///< room for every cell pushed; kUnset when they have nothing in common
  bool certain = true;     ///< each push pushed exactly one value, in the order below
  std::vector<ShapeId> period;   ///< any number of times, before
  std::vector<ShapeId> partial;  ///< these
};

/// What is known before an instruction.
struct State {
  std::vector<ShapeId> registers;
  std::vector<Pushed> scratch;   ///< one for each mark that is open
  std::uint32_t index = kNone;   ///< whose rule blocks are running
  std::uint32_t firing = kNone;  ///< rule (within the decision) of the firing under way
};

/// How much proving a program may take: far more than any policy does, and little enough that no
/// file makes loading take for ever.
struct Effort {
  explicit Effort(const Program& program) : steps(kLeast + 64 * program.code.size()) {}
  /// False when `count` more are too many.
  bool take(std::uint64_t count) {
    if (count > steps) return false;
    steps -= count;
    return true;
  }
  static constexpr std::uint64_t kLeast = std::uint64_t{1} << 22;
  std::uint64_t steps;  ///< left
};

/// What is known about one decision beyond its sections.
struct DecisionFacts {
  DecisionFacts(const Program& program, const DecisionDesc& decision, Shapes& shapes,
                Effort& effort);

  const Program& program;
  const DecisionDesc& decision;
  Shapes& shapes;
  Effort& effort;
  std::vector<ShapeId> slots;  ///< by cell of the frame
  std::vector<ShapeId> memos;  ///< by memo cell, grows while sections are looked at
  std::map<std::uint32_t, std::vector<ShapeId>> fired;  ///< by rule: shapes of its names
  bool memos_changed = false;

  const OutputDesc& output(std::uint32_t id) const {
    return program.outputs[decision.outputs.first + id];
  }
  const RuleDesc& rule(std::uint32_t id) const { return program.rules[decision.rules.first + id]; }
  /// A reader's view of an output (at one key).
  ShapeId output_shape(const OutputDesc& output);
  ShapeId key_shape(const OutputDesc& output) { return shapes.type(output.key_type); }
  /// A list or set of elements of type row `element`.
  ShapeId items_of(std::uint32_t element);
  /// A set of elements of type row `element`: a mask for an enum.
  ShapeId set_of(std::uint32_t element);
};

/// What one instruction asks of the registers and leaves in them. `apply` gives what is wrong,
/// empty when nothing is.
class Effects {
 public:
  Effects(DecisionFacts& facts, SectionKind section) : facts_(facts), section_(section) {}
  std::string apply(const Instruction& in, State& state);

 private:
  std::string apply_moving(const Instruction& in);
  std::string apply_control(const Instruction& in);
  std::string apply_scalar(const Instruction& in);
  std::string apply_collection(const Instruction& in);
  std::string apply_building(const Instruction& in);
  std::string apply_quorum_or_text(const Instruction& in);
  std::string apply_output(const Instruction& in);
  std::string apply_iterate(const Instruction& in);
  std::string apply_field(const Instruction& in);
  std::string apply_extreme(const Instruction& in);
  std::string apply_table(const Instruction& in);
  std::string apply_contribution(const Instruction& in);
  std::string apply_push(const Instruction& in);
  std::string apply_end();
  bool pop_pushed(std::uint32_t mark, Pushed& pushed);
  bool allowed(Opcode op) const;

  const Shape& at(std::uint32_t reg) const { return facts_.shapes[state_->registers[reg]]; }
  bool is(std::uint32_t reg, ShapeKind kind) const;
  bool number(std::uint32_t reg) const;
  bool sized(std::uint32_t reg) const;
  bool fits(std::uint32_t reg, ShapeId wanted) const {
    return facts_.shapes.fits(state_->registers[reg], wanted);
  }
  std::string put(std::uint32_t reg, ShapeId shape) {
    state_->registers[reg] = shape;
    return {};
  }
  std::string put(std::uint32_t reg, ShapeKind kind, std::uint32_t bound = 0) {
    return put(reg, facts_.shapes.simple(kind, bound));
  }
  std::string put_if(bool right, std::uint32_t reg, ShapeKind kind, std::uint32_t bound = 0) {
    return right ? put(reg, kind, bound) : wrong();
  }
  /// A row of opcodes.inc that nobody has taught the verifier: refused, never waved through.
  static std::string not_known() { return "the verifier does not know this instruction"; }
  static std::string wrong() { return "an operand is not of the kind that the instruction needs"; }

  DecisionFacts& facts_;
  SectionKind section_;
  State* state_ = nullptr;
};

/// Follows all paths through one section until nothing new is learnt.
class SectionFlow {
 public:
  SectionFlow(DecisionFacts& facts, SectionKind kind, std::uint32_t entry);
  /// `registers`: what is in them at the start.
  std::optional<VerifyError> run(std::vector<ShapeId> registers);

 private:
  struct Hub {
    std::uint32_t dispatch = kNone;
    std::vector<std::uint32_t> blocks;
    bool reached = false;
  };

  bool check_static();
  bool check_instruction(std::uint32_t at);
  bool check_operand(std::uint32_t at, char kind, std::uint32_t value);
  bool check_reads(std::uint32_t at, const State& state);
  bool check_jump(std::uint32_t at, std::uint32_t target);
  bool check_loops();
  bool check_dispatches();
  bool step(std::uint32_t at, State& state, bool& ends);
  bool step_next(std::uint32_t at, State& state);
  bool step_memo_get(std::uint32_t at, State& state);
  bool step_rule_end(State& state, bool& ends);
  void flow_to(std::uint32_t target, const State& state);
  void flow_to_hub(std::uint32_t index, const State& state);
  bool merge(State& into, const State& from);
  bool merge_pushed(Pushed& into, const Pushed& from);
  bool fail(std::uint32_t at, std::string message);

  DecisionFacts& facts_;
  const Program& p_;
  SectionKind kind_;
  std::uint32_t entry_, end_ = 0;
  std::set<std::uint32_t> leaders_;
  std::map<std::uint32_t, std::uint32_t> loops_;  // `next` to the last jump back to it
  std::map<std::uint32_t, Hub> hubs_;             // by index
  std::map<std::uint32_t, State> states_;         // before each leader
  std::set<std::uint32_t> pending_;
  std::size_t known_ = 0;  // registers in all of states_
  std::optional<VerifyError> error_;
};

/// Adds one more push, and folds a whole period away.
void add_push(Shapes& shapes, Pushed& pushed, ShapeId shape, bool certain);

/// All sections of all decisions, and the probes.
std::optional<VerifyError> check_code(const Program& program, Shapes& shapes);

}  // namespace writ::engine::proof
