#include <algorithm>
#include <array>
#include <vector>

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

template <std::size_t N>
bool among(std::string_view word, const std::array<std::string_view, N>& words) {
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
        if (offset_ >= failed_ && is_declaration(text_, offset_)) throw Abandoned{offset_};
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
      const bool may_resume = offset_ >= failed_ && offset_ > begin_;
      if (may_resume && line_begins && begins_part()) return offset_;
      // The end of what holds the part; within brackets only where it stands like one.
      if (may_resume && c == '}' && (open_.empty() || (line_begins && !inside_braces()))) {
        return offset_;
      }
      line_begins = false;
      pass();
    }
    throw Abandoned{static_cast<std::uint32_t>(text_.size())};
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
      case Resume::declaration: return false;
      case Resume::line: return !inside_braces() && begins_field(word);
      case Resume::row: return !inside_braces() && is_row();
      case Resume::test_part: return (word == "given" || word == "expect") && next != ':';
      case Resume::rule_part: {
        constexpr std::array<std::string_view, 8> kParts{"each",    "when", "unless", "effective",
                                                         "because", "tag",  "by",     "then"};
        if (next == ':' || !among(word, kParts)) return false;
        return word != "then" || conditions_ == 0;
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

bool is_declaration(std::string_view text, std::uint32_t offset) {
  const std::string_view word = word_at(text, offset);
  const auto& words = declaration_words();
  if (std::find(words.begin(), words.end(), word) == words.end()) return false;
  const auto end = static_cast<std::uint32_t>(offset + word.size());
  const std::uint32_t next = skip_blanks(text, end);
  if (next == end) return false;
  if (word == "ordered") return word_at(text, next) == "enum";
  if (word == "open") return word_at(text, next) == "record";
  if (word == "first") return word_at(text, next) == "table";
  if (word == "test" || word == "prove") return at(text, next) == '"';
  return word == "writ" ? is_word_char(at(text, next)) : is_word_begin(at(text, next));
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
