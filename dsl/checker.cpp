#include "dsl/checker.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "dsl/check/context.hpp"
#include "dsl/parser.hpp"
#include "dsl/unread.hpp"

namespace writ::dsl {

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

namespace {

/// What is misspelt where it is declared is unknown wherever it is used. From three places on that
/// is one finding, with the other places as notes.
void gather_repeats(Diagnostics& diagnostics) {
  constexpr std::size_t kFewest = 3;
  constexpr std::size_t kNotes = 5;
  std::vector<Diagnostic> all = diagnostics.take_after(0);
  std::map<std::pair<DiagnosticKind, std::string>, std::vector<std::size_t>> places;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (info(all[i].kind).name.starts_with("unknown_"))
      places[{all[i].kind, all[i].message}].push_back(i);
  std::vector<bool> gone(all.size());
  for (auto& [finding, at] : places) {
    if (at.size() < kFewest) continue;
    const auto place = [&](std::size_t i) {
      return std::pair(all[i].span.file, all[i].span.begin);
    };
    std::sort(at.begin(), at.end(),
              [&](std::size_t a, std::size_t b) { return place(a) < place(b); });
    for (std::size_t k = 1; k < at.size(); ++k) {
      gone[at[k]] = true;
      if (k > kNotes) continue;
      const std::size_t more = at.size() - 1 - kNotes;
      const bool last = k == kNotes && at.size() - 1 > kNotes;
      all[at[0]].notes.push_back(
          {all[at[k]].span,
           last ? "and here, and in " + std::to_string(more) + " more places" : "and here"});
    }
  }
  std::vector<Diagnostic> kept;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (!gone[i]) kept.push_back(std::move(all[i]));
  diagnostics.add(std::move(kept));
}

}  // namespace

std::optional<Model> load(const Sources& sources, Diagnostics& diagnostics) {
  const ast::Tree tree = parse(sources, diagnostics);
  if (!diagnostics.has_errors()) {
    std::optional<Model> model = check_policy(tree, sources, diagnostics);
    gather_repeats(diagnostics);
    return model;
  }
  // What could not be read is missing to all that uses it, which is not worth a word.
  Diagnostics findings;
  (void)check_policy(tree, sources, findings);
  const Unread unread(tree, sources, diagnostics.sorted());
  for (const Diagnostic& finding : findings.sorted())
    if (!unread.explains(finding)) diagnostics.report(finding.kind, finding.span) = finding;
  gather_repeats(diagnostics);
  return std::nullopt;
}

}  // namespace writ::dsl
