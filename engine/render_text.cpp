#include <algorithm>
#include <array>
#include <string>

#include "base/calendar.hpp"
#include "base/decimal.hpp"
#include "base/ip.hpp"

#include "engine/compare.hpp"
#include "engine/render.hpp"

/// Values as people read them in texts.
namespace writ::engine {
namespace {

/// A verdict that is read is its outcome, in the order of strictness.
constexpr std::array<std::string_view, 4> kOutcomes = {"permit", "hold", "deny", "forbid"};

/// What goes between the `index`-th of `count` and the one before it.
std::string_view between(std::uint32_t index, std::uint32_t count, std::string_view last) {
  if (index == 0) return "";
  return index + 1 == count ? last : ", ";
}

std::string_view member_name(const Program& program, std::uint32_t enumeration,
                             std::uint32_t index) {
  const Run members = program.enums[enumeration].members;
  return program.name(program.members[members.first + index].json.first);
}

void append_members(std::string& out, const Program& program, std::uint32_t enumeration,
                    std::uint64_t mask, std::string_view last) {
  const auto count = static_cast<std::uint32_t>(__builtin_popcountll(mask));
  std::uint32_t index = 0;
  for_each_member(program, enumeration, mask, [&](std::uint32_t member) {
    out += between(index++, count, last);
    out += member_name(program, enumeration, member);
  });
}

void append_items(std::string& out, const Program& program, const TypeDesc& type,
                  const Cell& cell) {
  if (cell.n == 0) {
    out += "none";
  } else if (type.kind == Kind::set && is_mask_element(program, type.element)) {
    append_members(out, program, program.types[type.element].decl, cell.u, " and ");
  } else {
    for (std::uint32_t i = 0; i < cell.n; ++i) {
      out += between(i, cell.n, " and ");
      append_text(out, program, type.element,
                  element_at(program, type.element, type.stride, cell, i));
    }
  }
}

/// `10.0.0.7`, `10.0.0.0/8`: 16 bytes, and for a network the prefix after them.
void append_address(std::string& out, std::string_view raw) {
  base::IpAddress address{};
  for (std::size_t i = 0; i < std::min(address.size(), raw.size()); ++i)
    address[i] = static_cast<std::uint8_t>(raw[i]);
  const std::size_t begin = out.size();
  base::append_ip(out, address);
  if (raw.size() <= address.size()) return;
  constexpr unsigned kMappedBits = 96;
  const unsigned prefix = static_cast<std::uint8_t>(raw[address.size()]);
  const bool v4 = out.find(':', begin) == std::string::npos && prefix >= kMappedBits;
  out += '/' + std::to_string(v4 ? prefix - kMappedBits : prefix);
}

}  // namespace

void append_text(std::string& out, const Program& program, std::uint32_t row, const Cell& cell) {
  if (cell.present == 0) return;
  const TypeDesc& type = program.types[row];
  switch (type.kind) {
    case Kind::string: out += cell.text(); break;
    case Kind::duration: base::append_duration(out, cell.i); break;
    case Kind::time: base::append_instant(out, cell.i); break;
    case Kind::ip:
    case Kind::network: append_address(out, cell.text()); break;
    case Kind::enumeration:
      out += member_name(program, type.decl, static_cast<std::uint32_t>(cell.i));
      break;
    case Kind::list:
    case Kind::set: append_items(out, program, type, cell); break;
    case Kind::quorum: append_quorum_text(out, program, type.decl, cell); break;
    case Kind::boolean:
    case Kind::integer:
    case Kind::decimal:
    case Kind::record:
    case Kind::map:
    case Kind::votes: append_value(out, program, row, cell); break;
    case Kind::verdict:
      out += kOutcomes[static_cast<std::size_t>(cell.i) % kOutcomes.size()];
      break;
  }
}

void append_quorum_text(std::string& out, const Program& program, std::uint32_t enumeration,
                        const Cell& quorum) {
  if (quorum.n == 0 || enumeration == kNone) {
    out += "nobody";
    return;
  }
  for (std::uint32_t i = 0; i < quorum.n; ++i) {
    const base::Clause& clause = quorum.clauses[i];
    if (i != 0) out += " and ";
    if (clause.need == 1) {
      out += "one of ";
    } else if (clause.need == __builtin_popcount(clause.members)) {
      out += "all of ";
    } else {
      out += std::to_string(clause.need) + " of ";
    }
    append_members(out, program, enumeration, clause.members, clause.need == 1 ? " or " : " and ");
  }
}

}  // namespace writ::engine
