#include "base/calendar.hpp"

#include <charconv>
#include <chrono>
#include <limits>
#include <span>

namespace writ::base {
namespace {

constexpr std::size_t kFractionDigits = 6;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool take(std::string_view& text, char expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(1);
  return true;
}

/// Takes exactly `count` digits off the front.
std::optional<unsigned> take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  unsigned value = 0;
  for (const char c : text.substr(0, count)) {
    if (!is_digit(c)) return std::nullopt;
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  text.remove_prefix(count);
  return value;
}

/// Takes the digits that follow a decimal point, at least one, as microseconds; what is finer is
/// cut.
std::optional<Micros> take_fraction(std::string_view& text) {
  Micros micros = 0;
  std::size_t digits = 0;
  for (; digits < text.size() && is_digit(text[digits]); ++digits) {
    if (digits < kFractionDigits) micros = micros * 10 + (text[digits] - '0');
  }
  if (digits == 0) return std::nullopt;
  text.remove_prefix(digits);
  for (; digits < kFractionDigits; ++digits)
    micros *= 10;
  return micros;
}

/// Takes `YYYY-MM-DD`; the year may be 0000, which an offset can still bring into range.
std::optional<Micros> take_day(std::string_view& text) {
  const auto year = take_digits(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(*year)},
                                         std::chrono::month{*month}, std::chrono::day{*day}};
  if (!date.ok()) return std::nullopt;
  return Micros{std::chrono::sys_days{date}.time_since_epoch().count()} * kMicrosPerDay;
}

/// Takes `HH:MM`, as minutes.
std::optional<Micros> take_minutes(std::string_view& text) {
  const auto hour = take_digits(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  return Micros{*hour} * 60 + Micros{*minute};
}

/// Takes `Z` or `+HH:MM`, `-HH:MM`, as the microseconds by which local time is ahead of UTC.
std::optional<Micros> take_offset(std::string_view& text) {
  if (take(text, 'Z')) return 0;
  const bool ahead = take(text, '+');
  if (!ahead && !take(text, '-')) return std::nullopt;
  const auto minutes = take_minutes(text);
  if (!minutes) return std::nullopt;
  return (ahead ? *minutes : -*minutes) * kMicrosPerMinute;
}

std::optional<Micros> in_range(Micros instant) {
  if (instant < kMinInstant || instant > kMaxInstant) return std::nullopt;
  return instant;
}

struct Unit {
  char letter;
  Micros size;
  bool may_have_fraction;
};

constexpr Unit kOwnUnits[] = {{'w', 7 * kMicrosPerDay, false},
                              {'d', kMicrosPerDay, false},
                              {'h', kMicrosPerHour, false},
                              {'m', kMicrosPerMinute, false},
                              {'s', kMicrosPerSecond, false}};
constexpr Unit kIsoWeeks[] = {{'W', 7 * kMicrosPerDay, false}};
constexpr Unit kIsoDays[] = {{'D', kMicrosPerDay, false}};
constexpr Unit kIsoTimes[] = {
    {'H', kMicrosPerHour, false}, {'M', kMicrosPerMinute, false}, {'S', kMicrosPerSecond, true}};

bool add(std::uint64_t& total, std::uint64_t count, Micros size) {
  std::uint64_t micros = 0;
  return !__builtin_mul_overflow(count, static_cast<std::uint64_t>(size), &micros) &&
         !__builtin_add_overflow(total, micros, &total);
}

/// Adds `NUMBER UNIT` repeated, at least once, each of `units` at most once and in their order, to
/// `total`. False when `text` is anything else or the sum is too great.
bool add_parts(std::uint64_t& total, std::string_view text, std::span<const Unit> units) {
  if (text.empty()) return false;
  while (!text.empty()) {
    std::uint64_t count = 0;
    if (!is_digit(text[0])) return false;
    const auto number = std::from_chars(text.data(), text.data() + text.size(), count);
    if (number.ec != std::errc{}) return false;
    text.remove_prefix(static_cast<std::size_t>(number.ptr - text.data()));

    std::optional<Micros> fraction;
    if (take(text, '.')) {
      fraction = take_fraction(text);
      if (!fraction) return false;
    }
    while (!units.empty() && !text.starts_with(units.front().letter))
      units = units.subspan(1);
    if (units.empty() || (fraction && !units.front().may_have_fraction)) return false;
    if (!add(total, count, units.front().size)) return false;
    if (fraction && !add(total, static_cast<std::uint64_t>(*fraction), 1)) return false;
    text.remove_prefix(1);
    units = units.subspan(1);
  }
  return true;
}

/// What follows the `P` of an ISO 8601 duration.
bool add_iso(std::uint64_t& total, std::string_view text) {
  const std::size_t t = text.find('T');
  if (t == std::string_view::npos) {
    if (text.ends_with('W')) return add_parts(total, text, kIsoWeeks);
    return add_parts(total, text, kIsoDays);
  }
  return (t == 0 || add_parts(total, text.substr(0, t), kIsoDays)) &&
         add_parts(total, text.substr(t + 1), kIsoTimes);
}

void append_padded(std::string& out, std::uint64_t value, std::size_t width) {
  const std::size_t begin = out.size();
  out.append(width, '0');
  for (std::size_t i = begin + width; i-- > begin; value /= 10) {
    out[i] = static_cast<char>('0' + value % 10);
  }
}

/// `.5`; nothing for zero.
void append_fraction(std::string& out, std::uint64_t micros) {
  if (micros == 0) return;
  out += '.';
  append_padded(out, micros, kFractionDigits);
  while (out.back() == '0')
    out.pop_back();
}

}  // namespace

std::optional<Micros> parse_instant(std::string_view text) {
  const auto day = take_day(text);
  if (!day || !take(text, 'T')) return std::nullopt;
  const auto minutes = take_minutes(text);
  if (!minutes || !take(text, ':')) return std::nullopt;
  const auto seconds = take_digits(text, 2);
  if (!seconds || *seconds > 59) return std::nullopt;

  std::optional<Micros> fraction = 0;
  if (take(text, '.')) fraction = take_fraction(text);
  if (!fraction) return std::nullopt;
  const auto offset = take_offset(text);
  if (!offset || !text.empty()) return std::nullopt;
  return in_range(*day + *minutes * kMicrosPerMinute + Micros{*seconds} * kMicrosPerSecond +
                  *fraction - *offset);
}

std::optional<Micros> parse_date(std::string_view text) {
  const auto day = take_day(text);
  if (!day || !text.empty()) return std::nullopt;
  return in_range(*day);
}

std::optional<Micros> parse_duration(std::string_view text) {
  const bool negative = take(text, '-');
  std::uint64_t total = 0;
  if (!(take(text, 'P') ? add_iso(total, text) : add_parts(total, text, kOwnUnits))) {
    return std::nullopt;
  }
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<Micros>::max());
  if (total > kMost + (negative ? 1 : 0)) return std::nullopt;
  return static_cast<Micros>(negative ? 0 - total : total);
}

void append_instant(std::string& out, Micros instant) {
  if (instant < kMinInstant) instant = kMinInstant;
  if (instant > kMaxInstant) instant = kMaxInstant;
  const std::chrono::sys_time<std::chrono::microseconds> point{std::chrono::microseconds{instant}};
  const auto day = std::chrono::floor<std::chrono::days>(point);
  const std::chrono::year_month_day date{day};
  const auto in_day = static_cast<std::uint64_t>((point - day).count());
  const std::uint64_t seconds = in_day / kMicrosPerSecond;

  append_padded(out, static_cast<std::uint64_t>(static_cast<int>(date.year())), 4);
  out += '-';
  append_padded(out, static_cast<unsigned>(date.month()), 2);
  out += '-';
  append_padded(out, static_cast<unsigned>(date.day()), 2);
  out += 'T';
  append_padded(out, seconds / 3600, 2);
  out += ':';
  append_padded(out, seconds / 60 % 60, 2);
  out += ':';
  append_padded(out, seconds % 60, 2);
  append_fraction(out, in_day % kMicrosPerSecond);
  out += 'Z';
}

void append_duration(std::string& out, Micros duration) {
  const auto bits = static_cast<std::uint64_t>(duration);
  std::uint64_t rest = duration < 0 ? 0 - bits : bits;
  if (rest == 0) {
    out += "0s";
    return;
  }
  if (duration < 0) out += '-';
  const auto append_count = [&out](std::uint64_t count) {
    char digits[20];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, count).ptr);
  };
  // Days and less: weeks are read but not written, and the seconds carry the fraction.
  for (const Unit& unit : std::span{kOwnUnits}.subspan(1)) {
    const auto size = static_cast<std::uint64_t>(unit.size);
    const std::uint64_t count = rest / size;
    rest %= size;
    const bool carries_fraction = unit.letter == 's' && rest != 0;
    if (count == 0 && !carries_fraction) continue;
    append_count(count);
    if (carries_fraction) append_fraction(out, rest);
    out += unit.letter;
  }
}

}  // namespace writ::base
