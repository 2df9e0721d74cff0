#include "tests/verify/vocabulary.hpp"

#include <cctype>

#include "engine/opcodes.hpp"

namespace writ::tests {
namespace {

constexpr std::string_view kBuiltIns[] = {
#define WRIT_BUILTIN(id, text, ...) text,
#include "dsl/builtins.inc"
#undef WRIT_BUILTIN
};

/// `name(` in the text of a file: no declaration can have the name of a built-in function.
bool calls(const std::string& text, std::string_view name) {
  const std::string call = std::string(name) + "(";
  for (std::size_t at = text.find(call); at != std::string::npos; at = text.find(call, at + 1)) {
    const char before = at == 0 ? ' ' : text[at - 1];
    if (std::isalnum(static_cast<unsigned char>(before)) == 0 && before != '_') return true;
  }
  return false;
}

}  // namespace

void Occurrences::add(const Policy& policy) {
  for (const ProgramPtr& program : {policy.optimized, policy.plain})
    for (const engine::Instruction& instruction : program->program().code)
      opcodes_.insert(instruction.op);
  for (const dsl::Expr& expr : policy.model.exprs)
    expressions_.insert(expr.kind);
  for (const dsl::Decision& decision : policy.model.decisions)
    for (const dsl::Output& output : decision.outputs)
      outputs_.insert(output.kind);
  for (const std::string_view name : kBuiltIns)
    for (const dsl::SourceFile& file : policy.sources.files())
      if (!built_ins_.contains(name) && calls(file.text, name)) built_ins_.insert(name);
}

void Occurrences::add(const Occurrences& other) {
  opcodes_.insert(other.opcodes_.begin(), other.opcodes_.end());
  expressions_.insert(other.expressions_.begin(), other.expressions_.end());
  outputs_.insert(other.outputs_.begin(), other.outputs_.end());
  built_ins_.insert(other.built_ins_.begin(), other.built_ins_.end());
}

std::vector<std::string> Occurrences::missing() const {
  std::vector<std::string> out;
  for (std::uint16_t op = 0; op < engine::kOpcodeCount; ++op)
    if (!opcodes_.contains(op))
      out.push_back("instruction " + std::string(engine::kOpcodes[op].name));
  for (int kind = 1; kind <= static_cast<int>(dsl::ExprKind::verdict_denied); ++kind)
    if (!expressions_.contains(static_cast<dsl::ExprKind>(kind)))
      out.push_back("expression of kind " + std::to_string(kind) + " (dsl::ExprKind)");
  for (int kind = 0; kind <= static_cast<int>(dsl::OutputKind::codes); ++kind)
    if (!outputs_.contains(static_cast<dsl::OutputKind>(kind)))
      out.push_back("output of kind " + std::to_string(kind) + " (dsl::OutputKind)");
  for (const std::string_view name : kBuiltIns)
    if (!built_ins_.contains(name)) out.push_back("built-in " + std::string(name));
  return out;
}

}  // namespace writ::tests
