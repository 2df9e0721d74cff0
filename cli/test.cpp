#include <optional>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "base/text.hpp"

#include "cli/cli.hpp"
#include "tools/coverage.hpp"
#include "tools/test_runner.hpp"

namespace writ::cli {
namespace {

struct Options {
  std::string policies, filter;
  std::vector<std::string> data;
  bool coverage = false;
  std::optional<unsigned> min;
  Format format = Format::text;
};

void print_text(const tools::Policy& policy, const std::vector<tools::TestResult>& results,
                std::size_t failed, const tools::Coverage* coverage) {
  for (const tools::TestResult& result : results) {
    if (result.passed()) continue;
    print("FAILED  " + result.title + "\n");
    for (const tools::Failure& failure : result.failures) {
      print("  " + policy.sources.at(failure.span) + ": " + failure.message + "\n");
      print("      " + std::string(policy.sources.text(failure.span)) + "\n");
    }
    if (!result.seen.empty()) print("  decided: " + result.seen + "\n");
    print("\n");
  }
  const std::size_t proofs = policy.model->proofs.size();
  if (proofs != 0)
    print(std::to_string(proofs) +
          (proofs == 1 ? " prove statement was" : " prove statements were") +
          " checked for types only, not searched\n");
  print(std::to_string(results.size() - failed) + " passed, " + std::to_string(failed) +
        " failed\n");
  if (coverage != nullptr) print("\n" + tools::coverage_text(*coverage, policy.sources));
}

void print_json(const tools::Policy& policy, const std::vector<tools::TestResult>& results,
                std::size_t failed, const tools::Coverage* coverage) {
  std::string out = "{\"tests\":[";
  for (const tools::TestResult& result : results) {
    out += &result == results.data() ? "{\"title\":" : ",{\"title\":";
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
    out += "]}";
  }
  out += "],\"passed\":" + std::to_string(results.size() - failed) +
         ",\"failed\":" + std::to_string(failed);
  if (coverage != nullptr) {
    out += ",\"coverage\":";
    tools::append_coverage(out, *coverage, policy.sources);
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
  const auto results = tools::run_tests(*policy, *data, options.filter, covered);
  if (!results) return report_data(*policy, results.error(), engine::kNone, options.format);
  if (results->empty()) {
    if (options.format == Format::json) print_json(*policy, *results, 0, covered);
    print_error(options.filter.empty()
                    ? "writ: this policy has no test\n"
                    : "writ: no test has `" + options.filter + "` in its title\n");
    return kFindings;
  }
  std::size_t failed = 0;
  for (const tools::TestResult& result : *results)
    failed += result.passed() ? 0 : 1;
  options.format == Format::json ? print_json(*policy, *results, failed, covered)
                                 : print_text(*policy, *results, failed, covered);
  const bool passed = (!options.min || enough(*policy, *coverage, *options.min)) && failed == 0;
  return passed ? kDone : kFindings;
}

}  // namespace

void add_test(CLI::App& app, int& status) {
  CLI::App* verb = app.add_subcommand("test", "Run the tests that stand in a policy");
  auto options = std::make_shared<Options>();
  verb->add_option("POLICIES", options->policies, "a folder or file")->required();
  verb->add_option("--filter", options->filter, "only tests with this text in their title");
  verb->add_option("--data", options->data,
                   "NAME=FILE: replace the value of a data declaration; may be repeated")
      ->type_name("NAME=FILE");
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
