// The command as its users meet it: real processes, exit statuses, what goes to which stream.

#include <array>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/process.hpp"
#include "tests/temporary_folder.hpp"

namespace {

using nlohmann::json;
using writ::tests::Process;
using writ::tests::TemporaryFolder;

const std::string kData = std::string(WRIT_SOURCE_DIR) + "/tests/data/cli";
const std::string kPolicy = kData + "/policy";

Process writ(const std::string& arguments, const std::string& input = "") {
  return writ::tests::run_command(std::string(WRIT_BINARY) + " " + arguments, input);
}

TEST(Cli, EvalPrintsTheDecisionObject) {
  const Process p = writ("eval " + kPolicy + " door.enter --input " + kData +
                         "/ana.json --now 2026-03-02T12:00:00Z --format json --id request-7");
  ASSERT_EQ(p.status, 0) << p.err;
  EXPECT_EQ(p.err, "");
  const json decision = json::parse(p.out);
  EXPECT_EQ(decision["decision"], "door.enter");
  EXPECT_EQ(decision["id"], "request-7");
  EXPECT_TRUE(decision["policy"]["revision"].is_null());
  EXPECT_EQ(decision["policy"]["digest"].get<std::string>().substr(0, 7), "sha256:");
  EXPECT_EQ(decision["policy"]["data"].get<std::string>().substr(0, 7), "sha256:");
  EXPECT_EQ(decision["at"], "2026-03-02T12:00:00Z");
  EXPECT_TRUE(decision["valid_until"].is_null());
  EXPECT_EQ(
      decision["result"].dump(),
      json::parse(
          R"({"answer":"open","codes":["many_bags"],"needed":{"auto":true,"clauses":[]},"stay":1800})")
          .dump());
  ASSERT_EQ(decision["reasons"].size(), 1u);
  EXPECT_EQ(decision["reasons"][0]["because"], "3 bags are more than 2");
  EXPECT_EQ(decision["reasons"][0]["at"], "door.writ:42:3");
  EXPECT_EQ(decision["more"], 0);
}

TEST(Cli, EvalLeavesTheIdOutUnlessGivenAndReasonsWithExplainNone) {
  const Process p = writ("eval " + kPolicy + " enter --input - --explain none --format json",
                         R"({"visitor":{"name":"Ana","badge":null,"bags":0}})");
  ASSERT_EQ(p.status, 0) << p.err;
  const json decision = json::parse(p.out);
  EXPECT_FALSE(decision.contains("id"));
  EXPECT_FALSE(decision.contains("reasons"));
  EXPECT_EQ(decision["result"]["answer"], "ask");
}

TEST(Cli, ExplainModesDifferInNothingElse) {
  const std::string common = "eval " + kPolicy + " enter --input " + kData +
                             "/ana.json --now 2026-03-02T12:00:00Z --format json";
  json none = json::parse(writ(common + " --explain none").out);
  json reasons = json::parse(writ(common + " --explain reasons").out);
  json full = json::parse(writ(common + " --explain full").out);
  EXPECT_EQ(full["rules"].size(), 3u);
  full.erase("rules");
  EXPECT_EQ(full, reasons);
  reasons.erase("reasons");
  reasons.erase("more");
  EXPECT_EQ(none, reasons);
}

TEST(Cli, EvalTextIsForPeople) {
  const Process p = writ("eval " + kPolicy + " enter --now 2026-03-02T12:00:00Z",
                         R"({"visitor":{"name":"Eve","bags":0}})");
  ASSERT_EQ(p.status, 0) << p.err;
  EXPECT_EQ(p.out,
            "door.enter  at 2026-03-02T12:00:00Z\n"
            "\n"
            "  answer  shut\n"
            "  needed  one of porter or warden\n"
            "  stay    8h\n"
            "  codes   banned_name, no_badge\n"
            "\n"
            "Who must approve\n"
            "  one of porter or warden\n"
            "\n"
            "Why\n"
            "  Eve is on the list\n"
            "      banned_name sets answer · door.writ:35:3 · control HSE-7\n"
            "  Eve has no badge\n"
            "      no_badge sets needed · door.writ:29:3\n"
            "\n"
            "holds as long as policy, data and input stay the same\n");
}

TEST(Cli, WrongInputIsStatus3WithTheProblemAndFailClosedValues) {
  const Process p =
      writ("eval " + kPolicy + " enter --input " + kData + "/wrong.json --format json");
  EXPECT_EQ(p.status, 3);
  const json problem = json::parse(p.out);
  EXPECT_EQ(problem["code"], "input_invalid");
  EXPECT_EQ(problem["status"], 422);
  ASSERT_EQ(problem["errors"].size(), 2u);
  EXPECT_EQ(problem["errors"][0]["pointer"], "/visitor/bags");
  EXPECT_EQ(problem["errors"][1]["pointer"], "/visitor/hat");
  EXPECT_EQ(
      problem["fail_closed"].dump(),
      json::parse(
          R"({"answer":"shut","codes":["input_invalid"],"needed":{"auto":false,"clauses":[{"need":2,"of":["porter","warden"]}]},"stay":60})")
          .dump());
  const Process text = writ("eval " + kPolicy + " enter --input " + kData + "/wrong.json");
  EXPECT_EQ(text.status, 3);
  EXPECT_EQ(text.out, "");
  EXPECT_NE(text.err.find("/visitor/bags"), std::string::npos) << text.err;
  EXPECT_NE(text.err.find("\"answer\":\"shut\""), std::string::npos) << text.err;
}

TEST(Cli, EmptyInputAndNonJsonAreStatus3) {
  for (const std::string input : {"", "{", "[]", "null", "{} {}"}) {
    const Process p = writ("eval " + kPolicy + " enter --format json", input);
    EXPECT_EQ(p.status, 3) << input;
    EXPECT_TRUE(json::parse(p.out).contains("fail_closed")) << input;
  }
}

TEST(Cli, AnInputThatIsTooLargeIsAProblemAndNoFileError) {
  TemporaryFolder folder;
  const std::string large = folder.write("large.json", std::string((1 << 20) + 10, ' '));
  const Process p = writ("eval " + kPolicy + " enter --format json --input " + large);
  EXPECT_EQ(p.status, 3);
  EXPECT_EQ(json::parse(p.out)["code"], "request_too_large");
}

TEST(Cli, DataFilesBesideThePackageAndOverridesAreRead) {
  TemporaryFolder folder;
  const std::string nobody = folder.write("nobody.json", "[]");
  const std::string input = R"({"visitor":{"name":"Eve","badge":"B","bags":0}})";
  EXPECT_EQ(
      json::parse(writ("eval " + kPolicy + " enter --format json", input).out)["result"]["answer"],
      "shut");
  for (const std::string name : {"banned", "door.banned"}) {
    const Process p =
        writ("eval " + kPolicy + " enter --format json --data " + name + "=" + nobody, input);
    ASSERT_EQ(p.status, 0) << p.err;
    EXPECT_EQ(json::parse(p.out)["result"]["answer"], "open");
  }
}

TEST(Cli, WrongDataIsStatus3MissingDataFileIsStatus4) {
  TemporaryFolder folder;
  const std::string wrong = folder.write("wrong.json", "[1]");
  const std::string input = R"({"visitor":{"name":"Eve","badge":"B","bags":0}})";
  const Process p = writ("eval " + kPolicy + " enter --format json --data banned=" + wrong, input);
  EXPECT_EQ(p.status, 3) << p.err;
  EXPECT_EQ(json::parse(p.out)["errors"][0]["pointer"], "/0");
  EXPECT_TRUE(json::parse(p.out).contains("fail_closed"));
  EXPECT_EQ(
      writ("eval " + kPolicy + " enter --data banned=" + folder.path() + "/absent.json", input)
          .status,
      4);
  const Process unknown = writ("eval " + kPolicy + " enter --data nothing=" + wrong, input);
  EXPECT_EQ(unknown.status, 2);
  EXPECT_NE(unknown.err.find("nothing"), std::string::npos) << unknown.err;
}

TEST(Cli, DataWithoutFileAndLiteralIsAnError) {
  TemporaryFolder folder;
  std::filesystem::copy_file(kPolicy + "/door.writ", folder.path() + "/door.writ");
  const Process p = writ("eval " + folder.path() + " enter --format json",
                         R"({"visitor":{"name":"Eve","bags":0}})");
  EXPECT_EQ(p.status, 3);
  EXPECT_NE(p.out.find("banned"), std::string::npos) << p.out;
}

TEST(Cli, UnreadablePoliciesAreStatus4) {
  TemporaryFolder folder;
  EXPECT_EQ(writ("check " + folder.path()).status, 4);  // no policy in it
  EXPECT_EQ(writ("check " + folder.path() + "/absent").status, 4);
  EXPECT_EQ(writ("eval " + folder.path() + "/absent d --input -", "{}").status, 4);
  EXPECT_EQ(writ("eval " + kPolicy + " enter --input " + folder.path() + "/absent.json").status, 4);
  EXPECT_EQ(writ("eval " + kPolicy + " enter --input " + folder.path()).status, 4);
}

TEST(Cli, PolicyErrorsAreStatus1WithThePlace) {
  TemporaryFolder folder;
  folder.write("a.writ",
               "writ 1\npackage a\n\ndecision d(x: int) {\n  y: bool = x on failure false\n}\n");
  for (const std::string verb : {"check ", "test ", "disasm "}) {
    const Process p = writ(verb + folder.path());
    EXPECT_EQ(p.status, 1) << verb;
    EXPECT_NE(p.err.find("a.writ:5:13"), std::string::npos) << p.err;
  }
  const Process p = writ("check --format json " + folder.path());
  EXPECT_EQ(p.status, 1);
  const json findings = json::parse(p.out);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0]["file"], "a.writ");
  EXPECT_EQ(findings[0]["line"], 5);
}

TEST(Cli, FindingsSayHowToLearnMore) {
  TemporaryFolder folder;
  folder.write("a.writ", "writ 1\npackage a\n\ndecision d(x: int) {\n  y: bool = z\n}\n");
  for (const std::string verb : {"check ", "test "}) {
    const Process p = writ(verb + folder.path());
    EXPECT_TRUE(p.err.ends_with("\n\n1 error\nmore about an error: writ explain-code W0240\n"))
        << p.err;
  }
  const Process p = writ("check --format json " + folder.path());
  EXPECT_EQ(p.out.find("explain-code"), std::string::npos) << p.out;
  EXPECT_EQ(p.err, "");
}

TEST(Cli, ExplainCodeExplainsOneFinding) {
  const Process p = writ("explain-code w0003");
  EXPECT_EQ(p.status, 0) << p.err;
  EXPECT_TRUE(p.out.starts_with("error[W0003]: ")) << p.out;
  EXPECT_NE(p.out.find(" --> policy.writ:1:1\n"), std::string::npos) << p.out;
  EXPECT_EQ(writ("explain-code 3").out, p.out);
  const json explained = json::parse(writ("explain-code W0003 --format json").out);
  EXPECT_EQ(explained["code"], "W0003");
  EXPECT_EQ(explained["severity"], "error");
  EXPECT_EQ(explained["wrong"], "package p");
  EXPECT_EQ(explained["findings"][0]["code"], "W0003");
  EXPECT_EQ(explained["right"], "writ 1\npackage p");
  // Where no example can be shown there is none.
  EXPECT_TRUE(json::parse(writ("explain-code W0008 --format json").out)["wrong"].is_null());
}

TEST(Cli, ExplainCodeListsAllCodesAndRefusesOthers) {
  const Process list = writ("explain-code");
  EXPECT_EQ(list.status, 0);
  EXPECT_NE(list.out.find("\nW0003  the file does not name its edition; "), std::string::npos);
  EXPECT_NE(list.out.find("\nW0305  warning: `…` is always present here\n"), std::string::npos);
  EXPECT_GT(json::parse(writ("explain-code --format json").out).size(), 200u);
  const Process unknown = writ("explain-code W0225");
  EXPECT_EQ(unknown.status, 2);
  EXPECT_EQ(unknown.out, "");
  EXPECT_EQ(unknown.err,
            "writ: there is no finding `W0225`; the codes next to it are `W0224`, `W0226` and "
            "`W0223`\n`writ explain-code` lists all codes\n");
}

TEST(Cli, WrongUsageIsStatus2) {
  const std::vector<std::string> wrong{"",
                                       "frobnicate",
                                       "eval",
                                       "eval x",
                                       "eval " + kPolicy + " enter --now yesterday",
                                       "eval " + kPolicy + " enter --format xml",
                                       "eval " + kPolicy + " enter --explain some",
                                       "eval " + kPolicy + " enter --data banned",
                                       "eval " + kPolicy + " leave",
                                       "check",
                                       "check " + kPolicy + " --loud",
                                       "disasm " + kPolicy + " leave"};
  for (const std::string& arguments : wrong) {
    const Process p = writ(arguments, "{}");
    EXPECT_EQ(p.status, 2) << arguments << "\n" << p.out << p.err;
    EXPECT_NE(p.err, "") << arguments;
  }
}

TEST(Cli, TestRunsTheTestsOfAPolicy) {
  const Process p = writ("test " + kPolicy);
  EXPECT_EQ(p.status, 0) << p.out << p.err;
  EXPECT_EQ(p.out, "2 passed, 0 failed\n");
  const Process one = writ("test " + kPolicy + " --filter banned --format json");
  EXPECT_EQ(one.status, 0);
  EXPECT_EQ(json::parse(one.out)["passed"], 1);
  EXPECT_EQ(writ("test " + kPolicy + " --filter nothing-like-it").status, 1);
}

TEST(Cli, TestSearchesTheProofsOfAPolicy) {
  TemporaryFolder folder;
  const std::string head = R"(writ 1
package p
decision d(n: int 0..9) { a: highest enum { go, stop } starting at go }
rule big for d { when n > 5 then a at least stop }
test "small" { given d(n: 1) expect a == go }
)";
  folder.write("a.writ", head + R"(prove "big stops" for d { n > 5 implies a == stop }
prove "all go" for d { a == go }
prove "nines" for d { n > 9 implies a == go }
)");
  const std::string test = "test " + folder.path() + " --proof-inputs 300";
  const Process p = writ(test);
  EXPECT_EQ(p.status, 1);
  EXPECT_NE(p.out.find("searched  big stops\n  no counterexample in 300 inputs, in "),
            std::string::npos)
      << p.out;
  EXPECT_NE(p.out.find("FAILED  prove all go\n  a.writ:7:1: counterexample after "),
            std::string::npos)
      << p.out;
  EXPECT_NE(p.out.find("\n\ntest \"counterexample: all go\" {\n"
                       "  given d(n: 6)\n"
                       "  expect a == go\n"
                       "}\n\n"
                       "  decided: {\"a\":\"stop\"}\n"),
            std::string::npos)
      << p.out;
  EXPECT_NE(p.out.find("FAILED  prove nines\n  a.writ:8:1: not decided: in none of 300 inputs was "
                       "`n > 9` true"),
            std::string::npos)
      << p.out;
  EXPECT_TRUE(
      p.out.ends_with("1 passed, 0 failed\n"
                      "3 proofs searched: 1 without counterexample, 1 with one, 1 not decided\n"))
      << p.out;
  const json all = json::parse(writ(test + " --format json").out);
  ASSERT_EQ(all["proofs"].size(), 3u);
  EXPECT_EQ(all["proofs"][0]["outcome"], "no_counterexample");
  EXPECT_EQ(all["proofs"][0]["inputs"], 300);
  EXPECT_EQ(all["proofs"][1]["outcome"], "counterexample");
  EXPECT_EQ(all["proofs"][1]["at"], "a.writ:7:1");
  EXPECT_EQ(all["proofs"][1]["test"].get<std::string>().substr(0, 6), "test \"");
  EXPECT_EQ(all["proofs"][2]["outcome"], "not_decided");
  EXPECT_EQ(all["proofs_without_counterexample"], 1);
  EXPECT_EQ(all["proofs_with_counterexample"], 1);
  EXPECT_EQ(all["proofs_not_decided"], 1);
  EXPECT_EQ(all["passed"], 1);
}

TEST(Cli, ProofsAreFilteredAndSeeded) {
  TemporaryFolder folder;
  folder.write("a.writ", R"(writ 1
package p
decision d(n: int) { odd: bool = n % 5 == 3 on failure true }
test "even" { given d(n: 1) expect not odd }
prove "even" for d { not odd }
prove "good" for d { odd or n % 5 != 3 }
)");
  const std::string test = "test " + folder.path() + " --proof-inputs 200";
  EXPECT_EQ(writ(test + " --filter good").out,
            "searched  good\n  no counterexample in 200 inputs\n"
            "0 passed, 0 failed\n"
            "1 proof searched: 1 without counterexample, 0 with one, 0 not decided\n");
  EXPECT_EQ(writ(test + " --filter good").status, 0);
  EXPECT_EQ(writ(test + " --filter even --seed 5").out, writ(test + " --filter even --seed 5").out);
  EXPECT_EQ(writ(test + " --proof-inputs 0").status, 2);
  EXPECT_EQ(writ(test + " --filter nothing-like-it").err,
            "writ: no test or proof has `nothing-like-it` in its title\n");
}

TEST(Cli, AFailedTestSaysWhereAndWhatWasDecided) {
  TemporaryFolder folder;
  folder.write("a.writ",
               "writ 1\npackage a\n\ndecision d(x: int) {\n  y: int = x + 1 on failure 0\n}\n\n"
               "test \"two\" {\n  given d(x: 2)\n  expect y == 2\n}\n");
  const Process p = writ("test " + folder.path());
  EXPECT_EQ(p.status, 1);
  EXPECT_NE(p.out.find("a.writ:10"), std::string::npos) << p.out;
  EXPECT_NE(p.out.find("{\"y\":3}"), std::string::npos) << p.out;
  EXPECT_NE(p.out.find("0 passed, 1 failed"), std::string::npos) << p.out;
}

/// Two decisions that share a table; a waiver; rules that fire always, sometimes and never.
const char* const kCovered = R"(writ 1
package lab

ordered enum Risk { low, high }

table days(risk: Risk, night: bool) -> int {
  low,  _     => 30
  high, false => 7
  high, true  => 1
}

decision entry(risk: Risk, night: bool, guest: bool) {
  stay: lowest int 0..90 starting at days(risk, night)
  gate: verdict otherwise not_asked "nobody asked"
}

decision exit(risk: Risk) {
  stay: lowest int 0..90 starting at days(risk, false)
}

rule everyone for entry {
  then permit gate
  because "come in"
}
rule guests as guest_rule for entry {
  when guest
  then forbid gate
  because "no guests"
}
rule nights for entry {
  when night
  then forbid gate
  because "no nights"
}
rule never for entry, exit {
  when risk == high and risk == low
  then stay at most 2
  because "never"
}
waive nights for entry {
  when risk == low
  effective from 2026-01-01 through 2026-12-31
  by "desk"
  because "low risk may"
}

test "a guest" {
  given entry(risk: low, night: false, guest: true) at 2026-03-01
  expect rule guests
}
test "a low night" {
  given entry(risk: low, night: true, guest: false) at 2026-03-01
  expect waived nights
}
test "a high night" {
  given entry(risk: high, night: true, guest: false) at 2026-03-01
  expect rule nights
}
test "a wrong input" {
  given entry json "{}" at 2026-03-01
  expect error "/risk"
}
)";

TEST(Cli, CoverageCountsWhatTestsExercise) {
  TemporaryFolder folder;
  folder.write("lab.writ", kCovered);
  const Process p = writ("test --coverage " + folder.path());
  EXPECT_EQ(p.status, 0) << p.out << p.err;
  EXPECT_EQ(p.out, R"(4 passed, 0 failed

coverage: 66.6 %, 6 of 9 items (rules, waivers, table rows)

lab.entry: 3 tests, and 1 test whose input is an error
  rules that never fired
    never  lab.writ:35:6
  rules that fired in every test, never seen not firing
    everyone  lab.writ:21:6
  rules that fired in some tests
    guests  1 of 3 tests  lab.writ:25:6
    nights  1 of 3 tests  lab.writ:30:6
  waivers
    nights  1 of 3 tests  lab.writ:40:7
  codes never produced
    never
    not_asked
  codes produced
    everyone    1 of 3 tests
    guest_rule  1 of 3 tests
    nights      1 of 3 tests

lab.exit: no test decides it
  rules that never fired
    never  lab.writ:35:6
  codes never produced
    never

table days, lab.writ:6:7
  rows
    lab.writ:7:3  2 of 3 tests   low, _ => 30
    lab.writ:8:3  never matched  high, false => 7
    lab.writ:9:3  1 of 3 tests   high, true => 1
)");
}

TEST(Cli, CoverageIsDataToo) {
  TemporaryFolder folder;
  folder.write("lab.writ", kCovered);
  const Process p = writ("test --coverage --format json " + folder.path());
  EXPECT_EQ(p.status, 0) << p.out << p.err;
  const json coverage = json::parse(p.out)["coverage"];
  EXPECT_EQ(coverage["items"], 9);
  EXPECT_EQ(coverage["covered"], 6);
  EXPECT_EQ(coverage["percent"], 66.6);
  const json entry = coverage["decisions"][0];
  EXPECT_EQ(entry["decided"], 3);
  EXPECT_EQ(entry["refused"], 1);
  const json nights = entry["rules"][2];
  EXPECT_EQ(nights["rule"], "nights");
  // Once waived, once not met, once fired.
  EXPECT_EQ(nights["fired"], 1);
  EXPECT_EQ(nights["not_fired"], 2);
  EXPECT_EQ(entry["waivers"][0]["applied"], 1);
  EXPECT_EQ(entry["waivers"][0]["not_applied"], 2);
  const json exit = coverage["decisions"][1];
  EXPECT_EQ(exit["decided"], 0);
  EXPECT_EQ(exit["rules"][0]["not_fired"], 0);
  const json rows = coverage["tables"][0]["rows"];
  EXPECT_EQ(rows[0]["matched"], 2);
  EXPECT_EQ(rows[0]["not_matched"], 1);
  EXPECT_EQ(rows[1]["matched"], 0);
  EXPECT_EQ(rows[2]["matched"], 1);
}

TEST(Cli, CoverageBelowTheMinimumIsAFailure) {
  TemporaryFolder folder;
  folder.write("lab.writ", kCovered);
  EXPECT_EQ(writ("test --min 66 " + folder.path()).status, 0);
  const Process p = writ("test --min 67 " + folder.path());
  EXPECT_EQ(p.status, 1);
  EXPECT_NE(p.out.find("coverage: 66.6 %"), std::string::npos) << p.out;
  EXPECT_EQ(p.err,
            "writ: coverage is 66.6 %, below the 67 % that `--min` asks for: 3 of 9 items are not "
            "covered\n"
            "  lab.writ:35:6: rule `never` never fired in a test of lab.entry\n"
            "  lab.writ:35:6: rule `never` never fired in a test of lab.exit\n"
            "  lab.writ:8:3: row `high, false => 7` of table `days` never matched\n");
  EXPECT_EQ(writ("test --min 101 " + folder.path()).status, 2);
  EXPECT_EQ(writ("test --min 0 --filter nothing-like-it " + folder.path()).status, 1);
}

TEST(Cli, NoTestIsAFailureThatProgramsCanRead) {
  TemporaryFolder folder;
  folder.write("a.writ", "writ 1\npackage a\nenum E { x, y }\n");
  const Process p = writ("test --format json --min 0 " + folder.path());
  EXPECT_EQ(p.status, 1);
  EXPECT_EQ(json::parse(p.out)["tests"].size(), 0u);
  EXPECT_NE(p.err.find("no test"), std::string::npos) << p.err;
}

TEST(Cli, CheckSaysWhichOutputsOnlyTighten) {
  TemporaryFolder folder;
  const std::string policy =
      folder.write("a.writ",
                   "writ 1\npackage a\n\ndecision d(x: int) {\n  y: highest int starting at x\n"
                   "  z: lowest int starting at y\n  codes: codes\n}\n");
  const Process text = writ("check --outputs " + policy);
  EXPECT_EQ(text.status, 0) << text.err;
  EXPECT_EQ(text.out,
            "ok: 1 file, 1 decision, 0 rules, 0 tests\n\n"
            "a.d\n"
            "  y      monotone\n"
            "  z      not shown\n"
            "    a.writ:6:29: starting value: `y` rises as `y` gets stricter, so it can start less "
            "strict\n"
            "  codes  no strictness: the codes of the reasons\n");
  const Process data = writ("check --outputs --format json " + policy);
  EXPECT_EQ(data.status, 0) << data.err;
  const json answer = json::parse(data.out);
  EXPECT_EQ(answer["findings"].size(), 0u);
  EXPECT_EQ(answer["outputs"][0]["finding"], "monotone");
  EXPECT_EQ(answer["outputs"][2]["finding"], "no_strictness");
  const json z = answer["outputs"][1];
  EXPECT_EQ(z["decision"], "a.d");
  EXPECT_EQ(z["finding"], "not_shown");
  EXPECT_EQ(z["obstacles"][0]["at"], "a.writ:6:29");
  EXPECT_EQ(z["obstacles"][0]["in"], "starting value");
  EXPECT_EQ(z["obstacles"][0]["reads"], "y");
}

TEST(Cli, CheckSaysWhatADecisionTakesAtMost) {
  TemporaryFolder folder;
  const std::string policy =
      folder.write("a.writ",
                   "writ 1\npackage a\n\ndecision d(x: int, kind: string) {\n"
                   "  y: highest int starting at x\n}\n"
                   "rule large for d { when x > 3 then y at least 9 }\n"
                   "rule red for d { when kind == \"red\" then y at least 5 }\n");
  const Process text = writ("check --cost " + policy);
  EXPECT_EQ(text.status, 0) << text.err;
  EXPECT_NE(text.out.find("decision a.d takes at most\n  "), std::string::npos) << text.out;
  EXPECT_NE(text.out.find("1 of 2 rules compare no input with a constant"), std::string::npos)
      << text.out;
  EXPECT_NE(text.out.find("\n    large  a.writ:7:6\n"), std::string::npos) << text.out;
  const Process data = writ("check --cost --format json " + policy);
  EXPECT_EQ(data.status, 0) << data.err;
  const json cost = json::parse(data.out)["costs"][0];
  EXPECT_EQ(cost["decision"], "a.d");
  EXPECT_EQ(cost["unindexed"], json::parse(R"([{"rule":"large","at":"a.writ:7:6"}])"));
  const auto steps = cost["instructions"].get<std::uint64_t>();
  EXPECT_EQ(writ("check --max-steps " + std::to_string(steps) + " " + policy).status, 0);
  const Process above = writ("check --max-steps " + std::to_string(steps - 1) + " " + policy);
  EXPECT_EQ(above.status, 1);
  EXPECT_NE(above.err.find("decision `a.d` can take " + std::to_string(steps) + " steps; at most " +
                           std::to_string(steps - 1) + " are allowed"),
            std::string::npos)
      << above.err;
}

TEST(Cli, HelpAndVersionAreStatus0) {
  for (const std::string arguments :
       {"--help", "eval --help", "check --help", "test --help", "disasm --help", "version"})
    EXPECT_EQ(writ(arguments).status, 0) << arguments;
  EXPECT_NE(writ("version").out.find("edition 1"), std::string::npos);
}

TEST(Cli, NoPolicyFileIsLeftOutOfAFolder) {
  TemporaryFolder folder;
  folder.write("types/t.writ", "writ 1\npackage a\nenum E { x, y }\n");
  folder.write("d.writ",
               "writ 1\npackage a\ndecision d(e: E) {\n  y: bool = e == x on failure false\n}\n");
  folder.write(".git/broken.writ", "not a policy");
  folder.write("notes.txt", "not a policy");
  const Process p = writ("eval " + folder.path() + " d --format json", R"({"e":"x"})");
  ASSERT_EQ(p.status, 0) << p.err;
  EXPECT_EQ(json::parse(p.out)["result"]["y"], true);
}

}  // namespace
