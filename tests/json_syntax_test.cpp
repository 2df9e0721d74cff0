// tests/json/syntax.txt against both decoders and the oracle's reader: what RFC 8259 allows is
// read, and nothing else, wherever it stands.

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "engine/decode.hpp"

#include "tests/decode_cases.hpp"
#include "tests/golden/golden.hpp"
#include "tests/oracle/json.hpp"
#include "tests/typed_program.hpp"

namespace writ::tests {
namespace {

struct SyntaxCase {
  bool value = false;  ///< a value, not a document
  bool right = false;
  std::string text;
  std::size_t line = 0;
};

std::vector<SyntaxCase> syntax_cases() {
  std::ifstream in(std::filesystem::path(WRIT_SOURCE_DIR) / "tests" / "json" / "syntax.txt");
  std::vector<SyntaxCase> cases;
  std::size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (line.empty() || line[0] == '#') continue;
    EXPECT_NE(std::string("ynYN").find(line[0]), std::string::npos) << "line " << number;
    const bool value = line[0] == 'y' || line[0] == 'n';
    const bool right = line[0] == 'y' || line[0] == 'Y';
    cases.push_back({value, right, with_bytes(line.size() > 2 ? line.substr(2) : ""), number});
  }
  return cases;
}

const TypedProgram& policy() {
  static const TypedProgram typed = typed_program(kDecodePolicy);
  return typed;
}

class Reading {
 public:
  Reading() : decoder_(policy().verified) {}

  bool accepts(std::uint32_t decision, const std::string& json) {
    arena_.reset();
    Cell* frame = arena_.cells(policy().decision(decision).frame_cells);
    return decoder_.decode(decision, json, frame, arena_);
  }

  /// Both decoders take `json` for JSON, or neither does; what else is wrong with it they agree on.
  void check_syntax(std::uint32_t decision, const std::string& json, bool right) {
    const auto problem = engine::diagnose(*policy().verified, decision, json);
    EXPECT_EQ(accepts(decision, json), !problem.has_value()) << json.substr(0, 300);
    EXPECT_EQ(problem && problem->status == 400, !right) << json.substr(0, 300);
    if (!right && problem) {
      ASSERT_EQ(problem->errors.size(), 1u);
      EXPECT_EQ(problem->errors[0].pointer, "");
    }
    EXPECT_EQ(oracle::parse_json(json).has_value(), right) << json.substr(0, 300);
  }

  /// Nothing but the syntax can be wrong.
  void check_ignored(const std::string& json, bool right) {
    const std::uint32_t decision = policy().program().find_decision("loose");
    EXPECT_EQ(accepts(decision, json), right) << json.substr(0, 300);
    check_syntax(decision, json, right);
  }

 private:
  using Cell = engine::Cell;
  engine::Decoder decoder_;
  engine::Arena arena_;
};

TEST(JsonSyntax, IsThatOfTheStandardAndNoMore) {
  ASSERT_NE(policy().verified, nullptr) << policy().error;
  Reading reading;
  std::size_t right = 0, wrong = 0;
  for (const SyntaxCase& c : syntax_cases()) {
    SCOPED_TRACE("tests/json/syntax.txt:" + std::to_string(c.line));
    ++(c.right ? right : wrong);
    const auto decisions = static_cast<std::uint32_t>(policy().program().decisions.size());
    if (!c.value) {
      for (std::uint32_t d = 0; d < decisions; ++d)
        reading.check_syntax(d, c.text, c.right);
      continue;
    }
    reading.check_ignored("{\"x\":{\"id\":\"a\",\"o\":" + c.text + "}}", c.right);
    reading.check_ignored("{\"x\":{\"o\":" + c.text + ",\"id\":\"a\"}}", c.right);
    reading.check_ignored("{\"x\":{\"id\":\"a\",\"o\":{\"p\":" + c.text + "}}}", c.right);
    // Where a type is wanted too.
    for (std::uint32_t d = 0; d < decisions; ++d)
      reading.check_syntax(d, "{\"x\":" + c.text + "}", c.right);
    // A comma makes two of one in an array, and nothing of a name.
    const bool one = c.text.find_first_of(",:") == std::string::npos || c.right;
    if (one) reading.check_ignored("{\"x\":{\"id\":\"a\",\"o\":[" + c.text + "]}}", c.right);
    if (one) reading.check_ignored("{\"x\":{\"id\":\"a\",\"o\":[0," + c.text + ",0]}}", c.right);
    if (c.text.starts_with('"') && c.text.ends_with('"') && one)
      reading.check_ignored("{\"x\":{\"id\":\"x\"," + c.text + ":0}}", c.right);
  }
  EXPECT_GE(right, 100u);
  EXPECT_GE(right + wrong, 300u);
}

/// As deep as is allowed, in every way, with every kind of value innermost; and one deeper.
TEST(JsonSyntax, NestsAsDeepAsIsAllowed) {
  Reading reading;
  for (int ways = 0; ways < 16; ++ways) {
    for (const char* innermost : {"1", "null", "\"a\"", "[]", "{}"}) {
      const int own = innermost[0] == '[' || innermost[0] == '{' ? 1 : 0;
      for (const int deeper : {0, 1}) {
        std::string json = "{\"x\":{\"id\":\"a\",\"o\":", closing = "}}";
        for (int i = 2; i < engine::kMaxInputDepth - own + deeper; ++i) {
          const bool array = (ways >> (i % 4) & 1) != 0;
          json += array ? "[0," : "{\"p\":";
          closing.insert(0, array ? "]" : "}");
        }
        reading.check_ignored(json + innermost + closing, deeper == 0);
      }
    }
  }
}

}  // namespace
}  // namespace writ::tests
