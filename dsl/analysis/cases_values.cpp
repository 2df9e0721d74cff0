// What an expression is worth when its variables have values.

#include <algorithm>

#include "base/decimal.hpp"

#include "dsl/analysis/cases.hpp"
#include "dsl/analysis/strictness.hpp"

namespace writ::dsl::analysis {
namespace {

using Result = std::optional<Value>;

Value truth_value(bool truth) {
  return integer_value(truth ? 1 : 0);
}

const Collection* collection_of(const Result& value) {
  return value ? std::get_if<Collection>(&value->v) : nullptr;
}

/// Whether a collection of integers or texts holds the value; nothing for other elements.
std::optional<bool> holds(const Collection& items, const Value& value) {
  const auto integer = integer_of(value);
  const auto* text = std::get_if<std::string>(&value.v);
  if (!integer && text == nullptr) return std::nullopt;
  for (const Value& item : items.items) {
    const auto* other = std::get_if<std::string>(&item.v);
    if (!integer_of(item) && other == nullptr) return std::nullopt;
    if (integer ? integer_of(item) == integer : (other != nullptr && *other == *text)) return true;
  }
  return false;
}

bool matches(const Cell& cell, const Value& value) {
  if (cell.any) return true;
  if (value.absent()) return cell.absent;
  if (const auto* text = std::get_if<std::string>(&value.v))
    return std::find(cell.strings.begin(), cell.strings.end(), *text) != cell.strings.end();
  const auto integer = integer_of(value);
  return integer && std::any_of(cell.ranges.begin(), cell.ranges.end(), [&](const auto& range) {
           return range.first <= *integer && *integer <= range.second;
         });
}

}  // namespace

std::optional<bool> Cases::truth(ExprId id) const {
  const Result value = evaluate(id);
  if (!value) return std::nullopt;
  return integer_of(*value).value_or(0) != 0;
}

std::optional<Value> Cases::evaluate(ExprId id) const {
  if (id == kNoExpr) return std::nullopt;
  const auto variable = variable_of_.find(id);
  if (variable != variable_of_.end()) {
    // While variables are being collected none has a value.
    if (variable->second >= chosen_.size()) return std::nullopt;
    return variables_[variable->second].values[chosen_[variable->second]];
  }
  const Expr& e = expr(id);
  switch (e.kind) {
    case ExprKind::constant: return e.value;
    case ExprKind::local: {
      const auto argument = arguments_.find(e.index);
      return argument == arguments_.end() ? Result() : argument->second;
    }
    case ExprKind::output: {
      const Output& output = finder_.decision().outputs[e.index];
      return output.kind == OutputKind::derived && !output.per ? evaluate(output.value) : Result();
    }
    case ExprKind::or_else: {
      const Result value = evaluate(e.a);
      return value && value->absent() ? evaluate(e.b) : value;
    }
    case ExprKind::conditional: {
      const std::optional<bool> condition = truth(e.a);
      return condition ? evaluate(*condition ? e.b : e.c) : Result();
    }
    case ExprKind::table: return evaluate_table(e);
    case ExprKind::is_present:
    case ExprKind::logical_not:
    case ExprKind::logical_and:
    case ExprKind::logical_or: return evaluate_logic(e);
    case ExprKind::equal:
    case ExprKind::less:
    case ExprKind::less_equal:
    case ExprKind::both:
    case ExprKind::quorum_implies: return evaluate_comparison(e);
    case ExprKind::add:
    case ExprKind::subtract:
    case ExprKind::negate: return evaluate_sum(e);
    case ExprKind::make_set:
    case ExprKind::make_list:
    case ExprKind::is_empty:
    case ExprKind::minimum:
    case ExprKind::maximum:
    case ExprKind::in:
    case ExprKind::subset:
    case ExprKind::intersects: return evaluate_collection(e);
    default: return std::nullopt;
  }
}

std::optional<Value> Cases::evaluate_logic(const Expr& e) const {
  if (e.kind == ExprKind::is_present) {
    const Result value = evaluate(e.a);
    return value ? truth_value(!value->absent()) : Result();
  }
  const std::optional<bool> a = truth(e.a);
  if (!a) return std::nullopt;
  if (e.kind == ExprKind::logical_not) return truth_value(!*a);
  if (*a == (e.kind == ExprKind::logical_or)) return truth_value(*a);
  const std::optional<bool> b = truth(e.b);
  return b ? truth_value(*b) : Result();
}

std::optional<Value> Cases::evaluate_comparison(const Expr& e) const {
  const Result a = evaluate(e.a), b = evaluate(e.b);
  if (!a || !b) return std::nullopt;
  if (a->absent() || b->absent()) return truth_value(false);
  const TypeId type = expr(e.a).type;
  const auto* q = std::get_if<Quorum>(&a->v);
  const auto* r = std::get_if<Quorum>(&b->v);
  if (q != nullptr && r != nullptr) {
    if (e.kind == ExprKind::quorum_implies) return truth_value(at_most(types(), type, *b, *a));
    if (e.kind == ExprKind::equal)
      return truth_value(at_most(types(), type, *a, *b) && at_most(types(), type, *b, *a));
    Quorum both = *q;
    both.clauses.insert(both.clauses.end(), r->clauses.begin(), r->clauses.end());
    both.clauses.resize(base::normalize(both.clauses.data(), both.clauses.size()));
    Value value;
    value.v = std::move(both);
    return value;
  }
  const auto x = integer_of(*a), y = integer_of(*b);
  if (x && y) {
    if (e.kind == ExprKind::equal) return truth_value(*x == *y);
    return truth_value(e.kind == ExprKind::less ? *x < *y : *x <= *y);
  }
  if (e.kind != ExprKind::equal) return std::nullopt;
  const auto* s = std::get_if<std::string>(&a->v);
  const auto* t = std::get_if<std::string>(&b->v);
  if (s != nullptr && t != nullptr) return truth_value(*s == *t);
  if (collection_of(a) == nullptr || collection_of(b) == nullptr ||
      types()[type].kind != TypeKind::set)
    return std::nullopt;
  const std::optional<bool> below = is_subset(*collection_of(a), *collection_of(b));
  const std::optional<bool> above = is_subset(*collection_of(b), *collection_of(a));
  return below && above ? truth_value(*below && *above) : Result();
}

std::optional<Value> Cases::evaluate_sum(const Expr& e) const {
  const Result a = evaluate(e.a);
  const Result b = e.kind == ExprKind::negate ? integer_value(0) : evaluate(e.b);
  if (!a || !b) return std::nullopt;
  if (a->absent() || b->absent()) return Value();
  const auto x = integer_of(*a), y = integer_of(*b);
  if (!x || !y) return std::nullopt;
  switch (e.kind) {
    case ExprKind::add: return integer_value(base::saturating_add(*x, *y));
    case ExprKind::subtract: return integer_value(base::saturating_sub(*x, *y));
    default: return integer_value(base::saturating_sub(0, *x));
  }
}

std::optional<bool> Cases::is_subset(const Collection& some, const Collection& all) {
  for (const Value& item : some.items) {
    const std::optional<bool> found = holds(all, item);
    if (!found || !*found) return found;
  }
  return true;
}

std::optional<Value> Cases::evaluate_collection(const Expr& e) const {
  if (e.kind == ExprKind::make_set || e.kind == ExprKind::make_list) {
    Collection items;
    for (const ExprId item : e.items) {
      Result value = evaluate(item);
      if (!value) return std::nullopt;
      if (!value->absent()) items.items.push_back(std::move(*value));
    }
    Value value;
    value.v = std::move(items);
    return value;
  }
  const Result a = evaluate(e.a);
  if (!a) return std::nullopt;
  const Collection* items = collection_of(a);
  switch (e.kind) {
    case ExprKind::is_empty: return items != nullptr ? truth_value(items->items.empty()) : Result();
    case ExprKind::minimum:
    case ExprKind::maximum: return items != nullptr ? extreme(e, *items) : Result();
    default: break;
  }
  const Result b = evaluate(e.b);
  const Collection* others = collection_of(b);
  if (others == nullptr) return std::nullopt;
  std::optional<bool> found;
  if (e.kind == ExprKind::in) {
    found = a->absent() ? std::optional(false) : holds(*others, *a);
  } else if (items != nullptr && e.kind == ExprKind::subset) {
    found = is_subset(*items, *others);
  } else if (items != nullptr && e.kind == ExprKind::intersects) {
    found = false;
    for (const Value& item : items->items) {
      const std::optional<bool> shared = holds(*others, item);
      if (!shared) return std::nullopt;
      found = *found || *shared;
    }
  }
  return found ? truth_value(*found) : Result();
}

std::optional<Value> Cases::extreme(const Expr& e, const Collection& items) {
  std::optional<std::int64_t> best;
  for (const Value& item : items.items) {
    const auto integer = integer_of(item);
    if (!integer) return std::nullopt;
    if (!best || (e.kind == ExprKind::minimum ? *integer < *best : *integer > *best))
      best = integer;
  }
  return best ? integer_value(*best) : Value();
}

std::optional<Value> Cases::evaluate_table(const Expr& e) const {
  const Table& table = finder_.model().tables[e.index];
  std::vector<Value> arguments;
  for (std::size_t i = 0; i < e.items.size(); ++i) {
    const auto variable = argument_of_.find(std::tuple(e.index, i, e.items[i]));
    if (variable != argument_of_.end() && variable->second >= chosen_.size()) return std::nullopt;
    Result value = variable == argument_of_.end()
                       ? evaluate(e.items[i])
                       : variables_[variable->second].values[chosen_[variable->second]];
    if (!value) return std::nullopt;
    arguments.push_back(std::move(*value));
  }
  for (const Row& row : table.rows) {
    bool found = true;
    for (std::size_t i = 0; i < arguments.size(); ++i)
      found = found && matches(row.cells[i], arguments[i]);
    if (!found) continue;
    const std::map<LocalId, Value> outer = arguments_;
    for (std::size_t i = 0; i < arguments.size(); ++i)
      arguments_[table.parameters[i]] = arguments[i];
    Result value = evaluate(row.values[e.column]);
    arguments_ = outer;
    return value;
  }
  return Value();
}

}  // namespace writ::dsl::analysis
