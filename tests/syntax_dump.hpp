#pragma once

#include <string>

#include "dsl/ast.hpp"

namespace writ::dsl {

/// The tree in one line, as prefix forms: `(+ a (* b 2))`. For tests.
std::string dump_expr(const ast::Tree& tree, ast::ExprId id);
std::string dump_type(const ast::Tree& tree, ast::TypeId id);
/// Paths stand in `[ ]`.
std::string dump_text(const ast::Tree& tree, const ast::Text& text);

}  // namespace writ::dsl
