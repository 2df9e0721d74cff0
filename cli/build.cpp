#include <CLI/CLI.hpp>

#include "cli/cli.hpp"

namespace writ::cli {
namespace {

struct Options {
  std::string policies, output, key;
  std::uint64_t serial = 0;
  Format format = Format::text;
};

int build(const Options& options) {
  std::optional<tools::Signing> signing;
  if (!options.key.empty()) {
    auto key = tools::read_signing_key(options.key);
    if (!key) return report_unreadable(key.error(), options.format);
    signing = tools::Signing{*key, options.serial};
  }
  auto policy = tools::load_policy(options.policies);
  if (!policy) return report_unreadable(policy.error(), options.format);
  if (!policy->ok()) return report_findings(*policy, options.format);
  if (!policy->diagnostics.empty() && options.format == Format::text)
    report_findings(*policy, options.format);
  const auto bundle = tools::write_bundle_file(options.output, *policy, signing);
  if (!bundle) return report_unreadable(bundle.error(), options.format);
  if (options.format == Format::json) {
    std::string out;
    tools::append_bundle(out, *bundle);
    print(out + "\n");
    return kDone;
  }
  const engine::BundleInfo& info = bundle->info;
  print("built " + options.output + ": " + std::to_string(info.size) + " bytes, " + info.digest +
        '\n');
  if (info.signer)
    print("signed with " + info.signer->fingerprint() + " as serial " +
          std::to_string(info.serial) + '\n');
  return kDone;
}

}  // namespace

void add_build(CLI::App& app, int& status) {
  CLI::App* verb =
      app.add_subcommand("build", "Write a policy as one file, a bundle, to decide from");
  auto options = std::make_shared<Options>();
  verb->add_option("POLICIES", options->policies, "a folder or file")->required();
  verb->add_option("-o,--output", options->output,
                   "the bundle, by custom NAME.writb; replaced as a whole where it is there")
      ->required()
      ->type_name("FILE");
  auto* key = verb->add_option("--sign", options->key,
                               "sign with this private key, as `writ keygen` makes them")
                  ->type_name("KEY");
  auto* serial =
      verb->add_option(
              "--serial", options->serial,
              "number of a signed bundle, greater than those before it; decisions carry it "
              "as policy.revision")
          ->check(CLI::Range(std::uint64_t{1}, engine::kMaxSerial))
          ->type_name("N");
  key->needs(serial);
  serial->needs(key);
  add_format(*verb, options->format);
  verb->callback([options, &status] { status = build(*options); });
}

}  // namespace writ::cli
