#include "engine/verify.hpp"

#include <optional>
#include <utility>

#include "engine/verify/flow.hpp"
#include "engine/verify/shapes.hpp"
#include "engine/verify/tables.hpp"

namespace writ::engine {

namespace {

/// What is above the budget, in words; empty when nothing is.
std::string excess(const Cost& cost, const Budget& budget) {
  const auto amount = [](std::uint64_t value, const char* unit) {
    return value >= kUnbounded ? std::string("an unlimited number of ") + unit
                               : std::to_string(value) + ' ' + unit;
  };
  if (cost.instructions > budget.instructions)
    return "can take " + amount(cost.instructions, "steps") + "; at most " +
           std::to_string(budget.instructions) + " are allowed";
  if (cost.memory > budget.memory)
    return "can take " + amount(cost.memory, "bytes") + " of memory; at most " +
           std::to_string(budget.memory) + " are allowed";
  if (cost.answer > budget.answer)
    return "can be answered with " + amount(cost.answer, "bytes") + "; at most " +
           std::to_string(budget.answer) + " are allowed";
  return {};
}

std::optional<VerifyError> check_budget(const Program& program, const std::vector<Cost>& costs,
                                        const Budget& budget) {
  for (std::uint32_t i = 0; i < costs.size(); ++i) {
    const std::string above = excess(costs[i], budget);
    if (above.empty()) continue;
    return VerifyError{
        "decision `" + std::string(program.text(program.decisions[i].name)) + "` " + above, kNone,
        i};
  }
  return std::nullopt;
}

}  // namespace

base::Expected<std::shared_ptr<const VerifiedProgram>, VerifyError> verify(Program program,
                                                                           const Budget& budget) {
  proof::Shapes shapes;
  if (auto error = proof::check_tables(program, shapes)) return base::unexpected(std::move(*error));
  if (auto error = proof::check_code(program, shapes)) return base::unexpected(std::move(*error));
  std::vector<Cost> costs = worst_cases(program);
  if (auto error = check_budget(program, costs, budget)) return base::unexpected(std::move(*error));
  std::shared_ptr<VerifiedProgram> verified(new VerifiedProgram());
  verified->costs_ = std::move(costs);
  verified->program_ = std::move(program);
  verified->materialize();
  return std::shared_ptr<const VerifiedProgram>(std::move(verified));
}

/// The program stays where it is from now on, so that cells can point into it.
void VerifiedProgram::materialize() {
  const Program& p = program_;
  constant_cells_.resize(p.constant_cells.size());
  constants_.resize(p.constants.size());
  for (std::size_t i = 0; i < p.constants.size(); ++i) {
    const Constant& constant = p.constants[i];
    Cell& cell = constants_[i];
    switch (constant.kind) {
      case ConstantKind::absent: break;
      case ConstantKind::integer: cell = Cell::integer(constant.i); break;
      case ConstantKind::mask: cell = Cell::mask(static_cast<std::uint64_t>(constant.i)); break;
      case ConstantKind::string:
      case ConstantKind::ip:
      case ConstantKind::network: cell = Cell::string(p.text(constant.text)); break;
      case ConstantKind::items:
      case ConstantKind::map:
      case ConstantKind::record:
        cell = Cell::items(constant_cells_.data() + constant.run.first, constant.count);
        break;
      case ConstantKind::quorum:
        cell = Cell::quorum(p.clauses.data() + constant.run.first, constant.run.count);
        break;
    }
  }
  for (std::size_t i = 0; i < p.constant_cells.size(); ++i)
    constant_cells_[i] = constants_[p.constant_cells[i]];
}

}  // namespace writ::engine
