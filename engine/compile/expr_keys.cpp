#include "engine/compile/expr_keys.hpp"

#include <algorithm>

namespace writ::engine::lowering {

using dsl::Expr;
using dsl::ExprId;
using dsl::ExprKind;
using dsl::LocalId;

namespace {

void append_number(std::string& out, std::int64_t value) {
  out += std::to_string(value);
  out += ',';
}

void append_bytes(std::string& out, std::string_view bytes) {
  append_number(out, static_cast<std::int64_t>(bytes.size()));
  out += bytes;
}

/// Every part with its length before it, so that different values never read alike.
void append_value(std::string& out, const dsl::Value& value) {
  append_number(out, static_cast<std::int64_t>(value.v.index()));
  if (const auto* i = std::get_if<std::int64_t>(&value.v)) {
    append_number(out, *i);
  } else if (const auto* s = std::get_if<std::string>(&value.v)) {
    append_bytes(out, *s);
  } else if (const auto* network = std::get_if<base::IpNetwork>(&value.v)) {
    for (std::uint8_t byte : network->address)
      append_number(out, byte);
    append_number(out, network->prefix);
  } else if (const auto* quorum = std::get_if<dsl::Quorum>(&value.v)) {
    append_number(out, static_cast<std::int64_t>(quorum->clauses.size()));
    for (const base::Clause& clause : quorum->clauses) {
      append_number(out, clause.need);
      append_number(out, clause.members);
    }
  } else if (const auto* items = std::get_if<dsl::Collection>(&value.v)) {
    append_number(out, static_cast<std::int64_t>(items->items.size()));
    for (const dsl::Value& item : items->items)
      append_value(out, item);
  } else if (const auto* fields = std::get_if<dsl::Fields>(&value.v)) {
    append_number(out, static_cast<std::int64_t>(fields->values.size()));
    for (const dsl::Value& field : fields->values)
      append_value(out, field);
  } else if (const auto* entries = std::get_if<dsl::Entries>(&value.v)) {
    append_number(out, static_cast<std::int64_t>(entries->items.size()));
    for (const auto& [entry_key, entry] : entries->items) {
      append_value(out, entry_key);
      append_value(out, entry);
    }
  }
}

bool binds_local(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::any:
    case ExprKind::all:
    case ExprKind::only:
    case ExprKind::count:
    case ExprKind::set_for:
    case ExprKind::votes_for: return expr.index != dsl::kNoIndex;
    default: return false;
  }
}

std::uint32_t own_weight(const Expr& expr, const dsl::Model& model) {
  switch (expr.kind) {
    case ExprKind::constant:
    case ExprKind::input:
    case ExprKind::data: return 1;
    case ExprKind::local: return 0;
    case ExprKind::equal: {
      const dsl::TypeKind kind = model.types[model.expr(expr.a).type].kind;
      return kind == dsl::TypeKind::string ? 2 : 1;
    }
    case ExprKind::output_key: return 4;
    case ExprKind::map_get:
    case ExprKind::contains:
    case ExprKind::like:
    case ExprKind::lower:
    case ExprKind::in: return 4;
    case ExprKind::matches:
    case ExprKind::any:
    case ExprKind::all:
    case ExprKind::only:
    case ExprKind::set_for:
    case ExprKind::make_set:
    case ExprKind::make_list:
    case ExprKind::make_record:
    case ExprKind::make_map:
    case ExprKind::table:
    case ExprKind::both:
    case ExprKind::missing:
    case ExprKind::satisfied:
    case ExprKind::quorum_implies: return 8;
    case ExprKind::votes_for: return 16;
    default: return 1;
  }
}

}  // namespace

ExprKeys::ExprKeys(const dsl::Model& model)
    : model_(model),
      free_known_(model.exprs.size(), false),
      free_(model.exprs.size()),
      weights_(model.exprs.size(), 0),
      now_(model.exprs.size(), Known::unknown),
      table_now_(model.tables.size(), Known::unknown) {}

const std::vector<LocalId>& ExprKeys::free_locals(ExprId id) {
  if (free_known_[id]) return free_[id];
  const Expr& expr = model_.expr(id);
  std::vector<LocalId> found;
  if (expr.kind == ExprKind::local) found.push_back(expr.index);
  for (const dsl::PointerStep& step : expr.pointer_steps)
    if (step.local != dsl::kNoIndex) found.push_back(step.local);
  for_each_part(expr, [&](ExprId part, bool in_body) {
    for (LocalId local : free_locals(part))
      if (!in_body || local != expr.index) found.push_back(local);
  });
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  free_known_[id] = true;
  free_[id] = std::move(found);
  return free_[id];
}

std::uint32_t ExprKeys::scope(std::uint32_t outer, LocalId local) {
  auto [place, added] =
      scope_ids_.try_emplace({outer, local}, static_cast<std::uint32_t>(scopes_.size()));
  if (added) scopes_.push_back({outer, scopes_[outer].depth + 1, local});
  return place->second;
}

/// A bound name is known by how many names are bound outside of it.
std::string ExprKeys::local_key(LocalId local, std::uint32_t scope) const {
  for (std::uint32_t at = scope; at != 0; at = scopes_[at].outer)
    if (scopes_[at].local == local) return "@" + std::to_string(scopes_[at].depth) + ',';
  return "#" + std::to_string(local) + ',';
}

std::string ExprKeys::own_key(const Expr& expr, std::uint32_t scope) {
  std::string out;
  append_number(out, static_cast<std::int64_t>(expr.kind));
  append_number(out, expr.type);
  if (expr.kind == ExprKind::local)
    out += local_key(expr.index, scope);
  else if (!binds_local(expr))
    append_number(out, expr.index);
  append_number(out, expr.column);
  append_number(out, static_cast<std::int64_t>(expr.compare));
  append_number(out, static_cast<std::int64_t>(expr.shape));
  append_value(out, expr.value);
  append_number(out, static_cast<std::int64_t>(expr.glob.size()));
  for (const std::string& piece : expr.glob)
    append_bytes(out, piece);
  append_number(out, static_cast<std::int64_t>(expr.pointer_steps.size()));
  for (const dsl::PointerStep& step : expr.pointer_steps) {
    append_bytes(out, step.text);
    out += step.local == dsl::kNoIndex ? std::string("-,") : local_key(step.local, scope);
  }
  for (ExprId part : {expr.a, expr.b, expr.c, expr.d})
    out += part != dsl::kNoExpr ? 'x' : '-';
  append_number(out, static_cast<std::int64_t>(expr.items.size()));
  return out;
}

std::uint32_t ExprKeys::key(ExprId id, std::uint32_t scope) {
  if (closed(id)) scope = 0;
  if (auto known = keys_.find({id, scope}); known != keys_.end()) return known->second;
  const Expr& expr = model_.expr(id);
  std::string text = own_key(expr, scope);
  const std::uint32_t inner = binds_local(expr) ? this->scope(scope, expr.index) : scope;
  for_each_part(expr, [&](ExprId part, bool in_body) {
    append_number(text, key(part, in_body ? inner : scope));
  });
  auto [place, added] =
      numbers_.try_emplace(std::move(text), static_cast<std::uint32_t>(numbers_.size() + 1));
  (void)added;
  keys_[{id, scope}] = place->second;
  return place->second;
}

std::uint32_t ExprKeys::weight(ExprId id) {
  if (weights_[id] != 0) return weights_[id] - 1;
  const Expr& expr = model_.expr(id);
  std::uint32_t sum = own_weight(expr, model_);
  // Fields of an input are one look-up in the frame.
  if (expr.kind == ExprKind::field && model_.expr(expr.a).kind != ExprKind::local) sum = 0;
  for_each_part(expr, [&](ExprId part, bool) { sum = std::min(sum + weight(part), 1000u); });
  weights_[id] = sum + 1;
  return sum;
}

bool ExprKeys::table_compares_now(std::uint32_t table) {
  if (table_now_[table] == Known::unknown) {
    bool found = false;
    for (const dsl::Row& row : model_.tables[table].rows)
      for (ExprId value : row.values)
        found = found || compares_now(value);
    table_now_[table] = found ? Known::yes : Known::no;
  }
  return table_now_[table] == Known::yes;
}

bool ExprKeys::find_now(ExprId id) {
  const Expr& expr = model_.expr(id);
  if (expr.kind == ExprKind::now_compare) return true;
  if (expr.kind == ExprKind::table && table_compares_now(expr.index)) return true;
  bool found = false;
  for_each_part(expr, [&](ExprId part, bool) { found = found || compares_now(part); });
  return found;
}

bool ExprKeys::compares_now(ExprId id) {
  if (now_[id] == Known::unknown) now_[id] = find_now(id) ? Known::yes : Known::no;
  return now_[id] == Known::yes;
}

}  // namespace writ::engine::lowering
