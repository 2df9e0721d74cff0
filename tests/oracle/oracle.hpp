#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.hpp"

#include "dsl/model.hpp"

/// The oracle: a deliberately naive evaluator of the Model, written from the language's contract
/// and sharing no code with the compiler, the VM, the decoders or the renderer of engine/.
namespace writ::oracle {

struct Request {
  std::uint32_t decision = 0;
  std::string_view input_json;
  base::Micros now = 0;
  /// Data by index in Model::data, as JSON text; those not named take their literal.
  std::map<std::uint32_t, std::string> data;
};

/// What must agree to the byte. When `accepted` is false only `pointers` and `fail_closed` count.
struct Answer {
  bool accepted = false;
  std::string result;   ///< JSON object
  std::string reasons;  ///< JSON array
  std::uint64_t more = 0;
  std::string valid_until;  ///< `null` or a JSON string
  std::vector<std::string> codes;
  std::vector<std::string>
      pointers;             ///< JSON Pointers of the input's problems, document order, 16 at most
  std::string fail_closed;  ///< JSON object
};

/// `at` of reasons needs the sources that the model was checked from.
Answer decide(const dsl::Model& model, const dsl::Sources& sources, const Request& request);

}  // namespace writ::oracle
