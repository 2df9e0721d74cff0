#include <CLI/CLI.hpp>

#include "cli/cli.hpp"

namespace writ::cli {
namespace {

struct Options {
  std::string file;
  std::vector<std::string> trusted;
  Format format = Format::text;
};

int inspect(const Options& options) {
  const auto keys = trusted_keys(options.trusted);
  if (!keys) return report_unreadable(keys.error(), options.format);
  const auto bundle = tools::read_bundle_file(options.file, *keys);
  if (!bundle) return report_unreadable(bundle.error(), options.format);
  if (options.format == Format::text) {
    print(tools::bundle_text(*bundle));
    return kDone;
  }
  std::string out;
  tools::append_bundle(out, *bundle);
  print(out + "\n");
  return kDone;
}

}  // namespace

void add_inspect(CLI::App& app, int& status) {
  CLI::App* verb = app.add_subcommand("inspect", "Say what is in a bundle, and who signed it");
  auto options = std::make_shared<Options>();
  verb->add_option("FILE", options->file, "a bundle that `writ build` made")->required();
  verb->add_option("--trust", options->trusted,
                   "refuse a bundle that is not signed with this public key; may be repeated")
      ->type_name("PUBKEY");
  add_format(*verb, options->format);
  verb->callback([options, &status] { status = inspect(*options); });
}

}  // namespace writ::cli
