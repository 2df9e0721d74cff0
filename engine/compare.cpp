#include "engine/compare.hpp"

#include <algorithm>
#include <cstring>

namespace writ::engine {
namespace {

int sign(std::int64_t a, std::int64_t b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

int compare_bytes(const Cell& a, const Cell& b) {
  const std::uint32_t shared = std::min(a.n, b.n);
  const int order = shared == 0 ? 0 : std::memcmp(a.s, b.s, shared);
  return order != 0 ? order : sign(a.n, b.n);
}

int compare_optional(const Program& program, std::uint32_t type, const Cell& a, const Cell& b) {
  if (a.present == 0 || b.present == 0) return sign(a.present, b.present);
  return compare(program, type, a, b);
}

int compare_fields(const Program& program, std::uint32_t record, const Cell& a, const Cell& b) {
  const RecordDesc& desc = program.records[record];
  for (std::uint32_t i = 0; i < desc.fields.count; ++i) {
    const FieldDesc& field = program.fields[desc.fields.first + i];
    const int order =
        compare_optional(program, field.type, a.cells[field.offset], b.cells[field.offset]);
    if (order != 0) return order;
  }
  return 0;
}

/// Groups of cells: elements, or keys with their values.
int compare_items(const Program& program, const TypeDesc& desc, const Cell& a, const Cell& b) {
  const bool map = desc.kind == Kind::map;
  const std::uint32_t stride = desc.stride + (map ? 1 : 0);
  for (std::uint32_t i = 0; i < std::min(a.n, b.n); ++i) {
    if (map) {
      const int keys = compare(program, desc.key, a.cells[i * stride], b.cells[i * stride]);
      if (keys != 0) return keys;
    }
    const std::uint32_t skip = map ? 1 : 0;
    Cell x = Cell::items(a.cells + i * stride + skip, 1);
    Cell y = Cell::items(b.cells + i * stride + skip, 1);
    const int order = compare_optional(program, desc.element,
                                       element_at(program, desc.element, desc.stride, x, 0),
                                       element_at(program, desc.element, desc.stride, y, 0));
    if (order != 0) return order;
  }
  return sign(a.n, b.n);
}

std::span<const base::Clause> clauses(const Cell& q) {
  return {q.clauses, q.n};
}

}  // namespace

int compare(const Program& program, std::uint32_t type, const Cell& a, const Cell& b) {
  const TypeDesc& desc = program.types[type];
  switch (desc.kind) {
    case Kind::enumeration: {
      const Run members = program.enums[desc.decl].members;
      return sign(program.members[members.first + static_cast<std::uint32_t>(a.i)].rank,
                  program.members[members.first + static_cast<std::uint32_t>(b.i)].rank);
    }
    case Kind::string:
    case Kind::ip:
    case Kind::network: return compare_bytes(a, b);
    case Kind::record: return compare_fields(program, desc.decl, a, b);
    case Kind::set:
      if (is_mask_element(program, desc.element)) return a.u < b.u ? -1 : a.u > b.u ? 1 : 0;
      return compare_items(program, desc, a, b);
    case Kind::list:
    case Kind::map: return compare_items(program, desc, a, b);
    case Kind::quorum:
    case Kind::votes: return sign(a.n, b.n);
    case Kind::boolean:
    case Kind::integer:
    case Kind::decimal:
    case Kind::duration:
    case Kind::time:
    case Kind::verdict: return sign(a.i, b.i);
  }
  return 0;
}

bool equal(const Program& program, std::uint32_t type, const Cell& a, const Cell& b) {
  if (a.present == 0 || b.present == 0) return a.present == b.present;
  if (program.types[type].kind == Kind::quorum)
    return base::implies(clauses(a), clauses(b)) && base::implies(clauses(b), clauses(a));
  return compare(program, type, a, b) == 0;
}

namespace {

/// Heapsort over groups of cells: in place, no allocation, n log n at worst.
class Groups {
 public:
  Groups(const Program& program, std::uint32_t element, std::uint32_t stride, Cell* cells)
      : program_(program), element_(element), stride_(stride), cells_(cells) {}

  int order(std::uint32_t i, std::uint32_t j) const {
    const Cell all = Cell::items(cells_, 0);
    return compare(program_, element_, element_at(program_, element_, stride_, all, i),
                   element_at(program_, element_, stride_, all, j));
  }
  void swap(std::uint32_t i, std::uint32_t j) {
    std::swap_ranges(cells_ + std::size_t{i} * stride_, cells_ + std::size_t{i + 1} * stride_,
                     cells_ + std::size_t{j} * stride_);
  }
  void copy(std::uint32_t to, std::uint32_t from) {
    if (to == from) return;
    std::copy_n(cells_ + std::size_t{from} * stride_, stride_, cells_ + std::size_t{to} * stride_);
  }
  void sort(std::uint32_t count) {
    if (count <= 16) {
      for (std::uint32_t i = 1; i < count; ++i)
        for (std::uint32_t j = i; j > 0 && order(j - 1, j) > 0; --j)
          swap(j - 1, j);
      return;
    }
    for (std::uint32_t i = count / 2; i-- > 0;)
      sift(i, count);
    for (std::uint32_t end = count; end-- > 1;) {
      swap(0, end);
      sift(0, end);
    }
  }

 private:
  void sift(std::uint32_t root, std::uint32_t count) {
    for (std::uint32_t child = 2 * root + 1; child < count; child = 2 * root + 1) {
      if (child + 1 < count && order(child, child + 1) < 0) ++child;
      if (order(root, child) >= 0) return;
      swap(root, child);
      root = child;
    }
  }

  const Program& program_;
  std::uint32_t element_, stride_;
  Cell* cells_;
};

}  // namespace

std::uint32_t sort_unique(const Program& program, std::uint32_t element, std::uint32_t stride,
                          Cell* cells, std::uint32_t count) {
  Groups groups(program, element, stride, cells);
  groups.sort(count);
  std::uint32_t kept = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (i > 0 && groups.order(kept - 1, i) == 0) continue;
    groups.copy(kept++, i);
  }
  return kept;
}

std::uint32_t find_sorted(const Program& program, std::uint32_t element, std::uint32_t stride,
                          const Cell* cells, std::uint32_t count, const Cell& key) {
  std::uint32_t low = 0, high = count;
  const Cell all = Cell::items(cells, count);
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    const int order =
        compare(program, element, element_at(program, element, stride, all, middle), key);
    if (order == 0) return middle;
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return kNone;
}

bool contains(const Program& program, std::uint32_t element, const Cell& collection,
              const Cell& value, bool sorted) {
  if (collection.present == 0 || value.present == 0) return false;
  const TypeDesc& desc = program.types[element];
  const std::uint32_t stride = desc.kind == Kind::record ? program.records[desc.decl].cells : 1;
  if (sorted)
    return find_sorted(program, element, stride, collection.cells, collection.n, value) != kNone;
  for (std::uint32_t i = 0; i < collection.n; ++i)
    if (equal(program, element, element_at(program, element, stride, collection, i), value))
      return true;
  return false;
}

}  // namespace writ::engine
