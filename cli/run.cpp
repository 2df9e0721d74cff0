#include <CLI/CLI.hpp>

#include "cli/cli.hpp"

namespace writ::cli {

int run(int argc, const char* const* argv) {
  CLI::App app("Writ decides, from rules that people can read, and says why.", "writ");
  app.footer(
      "Exit status: 0 decided or passed · 1 findings, failed tests or a policy with errors · 2 "
      "wrong usage ·\n"
      "3 input or data does not match its types · 4 a file cannot be read or is refused.\n\n"
      "POLICIES is a folder (all .writ files below it) or a file; where decisions are made it can "
      "be a\n"
      "bundle that `writ build` made.");
  app.require_subcommand(1);
  int status = kDone;
  add_check(app, status);
  add_eval(app, status);
  add_test(app, status);
  add_build(app, status);
  add_inspect(app, status);
  add_keygen(app, status);
  add_decisions(app, status);
  add_schema(app, status);
  add_disasm(app, status);
  add_explain_code(app, status);
  add_version(app, status);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& e) {
    return app.exit(e);
  } catch (const CLI::ParseError& e) {
    print_error("writ: " + std::string(e.what()) + "\nTry `writ --help` or `writ VERB --help`.\n");
    return kUsage;
  }
  return status;
}

}  // namespace writ::cli
