#pragma once

#include <string>
#include <string_view>

#include "dsl/check/expressions.hpp"

/// Help for mistakes that come from other languages: what the author wrote, as Writ says it. All
/// return an empty string where they know nothing.
namespace writ::dsl::check {

/// `value`, of type `found`, stands where `expected` is needed: the literal as it should be.
std::string value_help(Context& context, ast::ExprId value, TypeId expected, TypeId found);
/// `name` is called with, or asked of, `base` as if it were a function or property: `xs.length`,
/// `len(xs)`, `s.startsWith("a")`. `argument` may be none. Reports nothing.
std::string function_help(Context& context, const Scope& scope, std::string_view name,
                          ast::ExprId base, ast::ExprId argument);
/// `part` follows `and` or `or` after the comparison `before`, and is no condition: `kind == a or
/// b`.
std::string repeated_comparison_help(const Context& context, ast::ExprId before, ast::ExprId part);

}  // namespace writ::dsl::check
