#include "tests/verify/policy_trial.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "tests/verify/policy_shuffle.hpp"

namespace writ::tests {
namespace {

/// For each shuffled text: decisions of a policy that has many get fewer each.
constexpr std::size_t kInputs = 60;

struct Side {
  const dsl::Model& model;
  engine::Evaluator evaluator;
};

std::string text_of(const std::vector<dsl::SourceFile>& files) {
  std::string text;
  for (const dsl::SourceFile& file : files)
    text += "// file " + file.name + "\n" + file.text;
  return text;
}

/// One state of the data for both: random where that is accepted, else the policy's own.
std::optional<std::pair<Side, Side>> sides(const Subject& subject, const dsl::Model& model,
                                           const ProgramPtr& program,
                                           const tools::RandomValues& values,
                                           std::mt19937_64& random) {
  const dsl::Model& own = subject.policy.model;
  for (int tries = 0; tries < 6; ++tries) {
    std::map<std::string, std::string> data;
    for (std::uint32_t i = 0; i < own.data.size(); ++i)
      if (!own.data[i].literal || (tries < 5 && random() % 2 == 0))
        data[own.data[i].full_name()] =
            random_data(own, values, i, values.request(0, random()).now, random());
    auto first = engine::load_data(subject.policy.optimized, data);
    auto second = engine::load_data(program, data);
    if (!first || !second) continue;
    return std::pair<Side, Side>{
        Side{own, engine::Evaluator(subject.policy.optimized, std::move(*first))},
        Side{model, engine::Evaluator(program, std::move(*second))}};
  }
  return std::nullopt;
}

}  // namespace

std::string without_places(const std::string& reasons) {
  nlohmann::ordered_json json = nlohmann::ordered_json::parse(reasons);
  for (auto& reason : json)
    reason.erase("at");
  return json.dump();
}

std::optional<std::string> disagreement_when_shuffled(const Subject& subject, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const dsl::Model& own = subject.policy.model;
  dsl::Sources sources(shuffled_policy(subject.policy.sources.files(), random));
  const auto report = [&](const std::string& what) {
    return "policy " + subject.name + ", shuffled with seed " + std::to_string(seed) + ":\n" +
           what + "\nits text shuffled:\n" + text_of(sources.files());
  };
  dsl::Diagnostics diagnostics;
  const auto model = dsl::load(sources, diagnostics);
  if (!model) return report(dsl::render_text(diagnostics, sources, false));
  const auto program = build(*model, sources, /*optimize=*/true);
  if (!program) return report(program.error());
  const tools::RandomValues values(own);
  auto both = sides(subject, *model, *program, values, random);
  if (!both) return std::nullopt;
  const std::size_t each = std::max<std::size_t>(1, kInputs / own.decisions.size());
  for (std::uint32_t d = 0; d < own.decisions.size(); ++d) {
    const std::uint32_t other = model->find_decision(own.decisions[d].name);
    for (std::size_t i = 0; i < each; ++i) {
      const base::Micros now = values.request(d, random()).now;
      const Case c{d, random_input(own, values, d, now, random()), now};
      Answer before = vm_answer(both->first.evaluator, c, engine::Explain::reasons);
      Answer after =
          vm_answer(both->second.evaluator, {other, c.json, c.now}, engine::Explain::reasons);
      if (before.accepted) before.reasons = without_places(before.reasons);
      if (after.accepted) after.reasons = without_places(after.reasons);
      // Of what is missing, the input that is declared first is named first.
      std::sort(before.pointers.begin(), before.pointers.end());
      std::sort(after.pointers.begin(), after.pointers.end());
      if (agree(before, after)) continue;
      return report("decide " + own.decisions[d].name + " " + c.json + " at " + instant_json(now) +
                    "\n" + answer_text(before) + "shuffled:\n" + answer_text(after));
    }
  }
  return std::nullopt;
}

}  // namespace writ::tests
