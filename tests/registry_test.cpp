// What the vocabularies of the tree list, the examples of the language show: each diagnostic, each
// instruction, each built-in function and each rule of the grammar occurs in one of them. A row
// that no example can reach is dead and has to go.

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "dsl/checker.hpp"
#include "dsl/parser.hpp"

#include "engine/opcodes.hpp"

#include "tests/golden/golden.hpp"
#include "tests/golden/ways.hpp"

namespace writ::tests {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = WRIT_SOURCE_DIR;

std::vector<Golden> goldens() {
  std::vector<Golden> found;
  for (const char* folder : {"lang", "ui"})
    for (const fs::path& path : files_below(kRoot / "tests" / folder, ".writ"))
      found.push_back(read_golden(path));
  return found;
}

/// The policies that ship: each folder of policies/ is one.
std::vector<dsl::Sources> shipped_policies() {
  std::map<fs::path, std::vector<dsl::SourceFile>> folders;
  for (const fs::path& path : files_below(kRoot / "policies", ".writ"))
    folders[path.parent_path()].push_back({path.filename().string(), read_file(path)});
  std::vector<dsl::Sources> found;
  for (auto& [folder, files] : folders)
    found.emplace_back(std::move(files));
  return found;
}

std::vector<dsl::Sources> accepted_policies() {
  std::vector<dsl::Sources> found = shipped_policies();
  for (const Golden& golden : goldens())
    if (!golden.rejected) found.push_back(golden.sources());
  return found;
}

TEST(Registry, EveryDiagnosticHasAGolden) {
  std::string expectations;
  for (const Golden& golden : goldens())
    if (golden.rejected) expectations += golden.expectations;
  for (const dsl::DiagnosticInfo& kind : dsl::diagnostic_registry()) {
    EXPECT_NE(expectations.find("[" + std::string(kind.code) + "]"), std::string::npos)
        << kind.code << " " << kind.name << " occurs in no file under tests/lang or tests/ui";
  }
}

TEST(Registry, EveryInstructionOccursInAProgram) {
  std::set<std::uint16_t> seen;
  for (const dsl::Sources& sources : accepted_policies()) {
    dsl::Diagnostics diagnostics;
    const auto model = dsl::load(sources, diagnostics);
    ASSERT_TRUE(model) << dsl::render_text(diagnostics, sources, false);
    for (const bool optimize : {true, false}) {
      const auto program = engine::compile(*model, sources, {.optimize = optimize, .probes = true});
      ASSERT_TRUE(program) << program.error().message;
      for (const engine::Instruction& instruction : program->code)
        seen.insert(instruction.op);
    }
  }
  for (std::uint16_t op = 0; op < engine::kOpcodeCount; ++op) {
    EXPECT_TRUE(seen.contains(op)) << "no policy under tests/lang or policies compiles to `"
                                   << engine::kOpcodes[op].name << "`";
  }
}

/// `name(` outside comments and texts: no declaration can have the name of a built-in function.
bool calls(const dsl::Sources& sources, const std::string& name) {
  for (const dsl::SourceFile& file : sources.files()) {
    bool in_string = false;
    const std::string& text = file.text;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (in_string && text[i] == '\\') {
        ++i;
      } else if (text[i] == '"') {
        in_string = !in_string;
      } else if (!in_string && text.compare(i, 2, "//") == 0) {
        i = std::min(text.find('\n', i), text.size());
      } else if (!in_string && text.compare(i, name.size() + 1, name + "(") == 0) {
        const char before = i == 0 ? ' ' : text[i - 1];
        if (std::isalnum(static_cast<unsigned char>(before)) == 0 && before != '_') return true;
      }
    }
  }
  return false;
}

TEST(Registry, EveryBuiltInFunctionIsCalledInAnExample) {
  const std::vector<dsl::Sources> policies = accepted_policies();
  for (const char* name : {
#define WRIT_BUILTIN(id, text, ...) text,
#include "dsl/builtins.inc"
#undef WRIT_BUILTIN
       }) {
    EXPECT_TRUE(std::any_of(policies.begin(), policies.end(),
                            [name](const dsl::Sources& p) { return calls(p, name); }))
        << "no accepted policy calls `" << name << "`";
  }
}

TEST(Registry, EveryRuleOfTheGrammarMatchesSomewhere) {
  const std::set<std::string_view> rules = dsl::grammar_rules();
  EXPECT_GT(rules.size(), 300u);
  EXPECT_TRUE(rules.contains("word::writ_"));
  std::set<std::string_view> matched;
  for (const dsl::Sources& sources : shipped_policies())
    matched.merge(dsl::matched_rules(sources));
  for (const Golden& golden : goldens())
    matched.merge(dsl::matched_rules(golden.sources()));
  for (const std::string_view rule : rules) {
    EXPECT_TRUE(matched.contains(rule))
        << "`" << rule << "` matches in no policy under tests/lang, tests/ui or policies";
  }
}

}  // namespace
}  // namespace writ::tests
