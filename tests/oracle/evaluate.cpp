#include "tests/oracle/evaluate.hpp"

#include <algorithm>

namespace writ::oracle {
namespace {

using dsl::ExprKind;

const Frame* find(const Scope& scope, dsl::LocalId local) {
  const Frame* frame = scope.get();
  while (frame != nullptr && frame->local != local)
    frame = frame->outer.get();
  return frame;
}

Value map_get(const World& world, const dsl::Expr& expr, const Value& map, const Value& key) {
  if (map.absent() || key.absent()) return {};
  const dsl::Type& type = world.model.types[world.model.expr(expr.a).type];
  for (const auto& [name, value] : map.entries()) {
    if (same(world.model.types, type.key, name, key)) return value;
  }
  return {};
}

bool cell_matches(const dsl::Cell& cell, const Value& value) {
  if (cell.any) return true;
  if (value.absent()) return cell.absent;
  if (std::holds_alternative<std::string>(value.v)) {
    return std::find(cell.strings.begin(), cell.strings.end(), value.text()) != cell.strings.end();
  }
  return std::any_of(cell.ranges.begin(), cell.ranges.end(), [&value](const auto& range) {
    return range.first <= value.number() && value.number() <= range.second;
  });
}

Value look_up(const World& world, const Scope& scope, const dsl::Expr& expr) {
  const dsl::Table& table = world.model.tables[expr.index];
  std::vector<Value> arguments;
  for (const dsl::ExprId item : expr.items)
    arguments.push_back(evaluate(world, scope, item));
  for (const dsl::Row& row : table.rows) {
    bool matches = true;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      matches = matches && cell_matches(row.cells[i], arguments[i]);
    }
    if (!matches) continue;
    Scope inner = scope;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      inner = bind(inner, table.parameters[i], arguments[i], 0);
    }
    return evaluate(world, inner, row.values[expr.column]);
  }
  return {};
}

std::string pointer_text(const Scope& scope, const dsl::Expr& expr) {
  std::string out;
  for (const dsl::PointerStep& step : expr.pointer_steps) {
    out += step.text;
    if (step.local == dsl::kNoIndex) continue;
    const Frame* frame = find(scope, step.local);
    if (frame != nullptr) out += "/" + std::to_string(frame->position);
  }
  return out;
}

Value read_output(const World& world, dsl::OutputId output) {
  const auto& keys = world.outputs[output];
  return keys.empty() ? Value{} : keys.front().value;
}

Value keys_with(const World& world, const dsl::Expr& expr) {
  std::vector<Value> keys;
  for (const KeyedOutput& at : world.outputs[expr.index]) {
    const Outcome outcome = at.value.verdict().outcome();
    const bool wanted = expr.kind == ExprKind::verdict_granted ? outcome == Outcome::permit
                        : expr.kind == ExprKind::verdict_held  ? outcome == Outcome::hold
                                                               : outcome >= Outcome::deny;
    if (wanted) keys.push_back(at.key);
  }
  return items_value(std::move(keys));
}

Value make(const World& world, const Scope& scope, const dsl::Expr& expr) {
  const dsl::Types& types = world.model.types;
  std::vector<Value> items;
  for (const dsl::ExprId item : expr.items)
    items.push_back(evaluate(world, scope, item));
  if (expr.kind == ExprKind::make_record) return items_value(std::move(items));
  if (expr.kind == ExprKind::make_map) {
    std::vector<std::pair<Value, Value>> entries;
    for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
      if (items[i].present()) entries.emplace_back(items[i], items[i + 1]);
    }
    return map_value(types, types[expr.type].key, std::move(entries));
  }
  std::erase_if(items, [](const Value& item) { return item.absent(); });
  if (types[expr.type].kind == dsl::TypeKind::list) return items_value(std::move(items));
  return set_value(types, types[expr.type].element, std::move(items));
}

bool equal(const World& world, const dsl::Expr& expr, const Value& a, const Value& b) {
  return a.present() && b.present() && same(world.model.types, world.model.expr(expr.a).type, a, b);
}

bool less(const World& world, const dsl::Expr& expr, const Value& a, const Value& b) {
  if (a.absent() || b.absent()) return false;
  const dsl::Type& type = world.model.types[world.model.expr(expr.a).type];
  if (type.kind == dsl::TypeKind::string) {
    return expr.kind == ExprKind::less ? a.text() < b.text() : a.text() <= b.text();
  }
  return expr.kind == ExprKind::less ? a.number() < b.number() : a.number() <= b.number();
}

/// Paths, logic, constructors, tables: the kinds that have no theme of their own.
Value evaluate_plain(const World& world, const Scope& scope, const dsl::Expr& expr) {
  const auto eval = [&](dsl::ExprId id) { return evaluate(world, scope, id); };
  switch (expr.kind) {
    case ExprKind::constant: return from_constant(expr.value);
    case ExprKind::input: return world.inputs.at(expr.index);
    case ExprKind::data: return world.data.at(expr.index);
    case ExprKind::local: {
      const Frame* frame = find(scope, expr.index);
      return frame != nullptr ? frame->value : Value{};
    }
    case ExprKind::output: return read_output(world, expr.index);
    case ExprKind::output_key: {
      const KeyedOutput* at = output_at(world, expr.index, eval(expr.a));
      return at != nullptr ? at->value : Value{};
    }
    case ExprKind::field: {
      const Value record = eval(expr.a);
      return record.absent() ? Value{} : record.items().at(expr.index);
    }
    case ExprKind::map_get: return map_get(world, expr, eval(expr.a), eval(expr.b));
    case ExprKind::is_present: return truth_value(eval(expr.a).present());
    case ExprKind::or_else: {
      Value value = eval(expr.a);
      return value.present() ? value : eval(expr.b);
    }
    case ExprKind::logical_not: return truth_value(!eval(expr.a).truth());
    case ExprKind::logical_and: return truth_value(eval(expr.a).truth() && eval(expr.b).truth());
    case ExprKind::logical_or: return truth_value(eval(expr.a).truth() || eval(expr.b).truth());
    case ExprKind::equal: return truth_value(equal(world, expr, eval(expr.a), eval(expr.b)));
    case ExprKind::less:
    case ExprKind::less_equal: return truth_value(less(world, expr, eval(expr.a), eval(expr.b)));
    case ExprKind::conditional: return eval(eval(expr.a).truth() ? expr.b : expr.c);
    case ExprKind::make_set:
    case ExprKind::make_list:
    case ExprKind::make_record:
    case ExprKind::make_map: return make(world, scope, expr);
    case ExprKind::pointer: return text_value(pointer_text(scope, expr));
    case ExprKind::table: return look_up(world, scope, expr);
    case ExprKind::verdict_granted:
    case ExprKind::verdict_held:
    case ExprKind::verdict_denied: return keys_with(world, expr);
    default: return {};
  }
}

}  // namespace

Scope bind(const Scope& outer, dsl::LocalId local, Value value, std::size_t position) {
  return std::make_shared<const Frame>(Frame{outer, local, std::move(value), position});
}

const KeyedOutput* output_at(const World& world, dsl::OutputId output, const Value& key) {
  const dsl::TypeId type = world.decision.outputs[output].key_type;
  if (key.absent()) return nullptr;
  for (const KeyedOutput& at : world.outputs[output]) {
    if (same(world.model.types, type, at.key, key)) return &at;
  }
  return nullptr;
}

bool compare(dsl::Compare op, Wide a, Wide b) {
  switch (op) {
    case dsl::Compare::equal: return a == b;
    case dsl::Compare::not_equal: return a != b;
    case dsl::Compare::less: return a < b;
    case dsl::Compare::less_equal: return a <= b;
    case dsl::Compare::greater: return a > b;
    case dsl::Compare::greater_equal: return a >= b;
  }
  return false;
}

Value evaluate(const World& world, const Scope& scope, dsl::ExprId id) {
  const dsl::Expr& expr = world.model.expr(id);
  switch (expr.kind) {
    case ExprKind::now_compare:
    case ExprKind::add:
    case ExprKind::subtract:
    case ExprKind::multiply:
    case ExprKind::divide:
    case ExprKind::modulo:
    case ExprKind::negate: return evaluate_number(world, scope, expr);
    case ExprKind::starts_with:
    case ExprKind::ends_with:
    case ExprKind::contains:
    case ExprKind::like:
    case ExprKind::matches:
    case ExprKind::length:
    case ExprKind::lower:
    case ExprKind::trim: return evaluate_string(world, scope, expr);
    case ExprKind::in:
    case ExprKind::subset:
    case ExprKind::intersects:
    case ExprKind::is_empty:
    case ExprKind::any:
    case ExprKind::all:
    case ExprKind::only:
    case ExprKind::count:
    case ExprKind::set_for:
    case ExprKind::votes_for:
    case ExprKind::minimum:
    case ExprKind::maximum:
    case ExprKind::keys: return evaluate_collection(world, scope, expr);
    case ExprKind::both:
    case ExprKind::quorum_implies:
    case ExprKind::satisfied:
    case ExprKind::missing:
    case ExprKind::verdict_outcome:
    case ExprKind::verdict_needs: return evaluate_quorum(world, scope, expr);
    default: return evaluate_plain(world, scope, expr);
  }
}

}  // namespace writ::oracle
