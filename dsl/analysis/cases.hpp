#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "dsl/analysis/movement.hpp"

namespace writ::dsl::analysis {

/// The movements of one expression, found by trying all values of what it reads, in the order of
/// strictness. What it reads becomes variables with finitely many values:
/// an output of an ordered enum, a small range or a small set; the outcome of a verdict; a
/// condition whose own movement is known; a condition or an enum's value that reads no output; and
/// an argument of a table, of which only the patterns that it can match count. Variables are taken
/// as independent, which can only lose findings.
class Cases {
 public:
  Cases(MovementFinder& finder, ExprId root) : finder_(finder), root_(root) {}

  /// Nothing when there is something that cannot be tried, or when there are too many cases.
  std::optional<Movements> try_all();

 private:
  struct Variable {
    ExprId expr = kNoExpr;
    std::vector<Value> values;
    /// Pairs of positions in `values`, neighbours in the type's order, the lesser first.
    std::vector<std::pair<std::size_t, std::size_t>> steps;
    Movements movements;  ///< none is unknown
    /// Its values stand for what one table tells apart, and mean nothing elsewhere.
    bool argument_only = false;
  };
  static constexpr std::size_t kMostCases = 4096;
  static constexpr std::int64_t kLongestRange = 64;
  static constexpr std::size_t kLargestSet = 6;

  const Expr& expr(ExprId id) const { return finder_.model().expr(id); }
  const Types& types() const { return finder_.model().types; }

  // --- finding the variables (cases_variables.cpp) ---
  bool collect(ExprId id);
  bool collect_parts(ExprId id);
  bool collect_free(ExprId id);
  bool collect_leaf(ExprId id);
  bool collect_moving(ExprId id);
  bool collect_argument(const Expr& table, std::size_t argument);
  bool has_room(const Variable& variable) const;
  bool add(Variable variable);
  bool add_chain(ExprId id, std::int64_t low, std::int64_t high);
  bool add_sets(ExprId id, EnumId members);
  /// Whether there is a variable of the same form; `id` then stands for it too.
  bool find(ExprId id);
  void forget(std::size_t from);
  bool same(ExprId a, ExprId b) const;
  bool known(ExprId id);

  // --- evaluating (cases_values.cpp): nothing for what is not gone into ---
  std::optional<Value> evaluate(ExprId id) const;
  std::optional<Value> evaluate_logic(const Expr& e) const;
  std::optional<Value> evaluate_comparison(const Expr& e) const;
  std::optional<Value> evaluate_sum(const Expr& e) const;
  std::optional<Value> evaluate_collection(const Expr& e) const;
  std::optional<Value> evaluate_table(const Expr& e) const;
  std::optional<bool> truth(ExprId id) const;
  static std::optional<bool> is_subset(const Collection& some, const Collection& all);
  static std::optional<Value> extreme(const Expr& e, const Collection& items);

  // --- judging ---
  bool run();
  void judge(const Variable& variable, std::size_t stride);
  std::string step_text(const Variable& variable, OutputId output, const Value& looser,
                        const Value& stricter, const Value& before, const Value& after) const;

  MovementFinder& finder_;
  ExprId root_;
  std::vector<Variable> variables_;
  std::unordered_map<ExprId, std::size_t> variable_of_;
  /// By table, parameter and argument: the variables that stand for an argument in that place only.
  std::map<std::tuple<std::uint32_t, std::size_t, ExprId>, std::size_t> argument_of_;
  std::vector<std::size_t> chosen_;  ///< while evaluating: the position of each variable's value
  std::vector<Value> results_;       ///< of each case; the first variable changes fastest
  /// For each output a step that does not rise / does not fall; empty while there is none.
  struct Judged {
    std::string not_rising, not_falling;
  };
  std::map<OutputId, Judged> judged_;
  mutable std::map<LocalId, Value> arguments_;  ///< of the tables being looked up
};

}  // namespace writ::dsl::analysis
