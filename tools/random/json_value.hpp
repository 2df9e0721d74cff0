#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dsl/model.hpp"

namespace writ::tools {

/// The inputs of a decision, one value for each in their order. Sets may be in any order.
using InputValues = std::vector<dsl::Value>;

/// The inputs that a JSON text gives, as far as they can be read: nullopt where the text is not an
/// object or a value is not of its type (refinements are not looked at, decimals of more than 15
/// digits are rounded).
std::optional<InputValues> read_inputs(const dsl::Model& model, std::uint32_t decision,
                                       const std::string& json);
/// One value of `type`.
std::optional<dsl::Value> read_value(const dsl::Types& types, dsl::TypeId type,
                                     const std::string& json);

/// JSON text of the inputs; absent ones are left out.
std::string write_inputs(const dsl::Model& model, std::uint32_t decision,
                         const InputValues& inputs);

}  // namespace writ::tools
