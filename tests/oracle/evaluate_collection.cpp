#include <algorithm>

#include "tests/oracle/evaluate.hpp"

// Lists, sets, maps, and the expressions that go through them.
namespace writ::oracle {
namespace {

using dsl::ExprKind;

dsl::TypeId element_type(const World& world, dsl::ExprId collection) {
  return world.model.types[world.model.expr(collection).type].element;
}

bool in_network(const base::IpNetwork& network, const base::IpAddress& address) {
  for (std::size_t i = 0; i < network.prefix; ++i) {
    const unsigned difference = unsigned{network.address[i / 8]} ^ address[i / 8];
    if ((difference >> (7 - i % 8) & 1U) != 0) return false;
  }
  return true;
}

bool contains(const World& world, dsl::ExprId collection, const Value& all, const Value& item) {
  const dsl::Types& types = world.model.types;
  const dsl::Type& type = types[world.model.expr(collection).type];
  if (item.absent() || all.absent()) return false;
  if (type.kind == dsl::TypeKind::network) return in_network(all.network(), item.network().address);
  if (type.kind == dsl::TypeKind::map) {
    return std::any_of(all.entries().begin(), all.entries().end(),
                       [&](const auto& entry) { return same(types, type.key, entry.first, item); });
  }
  return std::any_of(all.items().begin(), all.items().end(), [&](const Value& one) {
    if (types[type.element].kind == dsl::TypeKind::network) {
      return in_network(one.network(), item.network().address);
    }
    return same(types, type.element, one, item);
  });
}

/// Calls `visit` with the scope of each element for which `condition` (kNoExpr: always) holds.
template <class Visit>
void for_each_where(const World& world, const Scope& scope, const dsl::Expr& expr,
                    dsl::ExprId condition, Visit visit) {
  const Value all = evaluate(world, scope, expr.a);
  for (std::size_t i = 0; i < all.items().size(); ++i) {
    const Scope inner = bind(scope, expr.index, all.items()[i], i);
    if (condition == dsl::kNoExpr || evaluate(world, inner, condition).truth()) visit(inner);
  }
}

Value set_for(const World& world, const Scope& scope, const dsl::Expr& expr) {
  std::vector<Value> items;
  for_each_where(world, scope, expr, expr.c, [&](const Scope& inner) {
    Value item = evaluate(world, inner, expr.b);
    if (item.present()) items.push_back(std::move(item));
  });
  const dsl::Types& types = world.model.types;
  return set_value(types, types[expr.type].element, std::move(items));
}

Value votes_for(const World& world, const Scope& scope, const dsl::Expr& expr) {
  const dsl::Types& types = world.model.types;
  const dsl::EnumId roles = types[expr.type].decl;
  Votes votes;
  for_each_where(world, scope, expr, expr.c, [&](const Scope& inner) {
    const Value role = evaluate(world, inner, expr.b);
    const Value person = evaluate(world, inner, expr.d);
    if (role.absent() || person.absent() || is_unknown(types, roles, role.number())) return;
    votes.persons[person.text()] |= Members{1} << role.number();
  });
  return Value{votes};
}

Value only(const World& world, const Scope& scope, const dsl::Expr& expr) {
  std::vector<Value> found;
  for_each_where(world, scope, expr, expr.b,
                 [&](const Scope& inner) { found.push_back(inner->value); });
  return found.size() == 1 ? found.front() : Value{};
}

Value extreme(const World& world, const dsl::Expr& expr, const Value& all) {
  const dsl::TypeId element = element_type(world, expr.a);
  const bool by_index = world.model.types[element].kind == dsl::TypeKind::enumeration;
  Value best;
  for (const Value& item : all.items()) {
    const int order = by_index ? (item.number() < best.number() ? -1 : 1)
                               : written_order(world.model.types, element, item, best);
    if (best.absent() || (expr.kind == ExprKind::minimum ? order < 0 : order > 0)) best = item;
  }
  return best;
}

bool is_empty(const Value& value) {
  return value.items().empty() && value.entries().empty() && value.text().empty() &&
         value.persons().empty();
}

}  // namespace

Value evaluate_collection(const World& world, const Scope& scope, const dsl::Expr& expr) {
  switch (expr.kind) {
    case ExprKind::set_for: return set_for(world, scope, expr);
    case ExprKind::votes_for: return votes_for(world, scope, expr);
    case ExprKind::only: return only(world, scope, expr);
    default: break;
  }
  const Value a = evaluate(world, scope, expr.a);
  if (expr.kind == ExprKind::any || expr.kind == ExprKind::all || expr.kind == ExprKind::count) {
    auto holds = static_cast<std::int64_t>(a.entries().size());  // of a map, which only count takes
    for_each_where(world, scope, expr, expr.b, [&holds](const Scope&) { ++holds; });
    if (expr.kind == ExprKind::count) return number_value(holds);
    if (expr.kind == ExprKind::any) return truth_value(holds > 0);
    return truth_value(holds == static_cast<std::int64_t>(a.items().size()));
  }
  switch (expr.kind) {
    case ExprKind::is_empty: return truth_value(is_empty(a));
    case ExprKind::minimum:
    case ExprKind::maximum: return extreme(world, expr, a);
    case ExprKind::keys: {
      std::vector<Value> keys;
      for (const auto& [key, value] : a.entries())
        keys.push_back(key);
      return set_value(world.model.types, world.model.types[expr.type].element, std::move(keys));
    }
    default: break;
  }
  const Value b = evaluate(world, scope, expr.b);
  const auto in_b = [&](const Value& item) { return contains(world, expr.b, b, item); };
  switch (expr.kind) {
    case ExprKind::in: return truth_value(in_b(a));
    case ExprKind::subset:
      return truth_value(std::all_of(a.items().begin(), a.items().end(), in_b));
    case ExprKind::intersects:
      return truth_value(std::any_of(a.items().begin(), a.items().end(), in_b));
    default: return {};
  }
}

}  // namespace writ::oracle
