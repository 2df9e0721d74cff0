#include "dsl/check/names.hpp"

#include <algorithm>

#include "base/calendar.hpp"
#include "base/decimal.hpp"

namespace writ::dsl::check {

std::uint32_t resolve_decision(Context& context, const ast::QualifiedName& name) {
  if (name.parts.empty()) return kNoIndex;  // could not be parsed
  std::vector<std::string> parts;
  std::string written;
  for (const ast::Name& part : name.parts) {
    parts.push_back(part.text);
    written += (written.empty() ? "" : ".") + part.text;
  }
  const std::string key = symbol_key(context, name.span, parts);
  const auto found = context.symbols.decisions.find(key);
  if (!key.empty() && found != context.symbols.decisions.end()) return found->second;
  std::vector<std::string_view> candidates;
  for (const auto& [candidate, index] : context.symbols.decisions)
    candidates.push_back(candidate);
  context.diagnostics.report(DiagnosticKind::unknown_decision, name.span, {written}).help =
      suggestion(parts.back(), std::move(candidates));
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
    case OutputKind::verdict: {
      const std::uint32_t members = types[output.type].decl;
      text = "verdict";
      if (members != kNoDecl) text += " of " + types.enums[members].name;
      break;
    }
    case OutputKind::codes: text = "codes"; break;
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
