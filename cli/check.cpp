#include <CLI/CLI.hpp>

#include "cli/cli.hpp"
#include "tools/output_findings.hpp"

namespace writ::cli {
namespace {

struct Options {
  std::string policies;
  bool outputs = false;
  Format format = Format::text;
};

std::string counted(std::size_t count, const std::string& one) {
  return std::to_string(count) + " " + one + (count == 1 ? "" : "s");
}

int check(const Options& options) {
  auto policy = tools::load_policy(options.policies, /*probes=*/true);
  if (!policy) return report_unreadable(policy.error(), options.format);
  if (options.outputs && policy->ok() && options.format == Format::json) {
    std::string out =
        "{\"findings\":" + dsl::render_json(policy->diagnostics, policy->sources) + ",\"outputs\":";
    tools::append_outputs(out, *policy->model, policy->sources);
    print(out + "}\n");
    return kDone;
  }
  if (!policy->ok() || !policy->diagnostics.empty() || options.format == Format::json)
    report_findings(*policy, options.format);
  if (!policy->ok()) return kFindings;
  const dsl::Model& model = *policy->model;
  std::size_t rules = 0;
  for (const dsl::Decision& decision : model.decisions)
    rules += decision.rules.size();
  if (options.format == Format::text)
    print("ok: " + counted(policy->sources.files().size(), "file") + ", " +
          counted(model.decisions.size(), "decision") + ", " + counted(rules, "rule") + ", " +
          counted(model.tests.size(), "test") + "\n");
  if (options.outputs && options.format == Format::text)
    print("\n" + tools::outputs_text(model, policy->sources));
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
  add_format(*verb, options->format);
  verb->callback([options, &status] { status = check(*options); });
}

}  // namespace writ::cli
