#include <algorithm>

#include "engine/compile/decision_code.hpp"

/// Rules: conditions are placed where they can be answered first, loops are nested, firings
/// contribute.
namespace writ::engine::lowering {

using dsl::ExprId;
using dsl::RuleId;
using dsl::Step;
using dsl::StepKind;

void DecisionCode::compile_run(const std::vector<RuleId>& rules) {
  RuleFiling filing;
  filing.others = rules;
  if (bench_.optimize) filing = file_rules(model_, decision_, rules, exprs_, layout_);
  for (const IndexedRules& indexed : filing.indexes) {
    const Label after = code_.label();
    const std::uint32_t dispatch = code_.here();
    code_.emit(Opcode::dispatch);
    code_.emit_jump(Opcode::jump, after);
    std::vector<std::uint32_t> blocks;
    for (const IndexedRules::Entry& entry : indexed.entries) {
      blocks.push_back(code_.here());
      compile_rule(entry.rule);
    }
    code_.place(after);
    if (code_.overflow()) return;
    program_.code[dispatch].d = append_index(program_, indexed, blocks);
  }
  for (RuleId rule : filing.others)
    compile_rule(rule);
}

/// How many `each` of the rule must be open before the expression can be answered.
std::size_t DecisionCode::level_of(const dsl::Rule& rule, ExprId id) {
  std::size_t level = 0, opened = 0;
  const std::vector<dsl::LocalId>& free = keys_.free_locals(id);
  for (const Step& step : rule.steps) {
    if (step.kind != StepKind::each) continue;
    ++opened;
    if (std::binary_search(free.begin(), free.end(), step.local)) level = opened;
  }
  return level;
}

/// The conditions by the number of loops open around them. A conjunct moves out of the loops whose
/// elements it does not read. That cannot change which firings there are: every expression can be
/// answered anywhere, and where an earlier condition holds, a later one means what it would have
/// meant behind it.
std::vector<std::vector<DecisionCode::Guard>> DecisionCode::place_conditions(
    const dsl::Rule& rule) {
  std::size_t opened = 0;
  for (const Step& step : rule.steps)
    opened += step.kind == StepKind::each ? 1 : 0;
  std::vector<std::vector<Guard>> levels(opened + 1);
  opened = 0;
  for (std::size_t i = 0; i < rule.steps.size(); ++i) {
    const Step& step = rule.steps[i];
    if (step.kind == StepKind::each) {
      ++opened;
      continue;
    }
    if (!bench_.optimize) {
      levels[opened].push_back({i, {step.expr}, true});
      continue;
    }
    std::vector<ExprId> conjuncts;
    if (step.kind == StepKind::when)
      append_conjuncts(model_, step.expr, conjuncts);
    else
      conjuncts.push_back(step.expr);
    std::vector<std::vector<ExprId>> by_level(opened + 1);
    for (ExprId conjunct : conjuncts)
      by_level[level_of(rule, conjunct)].push_back(conjunct);
    std::size_t last = by_level.size() - 1;
    while (last > 0 && by_level[last].empty())
      --last;
    for (std::size_t level = 0; level <= last; ++level) {
      if (by_level[level].empty()) continue;
      // A condition that is all here keeps its form, so that others which share it find it.
      if (level == last && by_level[level].size() == conjuncts.size())
        by_level[level] = {step.expr};
      levels[level].push_back({i, std::move(by_level[level]), level == last});
    }
  }
  return levels;
}

void DecisionCode::emit_conjuncts(const Guard& guard, Register target) {
  const Label decided = code_.label();
  for (std::size_t i = 0; i < guard.conjuncts.size(); ++i) {
    if (i != 0) code_.emit_jump(Opcode::jump_unless, decided, 0, target);
    exprs_.into(guard.conjuncts[i], target);
  }
  code_.place(decided);
}

void DecisionCode::emit_guard(RuleId id, const Guard& guard, Label fail) {
  const RegisterScope scope(code_);
  const dsl::Rule& rule = decision_.rules[id];
  std::uint32_t condition = program_.rules[desc_.rules.first + id].conditions.first;
  for (std::size_t i = 0; i < guard.step; ++i)
    condition += rule.steps[i].kind == StepKind::each ? 0 : 1;
  const Register unless = rule.steps[guard.step].kind == StepKind::unless ? 1 : 0;
  const Register answer = code_.take();
  emit_conjuncts(guard, answer);
  if (guard.whole) {
    code_.emit_branch(Opcode::condition, fail, 0, answer, unless, condition);
    return;
  }
  // Only a false part decides the condition; a true one leaves it to the parts further in.
  const Label on = code_.label();
  code_.emit_jump(Opcode::jump_if, on, 0, answer);
  code_.emit_branch(Opcode::condition, fail, 0, answer, unless, condition);
  code_.place(on);
}

void DecisionCode::skip_outside_window(const dsl::Window& window, Label target) {
  const std::uint32_t row = window_row(window);
  if (row == kNone) return;
  const RegisterScope scope(code_);
  const Register open = code_.take();
  code_.emit(Opcode::window, open, 0, 0, row);
  code_.emit_jump(Opcode::jump_unless, target, 0, open);
}

void DecisionCode::compile_rule(RuleId id) {
  if (code_.overflow()) return;
  const RegisterScope scope(code_);
  const dsl::Rule& rule = decision_.rules[id];
  const Label end = code_.label();
  code_.emit(Opcode::rule_begin, 0, 0, 0, id);
  skip_outside_window(rule.effective, end);

  const std::vector<std::vector<Guard>> levels = place_conditions(rule);
  const auto local_count = static_cast<std::uint32_t>(levels.size() - 1);
  const Register locals = local_count == 0 ? 0 : code_.take(local_count);
  RuleDesc& desc = program_.rules[desc_.rules.first + id];
  desc.locals = locals;
  desc.local_count = local_count;

  std::vector<Loop> loops;
  Label fail = end;
  for (const Guard& guard : levels[0])
    emit_guard(id, guard, fail);
  for (const Step& step : rule.steps) {
    if (step.kind != StepKind::each) continue;
    const Register collection = exprs_.value(step.expr);
    const auto depth = static_cast<Register>(loops.size());
    loops.push_back(
        exprs_.begin_loop(collection, model_.expr(step.expr).type, step.local, locals + depth));
    fail = loops.back().skip;
    for (const Guard& guard : levels[loops.size()])
      emit_guard(id, guard, fail);
  }
  compile_firing(id);
  for (auto loop = loops.rbegin(); loop != loops.rend(); ++loop)
    exprs_.end_loop(*loop);
  code_.place(end);
  code_.emit(Opcode::rule_end, 0, 0, 0, id);
}

void DecisionCode::compile_firing(RuleId id) {
  const Label fire_end = code_.label();
  code_.emit(Opcode::fire, 0, 0, 0, id);
  compile_waivers(id, fire_end);
  const dsl::Rule& rule = decision_.rules[id];
  std::uint32_t row = program_.rules[desc_.rules.first + id].contributions.first;
  for (const dsl::Contribution& contribution : rule.contributions)
    compile_contribution(contribution, row++);
  code_.place(fire_end);
  code_.emit(Opcode::fire_end);
}

void DecisionCode::compile_waivers(RuleId id, Label fire_end) {
  for (std::uint32_t index : waivers_of_[id]) {
    const dsl::Waiver& waiver = decision_.waivers[index];
    const Label next = code_.label();
    skip_outside_window(waiver.effective, next);
    for (ExprId when : waiver.whens) {
      const RegisterScope scope(code_);
      code_.emit_jump(Opcode::jump_unless, next, 0, exprs_.value(when));
    }
    code_.emit(Opcode::waived, 0, 0, 0, index);
    code_.emit_jump(Opcode::jump, fire_end);
    code_.place(next);
  }
}

void DecisionCode::compile_contribution(const dsl::Contribution& contribution, std::uint32_t row) {
  const RegisterScope scope(code_);
  const Register key = contribution.key == dsl::kNoExpr ? 0 : exprs_.value(contribution.key);
  if (contribution.relative != dsl::kNoExpr) {
    code_.emit(Opcode::contribute_relative, 0, exprs_.value(contribution.relative), key, row);
    return;
  }
  if (contribution.verb == dsl::Verb::permit || contribution.verb == dsl::Verb::forbid) {
    code_.emit(Opcode::contribute, 0, 0, key, row);
    return;
  }
  for (ExprId value : contribution.values) {
    const RegisterScope value_scope(code_);
    code_.emit(Opcode::contribute, 0, exprs_.value(value), key, row);
  }
}

}  // namespace writ::engine::lowering
