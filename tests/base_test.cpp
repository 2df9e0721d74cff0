#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <ostream>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/calendar.hpp"
#include "base/decimal.hpp"
#include "base/expected.hpp"
#include "base/ip.hpp"
#include "base/text.hpp"

namespace writ::base {

namespace {

using namespace std::string_literals;

constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

template <class Append, class Value>
std::string written(Append append, const Value& value) {
  std::string out;
  append(out, value);
  return out;
}

/// The words of a text that blanks part.
std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> result;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    if (end > begin) result.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return result;
}

// --- Calendar ---------------------------------------------------------------------------------

TEST(Calendar, ReadsInstants) {
  const struct {
    std::string_view text;
    Micros instant;
  } cases[] = {
      {"1970-01-01T00:00:00Z", 0},
      {"1970-01-01T00:00:00-00:00", 0},
      {"1969-12-31T23:59:59.999999Z", -1},
      {"2026-03-02T12:00:00Z", 1'772'452'800 * kMicrosPerSecond},
      {"2026-03-02T14:30:00+02:30", 1'772'452'800 * kMicrosPerSecond},
      {"2024-02-29T00:00:00Z", 1'709'164'800 * kMicrosPerSecond},
      {"2000-02-29T00:00:00Z", 951'782'400 * kMicrosPerSecond},
      {"1970-01-01T00:00:00.5Z", 500'000},
      {"1970-01-01T00:00:00.000001Z", 1},
      {"1970-01-01T00:00:00.0000019Z", 1},
      {"1970-01-01T00:00:00.123456789012345678901234567890Z", 123'456},
      {"0001-01-01T00:00:00Z", kMinInstant},
      {"9999-12-31T23:59:59.999999Z", kMaxInstant},
      {"9999-12-31T23:59:59.9999999Z", kMaxInstant},
      {"0001-01-01T23:59:00+23:59", kMinInstant},
      {"0000-12-31T23:00:00-01:00", kMinInstant},
      {"9999-12-31T00:00:59.999999-23:59", kMaxInstant},
  };
  for (const auto& c : cases)
    EXPECT_EQ(parse_instant(c.text), c.instant) << c.text;
}

TEST(Calendar, RefusesOtherInstants) {
  std::vector<std::string_view> cases = words(
      "2026-03-02 2026-03-02T12:00Z 2026-03-02T12:00:00 "                // cut short
      "2026-03-02t12:00:00Z 2026-03-02T12:00:00z "                       // lower case
      "2026-03-02T12:00:00.Z 2026-03-02T12:00:00,5Z "                    // no fraction
      "2016-12-31T23:59:60Z "                                            // a leap second
      "2026-03-02T24:00:00Z 2026-03-02T12:60:00Z "                       // no such time
      "2026-02-29T00:00:00Z 1900-02-29T00:00:00Z 2026-04-31T00:00:00Z "  // no such day
      "2026-00-01T00:00:00Z 2026-13-01T00:00:00Z 2026-01-00T00:00:00Z "
      "2026-03-02T12:00:00+24:00 2026-03-02T12:00:00+02:60 "  // no such offset
      "2026-03-02T12:00:00+0200 2026-03-02T12:00:00+02 "
      "+2026-03-02T12:00:00Z 02026-03-02T12:00:00Z 2026-3-2T12:00:00Z "  // not four, two, two
      "0000-12-31T23:59:59Z 0001-01-01T00:00:00+00:01 "                  // before year 1
      "9999-12-31T23:59:59-00:01 9999-12-31T23:59:59.999999-00:01");     // after year 9999
  cases.insert(cases.end(),
               {"", "2026-03-02T12:00:00Z ", " 2026-03-02T12:00:00Z", "2026-03-02 12:00:00Z"});
  for (const auto text : cases)
    EXPECT_EQ(parse_instant(text), std::nullopt) << text;
}

TEST(Calendar, ReadsDates) {
  EXPECT_EQ(parse_date("1970-01-02"), kMicrosPerDay);
  EXPECT_EQ(parse_date("0001-01-01"), kMinInstant);
  EXPECT_EQ(parse_date("9999-12-31"), kMaxInstant + 1 - kMicrosPerDay);
  for (const auto text : words("0000-12-31 2026-02-30 2026-03-02T 2026-3-2 20260302 10000-01-01"))
    EXPECT_EQ(parse_date(text), std::nullopt) << text;
  EXPECT_EQ(parse_date(""), std::nullopt);
}

TEST(Calendar, WritesInstants) {
  const struct {
    Micros instant;
    std::string_view text;
  } cases[] = {
      {0, "1970-01-01T00:00:00Z"},           {-1, "1969-12-31T23:59:59.999999Z"},
      {500'000, "1970-01-01T00:00:00.5Z"},   {10, "1970-01-01T00:00:00.00001Z"},
      {kMinInstant, "0001-01-01T00:00:00Z"}, {kMaxInstant, "9999-12-31T23:59:59.999999Z"},
      {kLeast, "0001-01-01T00:00:00Z"},      {kMost, "9999-12-31T23:59:59.999999Z"},
  };
  for (const auto& c : cases)
    EXPECT_EQ(written(append_instant, c.instant), c.text);
}

TEST(Calendar, InstantsSurviveWritingAndReading) {
  std::mt19937_64 random(1);
  std::uniform_int_distribution<Micros> any(kMinInstant, kMaxInstant);
  for (int i = 0; i < 5'000; ++i) {
    const Micros instant = any(random);
    EXPECT_EQ(parse_instant(written(append_instant, instant)), instant);
  }
}

TEST(Calendar, ReadsDurations) {
  const struct {
    std::string_view text;
    Micros duration;
  } cases[] = {
      {"15m", 15 * kMicrosPerMinute},
      {"1h30m", 90 * kMicrosPerMinute},
      {"1w2d3h4m5s", 9 * kMicrosPerDay + 3 * kMicrosPerHour + 245 * kMicrosPerSecond},
      {"1w5s", 7 * kMicrosPerDay + 5 * kMicrosPerSecond},
      {"90d", 90 * kMicrosPerDay},
      {"120s", 2 * kMicrosPerMinute},
      {"0s", 0},
      {"-0s", 0},
      {"-1h30m", -90 * kMicrosPerMinute},
      {"PT15M", 15 * kMicrosPerMinute},
      {"P1DT2H", 26 * kMicrosPerHour},
      {"P2W", 14 * kMicrosPerDay},
      {"P1D", kMicrosPerDay},
      {"PT1H30M", 90 * kMicrosPerMinute},
      {"PT0S", 0},
      {"-PT15M", -15 * kMicrosPerMinute},
      {"PT1.5S", 1'500'000},
      {"PT0.000001S", 1},
      {"PT0.0000019S", 1},
      {"PT1M0.25S", kMicrosPerMinute + 250'000},
      {"9223372036854s", 9'223'372'036'854 * kMicrosPerSecond},
      {"PT9223372036854.775807S", kMost},
      {"-PT9223372036854.775808S", kLeast},
  };
  for (const auto& c : cases)
    EXPECT_EQ(parse_duration(c.text), c.duration) << c.text;
}

TEST(Calendar, RefusesOtherDurations) {
  std::vector<std::string_view> cases = words(
      "- 3600 0 -5 m s15 1h30 "          // bare numbers, bare units
      "30m1h 1h1h 1m2m "                 // ascending, twice
      "1.5h 1.5s 1_000s +15m --15m "     // no whole numbers
      "15M 1H 1y 5ms 5us "               // other units
      "P PT -P P1DT "                    // nothing where something must be
      "P1Y P1M P1Y2M P1YT1H "            // no years and months
      "P2W1D P1D2W P2WT1H "              // weeks stand alone
      "PT1D P1H PT1M1H PT1H1H PT1HT1M "  // out of their places
      "P1.5D PT1.5H PT1.S PT.5S PT1,5S PT1.5S1 P-1D PT-1S "
      "pt15m PT15m p1d "
      "9223372036855s -9223372036855s "  // beyond 64 bits
      "99999999999999999999d 30500568904944w "
      "PT9223372036854.775808S -PT9223372036854.775809S");
  cases.insert(cases.end(), {"", "1h 30m", " 15m", "15m "});
  for (const auto text : cases)
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
}

TEST(Calendar, WritesDurations) {
  const struct {
    Micros duration;
    std::string_view text;
  } cases[] = {
      {0, "0s"},
      {90 * kMicrosPerMinute, "1h30m"},
      {90 * kMicrosPerDay, "90d"},
      {14 * kMicrosPerDay, "14d"},
      {kMicrosPerDay + 5 * kMicrosPerSecond, "1d5s"},
      {1'500'000, "1.5s"},
      {1, "0.000001s"},
      {-500'000, "-0.5s"},
      {kMicrosPerMinute + 500'000, "1m0.5s"},
      {-90 * kMicrosPerMinute, "-1h30m"},
      {kMost, "106751991d4h54.775807s"},
      {kLeast, "-106751991d4h54.775808s"},
  };
  for (const auto& c : cases)
    EXPECT_EQ(written(append_duration, c.duration), c.text);
}

// --- Numbers ----------------------------------------------------------------------------------

TEST(Decimal, Reads) {
  const struct {
    std::string_view text;
    std::int64_t value;
  } cases[] = {{"0", 0},           {"-0", 0},
               {"-0.0", 0},        {"12", 120'000},
               {"0.5", 5'000},     {"-3.0001", -30'001},
               {"1.2500", 12'500}, {"-0.0001", -1},
               {"0.01", 100},      {"922337203685477.5807", kMost},
               {"10", 100'000},    {"-922337203685477.5808", kLeast}};
  for (const auto& c : cases)
    EXPECT_EQ(parse_decimal(c.text), c.value) << c.text;
  for (const auto text : words("- +1 01 -01 00 .5 1. 1.00000 1.23456 1e3 1.5e0 1,5 1.2.3 1.-2 --1 "
                               "922337203685477.5808 -922337203685477.5809 922337203685478 "
                               "99999999999999999999 NaN 0x1"))
    EXPECT_EQ(parse_decimal(text), std::nullopt) << text;
  EXPECT_EQ(parse_decimal(""), std::nullopt);
  EXPECT_EQ(parse_decimal(" 1"), std::nullopt);
  EXPECT_EQ(parse_decimal("1 "), std::nullopt);
}

TEST(Decimal, Writes) {
  const struct {
    std::int64_t value;
    std::string_view text;
  } cases[] = {
      {0, "0"},
      {120'000, "12"},
      {5'000, "0.5"},
      {-30'001, "-3.0001"},
      {-1, "-0.0001"},
      {12'500, "1.25"},
      {kMost, "922337203685477.5807"},
      {kLeast, "-922337203685477.5808"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(written(append_decimal, c.value), c.text);
    EXPECT_EQ(parse_decimal(c.text), c.value);
  }
}

TEST(Decimal, ReadsAndWritesIntegers) {
  EXPECT_EQ(parse_integer("-0"), 0);
  EXPECT_EQ(parse_integer("10000000"), 10'000'000);
  EXPECT_EQ(parse_integer("9223372036854775807"), kMost);
  EXPECT_EQ(parse_integer("-9223372036854775808"), kLeast);
  for (const auto text : words("- +1 01 1.0 1e3 1_000 9223372036854775808 -9223372036854775809 "
                               "18446744073709551616 100000000000000000000"))
    EXPECT_EQ(parse_integer(text), std::nullopt) << text;
  EXPECT_EQ(parse_integer(""), std::nullopt);
  EXPECT_EQ(parse_integer(" 1"), std::nullopt);
  EXPECT_EQ(parse_integer("1 "), std::nullopt);
  EXPECT_EQ(written(append_integer, kLeast), "-9223372036854775808");
  EXPECT_EQ(written(append_integer, kMost), "9223372036854775807");
  EXPECT_EQ(written(append_integer, std::int64_t{0}), "0");
}

TEST(Decimal, ArithmeticSaturates) {
  EXPECT_EQ(saturating_add(kMost, 1), kMost);
  EXPECT_EQ(saturating_add(kLeast, -1), kLeast);
  EXPECT_EQ(saturating_add(kMost, kLeast), -1);
  EXPECT_EQ(saturating_sub(kLeast, 1), kLeast);
  EXPECT_EQ(saturating_sub(0, kLeast), kMost);
  EXPECT_EQ(saturating_sub(kMost, -1), kMost);
  EXPECT_EQ(saturating_mul(kMost, 2), kMost);
  EXPECT_EQ(saturating_mul(kMost, -2), kLeast);
  EXPECT_EQ(saturating_mul(kLeast, kLeast), kMost);
  EXPECT_EQ(saturating_mul(kLeast, -1), kMost);
  EXPECT_EQ(saturating_mul(15'000, 25'000, kDecimalOne), 37'500);
  EXPECT_EQ(saturating_mul(1, 5'000, kDecimalOne), 0);
  EXPECT_EQ(saturating_mul(-1, 5'000, kDecimalOne), -1) << "rounds down, not to zero";
  EXPECT_EQ(saturating_mul(kMost, 10'000, kDecimalOne), kMost);
}

TEST(Decimal, DivisionRoundsDown) {
  const struct {
    std::int64_t a, b, quotient, remainder;
  } cases[] = {
      {7, 2, 3, 1},
      {-7, 2, -4, 1},
      {-8, 2, -4, 0},
      {0, 5, 0, 0},
      {-1, 5, -1, 4},
      {kLeast, 1, kLeast, 0},
      {kLeast, kMost, -2, kMost - 1},
      {kMost, kMost, 1, 0},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(floor_div(c.a, c.b), c.quotient) << c.a << " / " << c.b;
    EXPECT_EQ(floor_mod(c.a, c.b), c.remainder) << c.a << " % " << c.b;
  }
  EXPECT_EQ(floor_div(10'000, 30'000, kDecimalOne), 3'333);
  EXPECT_EQ(floor_div(-10'000, 30'000, kDecimalOne), -3'334);
  EXPECT_EQ(floor_div(kMost, 1, kDecimalOne), kMost);
  EXPECT_EQ(floor_div(kLeast, 1, kDecimalOne), kLeast);
}

TEST(Expected, CarriesAnError) {
  const auto half = [](int x) -> Expected<int, std::string> {
    if (x % 2 != 0) return unexpected("odd"s);
    return x / 2;
  };
  EXPECT_EQ(half(4).value(), 2);
  EXPECT_EQ(half(3).error(), "odd");
}

// --- Text -------------------------------------------------------------------------------------

TEST(Text, KnowsUtf8) {
  for (const std::string& good :
       {""s, "plain"s, "\0"s, "\u00e9"s, "\u20ac"s, "\U0001F600"s, "\xF4\x8F\xBF\xBF"s,
        "\xED\x9F\xBF"s, "\xEE\x80\x80"s, "eight by\u00e9 and more plain bytes"s}) {
    EXPECT_TRUE(is_utf8(good)) << good;
  }
  for (const std::string& bad :
       {"\x80"s, "\xC3"s, "\xC0\x80"s, "\xC1\xBF"s, "\xE0\x9F\xBF"s, "\xE2\x82"s, "\xED\xA0\x80"s,
        "\xED\xBF\xBF"s, "\xF0\x8F\xBF\xBF"s, "\xF4\x90\x80\x80"s, "\xF5\x80\x80\x80"s, "\xFF"s,
        "\xF0\x9F\x98"s, "\xE2\x28\xA1"s, "\xC3\xC3"s, "twelve bytes\xFFtwelve bytes"s,
        "plain then cut \xC3"s}) {
    EXPECT_FALSE(is_utf8(bad)) << bad;
  }
}

TEST(Text, WritesAndCountsCodePoints) {
  std::string all;
  std::size_t count = 0;
  for (const char32_t scalar : {0x0U, 0x41U, 0x7FU, 0x80U, 0x7FFU, 0x800U, 0xD7FFU, 0xE000U,
                                0xFFFFU, 0x10000U, 0x10FFFFU}) {
    append_utf8(all, scalar);
    EXPECT_TRUE(is_utf8(all));
    EXPECT_EQ(code_points(all), ++count);
  }
  EXPECT_EQ(written(append_utf8, U'\u20ac'), "\xE2\x82\xAC");
  EXPECT_EQ(written(append_utf8, U'\U0001F600'), "\xF0\x9F\x98\x80");
  EXPECT_EQ(written(append_utf8, char32_t{0xD800}), "\uFFFD") << "never ill-formed";
}

TEST(Text, TrimsWhiteSpaceAndZeroWidth) {
  std::vector<char32_t> trimmed = {0x20,   0x85,   0xA0,   0x1680, 0x2028, 0x2029,
                                   0x202F, 0x205F, 0x2060, 0x3000, 0xFEFF};
  for (char32_t c = 0x09; c <= 0x0D; ++c)
    trimmed.push_back(c);
  for (char32_t c = 0x2000; c <= 0x200D; ++c)
    trimmed.push_back(c);
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    const std::string one = written(append_utf8, c);
    const bool goes = std::find(trimmed.begin(), trimmed.end(), c) != trimmed.end();
    ASSERT_EQ(trim(one).empty(), goes) << std::hex << static_cast<std::uint32_t>(c);
    if (goes) {
      ASSERT_EQ(trim(one + one + "a b" + one), "a b") << std::hex << static_cast<std::uint32_t>(c);
    }
  }
  EXPECT_EQ(trim(""), "");
  EXPECT_EQ(trim("\u200b \u00e9\u3000x \u00a0"), "\u00e9\u3000x");
  EXPECT_EQ(trim(" \x80 "), "\x80") << "ill-formed bytes stay";
  EXPECT_EQ(trim(" \x80\x80"), "\x80\x80");
}

TEST(Text, LowersAsciiOnly) {
  EXPECT_EQ(written(append_lower, "HeLLo@[`{Z\u00c9"), "hello@[`{z\u00c9");
  std::string out = "KEEP ";
  append_lower(out, "LOW");
  EXPECT_EQ(out, "KEEP low");
}

TEST(Text, MatchesGlobs) {
  const struct {
    std::vector<std::string_view> pieces;
    std::string_view text;
    bool matches;
  } cases[] = {
      {{"write"}, "write", true},
      {{"write"}, "write:", false},
      {{"write:", ""}, "write:hr", true},
      {{"write:", ""}, "write:", true},
      {{"write:", ""}, "a write:", false},
      {{"", ".example"}, "hr.example", true},
      {{"", ".example"}, "hr.example.org", false},
      {{"", ""}, "", true},
      {{"", "", ""}, "anything", true},
      {{"ab", "ba"}, "aba", false},  // prefix and suffix do not share bytes
      {{"ab", "ba"}, "abba", true},
      {{"a", "b", "c"}, "aXbYc", true},
      {{"a", "b", "c"}, "abc", true},
      {{"a", "b", "c"}, "ac", false},
      {{"a", "bc", "c"}, "abc", false},  // the middle piece does not take from the suffix
      {{"a", "bc", "c"}, "abcc", true},
      {{"", "ab", "ab", ""}, "aab", false},
      {{"", "ab", "ab", ""}, "xabxabx", true},
      {{"", "aab", ""}, "aaab", true},
      {{""}, "", true},
      {{""}, "a", false},
      {{"\u00e9", ""}, "\u00e9t\u00e9", true},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(glob_match(c.pieces.data(), c.pieces.size(), c.text), c.matches) << c.text;
  }
  EXPECT_FALSE(glob_match(nullptr, 0, ""));
}

TEST(Text, WritesJsonStrings) {
  EXPECT_EQ(written(append_json_string, ""), "\"\"");
  EXPECT_EQ(written(append_json_string, "a\"b\\c/d"), R"("a\"b\\c/d")");
  EXPECT_EQ(written(append_json_string, "\b\f\n\r\t"), R"("\b\f\n\r\t")");
  EXPECT_EQ(written(append_json_string, "\0\x1f\x0b\x7f"s), "\"\\u0000\\u001f\\u000b\x7f\"");
  EXPECT_EQ(written(append_json_string, "\u00e9\u2028\U0001F600"), "\"\u00e9\u2028\U0001F600\"");
}

TEST(Text, WritesPointerSteps) {
  EXPECT_EQ(written(append_pointer_step, ""), "/");
  EXPECT_EQ(written(append_pointer_step, "a/b~c~1"), "/a~1b~0c~01");
}

// --- Addresses --------------------------------------------------------------------------------

TEST(Ip, ReadsAndWritesInOneForm) {
  const struct {
    std::string_view text, canonical;
  } cases[] = {
      {"10.0.0.7", "10.0.0.7"},
      {"0.0.0.0", "0.0.0.0"},
      {"255.255.255.255", "255.255.255.255"},
      {"::ffff:10.0.0.7", "10.0.0.7"},
      {"::FFFF:0a00:0007", "10.0.0.7"},
      {"0:0:0:0:0:ffff:10.0.0.7", "10.0.0.7"},
      {"::", "::"},
      {"::1", "::1"},
      {"1::", "1::"},
      {"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
      {"2001:0db8:0000:0001:0000:0000:0000:0001", "2001:db8:0:1::1"},
      {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},     // the first of equal runs
      {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},           // the longer run
      {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},  // one group is not shortened
      {"2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
      {"1:2:3:4:5:6:0:0", "1:2:3:4:5:6::"},
      {"::1.2.3.4", "::102:304"},
      {"64:ff9b::1.2.3.4", "64:ff9b::102:304"},
      {"fe80::1", "fe80::1"},
  };
  for (const auto& c : cases) {
    const auto address = parse_ip(c.text);
    ASSERT_TRUE(address) << c.text;
    EXPECT_EQ(written(append_ip, *address), c.canonical);
    EXPECT_EQ(parse_ip(c.canonical), address);
  }
}

TEST(Ip, RefusesOtherText) {
  std::vector<std::string_view> cases = words(
      "10.0.0 10.0.0.0.1 10.0.0.256 10.0.0.-7 167772167 10.0.0.7/8 "
      "010.0.0.7 10.0.0.07 0x0a.0.0.7 "  // never octal nor hexadecimal
      ": ::: 1::2::3 1:2:3:4:5:6:7 1:2:3:4:5:6:7:8:9 1:2:3:4:5:6:7:8:: 1: :1 12345:: g:: "
      "::10.0.0 ::10.0.0.256 "
      "fe80::1%eth0 [::1] "
      "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000");
  using namespace std::string_view_literals;
  cases.insert(cases.end(), {"", " ", "10.0.0.7 ", " 10.0.0.7", "10.0.0.7\0"sv, "::1\0x"sv});
  for (const auto text : cases)
    EXPECT_EQ(parse_ip(text), std::nullopt) << text;
}

TEST(Ip, NetworksHoldAddresses) {
  const struct {
    std::string_view network, address;
    bool holds;
  } cases[] = {
      {"10.0.0.0/8", "10.255.0.1", true},
      {"10.0.0.0/8", "11.0.0.1", false},
      {"10.0.0.0/8", "::ffff:10.0.0.1", true},
      {"::ffff:10.0.0.0/104", "10.1.2.3", true},
      {"10.0.0.0/8", "a00::1", false},
      {"0.0.0.0/0", "255.1.2.3", true},
      {"0.0.0.0/0", "::1", false},
      {"10.0.0.7/32", "10.0.0.7", true},
      {"10.0.0.7/32", "10.0.0.6", false},
      {"10.0.0.0/9", "10.127.0.0", true},
      {"10.0.0.0/9", "10.128.0.0", false},
      {"2001:db8::/33", "2001:db8:7fff::", true},
      {"2001:db8::/33", "2001:db8:8000::", false},
      {"::1/128", "::1", true},
      {"::1/128", "::2", false},
      {"::/0", "fe80::1", true},
  };
  for (const auto& c : cases) {
    const auto network = parse_network(c.network);
    ASSERT_TRUE(network) << c.network;
    EXPECT_EQ(contains(*network, parse_ip(c.address).value()), c.holds)
        << c.network << ' ' << c.address;
  }
  EXPECT_EQ(parse_network("10.0.0.0/8")->prefix, 104);
}

TEST(Ip, RefusesOtherNetworks) {
  for (const auto text : words("/ 10.0.0.0 10.0.0.0/ /8 10.0.0.0/33 ::/129 10.0.0.0/08 10.0.0.0/+8 "
                               "10.0.0.0/-1 10.0.0.0/8/8 10.0.0.1/8 10.0.0.0/6 2001:db8::1/64 "
                               "::ffff:10.0.0.0/95 10.0.0.0/255.0.0.0 ::/4294967296"))
    EXPECT_FALSE(parse_network(text)) << text;
  EXPECT_FALSE(parse_network(""));
  EXPECT_FALSE(parse_network("10.0.0.0/8 "));
}

}  // namespace
}  // namespace writ::base
