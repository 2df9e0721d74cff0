#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/expected.hpp"

#include "engine/cell.hpp"
#include "engine/cost.hpp"
#include "engine/program.hpp"

namespace writ::engine {

struct VerifyError {
  std::string message;
  std::uint32_t instruction = kNone;  ///< where, when it is in the code
  std::uint32_t decision = kNone;     ///< whose worst case is above the budget
};

/// A program that has been shown to be well-formed: every index within its array, every operand a
/// register, constant, output … of its decision and of the kind its opcode needs on every path,
/// every jump within its section and forwards unless it closes a loop, every section ending with
/// `end`, no decision above the budget. The VM checks nothing of this again. Immutable and safe to
/// share between threads; only verify() makes one.
class VerifiedProgram {
 public:
  const Program& program() const { return program_; }
  /// The constants as cells; they point into this object.
  const Cell& constant(std::uint32_t index) const { return constants_[index]; }
  /// What a decision takes at most.
  const Cost& cost(std::uint32_t decision) const { return costs_[decision]; }

  VerifiedProgram(const VerifiedProgram&) = delete;
  VerifiedProgram& operator=(const VerifiedProgram&) = delete;

 private:
  friend base::Expected<std::shared_ptr<const VerifiedProgram>, VerifyError> verify(
      Program program, const Budget& budget);
  VerifiedProgram() = default;
  void materialize();

  Program program_;
  std::vector<Cell> constants_;
  std::vector<Cell> constant_cells_;
  std::vector<Cost> costs_;
};

/// The only maker of a VerifiedProgram.
base::Expected<std::shared_ptr<const VerifiedProgram>, VerifyError> verify(
    Program program, const Budget& budget = {});

}  // namespace writ::engine
