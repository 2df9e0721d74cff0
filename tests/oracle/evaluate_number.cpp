#include <cstdint>

#include "tests/oracle/evaluate.hpp"

// Integers, decimals, durations, times, and comparisons with now.
namespace writ::oracle {
namespace {

constexpr Wide kTenThousand = 10'000;

Wide floor_quotient(Wide a, Wide b) {
  const Wide quotient = a / b;
  return a % b < 0 ? quotient - 1 : quotient;
}

bool is_decimal(const World& world, dsl::ExprId id) {
  return world.model.types[world.model.expr(id).type].kind == dsl::TypeKind::decimal;
}

Value compare_now(const World& world, const dsl::Expr& expr, const Value& a, const Value& b) {
  if (a.absent()) return truth_value(false);
  if (expr.shape == dsl::NowShape::now) {
    return truth_value(compare(expr.compare, world.now, a.number()));
  }
  if (b.absent()) return truth_value(false);
  const Wide difference = expr.shape == dsl::NowShape::now_minus ? Wide{world.now} - a.number()
                                                                 : Wide{a.number()} - world.now;
  return truth_value(compare(expr.compare, saturate(difference), b.number()));
}

}  // namespace

std::int64_t saturate(Wide value) {
  if (value < INT64_MIN) return INT64_MIN;
  if (value > INT64_MAX) return INT64_MAX;
  return static_cast<std::int64_t>(value);
}

Value evaluate_number(const World& world, const Scope& scope, const dsl::Expr& expr) {
  const Value left = evaluate(world, scope, expr.a);
  const Value right = expr.b == dsl::kNoExpr ? Value{} : evaluate(world, scope, expr.b);
  if (expr.kind == dsl::ExprKind::now_compare) return compare_now(world, expr, left, right);
  if (left.absent()) return {};
  const Wide a = left.number();
  if (expr.kind == dsl::ExprKind::negate) return number_value(saturate(-a));
  if (right.absent()) return {};
  const Wide b = right.number();
  const bool decimals = is_decimal(world, expr.a) && is_decimal(world, expr.b);
  switch (expr.kind) {
    case dsl::ExprKind::add: return number_value(saturate(a + b));
    case dsl::ExprKind::subtract: return number_value(saturate(a - b));
    case dsl::ExprKind::multiply:
      return number_value(saturate(decimals ? floor_quotient(a * b, kTenThousand) : a * b));
    case dsl::ExprKind::divide:
      return number_value(saturate(floor_quotient(decimals ? a * kTenThousand : a, b)));
    case dsl::ExprKind::modulo: return number_value(saturate(a - floor_quotient(a, b) * b));
    default: return {};
  }
}

}  // namespace writ::oracle
