#include "dsl/check/bounds.hpp"

#include <algorithm>

namespace writ::dsl::check {

namespace {

std::uint64_t product(std::uint64_t a, std::uint64_t b) {
  if (a == kNoBound || b == kNoBound) return kNoBound;
  if (a != 0 && b > (kNoBound - 1) / a) return kNoBound - 1;
  return a * b;
}

std::uint64_t sum(std::uint64_t a, std::uint64_t b) {
  if (a == kNoBound || b == kNoBound) return kNoBound;
  return a > kNoBound - 1 - b ? kNoBound - 1 : a + b;
}

}  // namespace

std::uint64_t Bounds::elements(ExprId id) {
  if (id == kNoExpr) return 0;  // after an error
  const Model& model = context_.model;
  const Expr& expr = model.expr(id);
  switch (expr.kind) {
    case ExprKind::constant:
      if (const auto* items = std::get_if<Collection>(&expr.value.v)) return items->items.size();
      if (const auto* entries = std::get_if<Entries>(&expr.value.v)) return entries->items.size();
      return 0;
    case ExprKind::make_list:
    case ExprKind::make_set: return expr.items.size();
    case ExprKind::make_map: return expr.items.size() / 2;
    case ExprKind::or_else: return std::max(elements(expr.a), elements(expr.b));
    case ExprKind::conditional: return std::max(elements(expr.b), elements(expr.c));
    case ExprKind::set_for:
    case ExprKind::keys: return elements(expr.a);
    case ExprKind::table: {
      std::uint64_t most = 0;
      for (const Row& row : model.tables[expr.index].rows)
        if (expr.column < row.values.size())
          most = std::max(most, elements(row.values[expr.column]));
      return most;
    }
    case ExprKind::output:
    case ExprKind::output_key: return elements_of_output(expr.index);
    case ExprKind::verdict_granted:
    case ExprKind::verdict_held:
    case ExprKind::verdict_denied: {
      const Output& output = decision_.outputs[expr.index];
      if (!output.per_enum) return elements(output.domain);
      return model.types.enums[model.types[output.key_type].decl].known();
    }
    case ExprKind::missing: return elements_of_type(expr.type);
    default: break;
  }
  const TypeId refined = refined_type(id);
  return refined == 0 ? elements_of_type(expr.type) : elements_of_type(refined);
}

std::uint64_t Bounds::elements_of_output(OutputId id) {
  const Output& output = decision_.outputs[id];
  if (!open_.insert(id).second) return 0;
  std::uint64_t most = kNoBound;
  if (output.kind == OutputKind::derived) {
    most = output.value == kNoExpr ? 0 : elements(output.value);
  } else if (output.kind == OutputKind::collected) {
    most = elements_of_type(output.type);
    std::uint64_t included = output.start == kNoExpr ? 0 : elements(output.start);
    for (const Rule& rule : decision_.rules)
      for (const Contribution& contribution : rule.contributions)
        if (contribution.output == id)
          included = sum(included, product(bindings(rule), contribution.values.size()));
    most = std::min(most, included);
  }
  open_.erase(id);
  return most;
}

std::uint64_t Bounds::bindings(const Rule& rule) {
  std::uint64_t total = 1;
  for (const Step& step : rule.steps)
    if (step.kind == StepKind::each) total = product(total, elements(step.expr));
  return total;
}

// The declared type with its refinements, which expressions do not carry; 0 when nothing declares
// it.
TypeId Bounds::refined_type(ExprId id) const {
  const Model& model = context_.model;
  const Expr& expr = model.expr(id);
  switch (expr.kind) {
    case ExprKind::input: return decision_.inputs[expr.index].type;
    case ExprKind::data: return model.data[expr.index].type;
    case ExprKind::field: {
      const Type& record = model.types[model.expr(expr.a).type];
      if (record.kind != TypeKind::record) return 0;
      return model.types.records[record.decl].fields[expr.index].type;
    }
    case ExprKind::map_get:
    case ExprKind::only:
    case ExprKind::minimum:
    case ExprKind::maximum: {
      const TypeId collection = refined_type(expr.a);
      return collection == 0 ? 0 : model.types[collection].element;
    }
    case ExprKind::local: {
      const auto source = context_.state.local_sources.find(expr.index);
      if (source == context_.state.local_sources.end() || source->second == kNoExpr) return 0;
      const TypeId collection = refined_type(source->second);
      return collection == 0 ? 0 : model.types[collection].element;
    }
    case ExprKind::or_else: return refined_type(expr.a);
    default: return 0;
  }
}

std::uint64_t Bounds::elements_of_type(TypeId id) const {
  const Types& types = context_.model.types;
  const Type& type = types[id];
  std::uint64_t most = kNoBound;
  // Unrefined types say nothing: their maximum is 0.
  if (type.max_size != kUnbounded && type.max_size != 0) most = type.max_size;
  const bool by_enum = type.kind == TypeKind::set || type.kind == TypeKind::map;
  const Type& item = types[type.kind == TypeKind::map ? type.key : type.element];
  if (by_enum && item.kind == TypeKind::enumeration)
    most = std::min<std::uint64_t>(most, types.enums[item.decl].members.size());
  if (by_enum && item.kind == TypeKind::boolean) most = std::min<std::uint64_t>(most, 2);
  return most;
}

}  // namespace writ::dsl::check
