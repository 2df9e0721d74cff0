#include "tests/golden/golden.hpp"

#include <cctype>

#include "base/calendar.hpp"

#include "tests/golden/ways.hpp"

namespace writ::tests {
namespace {

constexpr std::string_view kDecide = "//> decide ";
constexpr std::string_view kOutputs = "//> outputs";
constexpr std::string_view kWithData = "//>   with data ";
constexpr std::string_view kFile = "// file ";
constexpr std::string_view kRepair = "//~ ";

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

bool is_time(std::string_view text) {
  return base::parse_instant(text).has_value() || base::parse_date(text).has_value();
}

/// `NAME JSON [at TIME]`
GoldenCase read_case(std::string_view line) {
  GoldenCase c;
  const std::size_t space = line.find(' ');
  c.decision = line.substr(0, space);
  std::string_view rest = space == line.npos ? "" : line.substr(space + 1);
  const std::size_t at = rest.rfind(" at ");
  if (at != rest.npos && is_time(rest.substr(at + 4))) {
    c.at = rest.substr(at + 4);
    rest = rest.substr(0, at);
  }
  c.json = with_bytes(rest);
  return c;
}

Repair read_repair(const std::string& line) {
  Repair repair{line, 0, std::nullopt};
  std::size_t at = kRepair.size();
  for (; at < line.size() && std::isdigit(static_cast<unsigned char>(line[at])); ++at)
    repair.line = repair.line * 10 + static_cast<std::size_t>(line[at] - '0');
  if (line.substr(at).starts_with(": ")) repair.text = line.substr(at + 2);
  if (line.substr(at) == ":") repair.text = "";
  return repair;
}

void read_expectations(Golden& golden) {
  std::vector<std::string> remarks;
  for (const std::string& line : lines_of(golden.expectations)) {
    if (line == kOutputs) {
      golden.cases.push_back({.remarks = std::exchange(remarks, {}),
                              .given = {line},
                              .outputs = true,
                              .decision = {},
                              .json = {},
                              .at = {},
                              .data = {}});
    } else if (line.starts_with(kDecide)) {
      golden.cases.push_back(read_case(std::string_view(line).substr(kDecide.size())));
      golden.cases.back().given.push_back(line);
      golden.cases.back().remarks = std::move(remarks);
      remarks.clear();
    } else if (line.starts_with(kWithData) && !golden.cases.empty()) {
      const std::string_view rest = std::string_view(line).substr(kWithData.size());
      const std::size_t equals = rest.find(" = ");
      if (equals == rest.npos) golden.fault = "no ` = ` in `" + line + "`";
      golden.cases.back().data.emplace_back(rest.substr(0, equals), rest.substr(equals + 3));
      golden.cases.back().given.push_back(line);
    } else if (line.starts_with("//!")) {
      golden.rejected = true;
    } else if (line.starts_with(kRepair)) {
      golden.repairs.push_back(read_repair(line));
    } else if (line.starts_with("// ")) {
      remarks.push_back(line);
    } else if (!line.empty() && !line.starts_with("//=")) {
      golden.fault = "`" + line + "` stands among the expectations";
    }
  }
  if (golden.rejected && !golden.cases.empty()) golden.fault = "`//!` beside `//>`";
}

}  // namespace

std::string with_bytes(std::string_view text) {
  constexpr std::string_view kOpen = "‹", kClose = "›";
  std::string out;
  for (;;) {
    const std::size_t open = text.find(kOpen);
    const std::size_t close = open == text.npos ? text.npos : text.find(kClose, open);
    if (close == text.npos) return out.append(text);
    out.append(text.substr(0, open));
    std::istringstream written(
        std::string(text.substr(open + kOpen.size(), close - open - kOpen.size())));
    std::string bytes, word;
    std::size_t times = 1;
    while (written >> word && word != "x")
      bytes += static_cast<char>(std::stoul(word, nullptr, 16));
    if (word == "x") written >> times;
    while (times-- != 0)
      out += bytes;
    text.remove_prefix(close + kClose.size());
  }
}

Golden read_golden(const std::filesystem::path& path) {
  Golden golden;
  golden.feature = path.parent_path().filename().string();
  golden.behaviour = path.stem().string();
  const std::string text = read_file(path);
  // Remarks right before the first expectation belong to it.
  std::size_t begin = 0, end = text.size();
  std::size_t remarks = text.npos;
  while (begin < text.size()) {
    const std::string_view line =
        std::string_view(text).substr(begin, text.find('\n', begin) - begin);
    if (line.starts_with("//>") || line.starts_with("//!")) {
      end = remarks == text.npos ? begin : remarks;
      break;
    }
    if (!line.starts_with("// "))
      remarks = text.npos;
    else if (remarks == text.npos)
      remarks = begin;
    begin += line.size() + 1;
  }
  golden.policy = text.substr(0, end);
  golden.expectations = text.substr(end);
  if (!golden.policy.starts_with("// ") && !golden.policy.starts_with("‹EF BB BF›// "))
    golden.fault = "the first line does not state the behaviour";
  read_expectations(golden);
  return golden;
}

dsl::Sources Golden::sources() const {
  std::vector<dsl::SourceFile> files{{behaviour + ".writ", {}}};
  for (const std::string& line : lines_of(policy)) {
    if (line.starts_with(kFile)) files.push_back({line.substr(kFile.size()), {}});
    files.back().text += with_bytes(line) + "\n";
  }
  return dsl::Sources(std::move(files));
}

dsl::Sources reversed(const dsl::Sources& sources) {
  std::vector<dsl::SourceFile> files;
  std::size_t place = sources.files().size();
  for (const dsl::SourceFile& file : sources.files()) {
    std::string header, comments;
    std::vector<std::string> declarations;
    for (const std::string& line : lines_of(file.text)) {
      const bool begins = !line.empty() && std::isalpha(static_cast<unsigned char>(line.front()));
      if (line.starts_with("//")) {
        comments += line + "\n";  // belong to what follows
      } else if (line.starts_with("writ ") || line.starts_with("package ") ||
                 line.starts_with("import ")) {
        header += std::exchange(comments, {}) + line + "\n";
      } else if (begins || declarations.empty()) {
        declarations.push_back(std::exchange(comments, {}) + line + "\n");
      } else {
        declarations.back() += std::exchange(comments, {}) + line + "\n";
      }
    }
    std::string text = header;
    for (auto it = declarations.rbegin(); it != declarations.rend(); ++it)
      text += *it;
    // Files are read by their names.
    files.push_back({std::to_string(1'000 + --place) + "/" + file.name, text});
  }
  return dsl::Sources(std::move(files));
}

std::string commented(std::string_view prefix, std::string_view text) {
  std::string out;
  for (const std::string& line : lines_of(text)) {
    out += prefix;
    if (!line.empty()) out += " " + line;
    out += '\n';
  }
  return out;
}

std::vector<std::string> array_elements(std::string_view json) {
  std::vector<std::string> elements;
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (!in_string && (c == ']' || c == '}')) --depth;
    if (depth > 0 && !(depth == 1 && !in_string && c == ',')) {
      if (elements.empty()) elements.emplace_back();
      elements.back() += c;
      if (in_string && c == '\\') elements.back() += json[++i];
    } else if (depth == 1) {
      elements.emplace_back();
    }
    if (c == '"') in_string = !in_string;
    if (!in_string && (c == '[' || c == '{')) ++depth;
  }
  return elements;
}

}  // namespace writ::tests
