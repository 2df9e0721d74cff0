// docs/reference/*.md are written from the tables that the code itself is made of. The tests
// compare what lies in the tree with what the tables give; WRIT_UPDATE_GOLDENS=1 writes it instead.

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "dsl/explanations.hpp"

#include "engine/opcodes.hpp"

#include "tools/explanation_text.hpp"

namespace {

namespace fs = std::filesystem;
using namespace writ;

const fs::path kRoot = WRIT_SOURCE_DIR;

constexpr std::string_view kWritten =
    "<!-- Written from {}; do not edit. `WRIT_UPDATE_GOLDENS=1 writ_tests "
    "--gtest_filter='Reference.*'` writes it again. -->\n\n";

std::string written_from(std::string_view source) {
  std::string line(kWritten);
  return line.replace(line.find("{}"), 2, source);
}

std::string read_text(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Text as a cell of a table.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text)
    out.append(c == '|' ? "\\|" : std::string(1, c));
  return out;
}

std::string block(std::string_view text) {
  std::string out = "```text\n" + std::string(text);
  if (!out.ends_with('\n')) out += '\n';
  return out + "```\n";
}

void compare_page(const std::string& name, const std::string& page) {
  const fs::path file = kRoot / "docs" / "reference" / name;
  const std::string there = read_text(file);
  const char* update = std::getenv("WRIT_UPDATE_GOLDENS");
  if (update == nullptr || std::string_view(update) != "1") {
    EXPECT_TRUE(there == page) << file
                               << " differs from its table; WRIT_UPDATE_GOLDENS=1 writes it";
    return;
  }
  fs::create_directories(file.parent_path());
  if (there != page) std::ofstream(file, std::ios::binary) << page;
}

// --- diagnostics ---

struct Section {
  std::string_view first;  ///< the least code in it
  std::string_view title;
};

constexpr std::array kSections{
    Section{"W0001", "Files"},
    Section{"W0100", "What stands where something else is expected"},
    Section{"W0140", "Expressions"},
    Section{"W0160", "Numbers, texts, times"},
    Section{"W0200", "Declarations and types"},
    Section{"W0240", "Names and types in expressions"},
    Section{"W0300", "Presence and now"},
    Section{"W0400", "Constants"},
    Section{"W0500", "Decisions and outputs"},
    Section{"W0600", "Rules, waivers and tables"},
    Section{"W0700", "Tests and proofs"},
    Section{"W0800", "From a policy to a program"},
};

/// The kinds in the order of their codes.
std::vector<dsl::DiagnosticKind> kinds() {
  std::vector<dsl::DiagnosticKind> all;
  for (std::size_t i = 0; i < dsl::diagnostic_registry().size(); ++i)
    all.push_back(static_cast<dsl::DiagnosticKind>(i));
  std::sort(all.begin(), all.end(), [](dsl::DiagnosticKind a, dsl::DiagnosticKind b) {
    return dsl::info(a).code < dsl::info(b).code;
  });
  return all;
}

std::string diagnostic_entry(dsl::DiagnosticKind kind) {
  const dsl::DiagnosticInfo& row = dsl::info(kind);
  const bool warning = row.severity == dsl::Severity::warning;
  std::string out = "### " + std::string(row.code) + "\n\n**" + (warning ? "warning: " : "") +
                    tools::general_message(kind) + "**\n\n";
  const dsl::Explanation* explanation = dsl::find_explanation(kind);
  if (explanation == nullptr) return out;
  out.append(explanation->text).append("\n\n");
  if (explanation->wrong.empty()) return out;
  out += block(explanation->wrong) + "\n";
  out += block(tools::example_findings(explanation->wrong)) + "\nRepaired:\n\n";
  return out + block(explanation->right) + "\n";
}

std::string diagnostics_page() {
  std::string out =
      "# What `writ check` finds\n\n" +
      written_from("dsl/diagnostic_kinds.inc and dsl/explanations/") +
      R"(Every finding has a code that never changes its meaning. `writ explain-code W0203` prints what stands
here at the terminal. `…` in a message is what was found. In an example `// file NAME` begins another
file, and `‹EF BB BF›` stands for bytes that text cannot show.
)";
  const auto* section = kSections.begin();
  for (const dsl::DiagnosticKind kind : kinds()) {
    if (section != kSections.end() && dsl::info(kind).code >= section->first) {
      while (section + 1 != kSections.end() && dsl::info(kind).code >= (section + 1)->first)
        ++section;
      out.append("\n## ").append(section->title).append("\n\n");
      ++section;
    }
    out += diagnostic_entry(kind);
  }
  while (out.ends_with("\n\n"))
    out.pop_back();
  return out;
}

// --- opcodes ---

/// What the letters of operand kinds in opcodes.inc mean.
std::string_view operand_text(char kind) {
  switch (kind) {
    case 'W': return "register written";
    case 'R': return "register read";
    case 'X': return "register read and written";
    case 'K': return "constant";
    case 'J': return "jump target";
    case 'N': return "number";
    case 'T': return "type";
    case 'O': return "output";
    case 'D': return "data";
    case 'P': return "pattern";
    case 'G': return "glob";
    case 'B': return "table";
    case 'M': return "memo";
    case 'I': return "index";
    case 'S': return "slot";
    case 'U': return "rule";
    case 'C': return "contribution";
    case 'Q': return "condition";
    case 'V': return "waiver";
    case 'w': return "window";
    default: ADD_FAILURE() << "operand kind `" << kind << "` has no text"; return "";
  }
}

std::string operands_text(const engine::OpcodeInfo& row) {
  std::string out;
  for (int i = 0; i < 5; ++i) {
    if (row.operand[i] == '-') continue;
    out.append(out.empty() ? "`" : ", `").append(1, static_cast<char>('a' + i)).append("` ");
    out += operand_text(row.operand[i]);
  }
  return out;
}

/// The comment lines that stand above rows of opcodes.inc, with the name of the first such row.
std::vector<std::pair<std::string, std::string>> opcode_headings() {
  std::vector<std::pair<std::string, std::string>> headings;
  std::istringstream in(read_text(kRoot / "engine" / "opcodes.inc"));
  std::string heading;
  for (std::string line; std::getline(in, line);) {
    const std::string begin = "WRIT_OPCODE(";
    if (line.starts_with(begin) && !heading.empty())
      headings.emplace_back(line.substr(begin.size(), line.find(',') - begin.size()), heading);
    heading = line.starts_with("// ") ? line.substr(3) : "";
  }
  return headings;
}

std::string opcodes_page() {
  std::string out =
      "# The instructions\n\n" + written_from("engine/opcodes.inc") +
      R"(What a policy is compiled to; `writ disasm` prints it. An instruction has 16 bytes: the number of its
opcode and `a`, `b`, `c` in 16 bits each, `d` and `e` in 32 bits each. What it does not use is 0.

`R[x]` are registers, `K[x]` constants, `S[x]` slots of the frame. The cost is in units of one simple
instruction; where the meaning says `N*`, it is for each item.
)";
  auto headings = opcode_headings();
  std::reverse(headings.begin(), headings.end());
  for (const engine::OpcodeInfo& row : engine::kOpcodes) {
    if (!headings.empty() && headings.back().first == row.name) {
      out += "\n## " + headings.back().second +
             "\n\n| opcode | operands | cost | meaning |\n| --- | --- | --- | --- |\n";
      headings.pop_back();
    }
    out += "| `" + std::string(row.name) + "` | " + operands_text(row) + " | " +
           std::to_string(row.cost) + " | " + cell(row.meaning) + " |\n";
  }
  EXPECT_TRUE(headings.empty()) << "no opcode is called " << headings.back().first;
  return out;
}

// --- built-in functions ---

struct BuiltIn {
  std::string_view signature, meaning, example;
};

constexpr std::array kBuiltIns{
#define WRIT_BUILTIN(id, name, arity, signature, meaning, example) \
  BuiltIn{signature, meaning, example},
#include "dsl/builtins.inc"
#undef WRIT_BUILTIN
};

std::string built_ins_page() {
  std::string out =
      "# The built-in functions\n\n" + written_from("dsl/builtins.inc") +
      R"(`xs` is a list or set, `m` a map, `s` a string, `q` and `r` are quorums of one enum `E`, and `v` is a set of
its members or votes. What has syntax of its own, such as `any` and `count(x in xs where …)`, is explained
in [the manual](../language.md#18-collections).

| function | what it gives | example |
| --- | --- | --- |
)";
  for (const BuiltIn& row : kBuiltIns)
    out += "| `" + std::string(row.signature) + "` | " + cell(row.meaning) + " | `" +
           cell(row.example) + "` |\n";
  out += R"(
The examples are conditions that hold in the test of this policy:

```writ
writ 1
package built_ins

enum Approver { legal, finance, security }

record Visitor {
  name:   string
  bags:   list<int>
  badges: map<string, int>
}

decision enter(visitor: Visitor, approved: set<Approver>) {
  needed: quorum Approver starting at one of { finance }
}

test "the examples hold" {
  given enter(
    visitor: { name: " Émile ", bags: [12, 4, 20], badges: { "front": 1, "garage": 2 } },
    approved: { finance },
  )
)";
  for (const BuiltIn& row : kBuiltIns)
    out += "  expect " + std::string(row.example) + "\n";
  return out + "}\n```\n";
}

TEST(Reference, Diagnostics) {
  compare_page("diagnostics.md", diagnostics_page());
}

TEST(Reference, Opcodes) {
  compare_page("opcodes.md", opcodes_page());
}

/// The policy that the page shows is run by docs_test.cpp, as every policy in docs/.
TEST(Reference, BuiltIns) {
  compare_page("built-ins.md", built_ins_page());
}

}  // namespace
