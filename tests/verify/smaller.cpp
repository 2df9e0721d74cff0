#include "tests/verify/smaller.hpp"

#include <string>
#include <utility>

namespace writ::tests {
namespace {

using Files = std::vector<dsl::SourceFile>;
using Fails = std::function<bool(const Files&)>;

constexpr int kTries = 4000;

std::vector<std::string> cut(const std::string& text, const std::string& end) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t found = text.find(end, at);
    const std::size_t next = found == std::string::npos ? text.size() : found + end.size();
    parts.push_back(text.substr(at, next - at));
    at = next;
  }
  return parts;
}

/// Leaves out single parts of one file, the last ones first. Whether anything was left out.
bool without_parts(Files& files, std::size_t index, const std::string& end, const Fails& fails,
                   int& tries) {
  bool changed = false;
  std::vector<std::string> parts = cut(files[index].text, end);
  for (std::size_t i = parts.size(); i-- > 1 && tries > 0;) {
    Files fewer = files;
    fewer[index].text.clear();
    for (std::size_t p = 0; p < parts.size(); ++p)
      if (p != i) fewer[index].text += parts[p];
    --tries;
    if (!fails(fewer)) continue;
    files = std::move(fewer);
    parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(i));
    changed = true;
  }
  return changed;
}

}  // namespace

Files smaller(Files files, const Fails& fails) {
  int tries = kTries;
  for (bool changed = true; changed && tries > 0;) {
    changed = false;
    for (std::size_t i = files.size(); i-- > 0 && files.size() > 1;) {
      Files fewer = files;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      if (!fails(fewer)) continue;
      files = std::move(fewer);
      changed = true;
    }
    for (const char* end : {"\n\n", "\n"})
      for (std::size_t i = 0; i < files.size(); ++i)
        changed = without_parts(files, i, end, fails, tries) || changed;
  }
  return files;
}

}  // namespace writ::tests
