#include "dsl/check/coverage.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <set>
#include <tuple>

#include "dsl/check/names.hpp"

namespace writ::dsl::check {

namespace {

bool has(const std::vector<std::uint64_t>& rows, std::size_t row) {
  return (rows[row / 64] >> (row % 64) & 1u) != 0;
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

}  // namespace

std::pair<std::int64_t, std::int64_t> column_range(const Types& types, TypeId id) {
  const Type& type = types[id];
  switch (type.kind) {
    case TypeKind::boolean: return {0, 1};
    case TypeKind::enumeration:
      return {0, static_cast<std::int64_t>(types.enums[type.decl].members.size()) - 1};
    default:
      return type.has_range ? std::pair{type.low, type.high}
                            : std::pair{std::numeric_limits<std::int64_t>::min(),
                                        std::numeric_limits<std::int64_t>::max()};
  }
}

bool cell_matches(const Cell& cell, const Segment& segment) {
  if (cell.any) return true;
  if (segment.absent) return cell.absent;
  if (segment.other_text) return false;
  if (!cell.strings.empty())
    return std::find(cell.strings.begin(), cell.strings.end(), segment.text) != cell.strings.end();
  // No pattern begins or ends within a segment.
  return std::any_of(cell.ranges.begin(), cell.ranges.end(), [&](const auto& range) {
    return range.first <= segment.low && segment.high <= range.second;
  });
}

Column::Column(const Types& types, TypeId type, const std::vector<Row>& rows, std::size_t index)
    : types_(types), type_(type) {
  std::tie(low_, high_) = column_range(types, type);
  if (types[type].kind == TypeKind::string)
    cut_texts(rows, index);
  else
    cut_numbers(rows, index);
  if (types[type].optional) {
    Segment absent;
    absent.absent = true;
    segments_.push_back(std::move(absent));
  }
  for (Segment& segment : segments_) {
    segment.rows.assign(rows.size() / 64 + 1, 0);
    for (std::size_t row = 0; row < rows.size(); ++row)
      if (cell_matches(rows[row].cells[index], segment))
        segment.rows[row / 64] |= std::uint64_t{1} << (row % 64);
  }
}

void Column::cut_numbers(const std::vector<Row>& rows, std::size_t index) {
  std::set<std::int64_t> begins{low_};
  const bool single =
      types_[type_].kind == TypeKind::enumeration || types_[type_].kind == TypeKind::boolean;
  if (single)
    for (std::int64_t value = low_; value <= high_; ++value)
      begins.insert(value);
  for (const Row& row : rows) {
    for (const auto& [from, to] : row.cells[index].ranges) {
      if (from > low_ && from <= high_) begins.insert(from);
      if (to >= low_ && to < high_) begins.insert(to + 1);
    }
  }
  for (auto begin = begins.begin(); begin != begins.end(); ++begin) {
    Segment segment;
    segment.low = *begin;
    segment.high = std::next(begin) == begins.end() ? high_ : *std::next(begin) - 1;
    if (segment.low <= segment.high) segments_.push_back(std::move(segment));
  }
}

void Column::cut_texts(const std::vector<Row>& rows, std::size_t index) {
  std::set<std::string> texts;
  for (const Row& row : rows)
    texts.insert(row.cells[index].strings.begin(), row.cells[index].strings.end());
  for (const std::string& text : texts) {
    Segment segment;
    segment.text = text;
    segments_.push_back(std::move(segment));
  }
  Segment other;
  other.other_text = true;
  segments_.push_back(std::move(other));
}

std::string Column::text(const Segment& segment) const {
  if (segment.absent) return "absent";
  if (types_[type_].kind == TypeKind::string)
    return segment.other_text ? "_" : quoted(segment.text);
  if (segment.low == segment.high) return literal_text(types_, type_, segment.low);
  const bool open_low = segment.low == low_ && !types_[type_].has_range;
  const bool open_high = segment.high == high_ && !types_[type_].has_range;
  if (open_low && open_high) return "_";
  return (open_low ? "" : literal_text(types_, type_, segment.low)) + ".." +
         (open_high ? "" : literal_text(types_, type_, segment.high));
}

Coverage::Coverage(const Types& types, const std::vector<TypeId>& parameters,
                   const std::vector<Row>& rows)
    : rows_(rows), whole_(rows.size()), matched_(rows.size()), known_(parameters.size() + 1) {
  for (std::size_t column = 0; column < parameters.size(); ++column)
    columns_.emplace_back(types, parameters[column], rows, column);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    for (const Column& column : columns_) {
      const auto& segments = column.segments();
      RowSet matched(segments.size() / 64 + 1, 0);
      bool whole = true;
      for (std::size_t i = 0; i < segments.size(); ++i) {
        if (has(segments[i].rows, row))
          matched[i / 64] |= std::uint64_t{1} << (i % 64);
        else
          whole = false;
      }
      whole_[row].push_back(whole);
      matched_[row].push_back(std::move(matched));
    }
  }
}

bool Coverage::covers_rest(std::size_t row, std::size_t column,
                           std::optional<std::size_t> within) const {
  for (std::size_t at = column; at < columns_.size(); ++at) {
    if (whole_[row][at]) continue;
    if (!within) return false;
    const RowSet& asked = matched_[*within][at];
    const RowSet& given = matched_[row][at];
    for (std::size_t word = 0; word < asked.size(); ++word)
      if ((asked[word] & ~given[word]) != 0) return false;
  }
  return true;
}

// Whether `rows`, which match the columns before `column`, cover all values of the rest (`within`:
// all that this row matches). When not, path_ is what is not covered.
bool Coverage::covered(std::size_t column, const RowSet& rows, std::optional<std::size_t> within) {
  path_.resize(column);
  if (++steps_ > kMaxSteps) exhausted_ = true;
  if (exhausted_) return true;
  bool any = false;
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    if (!has(rows, row)) continue;
    any = true;
    if (covers_rest(row, column, within)) return true;
  }
  if (!any || column == columns_.size()) {
    path_.resize(columns_.size(), "_");
    return false;
  }
  std::vector<RowSet>& known = known_[column];
  const auto place = std::lower_bound(known.begin(), known.end(), rows);
  if (place != known.end() && *place == rows) return true;
  std::set<RowSet> seen;
  for (const Segment& segment : columns_[column].segments()) {
    if (within && !has(segment.rows, *within)) continue;
    RowSet rest = rows;
    for (std::size_t word = 0; word < rest.size(); ++word)
      rest[word] &= segment.rows[word];
    if (!seen.insert(rest).second) continue;
    path_.resize(column);
    path_.push_back(columns_[column].text(segment));
    if (!covered(column + 1, rest, within)) return false;
  }
  known.insert(std::lower_bound(known.begin(), known.end(), rows), rows);
  return true;
}

std::optional<std::vector<std::string>> Coverage::missing() {
  RowSet all(rows_.size() / 64 + 1, 0);
  for (std::size_t row = 0; row < rows_.size(); ++row)
    all[row / 64] |= std::uint64_t{1} << (row % 64);
  if (covered(0, all, std::nullopt)) return std::nullopt;
  return path_;
}

std::optional<std::vector<std::string>> Coverage::overlap(std::size_t a, std::size_t b) const {
  std::vector<std::string> cells;
  for (std::size_t column = 0; column < columns_.size(); ++column) {
    const RowSet& in_a = matched_[a][column];
    const RowSet& in_b = matched_[b][column];
    std::size_t word = 0;
    while (word < in_a.size() && (in_a[word] & in_b[word]) == 0)
      ++word;
    if (word == in_a.size()) return std::nullopt;
    const auto bit = static_cast<std::size_t>(std::countr_zero(in_a[word] & in_b[word]));
    cells.push_back(columns_[column].text(columns_[column].segments()[word * 64 + bit]));
  }
  return cells;
}

bool Coverage::hidden_by_earlier(std::size_t row) {
  RowSet earlier(rows_.size() / 64 + 1, 0);
  for (std::size_t i = 0; i < row; ++i)
    earlier[i / 64] |= std::uint64_t{1} << (i % 64);
  for (std::vector<RowSet>& known : known_)
    known.clear();
  return row != 0 && covered(0, earlier, row) && !exhausted_;
}

}  // namespace writ::dsl::check
