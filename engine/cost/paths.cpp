#include <algorithm>

#include "engine/cost/sections.hpp"

namespace writ::engine::cost {
namespace {

constexpr std::uint64_t kNoPath = ~std::uint64_t{0};

Opcode op_of(const Instruction& in) {
  return static_cast<Opcode>(in.op);
}

/// The forward target of a branch; kNone for what only goes on.
std::uint32_t branch_target(const Instruction& in) {
  switch (op_of(in)) {
    case Opcode::jump:
    case Opcode::jump_if:
    case Opcode::jump_unless:
    case Opcode::next: return in.d;
    case Opcode::condition:
    case Opcode::memo_get: return in.e;
    default: return kNone;
  }
}

std::uint64_t after(std::uint64_t weight, std::uint64_t rest) {
  return rest == kNoPath ? kNoPath : sum(weight, rest);
}

std::uint64_t heavier(std::uint64_t a, std::uint64_t b) {
  if (a == kNoPath) return b;
  if (b == kNoPath) return a;
  return std::max(a, b);
}

}  // namespace

namespace {

/// Marks a section irregular when a path could come into a loop other than by its beginning.
void check_regular(const Program& program, Section& section) {
  // The innermost loop around each instruction, its beginning included.
  std::vector<std::uint32_t> loop_of(section.steps.size(), kNone);
  for (const auto& [top, last] : section.loops) {
    const std::uint32_t outer = loop_of[section.index(top)];
    if (outer != kNone && last >= section.loops.at(outer)) section.regular = false;
    for (std::uint32_t pc = top; pc <= last; ++pc)
      loop_of[section.index(pc)] = top;
  }
  const auto inside = [&](std::uint32_t pc, std::uint32_t top) {
    return top <= pc && pc <= section.loops.at(top);
  };
  for (std::uint32_t pc = section.entry; pc <= section.end; ++pc) {
    const Instruction& in = program.code[pc];
    const std::uint32_t to = branch_target(in);
    if (to != kNone && to > pc) {
      const std::uint32_t top = loop_of[section.index(to)];
      if (top != kNone && to != top && !inside(pc, top)) section.regular = false;
    }
    if (op_of(in) != Opcode::dispatch) continue;
    const IndexDesc& index = program.indexes[in.d];
    for (std::uint32_t b = 0; b < index.buckets.count; ++b) {
      const IndexBucket& bucket = program.buckets[index.buckets.first + b];
      for (std::uint32_t i = 0; bucket.key != kNone && i < bucket.blocks.count; ++i)
        if (loop_of[section.index(program.block_list[bucket.blocks.first + i])] != kNone)
          section.regular = false;
    }
  }
}

}  // namespace

Section find_section(const Program& program, std::uint32_t entry) {
  Section section;
  section.entry = entry;
  section.end = entry;
  while (op_of(program.code[section.end]) != Opcode::end) {
    const Instruction& in = program.code[section.end];
    if (op_of(in) == Opcode::jump && in.d <= section.end) {
      std::uint32_t& last = section.loops[in.d];
      last = std::max(last, section.end);
    }
    ++section.end;
  }
  section.steps.resize(section.end - entry + 1);
  check_regular(program, section);
  return section;
}

bool computes_alone(const Program& program, const Section& section, std::uint32_t memo_get) {
  const Instruction& get = program.code[memo_get];
  const std::uint32_t target = get.e;
  if (target < memo_get + 2 || target > section.end) return false;
  const Instruction& put = program.code[target - 1];
  if (op_of(put) != Opcode::memo_put || put.d != get.d) return false;
  for (std::uint32_t pc = memo_get + 1; pc + 1 < target; ++pc) {
    const Instruction& in = program.code[pc];
    switch (op_of(in)) {
      case Opcode::end:
      case Opcode::dispatch:
      case Opcode::rule_begin:
      case Opcode::rule_end:
      case Opcode::fire:
      case Opcode::fire_end: return false;
      default: break;
    }
    const std::uint32_t to = branch_target(in);
    if (to != kNone && (to <= memo_get || to >= target)) return false;
  }
  return true;
}

Paths::Paths(const Program& program, const Section& section,
             const std::vector<std::uint64_t>& weights)
    : p_(program), section_(section), weights_(weights) {
  alone_.resize(section.steps.size(), false);
  bool dispatches = false;
  for (std::uint32_t pc = section.entry; pc <= section.end; ++pc) {
    if (op_of(p_.code[pc]) == Opcode::memo_get)
      alone_[section.index(pc)] = computes_alone(p_, section, pc);
    dispatches = dispatches || op_of(p_.code[pc]) == Opcode::dispatch;
  }
  // Inner loops begin behind the outer ones' beginnings.
  std::vector<std::uint64_t> to_goal(section.steps.size(), kNoPath);
  for (auto loop = section.loops.rbegin(); loop != section.loops.rend(); ++loop) {
    const auto [top, last] = *loop;
    solve(top + 1, last, Goal::at, top, to_goal);
    iteration_[top] = top + 1 <= last ? to_goal[section.index(top + 1)] : kNoPath;
  }
  if (!dispatches) return;
  to_rule_end_.assign(section.steps.size(), kNoPath);
  solve(section.entry, section.end, Goal::rule_end, kNone, to_rule_end_);
}

/// The blocks of the bucket whose rules are heaviest together.
std::uint64_t Paths::dispatched(const Instruction& in) const {
  const IndexDesc& index = p_.indexes[in.d];
  std::uint64_t most = 0;
  for (std::uint32_t b = 0; b < index.buckets.count; ++b) {
    const IndexBucket& bucket = p_.buckets[index.buckets.first + b];
    if (bucket.key == kNone) continue;
    std::uint64_t all = 0;
    for (std::uint32_t i = 0; i < bucket.blocks.count; ++i) {
      const std::uint32_t block = p_.block_list[bucket.blocks.first + i];
      const std::uint64_t path = to_rule_end_[section_.index(block)];
      if (path != kNoPath) all = sum(all, path);
    }
    most = std::max(most, all);
  }
  return most;
}

/// From a constant that the next branches read: the path that they take. How `any` ends when no
/// element was found is such a constant, and without this it would count as if one had been.
std::uint64_t Paths::from_constant(std::uint32_t pc, std::uint32_t last,
                                   const std::vector<std::uint64_t>& to_goal) const {
  const Constant& constant = p_.constants[p_.code[pc].d];
  if (constant.kind != ConstantKind::integer) return kNoPath;
  std::uint32_t reg = p_.code[pc].a;
  bool value = constant.i != 0, decided = false;
  std::uint64_t weight = weights_[section_.index(pc)];
  for (std::uint32_t at = pc + 1; at <= last; ++at) {
    const Instruction& in = p_.code[at];
    const Opcode op = op_of(in);
    const bool reads = in.b == reg;
    if (op == Opcode::jump && in.d > at) {
      weight = sum(weight, weights_[section_.index(at)]);
      at = in.d - 1;
    } else if ((op == Opcode::logical_not || op == Opcode::move) && reads) {
      weight = sum(weight, weights_[section_.index(at)]);
      if (op == Opcode::logical_not) value = !value;
      reg = in.a;
    } else if ((op == Opcode::jump_if || op == Opcode::jump_unless) && reads) {
      weight = sum(weight, weights_[section_.index(at)]);
      decided = true;
      if (value == (op == Opcode::jump_if)) at = in.d - 1;
    } else if (op == Opcode::condition && reads) {
      weight = sum(weight, weights_[section_.index(at)]);
      decided = true;
      if (value == (in.c == 1)) at = in.e - 1;
    } else {
      return decided ? after(weight, to_goal[section_.index(at)]) : kNoPath;
    }
  }
  return kNoPath;
}

std::uint64_t Paths::step(std::uint32_t pc, std::uint32_t last, Goal goal, std::uint32_t target,
                          const std::vector<std::uint64_t>& to_goal) const {
  const Instruction& in = p_.code[pc];
  const std::uint64_t weight = weights_[section_.index(pc)];
  const auto from = [&](std::uint32_t to) -> std::uint64_t {
    if (goal == Goal::at && to == target) return 0;
    if (to <= pc || to > last) return kNoPath;
    return to_goal[section_.index(to)];
  };
  switch (op_of(in)) {
    case Opcode::end: return goal == Goal::end ? weight : kNoPath;
    case Opcode::jump: return after(weight, from(in.d));
    case Opcode::rule_end: return goal == Goal::rule_end ? weight : after(weight, from(pc + 1));
    case Opcode::dispatch:
      if (goal != Goal::end) return kNoPath;
      return after(sum(weight, dispatched(in)), from(pc + 1));
    case Opcode::memo_get:
      if (alone_[section_.index(pc)]) return after(weight, from(in.e));
      return after(weight, heavier(from(pc + 1), from(in.e)));
    case Opcode::next: {
      const auto loop = section_.loops.find(pc);
      if (loop == section_.loops.end()) return after(weight, heavier(from(pc + 1), from(in.d)));
      const std::uint64_t times = section_.at(pc).iterations;
      const std::uint64_t round = iteration_.at(pc);
      const std::uint64_t leaves = after(weight, from(in.d));
      if (times == 0) return leaves;
      const std::uint64_t breaks = after(weight, from(pc + 1));
      if (round == kNoPath) return heavier(leaves, breaks);
      const std::uint64_t one = sum(weight, round);
      return heavier(after(product(times, one), leaves), after(product(times - 1, one), breaks));
    }
    case Opcode::constant: {
      const std::uint64_t decided = from_constant(pc, last, to_goal);
      return decided != kNoPath ? decided : after(weight, from(pc + 1));
    }
    default: {
      const std::uint32_t to = branch_target(in);
      const std::uint64_t on = from(pc + 1);
      return after(weight, to == kNone ? on : heavier(on, from(to)));
    }
  }
}

/// The heaviest path from each instruction of [first, last] to the goal.
void Paths::solve(std::uint32_t first, std::uint32_t last, Goal goal, std::uint32_t target,
                  std::vector<std::uint64_t>& to_goal) {
  for (std::uint32_t pc = last + 1; pc-- > first;)
    to_goal[section_.index(pc)] = step(pc, last, goal, target, to_goal);
}

std::uint64_t Paths::heaviest() {
  std::vector<std::uint64_t> to_goal(section_.steps.size(), kNoPath);
  solve(section_.entry, section_.end, Goal::end, kNone, to_goal);
  return to_goal.front() == kNoPath ? 0 : to_goal.front();
}

void Paths::add_memos(std::map<std::uint32_t, std::uint64_t>& into) {
  std::vector<std::uint64_t> to_goal(section_.steps.size(), kNoPath);
  for (std::uint32_t pc = section_.entry; pc <= section_.end; ++pc) {
    if (op_of(p_.code[pc]) != Opcode::memo_get || !alone_[section_.index(pc)]) continue;
    const Instruction& in = p_.code[pc];
    solve(pc + 1, in.e - 1, Goal::at, in.e, to_goal);
    const std::uint64_t path = to_goal[section_.index(pc + 1)];
    if (path == kNoPath) continue;
    std::uint64_t& most = into[in.d];
    most = std::max(most, path);
  }
}

}  // namespace writ::engine::cost
