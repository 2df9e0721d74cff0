#include <algorithm>

#include "tests/oracle/evaluate.hpp"
#include "tests/oracle/json.hpp"
#include "tests/oracle/read.hpp"

namespace writ::oracle {
namespace {

using dsl::ExprKind;

/// Whether `text` is pieces[first], then for each further piece a run of any characters and that
/// piece.
bool glob_from(const std::vector<std::string>& pieces, std::size_t first, std::string_view text) {
  if (!text.starts_with(pieces[first])) return false;
  text.remove_prefix(pieces[first].size());
  if (first + 1 == pieces.size()) return text.empty();
  // The earliest place for each piece but the last leaves the most for the rest.
  if (first + 2 == pieces.size()) return text.ends_with(pieces[first + 1]);
  const std::size_t place = text.find(pieces[first + 1]);
  return place != std::string_view::npos && glob_from(pieces, first + 1, text.substr(place));
}

bool is_blank(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000 ||                                               // White_Space
         (c >= 0x200B && c <= 0x200D) || c == 0x2060 || c == 0xFEFF;  // zero width
}

std::string trimmed(const std::string& text) {
  const std::vector<char32_t> all = scalars(text).value_or(std::vector<char32_t>{});
  auto begin = std::find_if_not(all.begin(), all.end(), is_blank);
  auto end = std::find_if_not(all.rbegin(), all.rend(), is_blank).base();
  std::string out;
  for (; begin < end; ++begin)
    out += utf8(*begin);
  return out;
}

std::string lowered(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

}  // namespace

Value evaluate_string(const World& world, const Scope& scope, const dsl::Expr& expr) {
  const std::string a = evaluate(world, scope, expr.a).text();
  const std::string b =
      expr.b == dsl::kNoExpr ? std::string() : evaluate(world, scope, expr.b).text();
  switch (expr.kind) {
    case ExprKind::starts_with: return truth_value(a.starts_with(b));
    case ExprKind::ends_with: return truth_value(a.ends_with(b));
    case ExprKind::contains: return truth_value(a.find(b) != std::string::npos);
    case ExprKind::like: return truth_value(!expr.glob.empty() && glob_from(expr.glob, 0, a));
    case ExprKind::matches: return truth_value(matches_pattern(world.model.types, expr.index, a));
    case ExprKind::length:
      return number_value(
          static_cast<std::int64_t>(scalars(a).value_or(std::vector<char32_t>{}).size()));
    case ExprKind::lower: return text_value(lowered(a));
    case ExprKind::trim: return text_value(trimmed(a));
    default: return {};
  }
}

}  // namespace writ::oracle
