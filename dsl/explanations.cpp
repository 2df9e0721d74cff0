#include "dsl/explanations.hpp"

#include <array>
#include <cstdlib>
#include <utility>

namespace writ::dsl {
namespace {

// Rows write their texts between line ends, so that policies stand in them as in a file.
constexpr std::string_view unwrapped(std::string_view text) {
  while (text.starts_with('\n'))
    text.remove_prefix(1);
  while (text.ends_with('\n') || text.ends_with(' '))
    text.remove_suffix(1);
  return text;
}

constexpr std::array kExplanations{
#define WRIT_EXPLANATION(kind, text, wrong, right) \
  Explanation{DiagnosticKind::kind, unwrapped(text), unwrapped(wrong), unwrapped(right)},
#include "dsl/explanations/all.inc"
#undef WRIT_EXPLANATION
};

// `‹EF BB BF›` becomes the bytes that it names.
std::string with_bytes(std::string_view text) {
  constexpr std::string_view kOpen = "‹", kClose = "›";
  std::string out;
  for (;;) {
    const std::size_t open = text.find(kOpen);
    const std::size_t close = open == text.npos ? text.npos : text.find(kClose, open);
    if (close == text.npos) return out.append(text);
    out.append(text.substr(0, open));
    const std::string hex(text.substr(open + kOpen.size(), close - open - kOpen.size()));
    for (const char* at = hex.c_str(); *at != '\0';) {
      char* end = nullptr;
      out += static_cast<char>(std::strtoul(at, &end, 16));
      if (end == at) break;
      at = end;
    }
    text.remove_prefix(close + kClose.size());
  }
}

}  // namespace

const Explanation* find_explanation(DiagnosticKind kind) {
  for (const Explanation& row : kExplanations)
    if (row.kind == kind) return &row;
  return nullptr;
}

Sources example_sources(std::string_view example) {
  constexpr std::string_view kFile = "// file ";
  std::vector<SourceFile> files;
  while (!example.empty()) {
    const std::size_t end = example.find('\n');
    const std::string_view line = example.substr(0, end);
    if (line.starts_with(kFile))
      files.push_back({std::string(line.substr(kFile.size())), {}});
    else if (files.empty())
      files.push_back({"policy.writ", {}});
    files.back().text += with_bytes(line) + "\n";
    example.remove_prefix(end == example.npos ? example.size() : end + 1);
  }
  return Sources(std::move(files));
}

}  // namespace writ::dsl
