#include "base/decimal.hpp"

#include <array>
#include <charconv>
#include <limits>

namespace writ::base {
namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

std::int64_t clamp(Wide value) {
  if (value < kMin) return kMin;
  if (value > kMax) return kMax;
  return static_cast<std::int64_t>(value);
}

Wide divide_down(Wide a, Wide b) {
  const Wide quotient = a / b;
  return a % b < 0 ? quotient - 1 : quotient;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Takes `0|[1-9][0-9]*` off the front of `text`.
std::optional<std::uint64_t> take_whole(std::string_view& text) {
  std::size_t digits = 0;
  std::uint64_t value = 0;
  for (; digits < text.size() && is_digit(text[digits]); ++digits) {
    const auto digit = static_cast<std::uint64_t>(text[digits] - '0');
    if (__builtin_mul_overflow(value, std::uint64_t{10}, &value) ||
        __builtin_add_overflow(value, digit, &value)) {
      return std::nullopt;
    }
  }
  if (digits == 0 || (digits > 1 && text[0] == '0')) return std::nullopt;
  text.remove_prefix(digits);
  return value;
}

/// The magnitude with its sign, where 64 bits hold it.
std::optional<std::int64_t> with_sign(std::uint64_t magnitude, bool negative) {
  const std::uint64_t limit = static_cast<std::uint64_t>(kMax) + (negative ? 1 : 0);
  if (magnitude > limit) return std::nullopt;
  return static_cast<std::int64_t>(negative ? 0 - magnitude : magnitude);
}

bool take_minus(std::string_view& text) {
  if (!text.starts_with('-')) return false;
  text.remove_prefix(1);
  return true;
}

std::uint64_t magnitude_of(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  return value < 0 ? 0 - bits : bits;
}

template <class Integer>
void append_number(std::string& out, Integer value) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

}  // namespace

std::optional<std::int64_t> parse_decimal(std::string_view text) {
  constexpr std::size_t kFractionDigits = 4;
  const bool negative = take_minus(text);
  const auto whole = take_whole(text);
  if (!whole) return std::nullopt;

  std::uint64_t fraction = 0;
  if (!text.empty()) {
    const std::string_view digits = text.substr(1);
    if (text[0] != '.' || digits.empty() || digits.size() > kFractionDigits) return std::nullopt;
    for (std::size_t i = 0; i < kFractionDigits; ++i) {
      const char digit = i < digits.size() ? digits[i] : '0';
      if (!is_digit(digit)) return std::nullopt;
      fraction = fraction * 10 + static_cast<std::uint64_t>(digit - '0');
    }
  }

  std::uint64_t magnitude = 0;
  if (__builtin_mul_overflow(*whole, static_cast<std::uint64_t>(kDecimalOne), &magnitude) ||
      __builtin_add_overflow(magnitude, fraction, &magnitude)) {
    return std::nullopt;
  }
  return with_sign(magnitude, negative);
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  const bool negative = take_minus(text);
  const auto magnitude = take_whole(text);
  if (!magnitude || !text.empty()) return std::nullopt;
  return with_sign(*magnitude, negative);
}

void append_decimal(std::string& out, std::int64_t ten_thousandths) {
  constexpr auto kOne = static_cast<std::uint64_t>(kDecimalOne);
  const std::uint64_t magnitude = magnitude_of(ten_thousandths);
  if (ten_thousandths < 0) out += '-';
  append_number(out, magnitude / kOne);
  std::uint64_t rest = magnitude % kOne;
  if (rest == 0) return;
  out += '.';
  for (std::uint64_t unit = kOne / 10; rest != 0; unit /= 10) {
    out += static_cast<char>('0' + rest / unit);
    rest %= unit;
  }
}

void append_integer(std::string& out, std::int64_t value) {
  append_number(out, value);
}

std::int64_t saturating_add(std::int64_t a, std::int64_t b) {
  return clamp(Wide{a} + b);
}

std::int64_t saturating_sub(std::int64_t a, std::int64_t b) {
  return clamp(Wide{a} - b);
}

std::int64_t saturating_mul(std::int64_t a, std::int64_t b, std::int64_t scale) {
  return clamp(divide_down(Wide{a} * b, scale));
}

std::int64_t floor_div(std::int64_t a, std::int64_t b, std::int64_t scale) {
  return clamp(divide_down(Wide{a} * scale, b));
}

std::int64_t floor_mod(std::int64_t a, std::int64_t b) {
  const std::int64_t remainder = a % b;
  return remainder < 0 ? remainder + b : remainder;
}

}  // namespace writ::base
