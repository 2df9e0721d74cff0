#include <algorithm>
#include <array>
#include <string>

#include "dsl/explanation.hpp"
#include "dsl/foreign_words.hpp"

// Failures by what the grammar asked for.

namespace writ::dsl::syntax {
namespace {

template <std::size_t N>
bool among(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// The names in backticks within `what`.
std::vector<std::string_view> words_in(std::string_view what) {
  std::vector<std::string_view> words;
  for (std::size_t at = what.find('`'); at != std::string_view::npos;) {
    const std::size_t end = what.find('`', at + 1);
    if (end == std::string_view::npos) break;
    words.push_back(what.substr(at + 1, end - at - 1));
    at = what.find('`', end + 1);
  }
  return words;
}

// A name made of the letters of `text`.
std::string as_name_of(std::string_view text) {
  std::string name;
  for (const char c : text) {
    const bool good = is_word_char(c) && (!name.empty() || !is_digit(c));
    if (good) name += c;
    if (!good && !name.empty() && name.back() != '_') name += '_';
  }
  while (!name.empty() && name.back() == '_')
    name.pop_back();
  return name;
}

std::string_view number_word(std::string_view word) {
  constexpr std::array<std::string_view, 11> kNumbers{
      "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"};
  constexpr std::array<std::string_view, 11> kDigits{"2", "3", "4",  "5",  "6", "7",
                                                     "8", "9", "10", "11", "12"};
  const auto found = std::find(kNumbers.begin(), kNumbers.end(), word);
  return found == kNumbers.end() ? std::string_view{}
                                 : kDigits[static_cast<std::size_t>(found - kNumbers.begin())];
}

// Operators and clauses that are words.
const std::vector<std::string_view>& operator_words() {
  static const std::vector<std::string_view> words{
      "and",     "or",       "implies", "in",   "not",    "is",        "like",
      "matches", "contains", "starts",  "ends", "subset", "intersects"};
  return words;
}
const std::vector<std::string_view>& clause_words() {
  static const std::vector<std::string_view> words{"starting", "per", "otherwise", "on",
                                                   "as",       "min", "max",       "matching"};
  return words;
}

}  // namespace

// --- Declarations and names ----------------------------------------------------------------------

bool Explanation::as_declaration() {
  if (!is_role(Role::declaration) || (after_operand() && !word_.empty())) return false;
  if (word_.empty()) {
    const std::string_view before = word_before();
    if (next_char() == '.' && is_number(before)) {
      const std::string_view minor = word_at(text_, offset_ + 1);
      const auto end = static_cast<std::uint32_t>(offset_ + 1 + minor.size());
      add(DiagnosticKind::edition_unknown, span_to(begin_of(before), end),
          {"writ " + std::string(before) + "." + std::string(minor)})
          .help = "write `writ 1`";
      return true;
    }
    if (next_char() == '-' && starts("--"))
      return add(DiagnosticKind::unexpected, {"`--`", "a declaration"}, "comments begin with `//`");
    return false;
  }
  std::string help;
  if (word_ == "ordered") {
    help = "`ordered` stands before `enum`";
  } else if (word_ == "open") {
    help = "`open` stands before `record`";
  } else if (word_ == "first") {
    help = "`first` stands before `table`";
  } else if (help = foreign_help(ForeignPlace::declaration, word_); !help.empty()) {
  } else if (const auto near = nearest(word_, declaration_words()); !near.empty()) {
    help = "did you mean " + quoted(near) + "?";
  } else {
    help =
        "declarations begin with `enum`, `record`, `data`, `define`, `table`, `decision`, `rule`, "
        "`waive`, `fixture`, `test` or `prove`";
  }
  return add(DiagnosticKind::unknown_declaration, {std::string(word_)}, help);
}

// `none: bool = …` on a line of its own is meant as an output, whatever line came before.
bool Explanation::names_next_line() const {
  std::size_t at = offset_ + word_.size();
  while (at < text_.size() && text_[at] == ' ')
    ++at;
  return is_role(Role::name) && is_reserved(word_) && at < text_.size() && text_[at] == ':';
}

bool Explanation::as_name() {
  if (names_next_line()) at_gap_ = false;
  if (at_gap_) return false;
  if (word_ == "_" &&
      (is_role(Role::name) || is_role(Role::expression) || is_role(Role::contribution))) {
    return add(DiagnosticKind::name_underscore, {}, "choose a name that says what it is");
  }
  if (!is_role(Role::name)) return false;
  const std::string_view before = word_before();
  if (word_ == "for" && (before == "rule" || before == "waive")) {
    return add(DiagnosticKind::unexpected, {found(), std::string(wanted_.what)},
               before == "rule"
                   ? "give the rule a name: " + quoted("rule NAME " + std::string(rest_of_line()))
                   : "name the rule that is waived");
  }
  if (next_char() == '(' && (before == "any" || before == "all" || before == "none"))
    return expected("write " + quoted(std::string(before) + " x in xs satisfies …"));
  if (word_ == "of" && before == "any") return expected("write `one of { … }`");
  if (is_reserved(word_)) return reserved();
  if (next_char() == '"') {
    const std::string_view rest = rest_of_line();
    const std::size_t end = rest.find('"', 1);
    const std::string name = as_name_of(rest.substr(1, end == rest.npos ? end : end - 1));
    return expected(name.empty() ? "names stand without quotes"
                                 : "names stand without quotes: write " + quoted(name));
  }
  if (!word_.empty() && is_digit(word_[0])) return expected("a name begins with a letter");
  return false;
}

// --- Rules ---------------------------------------------------------------------------------------

bool Explanation::as_contribution() {
  if (!is_role(Role::contribution) || at_gap_) return false;
  const std::string_view before = word_before();
  const std::string name = before == "then" ? "x" : std::string(before);
  const auto at_before = [&](std::string help) {
    add(DiagnosticKind::unexpected, span_to(begin_of(before), state_.token_end(offset_)),
        {quoted(before), "a contribution"})
        .help = std::move(help);
    return true;
  };
  if (const ForeignWord* verb = foreign_word(ForeignPlace::verb, before); verb != nullptr) {
    return at_before("write " + quoted(std::string(verb->meant) + " " + std::string(word_)));
  }
  if (before == "set" || before == "raise" || before == "lower" || before == "increase" ||
      before == "add" || before == "let") {
    const std::string target = word_.empty() ? "x" : std::string(word_);
    return at_before("the output stands first: write " + quoted(target + " at least …") + ", " +
                     quoted(target + " at most …") + ", " + quoted(target + " require …") + " or " +
                     quoted(target + " include …"));
  }
  if (before == "at" && (word_ == "least" || word_ == "most"))
    return at_before("the output stands first: " + quoted("x at " + std::string(word_) + " …"));
  if (word_ == "least" || word_ == "most")
    return expected("write " + quoted("at " + std::string(word_)));
  if (starts(">=") || starts("<=") || next_char() == '>' || next_char() == '<')
    return expected(next_char() == '>' ? "write `at least`" : "write `at most`");
  if (next_char() == '=' || next_char() == ':' || next_char() == '+' || word_ == "is" ||
      word_ == "to") {
    return add(DiagnosticKind::assignment_in_rule, {},
               "write " + quoted("then " + name + " at least …") + ", " +
                   quoted("then " + name + " at most …") + ", " +
                   quoted("then " + name + " require …") + " or " +
                   quoted("then " + name + " include …"));
  }
  if (word_ == "atleast" || word_ == "atmost" || word_ == "min" || word_ == "max" ||
      word_ == "minimum" || word_ == "maximum") {
    const bool least = word_ == "atleast" || word_.starts_with("min");
    return expected(least ? "write `at least`" : "write `at most`");
  }
  if (word_ == "requires" || word_ == "needs") return expected("write `require`");
  if (word_ == "includes" || word_ == "contains") return expected("write `include`");
  return false;
}

// --- Texts ---------------------------------------------------------------------------------------

bool Explanation::as_text() {
  if (is_role(Role::otherwise)) {
    constexpr std::array<std::string_view, 4> kElseIf{"elif", "elseif", "elsif", "elsei"};
    if (among(word_, kElseIf))
      return add(DiagnosticKind::else_missing, {found()}, "write `else if`");
    return add(DiagnosticKind::else_missing, {found()},
               "write `else` and the other value; a condition that follows from another is `a "
               "implies b`");
  }
  if (!is_role(Role::text)) return false;
  if (at_gap_)
    return add(DiagnosticKind::text_not_quoted, {found()}, "write the text on this line, in `\"`");
  const std::string_view before = word_before();
  if (next_char() == '/' && before == "like") {
    add(DiagnosticKind::text_not_quoted, span_to(begin_of(before), offset_ + 1), {found()}).help =
        "write `matches` before a regular expression; `like` takes a text with `*`: `like "
        "\"a*\"`";
    return true;
  }
  if (next_char() == '{' && before == "json")
    return add(DiagnosticKind::text_not_quoted, {found()},
               "put the JSON in `\"` and write each `\"` inside as `\\\"`, or name the inputs: "
               "`(NAME: { … })`");
  std::string help = "put it in `\"`";
  std::string_view rest = rest_of_line();
  if (rest.ends_with("{")) rest.remove_suffix(1);
  while (rest.ends_with(" "))
    rest.remove_suffix(1);
  if (!word_.empty() && !is_reserved(word_) && rest.find_first_of("\"{}") == rest.npos) {
    help = "write " + quoted("\"" + std::string(rest) + "\"");
  }
  return add(DiagnosticKind::text_not_quoted, {found()}, help);
}

// --- Expressions ---------------------------------------------------------------------------------

// After `is`.
bool Explanation::as_finding() {
  if (!wants("`present`, `absent`") || at_gap_) return false;
  const std::string_view is = word_before();
  const auto from_is = [&](std::string_view last, std::string help) {
    const auto end = static_cast<std::uint32_t>(begin_of(last) + last.size());
    add(DiagnosticKind::unexpected, span_to(begin_of(is), end),
        {quoted(text_.substr(begin_of(is), end - begin_of(is))),
         "`is present`, `is absent`, `is empty` or `is not empty`"})
        .help = std::move(help);
    return true;
  };
  const bool negative = word_ == "not";
  const std::string_view what = negative ? word_after() : word_;
  const ForeignWord* value = foreign_word(ForeignPlace::value, what);
  const bool missing = value != nullptr && value->meant == "absent";
  if (negative && (missing || what == "absent")) return from_is(what, "write `is present`");
  if (negative && what == "present") return from_is(what, "write `is absent`");
  if (missing) return from_is(what, "write `is absent`");
  if (what == "in") return from_is(what, negative ? "write `not in`" : "write `in`");
  if (const ForeignWord* operation = foreign_word(ForeignPlace::operation, what);
      operation != nullptr && !operation->meant.empty() && !negative)
    return from_is(what, "write " + quoted(operation->meant));
  const std::vector<std::string_view> findings{"present", "absent", "empty"};
  if (const auto near = nearest(what, findings); !near.empty() && !negative)
    return expected("did you mean " + quoted(near) + "?");
  if (what.empty() && next_char() != '"') return false;
  const std::string shown_value = what.empty() ? "\"…\"" : std::string(what);
  if (what.empty()) return from_is(is, "write `==` to compare with a value");
  return from_is(what, "write " + quoted((negative ? "!= " : "== ") + shown_value));
}

// The path that ends right before: `claim.amount`.
std::string_view Explanation::operand_before() const {
  const std::uint32_t end = state_.token_end(offset_);
  std::uint32_t begin = end;
  while (begin > 0 && (is_word_char(text_[begin - 1]) || text_[begin - 1] == '.'))
    --begin;
  return text_.substr(begin, end - begin);
}

// What stands behind a complete operand and joins it with nothing.
bool Explanation::as_operator() {
  const bool in_part = wants("`each`") || wants("`when`, `effective`") || wants("`given`") ||
                       is_role(Role::declaration);
  if (!after_operand() && !(in_part && !at_line_begin() && !at_gap_)) return false;
  const bool ends = next_char() == ')' || next_char() == '}' || next_char() == '\0';
  if (ends || text_before() == '{') return false;
  // `greater than`, `equal to`
  const ForeignWord* operation = foreign_word(ForeignPlace::operation, word_);
  const std::string_view joined = word_after();
  if (operation != nullptr && !operation->meant.empty() &&
      (joined == "than" || joined == "to" || joined == "with")) {
    const auto end = static_cast<std::uint32_t>(begin_of(joined) + joined.size());
    const std::string written(text_.substr(offset_, end - offset_));
    add(DiagnosticKind::word_after_operand, span_to(offset_, end), {quoted(written)}).help =
        "write " + quoted(operation->meant) + " instead of " + quoted(written);
    return true;
  }
  if (word_ == "between") {
    const std::string left(operand_before());
    const std::string_view low = joined;
    const std::size_t low_end = begin_of(low) + low.size();
    std::string_view high = "…";
    if (text_.substr(low_end).starts_with(" and "))
      high = word_at(text_, static_cast<std::uint32_t>(low_end + 5));
    add(DiagnosticKind::word_after_operand, span(), {found()}).help =
        "compare with both ends: " +
        quoted(left + " >= " + std::string(low) + " and " + left + " <= " + std::string(high));
    return true;
  }
  if (word_ == "not" && !joined.empty() && operation != nullptr) {
    add(DiagnosticKind::word_after_operand, span(), {found()}).help =
        "write " + quoted("!= " + std::string(joined)) + "; of several values, `not in { … }`";
    return true;
  }
  std::string help = word_.empty() ? std::string() : foreign_help(ForeignPlace::operation, word_);
  const bool is_list = wants("`,`");
  if (help.empty() && !word_.empty()) {
    if (const auto near = nearest(word_, operator_words()); !near.empty() && near != word_)
      help = "did you mean " + quoted(near) + "?";
  }
  const std::string_view before = word_before();
  if (starts("=>")) help = "write `>=`";
  if (in_part && next_char() == ',') help = "write `and` or `or` between two conditions";
  if (next_char() == '+' && text_before() == '"')
    help = "put the value into the text, in braces: `\"… {x} …\"`";
  if (word_ == "of" && !number_word(before).empty()) {
    add(DiagnosticKind::word_after_operand, span_to(begin_of(before), offset_ + 2), {found()})
        .help = "write " + quoted(std::string(number_word(before)) + " of");
    return true;
  }
  if (before == "some" || before == "exists" || before == "every" || before == "forall") {
    const bool some = before == "some" || before == "exists";
    add(DiagnosticKind::word_after_operand,
        span_to(begin_of(before), static_cast<std::uint32_t>(offset_ + token_.size())), {found()})
        .help = some ? "write `any x in xs satisfies …`" : "write `all x in xs satisfies …`";
    return true;
  }
  if (wants("`when`, `effective`") && (word_ == "to" || word_ == "till"))
    return expected("write `through`, with the last day");
  if (help.empty() && (is_list || !in_part)) return false;
  if (help.empty())
    help = "put an operator such as `and` or `==` in front of it, or begin a new line";
  return add(DiagnosticKind::word_after_operand, {found()}, help);
}

bool Explanation::as_list_item() {
  if (!is_role(Role::closer) || at_line_begin() || !wants("`,`")) return false;
  const char last = text_before();
  if (next_char() == '=' && wanted_.what == "`,`, a new line or `}`" && is_word_char(last) &&
      !starts("==")) {
    const bool is_enum = !state_.open.empty() && is_number(word_after());
    if (is_enum)
      return expected(
          "leave the value out; in an `ordered enum` the members ascend as they stand, "
          "and a name for JSON is " +
          quoted(std::string(word_before()) + " as \"" + std::string(word_after()) + "\""));
  }
  if (word_ == "else" && word_after() == "unknown")
    return expected("write `else unknown` behind the `}`");
  if (last == '(' && (next_char() == '{' || next_char() == '"' || is_number(word_)))
    return expected("write the name of the input in front of it: `NAME: …`");
  const bool another =
      is_word_char(last) || last == '"' || last == ')' || last == ']' || last == '}';
  const bool begins =
      !word_.empty() || next_char() == '"' || next_char() == '{' || next_char() == '(';
  const bool names_field = wants("`,`, a new line") && !word_.empty() && !clause_words().empty() &&
                           nearest(word_, clause_words()).empty();
  const bool in_enum = wanted_.what == "`,`, a new line or `}`" && !state_.open.empty();
  if (another && begins && (!wants("`,`, a new line") || (names_field && in_enum)))
    return expected("put a `,` in front of it");
  return false;
}

// At the end of a field or an output.
bool Explanation::as_line_end() {
  if (wanted_.what != "`,`, a new line or `}`" || at_line_begin()) return false;
  constexpr std::array<std::string_view, 6> kStarts{"default",   "initially", "initial",
                                                    "beginning", "start",     "defaults"};
  if (next_char() == '=' || among(word_, kStarts))
    return expected("what holds before any rule is written `starting at …`");
  if (const auto near = nearest(word_, clause_words()); !word_.empty() && !near.empty())
    return expected("did you mean " + quoted(near) + "?");
  if (!word_.empty() || next_char() == '"')
    return expected("put a `,` in front of it, or begin a new line");
  return false;
}

bool Explanation::as_row() {
  if (starts("=>") && wanted_.what == "a new line or `}`")
    return add(DiagnosticKind::row_not_on_own_line, {}, "put this row on a line of its own");
  if (wanted_.what == "`=>`" && !at_gap_ &&
      (starts("->") || next_char() == ':' || next_char() == '='))
    return expected("write `=>`");
  if (wanted_.what == "`=>`" && starts(".."))
    return expected("the members of an enum have no ranges; write them one by one: `a | b`");
  if (wants("a row") && (word_ == "else" || word_ == "otherwise" || word_ == "default")) {
    at_gap_ = false;
    return expected(
        "write `_` for any value, and name what is left in the other rows; in a `first "
        "table` it may stand last");
  }
  return false;
}

bool Explanation::line_end() {
  // In a body, where the next name would stand, an operand may have come before as well.
  const char last = text_before();
  const bool in_body = wanted_.what.ends_with("or `}`") && last != '{' && last != ',';
  const bool after_operand = !is_role(Role::expression) && (!is_role(Role::name) || in_body);
  if (!at_line_begin() || !after_operand) return false;
  if (next_char() == '-' || next_char() == '(' || next_char() == '[') {
    return add(DiagnosticKind::continued_line, {quoted(token_)},
               starts("--")         ? "comments begin with `//`"
               : next_char() == '-' ? "put the `-` at the end of the line before"
                                    : "put the " + quoted(token_) + " on the line before");
  }
  if (wanted_.what.starts_with("`,` or") && !token_.empty()) {
    return add(DiagnosticKind::missing_comma, {found(), std::string(wanted_.what)},
               "put a `,` at the end of the line before");
  }
  return false;
}

bool Explanation::as_expression() {
  if (!is_role(Role::expression) || at_gap_) return false;
  // These bind less tightly than the operator before them.
  constexpr std::array<std::string_view, 6> kLoose{"any", "all", "none", "if", "not", "only"};
  const char last = text_before();
  if (last == '=' && (next_char() == '<' || next_char() == '>'))
    return expected("write " + quoted(std::string(1, next_char()) + "="));
  if ((last == '+' || last == '-') && next_char() == last)
    return expected("write one " + quoted(std::string(1, last)));
  if (last == '<' && next_char() == '=') return expected("write `<=`");
  if (wanted_.what == "a comparison" && word_ == "if")
    return expected("put the body of the quantifier in parentheses: `satisfies (if … )`");
  if (word_ == "any" && word_after() == "of") return expected("write `one of { … }`");
  if (among(word_, kLoose))
    return expected("put it in parentheses: `(" + std::string(word_) + " …)`");
  if (const std::string help = foreign_help(ForeignPlace::value, word_); !help.empty())
    return expected(help);
  const std::string_view before = word_before();
  const bool joins =
      std::find(operator_words().begin(), operator_words().end(), before) != operator_words().end();
  if ((joins || std::string_view("=<>+-*/").find(last) != std::string_view::npos) && last != '\0')
    return expected("write a value here, or take " +
                    (joins ? quoted(before) : std::string("the operator")) + " out");
  return false;
}

// Where one certain sign or word is asked for.
bool Explanation::as_symbol() {
  if (wanted_.what == "`..`" && next_char() == '-') {
    const std::string_view high = word_after();
    return expected("write `..`: " + quoted(std::string(word_before()) + ".." + std::string(high)));
  }
  if (text_before() == '.' && next_char() == '.' && is_role(Role::other))
    return expected("write `..`, with two points");
  if (wants("`=` and the value") && !at_gap_ && (starts("==") || next_char() == ':'))
    return expected("write `=`");
  if (wanted_.what == "`=`" && starts("==")) return expected("write `=`; `==` compares");
  if (wanted_.what == "`=`" && (next_char() == ':' || starts("=>") || next_char() == '{'))
    return expected(next_char() == '{' ? "write `=` and the expression, without braces"
                                       : "write `=`");
  if (wanted_.what == "`:`") {
    const std::string before(word_before());
    if (at_gap_ || next_char() == ')' || next_char() == ',')
      return expected("write " + quoted(before + ": TYPE"));
    if (next_char() == '=')
      return expected("write " + quoted(": TYPE =") + "; a name is followed by `:` and its type");
    if (!word_.empty())
      return expected("put a `:` between the name and its type: " +
                      quoted(before + ": " + std::string(word_)));
  }
  if (wants("`->`") && !at_gap_) return expected("write `->` and what the table gives: `-> TYPE`");
  if (wanted_.what == "`(`") return expected("write the inputs in parentheses: `(NAME: TYPE)`");
  if (wants("`{` with the members of the quorum"))
    return expected(next_char() == '(' || next_char() == '['
                        ? "write the members in braces: `{ a, b }`"
                        : "write the members in braces: " +
                              quoted("{ " + std::string(word_) + " }"));
  if (wanted_.what == "`satisfies`" && word_ == "where") return expected("write `satisfies`");
  if (wanted_.what == "`in`" && (next_char() == ':' || word_ == "of" || word_ == "from"))
    return expected("write `in`");
  if (wants("a regular expression") && next_char() == '"') return false;
  if (wants("a day") && next_char() == '"') {
    const std::string_view rest = rest_of_line();
    const std::size_t end = rest.find('"', 1);
    return expected("write it without quotes: " +
                    quoted(rest.substr(1, end == rest.npos ? end : end - 1)));
  }
  if (wanted_.what == "`)`" && next_char() == ',' && word_before() != "")
    return expected("several values stand in braces: `in { a, b }`");
  if (wanted_.what == "`for`" && next_char() == '.')
    return expected("write " +
                    quoted(std::string(word_after()) + " for " + std::string(word_before())));
  const bool in_body =
      std::any_of(state_.open.begin(), state_.open.end(),
                  [&](const OpenBracket& b) { return b.is_bracket && text_[b.offset] == '{'; });
  if (wanted_.what == "`for`" && in_body)
    return expected("say whose approval it waits for: `hold x for one of { … }`");
  if (wanted_.what == "`for`") return expected("write `for` and the name of the decision");
  return false;
}

bool Explanation::as_expected() {
  std::string help;
  const std::vector<std::string_view> words = words_in(wanted_.what);
  if (const auto near = nearest(word_, words); !word_.empty() && !near.empty()) {
    help = "did you mean " + quoted(near) + "?";
  } else if (wants("`each`") && at_line_begin() && !word_.empty()) {
    help = foreign_help(ForeignPlace::rule_part, word_);
    if (help.empty())
      help =
          "a line of a rule begins with one of these; a condition with `when`, what follows with "
          "`then`";
  } else if (wants("`when`, `effective`") && !word_.empty()) {
    help = foreign_help(ForeignPlace::rule_part, word_);
  } else if (wants("`given`") && at_line_begin() && !word_.empty()) {
    help = foreign_help(ForeignPlace::test_part, word_);
    if (help.empty()) help = "write `expect` before what is expected";
  } else if (const auto kind = kind_meant(); !kind.empty()) {
    help = "did you mean " + quoted(kind) + "?";
  } else if (wants("`=` and the value")) {
    help =
        "a rule contributes to `highest T`, `lowest T`, `quorum E`, `collected T` or a "
        "`verdict`; any "
        "other output is `NAME: T = e`";
  } else if (next_char() == ',' && text_before() == ',') {
    return add(DiagnosticKind::unexpected, {"a second `,`", "something to separate"},
               "leave one out");
  } else if (is_role(Role::declaration) && next_char() == '}') {
    help = "take it out; an earlier `}` has closed the declaration already";
  } else if (wanted_.what == "`..`") {
    help = "a range has both ends: `1..10`; one bound alone is `min 1` or `max 10`";
  }
  return add(DiagnosticKind::unexpected, {found(), std::string(wanted_.what)}, help);
}

// The kind of output that the word before was meant to be.
std::string_view Explanation::kind_meant() const {
  static const std::vector<std::string_view> kinds{"highest",   "lowest",  "quorum",
                                                   "collected", "verdict", "codes"};
  const bool asks_for_value = wanted_.what.starts_with("`=` and the value") && !at_gap_;
  return asks_for_value ? nearest(word_before(), kinds) : std::string_view{};
}

void explain(const State& state, const Failure& failure) {
  Explanation(state, failure).report();
}

}  // namespace writ::dsl::syntax
