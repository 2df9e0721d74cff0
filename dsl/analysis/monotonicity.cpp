#include "dsl/analysis/monotonicity.hpp"

#include <algorithm>
#include <optional>

#include "dsl/analysis/movement.hpp"

namespace writ::dsl::analysis {
namespace {

/// Where an expression stands in the policy, and which way it has to move there.
struct Clause {
  Part part = Part::rule;
  std::uint32_t index = 0;
  Span place;
  /// rising or falling; constant: it may not move at all.
  Direction wanted = Direction::rising;
  /// What comes of it when it moves another way: ends the sentence.
  std::string_view consequence;
};

/// The findings of one decision; that of an output follows from those of the outputs it reads.
class Findings {
 public:
  Findings(const Model& model, const Decision& decision)
      : model_(model),
        decision_(decision),
        finder_(model, decision),
        findings_(decision.outputs.size()) {}

  const OutputFinding& of(OutputId id) {
    if (!findings_[id]) {
      OutputFinding finding = find(id);
      findings_[id] = std::move(finding);
    }
    return *findings_[id];
  }

 private:
  OutputFinding find(OutputId id);
  void rule(std::uint32_t index, const Contribution& contribution, OutputFinding& finding);
  void waivers(std::uint32_t rule, OutputFinding& finding);
  void values(const Contribution& contribution, Clause clause, OutputFinding& finding);
  void require(ExprId id, const Clause& clause, OutputFinding& finding);
  std::optional<Obstacle> obstacle(ExprId id, const Clause& clause, OutputId reads,
                                   const Movement& movement);
  ExprId narrowed(ExprId id, OutputId reads, Direction direction);
  std::string_view moves_text(ExprId id, Direction direction) const;

  const Model& model_;
  const Decision& decision_;
  MovementFinder finder_;
  std::vector<std::optional<OutputFinding>> findings_;
};

/// Which way a value of the kind goes as it gets stricter.
Direction stricter(OutputKind kind) {
  return kind == OutputKind::lowest ? Direction::falling : Direction::rising;
}

OutputFinding Findings::find(OutputId id) {
  const Output& output = decision_.outputs[id];
  OutputFinding finding;
  finding.output = id;
  if (output.kind == OutputKind::derived || output.kind == OutputKind::codes) {
    finding.monotonicity = Monotonicity::no_strictness;
    return finding;
  }
  if (output.per && output.domain != kNoExpr)
    require(output.domain,
            {Part::domain, 0, model_.expr(output.domain).span, Direction::constant,
             "so keys can come and go"},
            finding);
  if (output.start != kNoExpr)
    require(output.start,
            {Part::start, 0, model_.expr(output.start).span, stricter(output.kind),
             "so it can start less strict"},
            finding);
  for (std::uint32_t r = 0; r < decision_.rules.size(); ++r)
    for (const Contribution& contribution : decision_.rules[r].contributions)
      if (contribution.output == id) rule(r, contribution, finding);
  finding.monotonicity =
      finding.obstacles.empty() ? Monotonicity::monotone : Monotonicity::not_shown;
  return finding;
}

/// A restriction may only come to apply, a permit only cease to, as outputs get stricter.
void Findings::rule(std::uint32_t index, const Contribution& contribution, OutputFinding& finding) {
  const bool permits = contribution.verb == Verb::permit;
  const Direction more = permits ? Direction::falling : Direction::rising;
  const std::string_view applies =
      permits ? "so the rule can begin to permit" : "so the rule can cease to apply";
  const std::string_view elements = permits ? "so the rule can permit for more elements"
                                            : "so the rule can cease to apply to an element";
  for (const Step& step : decision_.rules[index].steps) {
    const bool unless = step.kind == StepKind::unless;
    require(step.expr,
            {Part::rule, index, step.span, unless ? opposite(more) : more,
             step.kind == StepKind::each ? elements : applies},
            finding);
  }
  if (!permits) waivers(index, finding);
  values(contribution, {Part::rule, index, contribution.span, Direction::rising, {}}, finding);
}

void Findings::waivers(std::uint32_t rule, OutputFinding& finding) {
  for (std::uint32_t w = 0; w < decision_.waivers.size(); ++w) {
    const Waiver& waiver = decision_.waivers[w];
    if (waiver.rule != rule) continue;
    for (const ExprId when : waiver.whens)
      require(when,
              {Part::waiver, w, model_.expr(when).span, Direction::falling,
               "so the waiver can begin to apply"},
              finding);
  }
}

void Findings::values(const Contribution& contribution, Clause clause, OutputFinding& finding) {
  clause.wanted = Direction::constant;
  clause.consequence = "so the rule can turn to another key";
  require(contribution.key, clause, finding);
  clause.consequence = "so the rule can ask for less";
  if (contribution.verb == Verb::include)
    clause.consequence = "so the rule can include something else instead";
  else
    clause.wanted = stricter(decision_.outputs[contribution.output].kind);
  for (const ExprId value : contribution.values)
    require(value, clause, finding);
  require(contribution.relative, clause, finding);
}

void Findings::require(ExprId id, const Clause& clause, OutputFinding& finding) {
  if (id == kNoExpr) return;
  for (const auto& [reads, movement] : Movements(finder_.of(id))) {
    std::optional<Obstacle> found = obstacle(id, clause, reads, movement);
    if (!found) continue;
    const auto known = [&](const Obstacle& o) {
      return o.part == found->part && o.index == found->index && o.reads == reads &&
             o.why == found->why && o.expression.begin == found->expression.begin &&
             o.expression.file == found->expression.file;
    };
    if (std::none_of(finding.obstacles.begin(), finding.obstacles.end(), known))
      finding.obstacles.push_back(std::move(*found));
  }
}

std::optional<Obstacle> Findings::obstacle(ExprId id, const Clause& clause, OutputId reads,
                                           const Movement& movement) {
  Obstacle found{clause.part, clause.index, clause.place, model_.expr(id).span, reads, {}};
  const bool moves = movement.direction != Direction::constant;
  if (moves && movement.direction != clause.wanted) {
    const bool unknown = movement.direction == Direction::unknown;
    const ExprId blamed = unknown ? movement.breaks : narrowed(id, reads, movement.direction);
    found.expression = model_.expr(blamed).span;
    // What is said of a narrower expression holds for the whole, whichever way that moves.
    const bool rise = clause.wanted == Direction::rising;
    if (unknown) {
      found.why = rise ? movement.not_rising : movement.not_falling;
    } else {
      found.why =
          clause.wanted == Direction::constant ? "changes" : moves_text(blamed, movement.direction);
      found.why += " as " + finder_.name(reads) + " gets stricter";
    }
    found.why.append(", ").append(clause.consequence);
    return found;
  }
  if (of(reads).monotonicity == Monotonicity::monotone) return std::nullopt;
  found.why = "reads " + finder_.name(reads) + ", which is not shown to be monotone itself";
  return found;
}

/// The part of a conjunction or disjunction that makes it move, where only one does.
ExprId Findings::narrowed(ExprId id, OutputId reads, Direction direction) {
  for (;;) {
    const Expr& e = model_.expr(id);
    if (e.kind != ExprKind::logical_and && e.kind != ExprKind::logical_or) return id;
    ExprId only = kNoExpr;
    for (const ExprId part : {e.a, e.b}) {
      const Movements& movements = finder_.of(part);
      const auto movement = movements.find(reads);
      if (movement == movements.end() || movement->second.direction != direction) continue;
      if (only != kNoExpr) return id;
      only = part;
    }
    if (only == kNoExpr) return id;
    id = only;
  }
}

std::string_view Findings::moves_text(ExprId id, Direction direction) const {
  const bool rises = direction == Direction::rising;
  switch (model_.types[model_.expr(id).type].kind) {
    case TypeKind::boolean: return rises ? "begins to hold" : "stops holding";
    case TypeKind::set:
    case TypeKind::list:
    case TypeKind::votes: return rises ? "grows" : "shrinks";
    case TypeKind::quorum: return rises ? "demands more" : "demands less";
    default: return rises ? "rises" : "falls";
  }
}

}  // namespace

std::vector<OutputFinding> monotonicity(const Model& model, std::uint32_t decision) {
  const Decision& of = model.decisions[decision];
  Findings findings(model, of);
  std::vector<OutputFinding> result;
  for (OutputId id = 0; id < of.outputs.size(); ++id)
    result.push_back(findings.of(id));
  return result;
}

}  // namespace writ::dsl::analysis
