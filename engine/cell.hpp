#pragma once

#include <cstdint>
#include <string_view>

#include "base/quorum.hpp"

namespace writ::engine {

/// One value in a register, a slot of the frame, or an element of a list: 16 bytes, no tag - the
/// program's types say what it holds.
///
/// | type | payload | n |
/// | --- | --- | --- |
/// | bool, int, decimal, duration, time, enum member | `i` | 0 |
/// | string | `s`: bytes, not terminated | length in bytes |
/// | ip | `s`: 16 bytes (base/ip.hpp) | 16 |
/// | network | `s`: 16 bytes and the prefix | 17 |
/// | set of an enum | `u`: bit mask by member index | number of members |
/// | list, other sets | `cells`: n * stride cells; sets ascend in written order, without repeats |
/// items | | map | `cells`: n * (1 + stride) cells, key first; ascending keys | entries | | record
/// | `cells`: its field cells (program.hpp, RecordDesc) | 0 | | quorum | `clauses`, in normal form
/// | clauses | | votes | `roles`: one mask of roles for each person | persons |
///
/// `stride` is 1 for scalars and collections and RecordDesc::cells for records (elements of records
/// have no header). An absent value is all zero, but for the header of an absent record in a frame,
/// whose `cells` still points to its (all zero) field cells, so that a path below an absent record
/// reads as absent and never faults.
struct Cell {
  union {
    std::int64_t i;
    std::uint64_t u;
    const char* s;
    const Cell* cells;
    const base::Clause* clauses;
    const std::uint16_t* roles;
  };
  std::uint32_t n;
  std::uint32_t present;

  Cell() : i(0), n(0), present(0) {}
  static Cell integer(std::int64_t value) {
    Cell c;
    c.i = value;
    c.present = 1;
    return c;
  }
  static Cell boolean(bool value) { return integer(value ? 1 : 0); }
  static Cell string(std::string_view text) {
    Cell c;
    c.s = text.data();
    c.n = static_cast<std::uint32_t>(text.size());
    c.present = 1;
    return c;
  }
  static Cell mask(std::uint64_t bits) {
    Cell c;
    c.u = bits;
    c.n = static_cast<std::uint32_t>(__builtin_popcountll(bits));
    c.present = 1;
    return c;
  }
  static Cell items(const Cell* first, std::uint32_t count) {
    Cell c;
    c.cells = first;
    c.n = count;
    c.present = 1;
    return c;
  }
  static Cell quorum(const base::Clause* first, std::uint32_t count) {
    Cell c;
    c.clauses = first;
    c.n = count;
    c.present = 1;
    return c;
  }
  std::string_view text() const { return {s, n}; }
};
static_assert(sizeof(Cell) == 16);

}  // namespace writ::engine
