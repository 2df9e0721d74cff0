#include <utility>

#include "engine/compile/expr_code.hpp"

/// Decision tables: one instruction finds the row, a binary search by jumps finds its value.
namespace writ::engine::lowering {

using dsl::Expr;
using dsl::ExprId;
using dsl::ExprKind;

/// Whether the value may be absent where nothing has been shown: a complete table can then miss a
/// row.
bool ExprCode::may_be_absent(ExprId id) const {
  const Expr& expr = model_.expr(id);
  switch (expr.kind) {
    case ExprKind::constant: return expr.value.absent();
    case ExprKind::equal:
    case ExprKind::less:
    case ExprKind::less_equal:
    case ExprKind::now_compare:
    case ExprKind::is_present:
    case ExprKind::logical_not:
    case ExprKind::in:
    case ExprKind::any:
    case ExprKind::all:
    case ExprKind::count:
    case ExprKind::is_empty: return false;
    case ExprKind::output: return types()[expr.type].optional;
    case ExprKind::input: return types()[expr.type].optional;
    case ExprKind::field: {
      const dsl::Type& record = types()[model_.expr(expr.a).type];
      return may_be_absent(expr.a) ||
             types()[types().records[record.decl].fields[expr.index].type].optional;
    }
    default: return true;
  }
}

std::uint32_t ExprCode::table_desc(std::uint32_t index) {
  if (tables_[index] != kNone) return tables_[index];
  const dsl::Table& from = model_.tables[index];
  TableDesc desc;
  desc.name = layout_.text(from.full_name());
  desc.columns = static_cast<std::uint32_t>(from.parameters.size());
  desc.rows.first = static_cast<std::uint32_t>(program_.table_rows.size());
  desc.rows.count = static_cast<std::uint32_t>(from.rows.size());
  for (const dsl::Row& row : from.rows) {
    TableRowDesc row_desc;
    row_desc.cells.first = static_cast<std::uint32_t>(program_.cell_patterns.size());
    row_desc.cells.count = static_cast<std::uint32_t>(row.cells.size());
    row_desc.line = sources_.place(row.span).line;
    for (const dsl::Cell& cell : row.cells) {
      CellPattern pattern;
      pattern.any = cell.any;
      pattern.absent = cell.absent;
      pattern.ranges = {static_cast<std::uint32_t>(program_.ranges.size()),
                        static_cast<std::uint32_t>(cell.ranges.size())};
      for (const auto& [low, high] : cell.ranges)
        program_.ranges.push_back({low, high});
      if (!cell.strings.empty()) {
        pattern.strings = layout_.names(cell.strings);
        desc.strings = true;
      }
      program_.cell_patterns.push_back(pattern);
    }
    program_.table_rows.push_back(row_desc);
  }
  tables_[index] = static_cast<std::uint32_t>(program_.tables.size());
  program_.tables.push_back(desc);
  return tables_[index];
}

void ExprCode::table(const Expr& expr, Register target) {
  const dsl::Table& from = model_.tables[expr.index];
  const Register first = code_.take(static_cast<std::uint32_t>(expr.items.size()));
  bool complete = true;
  for (std::uint32_t i = 0; i < expr.items.size(); ++i) {
    into(expr.items[i], first + i);
    complete = complete && !may_be_absent(expr.items[i]);
  }
  for (std::uint32_t i = 0; i < from.parameters.size(); ++i)
    bind(from.parameters[i], first + i);
  const Register row = code_.take();
  code_.emit(Opcode::table_row, row, first, 0, table_desc(expr.index));
  if (complete) {
    table_rows(from, expr.column, row, target);
    return;
  }
  const Label end = code_.label(), found = code_.label();
  const Register none = code_.take();
  integer_into(0, none);
  code_.emit(Opcode::less_integer, none, row, none);
  code_.emit_jump(Opcode::jump_unless, found, 0, none);
  code_.emit(Opcode::constant, target, 0, 0, layout_.constant_absent());
  code_.emit_jump(Opcode::jump, end);
  code_.place(found);
  table_rows(from, expr.column, row, target);
  code_.place(end);
}

/// Consecutive rows with the same value are one group.
void ExprCode::table_rows(const dsl::Table& from, std::uint32_t column, Register row,
                          Register target) {
  std::vector<std::pair<std::size_t, ExprId>> groups;
  for (std::size_t i = 0; i < from.rows.size(); ++i) {
    const ExprId value = from.rows[i].values[column];
    if (groups.empty() || groups.back().second != value) groups.emplace_back(i, value);
  }
  const Label done = code_.label();
  table_rows_between(groups, 0, groups.size(), row, target, done);
  code_.place(done);
}

void ExprCode::table_rows_between(const std::vector<std::pair<std::size_t, ExprId>>& groups,
                                  std::size_t first, std::size_t last, Register row,
                                  Register target, Label done) {
  const RegisterScope scope(code_);
  if (last - first == 1) {
    into(groups[first].second, target);
    if (last != groups.size()) code_.emit_jump(Opcode::jump, done);
    return;
  }
  const std::size_t middle = first + (last - first) / 2;
  const Label upper = code_.label();
  const Register below = code_.take();
  integer_into(static_cast<std::int64_t>(groups[middle].first), below);
  code_.emit(Opcode::less_integer, below, row, below);
  code_.emit_jump(Opcode::jump_unless, upper, 0, below);
  table_rows_between(groups, first, middle, row, target, done);
  code_.place(upper);
  table_rows_between(groups, middle, last, row, target, done);
}

}  // namespace writ::engine::lowering
