#include "dsl/syntax.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace writ::dsl::syntax {
namespace {

constexpr std::uint32_t kNoSpace = std::numeric_limits<std::uint32_t>::max();

constexpr Wanted kLessBrackets{"brackets", Wanted::Role::less_depth};
constexpr Wanted kLessNesting{"`if` and quantifiers", Wanted::Role::less_depth};

// Sorted, for binary search.
constexpr std::array<std::string_view, 32> kReserved{
    "absent", "all",     "and",       "any",  "auto", "because", "each", "else",
    "false",  "for",     "forbid",    "hold", "if",   "implies", "in",   "is",
    "like",   "matches", "none",      "not",  "now",  "of",      "only", "or",
    "permit", "present", "satisfies", "then", "true", "unless",  "when", "where"};
static_assert(std::is_sorted(kReserved.begin(), kReserved.end()));

}  // namespace

bool is_word_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::string shown(std::string_view code) {
  constexpr std::size_t kMaxShown = 60;
  if (code.size() <= kMaxShown) return std::string(code);
  std::size_t end = kMaxShown;
  while (end > 0 && (static_cast<unsigned char>(code[end]) & 0xC0) == 0x80)
    --end;
  return std::string(code.substr(0, end)) + "…";
}

bool is_reserved(std::string_view word) {
  return std::binary_search(kReserved.begin(), kReserved.end(), word);
}

void Nodes::close(Kind kind, bool folds, std::uint32_t begin, std::uint32_t end,
                  std::size_t height) {
  const std::size_t count = stack_.size() - height;
  if (folds && count == 1) return;
  Node node;
  node.kind = kind;
  node.begin = begin;
  node.end = std::max(begin, end);
  node.first_child = static_cast<std::uint32_t>(links_.size());
  node.child_count = static_cast<std::uint32_t>(count);
  links_.insert(links_.end(), stack_.begin() + static_cast<std::ptrdiff_t>(height), stack_.end());
  stack_.resize(height);
  stack_.push_back(static_cast<NodeId>(nodes_.size()));
  nodes_.push_back(node);
}

State::State(const Sources& sources, std::uint32_t file_index, Diagnostics& sink)
    : file(file_index),
      text(sources.files()[file_index].text),
      diagnostics(sink),
      space_begin_(text.size() + 1, kNoSpace) {}

void State::passed_space(std::uint32_t begin, std::uint32_t end) {
  space_begin_[end] = std::min(space_begin_[end], begin);
}

std::uint32_t State::token_end(std::uint32_t offset) const {
  return space_begin_[offset] == kNoSpace ? offset : space_begin_[offset];
}

bool State::begins_line(std::uint32_t offset) const {
  while (offset > 0 && (text[offset - 1] == ' ' || text[offset - 1] == '\t'))
    --offset;
  return offset == 0 || text[offset - 1] == '\n';
}

bool State::begins_declaration(std::uint32_t offset) const {
  return (offset == 0 || text[offset - 1] == '\n') && is_declaration(text, offset);
}

bool State::failed_within(std::uint32_t begin, std::uint32_t end) const {
  const auto first = std::lower_bound(failures_.begin(), failures_.end(), begin);
  return first != failures_.end() && *first < end;
}

bool State::failed_behind(std::uint32_t end) const {
  return std::binary_search(failed_ends_.begin(), failed_ends_.end(), end);
}

bool State::misread(Vocabulary words, std::uint32_t offset) {
  const std::string_view meant = meant_word(text, words, offset);
  if (meant.empty()) return false;
  misread_at_ = offset;
  misread_as_ = meant;
  explain_misread(*this, words, offset, meant);
  return true;
}

void State::enter(std::uint32_t offset, bool is_bracket) {
  std::size_t& depth = is_bracket ? brackets : nesting;
  if (depth >= (is_bracket ? kMaxBrackets : kMaxNesting)) {
    throw Failure{offset, is_bracket ? kLessBrackets : kLessNesting};
  }
  ++depth;
  open.push_back({offset, is_bracket});
}

void State::leave() {
  --(open.back().is_bracket ? brackets : nesting);
  open.pop_back();
}

void State::report(const Failure& failure) {
  if (resumed_ && failure.offset <= resumed_at_) return;
  explain(*this, failure);
}

void State::report(Slip slip, std::uint32_t offset) {
  if (resumed_ && offset <= resumed_at_) return;
  explain(*this, slip, offset);
  if (slip == Slip::for_missing || slip == Slip::dash_in_name) {
    // The names before it cannot be trusted.
    const std::uint32_t line = static_cast<std::uint32_t>(text.substr(0, offset).rfind('\n') + 1);
    unread_.push_back({file, line,
                       std::max(offset, static_cast<std::uint32_t>(
                                            std::min(text.find('\n', offset), text.size())))});
  }
  if (slip == Slip::dash_in_name || slip == Slip::equals_for_colon) return;
  resumed_at_ = offset;
  resumed_ = true;
}

std::uint32_t State::resume(Resume how, std::uint32_t begin, std::uint32_t failed,
                            std::size_t depth) {
  while (open.size() > depth)
    leave();
  failures_.push_back(failed);
  if (!begins_line(failed)) failed_ends_.push_back(token_end(failed));
  const std::uint32_t next = how == Resume::declaration
                                 ? next_declaration(text, std::max(failed, begin + 1))
                                 : next_part(text, how, begin, failed);
  unread_.push_back({file, begin, next});
  resumed_at_ = next;
  resumed_ = true;
  return next;
}

}  // namespace writ::dsl::syntax
