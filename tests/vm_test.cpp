// The machine and its ledger where goldens cannot look: how often rules fire, and what full
// explanations count.

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "dsl/checker.hpp"

#include "engine/compiler.hpp"
#include "engine/evaluator.hpp"

namespace writ::engine {
namespace {

constexpr const char* kIndexed = R"(writ 1
package indexed

ordered enum Level { none_seen, low, middle, high }

decision look(kind: string, size: int) {
  level: highest Level starting at none_seen
  seen: collected string
}

rule a for look { when kind == "a" then level at least low because "a" }
rule b for look { when kind == "b" then level at least middle because "b" }
rule c for look { when kind == "c" or kind == "d" then level at least high because "c or d" }
rule d for look { when kind == "d" then seen include "d" because "d" }
rule e for look { when kind in { "d", "e" } and size > 3 then seen include "e" because "d or e" }
rule large for look { when size > 100 then seen include "large" because "large" }
rule small for look { when size < 2 then seen include "small" because "small" }
)";

class Machine {
 public:
  explicit Machine(const std::string& text) {
    const dsl::Sources sources({{"test.writ", text}});
    dsl::Diagnostics diagnostics;
    auto model = dsl::load(sources, diagnostics);
    EXPECT_TRUE(model) << dsl::render_text(diagnostics, sources, false);
    auto program = compile(*model, sources);
    EXPECT_TRUE(program);
    indexes = program->indexes.size();
    auto verified = verify(std::move(*program));
    EXPECT_TRUE(verified);
    auto data = load_data(*verified, {});
    EXPECT_TRUE(data);
    evaluator = std::make_unique<Evaluator>(*verified, *data);
  }
  /// Which rules fired, as often as they did.
  std::string fired(const std::string& json, Explain explain = Explain::reasons) {
    const DecisionView* view = evaluator->decide(0, json, 0, explain);
    if (view == nullptr) return "refused";
    const Program& p = evaluator->program().program();
    std::string names;
    for (std::uint32_t r = 0; r < p.decisions[0].rules.count; ++r)
      for (std::uint32_t n = 0; n < evaluator->fired(r); ++n)
        names += std::string(names.empty() ? "" : " ") +
                 std::string(p.text(p.rules[p.decisions[0].rules.first + r].name));
    return names;
  }
  std::unique_ptr<Evaluator> evaluator;
  std::size_t indexes = 0;
};

TEST(Vm, AnIndexRunsWhatItFindsAndEachRuleOnce) {
  Machine machine(kIndexed);
  ASSERT_GE(machine.indexes, 1u) << "these rules share a slot";
  for (const Explain explain : {Explain::none, Explain::reasons, Explain::full}) {
    EXPECT_EQ(machine.fired(R"({"kind":"a","size":50})", explain), "a");
    EXPECT_EQ(machine.fired(R"({"kind":"d","size":4})", explain), "c d e");
    EXPECT_EQ(machine.fired(R"({"kind":"e","size":4})", explain), "e");
    EXPECT_EQ(machine.fired(R"({"kind":"e","size":3})", explain), "");
  }
}

TEST(Vm, AnIndexThatFindsNothingRunsNoRuleTwice) {
  Machine machine(kIndexed);
  EXPECT_EQ(machine.fired(R"({"kind":"z","size":101})"), "large");
  EXPECT_EQ(machine.fired(R"({"kind":"z","size":1})"), "small");
  EXPECT_EQ(machine.fired(R"({"kind":"","size":50})"), "");
}

TEST(Vm, FullExplanationsCountEveryConditionOfEveryRule) {
  Machine machine(kIndexed);
  const DecisionView* view =
      machine.evaluator->decide(0, R"({"kind":"d","size":4})", 0, Explain::full);
  ASSERT_NE(view, nullptr);
  ASSERT_EQ(view->rules.size(), 7u);
  for (std::size_t r = 0; r < view->rules.size(); ++r) {
    ASSERT_EQ(view->rules[r].conditions.size(), 1u);
    const ConditionTrace& trace = view->rules[r].conditions[0];
    EXPECT_EQ(trace.true_count + trace.false_count, 1u) << r;
    EXPECT_EQ(trace.true_count, view->rules[r].fired) << r;
  }
}

}  // namespace
}  // namespace writ::engine
