#pragma once

#include <cstdint>
#include <unordered_map>
#include <unordered_set>

#include "dsl/model.hpp"

#include "engine/compile/expr_keys.hpp"
#include "engine/program.hpp"

namespace writ::engine::lowering {

/// Which expressions of one decision are worth a memo cell: those that read no bound name (so they
/// have one value for the whole request), are evaluated in more than one place or in a loop, and
/// are more work than a look-up. Whoever needs the value first computes it; it is never computed
/// where nobody needs it.
class MemoPlan {
 public:
  MemoPlan(const dsl::Model& model, const dsl::Decision& decision, ExprKeys& keys);

  /// The memo cell of an expression, kNone when it has none.
  std::uint32_t cell(dsl::ExprId id);
  std::uint32_t count() const { return cells_; }

 private:
  void visit(dsl::ExprId id, bool in_loop);
  void visit_parts(dsl::ExprId id, bool in_loop);
  void visit_rule(const dsl::Rule& rule);
  void visit_condition(const dsl::Step& step, bool in_loop);

  const dsl::Model& model_;
  ExprKeys& keys_;
  std::unordered_map<std::uint32_t, std::uint32_t> uses_;  // by key of a closed expression
  std::unordered_map<std::uint32_t, std::uint32_t> cell_of_key_;
  std::unordered_set<dsl::ExprId> open_seen_;
  std::uint32_t cells_ = 0;
};

}  // namespace writ::engine::lowering
