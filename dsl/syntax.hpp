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
  header,       ///< the `{` at the end of a line, with which the body begins
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
/// Words of which one is expected at a place, where another may be a misspelling of it.
enum class Vocabulary : std::uint8_t { declaration, rule_part, waive_part, test_part, output_kind };

/// Slips after which reading goes on as if they had not been made.
enum class Slip : std::uint8_t {
  open_brace_missing,
  close_brace_missing,
  then_missing,
  for_missing,
  dash_in_name,
  equals_for_colon,
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
  /// Reading failed at what follows the token that ends at `end`, on the same line.
  bool failed_behind(std::uint32_t end) const;

  /// The word at `offset` is none of `words`, but meant as one: reports it, and that one
  /// `stands_for`.
  bool misread(Vocabulary words, std::uint32_t offset);
  bool stands_for(std::uint32_t offset, std::string_view word) const {
    return offset == misread_at_ && word == misread_as_;
  }

  void enter(std::uint32_t offset, bool is_bracket);
  void leave();

  /// Reports `failure` unless nothing was read since the last one.
  void report(const Failure& failure);
  void report(Slip slip, std::uint32_t offset);
  /// Where to go on after a failure in a part that began at `begin`, when `depth` brackets and the
  /// like were open: within the declaration, at the next one or at the end.
  std::uint32_t resume(Resume how, std::uint32_t begin, std::uint32_t failed, std::size_t depth);
  /// What was passed over, ascending.
  const std::vector<Span>& unread() const { return unread_; }

 private:
  std::vector<std::uint32_t> space_begin_;  ///< by where it ended; kNoSpace
  std::vector<std::uint32_t> failures_;     ///< offsets, ascending
  std::vector<std::uint32_t> failed_ends_;  ///< of the tokens before them on their line, ascending
  std::vector<Span> unread_;
  std::uint32_t misread_at_ = 0;
  std::string_view misread_as_;
  std::uint32_t resumed_at_ = 0;
  bool resumed_ = false;
};

/// Reports what is wrong at `failure.offset` (syntax_errors.cpp).
void explain(const State& state, const Failure& failure);
/// The same for the smaller mistakes (syntax_slips.cpp).
void explain(const State& state, Slip slip, std::uint32_t offset);
void explain_misread(const State& state, Vocabulary words, std::uint32_t offset,
                     std::string_view meant);

/// Where a part (of kind `how`, not `declaration`) may begin after `failed`: looks at the text from
/// `begin`, outside strings and comments; a closing `}` that is not opened there counts, and so do
/// the next declaration and the end.
std::uint32_t next_part(std::string_view text, Resume how, std::uint32_t begin,
                        std::uint32_t failed);
/// The offset of the first declaration word at column 1 in `text` at or after `offset`, or its end.
std::uint32_t next_declaration(std::string_view text, std::uint32_t offset);
/// The word of `words` that the one at `offset`, none of them, is probably meant to be; empty when
/// it is not.
std::string_view meant_word(std::string_view text, Vocabulary words, std::uint32_t offset);
const std::vector<std::string_view>& words_of(Vocabulary words);
/// `text` has a declaration at `offset`, whose column is 1; its first word may be misspelt.
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
