// What the documents show works: their policies pass, their mistakes are answered as printed, their
// commands do what they say. What holds of a block follows from the word after its fence:
//
// writ           a whole policy, from `writ 1` on: it is checked and its tests pass. A shorter one
// is
//                an excerpt: it stands like that in a policy that ships or in the same document.
//                What follows `// file NAME` in it is another file.
// writ-rejected  has errors; the `text` block after it shows them.
// console        `$ COMMAND`, then what it writes. It ends with status 0, or with N after
//                `# status N`. JSON is compared as JSON, fingerprints of the policy aside.
// sh             is run if it mentions a file that the document shows; it ends with status 0.
//
// A name after that word (`json claim.json`), or `Save this as` and a name in the line above the
// block, makes it a file for the commands that follow.

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "dsl/diagnostics.hpp"

#include "tests/process.hpp"
#include "tools/policy.hpp"
#include "tools/test_runner.hpp"

namespace {

namespace fs = std::filesystem;
using writ::tests::Process;

const fs::path kRoot = WRIT_SOURCE_DIR;

struct Block {
  std::string language, name, text;
  std::size_t line = 0;  ///< of the fence, from 1
};

std::string read_text(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The name in the last line before a block that says "Save this as `NAME`".
std::string name_above(const std::string& line) {
  const std::string phrase = "Save this as `";
  const std::size_t begin = line.find(phrase);
  if (begin == line.npos) return "";
  const std::size_t end = line.find('`', begin + phrase.size());
  return line.substr(begin + phrase.size(), end - begin - phrase.size());
}

std::vector<Block> blocks_of(const fs::path& document) {
  std::vector<Block> blocks;
  std::istringstream in(read_text(document));
  std::string line, above;
  bool inside = false;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    if (!line.starts_with("```")) {
      if (inside)
        blocks.back().text += line + "\n";
      else if (!line.empty())
        above = line;
      continue;
    }
    inside = !inside;
    if (!inside) continue;
    Block block;
    block.line = number;
    std::istringstream info(line.substr(3));
    info >> block.language >> block.name;
    if (block.name.empty()) block.name = name_above(above);
    above.clear();
    blocks.push_back(std::move(block));
  }
  EXPECT_FALSE(inside) << document << " ends inside a block";
  return blocks;
}

bool is_whole_policy(const Block& block) {
  return block.language == "writ" && block.text.starts_with("writ 1\n");
}

/// The files of a block and their texts; the first has no mark of its own.
std::vector<std::pair<std::string, std::string>> files_of(const Block& block,
                                                          const std::string& first_name) {
  const std::string mark = "// file ";
  std::vector<std::pair<std::string, std::string>> files{{first_name, ""}};
  std::istringstream in(block.text);
  for (std::string line; std::getline(in, line);) {
    if (block.text.starts_with("writ 1\n") && line.starts_with(mark))
      files.emplace_back(line.substr(mark.size()), "");
    else
      files.back().second += line + "\n";
  }
  return files;
}

void write_files_of(const Block& block, const std::string& first_name, const fs::path& folder) {
  for (const auto& [name, text] : files_of(block, first_name)) {
    fs::create_directories((folder / name).parent_path());
    std::ofstream(folder / name, std::ios::binary) << text;
  }
}

/// README.md, docs/**.md and policies/**/README.md, by their paths in the tree.
std::vector<std::string> documents() {
  std::vector<std::string> found = {"README.md"};
  for (const char* folder : {"docs", "policies"})
    for (const auto& entry : fs::recursive_directory_iterator(kRoot / folder)) {
      const fs::path& path = entry.path();
      if (path.extension() == ".md" &&
          (folder == std::string("docs") || path.filename() == "README.md"))
        found.push_back(path.lexically_relative(kRoot).generic_string());
    }
  std::sort(found.begin(), found.end());
  return found;
}

class Documents : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "writ-docs-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    blocks_ = blocks_of(kRoot / GetParam());
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string place(const Block& block) const {
    return GetParam() + ":" + std::to_string(block.line);
  }

  /// The policy of a block, in a folder of its own.
  writ::tools::Policy load(const Block& block) const {
    const fs::path own = folder_ / std::to_string(block.line);
    write_files_of(block, block.name.empty() ? "policy.writ" : block.name, own);
    auto policy = writ::tools::load_policy(own, /*probes=*/true);
    if (policy) return std::move(*policy);
    ADD_FAILURE() << policy.error().path << ": " << policy.error().message;
    return {};
  }

  /// Writes the named blocks up to `end` into the folder in which commands run.
  void write_files(const std::vector<Block>::const_iterator end) const {
    for (auto block = blocks_.begin(); block != end; ++block)
      if (!block->name.empty() && block->language != "writ-rejected")
        write_files_of(*block, block->name, folder_);
  }

  /// Runs shell commands in that folder, with `writ` among the known commands.
  Process run(const std::string& commands) const {
    const fs::path script = folder_ / "commands.sh";
    std::ofstream(script) << "set -e\ncd '" << folder_.string() << "'\nPATH='"
                          << fs::path(WRIT_BINARY).parent_path().string() << "':\"$PATH\"\n"
                          << commands;
    return writ::tests::run_command("sh '" + script.string() + "'");
  }

  fs::path folder_;
  std::vector<Block> blocks_;
};

TEST_P(Documents, WholePoliciesPassTheirTests) {
  for (const Block& block : blocks_) {
    if (!is_whole_policy(block)) continue;
    SCOPED_TRACE(place(block));
    const writ::tools::Policy policy = load(block);
    EXPECT_EQ(writ::dsl::render_text(policy.diagnostics, policy.sources, false), "");
    if (!policy.ok()) continue;
    const auto results = writ::tools::run_tests(policy, {});
    ASSERT_TRUE(results.has_value()) << "data of the policy has no value";
    EXPECT_FALSE(results->empty()) << "the policy has no test";
    for (const writ::tools::TestResult& result : *results)
      for (const writ::tools::Failure& failure : result.failures)
        ADD_FAILURE() << result.title << ": " << policy.sources.at(failure.span) << ": "
                      << failure.message << "\ndecided: " << result.seen;
  }
}

TEST_P(Documents, ExcerptsStandInAPolicy) {
  std::string policies;
  for (const auto& entry : fs::recursive_directory_iterator(kRoot / "policies"))
    if (entry.path().extension() == ".writ") policies += read_text(entry.path());
  for (const Block& block : blocks_)
    if (is_whole_policy(block)) policies += block.text;
  for (const Block& block : blocks_) {
    if (block.language != "writ" || is_whole_policy(block)) continue;
    EXPECT_NE(policies.find(block.text), policies.npos)
        << place(block) << ": neither a whole policy nor part of one";
  }
}

TEST_P(Documents, RejectedPoliciesGiveTheErrorsThatAreShown) {
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    if (blocks_[i].language != "writ-rejected") continue;
    SCOPED_TRACE(place(blocks_[i]));
    const writ::tools::Policy policy = load(blocks_[i]);
    EXPECT_FALSE(policy.ok()) << "the policy is accepted";
    ASSERT_TRUE(i + 1 < blocks_.size() && blocks_[i + 1].language == "text")
        << "no errors are shown";
    EXPECT_EQ(writ::dsl::render_text(policy.diagnostics, policy.sources, false),
              blocks_[i + 1].text);
  }
}

/// A command of a `console` block and what is shown to come of it.
struct Command {
  std::string line, shown;
  int status = 0;
};

std::vector<Command> commands_of(const Block& block) {
  std::vector<Command> commands;
  std::istringstream in(block.text);
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("$ ")) {
      if (!commands.empty()) commands.back().shown += line + "\n";
      continue;
    }
    Command command;
    command.line = line.substr(2);
    const std::string mark = "# status ";
    const std::size_t at = command.line.find(mark);
    if (at != command.line.npos) command.status = std::stoi(command.line.substr(at + mark.size()));
    commands.push_back(std::move(command));
  }
  return commands;
}

/// Text as JSON without what changes with every change of the policy's program.
nlohmann::json comparable(const std::string& text) {
  nlohmann::json value = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (value.is_object()) value.erase("policy");
  return value;
}

TEST_P(Documents, CommandsWriteWhatIsShown) {
  for (auto block = blocks_.cbegin(); block != blocks_.cend(); ++block) {
    if (block->language != "console") continue;
    SCOPED_TRACE(place(*block));
    write_files(block);
    for (const Command& command : commands_of(*block)) {
      // Without anything shown there is nothing to compare: the command is an example of usage.
      if (command.shown.empty()) continue;
      const Process process = run(command.line + "\n");
      EXPECT_EQ(process.status, command.status) << command.line << "\n" << process.err;
      if (command.line.find("--format json") == std::string::npos) {
        EXPECT_EQ(process.out + process.err, command.shown) << command.line;
        continue;
      }
      const nlohmann::json shown = comparable(command.shown);
      EXPECT_FALSE(shown.is_discarded()) << "what is shown is not JSON";
      EXPECT_EQ(comparable(process.out), shown) << process.out;
    }
  }
}

TEST_P(Documents, ShellBlocksAboutShownFilesSucceed) {
  for (auto block = blocks_.cbegin(); block != blocks_.cend(); ++block) {
    if (block->language != "sh") continue;
    const bool about_shown_files = std::any_of(blocks_.cbegin(), block, [&](const Block& other) {
      return !other.name.empty() && block->text.find(other.name) != std::string::npos;
    });
    if (!about_shown_files) continue;
    SCOPED_TRACE(place(*block));
    write_files(block);
    const Process process = run(block->text);
    EXPECT_EQ(process.status, 0) << process.out << process.err;
  }
}

std::string test_name(const testing::TestParamInfo<std::string>& document) {
  std::string name = document.param;
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Tree, Documents, testing::ValuesIn(documents()), test_name);

}  // namespace
