#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/decision.hpp"

#include "tools/policy.hpp"

namespace writ::tools {

/// In how many tests something happened, and in how many of those where it could have it did not.
/// Only tests that reached a decision count.
struct Tally {
  std::uint32_t did = 0, did_not = 0;
};

/// Fired: at least one firing was not waived, as `expect rule` means it.
struct RuleCoverage {
  std::string name;
  dsl::Span span;
  Tally fired;
};
/// Applied: it took away at least one firing.
struct WaiverCoverage {
  std::string rule;
  dsl::Span span;
  Tally applied;
};
/// A code of a rule's text or of an `otherwise`. Produced: it stands in `codes`, or in a reason
/// that was not waived (those of permits do not stand in `codes`).
struct CodeCoverage {
  std::string code;
  Tally produced;
};
struct DecisionCoverage {
  std::string name;                     ///< package.decision
  std::uint32_t decided = 0;            ///< tests that reached a decision
  std::uint32_t refused = 0;            ///< tests whose input is an error: no rule ran
  std::vector<RuleCoverage> rules;      ///< by source place
  std::vector<WaiverCoverage> waivers;  ///< by source place
  std::vector<CodeCoverage> codes;      ///< ascending
};
/// Matched: a look-up that was evaluated found the row. Only tests that looked something up in the
/// table count.
struct RowCoverage {
  dsl::Span span;
  Tally matched;
};
struct TableCoverage {
  std::string name;
  dsl::Span span;
  std::vector<RowCoverage> rows;
};

/// What the tests of a policy exercised. An item is a rule (once for each decision that it is
/// for), a waiver or a row of a table; it is covered when it fired, applied or matched in at least
/// one test.
class Coverage {
 public:
  /// Nothing has been exercised yet. The policy outlives this.
  explicit Coverage(const Policy& policy);

  /// One test reached this decision; the view was made with Explain::full.
  void add(const engine::DecisionView& view);
  /// The input of one test of the decision was refused.
  void add_refused(std::uint32_t decision) { ++decisions_[decision].refused; }

  const std::vector<DecisionCoverage>& decisions() const { return decisions_; }
  const std::vector<TableCoverage>& tables() const { return tables_; }
  std::size_t items() const;
  std::size_t covered() const;
  /// Whether covered/items is at least `percent`; true when there are no items.
  bool reaches(unsigned percent) const { return covered() * 100 >= items() * percent; }
  /// `87.5` of covered/items in percent, rounded down so that only everything is 100; `100` when
  /// there are no items.
  std::string percentage() const;

 private:
  void add_rows(const engine::DecisionView& view);

  const Policy* policy_;
  std::vector<DecisionCoverage> decisions_;
  std::vector<TableCoverage> tables_;
  /// The model's table that each Program::tables was made from.
  std::vector<std::uint32_t> table_of_;
};

/// For people: first what is not covered, then what was never seen otherwise, then the counts.
std::string coverage_text(const Coverage& coverage, const dsl::Sources& sources);
/// What is not covered, one line each, with its place; empty when all is.
std::string uncovered_text(const Coverage& coverage, const dsl::Sources& sources);
/// The same data as one JSON object.
void append_coverage(std::string& out, const Coverage& coverage, const dsl::Sources& sources);

}  // namespace writ::tools
