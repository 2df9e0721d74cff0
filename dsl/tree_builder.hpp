#pragma once

#include "dsl/ast.hpp"
#include "dsl/syntax.hpp"

namespace writ::dsl {

/// Adds the file that `state` has read to `tree`, and reports what the grammar took but the
/// language does not have (see grammar.hpp) and literals that have no value.
void build_tree(const syntax::State& state, ast::Tree& tree);

}  // namespace writ::dsl
