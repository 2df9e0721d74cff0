#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "dsl/explanation.hpp"
#include "dsl/foreign_words.hpp"

// Failures at numbers, days and types that are written as elsewhere.

namespace writ::dsl::syntax {
namespace {

template <std::size_t N>
bool among(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string two_digits(std::string_view number) {
  return number.size() == 1 ? "0" + std::string(number) : std::string(number);
}

/// `31.12.2026`, `12/31/2026`, `2026/12/31`.
struct OtherDay {
  std::size_t begin = 0, end = 0;
  std::array<std::string_view, 3> parts;
  char separator = '.';
};

std::optional<OtherDay> day_at(std::string_view line, std::size_t begin) {
  OtherDay day;
  day.begin = begin;
  std::size_t at = begin;
  for (std::size_t part = 0; part < 3; ++part) {
    const std::size_t first = at;
    while (at < line.size() && is_digit(line[at]))
      ++at;
    day.parts[part] = line.substr(first, at - first);
    if (part == 2) break;
    if (at >= line.size() || (line[at] != '.' && line[at] != '/')) return std::nullopt;
    if (part == 1 && line[at] != day.separator) return std::nullopt;
    day.separator = line[at++];
  }
  const auto is_short = [&](std::size_t part) {
    return day.parts[part].size() == 1 || day.parts[part].size() == 2;
  };
  const bool year_last = is_short(0) && is_short(1) && day.parts[2].size() == 4;
  const bool year_first = day.parts[0].size() == 4 && is_short(1) && is_short(2);
  if (!year_last && !year_first) return std::nullopt;
  day.end = at;
  return day;
}

std::string in_our_form(const OtherDay& day) {
  const auto& [a, b, c] = day.parts;
  if (a.size() == 4) {
    return "write " + quoted(std::string(a) + "-" + two_digits(b) + "-" + two_digits(c));
  }
  const std::string day_first = std::string(c) + "-" + two_digits(b) + "-" + two_digits(a);
  const std::string month_first = std::string(c) + "-" + two_digits(a) + "-" + two_digits(b);
  // With points the day comes first; with slashes that depends on the country.
  if (day.separator == '.' || a > "12" || day_first == month_first)
    return "write " + quoted(two_digits(b) > "12" ? month_first : day_first);
  if (two_digits(b) > "12") return "write " + quoted(month_first);
  return "write " + quoted(month_first) + " or " + quoted(day_first) + ", whichever is meant";
}

}  // namespace

bool Explanation::day_in_other_form() {
  if (is_role(Role::string_end) || is_role(Role::regex_end) || is_role(Role::path)) return false;
  const std::size_t line_begin = text_.substr(0, offset_).rfind('\n') + 1;
  std::size_t at = offset_;
  const auto belongs = [](char c) { return is_digit(c) || c == '.' || c == '/'; };
  while (at > line_begin && belongs(text_[at - 1]))
    --at;
  const std::optional<OtherDay> day = day_at(text_.substr(0, line_end_after(offset_)), at);
  if (!day) return false;
  const Span where =
      span_to(static_cast<std::uint32_t>(day->begin), static_cast<std::uint32_t>(day->end));
  add(DiagnosticKind::date_form, where,
      {std::string(text_.substr(day->begin, day->end - day->begin))})
      .help = in_our_form(*day);
  return true;
}

// `1,000` and `12,5`: a `,` between digits.
bool Explanation::number_with_commas() {
  if (next_char() != ',') return false;
  const std::string_view before = word_before();
  const std::string_view after = word_at(text_, offset_ + 1);
  if (!is_number(before) || !is_number(after) || state_.token_end(offset_) != offset_) return false;
  std::string thousands(before);
  std::string grouped(before);
  std::uint32_t end = offset_;
  bool all_of_three = true;
  while (end < text_.size() && text_[end] == ',' && is_number(word_at(text_, end + 1))) {
    const std::string_view group = word_at(text_, end + 1);
    all_of_three = all_of_three && group.size() == 3;
    thousands += group;
    grouped += "_" + std::string(group);
    end += static_cast<std::uint32_t>(1 + group.size());
  }
  const std::string help = all_of_three
                               ? "write " + quoted(thousands) + " or " + quoted(grouped)
                               : "write " + quoted(std::string(before) + "." + std::string(after));
  const std::uint32_t begin = begin_of(before);
  add(DiagnosticKind::number_separator, span_to(begin, end),
      {std::string(text_.substr(begin, end - begin))})
      .help = help;
  return true;
}

bool Explanation::duration_apart() {
  constexpr std::array<std::string_view, 22> kUnits{
      "w",      "d",       "h",   "m",    "s",      "ms",      "sec", "secs",
      "second", "seconds", "min", "mins", "minute", "minutes", "hr",  "hrs",
      "hour",   "hours",   "day", "days", "week",   "weeks"};
  constexpr std::array<std::string_view, 6> kLonger{"month",    "months", "quarter",
                                                    "quarters", "year",   "years"};
  const std::string_view before = word_before();
  const bool after_number = !before.empty() && is_digit(before[0]);
  if (!after_number || at_line_begin()) return false;
  const std::uint32_t begin = begin_of(before);
  const auto end = static_cast<std::uint32_t>(offset_ + word_.size());
  if (among(word_, kUnits)) {
    add(DiagnosticKind::duration_apart, span_to(begin, end), {std::string(word_)}).help =
        word_ == "ms" ? "the smallest unit is `s`"
                      : "write " + quoted(std::string(before) + std::string(1, word_[0]));
    return true;
  }
  if (among(word_, kLonger)) {
    add(DiagnosticKind::duration_unit_unknown, span_to(begin, end), {std::string(word_)}).help =
        "months and years differ in length; write days, e.g. `30d` or `365d`";
    return true;
  }
  // `7d 12h`: parts of one duration.
  const bool is_duration = !is_number(before) && is_digit(word_.empty() ? 'x' : word_[0]) &&
                           !is_number(word_) && after_operand();
  if (!is_duration) return false;
  add(DiagnosticKind::duration_apart, span_to(begin, end), {std::string(word_)}).help =
      "write one duration, in one piece: " + quoted(std::string(before) + std::string(word_)) +
      " or " + quoted(before);
  return true;
}

// `10%`: the sign was taken for the remainder of a division.
bool Explanation::percent() {
  if (!is_role(Role::expression) || text_before() != '%') return false;
  const std::uint32_t sign = state_.token_end(offset_) - 1;
  std::uint32_t begin = sign;
  while (begin > 0 && (is_word_char(text_[begin - 1]) || text_[begin - 1] == '.'))
    --begin;
  const std::string number(text_.substr(begin, sign - begin));
  if (number.empty() || !is_digit(number[0])) return false;
  add(DiagnosticKind::unexpected, span_to(begin, sign + 1),
      {quoted(number + "%"), "a number without `%`"})
      .help = "write " + quoted(number) + ", and say in the name of the field that it is percent";
  return true;
}

bool Explanation::type_arguments() {
  const std::string_view before = word_before();
  const bool takes = before == "list" || before == "set" || before == "map";
  if (!takes || at_line_begin() || (next_char() != '[' && next_char() != '(' && word_ != "of"))
    return false;
  const bool has_name = word_ == "of" && !word_after().empty();
  const std::string element = has_name ? std::string(word_after()) : "T";
  add(DiagnosticKind::unexpected, span(), {found(), "`<`"}).help =
      "write " +
      quoted(std::string(before) + (before == "map" ? "<string, T>" : "<" + element + ">"));
  return true;
}

// `[string]`, `string[]`, `optional string`, `int not null`.
bool Explanation::type_of_other_language() {
  const bool in_type = wants("a type") || wants("a kind of output");
  if (in_type && next_char() == '[') {
    const std::string_view element = word_after();
    return expected("write " +
                    quoted("list<" + (element.empty() ? "T" : std::string(element)) + ">"));
  }
  if (in_type && next_char() == '"') return expected("the name of a type stands without quotes");
  if (in_type && next_char() == '{')
    return expected("declare it as a `record` of its own, and write its name");
  if (!wants("`,`, a new line") && !wants("`=` and the value") && !wants("`,` or `)`"))
    return false;
  const std::string_view before = word_before();
  if (next_char() == '[' && starts("[]")) {
    add(DiagnosticKind::unexpected, span_to(begin_of(before), offset_ + 2),
        {quoted(std::string(before) + "[]"), "a type"})
        .help = "write " + quoted("list<" + std::string(before) + ">");
    return true;
  }
  if ((before == "optional" || before == "nullable" || before == "required") && !word_.empty() &&
      !at_line_begin()) {
    add(DiagnosticKind::unexpected,
        span_to(begin_of(before), static_cast<std::uint32_t>(offset_ + word_.size())),
        {quoted(before), "a type"})
        .help = before == "required" ? "write " + quoted(word_) +
                                           " alone; a value is required unless its type has `?`"
                                     : "write " + quoted(std::string(word_) + "?");
    return true;
  }
  return false;
}

}  // namespace writ::dsl::syntax
