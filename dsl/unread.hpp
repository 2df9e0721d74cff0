#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "dsl/ast.hpp"
#include "dsl/diagnostics.hpp"
#include "dsl/source.hpp"

namespace writ::dsl {

/// What the parser passed over after errors, and which findings of the checker may come from that
/// rather than from mistakes of their own. Not thread-safe.
class Unread {
 public:
  /// `errors`: what the parser reported.
  Unread(const ast::Tree& tree, const Sources& sources, const std::vector<Diagnostic>& errors);

  /// `finding` says that something is unknown, missing or incomplete, and this may come from a part
  /// that was not read: what it names stands there, or it stands on a line that was wrong already,
  /// or it misses something in a declaration that was not read as a whole.
  bool explains(const Diagnostic& finding) const;

 private:
  /// The offset of the declaration that `offset` lies in.
  std::uint32_t declaration_of(std::uint32_t file, std::uint32_t offset) const;

  const Sources& sources_;
  std::vector<std::vector<std::uint32_t>> declarations_;          ///< offsets by file, ascending
  std::set<std::pair<std::uint32_t, std::uint32_t>> incomplete_;  ///< file and declaration
  std::set<std::pair<std::uint32_t, std::uint32_t>> lines_;       ///< file and line of an error
  std::vector<Span> errors_;
  std::set<std::string_view> words_;  ///< of what was not read
};

}  // namespace writ::dsl
