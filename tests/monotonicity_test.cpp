// Law 2 of the language: what is found monotone never loosens, whatever rule is added that neither
// permits nor waives. Policies at random and those of the tree, each with restrictions added to it,
// decide the same inputs before and after.

#include "dsl/analysis/monotonicity.hpp"

#include <cstdlib>
#include <filesystem>
#include <set>

#include <gtest/gtest.h>

#include "tests/golden/golden.hpp"
#include "tests/golden/ways.hpp"
#include "tests/random/random_json.hpp"
#include "tests/random/random_policy.hpp"
#include "tools/policy.hpp"
#include "tools/random/dice.hpp"

namespace writ::tests {
namespace {

using dsl::analysis::Monotonicity;
using tools::Dice;

constexpr base::Micros kNow = 1'772'452'800'000'000;  // 2026-03-02T12:00:00Z

/// A policy that decides.
struct Loaded {
  dsl::Sources sources;
  dsl::Model model;
  std::shared_ptr<const engine::VerifiedProgram> program;
  std::shared_ptr<const engine::DataSnapshot> data;

  const engine::Program& rows() const { return program->program(); }
};

std::optional<Loaded> load(dsl::Sources sources) {
  dsl::Diagnostics diagnostics;
  std::optional<dsl::Model> model = dsl::load(sources, diagnostics);
  if (!model) return std::nullopt;
  auto program = build(*model, sources, true);
  if (!program) return std::nullopt;
  auto data = engine::load_data(*program, {});
  if (!data) return std::nullopt;
  return Loaded{std::move(sources), std::move(*model), *program, *data};
}

// --- strictness of what was decided ---

std::set<std::string> elements(const engine::Program& program, const engine::OutputDesc& desc,
                               const engine::Cell& value) {
  std::string json;
  engine::append_value(json, program, desc.type, value);
  const std::vector<std::string> items = array_elements(json);
  return {items.begin(), items.end()};
}

bool stricter_or_same(const engine::Cell& before, const engine::Cell& after) {
  return base::implies(std::span(after.clauses, after.n), std::span(before.clauses, before.n));
}

/// Whether `after` is at least as strict as `before`: an output's value, or that at one key.
template <class Value>
bool tightened(const engine::Program& program, const engine::OutputDesc& desc, const Value& before,
               const Value& after) {
  switch (desc.kind) {
    case engine::OutputKind::highest: return after.value.i >= before.value.i;
    case engine::OutputKind::lowest: return after.value.i <= before.value.i;
    case engine::OutputKind::quorum: return stricter_or_same(before.value, after.value);
    case engine::OutputKind::collected: {
      const auto all = elements(program, desc, after.value);
      const auto some = elements(program, desc, before.value);
      return std::includes(all.begin(), all.end(), some.begin(), some.end());
    }
    case engine::OutputKind::verdict:
      return after.outcome >= before.outcome && stricter_or_same(before.needs, after.needs);
    default: return true;
  }
}

bool tightened(const engine::Program& program, std::uint32_t output,
               const engine::DecisionView& before, const engine::DecisionView& after) {
  const std::uint32_t first = program.decisions[before.decision].outputs.first;
  const engine::OutputDesc& desc = program.outputs[first + output];
  const engine::OutputValue& old_value = before.outputs[output];
  const engine::OutputValue& new_value = after.outputs[output];
  if (!desc.per) return tightened(program, desc, old_value, new_value);
  if (old_value.keys.size() != new_value.keys.size()) return false;
  for (std::size_t k = 0; k < old_value.keys.size(); ++k)
    if (!tightened(program, desc, old_value.keys[k], new_value.keys[k])) return false;
  return true;
}

// --- rules to add ---

std::string members(const dsl::Enum& of, Dice& dice) {
  std::string out;
  const std::size_t known = std::min<std::size_t>(of.known(), 12);
  for (std::size_t m = 0; m < known; ++m)
    if (dice.chance(40)) out += (out.empty() ? "" : ", ") + of.members[m].name;
  return out.empty() ? of.members[dice.below(known)].name : out;
}

std::string quorum(const dsl::Enum& of, Dice& dice) {
  return (dice.chance(50) ? "one of { " : "all of { ") + members(of, dice) + " }";
}

std::string scalar(const dsl::Types& types, const dsl::Type& type, Dice& dice) {
  switch (type.kind) {
    case dsl::TypeKind::enumeration:
      return types.enums[type.decl].members[dice.below(types.enums[type.decl].members.size())].name;
    case dsl::TypeKind::integer: return std::to_string(dice.below(24));
    case dsl::TypeKind::duration: return std::to_string(1 + dice.below(300)) + "m";
    case dsl::TypeKind::string: return dice.chance(50) ? "\"a\"" : "\"added\"";
    default: return {};
  }
}

/// What a rule can say to restrict the output; nothing for kinds and types that are not added to.
std::string restriction(const dsl::Model& model, const dsl::Output& output, Dice& dice) {
  const dsl::Type& type = model.types[output.type];
  switch (output.kind) {
    case dsl::OutputKind::highest:
    case dsl::OutputKind::lowest: {
      const std::string value = scalar(model.types, type, dice);
      if (value.empty()) return {};
      return output.name + (output.kind == dsl::OutputKind::highest ? " at least " : " at most ") +
             value;
    }
    case dsl::OutputKind::quorum:
      return output.name + " require " + quorum(model.types.enums[type.decl], dice);
    case dsl::OutputKind::collected: {
      const std::string value = scalar(model.types, model.types[type.element], dice);
      return value.empty() ? value : output.name + " include " + value;
    }
    case dsl::OutputKind::verdict:
      return type.decl == dsl::kNoDecl || dice.chance(40)
                 ? "forbid " + output.name
                 : "hold " + output.name + " for " + quorum(model.types.enums[type.decl], dice);
    default: return {};
  }
}

/// The policy with one more rule, in a file of its own.
std::optional<Loaded> restricted(const Loaded& policy, std::uint32_t decision, Dice& dice,
                                 std::string& rule) {
  const dsl::Decision& of = policy.model.decisions[decision];
  rule = "rule added_restriction for " + of.name + " {\n";
  bool any = false;
  for (std::size_t clauses = 1 + dice.below(2); clauses > 0; --clauses) {
    const std::string text = restriction(policy.model, dice.pick(of.outputs), dice);
    if (text.empty()) continue;
    rule += "  then " + text + "\n";
    any = true;
  }
  if (!any) return std::nullopt;
  rule += "  because \"added\"\n}\n";
  std::vector<dsl::SourceFile> files = policy.sources.files();
  files.push_back({"zz_added.writ", "writ 1\npackage " + of.package + "\n\n" + rule});
  return load(dsl::Sources(std::move(files)));
}

// --- trials ---

struct Tally {
  std::size_t policies = 0, additions = 0, decided = 0;
  std::size_t monotone = 0;
  std::size_t not_shown = 0;
  /// Outputs not shown to be monotone that did loosen: that this test can see it.
  std::size_t loosened = 0;
  /// Monotone ones that got stricter although the added rule does not name them.
  std::size_t followed = 0;
};

std::string text_of(const dsl::Sources& sources) {
  std::string out;
  for (const dsl::SourceFile& file : sources.files())
    out += "// " + file.name + "\n" + file.text;
  return out;
}

void compare(const Loaded& policy, const Loaded& other, std::uint32_t decision,
             const std::vector<dsl::analysis::OutputFinding>& findings, Dice& dice,
             std::size_t inputs, const std::string& rule, Tally& tally) {
  engine::Evaluator before(policy.program, policy.data), after(other.program, other.data);
  const tools::RandomValues values(policy.model);
  std::set<std::uint32_t> loosened, followed;
  for (std::size_t i = 0; i < inputs; ++i) {
    const std::string input = random_input(policy.model, values, decision, kNow, dice.next());
    const engine::DecisionView* first = before.decide(decision, input, kNow);
    const engine::DecisionView* second = after.decide(decision, input, kNow);
    ASSERT_EQ(first == nullptr, second == nullptr) << input;
    if (first == nullptr) continue;
    ++tally.decided;
    for (const auto& finding : findings) {
      if (finding.monotonicity == Monotonicity::no_strictness) continue;
      if (tightened(policy.rows(), finding.output, *first, *second)) {
        const std::string& name = policy.model.decisions[decision].outputs[finding.output].name;
        if (finding.monotonicity == Monotonicity::monotone &&
            rule.find(" " + name) == std::string::npos &&
            !tightened(policy.rows(), finding.output, *second, *first))
          followed.insert(finding.output);
        continue;
      }
      loosened.insert(finding.output);
      if (finding.monotonicity != Monotonicity::monotone) continue;
      std::string results;
      engine::append_result(results += "before: ", policy.rows(), *first);
      engine::append_result(results += "\nafter: ", other.rows(), *second);
      FAIL() << "`" << policy.model.decisions[decision].outputs[finding.output].name
             << "` was found monotone and loosened\n"
             << text_of(policy.sources) << rule << input << "\n"
             << results;
    }
  }
  tally.loosened += loosened.size();
  tally.followed += followed.size();
}

void try_policy(const Loaded& policy, std::uint64_t seed, std::size_t additions, std::size_t inputs,
                Tally& tally) {
  Dice dice(seed);
  ++tally.policies;
  for (std::uint32_t d = 0; d < policy.model.decisions.size(); ++d) {
    const auto findings = dsl::analysis::monotonicity(policy.model, d);
    for (const auto& finding : findings) {
      tally.monotone += finding.monotonicity == Monotonicity::monotone ? 1 : 0;
      tally.not_shown += finding.monotonicity == Monotonicity::not_shown ? 1 : 0;
    }
    for (std::size_t a = 0; a < additions && !testing::Test::HasFatalFailure(); ++a) {
      std::string rule;
      const std::optional<Loaded> other = restricted(policy, d, dice, rule);
      if (!other) continue;
      ++tally.additions;
      compare(policy, *other, other->model.find_decision(policy.model.decisions[d].name), findings,
              dice, inputs, rule, tally);
    }
  }
}

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

TEST(Monotonicity, HoldsForPoliciesAtRandom) {
  const std::uint64_t seed = number_from("WRIT_SEED", 1);
  const std::uint64_t policies = number_from("WRIT_POLICIES", 60);
  Tally tally;
  std::size_t rejected = 0;
  for (std::uint64_t i = 0; i < policies && !HasFatalFailure(); ++i) {
    const std::string text = random_policy(seed * 1'000'003 + i);
    const std::optional<Loaded> policy = load(dsl::Sources({{"random.writ", text}}));
    if (!policy) {
      ++rejected;
      if (std::getenv("WRIT_SHOW_REJECTED") != nullptr) {
        dsl::Diagnostics diagnostics;
        const dsl::Sources sources({{"random.writ", text}});
        static_cast<void>(dsl::load(sources, diagnostics));
        std::cout << dsl::render_text(diagnostics, sources, false) << "\n";
      }
      continue;
    }
    try_policy(*policy, seed + i, 4, 25, tally);
  }
  RecordProperty("decided", static_cast<int>(tally.decided));
  if (std::getenv("WRIT_POLICIES") != nullptr)
    std::cout << tally.policies << " policies, " << rejected << " rejected, " << tally.additions
              << " additions, " << tally.decided << " decisions, " << tally.monotone
              << " monotone, " << tally.not_shown << " not shown, " << tally.loosened
              << " loosened, " << tally.followed << " followed\n";
  EXPECT_LT(rejected * 10, policies);
  EXPECT_GT(tally.decided, policies * 20);
  EXPECT_GT(tally.monotone, policies);
  EXPECT_GT(tally.loosened, policies / 10);
  EXPECT_GT(tally.followed, policies / 10);
}

TEST(Monotonicity, HoldsForThePoliciesOfTheTree) {
  const std::filesystem::path root = WRIT_SOURCE_DIR;
  Tally tally;
  for (const auto& path : files_below(root / "tests" / "lang" / "monotone", ".writ")) {
    SCOPED_TRACE(path.string());
    const std::optional<Loaded> policy = load(read_golden(path).sources());
    ASSERT_TRUE(policy.has_value());
    try_policy(*policy, 7, 12, 12, tally);
    if (HasFatalFailure()) return;
  }
  const auto sources = tools::read_sources(root / "policies" / "microapps");
  ASSERT_TRUE(sources.has_value());
  const std::optional<Loaded> pack = load(*sources);
  ASSERT_TRUE(pack.has_value());
  try_policy(*pack, 7, 6, 30, tally);
  EXPECT_GT(tally.decided, 1000u);
  EXPECT_GT(tally.loosened, 20u);
}

/// Whether output `o` of decision `d` loosens on this input when the rule is added; it must not be
/// found monotone then.
bool loosens(const std::string& text, const std::string& rule, const std::string& input) {
  const std::optional<Loaded> before = load(dsl::Sources({{"a.writ", text}}));
  const std::optional<Loaded> after = load(dsl::Sources({{"a.writ", text + rule}}));
  EXPECT_TRUE(before && after);
  if (!before || !after) return false;
  const auto& outputs = before->model.decisions[0].outputs;
  const auto output = static_cast<std::uint32_t>(
      std::find_if(outputs.begin(), outputs.end(), [](const auto& o) { return o.name == "o"; }) -
      outputs.begin());
  EXPECT_EQ(dsl::analysis::monotonicity(before->model, 0)[output].monotonicity,
            Monotonicity::not_shown);
  engine::Evaluator first(before->program, before->data), second(after->program, after->data);
  const engine::DecisionView* was = first.decide(0, input, kNow);
  const engine::DecisionView* is = second.decide(0, input, kNow);
  EXPECT_TRUE(was != nullptr && is != nullptr) << input;
  return was != nullptr && is != nullptr && !tightened(before->rows(), output, *was, *is);
}

/// Two requirements that share a member take two people; all of what they share takes one.
TEST(Monotonicity, ClausesThatShareMembersLoosenAmongVotes) {
  const std::string text = R"(writ 1
package t

enum Role { dpo, ciso, legal, cfo }
record Vote { role: Role, who: string }

decision d(list: list<Vote>) {
  needed: quorum Role
  local votes: votes Role = { v.role by v.who for v in list } on failure {}
  o: highest int 0..9 starting at 0
}
rule open for d { unless satisfied(needed, votes) then o at least 1 because "r" }
rule first for d { then needed require one of { dpo, ciso } because "r" }
)";
  EXPECT_TRUE(loosens(text + "rule r for d { then needed require one of { dpo, legal } }\n",
                      "rule added for d { then needed require all of { dpo } }\n",
                      R"({"list":[{"role":"dpo","who":"ana"}]})"));
  EXPECT_TRUE(
      loosens(text + "rule r for d { then needed require 2 of { dpo, ciso, legal, cfo } }\n",
              "rule added for d { then needed require all of { dpo, legal } }\n",
              R"({"list":[{"role":"dpo","who":"ana"},{"role":"legal","who":"bo"}]})"));
}

TEST(Monotonicity, MissingNamesOthersAsItsQuorumGrows) {
  const std::string text = R"(writ 1
package t

enum Role { dpo, ciso, legal }

decision d(there: set<Role>) {
  needed: quorum Role
  o: highest int 0..9 starting at 0
}
rule r for d { then needed require one of { dpo, ciso } because "r" }
rule ask for d { when dpo in missing(needed, there) then o at least 1 because "r" }
)";
  EXPECT_TRUE(loosens(text, "rule added for d { then needed require all of { ciso } }\n",
                      R"({"there":[]})"));
}

/// A tier that asks for others instead of for more lets through what was waiting.
TEST(Monotonicity, ATableThatAsksForOthersLoosens) {
  const std::string text = R"(writ 1
package t

ordered enum Tier { low, medium, high }
enum Role { infosec, dpo, ciso }

table controls(tier: Tier) -> quorum Role {
  low    => auto
  medium => one of { infosec }
  high   => all of { dpo, ciso }
}
decision d(there: set<Role>) {
  tier: highest Tier starting at medium
  needed: quorum Role starting at controls(tier)
  o: highest int 0..9 starting at 0
}
rule open for d { unless satisfied(needed, there) then o at least 1 because "r" }
)";
  EXPECT_TRUE(loosens(text, "rule added for d { then tier at least high }\n",
                      R"({"there":["ciso","dpo"]})"));
}

/// The language gives waivers no outputs to read; the law counts them all the same, and so does
/// the finding of a Model whose waiver does.
TEST(Monotonicity, AWaiverThatBeginsToApplyLoosens) {
  const std::string text = R"(writ 1
package t

decision d(x: int) {
  a: highest int starting at x
  b: highest int starting at 0
  c: highest int starting at 0
}
rule up for d { when a > 5 then c at least 1 because "r" }
rule waived for d { when x > 1 then b at least 1 because "r" }
waive waived for d { when x == 3 effective from 2026-01-01 through 2026-12-31 by "a" because "b" }
)";
  std::optional<Loaded> policy = load(dsl::Sources({{"waiver.writ", text}}));
  ASSERT_TRUE(policy.has_value());
  const auto finding = [&] { return dsl::analysis::monotonicity(policy->model, 0)[1]; };
  EXPECT_EQ(finding().monotonicity, Monotonicity::monotone);
  dsl::Decision& decision = policy->model.decisions[0];
  decision.waivers[0].whens = {decision.rules[0].steps[0].expr};
  const dsl::analysis::OutputFinding found = finding();
  EXPECT_EQ(found.monotonicity, Monotonicity::not_shown);
  ASSERT_EQ(found.obstacles.size(), 1u);
  EXPECT_EQ(found.obstacles[0].part, dsl::analysis::Part::waiver);
  EXPECT_EQ(found.obstacles[0].why,
            "begins to hold as `a` gets stricter, so the waiver can begin to apply");
}

}  // namespace
}  // namespace writ::tests
