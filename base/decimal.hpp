#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace writ::base {

/// A decimal is a signed 64-bit count of ten-thousandths.
inline constexpr std::int64_t kDecimalOne = 10'000;

/// `-?(0|[1-9][0-9]*)(\.[0-9]{1,4})?`; nullopt for any other text or what 64 bits cannot hold.
std::optional<std::int64_t> parse_decimal(std::string_view text);
/// `-?(0|[1-9][0-9]*)`; nullopt for any other text or what 64 bits cannot hold.
std::optional<std::int64_t> parse_integer(std::string_view text);
/// Without trailing zeros: `12`, `0.5`, `-3.0001`.
void append_decimal(std::string& out, std::int64_t ten_thousandths);
void append_integer(std::string& out, std::int64_t value);

/// Saturating arithmetic (128-bit inside), as the language defines `+ - *`.
std::int64_t saturating_add(std::int64_t a, std::int64_t b);
std::int64_t saturating_sub(std::int64_t a, std::int64_t b);
/// (a * b) / scale, rounded down, clamped; `scale` is 1 for integers and durations, kDecimalOne for
/// decimals.
std::int64_t saturating_mul(std::int64_t a, std::int64_t b, std::int64_t scale = 1);
/// (a * scale) / b rounded down, clamped; b > 0.
std::int64_t floor_div(std::int64_t a, std::int64_t b, std::int64_t scale = 1);
/// The remainder that goes with floor_div: in [0, b). b > 0.
std::int64_t floor_mod(std::int64_t a, std::int64_t b);

}  // namespace writ::base
