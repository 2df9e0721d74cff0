#include "engine/compile/code.hpp"

namespace writ::engine::lowering {

void Code::emit(Opcode op, Register a, Register b, Register c, std::uint32_t d, std::uint32_t e) {
  if (here() >= kMaxInstructions) {
    code_overflow_ = true;
    return;
  }
  Instruction instruction;
  instruction.op = static_cast<std::uint16_t>(op);
  instruction.a = static_cast<std::uint16_t>(a);
  instruction.b = static_cast<std::uint16_t>(b);
  instruction.c = static_cast<std::uint16_t>(c);
  instruction.d = d;
  instruction.e = e;
  program_.code.push_back(instruction);
}

void Code::emit_jump(Opcode op, Label target, Register a, Register b, Register c, std::uint32_t e) {
  fixups_.push_back({here(), target.id, false});
  emit(op, a, b, c, 0, e);
}

void Code::emit_branch(Opcode op, Label target, Register a, Register b, Register c,
                       std::uint32_t d) {
  fixups_.push_back({here(), target.id, true});
  emit(op, a, b, c, d, 0);
}

Label Code::label() {
  targets_.push_back(kNone);
  return {static_cast<std::uint32_t>(targets_.size() - 1)};
}

void Code::place(Label label) {
  targets_[label.id] = here();
}

std::uint32_t Code::begin_section(Register first) {
  targets_.clear();
  fixups_.clear();
  top_ = first;
  if (used_ < first) used_ = first;
  return here();
}

void Code::end_section() {
  emit(Opcode::end);
  if (code_overflow_) return;
  for (const Fixup& fixup : fixups_) {
    Instruction& instruction = program_.code[fixup.instruction];
    (fixup.in_e ? instruction.e : instruction.d) = targets_[fixup.label];
  }
}

Register Code::take(std::uint32_t count) {
  const Register first = top_;
  if (first + count > kMaxRegisters) {
    registers_overflow_ = true;
    return 0;
  }
  top_ += count;
  if (top_ > used_) used_ = top_;
  return first;
}

std::uint32_t Code::take_register_count() {
  const std::uint32_t used = used_;
  used_ = 0;
  return used;
}

}  // namespace writ::engine::lowering
