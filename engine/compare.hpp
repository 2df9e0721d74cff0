#pragma once

#include <cstdint>

#include "engine/cell.hpp"
#include "engine/program.hpp"

namespace writ::engine {

/// Written order of two present values of type `type` (language.md section 3): negative, zero or
/// positive. Enum members by MemberDesc::rank, strings and addresses by bytes, numbers and instants
/// by value; records field by field, collections item by item (absent before present).
int compare(const Program& program, std::uint32_t type, const Cell& a, const Cell& b);

/// Equality of two values, absent ones included (two absent ones are equal). Quorums compare by
/// meaning.
bool equal(const Program& program, std::uint32_t type, const Cell& a, const Cell& b);

/// Whether sets of this element type are bit masks.
inline bool is_mask_element(const Program& program, std::uint32_t element) {
  return program.types[element].kind == Kind::enumeration;
}

/// The `index`-th element of a collection as a register holds it.
inline Cell element_at(const Program& program, std::uint32_t element, std::uint32_t stride,
                       const Cell& collection, std::uint32_t index) {
  const Cell* p = collection.cells + std::size_t{index} * stride;
  if (program.types[element].kind != Kind::record) return *p;
  Cell record;
  record.cells = p;
  record.present = 1;
  return record;
}

/// Sorts `count` elements of `stride` cells each in written order, in place, and removes repeats;
/// the new count. Allocates nothing.
std::uint32_t sort_unique(const Program& program, std::uint32_t element, std::uint32_t stride,
                          Cell* cells, std::uint32_t count);

/// The position of `key` in a sorted run of `count` groups of `stride` cells whose first cell is
/// the key, or kNone.
std::uint32_t find_sorted(const Program& program, std::uint32_t element, std::uint32_t stride,
                          const Cell* cells, std::uint32_t count, const Cell& key);

/// Whether `value` is an element of the collection of elements of type `element`; `sorted` for
/// sets.
bool contains(const Program& program, std::uint32_t element, const Cell& collection,
              const Cell& value, bool sorted);

/// Calls visit(member index) for each member of a mask in written order.
template <class Visit>
void for_each_member(const Program& program, std::uint32_t enumeration, std::uint64_t mask,
                     Visit&& visit) {
  const EnumDesc& e = program.enums[enumeration];
  std::uint32_t by_rank[64];
  for (std::uint32_t i = 0; i < e.members.count && i < 64; ++i)
    by_rank[program.members[e.members.first + i].rank & 63u] = i;
  for (std::uint32_t r = 0; r < e.members.count && r < 64; ++r)
    if (mask >> by_rank[r] & 1u) visit(by_rank[r]);
}

}  // namespace writ::engine
