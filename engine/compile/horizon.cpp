#include <map>
#include <set>
#include <string>
#include <utility>

#include "engine/compile/decision_code.hpp"

/// The section that finds the instants at which comparisons with `now` change: for each comparison,
/// for all elements of the loops around it, whatever the conditions say.
namespace writ::engine::lowering {

using dsl::Expr;
using dsl::ExprId;
using dsl::ExprKind;
using dsl::LocalId;

namespace {

/// A name that is bound around a comparison.
struct Binder {
  enum class Kind : std::uint8_t { elements, members, value } kind = Kind::elements;
  LocalId local = dsl::kNoIndex;
  ExprId expr = dsl::kNoExpr;  ///< the collection; `value`: what a table's parameter stands for
  std::uint64_t mask = 0;      ///< `members`: those of an enum
};

bool binds(ExprKind kind) {
  switch (kind) {
    case ExprKind::any:
    case ExprKind::all:
    case ExprKind::only:
    case ExprKind::count:
    case ExprKind::set_for:
    case ExprKind::votes_for: return true;
    default: return false;
  }
}

/// Whether a comparison comes out differently at its threshold itself, one microsecond later, or
/// both.
int change_class(dsl::Compare compare) {
  switch (compare) {
    case dsl::Compare::less:
    case dsl::Compare::greater_equal: return 0;
    case dsl::Compare::less_equal:
    case dsl::Compare::greater: return 1;
    case dsl::Compare::equal:
    case dsl::Compare::not_equal: return 2;
  }
  return 2;
}

class HorizonCode {
 public:
  explicit HorizonCode(Workbench& bench) : bench_(bench) {}

  void push(const Binder& binder) {
    context_.push_back(binder);
    const std::uint32_t outer = scopes_.empty() ? 0 : scopes_.back();
    scopes_.push_back(bench_.keys.scope(outer, binder.local));
  }
  void pop() {
    context_.pop_back();
    scopes_.pop_back();
  }

  /// All comparisons in `id`, which stands within the binders pushed.
  void find(ExprId id) {
    if (id == dsl::kNoExpr || !bench_.keys.compares_now(id) || bench_.code.overflow()) return;
    if (!seen_.emplace(id, context_key()).second) return;
    const Expr& expr = bench_.model.expr(id);
    if (expr.kind == ExprKind::now_compare) compare(expr);
    find(expr.a);
    const bool bound = binds(expr.kind) && expr.index != dsl::kNoIndex;
    if (bound) push({Binder::Kind::elements, expr.index, expr.a, 0});
    for (ExprId part : {expr.b, expr.c, expr.d})
      find(part);
    if (bound) pop();
    for (ExprId item : expr.items)
      find(item);
    if (expr.kind == ExprKind::table) find_in_table(expr);
  }

  /// One walk over the elements for all comparisons that are made for the same ones.
  void emit_all() {
    for (const Group& group : groups_)
      emit(group);
  }

 private:
  /// Its own names for the binders around it.
  struct Comparison {
    const Expr* expr = nullptr;
    std::vector<LocalId> locals;
  };
  struct Group {
    std::vector<Binder> context;
    std::vector<bool> read;  ///< by binder
    std::vector<Comparison> comparisons;
  };

  void find_in_table(const Expr& expr) {
    const dsl::Table& table = bench_.model.tables[expr.index];
    for (std::size_t i = 0; i < table.parameters.size(); ++i)
      push({Binder::Kind::value, table.parameters[i], expr.items[i], 0});
    for (const dsl::Row& row : table.rows)
      find(row.values[expr.column]);
    for (std::size_t i = 0; i < table.parameters.size(); ++i)
      pop();
  }

  std::uint32_t scope_before(std::size_t depth) const {
    return depth == 0 ? 0 : scopes_[depth - 1];
  }

  /// The same for binders that run over the same elements.
  std::string context_key() {
    std::string out;
    for (std::size_t i = 0; i < context_.size(); ++i) {
      const Binder& binder = context_[i];
      out += std::to_string(static_cast<int>(binder.kind)) + ':';
      out += binder.kind == Binder::Kind::members
                 ? std::to_string(binder.mask)
                 : std::to_string(bench_.keys.key(binder.expr, scope_before(i)));
      out += ',';
    }
    return out;
  }

  bool constant_time(const Expr& expr) const {
    return expr.shape == dsl::NowShape::now && bench_.model.expr(expr.a).kind == ExprKind::constant;
  }

  void compare(const Expr& expr) {
    if (constant_time(expr)) return;  // among DecisionDesc::instants
    const std::uint32_t scope = scope_before(context_.size());
    const std::vector<bool> read = needed(expr);
    std::string around = context_key();
    for (const bool needed_here : read)
      around += needed_here ? 'x' : '-';
    std::string key = around + '/' + std::to_string(static_cast<int>(expr.shape)) + '/' +
                      std::to_string(change_class(expr.compare)) + '/' +
                      std::to_string(bench_.keys.key(expr.a, scope)) + '/';
    if (expr.b != dsl::kNoExpr) key += std::to_string(bench_.keys.key(expr.b, scope));
    if (!known_.insert(key).second) return;
    const auto [place, added] = group_ids_.try_emplace(around, groups_.size());
    if (added) groups_.push_back({context_, read, {}});
    std::vector<LocalId> locals;
    for (const Binder& binder : context_)
      locals.push_back(binder.local);
    groups_[place->second].comparisons.push_back({&expr, std::move(locals)});
  }

  /// Which binders' names the comparison reads, itself or in the collections around it.
  std::vector<bool> needed(const Expr& expr) const {
    std::set<LocalId> read;
    const auto note = [&](ExprId id) {
      if (id == dsl::kNoExpr) return;
      for (LocalId local : bench_.keys.free_locals(id))
        read.insert(local);
    };
    note(expr.a);
    note(expr.b);
    std::vector<bool> result(context_.size(), false);
    for (std::size_t i = context_.size(); i-- > 0;) {
      const Binder& binder = context_[i];
      result[i] = read.contains(binder.local);
      // An empty collection leaves nothing to compare for, so all collections are looked at.
      if (result[i] || binder.kind == Binder::Kind::elements) note(binder.expr);
    }
    return result;
  }

  void emit(const Group& group) {
    const RegisterScope registers(bench_.code);
    const Label end = bench_.code.label();
    Label skip = end;
    std::vector<Loop> loops;
    for (std::size_t i = 0; i < group.context.size(); ++i) {
      if (!open(group.context[i], group.read[i], skip, loops)) continue;
      skip = loops.back().skip;
    }
    for (const Comparison& comparison : group.comparisons) {
      const RegisterScope operands(bench_.code);
      const Expr& expr = *comparison.expr;
      for (std::size_t i = 0; i < group.context.size(); ++i)
        bench_.exprs.bind_like(comparison.locals[i], group.context[i].local);
      const Register a = bench_.exprs.value(expr.a);
      const Register b = expr.shape == dsl::NowShape::now ? 0 : bench_.exprs.value(expr.b);
      bench_.code.emit(Opcode::horizon, 0, a, b, static_cast<std::uint32_t>(expr.compare),
                       static_cast<std::uint32_t>(expr.shape));
    }
    for (auto loop = loops.rbegin(); loop != loops.rend(); ++loop)
      bench_.exprs.end_loop(*loop);
    bench_.code.place(end);
  }

  /// Whether a loop was opened.
  bool open(const Binder& binder, bool read, Label skip, std::vector<Loop>& loops) {
    ExprCode& exprs = bench_.exprs;
    Code& code = bench_.code;
    if (binder.kind == Binder::Kind::value) {
      if (read) exprs.bind(binder.local, exprs.value(binder.expr));
      return false;
    }
    if (binder.kind == Binder::Kind::members) {
      if (!read) return false;
      const Register members = code.take();
      code.emit(Opcode::constant, members, 0, 0, exprs.mask_constant(binder.mask));
      loops.push_back(exprs.begin_mask_loop(members, binder.local));
      return true;
    }
    if (!read) {
      // It matters only whether there is an element at all.
      const RegisterScope registers(code);
      const Register collection = exprs.value(binder.expr);
      const Register empty = code.take();
      code.emit(Opcode::is_empty, empty, collection);
      code.emit_jump(Opcode::jump_if, skip, 0, empty);
      return false;
    }
    const Register collection = exprs.value(binder.expr);
    loops.push_back(
        exprs.begin_loop(collection, bench_.model.expr(binder.expr).type, binder.local));
    return true;
  }

  Workbench& bench_;
  std::vector<Binder> context_;
  std::vector<std::uint32_t> scopes_;
  std::set<std::pair<ExprId, std::string>> seen_;
  std::set<std::string> known_;
  std::vector<Group> groups_;
  std::map<std::string, std::size_t> group_ids_;
};

}  // namespace

void DecisionCode::compile_horizon() {
  desc_.horizon = code_.begin_section(1);
  HorizonCode horizon(bench_);
  for (const dsl::Output& output : decision_.outputs) {
    horizon.find(output.domain);
    if (output.per_enum)
      horizon.push(
          {Binder::Kind::members, output.key, dsl::kNoExpr, known_members(output.key_type)});
    else if (output.per)
      horizon.push({Binder::Kind::elements, output.key, output.domain, 0});
    horizon.find(output.start);
    horizon.find(output.value);
    if (output.per) horizon.pop();
  }
  for (dsl::RuleId id = 0; id < decision_.rules.size(); ++id) {
    const dsl::Rule& rule = decision_.rules[id];
    std::size_t opened = 0;
    for (const dsl::Step& step : rule.steps) {
      horizon.find(step.expr);
      if (step.kind != dsl::StepKind::each) continue;
      horizon.push({Binder::Kind::elements, step.local, step.expr, 0});
      ++opened;
    }
    for (const dsl::Contribution& contribution : rule.contributions) {
      horizon.find(contribution.key);
      for (ExprId value : contribution.values)
        horizon.find(value);
      horizon.find(contribution.relative);
    }
    for (std::uint32_t waiver : waivers_of_[id])
      for (ExprId when : decision_.waivers[waiver].whens)
        horizon.find(when);
    for (; opened > 0; --opened)
      horizon.pop();
  }
  horizon.emit_all();
  // A section without any comparison is no section.
  if (code_.here() == desc_.horizon) {
    desc_.horizon = kNone;
    return;
  }
  code_.end_section();
}

}  // namespace writ::engine::lowering
