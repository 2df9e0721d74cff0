#include <algorithm>
#include <optional>

#include <CLI/CLI.hpp>

#include "base/text.hpp"

#include "cli/cli.hpp"
#include "tools/coverage.hpp"
#include "tools/proof/search.hpp"
#include "tools/test_runner.hpp"

namespace writ::cli {
namespace {

struct Options {
  std::string policies, filter;
  std::vector<std::string> data;
  tools::ProofOptions proofs;
  bool coverage = false;
  std::optional<unsigned> min;
  Format format = Format::text;
};

/// What ran, and how much of it failed.
struct Report {
  const tools::Policy& policy;
  std::vector<tools::TestResult> tests;
  std::vector<tools::ProofResult> proofs;
  const tools::Coverage* coverage = nullptr;

  std::size_t failed_tests() const {
    return static_cast<std::size_t>(
        std::count_if(tests.begin(), tests.end(), [](const auto& t) { return !t.passed(); }));
  }
  std::size_t proofs_with(tools::ProofOutcome outcome) const {
    return static_cast<std::size_t>(std::count_if(
        proofs.begin(), proofs.end(), [&](const auto& p) { return p.outcome == outcome; }));
  }
  bool passed() const {
    return failed_tests() == 0 &&
           proofs_with(tools::ProofOutcome::no_counterexample) == proofs.size();
  }
};

void print_proof(const Report& report, const tools::ProofResult& result) {
  if (result.passed()) {
    print("searched  " + result.title + "\n  " + result.message + "\n");
    return;
  }
  print("FAILED  prove " + result.title + "\n  " + report.policy.sources.at(result.span) + ": " +
        result.message + "\n");
  if (!result.test.empty()) print("\n" + result.test + "\n");
  if (!result.seen.empty()) print("  decided: " + result.seen + "\n");
  print("\n");
}

void print_proof_counts(const Report& report) {
  const std::size_t found = report.proofs_with(tools::ProofOutcome::counterexample);
  const std::size_t open = report.proofs_with(tools::ProofOutcome::not_decided);
  const std::size_t all = report.proofs.size();
  print(std::to_string(all) + (all == 1 ? " proof" : " proofs") +
        " searched: " + std::to_string(all - found - open) + " without counterexample, " +
        std::to_string(found) + " with one, " + std::to_string(open) + " not decided\n");
}

void print_text(const Report& report) {
  for (const tools::TestResult& result : report.tests) {
    if (result.passed()) continue;
    print("FAILED  " + result.title + "\n");
    for (const tools::Failure& failure : result.failures) {
      print("  " + report.policy.sources.at(failure.span) + ": " + failure.message + "\n");
      print("      " + std::string(report.policy.sources.text(failure.span)) + "\n");
    }
    if (!result.seen.empty()) print("  decided: " + result.seen + "\n");
    print("\n");
  }
  for (const tools::ProofResult& result : report.proofs)
    print_proof(report, result);
  const std::size_t failed = report.failed_tests();
  print(std::to_string(report.tests.size() - failed) + " passed, " + std::to_string(failed) +
        " failed\n");
  if (!report.proofs.empty()) print_proof_counts(report);
  if (report.coverage != nullptr)
    print("\n" + tools::coverage_text(*report.coverage, report.policy.sources));
}

std::string test_json(const tools::Policy& policy, const tools::TestResult& result) {
  std::string out = "{\"title\":";
  base::append_json_string(out, result.title);
  out += ",\"at\":";
  base::append_json_string(out, policy.sources.at(result.span));
  out += result.passed() ? ",\"passed\":true,\"failures\":[" : ",\"passed\":false,\"failures\":[";
  for (const tools::Failure& failure : result.failures) {
    out += &failure == result.failures.data() ? "{\"at\":" : ",{\"at\":";
    base::append_json_string(out, policy.sources.at(failure.span));
    out += ",\"message\":";
    base::append_json_string(out, failure.message);
    out += '}';
  }
  return out + "]}";
}

std::string proof_json(const tools::Policy& policy, const tools::ProofResult& result) {
  constexpr const char* kOutcomes[] = {"no_counterexample", "counterexample", "not_decided"};
  std::string out = "{\"title\":";
  base::append_json_string(out, result.title);
  out += ",\"at\":";
  base::append_json_string(out, policy.sources.at(result.span));
  out += std::string(",\"outcome\":\"") + kOutcomes[static_cast<int>(result.outcome)] +
         "\",\"inputs\":" + std::to_string(result.inputs) +
         ",\"reached\":" + std::to_string(result.reached) + ",\"message\":";
  base::append_json_string(out, result.message);
  if (!result.test.empty()) {
    out += ",\"test\":";
    base::append_json_string(out, result.test);
  }
  return out + "}";
}

void print_json(const Report& report) {
  std::string out = "{\"tests\":[";
  for (const tools::TestResult& result : report.tests)
    out += (&result == report.tests.data() ? "" : ",") + test_json(report.policy, result);
  const std::size_t failed = report.failed_tests();
  out += "],\"passed\":" + std::to_string(report.tests.size() - failed) +
         ",\"failed\":" + std::to_string(failed) + ",\"proofs\":[";
  for (const tools::ProofResult& result : report.proofs)
    out += (&result == report.proofs.data() ? "" : ",") + proof_json(report.policy, result);
  out += "],\"proofs_without_counterexample\":" +
         std::to_string(report.proofs_with(tools::ProofOutcome::no_counterexample)) +
         ",\"proofs_with_counterexample\":" +
         std::to_string(report.proofs_with(tools::ProofOutcome::counterexample)) +
         ",\"proofs_not_decided\":" +
         std::to_string(report.proofs_with(tools::ProofOutcome::not_decided));
  if (report.coverage != nullptr) {
    out += ",\"coverage\":";
    tools::append_coverage(out, *report.coverage, report.policy.sources);
  }
  print(out + "}\n");
}

/// Whether the tests exercise as much as `--min` asks for; says so on standard error when not.
bool enough(const tools::Policy& policy, const tools::Coverage& coverage, unsigned min) {
  if (coverage.reaches(min)) return true;
  print_error("writ: coverage is " + coverage.percentage() + " %, below the " +
              std::to_string(min) +
              " % that `--min` asks for: " + std::to_string(coverage.items() - coverage.covered()) +
              " of " + std::to_string(coverage.items()) + " items are not covered\n" +
              tools::uncovered_text(coverage, policy.sources));
  return false;
}

int test(const Options& options) {
  const auto overrides = data_files(options.data);
  auto policy = tools::load_policy(options.policies, /*probes=*/true);
  if (!policy) return report_unreadable(policy.error(), options.format);
  if (!policy->ok()) return report_findings(*policy, options.format);
  if (check_data_names(*policy, overrides) != kDone) return kUsage;
  const auto data = tools::read_data(*policy, overrides);
  if (!data) return report_unreadable(data.error(), options.format);
  std::optional<tools::Coverage> coverage;
  if (options.coverage || options.min) coverage.emplace(*policy);
  tools::Coverage* const covered = coverage ? &*coverage : nullptr;
  auto tests = tools::run_tests(*policy, *data, options.filter, covered);
  if (!tests) return report_data(*policy, tests.error(), engine::kNone, options.format);
  const Report report{*policy, std::move(*tests),
                      tools::search_proofs(*policy, *data, options.proofs, options.filter),
                      covered};
  if (report.tests.empty() && (options.filter.empty() || report.proofs.empty())) {
    if (options.format == Format::json) print_json(report);
    print_error(options.filter.empty()
                    ? "writ: this policy has no test\n"
                    : "writ: no test or proof has `" + options.filter + "` in its title\n");
    return kFindings;
  }
  options.format == Format::json ? print_json(report) : print_text(report);
  const bool covers = !options.min || enough(*policy, *coverage, *options.min);
  return covers && report.passed() ? kDone : kFindings;
}

}  // namespace

void add_test(CLI::App& app, int& status) {
  CLI::App* verb = app.add_subcommand(
      "test", "Run the tests of a policy, and search its proofs for counterexamples");
  auto options = std::make_shared<Options>();
  verb->add_option("POLICIES", options->policies, "a folder or file")->required();
  verb->add_option("--filter", options->filter,
                   "only tests and proofs with this text in their title");
  verb->add_option(
          "--data", options->data,
          "replace the value of a data declaration; NAME is package.NAME, or the name alone "
          "where it is clear; may be repeated")
      ->type_name("NAME=FILE");
  verb->add_option("--proof-inputs", options->proofs.inputs,
                   "how many inputs each proof is held against")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}))
      ->capture_default_str();
  verb->add_option("--seed", options->proofs.seed,
                   "of the random inputs of proofs; the same one gives the same inputs")
      ->capture_default_str();
  verb->add_flag("--coverage", options->coverage,
                 "count in how many tests each rule fired, each waiver applied and each table row "
                 "matched, and in how many not");
  verb->add_option("--min", options->min,
                   "fail when less than this percentage of all rules, waivers and table rows "
                   "fired, applied or matched in at least one test; implies --coverage")
      ->check(CLI::Range(0u, 100u))
      ->type_name("PERCENT");
  add_format(*verb, options->format);
  verb->callback([options, &status] { status = test(*options); });
}

}  // namespace writ::cli
