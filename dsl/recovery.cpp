#include <algorithm>
#include <vector>

#include "dsl/foreign_words.hpp"
#include "dsl/syntax.hpp"

// Where parsing goes on after an error. This looks at the text alone, since the grammar has just
// failed on it: strings and comments are passed over (both end on their line), brackets are paired.

namespace writ::dsl::syntax {
namespace {

bool is_word_begin(char c) {
  return is_word_char(c) && !(c >= '0' && c <= '9');
}

std::uint32_t skip_blanks(std::string_view text, std::uint32_t offset) {
  while (offset < text.size() && (text[offset] == ' ' || text[offset] == '\t'))
    ++offset;
  return offset;
}

char at(std::string_view text, std::size_t offset) {
  return offset < text.size() ? text[offset] : '\0';
}

bool is_one_of(std::string_view word, const std::vector<std::string_view>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::uint32_t after_string(std::string_view text, std::uint32_t offset, char quote) {
  ++offset;
  while (offset < text.size() && text[offset] != '\n' && text[offset] != quote) {
    offset += text[offset] == '\\' && at(text, offset + 1) != '\n' ? 2 : 1;
  }
  offset = std::min(offset, static_cast<std::uint32_t>(text.size()));
  return at(text, offset) == quote ? offset + 1 : offset;
}

std::uint32_t after_line(std::string_view text, std::uint32_t offset) {
  return static_cast<std::uint32_t>(std::min(text.find('\n', offset), text.size()));
}

bool ends_line(std::string_view text, std::uint32_t offset) {
  const std::uint32_t next = skip_blanks(text, offset);
  return next >= text.size() || text[next] == '\n' || text[next] == '\r' ||
         text.substr(next, 2) == "//";
}

// A walk over the words and brackets of the text.
class Scan {
 public:
  Scan(std::string_view text, Resume how, std::uint32_t begin, std::uint32_t failed)
      : text_(text), how_(how), failed_(failed), begin_(begin), offset_(begin) {}

  std::uint32_t find() {
    bool line_begins = false;  // the part itself is not a candidate
    while (offset_ < text_.size()) {
      const char c = text_[offset_];
      if (c == '\n') {
        line_begins = true;
        ++offset_;
        if (offset_ >= failed_ && is_declaration(text_, offset_)) return offset_;
        continue;
      }
      if (c == ' ' || c == '\t' || c == '\r') {
        ++offset_;
        continue;
      }
      if (c == '/' && at(text_, offset_ + 1) == '/') {
        offset_ = after_line(text_, offset_);
        continue;
      }
      if (how_ == Resume::header) {
        if (offset_ >= failed_ && c == '{' && ends_line(text_, offset_ + 1)) return offset_;
        pass();
        continue;
      }
      const bool may_resume = offset_ >= failed_ && offset_ > begin_;
      if (may_resume && line_begins && begins_part()) return offset_;
      // The end of what holds the part; within brackets only where it stands like one.
      if (may_resume && c == '}' && (open_.empty() || (line_begins && !inside_braces()))) {
        return offset_;
      }
      line_begins = false;
      pass();
    }
    return static_cast<std::uint32_t>(text_.size());
  }

 private:
  bool inside_braces() const { return std::find(open_.begin(), open_.end(), '{') != open_.end(); }

  void pass() {
    const char c = text_[offset_];
    if (is_word_char(c)) {
      const std::string_view word = word_at(text_, offset_);
      if (word == "if") ++conditions_;
      if (word == "then" && conditions_ > 0) --conditions_;
      offset_ += static_cast<std::uint32_t>(word.size());
      const std::uint32_t next = skip_blanks(text_, offset_);
      if ((word == "matches" || word == "matching") && at(text_, next) == '/') {
        offset_ = after_string(text_, next, '/');
      }
      return;
    }
    if (c == '"') {
      offset_ = after_string(text_, offset_, '"');
      return;
    }
    if (c == '(' || c == '[' || c == '{') open_.push_back(c);
    if (c == ')' || c == ']' || c == '}') close(c == ')' ? '(' : c == ']' ? '[' : '{');
    ++offset_;
  }

  void close(char opener) {
    const auto found = std::find(open_.rbegin(), open_.rend(), opener);
    if (found != open_.rend()) open_.erase(found.base() - 1, open_.end());
  }

  bool begins_part() const {
    if (!is_word_begin(text_[offset_]) && how_ != Resume::row) return false;
    const std::string_view word = word_at(text_, offset_);
    const char next =
        at(text_, skip_blanks(text_, offset_ + static_cast<std::uint32_t>(word.size())));
    switch (how_) {
      case Resume::declaration:
      case Resume::header: return false;
      case Resume::line: return !inside_braces() && begins_field(word);
      case Resume::row: return !inside_braces() && is_row();
      case Resume::test_part:
        return next != ':' && (is_one_of(word, words_of(Vocabulary::test_part)) ||
                               !meant_word(text_, Vocabulary::test_part, offset_).empty());
      case Resume::rule_part: {
        if (next == ':') return false;
        if (word == "by" || is_one_of(word, words_of(Vocabulary::rule_part)))
          return word != "then" || conditions_ == 0;
        return open_.empty() && !meant_word(text_, Vocabulary::rule_part, offset_).empty();
      }
    }
    return false;
  }

  // `name:`, `name as "x":`, `local name:`
  bool begins_field(std::string_view word) const {
    std::uint32_t next = skip_blanks(text_, offset_ + static_cast<std::uint32_t>(word.size()));
    if (word == "local" && is_word_begin(at(text_, next))) {
      next += static_cast<std::uint32_t>(word_at(text_, next).size());
      next = skip_blanks(text_, next);
    }
    if (at(text_, next) == ':') return true;
    return word_at(text_, next) == "as" && at(text_, skip_blanks(text_, next + 2)) == '"';
  }

  bool is_row() const {
    std::uint32_t here = offset_;
    while (here < text_.size() && text_[here] != '\n') {
      if (text_[here] == '"') {
        here = after_string(text_, here, '"');
      } else if (text_[here] == '=' && at(text_, here + 1) == '>') {
        return true;
      } else {
        ++here;
      }
    }
    return false;
  }

  std::string_view text_;
  Resume how_;
  std::uint32_t failed_;
  std::uint32_t begin_;
  std::uint32_t offset_;
  std::vector<char> open_;
  int conditions_ = 0;  // `if`s whose `then` has not come
};

}  // namespace

std::string_view word_at(std::string_view text, std::uint32_t offset) {
  std::size_t end = offset;
  while (end < text.size() && is_word_char(text[end]))
    ++end;
  return offset < text.size() ? text.substr(offset, end - offset) : std::string_view{};
}

const std::vector<std::string_view>& declaration_words() {
  static const std::vector<std::string_view> words{
      "writ",  "package", "import",   "enum", "ordered", "record",  "open", "data", "define",
      "first", "table",   "decision", "rule", "waive",   "fixture", "test", "prove"};
  return words;
}

const std::vector<std::string_view>& words_of(Vocabulary words) {
  static const std::vector<std::string_view> rule_parts{"each", "when",    "unless", "effective",
                                                        "then", "because", "tag"};
  static const std::vector<std::string_view> waive_parts{"when", "effective", "by", "because"};
  static const std::vector<std::string_view> test_parts{"given", "expect"};
  static const std::vector<std::string_view> kinds{"highest", "lowest", "quorum", "collected",
                                                   "verdict"};
  switch (words) {
    case Vocabulary::declaration: break;
    case Vocabulary::rule_part: return rule_parts;
    case Vocabulary::waive_part: return waive_parts;
    case Vocabulary::test_part: return test_parts;
    case Vocabulary::output_kind: return kinds;
  }
  return declaration_words();
}

namespace {

// Whether what follows a word at `next` is what follows `word`, the one that may be meant.
bool continues(std::string_view text, std::uint32_t next, std::string_view word) {
  if (word == "ordered") return word_at(text, next) == "enum";
  if (word == "open") return word_at(text, next) == "record";
  if (word == "first") return word_at(text, next) == "table";
  if (word == "test" || word == "prove") return at(text, next) == '"';
  return word == "writ" ? is_word_char(at(text, next)) : is_word_begin(at(text, next));
}

// A misspelt declaration is not to be seen in the lines of a body at column 1.
bool continues_like_declaration(std::string_view text, std::uint32_t next, std::string_view word) {
  static const std::vector<std::string_view> others{"at", "by",      "in",      "and", "or",
                                                    "is", "require", "include", "not", "then"};
  return continues(text, next, word) && !is_one_of(word_at(text, next), others);
}

bool continues_like_output(std::string_view text, std::uint32_t next, std::string_view kind) {
  static const std::vector<std::string_view> refinements{"min", "max", "matching"};
  const std::string_view word = word_at(text, next);
  if (kind == "verdict" && (word.empty() || word == "of" || word == "per" || word == "otherwise"))
    return at(text, next) != '=' && at(text, next) != '?' && at(text, next) != '.';
  return is_word_begin(at(text, next)) && !is_one_of(word, refinements) && kind != "verdict";
}

ForeignPlace place_of(Vocabulary words) {
  switch (words) {
    case Vocabulary::declaration: return ForeignPlace::declaration;
    case Vocabulary::test_part: return ForeignPlace::test_part;
    default: return ForeignPlace::rule_part;
  }
}

bool begins_line_or_body(std::string_view text, std::uint32_t offset) {
  while (offset > 0 && (text[offset - 1] == ' ' || text[offset - 1] == '\t'))
    --offset;
  return offset == 0 || text[offset - 1] == '\n' || text[offset - 1] == '{';
}

}  // namespace

std::string_view meant_word(std::string_view text, Vocabulary words, std::uint32_t offset) {
  const std::string_view word = word_at(text, offset);
  const bool is_kind = words == Vocabulary::output_kind;
  if (word.empty() || !is_word_begin(word[0]) || is_one_of(word, words_of(words))) return {};
  if (!is_kind && !begins_line_or_body(text, offset)) return {};
  const auto end = static_cast<std::uint32_t>(offset + word.size());
  const std::uint32_t next = skip_blanks(text, end);
  std::string_view meant = nearest(word, words_of(words));
  if (const ForeignWord* foreign = is_kind ? nullptr : foreign_word(place_of(words), word);
      foreign != nullptr) {
    // In a waiver nothing follows and nothing is gone through.
    meant = is_one_of(foreign->meant, words_of(words)) ? foreign->meant : std::string_view{};
  }
  if (meant.empty()) return {};
  if (is_kind) return continues_like_output(text, next, meant) ? meant : std::string_view{};
  if (next == end && at(text, next) != '(' && at(text, next) != '"') return {};
  if (words != Vocabulary::declaration) {
    const bool other = std::string_view(":=.,)]}").find(at(text, next)) != std::string_view::npos;
    return other ? std::string_view{} : meant;
  }
  if (is_reserved(word) || !continues_like_declaration(text, next, meant)) return {};
  return meant;
}

bool is_declaration(std::string_view text, std::uint32_t offset) {
  const std::string_view word = word_at(text, offset);
  if (!is_one_of(word, declaration_words())) {
    if (is_one_of(word, words_of(Vocabulary::rule_part)) || word == "by" ||
        is_one_of(word, words_of(Vocabulary::test_part)))
      return false;
    return !meant_word(text, Vocabulary::declaration, offset).empty();
  }
  const auto end = static_cast<std::uint32_t>(offset + word.size());
  const std::uint32_t next = skip_blanks(text, end);
  if (next == end) return false;
  return continues(text, next, word);
}

std::uint32_t next_declaration(std::string_view text, std::uint32_t offset) {
  while (offset < text.size()) {
    if ((offset == 0 || text[offset - 1] == '\n') && is_declaration(text, offset)) return offset;
    offset = after_line(text, offset) + 1;
  }
  return static_cast<std::uint32_t>(text.size());
}

std::uint32_t next_part(std::string_view text, Resume how, std::uint32_t begin,
                        std::uint32_t failed) {
  return Scan(text, how, begin, failed).find();
}

}  // namespace writ::dsl::syntax
