#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/expected.hpp"

/// Ed25519 keys and signatures (RFC 8032) as bundles use them; keys are PEM files as OpenSSL writes
/// them. Pure functions, safe from any thread.
namespace writ::engine {

struct PublicKey {
  std::array<unsigned char, 32> bytes{};
  friend bool operator==(const PublicKey&, const PublicKey&) = default;
  /// `sha256:…` over the key's DER form (SubjectPublicKeyInfo): what
  /// `openssl pkey -pubin -in KEY.pub -outform DER | sha256sum` prints.
  std::string fingerprint() const;
};

/// Keeps no copy of itself behind: its bytes are overwritten at the end.
class SigningKey {
 public:
  explicit SigningKey(const std::array<unsigned char, 32>& seed) : seed_(seed) {}
  SigningKey(const SigningKey&) = default;
  SigningKey& operator=(const SigningKey&) = default;
  ~SigningKey();
  const std::array<unsigned char, 32>& seed() const { return seed_; }

 private:
  std::array<unsigned char, 32> seed_{};
};

using Signature = std::array<unsigned char, 64>;

struct KeyPair {
  std::string private_pem, public_pem;
  PublicKey public_key;
};

/// Errors are for people, to be put behind the file's name: `is no …`.
base::Expected<KeyPair, std::string> generate_keys();
base::Expected<SigningKey, std::string> parse_signing_key(std::string_view pem);
base::Expected<PublicKey, std::string> parse_public_key(std::string_view pem);

base::Expected<PublicKey, std::string> public_key_of(const SigningKey& key);
base::Expected<Signature, std::string> sign(const SigningKey& key, std::string_view message);
bool signature_holds(const PublicKey& key, std::string_view message, const Signature& signature);

}  // namespace writ::engine
