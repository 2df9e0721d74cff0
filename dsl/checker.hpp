#pragma once

#include <optional>

#include "dsl/ast.hpp"
#include "dsl/diagnostics.hpp"
#include "dsl/model.hpp"
#include "dsl/source.hpp"

namespace writ::dsl {

/// Resolves, types and orders a parsed policy. Reports every error it finds, without cascades;
/// gives a Model only when `diagnostics` holds no error (of parsing either).
std::optional<Model> check_policy(const ast::Tree& tree, const Sources& sources,
                                  Diagnostics& diagnostics);

/// parse + check_policy.
std::optional<Model> load(const Sources& sources, Diagnostics& diagnostics);

}  // namespace writ::dsl
