#pragma once

#include <cstdint>
#include <string_view>

namespace writ::engine {

/// The hash of the rule index (Program::buckets): part of the program format, the same on every
/// machine. FNV-1a with a final mix, since buckets are chosen by the low bits.
constexpr std::uint64_t index_mix(std::uint64_t h) {
  h ^= h >> 32;
  h *= 0xd6e8feb86659fd93u;
  h ^= h >> 32;
  return h;
}

constexpr std::uint64_t index_hash(std::string_view bytes) {
  std::uint64_t h = 0xcbf29ce484222325u;
  for (const char byte : bytes) {
    h ^= static_cast<std::uint8_t>(byte);
    h *= 0x100000001b3u;
  }
  return index_mix(h);
}

constexpr std::uint64_t index_hash(std::int64_t value) {
  return index_mix(static_cast<std::uint64_t>(value) * 0x9e3779b97f4a7c15u);
}

}  // namespace writ::engine
