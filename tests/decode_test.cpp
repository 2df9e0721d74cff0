// Both decoders on the same cases, and the oracle's reading of them: what is accepted, what is
// read, and where the problems are said to be.

#include "engine/decode.hpp"

#include <algorithm>
#include <sstream>

#include <gtest/gtest.h>

#include "engine/data.hpp"
#include "engine/render.hpp"

#include "tests/decode_cases.hpp"
#include "tests/oracle/read.hpp"
#include "tests/typed_program.hpp"
#include "tools/random/dice.hpp"

namespace writ::tests {
namespace {

using engine::Cell;
using Pointers = std::vector<std::string>;

const TypedProgram& policy() {
  static const TypedProgram typed = typed_program(kDecodePolicy);
  return typed;
}

std::string document_of(const DecodeCase& c) {
  return c.json.starts_with('=') ? c.json.substr(1) : "{\"x\":" + c.json + "}";
}

Pointers pointers_of(const DecodeCase& c) {
  if (!c.written.empty()) return {};
  if (c.pointers.empty()) return {"/x"};
  Pointers out;
  std::istringstream parts(c.pointers);
  for (std::string part; std::getline(parts, part, '|');)
    out.push_back(part == "=" ? "" : part);
  return out;
}

Pointers pointers_of(const std::optional<engine::Problem>& problem) {
  Pointers out;
  if (problem)
    for (const engine::InputError& error : problem->errors)
      out.push_back(error.pointer);
  return out;
}

/// A decoder with a frame and an arena of its own.
class Decoding {
 public:
  explicit Decoding(const TypedProgram& typed) : typed_(typed), decoder_(typed.verified) {}

  bool decode(std::uint32_t decision, std::string_view json) {
    arena_.reset();
    frame_ = arena_.cells(typed_.decision(decision).frame_cells);
    return decoder_.decode(decision, json, frame_, arena_);
  }
  const Cell* frame() const { return frame_; }
  std::string written(std::uint32_t decision) const {
    std::string out;
    engine::append_value(out, typed_.program(), typed_.input_type(decision, 0), frame_[0]);
    return out;
  }

 private:
  const TypedProgram& typed_;
  engine::Decoder decoder_;
  engine::Arena arena_;
  Cell* frame_ = nullptr;
};

void check(const std::vector<DecodeCase>& cases) {
  ASSERT_NE(policy().verified, nullptr) << policy().error;
  Decoding decoding(policy());
  for (const DecodeCase& c : cases) {
    const std::string json = document_of(c);
    SCOPED_TRACE(c.decision + ": " + json);
    const std::uint32_t decision = policy().program().find_decision(c.decision);
    ASSERT_NE(decision, engine::kNone);
    const bool accepted = decoding.decode(decision, json);
    EXPECT_EQ(accepted, !c.written.empty());
    EXPECT_EQ(pointers_of(engine::diagnose(*policy().verified, decision, json)), pointers_of(c));
    EXPECT_EQ(
        oracle::read_inputs(policy().model, policy().model.decisions[decision], json).pointers,
        pointers_of(c));
    if (accepted && c.written != "-") {
      EXPECT_EQ(decoding.written(decision), c.written);
    }
  }
}

TEST(Decode, Scalars) {
  check(scalar_cases());
}
TEST(Decode, Containers) {
  check(container_cases());
}
TEST(Decode, Documents) {
  check(document_cases());
}

TEST(Decode, ZeroBytesAreNoEndOfText) {
  Decoding decoding(policy());
  const std::uint32_t decision = policy().program().find_decision("maybe");
  for (const std::string& json :
       {std::string("{}\0", 3), std::string("{}\0x", 4), std::string("{\"\0\":1}", 7)}) {
    EXPECT_FALSE(decoding.decode(decision, json));
    EXPECT_EQ(pointers_of(engine::diagnose(*policy().verified, decision, json)), Pointers{""});
  }
}

TEST(Decode, NestingIsBounded) {
  Decoding decoding(policy());
  const std::uint32_t decision = policy().program().find_decision("loose");
  const auto nested = [](int levels, const char* open, const char* close) {
    std::string json = "{\"x\":{\"id\":\"a\",\"o\":";
    for (int i = 2; i < levels; ++i)
      json += open;
    json += "1";
    for (int i = 2; i < levels; ++i)
      json += close;
    return json + "}}";
  };
  for (const auto& [open, close] : {std::pair("[", "]"), std::pair("{\"a\":", "}")}) {
    const std::string deepest = nested(engine::kMaxInputDepth, open, close);
    EXPECT_TRUE(decoding.decode(decision, deepest));
    EXPECT_FALSE(engine::diagnose(*policy().verified, decision, deepest).has_value());
    for (const int levels : {engine::kMaxInputDepth + 1, 2000, 100'000}) {
      const std::string deeper = nested(levels, open, close);
      EXPECT_FALSE(decoding.decode(decision, deeper));
      const auto problem = engine::diagnose(*policy().verified, decision, deeper);
      ASSERT_TRUE(problem.has_value());
      EXPECT_EQ(problem->errors.size(), 1U);
      EXPECT_EQ(problem->errors[0].pointer, "");
    }
  }
  // As many values side by side do not count.
  std::string wide = "{\"x\":{\"id\":\"a\",\"o\":[[]";
  for (int i = 0; i < 1000; ++i)
    wide += ",[{}]";
  EXPECT_TRUE(decoding.decode(decision, wide + "]}}"));
}

TEST(Decode, ManyRepeatedNamesCostNoMoreThanSorting) {
  Decoding decoding(policy());
  const std::uint32_t decision = policy().program().find_decision("loose");
  std::string json = "{\"x\":{\"id\":\"a\"";
  for (int i = 0; i < 80'000; ++i)
    json += ",\"k" + std::to_string(i) + "\":0";
  EXPECT_TRUE(decoding.decode(decision, json + "}}"));
  json += ",\"k7\":0}}";
  EXPECT_FALSE(decoding.decode(decision, json));
  EXPECT_EQ(pointers_of(engine::diagnose(*policy().verified, decision, json)), Pointers{"/x/k7"});
}

TEST(Decode, TooLargeIsSaid) {
  const std::uint32_t numbers = policy().program().find_decision("numbers");
  const std::uint32_t text = policy().program().find_decision("text");
  const auto problem_of = [](std::uint32_t decision, const std::string& json) {
    return engine::diagnose(*policy().verified, decision, json).value();
  };
  EXPECT_EQ(problem_of(numbers, "{\"x\":[1,2,3,4]}").code, "request_too_large");
  EXPECT_EQ(problem_of(numbers, "{\"x\":[1,2,3,4]}").status, 413);
  EXPECT_EQ(problem_of(text, "{\"x\":\"abcdef\"}").code, "request_too_large");
  // Only when it is the first error.
  EXPECT_EQ(problem_of(numbers, "{\"x\":[1,2,3,true]}").code, "input_invalid");
  EXPECT_EQ(problem_of(numbers, "{\"x\":[1,2,3,true]}").status, 422);
  EXPECT_EQ(problem_of(numbers, "{\"x\":[1,2,3,4}").status, 400);

  std::string large = "{\"x\":[1]" + std::string(engine::kMaxInputBytes, ' ') + "}";
  Decoding decoding(policy());
  EXPECT_FALSE(decoding.decode(numbers, large));
  EXPECT_EQ(problem_of(numbers, large).status, 413);
  large.erase(8, large.size() - engine::kMaxInputBytes);
  EXPECT_TRUE(decoding.decode(numbers, large));
}

TEST(Decode, SaysWhatWasExpectedAndFound) {
  const auto said = [](const char* decision, const std::string& value) {
    const auto problem = engine::diagnose(
        *policy().verified, policy().program().find_decision(decision), "{\"x\":" + value + "}");
    return problem ? problem->errors[0].expected + " | " + problem->errors[0].found : "";
  };
  EXPECT_EQ(said("span", "\"3600\""), "a duration such as \"15m\" or whole seconds | \"3600\"");
  EXPECT_EQ(said("span", "-5"), "a duration such as \"15m\" or whole seconds, not negative | -5");
  EXPECT_EQ(said("shift", "7200"),
            "a duration such as \"15m\" or whole seconds from -1h to 1h | 7200");
  EXPECT_EQ(said("tier", "\"hihg\""), "one of \"low\", \"medium\", \"high\" | \"hihg\"");
  EXPECT_EQ(said("kind", "5"), "a string such as \"public\", \"saas\", \"phi~/x\" | 5");
  EXPECT_EQ(said("small", "12"), "a whole number from 1 to 10 | 12");
  EXPECT_EQ(said("small", "1.0"), "a whole number from 1 to 10 | 1.0");
  EXPECT_EQ(said("text", "\"abcdef\""), "a string of at most 5 characters | 6 characters");
  EXPECT_EQ(said("sized", "\"a\""), "a string of at least 2 characters | 1 character");
  EXPECT_EQ(said("slug", "\"A\""), "a string that matches /[a-z][a-z0-9-]{1,4}/ | \"A\"");
  EXPECT_EQ(said("numbers", "[1,2,3,4]"), "an array of at most 3 items | 4 items");
  EXPECT_EQ(said("few", "[\"a\"]"), "an array of at least 2 items | 1 item");
  EXPECT_EQ(said("maybe_outer", "[]"), "an object | an array");
  EXPECT_EQ(said("outer", "{\"nmae\":1}"), "no further member (did you mean \"name\"?) | \"nmae\"");
  EXPECT_EQ(said("outer", "{\"Inner\":1}"),
            "no further member (did you mean \"inner\"?) | \"Inner\"");
  EXPECT_EQ(said("outer", "{\"zzz\":1}"), "no further member | \"zzz\"");
  EXPECT_EQ(said("named", "{\"app\":1,\"appId\":2}"), "each member once | \"appId\" again");
  EXPECT_EQ(said("named", "{}"), "a whole number | nothing");
  EXPECT_EQ(said("by_kind", "{\"one\":{\"a\":1},\"two\":{\"a\":1}}"),
            "each key once | \"two\", another name of a key before it");
  EXPECT_EQ(said("money", "1e999"),
            "a number with at most four fractional digits | a number with an exponent or too many "
            "digits");
  // No more than 64 bytes of the input, and no half of a character.
  std::string shown;
  for (int i = 0; i < 31; ++i)
    shown += "ä";
  EXPECT_EQ(said("tier", "\"x" + shown + "äääää\""),
            "one of \"low\", \"medium\", \"high\" | \"x" + shown + "\"…");
}

TEST(Decode, AtMostSixteenErrors) {
  const std::uint32_t decision = policy().program().find_decision("matrix");
  std::string json = "{\"x\":[[1]";
  for (int i = 0; i < 20; ++i)
    json += ",true";
  const auto problem = engine::diagnose(*policy().verified, decision, json + "]}");
  ASSERT_TRUE(problem.has_value());
  ASSERT_EQ(problem->errors.size(), 16U);
  EXPECT_EQ(problem->errors[15].pointer, "/x/16");
  // What follows is still read: a body that is not JSON has one error.
  EXPECT_EQ(pointers_of(engine::diagnose(*policy().verified, decision, json)), Pointers{""});
}

TEST(Decode, HeadersOfAbsentRecordsPointToTheirCells) {
  Decoding decoding(policy());
  const std::uint32_t decision = policy().program().find_decision("several");
  ASSERT_TRUE(decoding.decode(decision, R"({"1st":1,"third":true})"));
  const Cell* frame = decoding.frame();
  EXPECT_EQ(frame[1].present, 0U);
  ASSERT_EQ(frame[1].cells, frame + 2);
  EXPECT_EQ(frame[2].present, 0U);
  EXPECT_EQ(frame[4].i, 1);
  // In elements too, and after the entries of a map have been sorted.
  const std::uint32_t list = policy().program().find_decision("outer_list");
  ASSERT_TRUE(decoding.decode(list, R"({"x":[{"name":"b","inner":{"a":2}},)"
                                    R"({"name":"a","inner":{"a":1}}]})"));
  const Cell* second = decoding.frame()[0].cells + 7;
  EXPECT_EQ(second[0].text(), "a");
  EXPECT_EQ(second[1].cells, second + 2);
  EXPECT_EQ(second[2].i, 1);
  EXPECT_EQ(second[4].present, 0U);
  EXPECT_EQ(second[4].cells, second + 5);
  const std::uint32_t map = policy().program().find_decision("outer_map");
  ASSERT_TRUE(decoding.decode(map, R"({"x":{"b":{"name":"b","inner":{"a":2}},)"
                                   R"("a":{"name":"a","inner":{"a":1}}}})"));
  const Cell* first = decoding.frame()[0].cells;
  EXPECT_EQ(first[0].text(), "a");
  EXPECT_EQ(first[2].cells, first + 3);
  EXPECT_EQ(first[3].i, 1);
  EXPECT_EQ(first[5].cells, first + 6);
}

TEST(Decode, RecordsOfManyFields) {
  std::string text = "writ 1\npackage typed\nrecord Big {\n";
  std::string json = "{\"x\":{";
  for (int i = 0; i < 130; ++i) {
    text += "  f" + std::to_string(i) + ": int\n";
    json += (i == 0 ? "\"f" : ",\"f") + std::to_string(i) + "\":" + std::to_string(i);
  }
  const TypedProgram big = typed_program(text + "}\ndecision d(x: Big) { ok: bool = true }\n");
  ASSERT_NE(big.verified, nullptr) << big.error;
  Decoding decoding(big);
  EXPECT_TRUE(decoding.decode(0, json + "}}"));
  EXPECT_EQ(decoding.frame()[1 + 129].i, 129);
  EXPECT_FALSE(decoding.decode(0, json + ",\"f70\":70}}"));
  json.erase(json.find(",\"f100\""), 11);
  EXPECT_FALSE(decoding.decode(0, json + "}}"));
  EXPECT_EQ(pointers_of(engine::diagnose(*big.verified, 0, json + "}}")), Pointers{"/x/f100"});
}

/// One random edit of a text: of bytes that mean something in JSON.
std::string edited(std::string json, tools::Dice& dice) {
  static const std::vector<std::string> pieces = {
      "\"",   "\\",    "{",    "}",     "[",       "]",       ",",       ":",  " ",
      "\n",   "0",     "1",    "-",     ".",       "e",       "E",       "+",  "true",
      "null", "x",     "\xC3", "\xA4",  "\\u0061", "\\ud800", "/",       "9",  "\t",
      "\f",   "false", "\"a",  "\"x\"", "1e9",     "{}",      "\"x\":1", "[]", "\x01"};
  const std::size_t at = dice.below(json.size() + 1);
  switch (dice.below(4)) {
    case 0: json.insert(at, dice.pick(pieces)); break;
    case 1: json.erase(at, 1 + dice.below(3)); break;
    case 2: json.replace(at, std::min<std::size_t>(1, json.size() - at), dice.pick(pieces)); break;
    default: json.insert(dice.below(json.size() + 1), json.substr(at, dice.below(8))); break;
  }
  return json;
}

TEST(Decode, DecodersAgreeOnEditedInputs) {
  Decoding decoding(policy());
  tools::Dice dice(2026);
  std::vector<DecodeCase> cases = container_cases();
  for (const auto* more : {&scalar_cases(), &document_cases()})
    cases.insert(cases.end(), more->begin(), more->end());
  for (int i = 0; i < 40'000; ++i) {
    const DecodeCase& c = cases[dice.below(cases.size())];
    const std::uint32_t decision = policy().program().find_decision(c.decision);
    std::string json = document_of(c);
    for (std::size_t edits = 1 + dice.below(2); edits > 0; --edits)
      json = edited(json, dice);
    const Pointers told = pointers_of(engine::diagnose(*policy().verified, decision, json));
    ASSERT_EQ(decoding.decode(decision, json), told.empty()) << c.decision << ": " << json;
    ASSERT_EQ(
        oracle::read_inputs(policy().model, policy().model.decisions[decision], json).pointers,
        told)
        << c.decision << ": " << json;
  }
}

TEST(Data, LiteralsAndTexts) {
  const auto snapshot = engine::load_data(
      policy().verified, {{"typed.limits", R"({"b":"1h","a":60})"}, {"wait", "\"PT1.5S\""}});
  ASSERT_TRUE(snapshot.has_value()) << snapshot.error().problem.detail;
  const engine::Program& program = policy().program();
  std::string all;
  for (std::uint32_t i = 0; i < program.data.size(); ++i) {
    engine::append_canonical(all, program, program.data[i].type, (*snapshot)->value(i));
    all += '\n';
  }
  EXPECT_EQ(all,
            "{\"a\":60,\"b\":3600}\n"
            "{\"name\":\"x\",\"inner\":{\"a\":1}}\n"
            "[\"a.example\",\"b.example\"]\n"
            "[\"saas\",\"public\"]\n"
            "\"1.5s\"\n");
  EXPECT_TRUE((*snapshot)->digest().starts_with("sha256:"));
  EXPECT_EQ((*snapshot)->digest().size(), 7U + 64U);
  // The digest is over values, not over how they are written; a part of a second counts.
  const auto again =
      engine::load_data(policy().verified, {{"limits", R"({ "a": "1m", "b": 3600 })"},
                                            {"wait", "\"PT1.5S\""},
                                            {"hosts", R"(["b.example","a.example","a.example"])"}});
  EXPECT_EQ((*again)->digest(), (*snapshot)->digest());
  const auto other =
      engine::load_data(policy().verified, {{"limits", R"({"a":60,"b":3600})"}, {"wait", "1"}});
  EXPECT_NE((*other)->digest(), (*snapshot)->digest());
}

TEST(Data, Refused) {
  const auto problem = [](const std::map<std::string, std::string>& json) {
    const auto snapshot = engine::load_data(policy().verified, json);
    if (snapshot) return std::string("accepted");
    const engine::DataError& error = snapshot.error();
    return error.name + " " +
           (error.problem.errors.empty() ? "-" : error.problem.errors[0].pointer);
  };
  EXPECT_EQ(problem({}), "typed.limits -");
  EXPECT_EQ(problem({{"limits", "{}"}, {"nothing", "1"}}), "nothing -");
  EXPECT_EQ(problem({{"limits", "{}"}, {"typed.limits", "{}"}}), "typed.limits -");
  EXPECT_EQ(problem({{"limits", R"({"a":"60"})"}}), "typed.limits /a");
  EXPECT_EQ(problem({{"limits", "{}x"}}), "typed.limits ");
  EXPECT_EQ(problem({{"limits", "{}"}, {"wait", "1,2"}}), "typed.wait ");
  EXPECT_EQ(problem({{"limits", "{}"}, {"wait", "1],[2"}}), "typed.wait ");
  EXPECT_EQ(problem({{"limits", "{}"}, {"wait", ""}}), "typed.wait ");
  EXPECT_EQ(problem({{"limits", "{}"}, {"wait", " 7 "}}), "accepted");
}

}  // namespace
}  // namespace writ::tests
