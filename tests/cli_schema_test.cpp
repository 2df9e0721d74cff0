// `writ decisions` and `writ schema`: what callers learn about a policy.

#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/process.hpp"
#include "tests/temporary_folder.hpp"

namespace {

using nlohmann::json;
using writ::tests::Process;
using writ::tests::TemporaryFolder;

Process writ(const std::string& arguments) {
  return writ::tests::run_command(std::string(WRIT_BINARY) + " " + arguments);
}

const char* const kDoor = R"(writ 1
package door

/// How a visitor comes in.
enum Entrance { gate, side as "side door" or "side" }
enum Kind {
  guest
  /// Comes every day.
  staff
} else unknown

/// Who comes.
record Visitor {
  /// As on the badge.
  name: string max 60
  badge as "badge" or "card": string matching /\d{4}/
  note as "note" or "remark": string?
  stay: duration 1m..8h
  by: Entrance
}
open record Context { at: time? }

/// May this visitor come in?
decision enter(visitor: Visitor, bags: int 0..20, context: Context?, kind: Kind) {
  /// What to do.
  answer: highest enum { open, ask } starting at open
  local twice: int = bags * 2 on failure 0
  gates: lowest int 0..9 per e in Entrance starting at 9
  who as "verdict": verdict of Entrance
  owner: string? = visitor.note
  codes: codes
}
decision leave(x: bool) { ok: bool = x on failure false }
)";

TEST(CliSchema, DecisionsAreListedForPeople) {
  TemporaryFolder folder;
  folder.write("door.writ", kDoor);
  const Process p = writ("decisions " + folder.path());
  EXPECT_EQ(p.status, 0) << p.err;
  EXPECT_EQ(p.out,
            "door.enter\n"
            "  May this visitor come in?\n"
            "  inputs\n"
            "    visitor  Visitor\n"
            "    bags     int 0..20\n"
            "    context  Context?\n"
            "    kind     Kind\n"
            "  outputs\n"
            "    answer   highest enum { open, ask }\n"
            "        What to do.\n"
            "    gates    lowest int 0..9 per Entrance\n"
            "    verdict  verdict of Entrance\n"
            "    owner    string?\n"
            "    codes    codes\n"
            "\n"
            "door.leave\n"
            "  inputs\n"
            "    x  bool\n"
            "  outputs\n"
            "    ok  bool\n");
  folder.write("door.writ", "writ 1\npackage door\nenum E { a }\n");
  EXPECT_EQ(writ("decisions " + folder.path()).out, "this policy has no decisions\n");
}

TEST(CliSchema, DecisionsHaveSchemasForPrograms) {
  TemporaryFolder folder;
  folder.write("door.writ", kDoor);
  const Process p = writ("decisions " + folder.path() + " --format json");
  EXPECT_EQ(p.status, 0) << p.err;
  const json decisions = json::parse(p.out)["decisions"];
  ASSERT_EQ(decisions.size(), 2u);
  EXPECT_EQ(decisions[0]["decision"], "door.enter");
  EXPECT_EQ(decisions[0]["description"], "May this visitor come in?");
  EXPECT_FALSE(decisions[1].contains("description"));
  EXPECT_EQ(decisions[0], json::parse(writ("schema " + folder.path() + " enter").out));
  EXPECT_EQ(decisions[1]["input"],
            json::parse(writ("schema " + folder.path() + " door.leave --input").out));
  EXPECT_EQ(decisions[1]["output"],
            json::parse(writ("schema " + folder.path() + " leave --output").out));
}

TEST(CliSchema, TheInputIsDescribed) {
  TemporaryFolder folder;
  folder.write("door.writ", kDoor);
  const json schema = json::parse(writ("schema --input " + folder.path() + " enter").out);
  EXPECT_EQ(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
  EXPECT_EQ(schema["title"], "door.enter");
  EXPECT_EQ(schema["required"], json({"visitor", "bags", "kind"}));
  EXPECT_EQ(schema["additionalProperties"], false);
  EXPECT_EQ(schema["properties"]["bags"],
            json::parse(R"({"type":"integer","minimum":0,"maximum":20})"));
  EXPECT_EQ(schema["properties"]["context"],
            json::parse(R"({"anyOf":[{"$ref":"#/$defs/Context"},{"type":"null"}]})"));
  const json visitor = schema["$defs"]["Visitor"];
  EXPECT_EQ(visitor["description"], "Who comes.");
  EXPECT_EQ(visitor["required"], json({"name", "stay", "by"}));
  EXPECT_EQ(visitor["properties"]["name"],
            json::parse(R"({"description":"As on the badge.","type":"string","maxLength":60})"));
  EXPECT_EQ(visitor["properties"]["card"], visitor["properties"]["badge"]);
  EXPECT_EQ(visitor["properties"]["badge"]["pattern"], "^(?:[0-9]{4})$");
  EXPECT_EQ(visitor["allOf"], json::parse(R"([
      {"oneOf":[{"required":["badge"]},{"required":["card"]}]},
      {"oneOf":[{"required":["note"]},{"required":["remark"]},
                {"not":{"anyOf":[{"required":["note"]},{"required":["remark"]}]}}]}])"));
  EXPECT_EQ(visitor["properties"]["stay"]["$comment"],
            "a duration such as \"15m\" or whole seconds from 1m to 8h");
  EXPECT_EQ(visitor["properties"]["stay"]["anyOf"][0],
            json::parse(R"({"type":"integer","minimum":60,"maximum":28800})"));
  EXPECT_FALSE(schema["$defs"]["Context"].contains("additionalProperties"));
  EXPECT_EQ(schema["$defs"]["Entrance"],
            json::parse(R"({"description":"How a visitor comes in.","type":"string",
                            "enum":["gate","side door","side"]})"));
  EXPECT_EQ(schema["$defs"]["Kind"], json::parse(R"({"type":"string","anyOf":[{"const":"guest"},
                {"const":"staff","description":"Comes every day."},{"const":"unknown"},
                {"type":"string"}]})"));
}

TEST(CliSchema, TheResultIsDescribed) {
  TemporaryFolder folder;
  folder.write("door.writ", kDoor);
  const json schema = json::parse(writ("schema --output " + folder.path() + " enter").out);
  EXPECT_EQ(schema["required"], json({"answer", "gates", "verdict", "codes"}));
  EXPECT_FALSE(schema["properties"].contains("twice"));
  EXPECT_EQ(schema["properties"]["answer"],
            json::parse(R"({"description":"What to do.","type":"string","enum":["open","ask"]})"));
  EXPECT_EQ(schema["properties"]["gates"]["required"], json({"gate", "side door"}));
  EXPECT_EQ(schema["properties"]["owner"], json::parse(R"({"type":"string"})"));
  EXPECT_EQ(schema["properties"]["verdict"]["properties"]["outcome"]["enum"],
            json({"permit", "hold", "deny", "forbid"}));
}

TEST(CliSchema, ABundleSaysTheSame) {
  TemporaryFolder folder;
  folder.write("door.writ", kDoor);
  const std::string bundle = folder.path() + "/door.bundle";
  ASSERT_EQ(writ("build " + folder.path() + " -o " + bundle).status, 0);
  for (const std::string verb : {"decisions ", "decisions --format json "})
    EXPECT_EQ(writ(verb + bundle).out, writ(verb + folder.path()).out);
  EXPECT_EQ(writ("schema " + bundle + " enter").out,
            writ("schema " + folder.path() + " enter").out);
}

TEST(CliSchema, UsageAndErrors) {
  TemporaryFolder folder;
  folder.write("door.writ", kDoor);
  EXPECT_EQ(writ("schema " + folder.path() + " enter --input --output").status, 2);
  EXPECT_EQ(writ("schema " + folder.path()).status, 2);
  const Process none = writ("schema " + folder.path() + " entr");
  EXPECT_EQ(none.status, 2);
  EXPECT_NE(none.err.find("did you mean `enter`?"), std::string::npos) << none.err;
  EXPECT_EQ(writ("schema " + folder.path() + "/none enter").status, 4);
  EXPECT_EQ(writ("decisions " + folder.path() + "/none").status, 4);
  EXPECT_EQ(writ("decisions --help").status, 0);
  EXPECT_EQ(writ("schema --help").status, 0);
  folder.write("door.writ", "writ 1\npackage door\ndecision d(x: Nope) { ok: bool = true }\n");
  for (const std::string verb : {"decisions ", "decisions --format json ", "schema "})
    EXPECT_EQ(writ(verb + folder.path() + (verb == "schema " ? " d" : "")).status, 1) << verb;
}

}  // namespace
