// Small policies through dsl::load: what accepted ones become, and how others are refused.

#include "dsl/checker.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "base/calendar.hpp"

namespace writ::dsl {
namespace {

struct Loaded {
  Sources sources;
  Diagnostics diagnostics;
  std::optional<Model> model;
  std::string text() const { return render_text(diagnostics, sources, false); }
};

Loaded load_text(const std::string& body) {
  Loaded loaded;
  loaded.sources = Sources({{"a.writ", "writ 1\npackage example\n" + body}});
  loaded.model = load(loaded.sources, loaded.diagnostics);
  return loaded;
}

Model accepted(const std::string& body) {
  Loaded loaded = load_text(body);
  EXPECT_TRUE(loaded.model) << loaded.text();
  return loaded.model ? std::move(*loaded.model) : Model{};
}

/// There is exactly one finding: `code`, at the source text `place`, whose message holds `says`.
void rejected(const std::string& body, std::string_view code, std::string_view place,
              std::string_view says = "") {
  const Loaded loaded = load_text(body);
  EXPECT_FALSE(loaded.model) << body;
  const std::vector<Diagnostic> found = loaded.diagnostics.sorted();
  EXPECT_EQ(found.size(), 1u) << loaded.text();
  if (found.empty()) return;
  EXPECT_EQ(info(found.front().kind).code, code) << loaded.text();
  EXPECT_EQ(loaded.sources.text(found.front().span), place) << loaded.text();
  EXPECT_NE(found.front().message.find(says), std::string::npos) << loaded.text();
}

const Output& output(const Decision& decision, std::string_view name) {
  for (const Output& candidate : decision.outputs)
    if (candidate.name == name) return candidate;
  ADD_FAILURE() << "no output " << name;
  static const Output none;
  return none;
}

/// The schedule with names: rules as `rule r`.
std::vector<std::string> order(const Decision& decision) {
  std::vector<std::string> names;
  for (const Stage& stage : decision.schedule)
    names.push_back(stage.is_rule ? "rule " + decision.rules[stage.index].name
                                  : decision.outputs[stage.index].name);
  return names;
}

using Names = std::vector<std::string>;

const char* const kTypes = R"(
ordered enum Tier { low, medium, high }
enum Role { infosec, dpo, ciso } else unknown
enum Kind { saas, local_ as "local" } else unknown
record Item { name: string, kind: Kind, note: string? }
)";

/// A decision with one output of each kind, and what `more` declares.
std::string with_form(const std::string& more) {
  return std::string(kTypes) + R"(
data limits: map<string, int> = { "a": 1 }
data names: set<string> = ["x"]
decision d(items: list<Item> max 8, users: int 0..100, until_: time, note: string?) {
  tier: highest Tier starting at low
  ttl: lowest duration 1m..24h starting at 24h
  needed: quorum Role
  flags: collected Kind
  texts: collected string
  access: verdict of Role otherwise not_granted "nothing grants it"
  keys: verdict of Role per item in { i.name for i in items }
  codes: codes
}
)" + more;
}

// ---- outputs
// -------------------------------------------------------------------------------------------

TEST(CheckerOutputs, FailClosedValuesAreTheStrictest) {
  const Model model = accepted(std::string(kTypes) + R"(
decision d(items: list<string> max 4) {
  tier: highest Tier starting at low
  count_: highest int starting at 0
  score: highest decimal 0..9.5 starting at 0.0
  ttl: lowest duration starting at 1h
  wait: highest duration 1s..1h starting at 1s
  since: lowest time starting at 2026-01-01
  needed: quorum Role
  flags: collected Kind
  texts: collected string
  access: verdict
  by_role: highest Tier per r in Role starting at low
  by_item: verdict per item in items
  open: bool = access.outcome == deny
  local first: int? = min({ length(i) for i in items })
  size: int = count(items) on failure 64
  codes: codes
})");
  ASSERT_EQ(model.decisions.size(), 1u);
  const Decision& d = model.decisions[0];
  EXPECT_EQ(output(d, "tier").fail_value.integer(), 2);
  EXPECT_EQ(output(d, "count_").fail_value.integer(), INT64_MAX);
  EXPECT_EQ(output(d, "score").fail_value.integer(), 95'000);
  EXPECT_TRUE(output(d, "score").clamp);
  EXPECT_EQ(output(d, "ttl").fail_value.integer(), 0);
  EXPECT_EQ(output(d, "wait").fail_value.integer(), base::kMicrosPerHour);
  EXPECT_EQ(output(d, "since").fail_value.integer(), base::kMinInstant);
  const auto& clauses = std::get<Quorum>(output(d, "needed").fail_value.v).clauses;
  ASSERT_EQ(clauses.size(), 1u);
  EXPECT_EQ(clauses[0], (base::Clause{3, 7}));
  // `local` sorts before `saas`; `unknown` is no member to collect.
  const auto& flags = std::get<Collection>(output(d, "flags").fail_value.v).items;
  ASSERT_EQ(flags.size(), 2u);
  EXPECT_EQ(flags[0].integer(), 1);
  EXPECT_EQ(flags[1].integer(), 0);
  EXPECT_TRUE(output(d, "texts").fail_value.absent());
  EXPECT_EQ(output(d, "access").fail_value.integer(), 3);
  EXPECT_EQ(output(d, "by_role").fail_closed, FailClosed::every_key);
  EXPECT_TRUE(output(d, "by_role").per_enum);
  EXPECT_EQ(output(d, "by_item").fail_closed, FailClosed::no_key);
  EXPECT_FALSE(output(d, "by_item").per_enum);
  EXPECT_NE(output(d, "by_item").domain, kNoExpr);
  EXPECT_EQ(output(d, "open").fail_closed, FailClosed::evaluate);
  EXPECT_EQ(output(d, "first").fail_closed, FailClosed::absent);
  EXPECT_EQ(output(d, "size").fail_closed, FailClosed::constant);
  EXPECT_EQ(output(d, "size").fail_value.integer(), 64);
  EXPECT_EQ(output(d, "codes").fail_closed, FailClosed::problem);
}

TEST(CheckerOutputs, InlineEnumOfHighestIsOrdered) {
  const Model model = accepted(
      "decision d(a: bool) { outcome: highest enum { approved, pending } starting at approved }\n"
      "rule r for d { when a then outcome at least pending }");
  ASSERT_EQ(model.decisions.size(), 1u);
  const Type type = model.types[model.decisions[0].outputs[0].type];
  EXPECT_TRUE(model.types.enums[type.decl].ordered);
}

TEST(CheckerOutputs, PartsFitTheKind) {
  rejected("decision d(a: bool) { n: highest int }", "W0503", "n: highest int",
           "says what holds before");
  rejected("decision d(a: bool) { v: verdict starting at 1 }", "W0504", "1");
  rejected("decision d(a: int) { a: highest int starting at 0 }", "W0501", "a");
  rejected("decision d(a: bool) { x: collected bool\n y as \"x\": collected bool }", "W0502", "y");
  rejected("enum E { a, b }\ndecision d(n: int) { x: highest E starting at a }", "W0506", "E");
  rejected("decision d(n: int) { x: lowest string starting at \"\" }", "W0506", "string");
  rejected("decision d(n: int) { x: collected list<int> }", "W0511", "list<int>");
  rejected("decision d(n: int) { x: quorum string }", "W0509", "string");
  rejected("decision d(n: int) { a: codes\n b: codes }", "W0518", "b");
  rejected("decision d(n: int) { x: int 1..5 = 3 }", "W0507", "int 1..5");
  rejected("decision d(xs: list<int>) { x: list<int> = xs on failure [] }", "W0513", "xs",
           "order of such a list");
  rejected(
      "enum R { a }\nrecord V { r: R, p: string }\n"
      "decision d(vs: list<V>) { x: votes R = { v.r by v.p for v in vs } on failure {} }",
      "W0512", "votes R");
}

TEST(CheckerOutputs, KeysComeFromTheInputAlone) {
  rejected("data ns: set<string> max 3 = []\ndecision d(n: int) { v: verdict per k in ns }",
           "W0516", "ns", "the data `ns`");
  rejected("decision d(n: int) { c: collected int\n v: verdict per k in c }", "W0516", "c",
           "the output `c`");
  rejected("decision d(n: list<decimal>) { v: verdict per k in n }", "W0515", "n", "decimal");
}

TEST(CheckerOutputs, DerivedSaysWhatItIsOnFailure) {
  rejected("decision d(n: int) { x: bool = n > 3 }", "W0520", "x", "the input `n`");
  rejected("decision d(n: int) { c: collected int\n x: bool = 3 in c }", "W0520", "x",
           "which is `null` then");
  rejected("decision d(t: time) { x: bool = t < now }", "W0520", "x");
}

TEST(CheckerOutputs, CodesAreForTestsAlone) {
  rejected(with_form("rule r for d { when codes is not empty then tier at least high }"), "W0519",
           "codes");
  accepted(
      with_form("rule r for d { then tier at least high because \"b\" }\n"
                "test \"t\" { given d(items: [], users: 1, until_: 2026-01-01)\n"
                "  expect \"r\" in codes\n  expect codes == [\"r\", \"not_granted\"] }"));
}

// ---- strata
// --------------------------------------------------------------------------------------------

TEST(CheckerStrata, OutputsFollowWhatTheyNeed) {
  const std::string outputs = R"(
decision d(n: int) {
  codes: codes
  c: highest int starting at 0
  b: highest int starting at a
  a: highest int starting at 0
  z: int = c + 1
})";
  const std::string first = "\nrule one for d { when b > 1 then c at least 5 because \"\" }";
  const std::string second = "\nrule two for d { when n > 1 then a at least 2 }";
  const Names expected{"rule two", "a", "b", "rule one", "c", "z", "codes"};
  const Model model = accepted(outputs + first + second);
  ASSERT_EQ(model.decisions.size(), 1u);
  EXPECT_EQ(order(model.decisions[0]), expected);
  const Model permuted = accepted(second + outputs + first);
  ASSERT_EQ(permuted.decisions.size(), 1u);
  EXPECT_EQ(order(permuted.decisions[0]), expected);
}

TEST(CheckerStrata, CyclesNameTheirMembers) {
  rejected(
      "decision d(n: int) { a: highest int starting at 0\n b: highest int starting at a }\n"
      "rule r for d { when b > 1 then a at least 2 }",
      "W0521", "b", "`a` needs `b`");
  rejected(
      "decision d(n: int) { a: highest int starting at 0 }\n"
      "rule r for d { when a > 1 then a at least 2 }",
      "W0521", "a", "`a` needs itself");
  rejected("decision d(n: int) { a: int = b\n b: int = a }", "W0521", "b");
  // Texts read any output and create no edge.
  accepted(
      "decision d(n: int) { a: highest int starting at 0 }\n"
      "rule r for d { then a at least 2 because \"now {a}\" }");
}

TEST(CheckerStrata, ReadsNow) {
  const auto reads_now = [](const std::string& rule) {
    const Model model =
        accepted("decision d(t: time) { x: lowest duration starting at 1h }\n" + rule);
    return !model.decisions.empty() && model.decisions[0].reads_now;
  };
  EXPECT_FALSE(reads_now("rule r for d { then x at most 5m }"));
  EXPECT_TRUE(reads_now("rule r for d { when t < now then x at most 5m }"));
  EXPECT_TRUE(reads_now("rule r for d { then x at most t - now }"));
  EXPECT_TRUE(
      reads_now("rule r for d { effective from 2026-01-01 until 2026-02-01 then x at most 5m }"));
}

TEST(CheckerStrata, DataAndInputOfOneName) {
  rejected(
      "data n: int = 3\ndefine low(k: int): bool = k < n\n"
      "decision d(n: int) { x: highest int starting at 0 }\n"
      "rule r for d { when low(n) then x at least 2 }",
      "W0522", "n");
}

// ---- rules
// ---------------------------------------------------------------------------------------------

TEST(CheckerRules, FactsHoldInWhatFollows) {
  const Model model = accepted(with_form(R"(
rule r as shared for d {
  when note is present
  each i in items
  when i.note is present and i.note != note
  unless lower(note) == "x"
  then tier at least medium
  then texts include note, i.note
  because "{note} and {i.note}"
  tag a = "1"
  tag b = "2"
}
rule s as shared for d {
  unless note is absent
  then texts include note
}
)"));
  ASSERT_EQ(model.decisions.size(), 1u);
  const Rule& rule = model.decisions[0].rules.at(0);
  EXPECT_EQ(rule.code, "shared");
  ASSERT_EQ(rule.steps.size(), 4u);
  EXPECT_EQ(rule.steps[1].kind, StepKind::each);
  EXPECT_EQ(rule.contributions.size(), 2u);
  EXPECT_EQ(rule.contributions[1].values.size(), 2u);
  EXPECT_EQ(rule.tags.size(), 2u);
}

TEST(CheckerRules, Targets) {
  const Model model = accepted(with_form(R"(
rule a for d { each i in items then permit i.name }
rule b for d { each i in items then forbid keys[i.name] }
rule c for d { then forbid keys }
rule e for d { then hold access for one of { dpo } }
rule f for d { then ttl at most until_ - now }
)"));
  ASSERT_EQ(model.decisions.size(), 1u);
  const Decision& d = model.decisions[0];
  const auto target = [&](std::size_t rule) {
    return d.outputs[d.rules[rule].contributions[0].output].name;
  };
  EXPECT_EQ(target(0), "keys");
  EXPECT_NE(d.rules[0].contributions[0].key, kNoExpr);
  EXPECT_EQ(target(1), "keys");
  EXPECT_NE(d.rules[1].contributions[0].key, kNoExpr);
  EXPECT_EQ(target(2), "keys");
  EXPECT_EQ(d.rules[2].contributions[0].key, kNoExpr);
  EXPECT_EQ(target(3), "access");
  EXPECT_NE(d.rules[4].contributions[0].relative, kNoExpr);
}

TEST(CheckerRules, VerbsTeach) {
  const auto rule = [](const std::string& then) {
    return with_form("rule r for d { then " + then + " }");
  };
  rejected(rule("tier at most low"), "W0609", "tier at most",
           "rules raise it, with `tier at least");
  rejected(rule("ttl at least 1h"), "W0609", "ttl at least", "rules lower it");
  rejected(rule("tier include low"), "W0609", "tier include");
  rejected(rule("flags require one of { dpo }"), "W0609", "flags require", "`flags include");
  rejected(rule("forbid tier"), "W0609", "forbid tier");
  rejected(rule("codes include \"x\""), "W0609", "codes include");
  rejected(rule("teir at least high"), "W0607", "teir", "no output `teir`");
  rejected(rule("tier[users] at least high"), "W0610", "tier[users]");
  rejected("decision d(n: int) { v: verdict }\nrule r for d { then permit x }", "W0607", "x");
  rejected(
      "enum R { a }\ndecision d(n: int) { v: verdict }\n"
      "rule r for d { then hold v for one of { a } }",
      "W0611", "then hold v for one of { a }");
}

TEST(CheckerRules, NamesAreUniqueAndKnown) {
  rejected(with_form(
               "rule r for d { then tier at least high }\nrule r for d { then tier at least low }"),
           "W0601", "r");
  rejected(with_form("rule r for e { then tier at least high }"), "W0523", "e");
  rejected(with_form("rule r for d, d { then tier at least high }"), "W0602", "d");
  rejected(with_form("rule r for d { then tier at least high tag a = \"1\" tag a = \"2\" }"),
           "W0612", "a");
}

TEST(CheckerRules, SeveralDecisionsNeedTheSameTypes) {
  const std::string two = R"(
decision a(n: int) { x: highest int starting at 0 }
decision b(n: int) { x: highest int starting at 1 }
decision c(n: decimal) { x: highest int starting at 1 }
)";
  const Model model = accepted(two + "rule r for a, b { when n == 1 then x at least 2 }");
  ASSERT_EQ(model.decisions.size(), 3u);
  EXPECT_EQ(model.decisions[0].rules.size(), 1u);
  EXPECT_EQ(model.decisions[1].rules.size(), 1u);
  EXPECT_TRUE(model.decisions[2].rules.empty());
  rejected(two + "rule r for a, c { when n == 1 then x at least 2 }", "W0604", "c",
           "`n` is `int` in `a` and `decimal` in `c`");
  // A name may be data in one decision and an input in another.
  rejected(
      "data hosts: set<int> max 3 = [1]\n"
      "decision a(n: int) { x: highest int starting at 0 }\n"
      "decision b(hosts: set<string>) { x: highest int starting at 0 }\n"
      "rule r for a, b { when hosts is not empty then x at least 1 }",
      "W0604", "b", "`hosts` is `set<int> max 3` in `a` and `set<string>` in `b`");
}

// What an enum does not know is no key of an enum's domain.
TEST(CheckerOutputs, UnknownHasNoKey) {
  const auto with_keys = [](const std::string& more) {
    return std::string(kTypes) + R"(
decision d(kind: Kind, tier: Tier, kinds: list<Kind>) {
  by_kind: highest int per k in Kind starting at 0
  by_tier: highest int per t in Tier starting at 0
  twice: highest int per k in Kind starting at by_kind[k] * 2
)" + more + "\n}";
  };
  accepted(with_keys("r: int = by_tier[tier] on failure 0"));
  accepted(with_keys("r: int = by_kind[saas] + by_kind[Kind.local_]"));
  accepted(with_keys("r: bool = any k in Kind satisfies by_kind[k] > 3"));
  accepted(with_keys("r: int? = by_kind[kind]"));
  accepted(with_keys("r: int = by_kind[kind] or else 0 on failure 0"));
  rejected(with_keys("r: int = by_kind[kind] on failure 0"), "W0300", "by_kind[kind]");
  rejected(with_keys("r: int = by_kind[unknown]"), "W0300", "by_kind[unknown]");
  rejected(with_keys("r: bool = any k in kinds satisfies by_kind[k] > 3 on failure true"), "W0300",
           "by_kind[k]");
}

TEST(CheckerRules, ProductOfEach) {
  const std::string lists =
      "decision d(a: list<int> max 300, b: list<int> max 300, c: list<list<int> max 100> max 600) "
      "{ x: highest int starting at 0 }\n";
  accepted(lists + "rule r for d { each i in a then x at least i }");
  accepted(lists + "rule r for d { each l in c each i in l then x at least i }");
  rejected(lists + "rule r for d { each i in a each k in b then x at least i }", "W0606",
           "each k in b", "90,000");
}

TEST(CheckerRules, Windows) {
  const Model model = accepted(with_form(R"(
rule r for d { effective from 2026-03-01 through 2026-06-30 then tier at least high }
rule s for d { effective from 2026-03-01T10:00:00Z until 2026-03-01T11:00:00Z then tier at least high }
)"));
  ASSERT_EQ(model.decisions.size(), 1u);
  const Window& days = model.decisions[0].rules[0].effective;
  EXPECT_EQ(days.from, base::parse_date("2026-03-01"));
  EXPECT_EQ(days.until, base::parse_date("2026-07-01"));
  EXPECT_EQ(model.decisions[0].rules[1].effective.until,
            base::parse_instant("2026-03-01T11:00:00Z"));
  rejected(
      with_form(
          "rule r for d { effective from 2026-03-02 until 2026-03-01 then tier at least high }"),
      "W0614", "effective from 2026-03-02 until 2026-03-01");
}

// ---- waivers
// -------------------------------------------------------------------------------------------

TEST(CheckerWaivers, SeeInputsAndEachNames) {
  const std::string rules = R"(
rule r for d { each i in items then tier at least high because "b" }
rule p for d { then permit access }
rule u for d unwaivable { then tier at least high }
)";
  const std::string rest = R"(
  effective from 2026-03-01 through 2026-06-30
  by "ciso@corp.example"
  because "pilot"
})";
  const Model model =
      accepted(with_form(rules + "waive r for d { when i.name == \"x\" and users < 3" + rest));
  ASSERT_EQ(model.decisions.size(), 1u);
  ASSERT_EQ(model.decisions[0].waivers.size(), 1u);
  const Waiver& waiver = model.decisions[0].waivers[0];
  EXPECT_EQ(waiver.rule, 0u);
  EXPECT_EQ(waiver.effective.until, base::parse_date("2026-07-01"));
  EXPECT_EQ(waiver.by, "ciso@corp.example");
  EXPECT_TRUE(model.decisions[0].reads_now);
  rejected(with_form(rules + "waive p for d {" + rest), "W0616", "p", "it permits");
  rejected(with_form(rules + "waive u for d {" + rest), "W0616", "u", "`unwaivable`");
  rejected(with_form(rules + "waive rr for d {" + rest), "W0615", "rr");
  rejected(with_form(rules + "waive r for d, d {" + rest), "W0602", "d");
  rejected(with_form(rules + "waive r for d { when tier == high" + rest), "W0240", "tier");
}

// ---- tables
// --------------------------------------------------------------------------------------------

TEST(CheckerTables, CompleteAndFreeOfOverlap) {
  const Model model = accepted(std::string(kTypes) + R"(
table t(tier: Tier, n: int 1..100, k: Kind?) -> (value: int, wait: duration) {
  low,           _,      _                => 1, 1h
  medium | high, 1..50,  saas | local_    => n, 2h
  medium | high, 1..50,  unknown | absent => 3, 3h
  medium | high, 51..,   _                => 4, 4h
}
first table f(s: string) -> int {
  "a" | "b" => 1
  "c"       => 2
  _         => 3
}
decision d(n: int 1..100) { x: highest int starting at t(low, n, absent).value }
)");
  ASSERT_EQ(model.tables.size(), 2u);
  ASSERT_EQ(model.tables[0].rows.size(), 4u);
  const Row& row = model.tables[0].rows[1];
  EXPECT_EQ(row.cells[0].ranges,
            (std::vector<std::pair<std::int64_t, std::int64_t>>{{1, 1}, {2, 2}}));
  EXPECT_EQ(row.cells[1].ranges, (std::vector<std::pair<std::int64_t, std::int64_t>>{{1, 50}}));
  EXPECT_TRUE(model.tables[0].rows[2].cells[2].absent);
  EXPECT_EQ(model.tables[1].rows[0].cells[0].strings, (Names{"a", "b"}));
}

TEST(CheckerTables, MissingCellsAreNamed) {
  const std::string types(kTypes);
  rejected(types +
               "table t(a: Tier, n: int) -> int {\n low, _ => 1\n medium, ..9 => 2\n"
               " medium, 20.. => 3\n high, _ => 4\n}",
           "W0647", "t", "`medium, 10..19`");
  rejected(types + "table t(k: Kind) -> int {\n saas => 1\n local_ => 2\n}", "W0647", "t",
           "`unknown`");
  rejected(types + "table t(k: Kind?) -> int {\n saas | local_ | unknown => 1\n}", "W0647", "t",
           "`absent`");
  rejected("table t(n: int 1..10) -> int {\n 1..9 => 1\n}", "W0647", "t", "`10`");
  rejected("table t(d: decimal) -> int {\n ..0.5 => 1\n 0.6.. => 2\n}", "W0647", "t",
           "`0.5001..0.5999`");
  rejected("first table t(s: string, b: bool) -> int {\n \"a\", _ => 1\n _, true => 2\n}", "W0647",
           "t", "`_, false`");
}

TEST(CheckerTables, DoublyCoveredCellsAreNamed) {
  rejected(
      "table t(n: int, b: bool) -> int {\n ..10, _ => 1\n 10.., true => 2\n 11.., false => 3\n}",
      "W0648", "10.., true => 2", "`10, true`");
  rejected("first table t(n: int) -> int {\n ..10 => 1\n 5 => 2\n _ => 3\n}", "W0649", "5 => 2");
}

TEST(CheckerTables, PatternsFitTheirParameter) {
  rejected("table t(s: string) -> int {\n _ => 1\n}", "W0641", "string", "first table");
  rejected("table t(a: bool, b: bool) -> int {\n _ => 1\n}", "W0642", "_ => 1",
           "1 pattern, but the heading of table `t` has 2 parameters");
  rejected("table t(a: bool) -> (x: int, y: int) {\n _ => 1\n}", "W0643", "_ => 1");
  rejected("table t(a: bool) -> int {\n true | absent => 1\n false => 2\n}", "W0646", "absent");
  rejected("table t(n: int 1..5) -> int {\n 1..5 => 1\n 9 => 2\n}", "W0645", "9");
  rejected("table t(n: int) -> int {\n 5..1 => 1\n _ => 2\n}", "W0645", "5..1");
  rejected("table t(n: int) -> int {\n _ => t(n)\n}", "W0651", "t", "its rows call it");
}

TEST(CheckerTables, TenColumnsAndFiftyRows) {
  // Boxes that overlap in many ways; the last row takes the rest.
  std::string text = "first table t(";
  for (int column = 0; column < 10; ++column)
    text += (column ? ", p" : "p") + std::to_string(column) + ": int";
  text += ") -> int {\n";
  for (int row = 0; row < 49; ++row) {
    for (int column = 0; column < 10; ++column) {
      const int low = row * (column + 3) * 7 % 101;
      text += (column ? ", " : " ") + std::to_string(low) + ".." + std::to_string(low + 9);
    }
    text += " => " + std::to_string(row) + "\n";
  }
  for (int column = 0; column < 10; ++column)
    text += column ? ", _" : " _";
  const Model model = accepted(text + " => 0\n}");
  ASSERT_EQ(model.tables.size(), 1u);
  EXPECT_EQ(model.tables[0].rows.size(), 50u);
}

// ---- tests and proofs
// ----------------------------------------------------------------------------------

std::string test_of(const std::string& given, const std::string& expects) {
  return with_form(
      "rule r for d { then tier at least high because \"b\" }\n"
      "rule w for d { when until_ < now then tier at least high }\n"
      "test \"t\" { given " +
      given + "\n  " + expects + "\n}");
}

TEST(CheckerTests, GivenBecomesJson) {
  const Model model = accepted(with_form(R"(
rule r for d { then tier at least high because "b" }
fixture one: Item = { name: "n", kind: local_ }
test "t" {
  given d(users: 3, items: [one, one with { note: "m" }], until_: 2026-01-01, note: "x")
    at 2026-03-02T12:00:00Z with data names = ["y"]
  expect tier == high
  expect length(note) == 1
  expect rule r
  expect no rule r
}
test "error" {
  given d(users: 101, items: [], until_: 2026-01-01)
  expect error "/users"
}
record Form { n: int 1..9 }
fixture form: Form = { n: 3 }
decision e(f: Form) { x: highest int starting at 0 }
test "error within" {
  given e(f: form with { n: 10 })
  expect error "/f/n"
}
test "raw" {
  given d json "{}"
  expect error "/items"
}
prove "p" for d without waivers { users > 3 implies tier == high }
)"));
  ASSERT_EQ(model.tests.size(), 4u);
  EXPECT_EQ(model.tests[0].input_json,
            R"({"items":[{"name":"n","kind":"local"},{"name":"n","kind":"local","note":"m"}],)"
            R"("users":3,"until_":"2026-01-01T00:00:00Z","note":"x"})");
  EXPECT_EQ(model.tests[0].at, base::parse_instant("2026-03-02T12:00:00Z"));
  ASSERT_EQ(model.tests[0].data.size(), 1u);
  EXPECT_EQ(model.data[model.tests[0].data[0].data].name, "names");
  EXPECT_EQ(model.tests[0].expects.size(), 4u);
  EXPECT_EQ(model.tests[1].input_json,
            R"({"items":[],"users":101,"until_":"2026-01-01T00:00:00Z"})");
  EXPECT_EQ(model.tests[2].input_json, R"({"f":{"n":10}})");
  EXPECT_EQ(model.tests[3].input_json, "{}");
  ASSERT_EQ(model.proofs.size(), 1u);
  EXPECT_TRUE(model.proofs[0].without_waivers);
}

TEST(CheckerTests, ExpectationsGoThroughOptionalValues) {
  const std::string policy = R"(
record App { name: string, size: int }
decision d(app: App?, keys: set<string> max 4) { v: verdict per k in keys }
test "t" { given d(keys: ["a"])
  expect EXPECTED
}
)";
  const auto expecting = [&](const std::string& expected) {
    std::string text = policy;
    return text.replace(text.find("EXPECTED"), 8, expected);
  };
  const Model model = accepted(expecting("v[\"a\"].outcome == deny and app.size > 3"));
  ASSERT_EQ(model.tests.size(), 1u);
  const Expr& expected = model.expr(model.tests[0].expects.at(0).condition);
  ASSERT_EQ(expected.kind, ExprKind::logical_and);
  EXPECT_EQ(model.expr(expected.a).kind, ExprKind::is_present);
  // What the condition shows itself stays its own.
  const Model plain = accepted(expecting("app is absent or app.size > 3"));
  ASSERT_EQ(plain.tests.size(), 1u);
  EXPECT_EQ(plain.expr(plain.tests[0].expects.at(0).condition).kind, ExprKind::logical_or);
  rejected(expecting("app.sise == 3"), "W0243", "sise");
}

TEST(CheckerTests, MistakesAreNamed) {
  const std::string good = "d(items: [], users: 1, until_: 2026-01-01) at 2026-03-02T12:00:00Z";
  accepted(test_of(good, "expect tier == high"));
  rejected(test_of("d(items: [], users: 1, until_: 2026-01-01)", "expect tier == high"), "W0704",
           "d(items: [], users: 1, until_: 2026-01-01)");
  rejected(
      test_of("d(items: [], user: 1, users: 1, until_: 2026-01-01) at 2026-03-02", "expect rule r"),
      "W0701", "user");
  rejected(test_of("d(items: [], until_: 2026-01-01) at 2026-03-02", "expect rule r"), "W0703", "d",
           "`users`");
  rejected(test_of(good, "expect rule rr"), "W0615", "rr");
  rejected(test_of(good, "expect waived r"), "W0709", "r");
  rejected(test_of(good, "expect codes == [\"rx\"]"), "W0707", "\"rx\"");
  rejected(test_of(good, "expect error \"users\""), "W0710", "expect error \"users\"");
  rejected(test_of(good + " with data nam = []", "expect rule r"), "W0705", "nam");
  rejected(test_of(good, "expect error \"/users\"\n expect tier == high"), "W0711",
           "expect tier == high");
}

}  // namespace
}  // namespace writ::dsl
