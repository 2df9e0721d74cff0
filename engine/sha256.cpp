#include "engine/sha256.hpp"

#include <openssl/evp.h>

namespace writ::engine {

struct Sha256::Context {
  Context() : digest(EVP_MD_CTX_new()) {}
  ~Context() { EVP_MD_CTX_free(digest); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  EVP_MD_CTX* digest;
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  EVP_DigestInit_ex(context_->digest, EVP_sha256(), nullptr);
}
Sha256::~Sha256() = default;

void Sha256::add(std::string_view bytes) {
  EVP_DigestUpdate(context_->digest, bytes.data(), bytes.size());
}

Sha256Bytes Sha256::value() const {
  Sha256Bytes hash{};
  const Context copy;
  EVP_MD_CTX_copy_ex(copy.digest, context_->digest);
  EVP_DigestFinal_ex(copy.digest, hash.data(), nullptr);
  return hash;
}

std::string sha256_text(const Sha256Bytes& hash) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out = "sha256:";
  for (const unsigned char byte : hash) {
    out += kHex[byte >> 4];
    out += kHex[byte & 0x0FU];
  }
  return out;
}

}  // namespace writ::engine
