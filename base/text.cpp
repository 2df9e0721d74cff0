#include "base/text.hpp"

#include <cstdint>
#include <cstring>

namespace writ::base {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

std::uint8_t byte_at(std::string_view text, std::size_t i) {
  return static_cast<std::uint8_t>(text[i]);
}

bool is_continuation(char c) {
  return (static_cast<std::uint8_t>(c) & 0xC0U) == 0x80U;
}

/// A lead byte of UTF-8: how long its sequence is, and what its second byte may be. The narrowed
/// second bytes keep out overlong forms, surrogates and what is above U+10FFFF.
struct Lead {
  std::size_t length = 0;  // 0: no lead byte
  std::uint8_t second_low = 0x80;
  std::uint8_t second_high = 0xBF;
};

Lead lead_of(std::uint8_t byte) {
  if (byte < 0x80) return {.length = 1};
  if (byte < 0xC2) return {.length = 0};
  if (byte < 0xE0) return {.length = 2};
  if (byte == 0xE0) return {.length = 3, .second_low = 0xA0};
  if (byte == 0xED) return {.length = 3, .second_high = 0x9F};
  if (byte < 0xF0) return {.length = 3};
  if (byte == 0xF0) return {.length = 4, .second_low = 0x90};
  if (byte < 0xF4) return {.length = 4};
  if (byte == 0xF4) return {.length = 4, .second_high = 0x8F};
  return {.length = 0};
}

/// The length of the well-formed sequence that begins at `i`, or 0.
std::size_t sequence_length(std::string_view bytes, std::size_t i) {
  const Lead lead = lead_of(byte_at(bytes, i));
  if (lead.length <= 1) return lead.length;
  if (bytes.size() - i < lead.length) return 0;
  const std::uint8_t second = byte_at(bytes, i + 1);
  if (second < lead.second_low || second > lead.second_high) return 0;
  for (std::size_t k = 2; k < lead.length; ++k) {
    if (!is_continuation(bytes[i + k])) return 0;
  }
  return lead.length;
}

/// The scalar value of one well-formed sequence.
char32_t decode(std::string_view sequence) {
  const std::uint8_t first = byte_at(sequence, 0);
  if (sequence.size() == 1) return first;
  char32_t scalar = first & (0x7FU >> sequence.size());
  for (const char c : sequence.substr(1)) {
    scalar = (scalar << 6) | (static_cast<std::uint8_t>(c) & 0x3FU);
  }
  return scalar;
}

/// Unicode White_Space, and the characters of no width that are pasted along with text.
bool is_trimmed(char32_t c) {
  if (c <= 0x20) return c == 0x20 || (c >= 0x09 && c <= 0x0D);
  if (c >= 0x2000 && c <= 0x200D) return true;  // spaces to U+200A, zero-width from U+200B
  switch (c) {
    case 0x85:
    case 0xA0:
    case 0x1680:
    case 0x2028:
    case 0x2029:
    case 0x202F:
    case 0x205F:
    case 0x2060:
    case 0x3000:
    case 0xFEFF: return true;
    default: return false;
  }
}

/// Where the last sequence of non-empty `utf8` begins.
std::size_t last_sequence(std::string_view utf8) {
  std::size_t i = utf8.size() - 1;
  while (i > 0 && is_continuation(utf8[i]))
    --i;
  return i;
}

/// The escape of a byte in a JSON string, without its backslash; NUL: it has no short one.
char short_escape(char c) {
  switch (c) {
    case '"': return '"';
    case '\\': return '\\';
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    default: return '\0';
  }
}

bool needs_escape(char c) {
  return static_cast<std::uint8_t>(c) < 0x20 || c == '"' || c == '\\';
}

}  // namespace

bool is_utf8(std::string_view bytes) {
  constexpr std::uint64_t kHighBits = 0x8080'8080'8080'8080;
  std::size_t i = 0;
  while (i < bytes.size()) {
    std::uint64_t eight = 0;
    if (bytes.size() - i >= sizeof eight) {
      std::memcpy(&eight, bytes.data() + i, sizeof eight);
      if ((eight & kHighBits) == 0) {
        i += sizeof eight;
        continue;
      }
    }
    const std::size_t length = sequence_length(bytes, i);
    if (length == 0) return false;
    i += length;
  }
  return true;
}

std::size_t code_points(std::string_view utf8) {
  std::size_t count = 0;
  for (const char c : utf8)
    count += is_continuation(c) ? 0 : 1;
  return count;
}

void append_utf8(std::string& out, char32_t scalar) {
  if (scalar > 0x10FFFF || (scalar >= 0xD800 && scalar <= 0xDFFF)) scalar = kReplacement;
  const auto put = [&out](char32_t byte) { out += static_cast<char>(byte); };
  const auto put_rest = [&](int shift) { put(0x80U | ((scalar >> shift) & 0x3FU)); };
  if (scalar < 0x80) {
    put(scalar);
  } else if (scalar < 0x800) {
    put(0xC0U | (scalar >> 6));
    put_rest(0);
  } else if (scalar < 0x10000) {
    put(0xE0U | (scalar >> 12));
    put_rest(6);
    put_rest(0);
  } else {
    put(0xF0U | (scalar >> 18));
    put_rest(12);
    put_rest(6);
    put_rest(0);
  }
}

std::string_view trim(std::string_view utf8) {
  while (!utf8.empty()) {
    const std::size_t length = sequence_length(utf8, 0);
    if (length == 0 || !is_trimmed(decode(utf8.substr(0, length)))) break;
    utf8.remove_prefix(length);
  }
  while (!utf8.empty()) {
    const std::size_t begin = last_sequence(utf8);
    const std::size_t length = sequence_length(utf8, begin);
    if (length != utf8.size() - begin || !is_trimmed(decode(utf8.substr(begin)))) break;
    utf8.remove_suffix(length);
  }
  return utf8;
}

void append_lower(std::string& out, std::string_view text) {
  const std::size_t begin = out.size();
  out += text;
  for (std::size_t i = begin; i < out.size(); ++i) {
    if (out[i] >= 'A' && out[i] <= 'Z') out[i] = static_cast<char>(out[i] - 'A' + 'a');
  }
}

bool glob_match(const std::string_view* pieces, std::size_t count, std::string_view text) {
  if (count == 0) return false;
  if (count == 1) return text == pieces[0];
  const std::string_view prefix = pieces[0];
  const std::string_view suffix = pieces[count - 1];
  if (text.size() < prefix.size() || text.size() - prefix.size() < suffix.size()) return false;
  if (!text.starts_with(prefix) || !text.ends_with(suffix)) return false;
  text.remove_prefix(prefix.size());
  text.remove_suffix(suffix.size());
  for (std::size_t i = 1; i + 1 < count; ++i) {
    const std::string_view piece = pieces[i];
    if (piece.empty()) continue;
    if (piece.size() > text.size()) return false;
    // Not string_view::find, whose worst case is the product of both lengths.
    const void* found = ::memmem(text.data(), text.size(), piece.data(), piece.size());
    if (found == nullptr) return false;
    const auto at = static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
    text.remove_prefix(at + piece.size());
  }
  return true;
}

void append_json_string(std::string& out, std::string_view utf8) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += '"';
  std::size_t plain = 0;  // where the bytes that go out unchanged begin
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    if (!needs_escape(utf8[i])) continue;
    out += utf8.substr(plain, i - plain);
    plain = i + 1;
    out += '\\';
    if (const char escape = short_escape(utf8[i]); escape != '\0') {
      out += escape;
    } else {
      const std::uint8_t byte = byte_at(utf8, i);
      out += "u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 0x0FU];
    }
  }
  out += utf8.substr(plain);
  out += '"';
}

void append_pointer_step(std::string& out, std::string_view name) {
  out += '/';
  for (const char c : name) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
}

}  // namespace writ::base
