// Every kind of finding is explained, and every explanation is true: its wrong example has the
// mistake, its repaired example has none.

#include "dsl/explanations.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tools/explanation_text.hpp"
#include "tools/policy.hpp"

namespace writ::dsl {
namespace {

std::vector<DiagnosticKind> all_kinds() {
  std::vector<DiagnosticKind> kinds;
  for (std::size_t i = 0; i < diagnostic_registry().size(); ++i)
    kinds.push_back(static_cast<DiagnosticKind>(i));
  return kinds;
}

tools::Policy load_example(std::string_view example) {
  return tools::load_sources(example_sources(example));
}

TEST(Explanations, EveryKindHasExactlyOne) {
  std::map<DiagnosticKind, int> rows;
#define WRIT_EXPLANATION(kind, text, wrong, right) ++rows[DiagnosticKind::kind];
#include "dsl/explanations/all.inc"
#undef WRIT_EXPLANATION
  for (const DiagnosticKind kind : all_kinds()) {
    const DiagnosticInfo& row = info(kind);
    EXPECT_EQ(rows[kind], 1) << row.code << " " << row.name;
    EXPECT_NE(find_explanation(kind), nullptr) << row.code;
  }
}

TEST(Explanations, TextsAreAFewLinesForPeople) {
  for (const DiagnosticKind kind : all_kinds()) {
    const Explanation* explanation = find_explanation(kind);
    if (explanation == nullptr) continue;
    const std::string_view text = explanation->text;
    const auto lines = std::count(text.begin(), text.end(), '\n') + 1;
    EXPECT_GE(lines, 2) << info(kind).code;
    EXPECT_LE(lines, 6) << info(kind).code;
    EXPECT_EQ(text.find("\n\n"), text.npos) << info(kind).code;
    EXPECT_EQ(std::count(text.begin(), text.end(), '`') % 2, 0) << info(kind).code;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      EXPECT_LE(end - at, 110u) << info(kind).code << ": " << text.substr(at, end - at);
      at = end + 1;
    }
  }
}

TEST(Explanations, WrongExamplesHaveTheMistakeFirst) {
  for (const DiagnosticKind kind : all_kinds()) {
    const Explanation* explanation = find_explanation(kind);
    if (explanation == nullptr || explanation->wrong.empty()) continue;
    const tools::Policy policy = load_example(explanation->wrong);
    const std::vector<Diagnostic> findings = policy.diagnostics.sorted();
    ASSERT_FALSE(findings.empty()) << info(kind).code << ": nothing is found";
    EXPECT_EQ(info(findings.front().kind).code, info(kind).code)
        << render_text(policy.diagnostics, policy.sources, false);
  }
}

TEST(Explanations, RightExamplesHaveNoMistake) {
  for (const DiagnosticKind kind : all_kinds()) {
    const Explanation* explanation = find_explanation(kind);
    if (explanation == nullptr) continue;
    EXPECT_EQ(explanation->right.empty(), explanation->wrong.empty()) << info(kind).code;
    if (explanation->right.empty()) continue;
    const tools::Policy policy = load_example(explanation->right);
    EXPECT_TRUE(policy.ok()) << info(kind).code << "\n"
                             << render_text(policy.diagnostics, policy.sources, false);
    for (const Diagnostic& finding : policy.diagnostics.sorted())
      EXPECT_NE(finding.kind, kind) << render_text(policy.diagnostics, policy.sources, false);
  }
}

TEST(Explanations, ExamplesMayHaveSeveralFilesAndBytes) {
  const Sources one = example_sources("writ 1\npackage p");
  ASSERT_EQ(one.files().size(), 1u);
  EXPECT_EQ(one.files()[0].name, "policy.writ");
  EXPECT_EQ(one.files()[0].text, "writ 1\npackage p\n");
  const Sources two = example_sources("// file b.writ\nb ‹E9 0a›\n// file a.writ\na");
  ASSERT_EQ(two.files().size(), 2u);
  EXPECT_EQ(two.files()[0].name, "a.writ");
  EXPECT_EQ(two.files()[0].text, "// file a.writ\na\n");
  EXPECT_EQ(two.files()[1].text, "// file b.writ\nb \xE9\n\n");
}

TEST(Explanations, CodesAreFoundAsPeopleWriteThem) {
  for (const std::string_view code : {"W0203", "w0203", "0203", "203"})
    EXPECT_EQ(tools::kind_of_code(code), DiagnosticKind::decision_declared_twice) << code;
  for (const std::string_view code : {"", "W", "W0000", "203x", "x203", "-203", "W99999999999"})
    EXPECT_EQ(tools::kind_of_code(code), std::nullopt) << code;
  EXPECT_EQ(tools::unknown_code_text("W0225"),
            "there is no finding `W0225`; the codes next to it are `W0224`, `W0226` and `W0223`");
  EXPECT_EQ(tools::unknown_code_text("error"),
            "there is no finding `error`; a code looks like `W0203`");
}

TEST(Explanations, SayWhatTheCheckerSays) {
  const std::string text =
      tools::explanation_text(DiagnosticKind::edition_missing, tools::Color::off);
  EXPECT_TRUE(
      text.starts_with("error[W0003]: the file does not name its edition; every file "
                       "begins with `writ 1`\n\nThe first line"))
      << text;
  EXPECT_NE(text.find("\nA policy with this mistake\n\n    package p\n"), text.npos) << text;
  EXPECT_NE(text.find("\n    error[W0003]: the file does not name its edition"), text.npos) << text;
  EXPECT_TRUE(text.ends_with("\nThe policy repaired\n\n    writ 1\n    package p\n")) << text;
}

TEST(Explanations, MessagesNameNothingInParticular) {
  EXPECT_EQ(tools::general_message(DiagnosticKind::duration_apart),
            "`…` stands apart from its number; a duration is written in one piece");
  // Braces that are no argument stay.
  EXPECT_EQ(tools::general_message(DiagnosticKind::text_call),
            "`{` `}` in a text takes the path of a value; nothing is called there");
}

}  // namespace
}  // namespace writ::dsl
