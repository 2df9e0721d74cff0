#include <CLI/CLI.hpp>

#include "cli/cli.hpp"
#include "tools/cost_report.hpp"
#include "tools/output_findings.hpp"

namespace writ::cli {
namespace {

struct Options {
  std::string policies;
  bool outputs = false;
  bool cost = false;
  Format format = Format::text;
  engine::Budget budget;
};

std::string counted(std::size_t count, const std::string& one) {
  return std::to_string(count) + " " + one + (count == 1 ? "" : "s");
}

std::string summary(const tools::Policy& policy) {
  const dsl::Model& model = *policy.model;
  std::size_t rules = 0;
  for (const dsl::Decision& decision : model.decisions)
    rules += decision.rules.size();
  return "ok: " + counted(policy.sources.files().size(), "file") + ", " +
         counted(model.decisions.size(), "decision") + ", " + counted(rules, "rule") + ", " +
         counted(model.tests.size(), "test") + "\n";
}

/// The findings, and what was asked for besides.
void print_json(const tools::Policy& policy, const Options& options) {
  std::string out = "{\"findings\":" + dsl::render_json(policy.diagnostics, policy.sources);
  if (options.outputs) {
    out += ",\"outputs\":";
    tools::append_outputs(out, *policy.model, policy.sources);
  }
  if (options.cost) {
    out += ",\"costs\":";
    tools::append_costs(out, *policy.program);
  }
  print(out + "}\n");
}

int check(const Options& options) {
  auto policy = tools::load_policy(options.policies, /*probes=*/true, options.budget);
  if (!policy) return report_unreadable(policy.error(), options.format);
  const bool json = options.format == Format::json;
  if (json && policy->ok() && (options.outputs || options.cost)) {
    print_json(*policy, options);
    return kDone;
  }
  if (!policy->ok() || !policy->diagnostics.empty() || json)
    report_findings(*policy, options.format);
  if (!policy->ok()) return kFindings;
  if (json) return kDone;
  print(summary(*policy));
  if (options.outputs) print("\n" + tools::outputs_text(*policy->model, policy->sources));
  if (options.cost) print("\n" + tools::cost_text(*policy->program));
  return kDone;
}

}  // namespace

void add_check(CLI::App& app, int& status) {
  CLI::App* verb = app.add_subcommand("check", "Report every mistake of every file of a policy");
  auto options = std::make_shared<Options>();
  verb->add_option("POLICIES", options->policies, "a folder or file")->required();
  verb->add_flag("--outputs", options->outputs,
                 "say for each output whether other rules can only tighten it (monotone), or why "
                 "that is not shown");
  verb->add_flag("--cost", options->cost,
                 "say what each decision takes at most, and which rules no index finds");
  verb->add_option("--max-steps", options->budget.instructions,
                   "refuse a decision that can take more steps")
      ->capture_default_str();
  verb->add_option("--max-memory", options->budget.memory,
                   "refuse a decision that can take more bytes of memory")
      ->capture_default_str();
  verb->add_option("--max-answer", options->budget.answer,
                   "refuse a decision that can be answered with more bytes")
      ->capture_default_str();
  add_format(*verb, options->format);
  verb->callback([options, &status] { status = check(*options); });
}

}  // namespace writ::cli
