#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace writ::base {

/// Instants are signed microseconds since 1970-01-01T00:00:00Z, durations signed microseconds.
/// The calendar is the proleptic Gregorian one, years 0001-9999 (RFC 3339).
using Micros = std::int64_t;

inline constexpr Micros kMicrosPerSecond = 1'000'000;
inline constexpr Micros kMicrosPerMinute = 60 * kMicrosPerSecond;
inline constexpr Micros kMicrosPerHour = 60 * kMicrosPerMinute;
inline constexpr Micros kMicrosPerDay = 24 * kMicrosPerHour;
/// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59.999999Z.
inline constexpr Micros kMinInstant = -62'135'596'800 * kMicrosPerSecond;
inline constexpr Micros kMaxInstant = 253'402'300'800 * kMicrosPerSecond - 1;

/// An RFC 3339 date-time (seconds required; `Z` or a numeric offset; digits of the fraction past
/// the sixth are cut; `T` and `Z` upper case). A leap second (`:60`) and a year outside 0001-9999
/// after applying the offset are refused.
std::optional<Micros> parse_instant(std::string_view text);

/// A date `YYYY-MM-DD`, as its instant 00:00Z.
std::optional<Micros> parse_date(std::string_view text);

/// A duration with units: Writ's own form (`1h30m`, `15m`, units `w d h m s` in descending order,
/// each at most once, whole numbers) or ISO 8601 without years and months (`PT15M`, `P1DT2H`; weeks
/// stand alone, `P2W`; seconds may have a fraction after a point, its digits past the sixth are
/// cut). A leading minus is accepted. Bare numbers are refused, so is what 64 bits cannot hold.
std::optional<Micros> parse_duration(std::string_view text);

/// UTC with `Z`, the fraction only when it is not zero and without trailing zeros. An instant
/// outside kMinInstant..kMaxInstant (only saturating arithmetic makes one) is written as the nearer
/// bound.
void append_instant(std::string& out, Micros instant);

/// `1h30m`, `90d`, `0s`; negative with a leading `-`; a rest below a second as a decimal of seconds
/// (`1.5s`). Weeks are written as days.
void append_duration(std::string& out, Micros duration);

}  // namespace writ::base
