#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip.hpp"

#include "dsl/model.hpp"

#include "tests/oracle/value.hpp"

/// From JSON texts to typed values, by the letter of language.md section 5.
namespace writ::oracle {

/// What was read. The values count only when there are no `pointers`.
struct Reading {
  std::vector<Value> values;
  std::vector<std::string> pointers;  ///< of problems, in document order, 16 at most
  bool too_large = false;             ///< the first problem is a list or string over its maximum
};

/// One value for each input of the decision.
Reading read_inputs(const dsl::Model& model, const dsl::Decision& decision, std::string_view json);
/// One value of `type`.
Reading read_value(const dsl::Model& model, dsl::TypeId type, std::string_view json);

/// IPv4 or IPv6 text, without zone; IPv4-mapped IPv6 is IPv4.
std::optional<base::IpNetwork> read_ip(const std::string& text);

/// Whether the whole of `text` matches pattern `index` of the types.
bool matches_pattern(const dsl::Types& types, std::uint32_t index, const std::string& text);

}  // namespace writ::oracle
