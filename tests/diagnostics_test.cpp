#include "dsl/diagnostics.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace writ::dsl {
namespace {

constexpr DiagnosticKind kKind = DiagnosticKind::foreign_operator;

TEST(Sources, CountLinesAndColumns) {
  const Sources sources(
      std::vector<SourceFile>{{"b.writ", "x"}, {"a.writ", "one\r\n\xC3\xA9t\xC3\xA9 = 1\n"}});
  EXPECT_EQ(sources.files()[0].name, "a.writ");
  const Span equals{0, 11, 12};
  EXPECT_EQ(sources.text(equals), "=");
  EXPECT_EQ(sources.place(equals).line, 2u);
  EXPECT_EQ(sources.place(equals).column, 5u);
  EXPECT_EQ(sources.at(equals), "a.writ:2:5");
  EXPECT_EQ(sources.line(0, 0), "one");
  EXPECT_EQ(sources.line(0, 11), "\xC3\xA9t\xC3\xA9 = 1");
  // Places outside the text are its end.
  EXPECT_EQ(sources.text({0, 90, 99}), "");
  EXPECT_EQ(sources.at({0, 99, 99}), "a.writ:3:1");
  EXPECT_EQ(sources.at({7, 0, 0}), "");
}

TEST(Diagnostics, CodesAreDistinctAndWellFormed) {
  std::set<std::string_view> codes, names;
  for (const DiagnosticInfo& row : diagnostic_registry()) {
    EXPECT_TRUE(codes.insert(row.code).second) << row.code;
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_EQ(row.code.size(), 5u) << row.code;
    EXPECT_TRUE(row.code.starts_with('W')) << row.code;
    EXPECT_FALSE(row.message.ends_with('.')) << row.code;
    const char first = row.message.empty() ? 'X' : row.message.front();
    EXPECT_FALSE(first >= 'A' && first <= 'Z') << row.code;
    EXPECT_EQ(std::count(row.message.begin(), row.message.end(), '`') % 2, 0) << row.code;
  }
}

TEST(Diagnostics, AreSortedWithoutRepeats) {
  const Sources sources(std::vector<SourceFile>{{"a.writ", "aaaa"}, {"b.writ", "bbbb"}});
  Diagnostics diagnostics;
  diagnostics.report(kKind, {1, 0, 1}, {"x", "y"});
  diagnostics.report(kKind, {0, 2, 3}, {"x", "y"});
  diagnostics.report(kKind, {0, 1, 2}, {"x", "y"});
  diagnostics.report(kKind, {0, 2, 3}, {"x", "y"});
  EXPECT_EQ(diagnostics.error_count(), 4u);
  const auto sorted = diagnostics.sorted();
  ASSERT_EQ(sorted.size(), 3u);
  EXPECT_EQ(sorted[0].span.begin, 1u);
  EXPECT_EQ(sorted[1].span.begin, 2u);
  EXPECT_EQ(sorted[2].span.file, 1u);
  EXPECT_EQ(diagnostics.hidden(), 0u);
  EXPECT_EQ(sorted[0].message, "`x` is not an operator of the language; this is y");
}

TEST(Diagnostics, RenderLikeRustc) {
  const Sources sources(
      std::vector<SourceFile>{{"a.writ", "writ 1\n\twhen \xC3\xA9 \xE6\x97\xA5 && b\nlast"}});
  Diagnostics diagnostics;
  Diagnostic& d = diagnostics.report(kKind, {0, 20, 22}, {"&&", "`and`"});
  ASSERT_EQ(sources.text(d.span), "&&");
  d.help = "write `and`";
  d.notes.push_back({{0, 16, 19}, "a wide one"});
  d.notes.push_back({{0, 0, 4}, "the beginning"});
  EXPECT_EQ(render_text(diagnostics, sources, false),
            "error[W0108]: `&&` is not an operator of the language; this is `and`\n"
            " --> a.writ:2:11\n"
            "  |\n"
            "2 |     when \xC3\xA9 \xE6\x97\xA5 && b\n"
            "  |               ^^\n"
            "  |            -- a wide one\n"
            "  |\n"
            "1 | writ 1\n"
            "  | ---- the beginning\n"
            "  = help: write `and`\n"
            "\n"
            "1 error\n");
  const std::string colored = render_text(diagnostics, sources, true);
  EXPECT_NE(colored.find("\x1b[1;31merror[W0108]\x1b[0m"), std::string::npos);
}

TEST(Diagnostics, RenderPlacesAtTheEnd) {
  const Sources sources(std::vector<SourceFile>{{"a.writ", "one\n"}});
  Diagnostics diagnostics;
  diagnostics.report(kKind, {0, 4, 4}, {"x", "y"});
  diagnostics.report(kKind, {0, 3, 4}, {"x", "y"});
  const std::string text = render_text(diagnostics, sources, false);
  EXPECT_NE(text.find("1 | one\n  |    ^\n"), std::string::npos) << text;
  EXPECT_NE(text.find("2 |\n  | ^\n"), std::string::npos) << text;
  EXPECT_NE(text.find("2 errors\n"), std::string::npos) << text;
}

TEST(Diagnostics, ShowNothingThatSteersATerminal) {
  const Sources sources(
      std::vector<SourceFile>{{"a\x1b[2J.writ", "a \x1b[31m \xFF \xE2\x80\xAE b"}});
  Diagnostics diagnostics;
  diagnostics.report(kKind, {0, 2, 3}, {"\x1b[31m", "y"});
  const std::string text = render_text(diagnostics, sources, false);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find("\xE2\x80\xAE"), std::string::npos);
  EXPECT_NE(text.find("\xEF\xBF\xBD"), std::string::npos);
}

TEST(Diagnostics, ShowPartOfAVeryLongLine) {
  const Sources sources(std::vector<SourceFile>{
      {"a.writ", std::string(5000, 'x') + " && " + std::string(5000, 'y')}});
  Diagnostics diagnostics;
  diagnostics.report(kKind, {0, 5001, 5003}, {"&&", "y"});
  const std::string text = render_text(diagnostics, sources, false);
  EXPECT_LT(text.size(), 600u);
  EXPECT_NE(text.find("\xE2\x80\xA6xxx"), std::string::npos);
  const std::size_t shown = text.find(" && ") + 1;
  const std::size_t marks = text.find("^^");
  // The marks stand below the operator; `…` has three bytes and one column.
  const auto column = [&](std::size_t at) { return at - text.rfind('\n', at); };
  EXPECT_EQ(column(shown) - 2, column(marks));
}

TEST(Diagnostics, RenderAsJson) {
  const Sources sources(std::vector<SourceFile>{{"a.writ", "one\ntwo \"x\"\n"}});
  Diagnostics diagnostics;
  EXPECT_EQ(render_json(diagnostics, sources), "[]");
  Diagnostic& d = diagnostics.report(kKind, {0, 4, 11}, {"\"", "y"});
  d.help = "do";
  d.notes.push_back({{0, 0, 3}, "one"});
  d.notes.push_back({{0, 0, 1}, "two"});
  diagnostics.report(kKind, {0, 0, 1}, {"x", "y"});
  const auto json = nlohmann::json::parse(render_json(diagnostics, sources));
  ASSERT_EQ(json.size(), 2u);
  EXPECT_EQ(json[1]["code"], "W0108");
  EXPECT_EQ(json[1]["severity"], "error");
  EXPECT_EQ(json[1]["message"], "`\"` is not an operator of the language; this is y");
  EXPECT_EQ(json[1]["help"], "do");
  EXPECT_EQ(json[1]["file"], "a.writ");
  EXPECT_EQ(json[1]["line"], 2);
  EXPECT_EQ(json[1]["column"], 1);
  EXPECT_EQ(json[1]["end_line"], 2);
  EXPECT_EQ(json[1]["end_column"], 8);
  ASSERT_EQ(json[1]["notes"].size(), 2u);
  EXPECT_EQ(json[1]["notes"][1]["text"], "two");
}

TEST(Diagnostics, NearestIsByEdits) {
  const std::vector<std::string_view> words{"medium", "high", "low", "unknown"};
  EXPECT_EQ(nearest("meduim", words), "medium");
  EXPECT_EQ(nearest("hihg", words), "high");
  EXPECT_EQ(nearest("lo", words), "low");
  EXPECT_EQ(nearest("unkown", words), "unknown");
  EXPECT_EQ(nearest("critical", words), "");
  EXPECT_EQ(nearest("x", words), "");
  EXPECT_EQ(nearest("", words), "");
  EXPECT_EQ(nearest("high", {}), "");
  EXPECT_EQ(nearest("Medium", words), "medium");
}

TEST(Diagnostics, NearestOfShortNamesIsNoGuess) {
  const std::vector<std::string_view> words{"n", "id", "ttl", "to"};
  EXPECT_EQ(nearest("t", words), "");
  EXPECT_EQ(nearest("N", words), "n");
  EXPECT_EQ(nearest("nn", words), "");
  EXPECT_EQ(nearest("di", words), "id");
  EXPECT_EQ(nearest("ID", words), "id");
  EXPECT_EQ(nearest("ix", words), "");
  EXPECT_EQ(nearest("tt", words), "ttl");
  EXPECT_EQ(nearest("idx", words), "id");
  EXPECT_EQ(nearest("xid", words), "");
  EXPECT_EQ(nearest("tll", words), "ttl");
}

TEST(Diagnostics, FindingsAreTakenBack) {
  Diagnostics diagnostics;
  diagnostics.report(DiagnosticKind::unknown_name, {}, {"a"});
  const std::size_t mark = diagnostics.count();
  diagnostics.report(DiagnosticKind::unknown_name, {}, {"b"}).help = "help";
  diagnostics.report(DiagnosticKind::always_present, {}, {"c"});
  EXPECT_EQ(diagnostics.error_count(), 2u);
  std::vector<Diagnostic> taken = diagnostics.take_after(mark);
  ASSERT_EQ(taken.size(), 2u);
  EXPECT_EQ(taken[0].help, "help");
  EXPECT_EQ(diagnostics.count(), mark);
  EXPECT_EQ(diagnostics.error_count(), 1u);
  diagnostics.add(std::move(taken));
  EXPECT_EQ(diagnostics.count(), 3u);
  EXPECT_EQ(diagnostics.error_count(), 2u);
}

}  // namespace
}  // namespace writ::dsl
