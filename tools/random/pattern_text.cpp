#include <algorithm>

#include "tools/random/vocabulary.hpp"

namespace writ::tools {
namespace {

/// Reads a pattern (alternatives of sequences of counted atoms) and writes a text for it on the
/// way.
class PatternText {
 public:
  PatternText(std::string_view pattern, Dice& dice) : pattern_(pattern), dice_(dice) {}

  std::string alternatives() {
    std::vector<std::string> texts{sequence()};
    while (!done() && peek() == '|') {
      ++at_;
      texts.push_back(sequence());
    }
    return dice_.pick(texts);
  }

 private:
  bool done() const { return at_ >= pattern_.size(); }
  char peek() const { return done() ? '\0' : pattern_[at_]; }
  bool take(char c) {
    if (done() || peek() != c) return false;
    ++at_;
    return true;
  }

  std::string sequence() {
    std::string out;
    while (!done() && peek() != '|' && peek() != ')') {
      const std::size_t begin = at_;
      std::string text = atom();
      const std::size_t end = at_;
      std::size_t times = count();
      const std::size_t after = at_;
      if (times == 0) continue;
      out += text;
      while (--times > 0) {  // read the atom again, for another text
        at_ = begin;
        out += atom();
        if (at_ != end) break;
      }
      at_ = after;
    }
    return out;
  }

  /// How often the atom before is repeated; 1 without a count.
  std::size_t count() {
    std::size_t low = 1, high = 1;
    if (take('*')) {
      low = 0;
      high = 4;
    } else if (take('+')) {
      high = 4;
    } else if (take('?')) {
      low = 0;
    } else if (take('{')) {
      low = number();
      high = low;
      if (take(',')) high = peek() == '}' ? low + 4 : number();
      take('}');
    } else {
      return 1;
    }
    take('?');  // a lazy one matches the same texts
    if (dice_.chance(10)) return high;
    if (dice_.chance(20)) return low;
    const std::size_t most = std::min(high, low + 8);
    return low + dice_.below(most - low + 1);
  }

  std::size_t number() {
    std::size_t value = 0;
    while (peek() >= '0' && peek() <= '9')
      value = value * 10 + static_cast<std::size_t>(pattern_[at_++] - '0');
    return value;
  }

  std::string atom() {
    const char c = pattern_[at_++];
    switch (c) {
      case '(': return group();
      case '[': return char_class();
      case '\\': return one_of(escape());
      case '.': return one_of("abcxyz019.-_ ");
      case '^':
      case '$': return "";
      default: return std::string(1, c);
    }
  }

  std::string group() {
    if (take('?')) {
      while (!done() && peek() != ':' && peek() != ')' && peek() != '>')
        ++at_;
      if (take(')')) return "";  // only flags
      if (!done()) ++at_;
    }
    std::string text = alternatives();
    take(')');
    return text;
  }

  /// The characters that an escape stands for; reads on behind the backslash.
  std::string escape() {
    const char c = done() ? '\\' : pattern_[at_++];
    switch (c) {
      case 'd': return "0123456789";
      case 'w': return "abcxyzABCXYZ0189_";
      case 's': return " ";
      case 'D': return "abc-";
      case 'W': return "-. ";
      case 'S': return "abc019-";
      case 'n': return "\n";
      case 't': return "\t";
      case 'A':
      case 'z':
      case 'b':
      case 'B': return "";
      default: return std::string(1, c);
    }
  }

  std::string char_class() {
    const bool inverse = take('^');
    std::string members;
    while (!done() && (peek() != ']' || members.empty())) {
      std::string here;
      const char c = pattern_[at_++];
      here = c == '\\' ? escape() : std::string(1, c);
      const bool range = here.size() == 1 && peek() == '-' && at_ + 1 < pattern_.size() &&
                         pattern_[at_ + 1] != ']';
      if (range) {
        ++at_;
        char last = pattern_[at_++];
        if (last == '\\') last = pattern_[at_++];
        for (int member = here[0] + 1; member <= last; ++member)
          here += static_cast<char>(member);
      }
      members += here;
    }
    take(']');
    if (!inverse) return one_of(members);
    std::string others;
    for (char other = ' '; other < '\x7f'; ++other) {
      if (members.find(other) == std::string::npos) others += other;
    }
    return one_of(others);
  }

  std::string one_of(const std::string& from) {
    return from.empty() ? "" : std::string(1, from[dice_.below(from.size())]);
  }

  std::string_view pattern_;
  Dice& dice_;
  std::size_t at_ = 0;
};

}  // namespace

std::string from_pattern(std::string_view pattern, Dice& dice) {
  return pattern.empty() ? "" : PatternText(pattern, dice).alternatives();
}

}  // namespace writ::tools
