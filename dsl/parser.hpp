#pragma once

#include <cstddef>
#include <set>
#include <string_view>

#include "dsl/ast.hpp"
#include "dsl/diagnostics.hpp"
#include "dsl/source.hpp"

namespace writ::dsl {

/// Parses every file of `sources` (language.md section 6). Never throws; each syntax error is
/// reported once, and the parser goes on at the next declaration (or, inside one, at the next
/// part), so one run reports the errors of all files. Brackets nest to 64; a deeper source is an
/// error, not a crash. The tree holds what could be read; it must not be compiled when there were
/// errors.
ast::Tree parse(const Sources& sources, Diagnostics& diagnostics);

/// Problems that PEGTL's analysis finds in the grammar itself (loops without progress): 0. For
/// tests.
std::size_t analyze_grammar();

/// The rules of the grammar that have a name of their own (`maybe<…>` and the like have none). For
/// tests.
std::set<std::string_view> grammar_rules();
/// Those of them that match somewhere in `sources`, as a look ahead or in a part that is dropped
/// later too. For tests.
std::set<std::string_view> matched_rules(const Sources& sources);

}  // namespace writ::dsl
