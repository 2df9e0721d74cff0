#include <utility>

#include "dsl/builder.hpp"

// Types, and the declarations of types, data, callables and decisions.

namespace writ::dsl::syntax {

// --- Types ---------------------------------------------------------------------------------------

std::vector<ast::Alias> Builder::aliases(NodeId id) {
  std::vector<ast::Alias> found;
  for (Reader reader = children(id); !reader.done();) {
    const NodeId alias = reader.take();
    found.push_back({string_value(alias), span(alias)});
  }
  return found;
}

ast::EnumMember Builder::member(NodeId id) {
  Reader reader = children(id);
  ast::EnumMember made;
  made.name = name(reader.take());
  if (!reader.done()) made.aliases = aliases(reader.take());
  made.doc = doc(node(id).begin);
  return made;
}

void Builder::members(Reader& reader, std::vector<ast::EnumMember>& out, bool& else_unknown) {
  while (reader.at(Kind::enum_member))
    out.push_back(member(reader.take()));
  else_unknown = reader.take_if(Kind::else_unknown).has_value();
}

void Builder::refinement(NodeId id, ast::Type& type) {
  Reader reader = children(id);
  const auto once = [&](bool given) {
    if (given) repeated(id, "a type");
    return !given;
  };
  switch (node(id).kind) {
    case Kind::range:
      if (type.low != ast::kNone) {
        report(DiagnosticKind::part_repeated, span(id), {"..", "a type"});
      } else {
        type.low = constant(reader.take());
        type.high = constant(reader.take());
      }
      break;
    case Kind::min_refinement:
      if (once(type.min != ast::kNone)) type.min = constant(reader.take());
      break;
    case Kind::max_refinement:
      if (once(type.max != ast::kNone)) type.max = constant(reader.take());
      break;
    default:
      if (!once(type.pattern.has_value())) break;
      type.pattern_span = span(reader.take());
      type.pattern = pattern(children(id).take());
  }
}

ast::TypeId Builder::type(NodeId id) {
  ast::Type made;
  made.span = span(id);
  Reader reader = children(id);
  // What stood behind it would have been part of it: the type is not known.
  if (state_.failed_behind(node(id).end)) {
    made.kind = ast::TypeKind::named;
    tree_.types.push_back(std::move(made));
    return static_cast<ast::TypeId>(tree_.types.size() - 1);
  }
  // `named_type` also stands alone, where only a name may (`verdict of E`).
  const NodeId base = node(id).kind == Kind::type ? reader.take() : id;
  Reader parts = children(base);
  switch (node(base).kind) {
    case Kind::named_type:
      made.kind = ast::TypeKind::named;
      made.name = names(base);
      break;
    case Kind::list_type:
    case Kind::set_type:
      made.kind = node(base).kind == Kind::list_type ? ast::TypeKind::list : ast::TypeKind::set;
      made.a = type(parts.take());
      break;
    case Kind::map_type:
      made.kind = ast::TypeKind::map;
      made.a = type(parts.take());
      made.b = type(parts.take());
      break;
    case Kind::quorum_type:
    case Kind::votes_type:
      made.kind =
          node(base).kind == Kind::quorum_type ? ast::TypeKind::quorum : ast::TypeKind::votes;
      made.a = type(parts.take());
      break;
    default:
      made.kind = ast::TypeKind::inline_enum;
      members(parts, made.members, made.else_unknown);
  }
  if (node(id).kind == Kind::type) {
    made.optional = reader.take_if(Kind::optional_mark).has_value();
    while (!reader.done())
      refinement(reader.take(), made);
  }
  tree_.types.push_back(std::move(made));
  return static_cast<ast::TypeId>(tree_.types.size() - 1);
}

void Builder::enumeration(NodeId id, ast::File& file) {
  Reader reader = children(id);
  ast::EnumDecl made;
  made.span = span(id);
  made.doc = doc(node(id).begin);
  made.ordered = reader.take_if(Kind::ordered_mark).has_value();
  made.name = name(reader.take());
  members(reader, made.members, made.else_unknown);
  file.enums.push_back(std::move(made));
}

void Builder::record(NodeId id, ast::File& file) {
  Reader reader = children(id);
  ast::RecordDecl made;
  made.span = span(id);
  made.doc = doc(node(id).begin);
  made.open = reader.take_if(Kind::open_mark).has_value();
  made.name = name(reader.take());
  while (!reader.done()) {
    const NodeId field = reader.take();
    Reader parts = children(field);
    ast::FieldDecl& decl = made.fields.emplace_back();
    decl.name = name(parts.take());
    if (const auto names_in_json = parts.take_if(Kind::aliases))
      decl.aliases = aliases(*names_in_json);
    decl.type = type(parts.take());
    decl.doc = doc(node(field).begin);
  }
  file.records.push_back(std::move(made));
}

// --- Data and callables --------------------------------------------------------------------------

void Builder::data(NodeId id, ast::File& file) {
  Reader reader = children(id);
  ast::DataDecl made;
  made.span = span(id);
  made.doc = doc(node(id).begin);
  made.name = name(reader.take());
  made.type = type(reader.take());
  if (!reader.done()) made.literal = expression(reader.take());
  file.data.push_back(std::move(made));
}

ast::Parameter Builder::parameter(NodeId id) {
  Reader reader = children(id);
  ast::Parameter made;
  made.name = name(reader.take());
  if (const auto names_in_json = reader.take_if(Kind::aliases))
    made.aliases = aliases(*names_in_json);
  made.type = type(reader.take());
  return made;
}

std::vector<ast::Parameter> Builder::parameters(NodeId id) {
  std::vector<ast::Parameter> made;
  for (Reader reader = children(id); !reader.done();)
    made.push_back(parameter(reader.take()));
  return made;
}

void Builder::define(NodeId id, ast::File& file) {
  Reader reader = children(id);
  ast::DefineDecl made;
  made.span = span(id);
  made.doc = doc(node(id).begin);
  made.name = name(reader.take());
  if (const auto list = reader.take_if(Kind::parameters)) made.parameters = parameters(*list);
  made.result = type(reader.take());
  made.body = expression(reader.take());
  file.defines.push_back(std::move(made));
}

ast::Pattern Builder::table_pattern(NodeId id) {
  ast::Pattern made;
  made.span = span(id);
  Reader reader = children(id);
  switch (node(id).kind) {
    case Kind::pattern:
      made.kind = ast::PatternKind::alternatives;
      while (!reader.done())
        made.alternatives.push_back(table_pattern(reader.take()));
      break;
    case Kind::wildcard: made.kind = ast::PatternKind::any; break;
    case Kind::absent_literal: made.kind = ast::PatternKind::absent; break;
    case Kind::range_pattern:
      made.kind = ast::PatternKind::range;
      if (!reader.take_if(Kind::open_start)) made.low = constant(reader.take());
      if (!reader.done()) made.high = constant(reader.take());
      break;
    default: made.kind = ast::PatternKind::value; made.low = expression(id);
  }
  return made;
}

ast::TableRow Builder::row(NodeId id) {
  Reader reader = children(id);
  ast::TableRow made;
  made.span = span(id);
  for (Reader patterns = children(reader.take()); !patterns.done();) {
    made.patterns.push_back(table_pattern(patterns.take()));
  }
  for (Reader values = children(reader.take()); !values.done();) {
    made.values.push_back(expression(values.take()));
  }
  if (!state_.begins_line(node(id).begin)) {
    report(DiagnosticKind::row_not_on_own_line, made.span).help = "put it on a line of its own";
  }
  return made;
}

void Builder::table(NodeId id, ast::File& file) {
  Reader reader = children(id);
  ast::TableDecl made;
  made.span = span(id);
  made.doc = doc(node(id).begin);
  made.first = reader.take_if(Kind::first_mark).has_value();
  made.name = name(reader.take());
  made.parameters = parameters(reader.take());
  const NodeId columns = reader.take();
  if (Reader single = children(columns); single.at(Kind::type)) {
    made.columns.emplace_back().type = type(single.take());
  } else {
    made.columns = parameters(columns);
  }
  while (!reader.done())
    made.rows.push_back(row(reader.take()));
  file.tables.push_back(std::move(made));
}

// --- Decisions -----------------------------------------------------------------------------------

namespace {

ast::OutputKind output_kind(Kind kind) {
  switch (kind) {
    case Kind::highest_kind: return ast::OutputKind::highest;
    case Kind::lowest_kind: return ast::OutputKind::lowest;
    case Kind::quorum_kind: return ast::OutputKind::quorum;
    case Kind::collected_kind: return ast::OutputKind::collected;
    case Kind::verdict_kind: return ast::OutputKind::verdict;
    case Kind::codes_kind: return ast::OutputKind::codes;
    default: return ast::OutputKind::derived;
  }
}

}  // namespace

ast::OutputDecl Builder::output(NodeId id) {
  Reader reader = children(id);
  ast::OutputDecl made;
  made.span = span(id);
  made.doc = doc(node(id).begin);
  made.local = reader.take_if(Kind::local_mark).has_value();
  made.name = name(reader.take());
  if (const auto names_in_json = reader.take_if(Kind::aliases))
    made.aliases = aliases(*names_in_json);

  const NodeId kind = reader.take();
  made.kind = output_kind(node(kind).kind);
  Reader parts = children(kind);
  if (!parts.done()) made.type = type(parts.take());
  if (!parts.done()) made.value = expression(parts.take());
  if (!parts.done()) made.on_failure = expression(children(parts.take()).take());

  if (const auto per = reader.take_if(Kind::per_clause)) {
    Reader clause = children(*per);
    made.key = name(clause.take());
    made.domain = expression(clause.take());
  }
  if (const auto starting = reader.take_if(Kind::starting_clause)) {
    made.start = expression(children(*starting).take());
  }
  if (const auto otherwise = reader.take_if(Kind::otherwise_clause)) {
    Reader clause = children(*otherwise);
    made.otherwise_code = name(clause.take());
    made.otherwise_text = interpolated(clause.take());
  }
  // More was meant than what could be read; what, is not known.
  if (state_.failed_behind(node(id).end)) {
    made.type = static_cast<ast::TypeId>(tree_.types.size());
    tree_.types.emplace_back().kind = ast::TypeKind::named;
  }
  return made;
}

void Builder::decision(NodeId id, ast::File& file) {
  Reader reader = children(id);
  ast::DecisionDecl made;
  made.span = span(id);
  made.doc = doc(node(id).begin);
  made.name = name(reader.take());
  if (const auto inputs = reader.take_if(Kind::parameters))
    made.inputs = parameters(*inputs);
  else
    made.inputs_unread = true;
  while (!reader.done())
    made.outputs.push_back(output(reader.take()));
  file.decisions.push_back(std::move(made));
}

}  // namespace writ::dsl::syntax
