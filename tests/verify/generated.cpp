#include "tests/verify/generated.hpp"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <mutex>
#include <thread>

#include "tests/generate/policy.hpp"
#include "tests/verify/policy_trial.hpp"
#include "tests/verify/smaller.hpp"

namespace writ::tests {
namespace {

using Files = std::vector<dsl::SourceFile>;

constexpr int kThreads = 2;
constexpr std::uint64_t kInputs = 250;  ///< of each policy
constexpr std::uint64_t kShown = 10;
/// Policies that make it unlikely that something of the language occurs in none of them.
constexpr std::uint64_t kPoliciesForAll = 2'000;
constexpr std::size_t kShownRejections = 3;  ///< of each code

std::string text_of(const Files& files) {
  std::string text;
  for (const dsl::SourceFile& file : files)
    text += "// file " + file.name + "\n" + file.text;
  return text;
}

/// Decides random inputs of all decisions. Empty when all agree.
std::string disagreement_of(const Subject& subject, std::uint64_t seed, std::uint64_t inputs,
                            Generated& counts) {
  const std::size_t decisions = subject.policy.model.decisions.size();
  for (std::uint32_t d = 0; d < decisions; ++d) {
    Trial trial(subject, d, seed * 31 + d);
    counts.without_data = !trial.ready();
    if (!trial.ready()) return {};
    for (std::uint64_t i = 0; i < inputs / decisions; ++i) {
      ++counts.inputs;
      if (auto text = trial.next()) return *text;
    }
    counts.accepted += trial.accepted();
  }
  if (auto text = disagreement_when_shuffled(subject, seed)) return *text;
  return {};
}

bool over_budget(const std::string& error) {
  return error.find("; at most ") != std::string::npos &&
         error.find(" are allowed") != std::string::npos;
}

/// Loads and tries; empty when it is rejected or all agree.
std::string failure_of(const Files& files, std::uint64_t seed, std::uint64_t inputs) {
  dsl::Sources sources(files);
  dsl::Diagnostics diagnostics;
  auto model = dsl::load(sources, diagnostics);
  if (!model || model->decisions.empty()) return {};
  auto policy = make_policy(std::move(*model), std::move(sources));
  if (!policy) return over_budget(policy.error()) ? std::string() : policy.error();
  Generated counts;
  return disagreement_of(make_subject("generated", std::move(*policy)), seed, inputs, counts);
}

}  // namespace

Generated try_generated(std::uint64_t seed, std::uint64_t inputs, Occurrences& occurrences) {
  Generated made;
  SeededChoices choices(seed);
  const Files files = generate_policy(choices);
  dsl::Sources sources(files);
  dsl::Diagnostics diagnostics;
  auto model = dsl::load(sources, diagnostics);
  if (!model) {
    for (const dsl::Diagnostic& d : diagnostics.sorted())
      if (made.rejected_code.empty() && dsl::info(d.kind).severity == dsl::Severity::error)
        made.rejected_code = dsl::info(d.kind).code;
    made.rejection = dsl::render_text(diagnostics, sources, false);
    return made;
  }
  auto policy = make_policy(std::move(*model), std::move(sources));
  std::string found;
  if (policy) {
    const Subject subject =
        make_subject("generated with seed " + std::to_string(seed), std::move(*policy));
    occurrences.add(subject.policy);
    found = disagreement_of(subject, seed, inputs, made);
  } else if (over_budget(policy.error())) {
    made.rejected_code = "budget";
    made.rejection = policy.error() + "\n" + text_of(files);
  } else {
    found = policy.error();
  }
  if (found.empty()) return made;
  const Files small =
      smaller(files, [&](const Files& f) { return !failure_of(f, seed, inputs).empty(); });
  made.disagreement = "generated with seed " + std::to_string(seed) + ", then made smaller:\n" +
                      text_of(small) + failure_of(small, seed, inputs) + "\nat first:\n" + found;
  return made;
}

namespace {

class GeneratedRun {
 public:
  explicit GeneratedRun(const GeneratedOptions& options) : options_(options) {}

  bool run() {
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i)
      threads.emplace_back([this] { work(); });
    for (std::thread& thread : threads)
      thread.join();
    return report();
  }

 private:
  static unsigned long long number(std::uint64_t value) { return value; }

  void work() {
    while (!stopped() && inputs_ < options_.cases) {
      Occurrences occurrences;
      const std::uint64_t index = next_++;
      const std::uint64_t seed = tools::Dice(options_.seed * 1'000'003 + index).next();
      const Generated made = try_generated(seed, std::min(kInputs, options_.cases), occurrences);
      const std::lock_guard lock(mutex_);
      note(made, occurrences);
    }
  }

  void note(const Generated& made, const Occurrences& occurrences) {
    occurrences_.add(occurrences);
    ++policies_;
    inputs_ += made.inputs;
    accepted_ += made.accepted;
    without_data_ += made.without_data ? 1 : 0;
    if (!made.rejected_code.empty()) {
      // What is too large is well-typed all the same.
      if (made.rejected_code != "budget") ++rejected_;
      if (++codes_[made.rejected_code] <= kShownRejections)
        std::printf("rejected by the checker:\n%s\n", made.rejection.c_str());
    }
    if (!made.disagreement.empty() && ++failed_ <= kShown)
      std::printf("disagreement, seed %llu\n%s\n", number(options_.seed),
                  made.disagreement.c_str());
    const std::uint64_t tenth = inputs_ * 10 / options_.cases;
    if (tenth != shown_tenth_)
      std::printf("%llu of %llu inputs of generated policies after %lld s\n", number(inputs_),
                  number(options_.cases), static_cast<long long>(elapsed().count()));
    shown_tenth_ = tenth;
    std::fflush(stdout);
  }

  bool report() {
    if (inputs_ < options_.cases && failed_ == 0)
      std::printf("stopped after %llu seconds: `--seconds` is the bound\n",
                  number(options_.seconds));
    std::printf("%llu random inputs of %llu generated policies, %llu of them accepted, seed %llu\n",
                number(inputs_), number(policies_), number(accepted_), number(options_.seed));
    std::printf("%llu policies without accepted data; %llu rejected by the checker",
                number(without_data_), number(rejected_));
    for (const auto& [code, count] : codes_)
      std::printf(", %s: %llu", code.c_str(), number(count));
    std::printf("\n");
    bool complete = true;
    if (policies_ >= kPoliciesForAll)
      for (const std::string& name : occurrences_.missing()) {
        complete = false;
        std::printf("occurs in no generated policy: %s\n", name.c_str());
      }
    const bool well_typed = rejected_ * 100 <= policies_;
    if (!well_typed) std::printf("more than 1 %% of the policies were rejected\n");
    std::printf("%llu policies passed, %llu failed\n", number(policies_ - rejected_ - failed_),
                number(failed_));
    return failed_ == 0 && complete && well_typed && inputs_ >= options_.cases;
  }

  std::chrono::seconds elapsed() const {
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() -
                                                            begin_);
  }
  bool stopped() const {
    return failed_ >= kShown || elapsed() >= std::chrono::seconds(options_.seconds);
  }

  const GeneratedOptions& options_;
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::atomic<std::uint64_t> next_ = 0, inputs_ = 0, failed_ = 0;
  std::uint64_t policies_ = 0, accepted_ = 0, without_data_ = 0, rejected_ = 0, shown_tenth_ = 0;
  std::map<std::string, std::uint64_t> codes_;
  Occurrences occurrences_;
  std::mutex mutex_;
};

}  // namespace

bool run_generated(const GeneratedOptions& options) {
  return GeneratedRun(options).run();
}

}  // namespace writ::tests
