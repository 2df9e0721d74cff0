#include <CLI/CLI.hpp>

#include "cli/cli.hpp"

namespace writ::cli {
namespace {

int keygen(const std::string& name) {
  const auto key = tools::write_keys(name);
  if (!key) return report_unreadable(key.error(), Format::text);
  print("wrote " + name + ".key (keep it secret; `writ build --sign` takes it) and " + name +
        ".pub (for `--trust`)\nkey " + key->fingerprint() + '\n');
  return kDone;
}

}  // namespace

void add_keygen(CLI::App& app, int& status) {
  CLI::App* verb = app.add_subcommand("keygen", "Make a pair of keys to sign bundles with");
  auto name = std::make_shared<std::string>();
  verb->add_option("-o,--output", *name,
                   "writes NAME.key, readable for you alone, and NAME.pub; neither may be there")
      ->required()
      ->type_name("NAME");
  verb->callback([name, &status] { status = keygen(*name); });
}

}  // namespace writ::cli
