#include "engine/verify.hpp"

#include <optional>
#include <utility>

#include "engine/verify/flow.hpp"
#include "engine/verify/shapes.hpp"
#include "engine/verify/tables.hpp"

namespace writ::engine {

namespace {

/// Whether values of the type are without end: collections or strings without a maximum.
bool without_end(const Program& program, std::uint32_t row, int depth = 0) {
  const TypeDesc& type = program.types[row];
  const bool sized = type.kind == Kind::list || type.kind == Kind::set || type.kind == Kind::map ||
                     type.kind == Kind::string;
  if (sized && type.max_size == 0xffffffff) return true;
  if (depth > 64) return false;
  if (type.element != kNone && without_end(program, type.element, depth + 1)) return true;
  if (type.kind != Kind::record) return false;
  const Run fields = program.records[type.decl].fields;
  for (std::uint32_t i = 0; i < fields.count; ++i)
    if (without_end(program, program.fields[fields.first + i].type, depth + 1)) return true;
  return false;
}

/// What can be done about a decision without a limit.
std::string unlimited(const Program& program) {
  std::string names;
  for (const DataDesc& data : program.data) {
    if (!without_end(program, data.type)) continue;
    names.append(names.empty() ? "`" : ", `").append(program.text(data.name)) += '`';
  }
  if (names.empty()) return {};
  return "; it goes through data without a maximum: give the type of " + names +
         " one, such as `max 1000`";
}

/// What is above the budget, in words; empty when nothing is.
std::string excess(const Program& program, const Cost& cost, const Budget& budget) {
  const auto above = [&](std::uint64_t value, std::uint64_t most, const char* verb,
                         const char* unit) -> std::string {
    if (value <= most) return {};
    if (value >= kUnbounded)
      return std::string(verb) + " an unlimited number of " + unit + unlimited(program);
    return std::string(verb) + ' ' + std::to_string(value) + ' ' + unit + "; at most " +
           std::to_string(most) + " are allowed";
  };
  std::string found = above(cost.instructions, budget.instructions, "can take", "steps");
  if (found.empty()) found = above(cost.memory, budget.memory, "can take", "bytes of memory");
  if (found.empty()) found = above(cost.answer, budget.answer, "can be answered with", "bytes");
  return found;
}

std::optional<VerifyError> check_budget(const Program& program, const std::vector<Cost>& costs,
                                        const Budget& budget) {
  for (std::uint32_t i = 0; i < costs.size(); ++i) {
    const std::string above = excess(program, costs[i], budget);
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
