// The worst case that a program states (engine/cost.hpp): reached where conditions do not depend on
// one another, never passed, and refused above the budget. That no decision passes it is checked
// for every golden case too (tests/golden/ways.hpp).

#include <gtest/gtest.h>

#include "tests/golden/ways.hpp"
#include "tests/verify/independent.hpp"

namespace writ::tests {
namespace {

struct Compiled {
  dsl::Sources sources;
  dsl::Model model;
};

Compiled check(const std::string& body) {
  Compiled compiled{dsl::Sources({{"p.writ", "writ 1\npackage p\n" + body}}), {}};
  dsl::Diagnostics diagnostics;
  auto model = dsl::load(compiled.sources, diagnostics);
  EXPECT_TRUE(model) << dsl::render_text(diagnostics, compiled.sources, false);
  if (model) compiled.model = std::move(*model);
  return compiled;
}

engine::Cost cost_of(const std::string& body) {
  const Compiled compiled = check(body);
  const auto program = build(compiled.model, compiled.sources, true);
  if (!program) {
    ADD_FAILURE() << program.error();
    return {};
  }
  return (*program)->cost(0);
}

std::string refusal(const std::string& body, const engine::Budget& budget) {
  const Compiled compiled = check(body);
  const auto program = engine::compile(compiled.model, compiled.sources,
                                       {.optimize = true, .probes = false, .budget = budget});
  return program ? "" : program.error().message;
}

TEST(Cost, IndependentConditionsReachIt) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const std::string differs = independent_differs(seed);
    ASSERT_EQ(differs, "");
  }
}

constexpr const char* kScan = R"(
decision d(names: list<string max 8> max 100) {
  tier: highest enum { low, high } starting at low
}
rule r for d {
  each a in names
  each b in names
  when a == b
  then tier at least high
  because "{a} meets {b}"
}
)";

TEST(Cost, GrowsWithTheProductOfNestedLoops) {
  const std::string body = kScan;
  std::string fewer = body;
  fewer.replace(fewer.find("max 100"), 7, "max 10");
  const engine::Cost hundred = cost_of(body), ten = cost_of(fewer);
  EXPECT_GT(hundred.instructions, 90 * ten.instructions);
  EXPECT_LT(hundred.instructions, 110 * ten.instructions);
  EXPECT_GT(hundred.memory, 50 * ten.memory);
}

TEST(Cost, AboveTheBudgetNothingIsBuilt) {
  const engine::Cost cost = cost_of(kScan);
  EXPECT_EQ(refusal(kScan, {cost.instructions, cost.memory, cost.answer}), "");
  EXPECT_EQ(refusal(kScan, {cost.instructions - 1, cost.memory, cost.answer}),
            "decision `p.d` can take " + std::to_string(cost.instructions) + " steps; at most " +
                std::to_string(cost.instructions - 1) + " are allowed");
  EXPECT_EQ(refusal(kScan, {cost.instructions, cost.memory - 1, cost.answer}),
            "decision `p.d` can take " + std::to_string(cost.memory) +
                " bytes of memory; at most " + std::to_string(cost.memory - 1) + " are allowed");
  EXPECT_EQ(refusal(kScan, {cost.instructions, cost.memory, cost.answer - 1}),
            "decision `p.d` can be answered with " + std::to_string(cost.answer) +
                " bytes; at most " + std::to_string(cost.answer - 1) + " are allowed");
}

TEST(Cost, DataWithoutMaximumIsLookedUpAndNotWalked) {
  const std::string looked_up = R"(
data hosts: set<string>
decision d(name: string) {
  known: bool = name in hosts on failure false
}
)";
  EXPECT_LT(cost_of(looked_up).instructions, 100u);
  // What has no end cannot be answered with.
  const std::string answered = R"(
data hosts: set<string>
decision d(name: string) {
  every: set<string> = hosts on failure {}
}
)";
  EXPECT_EQ(
      refusal(answered, {}),
      "decision `p.d` can be answered with an unlimited number of bytes; it goes through data "
      "without a maximum: give the type of `p.hosts` one, such as `max 1000`");
}

}  // namespace
}  // namespace writ::tests
