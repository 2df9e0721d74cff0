#pragma once

#include <cstdint>
#include <vector>

#include "dsl/model.hpp"

#include "engine/compile/expr_code.hpp"
#include "engine/compile/expr_keys.hpp"
#include "engine/layout.hpp"

namespace writ::engine::lowering {

/// Fewer rules than this are not worth a look-up.
inline constexpr std::size_t kLeastIndexedRules = 4;

/// The rules of a run that one look-up finds: each is filed under constants of the same input, one
/// of which that input must equal for the rule to fire.
struct IndexedRules {
  std::uint32_t slot = 0;
  Kind kind = Kind::string;
  struct Entry {
    dsl::RuleId rule = 0;
    std::vector<std::uint32_t> keys;  ///< constants
  };
  std::vector<Entry> entries;
};
struct RuleFiling {
  std::vector<IndexedRules> indexes;
  std::vector<dsl::RuleId> others;  ///< scanned, in the order given
};

/// Files the rules of one run, each under its most selective input.
RuleFiling file_rules(const dsl::Model& model, const dsl::Decision& decision,
                      const std::vector<dsl::RuleId>& rules, const ExprCode& exprs, Layout& layout);

/// Whether a condition of the rule says which constants an input must equal for it to fire.
bool has_key(const dsl::Model& model, const dsl::Rule& rule, const ExprCode& exprs, Layout& layout);

/// Appends an IndexDesc for `indexed` whose rule blocks begin at `blocks` (one for each entry).
/// Returns its row.
std::uint32_t append_index(Program& program, const IndexedRules& indexed,
                           const std::vector<std::uint32_t>& blocks);

/// The conjuncts of a condition, in written order.
void append_conjuncts(const dsl::Model& model, dsl::ExprId id, std::vector<dsl::ExprId>& out);

}  // namespace writ::engine::lowering
