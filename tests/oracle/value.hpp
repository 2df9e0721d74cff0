#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/ip.hpp"

#include "dsl/model.hpp"

#include "tests/oracle/quorum.hpp"

/// Values while a decision is made.
namespace writ::oracle {

struct Value;
/// The elements of a list or set, or the fields of a record in declaration order. Shared, never
/// changed.
using Items = std::shared_ptr<const std::vector<Value>>;
using Entries = std::shared_ptr<const std::vector<std::pair<Value, Value>>>;

/// Votes, persons with their roles.
struct Votes {
  Persons persons;
};

enum class Outcome { permit, hold, deny, forbid };

struct Verdict {
  bool granted = false;
  bool forbidden = false;
  Quorum needs;
  Outcome outcome() const {
    if (forbidden) return Outcome::forbid;
    if (!granted) return Outcome::deny;
    return needs.empty() ? Outcome::permit : Outcome::hold;
  }
};

/// Absent, or a value of the kind that its type says. Integers stand for bool, int, decimal
/// (ten-thousandths), duration and time (microseconds) and enum members (index).
struct Value {
  std::variant<std::monostate, std::int64_t, std::string, base::IpNetwork, Quorum, Items, Entries,
               Votes, Verdict>
      v;

  bool absent() const { return v.index() == 0; }
  bool present() const { return !absent(); }

  // Readers that take an absent value for false, zero, empty or auto.
  bool truth() const { return number() != 0; }
  std::int64_t number() const;
  const std::string& text() const;
  const base::IpNetwork& network() const;
  const Quorum& quorum() const;
  const std::vector<Value>& items() const;
  const std::vector<std::pair<Value, Value>>& entries() const;
  const Persons& persons() const;
  Verdict verdict() const;
};

Value number_value(std::int64_t number);
Value truth_value(bool truth);
Value text_value(std::string text);
Value items_value(std::vector<Value> items);

/// Written order of two values of `type` (language.md section 3): negative, zero, positive. Absent
/// comes first.
int written_order(const dsl::Types& types, dsl::TypeId type, const Value& a, const Value& b);
/// Same content (absent equals absent). Quorums: same meaning.
bool same(const dsl::Types& types, dsl::TypeId type, const Value& a, const Value& b);
/// Ascending in written order, without repeats.
std::vector<Value> as_set(const dsl::Types& types, dsl::TypeId element, std::vector<Value> items);
Value set_value(const dsl::Types& types, dsl::TypeId element, std::vector<Value> items);
/// A map, ascending by key; of equal keys the first stays.
Value map_value(const dsl::Types& types, dsl::TypeId key,
                std::vector<std::pair<Value, Value>> entries);

/// A constant of the model.
Value from_constant(const dsl::Value& constant);

/// The place of each member of the enum in written order.
std::vector<int> member_ranks(const dsl::Types& types, dsl::EnumId enumeration);
/// Whether `member` is the member `unknown`.
bool is_unknown(const dsl::Types& types, dsl::EnumId enumeration, std::int64_t member);

}  // namespace writ::oracle
