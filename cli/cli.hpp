#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tools/bundle_file.hpp"
#include "tools/policy.hpp"
#include "tools/text_form.hpp"

namespace CLI {
class App;
}

/// The `writ` command: one function for each verb. Each adds its options to the command line and
/// leaves what is to be run; no policy logic is here.
namespace writ::cli {

/// Exit statuses, the same for every verb.
enum Exit : int {
  kDone = 0,        ///< decided, passed
  kFindings = 1,    ///< findings, failed tests, a policy with errors
  kUsage = 2,       ///< wrong usage
  kInput = 3,       ///< input or data does not match its types
  kUnreadable = 4,  ///< a file or bundle cannot be read or is refused
};

enum class Format { text, json };

/// The words after `writ`, without the program's name. Writes to standard output and standard
/// error; returns the exit status.
int run(int argc, const char* const* argv);

void add_check(CLI::App& app, int& status);
void add_eval(CLI::App& app, int& status);
void add_build(CLI::App& app, int& status);
void add_inspect(CLI::App& app, int& status);
void add_keygen(CLI::App& app, int& status);
void add_test(CLI::App& app, int& status);
void add_decisions(CLI::App& app, int& status);
void add_schema(CLI::App& app, int& status);
void add_disasm(CLI::App& app, int& status);
void add_explain_code(CLI::App& app, int& status);
void add_version(CLI::App& app, int& status);

// --- what several verbs do the same way (report.cpp) ---

/// `--format text|json`.
void add_format(CLI::App& verb, Format& format);
/// What a verb decides with, and whom it has to come from.
struct Loading {
  std::string policies;
  std::vector<std::string> trusted;
};
/// `POLICIES` and `--trust PUBKEY`.
void add_policies(CLI::App& verb, Loading& loading);
base::Expected<std::vector<engine::PublicKey>, tools::FileError> trusted_keys(
    const std::vector<std::string>& paths);
/// A folder, file or bundle.
base::Expected<tools::Policy, tools::FileError> load(const Loading& loading);
/// `NAME=FILE` options as a map; throws CLI::ValidationError for anything else.
std::map<std::string, std::filesystem::path> data_files(const std::vector<std::string>& options);

/// Prints to standard output / standard error whether people or programs read it; colours only on a
/// terminal, and not with NO_COLOR.
tools::Color color_of(int descriptor);
int report_unreadable(const tools::FileError& error, Format format);
/// Prints the findings of a policy; kFindings.
int report_findings(const tools::Policy& policy, Format format);
/// Data that does not match its type; kInput. `decision` for the fail-closed values, or
/// engine::kNone.
int report_data(const tools::Policy& policy, const engine::DataError& error, std::uint32_t decision,
                Format format);
/// `there is no decision X; this policy has …`, or which packages have one; kUsage.
int report_no_decision(const tools::Policy& policy, std::string_view name);
/// A `--data` that names no data of the policy, or that of several packages, is said on standard
/// error: kUsage. kDone when all are known.
int check_data_names(const tools::Policy& policy,
                     const std::map<std::string, std::filesystem::path>& files);
void print(std::string_view text);
void print_error(std::string_view text);

}  // namespace writ::cli
