#include "tests/verify/policy_shuffle.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

namespace writ::tests {
namespace {

using Random = std::mt19937_64;

struct Token {
  std::size_t begin = 0, end = 0;
  std::size_t depth = 0;  ///< of brackets around it; a bracket is within its own
  bool first = false;     ///< of its line
};

bool word_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// Cuts source text into words, strings, patterns and single signs; comments and blanks are
/// between them. Signs of two characters that count here (`=>`, `->`) are one token.
class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::vector<Token> tokens() {
    std::vector<Token> out;
    std::size_t depth = 0;
    bool first = true;
    std::string_view before;
    for (std::size_t at = 0; at < text_.size();) {
      const char c = text_[at];
      if (c == '\n') first = true;
      if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        ++at;
        continue;
      }
      if (text_.substr(at, 2) == "//") {
        at = std::min(text_.find('\n', at), text_.size());
        continue;
      }
      const std::size_t end = at + size(at, before);
      const bool opens = c == '(' || c == '[' || c == '{',
                 closes = c == ')' || c == ']' || c == '}';
      if (opens) ++depth;
      out.push_back({at, end, depth, first});
      if (closes && depth > 0) --depth;
      first = false;
      before = text_.substr(at, end - at);
      at = end;
    }
    return out;
  }

 private:
  std::size_t size(std::size_t at, std::string_view before) const {
    const char c = text_[at];
    const bool pattern = c == '/' && (before == "matches" || before == "matching");
    if (c == '"' || pattern) {
      std::size_t end = at + 1;
      while (end < text_.size() && text_[end] != c)
        end += text_[end] == '\\' ? 2 : 1;
      return std::min(end + 1, text_.size()) - at;
    }
    const std::string_view two = text_.substr(at, 2);
    if (two == "=>" || two == "->") return 2;
    std::size_t end = at + 1;
    if (word_letter(c))
      while (end < text_.size() && word_letter(text_[end]))
        ++end;
    return end - at;
  }

  std::string_view text_;
};

std::string_view word(std::string_view text, const Token& token) {
  return text.substr(token.begin, token.end - token.begin);
}

/// `text` with its stretches (ascending, apart) in another order.
std::string permuted(const std::string& text,
                     const std::vector<std::pair<std::size_t, std::size_t>>& stretches,
                     Random& random) {
  std::vector<std::size_t> order(stretches.size());
  for (std::size_t i = 0; i < order.size(); ++i)
    order[i] = i;
  std::shuffle(order.begin(), order.end(), random);
  std::string out;
  std::size_t at = 0;
  for (std::size_t i = 0; i < stretches.size(); ++i) {
    out += text.substr(at, stretches[i].first - at);
    const auto& [begin, end] = stretches[order[i]];
    out += text.substr(begin, end - begin);
    at = stretches[i].second;
  }
  return out + text.substr(at);
}

/// Where the line that holds `at` begins, or the comment lines and blank lines before it.
std::size_t with_comments(const std::string& text, std::size_t at) {
  std::size_t begin = at;
  for (;;) {
    while (begin > 0 && text[begin - 1] != '\n')
      --begin;
    if (begin == 0) return 0;
    const std::size_t above = text.rfind('\n', begin - 2) + 1;
    const std::size_t letter = text.find_first_not_of(" \t\r\n", above);
    if (letter < begin && text.compare(letter, 2, "//") != 0) return begin;
    begin = above;
    if (begin == 0) return 0;
  }
}

/// The elements of a list between brackets at `depth`, without their commas.
std::vector<std::pair<std::size_t, std::size_t>> elements(const std::string& text,
                                                          const std::vector<Token>& tokens,
                                                          std::size_t open, bool by_line) {
  std::vector<std::pair<std::size_t, std::size_t>> found;
  const std::size_t depth = tokens[open].depth;
  bool inside = false;
  std::size_t angles = 0;  // `map<string, int>` is one element
  for (std::size_t i = open + 1; i < tokens.size(); ++i) {
    const std::string_view w = word(text, tokens[i]);
    if (w == "<") ++angles;
    if (w == ">" && angles > 0) --angles;
    const bool own = tokens[i].depth == depth && angles == 0;
    if (own && (w == ")" || w == "}")) break;
    if (own && w == ",") {
      inside = false;
      continue;
    }
    // `as "x" or "y"` goes on where a line end would stand for a comma.
    if (by_line && inside && tokens[i].first && w != "as" && w != "or") inside = false;
    if (!inside) found.push_back({tokens[i].begin, tokens[i].end});
    found.back().second = tokens[i].end;
    inside = true;
  }
  return found;
}

std::size_t find_token(const std::string& text, const std::vector<Token>& tokens,
                       std::string_view wanted, std::size_t from = 0) {
  for (std::size_t i = from; i < tokens.size(); ++i)
    if (word(text, tokens[i]) == wanted) return i;
  return tokens.size();
}

std::string shuffled_list(const std::string& text, std::string_view open, bool by_line,
                          Random& random) {
  const std::vector<Token> tokens = Lexer(text).tokens();
  const std::size_t at = find_token(text, tokens, open);
  // A comment between elements could swallow what comes to stand behind it.
  if (at == tokens.size() || text.find("//", tokens[at].begin) != std::string::npos) return text;
  return permuted(text, elements(text, tokens, at, by_line), random);
}

/// The rows of a table, when each begins a line and no line has two.
std::string shuffled_rows(const std::string& text, Random& random) {
  const std::vector<Token> tokens = Lexer(text).tokens();
  std::size_t open = find_token(text, tokens, "{");
  if (open == tokens.size()) return text;
  std::vector<std::pair<std::size_t, std::size_t>> rows;
  bool arrow = true;
  for (std::size_t i = open + 1; i + 1 < tokens.size(); ++i) {
    if (tokens[i].first && tokens[i].depth == tokens[open].depth) {
      if (!arrow) return text;
      rows.push_back({tokens[i].begin, tokens[i].end});
      arrow = false;
    }
    if (rows.empty()) return text;
    arrow = arrow || word(text, tokens[i]) == "=>";
    rows.back().second = tokens[i].end;
  }
  return arrow ? permuted(text, rows, random) : text;
}

/// The `then` clauses of a rule, where each begins a line.
std::string shuffled_then(const std::string& text, Random& random) {
  static const std::set<std::string_view> kParts = {"each", "when",    "unless", "effective",
                                                    "then", "because", "tag"};
  const std::vector<Token> tokens = Lexer(text).tokens();
  const std::size_t open = find_token(text, tokens, "{");
  std::vector<std::pair<std::size_t, std::size_t>> clauses;
  bool inside = false;
  for (std::size_t i = open + 1; i + 1 < tokens.size(); ++i) {
    const std::string_view w = word(text, tokens[i]);
    const bool part = tokens[i].depth == 1 && kParts.contains(w);
    if (part && !tokens[i].first) return text;
    if (part) inside = w == "then";
    if (part && inside) clauses.push_back({tokens[i].begin, tokens[i].end});
    if (inside) clauses.back().second = tokens[i].end;
  }
  return permuted(text, clauses, random);
}

/// Names of enums whose order is read, and of their members.
using Names = std::set<std::string, std::less<>>;

/// An enum's name is the list of its members, and lists keep their order; and of the members that
/// `missing` could name, it takes those that are declared first: where it is called, what stands in
/// quorums.
Names read_in_order(const std::vector<dsl::SourceFile>& files) {
  Names lists, quorums;
  bool has_missing = false, members = false;
  for (const dsl::SourceFile& file : files) {
    std::string_view before, second;
    for (const Token& token : Lexer(file.text).tokens()) {
      const std::string_view w = word(file.text, token);
      if (second == "list" && before == "<") lists.emplace(w);
      if (before == "of" && w == "{") members = true;
      if (w == "}") members = false;
      if (members || before == "quorum" || before == "of" || before == "votes") quorums.emplace(w);
      has_missing = has_missing || (before == "missing" && w == "(");
      second = before;
      before = w;
    }
  }
  if (has_missing) lists.merge(quorums);
  return lists;
}

/// One declaration with its comments, its parts in another order. Enums with a name or member of
/// `kept` stay.
std::string shuffled_declaration(const std::string& text, const Names& kept, Random& random) {
  const std::vector<Token> tokens = Lexer(text).tokens();
  const std::string_view kind = word(text, tokens.front());
  const bool stays = std::any_of(tokens.begin(), tokens.end(),
                                 [&](const Token& t) { return kept.contains(word(text, t)); });
  if (kind == "enum" && !stays) return shuffled_list(text, "{", true, random);
  if (kind == "decision") return shuffled_list(text, "(", false, random);
  if (kind == "table") return shuffled_rows(text, random);
  if (kind == "rule") return shuffled_then(text, random);
  return text;
}

/// A file cut into what comes before its first declaration, and its declarations.
struct Parts {
  std::string head;
  std::vector<std::string> declarations;
};

Parts parts_of(const std::string& text) {
  static const std::set<std::string_view> kWords = {
      "ordered", "enum",     "open", "record", "data",    "define", "table",
      "first",   "decision", "rule", "waive",  "fixture", "test",   "prove"};
  std::vector<std::size_t> begins;
  for (const Token& token : Lexer(text).tokens()) {
    const bool margin = token.first && (token.begin == 0 || text[token.begin - 1] == '\n');
    if (margin && token.depth == 0 && kWords.contains(word(text, token)))
      begins.push_back(with_comments(text, token.begin));
  }
  if (begins.empty()) return {text, {}};
  Parts parts{text.substr(0, begins.front()), {}};
  for (std::size_t i = 0; i < begins.size(); ++i) {
    const std::size_t end = i + 1 < begins.size() ? begins[i + 1] : text.size();
    parts.declarations.push_back(text.substr(begins[i], end - begins[i]));
  }
  return parts;
}

/// The name after `package`, and the imports: files that have the same ones see the same names.
std::string package_of(const std::string& head) {
  std::string out;
  std::string_view line_begin;
  for (const Token& token : Lexer(head).tokens()) {
    if (token.first) line_begin = word(head, token);
    if (line_begin == "package" || line_begin == "import")
      out += std::string(word(head, token)) + ' ';
  }
  return out;
}

}  // namespace

std::vector<dsl::SourceFile> shuffled_policy(const std::vector<dsl::SourceFile>& files,
                                             Random& random) {
  std::vector<dsl::SourceFile> out;
  // By package: a declaration may stand in any file of its own.
  std::map<std::string, std::vector<std::size_t>> files_of;
  std::map<std::string, std::vector<std::string>> declarations_of;
  const auto kept = read_in_order(files);
  for (const dsl::SourceFile& file : files) {
    Parts parts = parts_of(file.text);
    const std::string package = package_of(parts.head);
    files_of[package].push_back(out.size());
    out.push_back({file.name, parts.head + "\n"});
    for (std::string& declaration : parts.declarations)
      declarations_of[package].push_back(shuffled_declaration(declaration, kept, random) + "\n");
  }
  for (auto& [package, declarations] : declarations_of) {
    const std::vector<std::size_t>& places = files_of[package];
    std::shuffle(declarations.begin(), declarations.end(), random);
    for (const std::string& declaration : declarations)
      out[places[random() % places.size()]].text += declaration;
  }
  return out;
}

}  // namespace writ::tests
