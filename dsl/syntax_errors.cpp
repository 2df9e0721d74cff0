#include <algorithm>
#include <array>
#include <string>

#include "dsl/explanation.hpp"

// What stands at the place of a failure: tokens, strings, strange characters, brackets.

namespace writ::dsl::syntax {
namespace {

template <std::size_t N>
bool among(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

std::string quoted(std::string_view code) {
  return "`" + shown(code) + "`";
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_number(std::string_view word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), is_digit);
}

Explanation::Explanation(const State& state, const Failure& failure)
    : state_(state),
      text_(state.text),
      offset_(failure.offset),
      wanted_(failure.wanted),
      word_(word_at(text_, offset_)),
      token_(find_token()) {}

void Explanation::report() {
  if (within_literal() || day_in_other_form() || strange_character() || depth()) return;
  at_gap_ = line_ended();
  (void)(swallowed_part() || reserved_in_list() || unopened_bracket() || open_bracket() ||
         number_with_commas() || duration_apart() || percent() || type_arguments() ||
         type_of_other_language() || as_declaration() || as_name() || as_contribution() ||
         as_text() || as_finding() || as_row() || line_end() || as_operator() || as_list_item() ||
         as_line_end() || as_symbol() || as_expression() || as_expected());
}

// --- What stands there ---------------------------------------------------------------------------

std::string_view Explanation::find_token() const {
  if (!word_.empty()) return word_;
  constexpr std::array<std::string_view, 13> kSymbols{
      "...", "===", "!==", "&&", "||", "==", "!=", "<=", ">=", "=>", "->", "..", "/*"};
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

std::string Explanation::found() const {
  if (offset_ >= text_.size()) return "the end of the file";
  if (at_gap_) return "the end of the line";
  if (next_char() == '\n' || next_char() == '\r') return "the end of the line";
  if (next_char() == '"') return "a string";
  return quoted(token_);
}

// The line ended and something is missing at its end; what stands on the next one is not to
// blame.
bool Explanation::line_ended() const {
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

Span Explanation::span() const {
  if (at_gap_) return span_to(state_.token_end(offset_), state_.token_end(offset_) + 1);
  return {state_.file, offset_, static_cast<std::uint32_t>(offset_ + token_.size())};
}

std::uint32_t Explanation::line_end_after(std::uint32_t offset) const {
  std::size_t end = std::min(text_.find('\n', offset), text_.size());
  while (end > offset && (text_[end - 1] == '\r' || text_[end - 1] == ' '))
    --end;
  return static_cast<std::uint32_t>(end);
}

std::string_view Explanation::rest_of_line() const {
  return text_.substr(offset_, line_end_after(offset_) - offset_);
}

// The token before, if it is a word or number.
std::string_view Explanation::word_before() const {
  const std::uint32_t end = state_.token_end(offset_);
  std::uint32_t begin = end;
  while (begin > 0 && is_word_char(text_[begin - 1]))
    --begin;
  return text_.substr(begin, end - begin);
}

std::string_view Explanation::word_after() const {
  auto next = static_cast<std::uint32_t>(offset_ + token_.size());
  while (next < text_.size() && (text_[next] == ' ' || text_[next] == '\t'))
    ++next;
  return word_at(text_, next);
}

char Explanation::text_before() const {
  const std::uint32_t end = state_.token_end(offset_);
  return end > 0 ? text_[end - 1] : '\0';
}

bool Explanation::after_operand() const {
  if (at_line_begin() || at_gap_) return false;
  if (!is_role(Role::closer) && !is_role(Role::declaration)) return false;
  const char last = text_before();
  return is_word_char(last) || last == ')' || last == ']' || last == '"' || last == '}';
}

Diagnostic& Explanation::add(DiagnosticKind kind, Span where, std::vector<std::string> args) const {
  return state_.diagnostics.report(kind, where, std::move(args));
}

bool Explanation::add(DiagnosticKind kind, std::vector<std::string> args, std::string help) const {
  add(kind, span(), std::move(args)).help = std::move(help);
  return true;
}

bool Explanation::expected(std::string help) const {
  return add(DiagnosticKind::unexpected, {found(), std::string(wanted_.what)}, std::move(help));
}

// --- Within strings, texts and regular expressions -----------------------------------------------

bool Explanation::within_literal() {
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
    const std::string_view rest = rest_of_line();
    const std::size_t end = rest.find('"', 1);
    return expected(
        "write the pattern between slashes: " +
        quoted("/" + std::string(rest.substr(1, end == rest.npos ? end : end - 1)) + "/"));
  }
  if (is_role(Role::path)) return in_text_path();
  return false;
}

bool Explanation::in_text_path() {
  if (next_char() == '(') {
    return add(DiagnosticKind::text_call, {},
               "compute the value in a derived output and name it here");
  }
  // From the brace on: what is written there is no path.
  const std::size_t brace = text_.substr(0, offset_).rfind('{');
  const auto begin = brace == text_.npos ? offset_ : static_cast<std::uint32_t>(brace);
  add(DiagnosticKind::text_expression,
      span_to(begin, static_cast<std::uint32_t>(offset_ + token_.size())),
      {next_char() == '"' ? "the end of the text" : found()})
      .help =
      "a `{` that is meant literally is written `\\{`; anything computed goes into a derived "
      "output";
  return true;
}

// Where the string or regular expression that is open at `offset_` began.
std::uint32_t Explanation::unclosed(char quote) const {
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

// --- Characters that no token begins with --------------------------------------------------------

bool Explanation::strange_character() {
  if (offset_ >= text_.size() || !word_.empty()) return false;
  if (next_char() == ';') {
    return add(DiagnosticKind::semicolon, {}, "leave it out; a line end or `,` separates");
  }
  constexpr std::array<std::string_view, 6> kQuotes{"'", "`", "“", "”", "‘", "’"};
  if (among(token_, kQuotes)) {
    return quotes();
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
  if (!strange_sign(help) && c >= 0x80)
    help = "names are made of the letters `A` to `Z` and `a` to `z`, digits and `_`";
  std::string seen = c <= 0x20 || c == 0x7F ? "a control character" : quoted(token_);
  constexpr std::array<std::string_view, 4> kInvisible{"\u00A0", "\u202F", "\u200B", "\uFEFF"};
  if (among(token_, kInvisible)) {
    seen = "an invisible character that is no blank";
    help = "replace it by a plain blank or take it out";
  }
  return add(DiagnosticKind::unknown_character, {seen}, help);
}

// A string in quotes of another kind.
bool Explanation::quotes() const {
  constexpr std::array<std::string_view, 7> kClosing{"'", "`", "“", "”", "‘", "’", "\""};
  const std::string_view rest = rest_of_line().substr(token_.size());
  std::size_t end = rest.npos;
  std::size_t length = 0;
  for (const std::string_view quote : kClosing) {
    const std::size_t at = rest.find(quote);
    if (at >= end) continue;
    end = at;
    length = quote.size();
  }
  std::string help = "write the string in `\"`";
  auto close = static_cast<std::uint32_t>(offset_ + token_.size());
  if (end != rest.npos) {
    const std::string_view inside = rest.substr(0, end);
    help = "write " + quoted("\"" + std::string(inside) + "\"");
    close += static_cast<std::uint32_t>(end + length);
    const bool is_name = !inside.empty() && word_at(inside, 0) == inside;
    if (is_name && !is_role(Role::text))
      help += "; the members of an enum stand without quotes: " + quoted(inside);
  }
  add(DiagnosticKind::single_quotes, span_to(offset_, close), {std::string(token_)}).help =
      std::move(help);
  return true;
}

// What a character that means nothing was meant as; true when it has a message of its own.
bool Explanation::strange_sign(std::string& help) const {
  const std::string_view next = text_.substr(offset_ + token_.size());
  const std::string_view number =
      word_at(text_, static_cast<std::uint32_t>(offset_ + token_.size()));
  switch (next_char()) {
    case '#': help = "comments begin with `//`"; break;
    case '&': help = "write `and` between two conditions"; break;
    case '^': help = "there are no powers; write the number itself"; break;
    case '~': help = "write `matches /…/` for a pattern"; break;
    case '@': help = "a text with `@` in it stands in `\"`"; break;
    case '?':
      // Between blanks it is the `? :` of other languages.
      help = offset_ > 0 && text_[offset_ - 1] == ' ' && next.starts_with(" ")
                 ? "write `if … then … else …`"
                 : "write one `?` right behind the type, before its range: `string? max 200`";
      break;
    default: break;
  }
  const bool is_currency = next_char() == '$' || static_cast<unsigned char>(next_char()) >= 0x80;
  if (!number.empty() && is_digit(number[0]) && is_currency) {
    std::string amount(number);
    if (next.substr(number.size()).starts_with(".")) {
      const std::string_view cents =
          word_at(text_, static_cast<std::uint32_t>(offset_ + token_.size() + number.size() + 1));
      if (is_number(cents)) amount += "." + std::string(cents);
    }
    help = "write the amount alone: " + quoted(amount);
  }
  return !help.empty();
}

// --- Brackets ------------------------------------------------------------------------------------

bool Explanation::depth() {
  if (!is_role(Role::less_depth)) return false;
  const bool brackets = wanted_.what == "brackets";
  return add(DiagnosticKind::nesting_too_deep,
             {std::string(wanted_.what), std::to_string(brackets ? kMaxBrackets : kMaxNesting)},
             "move an inner part into a `define`");
}

// `expect a ==` and on the next line `expect b`: a word that is not reserved was read as the
// operand.
bool Explanation::swallowed_part() const {
  constexpr std::array<std::string_view, 5> kWords{"expect", "given", "effective", "tag", "by"};
  const std::string_view before = word_before();
  if (!is_role(Role::closer) || at_line_begin() || !among(before, kWords)) return false;
  const auto word_begin = static_cast<std::uint32_t>(before.data() - text_.data());
  if (!state_.begins_line(word_begin)) return false;
  const std::uint32_t gap = state_.token_end(word_begin);
  add(DiagnosticKind::unexpected, span_to(gap, gap + 1), {"the end of the line", "an expression"});
  return true;
}

// `enum E { low, none }`: a reserved word where the next name of a list would stand.
bool Explanation::reserved_in_list() {
  if (!is_role(Role::closer) || !is_reserved(word_)) return false;
  const char last = text_before();
  const bool after_separator = last == ',' || last == '{' || last == '(' || last == '[';
  const bool lines = wanted_.what.starts_with("`,`, a new line");
  if (!wanted_.what.starts_with("`,`") || !(after_separator || (lines && at_line_begin()))) {
    return false;
  }
  return reserved();
}

bool Explanation::reserved() const {
  return add(DiagnosticKind::reserved_word, {std::string(word_)},
             "choose another name; where JSON has this one, give it as an alias: `NAME as \"" +
                 std::string(word_) + "\"`");
}

// `)` where none is open: nothing is missing, it is too much.
bool Explanation::unopened_bracket() {
  const char c = next_char();
  if (c != ')' && c != ']' && c != '}') return false;
  const char opener = c == ')' ? '(' : c == ']' ? '[' : '{';
  const bool open = std::any_of(state_.open.begin(), state_.open.end(), [&](const OpenBracket& b) {
    return b.is_bracket && text_[b.offset] == opener;
  });
  if (open || (is_role(Role::declaration) && c == '}') || is_role(Role::expression)) return false;
  return add(DiagnosticKind::bracket_not_open, {std::string(1, c), std::string(1, opener)},
             "take it out, or put " + quoted(std::string(1, opener)) + " where it should begin");
}

bool Explanation::open_bracket() {
  if (!is_role(Role::closer)) return false;
  const auto innermost = std::find_if(state_.open.rbegin(), state_.open.rend(),
                                      [](const OpenBracket& b) { return b.is_bracket; });
  if (innermost == state_.open.rend()) return false;
  constexpr std::array<std::string_view, 6> kParts{"each", "when",    "unless",
                                                   "then", "because", "else"};
  const bool other_closer = next_char() == ')' || next_char() == ']' || next_char() == '}';
  const bool body_begins = next_char() == '{' && rest_of_line() == "{";
  const bool ends = offset_ >= text_.size() || (body_begins && text_[innermost->offset] == '(') ||
                    state_.begins_declaration(offset_);
  const std::string opener(1, text_[innermost->offset]);
  if (!ends && !other_closer && (!among(word_, kParts) || (word_ == "else" && opener == "{")))
    return false;
  // As far as it goes on its line: somewhere there the closing one is missing.
  const std::uint32_t at = innermost->offset;
  const std::uint32_t end =
      std::max(at + 1, std::min(state_.token_end(offset_), line_end_after(at)));
  Diagnostic& d = add(DiagnosticKind::not_closed, span_to(at, end), {opener, found()});
  d.help = "add " + quoted(closer_of(opener[0])) + " before " + found();
  if (offset_ < text_.size()) d.notes.push_back({span(), "this cannot stand inside"});
  return true;
}

std::string_view Explanation::closer_of(char opener) {
  return opener == '(' ? ")" : opener == '[' ? "]" : opener == '<' ? ">" : "}";
}

}  // namespace writ::dsl::syntax
