#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dsl/model.hpp"

/// The proof that the rows of a table cover every value of its parameters: the values of each
/// column are cut where a pattern begins or ends, and the rows are followed from column to column.
namespace writ::dsl::check {

/// A part of a column's values that every row treats alike.
struct Segment {
  bool absent = false;
  bool other_text = false;          ///< strings: every text that no row names
  std::string text;                 ///< strings
  std::int64_t low = 0, high = 0;   ///< everything else: both ends in
  std::vector<std::uint64_t> rows;  ///< bit i: row i matches
};

/// What a parameter may be. `type` is the declared one, with its range.
class Column {
 public:
  Column(const Types& types, TypeId type, const std::vector<Row>& rows, std::size_t index);

  const std::vector<Segment>& segments() const { return segments_; }
  /// The segment as an author writes a pattern.
  std::string text(const Segment& segment) const;
  std::int64_t low() const { return low_; }
  std::int64_t high() const { return high_; }

 private:
  void cut_numbers(const std::vector<Row>& rows, std::size_t index);
  void cut_texts(const std::vector<Row>& rows, std::size_t index);

  const Types& types_;
  TypeId type_;
  std::int64_t low_ = 0, high_ = 0;
  std::vector<Segment> segments_;
};

/// The least and the greatest value that a column of this type must cover.
std::pair<std::int64_t, std::int64_t> column_range(const Types& types, TypeId type);
bool cell_matches(const Cell& cell, const Segment& segment);

class Coverage {
 public:
  static constexpr std::size_t kMaxSteps = 200'000;

  Coverage(const Types& types, const std::vector<TypeId>& parameters, const std::vector<Row>& rows);

  /// The first combination, in the order of the columns, that no row covers; nullopt when there is
  /// none (or the proof became too large, see exhausted()).
  std::optional<std::vector<std::string>> missing();
  /// A combination that both rows cover.
  std::optional<std::vector<std::string>> overlap(std::size_t a, std::size_t b) const;
  /// Whether the rows before `row` cover all that it covers.
  bool hidden_by_earlier(std::size_t row);
  bool exhausted() const { return exhausted_; }

 private:
  using RowSet = std::vector<std::uint64_t>;

  bool covered(std::size_t column, const RowSet& rows, std::optional<std::size_t> within);
  bool covers_rest(std::size_t row, std::size_t column, std::optional<std::size_t> within) const;

  const std::vector<Row>& rows_;
  std::vector<Column> columns_;
  /// whole_[row][column]: the row matches every segment of the column.
  std::vector<std::vector<bool>> whole_;
  std::vector<std::vector<RowSet>> matched_;  ///< [row][column]: bit i: the row matches segment i
  std::vector<std::vector<RowSet>> known_;    ///< for each column: row sets known to cover the rest
  std::vector<std::string> path_;             ///< the combination being looked at
  std::size_t steps_ = 0;
  bool exhausted_ = false;
};

}  // namespace writ::dsl::check
