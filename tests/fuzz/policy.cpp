#include "tests/fuzz/properties.hpp"
#include "tests/verify/trial.hpp"

namespace writ::tests {
namespace {

/// More text only makes everything slower.
constexpr std::size_t kMaxPolicyText = 64 * 1024;
/// Random inputs of each decision.
constexpr int kInputs = 2;

/// The files that `// file` lines divide the text into. Their names are made up, so that no two are
/// the same.
dsl::Sources sources_of(std::string_view text) {
  constexpr std::string_view kFile = "\n// file ";
  std::vector<dsl::SourceFile> files;
  for (;;) {
    const std::size_t end = text.find(kFile);
    files.push_back({std::to_string(files.size()) + ".writ", std::string(text.substr(0, end))});
    if (end == text.npos) return dsl::Sources(std::move(files));
    text.remove_prefix(end + 1);
  }
}

/// FNV-1a: the inputs of a policy depend on its text alone.
std::uint64_t seed_of(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : bytes)
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

std::string rejected_fault(const dsl::Diagnostics& diagnostics) {
  if (!diagnostics.has_errors()) return "rejected without an error";
  for (const dsl::Diagnostic& d : diagnostics.sorted())
    if (d.message.empty()) return "a diagnostic without a message";
  return {};
}

std::string decisions_fault(const Subject& subject, std::uint64_t seed) {
  for (std::uint32_t d = 0; d < subject.policy.model.decisions.size(); ++d) {
    Trial trial(subject, d, seed + d);
    for (int i = 0; i < kInputs; ++i)
      if (const auto text = trial.next()) return *text;
  }
  return {};
}

}  // namespace

std::string policy_fault(std::string_view bytes) {
  if (bytes.size() > kMaxPolicyText) return {};
  dsl::Sources sources = sources_of(bytes);
  dsl::Diagnostics diagnostics;
  auto model = dsl::load(sources, diagnostics);
  // Places are looked up only when findings are shown.
  render_text(diagnostics, sources, true);
  render_json(diagnostics, sources);
  if (!model) return rejected_fault(diagnostics);
  if (diagnostics.has_errors()) return "a model in spite of errors";

  // A program over a limit or over its budget is refused in the author's terms.
  auto program = engine::compile(*model, sources);
  if (!program) return program.error().message.empty() ? "refused without a message" : "";
  auto policy = make_policy(std::move(*model), std::move(sources));
  if (!policy) {
    // The unoptimized program is larger and may be over a limit alone.
    return policy.error().starts_with("not compiled") ? "" : policy.error();
  }
  return decisions_fault(make_subject("policy", std::move(*policy)), seed_of(bytes));
}

}  // namespace writ::tests
