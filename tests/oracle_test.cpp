// The oracle itself: its JSON, its quorums against base/, and decisions worked out by hand from
// language.md. That the engine agrees with it is tested elsewhere.

#include "tests/oracle/oracle.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/calendar.hpp"
#include "base/quorum.hpp"

#include "dsl/checker.hpp"

#include "tests/oracle/decide.hpp"
#include "tests/oracle/json.hpp"
#include "tests/oracle/quorum.hpp"
#include "tests/oracle/read.hpp"
#include "tests/random/random_json.hpp"

namespace writ::oracle {
namespace {

using tests::random_input;
using tools::Dice;
using tools::from_pattern;

struct Policy {
  dsl::Sources sources;
  dsl::Model model;
};

Policy load(const std::string& text) {
  dsl::Sources sources({{"example.writ", text}});
  dsl::Diagnostics diagnostics;
  std::optional<dsl::Model> model = dsl::load(sources, diagnostics);
  EXPECT_TRUE(model.has_value()) << "the policy has errors";
  return {std::move(sources), model ? std::move(*model) : dsl::Model()};
}

base::Micros instant(const char* text) {
  return base::parse_instant(text).value();
}

Answer ask(const Policy& policy, const std::string& decision, const std::string& input,
           const char* now = "2026-03-02T12:00:00Z") {
  Request request;
  request.decision = policy.model.find_decision(decision);
  EXPECT_NE(request.decision, dsl::kNoIndex);
  request.input_json = input;
  request.now = instant(now);
  return decide(policy.model, policy.sources, request);
}

TEST(OracleJson, TakesTheStandardAndNoMore) {
  for (const char* good :
       {"0", "-0", " [1,2] ", "{\"a\":1,\"a\":2}", "\"\\ud83d\\ude00\\u0000\"", "1.5e+3", "[]"}) {
    EXPECT_TRUE(parse_json(good).has_value()) << good;
  }
  for (const char* bad : {"",
                          "01",
                          "1.",
                          ".5",
                          "+1",
                          "[1,]",
                          "{,}",
                          "{\"a\":1,}",
                          "\"\\ud800\"",
                          "\"\\udc00\\ud800\"",
                          "\"\x01\"",
                          "\"\xC0\x80\"",
                          "\"\xED\xA0\x80\"",
                          "\xEF\xBB\xBF{}",
                          "nul",
                          "{} {}",
                          "'a'",
                          "[1",
                          "\"\\x\"",
                          "NaN",
                          "\"\xF4\x90\x80\x80\""}) {
    EXPECT_FALSE(parse_json(bad).has_value()) << bad;
  }
  EXPECT_TRUE(parse_json(std::string(16, '[') + std::string(16, ']')).has_value());
  EXPECT_FALSE(parse_json(std::string(17, '[') + std::string(17, ']')).has_value());
  EXPECT_EQ(parse_json("\"\\u00e9\\/\"")->text, "\xC3\xA9/");
}

TEST(OracleIp, AddressesAreReadStrictly) {
  EXPECT_TRUE(read_ip("10.0.0.7") && read_ip("::1") && read_ip("2001:DB8::7"));
  EXPECT_EQ(read_ip("::ffff:10.0.0.7")->address, read_ip("10.0.0.7")->address);
  for (const char* bad :
       {"", "10.0.0", "10.0.0.256", "010.0.0.1", "fe80::1%eth0", "10.0.0.7 ", ":::"})
    EXPECT_FALSE(read_ip(bad).has_value()) << bad;
}

/// The same quorum for both: `base` counts members by bits too.
Quorum plain(const base::Clauses& clauses) {
  Quorum quorum;
  for (const base::Clause& clause : clauses)
    quorum.push_back({clause.need, clause.members});
  return quorum;
}

TEST(OracleQuorum, AgreesWithBaseOnSets) {
  Dice dice(7);
  for (int i = 0; i < 2'000; ++i) {
    const std::size_t size = 1 + dice.below(6);
    std::vector<int> rank;
    for (std::size_t k = 0; k < size; ++k)
      rank.push_back(static_cast<int>(size - 1 - k));
    const std::vector<std::uint8_t> places(rank.begin(), rank.end());
    const auto some = [&] { return static_cast<std::uint16_t>(1 + dice.below((1U << size) - 1)); };
    const auto clauses = [&] {
      base::Clauses made(dice.below(5));
      for (base::Clause& clause : made) {
        clause.members = some();
        const int most = __builtin_popcount(clause.members);
        clause.need = static_cast<std::uint16_t>(1 + dice.below(static_cast<std::size_t>(most)));
      }
      return made;
    };
    base::Clauses a = clauses();
    const base::Clauses b = clauses();
    EXPECT_EQ(base::implies(a, b), implies(plain(a), plain(b)));
    const Quorum form = normal_form(plain(a), rank);
    a.resize(base::normalize(a.data(), a.size(), places));
    ASSERT_EQ(a.size(), form.size());
    for (std::size_t k = 0; k < a.size(); ++k) {
      EXPECT_EQ(a[k].need, form[k].need);
      EXPECT_EQ(a[k].members, form[k].members);
    }
    const std::uint16_t present = some();
    EXPECT_EQ(base::satisfied(a, present), satisfied_by_set(form, present));
    EXPECT_EQ(base::missing(a, present), missing_from_set(form, present));
  }
}

TEST(OracleQuorum, APersonFillsOneSeatAndEachMemberHasItsOwn) {
  const Quorum all = {{3, 0b111}};
  EXPECT_FALSE(satisfied_by_persons(all, {{"ana", 0b001}, {"bob", 0b001}, {"cy", 0b001}}));
  EXPECT_EQ(missing_from_persons(all, {{"ana", 0b001}, {"bob", 0b001}, {"cy", 0b001}}), 0b110U);
  EXPECT_FALSE(satisfied_by_persons(all, {{"ana", 0b111}}));
  EXPECT_TRUE(satisfied_by_persons(all, {{"ana", 0b111}, {"bob", 0b110}, {"cy", 0b010}}));
  const Quorum two = {{1, 0b011}, {1, 0b110}};
  EXPECT_FALSE(satisfied_by_persons(two, {{"ana", 0b010}}));
  EXPECT_TRUE(satisfied_by_persons(two, {{"ana", 0b010}, {"bob", 0b010}}));
  EXPECT_EQ(missing_from_persons(two, {{"ana", 0b010}}), 0b001U);
}

TEST(OracleRandom, TextsMatchTheirPatterns) {
  Dice dice(3);
  dsl::Types types;
  types.patterns = {"[a-z][a-z0-9-]{2,62}", "(?:a|bc)+x?",     "[^a-c]{3}", "CHG\\d{7}",
                    "\\w+@corp\\.example",  "[a-z]+(?:/\\w)*", "(?i)abc",   "x{3}y{1,}"};
  for (std::uint32_t p = 0; p < types.patterns.size(); ++p) {
    for (int i = 0; i < 100; ++i) {
      const std::string text = from_pattern(types.patterns[p], dice);
      EXPECT_TRUE(matches_pattern(types, p, text)) << types.patterns[p] << ": " << text;
    }
  }
}

constexpr const char* kPolicy = R"(writ 1
package example

ordered enum Tier { low, medium, high }
enum Role { infosec, dpo as "dpo" or "Data Protection Officer", ciso, legal } else unknown

record Item { name: string max 20, risky: bool }
record Vote { role: Role, by: string }
record Form {
  id:    string matching /[a-z]{2,8}/
  owner: string?
  items: list<Item> max 4
  votes: list<Vote>
  ends:  time?
  wait:  duration? 1s..24h
}

decision intake(form: Form) {
  tier:    highest Tier starting at low
  needed:  quorum Role
  keep:    lowest duration 1d..90d starting at 100d
  lacking: set<Role> = missing(needed, signed)
  wait:    duration? = form.wait
  codes:   codes
  local signed: votes Role = { v.role by v.by for v in form.votes } on failure {}
}

rule risky for intake {
  each i in form.items
  when i.risky
  then tier at least medium
  then needed require one of { infosec, dpo }
  because "{i.name} is risky"
  tag source = "list"
}

rule many for intake {
  when count(form.items) > 2
  then tier at least high
  then needed require all of { ciso, dpo }
  because "many items"
}

rule ends_soon for intake {
  when form.ends is present and form.ends - now < 2d
  then keep at most 1h
  because "it ends on {form.ends}"
}

waive many for intake {
  when form.owner == "ana"
  effective from 2026-03-01 through 2026-06-30
  by "ciso"
  because "pilot"
}

decision token(scopes: set<string>, granted: set<string>, until: time?) {
  grants: verdict of Role per scope in scopes otherwise not_granted "{scope} was not granted"
  ttl:    lowest duration 0s..24h starting at 8h
}

rule granted for token {
  each scope in scopes
  when scope in granted
  then permit scope
}
rule writes for token {
  each scope in scopes
  when scope like "write:*"
  then hold scope for one of { infosec }
  because "{scope} writes"
}
rule ended for token {
  when until is present and until <= now
  then forbid grants
  because "it ended"
}
rule no_longer for token {
  when until is present
  then ttl at most until - now
  because "it ends"
}
)";

TEST(OracleDecide, JoinsWaivesAndExplains) {
  const Policy policy = load(kPolicy);
  const Answer answer =
      ask(policy, "intake",
          R"({"form":{"id":"ab","owner":"bob","items":[{"name":"x","risky":true},)"
          R"({"name":"y","risky":false},{"name":"z","risky":true}],)"
          R"("votes":[{"role":"Data Protection Officer","by":"p"}],"wait":"1m"}})");
  ASSERT_TRUE(answer.accepted);
  EXPECT_EQ(answer.result,
            R"({"tier":"high","needed":{"auto":false,"clauses":[{"need":2,"of":["ciso","dpo"]}]},)"
            R"("keep":7776000,"lacking":["ciso"],"wait":60,"codes":["many","risky"]})");
  EXPECT_EQ(answer.reasons,
            R"([{"code":"many","because":"many items","sets":["tier","needed"],)"
            R"("at":"example.writ:39:3"},)"
            R"({"code":"risky","because":"x is risky","sets":["needed"],"at":"example.writ:32:3",)"
            R"("tags":{"source":"list"}},)"
            R"({"code":"risky","because":"z is risky","sets":["needed"],"at":"example.writ:32:3",)"
            R"("tags":{"source":"list"}}])");
  EXPECT_EQ(answer.codes, (std::vector<std::string>{"many", "risky"}));
  EXPECT_EQ(answer.valid_until, R"("2026-07-01T00:00:00Z")");

  const Answer waived =
      ask(policy, "intake",
          R"({"form":{"id":"ab","owner":"ana","items":[{"name":"x","risky":true},)"
          R"({"name":"y","risky":false},{"name":"z","risky":false}],"votes":[],)"
          R"("ends":"2026-03-05T12:00:00Z"}})");
  EXPECT_EQ(
      waived.result,
      R"({"tier":"medium","needed":{"auto":false,"clauses":[{"need":1,"of":["dpo","infosec"]}]},)"
      R"("keep":7776000,"lacking":["infosec"],"codes":["risky"]})");
  EXPECT_EQ(waived.reasons,
            R"([{"code":"many","because":"many items","sets":["tier","needed"],)"
            R"("at":"example.writ:39:3","waived":{"by":"ciso","until":"2026-07-01T00:00:00Z",)"
            R"("because":"pilot"}},)"
            R"({"code":"risky","because":"x is risky","sets":["tier","needed"],)"
            R"("at":"example.writ:31:3","tags":{"source":"list"}}])");
  // ends - now < 2d becomes true just after 2026-03-03T12:00.
  EXPECT_EQ(waived.valid_until, R"("2026-03-03T12:00:00.000001Z")");
}

TEST(OracleDecide, VerdictsByKey) {
  const Policy policy = load(kPolicy);
  const Answer answer =
      ask(policy, "token",
          R"({"scopes":["write:b","read:a","write:c","read:a"],"granted":["read:a","write:b"],)"
          R"("until":"2026-03-02T13:00:00Z"})");
  EXPECT_EQ(answer.result,
            R"({"grants":{"granted":["read:a"],"held":[{"item":"write:b","needs":{"auto":false,)"
            R"("clauses":[{"need":1,"of":["infosec"]}]},"because":["write:b writes"]}],)"
            R"("denied":[{"item":"write:c","codes":["not_granted"],)"
            R"("because":["write:c was not granted"]}]},"ttl":3600})");
  EXPECT_EQ(answer.valid_until, R"("2026-03-02T12:00:00Z")");
  EXPECT_EQ(answer.codes, (std::vector<std::string>{"no_longer", "not_granted", "writes"}));

  const Answer ended =
      ask(policy, "token", R"({"scopes":[],"granted":[],"until":"2026-03-02T12:00:00Z"})");
  EXPECT_EQ(ended.result, R"({"grants":{"granted":[],"held":[],"denied":[]},"ttl":0})");
  EXPECT_EQ(ended.codes, (std::vector<std::string>{"ended", "no_longer"}));
}

TEST(OracleRead, ProblemsComeInDocumentOrder) {
  const Policy policy = load(kPolicy);
  const auto pointers = [&](const std::string& json) {
    return ask(policy, "intake", json).pointers;
  };
  using Pointers = std::vector<std::string>;
  EXPECT_EQ(pointers("{"), Pointers{""});
  EXPECT_EQ(pointers("[]"), Pointers{""});
  EXPECT_EQ(pointers("{}"), Pointers{"/form"});
  EXPECT_EQ(
      pointers(R"({"form":{"items":[{"name":1,"risky":null}],"a/b":{"c":1,"c":2},"votes":[]}})"),
      (Pointers{"/form/items/0/name", "/form/items/0/risky", "/form/a~1b", "/form/a~1b/c",
                "/form/id"}));
  EXPECT_EQ(pointers(R"({"form":{"id":"ab","id":"ab","items":[],"votes":[],"wait":"3600"}})"),
            (Pointers{"/form/id", "/form/wait"}));
  EXPECT_EQ(pointers(R"({"form":{"id":"ab","items":[],"votes":[],"wait":0}})"),
            Pointers{"/form/wait"});
  EXPECT_TRUE(pointers(R"({"form":{"id":"ab","items":[],"votes":[],"wait":null}})").empty());
}

TEST(OracleRead, FailsClosed) {
  const Policy policy = load(kPolicy);
  EXPECT_EQ(ask(policy, "intake", "{}").fail_closed,
            R"({"tier":"high","needed":{"auto":false,"clauses":[{"need":4,)"
            R"("of":["ciso","dpo","infosec","legal"]}]},"keep":86400,)"
            R"("lacking":["ciso","dpo","infosec","legal"],"codes":["input_invalid"]})");
  EXPECT_EQ(ask(policy, "token", "{}").fail_closed,
            R"({"grants":{"granted":[],"held":[],"denied":[]},"ttl":0})");
  const std::string item = R"({"name":"x","risky":true})";
  const std::string many = item + "," + item + "," + item + "," + item + "," + item;
  const Answer large =
      ask(policy, "intake", R"({"form":{"id":"ab","items":[)" + many + R"(],"votes":[]}})");
  EXPECT_EQ(large.pointers, std::vector<std::string>{"/form/items"});
  EXPECT_NE(large.fail_closed.find("request_too_large"), std::string::npos);
}

TEST(OracleRandom, InputsAreMostlyGoodAndEveryRuleFires) {
  const Policy policy = load(kPolicy);
  const base::Micros now = instant("2026-03-02T12:00:00Z");
  const tools::RandomValues values(policy.model);
  for (const std::string decision : {"intake", "token"}) {
    Request request;
    request.decision = policy.model.find_decision(decision);
    request.now = now;
    int accepted = 0;
    std::string all;
    for (std::uint64_t seed = 0; seed < 1'000; ++seed) {
      const std::string input = random_input(policy.model, values, request.decision, now, seed);
      EXPECT_EQ(input, random_input(policy.model, values, request.decision, now, seed));
      request.input_json = input;
      const Answer answer = decide(policy.model, policy.sources, request);
      accepted += answer.accepted ? 1 : 0;
      all += answer.reasons;
    }
    EXPECT_GT(accepted, 850) << decision;
    EXPECT_LT(accepted, 990) << decision;
    for (const dsl::Rule& rule : policy.model.decisions[request.decision].rules) {
      if (!rule.has_because) continue;
      EXPECT_NE(all.find("{\"code\":\"" + rule.code + "\""), std::string::npos) << rule.name;
    }
  }
}

/// Every policy file in and below the folder, named from it.
dsl::Sources sources_below(const std::filesystem::path& folder) {
  std::vector<dsl::SourceFile> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".writ") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    files.push_back({entry.path().lexically_relative(folder).generic_string(),
                     std::string(std::istreambuf_iterator<char>(in), {})});
  }
  return dsl::Sources(std::move(files));
}

/// The data of a test: what it gives, what has a literal, what lies in `data/NAME.json`.
std::map<std::uint32_t, std::string> data_of(const dsl::Model& model, const dsl::Test* test,
                                             const std::filesystem::path& folder) {
  std::map<std::uint32_t, std::string> data;
  for (std::uint32_t i = 0; i < model.data.size(); ++i) {
    std::ifstream in(folder / "data" / (model.data[i].name + ".json"), std::ios::binary);
    if (in) data[i] = std::string(std::istreambuf_iterator<char>(in), {});
  }
  if (test == nullptr) return data;
  for (const dsl::DataOverride& given : test->data) {
    data[given.data] = value_to_json(model.types, model.data[given.data].type, given.value);
  }
  return data;
}

/// Runs a test of a policy with the oracle alone.
void run_test(const dsl::Model& model, const dsl::Sources& sources, const dsl::Test& test,
              const std::filesystem::path& folder) {
  SCOPED_TRACE(test.title);
  const dsl::Decision& decision = model.decisions[test.decision];
  Request request{test.decision, test.input_json, test.at.value_or(0),
                  data_of(model, &test, folder)};
  const Answer answer = decide(model, sources, request);
  Run current{World{model, decision, request.now, {}, {}, {}}, {}};
  for (std::uint32_t i = 0; answer.accepted && i < model.data.size(); ++i) {
    current.world.data.push_back(
        request.data.contains(i)
            ? read_value(model, model.data[i].type, request.data.at(i)).values.front()
            : from_constant(*model.data[i].literal));
  }
  if (answer.accepted) {
    current.world.inputs = read_inputs(model, decision, test.input_json).values;
    run(current);
  }
  const auto fired = [&](dsl::RuleId rule, bool waived) {
    return std::any_of(current.firings.begin(), current.firings.end(), [&](const Firing& firing) {
      return firing.rule == rule && (firing.waiver != nullptr) == waived;
    });
  };
  for (const dsl::Expect& expect : test.expects) {
    const std::string at = sources.at(expect.span);
    if (expect.kind == dsl::ExpectKind::error) {
      EXPECT_NE(std::find(answer.pointers.begin(), answer.pointers.end(), expect.pointer),
                answer.pointers.end())
          << at;
      continue;
    }
    ASSERT_TRUE(answer.accepted) << at << ": " << answer.pointers.front() << "\n"
                                 << test.input_json;
    switch (expect.kind) {
      case dsl::ExpectKind::condition:
        EXPECT_TRUE(evaluate(current.world, nullptr, expect.condition).truth())
            << at << ": " << sources.text(expect.span) << "\n"
            << answer.result;
        break;
      case dsl::ExpectKind::rule: EXPECT_TRUE(fired(expect.rule, false)) << at; break;
      case dsl::ExpectKind::no_rule: EXPECT_FALSE(fired(expect.rule, false)) << at; break;
      case dsl::ExpectKind::waived: EXPECT_TRUE(fired(expect.rule, true)) << at; break;
      case dsl::ExpectKind::codes: EXPECT_EQ(answer.codes, expect.codes) << at; break;
      case dsl::ExpectKind::error: break;
    }
  }
}

/// Section 4: until `valid_until` the same input gives the same result.
void expect_result_lasts(const Policy& policy, Request request, Dice& dice) {
  const Answer answer = decide(policy.model, policy.sources, request);
  if (!answer.accepted) return;
  const base::Micros from = request.now;
  base::Micros last = from + 400 * base::kMicrosPerDay;
  if (answer.valid_until != "null") {
    const std::string text = answer.valid_until.substr(1, answer.valid_until.size() - 2);
    last = base::parse_instant(text).value() - 1;
  }
  for (int i = 0; i < 4 && last > from; ++i) {
    request.now =
        i == 0
            ? last
            : from + static_cast<base::Micros>(dice.below(static_cast<std::size_t>(last - from)));
    ASSERT_EQ(decide(policy.model, policy.sources, request).result, answer.result)
        << request.input_json << " from " << from << " to " << request.now;
  }
}

TEST(OraclePolicies, ResultsLastUntilTheySay) {
  const Policy policy = load(kPolicy);
  const tools::RandomValues values(policy.model);
  Dice dice(11);
  for (std::uint32_t decision = 0; decision < policy.model.decisions.size(); ++decision) {
    for (std::uint64_t seed = 0; seed < 400; ++seed) {
      const base::Micros now = instant("2026-02-28T12:00:00Z");
      const std::string input = random_input(policy.model, values, decision, now, seed);
      expect_result_lasts(policy, {decision, input, now, {}}, dice);
    }
  }
}

TEST(OraclePolicies, TheirTestsHold) {
  const std::filesystem::path folder =
      std::filesystem::path(WRIT_SOURCE_DIR) / "policies/microapps";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no policies in this tree";
  const dsl::Sources sources = sources_below(folder);
  dsl::Diagnostics diagnostics;
  const std::optional<dsl::Model> model = dsl::load(sources, diagnostics);
  ASSERT_TRUE(model.has_value()) << dsl::render_text(diagnostics, sources, false);
  for (const dsl::Test& test : model->tests)
    run_test(*model, sources, test, folder);
}

}  // namespace
}  // namespace writ::oracle
