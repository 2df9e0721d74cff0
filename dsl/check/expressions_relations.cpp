#include <algorithm>

#include <re2/re2.h>

#include "dsl/check/expressions.hpp"

/// `in`, `subset of`, `intersects`, `is empty`, and the relations of strings.
namespace writ::dsl::check {

namespace {

Checked negated_if(Context& context, bool negative, const Checked& checked, Span span) {
  if (!negative || checked.id == kNoExpr) return checked;
  Expr expr = new_expr(ExprKind::logical_not, 0, span);
  expr.a = checked.id;
  return make_boolean(context, std::move(expr));
}

/// A list as the set of its elements, for relations in which order has no meaning.
Checked as_set(Context& context, const Checked& list, Span span) {
  const TypeId element = type_of(context, list.type).element;
  if (!is_scalar(kind_of(context, element))) return list;
  if (const Value* value = present_constant(context, list)) {
    Collection set =
        make_set_value(context.model.types, element, std::get<Collection>(value->v).items);
    return make_constant(context, set_of(context, element), {std::move(set)}, span);
  }
  const LocalId local = new_local(context);
  Expr item = new_expr(ExprKind::local, element, span);
  item.index = local;
  Expr set = new_expr(ExprKind::set_for, set_of(context, element), span);
  set.index = local;
  set.a = list.id;
  set.b = add_expr(context, std::move(item));
  return make(context, std::move(set));
}

/// The left and the right side of `in`, the plainer one first.
CheckedPair check_in_sides(Context& context, const Scope& scope, const ast::Expr& expr) {
  CheckedPair pair;
  if (const EnumId id = enum_named(context, scope, expr.b); id != kNoDecl) {
    pair.b = enum_members(context, id, context.tree.expr(expr.b).span);
    pair.a = check_expr(context, scope, expr.a, type_of(context, pair.b.type).element);
    return pair;
  }
  // Written elements are of the type that is looked for, the other way round only where that is
  // open: in `n in { 1, "two" }` it is `"two"` that is wrong.
  const bool b_open = needs_context(context, scope, expr.b);
  const ast::ExprKind b_kind = context.tree.expr(expr.b).kind;
  const bool b_written = b_kind == ast::ExprKind::braces || b_kind == ast::ExprKind::list;
  if ((b_open || b_written) && !needs_context(context, scope, expr.a)) {
    pair.a = check_expr(context, scope, expr.a);
    const bool told = pair.a.id != kNoExpr && (b_open || is_scalar(kind_of(context, pair.a.type)));
    if (told || !b_open)
      pair.b = check_expr(context, scope, expr.b, told ? set_of(context, pair.a.type) : 0);
    return pair;
  }
  pair.b = check_expr(context, scope, expr.b);
  const Type b = type_of(context, pair.b.type);
  const TypeId element = b.kind == TypeKind::map ? b.key : b.element;
  if (pair.b.id == kNoExpr && needs_context(context, scope, expr.a)) return pair;
  pair.a = check_expr(context, scope, expr.a, element);
  return pair;
}

/// What a value must be to stand before `in`; the error type when nothing can.
TypeId element_for_in(Context& context, TypeId collection) {
  const Type type = type_of(context, collection);
  switch (type.kind) {
    case TypeKind::network: return context.model.types.simple(TypeKind::ip);
    case TypeKind::list:
    case TypeKind::set:
      if (kind_of(context, type.element) == TypeKind::network)
        return context.model.types.simple(TypeKind::ip);
      return type.element;
    case TypeKind::map: return type.key;
    default: return 0;
  }
}

bool is_collection(TypeKind kind) {
  return kind == TypeKind::list || kind == TypeKind::set;
}

/// The regular expression with its slashes: what follows the operator.
Span pattern_span(const Context& context, const ast::Expr& expr) {
  if (expr.op_span.end == 0) return expr.span;
  Span span{expr.span.file, expr.op_span.end, expr.span.end};
  const std::size_t slash = context.sources.text(span).find('/');
  if (slash != std::string_view::npos) span.begin += static_cast<std::uint32_t>(slash);
  return span;
}

Checked check_pattern(Context& context, const Checked& text, const ast::Expr& expr) {
  Types& types = context.model.types;
  if (expr.text.empty()) return {};
  const auto known = std::find(types.patterns.begin(), types.patterns.end(), expr.text);
  const auto index = static_cast<std::uint32_t>(known - types.patterns.begin());
  if (known == types.patterns.end()) {
    RE2::Options options;
    options.set_log_errors(false);
    const RE2 compiled(expr.text, options);
    if (!compiled.ok()) {
      report(context, DiagnosticKind::bad_pattern, pattern_span(context, expr),
             {expr.text, compiled.error()});
      return {};
    }
    types.patterns.push_back(expr.text);
  }
  Expr matches = new_expr(ExprKind::matches, 0, expr.span);
  matches.a = text.id;
  matches.index = index;
  return make_boolean(context, std::move(matches));
}

std::string_view relation_text(ast::ExprKind kind) {
  switch (kind) {
    case ast::ExprKind::starts_with: return "starts with";
    case ast::ExprKind::ends_with: return "ends with";
    case ast::ExprKind::contains: return "contains";
    case ast::ExprKind::like: return "like";
    case ast::ExprKind::matches: return "matches";
    case ast::ExprKind::subset_of: return "subset of";
    default: return "intersects";
  }
}

}  // namespace

Checked check_membership(Context& context, const Scope& scope, const ast::Expr& expr) {
  const CheckedPair pair = check_in_sides(context, scope, expr);
  if (!pair.ok()) return {};
  const ast::Expr& left = context.tree.expr(expr.a);
  const ast::Expr& right = context.tree.expr(expr.b);
  const TypeId element = element_for_in(context, pair.b.type);
  if (element == 0) {
    Diagnostic& diagnostic = report(
        context, DiagnosticKind::not_a_collection, right.span,
        {source_text(context, right.span), context.model.types.text(core(context, pair.b.type))});
    const std::string right_text = source_text(context, right.span);
    if (kind_of(context, pair.b.type) == TypeKind::string)
      diagnostic.help = "for a part of a text, write `" + right_text + " contains " +
                        source_text(context, left.span) + "`";
    else if (kind_of(context, pair.b.type) == TypeKind::ip)
      diagnostic.help = "compare addresses with `==`; a network is written `ip \"10.0.0.0/8\"`";
    return {};
  }
  if (core(context, pair.a.type) != core(context, element)) {
    report_mismatch(context, expr.a, "the left side of `in`", element, pair.a.type);
    return {};
  }
  const bool a_there = require_present(context, pair.a, left.span);
  const bool b_there = require_present(context, pair.b, right.span);
  if (!a_there || !b_there) return {};
  if (kind_of(context, element) == TypeKind::record) {
    report(context, DiagnosticKind::record_membership, expr.span,
           {context.model.types.text(element)})
        .help = "ask for what identifies it: `any x in " + source_text(context, right.span) +
                " satisfies x.… == …`";
    return {};
  }
  Expr in = new_expr(ExprKind::in, 0, expr.span);
  in.a = pair.a.id;
  in.b = pair.b.id;
  return negated_if(context, expr.kind == ast::ExprKind::not_in,
                    make_boolean(context, std::move(in)), expr.span);
}

Checked check_set_relation(Context& context, const Scope& scope, const ast::Expr& expr) {
  CheckedPair pair = check_pair(context, scope, expr.a, scope, expr.b);
  if (!pair.ok()) return {};
  const std::string_view op = relation_text(expr.kind);
  for (auto [side, id] : {std::pair{&pair.a, expr.a}, std::pair{&pair.b, expr.b}}) {
    const ast::Expr& written = context.tree.expr(id);
    if (!is_collection(kind_of(context, side->type))) {
      const std::string text = source_text(context, written.span);
      Diagnostic& diagnostic =
          report(context, DiagnosticKind::not_a_set, written.span,
                 {text, context.model.types.text(core(context, side->type)), std::string(op)});
      if (is_scalar(kind_of(context, side->type)) && side == &pair.a)
        diagnostic.help = "ask whether it is an element: `" + text + " in " +
                          source_text(context, context.tree.expr(expr.b).span) + "`";
      return {};
    }
    if (!require_present(context, *side, written.span)) return {};
    if (kind_of(context, side->type) == TypeKind::list)
      *side = as_set(context, *side, written.span);
  }
  if (core(context, pair.a.type) != core(context, pair.b.type) ||
      kind_of(context, pair.a.type) != TypeKind::set) {
    report(context, DiagnosticKind::sides_differ, expr.span,
           {context.model.types.text(core(context, pair.a.type)),
            context.model.types.text(core(context, pair.b.type)), std::string(op)});
    return {};
  }
  const bool subset = expr.kind == ast::ExprKind::subset_of;
  if (is_unbounded(context.model, pair.a.id) &&
      (subset || is_unbounded(context.model, pair.b.id))) {
    report(context, DiagnosticKind::iterates_unbounded, context.tree.expr(expr.a).span,
           {source_text(context, context.tree.expr(expr.a).span)})
        .help = "give the data a `max`, or look up in it with `in`";
    return {};
  }
  Expr relation = new_expr(subset ? ExprKind::subset : ExprKind::intersects, 0, expr.span);
  relation.a = pair.a.id;
  relation.b = pair.b.id;
  return make_boolean(context, std::move(relation));
}

Checked check_string_relation(Context& context, const Scope& scope, const ast::Expr& expr) {
  const std::string op(relation_text(expr.kind));
  const bool two_sided = expr.kind != ast::ExprKind::like && expr.kind != ast::ExprKind::matches;
  const Checked a = check_expr(context, scope, expr.a);
  if (expr.kind == ast::ExprKind::contains && a.id != kNoExpr &&
      is_collection(kind_of(context, a.type))) {
    report(context, DiagnosticKind::contains_on_collection, expr.op_span,
           {context.model.types.text(core(context, a.type))})
        .help = "write `" + source_text(context, context.tree.expr(expr.b).span) + " in " +
                source_text(context, context.tree.expr(expr.a).span) + "`";
    return {};
  }
  const bool a_fits =
      require_kind(context, a, expr.a, TypeKind::string, "the left side of `" + op + "`");
  Checked b;
  if (two_sided) {
    b = check_value(context, scope, expr.b, context.model.types.simple(TypeKind::string),
                    "the right side of `" + op + "`");
    if (b.id == kNoExpr) return {};
  }
  if (!a_fits) return {};
  if (expr.kind == ast::ExprKind::matches) return check_pattern(context, a, expr);
  ExprKind kind = ExprKind::like;
  if (expr.kind == ast::ExprKind::starts_with) kind = ExprKind::starts_with;
  if (expr.kind == ast::ExprKind::ends_with) kind = ExprKind::ends_with;
  if (expr.kind == ast::ExprKind::contains) kind = ExprKind::contains;
  Expr relation = new_expr(kind, 0, expr.span);
  relation.a = a.id;
  relation.b = b.id;
  relation.glob = expr.glob;
  return make_boolean(context, std::move(relation));
}

Checked check_emptiness(Context& context, const Scope& scope, const ast::Expr& expr) {
  const ast::Expr& written = context.tree.expr(expr.a);
  const Checked a = check_expr(context, scope, expr.a);
  if (a.id == kNoExpr) return {};
  const TypeKind kind = kind_of(context, a.type);
  if (!is_collection(kind) && kind != TypeKind::map && kind != TypeKind::string &&
      kind != TypeKind::votes) {
    Diagnostic& diagnostic = report(
        context, DiagnosticKind::never_empty, expr.span,
        {source_text(context, written.span), context.model.types.text(core(context, a.type))});
    if (kind == TypeKind::quorum)
      diagnostic.help = "an empty quorum is `auto`: `" + source_text(context, written.span) +
                        (expr.kind == ast::ExprKind::is_empty ? " == auto`" : " != auto`");
    return {};
  }
  if (!require_present(context, a, written.span)) return {};
  Expr empty = new_expr(ExprKind::is_empty, 0, expr.span);
  empty.a = a.id;
  return negated_if(context, expr.kind == ast::ExprKind::is_not_empty,
                    make_boolean(context, std::move(empty)), expr.span);
}

}  // namespace writ::dsl::check
