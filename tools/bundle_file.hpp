#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/expected.hpp"

#include "engine/bundle.hpp"

#include "tools/policy.hpp"

/// Bundles and keys as files. What they hold: engine/bundle.hpp.
namespace writ::tools {

/// The file is read once, into memory of its own, before anything of it is looked at.
base::Expected<engine::Bundle, FileError> read_bundle_file(
    const std::filesystem::path& path, const std::vector<engine::PublicKey>& trusted = {});

/// A bundle as a policy without sources and model, or what load_policy() says. With `trusted` keys
/// nothing but a bundle that is signed with one of them is taken.
base::Expected<Policy, FileError> load_policy_or_bundle(
    const std::filesystem::path& path, const std::vector<engine::PublicKey>& trusted = {});

struct Signing {
  engine::SigningKey key;
  std::uint64_t serial = 0;
};
/// Writes the bundle of a policy, replacing `file` as a whole; readers see the old or the new one.
/// What was written, read back.
base::Expected<engine::Bundle, FileError> write_bundle_file(const std::filesystem::path& file,
                                                            const Policy& policy,
                                                            const std::optional<Signing>& signing);

base::Expected<engine::SigningKey, FileError> read_signing_key(const std::filesystem::path& path);
base::Expected<engine::PublicKey, FileError> read_public_key(const std::filesystem::path& path);
/// Makes `NAME.key` (for its owner alone) and `NAME.pub`; neither may be there before.
base::Expected<engine::PublicKey, FileError> write_keys(const std::filesystem::path& name);

/// What is in a bundle, for people / as a JSON object.
std::string bundle_text(const engine::Bundle& bundle);
void append_bundle(std::string& out, const engine::Bundle& bundle);

}  // namespace writ::tools
