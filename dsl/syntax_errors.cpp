#include <algorithm>
#include <array>
#include <string>

#include "dsl/syntax.hpp"

// What a failure of the grammar means to the author. The grammar says what it asked for; here the
// text at that place is looked at, and typical mistakes get a message of their own.

namespace writ::dsl::syntax {
namespace {

using Role = Wanted::Role;

template <std::size_t N>
bool among(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string quoted(std::string_view code) {
  return "`" + shown(code) + "`";
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

class Explanation {
 public:
  Explanation(const State& state, const Failure& failure)
      : state_(state),
        text_(state.text),
        offset_(failure.offset),
        wanted_(failure.wanted),
        word_(word_at(text_, offset_)),
        token_(find_token()) {}

  void report() {
    if (within_literal() || strange_character() || depth()) return;
    at_gap_ = line_ended();
    (void)(swallowed_part() || reserved_in_list() || open_bracket() || type_arguments() ||
           as_declaration() || as_name() || as_contribution() || as_text() || line_end() ||
           other_mistakes() || as_expected());
  }

 private:
  // --- What stands there -------------------------------------------------------------------------

  bool starts(std::string_view symbol) const { return text_.substr(offset_).starts_with(symbol); }
  char next_char() const { return offset_ < text_.size() ? text_[offset_] : '\0'; }

  std::string_view find_token() const {
    if (!word_.empty()) return word_;
    constexpr std::array<std::string_view, 12> kSymbols{
        "===", "!==", "&&", "||", "==", "!=", "<=", ">=", "=>", "->", "..", "/*"};
    for (const std::string_view symbol : kSymbols) {
      if (starts(symbol)) return symbol;
    }
    std::size_t length = offset_ < text_.size() ? 1 : 0;
    while (offset_ + length < text_.size() &&
           (static_cast<unsigned char>(text_[offset_ + length]) & 0xC0) == 0x80) {
      ++length;
    }
    return text_.substr(offset_, length);
  }

  std::string found() const {
    if (offset_ >= text_.size()) return "the end of the file";
    if (at_gap_) return "the end of the line";
    if (next_char() == '\n' || next_char() == '\r') return "the end of the line";
    if (next_char() == '"') return "a string";
    return quoted(token_);
  }

  // The line ended and something is missing at its end; what stands on the next one is not to
  // blame.
  bool line_ended() const {
    switch (wanted_.role) {
      case Role::other:
      case Role::name:
      case Role::expression:
      case Role::contribution:
      case Role::otherwise:
      case Role::text:
        return offset_ < text_.size() && at_line_begin() && state_.token_end(offset_) < offset_ &&
               next_char() != '-' && next_char() != '(' && next_char() != '[';
      default: return false;
    }
  }

  Span span() const {
    if (at_gap_) return span_to(state_.token_end(offset_), state_.token_end(offset_) + 1);
    return {state_.file, offset_, static_cast<std::uint32_t>(offset_ + token_.size())};
  }
  Span span_to(std::uint32_t begin, std::uint32_t end) const { return {state_.file, begin, end}; }

  std::uint32_t line_end_after(std::uint32_t offset) const {
    std::size_t end = std::min(text_.find('\n', offset), text_.size());
    while (end > offset && (text_[end - 1] == '\r' || text_[end - 1] == ' '))
      --end;
    return static_cast<std::uint32_t>(end);
  }

  // The token before, if it is a word or number.
  std::string_view word_before() const {
    const std::uint32_t end = state_.token_end(offset_);
    std::uint32_t begin = end;
    while (begin > 0 && is_word_char(text_[begin - 1]))
      --begin;
    return text_.substr(begin, end - begin);
  }

  bool at_line_begin() const { return state_.begins_line(offset_); }
  bool is_role(Role role) const { return wanted_.role == role; }

  Diagnostic& add(DiagnosticKind kind, Span where, std::vector<std::string> args = {}) const {
    return state_.diagnostics.report(kind, where, std::move(args));
  }
  bool add(DiagnosticKind kind, std::vector<std::string> args, std::string help) const {
    add(kind, span(), std::move(args)).help = std::move(help);
    return true;
  }

  // --- Within strings, texts and regular expressions ---------------------------------------------

  bool within_literal() {
    if (is_role(Role::string_end)) {
      add(DiagnosticKind::string_not_closed, span_to(unclosed('"'), line_end_after(offset_))).help =
          "close it with `\"` on this line; a `\"` inside is written `\\\"`";
      return true;
    }
    if (is_role(Role::regex_end)) {
      add(DiagnosticKind::regex_not_closed, span_to(unclosed('/'), line_end_after(offset_))).help =
          "close it with `/` on this line; a `/` inside is written `\\/`";
      return true;
    }
    if (is_role(Role::regex)) {
      const std::uint32_t before = state_.token_end(offset_);
      const std::size_t slashes = text_.substr(before, offset_ - before).find("//");
      if (slashes != std::string_view::npos) {
        const auto at = static_cast<std::uint32_t>(before + slashes);
        add(DiagnosticKind::regex_empty, span_to(at, at + 2));
        return true;
      }
      if (next_char() != '"') return false;
      return add(DiagnosticKind::unexpected, {found(), std::string(wanted_.what)},
                 "write the pattern between slashes: `/[a-z]+/`");
    }
    if (is_role(Role::path)) return in_text_path();
    return false;
  }

  bool in_text_path() {
    if (next_char() == '(') {
      return add(DiagnosticKind::text_call, {},
                 "compute the value in a derived output and name it here");
    }
    return add(
        DiagnosticKind::text_expression, {next_char() == '"' ? "the end of the text" : found()},
        "a `{` that is meant literally is written `\\{`; anything computed goes into a derived "
        "output");
  }

  // Where the string or regular expression that is open at `offset_` began.
  std::uint32_t unclosed(char quote) const {
    const std::uint32_t end = offset_;
    std::uint32_t begin = end;
    while (begin > 0 && text_[begin - 1] != '\n')
      --begin;
    std::uint32_t opened = begin;
    bool inside = false;
    for (std::uint32_t at = begin; at < end; ++at) {
      if (inside && text_[at] == '\\') {
        ++at;
      } else if (text_[at] == quote) {
        inside = !inside;
        if (inside) opened = at;
      }
    }
    return opened;
  }

  // --- Characters that no token begins with ------------------------------------------------------

  bool strange_character() {
    if (offset_ >= text_.size() || !word_.empty()) return false;
    if (next_char() == ';') {
      return add(DiagnosticKind::semicolon, {}, "leave it out; a line end or `,` separates");
    }
    constexpr std::array<std::string_view, 6> kQuotes{"'", "`", "“", "”", "‘", "’"};
    if (among(token_, kQuotes)) {
      return add(DiagnosticKind::single_quotes, {std::string(token_)},
                 "write the string in `\"`; the names of enum members stand without quotes");
    }
    if (token_ == "/*") {
      return add(DiagnosticKind::block_comment, {}, "begin each line of the comment with `//`");
    }
    if (next_char() == '/' && is_role(Role::expression)) {
      return add(DiagnosticKind::regex_place, {}, "write `x matches /…/`");
    }
    const auto c = static_cast<unsigned char>(next_char());
    const bool plain = c < 0x80 &&
                       std::string_view("#$@\\^~?&").find(next_char()) == std::string_view::npos &&
                       c > 0x20;
    if (plain || token_ == "&&") return false;
    std::string help;
    if (c == '#') help = "comments begin with `//`";
    if (c == '&') help = "`and` joins two conditions";
    if (c >= 0x80) help = "names are made of the letters `A` to `Z` and `a` to `z`, digits and `_`";
    std::string seen = c <= 0x20 || c == 0x7F ? "a control character" : quoted(token_);
    constexpr std::array<std::string_view, 4> kInvisible{"\u00A0", "\u202F", "\u200B", "\uFEFF"};
    if (among(token_, kInvisible)) {
      seen = "an invisible character that is no blank";
      help = "replace it by a plain blank or take it out";
    }
    return add(DiagnosticKind::unknown_character, {seen}, help);
  }

  // --- Brackets ----------------------------------------------------------------------------------

  bool depth() {
    if (!is_role(Role::less_depth)) return false;
    const bool brackets = wanted_.what == "brackets";
    return add(DiagnosticKind::nesting_too_deep,
               {std::string(wanted_.what), std::to_string(brackets ? kMaxBrackets : kMaxNesting)},
               "move an inner part into a `define`");
  }

  // `expect a ==` and on the next line `expect b`: a word that is not reserved was read as the
  // operand.
  bool swallowed_part() const {
    constexpr std::array<std::string_view, 5> kWords{"expect", "given", "effective", "tag", "by"};
    const std::string_view before = word_before();
    if (!is_role(Role::closer) || at_line_begin() || !among(before, kWords)) return false;
    const auto word_begin = static_cast<std::uint32_t>(before.data() - text_.data());
    if (!state_.begins_line(word_begin)) return false;
    const std::uint32_t gap = state_.token_end(word_begin);
    add(DiagnosticKind::unexpected, span_to(gap, gap + 1),
        {"the end of the line", "an expression"});
    return true;
  }

  // `enum E { low, none }`: a reserved word where the next name of a list would stand.
  bool reserved_in_list() {
    if (!is_role(Role::closer) || !is_reserved(word_)) return false;
    const char last = text_before();
    const bool after_separator = last == ',' || last == '{' || last == '(' || last == '[';
    const bool lines = wanted_.what.starts_with("`,`, a new line");
    if (!wanted_.what.starts_with("`,`") || !(after_separator || (lines && at_line_begin()))) {
      return false;
    }
    return reserved();
  }

  bool reserved() const {
    return add(DiagnosticKind::reserved_word, {std::string(word_)},
               "choose another name; where JSON has this one, give it as an alias: `NAME as \"" +
                   std::string(word_) + "\"`");
  }

  bool open_bracket() {
    if (!is_role(Role::closer)) return false;
    const auto innermost = std::find_if(state_.open.rbegin(), state_.open.rend(),
                                        [](const OpenBracket& b) { return b.is_bracket; });
    if (innermost == state_.open.rend()) return false;
    constexpr std::array<std::string_view, 6> kParts{"each", "when",    "unless",
                                                     "then", "because", "else"};
    const bool other_closer = next_char() == ')' || next_char() == ']' || next_char() == '}';
    const bool ends = offset_ >= text_.size() || state_.begins_declaration(offset_);
    if (!ends && !other_closer && !among(word_, kParts)) return false;
    const std::string opener(1, text_[innermost->offset]);
    const std::uint32_t at = innermost->offset;
    Diagnostic& d = add(DiagnosticKind::not_closed, span_to(at, at + 1), {opener, found()});
    d.help = "add " + quoted(closer_of(opener[0])) + (ends ? " before it" : " in front of it");
    if (offset_ < text_.size()) d.notes.push_back({span(), "this cannot stand inside"});
    return true;
  }

  static std::string_view closer_of(char opener) {
    return opener == '(' ? ")" : opener == '[' ? "]" : opener == '<' ? ">" : "}";
  }

  bool type_arguments() {
    const std::string_view before = word_before();
    if ((before == "list" || before == "set" || before == "map") &&
        (next_char() == '[' || next_char() == '(' || word_ == "of")) {
      return add(
          DiagnosticKind::unexpected, {found(), "`<`"},
          "write " + quoted(std::string(before) + (before == "map" ? "<string, T>" : "<T>")));
    }
    return false;
  }

  // --- By what was asked for ---------------------------------------------------------------------

  bool as_declaration() {
    if (!is_role(Role::declaration) || word_.empty()) return false;
    std::string help;
    if (word_ == "ordered") {
      help = "`ordered` stands before `enum`";
    } else if (word_ == "open") {
      help = "`open` stands before `record`";
    } else if (word_ == "first") {
      help = "`first` stands before `table`";
    } else if (const auto near = nearest(word_, declaration_words()); !near.empty()) {
      help = "did you mean " + quoted(near) + "?";
    } else {
      help =
          "declarations begin with `enum`, `record`, `data`, `define`, `table`, `decision`, "
          "`rule`, "
          "`waive`, `fixture`, `test` or `prove`";
    }
    return add(DiagnosticKind::unknown_declaration, {std::string(word_)}, help);
  }

  // `none: bool = …` on a line of its own is meant as an output, whatever line came before.
  bool names_next_line() const {
    std::size_t at = offset_ + word_.size();
    while (at < text_.size() && text_[at] == ' ')
      ++at;
    return is_role(Role::name) && is_reserved(word_) && at < text_.size() && text_[at] == ':';
  }

  bool as_name() {
    if (names_next_line()) at_gap_ = false;
    if (at_gap_) return false;
    if (word_ == "_" &&
        (is_role(Role::name) || is_role(Role::expression) || is_role(Role::contribution))) {
      return add(DiagnosticKind::name_underscore, {}, "choose a name that says what it is");
    }
    if (!is_role(Role::name)) return false;
    if (is_reserved(word_)) return reserved();
    if (next_char() == '"') {
      return add(DiagnosticKind::unexpected, {found(), std::string(wanted_.what)},
                 "names stand without quotes");
    }
    return false;
  }

  bool as_contribution() {
    if (!is_role(Role::contribution) || at_gap_) return false;
    if (next_char() == '=' || next_char() == ':' || word_ == "is") {
      return add(DiagnosticKind::assignment_in_rule, {},
                 "write `then x at least …`, `then x at most …`, `then x require …` or `then x "
                 "include …`");
    }
    if (word_ == "atleast" || word_ == "atmost") {
      return add(DiagnosticKind::unexpected, {found(), std::string(wanted_.what)},
                 word_ == "atleast" ? "write `at least`" : "write `at most`");
    }
    return false;
  }

  bool as_text() {
    if (is_role(Role::otherwise)) {
      return add(DiagnosticKind::else_missing, {found()},
                 "write `else` and the other value; a condition that follows from another is `a "
                 "implies b`");
    }
    if (!is_role(Role::text)) return false;
    std::string help = "put it in `\"`";
    if (at_gap_) return add(DiagnosticKind::text_not_quoted, {found()}, "");
    const std::string_view rest = text_.substr(offset_, line_end_after(offset_) - offset_);
    if (!word_.empty() && !is_reserved(word_) &&
        rest.find_first_of("\"{}") == std::string_view::npos) {
      help = "write `\"" + std::string(rest) + "\"`";
    }
    return add(DiagnosticKind::text_not_quoted, {found()}, help);
  }

  bool line_end() {
    // In a body, where the next name would stand, an operand may have come before as well.
    const char last = text_before();
    const bool in_body = wanted_.what.ends_with("or `}`") && last != '{' && last != ',';
    const bool after_operand = !is_role(Role::expression) && (!is_role(Role::name) || in_body);
    if (!at_line_begin() || !after_operand) return false;
    if (next_char() == '-' || next_char() == '(' || next_char() == '[') {
      return add(DiagnosticKind::continued_line, {quoted(token_)},
                 next_char() == '-' ? "put the `-` at the end of the line before"
                                    : "put the " + quoted(token_) + " on the line before");
    }
    if (wanted_.what.starts_with("`,` or") && !token_.empty()) {
      return add(DiagnosticKind::missing_comma, {found(), std::string(wanted_.what)},
                 "put a `,` at the end of the line before");
    }
    return false;
  }

  bool other_mistakes() {
    if (starts("=>") && wanted_.what == "a new line or `}`")
      return add(DiagnosticKind::row_not_on_own_line, {}, "put this row on a line of its own");
    constexpr std::array<std::string_view, 22> kUnits{
        "w",      "d",       "h",   "m",    "s",      "ms",      "sec", "secs",
        "second", "seconds", "min", "mins", "minute", "minutes", "hr",  "hrs",
        "hour",   "hours",   "day", "days", "week",   "weeks"};
    const std::string_view before = word_before();
    const bool after_number = !before.empty() && before[0] >= '0' && before[0] <= '9';
    if (after_number && among(word_, kUnits) && !at_line_begin()) {
      const auto begin = static_cast<std::uint32_t>(before.data() - text_.data());
      const bool known = word_ != "ms";
      add(DiagnosticKind::duration_apart,
          span_to(begin, static_cast<std::uint32_t>(offset_ + word_.size())), {std::string(word_)})
          .help = known ? "write `" + std::string(before) + std::string(1, word_[0]) + "`"
                        : "the smallest unit is `s`";
      return true;
    }
    if (word_ == "if" && wanted_.what.find("`unless`") != std::string_view::npos) {
      return add(DiagnosticKind::statement_if, {}, "write `when` and the condition");
    }
    return false;
  }

  bool as_expected() {
    // These bind less tightly than the operator before them.
    constexpr std::array<std::string_view, 6> kLoose{"any", "all", "none", "if", "not", "only"};
    std::string help;
    const std::vector<std::string_view> words = words_in(wanted_.what);
    if (const auto near = nearest(word_, words); !word_.empty() && !near.empty()) {
      help = "did you mean " + quoted(near) + "?";
    } else if (before_is("is") && word_ == "not") {
      help = "write `is absent` or `is not empty`";
    } else if (is_role(Role::expression) && !at_gap_ && among(word_, kLoose)) {
      help = "put it in parentheses: `(" + std::string(word_) + " …)`";
    } else if (const auto kind = kind_meant(); !kind.empty()) {
      help = "did you mean " + quoted(kind) + "?";
    } else if (wanted_.what.starts_with("`=` and the value")) {
      help =
          "a rule contributes to `highest T`, `lowest T`, `quorum E`, `collected T` or a "
          "`verdict`; any "
          "other output is `NAME: T = e`";
    } else if (wanted_.what == "a comparison" && word_ == "if") {
      help = "put the body of the quantifier in parentheses: `satisfies (if … )`";
    } else if (next_char() == ',' && text_before() == ',') {
      return add(DiagnosticKind::unexpected, {"a second `,`", "something to separate"},
                 "leave one out");
    } else if (is_role(Role::declaration) && next_char() == '}') {
      help = "an earlier `}` has closed the declaration already";
    } else if (wanted_.what == "`..`") {
      help = "a range has both ends: `1..10`; one bound alone is `min 1` or `max 10`";
    } else if (wanted_.what == "`:`" && next_char() == '=') {
      help = "a name is followed by `:` and its type or value";
    } else if (wanted_.what == "`=`" && starts("==")) {
      help = "write `=`; `==` compares";
    } else if (wanted_.what == "`=>`" && starts("..")) {
      help = "the members of an enum have no ranges; write them one by one: `a | b`";
    }
    return add(DiagnosticKind::unexpected, {found(), std::string(wanted_.what)}, help);
  }

  // The kind of output that the word before was meant to be.
  std::string_view kind_meant() const {
    static const std::vector<std::string_view> kinds{"highest",   "lowest",  "quorum",
                                                     "collected", "verdict", "codes"};
    const bool asks_for_value = wanted_.what.starts_with("`=` and the value") && !at_gap_;
    return asks_for_value ? nearest(word_before(), kinds) : std::string_view{};
  }

  char text_before() const {
    const std::uint32_t end = state_.token_end(offset_);
    return end > 0 ? text_[end - 1] : '\0';
  }
  bool before_is(std::string_view word) const { return word_before() == word; }

  const State& state_;
  std::string_view text_;
  std::uint32_t offset_;
  Wanted wanted_;
  std::string_view word_;
  std::string_view token_;
  bool at_gap_ = false;
};

}  // namespace

void explain(const State& state, const Failure& failure) {
  Explanation(state, failure).report();
}

}  // namespace writ::dsl::syntax
