#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"

#include "engine/bundle_signature.hpp"
#include "engine/program.hpp"
#include "engine/verify.hpp"

/// A bundle: one file with a compiled policy. docs/bundle-format.md has it byte by byte. All
/// functions here are safe to call from any thread.
namespace writ::engine {

/// The largest bundle that is written or read.
inline constexpr std::size_t kMaxBundleBytes = 64u << 20;
/// The first bytes of every bundle. The last but one differ when a file was sent as text.
inline constexpr std::string_view kBundleMagic = "\x89WRIT\r\n\x1a";
inline constexpr std::uint16_t kBundleLayout = 1;
inline constexpr std::uint16_t kBundleEdition = 1;  ///< edition of the language
/// The greatest serial of a signed bundle: what every reader of JSON can hold as a number.
inline constexpr std::uint64_t kMaxSerial = (std::uint64_t{1} << 53) - 1;

enum class BundleFault : std::uint8_t {
  not_a_bundle,
  too_large,
  truncated,
  trailing,         ///< bytes follow the end
  other_order,      ///< big-endian
  other_layout,     ///< of a version of writ whose bundles look different
  other_edition,    ///< of the language
  damaged,          ///< the checksum is not that of the bytes
  malformed,        ///< the bytes are as they were written, and not as writ writes them
  refused_program,  ///< verify() refuses it
  not_signed,       ///< a signature was asked for
  other_signer,     ///< signed with a key that is not among those trusted
  bad_signature,    ///< not made by the key that it names
};

struct BundleError {
  BundleFault fault = BundleFault::malformed;
  std::string message;  ///< to be put behind the file's name: `is cut off: …`
};

/// One array of the program (Program in engine/program.hpp).
struct BundleSection {
  std::string_view name;
  std::uint64_t offset = 0;
  std::uint32_t rows = 0;
  std::uint32_t row_bytes = 0;
};

/// What the header says.
struct BundleInfo {
  std::uint64_t size = 0;  ///< bytes of the file
  std::uint16_t layout = 0, edition = 0;
  std::string digest;               ///< as Program::digest
  std::uint64_t serial = 0;         ///< 0: not signed
  std::optional<PublicKey> signer;  ///< whose signature has been checked
  std::vector<BundleSection> sections;

  /// `policy.revision` of decisions: the serial of a signed bundle, else empty.
  std::string revision() const { return signer ? std::to_string(serial) : std::string(); }
};

struct Bundle {
  BundleInfo info;
  std::shared_ptr<const VerifiedProgram> program;
};

/// Whether a file that begins with `bytes` wants to be a bundle.
bool is_bundle(std::string_view bytes);

/// The bytes of a bundle; the same for the same program. The error is too_large.
base::Expected<std::string, BundleError> write_bundle(const Program& program);
/// The same, signed. `serial` is 1 to kMaxSerial.
base::Expected<std::string, BundleError> write_bundle(const Program& program, std::uint64_t serial,
                                                      const SigningKey& key);

/// Reads and verifies a bundle of any bytes whatever. With `trusted`, it has to be signed with one
/// of these keys; without, a signature has to be that of the key that the bundle names itself.
base::Expected<Bundle, BundleError> read_bundle(std::string_view bytes,
                                                std::span<const PublicKey> trusted = {});

/// Makes the checksum right after bytes were changed (of no use against a signature). For tests and
/// fuzzers, whose changes would never reach the verifier otherwise.
void seal_bundle(std::string& bytes);

}  // namespace writ::engine
