#include "dsl/analysis/movement.hpp"

#include <algorithm>

#include "dsl/analysis/cases.hpp"
#include "dsl/analysis/strictness.hpp"

namespace writ::dsl::analysis {
namespace {

void add_distinct(std::vector<base::Clause>& to, const std::vector<base::Clause>& from) {
  for (const base::Clause& clause : from)
    if (std::find(to.begin(), to.end(), clause) == to.end()) to.push_back(clause);
}

}  // namespace

Direction opposite(Direction direction) {
  switch (direction) {
    case Direction::rising: return Direction::falling;
    case Direction::falling: return Direction::rising;
    case Direction::constant:
    case Direction::unknown: break;
  }
  return direction;
}

const Movements& MovementFinder::of(ExprId id) {
  const auto found = found_.find(id);
  if (found != found_.end()) return found->second;
  Movements movements = find(id);
  return found_.emplace(id, std::move(movements)).first->second;
}

Movements MovementFinder::find(ExprId id) {
  if (id == kNoExpr) return {};
  Movements movements = by_signs(id, model_.expr(id));
  const auto is_unknown = [](const auto& entry) {
    return entry.second.direction == Direction::unknown;
  };
  if (std::none_of(movements.begin(), movements.end(), is_unknown)) return movements;
  const std::optional<Movements> tried = Cases(*this, id).try_all();
  if (!tried) return movements;
  for (auto& [output, movement] : movements) {
    if (movement.direction != Direction::unknown) continue;
    const auto better = tried->find(output);
    if (better == tried->end())
      movement = {};
    else if (better->second.direction != Direction::unknown || movement.breaks == id)
      movement = better->second;
  }
  return movements;
}

ExprId MovementFinder::seen_through(ExprId id) const {
  for (;;) {
    const Expr& expr = model_.expr(id);
    if (expr.kind != ExprKind::output) return id;
    const Output& output = decision_.outputs[expr.index];
    if (output.kind != OutputKind::derived || output.per) return id;
    id = output.value;
  }
}

bool MovementFinder::same_presence(ExprId id) {
  if (id == kNoExpr || of(id).empty()) return true;
  const Expr& expr = model_.expr(id);
  if (!model_.types[expr.type].optional) return true;
  switch (expr.kind) {
    case ExprKind::output: {
      const Output& output = decision_.outputs[expr.index];
      return output.kind != OutputKind::derived || same_presence(output.value);
    }
    // The keys are those of the input.
    case ExprKind::output_key:
      return decision_.outputs[expr.index].kind != OutputKind::derived && of(expr.a).empty();
    case ExprKind::or_else: return same_presence(expr.a) && same_presence(expr.b);
    case ExprKind::minimum:
    case ExprKind::maximum: {
      const Expr& from = model_.expr(expr.a);
      const bool written = from.kind == ExprKind::make_set || from.kind == ExprKind::make_list;
      return written && !from.items.empty();
    }
    case ExprKind::conditional:
      return of(expr.a).empty() && same_presence(expr.b) && same_presence(expr.c);
    default: return false;
  }
}

Movements MovementFinder::joined(ExprId id, std::initializer_list<Term> terms) {
  return joined(id, std::vector<Term>(terms));
}

Movements MovementFinder::joined(ExprId id, const std::vector<Term>& terms) {
  Movements result;
  for (const Term& term : terms) {
    for (const auto& [output, of_term] : of(term.expr)) {
      Movement movement = of_term;
      if (term.falls) {
        movement.direction = opposite(movement.direction);
        // The texts are about the narrower expression, which moves as it moved.
        std::swap(movement.not_rising, movement.not_falling);
      }
      const auto [place, is_new] = result.try_emplace(output, movement);
      Movement& whole = place->second;
      if (is_new || whole.direction == movement.direction ||
          movement.direction == Direction::constant || whole.direction == Direction::unknown)
        continue;
      if (whole.direction == Direction::constant || movement.direction == Direction::unknown) {
        whole = movement;
        continue;
      }
      const std::string why =
          "has parts that move in opposite ways as " + name(output) + " gets stricter";
      whole = {Direction::unknown, id, why, why};
    }
  }
  return result;
}

Movements MovementFinder::unknown(ExprId id, const Expr& expr, const std::string& why) {
  Movements result;
  for_each_child(expr, [&](ExprId child) {
    for (const auto& [output, movement] : of(child)) {
      Movement& whole = result[output];
      if (movement.direction == Direction::constant || whole.direction == Direction::unknown)
        continue;
      if (movement.direction == Direction::unknown) {
        whole = movement;
        continue;
      }
      const std::string text = (why.empty() ? "is not known to move one way only" : why) + " as " +
                               name(output) + " gets stricter";
      whole = {Direction::unknown, id, text, text};
    }
  });
  return result;
}

Movements MovementFinder::by_signs(ExprId id, const Expr& e) {
  switch (e.kind) {
    case ExprKind::output:
    case ExprKind::verdict_granted:
    case ExprKind::verdict_held:
    case ExprKind::verdict_denied: return of_output(id, e);
    case ExprKind::output_key: return of_key(id, e);
    // Of a verdict, both rise with its strictness.
    case ExprKind::verdict_outcome:
    case ExprKind::verdict_needs: return joined(id, {{e.a}});
    case ExprKind::is_present: return of_presence(id, e);
    case ExprKind::or_else: return of_or_else(id, e);
    case ExprKind::logical_not:
    case ExprKind::negate: return joined(id, {{e.a, true}});
    case ExprKind::logical_and:
    case ExprKind::logical_or:
    case ExprKind::add:
    case ExprKind::intersects:
    case ExprKind::both: return joined(id, {{e.a}, {e.b}});
    case ExprKind::subtract:
    case ExprKind::quorum_implies: return joined(id, {{e.a}, {e.b, true}});
    case ExprKind::less:
    case ExprKind::less_equal:
    case ExprKind::subset: return joined(id, {{e.a, true}, {e.b}});
    case ExprKind::equal: return of_equal(id, e);
    case ExprKind::now_compare: return of_now(id, e);
    case ExprKind::multiply: return of_product(id, e);
    case ExprKind::divide: return of(e.b).empty() ? joined(id, {{e.a}}) : unknown(id, e);
    case ExprKind::in: return of(e.a).empty() ? joined(id, {{e.b}}) : unknown(id, e);
    case ExprKind::is_empty:
      if (model_.expr(seen_through(e.a)).kind == ExprKind::missing)
        return of_satisfied(id, model_.expr(seen_through(e.a)));
      return joined(id, {{e.a, true}});
    case ExprKind::any: return joined(id, {{e.a}, {e.b}});
    case ExprKind::all: return joined(id, {{e.a, true}, {e.b}});
    case ExprKind::count: return of_count(id, e);
    case ExprKind::set_for:
    case ExprKind::votes_for: return of_elements(id, e);
    case ExprKind::minimum:
    case ExprKind::maximum: return of_extreme(id, e);
    case ExprKind::conditional: return of_conditional(id, e);
    case ExprKind::satisfied: return of_satisfied(id, e);
    case ExprKind::missing:
      return unknown(id, e, "names the fewest who suffice, and so can lose members");
    default: return unknown(id, e);
  }
}

Movements MovementFinder::of_output(ExprId id, const Expr& e) {
  const Output& output = decision_.outputs[e.index];
  const auto moves = [&](Direction direction) {
    return Movements{{e.index, Movement{direction, kNoExpr, {}, {}}}};
  };
  if (e.kind == ExprKind::verdict_granted) return moves(Direction::falling);
  if (e.kind == ExprKind::verdict_denied) return moves(Direction::rising);
  if (e.kind == ExprKind::verdict_held) {
    const std::string why = "gains what was granted and loses what becomes denied as " +
                            name(e.index) + " gets stricter";
    return {{e.index, Movement{Direction::unknown, id, why, why}}};
  }
  switch (output.kind) {
    case OutputKind::derived: return joined(id, {{output.value}});
    case OutputKind::lowest: return moves(Direction::falling);
    case OutputKind::highest:
    case OutputKind::quorum:
    case OutputKind::collected:
    case OutputKind::verdict: return moves(Direction::rising);
    case OutputKind::codes: break;
  }
  const std::string why = "follows from all rules";
  return {{e.index, Movement{Direction::unknown, id, why, why}}};
}

Movements MovementFinder::of_key(ExprId id, const Expr& e) {
  Movements movements = of_output(id, e);
  for (const auto& [output, key] : of(e.a)) {
    Movement& whole = movements[output];
    if (key.direction == Direction::constant) continue;
    const std::string why = "is read at another key as " + name(output) + " gets stricter";
    whole = {Direction::unknown, id, why, why};
  }
  return movements;
}

Movements MovementFinder::of_presence(ExprId id, const Expr& e) {
  if (same_presence(e.a)) {
    Movements movements = of(e.a);
    for (auto& [output, movement] : movements)
      movement = {};
    return movements;
  }
  // A set that grows comes to have a least and a greatest element.
  const Expr& extreme = model_.expr(seen_through(e.a));
  const bool of_set = extreme.kind == ExprKind::minimum || extreme.kind == ExprKind::maximum;
  return of_set && model_.types[model_.expr(extreme.a).type].kind == TypeKind::set
             ? joined(id, {{extreme.a}})
             : unknown(id, e);
}

Movements MovementFinder::of_or_else(ExprId id, const Expr& e) {
  return same_presence(e.a) ? joined(id, {{e.a}, {e.b}}) : unknown(id, e);
}

Movements MovementFinder::of_equal(ExprId id, const Expr& e) {
  for (const auto& [constant, other] : {std::pair(e.a, e.b), std::pair(e.b, e.a)}) {
    const Expr& value = model_.expr(constant);
    if (value.kind != ExprKind::constant) continue;
    // `auto` and the empty set are the least of all.
    if (const auto* quorum = std::get_if<Quorum>(&value.value.v))
      if (quorum->clauses.empty()) return joined(id, {{other, true}});
    if (model_.types[value.type].kind == TypeKind::set)
      if (std::get<Collection>(value.value.v).items.empty()) return joined(id, {{other, true}});
    const Expr& read = model_.expr(seen_through(other));
    if (read.kind != ExprKind::output && read.kind != ExprKind::output_key) continue;
    const Output& output = decision_.outputs[read.index];
    if (!output.clamp) continue;
    if (integer_of(value.value) == output.low) return joined(id, {{other, true}});
    if (integer_of(value.value) == output.high) return joined(id, {{other}});
  }
  return unknown(id, e, "can begin to hold and stop again");
}

Movements MovementFinder::of_now(ExprId id, const Expr& e) {
  bool more = false;  // whether the left side has to be the greater one
  switch (e.compare) {
    case Compare::equal:
    case Compare::not_equal: return unknown(id, e, "can begin to hold and stop again");
    case Compare::less:
    case Compare::less_equal: break;
    case Compare::greater:
    case Compare::greater_equal: more = true; break;
  }
  // now < a, now - a < b, a - now < b
  return joined(id, {{e.a, more != (e.shape == NowShape::minus_now)}, {e.b, more}});
}

int MovementFinder::sign_of(ExprId id) const {
  const Expr& e = model_.expr(id);
  const auto of_type = [&](TypeId refined) {
    const Type& type = model_.types[refined];
    if (type.has_range) return type.low >= 0 ? 1 : (type.high <= 0 ? -1 : 0);
    return type.kind == TypeKind::duration ? 1 : 0;
  };
  switch (e.kind) {
    case ExprKind::constant: return integer_of(e.value) ? (e.value.integer() >= 0 ? 1 : -1) : 0;
    case ExprKind::count:
    case ExprKind::length: return 1;
    case ExprKind::input: return of_type(decision_.inputs[e.index].type);
    case ExprKind::field: {
      const Type& record = model_.types[model_.expr(e.a).type];
      return of_type(model_.types.records[record.decl].fields[e.index].type);
    }
    default: return 0;
  }
}

Movements MovementFinder::of_product(ExprId id, const Expr& e) {
  for (const auto& [factor, other] : {std::pair(e.a, e.b), std::pair(e.b, e.a)}) {
    if (!of(factor).empty()) continue;
    const int sign = sign_of(factor);
    if (sign != 0) return joined(id, {{other, sign < 0}});
  }
  return unknown(id, e, "is multiplied by what may be less than zero, and so may move either way");
}

Movements MovementFinder::of_extreme(ExprId id, const Expr& e) {
  const Expr& collection = model_.expr(e.a);
  if (collection.kind == ExprKind::make_set || collection.kind == ExprKind::make_list) {
    std::vector<Term> items;
    for (const ExprId item : collection.items)
      items.push_back({item});
    return joined(id, items);
  }
  if (model_.types[collection.type].kind != TypeKind::set) return unknown(id, e);
  return joined(id, {{e.a, e.kind == ExprKind::minimum}});
}

Movements MovementFinder::of_count(ExprId id, const Expr& e) {
  const Expr& counted = model_.expr(seen_through(e.a));
  const bool members = counted.kind == ExprKind::missing && e.b == kNoExpr;
  if (members && model_.types[model_.expr(counted.b).type].kind == TypeKind::set)
    return joined(id, {{counted.a}, {counted.b, true}});
  return joined(id, {{e.a}, {e.b}});
}

Movements MovementFinder::of_elements(ExprId id, const Expr& e) {
  if (of(e.b).empty() && of(e.d).empty()) return joined(id, {{e.a}, {e.c}});
  return unknown(id, e, "can lose elements");
}

Movements MovementFinder::of_conditional(ExprId id, const Expr& e) {
  if (of(e.a).empty()) return joined(id, {{e.b}, {e.c}});
  return unknown(id, e, "can turn to its other branch, which is not shown to be as strict,");
}

/// `satisfied(q, v)`, and whether `missing(q, v)` is empty, which means the same.
Movements MovementFinder::of_satisfied(ExprId id, const Expr& e) {
  const Movements movements = joined(id, {{e.a, true}, {e.b}});
  if (model_.types[model_.expr(e.b).type].kind != TypeKind::votes || of(e.a).empty())
    return movements;
  // Among votes each clause takes people of its own, so clauses that share members take more than
  // a stricter quorum whose members serve them all. Clauses that share none take as many as any
  // quorum that implies them: whoever is seated there for a member can be seated here for it.
  std::string why = "may begin to hold as its quorum gets stricter, ";
  if (const auto clauses = clauses_of(e.a)) {
    const auto meet = [](const base::Clause& a, const base::Clause& b) {
      base::Clause pair[2] = {a, b};
      return base::normalize(pair, 2) == 2 && (pair[0].members & pair[1].members) != 0;
    };
    bool meets = false;
    for (std::size_t i = 0; i < clauses->size(); ++i)
      for (std::size_t k = i + 1; k < clauses->size(); ++k)
        meets = meets || meet((*clauses)[i], (*clauses)[k]);
    if (!meets) return movements;
    why +=
        "since clauses that share members take a person each, and all of those members together "
        "may take fewer";
  } else {
    why += "since it is not known whether its clauses can share members";
  }
  Movements result = movements;
  for (const auto& [output, movement] : of(e.a))
    if (movement.direction != Direction::constant && result[output].direction != Direction::unknown)
      result[output] = {Direction::unknown, id, why, why};
  return result;
}

const MovementFinder::Clauses& MovementFinder::clauses_of_output(OutputId id) {
  const auto found = clauses_.find(id);
  if (found != clauses_.end()) return found->second;
  Clauses clauses = find_clauses(id);
  return clauses_.emplace(id, std::move(clauses)).first->second;
}

MovementFinder::Clauses MovementFinder::find_clauses(OutputId id) {
  const Output& output = decision_.outputs[id];
  if (output.kind == OutputKind::derived) return clauses_of(output.value);
  std::vector<base::Clause> clauses;
  const auto take = [&](ExprId value) {
    if (value == kNoExpr) return true;
    const auto more = clauses_of(value);
    if (more) add_distinct(clauses, *more);
    return more.has_value();
  };
  if (!take(output.start)) return std::nullopt;
  for (const Rule& rule : decision_.rules)
    for (const Contribution& contribution : rule.contributions)
      if (contribution.output == id)
        for (const ExprId value : contribution.values)
          if (!take(value)) return std::nullopt;
  return clauses;
}

MovementFinder::Clauses MovementFinder::clauses_of(ExprId id) {
  const Expr& e = model_.expr(id);
  std::vector<ExprId> parts;
  switch (e.kind) {
    case ExprKind::constant:
      if (const auto* quorum = std::get_if<Quorum>(&e.value.v)) return quorum->clauses;
      return std::nullopt;
    case ExprKind::output:
    case ExprKind::output_key: return clauses_of_output(e.index);
    case ExprKind::verdict_needs: return clauses_of_output(model_.expr(e.a).index);
    case ExprKind::both: parts = {e.a, e.b}; break;
    case ExprKind::conditional: parts = {e.b, e.c}; break;
    case ExprKind::table:
      for (const Row& row : model_.tables[e.index].rows)
        parts.push_back(row.values[e.column]);
      break;
    default: return std::nullopt;
  }
  std::vector<base::Clause> clauses;
  for (const ExprId part : parts) {
    const auto more = clauses_of(part);
    if (!more) return std::nullopt;
    add_distinct(clauses, *more);
  }
  return clauses;
}

}  // namespace writ::dsl::analysis
