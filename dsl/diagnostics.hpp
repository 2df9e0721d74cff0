#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/similar.hpp"

#include "dsl/source.hpp"

namespace writ::dsl {

enum class Severity : std::uint8_t { error, warning };

/// The registry of diagnostics: one enumerator for each row of diagnostic_kinds.inc.
enum class DiagnosticKind : std::uint16_t {
#define WRIT_DIAGNOSTIC(name, code, severity, message) name,
#include "dsl/diagnostic_kinds.inc"
#undef WRIT_DIAGNOSTIC
};

struct DiagnosticInfo {
  std::string_view name;  ///< the enumerator's spelling
  std::string_view code;  ///< stable, e.g. "W0107"
  Severity severity;
  std::string_view message;  ///< a template: `{0}`, `{1}` … are replaced by the arguments
};

const DiagnosticInfo& info(DiagnosticKind kind);
/// Every row, in the order of the registry.
const std::vector<DiagnosticInfo>& diagnostic_registry();

/// A second place that explains the first ("first declared here").
struct Note {
  Span span;
  std::string text;
};

/// One finding. `message` starts in lower case, has no full stop, quotes code in backticks, says
/// what was seen and then the rule; `help` (may be empty) can be followed literally.
struct Diagnostic {
  DiagnosticKind kind;
  Span span;
  std::string message;
  std::string help;
  std::vector<Note> notes;
};

/// Collects the findings of a run. Not thread-safe.
class Diagnostics {
 public:
  /// Adds a finding; `args` fill the `{0}`, `{1}` … of the kind's message. The returned reference
  /// (for help and notes) is valid until the next call.
  Diagnostic& report(DiagnosticKind kind, Span span, std::vector<std::string> args = {});
  bool has_errors() const { return errors_ != 0; }
  std::size_t error_count() const { return errors_; }
  /// Sorted by file, place and code; exact repeats removed; at most 100 (the rest counted by
  /// `hidden`).
  std::vector<Diagnostic> sorted() const;
  std::size_t hidden() const;
  bool empty() const { return list_.empty(); }
  /// All findings so far; a mark for take_after().
  std::size_t count() const { return list_.size(); }
  /// Takes back the findings after a mark, as if they had not been reported; add() reports them.
  std::vector<Diagnostic> take_after(std::size_t mark);
  void add(std::vector<Diagnostic> findings);

 private:
  std::vector<Diagnostic> list_;
  std::size_t errors_ = 0;
};

/// The rendering of rustc's kind: `error[W0107]: message`, ` --> file:line:col`, the line with the
/// span underlined, notes, `help: …`. Plain text, or with ANSI colours when `color`.
std::string render_text(const Diagnostics& diagnostics, const Sources& sources, bool color);
/// An array of
/// {"code","severity","message","help","file","line","column","end_line","end_column","notes":[…]}.
std::string render_json(const Diagnostics& diagnostics, const Sources& sources);

/// The name that an unknown one was probably meant to be; empty when none is near.
using base::nearest;

}  // namespace writ::dsl
