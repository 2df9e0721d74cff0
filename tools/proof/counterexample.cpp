#include "tools/proof/counterexample.hpp"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "dsl/checker.hpp"

#include "engine/compiler.hpp"

#include "tools/test_runner.hpp"

namespace writ::tools {
namespace {

/// The policy with `test` at the end of file `file`, and with no other test. nullopt when it has
/// errors then.
std::optional<Policy> with_test(const Policy& policy, std::uint32_t file, const std::string& test,
                                const std::string& title) {
  std::vector<dsl::SourceFile> files = policy.sources.files();
  files[file].text += "\n" + test;
  Policy tried;
  tried.root = policy.root;
  tried.sources = dsl::Sources(std::move(files));
  auto model = dsl::load(tried.sources, tried.diagnostics);
  if (!model) return std::nullopt;
  model->proofs.clear();
  std::erase_if(model->tests, [&](const dsl::Test& t) { return t.title != title; });
  if (model->tests.empty()) return std::nullopt;
  tried.model = std::make_unique<dsl::Model>(std::move(*model));
  auto program = engine::compile(*tried.model, tried.sources, {.optimize = true, .probes = true});
  if (!program) return std::nullopt;
  auto verified = engine::verify(std::move(*program));
  if (!verified) return std::nullopt;
  tried.program = std::move(*verified);
  return tried;
}

}  // namespace

Counterexample as_test(const Policy& policy, const std::map<std::string, std::string>& data,
                       const dsl::Proof& proof, const ProofCase& found) {
  const std::string title = "counterexample: " + proof.title;
  Counterexample made;
  for (const ValueStyle style : {ValueStyle::plain, ValueStyle::qualified, ValueStyle::json}) {
    auto text = proof_test_text(*policy.model, policy.sources, proof, found, title, style);
    if (!text) continue;
    const auto tried = with_test(policy, proof.span.file, *text, title);
    if (!tried) continue;
    const auto results = run_tests(*tried, data);
    if (!results || results->empty()) continue;
    // Refused by its types, or held with the waivers that the proof leaves out.
    const TestResult& result = results->back();
    const bool broken = !result.passed() && result.seen.starts_with('{');
    if (!broken && !(result.passed() && proof.without_waivers)) continue;
    made.test = std::move(*text);
    made.seen = result.seen;
    made.waived = result.passed();
    return made;
  }
  made.complete = false;
  made.test = proof_test_text(*policy.model, policy.sources, proof, found, title, ValueStyle::json)
                  .value_or("");
  return made;
}

}  // namespace writ::tools
