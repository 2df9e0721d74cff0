#pragma once

#include <cstdint>
#include <string_view>

namespace writ::engine {

/// The hash of the rule index (IndexDesc). It is part of the program format: the compiler fills the buckets with it and the VM
/// looks them up. FNV-1a with a final mix; integers by their 64 bits.
constexpr std::uint64_t index_mix(std::uint64_t h) {
  h ^= h >> 33;
  h *= 0xff51afd7ed558ccdu;
  h ^= h >> 33;
  return h;
}
constexpr std::uint64_t index_hash(std::string_view bytes) {
  std::uint64_t h = 0xcbf29ce484222325u;
  for (const char c : bytes) {
    h ^= static_cast<unsigned char>(c);
    h *= 0x100000001b3u;
  }
  return index_mix(h);
}
constexpr std::uint64_t index_hash(std::int64_t value) {
  return index_mix(static_cast<std::uint64_t>(value) * 0x9e3779b97f4a7c15u);
}

}  // namespace writ::engine
