#include "engine/schema.hpp"

#include <CLI/CLI.hpp>

#include "cli/cli.hpp"

namespace writ::cli {
namespace {

struct Options {
  Loading loading;
  std::string decision;
  bool input = false, output = false;
};

int schema(const Options& options) {
  auto policy = load(options.loading);
  if (!policy) return report_unreadable(policy.error(), Format::text);
  if (!policy->ok()) return report_findings(*policy, Format::text);
  const engine::Program& program = policy->program->program();
  const std::uint32_t decision = program.find_decision(options.decision);
  if (decision == engine::kNone) return report_no_decision(*policy, options.decision);
  std::string out;
  if (options.input) {
    engine::append_input_schema(out, program, decision);
  } else if (options.output) {
    engine::append_output_schema(out, program, decision);
  } else {
    engine::append_decision_schemas(out, program, decision);
  }
  print(out + "\n");
  return kDone;
}

}  // namespace

void add_schema(CLI::App& app, int& status) {
  CLI::App* verb = app.add_subcommand("schema", "Print the JSON Schemas (2020-12) of a decision");
  auto options = std::make_shared<Options>();
  add_policies(*verb, options->loading);
  verb->add_option("DECISION", options->decision,
                   "package.decision, or the decision's name alone where it is clear")
      ->required();
  CLI::Option* input = verb->add_flag("--input", options->input, "the schema of its input alone");
  verb->add_flag("--output", options->output, "the schema of its result alone")->excludes(input);
  verb->footer(
      "Without --input and --output: one object with both.\n"
      "A schema cannot say all that the decoder asks for: see the manual, section \"JSON\".");
  verb->callback([options, &status] { status = schema(*options); });
}

}  // namespace writ::cli
