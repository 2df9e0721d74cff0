#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/oracle/evaluate.hpp"
#include "tests/oracle/oracle.hpp"

/// One decision under way, and what is made of it.
namespace writ::oracle {

/// A contribution of one firing.
struct Contributed {
  const dsl::Contribution* clause = nullptr;
  Value key;                  ///< absent when the clause has none: every key
  std::vector<Value> values;  ///< of a relative one: t - now
  std::int64_t instant = 0;   ///< of a relative one: t
};

struct Firing {
  dsl::RuleId rule = 0;
  Scope scope;
  const dsl::Waiver* waiver = nullptr;  ///< the first that applies
  std::vector<Contributed> contributions;
};

struct Run {
  World world;
  std::vector<Firing> firings;  ///< waived ones too
};

/// Runs the schedule. The values of `codes` outputs are left empty.
void run(Run& run);

bool contains(const dsl::Window& window, base::Micros now);
/// `value` within the range of a highest or lowest output.
Value clamped(const dsl::Output& output, Value value);
/// The keys of the output that the contribution reached.
std::vector<const KeyedOutput*> reached(const World& world, const Contributed& contribution);
/// Whether the contribution of a firing that is not waived is visible in the output.
bool decides(const World& world, const Contributed& contribution);

/// An entry of `reasons`, before any cap.
struct Reason {
  std::string code, because, sets, tags,
      waived;  ///< the last three as JSON, empty when there is none
  dsl::Span at;
  std::set<std::uint32_t> owners;  ///< the rules, or after all rules the outputs, that give it
  bool restricts = false;          ///< a restriction decided, and it is not waived
};
/// Distinct and in order.
std::vector<Reason> all_reasons(const Run& run);
/// The distinct codes of those that decided a restriction, ascending.
std::vector<std::string> restricting_codes(const std::vector<Reason>& reasons);
/// The JSON array of those within the caps; `more` counts the others.
std::string reasons_json(const std::vector<Reason>& reasons, const dsl::Sources& sources,
                         std::uint64_t& more);

/// The texts, and codes, with which a verdict went against its key.
struct Against {
  std::vector<std::string> codes, texts;  ///< distinct, ascending
};
Against holds_on(const Run& run, dsl::OutputId output, const Value& key);
Against forbids_on(const Run& run, dsl::OutputId output, const Value& key);
/// The text of the output's `otherwise` for the key.
std::string otherwise_text(const World& world, dsl::OutputId output, const Value& key);

/// The least instant at which the result may change; nullopt when there is none.
std::optional<base::Micros> horizon(const Run& run);

/// The JSON object of the outputs that are not local.
std::string result_json(const Run& run);
/// The JSON object of their fail-closed values, for a problem with this code.
std::string fail_closed_json(const dsl::Model& model, const dsl::Decision& decision,
                             const std::string& code);

}  // namespace writ::oracle
