// The published JSON Schemas against the decoders and the renderer: by an implementation of JSON
// Schema that is not ours (tests/schema/validate.py), and pattern by pattern.

#include "engine/schema.hpp"

#include <cmath>
#include <filesystem>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <re2/re2.h>

#include "base/calendar.hpp"
#include "base/decimal.hpp"
#include "base/ip.hpp"

#include "engine/data.hpp"
#include "engine/decode.hpp"
#include "engine/schema_formats.hpp"
#include "engine/schema_pattern.hpp"

#include "tests/decode_cases.hpp"
#include "tests/every_policy.hpp"
#include "tests/golden/ways.hpp"
#include "tests/input_faults.hpp"
#include "tests/process.hpp"
#include "tests/random/random_json.hpp"
#include "tests/typed_program.hpp"
#include "tools/random/dice.hpp"

namespace writ::tests {
namespace {

using nlohmann::json;
using tools::Dice;

/// What is to be validated, as validate.py reads it.
class Questions {
 public:
  void schema(const std::string& name, const std::string& schema) {
    text_ += "{\"name\":" + quoted(name) + ",\"schema\":" + schema + "}\n";
  }
  void ask(const std::string& name, const std::string& text, bool valid) {
    text_ += "{\"of\":" + quoted(name) + ",\"text\":" + quoted(text) +
             ",\"valid\":" + (valid ? "true" : "false") + "}\n";
    ++(valid ? valid_ : invalid_);
  }
  /// One process for all questions; whoever lacks the validator fails.
  void answer() const {
    const Process p =
        run_command("python3 " + std::string(WRIT_SOURCE_DIR) + "/tests/schema/validate.py", text_);
    EXPECT_EQ(p.status, 0) << p.err.substr(0, 2'000);
    EXPECT_EQ(p.out.substr(0, 20'000), "checked " + std::to_string(valid_) + " valid and " +
                                           std::to_string(invalid_) + " invalid texts\n");
  }
  std::size_t valid() const { return valid_; }
  std::size_t invalid() const { return invalid_; }

 private:
  static std::string quoted(const std::string& text) { return oracle::json_string(text); }

  std::string text_;
  std::size_t valid_ = 0, invalid_ = 0;
};

/// Whether a schema cannot tell what is wrong (see engine/schema.hpp).
bool beyond_schemas(const engine::InputError& error) {
  const std::string& expected = error.expected;
  if (expected.starts_with("each ")) return true;  // member, key
  const bool text = error.found.starts_with("\"");
  const std::string found = text ? json::parse(error.found, nullptr, false).is_string()
                                       ? json::parse(error.found).get<std::string>()
                                       : error.found
                                 : error.found;
  if (expected.starts_with("a duration"))
    return text ? re2::RE2::FullMatch(found, re2::RE2("-?(P?T?[0-9.]+[A-Za-z])+.*")) &&
                      re2::RE2::FullMatch(found, engine::duration_pattern(true))
                : found.find_first_of(".eE") != std::string::npos;
  if (expected.starts_with("a time"))
    return text && re2::RE2::FullMatch(found, engine::instant_pattern());
  // `1.0`, `1e2`; `0.10000`.
  if (expected.starts_with("a whole number") || expected.starts_with("a number"))
    return !text && found.find_first_of(".eE") != std::string::npos &&
           (found.find_first_of("eE") != std::string::npos || found.back() == '0');
  return false;
}

/// Asks the schema about an input as the decoder answers about it.
void ask_input(Questions& questions, const std::string& name,
               const engine::VerifiedProgram& program, std::uint32_t decision,
               const std::string& text) {
  const auto problem = engine::diagnose(program, decision, text);
  if (!problem) return questions.ask(name, text, true);
  if (problem->status == 400) return;  // no JSON
  for (const engine::InputError& error : problem->errors)
    if (beyond_schemas(error)) return;
  questions.ask(name, text, false);
}

std::string input_schema(const engine::Program& program, std::uint32_t decision) {
  std::string out;
  engine::append_input_schema(out, program, decision);
  return out;
}
std::string output_schema(const engine::Program& program, std::uint32_t decision) {
  std::string out;
  engine::append_output_schema(out, program, decision);
  return out;
}

engine::Evaluator evaluator_of(const TreePolicy& policy, const tools::RandomValues& values) {
  for (std::uint64_t seed = 0;; ++seed) {
    std::map<std::string, std::string> data;
    for (std::uint32_t i = 0; i < policy.model.data.size(); ++i)
      if (!policy.model.data[i].literal)
        data[policy.model.data[i].full_name()] = random_data(policy.model, values, i, 0, seed);
    if (auto snapshot = engine::load_data(policy.program, data))
      return engine::Evaluator(policy.program, std::move(*snapshot));
  }
}

/// Inputs of one decision, good and bad, and what comes of the good ones.
void ask_decision(Questions& questions, const TreePolicy& policy, const tools::RandomValues& values,
                  engine::Evaluator& evaluator, std::uint32_t decision, std::uint64_t inputs) {
  const engine::Program& program = policy.program->program();
  const std::string name = policy.name + " " + policy.model.decisions[decision].name;
  questions.schema(name + " input", input_schema(program, decision));
  questions.schema(name + " output", output_schema(program, decision));
  std::set<std::string> done;
  for (std::uint64_t seed = 0; seed < inputs; ++seed) {
    const base::Micros now = values.request(decision, seed).now;
    const std::string input = random_input(policy.model, values, decision, now, seed);
    ask_input(questions, name + " input", *policy.program, decision, input);
    const Answer answer = vm_answer(evaluator, {decision, input, now}, engine::Explain::none);
    if (answer.accepted) questions.ask(name + " output", answer.result, true);
    // There `null` stands for any set of what has no members.
    else if (answer.fail_closed.find(":null") == std::string::npos)
      questions.ask(name + " output", answer.fail_closed, true);
    if (!answer.accepted) continue;
    for (const InputFault& fault : input_faults(policy.model, policy.model.decisions[decision],
                                                *oracle::parse_json(input), done))
      if (fault.in_value) questions.ask(name + " input", fault.json, false);
  }
}

TEST(Schemas, SayWhatTheDecoderAndTheRendererDo) {
  Questions questions;
  for (const TreePolicy& policy : every_policy()) {
    const tools::RandomValues values(policy.model);
    engine::Evaluator evaluator = evaluator_of(policy, values);
    const bool shipped = policy.name.starts_with("policies/");
    for (std::uint32_t d = 0; d < policy.model.decisions.size(); ++d)
      ask_decision(questions, policy, values, evaluator, d, shipped ? 400 : 8);
  }
  EXPECT_GT(questions.valid(), 5'000u);
  EXPECT_GT(questions.invalid(), 5'000u);
  questions.answer();
}

/// Every type in every spelling: the cases of both decoders.
TEST(Schemas, AgreeWithTheDecoderOnEveryType) {
  const TypedProgram typed = typed_program(kDecodePolicy);
  ASSERT_NE(typed.verified, nullptr) << typed.error;
  Questions questions;
  for (std::uint32_t d = 0; d < typed.program().decisions.size(); ++d)
    questions.schema(std::string(typed.program().text(typed.decision(d).name)),
                     input_schema(typed.program(), d));
  for (const auto* cases : {&scalar_cases(), &container_cases(), &document_cases()})
    for (const DecodeCase& c : *cases)
      ask_input(questions, "typed." + c.decision, *typed.verified,
                typed.program().find_decision(c.decision),
                c.json.starts_with('=') ? c.json.substr(1) : "{\"x\":" + c.json + "}");
  EXPECT_GT(questions.valid(), 80u);
  EXPECT_GT(questions.invalid(), 80u);
  questions.answer();
}

/// A text made of `pieces`, at random.
std::string made_of(const std::vector<std::string>& pieces, std::size_t most, Dice& dice) {
  std::string out;
  for (std::size_t n = dice.below(most + 1); n > 0; --n)
    out += dice.pick(pieces);
  return out;
}

/// A text that was right, with a character changed, more or less.
std::string edited(std::string text, const std::vector<std::string>& pieces, Dice& dice) {
  const std::size_t at = dice.below(text.size() + 1);
  switch (dice.below(4)) {
    case 0: return text;
    case 1: return text.insert(at, dice.pick(pieces));
    case 2: return text.erase(at, 1);
    default: return at < text.size() ? text.replace(at, 1, dice.pick(pieces)) : text;
  }
}

TEST(SchemaFormats, InstantsAreThoseThatTheCalendarReads) {
  const re2::RE2 pattern(engine::instant_pattern());
  Dice dice(1);
  const std::vector<std::string> pieces = {"0", "1", "2", "3", "5", "6", "9", "-", ":",
                                           "T", "Z", ".", "+", "t", "z", " ", "00"};
  std::size_t valid = 0;
  for (int i = 0; i < 200'000; ++i) {
    // Days around the ends of months and years, leap years among them.
    std::string text;
    const base::Micros day = static_cast<base::Micros>(dice.below(3'650'000)) * base::kMicrosPerDay;
    base::append_instant(text, base::kMinInstant + day + base::kMicrosPerDay * 400 +
                                   static_cast<base::Micros>(dice.below(86'400)) * 1'000'000);
    if (dice.chance(30))
      text.replace(5, 5,
                   dice.pick<std::string>({"02-29", "02-30", "04-31", "12-31", "00-10", "13-01"}));
    if (dice.chance(30))
      text.replace(text.size() - 1, 1,
                   dice.pick<std::string>({"+01:30", "-23:59", "+24:00", ".5Z"}));
    text = edited(text, pieces, dice);
    const bool read = base::parse_instant(text).has_value();
    valid += read ? 1 : 0;
    ASSERT_EQ(re2::RE2::FullMatch(text, pattern), read) << text;
  }
  EXPECT_GT(valid, 20'000u);
  EXPECT_TRUE(re2::RE2::FullMatch("0000-12-31T23:30:00-01:00", pattern));
}

TEST(SchemaFormats, DurationsAreThoseThatAreRead) {
  const re2::RE2 any(engine::duration_pattern(true)), positive(engine::duration_pattern(false));
  Dice dice(2);
  const std::vector<std::string> pieces = {"1", "0", "12", "w", "d", "h", "m",
                                           "s", "P", "T",  "W", "D", "H", "M",
                                           "S", ".", "-",  "5", "Y", " ", "000000"};
  const std::vector<std::string> right = {"1w2d3h4m5s",   "-P1DT2H3M4.5S", "PT0.0000009S",
                                          "-PT0.000000S", "P2W",           "-0w0s",
                                          "1h30m",        "PT15M",         "-PT0.00000001S"};
  std::size_t valid = 0, negative = 0;
  for (int i = 0; i < 200'000; ++i) {
    std::string text = dice.chance(40)
                           ? made_of(pieces, 8, dice)
                           : edited(edited(dice.pick(right), pieces, dice), pieces, dice);
    const auto read = base::parse_duration(text);
    if (!read && re2::RE2::PartialMatch(text, "[0-9]{8}")) continue;  // more than 64 bits hold
    valid += read ? 1 : 0;
    negative += read && *read < 0 ? 1 : 0;
    ASSERT_EQ(re2::RE2::FullMatch(text, any), read.has_value()) << text;
    ASSERT_EQ(re2::RE2::FullMatch(text, positive), read.has_value() && *read >= 0) << text;
  }
  EXPECT_GT(valid, 20'000u);
  EXPECT_GT(negative, 1'000u);
}

TEST(SchemaFormats, AddressesAreThoseThatAreRead) {
  const re2::RE2 pattern(engine::ip_pattern());
  Dice dice(3);
  const std::vector<std::string> pieces = {":", "::",  "1",   "0",  "ff", "ABCD", "1:", "10.0.0.7",
                                           ".", "255", "256", "01", "%",  "/8",   "g",  "2:3:4:5"};
  const std::vector<std::string> right = {"10.0.0.7",
                                          "1:2:3:4:5:6:7:8",
                                          "::",
                                          "::1",
                                          "1::",
                                          "1:2:3:4:5:6:7::",
                                          "::2:3:4:5:6:7:8",
                                          "::ffff:10.0.0.7",
                                          "1:2:3:4:5:6:255.0.1.20",
                                          "1:2:3:4:5::1.2.3.4",
                                          "1:2::7:8"};
  std::size_t valid = 0;
  for (int i = 0; i < 200'000; ++i) {
    const std::string text = dice.chance(40)
                                 ? made_of(pieces, 9, dice)
                                 : edited(edited(dice.pick(right), pieces, dice), pieces, dice);
    const bool read = base::parse_ip(text).has_value();
    valid += read ? 1 : 0;
    ASSERT_EQ(re2::RE2::FullMatch(text, pattern), read) << text;
  }
  EXPECT_GT(valid, 20'000u);
}

TEST(SchemaPatterns, AreTranslatedWhereTheSyntaxDiffers) {
  const std::vector<std::pair<const char*, const char*>> cases = {
      {"[a-z][a-z0-9-]{2,62}", "^(?:[a-z][a-z0-9-]{2,62})$"},
      {"a|b", "^(?:a|b)$"},
      {"(a)(?P<n>b)(?:c)", "^(?:(?:a)(?:b)(?:c))$"},
      {"\\d+\\s\\w*?", "^(?:[0-9]+[\\x09\\x0a\\x0c\\x0d ][0-9A-Z_a-z]*?)$"},
      {"\\D", "^(?:[\\x00-/:-\xF4\x8F\xBF\xBF])$"},
      {"[[:alpha:]_\\-]", "^(?:[\\-A-Z_a-z])$"},
      {"[^[:^digit:]]", "^(?:[^\\x00-/:-\xF4\x8F\xBF\xBF])$"},
      {".x", "^(?:[^\\n]x)$"},
      {"(?s).x", "^(?:[\\s\\S]x)$"},
      {"(?i)ab1", "^(?:[Aa][Bb]1)$"},
      {"(?i:k)s", "^(?:(?:[Kk\xE2\x84\xAA])s)$"},
      {"(?i)[^s-t]", "^(?:[^STst\xC5\xBF])$"},
      {"a(?i)b|c", "^(?:a[Bb]|[Cc])$"},
      {"\\Qa.b\\E+", "^(?:a\\.b+)$"},
      {"\\x{e9}\\x41\\101\\t",
       "^(?:\xC3\xA9"
       "AA\\x09)$"},
      {"x{2}y{,3}", "^(?:x{2}y\\{,3\\})$"},
      {"\\Aa^b$\\z", "^(?:(?:^)a(?:^)b(?:$)(?:$))$"},
      {"\\/\\.", "^(?:/\\.)$"},
      {"[]a]", "^(?:[\\]a])$"},
  };
  for (const auto& [re2, schema] : cases)
    EXPECT_EQ(engine::pattern_for_schemas(re2).value_or("none"), schema) << re2;
  for (const char* impossible : {"\\pL", "[\\p{Greek}]", "(?m)^a$", "\\C", "(?i)\xC3\xA9", "\\PN"})
    EXPECT_FALSE(engine::pattern_for_schemas(impossible).has_value()) << impossible;
}

TEST(SchemaPatterns, MatchWhatTheDecoderMatches) {
  Dice dice(4);
  const std::vector<std::string> syntax = {
      "a",   "B",    "k",    "7",    ".",   "[a-k]",  "[^b-]", "\\d", "\\W",      "[[:upper:]s]",
      "(a|", ")",    "(?i)", "(?s)", "*",   "+",      "?",     "{2}", "\\Q.*\\E", "\\x{e9}",
      "|",   "\\s",  "(?i:", "-",    "\\.", "[\\D7]", "{",     "}",   "(?:",      "[^\\S\\d]",
      "é",   "(?-i)"};
  const std::vector<std::string> texts = {
      "a", "b", "A", "K", "k", "\xE2\x84\xAA",    "\xC5\xBF", "s", "S", "7", "\n", " ", ".", "*",
      "é", "-", "{", "}", "_", "\xF0\x9F\x98\x80"};
  std::size_t compared = 0, matched = 0;
  for (int i = 0; i < 60'000; ++i) {
    const std::string written = made_of(syntax, 6, dice);
    const re2::RE2 pattern(written, re2::RE2::Quiet);
    if (!pattern.ok()) continue;
    const auto translated = engine::pattern_for_schemas(written);
    if (!translated) continue;
    const re2::RE2 other(*translated, re2::RE2::Quiet);
    ASSERT_TRUE(other.ok()) << written << " as " << *translated;
    for (int n = 0; n < 8; ++n) {
      const std::string text = made_of(texts, 4, dice);
      const bool matches = re2::RE2::FullMatch(text, pattern);
      ASSERT_EQ(re2::RE2::PartialMatch(text, other), matches)
          << written << " as " << *translated << " on " << text;
      ++compared;
      matched += matches ? 1 : 0;
    }
  }
  EXPECT_GT(compared, 100'000u);
  EXPECT_GT(matched, 5'000u);
}

}  // namespace
}  // namespace writ::tests
