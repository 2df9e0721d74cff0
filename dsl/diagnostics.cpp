#include "dsl/diagnostics.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/text.hpp"

namespace writ::dsl {
namespace {

constexpr std::size_t kMaxShown = 100;

bool same_place(const Span& a, const Span& b) {
  return a.file == b.file && a.begin == b.begin && a.end == b.end;
}

auto order_of(const Diagnostic& d) {
  return std::make_tuple(d.span.file, d.span.begin, info(d.kind).code, d.span.end,
                         std::string_view(d.message));
}

std::vector<Diagnostic> all_sorted(const std::vector<Diagnostic>& list) {
  std::vector<Diagnostic> sorted = list;
  std::sort(sorted.begin(), sorted.end(),
            [](const Diagnostic& a, const Diagnostic& b) { return order_of(a) < order_of(b); });
  const auto repeated =
      std::unique(sorted.begin(), sorted.end(), [](const Diagnostic& a, const Diagnostic& b) {
        return a.kind == b.kind && same_place(a.span, b.span) && a.message == b.message;
      });
  sorted.erase(repeated, sorted.end());
  return sorted;
}

// `{0}`, `{1}` … become the arguments; anything else in braces stays.
std::string fill(std::string_view message, const std::vector<std::string>& args) {
  std::string out;
  for (std::size_t i = 0; i < message.size(); ++i) {
    if (message[i] == '{' && i + 2 < message.size() && message[i + 2] == '}' &&
        message[i + 1] >= '0' && message[i + 1] <= '9') {
      const auto index = static_cast<std::size_t>(message[i + 1] - '0');
      if (index < args.size()) {
        out += args[index];
        i += 2;
        continue;
      }
    }
    out += message[i];
  }
  return out;
}

}  // namespace

const std::vector<DiagnosticInfo>& diagnostic_registry() {
  static const std::vector<DiagnosticInfo> registry{
#define WRIT_DIAGNOSTIC(name, code, severity, message) {#name, code, Severity::severity, message},
#include "dsl/diagnostic_kinds.inc"
#undef WRIT_DIAGNOSTIC
  };
  return registry;
}

const DiagnosticInfo& info(DiagnosticKind kind) {
  return diagnostic_registry()[static_cast<std::size_t>(kind)];
}

Diagnostic& Diagnostics::report(DiagnosticKind kind, Span span, std::vector<std::string> args) {
  const DiagnosticInfo& row = info(kind);
  if (row.severity == Severity::error) ++errors_;
  list_.push_back({kind, span, fill(row.message, args), {}, {}});
  return list_.back();
}

std::vector<Diagnostic> Diagnostics::sorted() const {
  std::vector<Diagnostic> shown = all_sorted(list_);
  if (shown.size() > kMaxShown) shown.erase(shown.begin() + kMaxShown, shown.end());
  return shown;
}

std::size_t Diagnostics::hidden() const {
  const std::size_t distinct = all_sorted(list_).size();
  return distinct > kMaxShown ? distinct - kMaxShown : 0;
}

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
  const std::size_t limit = std::max<std::size_t>(1, word.size() / 3);
  std::string_view best;
  std::size_t best_distance = limit + 1;
  std::vector<std::size_t> two_above, above, row;
  for (const std::string_view candidate : candidates) {
    const std::size_t longer = std::max(word.size(), candidate.size());
    const std::size_t shorter = std::min(word.size(), candidate.size());
    if (candidate.empty() || longer - shorter > limit) continue;
    // Damerau-Levenshtein with adjacent transpositions, three rows at a time.
    const std::size_t width = candidate.size() + 1;
    two_above.assign(width, 0);
    above.resize(width);
    row.resize(width);
    for (std::size_t j = 0; j < width; ++j)
      above[j] = j;
    for (std::size_t i = 1; i <= word.size(); ++i) {
      row[0] = i;
      for (std::size_t j = 1; j < width; ++j) {
        const bool same = word[i - 1] == candidate[j - 1];
        row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (same ? 0u : 1u)});
        if (i > 1 && j > 1 && word[i - 1] == candidate[j - 2] && word[i - 2] == candidate[j - 1]) {
          row[j] = std::min(row[j], two_above[j - 2] + 1);
        }
      }
      std::swap(two_above, above);
      std::swap(above, row);
    }
    const std::size_t distance = above[width - 1];
    // A word that shares nothing with the candidate (`ab` for `c`) is no suggestion.
    if (distance < best_distance && distance < longer) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

}  // namespace writ::dsl
