#pragma once

#include <string>

#include "dsl/model.hpp"
#include "dsl/source.hpp"

namespace writ::tools {

/// For each output of each decision whether it is monotone, or why that is not shown
/// (dsl/analysis/monotonicity.hpp), for people.
std::string outputs_text(const dsl::Model& model, const dsl::Sources& sources);
/// The same as a JSON array, one object for each output.
void append_outputs(std::string& out, const dsl::Model& model, const dsl::Sources& sources);

}  // namespace writ::tools
