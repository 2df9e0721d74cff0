#include <algorithm>
#include <optional>
#include <set>

#include "dsl/check/context.hpp"
#include "dsl/check/coverage.hpp"
#include "dsl/check/names.hpp"
#include "dsl/check/reads.hpp"

namespace writ::dsl::check {

namespace {

std::string counted(std::size_t count, const char* one) {
  return std::to_string(count) + " " + one + (count == 1 ? "" : "s");
}

/// Whether a written value has digits on both sides of a point.
bool has_fraction(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  for (std::size_t i = 1; i + 1 < text.size(); ++i)
    if (text[i] == '.' && is_digit(text[i - 1]) && is_digit(text[i + 1])) return true;
  return false;
}

std::string joined(const std::vector<std::string>& cells) {
  std::string text;
  for (const std::string& cell : cells)
    text += (text.empty() ? "" : ", ") + cell;
  return text;
}

/// Ascending, apart from one another.
void merge_ranges(Cell& cell) {
  std::sort(cell.ranges.begin(), cell.ranges.end());
  std::vector<std::pair<std::int64_t, std::int64_t>> merged;
  for (const auto& range : cell.ranges) {
    if (!merged.empty() && range.first <= merged.back().second)
      merged.back().second = std::max(merged.back().second, range.second);
    else
      merged.push_back(range);
  }
  cell.ranges = std::move(merged);
}

/// Checks the rows of one table and proves that they cover every value.
class TableChecker {
 public:
  TableChecker(Context& context, std::uint32_t table, const ast::TableDecl& decl)
      : context_(context), index_(table), decl_(decl) {
    parameters_ = context.model.tables[table].parameter_types;
    columns_ = context.model.tables[table].column_types;
  }

  void run() {
    check_parameters();
    Scope scope;
    bind_parameters(scope);
    std::vector<Row> rows;
    for (const ast::TableRow& written : decl_.rows)
      rows.push_back(check_row(written, scope));
    const bool patterns_good = patterns_good_ && heading_good_;
    context_.model.tables[index_].rows = std::move(rows);
    if (patterns_good) prove();
  }

 private:
  Types& types() { return context_.model.types; }
  Diagnostic& report(DiagnosticKind kind, Span span, std::vector<std::string> args) {
    return context_.diagnostics.report(kind, span, std::move(args));
  }

  void check_parameters();
  void bind_parameters(Scope& scope);
  Row check_row(const ast::TableRow& written, Scope scope);
  bool check_pattern(const ast::Pattern& pattern, std::size_t parameter, Cell& cell);
  bool check_value_pattern(const ast::Pattern& pattern, std::size_t parameter, Cell& cell);
  bool check_range_pattern(const ast::Pattern& pattern, std::size_t parameter, Cell& cell);
  std::optional<Value> constant(ast::ExprId expr, std::size_t parameter);
  void prove();
  std::string help_for_missing(const std::vector<std::string>& cell) const;
  void prove_no_overlap(const Coverage& coverage);
  void prove_all_reached(Coverage& coverage);

  Context& context_;
  std::uint32_t index_;
  const ast::TableDecl& decl_;
  std::vector<TypeId> parameters_;
  std::vector<TypeId> columns_;
  bool heading_good_ = true;
  bool patterns_good_ = true;
};

void TableChecker::check_parameters() {
  for (std::size_t i = 0; i < decl_.parameters.size() && i < parameters_.size(); ++i) {
    std::string rule;
    switch (types()[parameters_[i]].kind) {
      case TypeKind::error: heading_good_ = false; continue;
      case TypeKind::boolean:
      case TypeKind::enumeration:
      case TypeKind::integer:
      case TypeKind::decimal:
      case TypeKind::duration:
      case TypeKind::time: continue;
      case TypeKind::string:
        if (decl_.first) continue;
        rule = "string columns stand only in a `first table`";
        break;
      default:
        rule =
            "a table decides on bools, enums, ints, decimals, durations and times, and a `first "
            "table` on strings";
    }
    heading_good_ = false;
    const ast::Parameter& parameter = decl_.parameters[i];
    report(DiagnosticKind::table_parameter, context_.tree.type(parameter.type).span,
           {parameter.name.text, decl_.name.text, types().text(parameters_[i]), rule})
        .help = types()[parameters_[i]].kind == TypeKind::string
                    ? "write `first table`, with a last row of `_`; or declare an enum"
                    : "pass what the rows decide on: a field of it, or whether it is empty";
  }
}

void TableChecker::bind_parameters(Scope& scope) {
  std::vector<LocalId> locals;
  for (std::size_t i = 0; i < decl_.parameters.size() && i < parameters_.size(); ++i) {
    LocalId local = kNoIndex;
    const TypeId type = parameters_[i] == 0 ? 0 : types().unrefined(parameters_[i]);
    scope = bind_local(context_, scope, decl_.parameters[i].name, type, kNoExpr, local);
    locals.push_back(local);
  }
  context_.model.tables[index_].parameters = std::move(locals);
}

Row TableChecker::check_row(const ast::TableRow& written, Scope scope) {
  Row row;
  row.span = written.span;
  if (written.patterns.size() != parameters_.size()) {
    patterns_good_ = false;
    report(DiagnosticKind::table_row_patterns, written.span,
           {counted(written.patterns.size(), "pattern"), counted(parameters_.size(), "parameter"),
            decl_.name.text})
        .help = "write a pattern for each parameter; `_` stands for any value";
    return row;
  }
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    Cell cell;
    if (parameters_[i] == 0 || !check_pattern(written.patterns[i], i, cell)) patterns_good_ = false;
    // Where the pattern excludes absence, the row knows that the parameter is there.
    if (types()[parameters_[i]].optional && !cell.any && !cell.absent)
      scope.facts.insert(path_key(context_.model, scope.bindings[i].expr));
    merge_ranges(cell);
    row.cells.push_back(std::move(cell));
  }
  if (written.values.size() != columns_.size()) {
    report(DiagnosticKind::table_row_values, written.span,
           {counted(written.values.size(), "value"), counted(columns_.size(), "column"),
            decl_.name.text})
        .help = "write a value for each column after `=>`";
    return row;
  }
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const std::string& name = i < decl_.columns.size() ? decl_.columns[i].name.text : "";
    const std::string what =
        name.empty() ? "the value of a row of `" + decl_.name.text + "`" : "column `" + name + "`";
    row.values.push_back(check_value(context_, scope, written.values[i], columns_[i], what).id);
  }
  return row;
}

bool TableChecker::check_pattern(const ast::Pattern& pattern, std::size_t parameter, Cell& cell) {
  switch (pattern.kind) {
    case ast::PatternKind::any: cell.any = true; return true;
    case ast::PatternKind::absent:
      if (types()[parameters_[parameter]].optional) {
        cell.absent = true;
        return true;
      }
      report(DiagnosticKind::table_pattern_absent, pattern.span,
             {decl_.parameters[parameter].name.text})
          .help = "remove `absent`, or make the parameter optional: `" +
                  decl_.parameters[parameter].name.text + ": " +
                  types().text(parameters_[parameter]) + "?`";
      return false;
    case ast::PatternKind::alternatives: {
      bool good = true;
      for (const ast::Pattern& one : pattern.alternatives)
        good = check_pattern(one, parameter, cell) && good;
      return good;
    }
    case ast::PatternKind::value: return check_value_pattern(pattern, parameter, cell);
    case ast::PatternKind::range: return check_range_pattern(pattern, parameter, cell);
  }
  return false;
}

std::optional<Value> TableChecker::constant(ast::ExprId expr, std::size_t parameter) {
  const TypeId type = types().present(types().unrefined(parameters_[parameter]));
  return check_constant(context_, constant_scope(), expr, type,
                        "a pattern for `" + decl_.parameters[parameter].name.text + "`");
}

bool TableChecker::check_value_pattern(const ast::Pattern& pattern, std::size_t parameter,
                                       Cell& cell) {
  std::optional<Value> value = constant(pattern.low, parameter);
  if (!value || value->absent()) return false;
  if (std::string* text = std::get_if<std::string>(&value->v)) {
    cell.strings.push_back(std::move(*text));
    return true;
  }
  const auto [low, high] = column_range(types(), parameters_[parameter]);
  if (value->integer() < low || value->integer() > high) {
    report(DiagnosticKind::table_pattern_empty, pattern.span,
           {"`" + decl_.parameters[parameter].name.text + "` is a `" +
            types().text(parameters_[parameter]) + "`"})
        .help = "remove it, or widen the range of the parameter";
    return false;
  }
  cell.ranges.emplace_back(value->integer(), value->integer());
  return true;
}

bool TableChecker::check_range_pattern(const ast::Pattern& pattern, std::size_t parameter,
                                       Cell& cell) {
  const Type type = types()[parameters_[parameter]];
  const std::string& name = decl_.parameters[parameter].name.text;
  const bool ranges = type.kind == TypeKind::integer || type.kind == TypeKind::decimal ||
                      type.kind == TypeKind::duration || type.kind == TypeKind::time;
  if (!ranges) {
    report(DiagnosticKind::table_pattern_range, pattern.span,
           {name, types().text(parameters_[parameter])})
        .help = "write the values one by one: `a | b`";
    return false;
  }
  auto [low, high] = column_range(types(), parameters_[parameter]);
  std::optional<Value> from, to;
  if (pattern.low != ast::kNone) from = constant(pattern.low, parameter);
  if (pattern.high != ast::kNone) to = constant(pattern.high, parameter);
  if ((pattern.low != ast::kNone && !from) || (pattern.high != ast::kNone && !to)) return false;
  if (from && to && from->integer() > to->integer()) {
    report(DiagnosticKind::table_pattern_empty, pattern.span, {"it ends before it begins"}).help =
        "write the smaller end first";
    return false;
  }
  if (from) low = std::max(low, from->integer());
  if (to) high = std::min(high, to->integer());
  if (low > high) {
    report(DiagnosticKind::table_pattern_empty, pattern.span,
           {"`" + name + "` is a `" + types().text(parameters_[parameter]) + "`"})
        .help = "remove it, or widen the range of the parameter";
    return false;
  }
  cell.ranges.emplace_back(low, high);
  return true;
}

/// Durations lie between whole seconds too, which no literal can say; only overlapping rows do.
std::string TableChecker::help_for_missing(const std::vector<std::string>& cell) const {
  bool writable = true;
  for (std::size_t i = 0; i < cell.size(); ++i) {
    const bool duration = context_.model.types[parameters_[i]].kind == TypeKind::duration;
    writable = writable && !(duration && has_fraction(cell[i]));
  }
  if (!writable && !decl_.first)
    return "there are parts of a second between them; in a `first table` the rows may overlap: "
           "`..1h`, then `1h..`";
  if (!writable) return "let a row begin where the one before it ends, or add a last row of `_`";
  // The last written pattern of a first table sweeps up the rest.
  return "add a row `" + joined(cell) + " => …`" + (decl_.first ? ", or a last row of `_`" : "");
}

void TableChecker::prove() {
  const Table& table = context_.model.tables[index_];
  Coverage coverage(types(), parameters_, table.rows);
  if (const auto cell = coverage.missing()) {
    Diagnostic& diagnostic =
        report(DiagnosticKind::table_missing, decl_.name.span, {decl_.name.text, joined(*cell)});
    diagnostic.help = help_for_missing(*cell);
  }
  if (decl_.first)
    prove_all_reached(coverage);
  else
    prove_no_overlap(coverage);
  if (coverage.exhausted())
    report(DiagnosticKind::table_too_large, decl_.name.span,
           {decl_.name.text, std::to_string(Coverage::kMaxSteps)})
        .help = "split it into tables of fewer parameters, one reading the value of another";
}

void TableChecker::prove_no_overlap(const Coverage& coverage) {
  const std::vector<Row>& rows = context_.model.tables[index_].rows;
  for (std::size_t later = 1; later < rows.size(); ++later) {
    for (std::size_t earlier = 0; earlier < later; ++earlier) {
      const auto cell = coverage.overlap(earlier, later);
      if (!cell) continue;
      Diagnostic& diagnostic =
          report(DiagnosticKind::table_overlap, rows[later].span, {decl_.name.text, joined(*cell)});
      diagnostic.help =
          "take one of the two out or narrow it; where the first match counts, write `first table`";
      diagnostic.notes.push_back({rows[earlier].span, "the earlier row"});
      break;  // one finding for each row
    }
  }
}

void TableChecker::prove_all_reached(Coverage& coverage) {
  const std::vector<Row>& rows = context_.model.tables[index_].rows;
  for (std::size_t row = 1; row < rows.size() && !coverage.exhausted(); ++row) {
    if (!coverage.hidden_by_earlier(row)) continue;
    report(DiagnosticKind::table_row_unreachable, rows[row].span, {decl_.name.text}).help =
        "remove it, or move it above the rows that cover it";
  }
}

/// The tables that each table uses in its rows; a define between them is seen through.
std::vector<std::set<std::uint32_t>> uses(const Model& model) {
  std::vector<std::set<std::uint32_t>> used(model.tables.size());
  for (std::uint32_t table = 0; table < model.tables.size(); ++table)
    for (const Row& row : model.tables[table].rows)
      for (const ExprId value : row.values)
        walk(model, value, [&](ExprId, const Expr& expr) {
          if (expr.kind == ExprKind::table) used[table].insert(expr.index);
        });
  return used;  // the walk goes into tables, so this is everything below
}

// Tables that need themselves: one finding for each group.
void check_recursion(Context& context) {
  const std::vector<std::set<std::uint32_t>> used = uses(context.model);
  std::set<std::uint32_t> reported;
  for (std::uint32_t table = 0; table < used.size(); ++table) {
    if (used[table].count(table) == 0 || reported.count(table) != 0) continue;
    std::string others;
    for (const std::uint32_t other : used[table]) {
      if (other == table || used[other].count(table) == 0) continue;
      reported.insert(other);
      others += (others.empty() ? "`" : ", `") + context.model.tables[other].name + "`";
    }
    const Table& declared = context.model.tables[table];
    context.diagnostics
        .report(DiagnosticKind::table_recursion, declared.span,
                {declared.name, others.empty() ? "its rows call it"
                                               : "its rows lead back to it through " + others})
        .help = "write the values of these rows out";
  }
  // What follows the rows of a table must come to an end.
  for (std::uint32_t table = 0; table < used.size(); ++table)
    if (used[table].count(table) != 0) context.model.tables[table].rows.clear();
}

}  // namespace

void check_tables(Context& context) {
  std::set<std::uint32_t> done;
  for (const ast::File& file : context.tree.files) {
    for (const ast::TableDecl& decl : file.tables) {
      const std::string key = symbol_key(context, decl.name.span, {decl.name.text});
      const auto found = context.symbols.tables.find(key);
      // A second table of the same name is already reported and has no place in the model.
      if (found == context.symbols.tables.end() || !done.insert(found->second).second) continue;
      TableChecker(context, found->second, decl).run();
    }
  }
  check_recursion(context);
}

}  // namespace writ::dsl::check
