#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/calendar.hpp"

#include "dsl/model.hpp"

#include "tests/oracle/value.hpp"

/// Expressions, by walking their tree.
namespace writ::oracle {

__extension__ using Wide = __int128;

/// One bound name and those around it.
struct Frame;
using Scope = std::shared_ptr<const Frame>;
struct Frame {
  Scope outer;
  dsl::LocalId local = dsl::kNoIndex;
  Value value;
  std::size_t position = 0;  ///< of the element in what it was taken from
};
Scope bind(const Scope& outer, dsl::LocalId local, Value value, std::size_t position);

/// A final output at one key; an output without `per` has one of these, without key.
struct KeyedOutput {
  Value key;
  Value start;
  Value value;
};

/// Everything that an expression may read.
struct World {
  const dsl::Model& model;
  const dsl::Decision& decision;
  base::Micros now = 0;
  std::vector<Value> inputs;
  std::vector<Value> data;
  std::vector<std::vector<KeyedOutput>> outputs;  ///< by OutputId; empty until it is final
};

/// What is absent propagates through paths, arithmetic, `min`, `max` and `only`; elsewhere it
/// counts as false or as empty. (In conditions and values that a checked policy evaluates nothing
/// is absent unnoticed.)
Value evaluate(const World& world, const Scope& scope, dsl::ExprId id);

/// The text with its values filled in.
std::string render_text(const World& world, const Scope& scope, const dsl::Text& text);
/// A value as people read it.
std::string value_text(const dsl::Model& model, dsl::TypeId type, const Value& value);

/// The output at `key`, or nullptr.
const KeyedOutput* output_at(const World& world, dsl::OutputId output, const Value& key);

bool compare(dsl::Compare op, Wide a, Wide b);
std::int64_t saturate(Wide value);

// ---- the operations of evaluate(), by theme -----------------------------------------------------
Value evaluate_number(const World& world, const Scope& scope, const dsl::Expr& expr);
Value evaluate_string(const World& world, const Scope& scope, const dsl::Expr& expr);
Value evaluate_collection(const World& world, const Scope& scope, const dsl::Expr& expr);
Value evaluate_quorum(const World& world, const Scope& scope, const dsl::Expr& expr);

}  // namespace writ::oracle
