#include "engine/decode_wording.hpp"

#include <algorithm>

#include "base/calendar.hpp"
#include "base/decimal.hpp"
#include "base/similar.hpp"
#include "base/text.hpp"

namespace writ::engine {
namespace {

constexpr std::size_t kMostFoundBytes = 64;
constexpr std::uint32_t kMostMembersNamed = 16;
/// Names longer than this are not compared for similarity.
constexpr std::size_t kMostSimilarBytes = 64;

std::string_view cut(std::string_view text) {
  if (text.size() <= kMostFoundBytes) return text;
  std::size_t end = kMostFoundBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
    --end;
  return text.substr(0, end);
}

std::string quoted(std::string_view text) {
  std::string out;
  base::append_json_string(out, text);
  return out;
}

std::string bound_text(Kind kind, std::int64_t value) {
  std::string out;
  switch (kind) {
    case Kind::decimal: base::append_decimal(out, value); break;
    case Kind::duration: base::append_duration(out, value); break;
    case Kind::time: base::append_instant(out, value); break;
    default: base::append_integer(out, value); break;
  }
  return out;
}

/// ` from 1 to 9`; nothing without a range.
std::string range_text(const TypeDesc& type) {
  if (!type.has_range) return "";
  const bool low = type.low != INT64_MIN;
  const bool high = type.high != INT64_MAX;
  if (low && high)
    return " from " + bound_text(type.kind, type.low) + " to " + bound_text(type.kind, type.high);
  if (low) return ", at least " + bound_text(type.kind, type.low);
  if (high) return ", at most " + bound_text(type.kind, type.high);
  return "";
}

std::string members_text(const Program& program, const EnumDesc& desc) {
  const std::uint32_t known = desc.members.count - (desc.else_unknown ? 1U : 0U);
  std::string out = desc.else_unknown ? "a string such as " : known == 1 ? "" : "one of ";
  for (std::uint32_t i = 0; i < known && i < kMostMembersNamed; ++i) {
    if (i != 0) out += ", ";
    out += quoted(program.name(program.members[desc.members.first + i].json.first));
  }
  if (known > kMostMembersNamed) out += " … (" + std::to_string(known) + " in all)";
  return known == 0 ? "a string" : out;
}

std::string string_text(const Program& program, const TypeDesc& type, Fault fault) {
  switch (fault) {
    case Fault::too_long: return size_text("a string", true, type.max_size, "character");
    case Fault::too_short: return size_text("a string", false, type.min_size, "character");
    case Fault::pattern:
      return "a string that matches /" + std::string(program.text(program.patterns[type.pattern])) +
             "/";
    case Fault::none:
    case Fault::kind:
    case Fault::form:
    case Fault::range:
    case Fault::member: break;
  }
  return "a string";
}

std::string duration_text(const TypeDesc& type, Fault fault) {
  const bool negative = fault == Fault::range && !type.has_range;
  return "a duration such as \"15m\" or whole seconds" + range_text(type) +
         (negative ? ", not negative" : "");
}

}  // namespace

std::string expected_text(const Program& program, std::uint32_t row, Fault fault) {
  const TypeDesc& type = program.types[row];
  switch (type.kind) {
    case Kind::boolean: return "true or false";
    case Kind::integer: return "a whole number" + range_text(type);
    case Kind::decimal: return "a number with at most four fractional digits" + range_text(type);
    case Kind::string: return string_text(program, type, fault);
    case Kind::duration: return duration_text(type, fault);
    case Kind::time: return "a time such as \"2026-03-02T12:00:00Z\"" + range_text(type);
    case Kind::ip: return "an IP address such as \"10.0.0.7\"";
    case Kind::enumeration: return members_text(program, program.enums[type.decl]);
    case Kind::record:
    case Kind::map: return "an object";
    case Kind::list:
    case Kind::set: return "an array";
    case Kind::network:
    case Kind::quorum:
    case Kind::votes:
    case Kind::verdict: break;
  }
  return "no value";
}

std::string size_text(std::string_view what, bool at_most, std::uint64_t size,
                      std::string_view unit) {
  std::string out(what);
  out += at_most ? " of at most " : " of at least ";
  out += std::to_string(size);
  out += ' ';
  out += unit;
  if (size != 1) out += 's';
  return out;
}

std::string no_further_member(std::string_view name, const std::vector<std::string_view>& names) {
  std::string out = "no further member";
  if (name.size() > kMostSimilarBytes) return out;
  std::vector<std::string_view> comparable;
  for (const std::string_view candidate : names)
    if (candidate.size() <= kMostSimilarBytes) comparable.push_back(candidate);
  const std::string_view best = base::nearest(name, comparable);
  if (!best.empty()) out += " (did you mean " + quoted(best) + "?)";
  return out;
}

std::string found_string(std::string_view value) {
  const std::string_view shown = cut(value);
  return quoted(shown) + (shown.size() < value.size() ? "…" : "");
}

std::string found_token(std::string_view token) {
  const std::string_view shown = cut(token);
  return std::string(shown) + (shown.size() < token.size() ? "…" : "");
}

}  // namespace writ::engine
