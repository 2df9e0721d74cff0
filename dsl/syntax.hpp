#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dsl/diagnostics.hpp"
#include "dsl/source.hpp"

/// What passes between the grammar (grammar.hpp, parser.cpp) and those who read what it found: the
/// nodes of the concrete syntax and the failures. Nothing here knows PEGTL.
namespace writ::dsl::syntax {

/// One enumerator for each production that leaves a node.
enum class Kind : std::uint8_t {
#define WRIT_SYNTAX(name, folds) name,
#include "dsl/syntax_kinds.inc"
#undef WRIT_SYNTAX
};

using NodeId = std::uint32_t;

/// What a production matched: bytes `[begin, end)` of its file, without white space around it.
struct Node {
  Kind kind{};
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint32_t first_child = 0;  ///< into `Nodes::links`
  std::uint32_t child_count = 0;
};

/// The nodes of one file. They are made bottom-up: what is complete lies on a stack until the
/// production around it closes over it, or fails and drops it.
class Nodes {
 public:
  std::size_t height() const { return stack_.size(); }
  void drop_above(std::size_t height) { stack_.resize(height); }
  /// Makes a node of all that lies above `height`.
  void close(Kind kind, bool folds, std::uint32_t begin, std::uint32_t end, std::size_t height);

  const Node& operator[](NodeId id) const { return nodes_[id]; }
  std::span<const NodeId> children(NodeId id) const {
    return std::span(links_).subspan(nodes_[id].first_child, nodes_[id].child_count);
  }
  /// The nodes that no production closed over: the declarations of the file.
  std::span<const NodeId> roots() const { return stack_; }

 private:
  std::vector<Node> nodes_;
  std::vector<NodeId> links_;
  std::vector<NodeId> stack_;
};

/// Where parsing goes on after an error.
enum class Resume : std::uint8_t {
  declaration,  ///< a declaration word at column 1
  line,         ///< a line that begins like a field or an output
  row,          ///< a line with `=>`
  rule_part,    ///< a line that begins with a part of a rule or waiver
  test_part,    ///< a line that begins with `given` or `expect`
};

/// What a production asked for and did not find. `what` is in the author's terms.
struct Wanted {
  std::string_view what;
  enum class Role : std::uint8_t {
    other,
    name,  ///< a new or used name
    expression,
    text,          ///< a string after `because` or `otherwise`
    closer,        ///< the bracket that closes the innermost open one
    contribution,  ///< the verb after a rule's target
    otherwise,     ///< `else`
    declaration,
    string_end,
    regex,
    regex_end,
    path,        ///< within `{` `}` of a text
    less_depth,  ///< brackets (or `if`s and quantifiers) that nest less deeply
  } role = Role::other;
};

/// Thrown by the grammar where a production cannot go on; it never leaves parser.cpp.
struct Failure {
  std::uint32_t offset = 0;
  Wanted wanted;
};
/// Thrown after a failure has been reported, when a declaration cannot be resumed inside.
struct Abandoned {
  std::uint32_t offset = 0;
};

inline constexpr std::size_t kMaxBrackets = 64;
/// `if` and quantifiers within one another.
inline constexpr std::size_t kMaxNesting = 64;

struct OpenBracket {
  std::uint32_t offset = 0;
  bool is_bracket = true;  ///< else an `if` or a quantifier
};

/// Everything the grammar keeps while it reads one file.
struct State {
  State(const Sources& sources, std::uint32_t file_index, Diagnostics& sink);

  std::uint32_t file;
  std::string_view text;
  Diagnostics& diagnostics;
  Nodes nodes;
  /// The brackets (and `if`s and quantifiers) that are open here.
  std::vector<OpenBracket> open;
  std::size_t brackets = 0;
  std::size_t nesting = 0;
  /// Where it is set, the names of the rules that match are put there (for tests).
  std::set<std::string_view>* matched_rules = nullptr;

  /// Records that white space from `begin` to `end` was passed.
  void passed_space(std::uint32_t begin, std::uint32_t end);
  /// Where the last token before `offset` ended.
  std::uint32_t token_end(std::uint32_t offset) const;
  /// Nothing but blanks stands before `offset` on its line.
  bool begins_line(std::uint32_t offset) const;
  /// A declaration begins at column 1 here.
  bool begins_declaration(std::uint32_t offset) const;

  /// A part in `[begin, end)` could not be read.
  bool failed_within(std::uint32_t begin, std::uint32_t end) const;

  void enter(std::uint32_t offset, bool is_bracket);
  void leave();

  /// Reports `failure` unless nothing was read since the last one.
  void report(const Failure& failure);
  /// Where to go on after a failure in a part that began at `begin`, when `depth` brackets and the
  /// like were open; throws Abandoned when that is not within the declaration.
  std::uint32_t resume(Resume how, std::uint32_t begin, std::uint32_t failed, std::size_t depth);

 private:
  std::vector<std::uint32_t> space_begin_;  ///< by where it ended; kNoSpace
  std::vector<std::uint32_t> failures_;     ///< offsets, ascending
  std::uint32_t resumed_at_ = 0;
  bool resumed_ = false;
};

/// Reports what is wrong at `failure.offset` (parser_errors.cpp).
void explain(const State& state, const Failure& failure);

/// Where a part (of kind `how`, not `declaration`) may begin after `failed`: looks at the text from
/// `begin`, outside strings and comments; a closing `}` that is not opened there counts. Throws
/// Abandoned at the next declaration and at the end.
std::uint32_t next_part(std::string_view text, Resume how, std::uint32_t begin,
                        std::uint32_t failed);
/// The offset of the first declaration word at column 1 in `text` at or after `offset`, or its end.
std::uint32_t next_declaration(std::string_view text, std::uint32_t offset);
/// `text` has a declaration at `offset`, whose column is 1.
bool is_declaration(std::string_view text, std::uint32_t offset);
/// The word (letters, digits, `_`) at `offset`; may be empty.
std::string_view word_at(std::string_view text, std::uint32_t offset);
bool is_word_char(char c);
/// `code` as a message shows it: cut where it is very long.
std::string shown(std::string_view code);
/// Words that no name may have.
bool is_reserved(std::string_view word);
/// The words that begin declarations.
const std::vector<std::string_view>& declaration_words();

}  // namespace writ::dsl::syntax
