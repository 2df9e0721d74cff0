#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "tests/golden/ways.hpp"
#include "tests/random/random_json.hpp"

namespace writ::tests {

/// A policy under trial and what is known of it.
struct Subject {
  std::string name;  ///< for people
  Policy policy;
  bool follows_elements =
      false;  ///< some `pointer()` gives the place of an element, which moves with it
  /// Instants near which answers change: bounds of windows, constants compared with `now`.
  std::vector<base::Micros> instants;
};

Subject make_subject(std::string name, Policy policy);

/// Random inputs of one decision on one random state of the data. Deterministic in `seed`.
class Trial {
 public:
  Trial(const Subject& subject, std::uint32_t decision, std::uint64_t seed);

  /// Decides one more random input in every way, again at later instants and with its lists in
  /// another order. A text when something disagrees.
  std::optional<std::string> next();
  /// Some state of the data was accepted; without one, nothing can be decided.
  bool ready() const { return deciders_.has_value(); }
  /// Of the inputs so far.
  std::uint64_t accepted() const { return accepted_; }

 private:
  base::Micros instant();
  std::optional<std::string> later(const Case& c, const Answer& answer);
  std::optional<std::string> reordered(const Case& c, const Answer& answer);
  std::string report(const Case& c, const std::string& found) const;

  const Subject& subject_;
  std::uint32_t decision_;
  std::mt19937_64 random_;
  tools::RandomValues values_;
  DataTexts data_;
  std::optional<Deciders> deciders_;
  std::uint64_t accepted_ = 0;
};

}  // namespace writ::tests
