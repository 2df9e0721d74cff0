#include "engine/compile/decision_code.hpp"

/// Sections that render texts into register 0.
namespace writ::engine::lowering {

void DecisionCode::compile_text(const dsl::Text& text) {
  const Register mark = code_.take();
  code_.emit(Opcode::text_begin, mark);
  for (const dsl::TextPiece& piece : text) {
    if (!piece.literal.empty())
      code_.emit(Opcode::text_literal, 0, 0, 0, layout_.constant_string(piece.literal));
    if (piece.expr == dsl::kNoExpr) continue;
    const RegisterScope scope(code_);
    const dsl::Expr& expr = model_.expr(piece.expr);
    // A verdict stands for its outcome.
    const bool verdict = model_.types[expr.type].kind == dsl::TypeKind::verdict;
    const std::uint32_t type = verdict ? exprs_.outcome_type() : layout_.type(expr.type);
    code_.emit(Opcode::text_value, 0, exprs_.value(piece.expr), 0, type);
  }
  code_.emit(Opcode::text_end, 0, mark);
}

void DecisionCode::compile_texts() {
  for (dsl::RuleId id = 0; id < decision_.rules.size(); ++id) {
    const dsl::Rule& rule = decision_.rules[id];
    if (!rule.has_because) continue;
    RuleDesc& desc = program_.rules[desc_.rules.first + id];
    const Register locals = desc.locals;
    // The names that the rule binds are where they were when it fired.
    desc.text = code_.begin_section(locals + desc.local_count + (locals == 0 ? 1 : 0));
    Register local = locals;
    for (const dsl::Step& step : rule.steps)
      if (step.kind == dsl::StepKind::each) exprs_.bind(step.local, local++);
    compile_text(rule.because);
    code_.end_section();
  }
  for (dsl::OutputId id = 0; id < decision_.outputs.size(); ++id) {
    const dsl::Output& output = decision_.outputs[id];
    if (output.otherwise_code.empty()) continue;
    OutputDesc& desc = program_.outputs[desc_.outputs.first + id];
    desc.otherwise_key = 1;
    desc.otherwise_text = code_.begin_section(2);
    if (output.per) exprs_.bind(output.key, desc.otherwise_key);
    compile_text(output.otherwise_text);
    code_.end_section();
  }
}

}  // namespace writ::engine::lowering
