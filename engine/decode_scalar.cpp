#include "engine/decode_scalar.hpp"

#include <cstring>

#include "base/calendar.hpp"
#include "base/decimal.hpp"
#include "base/text.hpp"

namespace writ::engine {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Takes digits off the front; false when there are none.
bool take_digits(std::string_view& text) {
  std::size_t n = 0;
  while (n < text.size() && is_digit(text[n]))
    ++n;
  text.remove_prefix(n);
  return n > 0;
}

Fault in_range(const TypeDesc& type, std::int64_t value, Scalar& out) {
  out.i = value;
  if (type.has_range) return value < type.low || value > type.high ? Fault::range : Fault::none;
  return type.kind == Kind::duration && value < 0 ? Fault::range : Fault::none;
}

template <class Value>
Fault in_range(const TypeDesc& type, const std::optional<Value>& value, Scalar& out) {
  return value ? in_range(type, *value, out) : Fault::form;
}

}  // namespace

std::uint64_t NameTable::hash(std::string_view name) {
  // The first and the last eight bytes (four, or three in all) and the length: policy authors
  // choose the names in a table, and what a request sends can only miss.
  const char* bytes = name.data();
  const std::size_t size = name.size();
  std::uint64_t head = 0, tail = 0;
  if (size >= 8) {
    std::memcpy(&head, bytes, 8);
    std::memcpy(&tail, bytes + size - 8, 8);
  } else if (size >= 4) {
    std::memcpy(&head, bytes, 4);
    std::memcpy(&tail, bytes + size - 4, 4);
  } else if (size > 0) {
    head = static_cast<std::uint8_t>(bytes[0]);
    tail = static_cast<std::uint64_t>(static_cast<std::uint8_t>(bytes[size / 2])) << 8 |
           static_cast<std::uint8_t>(bytes[size - 1]);
  }
  std::uint64_t mixed = (head ^ (tail * 0x9E37'79B9'7F4A'7C15)) + size;
  mixed *= 0xBF58'476D'1CE4'E5B9;
  return mixed ^ (mixed >> 32);
}

void NameTable::place(std::string_view name, std::uint32_t index) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash(name) & mask;
  while (slots_[at].index != kNone && slots_[at].name != name)
    at = (at + 1) & mask;
  if (slots_[at].index == kNone) slots_[at] = {name, index};
}

void NameTable::add(std::string_view name, std::uint32_t index) {
  if (++count_ * 2 > slots_.size()) {
    std::vector<Slot> before(slots_.empty() ? 8 : slots_.size() * 2);
    before.swap(slots_);
    for (const Slot& slot : before)
      if (slot.index != kNone) place(slot.name, slot.index);
  }
  place(name, index);
}

std::uint32_t NameTable::find(std::string_view name) const {
  if (slots_.empty()) return kNone;
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = hash(name) & mask;; at = (at + 1) & mask) {
    const Slot& slot = slots_[at];
    if (slot.index == kNone || slot.name == name) return slot.index;
  }
}

ScalarRules::ScalarRules(const Program& program)
    : program_(program),
      patterns_(program.patterns.size()),
      enums_(program.enums.size()),
      records_(program.records.size()),
      decisions_(program.decisions.size()) {}

template <class Row>
const NameTable& ScalarRules::table(Tables& tables, std::uint32_t at, const std::vector<Row>& rows,
                                    Run run) {
  std::unique_ptr<NameTable>& made = tables[at];
  if (made != nullptr) return *made;
  made = std::make_unique<NameTable>();
  for (std::uint32_t i = 0; i < run.count; ++i) {
    const Run names = rows[run.first + i].json;
    for (std::uint32_t n = 0; n < names.count; ++n)
      made->add(program_.name(names.first + n), i);
  }
  return *made;
}

void ScalarRules::prepare() {
  for (std::uint32_t i = 0; i < patterns_.size(); ++i) {
    // The first match makes the matching machine.
    RE2::FullMatch("", pattern(i));
  }
  for (std::uint32_t i = 0; i < enums_.size(); ++i)
    member(i, "");
  for (std::uint32_t i = 0; i < records_.size(); ++i)
    field(i, "");
  for (std::uint32_t i = 0; i < decisions_.size(); ++i)
    input(i, "");
}

std::uint32_t ScalarRules::member(std::uint32_t enumeration, std::string_view name) {
  const EnumDesc& desc = program_.enums[enumeration];
  const std::uint32_t found = table(enums_, enumeration, program_.members, desc.members).find(name);
  return found == kNone && desc.else_unknown ? desc.members.count - 1 : found;
}

std::uint32_t ScalarRules::field(std::uint32_t record, std::string_view name) {
  return table(records_, record, program_.fields, program_.records[record].fields).find(name);
}

std::uint32_t ScalarRules::input(std::uint32_t decision, std::string_view name) {
  return table(decisions_, decision, program_.inputs, program_.decisions[decision].inputs)
      .find(name);
}

const RE2& ScalarRules::pattern(std::uint32_t index) {
  if (patterns_[index] == nullptr) {
    const std::string_view text = program_.text(program_.patterns[index]);
    patterns_[index] =
        std::make_unique<RE2>(re2::StringPiece(text.data(), text.size()), RE2::Quiet);
  }
  return *patterns_[index];
}

Fault ScalarRules::string(const TypeDesc& type, std::string_view value) {
  // Code points are at most as many as bytes.
  if (value.size() > type.max_size || type.min_size > 0) {
    const std::size_t size = base::code_points(value);
    if (size > type.max_size) return Fault::too_long;
    if (size < type.min_size) return Fault::too_short;
  }
  if (type.pattern == kNone) return Fault::none;
  const RE2& re = pattern(type.pattern);
  const bool matches = re.ok() && RE2::FullMatch(re2::StringPiece(value.data(), value.size()), re);
  return matches ? Fault::none : Fault::pattern;
}

Fault ScalarRules::text(std::uint32_t type_row, std::string_view value, Scalar& out) {
  const TypeDesc& type = program_.types[type_row];
  switch (type.kind) {
    case Kind::string: return string(type, value);
    case Kind::duration: return in_range(type, base::parse_duration(value), out);
    case Kind::time: return in_range(type, base::parse_instant(value), out);
    case Kind::enumeration: {
      const std::uint32_t found = member(type.decl, value);
      out.i = found;
      return found == kNone ? Fault::member : Fault::none;
    }
    case Kind::ip: {
      const auto address = base::parse_ip(value);
      if (!address) return Fault::form;
      out.ip = *address;
      return Fault::none;
    }
    case Kind::boolean:
    case Kind::integer:
    case Kind::decimal:
    case Kind::network:
    case Kind::record:
    case Kind::list:
    case Kind::set:
    case Kind::map:
    case Kind::quorum:
    case Kind::votes:
    case Kind::verdict: break;
  }
  return Fault::kind;
}

Fault ScalarRules::number(std::uint32_t type_row, std::string_view token, Scalar& out) const {
  const TypeDesc& type = program_.types[type_row];
  switch (type.kind) {
    case Kind::integer: return in_range(type, base::parse_integer(token), out);
    case Kind::decimal: return in_range(type, base::parse_decimal(token), out);
    case Kind::duration: {
      const auto seconds = base::parse_integer(token);
      std::int64_t micros = 0;
      if (!seconds || __builtin_mul_overflow(*seconds, base::kMicrosPerSecond, &micros))
        return Fault::form;
      return in_range(type, micros, out);
    }
    case Kind::boolean:
    case Kind::string:
    case Kind::time:
    case Kind::ip:
    case Kind::network:
    case Kind::enumeration:
    case Kind::record:
    case Kind::list:
    case Kind::set:
    case Kind::map:
    case Kind::quorum:
    case Kind::votes:
    case Kind::verdict: break;
  }
  return Fault::kind;
}

bool is_json_number(std::string_view token) {
  if (token.starts_with('-')) token.remove_prefix(1);
  if (token.starts_with('0')) {
    token.remove_prefix(1);
  } else if (!take_digits(token)) {
    return false;
  }
  if (token.starts_with('.')) {
    token.remove_prefix(1);
    if (!take_digits(token)) return false;
  }
  if (token.starts_with('e') || token.starts_with('E')) {
    token.remove_prefix(1);
    if (token.starts_with('+') || token.starts_with('-')) token.remove_prefix(1);
    if (!take_digits(token)) return false;
  }
  return token.empty();
}

std::string_view without_blanks_after(std::string_view token) {
  while (!token.empty() && (token.back() == ' ' || token.back() == '\n' || token.back() == '\r' ||
                            token.back() == '\t'))
    token.remove_suffix(1);
  return token;
}

}  // namespace writ::engine
