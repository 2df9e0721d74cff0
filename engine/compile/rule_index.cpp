#include "engine/compile/rule_index.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "engine/index_hash.hpp"

namespace writ::engine::lowering {

using dsl::Expr;
using dsl::ExprId;
using dsl::ExprKind;

namespace {

/// One way to file a rule.
struct Filing {
  std::uint32_t slot = 0;
  Kind kind = Kind::string;
  std::vector<std::uint32_t> keys;
};

class FilingFinder {
 public:
  FilingFinder(const dsl::Model& model, const ExprCode& exprs, Layout& layout)
      : model_(model), exprs_(exprs), layout_(layout) {}

  /// `path == c`, `path in {c, d}`, and disjunctions of these over one path.
  std::optional<Filing> find(ExprId id) {
    const Expr& expr = model_.expr(id);
    switch (expr.kind) {
      case ExprKind::equal: {
        auto filing = of_constant(expr.a, expr.b);
        return filing ? filing : of_constant(expr.b, expr.a);
      }
      case ExprKind::in: return of_collection(expr.a, expr.b);
      case ExprKind::logical_or: {
        auto left = find(expr.a);
        if (!left) return std::nullopt;
        const auto right = find(expr.b);
        if (!right || right->slot != left->slot) return std::nullopt;
        for (std::uint32_t key : right->keys)
          add(left->keys, key);
        return left;
      }
      default: return std::nullopt;
    }
  }

 private:
  static void add(std::vector<std::uint32_t>& keys, std::uint32_t key) {
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
  }

  std::optional<Filing> of_path(ExprId path) const {
    const auto slot = exprs_.slot_of(path);
    if (!slot) return std::nullopt;
    switch (exprs_.kind_of(path)) {
      case dsl::TypeKind::string: return Filing{*slot, Kind::string, {}};
      case dsl::TypeKind::integer: return Filing{*slot, Kind::integer, {}};
      case dsl::TypeKind::enumeration: return Filing{*slot, Kind::enumeration, {}};
      default: return std::nullopt;
    }
  }

  bool add_value(Filing& filing, const dsl::Value& value) {
    if (const auto* text = std::get_if<std::string>(&value.v)) {
      add(filing.keys, layout_.constant_string(*text));
      return true;
    }
    if (const auto* integer = std::get_if<std::int64_t>(&value.v)) {
      add(filing.keys, layout_.constant_integer(*integer));
      return true;
    }
    return false;
  }

  std::optional<Filing> of_constant(ExprId path, ExprId constant) {
    const Expr& expr = model_.expr(constant);
    if (expr.kind != ExprKind::constant) return std::nullopt;
    auto filing = of_path(path);
    if (!filing || !add_value(*filing, expr.value)) return std::nullopt;
    return filing;
  }

  std::optional<Filing> of_collection(ExprId path, ExprId constant) {
    const Expr& expr = model_.expr(constant);
    if (expr.kind != ExprKind::constant) return std::nullopt;
    const auto* items = std::get_if<dsl::Collection>(&expr.value.v);
    auto filing = of_path(path);
    if (!filing || items == nullptr || items->items.empty()) return std::nullopt;
    for (const dsl::Value& item : items->items)
      if (!add_value(*filing, item)) return std::nullopt;
    return filing;
  }

  const dsl::Model& model_;
  const ExprCode& exprs_;
  Layout& layout_;
};

std::vector<Filing> filings_of(const dsl::Model& model, const dsl::Rule& rule,
                               FilingFinder& finder) {
  std::vector<Filing> filings;
  for (const dsl::Step& step : rule.steps) {
    if (step.kind != dsl::StepKind::when) continue;
    std::vector<ExprId> conjuncts;
    append_conjuncts(model, step.expr, conjuncts);
    for (ExprId conjunct : conjuncts)
      if (auto filing = finder.find(conjunct)) filings.push_back(std::move(*filing));
  }
  return filings;
}

}  // namespace

void append_conjuncts(const dsl::Model& model, ExprId id, std::vector<ExprId>& out) {
  const Expr& expr = model.expr(id);
  if (expr.kind != ExprKind::logical_and) {
    out.push_back(id);
    return;
  }
  append_conjuncts(model, expr.a, out);
  append_conjuncts(model, expr.b, out);
}

RuleFiling file_rules(const dsl::Model& model, const dsl::Decision& decision,
                      const std::vector<dsl::RuleId>& rules, const ExprCode& exprs,
                      Layout& layout) {
  FilingFinder finder(model, exprs, layout);
  std::vector<std::vector<Filing>> filings;
  std::map<std::uint32_t, std::set<std::uint32_t>> keys_of_slot;
  for (dsl::RuleId rule : rules) {
    filings.push_back(filings_of(model, decision.rules[rule], finder));
    for (const Filing& filing : filings.back())
      keys_of_slot[filing.slot].insert(filing.keys.begin(), filing.keys.end());
  }
  // The more constants an input is compared with, the fewer rules a look-up finds.
  std::map<std::uint32_t, IndexedRules> by_slot;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const Filing* best = nullptr;
    for (const Filing& filing : filings[i])
      if (best == nullptr || keys_of_slot[filing.slot].size() > keys_of_slot[best->slot].size())
        best = &filing;
    if (best == nullptr) continue;
    IndexedRules& indexed = by_slot[best->slot];
    indexed.slot = best->slot;
    indexed.kind = best->kind;
    indexed.entries.push_back({rules[i], best->keys});
  }
  RuleFiling result;
  std::set<dsl::RuleId> filed;
  for (auto& [slot, indexed] : by_slot) {
    if (indexed.entries.size() < kLeastIndexedRules) continue;
    for (const IndexedRules::Entry& entry : indexed.entries)
      filed.insert(entry.rule);
    result.indexes.push_back(std::move(indexed));
  }
  for (dsl::RuleId rule : rules)
    if (!filed.contains(rule)) result.others.push_back(rule);
  return result;
}

bool has_key(const dsl::Model& model, const dsl::Rule& rule, const ExprCode& exprs,
             Layout& layout) {
  FilingFinder finder(model, exprs, layout);
  return !filings_of(model, rule, finder).empty();
}

std::uint32_t append_index(Program& program, const IndexedRules& indexed,
                           const std::vector<std::uint32_t>& blocks) {
  // Keys in the order of their constants, which is the order in which the policy mentions them.
  std::map<std::uint32_t, std::vector<std::uint32_t>> blocks_of_key;
  for (std::size_t i = 0; i < indexed.entries.size(); ++i)
    for (std::uint32_t key : indexed.entries[i].keys)
      blocks_of_key[key].push_back(blocks[i]);

  std::uint32_t size = 1;
  while (size < 2 * blocks_of_key.size())
    size *= 2;
  IndexDesc index;
  index.slot = indexed.slot;
  index.kind = indexed.kind;
  index.rules = static_cast<std::uint32_t>(indexed.entries.size());
  index.buckets = {static_cast<std::uint32_t>(program.buckets.size()), size};
  program.buckets.resize(program.buckets.size() + size);
  for (const auto& [key, entries] : blocks_of_key) {
    const Constant& constant = program.constants[key];
    const std::uint64_t hash = constant.kind == ConstantKind::string
                                   ? index_hash(program.text(constant.text))
                                   : index_hash(constant.i);
    std::uint32_t at = static_cast<std::uint32_t>(hash) & (size - 1);
    while (program.buckets[index.buckets.first + at].key != kNone)
      at = (at + 1) & (size - 1);
    IndexBucket& bucket = program.buckets[index.buckets.first + at];
    bucket.key = key;
    bucket.blocks = {static_cast<std::uint32_t>(program.block_list.size()),
                     static_cast<std::uint32_t>(entries.size())};
    program.block_list.insert(program.block_list.end(), entries.begin(), entries.end());
  }
  program.indexes.push_back(index);
  return static_cast<std::uint32_t>(program.indexes.size() - 1);
}

}  // namespace writ::engine::lowering
