#include <algorithm>
#include <iterator>

#include "dsl/check/expressions.hpp"
#include "dsl/check/mistakes.hpp"

/// Presence and logic: which paths a condition shows (language.md, section 5, 'Presence').
namespace writ::dsl::check {

namespace {

Facts both_of(const Facts& a, const Facts& b) {
  Facts out = a;
  out.insert(b.begin(), b.end());
  return out;
}

Facts common(const Facts& a, const Facts& b) {
  Facts out;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::inserter(out, out.end()));
  return out;
}

Checked negation(Context& context, const Checked& operand, Span span) {
  if (operand.id == kNoExpr)
    return {.id = kNoExpr, .type = 0, .shown = {operand.shown.when_false, operand.shown.when_true}};
  Expr expr = new_expr(ExprKind::logical_not, 0, span);
  expr.a = operand.id;
  Checked checked = make_boolean(context, std::move(expr));
  checked.shown = {operand.shown.when_false, operand.shown.when_true};
  return checked;
}

/// Joins operands as a balanced tree: a chain of hundreds stays shallow. Order, and with it what is
/// evaluated, is kept.
ExprId join(Context& context, ExprKind kind, const std::vector<ExprId>& operands,
            const std::vector<Span>& spans, std::size_t first, std::size_t count) {
  if (count == 1) return operands[first];
  const std::size_t half = count / 2;
  const Span span{spans[first].file, spans[first].begin, spans[first + count - 1].end};
  Expr expr = new_expr(kind, context.model.types.simple(TypeKind::boolean), span);
  expr.a = join(context, kind, operands, spans, first, half);
  expr.b = join(context, kind, operands, spans, first + half, count - half);
  return add_expr(context, std::move(expr));
}

std::string_view operand_name(ast::ExprKind kind) {
  switch (kind) {
    case ast::ExprKind::logical_and: return "an operand of `and`";
    case ast::ExprKind::logical_or: return "an operand of `or`";
    case ast::ExprKind::implies: return "an operand of `implies`";
    case ast::ExprKind::conditional: return "the condition of `if`";
    default: return "the operand of `not`";
  }
}

/// `kind == a or b`: reported here, where the comparison before it is at hand.
bool reports_repeated_comparison(Context& context, const Scope& scope, ast::ExprId before,
                                 ast::ExprId part) {
  const ast::Expr& expr = context.tree.expr(part);
  const std::string help = repeated_comparison_help(context, before, part);
  if (help.empty()) return false;
  const std::size_t mark = context.diagnostics.count();
  const Checked checked =
      check_expr(context, scope, part, context.model.types.simple(TypeKind::boolean));
  (void)context.diagnostics.take_after(mark);
  if (checked.id != kNoExpr && kind_of(context, checked.type) == TypeKind::boolean) return false;
  report(context, DiagnosticKind::comparison_not_repeated, expr.span,
         {source_text(context, expr.span)})
      .help = help;
  return true;
}

Checked check_operand(Context& context, const Scope& scope, ast::ExprId id, ast::ExprKind of) {
  const Checked checked =
      check_expr(context, scope, id, context.model.types.simple(TypeKind::boolean));
  if (!require_kind(context, checked, id, TypeKind::boolean, operand_name(of)))
    return unknown_condition();
  return checked;
}

}  // namespace

Checked unknown_condition() {
  return {.id = kNoExpr, .type = 0, .shown = {{kAnyPath}, {kAnyPath}}};
}

Checked check_logical(Context& context, const Scope& scope, ast::ExprId id) {
  const ast::Expr& whole = context.tree.expr(id);
  const bool conjunction = whole.kind == ast::ExprKind::logical_and;
  // The left spine of a chain is walked, not recursed into.
  std::vector<ast::ExprId> parts;
  ast::ExprId rest = id;
  while (context.tree.expr(rest).kind == whole.kind) {
    parts.push_back(context.tree.expr(rest).b);
    rest = context.tree.expr(rest).a;
  }
  parts.push_back(rest);
  std::reverse(parts.begin(), parts.end());

  Scope inner = scope;
  std::vector<ExprId> operands;
  std::vector<Span> spans;
  Shown shown;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool bad = i != 0 && reports_repeated_comparison(context, inner, parts[i - 1], parts[i]);
    const Checked operand =
        bad ? unknown_condition() : check_operand(context, inner, parts[i], whole.kind);
    const Facts& passed = conjunction ? operand.shown.when_true : operand.shown.when_false;
    inner.facts.insert(passed.begin(), passed.end());
    if (operand.id != kNoExpr) operands.push_back(operand.id);
    spans.push_back(context.tree.expr(parts[i]).span);
    if (i == 0) {
      shown = operand.shown;
    } else if (conjunction) {
      shown.when_true.insert(operand.shown.when_true.begin(), operand.shown.when_true.end());
      shown.when_false = common(shown.when_false, operand.shown.when_false);
    } else {
      shown.when_true = common(shown.when_true, operand.shown.when_true);
      shown.when_false.insert(operand.shown.when_false.begin(), operand.shown.when_false.end());
    }
  }
  // What the good operands show is still known, so that one mistake does not look like several.
  if (operands.size() != parts.size()) return {.id = kNoExpr, .type = 0, .shown = shown};
  Checked checked;
  checked.id = join(context, conjunction ? ExprKind::logical_and : ExprKind::logical_or, operands,
                    spans, 0, operands.size());
  checked.type = context.model.types.simple(TypeKind::boolean);
  checked.shown = std::move(shown);
  return checked;
}

Checked check_not(Context& context, const Scope& scope, const ast::Expr& expr) {
  return negation(context, check_operand(context, scope, expr.a, expr.kind), expr.span);
}

/// `a implies b` on conditions is `not a or b`; on quorums it compares what they demand.
Checked check_implies(Context& context, const Scope& scope, const ast::Expr& expr) {
  const bool left_open = needs_context(context, scope, expr.a);
  if (left_open) {
    // `auto implies needed`: only a quorum's left side cannot stand alone.
    const CheckedPair pair = check_pair(context, scope, expr.a, scope, expr.b);
    if (!pair.ok()) return {};
    if (!require_kind(context, pair.a, expr.a, TypeKind::quorum, "the left side of `implies`") ||
        !require_kind(context, pair.b, expr.b, TypeKind::quorum, "the right side of `implies`"))
      return {};
    Expr implied = new_expr(ExprKind::quorum_implies, 0, expr.span);
    implied.a = pair.a.id;
    implied.b = pair.b.id;
    return make_boolean(context, std::move(implied));
  }
  const Checked a = check_expr(context, scope, expr.a);
  if (a.id != kNoExpr && kind_of(context, a.type) == TypeKind::quorum) {
    if (!require_present(context, a, context.tree.expr(expr.a).span)) return {};
    const Checked b =
        check_value(context, scope, expr.b, core(context, a.type), "the right side of `implies`");
    if (b.id == kNoExpr) return {};
    Expr implied = new_expr(ExprKind::quorum_implies, 0, expr.span);
    implied.a = a.id;
    implied.b = b.id;
    return make_boolean(context, std::move(implied));
  }
  const bool a_fits = require_kind(context, a, expr.a, TypeKind::boolean, operand_name(expr.kind));
  const Checked b = check_operand(context, with_facts(scope, a.shown.when_true), expr.b, expr.kind);
  if (!a_fits || b.id == kNoExpr) return {};
  const Checked not_a = negation(context, a, context.tree.expr(expr.a).span);
  Expr either = new_expr(ExprKind::logical_or, 0, expr.span);
  either.a = not_a.id;
  either.b = b.id;
  Checked checked = make_boolean(context, std::move(either));
  checked.shown.when_true = common(a.shown.when_false, b.shown.when_true);
  checked.shown.when_false = both_of(a.shown.when_true, b.shown.when_false);
  return checked;
}

Checked check_presence(Context& context, const Scope& scope, const ast::Expr& expr) {
  const Checked operand = check_expr(context, scope, expr.a);
  if (operand.id == kNoExpr) return {};
  Expr test = new_expr(ExprKind::is_present, 0, expr.span);
  test.a = operand.id;
  if (!is_optional(context, operand.type)) {
    // In a define the argument of this call may be known; elsewhere the question has one answer.
    if (context.state.open_calls.empty() && !scope.expectation && operand.type != 0 &&
        !scope.facts.contains(PathKey(kAnyPath)) &&
        context.model.expr(operand.id).kind != ExprKind::constant)
      report(context, DiagnosticKind::always_present, expr.span,
             {source_text(context, context.tree.expr(expr.a).span)});
    test = new_expr(ExprKind::constant, 0, expr.span);
    test.value = {std::int64_t{1}};
  }
  Checked checked = make_boolean(context, std::move(test));
  checked.shown.when_true.insert(path_key(context.model, operand.id));
  return expr.kind == ast::ExprKind::is_present ? checked : negation(context, checked, expr.span);
}

Checked check_or_else(Context& context, const Scope& scope, const ast::Expr& expr,
                      TypeId expected) {
  const Checked a = check_expr(context, scope, expr.a, expected);
  if (a.id == kNoExpr) {
    if (!needs_context(context, scope, expr.b)) (void)check_expr(context, scope, expr.b, expected);
    return {};
  }
  // The default may itself be optional: `a or else b or else c`.
  const Checked b = check_value(context, scope, expr.b, context.model.types.optional(a.type),
                                "the default after `or else`");
  if (b.id == kNoExpr) return {};
  if (!is_optional(context, a.type)) {
    if (context.state.open_calls.empty() && !scope.expectation &&
        !scope.facts.contains(PathKey(kAnyPath)))
      report(context, DiagnosticKind::default_never_used, context.tree.expr(expr.b).span,
             {source_text(context, context.tree.expr(expr.a).span)});
    return {.id = a.id, .type = a.type, .shown = {}};
  }
  Expr either = new_expr(ExprKind::or_else, b.type, expr.span);
  either.a = a.id;
  either.b = b.id;
  return make(context, std::move(either));
}

Checked check_conditional(Context& context, const Scope& scope, const ast::Expr& expr,
                          TypeId expected) {
  const Checked condition = check_operand(context, scope, expr.a, ast::ExprKind::conditional);
  const CheckedPair pair =
      check_pair(context, with_facts(scope, condition.shown.when_true), expr.b,
                 with_facts(scope, condition.shown.when_false), expr.c, expected);
  if (condition.id == kNoExpr || !pair.ok()) return {};
  if (core(context, pair.a.type) != core(context, pair.b.type)) {
    report(context, DiagnosticKind::branches_differ, expr.span,
           {context.model.types.text(core(context, pair.a.type)),
            context.model.types.text(core(context, pair.b.type))});
    return {};
  }
  const bool optional = is_optional(context, pair.a.type) || is_optional(context, pair.b.type);
  const TypeId type = core(context, pair.a.type);
  Expr choice = new_expr(ExprKind::conditional,
                         optional ? context.model.types.optional(type) : type, expr.span);
  choice.a = condition.id;
  choice.b = pair.a.id;
  choice.c = pair.b.id;
  Checked checked = make(context, std::move(choice));
  const Shown& c = condition.shown;
  checked.shown.when_true = common(both_of(c.when_true, pair.a.shown.when_true),
                                   both_of(c.when_false, pair.b.shown.when_true));
  checked.shown.when_false = common(both_of(c.when_true, pair.a.shown.when_false),
                                    both_of(c.when_false, pair.b.shown.when_false));
  return checked;
}

}  // namespace writ::dsl::check
