#include "dsl/parser.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/syntax_dump.hpp"

namespace writ::dsl {
namespace {

struct Parsed {
  explicit Parsed(std::vector<SourceFile> files) : sources(std::move(files)) {
    tree = parse(sources, diagnostics);
  }
  explicit Parsed(std::string text)
      : Parsed(std::vector<SourceFile>{{"t.writ", std::move(text)}}) {}

  std::string errors() const { return render_text(diagnostics, sources, false); }
  const ast::File& file() const { return tree.files.front(); }

  Sources sources;
  Diagnostics diagnostics;
  ast::Tree tree;
};

const std::string kHeader = "writ 1\npackage t\n";

std::string read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string dump(const std::string& expression) {
  const Parsed parsed(kHeader + "define f: bool = " + expression + "\n");
  if (parsed.diagnostics.has_errors()) return parsed.errors();
  return dump_expr(parsed.tree, parsed.file().defines.front().body);
}

// --- The grammar and whole files
// ------------------------------------------------------------------

TEST(Grammar, HasNoLoopWithoutProgress) {
  EXPECT_EQ(analyze_grammar(), 0u);
}

TEST(Parser, ReadsTheExampleOfTheContract) {
  const Parsed parsed(read(std::filesystem::path(WRIT_SOURCE_DIR) / "tests/data/example.writ"));
  ASSERT_FALSE(parsed.diagnostics.has_errors()) << parsed.errors();
  const ast::File& file = parsed.file();
  EXPECT_EQ(file.package.front().text, "example");
  EXPECT_EQ(file.enums.size(), 4u);
  EXPECT_EQ(file.records.size(), 3u);
  EXPECT_EQ(file.data.size(), 1u);
  EXPECT_EQ(file.defines.size(), 1u);
  EXPECT_EQ(file.tables.size(), 1u);
  EXPECT_EQ(file.decisions.size(), 2u);
  EXPECT_EQ(file.rules.size(), 9u);
  EXPECT_EQ(file.waivers.size(), 1u);
  EXPECT_EQ(file.fixtures.size(), 1u);
  EXPECT_EQ(file.tests.size(), 1u);
  EXPECT_EQ(file.proofs.size(), 1u);
  EXPECT_EQ(file.records[2].doc, "What a creator fills in before a micro-app may exist.");
}

TEST(Parser, ReadsTheOutputsOfTheExample) {
  const Parsed parsed(read(std::filesystem::path(WRIT_SOURCE_DIR) / "tests/data/example.writ"));
  const ast::DecisionDecl& intake = parsed.file().decisions[0];
  ASSERT_EQ(intake.outputs.size(), 7u);
  EXPECT_EQ(intake.outputs[1].kind, ast::OutputKind::quorum);
  EXPECT_EQ(dump_expr(parsed.tree, intake.outputs[1].start), "(. (call controls tier) needed)");
  EXPECT_EQ(intake.outputs[2].kind, ast::OutputKind::lowest);
  EXPECT_EQ(dump_type(parsed.tree, intake.outputs[2].type), "duration 1d..90d");
  EXPECT_EQ(intake.outputs[5].kind, ast::OutputKind::codes);
  EXPECT_TRUE(intake.outputs[6].local);
  EXPECT_EQ(dump_expr(parsed.tree, intake.outputs[6].on_failure), "{}");
  const ast::Expr& votes = parsed.tree.expr(intake.outputs[6].value);
  EXPECT_EQ(votes.kind, ast::ExprKind::votes_for);
  EXPECT_EQ(dump_expr(parsed.tree, votes.a), "(. v role)");
  EXPECT_EQ(dump_expr(parsed.tree, votes.b), "(. form approvals)");
  EXPECT_EQ(dump_expr(parsed.tree, votes.d), "(call lower (. v approver))");
  EXPECT_NE(votes.c, ast::kNone);

  const ast::OutputDecl& scopes = parsed.file().decisions[1].outputs[0];
  EXPECT_EQ(scopes.kind, ast::OutputKind::verdict);
  EXPECT_EQ(dump_type(parsed.tree, scopes.type), "Approver");
  EXPECT_EQ(scopes.key.text, "scope");
  EXPECT_EQ(scopes.otherwise_code.text, "scope_not_granted");
  ASSERT_EQ(scopes.otherwise_text.pieces.size(), 2u);
  EXPECT_EQ(dump_expr(parsed.tree, scopes.otherwise_text.pieces[0].expr), "scope");
  EXPECT_EQ(scopes.otherwise_text.pieces[1].literal, " was not granted at approval");
}

TEST(Parser, ReadsThePoliciesThatShip) {
  std::vector<SourceFile> files;
  const auto folder = std::filesystem::path(WRIT_SOURCE_DIR) / "policies/microapps";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".writ") continue;
    files.push_back({entry.path().filename().string(), read(entry.path())});
  }
  const Parsed parsed(std::move(files));
  EXPECT_FALSE(parsed.diagnostics.has_errors()) << parsed.errors();
}

// Every production at least once.
TEST(Parser, ReadsEveryForm) {
  const Parsed parsed(R"writ(// a comment before all
writ 1
package a.b
import c.d
import e as f
ordered enum Tier { low, medium
  high as "High" or "HIGH", }
enum Odd { automatic as "auto" } else unknown
open record R {
  when: string? max 3 matching /[a-z\/"]+/, in as "IN": list<set<int 1..5> min 1> max 10
  decision: map<Tier, f.X>
  inline: enum { a, b
    c } else unknown
  min: int min -3 max 1_000
  of: votes Tier
  at: quorum f.Approver?
}
data limits: map<string, decimal> = { "a": 1.5, "b c": -0.25, }
data plain: list<ip>
define constant: int = 3
define third(e: R, t: Tier?): bool = e.when is present and t == Tier.high
first table t(x: int, y: string,) -> (a: T, b: quorum Tier) {
  1 | ..-9 | 10.., _          => a, 2 of { x, y }
  10..99, "a" | absent    => if a then b else c,
                             auto,
  Tier.low, ip "10.0.0.7" => [], {}
}
table u(x: bool) -> duration {
  true => 1h
  false => 2h }
decision d(form as "Form": R, app: App?) {
  decision: highest Tier starting at low
  record: lowest duration 0s..1h per k in Tier starting at x[k], data: collected string
  rule: highest enum { a, b } starting at a
  v: verdict
  w: verdict of Tier per k in form.keys otherwise no_code "{k}: {m["x"].y[2]} \{ \" \u{e9}"
  q: quorum Tier
  derived: quorum Tier = both(q, all of { low })
  local codes: codes
  local: int = 3 on failure 0
  of_e: quorum Tier? = absent
}
rule one as shared for d, f.other unwaivable {
  when a
  each x in xs
  when x like "a\*b*" and x matches /^\d+$/
  unless b
  unless c
  effective from 2026-01-01 through 2026-12-31
  then v at least 1
  then v[k] at most t - now
  then q require one of { a }
  then s include a, b,
  then permit x
  then hold x for both(one of { a }, all of { b, c })
  then forbid s
  because "text"
  tag control = "x"
  tag other = "y"
}
rule two for d { effective until 2026-01-01T00:00:00+01:00 then ttl at most 1h because "short" }
waive f.one for d {
  when x == 1
  effective from 2026-01-01T00:00:00Z until 2026-02-01T00:00:00.5Z
  by "ciso"
  because "a \{fixed\n text"
}
fixture plain_one: R = { when: 1
  in: [a, b], } with { a.b.of: 3
  c: absent }
test "named" {
  given d(form: plain_one, app: absent) at 2026-01-01 with data plain = [] with data c.d.x = 1
  expect x == 1
  expect rule one
  expect no rule f.two
  expect waived one
  expect codes == [a, "b", f.c]
  expect codes == [a] and x == 1
  expect error == 3
}
test "raw" {
  given f.d json "{\"a\": 1}"
  expect error "/form/app_id"
}
prove "p" for d without waivers { a implies b implies c }
)writ");
  EXPECT_FALSE(parsed.diagnostics.has_errors()) << parsed.errors();
  const ast::File& file = parsed.file();
  ASSERT_EQ(file.imports.size(), 2u);
  EXPECT_EQ(file.imports[1].as.text, "f");
  EXPECT_EQ(file.enums[0].members[2].aliases[1].text, "HIGH");
  const auto& fields = file.records[0].fields;
  ASSERT_EQ(fields.size(), 7u);
  EXPECT_EQ(dump_type(parsed.tree, fields[0].type), "string? max 3 matching [a-z/\"]+");
  EXPECT_EQ(dump_type(parsed.tree, fields[1].type), "list<set<int 1..5> min 1> max 10");
  EXPECT_EQ(dump_type(parsed.tree, fields[3].type), "enum{a,b,c}+unknown");
  EXPECT_EQ(dump_type(parsed.tree, fields[6].type), "quorum f.Approver?");

  const auto& rows = file.tables[0].rows;
  ASSERT_EQ(rows.size(), 3u);
  ASSERT_EQ(rows[0].patterns[0].alternatives.size(), 3u);
  EXPECT_EQ(rows[0].patterns[0].alternatives[1].low, ast::kNone);
  EXPECT_EQ(parsed.tree.expr(rows[0].patterns[0].alternatives[1].high).number, -9);
  EXPECT_EQ(rows[0].patterns[1].kind, ast::PatternKind::any);
  EXPECT_EQ(rows[1].patterns[1].alternatives[1].kind, ast::PatternKind::absent);
  EXPECT_EQ(rows[1].values.size(), 2u);

  const auto& outputs = file.decisions[0].outputs;
  ASSERT_EQ(outputs.size(), 11u);
  EXPECT_EQ(outputs[0].name.text, "decision");
  EXPECT_EQ(outputs[2].kind, ast::OutputKind::collected);
  EXPECT_EQ(outputs[7].kind, ast::OutputKind::derived);
  EXPECT_EQ(outputs[9].name.text, "local");
  EXPECT_FALSE(outputs[9].local);
  EXPECT_EQ(dump_text(parsed.tree, outputs[5].otherwise_text),
            "[k]: [(index (. (index m \"x\") y) 2)] { \" \xC3\xA9");

  const ast::RuleDecl& one = file.rules[0];
  EXPECT_EQ(one.code.text, "shared");
  EXPECT_TRUE(one.unwaivable);
  EXPECT_EQ(one.decisions[1].parts.size(), 2u);
  EXPECT_EQ(one.steps.size(), 5u);
  ASSERT_EQ(one.contributions.size(), 7u);
  EXPECT_EQ(one.contributions[3].values.size(), 2u);
  EXPECT_EQ(one.contributions[5].verb, ast::Verb::hold);
  EXPECT_TRUE(one.effective.through);
  EXPECT_EQ(file.waivers[0].because, "a {fixed\n text");

  const ast::TestDecl& named = file.tests[0];
  EXPECT_EQ(named.data[1].name.text, "c.d.x");
  ASSERT_EQ(named.expects.size(), 7u);
  EXPECT_EQ(named.expects[2].rule.text, "f.two");
  EXPECT_EQ(named.expects[4].codes[2].text, "f.c");
  EXPECT_EQ(named.expects[5].kind, ast::ExpectKind::condition);
  EXPECT_EQ(named.expects[6].kind, ast::ExpectKind::condition);
  EXPECT_EQ(file.tests[1].raw_json, "{\"a\": 1}");
  EXPECT_EQ(file.tests[1].expects[0].pointer, "/form/app_id");
  EXPECT_EQ(dump_expr(parsed.tree, file.proofs[0].condition), "(implies a (implies b c))");
}

TEST(Parser, AttachesDocumentation) {
  const Parsed parsed(kHeader + R"writ(
/// An enum,
///   on two lines.
enum E {
  /// The first.
  a, b
  //// not documentation
  c
}
// not documentation either
record R {
  /// A field.
  f: int
}

/// Stands apart.

define g: int = 1
decision d() {
  /// An output.
  local x: int = 1
}
/// A rule.
rule r for d { then forbid x }
)writ");
  ASSERT_FALSE(parsed.diagnostics.has_errors()) << parsed.errors();
  const ast::File& file = parsed.file();
  EXPECT_EQ(file.enums[0].doc, "An enum,\n  on two lines.");
  EXPECT_EQ(file.enums[0].members[0].doc, "The first.");
  EXPECT_EQ(file.enums[0].members[1].doc, "");
  EXPECT_EQ(file.enums[0].members[2].doc, "");
  EXPECT_EQ(file.records[0].doc, "");
  EXPECT_EQ(file.records[0].fields[0].doc, "A field.");
  EXPECT_EQ(file.defines[0].doc, "");
  EXPECT_EQ(file.decisions[0].outputs[0].doc, "An output.");
  EXPECT_EQ(file.rules[0].doc, "A rule.");
}

// --- Expressions
// ----------------------------------------------------------------------------------

TEST(Parser, BindsTightestFirst) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"a + b * c - d", "(- (+ a (* b c)) d)"},
      {"a * b or else c % d", "(% (* a (else b c)) d)"},
      {"a or else b or else c", "(else a (else b c))"},
      {"-a.b[c](d) or else 1", "(else (neg (call (index (. a b) c) d)) 1)"},
      {"- -3 + -4", "(+ (neg -3) -4)"},
      {"-9223372036854775808", "-9223372036854775808"},
      {"not a == b + 1", "(not (== a (+ b 1)))"},
      {"not not a and not b", "(and (not (not a)) (not b))"},
      {"a and b and c", "(and (and a b) c)"},
      {"a or b implies c implies d", "(implies (or a b) (implies c d))"},
      {"(a or b) and c", "(and (or a b) c)"},
      {"a not in b and c in d", "(and (not_in a b) (in c d))"},
      {"a is not empty and b is absent", "(and (is_not_empty a) (is_absent b))"},
      {"a subset of b or c starts with d", "(or (subset_of a b) (starts_with c d))"},
      {"if a then b else c and d", "(if a b (and c d))"},
      {"if a then b else if c then d else e", "(if a b (if c d e))"},
      {"a and if b then c else d or e", "(and a (if b c (or d e)))"},
      {"any x in xs satisfies x.a == 1 and b", "(and (any x xs (== (. x a) 1)) b)"},
      {"not any x in xs satisfies not x == 1", "(not (any x xs (not (== x 1))))"},
      {"all x in xs satisfies none y in x satisfies (y and x)", "(all x xs (none y x (and y x)))"},
      {"any x in xs satisfies x and any x in ys satisfies x", "(and (any x xs x) (any x ys x))"},
      {"(only x in xs where x == 1).y", "(. (only x xs (== x 1)) y)"},
      {"count(xs) + count(x in xs where x)", "(+ (call count xs) (count x xs x))"},
      {"count(x in xs)", "(count x xs)"},
      {"a with { b.c: 1 }.d", "(. (with a b.c=1) d)"},
      {"{ lower(x) for x in xs where x is present }", "(set x xs (call lower x) (is_present x))"},
      {"{ a: 1, \n when: 2 \n in: { b } }", "(record a=1 when=2 in={b})"},
      {"{ \"a\": 1, \"b\": {} }", "(map a=1 b={})"},
      {"[1, 2,]", "[1 2]"},
      {"{ one, two }", "{one two}"},
      {"one of { a } == all of { b, c }", "(== (quorum 1 a) (quorum 0 b c))"},
      {"2 of { a, b }", "(quorum 2 a b)"},
      {"one + all_of + count", "(+ (+ one all_of) count)"},
      {"f(\n a,\n b\n)", "(call f a b)"},
      {"a\n .b\n + c", "(+ (. a b) c)"},
      {"a like \"x*\\*y*\"", "(like a |x|*y||)"},
      {"a matches /\\d\\/[\"]/", "(matches a \\d/[\"])"},
      {"ip in ip \"10.0.0.0/8\"", "(in ip ip:10.0.0.0/8)"},
      {"now - t > 90d", "(> (- now t) 90d)"},
      {"contains contains starts", "(contains contains starts)"},
      {"a . or", "(. a or)"},
  };
  for (const auto& [source, expected] : cases)
    EXPECT_EQ(dump(source), expected) << source;
}

TEST(Parser, ReadsLiterals) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"1_000_000", "1000000"},
      {"007", "7"},
      {"0.5", "d5000"},
      {"-12.0001", "d-120001"},
      {"00.5", "d5000"},
      {"1h30m", "90m"},
      {"1w2d3h4m5s", "788645s"},
      {"-5m", "-5m"},
      {"1970-01-02", "@86400000000"},
      {"1970-01-01T01:00:00.25+01:00", "@250000"},
      {"2026-3-2", "(- (- 2026 3) 2)"},
      {"\"a\\\"\\\\\\n\\t\\u{48}\\u{1F600}{x}\"", "\"a\"\\\n\tH\xF0\x9F\x98\x80{x}\""},
      {"true", "true"},
  };
  for (const auto& [source, expected] : cases)
    EXPECT_EQ(dump(source), expected) << source;
}

TEST(Parser, TakesLineEndsForCommasOnlyInBodiesAndRecords) {
  const Parsed parsed(kHeader +
                      "record R {\n  a: int\n  per: string\n  max: int\n  min as \"m\": int\n}\n"
                      "decision d(a: int) {\n  x: highest int starting at a\n"
                      "  with: int = a\n  contains: bool = a in b\n  on: bool = true\n"
                      "  starts: lowest int starting at { n: a\n m: b }\n}\n"
                      "table t(a: E) -> E {\n  x => a\n  contains => b\n  with | x => c\n}\n");
  ASSERT_FALSE(parsed.diagnostics.has_errors()) << parsed.errors();
  EXPECT_EQ(parsed.file().records[0].fields.size(), 4u);
  EXPECT_EQ(parsed.file().decisions[0].outputs.size(), 5u);
  EXPECT_EQ(parsed.file().tables[0].rows.size(), 3u);
}

TEST(Parser, TakesWindowsLineEnds) {
  const Parsed parsed("writ 1\r\npackage t\r\n/// Doc.\r\nenum E {\r\n  a\r\n  b\r\n}\r\n");
  ASSERT_FALSE(parsed.diagnostics.has_errors()) << parsed.errors();
  EXPECT_EQ(parsed.file().enums[0].members.size(), 2u);
  EXPECT_EQ(parsed.file().enums[0].doc, "Doc.");
}

TEST(Parser, SpansEndWithTheLastToken) {
  const Parsed parsed(kHeader + "define f: int = a + b   // and more\n\n// more\nenum E { x }\n");
  ASSERT_FALSE(parsed.diagnostics.has_errors());
  EXPECT_EQ(parsed.sources.text(parsed.file().defines[0].span), "define f: int = a + b");
  EXPECT_EQ(parsed.sources.text(parsed.tree.expr(parsed.file().defines[0].body).span), "a + b");
}

}  // namespace
}  // namespace writ::dsl
