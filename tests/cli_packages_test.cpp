// Several packages in one folder, as users of the command meet them: names that need their package,
// data beside its package.

#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/process.hpp"
#include "tests/temporary_folder.hpp"

namespace {

using nlohmann::json;
using writ::tests::Process;
using writ::tests::TemporaryFolder;

Process writ(const std::string& arguments, const std::string& input = "") {
  return writ::tests::run_command(std::string(WRIT_BINARY) + " " + arguments, input);
}

/// Two packages, each with a decision `check` and data `hosts` that come from a file beside it.
void write_two_packages(const TemporaryFolder& folder) {
  const std::string body =
      "data hosts: set<string>\ndecision check(host: string) {\n"
      "  known: bool = host in hosts on failure false\n}\n";
  folder.write("one/check.writ", "writ 1\npackage corp.one\n" + body);
  folder.write("two/check.writ", "writ 1\npackage corp.two\nimport corp.one\n" + body +
                                     "decision both(host: string) {\n"
                                     "  known: bool = host in one.hosts on failure false\n}\n");
  folder.write("one/data/hosts.json", R"(["first"])");
  folder.write("two/data/hosts.json", R"(["second"])");
}

bool is_known(const TemporaryFolder& folder, const std::string& arguments,
              const std::string& host) {
  const Process p = writ("eval " + folder.path() + " " + arguments + " --format json",
                         R"({"host":")" + host + "\"}");
  EXPECT_EQ(p.status, 0) << p.err;
  return p.status == 0 && json::parse(p.out)["result"]["known"] == true;
}

TEST(CliPackages, DataLiesBesideThePackageThatDeclaresIt) {
  TemporaryFolder folder;
  write_two_packages(folder);
  EXPECT_TRUE(is_known(folder, "corp.one.check", "first"));
  EXPECT_FALSE(is_known(folder, "corp.one.check", "second"));
  EXPECT_TRUE(is_known(folder, "corp.two.check", "second"));
  EXPECT_FALSE(is_known(folder, "corp.two.check", "first"));
  EXPECT_TRUE(is_known(folder, "both", "first"));
  const Process p = writ("eval " + folder.path() + " both --format json", R"({"host":"x"})");
  EXPECT_EQ(json::parse(p.out)["decision"], "corp.two.both");
}

TEST(CliPackages, DataIsReplacedByItsWholeName) {
  TemporaryFolder folder;
  write_two_packages(folder);
  const std::string file = folder.write("other.json", R"(["third"])");
  EXPECT_TRUE(is_known(folder, "corp.one.check --data corp.one.hosts=" + file, "third"));
  EXPECT_FALSE(is_known(folder, "corp.two.check --data corp.one.hosts=" + file, "third"));
  EXPECT_TRUE(is_known(folder, "both --data corp.one.hosts=" + file, "third"));
  const Process bare = writ("eval " + folder.path() + " both --data hosts=" + file, "{}");
  EXPECT_EQ(bare.status, 2);
  EXPECT_NE(bare.err.find("several packages declare data `hosts`; say `corp.one.hosts` or "
                          "`corp.two.hosts`"),
            std::string::npos)
      << bare.err;
  const Process unknown =
      writ("eval " + folder.path() + " both --data corp.on.hosts=" + file, "{}");
  EXPECT_EQ(unknown.status, 2);
  EXPECT_NE(unknown.err.find("did you mean `corp.one.hosts`?"), std::string::npos) << unknown.err;
}

TEST(CliPackages, DataIsGivenOnceUnderWhateverName) {
  TemporaryFolder folder;
  folder.write("a.writ",
               "writ 1\npackage a\ndata n: int = 1\n"
               "decision d(x: int) {\n  y: bool = x == n on failure false\n}\n");
  const std::string file = folder.write("n.json", "2");
  const Process p =
      writ("eval " + folder.path() + " d --data n=" + file + " --data a.n=" + file, R"({"x":1})");
  EXPECT_EQ(p.status, 2);
  EXPECT_NE(p.err.find("`a.n` and `n` are the same data"), std::string::npos) << p.err;
}

TEST(CliPackages, ABareNameOfSeveralDecisionsListsThem) {
  TemporaryFolder folder;
  write_two_packages(folder);
  for (const std::string verb : {"eval", "disasm"}) {
    const Process p = writ(verb + " " + folder.path() + " check", R"({"host":"x"})");
    EXPECT_EQ(p.status, 2) << verb;
    EXPECT_EQ(p.err,
              "writ: several packages have a decision `check`; say `corp.one.check` or "
              "`corp.two.check`\n")
        << verb;
  }
}

TEST(CliPackages, AFileOfDataBelongsToOnePackage) {
  TemporaryFolder folder;
  folder.write("a.writ", "writ 1\npackage a\ndata hosts: set<string> = []\n");
  folder.write("b.writ",
               "writ 1\npackage b\nimport a\ndata hosts: set<string> = []\n"
               "decision d(h: string) {\n  known: bool = h in hosts on failure false\n}\n");
  const std::string file = folder.write("data/hosts.json", R"(["x"])");
  const Process p = writ("eval " + folder.path() + " d", R"({"h":"x"})");
  EXPECT_EQ(p.status, 4);
  EXPECT_NE(p.err.find("could be the value of `a.hosts` and of `b.hosts`"), std::string::npos)
      << p.err;
  // Where one of the two has another file, it is clear whose this one is.
  const Process clear =
      writ("eval " + folder.path() + " d --format json --data a.hosts=" + file, R"({"h":"x"})");
  ASSERT_EQ(clear.status, 0) << clear.err;
  EXPECT_EQ(json::parse(clear.out)["result"]["known"], true);
}

TEST(CliPackages, TestsReplaceDataThatIsGivenByItsBareName) {
  TemporaryFolder folder;
  folder.write("a.writ",
               "writ 1\npackage a\ndata n: int = 1\n"
               "decision d(x: int) {\n  y: bool = x == n on failure false\n}\n"
               "test \"t\" {\n  given d(x: 3)\n  with data n = 3\n  expect y\n}\n");
  const std::string file = folder.write("n.json", "2");
  const Process p = writ("test " + folder.path() + " --data n=" + file);
  EXPECT_EQ(p.status, 0) << p.out << p.err;
}

TEST(CliPackages, AFailedTestNamesARuleWithItsPackage) {
  TemporaryFolder folder;
  folder.write("a.writ",
               "writ 1\npackage a\ndecision d(x: int) { y: highest int starting at 0 }\n");
  folder.write("b.writ",
               "writ 1\npackage b\nimport a\n"
               "rule r for a.d { when x > 3 then y at least 1 because \"many\" }\n"
               "test \"t\" {\n  given a.d(x: 1)\n  expect rule r\n}\n");
  const Process p = writ("test " + folder.path());
  EXPECT_EQ(p.status, 1);
  EXPECT_NE(p.out.find("rule `b.r` did not fire"), std::string::npos) << p.out;
}

TEST(CliPackages, ExplainNamesForeignRulesWithTheirPackage) {
  TemporaryFolder folder;
  folder.write("a.writ",
               "writ 1\npackage a\ndecision d(x: int) { y: highest int starting at 0 }\n"
               "rule r for d { then y at least 1 because \"one\" }\n");
  folder.write("b.writ",
               "writ 1\npackage b\nimport a\n"
               "rule r for a.d { when x > 3 then y at least 2 because \"many\" }\n");
  const Process p = writ("eval " + folder.path() + " d --format json --explain full", R"({"x":5})");
  ASSERT_EQ(p.status, 0) << p.err;
  EXPECT_NE(p.out.find("\"rule\":\"b.r\""), std::string::npos) << p.out;
  EXPECT_NE(p.out.find("\"code\":\"b.r\""), std::string::npos) << p.out;
}

TEST(CliPackages, CoverageTellsTablesOfOneNameApart) {
  TemporaryFolder folder;
  const auto policy = [](const std::string& package, const std::string& tests) {
    return "writ 1\npackage " + package +
           "\ntable points(b: bool) -> int {\n  true => 1\n  false => 2\n}\n"
           "decision d(b: bool) {\n  y: highest int starting at points(b)\n}\n" +
           tests;
  };
  folder.write("a.writ", policy("a", "test \"t\" {\n  given d(b: true)\n  expect y == 1\n}\n"));
  folder.write("b.writ", policy("b", ""));
  const Process p = writ("test --coverage --format json " + folder.path());
  ASSERT_EQ(p.status, 0) << p.out << p.err;
  const json coverage = json::parse(p.out)["coverage"];
  EXPECT_EQ(coverage["items"], 4);
  EXPECT_EQ(coverage["covered"], 1);
  for (const json& table : coverage["tables"])
    EXPECT_EQ(table["rows"][0]["matched"], table["at"].get<std::string>()[0] == 'a' ? 1 : 0)
        << table;
}

TEST(CliPackages, CoverageNamesForeignRulesWithTheirPackage) {
  TemporaryFolder folder;
  folder.write("a.writ",
               "writ 1\npackage a\ndecision d(x: int) { y: highest int starting at 0 }\n"
               "test \"t\" {\n  given d(x: 1)\n  expect y == 0\n}\n");
  folder.write("b.writ",
               "writ 1\npackage b\nimport a\n"
               "rule r for a.d { when x > 3 then y at least 1 because \"many\" }\n");
  const Process p = writ("test --coverage " + folder.path());
  EXPECT_NE(p.out.find("    b.r  b.writ:4:6\n"), std::string::npos) << p.out;
}

}  // namespace
