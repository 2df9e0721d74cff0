// The renderer on values, outputs, reasons and problems made by hand, against their JSON and texts.

#include "engine/render.hpp"

#include <limits>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "dsl/checker.hpp"
#include "dsl/diagnostics.hpp"

#include "engine/compiler.hpp"

namespace writ::tests {
namespace {

using engine::Cell;
using engine::KeyedValue;
using engine::Outcome;
using engine::OutputValue;

constexpr base::Micros kSecond = base::kMicrosPerSecond;
constexpr base::Micros kNoon = 1'772'452'800 * kSecond;  // 2026-03-02T12:00:00Z

constexpr const char* kPolicy = R"(writ 1
package typed

enum Role { infosec, dpo as "DPO" or "Data Protection Officer", ciso } else unknown
ordered enum Tier { low, medium, high }
record Inner { a: decimal, wait: duration? }
record Outer { name: string, inner: Inner, maybe: Inner?, tags: map<Role, int> }

decision d(form: Outer, names: set<string>, codes_in: list<int>, from: ip) {
  tier: highest Tier starting at low
  longest as "longestTime" or "l": highest duration starting at 0s
  shortest: lowest duration starting at 1h
  needed: quorum Role
  outcome: verdict of Role
  plain: verdict
  scopes: verdict of Role per name in form_names otherwise not_granted "{name} was not granted"
  points: highest int per n in codes_in starting at 0
  by_role: lowest duration per role in Role starting at 1m
  codes: codes
  roles: set<Role> = { infosec }
  local secret: bool = true
  gone: int? = absent
}

rule raise for d {
  when form.name == "x"
  unless from == ip "10.0.0.7"
  then tier at least medium
  because "a \"text\""
  tag control = "GDPR Art. 6"
  tag note = "ä"
}

waive raise for d {
  when form.name == "x"
  effective from 2026-03-01 through 2026-06-30
  by "ciso@corp.example"
  because "pilot"
}
)";

struct Compiled {
  std::shared_ptr<const engine::VerifiedProgram> verified;
  std::string error;
  const engine::Program& program() const { return verified->program(); }
  const engine::OutputDesc& output(std::string_view name) const {
    for (const engine::OutputDesc& desc : program().outputs)
      if (program().text(desc.name) == name) return desc;
    ADD_FAILURE() << "no output " << name;
    return program().outputs.front();
  }
  std::uint32_t input_type(std::uint32_t index) const { return program().inputs[index].type; }
};

Compiled compiled() {
  std::string text = kPolicy;
  text.replace(text.find("form_names"), 10, "names");
  const dsl::Sources sources({{"d.writ", text}});
  dsl::Diagnostics diagnostics;
  const auto model = dsl::load(sources, diagnostics);
  if (!model) return {nullptr, dsl::render_text(diagnostics, sources, false)};
  auto program = engine::compile(*model, sources);
  if (!program) return {nullptr, program.error().message};
  auto verified = engine::verify(std::move(*program));
  if (!verified) return {nullptr, verified.error().message};
  return {std::move(*verified), ""};
}

class Render : public testing::Test {
 protected:
  static const Compiled& policy() {
    static const Compiled made = compiled();
    return made;
  }
  void SetUp() override { ASSERT_NE(policy().verified, nullptr) << policy().error; }

  static std::string output(std::string_view name, const OutputValue& value) {
    std::string out;
    engine::append_output(out, policy().program(), policy().output(name), value);
    return out;
  }
  static std::string value(std::string_view name, const Cell& cell) {
    OutputValue value;
    value.present = true;
    value.value = cell;
    return output(name, value);
  }
  static std::string text(std::string_view name, const Cell& cell) {
    std::string out;
    engine::append_text(out, policy().program(), policy().output(name).type, cell);
    return out;
  }
};

TEST_F(Render, DurationsAreWholeSecondsOnTheStrictSide) {
  EXPECT_EQ(value("longest", Cell::integer(90 * kSecond)), "90");
  EXPECT_EQ(value("longest", Cell::integer(90 * kSecond + 1)), "91");
  EXPECT_EQ(value("longest", Cell::integer(-1)), "0");
  EXPECT_EQ(value("shortest", Cell::integer(90 * kSecond + 999'999)), "90");
  EXPECT_EQ(value("shortest", Cell::integer(-1)), "-1");
  const auto most = std::numeric_limits<std::int64_t>::max();
  const auto least = std::numeric_limits<std::int64_t>::min();
  EXPECT_EQ(value("longest", Cell::integer(most)), "9223372036855");
  EXPECT_EQ(value("shortest", Cell::integer(most)), "9223372036854");
  EXPECT_EQ(value("longest", Cell::integer(least)), "-9223372036854");
  EXPECT_EQ(value("shortest", Cell::integer(least)), "-9223372036855");
}

TEST_F(Render, EnumsAndSetsByWrittenOrder) {
  EXPECT_EQ(value("tier", Cell::integer(2)), "\"high\"");
  EXPECT_EQ(value("roles", Cell::mask(0b1111)), R"(["DPO","ciso","infosec","unknown"])");
  EXPECT_EQ(value("roles", Cell::mask(0)), "[]");
  EXPECT_EQ(text("roles", Cell::mask(0)), "none");
  EXPECT_EQ(text("roles", Cell::mask(0b1)), "infosec");
  EXPECT_EQ(text("roles", Cell::mask(0b11)), "DPO and infosec");
  EXPECT_EQ(text("roles", Cell::mask(0b111)), "DPO, ciso and infosec");
  EXPECT_EQ(text("tier", Cell::integer(0)), "low");
  EXPECT_EQ(text("longest", Cell::integer(5400 * kSecond)), "1h30m");
}

TEST_F(Render, Quorums) {
  const base::Clause clauses[] = {{1, 0b101}, {2, 0b111}, {3, 0b111}};
  EXPECT_EQ(value("needed", Cell::quorum(nullptr, 0)), R"({"auto":true,"clauses":[]})");
  EXPECT_EQ(value("needed", Cell::quorum(clauses, 2)),
            R"({"auto":false,"clauses":[{"need":1,"of":["ciso","infosec"]},)"
            R"({"need":2,"of":["DPO","ciso","infosec"]}]})");
  EXPECT_EQ(text("needed", Cell::quorum(nullptr, 0)), "nobody");
  EXPECT_EQ(text("needed", Cell::quorum(clauses, 1)), "one of ciso or infosec");
  EXPECT_EQ(text("needed", Cell::quorum(clauses + 1, 1)), "2 of DPO, ciso and infosec");
  EXPECT_EQ(text("needed", Cell::quorum(clauses + 1, 2)),
            "2 of DPO, ciso and infosec and all of DPO, ciso and infosec");
}

TEST_F(Render, Verdicts) {
  const base::Clause one[] = {{1, 0b1}};
  OutputValue verdict;
  verdict.present = true;
  verdict.outcome = Outcome::hold;
  verdict.needs = Cell::quorum(one, 1);
  EXPECT_EQ(output("outcome", verdict),
            R"({"outcome":"hold","needs":{"auto":false,"clauses":[{"need":1,"of":["infosec"]}]}})");
  verdict.outcome = Outcome::permit;
  verdict.needs = Cell();
  EXPECT_EQ(output("plain", verdict), R"({"outcome":"permit","needs":{"auto":true,"clauses":[]}})");

  const std::string_view codes[] = {"a", "b"}, texts[] = {"because"};
  std::vector<KeyedValue> keys(4);
  keys[0] = {Cell::string("a"), {}, Outcome::permit, {}, {}, {}};
  keys[1] = {Cell::string("b\""), {}, Outcome::hold, Cell::quorum(one, 1), {}, texts};
  keys[2] = {Cell::string("c"), {}, Outcome::deny, {}, codes, texts};
  keys[3] = {Cell::string("d"), {}, Outcome::forbid, {}, {}, {}};
  OutputValue keyed;
  keyed.present = true;
  keyed.keys = keys;
  EXPECT_EQ(output("scopes", keyed),
            R"({"granted":["a"],"held":[{"item":"b\"","needs":{"auto":false,"clauses":)"
            R"([{"need":1,"of":["infosec"]}]},"because":["because"]}],"denied":[)"
            R"({"item":"c","codes":["a","b"],"because":["because"]},)"
            R"({"item":"d","codes":[],"because":[]}]})");
  keyed.keys = {};
  EXPECT_EQ(output("scopes", keyed), R"({"granted":[],"held":[],"denied":[]})");
}

TEST_F(Render, KeysAreNames) {
  std::vector<KeyedValue> keys(2);
  keys[0] = {Cell::integer(-3), Cell::integer(7), {}, {}, {}, {}};
  keys[1] = {Cell::integer(12), Cell::integer(0), {}, {}, {}, {}};
  OutputValue keyed;
  keyed.present = true;
  keyed.keys = keys;
  EXPECT_EQ(output("points", keyed), R"({"-3":7,"12":0})");
  keys[0] = {Cell::integer(1), Cell::integer(kSecond + 1), {}, {}, {}, {}};
  keys[1] = {Cell::integer(0), Cell::integer(kSecond), {}, {}, {}, {}};
  EXPECT_EQ(output("by_role", keyed), R"({"DPO":1,"infosec":1})");
}

TEST_F(Render, RecordsMapsAndAddresses) {
  // name, header and cells of inner, header and cells of maybe, tags.
  const Cell entries[] = {Cell::integer(1), Cell::integer(5), Cell::integer(0), Cell::integer(6)};
  Cell fields[8];
  fields[0] = Cell::string("é\n\x01/");
  fields[1] = Cell::items(fields + 2, 0);
  fields[2] = Cell::integer(-12'500);
  fields[4].cells = fields + 5;
  fields[7] = Cell::items(entries, 2);
  const Cell record = Cell::items(fields, 0);
  std::string out;
  engine::append_value(out, policy().program(), policy().input_type(0), record);
  EXPECT_EQ(
      out,
      "{\"name\":\"é\\n\\u0001/\",\"inner\":{\"a\":-1.25},\"tags\":{\"DPO\":5,\"infosec\":6}}");
  fields[3] = Cell::integer(1);
  out.clear();
  engine::append_canonical(out, policy().program(), policy().input_type(0), record);
  EXPECT_NE(out.find("\"wait\":\"0.000001s\""), std::string::npos) << out;

  const std::string_view v4("\0\0\0\0\0\0\0\0\0\0\xFF\xFF\x0A\0\0\7", 16);
  out.clear();
  engine::append_value(out, policy().program(), policy().input_type(3), Cell::string(v4));
  engine::append_text(out, policy().program(), policy().input_type(3), Cell::string(v4));
  EXPECT_EQ(out, "\"10.0.0.7\"10.0.0.7");
}

TEST_F(Render, Decisions) {
  const std::uint32_t sets[] = {0, 1};
  engine::ReasonView waived{"raise", "a \"text\"", sets, 0, 0, "d.writ:1:2"};
  engine::ReasonView bare{"not_granted", "no",          std::span(sets, 1),
                          engine::kNone, engine::kNone, "d.writ:3:4"};
  const engine::ReasonView reasons[] = {bare, waived};
  std::vector<OutputValue> outputs(policy().program().outputs.size());
  for (OutputValue& output : outputs)
    output.present = true;
  outputs.back().present = false;
  outputs[10].value = Cell::mask(1);
  outputs[9].value = Cell::items(nullptr, 0);
  outputs[0].value = Cell::integer(1);
  outputs[1].value = outputs[2].value = Cell::integer(kSecond);
  outputs[3].value = Cell::quorum(nullptr, 0);
  const engine::ConditionTrace traces[] = {{1, 2}, {0, 1}};
  const engine::RuleTrace rule{1, 1, traces};
  engine::DecisionView view;
  view.now = kNoon;
  view.outputs = outputs;
  view.reasons = reasons;
  view.more = 3;
  view.rules = std::span(&rule, 1);

  const auto said = [&](const engine::Envelope& envelope) {
    std::string out;
    engine::append_decision(out, *policy().verified, view, envelope);
    EXPECT_TRUE(nlohmann::json::accept(out)) << out;
    const std::string digest = policy().program().digest;
    if (const auto at = out.find(digest); at != std::string::npos && !digest.empty())
      out.replace(at, digest.size(), "DIGEST");
    return out;
  };
  const std::string result =
      R"("result":{"tier":"medium","longestTime":1,"shortest":1,"needed":{"auto":true,"clauses":[]},)"
      R"("outcome":{"outcome":"deny","needs":{"auto":true,"clauses":[]}},)"
      R"("plain":{"outcome":"deny","needs":{"auto":true,"clauses":[]}},)"
      R"("scopes":{"granted":[],"held":[],"denied":[]},"points":{},"by_role":{},"codes":[],)"
      R"("roles":["infosec"]})";
  EXPECT_EQ(
      said({"", "", "sha256:d", engine::Explain::none}),
      R"({"decision":"typed.d","policy":{"revision":null,"digest":"DIGEST","data":"sha256:d"},)"
      R"("at":"2026-03-02T12:00:00Z","valid_until":null,)" +
          result + "}");
  view.valid_until = kNoon + 1;
  EXPECT_EQ(
      said({"id\"1", "7", "", engine::Explain::reasons}),
      R"({"decision":"typed.d","id":"id\"1","policy":{"revision":"7","digest":"DIGEST","data":""},)"
      R"("at":"2026-03-02T12:00:00Z","valid_until":"2026-03-02T12:00:00.000001Z",)" +
          result +
          R"(,"reasons":[{"code":"not_granted","because":"no","sets":["tier"],"at":"d.writ:3:4"},)"
          R"({"code":"raise","because":"a \"text\"","sets":["tier","longestTime"],"at":"d.writ:1:2",)"
          R"("tags":{"control":"GDPR Art. 6","note":"ä"},"waived":{"by":"ciso@corp.example",)"
          R"("until":"2026-07-01T00:00:00Z","because":"pilot"}}],"more":3})");
  const std::string full = said({"", "", "", engine::Explain::full});
  const std::string rules =
      R"(,"more":3,"rules":[{"rule":"raise","at":"d.writ:25:6","fired":1,"waived":1,"conditions":[)"
      R"({"at":"d.writ:26:3","kind":"when","source":"when form.name == \"x\"","true":1,"false":2},)"
      R"({"at":"d.writ:27:3","kind":"unless","source":"unless from == ip \"10.0.0.7\"","true":0,"false":1}]}]})";
  EXPECT_TRUE(full.ends_with(rules)) << full;
}

TEST_F(Render, Problems) {
  engine::Problem problem;
  problem.code = "input_invalid";
  problem.detail = "wrong \"x\"";
  problem.errors = {{"/x", "a", "b"}, {"", "c", "d"}};
  std::string out;
  engine::append_problem(out, policy().program(), engine::kNone, problem);
  EXPECT_EQ(
      out,
      R"({"type":"urn:writ:problem:input_invalid","title":"Unprocessable Content","status":422,)"
      R"("code":"input_invalid","detail":"wrong \"x\"","errors":[{"pointer":"/x","expected":"a",)"
      R"("found":"b"},{"pointer":"","expected":"c","found":"d"}]})");
  out.clear();
  problem.errors.clear();
  engine::append_problem(out, policy().program(), 0, problem);
  const auto json = nlohmann::json::parse(out);
  EXPECT_EQ(json["errors"].size(), 0U);
  EXPECT_EQ(json["fail_closed"]["codes"].dump(), R"(["input_invalid"])");
  EXPECT_EQ(json["fail_closed"]["tier"], "high");
  EXPECT_EQ(json["fail_closed"]["plain"]["outcome"], "forbid");
  EXPECT_FALSE(json["fail_closed"].contains("secret"));
}

}  // namespace
}  // namespace writ::tests
