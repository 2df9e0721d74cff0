// Reads every #include of the tree and fails on an arrow in the wrong direction
// (base <- dsl <- engine <- tools, server <- cli) and on a library outside its room. The rules are
// those of docs/architecture.md; they are tested here so that no review has to.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace writ {
namespace {

namespace fs = std::filesystem;

struct Include {
  std::string file;  // from the root, with '/'
  int line = 0;
  std::string target;  // what stands between the quotes or angle brackets
  bool quoted = false;
};

/// What each folder may include of this tree, itself aside. The longest key that is a prefix of a
/// file's path counts, so `tests/oracle` is stricter than `tests`.
const std::map<std::string, std::set<std::string>>& allowed_folders() {
  static const std::map<std::string, std::set<std::string>> folders = {
      {"base", {}},
      {"dsl", {"base"}},
      {"engine", {"base", "dsl"}},
      {"tools", {"base", "dsl", "engine"}},
      {"server", {"base", "dsl", "engine"}},
      {"cli", {"base", "dsl", "engine", "tools", "server"}},
      {"tests", {"base", "dsl", "engine", "tools", "server", "cli"}},
      {"tests/oracle", {"base", "dsl"}},
      {"fuzz", {"base", "dsl", "engine", "tools", "server", "tests"}},
      {"bench", {"base", "dsl", "engine", "tools", "server", "tests"}},
  };
  return folders;
}

bool starts_with_folder(std::string_view path, std::string_view folder) {
  return path.size() > folder.size() && path.substr(0, folder.size()) == folder &&
         path[folder.size()] == '/';
}

/// The longest folder of `allowed_folders` that holds `path`; empty when none does.
std::string folder_of(std::string_view path) {
  std::string best;
  for (const auto& [folder, unused] : allowed_folders()) {
    if (starts_with_folder(path, folder) && folder.size() > best.size()) best = folder;
  }
  return best;
}

bool is_source(const fs::path& path) {
  const std::string extension = path.extension().string();
  return extension == ".cpp" || extension == ".hpp" || extension == ".inc";
}

bool in_tests(std::string_view file) {
  return starts_with_folder(file, "tests");
}
bool is_header(std::string_view file) {
  return file.ends_with(".hpp");
}

/// The text after `#include`, when the line is one.
bool read_include(std::string_view line, Include& include) {
  const auto skip_blanks = [&line] {
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  };
  skip_blanks();
  if (!line.starts_with('#')) return false;
  line.remove_prefix(1);
  skip_blanks();
  if (!line.starts_with("include")) return false;
  line.remove_prefix(std::string_view("include").size());
  skip_blanks();
  if (line.empty() || (line.front() != '"' && line.front() != '<')) return false;
  include.quoted = line.front() == '"';
  line.remove_prefix(1);
  const std::size_t end = line.find(include.quoted ? '"' : '>');
  if (end == std::string_view::npos) return false;
  include.target = line.substr(0, end);
  return true;
}

std::vector<Include> includes_below(const fs::path& root) {
  std::vector<Include> found;
  for (const auto& [folder, unused] : allowed_folders()) {
    if (folder.find('/') != std::string::npos || !fs::exists(root / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      if (!entry.is_regular_file() || !is_source(entry.path())) continue;
      std::ifstream in(entry.path());
      std::string text;
      for (int line = 1; std::getline(in, text); ++line) {
        Include include;
        if (!read_include(text, include)) continue;
        include.file = entry.path().lexically_relative(root).generic_string();
        include.line = line;
        found.push_back(std::move(include));
      }
    }
  }
  return found;
}

/// Why a quoted include is wrong; empty when it is not.
std::string arrow_fault(const Include& include) {
  const std::string from = folder_of(include.file);
  const std::string to = folder_of(include.target);
  if (to.empty()) return "a quoted include is written from the root, as \"dsl/model.hpp\"";
  if (to == from || allowed_folders().at(from).contains(to)) return {};
  if (from == "tests" && starts_with_folder(include.target, "tests")) return {};
  if (from == "fuzz" || from == "bench") {
    if (starts_with_folder(include.target, "tests")) return {};
  }
  return "`" + from + "` may not include `" + to + "`";
}

/// Why an include of a library is outside its room; empty when it is not.
std::string room_fault(const Include& include) {
  const std::string_view file = include.file;
  const std::string_view target = include.target;
  if (target.starts_with("tao/pegtl")) {
    if (file == "dsl/grammar.hpp" || file == "dsl/parser.cpp") return {};
    if (in_tests(file) && !is_header(file)) return {};
    return "PEGTL belongs in dsl/grammar.hpp and dsl/parser.cpp";
  }
  if (target.starts_with("simdjson")) {
    if (file.starts_with("engine/decode")) return {};
    return "simdjson belongs in engine/decode*";
  }
  if (target.starts_with("nlohmann/")) {
    if (target == "nlohmann/json_fwd.hpp" || !is_header(file) || in_tests(file)) return {};
    return "a header includes no more of nlohmann/json than json_fwd.hpp";
  }
  if (target == "boost/beast.hpp" || target == "boost/asio.hpp") {
    return "include the parts that are needed: the whole takes a dozen seconds to compile";
  }
  if (target.starts_with("boost/beast") || target.starts_with("boost/asio")) {
    if (file.starts_with("server/") || in_tests(file)) return {};
    return "Beast and Asio belong in server/";
  }
  if (target.starts_with("CLI/")) {
    if (file.starts_with("cli/") || starts_with_folder(file, "tests/verify")) return {};
    return "CLI11 belongs in cli/";
  }
  if (target.starts_with("gtest/") || target.starts_with("gmock/") ||
      target.starts_with("rapidcheck")) {
    if (in_tests(file)) return {};
    return "test libraries belong in tests/";
  }
  if (target.starts_with("tl/")) {
    if (file == "base/expected.hpp") return {};
    return "tl::expected is reached through base/expected.hpp";
  }
  return {};
}

TEST(Includes, PointInOneDirectionAndKeepLibrariesInTheirRooms) {
  const std::vector<Include> includes = includes_below(WRIT_SOURCE_DIR);
  ASSERT_FALSE(includes.empty()) << "no source found below " << WRIT_SOURCE_DIR;
  for (const Include& include : includes) {
    const std::string fault = include.quoted ? arrow_fault(include) : room_fault(include);
    if (!fault.empty()) {
      ADD_FAILURE() << include.file << ':' << include.line << ": " << include.target << ": "
                    << fault;
    }
  }
}

TEST(Includes, TheRulesFindWhatTheyForbid) {
  const auto arrow = [](const char* file, const char* target) {
    return arrow_fault({file, 1, target, true});
  };
  EXPECT_EQ(arrow("engine/vm.cpp", "dsl/model.hpp"), "");
  EXPECT_EQ(arrow("engine/vm.cpp", "engine/vm.hpp"), "");
  EXPECT_EQ(arrow("tests/engine/vm_test.cpp", "tests/oracle/oracle.hpp"), "");
  EXPECT_NE(arrow("base/time.cpp", "dsl/source.hpp"), "");
  EXPECT_NE(arrow("dsl/checker.cpp", "engine/program.hpp"), "");
  EXPECT_NE(arrow("tools/test_runner.cpp", "server/listener.hpp"), "");
  EXPECT_NE(arrow("tests/oracle/oracle.cpp", "engine/vm.hpp"), "");
  EXPECT_NE(arrow("tests/oracle/oracle.cpp", "tests/json_cases.hpp"), "");
  EXPECT_NE(arrow("dsl/checker.cpp", "model.hpp"), "");

  const auto room = [](const char* file, const char* target) {
    return room_fault({file, 1, target, false});
  };
  EXPECT_EQ(room("dsl/parser.cpp", "tao/pegtl.hpp"), "");
  EXPECT_EQ(room("engine/decode_fast.cpp", "simdjson.h"), "");
  EXPECT_EQ(room("tools/golden.hpp", "nlohmann/json_fwd.hpp"), "");
  EXPECT_NE(room("dsl/checker.cpp", "tao/pegtl.hpp"), "");
  EXPECT_NE(room("engine/vm.cpp", "simdjson.h"), "");
  EXPECT_NE(room("tools/golden.hpp", "nlohmann/json.hpp"), "");

  Include include;
  EXPECT_TRUE(read_include("  #  include <re2/re2.h>  // why", include));
  EXPECT_EQ(include.target, "re2/re2.h");
  EXPECT_FALSE(read_include("// #include <re2/re2.h>", include));
}

}  // namespace
}  // namespace writ
