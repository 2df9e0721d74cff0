#include <CLI/CLI.hpp>

#include "engine/disassembler.hpp"

#include "cli/cli.hpp"

namespace writ::cli {
namespace {

struct Options {
  Loading loading;
  std::string decision;
};

int disasm(const Options& options) {
  auto policy = load(options.loading);
  if (!policy) return report_unreadable(policy.error(), Format::text);
  if (!policy->ok()) return report_findings(*policy, Format::text);
  const engine::Program& program = policy->program->program();
  if (options.decision.empty()) {
    print(engine::disassemble(program));
    return kDone;
  }
  const std::uint32_t decision = program.find_decision(options.decision);
  if (decision == engine::kNone) return report_no_decision(*policy, options.decision);
  print(engine::disassemble(program, decision));
  return kDone;
}

}  // namespace

void add_disasm(CLI::App& app, int& status) {
  CLI::App* verb = app.add_subcommand("disasm", "Print the program that a policy becomes");
  auto options = std::make_shared<Options>();
  add_policies(*verb, options->loading);
  verb->add_option("DECISION", options->decision,
                   "one decision alone: package.decision, or its name where it is clear");
  verb->callback([options, &status] { status = disasm(*options); });
}

}  // namespace writ::cli
