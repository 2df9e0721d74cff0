#include <algorithm>

#include "tests/oracle/decide.hpp"

// `valid_until` (language.md section 4), by trying every comparison with now for every element.
namespace writ::oracle {
namespace {

using dsl::Compare;
using dsl::ExprKind;

class Horizon {
 public:
  explicit Horizon(const Run& run) : run_(run), world_(run.world) {}

  std::optional<base::Micros> least() {
    for (const dsl::Rule& rule : world_.decision.rules)
      bounds(rule.effective);
    for (const dsl::Waiver& waiver : world_.decision.waivers)
      bounds(waiver.effective);
    for (dsl::RuleId id = 0; id < world_.decision.rules.size(); ++id)
      rule(id, 0, nullptr);
    for (dsl::OutputId id = 0; id < world_.decision.outputs.size(); ++id)
      output(id);
    for (const Firing& firing : run_.firings) {
      if (firing.waiver == nullptr) relative(firing);
    }
    return least_;
  }

 private:
  void take(Wide instant) {
    if (!least_ || instant < *least_) least_ = static_cast<base::Micros>(instant);
  }
  void candidate(Wide instant) {
    if (instant > world_.now && instant <= base::kMaxInstant) take(instant);
  }
  void bounds(const dsl::Window& window) {
    if (window.from) candidate(*window.from);
    if (window.until) candidate(*window.until);
  }

  /// All combinations of elements, whatever the conditions say. Constants are looked for even where
  /// an empty collection leaves no element.
  void rule(dsl::RuleId id, std::size_t index, const Scope& scope) {
    const std::vector<dsl::Step>& steps = world_.decision.rules[id].steps;
    if (index == 0) constants_of_rule(id);
    if (index < steps.size()) {
      const dsl::Step& current = steps[index];
      walk(current.expr, scope);
      if (current.kind != dsl::StepKind::each) return rule(id, index + 1, scope);
      const Value all = evaluate(world_, scope, current.expr);
      for (std::size_t i = 0; i < all.items().size(); ++i) {
        rule(id, index + 1, bind(scope, current.local, all.items()[i], i));
      }
      return;
    }
    for_each_end(id, [&](dsl::ExprId expr) { walk(expr, scope); });
  }
  /// What a firing of the rule evaluates: contributions and the conditions of its waivers.
  template <class Visit>
  void for_each_end(dsl::RuleId id, Visit visit) const {
    for (const dsl::Contribution& contribution : world_.decision.rules[id].contributions) {
      visit(contribution.key);
      for (const dsl::ExprId value : contribution.values)
        visit(value);
      visit(contribution.relative);
    }
    for (const dsl::Waiver& waiver : world_.decision.waivers) {
      if (waiver.rule != id) continue;
      for (const dsl::ExprId when : waiver.whens)
        visit(when);
    }
  }

  void constants_of_rule(dsl::RuleId id) {
    for (const dsl::Step& step : world_.decision.rules[id].steps)
      constants(step.expr);
    for_each_end(id, [this](dsl::ExprId expr) { constants(expr); });
  }

  void output(dsl::OutputId id) {
    const dsl::Output& output = world_.decision.outputs[id];
    for (const dsl::ExprId expr : {output.domain, output.start, output.value})
      constants(expr);
    walk(output.domain, nullptr);
    std::size_t position = 0;
    for (const KeyedOutput& at : world_.outputs[id]) {
      Scope scope;
      if (output.per) scope = bind(scope, output.key, at.key, position++);
      walk(output.start, scope);
      walk(output.value, scope);
    }
  }

  /// Constant instants compared with now, anywhere in the expression, and the microsecond after
  /// them where that is when the comparison turns.
  void constants(dsl::ExprId id) {
    if (id == dsl::kNoExpr) return;
    const dsl::Expr& expr = world_.model.expr(id);
    if (expr.kind == ExprKind::now_compare && expr.shape == dsl::NowShape::now &&
        world_.model.expr(expr.a).kind == ExprKind::constant) {
      const base::Micros at = world_.model.expr(expr.a).value.integer();
      candidate(at);
      if (expr.compare != Compare::less && expr.compare != Compare::greater_equal)
        candidate(Wide{at} + 1);
    }
    dsl::for_each_child(expr, [this](dsl::ExprId child) { constants(child); });
    if (expr.kind == ExprKind::table) {
      for (const dsl::Row& row : world_.model.tables[expr.index].rows) {
        constants(row.values[expr.column]);
      }
    }
  }

  static bool is_binder(ExprKind kind) {
    return kind == ExprKind::any || kind == ExprKind::all || kind == ExprKind::only ||
           kind == ExprKind::count || kind == ExprKind::set_for || kind == ExprKind::votes_for;
  }

  void walk(dsl::ExprId id, const Scope& scope) {
    if (id == dsl::kNoExpr) return;
    const dsl::Expr& expr = world_.model.expr(id);
    if (is_binder(expr.kind)) {
      walk(expr.a, scope);
      const Value all = evaluate(world_, scope, expr.a);
      for (std::size_t i = 0; i < all.items().size(); ++i) {
        const Scope inner = bind(scope, expr.index, all.items()[i], i);
        for (const dsl::ExprId body : {expr.b, expr.c, expr.d})
          walk(body, inner);
      }
      return;
    }
    dsl::for_each_child(expr, [&](dsl::ExprId child) { walk(child, scope); });
    if (expr.kind == ExprKind::now_compare) threshold(expr, scope);
    if (expr.kind == ExprKind::table) rows(expr, scope);
  }

  void rows(const dsl::Expr& expr, const Scope& scope) {
    const dsl::Table& table = world_.model.tables[expr.index];
    Scope inner = scope;
    for (std::size_t i = 0; i < expr.items.size(); ++i) {
      inner = bind(inner, table.parameters[i], evaluate(world_, scope, expr.items[i]), 0);
    }
    for (const dsl::Row& row : table.rows)
      walk(row.values[expr.column], inner);
  }

  /// The first instants at which the comparison comes out differently.
  void threshold(const dsl::Expr& expr, const Scope& scope) {
    const Value a = evaluate(world_, scope, expr.a);
    if (a.absent()) return;
    Wide at = a.number();
    Compare op = expr.compare;
    if (expr.shape != dsl::NowShape::now) {
      const Value b = evaluate(world_, scope, expr.b);
      if (b.absent()) return;
      if (expr.shape == dsl::NowShape::now_minus) {
        at += b.number();
      } else {
        at -= b.number();
        op = mirrored(op);
      }
    }
    if (at < base::kMinInstant || at > base::kMaxInstant) return;
    if (op == Compare::less || op == Compare::greater_equal) return candidate(at);
    if (op == Compare::equal || op == Compare::not_equal) candidate(at);
    candidate(at + 1);
  }

  static Compare mirrored(Compare op) {
    switch (op) {
      case Compare::less: return Compare::greater;
      case Compare::less_equal: return Compare::greater_equal;
      case Compare::greater: return Compare::less;
      case Compare::greater_equal: return Compare::less_equal;
      default: return op;
    }
  }

  /// `x at most t - now` and `x at least t - now` of a firing.
  void relative(const Firing& firing) {
    for (const Contributed& contribution : firing.contributions) {
      if (contribution.clause->relative == dsl::kNoExpr) continue;
      if (contribution.clause->verb == dsl::Verb::at_least) {
        if (decides(world_, contribution)) take(world_.now);
        continue;
      }
      for (const KeyedOutput* at : reached(world_, contribution)) {
        const Wide instant = Wide{contribution.instant} - at->value.number();
        if (instant <= base::kMaxInstant) take(std::max(Wide{world_.now}, instant));
      }
    }
  }

  const Run& run_;
  const World& world_;
  std::optional<base::Micros> least_;
};

}  // namespace

std::optional<base::Micros> horizon(const Run& run) {
  return Horizon(run).least();
}

}  // namespace writ::oracle
