#include "dsl/check/declarations.hpp"

#include <algorithm>

#include "dsl/check/expressions.hpp"
#include "dsl/check/packages.hpp"

namespace writ::dsl::check {

namespace {

void note_first(Diagnostic& diagnostic, const Span* first) {
  if (first != nullptr) diagnostic.notes.push_back({*first, "first declared here"});
}

// ---- types --------------------------------------------------------------------------------------

bool is_built_in_type(std::string_view name) {
  for (const std::string_view known : {"bool", "int", "decimal", "string", "duration", "time", "ip",
                                       "list", "set", "map", "quorum", "votes", "enum", "verdict"})
    if (name == known) return true;
  return false;
}

/// Whether a type of this name may be declared now.
bool may_declare_type(Context& context, DistinctNames& names, const std::string& key,
                      const ast::Name& name) {
  if (!name) return false;
  if (is_built_in_type(name.text)) {
    report(context, DiagnosticKind::name_built_in, name.span, {name.text, "enum or record"});
    return false;
  }
  if (const Span* first = names.add(key, name.span)) {
    note_first(report(context, DiagnosticKind::type_declared_twice, name.span, {name.text}), first);
    return false;
  }
  return true;
}

void declare_types(Context& context) {
  DistinctNames names;
  Types& types = context.model.types;
  for (const ast::File& file : context.tree.files) {
    for (const ast::EnumDecl& decl : file.enums) {
      const std::string key = declared_key(file, decl.name.text);
      if (!may_declare_type(context, names, key, decl.name)) continue;
      const EnumId id = declare_enum(context, decl.name, decl.members, decl.else_unknown,
                                     decl.ordered, decl.name.span, decl.doc);
      context.symbols.types[key] = types.intern(Type{.kind = TypeKind::enumeration, .decl = id});
    }
    for (const ast::RecordDecl& decl : file.records) {
      const std::string key = declared_key(file, decl.name.text);
      if (!may_declare_type(context, names, key, decl.name)) continue;
      const auto id = static_cast<RecordId>(types.records.size());
      types.records.push_back(
          {decl.name.text, decl.open, {}, decl.doc, decl.name.span, dotted(file.package)});
      context.symbols.types[key] = types.intern(Type{.kind = TypeKind::record, .decl = id});
    }
  }
}

void declare_outcomes(Context& context) {
  Enum outcome;
  outcome.ordered = true;
  for (const char* name : {"permit", "hold", "deny", "forbid"})
    outcome.members.push_back({name, {name}, {}});
  context.model.outcome_enum = static_cast<EnumId>(context.model.types.enums.size());
  context.model.types.enums.push_back(std::move(outcome));
}

// ---- callables ----------------------------------------------------------------------------------

void declare_table(Context& context, const std::string& key, const ast::TableDecl& decl) {
  Table table;
  table.name = decl.name.text;
  table.package = package_of(context, decl.name.span);
  table.first = decl.first;
  table.span = decl.name.span;
  DistinctNames parameters;
  for (const ast::Parameter& parameter : decl.parameters) {
    if (const Span* first = parameters.add(parameter.name.text, parameter.name.span))
      note_first(report(context, DiagnosticKind::parameter_declared_twice, parameter.name.span,
                        {parameter.name.text}),
                 first);
    table.parameter_types.push_back(resolve_type(context, parameter.type));
  }
  DistinctNames columns;
  for (const ast::Parameter& column : decl.columns) {
    const Span* first = columns.add(column.name.text, column.name.span);
    if (first != nullptr && column.name)
      note_first(report(context, DiagnosticKind::column_declared_twice, column.name.span,
                        {column.name.text}),
                 first);
    table.columns.push_back(column.name.text);
    table.column_types.push_back(resolve_type(context, column.type));
  }
  context.symbols.tables[key] = static_cast<std::uint32_t>(context.model.tables.size());
  context.model.tables.push_back(std::move(table));
}

void declare_tables(Context& context, DistinctNames& callables) {
  for (const ast::File& file : context.tree.files)
    for (const ast::TableDecl& decl : file.tables) {
      if (!decl.name) continue;
      const std::string key = declared_key(file, decl.name.text);
      if (is_builtin(decl.name.text)) {
        report(context, DiagnosticKind::name_built_in, decl.name.span, {decl.name.text, "table"});
        continue;
      }
      if (const Span* first = callables.add(key, decl.name.span)) {
        note_first(report(context, DiagnosticKind::callable_declared_twice, decl.name.span,
                          {decl.name.text}),
                   first);
        continue;
      }
      declare_table(context, key, decl);
    }
}

// ---- values -------------------------------------------------------------------------------------

void declare_data(Context& context, DistinctNames& values) {
  Scope constants;
  constants.data = false;
  for (const ast::File& file : context.tree.files)
    for (const ast::DataDecl& decl : file.data) {
      if (!decl.name) continue;
      const std::string key = declared_key(file, decl.name.text);
      if (const Span* first = values.add(key, decl.name.span)) {
        note_first(
            report(context, DiagnosticKind::value_declared_twice, decl.name.span, {decl.name.text}),
            first);
        continue;
      }
      Data data;
      data.name = decl.name.text;
      data.package = dotted(file.package);
      data.type = resolve_data_type(context, decl.type);
      data.doc = decl.doc;
      data.span = decl.name.span;
      require_decodable(context, decl.name, data.type);
      require_readable_depth(context, decl.name, data.type, 0);
      if (decl.literal != ast::kNone && data.type != 0)
        data.literal = check_constant(context, constants, decl.literal, data.type,
                                      "the default of `" + decl.name.text + "`");
      context.symbols.data[key] = static_cast<std::uint32_t>(context.model.data.size());
      context.model.data.push_back(std::move(data));
    }
}

void declare_fixtures(Context& context, DistinctNames& values) {
  const auto& files = context.tree.files;
  for (std::uint32_t f = 0; f < files.size(); ++f)
    for (std::uint32_t i = 0; i < files[f].fixtures.size(); ++i) {
      const ast::FixtureDecl& decl = files[f].fixtures[i];
      if (!decl.name) continue;
      const std::string key = declared_key(files[f], decl.name.text);
      if (const Span* first = values.add(key, decl.name.span)) {
        note_first(
            report(context, DiagnosticKind::value_declared_twice, decl.name.span, {decl.name.text}),
            first);
        continue;
      }
      context.symbols.fixtures[key] = {f, i};
    }
  // All of them, so that mistakes in fixtures that no test reads are found too.
  const auto fixtures = context.symbols.fixtures;
  for (const auto& [key, ref] : fixtures)
    (void)check_fixture(context, key, files[ref.file].fixtures[ref.index].name.span);
}

Decision decision_heading(Context& context, const std::string& package,
                          const ast::DecisionDecl& decl) {
  Decision decision;
  decision.name = decl.name.text;
  decision.package = package;
  decision.doc = decl.doc;
  decision.span = decl.name.span;
  DistinctNames json;
  for (const ast::Parameter& parameter : decl.inputs) {
    Input input;
    input.name = parameter.name.text;
    input.json = json_names(parameter.name, parameter.aliases);
    input.type = resolve_type(context, parameter.type);
    input.span = parameter.name.span;
    check_json_names(context, json, parameter.name, parameter.aliases, "inputs");
    require_decodable(context, parameter.name, input.type);
    require_readable_depth(context, parameter.name, input.type, 1);
    decision.inputs.push_back(std::move(input));
  }
  return decision;
}

void declare_decisions(Context& context) {
  DistinctNames names;
  for (const ast::File& file : context.tree.files)
    for (const ast::DecisionDecl& decl : file.decisions) {
      if (!decl.name) continue;
      const std::string key = declared_key(file, decl.name.text);
      if (const Span* first = names.add(key, decl.name.span)) {
        note_first(report(context, DiagnosticKind::decision_declared_twice, decl.name.span,
                          {decl.name.text}),
                   first);
        continue;
      }
      Decision decision = decision_heading(context, dotted(file.package), decl);
      if (decl.inputs_unread)
        context.state.unread_inputs.insert(
            static_cast<std::uint32_t>(context.model.decisions.size()));
      context.symbols.decisions[key] = static_cast<std::uint32_t>(context.model.decisions.size());
      context.model.decisions.push_back(std::move(decision));
    }
}

}  // namespace

// ---- names and keys -----------------------------------------------------------------------------

const ast::File* file_of(const Context& context, Span at) {
  const auto& files = context.tree.files;
  if (at.file < files.size() && files[at.file].source == at.file) return &files[at.file];
  const auto found = std::find_if(files.begin(), files.end(),
                                  [&](const ast::File& f) { return f.source == at.file; });
  return found == files.end() ? nullptr : &*found;
}

std::string declared_key(const ast::File& file, std::string_view name) {
  return dotted(file.package) + "." + std::string(name);
}

std::string package_of(const Context& context, Span at) {
  const ast::File* file = file_of(context, at);
  return file == nullptr ? std::string() : dotted(file->package);
}

std::string symbol_key(const Context& context, Span at, const std::vector<std::string>& name) {
  const ast::File* file = file_of(context, at);
  if (file == nullptr || name.empty() || name.size() > 2) return {};
  if (name.size() == 1) return declared_key(*file, name[0]);
  const ast::Import* import = find_import(context, at, name[0]);
  return import == nullptr ? std::string() : dotted(import->package) + "." + name[1];
}

std::vector<std::string> json_names(const ast::Name& name, const std::vector<ast::Alias>& aliases) {
  if (aliases.empty()) return {name.text};
  std::vector<std::string> names;
  for (const ast::Alias& alias : aliases)
    names.push_back(alias.text);
  return names;
}

void check_json_names(Context& context, DistinctNames& seen, const ast::Name& name,
                      const std::vector<ast::Alias>& aliases, std::string_view kind) {
  const auto add = [&](const std::string& json, Span span) {
    if (const Span* first = seen.add(json, span))
      note_first(report(context, DiagnosticKind::json_name_twice, span, {json, std::string(kind)}),
                 first);
  };
  if (aliases.empty()) add(name.text, name.span);
  for (const ast::Alias& alias : aliases)
    add(alias.text, alias.span);
}

void declare_all(Context& context) {
  check_imports(context);
  declare_outcomes(context);
  declare_types(context);
  declare_records(context);
  DistinctNames callables;
  declare_tables(context, callables);
  declare_defines(context, callables);
  DistinctNames values;
  declare_data(context, values);
  declare_decisions(context);
  declare_fixtures(context, values);
}

}  // namespace writ::dsl::check
