#include <ostream>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "dsl/checker.hpp"

// Declarations, types as written and constants through dsl::load.
namespace writ::dsl {
namespace {

Sources sources_of(std::string_view body) {
  std::vector<SourceFile> files;
  files.push_back({"t.writ", "writ 1\npackage t\n" + std::string(body) + "\n"});
  return Sources(std::move(files));
}

struct Case {
  std::string_view text;
  std::string_view code;     ///< of the only finding
  std::string_view marked;   ///< the text under its span
  std::string_view message;  ///< a part of the message or of the help
};
void PrintTo(const Case& c, std::ostream* out) {
  *out << c.text;
}

class RefusedDeclarations : public testing::TestWithParam<Case> {};

TEST_P(RefusedDeclarations, AreReportedOnce) {
  const Case& refused = GetParam();
  const Sources sources = sources_of(refused.text);
  Diagnostics diagnostics;
  EXPECT_FALSE(load(sources, diagnostics).has_value());
  const std::vector<Diagnostic> found = diagnostics.sorted();
  ASSERT_EQ(found.size(), 1u) << render_text(diagnostics, sources, false);
  EXPECT_EQ(info(found[0].kind).code, refused.code) << found[0].message;
  EXPECT_EQ(sources.text(found[0].span), refused.marked) << found[0].message;
  EXPECT_NE((found[0].message + "\n" + found[0].help).find(refused.message), std::string::npos)
      << found[0].message << "\n"
      << found[0].help;
}

INSTANTIATE_TEST_SUITE_P(
    Enums, RefusedDeclarations,
    testing::Values(Case{"enum E { a, a }", "W0205", "a", "member `a`"},
                    Case{"enum E { a as \"x\", b as \"x\" }", "W0207", "\"x\"", "two members"},
                    Case{"enum E { a, unknown } else unknown", "W0208", "unknown", ""},
                    Case{"enum E { a }\nrecord E { x: int }", "W0200", "E", "one name space"},
                    Case{"enum int { a }", "W0204", "int", "built in"},
                    Case{"enum E { a, b, c, d, e, f, g, h, i, j, k, l, m }\n"
                         "define q(x: quorum E): bool = x == auto",
                         "W0292", "E", "13 members"}));

INSTANTIATE_TEST_SUITE_P(
    Records, RefusedDeclarations,
    testing::Values(Case{"record R { a: int, a: int }", "W0206", "a", ""},
                    Case{"record R { a: list<R> }", "W0214", "R", "`R` holds `R`"},
                    Case{"record A { b: B }\nrecord B { a: A? }", "W0214", "A",
                         "`A` holds `B` holds `A`"},
                    Case{"record R { a: Nit }", "W0213", "Nit", ""},
                    Case{"record R { a: strin }", "W0213", "strin", "did you mean `string`?"},
                    Case{"record R { a: list<int?> }", "W0217", "int?", "leave the `?` away"},
                    Case{"record R { a: map<int, int> }", "W0218", "int", "strings or members"},
                    Case{"record R { a: string 1..3 }", "W0221", "1..3", "numbers"},
                    Case{"record R { a: int 3..1 }", "W0222", "1", "`3` is above `1`"},
                    Case{"record R { a: string max 0 }", "W0223", "0", "from 1"},
                    Case{"record R { a: bool max 3 }", "W0221", "3", "`max`"},
                    Case{"record R { a: string matching /(/ }", "W0224", "/(/", "missing )"},
                    Case{"record R { a: int 1..10 min 2 }", "W0221", "2", "already"},
                    Case{"record R { a: int max 1.5 }", "W0250", "1.5", "`int` is needed"},
                    Case{"enum E { a }\nrecord R { q: quorum E }", "W0220", "q", "JSON"}));

INSTANTIATE_TEST_SUITE_P(
    Callables, RefusedDeclarations,
    testing::Values(Case{"define count(x: int): int = x", "W0204", "count", "built in"},
                    Case{"define f(x: int): int = g(x)\ndefine g(x: int): int = f(x)", "W0216", "f",
                         "`f` calls `g` calls `f`"},
                    Case{"define f(x: int): bool = x", "W0250", "x", "the value of `f`"},
                    Case{"define f(x: int): int = y", "W0240", "y", ""},
                    Case{"define f(x: int, x: int): int = x", "W0211", "x", ""},
                    Case{"define f(x: int): int = x\ntable f(y: bool) -> int {\n  _ => 1\n}",
                         "W0201", "f", ""}));

INSTANTIATE_TEST_SUITE_P(
    Data, RefusedDeclarations,
    testing::Values(
        Case{"data d: int 1..5 = 7", "W0401", "7", "`1..5`"},
        Case{"data d: list<int 0..3> = [1, 9, 2]", "W0401", "9", ""},
        Case{"data d: string max 3 = \"abcd\"", "W0402", "\"abcd\"", "4 characters"},
        Case{"data d: string matching /[a-z]+/ = \"A\"", "W0403", "\"A\"", "/[a-z]+/"},
        Case{"data d: duration = -1h", "W0401", "-1h", "at least `0s`"},
        Case{"record R { a: int, b: int? }\ndata d: R = { b: 1 }", "W0271", "{ b: 1 }", "`a`"},
        Case{"record R { a: int }\ndata d: R = { a: 1, c: 2 }", "W0243", "c", "no field `c`"},
        Case{"record R { a: int 0..3 }\ndata d: list<R> = [{ a: 1 }, { a: 4 }]", "W0401", "4", ""},
        Case{"enum E { a, b }\ndata d: map<E, int> = { a: 1, c: 2 }", "W0241", "c", "`E`"},
        Case{"data d: map<string, int> = { \"a\": 1, \"a\": 2 }", "W0272", "\"a\"", "twice"},
        Case{"data d: int = absent", "W0302", "absent", "not optional"},
        Case{"data d: ip = ip \"10.0.0\"", "W0405", "ip \"10.0.0\"", ""},
        Case{"data d: decimal = 1000000000000000", "W0404", "1000000000000000", ""}));

INSTANTIATE_TEST_SUITE_P(
    Fixtures, RefusedDeclarations,
    testing::Values(Case{"record R { a: int }\nfixture f: R = g with { a: 1 }\nfixture g: R = f",
                         "W0407", "f", "needs itself"},
                    Case{"record R { a: int }\nfixture f: R = { a: 1 }\n"
                         "fixture g: R = f with { b: 1 }",
                         "W0243", "b", ""},
                    Case{"record R { a: int 0..3 }\nfixture f: R = { a: 1 }\n"
                         "fixture g: R = f with { a: 7 }",
                         "W0401", "7", ""},
                    Case{"record R { a: int }\nfixture f: R = { a: 1 }\n"
                         "fixture g: R = f with { a: absent }",
                         "W0302", "absent", ""},
                    Case{"record R { a: int }\nrecord S { r: R? }\nfixture f: S = {}\n"
                         "fixture g: S = f with { r.a: 3 }",
                         "W0410", "a", "`r: { … }`"}));

/// Records `R1` to `R<count>`, each holding the one before.
std::string chain_of_records(int count) {
  std::string text = "record R1 { x: int }\n";
  for (int i = 2; i <= count; ++i)
    text += "record R" + std::to_string(i) + " { r: R" + std::to_string(i - 1) + " }\n";
  return text;
}

std::string lists(int count) {
  std::string text = "int";
  for (int i = 0; i < count; ++i)
    text = "list<" + text + ">";
  return text;
}

/// The codes of all findings.
std::string codes_of(std::string declarations) {
  const Sources sources = sources_of(std::move(declarations));
  Diagnostics diagnostics;
  (void)load(sources, diagnostics);
  std::string codes;
  for (const Diagnostic& found : diagnostics.sorted())
    codes += (codes.empty() ? "" : " ") + std::string(info(found.kind).code);
  return codes;
}

TEST(Declarations, ValuesNestAsDeepAsTheyAreRead) {
  const auto input = [](const std::string& type) {
    return "decision d(x: " + type + ") { r: highest int starting at 0 }\n";
  };
  // The object of the inputs is one level.
  EXPECT_EQ(codes_of(chain_of_records(15) + input("R15")), "");
  EXPECT_EQ(codes_of(chain_of_records(16)), "");
  EXPECT_EQ(codes_of(chain_of_records(16) + input("R16")), "W0228");
  EXPECT_EQ(codes_of(chain_of_records(16) + "data d: R16\n"), "");
  EXPECT_EQ(codes_of(chain_of_records(16) + "data d: map<string, R16>\n"), "W0228");
  EXPECT_EQ(codes_of(input(lists(15))), "");
  EXPECT_EQ(codes_of(input(lists(16))), "W0228");
  EXPECT_EQ(codes_of(input(lists(40))), "W0228");
  EXPECT_EQ(codes_of(chain_of_records(14) + input("list<R14>")), "");
  EXPECT_EQ(codes_of(chain_of_records(14) + input("list<list<R14>>")), "W0228");
  // Records that nothing can hold are reported once, and what holds them is not.
  EXPECT_EQ(codes_of(chain_of_records(18) + input("R18")), "W0215");
  EXPECT_EQ(codes_of("record R { x: " + lists(15) + " }\n"), "");
  EXPECT_EQ(codes_of("record R { x: " + lists(20) + " }\n" + input("R")), "W0215");
}

TEST(Declarations, TypesAndConstantsOfTheModel) {
  const Sources sources = sources_of(
      "ordered enum Tier { low, high as \"HIGH\" or \"hi\" }\n"
      "record R { a: string?, n: int 1..5, at: time, e: enum { x, y } else unknown }\n"
      "data names: set<string> = [\"b\", \"a\", \"b\"]\n"
      "data tiers: map<Tier, duration> max 4 = { high: 90m, low: 1h }\n"
      "data rs: list<R> = [{ n: 1, at: 2026-01-02, e: y }]\n");
  Diagnostics diagnostics;
  const std::optional<Model> model = load(sources, diagnostics);
  ASSERT_TRUE(model.has_value()) << render_text(diagnostics, sources, false);
  ASSERT_EQ(model->data.size(), 3u);
  const auto json = [&](std::size_t i) {
    return value_to_json(model->types, model->data[i].type, *model->data[i].literal);
  };
  EXPECT_EQ(json(0), R"(["a","b"])");
  EXPECT_EQ(json(1), R"({"low":3600,"HIGH":5400})");
  EXPECT_EQ(json(2), R"([{"n":1,"at":"2026-01-02T00:00:00Z","e":"y"}])");
  EXPECT_EQ(model->types[model->data[0].type].max_size, kUnbounded);
  EXPECT_EQ(model->types[model->data[1].type].max_size, 4u);
  const Record& record = model->types.records[0];
  EXPECT_EQ(model->types.text(record.fields[1].type), "int 1..5");
  EXPECT_EQ(model->types[record.fields[0].type].max_size, 1024u);
  EXPECT_EQ(model->types.text(record.fields[3].type), "enum { x, y } else unknown");
}

TEST(Declarations, AfterASyntaxErrorNothingIsCalledMissing) {
  const Sources sources = sources_of(
      "record R { a: }\n"
      "define f(r: R): bool = r.a == 1\n"
      "define g(x: int): int = x + 1h\n");
  Diagnostics diagnostics;
  EXPECT_FALSE(load(sources, diagnostics).has_value());
  const std::vector<Diagnostic> found = diagnostics.sorted();
  ASSERT_EQ(found.size(), 2u) << render_text(diagnostics, sources, false);
  EXPECT_EQ(info(found[0].kind).code, "W0100");
  EXPECT_EQ(info(found[1].kind).code, "W0256");
}

}  // namespace
}  // namespace writ::dsl
