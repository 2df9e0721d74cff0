#pragma once

#include <cstdint>
#include <string>

#include "base/calendar.hpp"

#include "dsl/model.hpp"

#include "tools/random/values.hpp"

/// Typed random values (tools/random) as JSON texts, with all the freedom that JSON gives: other
/// names, spellings, white space and orders, and now and then a fault.
namespace writ::tests {

/// A typed random input for a decision: mostly valid; boundary values, duplicates, empty lists,
/// unknown members, near-equal instants (around `now`) and strings that the policy compares with
/// are frequent. Deterministic in `seed`.
std::string random_input(const dsl::Model& model, const tools::RandomValues& values,
                         std::uint32_t decision, base::Micros now, std::uint64_t seed);
/// The same for a data declaration, without faults.
std::string random_data(const dsl::Model& model, const tools::RandomValues& values,
                        std::uint32_t data, base::Micros now, std::uint64_t seed);

}  // namespace writ::tests
