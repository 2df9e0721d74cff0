#include <CLI/CLI.hpp>

#include "engine/schema.hpp"

#include "cli/cli.hpp"
#include "tools/decision_list.hpp"

namespace writ::cli {
namespace {

struct Options {
  Loading loading;
  Format format = Format::text;
};

int decisions(const Options& options) {
  auto policy = load(options.loading);
  if (!policy) return report_unreadable(policy.error(), options.format);
  if (!policy->ok()) return report_findings(*policy, options.format);
  if (options.format == Format::text) {
    print(tools::decision_list_text(policy->program->program()));
    return kDone;
  }
  std::string out;
  engine::append_decision_list(out, policy->program->program());
  print(out + "\n");
  return kDone;
}

}  // namespace

void add_decisions(CLI::App& app, int& status) {
  CLI::App* verb = app.add_subcommand(
      "decisions", "List what a policy can decide: inputs, outputs and what is written about them");
  auto options = std::make_shared<Options>();
  add_policies(*verb, options->loading);
  add_format(*verb, options->format);
  verb->footer("The JSON form has the JSON Schemas (2020-12) of each decision's input and output.");
  verb->callback([options, &status] { status = decisions(*options); });
}

}  // namespace writ::cli
