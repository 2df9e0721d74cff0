#include "engine/verify/flow.hpp"

#include <algorithm>
#include <utility>

namespace writ::engine::proof {

namespace {

constexpr std::uint32_t kRecordElements = 0x80000000u;
/// What is known about registers before all leaders of a section together.
constexpr std::size_t kMaxKnown = std::size_t{1} << 26;
constexpr const char* kTooMuch = "the code is too complicated to be proved";

/// The operands in the order of OpcodeInfo::operand.
std::uint32_t operand(const Instruction& in, std::size_t which) {
  switch (which) {
    case 0: return in.a;
    case 1: return in.b;
    case 2: return in.c;
    case 3: return in.d;
    default: return in.e;
  }
}

const OpcodeInfo& info(const Instruction& in) {
  return kOpcodes[in.op];
}

/// The jump target of an instruction that has one. Any number can be written as one, kNone too.
std::optional<std::uint32_t> target_of(const Instruction& in) {
  for (std::size_t i = 0; i < 5; ++i)
    if (info(in).operand[i] == 'J') return operand(in, i);
  return std::nullopt;
}

bool writes(const Instruction& in, std::uint32_t reg) {
  for (std::size_t i = 0; i < 5; ++i) {
    const char kind = info(in).operand[i];
    if ((kind == 'W' || kind == 'X') && operand(in, i) == reg) return true;
  }
  return false;
}

}  // namespace

SectionFlow::SectionFlow(DecisionFacts& facts, SectionKind kind, std::uint32_t entry)
    : facts_(facts), p_(facts.program), kind_(kind), entry_(entry) {}

bool SectionFlow::fail(std::uint32_t at, std::string message) {
  if (!error_) error_ = VerifyError{std::move(message), at};
  return false;
}

std::optional<VerifyError> SectionFlow::run(std::vector<ShapeId> registers) {
  if (!check_static()) return error_;
  State start;
  start.registers = std::move(registers);
  flow_to(entry_, start);
  while (!pending_.empty()) {
    const std::uint32_t leader = *pending_.begin();
    pending_.erase(pending_.begin());
    State state = states_[leader];
    for (std::uint32_t at = leader;; ++at) {
      if (!facts_.effort.take(1) || facts_.shapes.too_many()) {
        fail(at, kTooMuch);
        return error_;
      }
      bool ends = false;
      if (!step(at, state, ends)) return error_;
      if (error_) return error_;
      if (ends) break;
      if (leaders_.contains(at + 1)) {
        flow_to(at + 1, state);
        break;
      }
    }
    if (error_) return error_;
  }
  return error_;
}

// --- what can be said without following paths ---

bool SectionFlow::check_static() {
  const auto is_end = [](const Instruction& in) {
    return in.op == static_cast<std::uint16_t>(Opcode::end);
  };
  const auto end = std::find_if(p_.code.begin() + entry_, p_.code.end(), is_end);
  if (end == p_.code.end()) return fail(entry_, "a section has no end");
  end_ = static_cast<std::uint32_t>(end - p_.code.begin());
  if (!facts_.effort.take(end_ - entry_)) return fail(entry_, kTooMuch);
  for (std::uint32_t at = entry_; at <= end_; ++at)
    if (!check_instruction(at)) return false;
  return check_loops() && check_dispatches();
}

bool SectionFlow::check_instruction(std::uint32_t at) {
  const Instruction& in = p_.code[at];
  if (in.op >= kOpcodeCount) return fail(at, "there is no such opcode");
  for (std::size_t i = 0; i < 5; ++i)
    if (!check_operand(at, info(in).operand[i], operand(in, i))) return false;
  if (static_cast<Opcode>(in.op) == Opcode::quorum_both && in.e >= p_.enums.size())
    return fail(at, "an operand names no enum");
  if (static_cast<Opcode>(in.op) == Opcode::build_votes && in.d >= p_.enums.size())
    return fail(at, "an operand names no enum");
  const std::optional<std::uint32_t> target = target_of(in);
  return !target || check_jump(at, *target);
}

bool SectionFlow::check_operand(std::uint32_t at, char kind, std::uint32_t value) {
  const DecisionDesc& d = facts_.decision;
  std::size_t limit = 0;
  switch (kind) {
    case '-': return value == 0 || fail(at, "an unused operand is not 0");
    case 'N': return true;
    case 'W':
    case 'R':
    case 'X': limit = d.registers; break;
    case 'K': limit = p_.constants.size(); break;
    case 'J': return true;  // check_jump
    case 'T': limit = p_.types.size(); break;
    case 'O': limit = d.outputs.count; break;
    case 'D': limit = p_.data.size(); break;
    case 'P': limit = p_.patterns.size(); break;
    case 'G': limit = p_.globs.size(); break;
    case 'B': limit = p_.tables.size(); break;
    case 'M': limit = d.memos; break;
    case 'I': limit = p_.indexes.size(); break;
    case 'S': limit = d.frame_cells; break;
    case 'U': limit = d.rules.count; break;
    case 'C':
      return (value < p_.contributions.size() &&
              p_.contributions[value].output < d.outputs.count) ||
             fail(at, "an operand is out of range");
    case 'Q': limit = p_.conditions.size(); break;
    case 'V': limit = d.waivers.count; break;
    case 'w': limit = p_.windows.size(); break;
    default: return fail(at, "an operand is of no known kind");
  }
  return value < limit || fail(at, "an operand is out of range");
}

bool SectionFlow::check_jump(std::uint32_t at, std::uint32_t target) {
  if (target < entry_ || target > end_) return fail(at, "a jump leaves its section");
  leaders_.insert(target);
  if (target > at) return true;
  const bool closes = static_cast<Opcode>(p_.code[at].op) == Opcode::jump &&
                      static_cast<Opcode>(p_.code[target].op) == Opcode::next;
  if (!closes) return fail(at, "a jump goes backwards and does not close a loop");
  std::uint32_t& last = loops_[target];
  last = std::max(last, at);
  return true;
}

/// A loop ends because its iterator only moves on (nothing else in the loop writes it) and what
/// follows its last element lies behind the loop.
bool SectionFlow::check_loops() {
  for (const auto& [top, last] : loops_) {
    const std::uint32_t iterator = p_.code[top].a;
    if (p_.code[top].d <= last) return fail(top, "a loop does not leave itself at its end");
    for (std::uint32_t at = top + 1; at <= last; ++at) {
      const auto op = static_cast<Opcode>(p_.code[at].op);
      if (writes(p_.code[at], iterator)) return fail(at, "a loop writes its own iterator");
      if (op == Opcode::dispatch || op == Opcode::rule_end)
        return fail(at, "rules are run within a loop");
    }
  }
  return true;
}

bool SectionFlow::check_dispatches() {
  for (std::uint32_t at = entry_; at <= end_; ++at) {
    const Instruction& in = p_.code[at];
    if (static_cast<Opcode>(in.op) != Opcode::dispatch) continue;
    Hub& hub = hubs_[in.d];
    if (hub.dispatch != kNone) return fail(at, "an index is used twice");
    hub.dispatch = at;
    const IndexDesc& index = p_.indexes[in.d];
    const ShapeKind slot = index.slot < facts_.slots.size()
                               ? facts_.shapes.kind(facts_.slots[index.slot])
                               : ShapeKind::nothing;
    const ShapeKind wanted = index.kind == Kind::string    ? ShapeKind::string
                             : index.kind == Kind::integer ? ShapeKind::integer
                                                           : ShapeKind::member;
    if (slot != wanted) return fail(at, "an index looks up a value of another kind");
    for (std::uint32_t b = 0; b < index.buckets.count; ++b) {
      const IndexBucket& bucket = p_.buckets[index.buckets.first + b];
      if (bucket.key == kNone) continue;
      for (std::uint32_t i = 0; i < bucket.blocks.count; ++i) {
        const std::uint32_t block = p_.block_list[bucket.blocks.first + i];
        if (block <= at || block > end_) return fail(at, "an index names a block elsewhere");
        hub.blocks.push_back(block);
        leaders_.insert(block);
      }
    }
    std::sort(hub.blocks.begin(), hub.blocks.end());
    hub.blocks.erase(std::unique(hub.blocks.begin(), hub.blocks.end()), hub.blocks.end());
    leaders_.insert(at + 1);
  }
  return true;
}

// --- paths ---

/// Operands that an instruction does not use in this form are 0 and need not have been written.
bool SectionFlow::check_reads(std::uint32_t at, const State& state) {
  const Instruction& in = p_.code[at];
  const auto op = static_cast<Opcode>(in.op);
  const bool contributes = op == Opcode::contribute || op == Opcode::contribute_relative;
  const bool compares = op == Opcode::compare_now || op == Opcode::horizon;
  for (std::size_t i = 0; i < 5; ++i) {
    const char kind = info(in).operand[i];
    if (kind != 'R' && kind != 'X') continue;
    if (i == 1 && op == Opcode::table_row) continue;  // reads as many as it has columns
    if (i == 2 && compares && in.e == 0) continue;
    if (contributes) {
      const ContributionDesc& contribution = p_.contributions[in.d];
      if (i == 2 && !contribution.keyed) continue;
      if (i == 1 && (contribution.verb == Verb::permit || contribution.verb == Verb::forbid))
        continue;
    }
    if (state.registers[operand(in, i)] == kUnset)
      return fail(at, "register " + std::to_string(operand(in, i)) +
                          " is read and may not have been written");
  }
  return true;
}

bool SectionFlow::step(std::uint32_t at, State& state, bool& ends) {
  if (!check_reads(at, state)) return false;
  const Instruction& in = p_.code[at];
  const auto op = static_cast<Opcode>(in.op);
  Effects effects(facts_, kind_);
  const std::uint32_t index = state.index;
  if (std::string wrong = effects.apply(in, state); !wrong.empty())
    return fail(at, std::string(info(in).name) + ": " + wrong);
  switch (op) {
    case Opcode::jump:
      ends = true;
      flow_to(in.d, state);
      return true;
    case Opcode::jump_if:
    case Opcode::jump_unless: flow_to(in.d, state); return true;
    case Opcode::condition: flow_to(in.e, state); return true;
    case Opcode::next: return step_next(at, state);
    case Opcode::memo_get: return step_memo_get(at, state);
    case Opcode::dispatch:
      ends = true;
      flow_to_hub(in.d, state);
      return true;
    case Opcode::rule_end: return index == kNone || step_rule_end(state, ends);
    case Opcode::end: ends = true; return true;
    default: return true;
  }
}

bool SectionFlow::step_next(std::uint32_t at, State& state) {
  const Instruction& in = p_.code[at];
  Shapes& shapes = facts_.shapes;
  const Shape iterator = shapes[state.registers[in.a]];
  const ShapeKind position = shapes.kind(state.registers[in.c]);
  if (position != ShapeKind::integer) return fail(at, "next: the position is not a number");
  flow_to(in.d, state);
  const bool records = (in.e & kRecordElements) != 0;
  const std::uint32_t stride = in.e & ~kRecordElements;
  if (iterator.kind == ShapeKind::mask_iterator) {
    if (in.e != 0) return fail(at, "next: the iterator is over members");
    state.registers[in.b] = shapes.simple(ShapeKind::member, iterator.bound);
    return true;
  }
  if (iterator.kind != ShapeKind::items_iterator || stride == 0)
    return fail(at, "next: there is no iterator over such elements");
  if (iterator.cells.empty()) {
    state.registers[in.b] = kNothing;
    return true;
  }
  if (iterator.cells.size() != stride || (!records && stride != 1))
    return fail(at, "next: the elements are of another size");
  state.registers[in.b] =
      records ? shapes.intern({ShapeKind::record, 0, iterator.cells}) : iterator.cells.front();
  return true;
}

bool SectionFlow::step_memo_get(std::uint32_t at, State& state) {
  const Instruction& in = p_.code[at];
  State known = state;
  known.registers[in.a] = facts_.memos[in.d];
  flow_to(in.e, known);
  return true;
}

bool SectionFlow::step_rule_end(State& state, bool& ends) {
  ends = true;
  flow_to_hub(state.index, state);
  return true;
}

/// Before and between rule blocks registers hold nothing, so one visit of each block is enough.
void SectionFlow::flow_to_hub(std::uint32_t index, const State& state) {
  Hub& hub = hubs_[index];
  if (hub.reached) return;
  hub.reached = true;
  State clean = state;
  std::fill(clean.registers.begin(), clean.registers.end(), kUnset);
  clean.index = kNone;
  flow_to(hub.dispatch + 1, clean);
  clean.index = index;
  for (const std::uint32_t block : hub.blocks)
    flow_to(block, clean);
}

void SectionFlow::flow_to(std::uint32_t target, const State& state) {
  const std::size_t registers = state.registers.size();
  if (known_ > kMaxKnown || !facts_.effort.take(1 + registers / 64)) {
    fail(target, kTooMuch);
    return;
  }
  auto [place, added] = states_.try_emplace(target, state);
  if (added) known_ += registers;
  if (!added && !merge(place->second, state)) {
    if (place->second.index != state.index || place->second.firing != state.firing ||
        place->second.scratch.size() != state.scratch.size())
      fail(target, "paths meet that are in different rules, firings or values being built");
    return;
  }
  pending_.insert(target);
}

/// Whether `into` has changed.
bool SectionFlow::merge(State& into, const State& from) {
  if (into.index != from.index || into.firing != from.firing ||
      into.scratch.size() != from.scratch.size())
    return false;
  bool changed = false;
  for (std::size_t i = 0; i < into.registers.size(); ++i) {
    const ShapeId joined = facts_.shapes.join(into.registers[i], from.registers[i]);
    changed = changed || joined != into.registers[i];
    into.registers[i] = joined;
  }
  for (std::size_t i = 0; i < into.scratch.size(); ++i)
    changed = merge_pushed(into.scratch[i], from.scratch[i]) || changed;
  return changed;
}

namespace {
bool same(const Pushed& a, const Pushed& b) {
  return a.all == b.all && a.certain == b.certain && a.period == b.period && a.partial == b.partial;
}
}  // namespace

/// One path that has pushed nothing and one that has pushed some values make a period of these.
bool SectionFlow::merge_pushed(Pushed& into, const Pushed& from) {
  const Pushed before = into;
  into.all = facts_.shapes.join(into.all, from.all);
  into.certain = into.certain && from.certain;
  const auto join_all = [this, &into](std::vector<ShapeId>& a, const std::vector<ShapeId>& b) {
    for (std::size_t i = 0; i < a.size(); ++i) {
      a[i] = facts_.shapes.join(a[i], b[i]);
      if (a[i] == kUnset) into.certain = false;
    }
  };
  const auto periodic = [](const Pushed& pushed) {
    return pushed.partial.empty() ? pushed.period : pushed.partial;
  };
  if (into.certain) {
    if (into.period.size() == from.period.size() && into.partial.size() == from.partial.size()) {
      join_all(into.period, from.period);
      join_all(into.partial, from.partial);
    } else if ((into.period.empty() || into.partial.empty()) &&
               (from.period.empty() || from.partial.empty())) {
      // Both are whole numbers of rounds, if the rounds are alike.
      std::vector<ShapeId> round = periodic(into), other = periodic(from);
      if (round.empty()) std::swap(round, other);
      if (!other.empty() && other.size() != round.size())
        into.certain = false;
      else if (!other.empty())
        join_all(round, other);
      into.period = std::move(round);
      into.partial.clear();
    } else {
      into.certain = false;
    }
  }
  if (!into.certain) {
    into.period.clear();
    into.partial.clear();
  }
  return !same(before, into);
}

// --- all sections ---

namespace {

class CodeCheck {
 public:
  CodeCheck(const Program& program, Shapes& shapes)
      : p_(program), shapes_(shapes), effort_(program) {}

  std::optional<VerifyError> run() {
    for (std::uint32_t i = 0; i < p_.decisions.size() && !error_; ++i) {
      DecisionFacts facts(p_, p_.decisions[i], shapes_, effort_);
      // What memo cells hold is known once every section has put something into them.
      do {
        facts.memos_changed = false;
        check_decision(facts, i);
      } while (facts.memos_changed && !error_);
    }
    return error_;
  }

 private:
  void section(DecisionFacts& facts, SectionKind kind, std::uint32_t entry, std::uint32_t first = 0,
               const std::vector<ShapeId>& given = {}) {
    if (error_ || entry == kNone) return;
    std::vector<ShapeId> registers(facts.decision.registers, kUnset);
    if (first + given.size() > registers.size()) {
      error_ = VerifyError{"a section is given more values than it has registers", entry};
      return;
    }
    std::copy(given.begin(), given.end(), registers.begin() + first);
    error_ = SectionFlow(facts, kind, entry).run(std::move(registers));
  }

  void check_decision(DecisionFacts& facts, std::uint32_t number) {
    const DecisionDesc& decision = facts.decision;
    section(facts, SectionKind::schedule, decision.entry);
    section(facts, SectionKind::horizon, decision.horizon);
    section(facts, SectionKind::fail_closed, decision.fail_closed_entry);
    for (std::uint32_t i = 0; i < decision.rules.count; ++i) {
      const RuleDesc& rule = facts.rule(i);
      // The text of a rule that never fires is not run, but it is there to be read.
      const auto fired = facts.fired.find(i);
      section(facts, SectionKind::text, rule.text, rule.locals,
              fired != facts.fired.end() ? fired->second
                                         : std::vector<ShapeId>(rule.local_count, kNothing));
    }
    for (std::uint32_t i = 0; i < decision.outputs.count; ++i) {
      const OutputDesc& output = facts.output(i);
      std::vector<ShapeId> key;
      if (output.per) key.push_back(facts.key_shape(output));
      section(facts, SectionKind::text, output.otherwise_text, output.otherwise_key, key);
    }
    for (const ProbeDesc& probe : p_.probes)
      if (probe.decision == number) section(facts, SectionKind::probe, probe.entry);
  }

  const Program& p_;
  Shapes& shapes_;
  Effort effort_;
  std::optional<VerifyError> error_;
};

}  // namespace

std::optional<VerifyError> check_code(const Program& program, Shapes& shapes) {
  return CodeCheck(program, shapes).run();
}

}  // namespace writ::engine::proof
