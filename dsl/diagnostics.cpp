#include "dsl/diagnostics.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

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

std::vector<Diagnostic> Diagnostics::take_after(std::size_t mark) {
  std::vector<Diagnostic> taken;
  while (list_.size() > mark) {
    if (info(list_.back().kind).severity == Severity::error) --errors_;
    taken.push_back(std::move(list_.back()));
    list_.pop_back();
  }
  std::reverse(taken.begin(), taken.end());
  return taken;
}

void Diagnostics::add(std::vector<Diagnostic> findings) {
  for (Diagnostic& finding : findings) {
    if (info(finding.kind).severity == Severity::error) ++errors_;
    list_.push_back(std::move(finding));
  }
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

}  // namespace writ::dsl
