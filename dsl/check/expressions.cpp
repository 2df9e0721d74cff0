#include "dsl/check/expressions.hpp"

#include <algorithm>

#include "dsl/check/mistakes.hpp"
#include "dsl/check/reads.hpp"

namespace writ::dsl::check {

namespace {

/// Deeper trees than this are refused, so that no recursion over checked expressions can overflow.
constexpr std::uint32_t kMaxDepth = 400;

Checked check_literal(Context& context, const ast::Expr& expr, TypeId expected) {
  Types& types = context.model.types;
  switch (expr.kind) {
    case ast::ExprKind::boolean:
      return make_constant(context, types.simple(TypeKind::boolean), {expr.number}, expr.span);
    case ast::ExprKind::integer: {
      if (kind_of(context, expected) != TypeKind::decimal)
        return make_constant(context, types.simple(TypeKind::integer), {expr.number}, expr.span);
      constexpr std::int64_t kScale = 10'000;
      if (expr.number > INT64_MAX / kScale || expr.number < INT64_MIN / kScale) {
        report(context, DiagnosticKind::decimal_literal_range, expr.span,
               {source_text(context, expr.span)});
        return {};
      }
      return make_constant(context, types.simple(TypeKind::decimal), {expr.number * kScale},
                           expr.span);
    }
    case ast::ExprKind::decimal:
      return make_constant(context, types.simple(TypeKind::decimal), {expr.number}, expr.span);
    case ast::ExprKind::string:
      return make_constant(context, types.simple(TypeKind::string), {expr.text}, expr.span);
    case ast::ExprKind::duration:
      return make_constant(context, types.simple(TypeKind::duration), {expr.number}, expr.span);
    default: return make_constant(context, types.simple(TypeKind::time), {expr.number}, expr.span);
  }
}

Checked check_ip(Context& context, const ast::Expr& expr) {
  if (expr.text.find('/') != std::string::npos) {
    if (const auto network = base::parse_network(expr.text))
      return make_constant(context, context.model.types.simple(TypeKind::network), {*network},
                           expr.span);
    report(context, DiagnosticKind::bad_network, expr.span, {expr.text}).help =
        "write the first address of the network, as in `ip \"10.0.0.0/8\"`";
    return {};
  }
  if (const auto address = base::parse_ip(expr.text))
    return make_constant(context, context.model.types.simple(TypeKind::ip),
                         {base::IpNetwork{*address, 128}}, expr.span);
  report(context, DiagnosticKind::bad_ip, expr.span, {expr.text}).help =
      "write an address such as `ip \"10.0.0.7\"` or a network such as `ip \"10.0.0.0/8\"`";
  return {};
}

Checked check_absent(Context& context, const ast::Expr& expr, TypeId expected) {
  if (expected == 0) {
    report(context, DiagnosticKind::absent_without_type, expr.span).help =
        "to ask whether a value is missing, write `x is absent`";
    return {};
  }
  const TypeId type = context.model.types.optional(context.model.types.unrefined(expected));
  return make_constant(context, type, {Absent{}}, expr.span);
}

Checked dispatch(Context& context, const Scope& scope, ast::ExprId id, const ast::Expr& expr,
                 TypeId expected) {
  using K = ast::ExprKind;
  switch (expr.kind) {
    case K::none:
    case K::error: return {};
    case K::name: return check_name(context, scope, expr, expected);
    case K::field: return check_field(context, scope, expr, expected);
    case K::index: return check_index(context, scope, expr);
    case K::call: return check_call(context, scope, expr, nullptr, expected);
    case K::boolean:
    case K::integer:
    case K::decimal:
    case K::string:
    case K::duration:
    case K::time: return check_literal(context, expr, expected);
    case K::ip: return check_ip(context, expr);
    case K::absent: return check_absent(context, expr, expected);
    case K::now:
      report(context, DiagnosticKind::now_outside_comparison, expr.span).help =
          "compare it: `now < t`, `now - t >= 30d` or `t - now <= 1h`";
      return {};
    case K::automatic:
    case K::quorum: return check_quorum(context, scope, expr, expected);
    case K::negate: return check_negate(context, scope, expr, expected);
    case K::logical_not: return check_not(context, scope, expr);
    case K::logical_and:
    case K::logical_or: return check_logical(context, scope, id);
    case K::implies: return check_implies(context, scope, expr);
    case K::or_else: return check_or_else(context, scope, expr, expected);
    case K::equal:
    case K::not_equal:
    case K::less:
    case K::less_equal:
    case K::greater:
    case K::greater_equal: return check_comparison(context, scope, expr);
    case K::add:
    case K::subtract:
    case K::multiply:
    case K::divide:
    case K::modulo: return check_arithmetic(context, scope, expr, expected);
    case K::in:
    case K::not_in: return check_membership(context, scope, expr);
    case K::subset_of:
    case K::intersects: return check_set_relation(context, scope, expr);
    case K::starts_with:
    case K::ends_with:
    case K::contains:
    case K::like:
    case K::matches: return check_string_relation(context, scope, expr);
    case K::is_present:
    case K::is_absent: return check_presence(context, scope, expr);
    case K::is_empty:
    case K::is_not_empty: return check_emptiness(context, scope, expr);
    case K::any:
    case K::all:
    case K::none_of: return check_quantifier(context, scope, expr);
    case K::only:
    case K::count: return check_selection(context, scope, expr);
    case K::conditional: return check_conditional(context, scope, expr, expected);
    case K::list: return check_list(context, scope, expr, expected);
    case K::braces: return check_braces(context, scope, expr, expected);
    case K::record: return check_record(context, scope, expr, expected);
    case K::map: return check_map(context, scope, expr, expected);
    case K::set_for:
    case K::votes_for: return check_comprehension(context, scope, expr, expected);
    case K::with: return check_with(context, scope, expr, expected);
  }
  return {};
}

}  // namespace

// ---- the public entries -------------------------------------------------------------------------

Checked check_expr(Context& context, const Scope& scope, ast::ExprId id, TypeId expected) {
  if (id == ast::kNone) return {};
  ExpressionState& state = context.state;
  if (state.depth == 0) state.decision = scope.decision;
  const ast::Expr& expr = context.tree.expr(id);
  if (state.depth >= kMaxDepth) {
    report(context, DiagnosticKind::expression_too_deep, expr.span, {std::to_string(kMaxDepth)})
        .help = "make a part of it an output; with `local` before its name it is not in the answer";
    return {};
  }
  ++state.depth;
  Checked checked = dispatch(context, scope, id, expr, expected);
  --state.depth;
  return checked;
}

Checked check_value(Context& context, const Scope& scope, ast::ExprId id, TypeId expected,
                    std::string_view what) {
  // The type was wrong, which is reported: what a bare member means is not known.
  if (expected == 0 && needs_context(context, scope, id)) return {};
  Checked checked = check_expr(context, scope, id, expected);
  if (checked.id == kNoExpr || expected == 0) return checked;
  const Span span = context.tree.expr(id).span;
  if (core(context, checked.type) != core(context, expected)) {
    report_mismatch(context, id, what, expected, checked.type);
    return {};
  }
  if (is_optional(context, checked.type) && !is_optional(context, expected)) {
    const Value* value = constant_value(context, checked);
    if (value != nullptr && value->absent()) {
      report(context, DiagnosticKind::absent_not_allowed, span,
             {std::string(what), context.model.types.text(expected)});
      return {};
    }
    if (!require_present(context, checked, span)) return {};
  }
  return checked;
}

Checked check_condition(Context& context, const Scope& scope, ast::ExprId id) {
  Checked checked = check_expr(context, scope, id, context.model.types.simple(TypeKind::boolean));
  if (!require_kind(context, checked, id, TypeKind::boolean, "the condition"))
    return unknown_condition();
  return checked;
}

// ---- reporting ----------------------------------------------------------------------------------

Diagnostic& report(Context& context, DiagnosticKind kind, Span span,
                   std::vector<std::string> args) {
  return context.diagnostics.report(kind, span, std::move(args));
}

std::string source_text(const Context& context, Span span) {
  constexpr std::size_t kLongest = 60;
  std::string out;
  for (const char c : context.sources.text(span)) {
    const bool space = c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (space && (out.empty() || out.back() == ' ')) continue;
    out += space ? ' ' : c;
  }
  if (out.size() <= kLongest) return out;
  std::size_t cut = kLongest;
  while (cut > 0 && (static_cast<unsigned char>(out[cut]) & 0xC0u) == 0x80u)
    --cut;
  return out.substr(0, cut) + "…";
}

std::string operand_text(const Context& context, Span span) {
  std::string text = source_text(context, span);
  // Outside brackets and quotes, a blank stands beside an operator or a word such as `only`.
  std::size_t depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '\\') {
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (quoted) {
      continue;
    } else if (c == '(' || c == '[' || c == '{') {
      ++depth;
    } else if (depth != 0 && (c == ')' || c == ']' || c == '}')) {
      --depth;
    } else if (c == ' ' && depth == 0) {
      return "(" + text + ")";
    }
  }
  return text;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
  const std::vector<std::string_view> views(candidates.begin(), candidates.end());
  const std::string_view found = nearest(word, views);
  return found.empty() ? std::string() : "did you mean `" + std::string(found) + "`?";
}

std::string alternatives(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 8;
  std::string out;
  const std::size_t shown = std::min(names.size(), kMost);
  for (std::size_t i = 0; i < shown; ++i) {
    if (i != 0) out += i + 1 == names.size() ? " or " : ", ";
    out += "`" + names[i] + "`";
  }
  if (shown < names.size()) out += ", …";
  return out;
}

// ---- types --------------------------------------------------------------------------------------

TypeId core(Context& context, TypeId type) {
  Types& types = context.model.types;
  return types.present(types.unrefined(type));
}

TypeId set_of(Context& context, TypeId element) {
  if (element == 0) return 0;
  return context.model.types.intern(Type{.kind = TypeKind::set, .element = core(context, element)});
}

TypeId list_of(Context& context, TypeId element) {
  if (element == 0) return 0;
  return context.model.types.intern(
      Type{.kind = TypeKind::list, .element = core(context, element)});
}

bool is_scalar(TypeKind kind) {
  switch (kind) {
    case TypeKind::boolean:
    case TypeKind::integer:
    case TypeKind::decimal:
    case TypeKind::string:
    case TypeKind::duration:
    case TypeKind::time:
    case TypeKind::ip:
    case TypeKind::enumeration: return true;
    default: return false;
  }
}

bool is_ordered(const Context& context, TypeId id) {
  const Type& type = type_of(context, id);
  switch (type.kind) {
    case TypeKind::integer:
    case TypeKind::decimal:
    case TypeKind::duration:
    case TypeKind::time: return true;
    case TypeKind::enumeration: return context.model.types.enums[type.decl].ordered;
    default: return false;
  }
}

bool holds(const Types& types, TypeId id, TypeKind kind) {
  std::vector<TypeId> open{id};
  std::set<TypeId> seen;
  while (!open.empty()) {
    const TypeId next = open.back();
    open.pop_back();
    if (next == 0 || !seen.insert(next).second) continue;
    const Type& type = types[next];
    if (type.kind == kind) return true;
    open.push_back(type.element);
    if (type.kind == TypeKind::record)
      for (const Field& field : types.records[type.decl].fields)
        open.push_back(field.type);
  }
  return false;
}

std::uint32_t find_member(const Enum& e, std::string_view name) {
  for (std::size_t i = 0; i < e.members.size(); ++i)
    if (e.members[i].name == name) return static_cast<std::uint32_t>(i);
  return kNoIndex;
}

std::vector<std::string> member_names(const Enum& e) {
  std::vector<std::string> names;
  for (const EnumMember& member : e.members)
    names.push_back(member.name);
  return names;
}

EnumId expected_enum(const Context& context, TypeId expected) {
  const Type& type = type_of(context, expected);
  return type.kind == TypeKind::enumeration ? type.decl : kNoDecl;
}

// ---- making expressions -------------------------------------------------------------------------

ExprId add_expr(Context& context, Expr expr) {
  context.model.exprs.push_back(std::move(expr));
  return static_cast<ExprId>(context.model.exprs.size() - 1);
}

Expr new_expr(ExprKind kind, TypeId type, Span span) {
  Expr expr;
  expr.kind = kind;
  expr.type = type;
  expr.span = span;
  return expr;
}

Checked make(Context& context, Expr expr) {
  const TypeId type = expr.type;
  return {.id = add_expr(context, std::move(expr)), .type = type, .shown = {}};
}

Checked make_constant(Context& context, TypeId type, Value value, Span span) {
  Expr expr = new_expr(ExprKind::constant, type, span);
  expr.value = std::move(value);
  return make(context, std::move(expr));
}

Checked make_boolean(Context& context, Expr expr) {
  expr.type = context.model.types.simple(TypeKind::boolean);
  return make(context, std::move(expr));
}

const Value* constant_value(const Context& context, const Checked& checked) {
  if (checked.id == kNoExpr) return nullptr;
  const Expr& expr = context.model.expr(checked.id);
  return expr.kind == ExprKind::constant ? &expr.value : nullptr;
}

const Value* present_constant(const Context& context, const Checked& checked) {
  const Value* value = constant_value(context, checked);
  return value != nullptr && !value->absent() ? value : nullptr;
}

bool require_present(Context& context, const Checked& checked, Span span) {
  if (checked.id == kNoExpr) return false;
  if (!is_optional(context, checked.type)) return true;
  const std::string text = operand_text(context, span);
  Diagnostic& diagnostic =
      report(context, DiagnosticKind::may_be_absent, span, {source_text(context, span)});
  diagnostic.help = "show it first with `" + text + " is present`, or give a default with `" +
                    text + " or else …`";
  // Inside a define it is the call that decides what is known.
  if (!context.state.open_calls.empty())
    diagnostic.notes.push_back({context.state.open_calls.back(),
                                "in this call of `" + context.state.open_defines.back() + "`"});
  return false;
}

bool require_kind(Context& context, const Checked& checked, ast::ExprId value, TypeKind kind,
                  std::string_view what) {
  if (checked.id == kNoExpr) return false;
  if (kind_of(context, checked.type) != kind) {
    report_mismatch(context, value, what, context.model.types.simple(kind), checked.type);
    return false;
  }
  return require_present(context, checked, context.tree.expr(value).span);
}

void report_mismatch(Context& context, ast::ExprId value, std::string_view what, TypeId expected,
                     TypeId found) {
  const Types& types = context.model.types;
  const ast::Expr& expr = context.tree.expr(value);
  const std::string wanted = types.text(core(context, expected));
  Diagnostic& diagnostic = report(context, DiagnosticKind::wrong_type, expr.span,
                                  {std::string(what), types.text(core(context, found)), wanted});
  const EnumId id = expected_enum(context, expected);
  if (const std::string help = value_help(context, value, expected, found); !help.empty()) {
    diagnostic.help = help;
  } else if (id != kNoDecl && expr.kind == ast::ExprKind::string) {
    const Enum& e = types.enums[id];
    for (const EnumMember& member : e.members)
      if (member.name == expr.text ||
          std::find(member.json.begin(), member.json.end(), expr.text) != member.json.end()) {
        diagnostic.help = "write the member without quotes: `" + member.name + "`";
        return;
      }
    diagnostic.help = did_you_mean(expr.text, member_names(e));
    if (diagnostic.help.empty())
      diagnostic.help = "the members are " + alternatives(member_names(e));
  } else if (kind_of(context, found) == TypeKind::verdict) {
    diagnostic.help = "read a part of the verdict: `.outcome` or `.needs`";
  } else if (kind_of(context, expected) == TypeKind::boolean) {
    diagnostic.help =
        "compare it with a value, as in `" + source_text(context, expr.span) + " == …`";
  } else if (kind_of(context, expected) == TypeKind::decimal &&
             kind_of(context, found) == TypeKind::integer) {
    diagnostic.help = "make the other value a `decimal` too; only a literal `int` becomes one";
  }
}

// ---- paths and reads ----------------------------------------------------------------------------

PathKey path_key(const Model& model, ExprId id) {
  if (id == kNoExpr) return {};
  const Expr& expr = model.expr(id);
  switch (expr.kind) {
    case ExprKind::input: return "input " + std::to_string(expr.index);
    case ExprKind::data: return "data " + std::to_string(expr.index);
    case ExprKind::local: return "local " + std::to_string(expr.index);
    case ExprKind::output: return "output " + std::to_string(expr.index);
    case ExprKind::output_key:
      return "output " + std::to_string(expr.index) + "[" + path_key(model, expr.a) + "]";
    case ExprKind::field: return path_key(model, expr.a) + "." + std::to_string(expr.index);
    case ExprKind::map_get: return path_key(model, expr.a) + "[" + path_key(model, expr.b) + "]";
    case ExprKind::constant:
      return "=" + std::to_string(expr.type) + ":" +
             value_to_json(model.types, expr.type, expr.value);
    default: {
      // Not a path: known by its operands, so that a copy with another optionality is the same.
      std::string key = "#" + std::to_string(static_cast<int>(expr.kind)) + ":" +
                        std::to_string(expr.index) + ":" + std::to_string(expr.column);
      for_each_child(expr, [&](ExprId child) { key += ":" + std::to_string(child); });
      return key;
    }
  }
}

void collect_output_reads(const Model& model, ExprId root, std::set<OutputId>& reads) {
  walk(model, root, [&](ExprId, const Expr& expr) {
    if (reads_output(expr)) reads.insert(expr.index);
  });
}

}  // namespace writ::dsl::check
