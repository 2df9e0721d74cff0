#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "dsl/parser.hpp"

// What the parser refuses, where and with which code; how it goes on; what a hostile source cannot
// do.

namespace writ::dsl {
namespace {

using Findings = std::vector<std::string>;

struct Parsed {
  explicit Parsed(std::vector<SourceFile> files) : sources(std::move(files)) {
    tree = parse(sources, diagnostics);
  }
  explicit Parsed(std::string text)
      : Parsed(std::vector<SourceFile>{{"t.writ", std::move(text)}}) {}

  // `W0107 4:10`, in order.
  Findings findings() const {
    Findings found;
    for (const Diagnostic& d : diagnostics.sorted()) {
      const Place at = sources.place(d.span);
      found.push_back(std::string(info(d.kind).code) + " " + std::to_string(at.line) + ":" +
                      std::to_string(at.column));
    }
    return found;
  }
  std::string text() const { return render_text(diagnostics, sources, false); }

  Sources sources;
  Diagnostics diagnostics;
  ast::Tree tree;
};

const std::string kHeader = "writ 1\npackage t\n";

// The body begins at 4:3.
std::string rule(const std::string& body) {
  return kHeader + "rule r for d {\n  " + body + "\n}\n";
}
// The condition begins at 4:8.
std::string when(const std::string& condition) {
  return rule("when " + condition + "\n  then forbid x");
}
// The declaration begins at 3:1.
std::string top(const std::string& declaration) {
  return kHeader + declaration + "\n";
}

struct Rejection {
  std::string source;
  Findings findings;
};

const std::vector<Rejection>& rejections() {
  static const std::vector<Rejection> cases{
      // Files.
      {"enum E { a }\n", {"W0003 1:1"}},
      {"", {"W0003 1:1"}},
      {"writ 2\npackage t\n", {"W0004 1:6"}},
      {"writ 1\nenum E { a }\n", {"W0005 1:1"}},
      {"package t\nwrit 1\n", {"W0006 2:1"}},
      {top("enum E { a }\nimport b"), {"W0006 4:1"}},
      {"writ 1\npackage t\npackage u\n", {"W0007 3:1"}},
      {"\xEF\xBB\xBFwrit 1\npackage t\n", {"W0002 1:1"}},
      {top("// \xC3\xA9 \xFF"), {"W0001 3:6"}},
      {top("// \xED\xA0\x80"), {"W0001 3:4"}},
      // What stands where something else is expected.
      {when("a ==") + "", {"W0100 4:12"}},
      {when("a is not present"), {"W0100 4:10"}},
      {top("define f(a: int) = a"), {"W0100 3:18"}},
      {top("define f(a: int,, b: int): int = a"), {"W0100 3:17"}},
      {top("enum E { }"), {"W0100 3:10"}},
      {top("enum E { a b }"), {"W0100 3:12"}},
      {top("record R {\n  a: int 1..\n  b: int\n}"), {"W0100 4:13"}},
      {top("data a: list of int"), {"W0100 3:14"}},
      {top("decision d() {\n  a: int\n}"), {"W0100 4:9"}},
      {when("(a == b"), {"W0101 4:8"}},
      {when("a in [b, c}"), {"W0101 4:13"}},
      {top("record A {\n  a: int\n\nrecord B {\n  b: int\n}"), {"W0101 4:9"}},
      {top("rule r for d {\n  then forbid x\n\nrule s for d {\n  then forbid x\n}"),
       {"W0101 4:16"}},
      {rule("x at least 3"), {"W0124 4:3"}},
      {top("record a-b { c: int }"), {"W0125 3:8"}},
      {when("a)"), {"W0127 4:9"}},
      {rule("effective from 31.12.2026 through 2027-01-31\n  then forbid x"), {"W0128 4:18"}},
      {when("a > 1,000"), {"W0129 4:12"}},
      {when("a equals b"), {"W0130 4:10"}},
      {top("define f: bool = a equals b"), {"W0130 3:20"}},
      {top("record when { a: int }"), {"W0102 3:8"}},
      {top("enum E { low, none }"), {"W0102 3:15"}},
      {top("decision d() {\n  a: bool = true\n  none: bool = true\n}"), {"W0102 5:3"}},
      {top("decision d() {\n  any: bool = true\n}"), {"W0102 4:3"}},
      {top("define _(a: int): int = 1"), {"W0103 3:8"}},
      {when("_ == 1"), {"W0103 4:8"}},
      {top("recrod R { a: int }"), {"W0104 3:1"}},
      {top("}"), {"W0100 3:1"}},
      {when("a = b"), {"W0107 4:10"}},
      {top("data a: R = { a = 1 }"), {"W0126 3:17"}},
      {when("a && b"), {"W0108 4:10"}},
      {when("a || b"), {"W0108 4:10"}},
      {when("!a"), {"W0108 4:8"}},
      {when("a === b"), {"W0108 4:10"}},
      {when("a <> b"), {"W0108 4:10"}},
      {when("a;"), {"W0109 4:9"}},
      {when("a == 'b'"), {"W0110 4:13"}},
      {when("a == \xE2\x80\x9C"
            "b\xE2\x80\x9D"),
       {"W0110 4:13"}},
      {top("/* no */\nenum E { a }"), {"W0111 3:1"}},
      {top("# no\nenum E { a }"), {"W0112 3:1"}},
      {when("a\xC2\xA0== b"), {"W0112 4:9"}},
      {when("if a then b"), {"W0113 4:19"}},
      {rule("then x = 3"), {"W0114 4:10"}},
      {rule("then x is high"), {"W0114 4:10"}},
      {rule("then forbid x\n  because no quotes"), {"W0115 5:11"}},
      {when("a\n    - b > 1"), {"W0116 5:5"}},
      {when("f\n    (b)"), {"W0116 5:5"}},
      {top("decision d() {\n  a: int = f\n    (b)\n}"), {"W0116 5:5"}},
      {top("decision d() {\n  a: int = b\n    - c\n}"), {"W0116 5:5"}},
      {top("decision d() {\n  (b)\n}"), {"W0100 4:3"}},
      {when("/a/"), {"W0117 4:8"}},
      {top("table t(a: bool) -> bool { true => false }"), {"W0118 3:28"}},
      {top("table t(a: bool) -> int {\n  true => 1, false => 2\n}"), {"W0118 4:20"}},
      {rule("then forbid x\n  when a"), {"W0119 5:3"}},
      {rule("unless a\n  each x in xs\n  then forbid x"), {"W0119 5:3"}},
      {top("test \"t\" {\n  expect a\n  given d(a: 1)\n}"), {"W0119 5:3"}},
      {rule("then forbid x\n  because \"a\"\n  because \"b\""), {"W0120 6:3"}},
      {top("test \"t\" {\n  given d(a: 1)\n  given d(a: 1)\n}"), {"W0120 5:3"}},
      {top("record R { a: int max 1 max 2 }"), {"W0120 3:25"}},
      {rule("when a"), {"W0121 3:6"}},
      {top("test \"t\" { expect a }"), {"W0121 3:6"}},
      {top("waive r for d {\n  effective from 2026-01-01\n  by \"x\"\n  because \"y\"\n}"),
       {"W0121 4:3"}},
      {top("waive r for d {\n  then forbid x\n  effective through 2026-01-01\n  by \"x\"\n"
           "  because \"y\"\n}"),
       {"W0100 4:3"}},
      {top("data a: list<int> = [\n  1\n  2\n]"), {"W0122 5:3"}},
      {top("data a: map<string, int> = {\n  \"a\": 1\n  \"b\": 2\n}"), {"W0122 5:3"}},
      {rule("if a then forbid x"), {"W0123 4:3"}},
      // Expressions.
      {when("a and b or c"), {"W0140 4:16"}},
      {when("a or b and c"), {"W0140 4:15"}},
      {when("1 < a < 3"), {"W0141 4:14"}},
      {when("a == b is present"), {"W0141 4:18"}},
      {when("any x in xs satisfies x.a and x.b"), {"W0142 4:38"}},
      {when("not any x in xs satisfies any y in x satisfies y and b implies y"), {"W0142 4:71"}},
      {when("any x in xs satisfies if x then a else b"), {"W0100 4:30"}},
      {rule("then forbid x\n  because \"{lower(a)}\""), {"W0143 5:18"}},
      {top("waive r for d {\n  effective through 2026-01-01\n  by \"x\"\n  because \"{y}\"\n}"),
       {"W0144 6:12"}},
      {rule("effective from 2026-01-01T00:00:00Z through 2026-01-02\n  then forbid x"),
       {"W0145 4:18"}},
      {rule("then forbid x\n  because \"{}\""), {"W0146 5:12"}},
      {rule("then forbid x\n  because \"a { b\""), {"W0146 5:14"}},
      // Literals.
      {when("a == \"b"), {"W0160 4:13"}},
      {when("a == \"\\d\""), {"W0161 4:14"}},
      {when("a == \"\\{\""), {"W0161 4:14"}},
      {when("a == \"\\*\""), {"W0161 4:14"}},
      {when("a == \"\\u{110000}\""), {"W0162 4:14"}},
      {when("a == \"\\u{D800}\""), {"W0162 4:14"}},
      {when("a == \"\\u41\""), {"W0162 4:14"}},
      {when("a == 0x1F"), {"W0163 4:13"}},
      {when("a == 1__0"), {"W0163 4:13"}},
      {when("a == 1h30"), {"W0164 4:13"}},
      {when("a == 15min"), {"W0165 4:13"}},
      {when("a == 30m1h"), {"W0166 4:13"}},
      {when("a == 1h1h"), {"W0166 4:13"}},
      {when("a == 1.5h"), {"W0167 4:13"}},
      {when("a == 9223372036854775808"), {"W0168 4:13"}},
      {when("a == 99999999999999w"), {"W0168 4:13"}},
      {when("a == 1.23456"), {"W0169 4:13"}},
      {when("a == 2026-02-29"), {"W0170 4:13"}},
      {when("a == 0000-01-01"), {"W0170 4:13"}},
      {when("a == 2026-02-03T12:00Z"), {"W0171 4:13"}},
      {when("a == 2026-02-03T12:00:60Z"), {"W0171 4:13"}},
      {when("a matches /b"), {"W0172 4:18"}},
      {when("a matches //"), {"W0173 4:18"}},
      {rule("then x require 0 of { a }"), {"W0174 4:18"}},
      {rule("then x at most 15 minutes"), {"W0175 4:18"}},
  };
  return cases;
}

TEST(SyntaxErrors, AreFoundWhereTheyAre) {
  for (const Rejection& c : rejections()) {
    const Parsed parsed(c.source);
    EXPECT_EQ(parsed.findings(), c.findings) << c.source << parsed.text();
  }
}

TEST(SyntaxErrors, AreAllCovered) {
  std::set<std::string> seen;
  for (const Rejection& c : rejections()) {
    for (const std::string& finding : c.findings)
      seen.insert(finding.substr(0, 5));
  }
  // These need long sources: see the tests of limits.
  const std::set<std::string> elsewhere{"W0008", "W0105", "W0106"};
  for (const DiagnosticInfo& row : diagnostic_registry()) {
    const std::string code(row.code);
    if (code >= "W0200" || elsewhere.contains(code)) continue;
    EXPECT_TRUE(seen.contains(code)) << code << " " << row.name;
  }
}

TEST(SyntaxErrors, SuggestWhatWasMeant) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {when("a = b"), "write `==`"},
      {when("a && b"), "write `and`"},
      {top("recrod R { a: int }"), "did you mean `record`?"},
      {rule("wehn a\n  then forbid x"), "did you mean `when`?"},
      {rule("then x atleast 3"), "write `at least`"},
      {top("decision d() { a: hihgest int starting at 1 }"), "did you mean `highest`?"},
      {top("ordered record R { a: int }"), "`ordered` stands before `enum`"},
      {rule("then x at most 15 minutes"), "write `15m`"},
      {when("a == 15min"), "write `15m`"},
      {rule("then forbid x\n  because no quotes"), "write `\"no quotes\"`"},
      {top("data a: map[string, int]"), "write `map<string, T>`"},
      {top("enum E { auto }"), "`NAME as \"auto\"`"},
      {top("data a: R = { a = 1 }"), "write `:`; two values are compared with `==`"},
      {when("any x in xs satisfies x.a and x.b"), "put the whole body in parentheses"},
      {when("a == any x in xs satisfies x"), "put it in parentheses: `(any …)`"},
      {when("a == not b"), "put it in parentheses: `(not …)`"},
      {when("a + only x in xs where x"), "put it in parentheses: `(only …)`"},
      {"", "put `writ 1` on the first line"},
  };
  for (const auto& [source, help] : cases) {
    const Parsed parsed(source);
    ASSERT_FALSE(parsed.diagnostics.empty()) << source;
    EXPECT_NE(parsed.diagnostics.sorted().front().help.find(help), std::string::npos)
        << parsed.text();
  }
}

// --- Going on after an error
// ----------------------------------------------------------------------

TEST(Recovery, ReportsTheErrorsOfAllFilesInOneRun) {
  const Parsed parsed({{"b.writ",
                        "writ 1\npackage t\nenum E { a b }\n\nrule r for d {\n  when x ==\n"
                        "  then forbid y\n}\n"},
                       {"a.writ", "writ 1\npackage t\nrecord R {\n  a int\n  b: string\n}\n"}});
  EXPECT_EQ(parsed.findings(), (Findings{"W0100 4:5", "W0100 3:12", "W0100 6:12"}));
  EXPECT_EQ(parsed.sources.files()[0].name, "a.writ");
  // What could be read is there.
  ASSERT_EQ(parsed.tree.files.size(), 2u);
  EXPECT_EQ(parsed.tree.files[0].records[0].fields.size(), 1u);
  EXPECT_EQ(parsed.tree.files[1].rules[0].contributions.size(), 1u);
}

TEST(Recovery, GoesOnWithinBodies) {
  const std::vector<Rejection> cases{
      {rule(
           "when a ==\n  each x in\n  when (a == b\n  unless b b\n  then x = 1\n  then y at least"),
       {"W0100 4:12", "W0100 5:12", "W0101 6:8", "W0130 7:12", "W0114 8:10", "W0100 9:18"}},
      {top("record R {\n  a int\n  b: list[int]\n  c: int 1..\n  d: string\n}\nenum F { }"),
       {"W0100 4:5", "W0100 5:10", "W0100 6:13", "W0100 9:10"}},
      {top("decision d(a: int) {\n  a: highest int starting 3\n  b: lowest int per x\n  local c: "
           "{\n"
           "  d: codes\n}\nenum F { }"),
       {"W0100 4:27", "W0100 5:22", "W0100 6:12", "W0100 9:10"}},
      {top("table t(a: bool) -> bool {\n  true = false\n  false =>\n  _ => a b\n}\nenum F { }"),
       {"W0100 4:8", "W0100 5:11", "W0100 6:10", "W0100 8:10"}},
      {top("test \"t\" {\n  given d(a = 1)\n  expect ==\n  expect a == \n  expect error "
           "\"\n}\nenum F { }"),
       {"W0126 4:13", "W0100 5:10", "W0100 6:14", "W0100 9:10"}},
  };
  for (const Rejection& c : cases) {
    const Parsed parsed(c.source);
    EXPECT_EQ(parsed.findings(), c.findings) << c.source << parsed.text();
  }
}

TEST(Recovery, IsNotMisledByStringsAndComments) {
  const Parsed parsed(
      top("rule r for d {\n  when a == \"}\" b // when x ==\n"
          "  because \"\\\"then\" }\n\nenum F { }"));
  EXPECT_EQ(parsed.findings(), (Findings{"W0130 4:17", "W0100 7:10"})) << parsed.text();
}

TEST(Recovery, TakesNoThenOfAnIfForAPart) {
  const Parsed parsed(rule("when b b and if a\n    then c\n    else d\n  then forbid x"));
  EXPECT_EQ(parsed.findings(), (Findings{"W0130 4:10"})) << parsed.text();
}

TEST(Recovery, ReportsAHundredAndCountsTheRest) {
  std::string source = kHeader;
  for (int k = 0; k < 150; ++k)
    source += "enum E { }\n";
  const Parsed parsed(source);
  EXPECT_EQ(parsed.diagnostics.sorted().size(), 100u);
  EXPECT_EQ(parsed.diagnostics.hidden(), 50u);
}

// --- Limits
// ---------------------------------------------------------------------------------------

std::string repeated(const std::string& piece, std::size_t count) {
  std::string out;
  out.reserve(piece.size() * count);
  for (std::size_t k = 0; k < count; ++k)
    out += piece;
  return out;
}

std::string define(const std::string& expression) {
  return top("define f: int = " + expression);
}

TEST(Limits, BracketsNestTo64) {
  const std::vector<std::pair<std::string, std::string>> brackets{{"(", ")"},
                                                                  {"[", "]"},
                                                                  {"{", "}"},
                                                                  {"{a: ", "}"},
                                                                  {"{\"a\": ", "}"},
                                                                  {"f(", ")"},
                                                                  {"{x for x in ", "}"},
                                                                  {"x[", "]"},
                                                                  {"one of {", "}"},
                                                                  {"(only x in ", " where 1)"},
                                                                  {"count(x in ", ")"},
                                                                  {"x with {a: ", "}"}};
  for (const auto& [open, close] : brackets) {
    const Parsed fits(define(repeated(open, 64) + "1" + repeated(close, 64)));
    EXPECT_EQ(fits.findings(), Findings{}) << open << fits.text();
    const Parsed too_deep(define(repeated(open, 65) + "1" + repeated(close, 65)));
    ASSERT_EQ(too_deep.diagnostics.error_count(), 1u) << open;
    EXPECT_EQ(too_deep.findings().front().substr(0, 5), "W0105") << open;
  }
  EXPECT_EQ(Parsed(top("data d: " + repeated("set<", 64) + "int" + repeated(">", 64))).findings(),
            Findings{});
}

TEST(Limits, HostileSourcesEndWithOneErrorInLinearTime) {
  constexpr std::size_t kMany = 6'000;
  const std::vector<std::pair<std::string, std::string>> cases{
      {define(repeated("(", kMany)), "W0105"},
      {define(repeated("{", kMany)), "W0105"},
      {define(repeated("{a:[(", kMany)), "W0105"},
      {define(repeated("if a then ", kMany)), "W0105"},
      {define(repeated("any x in xs satisfies ", kMany)), "W0105"},
      {define(repeated("any x in ", kMany)), "W0105"},
      {top("data d: " + repeated("list<", kMany)), "W0105"},
      {define(repeated("not ", kMany) + "a"), "W0106"},
      {define(repeated("- ", kMany) + "a"), "W0106"},
      {define("a" + repeated(" + a", kMany)), "W0106"},
      {define("a" + repeated(" and a", kMany)), "W0106"},
      {define("a" + repeated(" implies a", kMany)), "W0106"},
      {define("a" + repeated(" or else a", kMany)), "W0106"},
      {define("a" + repeated(".b", kMany)), "W0106"},
      {define("a" + repeated("[b]", kMany)), "W0106"},
      {define("a" + repeated("(b)", kMany)), "W0106"},
      {define(repeated("if a then b else ", kMany) + "c"), "W0106"},
      {define("a" + repeated(" < a", kMany)), "W0141"},
      {define(repeated("1", kMany)), "W0168"},
      {define("\"" + repeated("a", kMany)), "W0160"},
      {define(repeated("(if a then ", 60) + "b" + repeated(" ", kMany)), "W0113"},
      {define(repeated("a", kMany) + " b"), "W0130"},
      {std::string(16 * 1024 * 1024 + 1, ' '), "W0008"},
  };
  for (const auto& [source, code] : cases) {
    const auto start = std::chrono::steady_clock::now();
    const Parsed parsed(source);
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    ASSERT_EQ(parsed.diagnostics.error_count(), 1u) << source.substr(0, 60) << parsed.text();
    EXPECT_EQ(parsed.findings().front().substr(0, 5), code) << source.substr(0, 60);
    // A second is a hundred times what it takes; quadratic or worse would be far beyond.
    EXPECT_LT(taken.count(), 30.0) << source.substr(0, 60);
  }
}

TEST(Limits, LongListsAreNoDepth) {
  const std::vector<std::string> sources{
      top("table t(a: int) -> int {\n  " + repeated("1 | ", 5000) + "2 => 3\n}"),
      top("data d: set<int> = [" + repeated("1, ", 5000) + "]"),
      define("a" + repeated(" and a", 400)),
      rule("then forbid x\n  because \"" + repeated("{a[b]}", 5000) + "\""),
  };
  for (const std::string& source : sources)
    EXPECT_EQ(Parsed(source).findings(), Findings{});
}

// Nested ambiguity costs no more than its length: 60 levels would never end otherwise.
TEST(Limits, NoReadingIsTriedTwice) {
  const std::vector<std::string> pieces{"(",
                                        "{",
                                        "[",
                                        "{a: ",
                                        "f(",
                                        "(if a then b else ",
                                        "(any x in xs satisfies ",
                                        "count(",
                                        "x with {a.b: "};
  for (const std::string& piece : pieces) {
    const Parsed parsed(define(repeated(piece, 60) + "?"));
    EXPECT_EQ(parsed.diagnostics.error_count(), 1u) << piece << parsed.text();
  }
}

}  // namespace
}  // namespace writ::dsl
