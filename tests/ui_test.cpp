// Mistakes that authors make, one in each tests/ui/<mistake>.writ: the message, whole, and the
// repair that its help line leads to. WRIT_UPDATE_GOLDENS=1 rewrites the messages; the repairs are
// written by hand.

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "dsl/checker.hpp"
#include "dsl/diagnostics.hpp"

#include "tests/golden/golden.hpp"
#include "tests/golden/ways.hpp"

namespace writ::tests {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = fs::path(WRIT_SOURCE_DIR) / "tests" / "ui";

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);)
    lines.push_back(line);
  return lines;
}

/// Between the two may stand a blank.
constexpr std::size_t kBlank = 1;

/// Where mistake and repair differ, as bytes of the mistaken text.
struct Difference {
  std::size_t begin = 0, end = 0;
};

class Repaired {
 public:
  explicit Repaired(const Golden& golden) {
    const std::vector<std::string> lines = lines_of(golden.policy);
    std::size_t offset = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      std::vector<std::string> instead;
      bool changed = false;
      for (const Repair& repair : golden.repairs) {
        if (repair.line != i + 1) continue;
        changed = true;
        if (repair.text) instead.push_back(*repair.text);
      }
      if (changed) {
        note(lines, i, offset, instead);
        for (const std::string& line : instead)
          added_ += line + "\n";
      } else {
        instead = {lines[i]};
      }
      for (const std::string& line : instead)
        text_ += line + "\n";
      offset += lines[i].size() + 1;
    }
  }
  const std::string& text() const { return text_; }
  /// The lines that are new.
  const std::string& added() const { return added_; }
  bool touched_by(const dsl::Span& span) const {
    return std::any_of(differences_.begin(), differences_.end(), [&](const Difference& d) {
      return span.begin <= d.end + kBlank && span.end + kBlank >= d.begin;
    });
  }

 private:
  void note(const std::vector<std::string>& lines, std::size_t i, std::size_t offset,
            const std::vector<std::string>& instead) {
    const std::string& old = lines[i];
    // A line that stays, with others before or after it: something is missing in the declaration.
    if (std::find(instead.begin(), instead.end(), old) != instead.end()) {
      std::size_t first = i;
      std::size_t begin = offset;
      while (first > 0 &&
             (lines[first].empty() || !std::isalpha(static_cast<unsigned char>(lines[first][0]))))
        begin -= lines[--first].size() + 1;
      differences_.push_back({begin, offset + old.size() + 1});
      return;
    }
    const std::string& now = instead.empty() ? std::string() : instead.front();
    std::size_t prefix = 0, suffix = 0;
    while (prefix < std::min(old.size(), now.size()) && old[prefix] == now[prefix])
      ++prefix;
    while (suffix < std::min(old.size(), now.size()) - prefix &&
           old[old.size() - 1 - suffix] == now[now.size() - 1 - suffix])
      ++suffix;
    differences_.push_back({offset + prefix, offset + old.size() - suffix});
  }

  std::string text_, added_;
  std::vector<Difference> differences_;
};

/// The code that a help line quotes, cut at `…` and at the names that stand for others.
std::vector<std::vector<std::string>> quoted_in(const std::string& help) {
  static const std::set<std::string> kStandIns{"NAME", "TYPE", "DECISION", "REASON", "T", "x",
                                               "xs",   "s",    "a",        "b",      "q", "v"};
  std::vector<std::vector<std::string>> quotes;
  for (std::size_t at = help.find('`'); at != help.npos;) {
    const std::size_t end = help.find('`', at + 1);
    if (end == help.npos) break;
    std::vector<std::string> pieces{""};
    for (std::size_t i = at + 1; i < end;) {
      std::size_t length = 0;
      while (i + length < end && (std::isalnum(static_cast<unsigned char>(help[i + length])) != 0 ||
                                  help[i + length] == '_'))
        ++length;
      const bool dots = help.compare(i, 3, "…") == 0;
      if (dots || (length > 0 && kStandIns.contains(help.substr(i, length)))) {
        pieces.emplace_back();
        i += dots ? 3 : length;
      } else {
        pieces.back() += help.substr(i, std::max<std::size_t>(1, length));
        i += std::max<std::size_t>(1, length);
      }
    }
    for (std::string& piece : pieces) {
      piece.erase(0, piece.find_first_not_of(' '));
      piece.erase(piece.find_last_not_of(' ') + 1);
    }
    quotes.push_back(std::move(pieces));
    at = help.find('`', end + 1);
  }
  return quotes;
}

bool occurs(const std::vector<std::string>& pieces, const std::string& text) {
  std::size_t at = 0;
  bool any = false;
  for (const std::string& piece : pieces) {
    if (piece.empty()) continue;
    at = text.find(piece, at);
    if (at == text.npos) return false;
    at += piece.size();
    any = true;
  }
  return any;
}

/// Some code that the help line quotes stands in the repair; a help line that quotes none, or says
/// that something goes, is taken at its word.
bool leads_to(const std::string& help, const Repaired& repaired) {
  const auto quotes = quoted_in(help);
  if (help.empty()) return false;
  for (const char* verb : {"take ", "leave ", "rename", "move it", "replace", "remove"})
    if (help.starts_with(verb)) return true;
  return quotes.empty() || std::any_of(quotes.begin(), quotes.end(), [&](const auto& pieces) {
           return occurs(pieces, repaired.added());
         });
}

class MistakeTest : public testing::Test {
 public:
  explicit MistakeTest(fs::path path) : path_(std::move(path)) {}
  void TestBody() override {
    const Golden golden = read_golden(path_);
    ASSERT_TRUE(golden.fault.empty()) << path_ << ": " << golden.fault;
    ASSERT_FALSE(golden.repairs.empty()) << "no `//~` line says how the mistake is repaired";
    const dsl::Sources sources = golden.sources();
    dsl::Diagnostics diagnostics;
    (void)dsl::load(sources, diagnostics);
    std::string came_out = commented("//!", dsl::render_text(diagnostics, sources, false));
    for (const Repair& repair : golden.repairs)
      came_out += repair.written + "\n";
    compare(golden, came_out);

    expect_same_as_json(diagnostics, sources);

    const Repaired repaired(golden);
    const dsl::Sources good({{golden.behaviour + ".writ", repaired.text()}});
    dsl::Diagnostics rest;
    EXPECT_TRUE(dsl::load(good, rest)) << "the repaired policy:\n"
                                       << dsl::render_text(rest, good, false);
    ASSERT_TRUE(diagnostics.has_errors());
    const dsl::Diagnostic first = diagnostics.sorted().front();
    const bool noted = std::any_of(first.notes.begin(), first.notes.end(), [&](const auto& note) {
      return repaired.touched_by(note.span);
    });
    EXPECT_TRUE(repaired.touched_by(first.span) || noted) << "the first message points elsewhere";
    EXPECT_TRUE(leads_to(first.help, repaired)) << "the help line does not lead to the repair";
  }

 private:
  /// What people read and what tools read is the same.
  static void expect_same_as_json(const dsl::Diagnostics& diagnostics,
                                  const dsl::Sources& sources) {
    const auto json = nlohmann::json::parse(dsl::render_json(diagnostics, sources));
    const std::vector<dsl::Diagnostic> found = diagnostics.sorted();
    ASSERT_EQ(json.size(), found.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      const dsl::Diagnostic& d = found[i];
      const dsl::Place begin = sources.place(d.span);
      const dsl::Place end = sources.place({d.span.file, d.span.end, d.span.end});
      EXPECT_EQ(json[i]["code"], dsl::info(d.kind).code);
      EXPECT_EQ(json[i]["severity"], "error");
      EXPECT_EQ(json[i]["message"], d.message);
      EXPECT_EQ(json[i]["help"], d.help);
      EXPECT_EQ(json[i]["file"], sources.files()[d.span.file].name);
      EXPECT_EQ(json[i]["line"], begin.line);
      EXPECT_EQ(json[i]["column"], begin.column);
      EXPECT_EQ(json[i]["end_line"], end.line);
      EXPECT_EQ(json[i]["end_column"], end.column);
      EXPECT_EQ(json[i]["notes"].size(), d.notes.size());
    }
  }

  void compare(const Golden& golden, const std::string& came_out) const {
    const char* update = std::getenv("WRIT_UPDATE_GOLDENS");
    if (update == nullptr || std::string_view(update) != "1") {
      EXPECT_EQ(golden.expectations, came_out) << "WRIT_UPDATE_GOLDENS=1 rewrites " << path_;
    } else if (came_out != golden.expectations) {
      std::ofstream(path_, std::ios::binary) << golden.policy << came_out;
    }
  }

  fs::path path_;
};

/// Files become tests before main() runs, from what lies in the tree at that time.
const bool kRegistered = [] {
  for (const fs::path& path : files_below(kFolder, ".writ"))
    testing::RegisterTest("ui", path.stem().string().c_str(), nullptr, nullptr,
                          path.string().c_str(), 1,
                          [path]() -> MistakeTest* { return new MistakeTest(path); });
  return true;
}();

TEST(Mistakes, AreMany) {
  ASSERT_TRUE(kRegistered);
  EXPECT_GE(files_below(kFolder, ".writ").size(), 60u);
}

}  // namespace
}  // namespace writ::tests
