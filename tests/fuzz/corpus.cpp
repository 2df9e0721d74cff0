#include <algorithm>

#include "tests/fuzz/properties.hpp"

namespace writ::tests {

namespace fs = std::filesystem;

std::vector<fs::path> corpus_files(std::string_view target) {
  std::vector<fs::path> files;
  for (const auto& entry :
       fs::directory_iterator(fs::path(WRIT_SOURCE_DIR) / "fuzz" / "corpus" / target))
    files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace writ::tests
