#include "base/text.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <span>
#include <vector>

#include <arpa/inet.h>
#include <nlohmann/json.hpp>

#include "base/calendar.hpp"
#include "base/decimal.hpp"
#include "base/ip.hpp"
#include "base/quorum.hpp"

#include "tests/fuzz/properties.hpp"

namespace writ::tests {
namespace {

std::string ticked(std::string_view text) {
  return "`" + std::string(text) + "`";
}

/// Reading what was written gives the value again.
template <class Value>
std::string round_trip(std::string_view text, std::optional<Value> (*parse)(std::string_view),
                       void (*append)(std::string&, Value)) {
  const std::optional<Value> value = parse(text);
  if (!value) return {};
  std::string written;
  append(written, *value);
  const std::optional<Value> again = parse(written);
  if (again == value) return {};
  return ticked(text) + " is written " + ticked(written) + ", which is " +
         (again ? "another value" : "no value");
}

std::string duration(std::string_view text) {
  // Its own form has whole seconds; ISO 8601 has the fraction that it writes.
  const auto value = base::parse_duration(text);
  if (!value || *value % base::kMicrosPerSecond != 0) return {};
  return round_trip(text, base::parse_duration, base::append_duration);
}

std::string instant(std::string_view text) {
  const auto value = base::parse_instant(text);
  if (value && (*value < base::kMinInstant || *value > base::kMaxInstant))
    return ticked(text) + " is outside the years 0001-9999";
  return round_trip(text, base::parse_instant, base::append_instant);
}

std::string date(std::string_view text) {
  const auto day = base::parse_date(text);
  const auto midnight = base::parse_instant(std::string(text) + "T00:00:00Z");
  if (text.find('T') != text.npos || day == midnight) return {};
  return ticked(text) + " as a date is not its instant 00:00Z";
}

std::string decimal(std::string_view text) {
  return round_trip(text, base::parse_decimal, base::append_decimal);
}

std::string integer(std::string_view text) {
  std::int64_t expected = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), expected);
  const std::string_view digits = text.substr(text.starts_with('-') ? 1 : 0);
  const bool valid = error == std::errc() && end == text.data() + text.size() &&
                     (digits.size() == 1 || !digits.starts_with('0'));
  const auto value = base::parse_integer(text);
  if (value.has_value() != valid || (valid && *value != expected))
    return ticked(text) + " as an integer";
  return round_trip(text, base::parse_integer, base::append_integer);
}

/// As the C library reads an address.
std::optional<base::IpAddress> by_inet_pton(std::string_view text) {
  if (text.find('\0') != text.npos) return std::nullopt;
  const std::string copy(text);
  base::IpAddress address{};
  if (inet_pton(AF_INET6, copy.c_str(), address.data()) == 1) return address;
  address = {};
  address[10] = address[11] = 0xff;
  if (inet_pton(AF_INET, copy.c_str(), address.data() + 12) == 1) return address;
  return std::nullopt;
}

std::string ip(std::string_view text) {
  const auto address = base::parse_ip(text);
  if (address != by_inet_pton(text)) return ticked(text) + " is read unlike inet_pton";
  if (!address) return {};
  std::string written;
  base::append_ip(written, *address);
  return base::parse_ip(written) == address ? "" : ticked(text) + " is written " + ticked(written);
}

bool bit(const base::IpAddress& address, int i) {
  return ((address[static_cast<std::size_t>(i / 8)] >> (7 - i % 8)) & 1) != 0;
}

/// `NETWORK` or `NETWORK ADDRESS`: whether it is in it, bit by bit.
std::string network(std::string_view text) {
  const std::size_t space = text.find(' ');
  const auto net = base::parse_network(text.substr(0, space));
  if (!net) return {};
  const auto address = space == text.npos
                           ? net->address
                           : base::parse_ip(text.substr(space + 1)).value_or(base::IpAddress{});
  bool inside = true;
  for (int i = 0; i < 128; ++i) {
    if (i < net->prefix)
      inside = inside && bit(net->address, i) == bit(address, i);
    else if (bit(net->address, i))
      return ticked(text) + " has bits after its prefix";
  }
  return base::contains(*net, address) == inside ? "" : ticked(text) + ": contains differs";
}

/// Whether `pattern` (`*`: any run of characters) is all of `text`: every way of dividing it tried.
bool matches_naively(std::string_view pattern, std::string_view text) {
  std::vector<bool> reached(text.size() + 1, false);  // by the pattern so far
  reached[0] = true;
  for (const char c : pattern) {
    std::vector<bool> next(text.size() + 1, false);
    for (std::size_t i = 0; i <= text.size(); ++i) {
      if (c == '*')
        next[i] = reached[i] || (i > 0 && next[i - 1]);
      else
        next[i] = i > 0 && reached[i - 1] && text[i - 1] == c;
    }
    reached = std::move(next);
  }
  return reached.back();
}

/// `PATTERN` and, on the next line, the text.
std::string glob(std::string_view bytes) {
  const std::size_t line = bytes.find('\n');
  if (line == bytes.npos || bytes.size() > 1024) return {};
  const std::string_view pattern = bytes.substr(0, line), text = bytes.substr(line + 1);
  std::vector<std::string_view> pieces;
  for (std::size_t begin = 0;;) {
    const std::size_t star = pattern.find('*', begin);
    pieces.push_back(pattern.substr(begin, star - begin));
    if (star == pattern.npos) break;
    begin = star + 1;
  }
  const bool found = base::glob_match(pieces.data(), pieces.size(), text);
  if (found == matches_naively(pattern, text)) return {};
  return ticked(pattern) + (found ? " matches " : " does not match ") + ticked(text);
}

/// RFC 3629, from its table of ranges.
bool is_utf8_naively(std::string_view text) {
  std::size_t i = 0;
  const auto byte = [&](std::size_t at, unsigned low, unsigned high) {
    if (at >= text.size()) return false;
    const auto b = static_cast<unsigned char>(text[at]);
    return b >= low && b <= high;
  };
  const auto tail = [&](std::size_t at) { return byte(at, 0x80, 0xbf); };
  while (i < text.size()) {
    if (byte(i, 0, 0x7f)) {
      i += 1;
    } else if (byte(i, 0xc2, 0xdf) && tail(i + 1)) {
      i += 2;
    } else if (((byte(i, 0xe0, 0xe0) && byte(i + 1, 0xa0, 0xbf)) ||
                (byte(i, 0xed, 0xed) && byte(i + 1, 0x80, 0x9f)) ||
                (byte(i, 0xe1, 0xef) && !byte(i, 0xed, 0xed) && tail(i + 1))) &&
               tail(i + 2)) {
      i += 3;
    } else if (((byte(i, 0xf0, 0xf0) && byte(i + 1, 0x90, 0xbf)) ||
                (byte(i, 0xf1, 0xf3) && tail(i + 1)) ||
                (byte(i, 0xf4, 0xf4) && byte(i + 1, 0x80, 0x8f))) &&
               tail(i + 2) && tail(i + 3)) {
      i += 4;
    } else {
      return false;
    }
  }
  return true;
}

/// Strings: UTF-8, JSON and pointer escapes, trimming, lower case.
std::string utf8(std::string_view text) {
  const bool valid = is_utf8_naively(text);
  if (base::is_utf8(text) != valid) return ticked(text) + " as UTF-8";
  if (!valid) return {};
  std::size_t points = 0;
  for (const char c : text)
    points += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  if (base::code_points(text) != points) return ticked(text) + ": code points";

  std::string json;
  base::append_json_string(json, text);
  const auto parsed = nlohmann::json::parse(json, nullptr, false);
  if (!parsed.is_string() || parsed.get<std::string>() != text)
    return ticked(text) + " is written " + ticked(json);

  std::string pointer;
  base::append_pointer_step(pointer, text);
  if (nlohmann::json::json_pointer(pointer).back() != text)
    return ticked(text) + " is a step " + ticked(pointer);

  const std::string_view trimmed = base::trim(text);
  if (base::trim(trimmed) != trimmed || !base::is_utf8(trimmed) || text.find(trimmed) == text.npos)
    return ticked(text) + " is trimmed to " + ticked(trimmed);
  std::string lower, twice;
  base::append_lower(lower, text);
  base::append_lower(twice, lower);
  if (lower.size() != text.size() || lower != twice) return ticked(text) + " in lower case";
  return {};
}

/// Whether all that `present` lacks of each clause leaves enough.
bool satisfied_naively(std::span<const base::Clause> quorum, unsigned present) {
  for (const base::Clause& clause : quorum)
    if (std::popcount(clause.members & present) < clause.need) return false;
  return true;
}

/// Bytes in pairs are clauses over eight members. The normal form means the same and is its own.
std::string quorum(std::string_view bytes) {
  base::Clauses clauses;
  for (std::size_t i = 0; i + 1 < bytes.size() && clauses.size() < 8; i += 2) {
    const auto members = static_cast<unsigned char>(bytes[i]);
    const int most = std::popcount(members);
    if (most == 0) continue;
    const int need = 1 + static_cast<unsigned char>(bytes[i + 1]) % most;
    clauses.push_back({static_cast<std::uint16_t>(need), members});
  }
  base::Clauses normal = clauses;
  normal.resize(base::normalize(normal.data(), normal.size()));
  base::Clauses twice = normal;
  twice.resize(base::normalize(twice.data(), twice.size()));
  if (twice != normal) return "the normal form of a normal form is another";
  if (!base::implies(clauses, normal) || !base::implies(normal, clauses))
    return "the normal form means something else, says `implies`";
  for (unsigned present = 0; present < 256; ++present) {
    const auto mask = static_cast<std::uint16_t>(present);
    const bool expected = satisfied_naively(clauses, present);
    if (base::satisfied(normal, mask) != expected) return "the normal form means something else";
    const std::uint16_t missing = base::missing(normal, mask);
    if ((missing == 0) != expected) return "`missing` differs from `satisfied`";
    if (!base::satisfied(normal, mask | missing)) return "`missing` is not enough";
  }
  return {};
}

struct Property {
  char letter;
  std::string (*fault)(std::string_view);
};
constexpr std::array<Property, 10> kProperties = {{{'d', duration},
                                                   {'t', instant},
                                                   {'y', date},
                                                   {'m', decimal},
                                                   {'i', integer},
                                                   {'a', ip},
                                                   {'n', network},
                                                   {'g', glob},
                                                   {'s', utf8},
                                                   {'q', quorum}}};

}  // namespace

std::string text_fault(std::string_view bytes) {
  if (bytes.empty()) return {};
  for (const Property& property : kProperties)
    if (property.letter == bytes.front()) return property.fault(bytes.substr(1));
  return {};
}

std::string_view text_properties() {
  static const std::string letters = [] {
    std::string all;
    for (const Property& property : kProperties)
      all += property.letter;
    return all;
  }();
  return letters;
}

}  // namespace writ::tests
