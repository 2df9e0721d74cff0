// The search for counterexamples of `prove`: what it finds, how plain it makes what it found, and
// that the test which it prints fails in the policy as the proof does.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/evaluator.hpp"

#include "tools/proof/policy_text.hpp"
#include "tools/proof/search.hpp"
#include "tools/proof/shrink.hpp"
#include "tools/random/values.hpp"
#include "tools/test_runner.hpp"

namespace writ::tools {
namespace {

namespace fs = std::filesystem;

Policy policy_of(std::vector<dsl::SourceFile> files) {
  Policy policy = load_sources(dsl::Sources(std::move(files)), /*probes=*/true);
  EXPECT_TRUE(policy.ok()) << dsl::render_text(policy.diagnostics, policy.sources, false);
  return policy;
}

Policy policy_of(const std::string& text) {
  return policy_of({dsl::SourceFile{"policy.writ", text}});
}

ProofResult search(const Policy& policy, const std::string& title = "",
                   std::uint64_t inputs = 3'000, std::uint64_t seed = 1) {
  const auto results =
      search_proofs(policy, {}, {.inputs = inputs, .seed = seed, .seconds = 60}, title);
  if (results.size() == 1) return results.front();
  ADD_FAILURE() << results.size() << " proofs have `" << title << "` in their title";
  return {};
}

/// Puts the test of a counterexample at the end of the policy's first file and runs it.
TestResult run_beside(const Policy& policy, const ProofResult& result) {
  std::vector<dsl::SourceFile> files = policy.sources.files();
  files[result.span.file].text += "\n" + result.test;
  const Policy with = policy_of(std::move(files));
  if (!with.ok()) return {};
  const auto results = run_tests(with, {}, "counterexample: " + result.title);
  if (results && results->size() == 1) return results->front();
  ADD_FAILURE() << "the test of the counterexample was not run:\n" << result.test;
  return {};
}

void expect_counterexample(const Policy& policy, const ProofResult& result) {
  ASSERT_EQ(result.outcome, ProofOutcome::counterexample) << result.title << ": " << result.message;
  const TestResult test = run_beside(policy, result);
  ASSERT_EQ(test.failures.size(), 1u) << result.test;
  EXPECT_EQ(test.failures.front().message, "this does not hold") << result.test;
  EXPECT_EQ(test.seen, result.seen);
}

// --- what is found, made plain ---

TEST(ProofSearch, ACounterexampleIsAPlainTest) {
  const Policy policy = policy_of(R"(writ 1
package p
enum Kind { desk, van, tent }
record Item { kind: Kind, name: string, weight: decimal?, tags: set<string> }
decision pay(items: list<Item>, amount: int, keep: duration, note: string?) {
  risk: highest int 0..10 starting at 0
}
rule vans for pay {
  each i in items
  when i.kind == van and amount > 12_345
  then risk at least 5
}
prove "never a risk" for pay { risk == 0 }
)");
  const ProofResult result = search(policy);
  expect_counterexample(policy, result);
  EXPECT_EQ(result.test,
            "test \"counterexample: never a risk\" {\n"
            "  given pay(items: [{ kind: van, name: \"\", tags: [] }], amount: 12346, keep: 0s)\n"
            "  expect risk == 0\n"
            "}\n");
  EXPECT_EQ(result.seen, R"({"risk":5})");
}

TEST(ProofSearch, FieldsThatHaveToBeAlikeAreShortenedTogether) {
  const Policy policy = policy_of(R"(writ 1
package p
decision ask(caller: string, owner: string, friends: set<string>) {
  open: bool = (caller == owner and caller in friends and length(caller) > 2) on failure false
}
prove "shut" for ask { not open }
)");
  const ProofResult result = search(policy);
  expect_counterexample(policy, result);
  EXPECT_NE(result.test.find("ask(caller: \"aaa\", owner: \"aaa\", friends: [\"aaa\"])"),
            std::string::npos)
      << result.test;
}

TEST(ProofSearch, TheInstantIsNearThoseThatCount) {
  const Policy policy = policy_of(R"(writ 1
package p
decision ask(ends: time) { answer: highest enum { yes, no } starting at yes }
rule ended for ask { when ends - now < 1h then answer at least no }
rule may for ask { effective from 2026-05-01 through 2026-05-31 then answer at least no }
prove "only when it is past or in May" for ask {
  answer == no implies (ends < now or (now >= 2026-05-02 and now < 2026-06-01))
}
)");
  const ProofResult result = search(policy);
  expect_counterexample(policy, result);
  EXPECT_EQ(result.test.find(" now"), std::string::npos) << result.test;
  const Policy edge = policy_of(R"(writ 1
package p
decision ask(ends: time) { open: bool = (ends == now) on failure false }
prove "never at once" for ask { not open }
)");
  expect_counterexample(edge, search(edge));
}

TEST(ProofSearch, DataIsAnyThatItsTypeAllows) {
  const std::string text = R"(writ 1
package p
data most: int 1..100 = 10
data hosts: set<string> = ["a.example"]
decision ask(host: string, amount: int) { open: bool = (host in hosts and amount <= most) on failure false }
)";
  const Policy small = policy_of(text + "prove \"little\" for ask { open implies amount <= 10 }\n");
  const ProofResult result = search(small);
  expect_counterexample(small, result);
  EXPECT_NE(result.test.find("with data most = 11"), std::string::npos) << result.test;
  EXPECT_EQ(result.test.find("with data hosts"), std::string::npos) << result.test;
  const Policy all =
      policy_of(text + "prove \"at most 100\" for ask { open implies amount <= 100 }\n");
  EXPECT_TRUE(search(all).passed());
}

TEST(ProofSearch, DataWithoutAValueIsMade) {
  const Policy policy = policy_of(R"(writ 1
package p
data most: int 1..100
decision ask(amount: int) { open: bool = amount <= most on failure false }
prove "at most 100" for ask { open implies amount <= 100 }
)");
  EXPECT_TRUE(search(policy).passed()) << search(policy).message;
}

TEST(ProofSearch, WhatThePolicyLooksForIsTried) {
  const Policy policy = policy_of(R"(writ 1
package p
decision ask(a: string, b: string, c: string, from: ip, n: int) {
  glob:    bool = a like "write:*.txt" on failure true
  pattern: bool = b matches /CHG[0-9]{7}/ on failure true
  word:    bool = lower(c) == "administrator" and c != "administrator" on failure true
  net:     bool = from in ip "10.1.0.0/16" on failure true
  near:    bool = n == 1_234_568 on failure true
  far:     bool = n < 1_234_567 on failure true
}
prove "glob" for ask { not glob }
prove "pattern" for ask { not pattern }
prove "word" for ask { not word }
prove "network" for ask { not net }
prove "near" for ask { not near }
)");
  for (const char* title : {"glob", "pattern", "word", "network", "near"})
    expect_counterexample(policy, search(policy, title));
}

TEST(ProofSearch, ExtremesAreTried) {
  const Policy policy = policy_of(R"(writ 1
package p
decision ask(n: int, xs: list<int> max 20, name: string max 40 min 3) {
  odd: bool = (n == 9223372036854775807 and count(xs) == 20 and length(name) == 40) on failure true
}
prove "ordinary" for ask { not odd }
)");
  expect_counterexample(policy, search(policy, "", 60'000));
}

TEST(ProofSearch, WhatHasNoLiteralIsShownAsJson) {
  const Policy policy = policy_of(R"(writ 1
package p
decision ask(d: duration) { whole: bool = (d <= 1h or d >= 1h1s) on failure true }
prove "whole" for ask { whole }
)");
  const ProofResult result = search(policy, "", 50'000);
  expect_counterexample(policy, result);
  EXPECT_NE(result.test.find("given ask json \"{\\\"d\\\":\\\"PT3600."), std::string::npos)
      << result.test;
}

TEST(ProofSearch, AMemberNamedLikeAFixtureIsWrittenWithItsEnum) {
  const Policy policy = policy_of(R"(writ 1
package p
enum State { asleep, awake }
fixture awake: State = State.awake
decision ask(s: State) { up: bool = (s == State.awake) on failure true }
prove "asleep" for ask { not up }
)");
  const ProofResult result = search(policy);
  expect_counterexample(policy, result);
}

TEST(ProofSearch, TheSameSeedFindsTheSame) {
  const Policy policy = policy_of(R"(writ 1
package p
decision ask(a: int, b: string) { odd: bool = a % 7 == 3 on failure true }
prove "even" for ask { not odd }
)");
  const ProofResult one = search(policy), two = search(policy);
  EXPECT_EQ(one.test, two.test);
  EXPECT_EQ(one.message, two.message);
}

// --- waivers ---

const char* const kWaived = R"(writ 1
package p
decision ask(name: string, pii: bool) { answer: highest enum { yes, no } starting at yes }
rule personal for ask { when pii then answer at least no because "personal" }
waive personal for ask {
  when name == "pilot"
  effective until 2026-07-01
  by "ciso" because "a pilot"
}
)";

TEST(ProofSearch, WithoutWaiversDecidesAsIfThereWereNone) {
  const std::string claim = " { pii implies answer == no }\n";
  const Policy strict = policy_of(kWaived + ("prove \"strict\" for ask without waivers" + claim));
  EXPECT_TRUE(search(strict).passed());
  const Policy waived = policy_of(kWaived + ("prove \"waived\" for ask" + claim));
  const ProofResult result = search(waived);
  expect_counterexample(waived, result);
  EXPECT_NE(result.test.find("ask(name: \"pilot\", pii: true) at "), std::string::npos)
      << result.test;
}

TEST(ProofSearch, ACounterexampleWithoutWaiversLiesBeyondThem) {
  const Policy policy = policy_of(std::string(kWaived) +
                                  "prove \"pilots pass\" for ask without waivers { name == "
                                  "\"pilot\" implies answer == yes }\n");
  const ProofResult result = search(policy);
  expect_counterexample(policy, result);
}

TEST(ProofSearch, ATestThatAWaiverLetsPassSaysSo) {
  const Policy policy = policy_of(std::string(kWaived) +
                                  "prove \"pilots pass\" for ask without waivers { (name == "
                                  "\"pilot\" and now < 2026-07-01) implies answer == yes }\n");
  const ProofResult result = search(policy);
  ASSERT_EQ(result.outcome, ProofOutcome::counterexample) << result.message;
  EXPECT_NE(result.message.find("as long as a waiver applies"), std::string::npos)
      << result.message;
  EXPECT_TRUE(run_beside(policy, result).passed()) << result.test;
}

// --- what is not decided ---

const char* const kRare = R"(writ 1
package p
decision ask(a: int, b: int) { odd: bool = (a * 31 + b * 7 == 987_654_321 and a > 1_000) on failure true }
prove "nothing" for ask { odd implies b > a }
)";

TEST(ProofSearch, ALeftSideThatIsNeverTrueIsNotDecided) {
  const ProofResult result = search(policy_of(kRare), "", 500);
  EXPECT_EQ(result.outcome, ProofOutcome::not_decided);
  EXPECT_EQ(result.message,
            "not decided: in none of 500 inputs was `odd` true; add a test with an input in which "
            "it is, since the search begins with the inputs of tests");
}

TEST(ProofSearch, ATestShowsItWhatIsRare) {
  const std::string test = "test \"odd\" { given ask(a: 1_002, b: 141_089_037) expect odd }\n";
  const ProofResult result = search(policy_of(kRare + test), "", 500);
  EXPECT_EQ(result.outcome, ProofOutcome::no_counterexample) << result.message;
  EXPECT_GT(result.reached, 0u);
  EXPECT_EQ(result.message, "no counterexample in 500 inputs, in " +
                                std::to_string(result.reached) + " of them was `odd` true");
}

TEST(ProofSearch, InputsThatAreAllRefusedDecideNothing) {
  const Policy policy = policy_of(R"(writ 1
package p
decision ask(a: string matching /\pL{3}\b/ min 900) { open: bool = true }
prove "open" for ask { open }
)");
  const ProofResult result = search(policy, "", 50);
  EXPECT_EQ(result.outcome, ProofOutcome::not_decided);
  EXPECT_NE(result.message.find("none of 500 random inputs was accepted"), std::string::npos)
      << result.message;
}

// --- the policies that ship ---

std::vector<dsl::SourceFile> microapps() {
  const fs::path folder = fs::path(WRIT_SOURCE_DIR) / "policies" / "microapps";
  std::vector<dsl::SourceFile> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".writ") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    files.push_back(
        {entry.path().filename().string(), std::string(std::istreambuf_iterator<char>(in), {})});
  }
  return files;
}

void replace_once(std::string& text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  ASSERT_NE(at, std::string::npos) << from;
  ASSERT_EQ(text.find(from, at + 1), std::string::npos) << from << " stands there twice";
  text.replace(at, from.size(), to);
}

/// Without its rule `name`: from the line that begins it to the one that closes it.
void drop_rule(std::string& text, const std::string& name) {
  const std::size_t begin = text.find("\nrule " + name + " ");
  ASSERT_NE(begin, std::string::npos) << name;
  text.erase(begin, text.find("\n}\n", begin) + 2 - begin);
}

struct Hole {
  const char* proof;
  const char* file;
  /// A rule to drop, a text to replace, or both.
  const char* rule;
  const char* from = "";
  const char* to = "";
};

class PlantedHole : public testing::TestWithParam<Hole> {};

TEST_P(PlantedHole, IsFound) {
  const Hole& hole = GetParam();
  std::vector<dsl::SourceFile> files = microapps();
  for (dsl::SourceFile& file : files) {
    if (file.name == hole.file) {
      if (*hole.rule != '\0') drop_rule(file.text, hole.rule);
      if (*hole.from != '\0') replace_once(file.text, hole.from, hole.to);
    }
    // What tests expect of the rule is no matter here; their inputs show what is ordinary.
    std::string kept;
    for (std::size_t at = 0; at < file.text.size();) {
      const std::size_t end = std::min(file.text.find('\n', at), file.text.size() - 1) + 1;
      const std::string line = file.text.substr(at, end - at);
      const bool names_rule = line.find("  expect rule ") == 0 ||
                              line.find("  expect no rule ") == 0 ||
                              line.find("  expect codes ") == 0;
      kept += names_rule ? "  expect true\n" : line;
      at = end;
    }
    file.text = kept;
  }
  const Policy policy = policy_of(std::move(files));
  ASSERT_TRUE(policy.ok());
  const ProofResult result = search(policy, hole.proof, 10'000);
  expect_counterexample(policy, result);
}

INSTANTIATE_TEST_SUITE_P(
    MicroApps, PlantedHole,
    testing::Values(Hole{"personal data is never approved", "intake.writ", "personal_data"},
                    Hole{"nothing is provisioned while", "intake.writ", "conditions_open"},
                    Hole{"nothing is provisioned while", "intake.writ", "questions_open"},
                    Hole{"nothing is provisioned while", "intake.writ", "approval_missing"},
                    Hole{"writes to a known HR system", "intake.writ", "hr_write"},
                    Hole{"production data runs", "vocabulary.writ", "",
                         "true           => production", "true           => sandbox"},
                    Hole{"only an active, approved app", "token.writ", "app_not_active"},
                    Hole{"only an active, approved app", "token.writ", "owner_departed"},
                    Hole{"only an active, approved app", "token.writ", "approval_missing"},
                    Hole{"an app gets tokens only", "token.writ", "caller_mismatch",
                         "caller == request.app_id and app.app_id == request.app_id",
                         "app.app_id == request.app_id and caller != \"\""},
                    Hole{"nothing opens without a grant", "token.writ", "",
                         "each scope in request.scopes\n  when scope in app.granted_scopes\n  then",
                         "each scope in request.scopes\n  then"},
                    Hole{"no token lives longer", "token.writ", "company_maximum"},
                    Hole{"no token lives longer", "token.writ", "app_maximum"}),
    [](const auto& planted) {
      const Hole& hole = planted.param;
      const std::string part = std::string(hole.proof).substr(0, 12);
      std::string name;
      for (const char c :
           (*hole.rule != '\0' ? hole.rule : part) + "_" + std::to_string(planted.index))
        name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
      return name;
    });

TEST(ProofSearch, TheShippedPoliciesHaveNoCounterexample) {
  const Policy policy = policy_of(microapps());
  const auto results = search_proofs(policy, {}, {.inputs = 1'000, .seed = 7, .seconds = 60});
  EXPECT_EQ(results.size(), 8u);
  for (const ProofResult& result : results)
    EXPECT_EQ(result.outcome, ProofOutcome::no_counterexample)
        << result.title << ": " << result.message << "\n"
        << result.test;
}

// --- the parts ---

const char* const kAllTypes = R"(writ 1
package p
enum Kind { desk, van as "a van" } else unknown
record Deep { kind: Kind?, when as "if": time, span: duration -1h..2h }
open record Shape { deep: Deep?, all: list<Deep>, by: map<string, int>, of: map<Kind, decimal -9.5..9.5> }
decision ask(b: bool, i: int, d: decimal -1000.0..1000.0, s: string, u: duration, t: time?, a: ip, k: enum { x, y },
             words: set<string>, shape: Shape, shapes: list<Shape>) {
  ok: bool = true
}
)";

/// What is written as policy text is read back by the checker as the same values.
TEST(PolicyText, IsReadBack) {
  const std::string head = kAllTypes + std::string("prove \"x\" for ask { ok }\n");
  const Policy policy = policy_of(head);
  const RandomValues values(*policy.model);
  int written = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    RandomCase made = values.request(0, seed);
    const ProofCase c{made.inputs, made.now, {}};
    for (const ValueStyle style : {ValueStyle::plain, ValueStyle::qualified}) {
      const auto text =
          proof_test_text(*policy.model, policy.sources, policy.model->proofs[0], c, "t", style);
      if (!text) continue;
      ++written;
      const Policy with = load_sources(dsl::Sources({{"policy.writ", head + *text}}), true);
      ASSERT_TRUE(with.ok()) << *text << dsl::render_text(with.diagnostics, with.sources, false);
      const auto back = read_inputs(*with.model, 0, with.model->tests[0].input_json);
      ASSERT_TRUE(back) << *text;
      // The checker sorts sets and maps; sorted once, both are the same text.
      const auto again = proof_test_text(*with.model, with.sources, with.model->proofs[0],
                                         {*back, c.now, {}}, "t", style);
      ASSERT_TRUE(again);
      const Policy twice = load_sources(dsl::Sources({{"policy.writ", head + *again}}), true);
      ASSERT_TRUE(twice.ok()) << *again;
      EXPECT_EQ(with.model->tests[0].input_json, twice.model->tests[0].input_json);
      EXPECT_EQ(with.model->tests[0].input_json.size(),
                write_inputs(*policy.model, 0, made.inputs).size())
          << *text;
    }
  }
  EXPECT_GT(written, 60);
}

/// The counterexample of a proof about another package is a test of the file that has the proof.
TEST(PolicyText, NamesWhatOtherPackagesDeclareByTheImport) {
  const std::string other =
      "writ 1\npackage lang.base\nenum Kind { a, b }\ndata limit: int\n"
      "decision check(kind: Kind, n: int) {\n  level: highest int starting at 0\n}\n"
      "rule many for check { when n > limit then level at least 1 because \"many\" }\n";
  const std::string own =
      "writ 1\npackage lang.checks\nimport lang.base as base\n"
      "prove \"few\" for base.check { level == 0 and kind == base.Kind.a }\n";
  const Policy policy =
      load_sources(dsl::Sources({{"base.writ", other}, {"checks.writ", own}}), true);
  ASSERT_TRUE(policy.ok()) << dsl::render_text(policy.diagnostics, policy.sources, false);
  ProofCase found;
  found.inputs = {dsl::Value{std::int64_t{1}}, dsl::Value{std::int64_t{7}}};
  found.data[0] = dsl::Value{std::int64_t{5}};
  const auto text = proof_test_text(*policy.model, policy.sources, policy.model->proofs[0], found,
                                    "t", ValueStyle::qualified);
  ASSERT_TRUE(text);
  EXPECT_NE(text->find("given base.check(kind: base.Kind.b, n: 7)"), text->npos) << *text;
  EXPECT_NE(text->find("with data base.limit = 5"), text->npos) << *text;
  const Policy with =
      load_sources(dsl::Sources({{"base.writ", other}, {"checks.writ", own + *text}}), true);
  EXPECT_TRUE(with.ok()) << *text << dsl::render_text(with.diagnostics, with.sources, false);
}

TEST(PolicyText, TakesTheConditionAsItWasWritten) {
  const Policy policy = policy_of(kAllTypes + std::string(R"(
prove "has { in its title" for ask { // a } here
  (b implies ok) and s != "}" implies s matches /[{}"]*/ // the end
}
)"));
  const std::string condition = condition_text(policy.sources, policy.model->proofs[0]);
  EXPECT_EQ(condition, "(b implies ok) and s != \"}\" implies s matches /[{}\"]*/");
  EXPECT_EQ(left_of_implies(condition), "(b implies ok) and s != \"}\"");
  EXPECT_EQ(left_of_implies("a and\n    b implies c implies d"), "a and b");
  EXPECT_EQ(left_of_implies("(a implies b)"), "");
}

TEST(RandomValues, LieWithinTheirTypes) {
  const Policy policy = policy_of(kAllTypes);
  const RandomValues values(*policy.model);
  const auto data = engine::load_data(policy.program, {});
  ASSERT_TRUE(data);
  engine::Evaluator evaluator(policy.program, *data);
  for (std::uint64_t seed = 0; seed < 1'000; ++seed) {
    const RandomCase made = values.request(0, seed);
    const std::string json = write_inputs(*policy.model, 0, made.inputs);
    ASSERT_NE(evaluator.decide(0, json, made.now), nullptr) << json;
  }
}

TEST(Shrink, ReachesTheLeastThatStillFails) {
  const Policy policy = policy_of(kAllTypes);
  const RandomValues values(*policy.model);
  const auto integer = [](const ProofCase& c) { return c.inputs[1].integer(); };
  const auto words = [](const ProofCase& c) {
    return std::get<dsl::Collection>(c.inputs[8].v).items;
  };
  int found = 0;
  for (std::uint64_t seed = 0; seed < 300 && found < 10; ++seed) {
    RandomCase made = values.request(0, seed);
    const StillFails fails = [&](const ProofCase& c) {
      return integer(c) >= 2 && words(c).size() >= 2;
    };
    ProofCase c{std::move(made.inputs), made.now, {}};
    if (!fails(c)) continue;
    ++found;
    const ProofCase least = shrink(*policy.model, 0, c, fails, 10'000);
    EXPECT_EQ(integer(least), 2);
    EXPECT_EQ(words(least).size(), 2u);
    EXPECT_EQ(least.inputs[0].integer(), 0);
    EXPECT_TRUE(least.inputs[5].absent());
    EXPECT_TRUE(std::get<dsl::Collection>(least.inputs[10].v).items.empty());
    EXPECT_EQ(least.now % base::kMicrosPerDay, 0);
  }
  EXPECT_EQ(found, 10);
}

TEST(Shrink, AsksNoMoreOftenThanItMay) {
  const Policy policy = policy_of(kAllTypes);
  const RandomValues values(*policy.model);
  std::size_t asked = 0;
  const StillFails fails = [&](const ProofCase&) { return ++asked % 3 == 0; };
  RandomCase made = values.request(0, 5);
  shrink(*policy.model, 0, {std::move(made.inputs), made.now, {}}, fails, 25);
  EXPECT_LE(asked, 25u);
}

}  // namespace
}  // namespace writ::tools
