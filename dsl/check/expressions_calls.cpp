#include "dsl/check/expressions.hpp"
#include "dsl/check/mistakes.hpp"
#include "dsl/check/packages.hpp"

/// Calls of defines and tables. A define is seen through: its body is checked again in each call,
/// in the caller's facts, with the arguments in the place of its parameters.
namespace writ::dsl::check {

namespace {

/// Expansions of defines in one policy. Chains of defines that call each other twice grow as powers
/// of two; this is where that ends.
constexpr std::uint32_t kMaxDefineCalls = 10'000;

/// Reports a callable of a package that the file does not import; false when it is no such name.
bool report_package_of(Context& context, const Scope& scope, const ast::Expr& callee,
                       const std::vector<std::string>& parts) {
  const ast::Expr* root = &callee;
  while (root->kind == ast::ExprKind::field)
    root = &context.tree.expr(root->a);
  return find_name(context, scope, root->name).kind == NameKind::none &&
         report_wrong_package(context, callee.span, parts);
}

Checked report_unknown_callable(Context& context, const Scope& scope, const ast::Expr& call,
                                const ast::Expr& callee, const std::vector<std::string>& parts,
                                const std::string& key) {
  const Symbols& symbols = context.symbols;
  const std::string text = source_text(context, callee.span);
  if (report_package_of(context, scope, callee, parts)) return {};
  std::string help;
  const ast::ExprId first = call.items.empty() ? ast::kNone : call.items.front();
  const ast::ExprId second = call.items.size() < 2 ? ast::kNone : call.items[1];
  if (symbols.decisions.contains(key)) {
    help = "decisions are called in tests only; move what both need into a `define`";
  } else if (parts.size() == 2 && is_builtin(parts[1])) {
    help = "write `" + parts[1] + "(" + parts[0] + ")`";
  } else if (parts.size() == 1 && find_name(context, scope, callee.name).kind != NameKind::none) {
    help = "it is a value; leave the parentheses away";
  } else {
    std::vector<std::string> names;
    if (parts.size() == 1) names = builtin_names();
    for (std::string& name : names_seen_from(context, callee.span, symbols.defines))
      names.push_back(std::move(name));
    for (std::string& name : names_seen_from(context, callee.span, symbols.tables))
      names.push_back(std::move(name));
    if (parts.size() == 1) help = function_help(context, scope, parts[0], first, second);
    if (parts.size() == 2 && callee.kind == ast::ExprKind::field)
      help = function_help(context, scope, parts[1], callee.a, first);
    if (help.empty()) help = did_you_mean(text, names);
    if (parts.size() == 1) {
      for (const auto& keys : {keys_of(symbols.defines), keys_of(symbols.tables)})
        if (help.empty()) help = find_elsewhere(context, callee.span, parts[0], keys);
      if (help.empty()) help = "declare it: `define " + parts[0] + "(…): … = …`";
    }
  }
  report(context, DiagnosticKind::unknown_callable, callee.span, {text}).help = help;
  return {};
}

/// What was meant by a call of something that is no name: `now()`, `claim.items.size()`.
std::string help_for_callee(Context& context, const Scope& scope, const ast::Expr& call,
                            const ast::Expr& callee) {
  if (callee.kind == ast::ExprKind::now) return "write `now`";
  if (callee.kind != ast::ExprKind::field) return {};
  const ast::ExprId first = call.items.empty() ? ast::kNone : call.items.front();
  const std::string help = function_help(context, scope, callee.name.text, callee.a, first);
  if (!help.empty() || !is_builtin(callee.name.text)) return help;
  return "write `" + callee.name.text + "(" +
         source_text(context, context.tree.expr(callee.a).span) + ")`";
}

/// Reports a wrong number of arguments.
bool require_arguments(Context& context, const ast::Expr& call, std::string_view name,
                       std::size_t wanted, const std::string& parameters = {}) {
  if (call.items.size() == wanted) return true;
  report(context, DiagnosticKind::wrong_argument_count, call.span,
         {std::string(name), argument_count(wanted), std::to_string(call.items.size())})
      .help = parameters.empty() ? "" : "write `" + std::string(name) + "(" + parameters + ")`";
  return false;
}

// ---- ranges -------------------------------------------------------------------------------------

/// The refined type of a path, 0 when nothing is known of it.
TypeId declared_type(const Context& context, ExprId id) {
  const Expr& expr = context.model.expr(id);
  switch (expr.kind) {
    case ExprKind::input:
      return context.model.decisions[context.state.decision].inputs[expr.index].type;
    case ExprKind::data: return context.model.data[expr.index].type;
    case ExprKind::field: {
      const Type& record = type_of(context, context.model.expr(expr.a).type);
      return context.model.types.records[record.decl].fields[expr.index].type;
    }
    case ExprKind::map_get: {
      const TypeId map = declared_type(context, expr.a);
      return map == 0 ? 0 : type_of(context, map).element;
    }
    case ExprKind::local: {
      const auto source = context.state.local_sources.find(expr.index);
      const TypeId collection =
          source == context.state.local_sources.end() ? 0 : declared_type(context, source->second);
      if (collection != 0) return type_of(context, collection).element;
      const auto type = context.state.local_types.find(expr.index);
      return type == context.state.local_types.end() ? 0 : type->second;
    }
    default: return 0;
  }
}

/// Whether the value of `id` is known to lie in `low..high`.
bool stays_within(const Context& context, ExprId id, std::int64_t low, std::int64_t high) {
  const Expr& expr = context.model.expr(id);
  switch (expr.kind) {
    case ExprKind::constant:
      return expr.value.absent() || (low <= expr.value.integer() && expr.value.integer() <= high);
    case ExprKind::conditional:
      return stays_within(context, expr.b, low, high) && stays_within(context, expr.c, low, high);
    case ExprKind::or_else:
      return stays_within(context, expr.a, low, high) && stays_within(context, expr.b, low, high);
    case ExprKind::output: {
      const Output& output = context.model.decisions[context.state.decision].outputs[expr.index];
      return output.clamp && low <= output.low && output.high <= high;
    }
    default: {
      const Type& type = type_of(context, declared_type(context, id));
      if (type.kind == TypeKind::duration && !type.has_range) return low <= 0 && high == INT64_MAX;
      return type.has_range && low <= type.low && type.high <= high;
    }
  }
}

/// The rows of a table cover the values of its parameters and no more, so arguments must stay
/// within them.
bool require_within(Context& context, const Checked& argument, const ast::Expr& written,
                    TypeId parameter) {
  const Type type = type_of(context, parameter);
  // What a define is called with is known in its calls only.
  if (!type.has_range || context.state.alone ||
      stays_within(context, argument.id, type.low, type.high))
    return true;
  report(context, DiagnosticKind::argument_range, written.span,
         {source_text(context, written.span), context.model.types.text(parameter)})
      .help = "take the range from the parameter, or give it to what is passed";
  return false;
}

// ---- tables -------------------------------------------------------------------------------------

std::uint32_t find_column(Context& context, const ast::Expr& call, const Table& table,
                          const ast::Name* column, std::string_view name) {
  if (column == nullptr) {
    if (table.columns.size() == 1) return 0;
    report(context, DiagnosticKind::column_missing, call.span,
           {std::string(name), alternatives(table.columns)})
        .help = table.columns.empty() ? ""
                                      : "write `" + source_text(context, call.span) + "." +
                                            table.columns.front() + "`";
    return kNoIndex;
  }
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (table.columns[i] == column->text) return static_cast<std::uint32_t>(i);
  Diagnostic& diagnostic = report(context, DiagnosticKind::unknown_column, column->span,
                                  {std::string(name), column->text});
  diagnostic.help = did_you_mean(column->text, table.columns);
  if (diagnostic.help.empty())
    diagnostic.help = table.columns.size() == 1 && table.columns.front().empty()
                          ? "its one column has no name; leave `." + column->text + "` away"
                          : "the columns are " + alternatives(table.columns);
  return kNoIndex;
}

Checked call_table(Context& context, const Scope& scope, const ast::Expr& call, std::uint32_t index,
                   const ast::Name* column, const std::string& name) {
  const std::vector<TypeId> parameters = context.model.tables[index].parameter_types;
  if (!require_arguments(context, call, name, parameters.size())) return {};
  Expr result = new_expr(ExprKind::table, 0, call.span);
  if (column != nullptr) result.span.end = column->span.end;
  bool ok = true;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const Checked argument =
        check_value(context, scope, call.items[i], parameters[i],
                    "argument " + std::to_string(i + 1) + " of `" + name + "`");
    ok = ok && argument.id != kNoExpr &&
         require_within(context, argument, context.tree.expr(call.items[i]), parameters[i]);
    result.items.push_back(argument.id);
  }
  const std::uint32_t found = find_column(context, call, context.model.tables[index], column, name);
  if (!ok || found == kNoIndex) return {};
  result.type = context.model.types.unrefined(context.model.tables[index].column_types[found]);
  if (result.type == 0) return {};
  result.index = index;
  result.column = found;
  return make(context, std::move(result));
}

// ---- defines ------------------------------------------------------------------------------------

/// Whether one more expansion is within the bound; says so once when it is not.
bool may_expand(Context& context, const ast::Expr& call, const std::string& key) {
  ExpressionState& state = context.state;
  if (state.recursive_defines.contains(key)) return false;
  for (const std::string& open : state.open_defines)
    if (open == key) return false;
  if (++state.define_calls <= kMaxDefineCalls) return true;
  if (!state.define_limit_reported)
    report(context, DiagnosticKind::define_expansion, call.span, {std::to_string(kMaxDefineCalls)})
        .help = "compute the value once in a `local` output and read that";
  state.define_limit_reported = true;
  return false;
}

Checked call_define(Context& context, const Scope& scope, const ast::Expr& call,
                    const std::string& key, const std::string& name) {
  const DeclRef ref = context.symbols.defines.at(key);
  const ast::DefineDecl& define = context.tree.files[ref.file].defines[ref.index];
  context.state.expanded_defines.insert(key);
  std::string parameters;
  for (const ast::Parameter& parameter : define.parameters)
    parameters += (parameters.empty() ? "" : ", ") + parameter.name.text;
  if (!require_arguments(context, call, name, define.parameters.size(), parameters)) return {};

  Scope inner;
  inner.now = scope.now;
  inner.facts = scope.facts;
  bool ok = true;
  for (std::size_t i = 0; i < define.parameters.size(); ++i) {
    const ast::Parameter& parameter = define.parameters[i];
    const TypeId type = resolve_type(context, parameter.type);
    const Checked argument =
        check_value(context, scope, call.items[i], type,
                    "argument `" + parameter.name.text + "` of `" + name + "`");
    ok = ok && argument.id != kNoExpr && type != 0;
    inner.bindings.push_back({parameter.name.text, argument.id, parameter.name.span});
  }
  const TypeId result = resolve_type(context, define.result);
  if (!ok || result == 0 || !may_expand(context, call, key)) return {};
  context.state.open_defines.push_back(key);
  context.state.open_calls.push_back(call.span);
  Checked checked = check_value(context, inner, define.body, result, "the value of `" + name + "`");
  context.state.open_calls.pop_back();
  context.state.open_defines.pop_back();
  return checked;
}

}  // namespace

std::string argument_count(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " argument" : " arguments");
}

bool is_table_call(const Context& context, const Scope&, ast::ExprId id) {
  const ast::Expr& expr = context.tree.expr(id);
  if (expr.kind != ast::ExprKind::call) return false;
  const std::vector<std::string> parts = dotted_name(context, expr.a);
  return !parts.empty() && context.symbols.tables.contains(symbol_key(context, expr.span, parts));
}

Checked check_call(Context& context, const Scope& scope, const ast::Expr& expr,
                   const ast::Name* column, TypeId expected) {
  const ast::Expr& callee = context.tree.expr(expr.a);
  const std::vector<std::string> parts = dotted_name(context, expr.a);
  if (parts.empty() || parts.size() > 2) {
    if (parts.size() > 2 && report_package_of(context, scope, callee, parts)) return {};
    if (callee.kind != ast::ExprKind::error)
      report(context, DiagnosticKind::not_callable, callee.span,
             {source_text(context, callee.span)})
          .help = help_for_callee(context, scope, expr, callee);
    return {};
  }
  if (parts.size() == 1 && is_builtin(parts[0]))
    return check_builtin(context, scope, expr, parts[0], expected);
  const std::string key = symbol_key(context, expr.span, parts);
  const std::string name = dotted(parts);
  if (const auto table = context.symbols.tables.find(key); table != context.symbols.tables.end())
    return call_table(context, scope, expr, table->second, column, name);
  if (context.symbols.defines.contains(key)) return call_define(context, scope, expr, key, name);
  return report_unknown_callable(context, scope, expr, callee, parts, key);
}

}  // namespace writ::dsl::check
