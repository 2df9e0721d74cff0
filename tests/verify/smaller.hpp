#pragma once

#include <functional>
#include <vector>

#include "dsl/source.hpp"

namespace writ::tests {

/// Leaves out files, declarations (stretches between blank lines) and single lines as long as
/// `fails` holds for what is left. `fails` is called at most a few thousand times.
std::vector<dsl::SourceFile> smaller(
    std::vector<dsl::SourceFile> files,
    const std::function<bool(const std::vector<dsl::SourceFile>&)>& fails);

}  // namespace writ::tests
