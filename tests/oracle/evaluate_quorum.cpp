#include "tests/oracle/evaluate.hpp"

namespace writ::oracle {
namespace {

using dsl::ExprKind;

Members set_of(const World& world, dsl::EnumId roles, const Value& set) {
  Members present = 0;
  for (const Value& item : set.items()) {
    if (!is_unknown(world.model.types, roles, item.number())) {
      present |= Members{1} << item.number();
    }
  }
  return present;
}

Value members_value(const World& world, dsl::TypeId set, Members members) {
  std::vector<Value> items;
  for (int i = 0; members >> i != 0; ++i) {
    if ((members >> i & 1U) != 0) items.push_back(number_value(i));
  }
  const dsl::Types& types = world.model.types;
  return set_value(types, types[set].element, std::move(items));
}

/// `satisfied` and `missing`: of a quorum by a set of members or by votes.
Value against(const World& world, const dsl::Expr& expr, const Value& a, const Value& b) {
  const dsl::Types& types = world.model.types;
  const dsl::EnumId roles = types[world.model.expr(expr.a).type].decl;
  const Quorum quorum = normal_form(a.quorum(), member_ranks(types, roles));
  const bool by_votes = types[world.model.expr(expr.b).type].kind == dsl::TypeKind::votes;
  const Members present = by_votes ? 0 : set_of(world, roles, b);
  if (expr.kind == ExprKind::satisfied) {
    return truth_value(by_votes ? satisfied_by_persons(quorum, b.persons())
                                : satisfied_by_set(quorum, present));
  }
  return members_value(
      world, expr.type,
      by_votes ? missing_from_persons(quorum, b.persons()) : missing_from_set(quorum, present));
}

}  // namespace

Value evaluate_quorum(const World& world, const Scope& scope, const dsl::Expr& expr) {
  const Value a = evaluate(world, scope, expr.a);
  if (expr.kind == ExprKind::verdict_outcome) {
    if (a.absent()) return {};
    return number_value(static_cast<std::int64_t>(a.verdict().outcome()));
  }
  if (expr.kind == ExprKind::verdict_needs) {
    if (a.absent()) return {};
    return Value{a.verdict().needs};
  }
  const Value b = evaluate(world, scope, expr.b);
  switch (expr.kind) {
    case ExprKind::both: {
      const dsl::Types& types = world.model.types;
      return Value{conjunction(a.quorum(), b.quorum(), member_ranks(types, types[expr.type].decl))};
    }
    case ExprKind::quorum_implies: return truth_value(implies(a.quorum(), b.quorum()));
    case ExprKind::satisfied:
    case ExprKind::missing: return against(world, expr, a, b);
    default: return {};
  }
}

}  // namespace writ::oracle
