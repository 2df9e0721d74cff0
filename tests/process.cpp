#include "tests/process.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <sys/wait.h>

namespace writ::tests {
namespace {

std::string read_all(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

Process run_command(const std::string& command, const std::string& input) {
  std::string pattern = (std::filesystem::temp_directory_path() / "writ-run-XXXXXX").string();
  const std::filesystem::path folder = mkdtemp(pattern.data());
  std::ofstream(folder / "in", std::ios::binary) << input;
  const std::string line = "NO_COLOR=1 " + command + " <" + (folder / "in").string() + " >" +
                           (folder / "out").string() + " 2>" + (folder / "err").string();
  const int raw = std::system(line.c_str());
  Process process;
  process.status = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
  process.out = read_all(folder / "out");
  process.err = read_all(folder / "err");
  std::filesystem::remove_all(folder);
  return process;
}

}  // namespace writ::tests
