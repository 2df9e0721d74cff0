#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace writ::dsl {

/// Where a word of another language may stand.
enum class ForeignPlace : std::uint8_t {
  declaration,  ///< the word that begins a declaration
  rule_part,    ///< the word that begins a part of a rule or waiver
  test_part,    ///< the word that begins a part of a test
  type,
  value,
  operation,  ///< between two operands
  function,   ///< before `(`, or after `.`
  verb,       ///< before what a rule permits, holds or forbids
};

/// A row of foreign_words.inc.
struct ForeignWord {
  ForeignPlace place;
  std::string_view word;   ///< in small letters
  std::string_view meant;  ///< the word of Writ in its place; may be empty
  std::string_view help;   ///< empty: "write `meant`"
};

/// The row of `word` at `place`, whatever the case of its letters; null when there is none.
/// Thread-safe.
const ForeignWord* foreign_word(ForeignPlace place, std::string_view word);
/// The help line for `word`; empty when there is no row.
std::string foreign_help(ForeignPlace place, std::string_view word);

}  // namespace writ::dsl
