#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include "base/calendar.hpp"
#include "base/decimal.hpp"
#include "base/text.hpp"

#include "dsl/builder.hpp"

namespace writ::dsl::syntax {
namespace {

using ast::ExprKind;

constexpr std::string_view kUnits = "wdhms";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_scalar(std::uint32_t c) {
  return c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
}

std::string without_underscores(std::string_view digits) {
  std::string out;
  for (const char c : digits) {
    if (c != '_') out += c;
  }
  return out;
}

// The units of `1h30m` descend, each at most once.
bool units_descend(std::string_view text) {
  std::size_t last = 0;
  bool first = true;
  for (const char c : text) {
    if (is_digit(c)) continue;
    const std::size_t unit = kUnits.find(c);
    if (!first && unit <= last) return false;
    last = unit;
    first = false;
  }
  return true;
}

// The last day of the month, where only the day is too great; the order of the parts elsewhere.
std::string day_help(std::string day) {
  for (int last = 31; last >= 28; --last) {
    day.replace(day.size() - 2, 2, std::to_string(last));
    if (base::parse_date(day)) return "the last day of that month is `" + day + "`";
  }
  return "write the year, the month and the day: `2026-03-01`";
}

}  // namespace

// --- Strings -------------------------------------------------------------------------------------

// The escape at `at`; gives where it ends.
std::uint32_t Builder::escape(std::uint32_t at, std::uint32_t end, std::string_view where,
                              std::string_view extra, std::string& out) {
  const char c = at + 1 < end ? state_.text[at + 1] : '\0';
  if (c == '"' || c == '\\') {
    out += c;
    return at + 2;
  }
  if (c == 'n' || c == 't') {
    out += c == 'n' ? '\n' : '\t';
    return at + 2;
  }
  if (c != '\0' && extra.find(c) != std::string_view::npos) {
    out += c;
    return at + 2;
  }
  if (c == 'u') {
    std::uint32_t close = at + 2;
    while (close < end && state_.text[close] != '}' && close < at + 10)
      ++close;
    const std::string_view digits =
        close > at + 3 ? state_.text.substr(at + 3, close - at - 3) : std::string_view{};
    std::uint32_t scalar = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), scalar, 16);
    const bool valid = at + 2 < end && state_.text[at + 2] == '{' && close < end &&
                       state_.text[close] == '}' && !digits.empty() && digits.size() <= 6 &&
                       read.ptr == digits.data() + digits.size() && is_scalar(scalar);
    if (valid) {
      base::append_utf8(out, scalar);
      return close + 1;
    }
    const std::uint32_t stop = close < end && state_.text[close] == '}' ? close + 1 : at + 2;
    report(DiagnosticKind::bad_unicode_escape, span(at, stop),
           {std::string(state_.text.substr(at, stop - at))});
    return stop;
  }
  std::uint32_t stop = at + 2;
  while (stop < end && (static_cast<unsigned char>(state_.text[stop]) & 0xC0) == 0x80)
    ++stop;
  std::string known = "`\\\"`, `\\\\`, `\\n`, `\\t`";
  if (!extra.empty()) known += ", `\\" + std::string(extra) + "`";
  Diagnostic& d = report(DiagnosticKind::unknown_escape, span(at, stop),
                         {std::string(state_.text.substr(at, stop - at)), std::string(where),
                          known + " and `\\u{…}`"});
  d.help = "a backslash itself is written `\\\\`";
  return stop;
}

void Builder::unescape(std::uint32_t begin, std::uint32_t end, std::string_view where,
                       std::string_view extra, std::string& out) {
  for (std::uint32_t at = begin; at < end;) {
    if (state_.text[at] == '\\') {
      at = escape(at, end, where, extra, out);
    } else {
      out += state_.text[at++];
    }
  }
}

std::string Builder::string_value(NodeId string_literal) {
  std::string out;
  unescape(node(string_literal).begin + 1, node(string_literal).end - 1, "a string", "", out);
  return out;
}

std::vector<std::string> Builder::glob(NodeId string_literal) {
  std::vector<std::string> pieces(1);
  const std::uint32_t end = node(string_literal).end - 1;
  for (std::uint32_t at = node(string_literal).begin + 1; at < end;) {
    const char c = state_.text[at];
    if (c == '\\') {
      at = escape(at, end, "a pattern", "*", pieces.back());
    } else {
      if (c == '*') {
        pieces.emplace_back();
      } else {
        pieces.back() += c;
      }
      ++at;
    }
  }
  return pieces;
}

ast::Text Builder::interpolated(NodeId text_literal) {
  ast::Text out;
  out.span = span(text_literal);
  const auto add_literal = [&](std::uint32_t begin, std::uint32_t end) {
    ast::TextPiece piece;
    unescape(begin, end, "a text", "{", piece.literal);
    if (!piece.literal.empty()) out.pieces.push_back(std::move(piece));
  };
  std::uint32_t at = node(text_literal).begin + 1;
  for (Reader reader = children(text_literal); !reader.done();) {
    const NodeId part = reader.take();
    add_literal(at, node(part).begin);
    ast::TextPiece piece;
    piece.expr = interpolated_path(children(part).take());
    out.pieces.push_back(std::move(piece));
    at = node(part).end;
  }
  add_literal(at, node(text_literal).end - 1);
  return out;
}

std::string Builder::fixed_text(NodeId text_literal) {
  Reader reader = children(text_literal);
  if (!reader.done()) {
    report(DiagnosticKind::text_fixed, span(reader.take())).help =
        "a `{` that is meant literally is written `\\{`";
    return {};
  }
  std::string out;
  unescape(node(text_literal).begin + 1, node(text_literal).end - 1, "a text", "{", out);
  return out;
}

std::string Builder::pattern(NodeId regex) const {
  const std::string_view raw = text(regex);
  std::string out;
  for (std::size_t at = 1; at + 1 < raw.size(); ++at) {
    if (raw[at] == '\\' && at + 2 < raw.size()) {
      if (raw[at + 1] != '/') out += '\\';
      out += raw[++at];
    } else {
      out += raw[at];
    }
  }
  return out;
}

// --- Numbers, durations, times -------------------------------------------------------------------

std::optional<std::int64_t> Builder::duration_value(NodeId id, const std::string& digits) {
  if (!units_descend(text(id))) {
    report(DiagnosticKind::duration_order, span(id), {shown(text(id))}).help =
        "write it as in `1w2d3h4m5s`";
    return std::nullopt;
  }
  const auto value = base::parse_duration(digits);
  if (!value) {
    report(DiagnosticKind::number_too_large, span(id), {shown(text(id)), "a duration"});
  }
  return value;
}

std::optional<std::int64_t> Builder::number_value(NodeId id, bool negative, ExprKind& kind) {
  const std::string digits = (negative ? "-" : "") + without_underscores(text(id));
  const auto too_large = [&](std::string_view what) {
    report(DiagnosticKind::number_too_large, span(id), {shown(text(id)), std::string(what)});
    return std::nullopt;
  };
  switch (node(id).kind) {
    case Kind::key_number:
    case Kind::integer_literal: {
      kind = ExprKind::integer;
      std::int64_t value = 0;
      const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
      if (read.ec != std::errc{}) return too_large("an int");
      return value;
    }
    case Kind::decimal_literal: {
      kind = ExprKind::decimal;
      if (digits.size() - digits.find('.') - 1 > 4) {
        report(DiagnosticKind::decimal_digits, span(id), {shown(text(id))});
        return std::nullopt;
      }
      // `parse_decimal` takes JSON's form, without leading zeros.
      const std::size_t sign = negative ? 1 : 0;
      const std::size_t first = std::min(digits.find_first_not_of('0', sign), digits.find('.') - 1);
      const auto value = base::parse_decimal(digits.substr(0, sign) + digits.substr(first));
      if (!value) return too_large("a decimal");
      return value;
    }
    case Kind::duration_literal: kind = ExprKind::duration; return duration_value(id, digits);
    case Kind::date_literal: {
      kind = ExprKind::time;
      const auto value = base::parse_date(text(id));
      if (!value)
        report(DiagnosticKind::no_such_date, span(id), {shown(text(id))}).help =
            day_help(std::string(text(id)));
      return value;
    }
    default: {
      kind = ExprKind::time;
      const auto value = base::parse_instant(text(id));
      if (!value) report(DiagnosticKind::no_such_instant, span(id), {shown(text(id))});
      return value;
    }
  }
}

ast::ExprId Builder::malformed_number(NodeId id) {
  const std::string_view whole = text(id);
  const std::size_t letters = whole.find_first_not_of("0123456789.");
  const std::size_t after = std::min(whole.find_first_of("0123456789_", letters), whole.size());
  const std::string_view unit = whole.substr(letters, after - letters);
  const bool is_unit = unit.size() == 1 && kUnits.find(unit) != std::string_view::npos;
  if (is_unit && whole.find('.') != std::string_view::npos) {
    report(DiagnosticKind::duration_fraction, span(id), {shown(whole)}).help =
        "write a smaller unit too, as in `1h30m`";
  } else if (is_unit && is_digit(whole.back()) && whole.find('_') == std::string_view::npos) {
    report(DiagnosticKind::duration_unit_missing, span(id), {shown(whole)}).help =
        "write a unit after it, as in `1h30m`";
  } else if (after == whole.size() && !is_unit && unit != "x" && unit.size() <= 7 &&
             std::string_view("wdhmsy").find(unit.empty() ? ' ' : unit[0]) !=
                 std::string_view::npos) {
    Diagnostic& d = report(DiagnosticKind::duration_unit_unknown, span(id), {shown(unit)});
    const bool minutes = unit.starts_with("mi");
    if (kUnits.find(unit[0]) != std::string_view::npos && (minutes || !unit.starts_with("m"))) {
      d.help = "write `" + std::string(whole.substr(0, letters)) + unit[0] + "`";
    } else if (unit == "ms") {
      d.help = "the smallest unit is `s`";
    } else if (unit.starts_with("mo") || unit.starts_with("y")) {
      d.help = "months and years differ in length; write days, e.g. `30d` or `365d`";
    }
  } else {
    report(DiagnosticKind::number_then_letters, span(id), {shown(whole)}).help =
        "a number is `10`, `1_000` or `2.5`, a duration `1h30m`";
  }
  return error_at(span(id));
}

ast::ExprId Builder::literal(NodeId id, std::optional<NodeId> sign) {
  if (node(id).kind == Kind::malformed_number) return malformed_number(id);
  ast::Expr expr;
  const auto value = number_value(id, sign.has_value(), expr.kind);
  const Span where = sign ? span(node(*sign).begin, node(id).end) : span(id);
  if (!value) return error_at(where);
  if (sign && expr.kind == ExprKind::time) {
    report(DiagnosticKind::unexpected, span(*sign), {"`-`", "a day or an instant"});
    return error_at(where);
  }
  expr.span = where;
  expr.number = *value;
  return add(std::move(expr));
}

ast::ExprId Builder::constant(NodeId id) {
  if (node(id).kind != Kind::constant) return literal(id);
  Reader reader = children(id);
  const NodeId sign = reader.take();
  return literal(reader.take(), sign);
}

}  // namespace writ::dsl::syntax
