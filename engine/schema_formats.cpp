#include "engine/schema_formats.hpp"

#include <string_view>

namespace writ::engine {
namespace {

/// `(?:` … `)`.
std::string group(const std::string& alternatives) {
  return "(?:" + alternatives + ")";
}

/// Parts in descending order, each at most once and one at least: `a(?:b)?(?:c)?|b(?:c)?|c`.
template <std::size_t N>
std::string descending(const std::string (&parts)[N]) {
  std::string out;
  for (std::size_t first = 0; first < N; ++first) {
    if (first != 0) out += '|';
    out += parts[first];
    for (std::size_t i = first + 1; i < N; ++i)
      out += group(parts[i]) + "?";
  }
  return out;
}

/// Durations whose counts are written with `digits` and whose fraction with `fraction`.
std::string durations(const std::string& digits, const std::string& fraction) {
  const std::string own[] = {digits + "w", digits + "d", digits + "h", digits + "m", digits + "s"};
  const std::string times[] = {digits + "H", digits + "M", digits + group("\\." + fraction) + "?S"};
  const std::string days = digits + "D";
  return descending(own) + "|P" +
         group(digits + "W|" + days + "|" + group(days) + "?T" + group(descending(times)));
}

}  // namespace

std::string instant_pattern() {
  const std::string days =
      "[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|"
      "(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))";
  const std::string leap_days =
      "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29";
  const std::string minutes = "(?:[01][0-9]|2[0-3]):[0-5][0-9]";
  return "^" + group(days + "|" + leap_days) + "T" + minutes +
         ":[0-5][0-9](?:\\.[0-9]+)?(?:Z|[+-]" + minutes + ")$";
}

std::string duration_pattern(bool negative) {
  const std::string any = durations("[0-9]+", "[0-9]+");
  if (negative) return "^-?" + group(any) + "$";
  // Digits past the sixth of a fraction are cut.
  return "^" + group(any + "|-" + group(durations("0+", "(?:0{1,5}|0{6}[0-9]*)"))) + "$";
}

std::string ip_pattern() {
  const std::string octet = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
  const std::string dotted = octet + "(?:\\." + octet + "){3}";
  const std::string hex = "[0-9A-Fa-f]{1,4}";
  const std::string before = "(?:" + hex + ":)", after = "(?::" + hex + ")";
  const auto times = [](const std::string& part, int least, int most) {
    return part + "{" + std::to_string(least) + (least == most ? "" : "," + std::to_string(most)) +
           "}";
  };
  // Eight groups, or fewer with `::` for at least one; a dotted address stands for the last two.
  std::string out = dotted + "|" + times(before, 7, 7) + hex + "|" + times(before, 6, 6) + dotted;
  for (int first = 1; first <= 7; ++first) {
    out += "|" + times(before, first, first) + ":";
    if (first < 7) out += group(hex + times(after, 0, 6 - first)) + "?";
    if (first < 6)
      out += "|" + times(before, first, first) + ":" + times(before, 0, 5 - first) + dotted;
  }
  out += "|::" + group(hex + times(after, 0, 6)) + "?";
  out += "|::" + times(before, 0, 5) + dotted;
  return "^" + group(out) + "$";
}

}  // namespace writ::engine
