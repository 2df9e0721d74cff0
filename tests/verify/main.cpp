// The long random runs: typed random inputs, decided in every way (tests/golden/ways.hpp), again at
// later instants and with their lists in another order; and the policies with their text in another
// order; and generated policies (tests/generate) in all these ways. The same seed gives the same
// run to the byte.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <mutex>
#include <thread>

#include <CLI/CLI.hpp>

#include "tests/verify/generated.hpp"
#include "tests/verify/heaviest.hpp"
#include "tests/verify/independent.hpp"
#include "tests/verify/policy_trial.hpp"
#include "tests/verify/trial.hpp"

namespace writ::tests {
namespace {

namespace fs = std::filesystem;

/// Inputs that share one state of the data.
constexpr std::uint64_t kBatch = 64;
constexpr int kThreads = 2;
/// So many disagreements are shown; after them the run ends.
constexpr std::uint64_t kShown = 10;
/// What is stated may be so many times the most that is seen.
constexpr double kClose = 3;

struct Options {
  std::uint64_t seed = 1, cases = 100'000, shuffles = 1'000, generated = 100'000, seconds = 3000;
  std::uint64_t independent = 0, attempts = 0;
  std::vector<std::string> folders;
};

/// What one batch draws its inputs for.
struct Target {
  const Subject* subject = nullptr;
  std::uint32_t decision = 0;
};

void add(std::vector<Subject>& subjects, const std::string& name,
         std::vector<dsl::SourceFile> files) {
  dsl::Sources sources(std::move(files));
  dsl::Diagnostics diagnostics;
  auto model = dsl::load(sources, diagnostics);
  if (!model || model->decisions.empty()) return;
  // Some goldens show what the checker takes and the compiler refuses.
  const auto& all = sources.files();
  if (std::any_of(all.begin(), all.end(), [](const dsl::SourceFile& file) {
        return file.text.find("\n//! ") != std::string::npos;
      }))
    return;
  auto policy = make_policy(std::move(*model), std::move(sources));
  if (!policy) {
    std::fprintf(stderr, "%s: %s\n", name.c_str(), policy.error().c_str());
    std::exit(1);
  }
  subjects.push_back(make_subject(name, std::move(*policy)));
}

/// All files of `folder` as one policy when they load as one, else each as its own.
void add_folder(std::vector<Subject>& subjects, const fs::path& folder) {
  std::vector<dsl::SourceFile> files;
  for (const fs::path& path : files_below(folder, ".writ"))
    files.push_back({path.lexically_relative(folder).generic_string(), read_file(path)});
  const std::size_t before = subjects.size();
  add(subjects, folder.generic_string(), files);
  if (subjects.size() != before) return;
  for (const dsl::SourceFile& file : files)
    add(subjects, (folder / file.name).generic_string(), {file});
}

std::vector<Target> targets_of(const std::vector<Subject>& subjects, std::size_t begin,
                               std::size_t end) {
  std::vector<Target> targets;
  for (std::size_t i = begin; i < end; ++i)
    for (std::uint32_t d = 0; d < subjects[i].policy.model.decisions.size(); ++d)
      targets.push_back({&subjects[i], d});
  return targets;
}

/// Every other batch is for the policies that come first (those that ship), so that they get half
/// of the cases however many small ones follow.
class Run {
 public:
  Run(const Options& options, std::vector<Target> first, std::vector<Target> rest)
      : options_(options), first_(std::move(first)), rest_(std::move(rest)) {}

  bool run() {
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i)
      threads.emplace_back([this] { work(); });
    while (running_ != 0 || done_ < options_.cases) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      if (stopped()) break;
      progress();
    }
    for (std::thread& thread : threads)
      thread.join();
    if (done_ < options_.cases && failed_ == 0)
      std::printf("stopped after %llu seconds: `--seconds` is the bound\n",
                  number(options_.seconds));
    std::printf("%llu random inputs of %zu decisions, %llu of them accepted, seed %llu\n",
                number(done_), first_.size() + rest_.size(), number(accepted_),
                number(options_.seed));
    std::printf("%llu passed, %llu failed\n", number(done_ - failed_), number(failed_));
    return failed_ == 0 && done_ >= options_.cases;
  }

 private:
  static unsigned long long number(std::uint64_t value) { return value; }

  void work() {
    ++running_;
    while (!stopped()) {
      const std::uint64_t batch = next_++;
      if (batch * kBatch >= options_.cases) break;
      run_batch(batch, std::min(kBatch, options_.cases - batch * kBatch));
    }
    --running_;
  }

  const Target& target(std::uint64_t batch) const {
    if (first_.empty()) return rest_[batch % rest_.size()];
    if (rest_.empty()) return first_[batch % first_.size()];
    const std::vector<Target>& half = batch % 2 == 0 ? first_ : rest_;
    return half[batch / 2 % half.size()];
  }

  void run_batch(std::uint64_t batch, std::uint64_t count) {
    const Target& t = target(batch);
    std::seed_seq mixed{options_.seed, options_.seed >> 32, batch, batch >> 32};
    std::uint32_t words[2];
    mixed.generate(words, words + 2);
    Trial trial(*t.subject, t.decision, (std::uint64_t{words[0]} << 32) | words[1]);
    for (std::uint64_t i = 0; i < count && !stopped(); ++i) {
      if (const auto text = trial.next()) show(*text);
      ++done_;
    }
    accepted_ += trial.accepted();
  }

  void show(const std::string& text) {
    const std::lock_guard lock(printing_);
    if (++failed_ > kShown) return;
    std::printf("disagreement, seed %llu\n%s\n", number(options_.seed), text.c_str());
    std::fflush(stdout);
  }

  void progress() {
    const std::uint64_t tenth = done_ * 10 / options_.cases;
    if (tenth == shown_tenth_) return;
    shown_tenth_ = tenth;
    std::printf("%llu of %llu inputs after %lld s\n", number(done_), number(options_.cases),
                static_cast<long long>(elapsed().count()));
    std::fflush(stdout);
  }

  std::chrono::seconds elapsed() const {
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() -
                                                            begin_);
  }
  bool stopped() const {
    return failed_ >= kShown || elapsed() >= std::chrono::seconds(options_.seconds);
  }

  const Options& options_;
  std::vector<Target> first_, rest_;
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::atomic<std::uint64_t> next_ = 0, done_ = 0, accepted_ = 0, failed_ = 0;
  std::atomic<int> running_ = 0;
  std::uint64_t shown_tenth_ = 0;
  std::mutex printing_;
};

/// Shuffles the text of policies: as often as is asked for the policies that come first, and as
/// often over all that follow.
class ShuffleRun {
 public:
  ShuffleRun(const Options& options, const std::vector<Subject>& subjects, std::size_t first)
      : options_(options), subjects_(subjects), first_(first) {}

  bool run() {
    const bool mixed = first_ != 0 && first_ != subjects_.size();
    const std::uint64_t all = options_.shuffles * (mixed ? 2 : 1);
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i)
      threads.emplace_back([&] { work(all, mixed); });
    for (std::thread& thread : threads)
      thread.join();
    std::printf("%llu shuffles of the text of %zu policies, seed %llu\n",
                static_cast<unsigned long long>(done_), subjects_.size(),
                static_cast<unsigned long long>(options_.seed));
    std::printf("%llu passed, %llu failed\n", static_cast<unsigned long long>(done_ - failed_),
                static_cast<unsigned long long>(failed_));
    if (done_ < all && failed_ == 0)
      std::printf("stopped after %llu seconds: `--seconds` is the bound\n",
                  static_cast<unsigned long long>(options_.seconds));
    return failed_ == 0 && done_ >= all;
  }

 private:
  void work(std::uint64_t all, bool mixed) {
    while (failed_ < kShown &&
           std::chrono::steady_clock::now() - begin_ < std::chrono::seconds(options_.seconds)) {
      const std::uint64_t index = next_++;
      if (index >= all) return;
      const bool shipped = !mixed || index % 2 == 0;
      const std::size_t begin = shipped ? 0 : first_;
      const std::size_t count = shipped && mixed ? first_ : subjects_.size() - begin;
      const Subject& subject = subjects_[begin + (mixed ? index / 2 : index) % count];
      if (const auto text =
              disagreement_when_shuffled(subject, options_.seed * 1'000'003 + index)) {
        const std::lock_guard lock(printing_);
        ++failed_;
        std::printf("%s\n", text->c_str());
        std::fflush(stdout);
      }
      ++done_;
    }
  }

  const Options& options_;
  const std::vector<Subject>& subjects_;
  std::size_t first_;
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::atomic<std::uint64_t> next_ = 0, done_ = 0, failed_ = 0;
  std::mutex printing_;
};
/// Policies whose conditions do not depend on one another take exactly what their program states.
bool check_independent(std::uint64_t seed, std::uint64_t count) {
  std::uint64_t failed = 0;
  for (std::uint64_t i = 0; i < count && failed < kShown; ++i) {
    const std::string found = independent_differs(seed + i);
    if (found.empty()) continue;
    ++failed;
    std::printf("%s\n", found.c_str());
  }
  std::printf("worst case: %llu generated policies take exactly what is stated, %llu do not\n",
              static_cast<unsigned long long>(count - failed),
              static_cast<unsigned long long>(failed));
  return failed == 0;
}

/// The policies that ship: what is stated divided by the most that was found.
bool check_heaviest(const std::vector<Target>& targets, std::uint64_t seed,
                    std::uint64_t attempts) {
  bool close = true;
  for (const Target& target : targets) {
    const engine::Cost found = heaviest_found(*target.subject, target.decision, seed, attempts);
    const engine::Cost& stated = target.subject->policy.optimized->cost(target.decision);
    const double ratio = static_cast<double>(stated.instructions) /
                         static_cast<double>(std::max<std::uint64_t>(found.instructions, 1));
    const dsl::Decision& decision = target.subject->policy.model.decisions[target.decision];
    std::printf("worst case of %s: %llu steps stated, %llu the most seen in %llu attempts: %.2f\n",
                decision.name.c_str(), static_cast<unsigned long long>(stated.instructions),
                static_cast<unsigned long long>(found.instructions),
                static_cast<unsigned long long>(attempts), ratio);
    close = close && ratio <= kClose && ratio >= 1;
  }
  return close;
}

/// The policies of the tree, or those of `--policies`.
bool of_the_tree(const Options& options) {
  const fs::path root = WRIT_SOURCE_DIR;
  std::vector<Subject> subjects;
  std::size_t first = 0;
  if (options.folders.empty()) {
    add_folder(subjects, root / "policies" / "microapps");
    first = subjects.size();
    add_folder(subjects, root / "tests" / "lang");
  } else {
    for (const std::string& folder : options.folders)
      add_folder(subjects, folder);
    first = subjects.size();
  }
  if (subjects.empty()) {
    std::fprintf(stderr, "no policy that can be loaded was found\n");
    return false;
  }
  const bool exact = check_independent(options.seed, options.independent);
  const bool close = options.attempts == 0 ||
                     check_heaviest(targets_of(subjects, 0, first), options.seed, options.attempts);
  Run run(options, targets_of(subjects, 0, first), targets_of(subjects, first, subjects.size()));
  const bool agreed = run.run();
  const bool orderless = ShuffleRun(options, subjects, first).run();
  return exact && close && agreed && orderless;
}

int main(int argc, char** argv) {
  CLI::App app(
      "Compares the VM with the naive evaluator on random inputs, and policies with their text in "
      "another order");
  Options options;
  app.add_option("--seed", options.seed, "of all random choices");
  app.add_option("--cases", options.cases,
                 "how many inputs; with 0 no policy of the tree is tried");
  app.add_option(
      "--shuffles", options.shuffles,
      "how often the text of policies is shuffled: of those that ship, and of the others");
  app.add_option("--generated", options.generated,
                 "how many inputs of generated policies; with 0 no policy is generated");
  app.add_option("--seconds", options.seconds,
                 "the longest run of each kind; what is left then has failed");
  app.add_option("--independent", options.independent,
                 "how many generated policies to compare with their worst case");
  app.add_option("--attempts", options.attempts,
                 "how many inputs to try for the heaviest of each shipped decision");
  app.add_option("--policies", options.folders,
                 "folders of policies instead of policies/microapps and tests/lang");
  CLI11_PARSE(app, argc, argv);

  const bool generated =
      options.generated == 0 || run_generated({options.seed, options.generated, options.seconds});
  const bool of_tree = options.cases == 0 || of_the_tree(options);
  return generated && of_tree ? 0 : 1;
}

}  // namespace
}  // namespace writ::tests

int main(int argc, char** argv) {
  return writ::tests::main(argc, argv);
}
