#include "tests/oracle/json.hpp"

#include <cstdint>

namespace writ::oracle {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_surrogate(char32_t c) {
  return c >= 0xD800 && c <= 0xDFFF;
}

/// Recursive descent; the first fault sets `failed` and everything returns.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  std::optional<Json> document() {
    skip_blanks();
    Json json = value(0);
    skip_blanks();
    if (failed_ || at_ != text_.size()) return std::nullopt;
    return json;
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool done() const { return at_ >= text_.size(); }
  bool take(char c) {
    if (done() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void fail() { failed_ = true; }
  void skip_blanks() {
    while (!done() && (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r'))
      ++at_;
  }

  Json value(int depth) {
    Json json;
    if (failed_ || done()) return fail(), json;
    switch (peek()) {
      case '{': object(json, depth + 1); break;
      case '[': array(json, depth + 1); break;
      case '"':
        json.kind = Json::Kind::string;
        json.text = string();
        break;
      case 't':
        json.kind = Json::Kind::boolean;
        json.truth = true;
        word("true");
        break;
      case 'f':
        json.kind = Json::Kind::boolean;
        word("false");
        break;
      case 'n': word("null"); break;
      default: json.kind = Json::Kind::number; json.text = number();
    }
    return json;
  }

  void word(std::string_view expected) {
    if (text_.substr(at_, expected.size()) != expected) return fail();
    at_ += expected.size();
  }

  void object(Json& json, int depth) {
    json.kind = Json::Kind::object;
    if (depth > kMaxNesting) return fail();
    take('{');
    skip_blanks();
    if (take('}')) return;
    do {
      skip_blanks();
      if (peek() != '"') return fail();
      std::string name = string();
      skip_blanks();
      if (!take(':')) return fail();
      skip_blanks();
      json.members.emplace_back(std::move(name), value(depth));
      skip_blanks();
    } while (!failed_ && take(','));
    if (!failed_ && !take('}')) fail();
  }

  void array(Json& json, int depth) {
    json.kind = Json::Kind::array;
    if (depth > kMaxNesting) return fail();
    take('[');
    skip_blanks();
    if (take(']')) return;
    do {
      skip_blanks();
      json.items.push_back(value(depth));
      skip_blanks();
    } while (!failed_ && take(','));
    if (!failed_ && !take(']')) fail();
  }

  std::string number() {
    const std::size_t begin = at_;
    take('-');
    if (!take('0') && !digits()) return fail(), "";
    if (take('.') && !digits()) return fail(), "";
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      if (!digits()) return fail(), "";
    }
    return std::string(text_.substr(begin, at_ - begin));
  }
  /// One digit or more.
  bool digits() {
    const std::size_t begin = at_;
    while (!done() && is_digit(peek()))
      ++at_;
    return at_ > begin;
  }

  std::string string() {
    std::string out;
    take('"');
    while (!failed_) {
      if (done()) return fail(), out;
      const char c = text_[at_++];
      if (c == '"') return out;
      if (static_cast<unsigned char>(c) < 0x20) return fail(), out;
      if (c != '\\') {
        out += c;
      } else {
        escape(out);
      }
    }
    return out;
  }

  void escape(std::string& out) {
    if (done()) return fail();
    switch (text_[at_++]) {
      case '"': out += '"'; return;
      case '\\': out += '\\'; return;
      case '/': out += '/'; return;
      case 'b': out += '\b'; return;
      case 'f': out += '\f'; return;
      case 'n': out += '\n'; return;
      case 'r': out += '\r'; return;
      case 't': out += '\t'; return;
      case 'u': break;
      default: return fail();
    }
    char32_t scalar = hex4();
    if (scalar >= 0xD800 && scalar <= 0xDBFF) {
      if (!take('\\') || !take('u')) return fail();
      const char32_t low = hex4();
      if (low < 0xDC00 || low > 0xDFFF) return fail();
      scalar = 0x10000 + ((scalar - 0xD800) << 10) + (low - 0xDC00);
    }
    if (is_surrogate(scalar)) return fail();
    out += utf8(scalar);
  }

  char32_t hex4() {
    char32_t value = 0;
    for (int i = 0; i < 4; ++i) {
      if (done()) return fail(), U'\0';
      const char c = text_[at_++];
      char32_t digit = 0;
      if (is_digit(c)) {
        digit = static_cast<char32_t>(c - '0');
      } else if (c >= 'a' && c <= 'f') {
        digit = static_cast<char32_t>(c - 'a' + 10);
      } else if (c >= 'A' && c <= 'F') {
        digit = static_cast<char32_t>(c - 'A' + 10);
      } else {
        return fail(), U'\0';
      }
      value = value * 16 + digit;
    }
    return value;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

}  // namespace

std::optional<std::vector<char32_t>> scalars(std::string_view bytes) {
  std::vector<char32_t> out;
  for (std::size_t i = 0; i < bytes.size();) {
    const auto lead = static_cast<unsigned char>(bytes[i]);
    std::size_t length = 0;
    char32_t scalar = 0;
    if (lead < 0x80) {
      length = 1;
      scalar = lead;
    } else if (lead >= 0xC0 && lead < 0xE0) {
      length = 2;
      scalar = lead & 0x1Fu;
    } else if (lead >= 0xE0 && lead < 0xF0) {
      length = 3;
      scalar = lead & 0x0Fu;
    } else if (lead >= 0xF0 && lead < 0xF8) {
      length = 4;
      scalar = lead & 0x07u;
    }
    if (length == 0 || i + length > bytes.size()) return std::nullopt;
    for (std::size_t k = 1; k < length; ++k) {
      const auto next = static_cast<unsigned char>(bytes[i + k]);
      if ((next & 0xC0u) != 0x80) return std::nullopt;
      scalar = (scalar << 6) | (next & 0x3Fu);
    }
    // The shortest form only.
    const char32_t least = length == 1 ? 0 : length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000;
    if (scalar < least || scalar > 0x10FFFF || is_surrogate(scalar)) return std::nullopt;
    out.push_back(scalar);
    i += length;
  }
  return out;
}

std::string utf8(char32_t scalar) {
  const auto byte = [](char32_t value) {
    return static_cast<char>(static_cast<unsigned char>(value));
  };
  std::string out;
  if (scalar < 0x80) {
    out += byte(scalar);
  } else if (scalar < 0x800) {
    out += byte(0xC0 | (scalar >> 6));
    out += byte(0x80 | (scalar & 0x3F));
  } else if (scalar < 0x10000) {
    out += byte(0xE0 | (scalar >> 12));
    out += byte(0x80 | ((scalar >> 6) & 0x3F));
    out += byte(0x80 | (scalar & 0x3F));
  } else {
    out += byte(0xF0 | (scalar >> 18));
    out += byte(0x80 | ((scalar >> 12) & 0x3F));
    out += byte(0x80 | ((scalar >> 6) & 0x3F));
    out += byte(0x80 | (scalar & 0x3F));
  }
  return out;
}

std::optional<Json> parse_json(std::string_view text) {
  if (!scalars(text)) return std::nullopt;
  return Parser(text).document();
}

std::string json_string(std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\b': out += "\\b"; break;
      case '\f': out += "\\f"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (byte < 0x20) {
          out += "\\u00";
          out += kHex[byte / 16];
          out += kHex[byte % 16];
        } else {
          out += c;
        }
    }
  }
  return out + '"';
}

std::string pointer_step(std::string_view name) {
  std::string out = "/";
  for (const char c : name) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace writ::oracle
