#pragma once

#include <unordered_set>
#include <vector>

#include "dsl/model.hpp"

/// What checked expressions read. Every walk also goes into the rows of the tables that are used.
namespace writ::dsl::check {

/// Calls `visit(ExprId, const Expr&)` once for `root` and each expression below it, rows of tables
/// included, parents first. `visit` must not add expressions.
template <class Visit>
void walk(const Model& model, ExprId root, Visit&& visit) {
  std::vector<ExprId> open;
  std::unordered_set<ExprId> seen;
  const auto push = [&](ExprId id) {
    if (id != kNoExpr && seen.insert(id).second) open.push_back(id);
  };
  push(root);
  while (!open.empty()) {
    const ExprId id = open.back();
    open.pop_back();
    const Expr& expr = model.expr(id);
    visit(id, expr);
    for_each_child(expr, push);
    if (expr.kind == ExprKind::table && expr.index < model.tables.size()) {
      for (const Row& row : model.tables[expr.index].rows)
        if (expr.column < row.values.size()) push(row.values[expr.column]);
    }
  }
}

/// Calls `visit(ExprId)` for each expression of the rule that counts as a read: conditions,
/// collections, keys and values, but no texts.
template <class Visit>
void for_each_rule_root(const Rule& rule, Visit&& visit) {
  for (const Step& step : rule.steps)
    visit(step.expr);
  for (const Contribution& contribution : rule.contributions) {
    visit(contribution.key);
    for (const ExprId value : contribution.values)
      visit(value);
    visit(contribution.relative);
  }
}

/// Whether the expression names an output (`output`, `output_key`, `granted` and the like).
inline bool reads_output(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::output:
    case ExprKind::output_key:
    case ExprKind::verdict_granted:
    case ExprKind::verdict_held:
    case ExprKind::verdict_denied: return true;
    default: return false;
  }
}

}  // namespace writ::dsl::check
