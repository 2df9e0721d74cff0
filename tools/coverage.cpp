#include "tools/coverage.hpp"

#include <algorithm>
#include <set>
#include <string_view>

namespace writ::tools {
namespace {

void count(Tally& tally, bool did) {
  ++(did ? tally.did : tally.did_not);
}

/// The codes that the decision can give.
std::set<std::string> codes_of(const dsl::Decision& decision) {
  std::set<std::string> codes;
  for (const dsl::Rule& rule : decision.rules)
    if (rule.has_because) codes.insert(rule.code);
  for (const dsl::Output& output : decision.outputs)
    if (!output.otherwise_code.empty()) codes.insert(output.otherwise_code);
  return codes;
}

DecisionCoverage of_decision(const dsl::Decision& decision, std::string name) {
  DecisionCoverage coverage;
  coverage.name = std::move(name);
  for (const dsl::Rule& rule : decision.rules)
    coverage.rules.push_back({rule.full_name(), rule.span, {}});
  for (const dsl::Waiver& waiver : decision.waivers)
    coverage.waivers.push_back({decision.rules[waiver.rule].full_name(), waiver.span, {}});
  for (const std::string& code : codes_of(decision))
    coverage.codes.push_back({code, {}});
  return coverage;
}

/// Whether the program's table was made from this one: same name, same rows on the same lines.
bool same_table(const engine::Program& program, const engine::TableDesc& made,
                const dsl::Table& table, const dsl::Sources& sources) {
  if (program.text(made.name) != table.full_name() || made.rows.count != table.rows.size())
    return false;
  for (std::uint32_t r = 0; r < made.rows.count; ++r)
    if (program.table_rows[made.rows.first + r].line != sources.place(table.rows[r].span).line)
      return false;
  return true;
}

}  // namespace

Coverage::Coverage(const Policy& policy) : policy_(&policy) {
  const engine::Program& program = policy.program->program();
  const dsl::Model& model = *policy.model;
  for (std::size_t d = 0; d < model.decisions.size(); ++d)
    decisions_.push_back(
        of_decision(model.decisions[d], std::string(program.text(program.decisions[d].name))));
  for (const dsl::Table& table : model.tables) {
    TableCoverage& coverage = tables_.emplace_back(TableCoverage{table.name, table.span, {}});
    for (const dsl::Row& row : table.rows)
      coverage.rows.push_back({row.span, {}});
  }
  for (const engine::TableDesc& made : program.tables) {
    const auto table = std::find_if(
        model.tables.begin(), model.tables.end(),
        [&](const dsl::Table& t) { return same_table(program, made, t, policy.sources); });
    table_of_.push_back(static_cast<std::uint32_t>(table - model.tables.begin()));
  }
}

void Coverage::add(const engine::DecisionView& view) {
  DecisionCoverage& decision = decisions_[view.decision];
  ++decision.decided;
  for (std::size_t r = 0; r < decision.rules.size(); ++r)
    count(decision.rules[r].fired, view.rules[r].fired > view.rules[r].waived);
  for (std::size_t w = 0; w < decision.waivers.size(); ++w)
    count(decision.waivers[w].applied, view.waivers[w] != 0);
  std::set<std::string_view> produced(view.codes.begin(), view.codes.end());
  for (const engine::ReasonView& reason : view.reasons)
    if (reason.waiver == engine::kNone) produced.insert(reason.code);
  for (CodeCoverage& code : decision.codes)
    count(code.produced, produced.contains(code.code));
  add_rows(view);
}

void Coverage::add_rows(const engine::DecisionView& view) {
  const engine::Program& program = policy_->program->program();
  // A table that several decisions use is made once for each of them.
  std::vector<std::vector<char>> matched(tables_.size());
  for (std::size_t t = 0; t < table_of_.size(); ++t) {
    if (table_of_[t] == tables_.size()) continue;
    const engine::Run rows = program.tables[t].rows;
    std::vector<char>& seen = matched[table_of_[t]];
    seen.resize(rows.count);
    for (std::uint32_t r = 0; r < rows.count; ++r)
      if (view.table_rows[rows.first + r] != 0) seen[r] = 1;
  }
  for (std::size_t t = 0; t < tables_.size(); ++t) {
    if (std::count(matched[t].begin(), matched[t].end(), 1) == 0) continue;
    for (std::size_t r = 0; r < matched[t].size(); ++r)
      count(tables_[t].rows[r].matched, matched[t][r] != 0);
  }
}

std::size_t Coverage::items() const {
  std::size_t items = 0;
  for (const DecisionCoverage& decision : decisions_)
    items += decision.rules.size() + decision.waivers.size();
  for (const TableCoverage& table : tables_)
    items += table.rows.size();
  return items;
}

std::size_t Coverage::covered() const {
  std::size_t covered = 0;
  for (const DecisionCoverage& decision : decisions_) {
    for (const RuleCoverage& rule : decision.rules)
      covered += rule.fired.did != 0 ? 1 : 0;
    for (const WaiverCoverage& waiver : decision.waivers)
      covered += waiver.applied.did != 0 ? 1 : 0;
  }
  for (const TableCoverage& table : tables_)
    for (const RowCoverage& row : table.rows)
      covered += row.matched.did != 0 ? 1 : 0;
  return covered;
}

std::string Coverage::percentage() const {
  const std::size_t tenths = items() == 0 ? 1000 : covered() * 1000 / items();
  std::string text = std::to_string(tenths / 10);
  if (tenths % 10 != 0) text += "." + std::to_string(tenths % 10);
  return text;
}

}  // namespace writ::tools
