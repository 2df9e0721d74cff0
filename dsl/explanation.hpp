#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dsl/syntax.hpp"

namespace writ::dsl::syntax {

/// What a failure of the grammar means to the author. The grammar says what it asked for; here the
/// text at that place is looked at, and typical mistakes get a message of their own. The first
/// reading that fits reports. Not thread-safe.
class Explanation {
 public:
  Explanation(const State& state, const Failure& failure);

  void report();

 private:
  using Role = Wanted::Role;

  // --- What stands there (syntax_errors.cpp) -----------------------------------------------------
  bool starts(std::string_view symbol) const { return text_.substr(offset_).starts_with(symbol); }
  char next_char() const { return offset_ < text_.size() ? text_[offset_] : '\0'; }
  char text_before() const;
  std::string_view find_token() const;
  std::string found() const;
  bool line_ended() const;
  Span span() const;
  Span span_to(std::uint32_t begin, std::uint32_t end) const { return {state_.file, begin, end}; }
  std::uint32_t line_end_after(std::uint32_t offset) const;
  /// From here to the end of the line.
  std::string_view rest_of_line() const;
  /// The token before, if it is a word or number.
  std::string_view word_before() const;
  std::uint32_t begin_of(std::string_view part) const {
    return static_cast<std::uint32_t>(part.data() - text_.data());
  }
  /// The word after the token here.
  std::string_view word_after() const;
  bool at_line_begin() const { return state_.begins_line(offset_); }
  bool is_role(Role role) const { return wanted_.role == role; }
  bool wants(std::string_view what) const { return wanted_.what.starts_with(what); }
  /// A complete expression stands right before, on this line.
  bool after_operand() const;

  Diagnostic& add(DiagnosticKind kind, Span where, std::vector<std::string> args = {}) const;
  bool add(DiagnosticKind kind, std::vector<std::string> args, std::string help) const;
  /// The same, found here where the wanted thing is.
  bool expected(std::string help) const;

  // --- Literals, characters, brackets (syntax_errors.cpp) ----------------------------------------
  bool within_literal();
  bool in_text_path();
  std::uint32_t unclosed(char quote) const;
  bool strange_character();
  bool quotes() const;
  bool strange_sign(std::string& help) const;
  bool depth();
  bool swallowed_part() const;
  bool reserved_in_list();
  bool reserved() const;
  bool open_bracket();
  bool unopened_bracket();
  static std::string_view closer_of(char opener);

  // --- Numbers, days, types (syntax_literals.cpp) ------------------------------------------------
  bool day_in_other_form();
  bool number_with_commas();
  bool duration_apart();
  bool percent();
  bool type_arguments();
  bool type_of_other_language();

  // --- By what was asked for (syntax_mistakes.cpp) -----------------------------------------------
  bool as_declaration();
  bool names_next_line() const;
  bool as_name();
  bool as_contribution();
  bool as_text();
  bool as_finding();
  bool as_operator();
  std::string_view operand_before() const;
  bool as_list_item();
  bool as_line_end();
  bool as_row();
  bool line_end();
  bool as_expression();
  bool as_symbol();
  bool as_expected();
  std::string_view kind_meant() const;

  const State& state_;
  std::string_view text_;
  std::uint32_t offset_;
  Wanted wanted_;
  std::string_view word_;
  std::string_view token_;
  bool at_gap_ = false;  ///< the line ended and something is missing at its end
};

/// `code` in backticks, as a message shows it.
std::string quoted(std::string_view code);
bool is_digit(char c);
bool is_number(std::string_view word);

}  // namespace writ::dsl::syntax
