#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/calendar.hpp"
#include "base/expected.hpp"

#include "dsl/checker.hpp"

#include "engine/bundle.hpp"
#include "engine/compiler.hpp"
#include "engine/data.hpp"
#include "engine/decode.hpp"
#include "engine/evaluator.hpp"
#include "engine/render.hpp"
#include "engine/verify.hpp"

#include "tests/oracle/oracle.hpp"

/// Every way in which a policy can decide, and whether they agree: the VM on the optimized program
/// with explain=none, reasons and full, the VM on the unoptimized program, the VM on the program
/// written to a bundle and read back, and the naive oracle.
/// Header only, since the tests and the long random runs are two binaries.
namespace writ::tests {

using oracle::Answer;
using ProgramPtr = std::shared_ptr<const engine::VerifiedProgram>;
/// JSON texts by index in Model::data; those not named take their literal.
using DataTexts = std::map<std::uint32_t, std::string>;

/// A policy in each form that can decide. Immutable after loading; share it between threads.
struct Policy {
  dsl::Sources sources;
  dsl::Model model;
  ProgramPtr optimized, plain, bundled;
};

inline base::Expected<ProgramPtr, std::string> build(const dsl::Model& model,
                                                     const dsl::Sources& sources, bool optimize) {
  auto program =
      engine::compile(model, sources, {.optimize = optimize, .probes = true, .budget = {}});
  if (!program) {
    return base::unexpected("not compiled: " + program.error().message + " at " +
                            sources.at(program.error().span));
  }
  auto verified = engine::verify(std::move(*program));
  if (!verified) {
    return base::unexpected("not verified: " + verified.error().message + " (instruction " +
                            std::to_string(verified.error().instruction) + ")");
  }
  return std::move(*verified);
}

/// The program after it was written to a bundle and read from it.
inline base::Expected<ProgramPtr, std::string> through_bundle(const engine::Program& program) {
  const auto bytes = engine::write_bundle(program);
  if (!bytes) return base::unexpected("no bundle: " + bytes.error().message);
  auto bundle = engine::read_bundle(*bytes);
  if (!bundle) return base::unexpected("the bundle " + bundle.error().message);
  return std::move(bundle->program);
}

/// Compiles what has been checked. The error is for people.
inline base::Expected<Policy, std::string> make_policy(dsl::Model model, dsl::Sources sources) {
  Policy policy{std::move(sources), std::move(model), nullptr, nullptr, nullptr};
  for (const bool optimize : {true, false}) {
    auto program = build(policy.model, policy.sources, optimize);
    if (!program) return base::unexpected(program.error());
    (optimize ? policy.optimized : policy.plain) = std::move(*program);
  }
  auto bundled = through_bundle(policy.optimized->program());
  if (!bundled) return base::unexpected(bundled.error());
  policy.bundled = std::move(*bundled);
  return policy;
}

struct Case {
  std::uint32_t decision = 0;
  std::string json;
  base::Micros now = 0;
};

inline std::string instant_json(std::optional<base::Micros> instant) {
  if (!instant) return "null";
  std::string out = "\"";
  base::append_instant(out, *instant);
  return out + '"';
}

/// The `fail_closed` member of a problem object, whose last member it is.
inline std::string fail_closed_of(const std::string& problem) {
  constexpr std::string_view kName = "\"fail_closed\":";
  const std::size_t at = problem.rfind(kName);
  if (at == std::string::npos || problem.back() != '}') return "missing in " + problem;
  return problem.substr(at + kName.size(), problem.size() - 1 - at - kName.size());
}

/// What the VM answers, in the oracle's form. `problem` (may be null) takes the problem of a
/// refused input.
inline Answer vm_answer(engine::Evaluator& evaluator, const Case& c, engine::Explain explain,
                        std::optional<engine::Problem>* problem_out = nullptr) {
  const engine::VerifiedProgram& program = evaluator.program();
  const engine::DecisionView* view = evaluator.decide(c.decision, c.json, c.now, explain);
  Answer answer;
  if (view == nullptr) {
    const auto problem = engine::diagnose(program, c.decision, c.json);
    if (problem_out != nullptr) *problem_out = problem;
    if (!problem) {
      answer.pointers = {"refused by the hot decoder, accepted by the diagnosing one"};
      return answer;
    }
    for (const auto& error : problem->errors)
      answer.pointers.push_back(error.pointer);
    std::string text;
    engine::append_problem(text, program.program(), c.decision, *problem);
    answer.fail_closed = fail_closed_of(text);
    return answer;
  }
  answer.accepted = true;
  engine::append_result(answer.result, program.program(), *view);
  engine::append_reasons(answer.reasons, program.program(), *view);
  answer.more = view->more;
  answer.valid_until = instant_json(view->valid_until);
  answer.codes.assign(view->codes.begin(), view->codes.end());
  return answer;
}

inline std::string joined(const std::vector<std::string>& items) {
  std::string out;
  for (const std::string& item : items)
    out += (out.empty() ? "" : ", ") + item;
  return out;
}

/// An answer for people, one line for each part.
inline std::string answer_text(const Answer& a) {
  if (!a.accepted) {
    return "  refused at    " + joined(a.pointers) + "\n  fail closed   " + a.fail_closed + "\n";
  }
  return "  result        " + a.result + "\n  reasons       " + a.reasons + "\n  more          " +
         std::to_string(a.more) + "\n  valid until   " + a.valid_until + "\n  codes         " +
         joined(a.codes) + "\n";
}

/// Reasons are not compared with an answer that was made without them.
inline bool agree(const Answer& a, const Answer& b, bool reasons = true) {
  if (a.accepted != b.accepted) return false;
  if (!a.accepted) return a.pointers == b.pointers && a.fail_closed == b.fail_closed;
  if (reasons && (a.reasons != b.reasons || a.more != b.more)) return false;
  return a.result == b.result && a.valid_until == b.valid_until && a.codes == b.codes;
}

/// The evaluators of one policy with one state of its data. Not thread-safe; one for each thread.
class Deciders {
 public:
  static base::Expected<Deciders, std::string> make(const Policy& policy, DataTexts data = {}) {
    Deciders deciders(policy, std::move(data));
    std::map<std::string, std::string> by_name;
    for (const auto& [index, json] : deciders.data_)
      by_name[policy.model.data[index].full_name()] = json;
    for (const ProgramPtr& program : {policy.optimized, policy.plain, policy.bundled}) {
      auto snapshot = engine::load_data(program, by_name);
      if (!snapshot) {
        const engine::DataError& error = snapshot.error();
        std::string text = error.problem.errors.empty() ? error.problem.detail : std::string();
        for (const auto& e : error.problem.errors)
          text += error.name + e.pointer + ": expected " + e.expected + "; found " + e.found + "\n";
        return base::unexpected(text);
      }
      deciders.evaluators_.emplace_back(program, std::move(*snapshot));
    }
    return deciders;
  }

  engine::Evaluator& optimized() { return evaluators_[0]; }
  engine::Evaluator& plain() { return evaluators_[1]; }
  engine::Evaluator& bundled() { return evaluators_[2]; }

  Answer by_oracle(const Case& c) const {
    return oracle::decide(policy_->model, policy_->sources, {c.decision, c.json, c.now, data_});
  }

  /// Decides in every way. Empty when all agree, else both answers; `answer` is the VM's.
  std::string disagreement(const Case& c, Answer& answer) {
    answer = vm_answer(optimized(), c, engine::Explain::reasons);
    const auto differs = [&](const char* way, const Answer& other, bool reasons = true) {
      if (agree(answer, other, reasons)) return std::string();
      return "VM, optimized program, explain=reasons:\n" + answer_text(answer) + way + ":\n" +
             answer_text(other);
    };
    std::string found = differs("the oracle", by_oracle(c));
    if (found.empty())
      found = differs("VM, unoptimized program", vm_answer(plain(), c, engine::Explain::reasons));
    if (found.empty())
      found =
          differs("VM, program from a bundle", vm_answer(bundled(), c, engine::Explain::reasons));
    if (found.empty())
      found = differs("VM, explain=none", vm_answer(optimized(), c, engine::Explain::none), false);
    if (found.empty())
      found = differs("VM, explain=full", vm_answer(optimized(), c, engine::Explain::full));
    if (found.empty() && answer.accepted &&
        engine::diagnose(*policy_->optimized, c.decision, c.json))
      found = "accepted by the hot decoder, refused by the diagnosing one\n";
    if (found.empty() && answer.accepted) found = above_bound(c);
    return found;
  }

  /// What deciding an acceptable input takes, on the optimized program.
  engine::Cost taken(const Case& c) { return taken(optimized(), c); }

 private:
  Deciders(const Policy& policy, DataTexts data) : policy_(&policy), data_(std::move(data)) {}

  static engine::Cost taken(engine::Evaluator& evaluator, const Case& c) {
    engine::Usage usage;
    const engine::DecisionView* view = evaluator.decide_metered(c.decision, c.json, c.now, usage);
    if (view == nullptr) return {};
    std::string answer;
    engine::append_decision(answer, evaluator.program(), *view,
                            {.id = {},
                             .revision = {},
                             .data_digest = evaluator.data().digest(),
                             .explain = engine::Explain::reasons});
    // At most two copies of the request's text are not counted (engine/cost.hpp).
    const std::uint64_t text = 2 * c.json.size() + kPadding;
    return {usage.instructions, usage.memory - std::min(usage.memory, text), answer.size()};
  }

  /// Empty when the decision took no more than the worst case that its program states.
  std::string above_bound(const Case& c) {
    std::string found;
    for (engine::Evaluator& evaluator : evaluators_) {
      const engine::Cost used = taken(evaluator, c);
      const engine::Cost& bound = evaluator.program().cost(c.decision);
      const auto check = [&found](const char* what, std::uint64_t u, std::uint64_t b) {
        if (u > b)
          found += std::string(what) + ": " + std::to_string(u) + " is above the bound, " +
                   std::to_string(b) + "\n";
      };
      check("steps", used.instructions, bound.instructions);
      check("bytes of memory", used.memory, bound.memory);
      check("bytes of answer", used.answer, bound.answer);
    }
    return found;
  }

  /// What the decoder puts behind the text, and the rounding of its memory.
  static constexpr std::uint64_t kPadding = 128;

  const Policy* policy_;
  DataTexts data_;
  std::vector<engine::Evaluator> evaluators_;
};

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// All files below `folder` with this extension, in the order of their paths.
inline std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder,
                                                      std::string_view extension) {
  std::vector<std::filesystem::path> found;
  if (!std::filesystem::exists(folder)) return found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file() && entry.path().extension() == extension)
      found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace writ::tests
