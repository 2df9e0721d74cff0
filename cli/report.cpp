#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "base/text.hpp"

#include "engine/render.hpp"

#include "cli/cli.hpp"

namespace writ::cli {

void add_format(CLI::App& verb, Format& format) {
  static const std::map<std::string, Format> names{{"text", Format::text}, {"json", Format::json}};
  verb.add_option("--format", format, "text for people (default), json for programs")
      ->transform(CLI::CheckedTransformer(names).description("text|json"))
      ->default_str("text");
}

void add_policies(CLI::App& verb, Loading& loading) {
  verb.add_option("POLICIES", loading.policies, "a folder or file, or a bundle of `writ build`")
      ->required();
  verb.add_option("--trust", loading.trusted,
                  "take nothing but a bundle that is signed with this public key; may be repeated")
      ->type_name("PUBKEY");
}

base::Expected<std::vector<engine::PublicKey>, tools::FileError> trusted_keys(
    const std::vector<std::string>& paths) {
  std::vector<engine::PublicKey> keys;
  for (const std::string& path : paths) {
    const auto key = tools::read_public_key(path);
    if (!key) return base::unexpected(key.error());
    keys.push_back(*key);
  }
  return keys;
}

base::Expected<tools::Policy, tools::FileError> load(const Loading& loading) {
  const auto keys = trusted_keys(loading.trusted);
  if (!keys) return base::unexpected(keys.error());
  return tools::load_policy_or_bundle(loading.policies, *keys);
}

std::map<std::string, std::filesystem::path> data_files(const std::vector<std::string>& options) {
  std::map<std::string, std::filesystem::path> files;
  for (const std::string& option : options) {
    const std::size_t equals = option.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == option.size())
      throw CLI::ValidationError("--data", "expected NAME=FILE, found `" + option + "`");
    if (!files.emplace(option.substr(0, equals), option.substr(equals + 1)).second)
      throw CLI::ValidationError("--data", "`" + option.substr(0, equals) + "` is given twice");
  }
  return files;
}

tools::Color color_of(int descriptor) {
  const char* no_color = std::getenv("NO_COLOR");
  const bool wanted = no_color == nullptr || *no_color == '\0';
  return wanted && isatty(descriptor) != 0 ? tools::Color::on : tools::Color::off;
}

void print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}
void print_error(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
}

int report_unreadable(const tools::FileError& error, Format format) {
  if (format == Format::json) {
    std::string out =
        "{\"type\":\"urn:writ:problem:unreadable\",\"title\":\"a file cannot be "
        "read\",\"code\":\"unreadable\",\"detail\":";
    base::append_json_string(out, error.path + ": " + error.message);
    print(out + "}\n");
  } else {
    print_error("writ: " + error.path + ": " + error.message + '\n');
  }
  return kUnreadable;
}

namespace {

/// Names the first error, or the first warning when there is no error.
std::string how_to_learn_more(const dsl::Diagnostics& diagnostics) {
  const dsl::Severity wanted =
      diagnostics.has_errors() ? dsl::Severity::error : dsl::Severity::warning;
  for (const dsl::Diagnostic& finding : diagnostics.sorted()) {
    const dsl::DiagnosticInfo& row = dsl::info(finding.kind);
    if (row.severity != wanted) continue;
    return std::string("more about ") +
           (wanted == dsl::Severity::error ? "an error" : "a warning") + ": writ explain-code " +
           std::string(row.code) + "\n";
  }
  return {};
}

}  // namespace

int report_findings(const tools::Policy& policy, Format format) {
  if (format == Format::json) {
    print(dsl::render_json(policy.diagnostics, policy.sources) + "\n");
  } else {
    const bool color = color_of(STDERR_FILENO) == tools::Color::on;
    print_error(dsl::render_text(policy.diagnostics, policy.sources, color));
    print_error(how_to_learn_more(policy.diagnostics));
  }
  return policy.ok() ? kDone : kFindings;
}

int report_data(const tools::Policy& policy, const engine::DataError& error, std::uint32_t decision,
                Format format) {
  engine::Problem problem = error.problem;
  problem.detail = "data `" + error.name + "`: " + problem.detail;
  if (format == Format::json) {
    std::string out;
    engine::append_problem(out, policy.program->program(), decision, problem);
    print(out + "\n");
  } else {
    print_error(
        tools::problem_text(policy.program->program(), decision, problem, color_of(STDERR_FILENO)));
  }
  return kInput;
}

namespace {

/// The names of declarations that are called `name` in several packages: ``a.x` and `b.x``; empty
/// when there are none.
std::string several(const std::vector<std::string_view>& full_names, std::string_view name) {
  std::vector<std::string_view> found;
  for (const std::string_view full : full_names)
    if (const std::size_t dot = full.rfind('.');
        dot != std::string_view::npos && full.substr(dot + 1) == name)
      found.push_back(full);
  if (found.size() < 2) return {};
  std::sort(found.begin(), found.end());
  std::string text;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (i != 0) text += i + 1 == found.size() ? " or " : ", ";
    text += "`" + std::string(found[i]) + "`";
  }
  return text;
}

/// The nearest of full names, which may be meant without their packages.
std::string nearest_name(std::string_view name, const std::vector<std::string_view>& full_names) {
  const std::string_view near = dsl::nearest(name, full_names);
  if (!near.empty()) return std::string(near);
  std::vector<std::string_view> bare;
  for (const std::string_view full : full_names)
    bare.push_back(full.substr(full.rfind('.') + 1));
  return std::string(dsl::nearest(name, bare));
}

}  // namespace

int check_data_names(const tools::Policy& policy,
                     const std::map<std::string, std::filesystem::path>& files) {
  const engine::Program& program = policy.program->program();
  std::vector<std::string_view> known;
  for (const engine::DataDesc& data : program.data)
    known.push_back(program.text(data.name));
  std::map<std::uint32_t, std::string> given;
  for (const auto& [name, file] : files) {
    const std::uint32_t index = tools::find_data(program, name);
    if (index != engine::kNone) {
      const auto [place, first] = given.try_emplace(index, name);
      if (first) continue;
      print_error("writ: --data: `" + place->second + "` and `" + name + "` are the same data\n");
      return kUsage;
    }
    if (const std::string candidates = several(known, name); !candidates.empty()) {
      print_error("writ: --data: several packages declare data `" + name + "`; say " + candidates +
                  '\n');
      return kUsage;
    }
    const std::string near = nearest_name(name, known);
    print_error("writ: --data: this policy declares no data `" + name + "`" +
                (near.empty() ? "" : "; did you mean `" + near + "`?") + '\n');
    return kUsage;
  }
  return kDone;
}

int report_no_decision(const tools::Policy& policy, std::string_view name) {
  const engine::Program& program = policy.program->program();
  std::string known;
  std::vector<std::string_view> names;
  for (const engine::DecisionDesc& decision : program.decisions)
    names.push_back(program.text(decision.name));
  if (const std::string candidates = several(names, name); !candidates.empty()) {
    print_error("writ: several packages have a decision `" + std::string(name) + "`; say " +
                candidates + '\n');
    return kUsage;
  }
  for (const std::string_view n : names)
    known.append(known.empty() ? "" : ", ").append(n);
  const std::string near = nearest_name(name, names);
  print_error("writ: there is no decision `" + std::string(name) + "`; " +
              (near.empty() ? "" : "did you mean `" + near + "`? ") +
              (known.empty() ? "this policy has none" : "this policy has " + known) + '\n');
  return kUsage;
}

}  // namespace writ::cli
