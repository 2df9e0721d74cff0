#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/calendar.hpp"

#include "engine/cell.hpp"
#include "engine/program.hpp"

/// What the VM hands to those who render: views into the evaluator's arena, valid until its next
/// decision.
namespace writ::engine {

enum class Outcome : std::uint8_t { permit, hold, deny, forbid };

/// One key of a `per` output; for verdicts `outcome`, `needs` and the codes and texts that decided
/// against it.
struct KeyedValue {
  Cell key;
  Cell value;  ///< not for verdicts
  Outcome outcome = Outcome::deny;
  Cell needs;                                 ///< quorum
  std::span<const std::string_view> codes;    ///< denied: ascending, distinct
  std::span<const std::string_view> because;  ///< held, denied: ascending, distinct
};

struct OutputValue {
  bool present = false;             ///< an absent derived output is left out
  Cell value;                       ///< not `per`, not a verdict; codes: a set of strings
  Outcome outcome = Outcome::deny;  ///< verdict, not `per`
  Cell needs;
  std::span<const KeyedValue> keys;  ///< `per`, ascending
};

struct ReasonView {
  std::string_view code, because;
  std::span<const std::uint32_t> sets;  ///< outputs, in declaration order
  std::uint32_t rule = kNone;    ///< index within the decision (its tags); kNone for `otherwise`
  std::uint32_t waiver = kNone;  ///< index within the decision
  std::string_view at;           ///< `file:line:column`
};

/// explain=full: one for each rule of the decision, in its order.
struct ConditionTrace {
  std::uint32_t true_count = 0, false_count = 0;
};
struct RuleTrace {
  std::uint32_t fired = 0, waived = 0;
  std::span<const ConditionTrace> conditions;  ///< one for each ConditionDesc of the rule
};

struct DecisionView {
  std::uint32_t decision = 0;
  base::Micros now = 0;
  std::optional<base::Micros> valid_until;
  std::span<const OutputValue> outputs;  ///< one for each OutputDesc
  std::span<const ReasonView> reasons;   ///< at most 64, in order
  std::uint64_t more = 0;
  std::span<const std::string_view> codes;
  // explain=full only:
  std::span<const RuleTrace> rules;
  std::span<const std::uint32_t> waivers;     ///< how many firings each waiver took away
  std::span<const std::uint32_t> table_rows;  ///< how often each of Program::table_rows matched
};

}  // namespace writ::engine
