#include <algorithm>
#include <string_view>
#include <vector>

#include "dsl/builder.hpp"

// `any x in xs satisfies x.a == 1 and x.b == 2`: the body ends before `and`, and what follows names
// an element that is gone. Bound names differ from all others in scope, so such a use is always
// this mistake.

namespace writ::dsl::syntax {
namespace {

using ast::Expr;
using ast::ExprId;
using ast::ExprKind;

bool binds(ExprKind kind) {
  switch (kind) {
    case ExprKind::any:
    case ExprKind::all:
    case ExprKind::none_of:
    case ExprKind::only:
    case ExprKind::count:
    case ExprKind::set_for:
    case ExprKind::votes_for: return true;
    default: return false;
  }
}

// Names of the quantifiers whose bodies end where `id` ends.
void collect_ended(const ast::Tree& tree, ExprId id, std::vector<ast::Name>& ended) {
  const Expr& expr = tree.expr(id);
  if (expr.parenthesized) return;
  switch (expr.kind) {
    case ExprKind::any:
    case ExprKind::all:
    case ExprKind::none_of:
      ended.push_back(expr.name);
      collect_ended(tree, expr.b, ended);
      break;
    case ExprKind::logical_not: collect_ended(tree, expr.a, ended); break;
    case ExprKind::logical_and:
    case ExprKind::logical_or:
      collect_ended(tree, expr.a, ended);
      collect_ended(tree, expr.b, ended);
      break;
    default: break;
  }
}

// Finds a name of `ended` that is used in an expression and not bound again there.
class UseFinder {
 public:
  UseFinder(const ast::Tree& tree, const std::vector<ast::Name>& ended)
      : tree_(tree), ended_(ended) {}

  const Expr* find(ExprId id) {
    if (id == ast::kNone) return nullptr;
    const Expr& expr = tree_.expr(id);
    if (expr.kind == ExprKind::name) return is_ended(expr.name.text) ? &expr : nullptr;
    if (!binds(expr.kind)) return find_below(expr);
    const bool element_first = expr.kind == ExprKind::set_for || expr.kind == ExprKind::votes_for;
    const ExprId collection = element_first ? expr.b : expr.a;
    if (const Expr* use = find(collection)) return use;
    bound_.push_back(expr.name.text);
    const Expr* use = find_below(expr, collection);
    bound_.pop_back();
    return use;
  }

 private:
  bool is_ended(std::string_view name) const {
    const auto same = [name](const auto& other) { return other == name; };
    return std::any_of(ended_.begin(), ended_.end(),
                       [&](const ast::Name& n) { return n.text == name; }) &&
           std::none_of(bound_.begin(), bound_.end(), same);
  }

  const Expr* find_below(const Expr& expr, ExprId except = ast::kNone) {
    for (const ExprId child : {expr.a, expr.b, expr.c, expr.d}) {
      if (child == except) continue;
      if (const Expr* use = find(child)) return use;
    }
    for (const ExprId item : expr.items) {
      if (const Expr* use = find(item)) return use;
    }
    for (const ast::FieldInit& field : expr.fields) {
      if (const Expr* use = find(field.value)) return use;
    }
    return nullptr;
  }

  const ast::Tree& tree_;
  const std::vector<ast::Name>& ended_;
  std::vector<std::string_view> bound_;
};

}  // namespace

void Builder::check_ended_quantifiers(const std::vector<ExprId>& operands) {
  std::vector<ast::Name> ended;
  for (const ExprId operand : operands) {
    const Expr* use = ended.empty() ? nullptr : UseFinder(tree_, ended).find(operand);
    if (use != nullptr) {
      const auto of_use = [use](const ast::Name& n) { return n.text == use->name.text; };
      const auto quantifier = std::find_if(ended.begin(), ended.end(), of_use);
      Diagnostic& d = report(DiagnosticKind::quantifier_ended, use->span, {use->name.text});
      d.help = "put the whole body in parentheses: `satisfies (… and …)`";
      d.notes.push_back({quantifier->span, "the quantifier that names it"});
      return;
    }
    collect_ended(tree_, operand, ended);
  }
}

}  // namespace writ::dsl::syntax
