#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace writ::base {

/// An IP address in 16 bytes, network order; IPv4 as IPv4-mapped IPv6 (RFC 4291, 2.5.5.2), so that
/// a mapped address and its IPv4 form are the same value.
using IpAddress = std::array<std::uint8_t, 16>;

/// An address with a prefix length counted over the 128 bits (IPv4 `/8` is 104).
struct IpNetwork {
  IpAddress address{};
  std::uint8_t prefix = 128;
};

std::optional<IpAddress> parse_ip(std::string_view text);
/// `ADDRESS/PREFIX`; bits after the prefix must be zero.
std::optional<IpNetwork> parse_network(std::string_view text);
/// Dotted quad for IPv4, RFC 5952 for IPv6.
void append_ip(std::string& out, const IpAddress& address);
bool contains(const IpNetwork& network, const IpAddress& address);

}  // namespace writ::base
