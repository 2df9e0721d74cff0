#include "dsl/check/mistakes.hpp"

#include <algorithm>

#include "base/calendar.hpp"

#include "dsl/foreign_words.hpp"

namespace writ::dsl::check {
namespace {

bool is_number(std::string_view text) {
  bool point = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '.' && !point && i != 0 && i + 1 != text.size()) {
      point = true;
    } else if (!(text[i] >= '0' && text[i] <= '9') && !(i == 0 && text[i] == '-')) {
      return false;
    }
  }
  return !text.empty() && text != "-";
}

std::string without_quotes(const std::string& text) {
  return "write it without quotes: `" + text + "`";
}

/// A string that holds a literal of another type.
std::string string_help(const std::string& text, TypeKind expected) {
  switch (expected) {
    case TypeKind::boolean:
      if (const ForeignWord* word = foreign_word(ForeignPlace::value, text);
          word != nullptr && (word->meant == "true" || word->meant == "false"))
        return without_quotes(std::string(word->meant));
      return {};
    case TypeKind::integer:
    case TypeKind::decimal:
    case TypeKind::duration: {
      const bool good = is_number(text) != (expected == TypeKind::duration);
      const bool begins = !text.empty() && text[0] >= '0' && text[0] <= '9';
      return good && begins && text.find(' ') == text.npos ? without_quotes(text) : std::string();
    }
    case TypeKind::time:
      return base::parse_instant(text) || base::parse_date(text) ? without_quotes(text)
                                                                 : std::string();
    case TypeKind::ip: return "write `ip \"" + text + "\"`";
    default: return {};
  }
}

std::string number_help(const std::string& text, const ast::Expr& expr, TypeKind expected) {
  switch (expected) {
    case TypeKind::boolean:
      if (text == "1") return "write `true`";
      return text == "0" ? "write `false`" : "";
    case TypeKind::duration:
      return "write the unit: `" + text + "d` for days, `" + text + "h` for hours, `" + text +
             "m` for minutes";
    case TypeKind::string: return "write it in quotes: `\"" + text + "\"`";
    case TypeKind::integer:
      if (expr.kind == ast::ExprKind::decimal)
        return "write a whole number, `" + text.substr(0, text.find('.')) +
               "`, or declare the other value as `decimal`";
      return {};
    case TypeKind::time: return "write a day: `2026-03-01`";
    default: return {};
  }
}

}  // namespace

std::string value_help(Context& context, ast::ExprId value, TypeId expected, TypeId found) {
  const ast::Expr& expr = context.tree.expr(value);
  const TypeKind wanted = kind_of(context, expected);
  const std::string text = source_text(context, expr.span);
  switch (expr.kind) {
    case ast::ExprKind::string: return string_help(expr.text, wanted);
    case ast::ExprKind::integer:
    case ast::ExprKind::decimal: return number_help(text, expr, wanted);
    case ast::ExprKind::boolean:
    case ast::ExprKind::time:
    case ast::ExprKind::duration:
      if (wanted == TypeKind::string) return "write it in quotes: `\"" + text + "\"`";
      break;
    default: break;
  }
  const TypeKind seen = kind_of(context, found);
  const bool is_set = wanted == TypeKind::set || wanted == TypeKind::list;
  if (is_set && type_of(context, core(context, expected)).element == core(context, found))
    return "write it as a set of one: `{ " + text + " }`";
  // `Approver.legal`; another value of the enum is not fixed.
  const bool qualified = expr.kind == ast::ExprKind::field &&
                         context.tree.expr(expr.a).kind == ast::ExprKind::name &&
                         context.symbols.types.contains(
                             symbol_key(context, expr.span, {context.tree.expr(expr.a).name.text}));
  if (wanted == TypeKind::quorum && seen == TypeKind::enumeration && qualified)
    return "write who is asked: `one of { " + text + " }`";
  if (wanted == TypeKind::boolean && (seen == TypeKind::list || seen == TypeKind::set))
    return "ask something of it: `" + operand_text(context, expr.span) + " is not empty`";
  return {};
}

std::string function_help(Context& context, const Scope& scope, std::string_view name,
                          ast::ExprId base, ast::ExprId argument) {
  const ForeignWord* word = foreign_word(ForeignPlace::function, name);
  if (word == nullptr) return {};
  if (base == ast::kNone) return foreign_help(ForeignPlace::function, name);
  const std::size_t mark = context.diagnostics.count();
  const Checked checked = check_expr(context, scope, base);
  (void)context.diagnostics.take_after(mark);
  const TypeKind kind = kind_of(context, checked.type);
  const bool is_string = kind == TypeKind::string;
  const bool is_many = kind == TypeKind::list || kind == TypeKind::set || kind == TypeKind::map;
  const std::string text = operand_text(context, context.tree.expr(base).span);
  const std::string what =
      argument == ast::kNone ? "…" : operand_text(context, context.tree.expr(argument).span);
  if (word->meant == "length" || word->meant == "count") {
    if (kind == TypeKind::map) return "write `count(keys(" + text + "))`";
    if (is_many) return "write `count(" + text + ")`";
    if (is_string) return "write `length(" + text + ")`";
  }
  if (word->meant == "lower" && is_string)
    return word->word.starts_with("to") && word->word.find("up") == std::string_view::npos
               ? "write `lower(" + text + ")`"
               : foreign_help(ForeignPlace::function, name);
  if (word->meant == "trim" && is_string) return "write `trim(" + text + ")`";
  const std::string_view help = word->help;
  if (help.starts_with("write `x in xs`") && is_many) return "write `" + what + " in " + text + "`";
  if (help.starts_with("write `x in xs`") && is_string)
    return "write `" + text + " contains " + what + "`";
  for (const std::string_view relation : {"starts with", "ends with"})
    if (help.starts_with("write `s " + std::string(relation)) && is_string)
      return "write `" + text + " " + std::string(relation) + " " + what + "`";
  if (help.find("is empty") != help.npos && (is_many || is_string))
    return "write `" + text + " is empty`";
  if (help.starts_with("write `x is present`") && !is_many)
    return "write `" + text + " is present`";
  if (help.starts_with("write `x is absent`")) return "write `" + text + " is absent`";
  if (help.starts_with("write `x or else")) return "write `" + text + " or else " + what + "`";
  if (help.find(" x in xs satisfies") != help.npos && is_many)
    return "write `" + std::string(word->word == "every" ? "all" : "any") + " x in " + text +
           " satisfies …`";
  return foreign_help(ForeignPlace::function, name);
}

std::string repeated_comparison_help(const Context& context, ast::ExprId before, ast::ExprId part) {
  const ast::Expr& comparison = context.tree.expr(before);
  const ast::Expr& value = context.tree.expr(part);
  const bool equal = comparison.kind == ast::ExprKind::equal;
  if (!equal && comparison.kind != ast::ExprKind::not_equal) return {};
  switch (value.kind) {
    case ast::ExprKind::name:
    case ast::ExprKind::string:
    case ast::ExprKind::integer:
    case ast::ExprKind::decimal:
    case ast::ExprKind::duration: break;
    default: return {};
  }
  const std::string left = operand_text(context, context.tree.expr(comparison.a).span);
  const std::string first = source_text(context, context.tree.expr(comparison.b).span);
  const std::string second = source_text(context, value.span);
  return "write the comparison out: `" + left + (equal ? " == " : " != ") + second +
         "`, or name the values together: `" + left + (equal ? " in { " : " not in { ") + first +
         ", " + second + " }`";
}

}  // namespace writ::dsl::check
