#include "base/ip.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>

namespace writ::base {
namespace {

constexpr std::size_t kMappedBytes = 12;
constexpr std::array<std::uint8_t, kMappedBytes> kMappedPrefix = {0, 0, 0, 0, 0,    0,
                                                                  0, 0, 0, 0, 0xFF, 0xFF};
constexpr unsigned kMappedBits = 96;
constexpr std::size_t kGroups = 8;

bool is_ipv4(const IpAddress& address) {
  return std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), address.begin());
}

void append_number(std::string& out, unsigned value, int base) {
  char digits[8];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value, base).ptr);
}

unsigned group_of(const IpAddress& address, std::size_t i) {
  return (static_cast<unsigned>(address[2 * i]) << 8) | address[2 * i + 1];
}

/// A run of 16-bit groups of an IPv6 address.
struct Run {
  std::size_t begin = kGroups;
  std::size_t length = 0;
};

/// The zeros that `::` stands for: the longest run of at least two, the first of equals.
Run zeros_to_shorten(const IpAddress& address) {
  Run best;
  Run run;
  for (std::size_t i = 0; i < kGroups; ++i) {
    if (group_of(address, i) != 0) {
      run = {};
      continue;
    }
    if (run.length == 0) run.begin = i;
    ++run.length;
    if (run.length > std::max<std::size_t>(best.length, 1)) best = run;
  }
  return best;
}

/// Whether all bits after the first `prefix` are zero.
bool ends_in_zeros(const IpAddress& address, unsigned prefix) {
  for (unsigned bit = prefix; bit < 8 * address.size(); ++bit) {
    if ((address[bit / 8] & (0x80U >> (bit % 8))) != 0) return false;
  }
  return true;
}

}  // namespace

std::optional<IpAddress> parse_ip(std::string_view text) {
  // inet_pton reads to a NUL, so none may stand inside.
  char terminated[INET6_ADDRSTRLEN] = {};
  if (text.size() >= sizeof terminated || text.find('\0') != std::string_view::npos) {
    return std::nullopt;
  }
  std::copy(text.begin(), text.end(), terminated);

  IpAddress address{};
  if (text.find(':') != std::string_view::npos) {
    if (::inet_pton(AF_INET6, terminated, address.data()) != 1) return std::nullopt;
    return address;
  }
  std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), address.begin());
  if (::inet_pton(AF_INET, terminated, address.data() + kMappedBytes) != 1) return std::nullopt;
  return address;
}

std::optional<IpNetwork> parse_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view address_text = text.substr(0, slash);
  const std::string_view digits = text.substr(slash + 1);
  const auto address = parse_ip(address_text);
  if (!address || digits.empty() || (digits.size() > 1 && digits[0] == '0')) return std::nullopt;

  unsigned prefix = 0;
  const char* end = digits.data() + digits.size();
  const auto number = std::from_chars(digits.data(), end, prefix);
  if (number.ec != std::errc{} || number.ptr != end) return std::nullopt;
  // The text decides what the prefix counts: a mapped address in IPv6 form has 128 bits.
  const bool dotted = address_text.find(':') == std::string_view::npos;
  if (prefix > (dotted ? 32U : 128U)) return std::nullopt;
  if (dotted) prefix += kMappedBits;
  if (!ends_in_zeros(*address, prefix)) return std::nullopt;
  return IpNetwork{*address, static_cast<std::uint8_t>(prefix)};
}

void append_ip(std::string& out, const IpAddress& address) {
  if (is_ipv4(address)) {
    for (std::size_t i = kMappedBytes; i < address.size(); ++i) {
      if (i > kMappedBytes) out += '.';
      append_number(out, address[i], 10);
    }
    return;
  }
  const Run zeros = zeros_to_shorten(address);
  for (std::size_t i = 0; i < kGroups; ++i) {
    if (i == zeros.begin) {
      out += "::";
      i += zeros.length - 1;
      continue;
    }
    if (i > 0 && i != zeros.begin + zeros.length) out += ':';
    append_number(out, group_of(address, i), 16);
  }
}

bool contains(const IpNetwork& network, const IpAddress& address) {
  const std::size_t whole = std::min<std::size_t>(network.prefix / 8U, address.size());
  if (std::memcmp(network.address.data(), address.data(), whole) != 0) return false;
  if (whole == address.size() || network.prefix % 8 == 0) return true;
  const unsigned differing = static_cast<unsigned>(network.address[whole] ^ address[whole]);
  return (differing >> (8U - network.prefix % 8U)) == 0;
}

}  // namespace writ::base
