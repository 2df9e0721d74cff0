#include "dsl/source.hpp"

#include <algorithm>
#include <utility>

namespace writ::dsl {
namespace {

std::uint32_t clamp_offset(std::string_view text, std::uint32_t offset) {
  return static_cast<std::uint32_t>(std::min<std::size_t>(offset, text.size()));
}

// Lines end with LF; a CR before it belongs to the end.
std::vector<std::uint32_t> find_line_begins(std::string_view text) {
  std::vector<std::uint32_t> begins{0};
  for (std::size_t at = text.find('\n'); at != std::string_view::npos;
       at = text.find('\n', at + 1)) {
    begins.push_back(static_cast<std::uint32_t>(at + 1));
  }
  return begins;
}

}  // namespace

Sources::Sources(std::vector<SourceFile> files) : files_(std::move(files)) {
  std::sort(files_.begin(), files_.end(),
            [](const SourceFile& a, const SourceFile& b) { return a.name < b.name; });
  line_begins_.reserve(files_.size());
  for (const SourceFile& file : files_)
    line_begins_.push_back(find_line_begins(file.text));
}

std::string_view Sources::text(Span span) const {
  if (span.file >= files_.size()) return {};
  const std::string_view all = files_[span.file].text;
  const std::uint32_t begin = clamp_offset(all, span.begin);
  const std::uint32_t end = std::max(begin, clamp_offset(all, span.end));
  return all.substr(begin, end - begin);
}

std::uint32_t Sources::line_index(std::uint32_t file, std::uint32_t offset) const {
  const auto& begins = line_begins_[file];
  const auto after = std::upper_bound(begins.begin(), begins.end(), offset);
  return static_cast<std::uint32_t>(after - begins.begin() - 1);
}

Place Sources::place(Span span) const {
  if (span.file >= files_.size()) return {};
  const std::string_view all = files_[span.file].text;
  const std::uint32_t offset = clamp_offset(all, span.begin);
  const std::uint32_t index = line_index(span.file, offset);
  // A byte that continues a code point does not count; malformed text still has a place.
  const auto column =
      std::count_if(all.begin() + line_begins_[span.file][index], all.begin() + offset,
                    [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
  return {index + 1, static_cast<std::uint32_t>(column + 1)};
}

std::string_view Sources::line(std::uint32_t file, std::uint32_t offset) const {
  if (file >= files_.size()) return {};
  const std::string_view all = files_[file].text;
  const std::uint32_t begin = line_begins_[file][line_index(file, clamp_offset(all, offset))];
  std::string_view line = all.substr(begin, all.find('\n', begin) - begin);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string Sources::at(Span span) const {
  if (span.file >= files_.size()) return {};
  const Place where = place(span);
  return files_[span.file].name + ":" + std::to_string(where.line) + ":" +
         std::to_string(where.column);
}

}  // namespace writ::dsl
