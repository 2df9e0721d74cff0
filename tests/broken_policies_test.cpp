// Good policies, broken in places that are known: every broken declaration has an error of its own,
// and none is blamed on another. WRIT_BREAKS=N and WRIT_SEED=N run more, or others; WRIT_SHOW=1
// prints the policies whose single mistake gives many errors.

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iostream>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "dsl/checker.hpp"
#include "dsl/diagnostics.hpp"
#include "dsl/syntax.hpp"

#include "tests/golden/golden.hpp"
#include "tests/golden/ways.hpp"

namespace writ::tests {
namespace {

namespace fs = std::filesystem;

struct Token {
  std::size_t begin = 0, end = 0;
};

struct Declaration {
  std::size_t file = 0, begin = 0, end = 0;
  std::vector<Token> tokens;
};

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

std::size_t syntax_word(std::string_view text, std::size_t at) {
  return dsl::syntax::word_at(text, static_cast<std::uint32_t>(at)).size();
}

std::vector<Token> tokens_of(std::string_view text, std::size_t begin, std::size_t end) {
  std::vector<Token> tokens;
  for (std::size_t at = begin; at < end;) {
    const std::size_t start = at;
    if (text.substr(at, 2) == "//") {
      at = std::min(text.find('\n', at), end);
      continue;
    }
    if (std::isspace(static_cast<unsigned char>(text[at])) != 0) {
      ++at;
      continue;
    }
    if (text[at] == '"') {
      for (++at; at < end && text[at] != '"'; ++at)
        if (text[at] == '\\') ++at;
      ++at;
    } else if (syntax_word(text, at) > 0) {
      at += syntax_word(text, at);
    } else if (text[at] == '/' && at > 1 && text[at - 1] == ' ' && text[at + 1] != ' ') {
      at = std::min(text.find('/', at + 1), end) + 1;  // a regular expression
    } else {
      const std::string_view two = text.substr(at, 2);
      const bool pair = two == "==" || two == "!=" || two == "<=" || two == ">=" || two == "=>" ||
                        two == "->" || two == "..";
      at += pair ? 2 : 1;
    }
    tokens.push_back({start, std::min(at, end)});
  }
  return tokens;
}

/// One policy and its declarations.
struct Subject {
  std::string name;
  std::vector<dsl::SourceFile> files;
  std::vector<Declaration> declarations;

  std::string_view text(const Declaration& d, const Token& t) const {
    return std::string_view(files[d.file].text).substr(t.begin, t.end - t.begin);
  }
};

Subject make_subject(std::string name, std::vector<dsl::SourceFile> files) {
  Subject subject{std::move(name), std::move(files), {}};
  for (std::size_t file = 0; file < subject.files.size(); ++file) {
    const std::string& text = subject.files[file].text;
    std::uint32_t at = dsl::syntax::next_declaration(text, 0);
    while (at < text.size()) {
      const std::uint32_t next = dsl::syntax::next_declaration(text, at + 1);
      const std::string_view word = dsl::syntax::word_at(text, at);
      if (word != "writ" && word != "package" && word != "import")
        subject.declarations.push_back({file, at, next, tokens_of(text, at, next)});
      at = next;
    }
  }
  return subject;
}

std::vector<Subject> all_subjects() {
  std::vector<Subject> subjects;
  const fs::path root(WRIT_SOURCE_DIR);
  std::vector<dsl::SourceFile> files;
  for (const fs::path& path : files_below(root / "policies" / "microapps", ".writ"))
    files.push_back({path.filename().string(), read_file(path)});
  subjects.push_back(make_subject("microapps", std::move(files)));
  for (const fs::path& path : files_below(root / "tests" / "lang", ".writ")) {
    const Golden golden = read_golden(path);
    if (golden.rejected) continue;
    Subject subject = make_subject(path.string(), golden.sources().files());
    if (subject.declarations.size() >= 3) subjects.push_back(std::move(subject));
  }
  return subjects;
}

/// A change of the text of one declaration that is an error in it and nowhere else.
struct Change {
  std::size_t declaration = 0;
  std::size_t begin = 0, end = 0;
  std::string text;
};

std::string misspelt(std::string_view word, std::mt19937_64& random) {
  std::string text(word);
  if (text.size() < 4) return text + "q";
  const std::size_t at = 1 + random() % (text.size() - 2);
  if (text[at] == text[at + 1] || random() % 2 == 0) return text.insert(at, 1, 'q');
  std::swap(text[at], text[at + 1]);
  return text;
}

bool is_word(std::string_view text) {
  return !text.empty() && syntax_word(text, 0) == text.size() && (text[0] < '0' || text[0] > '9');
}

/// Every change of this kind that a declaration offers.
class Breaker {
 public:
  Breaker(const Subject& subject, std::mt19937_64& random) : subject_(subject), random_(random) {}

  std::optional<Change> one(std::size_t index) {
    const Declaration& d = subject_.declarations[index];
    std::vector<Change> found;
    for (std::size_t i = 0; i < d.tokens.size(); ++i)
      collect(d, i, found);
    if (found.empty()) return std::nullopt;
    Change change = found[random_() % found.size()];
    change.declaration = index;
    return change;
  }

 private:
  std::string_view at(const Declaration& d, std::size_t i) const {
    return i < d.tokens.size() ? subject_.text(d, d.tokens[i]) : std::string_view{};
  }
  bool begins_line(const Declaration& d, const Token& t) const {
    const std::string& text = subject_.files[d.file].text;
    const std::size_t before = t.begin == 0 ? text.npos : text.find_last_not_of(" ", t.begin - 1);
    return before != text.npos && text[before] == '\n';
  }

  std::size_t header_end(const Declaration& d) const {
    return subject_.files[d.file].text.find('{', d.begin);
  }

  void collect(const Declaration& d, std::size_t i, std::vector<Change>& found) const {
    static const std::vector<std::string_view> kParts{"when",   "unless", "then",     "because",
                                                      "expect", "given",  "effective"};
    const Token& t = d.tokens[i];
    const std::string_view text = at(d, i);
    const std::string_view word = at(d, 0);
    const auto add = [&](std::size_t begin, std::size_t end, std::string with) {
      found.push_back({0, begin, end, std::move(with)});
    };
    // What a decision takes, its rules depend on.
    if (word == "decision" && i > 0 && t.begin < header_end(d)) return;
    if (i == 0 && text.size() > 3) add(t.begin, t.end, misspelt(text, random_));
    // Of what cannot be read whole nobody knows the fields, so what is read of it is not checked.
    if (word == "record" || word == "open" || word == "data") return;
    const bool computes = word == "rule" || word == "define" || word == "decision";
    if (computes && i > 0 && at(d, i - 1) == "." && is_word(text))
      add(t.begin, t.end, misspelt(text, random_));
    if (text == "==") add(t.begin, t.end, "=");
    if (i > 2 && (text == "(" || text == ")")) add(t.begin, t.end, "");
    if (i + 1 == d.tokens.size() && text == "}") add(t.begin, t.end, "");
    if (i > 2 && begins_line(d, t) && std::find(kParts.begin(), kParts.end(), text) != kParts.end())
      add(t.begin, t.end, misspelt(text, random_));
    if (text.size() > 2 && text[0] == '"' && i > 2) add(t.end - 1, t.end, "");
    // Of an output with a hole in it the rules see only what stands before the hole; they can be
    // blamed for the rest (a `per` that is not read).
    if (i > 4 && word != "decision") add(t.end, t.end, " ;");
  }

  const Subject& subject_;
  std::mt19937_64& random_;
};

/// The files with the changes made, and where each declaration is then.
struct Broken {
  dsl::Sources sources;
  std::vector<Declaration> declarations;
};

Broken apply(const Subject& subject, std::vector<Change> changes) {
  std::vector<dsl::SourceFile> files = subject.files;
  std::vector<Declaration> moved = subject.declarations;
  std::sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) {
    return a.begin > b.begin;  // from the end, so that offsets stay good
  });
  for (const Change& c : changes) {
    const std::size_t file = subject.declarations[c.declaration].file;
    files[file].text.replace(c.begin, c.end - c.begin, c.text);
    const std::size_t grown = c.text.size() - (c.end - c.begin);
    for (std::size_t i = 0; i < moved.size(); ++i) {
      if (moved[i].file != file) continue;
      if (i == c.declaration || moved[i].begin > c.begin) moved[i].end += grown;
      if (i != c.declaration && moved[i].begin > c.begin) moved[i].begin += grown;
    }
  }
  return {dsl::Sources(std::move(files)), std::move(moved)};
}

TEST(BrokenPolicies, EachMistakeIsReportedWhereItIsAndNowhereElse) {
  const std::uint64_t seed = from_environment("WRIT_SEED", 7);
  const std::uint64_t rounds = from_environment("WRIT_BREAKS", 150);
  std::mt19937_64 random(seed);
  std::vector<Subject> subjects = all_subjects();
  ASSERT_GE(subjects.size(), 50u);
  std::size_t failures = 0;
  for (std::uint64_t round = 0; round < rounds && failures < 5; ++round) {
    const Subject& subject = subjects[round % 10 == 0 ? 0 : random() % subjects.size()];
    const std::size_t count = 1 + random() % 4;
    std::map<std::size_t, Change> changes;
    Breaker breaker(subject, random);
    for (std::size_t k = 0; k < count; ++k) {
      const std::size_t d = random() % subject.declarations.size();
      if (const auto change = breaker.one(d)) changes.emplace(d, *change);
    }
    std::vector<Change> list;
    for (const auto& [d, change] : changes)
      list.push_back(change);
    const Broken broken = apply(subject, list);
    dsl::Diagnostics diagnostics;
    (void)dsl::load(broken.sources, diagnostics);
    std::vector<bool> blamed(broken.declarations.size());
    for (const dsl::Diagnostic& found : diagnostics.sorted()) {
      if (dsl::info(found.kind).severity != dsl::Severity::error) continue;
      for (std::size_t i = 0; i < blamed.size(); ++i) {
        const Declaration& d = broken.declarations[i];
        if (found.span.file == d.file && found.span.begin >= d.begin && found.span.begin < d.end)
          blamed[i] = true;
      }
    }
    std::string wrong;
    for (std::size_t i = 0; i < blamed.size(); ++i) {
      if (blamed[i] == changes.contains(i)) continue;
      const Declaration& d = broken.declarations[i];
      const std::string& text = broken.sources.files()[d.file].text;
      wrong += std::string(blamed[i] ? "blamed, but left alone: " : "broken, but not reported: ") +
               text.substr(d.begin, text.find('\n', d.begin) - d.begin) + "\n";
    }
    if (wrong.empty()) continue;
    ++failures;
    std::string what;
    for (const Change& c : list) {
      const std::string& text = subject.files[subject.declarations[c.declaration].file].text;
      const std::size_t line = text.substr(0, c.begin).rfind('\n') + 1;
      what += "  `" + text.substr(c.begin, c.end - c.begin) + "` became `" + c.text +
              "` in: " + text.substr(line, text.find('\n', c.begin) - line) + "\n";
    }
    ADD_FAILURE() << "seed " << seed << ", round " << round << ", " << subject.name << "\n"
                  << what << wrong << dsl::render_text(diagnostics, broken.sources, false);
  }
}

/// One token gone, doubled, changed with the next or misspelt.
std::optional<Change> disturb(const Subject& subject, std::size_t declaration,
                              std::mt19937_64& random) {
  const Declaration& d = subject.declarations[declaration];
  const std::size_t i = random() % d.tokens.size();
  const Token& t = d.tokens[i];
  const std::string text(subject.text(d, t));
  switch (random() % 4) {
    case 0: return Change{declaration, t.begin, t.end, ""};
    case 1: return Change{declaration, t.end, t.end, " " + text};
    case 2: {
      if (i + 1 == d.tokens.size()) return std::nullopt;
      const Token& next = d.tokens[i + 1];
      const std::string between = subject.files[d.file].text.substr(t.end, next.begin - t.end);
      return Change{declaration, t.begin, next.end,
                    std::string(subject.text(d, next)) + between + text};
    }
    default:
      if (!is_word(text)) return std::nullopt;
      return Change{declaration, t.begin, t.end, misspelt(text, random)};
  }
}

TEST(BrokenPolicies, OneMistakeGivesFewErrors) {
  const std::uint64_t seed = from_environment("WRIT_SEED", 11);
  const std::uint64_t rounds = from_environment("WRIT_BREAKS", 150);
  const bool show = from_environment("WRIT_SHOW", 0) != 0;
  std::mt19937_64 random(seed);
  std::vector<Subject> subjects = all_subjects();
  std::map<std::size_t, std::size_t> distribution;
  std::size_t with_errors = 0, many = 0;
  for (std::uint64_t round = 0; round < rounds; ++round) {
    const Subject& subject = subjects[round % 4 == 0 ? 0 : random() % subjects.size()];
    const auto change = disturb(subject, random() % subject.declarations.size(), random);
    if (!change) continue;
    const Broken broken = apply(subject, {*change});
    dsl::Diagnostics diagnostics;
    (void)dsl::load(broken.sources, diagnostics);
    const std::size_t errors = diagnostics.error_count();
    ++distribution[std::min<std::size_t>(errors, 20)];
    if (errors != 0) ++with_errors;
    if (errors <= 3) continue;
    ++many;
    if (!show) continue;
    const std::string& text = subject.files[subject.declarations[change->declaration].file].text;
    const std::size_t line = text.substr(0, change->begin).rfind('\n') + 1;
    std::cout << "#### " << errors << " " << subject.name << ": `"
              << text.substr(change->begin, change->end - change->begin) << "` became `"
              << change->text
              << "` in: " << text.substr(line, text.find('\n', change->begin) - line) << "\n"
              << dsl::render_text(diagnostics, broken.sources, false).substr(0, 2500) << "\n";
  }
  if (show)
    for (const auto& [errors, times] : distribution)
      std::cout << errors << " errors: " << times << "\n";
  EXPECT_LE(many * 100, with_errors * 3) << many << " of " << with_errors << ", seed " << seed;
}

}  // namespace
}  // namespace writ::tests
