#include "dsl/checker.hpp"

#include <algorithm>
#include <array>

#include "dsl/check/context.hpp"
#include "dsl/parser.hpp"

namespace writ::dsl {

namespace {

/// Whether a finding may come from a part that could not be parsed, rather than from a mistake of
/// its own: what is unknown, missing or incomplete.
bool may_follow_from_syntax(DiagnosticKind kind) {
  static constexpr std::array kOthers{
      DiagnosticKind::quantifier_ended,     DiagnosticKind::wrong_argument_count,
      DiagnosticKind::expects_no_codes,     DiagnosticKind::expects_no_waiver,
      DiagnosticKind::waiver_incomplete,    DiagnosticKind::table_row_patterns,
      DiagnosticKind::table_row_values,     DiagnosticKind::test_expects_nothing,
      DiagnosticKind::test_needs_time,      DiagnosticKind::hold_without_quorum,
      DiagnosticKind::quorum_without_type,  DiagnosticKind::record_without_type,
      DiagnosticKind::package_not_imported, DiagnosticKind::empty_without_type};
  const std::string_view name = info(kind).name;
  return name.starts_with("unknown_") || name.find("missing") != std::string_view::npos ||
         std::find(kOthers.begin(), kOthers.end(), kind) != kOthers.end();
}

bool overlap(const Span& a, const Span& b) {
  return a.file == b.file && a.begin < b.end && b.begin < a.end;
}

}  // namespace

std::optional<Model> check_policy(const ast::Tree& tree, const Sources& sources,
                                  Diagnostics& diagnostics) {
  Model model;
  check::Context context{.tree = tree,
                         .sources = sources,
                         .diagnostics = diagnostics,
                         .model = model,
                         .symbols = {},
                         .state = {}};
  check::declare_all(context);
  // Outputs before rules, since rules read their types; the order of computation when all reads are
  // known.
  check::check_tables(context);
  check::check_decisions(context);
  check::check_rules(context);
  check::order_outputs(context);
  check::check_tests(context);
  check::check_uncalled_defines(context);
  if (diagnostics.has_errors()) return std::nullopt;
  return model;
}

std::optional<Model> load(const Sources& sources, Diagnostics& diagnostics) {
  const ast::Tree tree = parse(sources, diagnostics);
  if (!diagnostics.has_errors()) return check_policy(tree, sources, diagnostics);
  // What could not be read is missing to all that uses it; only the other findings are worth a
  // word.
  Diagnostics findings;
  (void)check_policy(tree, sources, findings);
  const std::vector<Diagnostic> unread = diagnostics.sorted();
  const auto was_read = [&unread](const Diagnostic& finding) {
    return std::none_of(unread.begin(), unread.end(), [&finding](const Diagnostic& other) {
      return overlap(finding.span, other.span);
    });
  };
  for (const Diagnostic& finding : findings.sorted())
    if (!may_follow_from_syntax(finding.kind) && was_read(finding))
      diagnostics.report(finding.kind, finding.span) = finding;
  return std::nullopt;
}

}  // namespace writ::dsl
