#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "base/calendar.hpp"

#include "dsl/model.hpp"

#include "tools/random/json_value.hpp"
#include "tools/random/vocabulary.hpp"

namespace re2 {
class RE2;
}

namespace writ::tools {

/// One request: a decision's inputs and when it is asked.
struct RandomCase {
  InputValues inputs;
  base::Micros now = 0;
};

/// Typed random values for a policy: boundary values, what the policy compares with, values that
/// come again in other fields, parts of the inputs of the policy's own tests, instants near those
/// that count. Every value lies within its type's refinements, a pattern that the generator cannot
/// read apart. The same arguments give the same value everywhere. Immutable; safe to share between
/// threads.
class RandomValues {
 public:
  explicit RandomValues(const dsl::Model& model);
  ~RandomValues();

  InputValues inputs(std::uint32_t decision, base::Micros now, std::uint64_t seed) const;
  dsl::Value data(std::uint32_t data, base::Micros now, std::uint64_t seed) const;
  /// Inputs, and an instant near one that counts for them or for the policy.
  RandomCase request(std::uint32_t decision, std::uint64_t seed) const;
  /// The inputs of the policy's own tests of the decision, as far as they can be read.
  const std::vector<InputValues>& of_tests(std::uint32_t decision) const {
    return tests_[decision];
  }

 private:
  friend class ValueGenerator;

  void learn(dsl::TypeId type, const dsl::Value& value);

  const dsl::Model& model_;
  Vocabulary words_;
  std::vector<std::unique_ptr<re2::RE2>> patterns_;
  std::vector<std::vector<InputValues>> tests_;               ///< by decision
  std::map<dsl::RecordId, std::vector<dsl::Value>> records_;  ///< of all tests
  /// Instants of tests.
  std::vector<base::Micros> test_times_;
};

/// Calls `visit(TypeId, const Value&)` for `value`, which is of type `type`, and all its parts.
template <class Visit>
void for_each_part(const dsl::Types& types, dsl::TypeId type, const dsl::Value& value,
                   Visit&& visit) {
  visit(type, value);
  if (const auto* items = std::get_if<dsl::Collection>(&value.v)) {
    for (const dsl::Value& item : items->items)
      for_each_part(types, types[type].element, item, visit);
  } else if (const auto* entries = std::get_if<dsl::Entries>(&value.v)) {
    for (const auto& [key, item] : entries->items) {
      for_each_part(types, types[type].key, key, visit);
      for_each_part(types, types[type].element, item, visit);
    }
  } else if (const auto* fields = std::get_if<dsl::Fields>(&value.v)) {
    const auto& declared = types.records[types[type].decl].fields;
    for (std::size_t i = 0; i < fields->values.size(); ++i)
      for_each_part(types, declared[i].type, fields->values[i], visit);
  }
}

}  // namespace writ::tools
