#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dsl/model.hpp"

/// What is known of a policy's outputs beyond that they are well formed. It reads the checked Model
/// alone. Pure functions, safe from any thread.
namespace writ::dsl::analysis {

enum class Monotonicity : std::uint8_t {
  /// Adding any rule but a `permit` or a `waive` can only tighten it (law 2 of the language).
  monotone,
  /// This could not be shown; the obstacles say why. It may hold all the same.
  not_shown,
  /// It has no strictness: derived, or `codes`.
  no_strictness,
};

/// Which part of the policy an obstacle stands in.
enum class Part : std::uint8_t { rule, waiver, start, domain };

/// One reason why an output is not shown to be monotone. A sentence is made of `expression`'s text
/// in the source and `why`: `tier == low` + 'stops holding as `tier` gets stricter'.
struct Obstacle {
  Part part = Part::rule;
  std::uint32_t index = 0;  ///< rule, waiver: within the decision
  Span place;               ///< the clause: condition, `each`, `then`, starting value
  Span expression;          ///< the narrowest expression to blame
  OutputId reads = 0;       ///< the output that it reads
  std::string why;          ///< continues a sentence that begins with the expression
};

struct OutputFinding {
  OutputId output = 0;
  Monotonicity monotonicity = Monotonicity::not_shown;
  std::vector<Obstacle> obstacles;  ///< in the order of the policy; not_shown: at least one
};

/// The finding for each output of the decision, in declaration order.
std::vector<OutputFinding> monotonicity(const Model& model, std::uint32_t decision);

}  // namespace writ::dsl::analysis
