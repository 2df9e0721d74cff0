#include "engine/schema_pattern.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/text.hpp"

namespace writ::engine {
namespace {

constexpr char32_t kLast = 0x10FFFF;
constexpr char32_t kKelvin = 0x212A, kLongS = 0x017F;  // fold to `k` and `s`

bool is_letter(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_octal(char c) {
  return c >= '0' && c <= '7';
}

/// The value of a hexadecimal digit, -1 for anything else.
int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

using Range = std::pair<char32_t, char32_t>;

/// Characters, as ranges with both ends in.
class CharSet {
 public:
  void add(char32_t low, char32_t high) { ranges_.emplace_back(low, high); }
  void add(const CharSet& other) {
    ranges_.insert(ranges_.end(), other.ranges_.begin(), other.ranges_.end());
  }

  /// In order, no two touching.
  std::vector<Range> ranges() const {
    std::vector<Range> sorted = ranges_, out;
    std::sort(sorted.begin(), sorted.end());
    for (const Range& range : sorted) {
      if (!out.empty() && range.first <= out.back().second + 1)
        out.back().second = std::max(out.back().second, range.second);
      else
        out.push_back(range);
    }
    return out;
  }

  CharSet complement() const {
    CharSet out;
    char32_t next = 0;
    for (const auto& [low, high] : ranges()) {
      if (low > next) out.add(next, low - 1);
      next = high + 1;
    }
    if (next <= kLast) out.add(next, kLast);
    return out;
  }

  /// With the other case of every letter; false when a character beyond ASCII is among them.
  bool fold() {
    CharSet more;
    for (const auto& [low, high] : ranges_) {
      if (high > 0x7F) return false;
      for (char32_t c = low; c <= high; ++c) {
        if (is_letter(c)) more.add(c ^ 0x20U, c ^ 0x20U);
        if ((c | 0x20U) == 'k') more.add(kKelvin, kKelvin);
        if ((c | 0x20U) == 's') more.add(kLongS, kLongS);
      }
    }
    add(more);
    return true;
  }

 private:
  std::vector<Range> ranges_;
};

struct NamedClass {
  std::string_view name;
  std::vector<Range> ranges;
};

const std::vector<NamedClass>& named_classes() {
  static const std::vector<NamedClass> classes = {
      {"d", {{'0', '9'}}},
      {"s", {{'\t', '\n'}, {'\f', '\r'}, {' ', ' '}}},
      {"w", {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}},
      {"alnum", {{'0', '9'}, {'A', 'Z'}, {'a', 'z'}}},
      {"alpha", {{'A', 'Z'}, {'a', 'z'}}},
      {"ascii", {{0, 0x7F}}},
      {"blank", {{'\t', '\t'}, {' ', ' '}}},
      {"cntrl", {{0, 0x1F}, {0x7F, 0x7F}}},
      {"digit", {{'0', '9'}}},
      {"graph", {{'!', '~'}}},
      {"lower", {{'a', 'z'}}},
      {"print", {{' ', '~'}}},
      {"punct", {{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}}},
      {"space", {{'\t', '\r'}, {' ', ' '}}},
      {"upper", {{'A', 'Z'}}},
      {"word", {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}},
      {"xdigit", {{'0', '9'}, {'A', 'F'}, {'a', 'f'}}},
  };
  return classes;
}

/// A character as it stands in a pattern; in a class other characters need a backslash.
void append_character(std::string& out, char32_t c, bool in_class) {
  constexpr std::string_view kHex = "0123456789abcdef";
  constexpr std::string_view kSpecial = "\\^$.*+?()[]{}|";
  constexpr std::string_view kSpecialInClass = "\\^-[]";
  if (c < 0x20 || c == 0x7F) {
    out += "\\x";
    out += kHex[c >> 4];
    out += kHex[c & 15U];
    return;
  }
  const std::string_view special = in_class ? kSpecialInClass : kSpecial;
  if (c < 0x80 && special.find(static_cast<char>(c)) != std::string_view::npos) out += '\\';
  base::append_utf8(out, c);
}

void append_class(std::string& out, const CharSet& set, bool negated) {
  const std::vector<Range> ranges = set.ranges();
  if (ranges.empty()) {
    out += negated ? "[\\s\\S]" : "[^\\s\\S]";
    return;
  }
  if (!negated && ranges.size() == 1 && ranges[0].first == ranges[0].second) {
    append_character(out, ranges[0].first, false);
    return;
  }
  out += negated ? "[^" : "[";
  for (const auto& [low, high] : ranges) {
    append_character(out, low, true);
    if (high == low) continue;
    if (high > low + 1) out += '-';
    append_character(out, high, true);
  }
  out += ']';
}

/// Reads RE2's syntax from front to back; the pattern is known to compile.
class Translation {
 public:
  explicit Translation(std::string_view text) : text_(text) {}

  std::optional<std::string> run() {
    while (possible_ && !text_.empty())
      next();
    if (!possible_) return std::nullopt;
    return "^(?:" + out_ + ")$";
  }

 private:
  struct Flags {
    bool fold = false, dot_all = false;
  };

  bool take(std::string_view expected) {
    if (!text_.starts_with(expected)) return false;
    text_.remove_prefix(expected.size());
    return true;
  }
  char take_byte() {
    const char c = text_.empty() ? '\0' : text_.front();
    if (!text_.empty()) text_.remove_prefix(1);
    return c;
  }
  char32_t take_character();
  void refuse() { possible_ = false; }

  void next();
  void group();
  void repetition_or_brace();
  void escape();
  void quoted();
  void literal(char32_t c);
  void character_class();
  bool plain_class();
  bool named_class(CharSet& set);
  bool letter_class(CharSet& set);
  void add_named(CharSet& set, std::string_view name, bool negated);
  char32_t class_character();
  char32_t escaped_character();

  std::string_view text_;
  std::string out_;
  Flags flags_;
  std::vector<Flags> outer_;
  bool possible_ = true;
};

char32_t Translation::take_character() {
  const auto first = static_cast<std::uint8_t>(take_byte());
  if (first < 0x80) return first;
  const int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
  char32_t c = first & (0x3FU >> more);
  for (int i = 0; i < more; ++i)
    c = c << 6 | (static_cast<std::uint8_t>(take_byte()) & 0x3FU);
  return c;
}

void Translation::next() {
  switch (text_.front()) {
    case '(': group(); return;
    case ')':
      take_byte();
      out_ += ')';
      if (outer_.empty()) return refuse();
      flags_ = outer_.back();
      outer_.pop_back();
      return;
    case '[': character_class(); return;
    case '{': repetition_or_brace(); return;
    case '\\': escape(); return;
    case '.':
      take_byte();
      out_ += flags_.dot_all ? "[\\s\\S]" : "[^\\n]";
      return;
    // In a group, since ECMAScript repeats no assertion.
    case '^':
    case '$':
      out_ += "(?:";
      out_ += take_byte();
      out_ += ')';
      return;
    case '|':
    case '*':
    case '+':
    case '?': out_ += take_byte(); return;
    default: literal(take_character()); return;
  }
}

void Translation::group() {
  take_byte();
  const Flags before = flags_;
  if (take("?P<") || take("?<")) {
    text_.remove_prefix(std::min(text_.size(), text_.find('>')));
    take(">");
  } else if (take("?")) {
    bool on = true;
    while (!text_.empty() && text_.front() != ':' && text_.front() != ')') {
      switch (take_byte()) {
        case '-': on = false; break;
        case 'i': flags_.fold = on; break;
        case 's': flags_.dot_all = on; break;
        case 'U': break;  // which of several matches counts: no matter for a whole string
        default: refuse(); break;
      }
    }
    if (take_byte() == ')') {
      // For the rest of the group around it. RE2 lets a repetition after it mean what is before it.
      if (!text_.empty() && std::string_view("*+?{").find(text_.front()) != std::string_view::npos)
        refuse();
      return;
    }
  }
  outer_.push_back(before);
  out_ += "(?:";
}

/// `{2}`, `{2,}`, `{2,5}`; any other brace stands for itself.
void Translation::repetition_or_brace() {
  const std::size_t close = text_.find('}');
  const std::string_view inside =
      close == std::string_view::npos ? std::string_view() : text_.substr(1, close - 1);
  const std::size_t comma = inside.find(',');
  const auto digits = [](std::string_view part) {
    return part.find_first_not_of("0123456789") == std::string_view::npos;
  };
  const std::string_view low = inside.substr(0, comma);
  const bool repetition = !low.empty() && digits(low) &&
                          (comma == std::string_view::npos || digits(inside.substr(comma + 1)));
  if (!repetition) return literal(take_character());
  out_ += text_.substr(0, close + 1);
  text_.remove_prefix(close + 1);
}

void Translation::escape() {
  if (take("\\Q")) return quoted();
  if (take("\\A")) {
    out_ += "(?:^)";
  } else if (take("\\z")) {
    out_ += "(?:$)";
  } else if (take("\\b")) {
    out_ += "(?:\\b)";
  } else if (take("\\B")) {
    out_ += "(?:\\B)";
  } else if (CharSet set; letter_class(set)) {
    append_class(out_, set, false);
  } else {
    literal(escaped_character());
  }
}

/// All up to `\E` stands for itself.
void Translation::quoted() {
  while (!text_.empty() && !take("\\E"))
    literal(take_character());
}

void Translation::literal(char32_t c) {
  CharSet set;
  set.add(c, c);
  if (flags_.fold && !set.fold()) return refuse();
  append_class(out_, set, false);
}

/// `\d`, `\W` and their like, in a class or outside of one.
bool Translation::letter_class(CharSet& set) {
  constexpr std::string_view kLetters = "dswDSW";
  if (text_.size() < 2 || text_[0] != '\\' || kLetters.find(text_[1]) == std::string_view::npos)
    return false;
  const char letter = text_[1];
  const char lower = static_cast<char>(letter | 0x20);
  add_named(set, std::string_view(&lower, 1), letter != lower);
  text_.remove_prefix(2);
  return true;
}

/// `[:alpha:]`, `[:^alpha:]`, within a class.
bool Translation::named_class(CharSet& set) {
  if (!text_.starts_with("[:")) return false;
  const std::size_t end = text_.find(":]");
  if (end == std::string_view::npos) return false;
  std::string_view name = text_.substr(2, end - 2);
  const bool negated = name.starts_with('^');
  if (negated) name.remove_prefix(1);
  add_named(set, name, negated);
  text_.remove_prefix(end + 2);
  return true;
}

void Translation::add_named(CharSet& set, std::string_view name, bool negated) {
  for (const NamedClass& named : named_classes()) {
    if (named.name != name) continue;
    CharSet found;
    for (const auto& [low, high] : named.ranges)
      found.add(low, high);
    if (flags_.fold) found.fold();
    set.add(negated ? found.complement() : found);
    return;
  }
  refuse();
}

/// A class that all read alike is left as it was written.
bool Translation::plain_class() {
  if (flags_.fold) return false;
  const std::size_t begin = text_.starts_with("[^") ? 2 : 1;
  const std::size_t end = text_.find(']', begin + 1);
  if (end == std::string_view::npos) return false;
  const std::string_view inside = text_.substr(begin, end - begin);
  if (inside.find_first_of("\\[]^&~|") != std::string_view::npos) return false;
  if (inside.find("--") != std::string_view::npos) return false;
  out_ += text_.substr(0, end + 1);
  text_.remove_prefix(end + 1);
  return true;
}

void Translation::character_class() {
  if (plain_class()) return;
  take("[");
  const bool negated = take("^");
  CharSet set;
  bool first = true;
  while (possible_ && !text_.empty() && (first || text_.front() != ']')) {
    first = false;
    if (named_class(set) || letter_class(set)) continue;
    const char32_t low = class_character();
    char32_t high = low;
    if (text_.size() >= 2 && text_[0] == '-' && text_[1] != ']') {
      take_byte();
      high = class_character();
    }
    CharSet range;
    range.add(low, high);
    if (flags_.fold && !range.fold()) return refuse();
    set.add(range);
  }
  take("]");
  append_class(out_, set, negated);
}

char32_t Translation::class_character() {
  return text_.starts_with('\\') ? escaped_character() : take_character();
}

/// A backslash and what follows it, where that is one character.
char32_t Translation::escaped_character() {
  take("\\");
  if (text_.empty() || static_cast<std::uint8_t>(text_.front()) >= 0x80) {
    refuse();
    return 0;
  }
  const char c = take_byte();
  constexpr std::string_view kNames = "aftnrv", kNamed = "\a\f\t\n\r\v";
  if (const std::size_t at = kNames.find(c); at != std::string_view::npos)
    return static_cast<char32_t>(kNamed[at]);
  if (c == 'x') {
    const bool braces = take("{");
    char32_t value = 0;
    for (int n = 0; (braces || n < 2) && !text_.empty() && hex_value(text_.front()) >= 0; ++n)
      value = value * 16 + static_cast<char32_t>(hex_value(take_byte()));
    if (braces) take("}");
    return value;
  }
  if (is_octal(c)) {
    char32_t value = static_cast<char32_t>(c - '0');
    for (int n = 0; n < 2 && !text_.empty() && is_octal(text_.front()); ++n)
      value = value * 8 + static_cast<char32_t>(take_byte() - '0');
    return value;
  }
  // `\pL`, `\C` and whatever else has no character of its own.
  if (is_letter(static_cast<char32_t>(c)) || c == '8' || c == '9') refuse();
  return static_cast<char32_t>(c);
}

}  // namespace

std::optional<std::string> pattern_for_schemas(std::string_view re2) {
  return Translation(re2).run();
}

}  // namespace writ::engine
