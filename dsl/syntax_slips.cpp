#include <algorithm>
#include <string>

#include "dsl/foreign_words.hpp"
#include "dsl/syntax.hpp"

// Slips after which the grammar reads on: a misspelt word, a missing brace, a `-` in a name.

namespace writ::dsl::syntax {
namespace {

std::string quoted(std::string_view code) {
  return "`" + shown(code) + "`";
}

// "`each`, `when` or `}`"
std::string list_of(const std::vector<std::string_view>& words, std::string_view last) {
  std::string text;
  for (const std::string_view word : words)
    text += (text.empty() ? "" : ", ") + quoted(word);
  return text + " or " + std::string(last);
}

std::string_view token_at(std::string_view text, std::uint32_t offset) {
  const std::string_view word = word_at(text, offset);
  return word.empty() ? text.substr(offset, 1) : word;
}

std::string_view rest_of_line(std::string_view text, std::uint32_t offset) {
  std::string_view rest = text.substr(offset, text.find('\n', offset) - offset);
  const std::size_t end = rest.find_last_not_of(" \t\r");
  return rest.substr(0, end == rest.npos ? 0 : end + 1);
}

Span token_span(const State& state, std::uint32_t offset) {
  return {state.file, offset,
          static_cast<std::uint32_t>(offset + token_at(state.text, offset).size())};
}

// The place right behind the token before.
Span gap_before(const State& state, std::uint32_t offset) {
  const std::uint32_t end = state.token_end(offset);
  return {state.file, end, end + 1};
}

void open_brace_missing(const State& state, std::uint32_t offset) {
  const Span gap = gap_before(state, offset);
  state.diagnostics
      .report(DiagnosticKind::unexpected, gap,
              {"the end of the line", "`{` with what belongs to it"})
      .help = "put `{` at the end of this line";
}

void close_brace_missing(const State& state, std::uint32_t offset) {
  const auto opened = std::find_if(state.open.rbegin(), state.open.rend(),
                                   [](const OpenBracket& b) { return b.is_bracket; });
  const bool at_end = offset >= state.text.size();
  Diagnostic& d = state.diagnostics.report(
      DiagnosticKind::not_closed, gap_before(state, offset),
      {"{", at_end ? "the end of the file" : quoted(token_at(state.text, offset))});
  d.help = "add `}` on a line of its own below this one";
  if (opened != state.open.rend())
    d.notes.push_back({{state.file, opened->offset, opened->offset + 1}, "opened here"});
}

void for_missing(const State& state, std::uint32_t offset) {
  const std::string_view token = token_at(state.text, offset);
  Diagnostic& d = state.diagnostics.report(DiagnosticKind::unexpected, token_span(state, offset),
                                           {quoted(token), "`for`"});
  const std::uint32_t end = state.token_end(offset);
  const std::size_t line = state.text.substr(0, end).rfind('\n') + 1;
  const std::string head(state.text.substr(line, end - line));
  d.help = token == "{" ? "say which decision it belongs to: " + quoted(head + " for DECISION {")
                        : "write `for` and the name of the decision";
}

void dash_in_name(const State& state, std::uint32_t offset) {
  std::uint32_t begin = offset;
  while (begin > 0 && is_word_char(state.text[begin - 1]))
    --begin;
  std::uint32_t end = offset;
  while (end < state.text.size() && (is_word_char(state.text[end]) || state.text[end] == '-'))
    ++end;
  std::string name(state.text.substr(begin, end - begin));
  Diagnostic& d =
      state.diagnostics.report(DiagnosticKind::name_dash, {state.file, begin, end}, {shown(name)});
  std::replace(name.begin(), name.end(), '-', '_');
  d.help = "write " + quoted(name);
}

}  // namespace

void explain(const State& state, Slip slip, std::uint32_t offset) {
  switch (slip) {
    case Slip::open_brace_missing: open_brace_missing(state, offset); break;
    case Slip::close_brace_missing: close_brace_missing(state, offset); break;
    case Slip::for_missing: for_missing(state, offset); break;
    case Slip::dash_in_name: dash_in_name(state, offset); break;
    case Slip::then_missing:
      state.diagnostics
          .report(DiagnosticKind::then_missing, token_span(state, offset),
                  {quoted(token_at(state.text, offset))})
          .help = "write " + quoted("then " + std::string(rest_of_line(state.text, offset)));
      break;
    case Slip::equals_for_colon:
      state.diagnostics.report(DiagnosticKind::equals_in_record, token_span(state, offset)).help =
          "write `:`; two values are compared with `==`";
      break;
  }
}

void explain_misread(const State& state, Vocabulary words, std::uint32_t offset,
                     std::string_view meant) {
  const std::string_view word = word_at(state.text, offset);
  const Span where = token_span(state, offset);
  const ForeignPlace place = words == Vocabulary::declaration ? ForeignPlace::declaration
                             : words == Vocabulary::test_part ? ForeignPlace::test_part
                                                              : ForeignPlace::rule_part;
  std::string help;
  if (words != Vocabulary::output_kind) help = foreign_help(place, word);
  if (help.empty()) help = "did you mean " + quoted(meant) + "?";
  std::string wanted;
  switch (words) {
    case Vocabulary::declaration:
      state.diagnostics.report(DiagnosticKind::unknown_declaration, where, {shown(word)}).help =
          std::move(help);
      return;
    case Vocabulary::output_kind:
      wanted = "a kind of output (" + list_of(words_of(words), "`codes`") + ") or a type";
      break;
    default: wanted = list_of(words_of(words), "`}`"); break;
  }
  if (word == "if" && words != Vocabulary::test_part) {
    state.diagnostics.report(DiagnosticKind::statement_if, where).help =
        "write `when` and the condition";
    return;
  }
  state.diagnostics.report(DiagnosticKind::unexpected, where, {quoted(word), std::move(wanted)})
      .help = std::move(help);
}

}  // namespace writ::dsl::syntax
