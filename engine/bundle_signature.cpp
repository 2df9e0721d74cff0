#include "engine/bundle_signature.hpp"

#include <memory>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "engine/sha256.hpp"

namespace writ::engine {
namespace {

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(BIO* bio) const { BIO_free_all(bio); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Context = std::unique_ptr<EVP_MD_CTX, Free>;
using Memory = std::unique_ptr<BIO, Free>;

Key key_of(const SigningKey& key) {
  return Key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, key.seed().data(),
                                          key.seed().size()));
}
Key key_of(const PublicKey& key) {
  return Key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.bytes.data(), key.bytes.size()));
}

/// A key that asks for a password is refused instead of asked for at the terminal.
int no_password(char*, int, int, void*) {
  return -1;
}

Memory reading(std::string_view text) {
  return Memory(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string written(BIO* memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

bool ed25519(const Key& key) {
  return key && EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_ED25519;
}

base::Expected<PublicKey, std::string> public_part(const Key& key) {
  PublicKey out;
  std::size_t size = out.bytes.size();
  if (!key || EVP_PKEY_get_raw_public_key(key.get(), out.bytes.data(), &size) != 1 ||
      size != out.bytes.size())
    return base::unexpected("the key has no public part");
  return out;
}

}  // namespace

SigningKey::~SigningKey() {
  OPENSSL_cleanse(seed_.data(), seed_.size());
}

std::string PublicKey::fingerprint() const {
  const Key key = key_of(*this);
  unsigned char* der = nullptr;
  const int size = key ? i2d_PUBKEY(key.get(), &der) : 0;
  Sha256 hash;
  if (size > 0) hash.add({reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)});
  OPENSSL_free(der);
  return sha256_text(hash.value());
}

base::Expected<KeyPair, std::string> generate_keys() {
  const Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  const Memory secret(BIO_new(BIO_s_secmem())), open(BIO_new(BIO_s_mem()));
  if (!key || !secret || !open ||
      PEM_write_bio_PKCS8PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                    nullptr) != 1 ||
      PEM_write_bio_PUBKEY(open.get(), key.get()) != 1)
    return base::unexpected("OpenSSL makes no Ed25519 key");
  auto own = public_part(key);
  if (!own) return base::unexpected(own.error());
  return KeyPair{written(secret.get()), written(open.get()), *own};
}

base::Expected<SigningKey, std::string> parse_signing_key(std::string_view pem) {
  const Key key(PEM_read_bio_PrivateKey(reading(pem).get(), nullptr, no_password, nullptr));
  ERR_clear_error();
  if (!key && pem.find("BEGIN PUBLIC KEY") != std::string_view::npos)
    return base::unexpected(
        "is a public key, and signing takes the private one: the file that `writ keygen` named "
        "NAME.key");
  if (!key && pem.find("ENCRYPTED") != std::string_view::npos)
    return base::unexpected("is a private key under a password, which cannot be asked for here");
  if (!key)
    return base::unexpected("is no private key in PEM form; `writ keygen -o NAME` makes NAME.key");
  if (!ed25519(key))
    return base::unexpected("is not an Ed25519 key; `writ keygen -o NAME` makes one");
  std::array<unsigned char, 32> seed{};
  std::size_t size = seed.size();
  if (EVP_PKEY_get_raw_private_key(key.get(), seed.data(), &size) != 1 || size != seed.size())
    return base::unexpected("is no private Ed25519 key");
  SigningKey out(seed);
  OPENSSL_cleanse(seed.data(), seed.size());
  return out;
}

base::Expected<PublicKey, std::string> parse_public_key(std::string_view pem) {
  const Key key(PEM_read_bio_PUBKEY(reading(pem).get(), nullptr, no_password, nullptr));
  ERR_clear_error();
  if (!key && pem.find("PRIVATE KEY") != std::string_view::npos)
    return base::unexpected(
        "is a private key, and trust takes the public one: the file that `writ keygen` named "
        "NAME.pub");
  if (!key)
    return base::unexpected("is no public key in PEM form; `writ keygen -o NAME` makes NAME.pub");
  if (!ed25519(key))
    return base::unexpected("is not an Ed25519 key; `writ keygen -o NAME` makes one");
  return public_part(key);
}

base::Expected<PublicKey, std::string> public_key_of(const SigningKey& key) {
  return public_part(key_of(key));
}

base::Expected<Signature, std::string> sign(const SigningKey& key, std::string_view message) {
  const Key own = key_of(key);
  const Context context(EVP_MD_CTX_new());
  Signature out{};
  std::size_t size = out.size();
  const auto* bytes = reinterpret_cast<const unsigned char*>(message.data());
  if (!own || !context ||
      EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, own.get()) != 1 ||
      EVP_DigestSign(context.get(), out.data(), &size, bytes, message.size()) != 1 ||
      size != out.size())
    return base::unexpected("OpenSSL makes no Ed25519 signature");
  return out;
}

bool signature_holds(const PublicKey& key, std::string_view message, const Signature& signature) {
  const Key own = key_of(key);
  const Context context(EVP_MD_CTX_new());
  const auto* bytes = reinterpret_cast<const unsigned char*>(message.data());
  const bool holds =
      own && context &&
      EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, own.get()) == 1 &&
      EVP_DigestVerify(context.get(), signature.data(), signature.size(), bytes, message.size()) ==
          1;
  ERR_clear_error();
  return holds;
}

}  // namespace writ::engine
