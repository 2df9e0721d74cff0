#include <CLI/CLI.hpp>

#include "cli/cli.hpp"

namespace writ::cli {

void add_version(CLI::App& app, int& status) {
  CLI::App* verb = app.add_subcommand("version", "Print the version of writ and of the language");
  verb->callback([&status] {
    print("writ " WRIT_VERSION ", language edition 1\n");
    status = kDone;
  });
}

}  // namespace writ::cli
