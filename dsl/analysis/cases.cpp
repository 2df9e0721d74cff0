#include "dsl/analysis/cases.hpp"

#include "dsl/analysis/strictness.hpp"

namespace writ::dsl::analysis {

std::optional<Movements> Cases::try_all() {
  if (!collect_parts(root_) || !run()) return std::nullopt;
  std::size_t stride = 1;
  for (const Variable& variable : variables_) {
    judge(variable, stride);
    stride *= variable.values.size();
  }
  Movements movements;
  for (auto& [output, judged] : judged_) {
    Movement& movement = movements[output];
    const bool rises = judged.not_rising.empty(), falls = judged.not_falling.empty();
    if (rises && falls) continue;
    movement.direction =
        rises ? Direction::rising : (falls ? Direction::falling : Direction::unknown);
    if (rises || falls) continue;
    movement = {Direction::unknown, root_, judged.not_rising, judged.not_falling};
  }
  return movements;
}

/// Evaluates every combination of the variables' values.
bool Cases::run() {
  std::size_t count = 1;
  for (const Variable& variable : variables_)
    count *= variable.values.size();
  chosen_.assign(variables_.size(), 0);
  results_.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    std::optional<Value> value = evaluate(root_);
    if (!value) return false;
    results_.push_back(std::move(*value));
    for (std::size_t v = 0; v < variables_.size(); ++v) {
      if (++chosen_[v] < variables_[v].values.size()) break;
      chosen_[v] = 0;
    }
  }
  return true;
}

/// Compares the results on both sides of each step of the variable, whatever the others are.
void Cases::judge(const Variable& variable, std::size_t stride) {
  const TypeId type = expr(root_).type;
  for (const auto& [output, movement] : variable.movements) {
    Judged& judged = judged_[output];
    if (movement.direction == Direction::constant) continue;
    for (const auto& [lesser, greater] : variable.steps) {
      const bool rising = movement.direction == Direction::rising;
      const std::size_t from = rising ? lesser : greater, to = rising ? greater : lesser;
      for (std::size_t i = 0; i < results_.size(); ++i) {
        if (i / stride % variable.values.size() != from) continue;
        const Value& before = results_[i];
        const Value& after = results_[i + to * stride - from * stride];
        const auto text = [&] {
          return step_text(variable, output, variable.values[from], variable.values[to], before,
                           after);
        };
        if (judged.not_rising.empty() && !at_most(types(), type, before, after))
          judged.not_rising = text();
        if (judged.not_falling.empty() && !at_most(types(), type, after, before))
          judged.not_falling = text();
      }
    }
  }
}

std::string Cases::step_text(const Variable& variable, OutputId output, const Value& looser,
                             const Value& stricter, const Value& before, const Value& after) const {
  const TypeId type = expr(root_).type;
  const bool condition = types()[type].kind == TypeKind::boolean;
  const auto is = [&](const Value& value) {
    if (condition) return std::string(value.integer() != 0 ? "holds" : "does not hold");
    return "is `" + value_text(types(), type, value) + "`";
  };
  const Expr& read = expr(variable.expr);
  const bool plain = read.kind == ExprKind::output || read.kind == ExprKind::output_key;
  if (!plain && read.kind != ExprKind::verdict_outcome)
    return is(before) + " at first and " + is(after) + " once " + finder_.name(output) +
           " gets stricter";
  std::string subject = finder_.name(output);
  if (!plain) subject.insert(subject.size() - 1, ".outcome");
  const auto at = [&](const Value& value) {
    return " where " + subject + " is `" + value_text(types(), read.type, value) + "`";
  };
  return is(before) + at(looser) + " and " + is(after) + at(stricter);
}

}  // namespace writ::dsl::analysis
