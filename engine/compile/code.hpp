#pragma once

#include <cstdint>
#include <vector>

#include "engine/opcodes.hpp"
#include "engine/program.hpp"

/// How a checked model becomes code. Internal to the compiler; the entry is compile()
/// (engine/compiler.hpp).
namespace writ::engine::lowering {

using Register = std::uint32_t;
inline constexpr Register kNoRegister = 0xffffffff;
inline constexpr std::uint32_t kMaxRegisters = 65'535;
/// More instructions than this are refused: a policy that needs them repeats itself through
/// definitions.
inline constexpr std::uint32_t kMaxInstructions = 1u << 24;

struct Label {
  std::uint32_t id = 0;
};

/// Appends instructions to a program: labels, and registers that are taken and given back like a
/// stack. Passing a limit is remembered (`overflow()`) and reported once, at the end.
class Code {
 public:
  explicit Code(Program& program) : program_(program) {}

  std::uint32_t here() const { return static_cast<std::uint32_t>(program_.code.size()); }
  void emit(Opcode op, Register a = 0, Register b = 0, Register c = 0, std::uint32_t d = 0,
            std::uint32_t e = 0);
  /// Instructions whose operand d (jump, jump_if, jump_unless, next) or e (condition, memo_get) is
  /// a jump target.
  void emit_jump(Opcode op, Label target, Register a = 0, Register b = 0, Register c = 0,
                 std::uint32_t e = 0);
  void emit_branch(Opcode op, Label target, Register a, Register b, Register c, std::uint32_t d);

  Label label();
  void place(Label label);

  /// A section begins: registers from `first` on are free. Returns its entry.
  std::uint32_t begin_section(Register first);
  /// Emits `end` and resolves the section's labels.
  void end_section();

  /// `count` consecutive registers.
  Register take(std::uint32_t count = 1);
  Register top() const { return top_; }
  void give_back_to(Register top) { top_ = top; }

  /// The most registers in use since the last call, and begins anew (one decision after the other).
  std::uint32_t take_register_count();
  bool registers_overflow() const { return registers_overflow_; }
  bool code_overflow() const { return code_overflow_; }
  bool overflow() const { return registers_overflow_ || code_overflow_; }

 private:
  struct Fixup {
    std::uint32_t instruction = 0;
    std::uint32_t label = 0;
    bool in_e = false;
  };

  Program& program_;
  std::vector<std::uint32_t> targets_;
  std::vector<Fixup> fixups_;
  Register top_ = 0;
  std::uint32_t used_ = 0;
  bool registers_overflow_ = false, code_overflow_ = false;
};

/// Gives back, at its end, the registers taken since it was made.
class RegisterScope {
 public:
  explicit RegisterScope(Code& code) : code_(code), top_(code.top()) {}
  ~RegisterScope() { code_.give_back_to(top_); }
  RegisterScope(const RegisterScope&) = delete;
  RegisterScope& operator=(const RegisterScope&) = delete;

 private:
  Code& code_;
  Register top_;
};

}  // namespace writ::engine::lowering
