#include "dsl/check/names.hpp"

#include <algorithm>

#include "base/calendar.hpp"
#include "base/decimal.hpp"

#include "dsl/check/packages.hpp"

namespace writ::dsl::check {

namespace {

std::vector<std::string> texts(const ast::QualifiedName& name) {
  std::vector<std::string> parts;
  for (const ast::Name& part : name.parts)
    parts.push_back(part.text);
  return parts;
}

}  // namespace

std::uint32_t resolve_decision(Context& context, const ast::QualifiedName& name) {
  if (name.parts.empty()) return kNoIndex;  // could not be parsed
  const std::vector<std::string> parts = texts(name);
  const auto& decisions = context.symbols.decisions;
  const auto found = decisions.find(symbol_key(context, name.span, parts));
  if (found != decisions.end()) return found->second;
  if (report_wrong_package(context, name.span, parts)) return kNoIndex;
  std::string help;
  if (parts.size() == 1) help = find_elsewhere(context, name.span, parts[0], keys_of(decisions));
  const std::vector<std::string> usable = names_seen_from(context, name.span, decisions);
  if (help.empty())
    help = suggestion(dotted(parts), std::vector<std::string_view>(usable.begin(), usable.end()));
  context.diagnostics.report(DiagnosticKind::unknown_decision, name.span, {dotted(parts)}).help =
      help;
  return kNoIndex;
}

RuleId resolve_rule(Context& context, std::uint32_t decision, std::string_view name, Span span) {
  const Decision& owner = context.model.decisions[decision];
  std::vector<std::string> package = parts_of(name);
  const std::string own = package.back();
  package.pop_back();
  std::string from = dotted(package);
  if (package.empty())
    from = package_of(context, span);
  else if (const ast::Import* import =
               package.size() == 1 ? find_import(context, span, package[0]) : nullptr)
    from = dotted(import->package);
  const RuleId rule = find_rule(context, decision, from == owner.package ? own : from + "." + own);
  if (rule != kNoIndex) return rule;
  std::vector<std::string> candidates;
  std::string help;
  for (const Rule& candidate : owner.rules) {
    const std::string& home = candidate.package.empty() ? owner.package : candidate.package;
    candidates.push_back(name_seen_from(context, span, home, candidate.name));
    if (candidate.name == own && help.empty()) help = "did you mean `" + candidates.back() + "`?";
  }
  if (help.empty())
    help = suggestion(name, std::vector<std::string_view>(candidates.begin(), candidates.end()));
  context.diagnostics.report(DiagnosticKind::unknown_rule, span, {std::string(name), owner.name})
      .help = help;
  return kNoIndex;
}

Scope decision_scope(std::uint32_t decision) {
  Scope scope;
  scope.decision = decision;
  scope.inputs = scope.outputs = scope.data = scope.now = true;
  return scope;
}

Scope constant_scope() {
  Scope scope;
  scope.data = false;
  return scope;
}

OutputId find_output(const Decision& decision, std::string_view name) {
  for (OutputId id = 0; id < decision.outputs.size(); ++id)
    if (decision.outputs[id].name == name) return id;
  return kNoIndex;
}

RuleId find_rule(const Context& context, std::uint32_t decision, const std::string& name) {
  const auto& rules = context.symbols.rules;
  if (decision >= rules.size()) return kNoIndex;
  const auto found = rules[decision].find(name);
  return found == rules[decision].end() ? kNoIndex : found->second;
}

std::string_view kind_word(OutputKind kind) {
  switch (kind) {
    case OutputKind::derived: return "derived";
    case OutputKind::highest: return "highest";
    case OutputKind::lowest: return "lowest";
    case OutputKind::quorum: return "quorum";
    case OutputKind::collected: return "collected";
    case OutputKind::verdict: return "verdict";
    case OutputKind::codes: return "codes";
  }
  return "";
}

std::string output_text(const Model& model, const Output& output) {
  const Types& types = model.types;
  std::string text;
  switch (output.kind) {
    case OutputKind::highest:
    case OutputKind::lowest:
      text = std::string(kind_word(output.kind)) + " " + types.text(output.type);
      break;
    case OutputKind::collected: text = "collected " + types.text(types[output.type].element); break;
    case OutputKind::codes: text = "codes"; break;
    case OutputKind::verdict:
    case OutputKind::quorum:
    case OutputKind::derived: text = types.text(output.type); break;
  }
  if (output.per) text += " per " + types.text(output.key_type);
  return text;
}

std::string suggestion(std::string_view word, std::vector<std::string_view> candidates) {
  const std::string_view near = nearest(word, candidates);
  if (!near.empty()) return "did you mean `" + std::string(near) + "`?";
  if (candidates.empty() || candidates.size() > 12) return "";
  std::string text = candidates.size() == 1 ? "there is " : "there are ";
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (i != 0) text += i + 1 == candidates.size() ? " and " : ", ";
    text += "`" + std::string(candidates[i]) + "`";
  }
  return text;
}

bool is_refined(const ast::Tree& tree, ast::TypeId id) {
  if (id == ast::kNone) return false;
  const ast::Type& type = tree.type(id);
  if (type.low != ast::kNone || type.high != ast::kNone || type.min != ast::kNone ||
      type.max != ast::kNone || type.pattern) {
    return true;
  }
  return is_refined(tree, type.a) || is_refined(tree, type.b);
}

std::string literal_text(const Types& types, TypeId type, std::int64_t value) {
  std::string text;
  switch (types[type].kind) {
    case TypeKind::boolean: return value != 0 ? "true" : "false";
    case TypeKind::decimal: base::append_decimal(text, value); break;
    case TypeKind::duration: base::append_duration(text, value); break;
    case TypeKind::time: base::append_instant(text, value); break;
    case TypeKind::enumeration: {
      const auto& members = types.enums[types[type].decl].members;
      const auto index = static_cast<std::size_t>(value);
      return index < members.size() ? members[index].name : std::string();
    }
    default: base::append_integer(text, value); break;
  }
  return text;
}

}  // namespace writ::dsl::check
