#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/span.hpp"

namespace writ::dsl {

using base::Span;

/// One policy file. `name` is its path below the policy folder, with `/`, as shown in diagnostics
/// and in the `at` of reasons.
struct SourceFile {
  std::string name;
  std::string text;
};

/// A place for people: line and column count from 1, the column in code points.
struct Place {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
};

/// All files of one load, ascending by the bytes of their names. `Span::file` indexes `files`.
class Sources {
 public:
  Sources() = default;
  /// Sorts the files by name; names are distinct.
  explicit Sources(std::vector<SourceFile> files);

  const std::vector<SourceFile>& files() const { return files_; }
  std::string_view text(Span span) const;
  /// Where a span begins.
  Place place(Span span) const;
  /// The whole line (without its end) that holds byte `offset` of `file`.
  std::string_view line(std::uint32_t file, std::uint32_t offset) const;
  /// `name:line:column` of the span's begin.
  std::string at(Span span) const;

 private:
  std::uint32_t line_index(std::uint32_t file, std::uint32_t offset) const;

  std::vector<SourceFile> files_;
  std::vector<std::vector<std::uint32_t>> line_begins_;  ///< offsets, for each file
};

}  // namespace writ::dsl
