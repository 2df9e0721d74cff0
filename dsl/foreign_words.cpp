#include "dsl/foreign_words.hpp"

#include <algorithm>
#include <array>

namespace writ::dsl {
namespace {

constexpr std::array kWords{
#define WRIT_FOREIGN(place, word, meant, help) ForeignWord{ForeignPlace::place, word, meant, help},
#include "dsl/foreign_words.inc"
#undef WRIT_FOREIGN
};

char small(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

const ForeignWord* foreign_word(ForeignPlace place, std::string_view word) {
  const auto found = std::find_if(kWords.begin(), kWords.end(), [&](const ForeignWord& candidate) {
    return candidate.place == place &&
           std::equal(word.begin(), word.end(), candidate.word.begin(), candidate.word.end(),
                      [](char a, char b) { return small(a) == b; });
  });
  return found == kWords.end() ? nullptr : &*found;
}

std::string foreign_help(ForeignPlace place, std::string_view word) {
  const ForeignWord* found = foreign_word(place, word);
  if (found == nullptr) return {};
  if (!found->help.empty()) return std::string(found->help);
  return "write `" + std::string(found->meant) + "`";
}

}  // namespace writ::dsl
