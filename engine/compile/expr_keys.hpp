#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "dsl/model.hpp"

namespace writ::engine::lowering {

/// Calls `visit(ExprId, bool in_body)` for each direct subexpression; `in_body`: within the scope
/// of the name that `expr` binds, where it is evaluated once for each element.
template <class Visit>
void for_each_part(const dsl::Expr& expr, Visit&& visit) {
  bool binds = false;
  switch (expr.kind) {
    case dsl::ExprKind::any:
    case dsl::ExprKind::all:
    case dsl::ExprKind::only:
    case dsl::ExprKind::count:
    case dsl::ExprKind::set_for:
    case dsl::ExprKind::votes_for: binds = true; break;
    default: break;
  }
  if (expr.a != dsl::kNoExpr) visit(expr.a, false);
  for (dsl::ExprId part : {expr.b, expr.c, expr.d})
    if (part != dsl::kNoExpr) visit(part, binds);
  for (dsl::ExprId item : expr.items)
    visit(item, false);
}

/// What the compiler asks about expressions as such: which bound names they read, which two mean
/// the same, about how much work they are. Answers are remembered; expressions are a DAG, and no
/// answer walks a node twice.
class ExprKeys {
 public:
  explicit ExprKeys(const dsl::Model& model);

  /// The bound names that the expression reads and does not bind itself, ascending.
  const std::vector<dsl::LocalId>& free_locals(dsl::ExprId id);
  bool closed(dsl::ExprId id) { return free_locals(id).empty(); }

  /// A number that two expressions share only when they are the same up to the names they bind.
  /// `scope` says how their free names are bound (0 for closed ones).
  std::uint32_t key(dsl::ExprId id, std::uint32_t scope = 0);
  /// The scope `outer` with one more bound name.
  std::uint32_t scope(std::uint32_t outer, dsl::LocalId local);

  /// Work in units of one simple instruction, roughly (collections count as one item); at most
  /// 1,000.
  std::uint32_t weight(dsl::ExprId id);
  /// Whether it compares with `now`, in a row of a table too.
  bool compares_now(dsl::ExprId id);

 private:
  std::string own_key(const dsl::Expr& expr, std::uint32_t scope);
  std::string local_key(dsl::LocalId local, std::uint32_t scope) const;
  bool table_compares_now(std::uint32_t table);
  bool find_now(dsl::ExprId id);

  struct Scope {
    std::uint32_t outer = 0, depth = 0;
    dsl::LocalId local = dsl::kNoIndex;
  };
  enum class Known : std::uint8_t { unknown, no, yes };

  const dsl::Model& model_;
  std::vector<bool> free_known_;
  std::vector<std::vector<dsl::LocalId>> free_;
  std::vector<Scope> scopes_{1};
  std::map<std::pair<std::uint32_t, dsl::LocalId>, std::uint32_t> scope_ids_;
  std::map<std::pair<dsl::ExprId, std::uint32_t>, std::uint32_t> keys_;
  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::vector<std::uint32_t> weights_;
  std::vector<Known> now_, table_now_;
};

}  // namespace writ::engine::lowering
