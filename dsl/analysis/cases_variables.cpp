// Which values are tried: the variables that an expression is cut down to.

#include <algorithm>
#include <set>

#include "dsl/analysis/cases.hpp"
#include "dsl/analysis/strictness.hpp"

namespace writ::dsl::analysis {
namespace {

/// What evaluate() goes into.
bool is_tried(ExprKind kind) {
  switch (kind) {
    case ExprKind::is_present:
    case ExprKind::or_else:
    case ExprKind::logical_not:
    case ExprKind::logical_and:
    case ExprKind::logical_or:
    case ExprKind::equal:
    case ExprKind::less:
    case ExprKind::less_equal:
    case ExprKind::add:
    case ExprKind::subtract:
    case ExprKind::negate:
    case ExprKind::in:
    case ExprKind::subset:
    case ExprKind::intersects:
    case ExprKind::is_empty:
    case ExprKind::minimum:
    case ExprKind::maximum:
    case ExprKind::make_set:
    case ExprKind::make_list:
    case ExprKind::conditional:
    case ExprKind::both:
    case ExprKind::quorum_implies: return true;
    default: return false;
  }
}

bool is_integer_like(TypeKind kind) {
  switch (kind) {
    case TypeKind::boolean:
    case TypeKind::integer:
    case TypeKind::decimal:
    case TypeKind::duration:
    case TypeKind::time:
    case TypeKind::enumeration: return true;
    default: return false;
  }
}

bool reads_local(const Model& model, ExprId id, LocalId local) {
  const Expr& e = model.expr(id);
  if (e.kind == ExprKind::local) return e.index == local;
  bool reads = false;
  for_each_child(e, [&](ExprId child) { reads = reads || reads_local(model, child, local); });
  return reads;
}

/// One value for each run of integers that the column's patterns do not tell apart.
std::vector<std::int64_t> representatives(const Table& table, std::size_t column) {
  std::set<std::int64_t> begins;
  for (const Row& row : table.rows) {
    for (const auto& [low, high] : row.cells[column].ranges) {
      if (low > INT64_MIN) begins.insert(low - 1);
      begins.insert(low);
      if (high < INT64_MAX) begins.insert(high + 1);
    }
  }
  // Beyond what the rows match there is no value of the column's type.
  std::vector<std::int64_t> values;
  for (const std::int64_t value : begins) {
    const auto matches = [&](const Row& row) {
      const Cell& cell = row.cells[column];
      return cell.any || std::any_of(cell.ranges.begin(), cell.ranges.end(), [&](const auto& r) {
               return r.first <= value && value <= r.second;
             });
    };
    if (std::any_of(table.rows.begin(), table.rows.end(), matches)) values.push_back(value);
  }
  if (values.empty()) values.push_back(0);
  return values;
}

std::vector<Value> texts(const Table& table, std::size_t column) {
  std::set<std::string> named;
  for (const Row& row : table.rows)
    named.insert(row.cells[column].strings.begin(), row.cells[column].strings.end());
  std::string other = "other";
  while (named.contains(other))
    other += '-';
  named.insert(other);
  std::vector<Value> values;
  for (const std::string& text : named)
    values.emplace_back().v = text;
  return values;
}

std::vector<std::pair<std::size_t, std::size_t>> chain(std::size_t size) {
  std::vector<std::pair<std::size_t, std::size_t>> steps;
  for (std::size_t i = 0; i + 1 < size; ++i)
    steps.emplace_back(i, i + 1);
  return steps;
}

}  // namespace

/// Whether both are the same value, as far as their form shows.
bool Cases::same(ExprId a, ExprId b) const {
  if (a == b) return true;
  if (a == kNoExpr || b == kNoExpr) return false;
  const Expr& x = expr(a);
  const Expr& y = expr(b);
  if (x.kind != y.kind || x.type != y.type || x.index != y.index || x.column != y.column ||
      x.compare != y.compare || x.shape != y.shape || x.glob != y.glob ||
      x.items.size() != y.items.size() || !x.pointer_steps.empty() || !y.pointer_steps.empty())
    return false;
  if (x.kind == ExprKind::constant) {
    const auto i = integer_of(x.value), k = integer_of(y.value);
    if (i || k) return i == k;
    const auto* s = std::get_if<std::string>(&x.value.v);
    const auto* t = std::get_if<std::string>(&y.value.v);
    return s != nullptr && t != nullptr && *s == *t;
  }
  const auto same_part = [&](ExprId p, ExprId q) {
    return (p == kNoExpr && q == kNoExpr) || same(p, q);
  };
  if (!same_part(x.a, y.a) || !same_part(x.b, y.b) || !same_part(x.c, y.c) || !same_part(x.d, y.d))
    return false;
  return std::equal(x.items.begin(), x.items.end(), y.items.begin(), same_part);
}

bool Cases::find(ExprId id) {
  for (std::size_t v = 0; v < variables_.size(); ++v) {
    if (variables_[v].argument_only || !same(variables_[v].expr, id)) continue;
    variable_of_[id] = v;
    return true;
  }
  return false;
}

void Cases::forget(std::size_t from) {
  variables_.resize(from);
  std::erase_if(variable_of_, [from](const auto& entry) { return entry.second >= from; });
  std::erase_if(argument_of_, [from](const auto& entry) { return entry.second >= from; });
}

bool Cases::has_room(const Variable& variable) const {
  std::size_t count = variable.values.size();
  for (const Variable& other : variables_)
    count *= other.values.size();
  return count <= kMostCases;
}

bool Cases::add(Variable variable) {
  if (!has_room(variable)) return false;
  variable_of_[variable.expr] = variables_.size();
  variables_.push_back(std::move(variable));
  return true;
}

bool Cases::add_chain(ExprId id, std::int64_t low, std::int64_t high) {
  if (high - low >= kLongestRange) return false;
  std::vector<Value> values;
  for (std::int64_t value = low; value <= high; ++value)
    values.push_back(integer_value(value));
  Variable variable{id, std::move(values), chain(static_cast<std::size_t>(high - low + 1)),
                    finder_.of(id)};
  if (types()[expr(id).type].optional) variable.values.emplace_back();
  return add(std::move(variable));
}

/// All sets of an enum's members; a step adds one member.
bool Cases::add_sets(ExprId id, EnumId members) {
  const std::size_t size = types().enums[members].members.size();
  if (size > kLargestSet) return false;
  Variable variable{id, {}, {}, finder_.of(id)};
  for (std::size_t mask = 0; mask < std::size_t{1} << size; ++mask) {
    Collection set;
    for (std::size_t m = 0; m < size; ++m) {
      if ((mask >> m & 1u) != 0)
        set.items.push_back(integer_value(static_cast<std::int64_t>(m)));
      else
        variable.steps.emplace_back(mask, mask | std::size_t{1} << m);
    }
    variable.values.emplace_back().v = std::move(set);
  }
  return add(std::move(variable));
}

bool Cases::collect(ExprId id) {
  if (find(id)) return true;
  if (finder_.of(id).empty()) return collect_free(id);
  if (collect_leaf(id)) return true;
  const std::size_t before = variables_.size();
  if (collect_parts(id)) return true;
  forget(before);
  return collect_moving(id);
}

/// Goes into an expression that evaluate() goes into.
bool Cases::collect_parts(ExprId id) {
  const Expr& e = expr(id);
  if (e.kind == ExprKind::output) {
    const Output& output = finder_.decision().outputs[e.index];
    return output.kind == OutputKind::derived && !output.per && collect(output.value);
  }
  if (e.kind == ExprKind::table) {
    for (std::size_t i = 0; i < e.items.size(); ++i)
      if (!collect_argument(e, i)) return false;
    return true;
  }
  if (!is_tried(e.kind)) return false;
  bool all = true;
  for_each_child(e, [&](ExprId child) { all = all && collect(child); });
  return all;
}

/// What reads no output: a constant, or one of finitely many values.
bool Cases::collect_free(ExprId id) {
  if (evaluate(id)) return true;
  const Type& type = types()[expr(id).type];
  std::int64_t size = 2;
  if (type.kind == TypeKind::enumeration)
    size = static_cast<std::int64_t>(types().enums[type.decl].members.size());
  else if (type.kind != TypeKind::boolean)
    return false;
  Variable variable{id, {}, {}, {}};
  for (std::int64_t value = 0; value < size; ++value)
    variable.values.push_back(integer_value(value));
  if (type.optional) variable.values.emplace_back();
  return add(std::move(variable));
}

/// An output, or a verdict's outcome, of finitely many values.
bool Cases::collect_leaf(ExprId id) {
  const Expr& e = expr(id);
  if (e.kind == ExprKind::verdict_outcome) return known(id) && add_chain(id, 0, 3);
  if (e.kind != ExprKind::output && e.kind != ExprKind::output_key) return false;
  const Output& output = finder_.decision().outputs[e.index];
  const Type& type = types()[output.type];
  if (!known(id)) return false;
  switch (output.kind) {
    case OutputKind::highest:
    case OutputKind::lowest:
      if (type.kind == TypeKind::enumeration)
        return add_chain(id, 0,
                         static_cast<std::int64_t>(types().enums[type.decl].members.size()) - 1);
      // The distance of the ends may be more than 64 bits hold.
      return output.clamp && type.kind == TypeKind::integer && output.low > INT64_MIN / 2 &&
             output.high < INT64_MAX / 2 && add_chain(id, output.low, output.high);
    case OutputKind::collected: {
      const Type& element = types()[type.element];
      return e.kind == ExprKind::output && element.kind == TypeKind::enumeration &&
             add_sets(id, element.decl);
    }
    default: return false;
  }
}

/// What cannot be gone into: then its own movement is enough.
bool Cases::collect_moving(ExprId id) {
  const Type& type = types()[expr(id).type];
  if (type.optional || !known(id)) return false;
  if (type.kind == TypeKind::boolean) return add_chain(id, 0, 1);
  if (type.kind != TypeKind::enumeration || !types().enums[type.decl].ordered) return false;
  return add_chain(id, 0, static_cast<std::int64_t>(types().enums[type.decl].members.size()) - 1);
}

/// An argument of a table; where it is not of finitely many values, of those that its column tells
/// apart, as long as no row's value is made of it.
bool Cases::collect_argument(const Expr& e, std::size_t argument) {
  const ExprId id = e.items[argument];
  const auto place = std::tuple(e.index, argument, id);
  if (argument_of_.contains(place) || collect(id)) return true;
  const Table& table = finder_.model().tables[e.index];
  for (const Row& row : table.rows)
    if (reads_local(finder_.model(), row.values[e.column], table.parameters[argument]))
      return false;
  if (!known(id) || !finder_.same_presence(id)) return false;
  const Type& type = types()[expr(id).type];
  Variable variable{id, {}, {}, finder_.of(id), true};
  if (is_integer_like(type.kind)) {
    for (const std::int64_t value : representatives(table, argument))
      variable.values.push_back(integer_value(value));
    const bool ordered = type.kind != TypeKind::enumeration || types().enums[type.decl].ordered;
    if (ordered)
      variable.steps = chain(variable.values.size());
    else if (!variable.movements.empty())
      return false;
  } else if (type.kind == TypeKind::string && variable.movements.empty()) {
    variable.values = texts(table, argument);
  } else {
    return false;
  }
  if (type.optional) variable.values.emplace_back();
  if (!has_room(variable)) return false;
  argument_of_[place] = variables_.size();
  variables_.push_back(std::move(variable));
  return true;
}

bool Cases::known(ExprId id) {
  const Movements& movements = finder_.of(id);
  return std::none_of(movements.begin(), movements.end(), [](const auto& entry) {
    return entry.second.direction == Direction::unknown;
  });
}

}  // namespace writ::dsl::analysis
