#include "dsl/unread.hpp"

#include <algorithm>
#include <array>

#include "dsl/syntax.hpp"

namespace writ::dsl {
namespace {

/// Whether a finding may come from a part that could not be parsed: what is unknown, missing or
/// incomplete.
bool may_follow(DiagnosticKind kind) {
  static constexpr std::array kOthers{
      DiagnosticKind::quantifier_ended,        DiagnosticKind::package_not_imported,
      DiagnosticKind::comparison_not_repeated, DiagnosticKind::wrong_argument_count,
      DiagnosticKind::expects_no_codes,        DiagnosticKind::expects_no_waiver,
      DiagnosticKind::waiver_incomplete,       DiagnosticKind::table_row_patterns,
      DiagnosticKind::table_row_values,        DiagnosticKind::test_expects_nothing,
      DiagnosticKind::test_needs_time,         DiagnosticKind::hold_without_quorum,
      DiagnosticKind::target_not_an_output,    DiagnosticKind::quorum_without_type,
      DiagnosticKind::record_without_type,     DiagnosticKind::empty_without_type};
  const std::string_view name = info(kind).name;
  return name.starts_with("unknown_") || name.find("missing") != std::string_view::npos ||
         std::find(kOthers.begin(), kOthers.end(), kind) != kOthers.end();
}

template <typename Use>
void for_each_word(std::string_view text, Use use) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::string_view word = syntax::word_at(text, static_cast<std::uint32_t>(at));
    if (!word.empty()) use(word);
    at += std::max<std::size_t>(1, word.size());
  }
}

}  // namespace

Unread::Unread(const ast::Tree& tree, const Sources& sources, const std::vector<Diagnostic>& errors)
    : sources_(sources) {
  declarations_.resize(sources.files().size());
  for (std::uint32_t file = 0; file < declarations_.size(); ++file) {
    const std::string_view text = sources.files()[file].text;
    for (std::uint32_t at = syntax::next_declaration(text, 0); at < text.size();
         at = syntax::next_declaration(text, at + 1)) {
      declarations_[file].push_back(at);
    }
  }
  for (const ast::File& file : tree.files) {
    // Whose package is not known, of that file nothing is known to others.
    if (file.package.empty())
      for_each_word(sources.files()[file.source].text,
                    [&](std::string_view word) { words_.insert(word); });
    for (const Span& span : file.unread) {
      incomplete_.emplace(span.file, declaration_of(span.file, span.begin));
      for_each_word(sources.text(span), [&](std::string_view word) { words_.insert(word); });
    }
  }
  for (const Diagnostic& error : errors) {
    incomplete_.emplace(error.span.file, declaration_of(error.span.file, error.span.begin));
    errors_.push_back(error.span);
    lines_.emplace(error.span.file, sources.place(error.span).line);
  }
  // What such a declaration declares is not known well either.
  for (const auto& [file, begin] : incomplete_) {
    const std::string_view text = sources.files()[file].text;
    for_each_word(text.substr(begin, text.find('\n', begin) - begin),
                  [&](std::string_view word) { words_.insert(word); });
  }
}

std::uint32_t Unread::declaration_of(std::uint32_t file, std::uint32_t offset) const {
  const std::vector<std::uint32_t>& begins = declarations_[file];
  const auto after = std::upper_bound(begins.begin(), begins.end(), offset);
  return after == begins.begin() ? 0 : *(after - 1);
}

bool Unread::explains(const Diagnostic& finding) const {
  const auto overlaps = [&finding](const Span& error) {
    return error.file == finding.span.file && error.begin < finding.span.end &&
           finding.span.begin < error.end;
  };
  if (std::any_of(errors_.begin(), errors_.end(), overlaps)) return true;
  if (!may_follow(finding.kind)) return false;
  const Span& at = finding.span;
  const bool is_unknown = info(finding.kind).name.starts_with("unknown_");
  if (!is_unknown && incomplete_.contains({at.file, declaration_of(at.file, at.begin)}))
    return true;
  if (lines_.contains({at.file, sources_.place(at).line})) return true;
  bool named = false;
  for_each_word(sources_.text(at),
                [&](std::string_view word) { named = named || words_.contains(word); });
  return named;
}

}  // namespace writ::dsl
