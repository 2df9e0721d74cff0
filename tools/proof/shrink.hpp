#pragma once

#include <cstddef>
#include <functional>

#include "tools/proof/policy_text.hpp"

namespace writ::tools {

/// Whether a case still is one of those that are looked for.
using StillFails = std::function<bool(const ProofCase&)>;

/// The plainest case near `found` that still fails: without elements, fields and data that do not
/// matter, with short strings, small numbers, first members and round instants. Asks `still_fails`
/// at most `budget` times. Deterministic.
ProofCase shrink(const dsl::Model& model, std::uint32_t decision, ProofCase found,
                 const StillFails& still_fails, std::size_t budget);

}  // namespace writ::tools
