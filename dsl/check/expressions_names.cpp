#include <algorithm>
#include <array>

#include "base/text.hpp"

#include "dsl/check/expressions.hpp"
#include "dsl/check/mistakes.hpp"
#include "dsl/check/packages.hpp"
#include "dsl/foreign_words.hpp"

/// Names, fields, indexes: the paths of the language, and what else a name may mean.
namespace writ::dsl::check {

namespace {

const Output& output_of(const Context& context, const Scope& scope, std::uint32_t index) {
  return context.model.decisions[scope.decision].outputs[index];
}

bool is_known(const Context& context, const Scope& scope, ExprId path) {
  return scope.facts.contains(path_key(context.model, path)) ||
         scope.facts.contains(PathKey(kAnyPath));
}

/// Whether a key is one of the members that an enum's domain has: `unknown` is none of them, and an
/// enum without it has no other values.
bool is_never_unknown(const Context& context, const Scope& scope, const Checked& key) {
  const Enum& e = context.model.types.enums[type_of(context, key.type).decl];
  if (!e.else_unknown) return true;
  const auto known = [&](const Value& value) { return value.integer() < e.known(); };
  if (const Value* value = present_constant(context, key)) return known(*value);
  const Expr& expr = context.model.expr(key.id);
  if (expr.kind != ExprKind::local) return false;
  const auto source = context.state.local_sources.find(expr.index);
  if (source != context.state.local_sources.end()) {
    const Expr& collection = context.model.expr(source->second);
    if (collection.kind != ExprKind::constant) return false;
    const std::vector<Value>& items = std::get<Collection>(collection.value.v).items;
    return std::all_of(items.begin(), items.end(), known);
  }
  // The key of an output `per` member.
  const std::vector<Output>& outputs = context.model.decisions[scope.decision].outputs;
  return std::any_of(outputs.begin(), outputs.end(), [&](const Output& output) {
    return output.per_enum && output.key == expr.index;
  });
}

/// Adds a read; a path that is known to be present is no longer optional.
Checked read(Context& context, const Scope& scope, Expr expr) {
  if (expr.type == 0) return {};
  Checked checked = make(context, std::move(expr));
  if (is_optional(context, checked.type) && is_known(context, scope, checked.id)) {
    checked.type = context.model.types.present(checked.type);
    context.model.exprs[checked.id].type = checked.type;
  }
  return checked;
}

Expr plain(ExprKind kind, TypeId type, std::uint32_t index, Span span) {
  Expr expr = new_expr(kind, type, span);
  expr.index = index;
  return expr;
}

Checked read_binding(Context& context, const Scope& scope, ExprId id) {
  const Expr& bound = context.model.expr(id);
  Checked checked{.id = id, .type = bound.type, .shown = {}};
  if (!is_optional(context, bound.type) || !is_known(context, scope, id)) return checked;
  Expr present = bound;
  present.type = context.model.types.present(present.type);
  return make(context, std::move(present));
}

Checked read_value(Context& context, const Scope& scope, const FoundName& found,
                   const ast::Name& name) {
  Types& types = context.model.types;
  switch (found.kind) {
    case NameKind::none: return {};
    case NameKind::binding:
      return found.expr == kNoExpr ? Checked{} : read_binding(context, scope, found.expr);
    case NameKind::input: {
      const Input& input = context.model.decisions[scope.decision].inputs[found.index];
      return read(context, scope,
                  plain(ExprKind::input, types.unrefined(input.type), found.index, name.span));
    }
    case NameKind::output: {
      const Output& output = output_of(context, scope, found.index);
      if (output.per) {
        report(context, DiagnosticKind::per_output_needs_key, name.span, {name.text}).help =
            output.kind == OutputKind::verdict ? "write `" + name.text + "[k]`, or `" + name.text +
                                                     ".granted`, `.held` or `.denied` for the keys"
                                               : "write `" + name.text + "[k]` with a key";
        return {};
      }
      return read(context, scope,
                  plain(ExprKind::output, types.unrefined(output.type), found.index, name.span));
    }
    case NameKind::data: {
      const Data& data = context.model.data[found.index];
      return read(context, scope,
                  plain(ExprKind::data, types.unrefined(data.type), found.index, name.span));
    }
    case NameKind::fixture:
      return check_fixture(context, symbol_key(context, name.span, {name.text}), name.span);
  }
  return {};
}

/// A qualified way to write member `member` in the file of `at`, where the enum has a name.
std::string qualified_member(const Context& context, Span at, const Enum& e,
                             std::string_view member) {
  if (e.name.empty()) return {};
  return name_seen_from(context, at, e.package, e.name) + "." + std::string(member);
}

void report_unknown_member(Context& context, const ast::Name& name, const Enum& e) {
  const std::vector<std::string> members = member_names(e);
  Diagnostic& diagnostic =
      report(context, DiagnosticKind::unknown_member, name.span,
             {e.name.empty() ? std::string("the enum here") : "`" + e.name + "`", name.text});
  diagnostic.help = did_you_mean(name.text, members);
  constexpr std::array<std::string_view, 5> kRest{"default", "otherwise", "other", "any",
                                                  "anything"};
  if (std::find(kRest.begin(), kRest.end(), name.text) != kRest.end())
    diagnostic.help = "in a table, `_` stands for any value";
  if (diagnostic.help.empty()) diagnostic.help = "the members are " + alternatives(members);
  if (e.span.end != 0) diagnostic.notes.push_back({e.span, "the enum is declared here"});
}

/// What a type is, called `name`, that stands in the place of a value.
std::string explain_type(const Context& context, TypeId type, const std::string& name) {
  const Type& t = type_of(context, type);
  if (t.kind == TypeKind::enumeration && !context.model.types.enums[t.decl].members.empty())
    return "it is an enum; a member of it is written `" + name + "." +
           context.model.types.enums[t.decl].members.front().name + "`";
  return "it is a record type, not a value";
}

/// What `name` is in another name space or in a place that cannot be read from here; empty when it
/// is nothing.
std::string explain_other_meaning(const Context& context, const Scope& scope,
                                  const ast::Name& name) {
  const std::string key = symbol_key(context, name.span, {name.text});
  const Symbols& symbols = context.symbols;
  if (symbols.defines.contains(key) || symbols.tables.contains(key) || is_builtin(name.text))
    return "call it: `" + name.text + "(…)`";
  if (const auto type = symbols.types.find(key); type != symbols.types.end())
    return explain_type(context, type->second, name.text);
  if (scope.decision != kNoIndex) {
    const Decision& decision = context.model.decisions[scope.decision];
    for (const Output& output : decision.outputs)
      if (output.name == name.text) return "it is an output, and outputs cannot be read here";
  }
  if (symbols.decisions.contains(key))
    return "it is a decision; its inputs and outputs are read by their own names alone";
  if (symbols.fixtures.contains(key)) return "it is a fixture, which only tests read";
  if (symbols.data.contains(key)) return "it is data, which cannot be read here";
  if (find_import(context, name.span, name.text) != nullptr)
    return "it is an import; what the package declares is written `" + name.text + ".…`";
  for (const Enum& e : context.model.types.enums)
    if (!e.name.empty() && find_member(e, name.text) != kNoIndex &&
        is_usable(context, name.span, e.package + "." + e.name))
      return "to write the member of `" + e.name + "`, write `" +
             qualified_member(context, name.span, e, name.text) + "`";
  if (find_member(context.model.types.enums[context.model.outcome_enum], name.text) != kNoIndex)
    return "it is an outcome of a verdict: compare the `.outcome` of one with it";
  return {};
}

Checked report_unknown_name(Context& context, const Scope& scope, const ast::Name& name,
                            TypeId expected) {
  if (scope.inputs && context.state.unread_inputs.contains(scope.decision)) return {};
  std::string help = foreign_help(ForeignPlace::value, name.text);
  if (kind_of(context, expected) == TypeKind::quorum &&
      find_member(context.model.types.enums[type_of(context, expected).decl], name.text) !=
          kNoIndex)
    help = "write who is asked: `one of { " + name.text + " }`";
  if (help.empty()) help = explain_other_meaning(context, scope, name);
  if (kind_of(context, expected) == TypeKind::string && help.starts_with("to write the member"))
    help = "a string and a member of an enum are never equal; for the text, write `\"" + name.text +
           "\"`";
  const std::vector<std::string> visible = visible_names(context, scope, name.span);
  if (help.empty()) help = did_you_mean(name.text, visible);
  if (help.empty() && scope.data)
    help = find_elsewhere(context, name.span, name.text, keys_of(context.symbols.data));
  if (help.empty() && !visible.empty()) help = "known here are " + alternatives(visible);
  report(context, DiagnosticKind::unknown_name, name.span, {name.text}).help = help;
  return {};
}

// ---- qualified names ----------------------------------------------------------------------------

/// The parts of `a.b.c` where `a` stands for no value, so that it can be a package; else empty.
std::vector<std::string> package_path(const Context& context, const Scope& scope,
                                      const ast::Expr& field) {
  std::vector<std::string> parts{field.name.text};
  const ast::Expr* root = &context.tree.expr(field.a);
  for (; root->kind == ast::ExprKind::field; root = &context.tree.expr(root->a))
    parts.push_back(root->name.text);
  if (root->kind != ast::ExprKind::name ||
      find_name(context, scope, root->name).kind != NameKind::none)
    return {};
  parts.push_back(root->name.text);
  std::reverse(parts.begin(), parts.end());
  return parts;
}

/// `b.x` where `b` is an import.
Checked check_imported(Context& context, const Scope& scope, const ast::Expr& expr,
                       const std::string& import) {
  const std::string key = symbol_key(context, expr.span, {import, expr.name.text});
  const Symbols& symbols = context.symbols;
  if (const auto data = symbols.data.find(key); data != symbols.data.end() && scope.data)
    return read_value(context, scope, {NameKind::data, data->second, kNoExpr}, expr.name);
  const ast::Import& from = *find_import(context, expr.span, import);
  if (symbols.fixtures.contains(key)) {
    report(context, DiagnosticKind::fixture_of_another_package, expr.name.span,
           {import + "." + expr.name.text, dotted(from.package)})
        .help = "declare a fixture of this package with the values that the test needs";
    return {};
  }
  Diagnostic& diagnostic = report(context, DiagnosticKind::unknown_import_name, expr.name.span,
                                  {import, expr.name.text});
  if (symbols.defines.contains(key) || symbols.tables.contains(key))
    diagnostic.help = "call it: `" + import + "." + expr.name.text + "(…)`";
  else if (const auto type = symbols.types.find(key); type != symbols.types.end())
    diagnostic.help = explain_type(context, type->second, import + "." + expr.name.text);
  else if (symbols.decisions.contains(key))
    diagnostic.help = "it is a decision; decisions are called in tests only";
  else if (symbols.data.contains(key))
    diagnostic.help = "it is data, which cannot be read here";
  else
    diagnostic.help = did_you_mean(import + "." + expr.name.text,
                                   names_seen_from(context, expr.span, symbols.data));
  return {};
}

/// The members of the enum that `parts` name, where a list or a set is expected; else nothing.
Checked check_all_members(Context& context, const ast::Expr& expr,
                          const std::vector<std::string>& parts, TypeId expected) {
  const TypeKind wanted = kind_of(context, expected);
  if (wanted != TypeKind::list && wanted != TypeKind::set) return {};
  const auto type = context.symbols.types.find(symbol_key(context, expr.span, parts));
  const EnumId named =
      type == context.symbols.types.end() ? kNoDecl : expected_enum(context, type->second);
  if (named == kNoDecl) return {};
  Checked members = enum_members(context, named, expr.span);
  if (wanted == TypeKind::list) return members;
  const TypeId element = type_of(context, members.type).element;
  Collection set = make_set_value(context.model.types, element,
                                  std::get<Collection>(constant_value(context, members)->v).items);
  return make_constant(context, set_of(context, element), {std::move(set)}, expr.span);
}

// ---- fields -------------------------------------------------------------------------------------

Checked check_enum_member(Context& context, EnumId id, const ast::Expr& expr) {
  const Enum& e = context.model.types.enums[id];
  const std::uint32_t member = find_member(e, expr.name.text);
  if (member == kNoIndex) {
    report_unknown_member(context, expr.name, e);
    return {};
  }
  const TypeId type = context.model.types.intern(Type{.kind = TypeKind::enumeration, .decl = id});
  return make_constant(context, type, {std::int64_t{member}}, expr.span);
}

/// `x.granted`, `x.held`, `x.denied` of a `per` verdict.
Checked check_per_output_field(Context& context, const Scope& scope, const ast::Expr& expr,
                               std::uint32_t index) {
  const Output& output = output_of(context, scope, index);
  if (output.type == 0) return {};
  ExprKind kind = ExprKind::none;
  if (output.kind == OutputKind::verdict) {
    if (expr.name.text == "granted") kind = ExprKind::verdict_granted;
    if (expr.name.text == "held") kind = ExprKind::verdict_held;
    if (expr.name.text == "denied") kind = ExprKind::verdict_denied;
  }
  if (kind != ExprKind::none) {
    const TypeId type = set_of(context, output.key_type);
    return type == 0 ? Checked{} : make(context, plain(kind, type, index, expr.span));
  }
  report(context, DiagnosticKind::per_output_field, expr.name.span, {output.name, expr.name.text})
      .help = output.kind == OutputKind::verdict
                  ? "read `.granted`, `.held` or `.denied`, or one key: `" + output.name + "[k]." +
                        (expr.name.text == "needs" ? "needs" : "outcome") + "`"
                  : "read one key: `" + output.name + "[k]`";
  return {};
}

Checked check_verdict_field(Context& context, const Checked& verdict, const ast::Expr& expr) {
  Types& types = context.model.types;
  const Type type = type_of(context, verdict.type);
  Expr read_part = plain(ExprKind::verdict_outcome, 0, kNoIndex, expr.span);
  read_part.a = verdict.id;
  if (expr.name.text == "outcome") {
    read_part.type =
        types.intern(Type{.kind = TypeKind::enumeration, .decl = context.model.outcome_enum});
    return make(context, std::move(read_part));
  }
  if (expr.name.text == "needs" && type.decl != kNoDecl) {
    read_part.kind = ExprKind::verdict_needs;
    read_part.type = types.intern(Type{.kind = TypeKind::quorum, .decl = type.decl});
    return make(context, std::move(read_part));
  }
  report(context, DiagnosticKind::unknown_verdict_field, expr.name.span, {expr.name.text}).help =
      expr.name.text == "needs" ? "declare the output as `verdict of E`, so that it can hold"
                                : "read `.outcome` or `.needs`";
  return {};
}

/// `x[k].outcome` of a list domain: absent where `x[k]` is. A verdict is no value that could be
/// passed on, so its parts are optional instead.
Checked check_optional_verdict_field(Context& context, const Checked& verdict,
                                     const ast::Expr& expr) {
  Types& types = context.model.types;
  Expr present = context.model.expr(verdict.id);
  present.type = types.present(present.type);
  const Checked part = check_verdict_field(context, make(context, std::move(present)), expr);
  if (part.id == kNoExpr) return {};
  Expr there = new_expr(ExprKind::is_present, 0, expr.span);
  there.a = verdict.id;
  const TypeId optional = types.optional(part.type);
  Expr either = new_expr(ExprKind::conditional, optional, expr.span);
  either.a = make_boolean(context, std::move(there)).id;
  either.b = part.id;
  either.c = make_constant(context, optional, {Absent{}}, expr.span).id;
  return make(context, std::move(either));
}

Checked check_record_field(Context& context, const Scope& scope, const Checked& record,
                           const ast::Expr& expr) {
  const Record& declared = context.model.types.records[type_of(context, record.type).decl];
  for (std::size_t i = 0; i < declared.fields.size(); ++i) {
    if (declared.fields[i].name != expr.name.text) continue;
    const TypeId field_type = declared.fields[i].type;
    // A constant record's field is a constant: fixtures are read in tests.
    if (const Value* value = present_constant(context, record)) {
      const Value part = std::get<Fields>(value->v).values[i];
      TypeId type = context.model.types.unrefined(field_type);
      if (!part.absent()) type = context.model.types.present(type);
      return type == 0 ? Checked{} : make_constant(context, type, part, expr.span);
    }
    Expr field = plain(ExprKind::field, context.model.types.unrefined(field_type),
                       static_cast<std::uint32_t>(i), expr.span);
    field.a = record.id;
    return read(context, scope, std::move(field));
  }
  std::vector<std::string> names;
  for (const Field& field : declared.fields)
    names.push_back(field.name);
  Diagnostic& diagnostic = report(context, DiagnosticKind::unknown_field, expr.name.span,
                                  {declared.name, expr.name.text});
  diagnostic.help = did_you_mean(expr.name.text, names);
  if (diagnostic.help.empty() && !names.empty())
    diagnostic.help = "the fields are " + alternatives(names);
  return {};
}

}  // namespace

// ---- lookup -------------------------------------------------------------------------------------

FoundName find_name(const Context& context, const Scope& scope, const ast::Name& name) {
  for (auto binding = scope.bindings.rbegin(); binding != scope.bindings.rend(); ++binding)
    if (binding->name == name.text) return {NameKind::binding, kNoIndex, binding->expr};
  if (scope.decision != kNoIndex) {
    const Decision& decision = context.model.decisions[scope.decision];
    if (scope.inputs)
      for (std::size_t i = 0; i < decision.inputs.size(); ++i)
        if (decision.inputs[i].name == name.text)
          return {NameKind::input, static_cast<std::uint32_t>(i), kNoExpr};
    if (scope.outputs)
      for (std::size_t i = 0; i < decision.outputs.size(); ++i)
        if (decision.outputs[i].name == name.text)
          return {NameKind::output, static_cast<std::uint32_t>(i), kNoExpr};
  }
  if (!scope.data && !scope.fixtures) return {};
  const std::string key = symbol_key(context, name.span, {name.text});
  if (scope.fixtures && context.symbols.fixtures.contains(key))
    return {NameKind::fixture, kNoIndex, kNoExpr};
  if (scope.data)
    if (const auto data = context.symbols.data.find(key); data != context.symbols.data.end())
      return {NameKind::data, data->second, kNoExpr};
  return {};
}

std::vector<std::string> visible_names(const Context& context, const Scope& scope, Span at) {
  std::vector<std::string> names;
  for (const Binding& binding : scope.bindings)
    names.push_back(binding.name);
  if (scope.decision != kNoIndex) {
    const Decision& decision = context.model.decisions[scope.decision];
    if (scope.inputs)
      for (const Input& input : decision.inputs)
        names.push_back(input.name);
    if (scope.outputs)
      for (const Output& output : decision.outputs)
        names.push_back(output.name);
  }
  if (scope.data)
    for (std::string& name : names_seen_from(context, at, context.symbols.data))
      names.push_back(std::move(name));
  if (scope.fixtures)
    for (const auto& [key, place] : context.symbols.fixtures)
      if (const std::string own = key_seen_from(context, at, key); own.find('.') == own.npos)
        names.push_back(own);
  return names;
}

std::vector<std::string> dotted_name(const Context& context, ast::ExprId id) {
  const ast::Expr& expr = context.tree.expr(id);
  if (expr.kind == ast::ExprKind::name) return {expr.name.text};
  if (expr.kind != ast::ExprKind::field) return {};
  std::vector<std::string> parts = dotted_name(context, expr.a);
  if (!parts.empty()) parts.push_back(expr.name.text);
  return parts;
}

EnumId enum_named(const Context& context, const Scope& scope, ast::ExprId id) {
  const std::vector<std::string> parts = dotted_name(context, id);
  if (parts.empty() || parts.size() > 2) return kNoDecl;
  const ast::Expr& expr = context.tree.expr(id);
  const ast::Name& first = parts.size() == 1 ? expr.name : context.tree.expr(expr.a).name;
  if (find_name(context, scope, first).kind != NameKind::none) return kNoDecl;
  const auto type = context.symbols.types.find(symbol_key(context, expr.span, parts));
  return type == context.symbols.types.end() ? kNoDecl : expected_enum(context, type->second);
}

Checked enum_members(Context& context, EnumId id, Span span) {
  Collection members;
  for (std::int64_t i = 0; i < context.model.types.enums[id].known(); ++i)
    members.items.push_back({i});
  const TypeId element =
      context.model.types.intern(Type{.kind = TypeKind::enumeration, .decl = id});
  return make_constant(context, list_of(context, element), {std::move(members)}, span);
}

// ---- names, fields, indexes ---------------------------------------------------------------------

Checked check_name(Context& context, const Scope& scope, const ast::Expr& expr, TypeId expected) {
  const FoundName found = find_name(context, scope, expr.name);
  const EnumId id = expected_enum(context, expected);
  if (id != kNoDecl) {
    const Enum& e = context.model.types.enums[id];
    const std::uint32_t member = find_member(e, expr.name.text);
    if (member != kNoIndex && found.kind != NameKind::none) {
      const std::string qualified = qualified_member(context, expr.span, e, expr.name.text);
      report(context, DiagnosticKind::ambiguous_member, expr.span,
             {expr.name.text, context.model.types.text(core(context, expected))})
          .help = qualified.empty()
                      ? "give the other value named `" + expr.name.text + "` another name"
                      : "for the member, write `" + qualified + "`";
      return {};
    }
    if (found.kind == NameKind::none) {
      if (member != kNoIndex) return check_enum_member(context, id, expr);
      report_unknown_member(context, expr.name, e);
      return {};
    }
  }
  if (found.kind != NameKind::none) return read_value(context, scope, found, expr.name);

  if (const Checked members = check_all_members(context, expr, {expr.name.text}, expected);
      members.id != kNoExpr)
    return members;
  return report_unknown_name(context, scope, expr.name, expected);
}

Checked check_field(Context& context, const Scope& scope, const ast::Expr& expr, TypeId expected) {
  const ast::Expr& base = context.tree.expr(expr.a);
  if (is_table_call(context, scope, expr.a)) return check_call(context, scope, base, &expr.name);
  if (const EnumId id = enum_named(context, scope, expr.a); id != kNoDecl)
    return check_enum_member(context, id, expr);
  if (const auto parts = package_path(context, scope, expr); !parts.empty()) {
    if (report_wrong_package(context, expr.span, parts)) return {};
    if (parts.size() == 2 && find_import(context, expr.span, parts[0]) != nullptr) {
      const Checked members = check_all_members(context, expr, parts, expected);
      return members.id != kNoExpr ? members : check_imported(context, scope, expr, parts[0]);
    }
  }
  if (base.kind == ast::ExprKind::name) {
    const FoundName found = find_name(context, scope, base.name);
    if (found.kind == NameKind::output && output_of(context, scope, found.index).per)
      return check_per_output_field(context, scope, expr, found.index);
  }
  const Checked value = check_expr(context, scope, expr.a);
  if (value.id == kNoExpr) return {};
  const TypeKind kind = kind_of(context, value.type);
  if (kind != TypeKind::record && kind != TypeKind::verdict) {
    const std::string text = source_text(context, base.span);
    std::string help = function_help(context, scope, expr.name.text, expr.a, ast::kNone);
    if (help.empty() && is_builtin(expr.name.text))
      help = "call it: `" + expr.name.text + "(" + text + ")`";
    report(context, DiagnosticKind::no_fields, expr.name.span,
           {text, context.model.types.text(value.type), expr.name.text})
        .help = std::move(help);
    return {};
  }
  if (kind == TypeKind::verdict && is_optional(context, value.type))
    return check_optional_verdict_field(context, value, expr);
  if (!require_present(context, value, base.span)) return {};
  return kind == TypeKind::record ? check_record_field(context, scope, value, expr)
                                  : check_verdict_field(context, value, expr);
}

Checked check_index(Context& context, const Scope& scope, const ast::Expr& expr) {
  const ast::Expr& base = context.tree.expr(expr.a);
  if (base.kind == ast::ExprKind::name) {
    const FoundName found = find_name(context, scope, base.name);
    if (found.kind == NameKind::output && output_of(context, scope, found.index).per) {
      const Output& output = output_of(context, scope, found.index);
      const bool per_enum = output.per_enum;
      TypeId type = context.model.types.unrefined(output.type);
      const Checked key = check_value(context, scope, expr.b, output.key_type,
                                      "the key of `" + base.name.text + "`");
      if (key.id == kNoExpr) return {};
      if (!per_enum || !is_never_unknown(context, scope, key))
        type = context.model.types.optional(type);
      Expr get = plain(ExprKind::output_key, type, found.index, expr.span);
      get.a = key.id;
      return read(context, scope, std::move(get));
    }
  }
  const Checked value = check_expr(context, scope, expr.a);
  if (value.id == kNoExpr) return {};
  const Type type = type_of(context, value.type);
  if (type.kind != TypeKind::map) {
    report(context, DiagnosticKind::not_indexable, expr.span,
           {source_text(context, base.span), context.model.types.text(value.type)})
        .help = type.kind == TypeKind::list || type.kind == TypeKind::set
                    ? "find an element by what it holds: `(only x in " +
                          source_text(context, base.span) + " where …)`"
                    : "";
    return {};
  }
  if (!require_present(context, value, base.span)) return {};
  const Checked key = check_value(context, scope, expr.b, type.key, "the key of the map");
  if (key.id == kNoExpr) return {};
  Expr get =
      plain(ExprKind::map_get, context.model.types.optional(type.element), kNoIndex, expr.span);
  get.a = value.id;
  get.b = key.id;
  return read(context, scope, std::move(get));
}

// ---- bound names --------------------------------------------------------------------------------

LocalId new_local(Context& context) {
  return context.model.local_count++;
}

bool check_bound_name(Context& context, const Scope& scope, const ast::Name& name) {
  if (!name) return true;
  const FoundName found = find_name(context, scope, name);
  std::string_view what;
  switch (found.kind) {
    case NameKind::none:
      if (find_import(context, name.span, name.text) == nullptr) return true;
      what = "an import";
      break;
    case NameKind::binding: what = "a name bound further out"; break;
    case NameKind::input: what = "an input"; break;
    case NameKind::output: what = "an output"; break;
    case NameKind::data: what = "data"; break;
    case NameKind::fixture: what = "a fixture"; break;
  }
  report(context, DiagnosticKind::bound_name_taken, name.span, {name.text, std::string(what)})
      .help = "give one of them another name";
  return false;
}

Scope bind_local(Context& context, const Scope& scope, const ast::Name& name, TypeId type,
                 ExprId collection, LocalId& local) {
  // Of a name that is taken nobody knows which is meant.
  if (!check_bound_name(context, scope, name)) type = 0;
  local = new_local(context);
  Scope inner = scope;
  Binding binding{name.text, kNoExpr, name.span};
  if (type != 0) {
    binding.expr = add_expr(
        context, plain(ExprKind::local, context.model.types.unrefined(type), local, name.span));
    context.state.local_types[local] = type;
    if (collection != kNoExpr) context.state.local_sources[local] = collection;
  }
  inner.bindings.push_back(std::move(binding));
  return inner;
}

Scope with_facts(const Scope& scope, const Facts& facts) {
  Scope inner = scope;
  inner.facts.insert(facts.begin(), facts.end());
  return inner;
}

}  // namespace writ::dsl::check
