#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

namespace writ::engine {

using Sha256Bytes = std::array<unsigned char, 32>;

/// SHA-256 of bytes that come in pieces. Not thread-safe.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  void add(std::string_view bytes);
  /// Of all that was added so far; more may follow.
  Sha256Bytes value() const;

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

/// `sha256:` and 64 lower-case digits.
std::string sha256_text(const Sha256Bytes& hash);

}  // namespace writ::engine
