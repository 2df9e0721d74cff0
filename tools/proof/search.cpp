#include "tools/proof/search.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "engine/compiler.hpp"
#include "engine/evaluator.hpp"
#include "engine/render.hpp"

#include "tools/proof/counterexample.hpp"
#include "tools/proof/policy_text.hpp"
#include "tools/proof/shrink.hpp"
#include "tools/random/values.hpp"

namespace writ::tools {
namespace {

using Clock = std::chrono::steady_clock;

/// Inputs that share one state of the data.
constexpr std::uint64_t kBatch = 32;
/// So many inputs are made at most for each one that is wanted.
constexpr std::uint64_t kTriesPerInput = 10;
constexpr std::size_t kShrinkBudget = 6'000;

/// The left side of `a implies b`, which is `not a or b` in the model.
dsl::ExprId left_side(const dsl::Model& model, dsl::ExprId condition) {
  const dsl::Expr& either = model.expr(condition);
  if (either.kind != dsl::ExprKind::logical_or) return dsl::kNoExpr;
  const dsl::Expr& first = model.expr(either.a);
  return first.kind == dsl::ExprKind::logical_not ? first.a : dsl::kNoExpr;
}

/// The policy compiled for its proofs alone: two probes for each, its condition and the left side
/// (once more the condition where there is none).
class ProvingProgram {
 public:
  ProvingProgram(const Policy& policy, bool without_waivers) : model_(*policy.model) {
    model_.tests.clear();
    model_.proofs.clear();
    for (const dsl::Proof& proof : policy.model->proofs) {
      const dsl::ExprId left = left_side(model_, proof.condition);
      for (const dsl::ExprId condition :
           {proof.condition, left == dsl::kNoExpr ? proof.condition : left}) {
        model_.proofs.push_back(proof);
        model_.proofs.back().condition = condition;
      }
    }
    if (without_waivers)
      for (dsl::Decision& decision : model_.decisions)
        decision.waivers.clear();
    auto program = engine::compile(model_, policy.sources, {.optimize = true, .probes = true});
    if (!program) {
      error_ = program.error().message;
      return;
    }
    auto verified = engine::verify(std::move(*program));
    if (verified)
      program_ = std::move(*verified);
    else
      error_ = verified.error().message;
  }

  const std::shared_ptr<const engine::VerifiedProgram>& program() const { return program_; }
  const std::string& error() const { return error_; }

 private:
  dsl::Model model_;
  std::shared_ptr<const engine::VerifiedProgram> program_;
  std::string error_;
};

std::string counted(std::uint64_t inputs) {
  return std::to_string(inputs) + (inputs == 1 ? " input" : " inputs");
}

/// What came of holding a proof against one case.
struct Held {
  bool accepted = false, holds = true, reached = false;
};

/// Holds one proof against cases.
class Trials {
 public:
  Trials(const Policy& policy, std::shared_ptr<const engine::VerifiedProgram> program,
         const std::map<std::string, std::string>& data, std::uint32_t proof)
      : policy_(policy),
        program_(std::move(program)),
        texts_(data),
        proof_(policy.model->proofs[proof]),
        probe_(2 * proof) {}

  /// Not accepted, too, when the data of the case are not.
  Held hold(const ProofCase& c) {
    if (!use(c.data)) return {};
    const std::string json = write_inputs(*policy_.model, proof_.decision, c.inputs);
    const engine::DecisionView* view =
        evaluator_->decide(proof_.decision, json, c.now, engine::Explain::none);
    if (view == nullptr) return {};
    return {true, evaluator_->probe(probe_), evaluator_->probe(probe_ + 1)};
  }

  /// Whether these data fit their types and leave none without a value.
  bool accepts(const std::map<std::uint32_t, dsl::Value>& data) const {
    return engine::load_data(program_, texts_with(data)).has_value();
  }

 private:
  /// Puts these data in the place of the policy's own; they stay until others do.
  bool use(const std::map<std::uint32_t, dsl::Value>& data) {
    std::map<std::string, std::string> texts = texts_with(data);
    if (evaluator_ && texts == used_) return true;
    auto snapshot = engine::load_data(program_, texts);
    if (!snapshot) return false;
    evaluator_.emplace(program_, std::move(*snapshot));
    used_ = std::move(texts);
    return true;
  }

  std::map<std::string, std::string> texts_with(
      const std::map<std::uint32_t, dsl::Value>& data) const {
    std::map<std::string, std::string> texts = texts_;
    const dsl::Model& model = *policy_.model;
    for (const auto& [index, value] : data) {
      // Where it is clear, it may be named without the package.
      if (model.find_data(model.data[index].name) == index) texts.erase(model.data[index].name);
      texts[model.data[index].full_name()] =
          dsl::value_to_json(model.types, model.data[index].type, value);
    }
    return texts;
  }

  const Policy& policy_;
  std::shared_ptr<const engine::VerifiedProgram> program_;
  const std::map<std::string, std::string>& texts_;
  const dsl::Proof& proof_;
  std::uint32_t probe_;
  std::optional<engine::Evaluator> evaluator_;
  std::map<std::string, std::string> used_;
};

/// The search for one proof.
class Search {
 public:
  Search(const Policy& policy, const RandomValues& values, const ProvingProgram& proving,
         const std::map<std::string, std::string>& data, const ProofOptions& options,
         std::uint32_t proof)
      : policy_(policy),
        model_(*policy.model),
        values_(values),
        data_(data),
        options_(options),
        proof_(model_.proofs[proof]),
        trials_(policy, proving.program(), data, proof),
        dice_(options.seed * 0x2545F4914F6CDD1DULL + proof) {
    result_.title = proof_.title;
    result_.span = proof_.span;
  }

  ProofResult result() {
    if (auto found = search()) {
      report(std::move(*found));
      return std::move(result_);
    }
    const std::string left = left_text();
    if (result_.inputs == 0) {
      result_.outcome = ProofOutcome::not_decided;
      result_.message = "not decided: none of " + std::to_string(tried_) +
                        " random inputs was accepted; add a test with an input that is, since the "
                        "search begins with the inputs of tests";
    } else if (!left.empty() && result_.reached == 0) {
      result_.outcome = ProofOutcome::not_decided;
      result_.message = "not decided: in none of " + counted(result_.inputs) + " was `" + left +
                        "` true; add a test with an input in which it is, since the search begins "
                        "with the inputs of tests";
    } else {
      result_.message = "no counterexample in " + counted(result_.inputs) + note(left);
    }
    return std::move(result_);
  }

 private:
  /// What the author should know of a search that found nothing.
  std::string note(const std::string& left) const {
    std::string text;
    if (!left.empty())
      text += ", in " + std::to_string(result_.reached) + " of them was `" + left + "` true";
    if (out_of_time_)
      text += "; stopped after " + std::to_string(options_.seconds) + " s";
    else if (result_.inputs < options_.inputs)
      text += "; " + std::to_string(tried_ - result_.inputs) + " more were refused by their types";
    return text;
  }

  std::string left_text() const {
    const dsl::ExprId left = left_side(model_, proof_.condition);
    if (left == dsl::kNoExpr) return "";
    const std::string text = left_of_implies(condition_text(policy_.sources, proof_));
    // The whole condition may be the call of a define.
    return text.empty() ? std::string(policy_.sources.text(model_.expr(left).span)) : text;
  }

  /// Whether the proof does not hold for the case, which is counted.
  bool breaks(const ProofCase& c) {
    ++tried_;
    const Held held = trials_.hold(c);
    if (!held.accepted) return false;
    ++result_.inputs;
    if (held.reached) ++result_.reached;
    return !held.holds;
  }

  bool enough() {
    if (result_.inputs >= options_.inputs) return true;
    if (tried_ >= kTriesPerInput * options_.inputs) return true;
    if (tried_ % 32 == 0 && Clock::now() - begin_ >= std::chrono::seconds(options_.seconds))
      out_of_time_ = true;
    return out_of_time_;
  }

  std::optional<ProofCase> search() {
    if (auto found = search_tests()) return found;
    for (std::uint64_t batch = 0; !enough(); ++batch) {
      const auto data = data_of(batch);
      for (std::uint64_t i = 0; i < kBatch && !enough(); ++i) {
        RandomCase made = values_.request(proof_.decision, dice_.next());
        ProofCase c{std::move(made.inputs), made.now, data};
        if (breaks(c)) return c;
      }
    }
    return std::nullopt;
  }

  /// The policy's own tests show what its author has thought of.
  std::optional<ProofCase> search_tests() {
    for (const dsl::Test& test : model_.tests) {
      if (test.decision != proof_.decision || enough()) continue;
      auto inputs = read_inputs(model_, test.decision, test.input_json);
      if (!inputs) continue;
      ProofCase c{std::move(*inputs), test.at.value_or(0), {}};
      for (const dsl::DataOverride& data : test.data)
        c.data[data.data] = data.value;
      if (breaks(c)) return c;
    }
    return std::nullopt;
  }

  /// Two of three batches have random data; the others the policy's own, where it has them.
  std::map<std::uint32_t, dsl::Value> data_of(std::uint64_t batch) {
    if (batch % 3 == 0 && trials_.accepts({})) return {};
    std::map<std::uint32_t, dsl::Value> data;
    for (std::uint32_t i = 0; i < model_.data.size(); ++i) {
      const bool own = has_own(model_.data[i]);
      if (own && dice_.chance(40)) continue;
      // What does not fit its type is made again.
      for (int tries = 0; tries < 8; ++tries) {
        dsl::Value value =
            values_.data(i, values_.request(proof_.decision, dice_.next()).now, dice_.next());
        if (!policy_text(model_.types, model_.data[i].type, value, ValueStyle::plain)) continue;
        data[i] = std::move(value);
        if (!own || trials_.accepts({{i, data[i]}})) break;
        data.erase(i);
      }
    }
    return data;
  }

  bool has_own(const dsl::Data& data) const {
    const std::uint32_t bare = model_.find_data(data.name);
    return data.literal || data_.contains(data.full_name()) ||
           (bare != dsl::kNoIndex && &model_.data[bare] == &data && data_.contains(data.name));
  }

  void report(ProofCase found) {
    result_.outcome = ProofOutcome::counterexample;
    const StillFails still_fails = [this](const ProofCase& c) {
      const Held held = trials_.hold(c);
      return held.accepted && !held.holds;
    };
    found = shrink(model_, proof_.decision, std::move(found), still_fails, kShrinkBudget);
    if (proof_.without_waivers) found = beyond_waivers(std::move(found), still_fails);
    const Counterexample shown = as_test(policy_, data_, proof_, found);
    result_.test = shown.test;
    result_.seen = shown.seen;
    result_.message = "counterexample after " + counted(result_.inputs);
    if (shown.waived)
      result_.message +=
          "; the test below passes as long as a waiver applies, and the proof is `without waivers`";
    if (!shown.complete)
      result_.message += "; it cannot be written as a test of this policy, so it is shown as it is";
  }

  /// Its test sees the waivers: an instant at which none of them applies says more.
  ProofCase beyond_waivers(ProofCase found, const StillFails& still_fails) const {
    base::Micros last = found.now;
    for (const dsl::Waiver& waiver : model_.decisions[proof_.decision].waivers)
      if (waiver.effective.until) last = std::max(last, *waiver.effective.until);
    ProofCase later = found;
    later.now = last;
    return still_fails(later) ? later : found;
  }

  const Policy& policy_;
  const dsl::Model& model_;
  const RandomValues& values_;
  const std::map<std::string, std::string>& data_;
  const ProofOptions& options_;
  const dsl::Proof& proof_;
  Trials trials_;
  Dice dice_;
  ProofResult result_;
  std::uint64_t tried_ = 0;
  bool out_of_time_ = false;
  const Clock::time_point begin_ = Clock::now();
};

}  // namespace

std::vector<ProofResult> search_proofs(const Policy& policy,
                                       const std::map<std::string, std::string>& data,
                                       const ProofOptions& options, std::string_view filter) {
  std::optional<RandomValues> values;
  std::optional<ProvingProgram> programs[2];
  std::vector<ProofResult> results;
  for (std::uint32_t i = 0; i < policy.model->proofs.size(); ++i) {
    const dsl::Proof& proof = policy.model->proofs[i];
    if (proof.title.find(filter) == std::string::npos) continue;
    if (!values) values.emplace(*policy.model);
    std::optional<ProvingProgram>& proving = programs[proof.without_waivers ? 1 : 0];
    if (!proving) proving.emplace(policy, proof.without_waivers);
    if (proving->program() == nullptr) {
      ProofResult result;
      result.title = proof.title;
      result.span = proof.span;
      result.outcome = ProofOutcome::not_decided;
      result.message = "not decided: " + proving->error();
      results.push_back(std::move(result));
      continue;
    }
    results.push_back(Search(policy, *values, *proving, data, options, i).result());
  }
  return results;
}

}  // namespace writ::tools
