#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.hpp"
#include "base/ip.hpp"

#include "dsl/model.hpp"

#include "tests/oracle/json.hpp"

/// The parts of the random inputs: where the values come from, and how they are written.
namespace writ::oracle {

/// Random numbers that are the same everywhere (SplitMix64).
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  /// 0 … limit-1; `limit` > 0.
  std::size_t below(std::size_t limit) { return static_cast<std::size_t>(next() % limit); }
  bool chance(unsigned percent) { return below(100) < percent; }
  template <class T>
  const T& pick(const std::vector<T>& from) {
    return from[below(from.size())];
  }

 private:
  std::uint64_t state_;
};

/// What the policy compares with, by kind; never empty.
struct Vocabulary {
  std::vector<std::string> strings;
  std::vector<std::int64_t> integers, decimals, durations, instants;
  std::vector<base::IpNetwork> networks;
};
Vocabulary vocabulary_of(const dsl::Model& model);

/// A string that the pattern matches, mostly; empty for what is beyond this generator (assertions
/// inside, Unicode classes). To be checked by matching.
std::string from_pattern(std::string_view pattern, Dice& dice);

/// JSON text, now and then with white space, escapes and members in another order.
std::string write_json(const Json& json, Dice& dice);
/// One fault in one place: of a value, of an object's members, or of the text.
std::string broken_json(Json json, Dice& dice);

}  // namespace writ::oracle
