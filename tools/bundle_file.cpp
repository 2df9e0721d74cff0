#include "tools/bundle_file.hpp"

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace writ::tools {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMaxKeyBytes = 64 << 10;

auto unusable(const fs::path& path, std::string message) {
  return base::unexpected(FileError{path.string(), std::move(message)});
}

/// Writes a file that is not there yet; what is wrong, empty when nothing is.
std::string write_new(const fs::path& path, std::string_view content, mode_t mode) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (file < 0)
    return errno == EEXIST ? std::string("is there already, and is not overwritten")
                           : std::string("cannot be made: ") + std::strerror(errno);
  while (!content.empty()) {
    const ssize_t written = ::write(file, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) break;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  const bool kept = content.empty() && ::fsync(file) == 0;
  const bool whole = ::close(file) == 0 && kept;
  if (whole) return {};
  const std::string reason = std::strerror(errno);
  ::unlink(path.c_str());
  return "cannot be written: " + reason;
}

bool begins_as_bundle(const fs::path& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return false;
  const auto start = read_prefix(path, engine::kBundleMagic.size());
  return start && engine::is_bundle(*start);
}

base::Expected<std::string, engine::BundleError> bundle_of(const Policy& policy,
                                                           const std::optional<Signing>& signing) {
  const engine::Program& program = policy.program->program();
  return signing ? engine::write_bundle(program, signing->serial, signing->key)
                 : engine::write_bundle(program);
}

}  // namespace

base::Expected<engine::Bundle, FileError> read_bundle_file(
    const fs::path& path, const std::vector<engine::PublicKey>& trusted) {
  const auto bytes = read_prefix(path, engine::kMaxBundleBytes + 1);
  if (!bytes) return base::unexpected(bytes.error());
  auto bundle = engine::read_bundle(*bytes, trusted);
  if (!bundle) return unusable(path, bundle.error().message);
  return std::move(*bundle);
}

base::Expected<Policy, FileError> load_policy_or_bundle(
    const fs::path& path, const std::vector<engine::PublicKey>& trusted) {
  std::error_code error;
  if (trusted.empty() && !begins_as_bundle(path) && path.extension() != ".writb")
    return load_policy(path);
  if (!trusted.empty() && fs::exists(path, error) && !begins_as_bundle(path))
    return unusable(path,
                    "is not a bundle; with `--trust`, only a signed bundle is taken, since "
                    "text carries no signature");
  auto bundle = read_bundle_file(path, trusted);
  if (!bundle) return base::unexpected(bundle.error());
  Policy policy;
  policy.program = std::move(bundle->program);
  policy.revision = bundle->info.revision();
  return policy;
}

base::Expected<engine::Bundle, FileError> write_bundle_file(const fs::path& file,
                                                            const Policy& policy,
                                                            const std::optional<Signing>& signing) {
  const auto bytes = bundle_of(policy, signing);
  if (!bytes) return unusable(file, bytes.error().message);
  auto bundle = engine::read_bundle(*bytes);
  if (!bundle)
    return unusable(file, "was not written, since what was built " + bundle.error().message +
                              "; this is a defect of writ, not of the policy");
  std::error_code error;
  if (fs::is_directory(file, error))
    return unusable(file, "is a folder, and the name of a file was expected");
  fs::path beside = file;
  beside += "." + std::to_string(::getpid()) + ".new";
  if (const std::string wrong = write_new(beside, *bytes, 0644); !wrong.empty())
    return unusable(beside, wrong);
  fs::rename(beside, file, error);
  if (error) {
    ::unlink(beside.c_str());
    return unusable(file, "cannot be replaced: " + error.message());
  }
  return std::move(*bundle);
}

base::Expected<engine::SigningKey, FileError> read_signing_key(const fs::path& path) {
  const auto text = read_file(path, kMaxKeyBytes);
  if (!text) return base::unexpected(text.error());
  auto key = engine::parse_signing_key(*text);
  if (!key) return unusable(path, key.error());
  return std::move(*key);
}

base::Expected<engine::PublicKey, FileError> read_public_key(const fs::path& path) {
  const auto text = read_file(path, kMaxKeyBytes);
  if (!text) return base::unexpected(text.error());
  const auto key = engine::parse_public_key(*text);
  if (!key) return unusable(path, key.error());
  return *key;
}

base::Expected<engine::PublicKey, FileError> write_keys(const fs::path& name) {
  fs::path secret = name, open = name;
  secret += ".key";
  open += ".pub";
  std::error_code error;
  if (fs::exists(fs::symlink_status(open, error)))
    return unusable(open, "is there already, and is not overwritten");
  const auto keys = engine::generate_keys();
  if (!keys) return unusable(secret, "cannot be made: " + keys.error());
  if (const std::string wrong = write_new(secret, keys->private_pem, 0600); !wrong.empty())
    return unusable(secret, wrong);
  if (const std::string wrong = write_new(open, keys->public_pem, 0644); !wrong.empty()) {
    ::unlink(secret.c_str());
    return unusable(open, wrong);
  }
  return keys->public_key;
}

}  // namespace writ::tools
