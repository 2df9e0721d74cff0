#include <algorithm>

#include "dsl/check/expressions.hpp"

/// What iterates: collections of `each` and `per`, quantifiers, `only`, `count`, comprehensions.
namespace writ::dsl::check {

namespace {

bool is_name_of_data(const Context& context, ExprId id) {
  return id != kNoExpr && context.model.expr(id).kind == ExprKind::data;
}

Checked check_where(Context& context, const Scope& scope, ast::ExprId condition) {
  return condition == ast::kNone ? Checked{} : check_condition(context, scope, condition);
}

/// A role of votes must be a member of an enum that quorums can have.
bool require_role(Context& context, const Checked& role, Span span) {
  const EnumId id = expected_enum(context, role.type);
  if (id == kNoDecl) {
    report(context, DiagnosticKind::role_not_enum, span,
           {context.model.types.text(core(context, role.type))});
    return false;
  }
  return true;
}

Checked check_votes(Context& context, const Scope& inner, const ast::Expr& expr, TypeId expected,
                    Expr result) {
  Types& types = context.model.types;
  const Type wanted = type_of(context, expected);
  const bool known = wanted.kind == TypeKind::votes;
  const TypeId role_type =
      known ? types.intern(Type{.kind = TypeKind::enumeration, .decl = wanted.decl}) : 0;
  const Checked role = check_value(context, inner, expr.a, role_type, "the role of a vote");
  const Checked person =
      check_value(context, inner, expr.d, types.simple(TypeKind::string), "the person of a vote");
  if (role.id == kNoExpr) return {};
  const Span role_span = context.tree.expr(expr.a).span;
  if (!require_role(context, role, role_span) || !require_present(context, role, role_span) ||
      person.id == kNoExpr)
    return {};
  result.kind = ExprKind::votes_for;
  result.type =
      types.intern(Type{.kind = TypeKind::votes, .decl = type_of(context, role.type).decl});
  result.b = role.id;
  result.d = person.id;
  return make(context, std::move(result));
}

Checked check_set_for(Context& context, const Scope& inner, const ast::Expr& expr, TypeId expected,
                      Expr result) {
  const Type wanted = type_of(context, expected);
  const TypeId element_hint =
      wanted.kind == TypeKind::set || wanted.kind == TypeKind::list ? wanted.element : 0;
  const Checked element = check_expr(context, inner, expr.a, element_hint);
  const Span span = context.tree.expr(expr.a).span;
  if (!require_present(context, element, span)) return {};
  if (!is_scalar(kind_of(context, element.type))) {
    report(context, DiagnosticKind::set_element, span,
           {context.model.types.text(core(context, element.type))})
        .help = "make a set of one of their fields";
    return {};
  }
  result.kind = ExprKind::set_for;
  result.type = set_of(context, element.type);
  result.b = element.id;
  return make(context, std::move(result));
}

}  // namespace

bool is_unbounded(const Model& model, ExprId id) {
  if (id == kNoExpr) return false;
  const Expr& expr = model.expr(id);
  switch (expr.kind) {
    case ExprKind::data: return model.types[model.data[expr.index].type].max_size == kUnbounded;
    case ExprKind::keys:
    case ExprKind::set_for: return is_unbounded(model, expr.a);
    case ExprKind::or_else: return is_unbounded(model, expr.a) || is_unbounded(model, expr.b);
    case ExprKind::conditional: return is_unbounded(model, expr.b) || is_unbounded(model, expr.c);
    default: return false;
  }
}

const Expr* list_from_outside(const Model& model, ExprId id) {
  const Expr& expr = model.expr(id);
  if (!holds(model.types, expr.type, TypeKind::list)) return nullptr;
  switch (expr.kind) {
    case ExprKind::constant:
    case ExprKind::output: return nullptr;
    case ExprKind::field:
    case ExprKind::map_get: return list_from_outside(model, expr.a) == nullptr ? nullptr : &expr;
    case ExprKind::make_list:
    case ExprKind::make_record:
    case ExprKind::make_map:
      for (const ExprId item : expr.items)
        if (const Expr* found = list_from_outside(model, item)) return found;
      return nullptr;
    case ExprKind::conditional: {
      const Expr* found = list_from_outside(model, expr.b);
      return found != nullptr ? found : list_from_outside(model, expr.c);
    }
    case ExprKind::or_else: {
      const Expr* found = list_from_outside(model, expr.a);
      return found != nullptr ? found : list_from_outside(model, expr.b);
    }
    case ExprKind::table:
      for (const Row& row : model.tables[expr.index].rows) {
        if (expr.column >= row.values.size()) continue;
        if (const Expr* found = list_from_outside(model, row.values[expr.column])) return found;
      }
      return nullptr;
    default: return &expr;
  }
}

Checked check_collection(Context& context, const Scope& scope, ast::ExprId id, TypeId& element) {
  element = 0;
  const ast::Expr& written = context.tree.expr(id);
  if (const EnumId named = enum_named(context, scope, id); named != kNoDecl) {
    Checked members = enum_members(context, named, written.span);
    element = type_of(context, members.type).element;
    return members;
  }
  Checked collection = check_expr(context, scope, id);
  if (collection.id == kNoExpr) return {};
  const Type type = type_of(context, collection.type);
  const std::string text = source_text(context, written.span);
  if (type.kind != TypeKind::list && type.kind != TypeKind::set) {
    report(context, DiagnosticKind::not_iterable, written.span,
           {text, context.model.types.text(core(context, collection.type))})
        .help = type.kind == TypeKind::map ? "go through its keys: `keys(" + text + ")`" : "";
    return {};
  }
  if (kind_of(context, type.element) == TypeKind::network) {
    report(context, DiagnosticKind::network_outside_in, written.span).help =
        "ask of all of them at once: `address in " + text + "`";
    return {};
  }
  if (!require_present(context, collection, written.span)) return {};
  if (is_unbounded(context.model, collection.id)) {
    report(context, DiagnosticKind::iterates_unbounded, written.span, {text}).help =
        is_name_of_data(context, collection.id)
            ? "give `" + text + "` a `max` where it is declared, or look up in it with `in`"
            : "give the data a `max` where it is declared, or look up in it with `in`";
    return {};
  }
  element = type.element;
  return collection;
}

Checked check_quantifier(Context& context, const Scope& scope, const ast::Expr& expr) {
  TypeId element = 0;
  const Checked collection = check_collection(context, scope, expr.a, element);
  LocalId local = 0;
  const Scope inner = bind_local(context, scope, expr.name, element, collection.id, local);
  const Checked body = check_condition(context, inner, expr.b);
  if (collection.id == kNoExpr || body.id == kNoExpr) return {};
  Expr result =
      new_expr(expr.kind == ast::ExprKind::all ? ExprKind::all : ExprKind::any, 0, expr.span);
  result.index = local;
  result.a = collection.id;
  result.b = body.id;
  const Checked checked = make_boolean(context, std::move(result));
  if (expr.kind != ast::ExprKind::none_of) return checked;
  Expr none = new_expr(ExprKind::logical_not, 0, expr.span);
  none.a = checked.id;
  return make_boolean(context, std::move(none));
}

Checked check_selection(Context& context, const Scope& scope, const ast::Expr& expr) {
  TypeId element = 0;
  const Checked collection = check_collection(context, scope, expr.a, element);
  LocalId local = 0;
  const Scope inner = bind_local(context, scope, expr.name, element, collection.id, local);
  const Checked condition = check_where(context, inner, expr.b);
  if (collection.id == kNoExpr || (expr.b != ast::kNone && condition.id == kNoExpr)) return {};
  const bool only = expr.kind == ast::ExprKind::only;
  Types& types = context.model.types;
  Expr result =
      new_expr(only ? ExprKind::only : ExprKind::count,
               only ? types.optional(element) : types.simple(TypeKind::integer), expr.span);
  result.a = collection.id;
  result.b = condition.id;
  if (only || condition.id != kNoExpr) result.index = local;
  return make(context, std::move(result));
}

Checked check_comprehension(Context& context, const Scope& scope, const ast::Expr& expr,
                            TypeId expected) {
  TypeId element = 0;
  const Checked collection = check_collection(context, scope, expr.b, element);
  LocalId local = 0;
  const Scope inner = bind_local(context, scope, expr.name, element, collection.id, local);
  const Checked condition = check_where(context, inner, expr.c);
  const Scope shown = with_facts(inner, condition.shown.when_true);
  Expr result = new_expr(ExprKind::set_for, 0, expr.span);
  result.index = local;
  result.a = collection.id;
  result.c = condition.id;
  const Checked checked = expr.kind == ast::ExprKind::votes_for
                              ? check_votes(context, shown, expr, expected, std::move(result))
                              : check_set_for(context, shown, expr, expected, std::move(result));
  if (collection.id == kNoExpr || (expr.c != ast::kNone && condition.id == kNoExpr)) return {};
  return checked;
}

}  // namespace writ::dsl::check
