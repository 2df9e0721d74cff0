#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include <re2/re2.h>

#include "base/ip.hpp"

#include "engine/program.hpp"

/// What makes a scalar acceptable: the one set of rules that both decoders ask, so that they cannot
/// disagree about it.
namespace writ::engine {

/// Why a scalar is not acceptable.
enum class Fault : std::uint8_t {
  none,
  kind,       ///< another kind of JSON value than the type takes
  form,       ///< the right kind, but not written as the type demands, or more than 64 bits hold
  range,      ///< outside `low..high`; a negative duration
  too_short,  ///< a string with fewer code points than its minimum
  too_long,   ///< … with more than its maximum
  pattern,    ///< a string that its pattern does not match
  member,     ///< not a JSON name of the enum
};

/// An acceptable scalar: `i` of a number, duration, time or enum member; `ip` of an address.
struct Scalar {
  std::int64_t i = 0;
  base::IpAddress ip{};
};

/// Finds one of a few names; the table is made once from names of the program.
class NameTable {
 public:
  void add(std::string_view name, std::uint32_t index);
  /// The index that was added with the name, or kNone.
  std::uint32_t find(std::string_view name) const;

 private:
  struct Slot {
    std::string_view name;
    std::uint32_t index = kNone;
  };
  static std::uint64_t hash(std::string_view name);
  void place(std::string_view name, std::uint32_t index);

  std::vector<Slot> slots_;  ///< open addressing; a power of two, at most half full
  std::size_t count_ = 0;
};

/// The rules for one program. Patterns and tables are made when they are first asked for, or all by
/// prepare(). Not thread-safe (RE2 objects are shared by none).
class ScalarRules {
 public:
  explicit ScalarRules(const Program& program);
  /// Makes everything now, so that nothing is allocated later.
  void prepare();

  /// A JSON string (unescaped) where `type`, a TypeDesc, is expected; also a map's key. `out`
  /// counts only without a fault, and not for strings.
  Fault text(std::uint32_t type, std::string_view value, Scalar& out);
  /// A JSON number as written.
  Fault number(std::uint32_t type, std::string_view token, Scalar& out) const;

  /// The member of the enum that the name stands for, `unknown` included; kNone.
  std::uint32_t member(std::uint32_t enumeration, std::string_view name);
  /// The field of the record / input of the decision (index within it) by any of its names; kNone.
  std::uint32_t field(std::uint32_t record, std::string_view name);
  std::uint32_t input(std::uint32_t decision, std::string_view name);

 private:
  /// Tables by row of the program's array; empty until asked for.
  using Tables = std::vector<std::unique_ptr<NameTable>>;
  template <class Row>
  const NameTable& table(Tables& tables, std::uint32_t at, const std::vector<Row>& rows, Run run);

  Fault string(const TypeDesc& type, std::string_view value);
  const RE2& pattern(std::uint32_t index);

  const Program& program_;
  std::vector<std::unique_ptr<RE2>> patterns_;
  Tables enums_, records_, decisions_;
};

/// Whether the token is a number of RFC 8259.
bool is_json_number(std::string_view token);
/// Without the white space of RFC 8259 at its end.
std::string_view without_blanks_after(std::string_view token);

}  // namespace writ::engine
