#pragma once

#include <set>
#include <string>
#include <vector>

#include "dsl/model.hpp"

#include "tests/oracle/json.hpp"

/// Every single thing that can be wrong with the shape of an input, place by place.
namespace writ::tests {

/// A valid input with one fault in it.
struct InputFault {
  std::string what;      ///< for people: `a number at request/items[]/name`
  std::string json;      ///< the bytes
  std::string pointer;   ///< the only error's
  int status = 422;      ///< the problem's
  bool in_value = true;  ///< also in what a parser makes of the text, so that a schema can tell
};

/// The places of the decision's inputs by type: `request`, `request/items`, `request/items[]` …,
/// one for all elements of a list.
std::set<std::string> input_places(const dsl::Model& model, const dsl::Decision& decision);

/// The faults at the places in `input`, which is valid, that are not in `done` yet: every wrong
/// kind of JSON value, missing, further, repeated and `null` members, bytes that are not UTF-8, too
/// deep nesting. The places are added to `done`.
std::vector<InputFault> input_faults(const dsl::Model& model, const dsl::Decision& decision,
                                     const oracle::Json& input, std::set<std::string>& done);

/// Compact JSON.
std::string json_text(const oracle::Json& json);

}  // namespace writ::tests
