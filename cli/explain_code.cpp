#include <CLI/CLI.hpp>
#include <unistd.h>

#include "cli/cli.hpp"
#include "tools/explanation_text.hpp"

namespace writ::cli {
namespace {

struct Options {
  std::string code;
  Format format = Format::text;
};

int explain_code(const Options& options) {
  if (options.code.empty()) {
    print(options.format == Format::json ? tools::code_list_json() + "\n"
                                         : tools::code_list_text());
    return kDone;
  }
  const auto kind = tools::kind_of_code(options.code);
  if (!kind) {
    print_error("writ: " + tools::unknown_code_text(options.code) +
                "\n`writ explain-code` lists all codes\n");
    return kUsage;
  }
  print(options.format == Format::json ? tools::explanation_json(*kind) + "\n"
                                       : tools::explanation_text(*kind, color_of(STDOUT_FILENO)));
  return kDone;
}

}  // namespace

void add_explain_code(CLI::App& app, int& status) {
  CLI::App* verb = app.add_subcommand(
      "explain-code", "Explain a finding of `writ check`: the rule, an example, its repair");
  auto options = std::make_shared<Options>();
  verb->add_option("CODE", options->code,
                   "the code in brackets, as W0203 or 203; without it all codes are listed");
  add_format(*verb, options->format);
  verb->callback([options, &status] { status = explain_code(*options); });
}

}  // namespace writ::cli
