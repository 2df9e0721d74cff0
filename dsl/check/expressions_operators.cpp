#include <string>

#include "base/decimal.hpp"

#include "dsl/check/expressions.hpp"
#include "dsl/check/mistakes.hpp"
#include "dsl/foreign_words.hpp"

/// Comparisons and arithmetic, with the comparisons of `now` in their normal forms.
namespace writ::dsl::check {

namespace {

std::string_view operator_text(ast::ExprKind kind) {
  switch (kind) {
    case ast::ExprKind::equal: return "==";
    case ast::ExprKind::not_equal: return "!=";
    case ast::ExprKind::less: return "<";
    case ast::ExprKind::less_equal: return "<=";
    case ast::ExprKind::greater: return ">";
    case ast::ExprKind::greater_equal: return ">=";
    case ast::ExprKind::add: return "+";
    case ast::ExprKind::subtract: return "-";
    case ast::ExprKind::multiply: return "*";
    case ast::ExprKind::divide: return "/";
    default: return "%";
  }
}

Compare compare_of(ast::ExprKind kind) {
  switch (kind) {
    case ast::ExprKind::equal: return Compare::equal;
    case ast::ExprKind::not_equal: return Compare::not_equal;
    case ast::ExprKind::less: return Compare::less;
    case ast::ExprKind::less_equal: return Compare::less_equal;
    case ast::ExprKind::greater: return Compare::greater;
    default: return Compare::greater_equal;
  }
}

/// The comparison with its sides exchanged.
Compare mirrored(Compare compare) {
  switch (compare) {
    case Compare::less: return Compare::greater;
    case Compare::less_equal: return Compare::greater_equal;
    case Compare::greater: return Compare::less;
    case Compare::greater_equal: return Compare::less_equal;
    default: return compare;
  }
}

ast::ExprKind mirrored_kind(ast::ExprKind kind) {
  switch (kind) {
    case ast::ExprKind::less: return ast::ExprKind::greater;
    case ast::ExprKind::less_equal: return ast::ExprKind::greater_equal;
    case ast::ExprKind::greater: return ast::ExprKind::less;
    case ast::ExprKind::greater_equal: return ast::ExprKind::less_equal;
    default: return kind;
  }
}

/// Whether `name`, on one side of a comparison, is a member of the other side's enum.
bool names_member(Context& context, const Scope& scope, ast::ExprId other, const ast::Expr& name) {
  if (name.kind != ast::ExprKind::name) return false;
  const std::size_t mark = context.diagnostics.count();
  const Checked checked = check_expr(context, scope, other);
  (void)context.diagnostics.take_after(mark);
  const EnumId id = expected_enum(context, checked.type);
  return id != kNoDecl && find_member(context.model.types.enums[id], name.name.text) != kNoIndex;
}

// ---- now ----------------------------------------------------------------------------------------

struct NowSide {
  NowShape shape = NowShape::now;
  ast::ExprId time = ast::kNone;  ///< the other operand of the subtraction
};

/// The side of a comparison as `now`, `now - t` or `t - now`; nullopt for anything else.
std::optional<NowSide> now_side(const Context& context, ast::ExprId id) {
  const ast::Expr& expr = context.tree.expr(id);
  if (expr.kind == ast::ExprKind::now) return NowSide{};
  if (expr.kind != ast::ExprKind::subtract) return std::nullopt;
  if (context.tree.expr(expr.a).kind == ast::ExprKind::now)
    return NowSide{NowShape::now_minus, expr.b};
  if (context.tree.expr(expr.b).kind == ast::ExprKind::now)
    return NowSide{NowShape::minus_now, expr.a};
  return std::nullopt;
}

/// `now - 30d < t` and the like, where a duration stands beside `now`: reported with the comparison
/// in the form that the language has.
bool reports_shifted_now(Context& context, const Scope& scope, const ast::Expr& expr) {
  for (const auto& [side, other] : {std::pair{expr.a, expr.b}, std::pair{expr.b, expr.a}}) {
    const ast::Expr& shifted = context.tree.expr(side);
    const bool minus = shifted.kind == ast::ExprKind::subtract;
    if (!minus && shifted.kind != ast::ExprKind::add) continue;
    const bool now_first = context.tree.expr(shifted.a).kind == ast::ExprKind::now;
    if (!now_first && (minus || context.tree.expr(shifted.b).kind != ast::ExprKind::now)) continue;
    const ast::ExprId by = now_first ? shifted.b : shifted.a;
    const std::size_t mark = context.diagnostics.count();
    const Checked duration = check_expr(context, scope, by);
    (void)context.diagnostics.take_after(mark);
    if (kind_of(context, duration.type) != TypeKind::duration) continue;
    const std::string t = operand_text(context, context.tree.expr(other).span);
    const std::string d = operand_text(context, context.tree.expr(by).span);
    // `now - d OP t` is `now - t OP d`; `now + d OP t` is `t - now` compared the other way round.
    const bool now_left = side == expr.a;
    const ast::ExprKind op = now_left == minus ? expr.kind : mirrored_kind(expr.kind);
    report(context, DiagnosticKind::now_outside_comparison, shifted.span).help =
        "write `" + (minus ? "now - " + t : t + " - now") + " " + std::string(operator_text(op)) +
        " " + d + "`";
    return true;
  }
  return false;
}

bool require_now_here(Context& context, const Scope& scope, Span span) {
  if (scope.now) return true;
  Diagnostic& diagnostic = report(context, DiagnosticKind::now_not_here, span);
  if (!context.state.open_calls.empty())
    diagnostic.notes.push_back({context.state.open_calls.back(),
                                "in this call of `" + context.state.open_defines.back() + "`"});
  return false;
}

/// `now OP t`. With `==`, a `t` that may be absent makes it false, as in every other comparison.
Checked compare_now_with_time(Context& context, const Scope& scope, ast::ExprId time,
                              Compare compare, Span span) {
  const TypeId time_type = context.model.types.simple(TypeKind::time);
  const Checked t = check_expr(context, scope, time, time_type);
  if (t.id == kNoExpr) return {};
  const bool may_be_absent = is_optional(context, t.type) && compare == Compare::equal;
  if (core(context, t.type) != time_type) {
    report_mismatch(context, time, "what `now` is compared with", time_type, t.type);
    return {};
  }
  if (!may_be_absent && !require_present(context, t, context.tree.expr(time).span)) return {};
  Expr comparison = new_expr(ExprKind::now_compare, 0, span);
  comparison.compare = compare;
  comparison.shape = NowShape::now;
  comparison.a = t.id;
  Checked checked = make_boolean(context, std::move(comparison));
  if (!may_be_absent) return checked;
  Expr there = new_expr(ExprKind::is_present, 0, span);
  there.a = t.id;
  Expr both = new_expr(ExprKind::logical_and, 0, span);
  both.a = make_boolean(context, std::move(there)).id;
  both.b = checked.id;
  checked = make_boolean(context, std::move(both));
  checked.shown.when_true.insert(path_key(context.model, t.id));
  return checked;
}

// ---- comparisons --------------------------------------------------------------------------------

/// Whether `==` is defined on the two; says why not.
bool require_equality(Context& context, const CheckedPair& pair, const ast::Expr& expr) {
  const TypeId type = pair.a.type;
  const TypeKind kind = kind_of(context, type);
  if (list_from_outside(context.model, pair.a.id) != nullptr ||
      list_from_outside(context.model, pair.b.id) != nullptr) {
    report(context, DiagnosticKind::list_compared, expr.op_span,
           {std::string(operator_text(expr.kind)), context.model.types.text(core(context, type))})
        .help =
        "compare what matters: `count(…)`, `x in …`, or sets of elements `{ … for x in … }`";
    return false;
  }
  if (kind == TypeKind::verdict || kind == TypeKind::votes || kind == TypeKind::network) {
    report(context, DiagnosticKind::not_comparable, expr.op_span,
           {std::string(operator_text(expr.kind)), context.model.types.text(core(context, type))})
        .help = kind == TypeKind::verdict   ? "compare `.outcome` with `permit`, `hold`, `deny` or "
                                              "`forbid`"
                : kind == TypeKind::network ? "ask whether an address is in it: `x in ip \"…\"`"
                                            : "ask `satisfied(q, v)` or `missing(q, v)`";
    return false;
  }
  return true;
}

bool require_order(Context& context, TypeId type, const ast::Expr& expr) {
  if (is_ordered(context, type) || kind_of(context, type) == TypeKind::string) return true;
  Diagnostic& diagnostic = report(
      context, DiagnosticKind::not_ordered, expr.op_span,
      {std::string(operator_text(expr.kind)), context.model.types.text(core(context, type))});
  const EnumId id = expected_enum(context, type);
  if (id != kNoDecl && !context.model.types.enums[id].name.empty())
    diagnostic.help = "declare it as `ordered enum " + context.model.types.enums[id].name +
                      "`, later is stricter";
  return false;
}

void report_sides_differ(Context& context, const CheckedPair& pair, const ast::Expr& expr) {
  const bool a_enum = expected_enum(context, pair.a.type) != kNoDecl;
  const bool b_enum = expected_enum(context, pair.b.type) != kNoDecl;
  const ast::ExprId a_literal =
      context.tree.expr(expr.a).kind == ast::ExprKind::string ? expr.a : ast::kNone;
  const ast::ExprId b_literal =
      context.tree.expr(expr.b).kind == ast::ExprKind::string ? expr.b : ast::kNone;
  // A text beside an enum is nearly always a member in quotes.
  if (a_enum && b_literal != ast::kNone) {
    report_mismatch(context, b_literal, "the right side", pair.a.type, pair.b.type);
  } else if (b_enum && a_literal != ast::kNone) {
    report_mismatch(context, a_literal, "the left side", pair.b.type, pair.a.type);
  } else {
    std::string help = value_help(context, expr.b, pair.a.type, pair.b.type);
    if (help.empty()) help = value_help(context, expr.a, pair.b.type, pair.a.type);
    report(context, DiagnosticKind::sides_differ, expr.span,
           {context.model.types.text(core(context, pair.a.type)),
            context.model.types.text(core(context, pair.b.type)),
            std::string(operator_text(expr.kind))})
        .help = std::move(help);
  }
}

Checked make_equality(Context& context, const CheckedPair& pair, const ast::Expr& expr) {
  if (!require_equality(context, pair, expr)) return {};
  const bool negative = expr.kind == ast::ExprKind::not_equal;
  if (negative) {
    for (const auto& [side, id] : {std::pair{&pair.a, expr.a}, std::pair{&pair.b, expr.b}}) {
      if (!is_optional(context, side->type)) continue;
      const Span span = context.tree.expr(id).span;
      const std::string text = operand_text(context, span);
      report(context, DiagnosticKind::unequal_may_be_absent, span, {source_text(context, span)})
          .help = "write `" + text +
                  " is present and …`, or `not (… == …)` when a missing value counts as different";
      return {};
    }
  }
  Expr equal = new_expr(ExprKind::equal, 0, expr.span);
  equal.a = pair.a.id;
  equal.b = pair.b.id;
  Checked checked = make_boolean(context, std::move(equal));
  for (const Checked* side : {&pair.a, &pair.b})
    if (is_optional(context, side->type))
      checked.shown.when_true.insert(path_key(context.model, side->id));
  if (!negative) return checked;
  Expr unequal = new_expr(ExprKind::logical_not, 0, expr.span);
  unequal.a = checked.id;
  return make_boolean(context, std::move(unequal));
}

Checked make_order(Context& context, const CheckedPair& pair, const ast::Expr& expr) {
  if (!require_order(context, pair.a.type, expr)) return {};
  const bool a_there = require_present(context, pair.a, context.tree.expr(expr.a).span);
  const bool b_there = require_present(context, pair.b, context.tree.expr(expr.b).span);
  if (!a_there || !b_there) return {};
  const bool swap =
      expr.kind == ast::ExprKind::greater || expr.kind == ast::ExprKind::greater_equal;
  const bool strict = expr.kind == ast::ExprKind::less || expr.kind == ast::ExprKind::greater;
  Expr order = new_expr(strict ? ExprKind::less : ExprKind::less_equal, 0, expr.span);
  order.a = swap ? pair.b.id : pair.a.id;
  order.b = swap ? pair.a.id : pair.b.id;
  return make_boolean(context, std::move(order));
}

/// `x == absent`, or `null`: a usual slip, since other languages compare with null.
bool reports_absent_side(Context& context, const Scope& scope, const ast::Expr& expr) {
  const auto says_absent = [&](const ast::Expr& side) {
    if (side.kind == ast::ExprKind::absent) return true;
    if (side.kind != ast::ExprKind::name) return false;
    const ForeignWord* word = foreign_word(ForeignPlace::value, side.name.text);
    return word != nullptr && word->meant == "absent" &&
           find_name(context, scope, side.name).kind == NameKind::none;
  };
  for (const auto& [side, other] : {std::pair{expr.a, expr.b}, std::pair{expr.b, expr.a}}) {
    if (!says_absent(context.tree.expr(side)) ||
        names_member(context, scope, other, context.tree.expr(side)))
      continue;
    const std::string text = operand_text(context, context.tree.expr(other).span);
    report(context, DiagnosticKind::compared_with_absent, expr.span).help =
        "write `" + text + (expr.kind == ast::ExprKind::not_equal ? " is present`" : " is absent`");
    return true;
  }
  return false;
}

// ---- arithmetic ---------------------------------------------------------------------------------

TypeKind sum_kind(ast::ExprKind op, TypeKind a, TypeKind b) {
  const bool plain = a == TypeKind::integer || a == TypeKind::decimal || a == TypeKind::duration;
  if (a == b && plain) return a;
  if (a == TypeKind::time && b == TypeKind::duration) return TypeKind::time;
  if (op == ast::ExprKind::add && a == TypeKind::duration && b == TypeKind::time)
    return TypeKind::time;
  if (op == ast::ExprKind::subtract && a == TypeKind::time && b == TypeKind::time)
    return TypeKind::duration;
  return TypeKind::error;
}

/// The kind of `a op b`, or error when there is none.
TypeKind result_kind(ast::ExprKind op, TypeKind a, TypeKind b) {
  const bool number = a == TypeKind::integer || a == TypeKind::decimal;
  switch (op) {
    case ast::ExprKind::add:
    case ast::ExprKind::subtract: return sum_kind(op, a, b);
    case ast::ExprKind::multiply:
      if (a == b && number) return a;
      if ((a == TypeKind::duration && b == TypeKind::integer) ||
          (a == TypeKind::integer && b == TypeKind::duration))
        return TypeKind::duration;
      return TypeKind::error;
    case ast::ExprKind::divide:
      if (a == b && number) return a;
      if (a == TypeKind::duration && b == TypeKind::duration) return TypeKind::integer;
      if (a == TypeKind::duration && b == TypeKind::integer) return TypeKind::duration;
      return TypeKind::error;
    default:
      if (a == b && (number || a == TypeKind::duration)) return a;
      return TypeKind::error;
  }
}

ExprKind arithmetic_kind(ast::ExprKind op) {
  switch (op) {
    case ast::ExprKind::add: return ExprKind::add;
    case ast::ExprKind::subtract: return ExprKind::subtract;
    case ast::ExprKind::multiply: return ExprKind::multiply;
    case ast::ExprKind::divide: return ExprKind::divide;
    default: return ExprKind::modulo;
  }
}

bool require_divisor(Context& context, const Checked& divisor, const ast::Expr& expr) {
  if (expr.kind != ast::ExprKind::divide && expr.kind != ast::ExprKind::modulo) return true;
  const Value* value = present_constant(context, divisor);
  if (value != nullptr && value->integer() > 0) return true;
  report(context, DiagnosticKind::divisor_not_positive, context.tree.expr(expr.b).span,
         {std::string(operator_text(expr.kind)),
          source_text(context, context.tree.expr(expr.b).span)});
  return false;
}

/// A time with `now` in arithmetic: the author meant one of the comparisons.
bool reports_now_operand(Context& context, const ast::Expr& expr) {
  for (const ast::ExprId side : {expr.a, expr.b}) {
    if (context.tree.expr(side).kind != ast::ExprKind::now) continue;
    report(context, DiagnosticKind::now_outside_comparison, context.tree.expr(side).span).help =
        expr.kind == ast::ExprKind::subtract
            ? "compare the difference: `now - t >= 30d` or `t - now <= 1h`"
            : "move the duration to the other side: `t - now <= 1h` instead of `t <= now + 1h`";
    return true;
  }
  return false;
}

/// `24h * 7` is a constant as much as `168h`. Instants are left to the evaluators, which know their
/// bounds.
std::optional<std::int64_t> fold(const Context& context, ast::ExprKind op, TypeKind kind,
                                 const CheckedPair& pair) {
  const Value* a = present_constant(context, pair.a);
  const Value* b = present_constant(context, pair.b);
  if (a == nullptr || b == nullptr || kind == TypeKind::time ||
      kind_of(context, pair.a.type) == TypeKind::time)
    return std::nullopt;
  switch (op) {
    case ast::ExprKind::add: return base::saturating_add(a->integer(), b->integer());
    case ast::ExprKind::subtract: return base::saturating_sub(a->integer(), b->integer());
    case ast::ExprKind::multiply:
      return base::saturating_mul(a->integer(), b->integer(),
                                  kind == TypeKind::decimal ? base::kDecimalOne : 1);
    default: return std::nullopt;
  }
}

/// `both(q, r)` of quorum literals says no more about whose members they are than these do.
bool is_both(const Context& context, const ast::Expr& call) {
  const ast::Expr& callee = context.tree.expr(call.a);
  return callee.kind == ast::ExprKind::name && callee.name.text == "both";
}

}  // namespace

bool needs_context(const Context& context, const Scope& scope, ast::ExprId id) {
  const ast::Expr& expr = context.tree.expr(id);
  const auto all_items_need = [&] {
    for (const ast::ExprId item : expr.items)
      if (!needs_context(context, scope, item)) return false;
    return true;
  };
  switch (expr.kind) {
    case ast::ExprKind::name: return find_name(context, scope, expr.name).kind == NameKind::none;
    case ast::ExprKind::field: return enum_named(context, scope, id) != kNoDecl;
    case ast::ExprKind::integer:
    case ast::ExprKind::absent:
    case ast::ExprKind::automatic:
    case ast::ExprKind::record:
    case ast::ExprKind::map: return true;
    case ast::ExprKind::negate: return needs_context(context, scope, expr.a);
    case ast::ExprKind::list:
    case ast::ExprKind::braces:
    case ast::ExprKind::quorum: return all_items_need();
    case ast::ExprKind::conditional:
      return needs_context(context, scope, expr.b) && needs_context(context, scope, expr.c);
    case ast::ExprKind::call: return is_both(context, expr) && all_items_need();
    case ast::ExprKind::add:
    case ast::ExprKind::subtract:
    case ast::ExprKind::multiply:
      return needs_context(context, scope, expr.a) && needs_context(context, scope, expr.b);
    default: return false;
  }
}

CheckedPair check_pair(Context& context, const Scope& scope_a, ast::ExprId a, const Scope& scope_b,
                       ast::ExprId b, TypeId expected) {
  const bool a_open = needs_context(context, scope_a, a);
  const bool b_open = needs_context(context, scope_b, b);
  CheckedPair pair;
  const bool b_first = a_open && !b_open;
  Checked& first = b_first ? pair.b : pair.a;
  Checked& second = b_first ? pair.a : pair.b;
  const ast::ExprId first_id = b_first ? b : a;
  const ast::ExprId second_id = b_first ? a : b;
  const Scope& first_scope = b_first ? scope_b : scope_a;
  const Scope& second_scope = b_first ? scope_a : scope_b;

  first = check_expr(context, first_scope, first_id, expected);
  // After a mistake on one side, what the other side's bare names mean is not known.
  if (first.id == kNoExpr && expected == 0 && (b_first ? a_open : b_open)) return pair;
  const TypeId hint = first.type != 0 ? first.type : expected;
  second = check_expr(context, second_scope, second_id, hint);
  // `low == tier` where `low` is also a value: the second side shows that a member was possible.
  const ast::Expr& first_expr = context.tree.expr(first_id);
  const EnumId other = expected_enum(context, second.type);
  if (first.id != kNoExpr && second.id != kNoExpr && expected == 0 && other != kNoDecl &&
      first_expr.kind == ast::ExprKind::name &&
      find_name(context, first_scope, first_expr.name).kind != NameKind::none &&
      find_member(context.model.types.enums[other], first_expr.name.text) != kNoIndex)
    first = check_name(context, first_scope, first_expr, second.type);
  return pair;
}

std::optional<Checked> check_now_comparison(Context& context, const Scope& scope,
                                            const ast::Expr& expr) {
  std::optional<NowSide> side = now_side(context, expr.a);
  const std::optional<NowSide> right = now_side(context, expr.b);
  if (!side && !right) return std::nullopt;
  Compare compare = compare_of(expr.kind);
  ast::ExprId now_id = expr.a;
  ast::ExprId other = expr.b;
  if (!side) {
    side = right;
    compare = mirrored(compare);
    std::swap(now_id, other);
  } else if (right) {
    report(context, DiagnosticKind::now_outside_comparison, context.tree.expr(expr.b).span).help =
        "`now` stands on one side of a comparison only";
    return Checked{};
  }
  if (!require_now_here(context, scope, context.tree.expr(now_id).span)) return Checked{};
  if (side->shape == NowShape::now)
    return compare_now_with_time(context, scope, other, compare, expr.span);
  const Checked t =
      check_value(context, scope, side->time, context.model.types.simple(TypeKind::time),
                  "what `now` is subtracted from or with");
  const Checked d =
      check_value(context, scope, other, context.model.types.simple(TypeKind::duration),
                  "what the difference with `now` is compared with");
  if (t.id == kNoExpr || d.id == kNoExpr) return Checked{};
  Expr comparison = new_expr(ExprKind::now_compare, 0, expr.span);
  comparison.compare = compare;
  comparison.shape = side->shape;
  comparison.a = t.id;
  comparison.b = d.id;
  return make_boolean(context, std::move(comparison));
}

Checked check_comparison(Context& context, const Scope& scope, const ast::Expr& expr) {
  if (reports_shifted_now(context, scope, expr)) return {};
  if (const auto with_now = check_now_comparison(context, scope, expr)) return *with_now;
  if (reports_absent_side(context, scope, expr)) return {};
  const CheckedPair pair = check_pair(context, scope, expr.a, scope, expr.b);
  if (!pair.ok()) return {};
  if (core(context, pair.a.type) != core(context, pair.b.type)) {
    report_sides_differ(context, pair, expr);
    return {};
  }
  if (expr.kind == ast::ExprKind::equal || expr.kind == ast::ExprKind::not_equal)
    return make_equality(context, pair, expr);
  return make_order(context, pair, expr);
}

Checked check_arithmetic(Context& context, const Scope& scope, const ast::Expr& expr,
                         TypeId expected) {
  if (reports_now_operand(context, expr)) return {};
  // Only a number that may become a decimal takes anything from outside.
  const TypeId hint = kind_of(context, expected) == TypeKind::decimal ? expected : 0;
  const bool numbers_only =
      hint != 0 && needs_context(context, scope, expr.a) && needs_context(context, scope, expr.b);
  const CheckedPair pair =
      check_pair(context, scope, expr.a, scope, expr.b, numbers_only ? hint : 0);
  if (!pair.ok()) return {};
  const TypeKind a = kind_of(context, pair.a.type);
  const TypeKind b = kind_of(context, pair.b.type);
  const TypeKind kind = result_kind(expr.kind, a, b);
  if (kind == TypeKind::error) {
    Diagnostic& diagnostic = report(context, DiagnosticKind::no_arithmetic, expr.span,
                                    {std::string(operator_text(expr.kind)),
                                     context.model.types.text(core(context, pair.a.type)),
                                     context.model.types.text(core(context, pair.b.type))});
    if ((a == TypeKind::decimal && b == TypeKind::integer) ||
        (a == TypeKind::integer && b == TypeKind::decimal))
      diagnostic.help = "make both `decimal`; only a literal `int` becomes one";
    return {};
  }
  const bool a_there = require_present(context, pair.a, context.tree.expr(expr.a).span);
  const bool b_there = require_present(context, pair.b, context.tree.expr(expr.b).span);
  if (!a_there || !b_there || !require_divisor(context, pair.b, expr)) return {};
  if (const auto folded = fold(context, expr.kind, kind, pair))
    return make_constant(context, context.model.types.simple(kind), {*folded}, expr.span);
  Expr result = new_expr(arithmetic_kind(expr.kind), context.model.types.simple(kind), expr.span);
  // `2 * d` and `d + t` are written the other way round in the Model.
  const bool swap =
      (expr.kind == ast::ExprKind::multiply && a == TypeKind::integer && b == TypeKind::duration) ||
      (expr.kind == ast::ExprKind::add && b == TypeKind::time);
  result.a = swap ? pair.b.id : pair.a.id;
  result.b = swap ? pair.a.id : pair.b.id;
  return make(context, std::move(result));
}

Checked check_negate(Context& context, const Scope& scope, const ast::Expr& expr, TypeId expected) {
  const Checked operand = check_expr(context, scope, expr.a, expected);
  if (operand.id == kNoExpr) return {};
  const TypeKind kind = kind_of(context, operand.type);
  if (kind != TypeKind::integer && kind != TypeKind::decimal && kind != TypeKind::duration) {
    report(context, DiagnosticKind::no_negation, expr.span,
           {context.model.types.text(core(context, operand.type))});
    return {};
  }
  if (!require_present(context, operand, context.tree.expr(expr.a).span)) return {};
  if (const Value* value = present_constant(context, operand)) {
    const std::int64_t number = value->integer();
    return make_constant(context, operand.type, {number == INT64_MIN ? INT64_MAX : -number},
                         expr.span);
  }
  Expr negated = new_expr(ExprKind::negate, operand.type, expr.span);
  negated.a = operand.id;
  return make(context, std::move(negated));
}

Checked check_relative_to_now(Context& context, const Scope& scope, ast::ExprId id) {
  const ast::Expr& expr = context.tree.expr(id);
  if (expr.kind != ast::ExprKind::subtract || context.tree.expr(expr.b).kind != ast::ExprKind::now)
    return {};
  const TypeId time = context.model.types.simple(TypeKind::time);
  Checked t;
  if (require_now_here(context, scope, context.tree.expr(expr.b).span))
    t = check_value(context, scope, expr.a, time, "what `now` is subtracted from");
  t.type = time;
  return t;
}

}  // namespace writ::dsl::check
