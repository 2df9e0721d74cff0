#include "engine/compile/decision_code.hpp"

/// The section that gives every output its fail-closed value. It reads outputs and constants only.
namespace writ::engine::lowering {

void DecisionCode::compile_fail_closed() {
  desc_.fail_closed_entry = code_.begin_section(1);
  // In the order of the schedule, so that what an expression reads is there.
  for (const dsl::Stage& stage : decision_.schedule)
    if (!stage.is_rule) fail_closed_output(stage.index);
  code_.end_section();
}

void DecisionCode::fail_closed_output(dsl::OutputId id) {
  const RegisterScope scope(code_);
  const dsl::Output& output = decision_.outputs[id];
  const bool verdict = output.kind == dsl::OutputKind::verdict;
  switch (output.fail_closed) {
    case dsl::FailClosed::problem:
    case dsl::FailClosed::absent: return;
    case dsl::FailClosed::no_key: {
      const bool members = model_.types[output.key_type].kind == dsl::TypeKind::enumeration;
      const Register none = code_.take();
      code_.emit(Opcode::constant, none, 0, 0,
                 members ? exprs_.mask_constant(0) : exprs_.no_items_constant());
      code_.emit(Opcode::domain, 0, none, 0, id, members ? 0 : 1);
      return;
    }
    case dsl::FailClosed::every_key: {
      emit_domain(id);
      if (verdict) {
        code_.emit(Opcode::finish, 0, 0, 0, id);
        return;
      }
      const Register value = code_.take();
      exprs_.constant_into(output.type, output.fail_value, value);
      const Loop loop = begin_key_loop(output);
      code_.emit(Opcode::derive_at, 0, value, loop.element, id);
      exprs_.end_loop(loop);
      return;
    }
    case dsl::FailClosed::constant: {
      if (verdict) {
        code_.emit(Opcode::finish, 0, 0, 0, id);
        return;
      }
      const Register value = code_.take();
      exprs_.constant_into(output.type, output.fail_value, value);
      code_.emit(Opcode::derive, 0, value, 0, id);
      return;
    }
    case dsl::FailClosed::evaluate: {
      if (!output.per) {
        code_.emit(Opcode::derive, 0, exprs_.value(output.value), 0, id);
        return;
      }
      emit_domain(id);
      const Loop loop = begin_key_loop(output);
      code_.emit(Opcode::derive_at, 0, exprs_.value(output.value), loop.element, id);
      exprs_.end_loop(loop);
      return;
    }
  }
}

}  // namespace writ::engine::lowering
