#include <algorithm>
#include <array>
#include <utility>

#include "base/text.hpp"

#include "dsl/check/expressions.hpp"

/// The built-in functions of dsl/builtins.inc.
namespace writ::dsl::check {

namespace {

enum class Builtin : std::uint8_t {
#define WRIT_BUILTIN(id, name, arity, signature, meaning, example) id,
#include "dsl/builtins.inc"
#undef WRIT_BUILTIN
};

struct BuiltinRow {
  Builtin id;
  std::string_view name;
  std::size_t arity;
  std::string_view signature;
};

constexpr std::array kBuiltins{
#define WRIT_BUILTIN(id, name, arity, signature, meaning, example) \
  BuiltinRow{Builtin::id, name, arity, signature},
#include "dsl/builtins.inc"
#undef WRIT_BUILTIN
};

const BuiltinRow* find_builtin(std::string_view name) {
  for (const BuiltinRow& row : kBuiltins)
    if (row.name == name) return &row;
  return nullptr;
}

Checked unary(Context& context, ExprKind kind, TypeId type, const Checked& a, Span span) {
  Expr result = new_expr(kind, type, span);
  result.a = a.id;
  return make(context, std::move(result));
}

Checked check_count(Context& context, const Scope& scope, const ast::Expr& call) {
  const ast::ExprId id = call.items[0];
  const Span span = context.tree.expr(id).span;
  Checked collection;
  if (const EnumId named = enum_named(context, scope, id); named != kNoDecl) {
    collection = enum_members(context, named, span);
  } else {
    // Unlike check_collection: the size of unbounded data is known without going through it.
    collection = check_expr(context, scope, id);
    if (collection.id == kNoExpr) return {};
    const TypeKind kind = kind_of(context, collection.type);
    if (kind != TypeKind::list && kind != TypeKind::set) {
      const std::string text = source_text(context, span);
      report(context, DiagnosticKind::not_iterable, span,
             {text, context.model.types.text(core(context, collection.type))})
          .help = kind == TypeKind::map      ? "count its keys: `count(keys(" + text + "))`"
                  : kind == TypeKind::string ? "for its length, write `length(" + text + ")`"
                                             : "";
      return {};
    }
    if (!require_present(context, collection, span)) return {};
  }
  return unary(context, ExprKind::count, context.model.types.simple(TypeKind::integer), collection,
               call.span);
}

Checked check_extreme(Context& context, const Scope& scope, const ast::Expr& call, bool least) {
  TypeId element = 0;
  const Checked collection = check_collection(context, scope, call.items[0], element);
  if (collection.id == kNoExpr) return {};
  if (!is_ordered(context, element)) {
    report(context, DiagnosticKind::no_extreme, context.tree.expr(call.items[0]).span,
           {least ? "min" : "max", context.model.types.text(element)});
    return {};
  }
  return unary(context, least ? ExprKind::minimum : ExprKind::maximum,
               context.model.types.optional(element), collection, call.span);
}

Checked check_keys(Context& context, const Scope& scope, const ast::Expr& call) {
  const Checked map = check_expr(context, scope, call.items[0]);
  const Span span = context.tree.expr(call.items[0]).span;
  if (map.id == kNoExpr) return {};
  const Type type = type_of(context, map.type);
  if (type.kind != TypeKind::map) {
    report(context, DiagnosticKind::not_a_map, span,
           {source_text(context, span), context.model.types.text(core(context, map.type))});
    return {};
  }
  if (!require_present(context, map, span)) return {};
  return unary(context, ExprKind::keys, set_of(context, type.key), map, call.span);
}

Checked check_of_string(Context& context, const Scope& scope, const ast::Expr& call,
                        Builtin builtin) {
  Types& types = context.model.types;
  const TypeId string = types.simple(TypeKind::string);
  const Checked text = check_expr(context, scope, call.items[0], string);
  const std::string name = source_text(context, context.tree.expr(call.a).span);
  if (builtin == Builtin::length && text.id != kNoExpr) {
    const TypeKind kind = kind_of(context, text.type);
    if (kind == TypeKind::list || kind == TypeKind::set) {
      report(context, DiagnosticKind::wrong_type, context.tree.expr(call.items[0]).span,
             {"the argument of `length`", types.text(core(context, text.type)), "string"})
          .help = "for the number of its elements, write `count(" +
                  source_text(context, context.tree.expr(call.items[0]).span) + ")`";
      return {};
    }
  }
  if (!require_kind(context, text, call.items[0], TypeKind::string,
                    "the argument of `" + name + "`"))
    return {};
  switch (builtin) {
    case Builtin::length:
      return unary(context, ExprKind::length, types.simple(TypeKind::integer), text, call.span);
    case Builtin::lower: return unary(context, ExprKind::lower, string, text, call.span);
    default: return unary(context, ExprKind::trim, string, text, call.span);
  }
}

Checked check_both(Context& context, const Scope& scope, const ast::Expr& call, TypeId expected) {
  const TypeId hint = kind_of(context, expected) == TypeKind::quorum ? core(context, expected) : 0;
  const CheckedPair pair = check_pair(context, scope, call.items[0], scope, call.items[1], hint);
  if (!pair.ok() ||
      !require_kind(context, pair.a, call.items[0], TypeKind::quorum, "argument 1 of `both`") ||
      !require_kind(context, pair.b, call.items[1], TypeKind::quorum, "argument 2 of `both`"))
    return {};
  if (core(context, pair.a.type) != core(context, pair.b.type)) {
    report_mismatch(context, call.items[1], "argument 2 of `both`", pair.a.type, pair.b.type);
    return {};
  }
  Expr result = new_expr(ExprKind::both, core(context, pair.a.type), call.span);
  result.a = pair.a.id;
  result.b = pair.b.id;
  return make(context, std::move(result));
}

/// The type of the quorums of an enum; 0 for kNoDecl.
TypeId quorum_of(Context& context, EnumId id) {
  return id == kNoDecl ? 0 : context.model.types.intern(Type{.kind = TypeKind::quorum, .decl = id});
}

/// The votes, or the members, that are held against a quorum of the enum. A comprehension says
/// itself which of the two it is.
Checked check_cast(Context& context, const Scope& scope, ast::ExprId id, EnumId of) {
  Types& types = context.model.types;
  const bool votes = context.tree.expr(id).kind == ast::ExprKind::votes_for;
  const TypeId hint =
      votes ? types.intern(Type{.kind = TypeKind::votes, .decl = of})
            : set_of(context, types.intern(Type{.kind = TypeKind::enumeration, .decl = of}));
  return check_expr(context, scope, id, hint);
}

/// The quorum and what is held against it, the plainer one first: in `satisfied(one of { ciso },
/// v)` the votes say whose members they are. Where neither says it, what is expected of `missing`
/// does.
CheckedPair check_fulfilment_sides(Context& context, const Scope& scope, const ast::Expr& call,
                                   TypeId expected) {
  CheckedPair pair;
  const bool quorum_open = needs_context(context, scope, call.items[0]);
  if (quorum_open && !needs_context(context, scope, call.items[1])) {
    pair.b = check_expr(context, scope, call.items[1]);
    if (pair.b.id == kNoExpr) return pair;
    const Type type = type_of(context, pair.b.type);
    const EnumId of =
        type.kind == TypeKind::votes ? type.decl : expected_enum(context, type.element);
    pair.a = check_expr(context, scope, call.items[0], quorum_of(context, of));
    return pair;
  }
  const Type wanted = type_of(context, expected);
  const EnumId told = quorum_open && wanted.kind == TypeKind::set
                          ? expected_enum(context, wanted.element)
                          : kNoDecl;
  pair.a = check_expr(context, scope, call.items[0], quorum_of(context, told));
  if (kind_of(context, pair.a.type) == TypeKind::quorum)
    pair.b = check_cast(context, scope, call.items[1], type_of(context, pair.a.type).decl);
  return pair;
}

/// `satisfied(q, v)` and `missing(q, v)`.
Checked check_fulfilment(Context& context, const Scope& scope, const ast::Expr& call,
                         Builtin builtin, TypeId expected) {
  Types& types = context.model.types;
  const bool satisfied = builtin == Builtin::satisfied;
  const std::string name = satisfied ? "satisfied" : "missing";
  const CheckedPair pair =
      check_fulfilment_sides(context, scope, call, satisfied ? TypeId{0} : expected);
  if (!require_kind(context, pair.a, call.items[0], TypeKind::quorum,
                    "argument 1 of `" + name + "`") ||
      pair.b.id == kNoExpr)
    return {};
  const EnumId of = type_of(context, pair.a.type).decl;
  const TypeId members =
      set_of(context, types.intern(Type{.kind = TypeKind::enumeration, .decl = of}));
  const TypeId votes = types.intern(Type{.kind = TypeKind::votes, .decl = of});
  const TypeId given = core(context, pair.b.type);
  const Span span = context.tree.expr(call.items[1]).span;
  if (given != members && given != votes) {
    Diagnostic& diagnostic =
        report(context, DiagnosticKind::not_votes, span,
               {name, types.text(given), types.text(members), types.text(votes)});
    if (types[given].kind == TypeKind::list &&
        core(context, types[given].element) == core(context, types[members].element))
      diagnostic.help =
          "make a set of the list: `{ x for x in " + source_text(context, span) + " }`";
    return {};
  }
  if (!require_present(context, pair.b, span)) return {};
  Expr result = new_expr(satisfied ? ExprKind::satisfied : ExprKind::missing, members, call.span);
  result.a = pair.a.id;
  result.b = pair.b.id;
  return satisfied ? make_boolean(context, std::move(result)) : make(context, std::move(result));
}

// ---- pointer ------------------------------------------------------------------------------------

/// Appends a step, joined to the text before it.
void add_text_step(std::vector<PointerStep>& steps, std::string_view name) {
  std::string text;
  base::append_pointer_step(text, name);
  if (steps.empty() || steps.back().local != kNoIndex) steps.push_back({});
  steps.back().text += text;
}

/// The pointer of a checked path into `steps`; false when it does not lead into the input.
bool pointer_steps(const Context& context, ExprId id, std::vector<PointerStep>& steps) {
  const Expr& expr = context.model.expr(id);
  switch (expr.kind) {
    case ExprKind::input:
      add_text_step(
          steps, context.model.decisions[context.state.decision].inputs[expr.index].json.front());
      return true;
    case ExprKind::field: {
      if (!pointer_steps(context, expr.a, steps)) return false;
      const Type& record = type_of(context, context.model.expr(expr.a).type);
      add_text_step(steps,
                    context.model.types.records[record.decl].fields[expr.index].json.front());
      return true;
    }
    case ExprKind::map_get: {
      const Expr& key = context.model.expr(expr.b);
      if (key.kind != ExprKind::constant || !pointer_steps(context, expr.a, steps)) return false;
      const Type& type = type_of(context, key.type);
      add_text_step(
          steps, type.kind == TypeKind::enumeration
                     ? std::string_view(context.model.types.enums[type.decl]
                                            .members[static_cast<std::size_t>(key.value.integer())]
                                            .json.front())
                     : std::string_view(key.value.string()));
      return true;
    }
    case ExprKind::local: {
      const auto source = context.state.local_sources.find(expr.index);
      if (source == context.state.local_sources.end() ||
          !pointer_steps(context, source->second, steps))
        return false;
      steps.push_back({.text = {}, .local = expr.index});
      return true;
    }
    default: return false;
  }
}

/// Everything on the way counts as present: a pointer names a place and reads nothing.
Scope everything_present(const Scope& scope) {
  Scope inner = scope;
  inner.facts.insert(kAnyPath);
  return inner;
}

}  // namespace

bool is_builtin(std::string_view name) {
  return find_builtin(name) != nullptr;
}

std::vector<std::string> builtin_names() {
  std::vector<std::string> names;
  for (const BuiltinRow& row : kBuiltins)
    names.emplace_back(row.name);
  return names;
}

Checked check_pointer(Context& context, const Scope& scope, const ast::Expr& call) {
  const ast::Expr& path = context.tree.expr(call.items[0]);
  const Checked checked = check_expr(context, everything_present(scope), call.items[0]);
  if (checked.id == kNoExpr) return {};
  std::vector<PointerStep> steps;
  // Outside a decision only the body of a define that nothing calls is checked: its parameters are
  // no places yet.
  if (!context.state.alone &&
      (context.state.decision == kNoIndex || !pointer_steps(context, checked.id, steps))) {
    report(context, DiagnosticKind::no_pointer, path.span, {source_text(context, path.span)}).help =
        "name a path from an input, or from the elements of a list in it";
    return {};
  }
  Expr result =
      new_expr(ExprKind::pointer, context.model.types.simple(TypeKind::string), call.span);
  result.pointer_steps = std::move(steps);
  return make(context, std::move(result));
}

Checked check_builtin(Context& context, const Scope& scope, const ast::Expr& expr,
                      std::string_view name, TypeId expected) {
  const BuiltinRow& row = *find_builtin(name);
  if (expr.items.size() != row.arity) {
    Diagnostic& diagnostic =
        report(context, DiagnosticKind::wrong_argument_count, expr.span,
               {std::string(name), argument_count(row.arity), std::to_string(expr.items.size())});
    diagnostic.help =
        "write `" + std::string(row.signature.substr(0, row.signature.find(" ->"))) + "`";
    if ((row.id == Builtin::min || row.id == Builtin::max) && expr.items.size() > 1)
      diagnostic.help = "put the values in a set: `" + std::string(name) + "({ …, … })`";
    return {};
  }
  switch (row.id) {
    case Builtin::count: return check_count(context, scope, expr);
    case Builtin::min: return check_extreme(context, scope, expr, true);
    case Builtin::max: return check_extreme(context, scope, expr, false);
    case Builtin::keys: return check_keys(context, scope, expr);
    case Builtin::length:
    case Builtin::lower:
    case Builtin::trim: return check_of_string(context, scope, expr, row.id);
    case Builtin::pointer: return check_pointer(context, scope, expr);
    case Builtin::both: return check_both(context, scope, expr, expected);
    case Builtin::satisfied:
    case Builtin::missing: return check_fulfilment(context, scope, expr, row.id, expected);
  }
  return {};
}

}  // namespace writ::dsl::check
