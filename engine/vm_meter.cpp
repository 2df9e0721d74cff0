// What an instruction takes on the values that there are; what it takes at most is in engine/cost.

#include "engine/cost/walked.hpp"
#include "engine/vm.hpp"

namespace writ::engine {
namespace {

/// All values within a value of type `row`, as cost::Extents::depth() counts them.
std::uint64_t depth(const Program& p, std::uint32_t row, const Cell& cell) {
  if (cell.present == 0) return 1;
  const TypeDesc& type = p.types[row];
  std::uint64_t total = 1;
  const auto add_fields = [&](std::uint32_t record, const Cell* cells) {
    const Run fields = p.records[record].fields;
    for (std::uint32_t i = 0; i < fields.count; ++i) {
      const FieldDesc& field = p.fields[fields.first + i];
      total += depth(p, field.type, cells[field.offset]);
    }
  };
  switch (type.kind) {
    case Kind::record: add_fields(type.decl, cell.cells); break;
    case Kind::quorum:
    case Kind::votes: total += cell.n; break;
    case Kind::list:
    case Kind::set:
    case Kind::map: {
      const TypeDesc& element = p.types[type.element];
      const std::uint32_t first = type.kind == Kind::map ? 1 : 0;
      total += cell.n;
      if (type.kind == Kind::set && element.kind == Kind::enumeration) break;
      for (std::uint32_t i = 0; i < cell.n; ++i) {
        const Cell* item = cell.cells + std::size_t{i} * (first + type.stride) + first;
        if (element.kind == Kind::record)
          add_fields(element.decl, item);
        else
          total += depth(p, type.element, *item);
      }
      break;
    }
    default: break;
  }
  return total;
}

struct Sizes {
  const Program& program;
  const Ledger& ledger;
  const std::vector<Cell>& registers;
  std::size_t scratch = 0;

  std::uint64_t items(std::uint32_t reg) const { return registers[reg].n; }
  std::uint64_t depth(std::uint32_t row, std::uint32_t reg) const {
    return engine::depth(program, row, registers[reg]);
  }
  std::uint64_t pushed(std::uint32_t mark) const {
    return scratch - static_cast<std::size_t>(registers[mark].i);
  }
  std::uint64_t keys(std::uint32_t output) const {
    return ledger.desc(output).per ? ledger.keys(output).size() : 1;
  }
  std::uint64_t spread(std::uint32_t output) const {
    std::uint64_t count = 0;
    for (std::uint32_t k = 0; k < ledger.keys(output).size(); ++k)
      ledger.for_each_entry(output, k, [&count](const Ledger::Entry&) { ++count; });
    return count;
  }
};

}  // namespace

std::uint64_t Vm::units(const Instruction& in) const {
  const Program& program = verified_->program();
  return kOpcodes[in.op].cost +
         cost::walked(program, in, Sizes{program, *ledger_, registers_, scratch_.size()});
}

}  // namespace writ::engine
