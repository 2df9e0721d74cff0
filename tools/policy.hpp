#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/expected.hpp"

#include "dsl/diagnostics.hpp"
#include "dsl/model.hpp"
#include "dsl/source.hpp"

#include "engine/data.hpp"
#include "engine/verify.hpp"

namespace writ::tools {

/// The largest policy file, and the most files of one load.
inline constexpr std::size_t kMaxPolicyBytes = 4u << 20;
inline constexpr std::size_t kMaxPolicyFiles = 10'000;

/// A file or folder that cannot be read or holds no policy: which one, and why.
struct FileError {
  std::string path;
  std::string message;
};

/// The whole content of a file, at most `limit` bytes.
base::Expected<std::string, FileError> read_file(const std::filesystem::path& path,
                                                 std::size_t limit);

/// The first `limit` bytes of a file, or all of a shorter one.
base::Expected<std::string, FileError> read_prefix(const std::filesystem::path& path,
                                                   std::size_t limit);

/// All `.writ` files of a folder and below it (or the one file that `path` names), with their names
/// below it. Files and folders whose name begins with a dot are left out.
base::Expected<dsl::Sources, FileError> read_sources(const std::filesystem::path& path);

/// A policy as far as it could be loaded: the sources always, the rest only without errors. Of a
/// bundle (tools/bundle_file.hpp) there is the program alone.
struct Policy {
  std::filesystem::path root;  ///< the folder that file names are relative to
  dsl::Sources sources;
  dsl::Diagnostics diagnostics;
  std::unique_ptr<dsl::Model> model;
  std::shared_ptr<const engine::VerifiedProgram> program;
  std::string revision;  ///< serial of a signed bundle, else empty

  bool ok() const { return program != nullptr; }
};

/// Parses, checks, compiles and verifies sources that were read already; `root` stays empty. A
/// decision above the budget is an error in the policy.
Policy load_sources(dsl::Sources sources, bool probes = false, const engine::Budget& budget = {});

/// read_sources and load_sources. Errors in the policy are in `diagnostics`; only
/// what cannot be read is a FileError, and a bundle, which holds neither text nor tests.
base::Expected<Policy, FileError> load_policy(const std::filesystem::path& path,
                                              bool probes = false,
                                              const engine::Budget& budget = {});

/// Which data of a program `package.name` is, or a name alone that one package declares;
/// engine::kNone.
std::uint32_t find_data(const engine::Program& program, std::string_view name);

/// JSON texts of the policy's data: `data/NAME.json` beside the file that declares it, where there
/// is one, unless `overrides` (`package.NAME`, or `NAME` where one package declares it, to a file's
/// path) has another. A file that could belong to data of two packages is an error. The keys are
/// whole names (`package.NAME`), or what is written in `overrides` where the policy declares no
/// such data. Of a bundle only `overrides` count: nothing that happens to lie beside it changes
/// what it decides.
base::Expected<std::map<std::string, std::string>, FileError> read_data(
    const Policy& policy, const std::map<std::string, std::filesystem::path>& overrides);

}  // namespace writ::tools
