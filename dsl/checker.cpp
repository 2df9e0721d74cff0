#include "dsl/checker.hpp"

#include "dsl/check/context.hpp"
#include "dsl/parser.hpp"

namespace writ::dsl {

std::optional<Model> check_policy(const ast::Tree& tree, const Sources& sources,
                                  Diagnostics& diagnostics) {
  Model model;
  check::Context context{.tree = tree,
                         .sources = sources,
                         .diagnostics = diagnostics,
                         .model = model,
                         .symbols = {},
                         .state = {}};
  check::declare_all(context);
  // Outputs before rules, since rules read their types; the order of computation when all reads are known.
  check::check_tables(context);
  check::check_decisions(context);
  check::check_rules(context);
  check::order_outputs(context);
  check::check_tests(context);
  check::check_uncalled_defines(context);
  if (diagnostics.has_errors()) return std::nullopt;
  return model;
}

std::optional<Model> load(const Sources& sources, Diagnostics& diagnostics) {
  const ast::Tree tree = parse(sources, diagnostics);
  return check_policy(tree, sources, diagnostics);
}

}  // namespace writ::dsl
