#include "engine/compile/memo_plan.hpp"

#include <algorithm>
#include <vector>

#include "engine/compile/rule_index.hpp"

namespace writ::engine::lowering {

namespace {
/// A look-up that hits costs one instruction, one that misses two more than the expression.
constexpr std::uint32_t kLeastWeight = 5;
}  // namespace

MemoPlan::MemoPlan(const dsl::Model& model, const dsl::Decision& decision, ExprKeys& keys)
    : model_(model), keys_(keys) {
  for (const dsl::Output& output : decision.outputs) {
    if (output.domain != dsl::kNoExpr) visit(output.domain, false);
    if (output.start != dsl::kNoExpr) visit(output.start, output.per);
    if (output.value != dsl::kNoExpr) visit(output.value, output.per);
  }
  for (const dsl::Rule& rule : decision.rules)
    visit_rule(rule);
  for (const dsl::Waiver& waiver : decision.waivers) {
    const std::vector<dsl::Step>& steps = decision.rules[waiver.rule].steps;
    const bool in_loop = std::any_of(steps.begin(), steps.end(), [](const dsl::Step& step) {
      return step.kind == dsl::StepKind::each;
    });
    for (dsl::ExprId when : waiver.whens)
      visit(when, in_loop);
  }
}

void MemoPlan::visit_rule(const dsl::Rule& rule) {
  bool in_loop = false;
  for (const dsl::Step& step : rule.steps) {
    if (step.kind == dsl::StepKind::each)
      visit(step.expr, in_loop);
    else
      visit_condition(step, in_loop);
    in_loop = in_loop || step.kind == dsl::StepKind::each;
  }
  for (const dsl::Contribution& contribution : rule.contributions) {
    if (contribution.key != dsl::kNoExpr) visit(contribution.key, in_loop);
    for (dsl::ExprId value : contribution.values)
      if (value != dsl::kNoExpr) visit(value, in_loop);
    if (contribution.relative != dsl::kNoExpr) visit(contribution.relative, in_loop);
  }
}

/// What reads no name is answered before the loops (rules.cpp), so it is asked once.
void MemoPlan::visit_condition(const dsl::Step& step, bool in_loop) {
  std::vector<dsl::ExprId> parts{step.expr};
  if (step.kind == dsl::StepKind::when && !keys_.closed(step.expr)) {
    parts.clear();
    append_conjuncts(model_, step.expr, parts);
  }
  for (dsl::ExprId part : parts)
    visit(part, in_loop && !keys_.closed(part));
}

void MemoPlan::visit(dsl::ExprId id, bool in_loop) {
  if (keys_.closed(id)) {
    std::uint32_t& uses = uses_[keys_.key(id)];
    const bool seen = uses != 0;
    uses += in_loop ? 2 : 1;
    if (seen) return;
  } else if (!open_seen_.insert(id).second) {
    return;
  }
  visit_parts(id, in_loop);
}

void MemoPlan::visit_parts(dsl::ExprId id, bool in_loop) {
  const dsl::Expr& expr = model_.expr(id);
  for_each_part(expr, [&](dsl::ExprId part, bool in_body) { visit(part, in_loop || in_body); });
  if (expr.kind != dsl::ExprKind::table) return;
  for (const dsl::Row& row : model_.tables[expr.index].rows)
    if (expr.column < row.values.size()) visit(row.values[expr.column], in_loop);
}

std::uint32_t MemoPlan::cell(dsl::ExprId id) {
  if (model_.expr(id).kind == dsl::ExprKind::constant || !keys_.closed(id)) return kNone;
  const std::uint32_t key = keys_.key(id);
  if (auto known = cell_of_key_.find(key); known != cell_of_key_.end()) return known->second;
  const auto uses = uses_.find(key);
  if (uses == uses_.end() || uses->second < 2 || keys_.weight(id) < kLeastWeight) return kNone;
  cell_of_key_.emplace(key, cells_);
  return cells_++;
}

}  // namespace writ::engine::lowering
