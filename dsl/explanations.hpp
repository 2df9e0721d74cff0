#pragma once

#include <string_view>

#include "dsl/diagnostics.hpp"
#include "dsl/source.hpp"

namespace writ::dsl {

/// What is behind one kind of finding, for authors who meet it. The rows are in
/// dsl/explanations/*.inc, one for each row of diagnostic_kinds.inc.
struct Explanation {
  DiagnosticKind kind;
  std::string_view text;   ///< the rule and what to do, a few lines, the last without a line end
  std::string_view wrong;  ///< the smallest policy whose first mistake this is, or empty
  std::string_view right;  ///< the same policy repaired; empty exactly when `wrong` is
};

/// Nullptr when the kind has no row. Immutable, so safe from any thread.
const Explanation* find_explanation(DiagnosticKind kind);

/// An example as files: `policy.writ`, or those that `// file NAME` lines divide it into (each
/// line belongs to the file that it begins). `‹EF BB BF›` stands for bytes that text cannot show.
Sources example_sources(std::string_view example);

}  // namespace writ::dsl
