#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "dsl/model.hpp"

namespace writ::dsl::analysis {

/// Where the value of an expression goes, in its type's own order (strictness.hpp), while one
/// joined output gets stricter and all else stays.
enum class Direction : std::uint8_t { constant, rising, falling, unknown };

struct Movement {
  Direction direction = Direction::constant;
  // Of an unknown one:
  ExprId breaks = kNoExpr;  ///< the narrowest expression that makes it so
  /// Why it is not shown to rise / to fall: continues a sentence that begins with that expression.
  std::string not_rising, not_falling;
};

/// For each joined output that an expression reads, derived ones seen through.
using Movements = std::map<OutputId, Movement>;

/// Finds the movements of a decision's expressions: by the signs of what they are made of, and
/// where that says nothing, by trying all values (cases.hpp).
///
/// Absence. The checker has shown operands present where they are evaluated, so what an operator
/// makes of an absent operand never reaches a condition's or value's outcome; the rules here
/// may take the absent maximum of a set for less than everything and the absent minimum for more.
class MovementFinder {
 public:
  MovementFinder(const Model& model, const Decision& decision)
      : model_(model), decision_(decision) {}

  const Movements& of(ExprId id);
  /// Whether the expression is present or absent whatever the outputs are.
  bool same_presence(ExprId id);

  const Model& model() const { return model_; }
  const Decision& decision() const { return decision_; }
  /// The words in which texts name an output.
  std::string name(OutputId output) const { return "`" + decision_.outputs[output].name + "`"; }

 private:
  Movements find(ExprId id);
  Movements by_signs(ExprId id, const Expr& expr);
  Movements of_output(ExprId id, const Expr& expr);
  Movements of_key(ExprId id, const Expr& expr);
  Movements of_presence(ExprId id, const Expr& expr);
  Movements of_or_else(ExprId id, const Expr& expr);
  Movements of_equal(ExprId id, const Expr& expr);
  Movements of_conditional(ExprId id, const Expr& expr);
  Movements of_now(ExprId id, const Expr& expr);
  Movements of_product(ExprId id, const Expr& expr);
  Movements of_extreme(ExprId id, const Expr& expr);
  Movements of_count(ExprId id, const Expr& expr);
  Movements of_satisfied(ExprId id, const Expr& expr);
  Movements of_elements(ExprId id, const Expr& expr);
  struct Term {
    ExprId expr = kNoExpr;
    bool falls = false;  ///< the whole falls as this rises
  };
  /// Of what rises or falls with each of its terms.
  Movements joined(ExprId id, std::initializer_list<Term> terms);
  Movements joined(ExprId id, const std::vector<Term>& terms);
  /// Of what depends on its direct subexpressions in no known way.
  Movements unknown(ExprId id, const Expr& expr, const std::string& why = {});
  /// What a derived output stands for.
  ExprId seen_through(ExprId id) const;

  /// The clauses that can stand in the quorum; nothing when they are not all constants.
  using Clauses = std::optional<std::vector<base::Clause>>;
  Clauses clauses_of(ExprId id);
  const Clauses& clauses_of_output(OutputId output);
  Clauses find_clauses(OutputId output);
  /// 1: never below zero; -1: never above; 0: unknown.
  int sign_of(ExprId id) const;

  const Model& model_;
  const Decision& decision_;
  std::unordered_map<ExprId, Movements> found_;
  std::map<OutputId, Clauses> clauses_;
};

/// The same direction as seen from the other end.
Direction opposite(Direction direction);

}  // namespace writ::dsl::analysis
