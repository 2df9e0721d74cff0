// What the machine's instructions do with collections, tables and networks; the loop is in vm.cpp.

#include <algorithm>
#include <cstring>

#include "base/ip.hpp"

#include "engine/compare.hpp"
#include "engine/vm.hpp"

namespace writ::engine {
namespace {

bool both(const Cell& a, const Cell& b) {
  return a.present != 0 && b.present != 0;
}

std::uint32_t stride_of(const Program& p, std::uint32_t element) {
  const TypeDesc& type = p.types[element];
  return type.kind == Kind::record ? p.records[type.decl].cells : 1;
}

}  // namespace

bool Vm::cell_matches(const CellPattern& pattern, const Cell& value) const {
  if (pattern.any) return true;
  if (value.present == 0) return pattern.absent;
  const Program& p = verified_->program();
  for (std::uint32_t r = 0; r < pattern.ranges.count; ++r) {
    const RangeDesc& range = p.ranges[pattern.ranges.first + r];
    if (range.low <= value.i && value.i <= range.high) return true;
  }
  for (std::uint32_t s = 0; s < pattern.strings.count; ++s)
    if (p.name(pattern.strings.first + s) == value.text()) return true;
  return false;
}

void Vm::table_row(Cell& out, const Cell* arguments, const TableDesc& table) const {
  const Program& p = verified_->program();
  for (std::uint32_t r = 0; r < table.rows.count; ++r) {
    const TableRowDesc& row = p.table_rows[table.rows.first + r];
    bool matches = true;
    for (std::uint32_t c = 0; c < table.columns && matches; ++c)
      matches = cell_matches(p.cell_patterns[row.cells.first + c], arguments[c]);
    if (!matches) continue;
    out = Cell::integer(r);
    return;
  }
  out = Cell::integer(-1);
}

bool Vm::in_network(const Cell& address, const Cell& network) {
  if (!both(address, network)) return false;
  base::IpNetwork n;
  base::IpAddress a;
  std::memcpy(a.data(), address.s, 16);
  std::memcpy(n.address.data(), network.s, 16);
  n.prefix = static_cast<std::uint8_t>(network.s[16]);
  return base::contains(n, a);
}

bool Vm::in_networks(const Cell& address, const Cell& networks) const {
  if (!both(address, networks)) return false;
  return std::any_of(networks.cells, networks.cells + networks.n,
                     [&](const Cell& network) { return in_network(address, network); });
}

bool Vm::is_subset(std::uint32_t type, const Cell& some, const Cell& all) const {
  const Program& p = verified_->program();
  for (std::uint32_t i = 0; i < some.n; ++i)
    if (!contains(p, type, all, element_at(p, type, stride_of(p, type), some, i), true))
      return false;
  return true;
}

bool Vm::intersects(std::uint32_t type, const Cell& a, const Cell& b) const {
  const Program& p = verified_->program();
  for (std::uint32_t i = 0; i < a.n; ++i)
    if (contains(p, type, b, element_at(p, type, stride_of(p, type), a, i), true)) return true;
  return false;
}

void Vm::push(std::uint32_t type, const Cell& value) {
  const TypeDesc& desc = verified_->program().types[type];
  if (value.present == 0 && !desc.optional) return;
  scratch_.push_back(value);
  if (desc.kind != Kind::record) return;
  const std::uint32_t cells = verified_->program().records[desc.decl].cells;
  if (value.present != 0)
    scratch_.insert(scratch_.end(), value.cells, value.cells + cells);
  else
    scratch_.insert(scratch_.end(), cells, Cell());
}

/// A list or set of what was pushed since the mark: record elements lose their headers.
Cell Vm::build_items(std::uint32_t type, const Cell& mark, bool set) {
  const Program& p = verified_->program();
  const TypeDesc& desc = p.types[type];
  const std::size_t first =
      std::min<std::size_t>(static_cast<std::size_t>(mark.i), scratch_.size());
  const bool record = desc.kind == Kind::record;
  const std::uint32_t stride = stride_of(p, type);
  const std::size_t group = record ? stride + 1 : 1;
  const auto count = static_cast<std::uint32_t>((scratch_.size() - first) / group);
  Cell* items = arena_->cells(std::size_t{count} * stride);
  for (std::uint32_t i = 0; i < count; ++i)
    std::copy_n(
        scratch_.begin() + static_cast<std::ptrdiff_t>(first + i * group + (record ? 1 : 0)),
        stride, items + std::size_t{i} * stride);
  scratch_.resize(first);
  return Cell::items(items, set ? sort_unique(p, type, stride, items, count) : count);
}

Cell Vm::build_map(std::uint32_t type, const Cell& mark) {
  const Program& p = verified_->program();
  const TypeDesc& desc = p.types[type];
  const std::size_t first =
      std::min<std::size_t>(static_cast<std::size_t>(mark.i), scratch_.size());
  const bool record = p.types[desc.element].kind == Kind::record;
  const std::size_t group = 1 + desc.stride + (record ? 1 : 0);
  const std::size_t entry = 1 + desc.stride;
  const std::size_t count = (scratch_.size() - first) / group;
  Cell* items = arena_->cells(count * entry);
  for (std::size_t i = 0; i < count; ++i) {
    const auto from = scratch_.begin() + static_cast<std::ptrdiff_t>(first + i * group);
    items[i * entry] = *from;
    std::copy_n(from + (record ? 2 : 1), desc.stride, items + i * entry + 1);
  }
  scratch_.resize(first);
  // Insertion sort by key; maps written in a policy are short. The first of equal keys stays.
  std::size_t kept = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (find_sorted(p, desc.key, static_cast<std::uint32_t>(entry), items,
                    static_cast<std::uint32_t>(kept), items[i * entry]) != kNone)
      continue;
    if (kept != i) std::copy_n(items + i * entry, entry, items + kept * entry);
    for (std::size_t j = kept;
         j > 0 && compare(p, desc.key, items[(j - 1) * entry], items[j * entry]) > 0; --j)
      std::swap_ranges(items + (j - 1) * entry, items + j * entry, items + j * entry);
    ++kept;
  }
  return Cell::items(items, static_cast<std::uint32_t>(kept));
}

Cell Vm::build_record(std::uint32_t type, const Cell& mark) {
  const Program& p = verified_->program();
  const RecordDesc& record = p.records[p.types[type].decl];
  const std::size_t first =
      std::min<std::size_t>(static_cast<std::size_t>(mark.i), scratch_.size());
  Cell* cells = arena_->cells(record.cells);
  const std::size_t count = std::min<std::size_t>(record.cells, scratch_.size() - first);
  std::copy_n(scratch_.begin() + static_cast<std::ptrdiff_t>(first), count, cells);
  for (std::uint32_t f = 0; f < record.fields.count; ++f) {
    const FieldDesc& field = p.fields[record.fields.first + f];
    if (p.types[field.type].kind == Kind::record)
      cells[field.offset].cells = cells + field.offset + 1;
  }
  scratch_.resize(first);
  Cell value;
  value.cells = cells;
  value.present = 1;
  return value;
}

/// Merges (role, person) pairs by person into one mask of roles each.
Cell Vm::build_votes(std::uint32_t enumeration, const Cell& mark) {
  const Program& p = verified_->program();
  const std::size_t first =
      std::min<std::size_t>(static_cast<std::size_t>(mark.i), scratch_.size());
  const std::size_t pairs = (scratch_.size() - first) / 2;
  auto* roles = arena_->array<std::uint16_t>(pairs);
  auto* names = arena_->array<std::string_view>(pairs);
  const EnumDesc& e = p.enums[enumeration];
  const std::uint32_t known = e.members.count - (e.else_unknown ? 1 : 0);
  std::uint32_t count = 0;
  for (std::size_t i = 0; i < pairs; ++i) {
    const Cell& role = scratch_[first + 2 * i];
    if (role.i < 0 || role.i >= static_cast<std::int64_t>(std::min<std::uint32_t>(known, 16)))
      continue;
    const std::string_view person = scratch_[first + 2 * i + 1].text();
    const auto at = static_cast<std::uint32_t>(std::find(names, names + count, person) - names);
    if (at == count) {
      names[count] = person;
      roles[count++] = 0;
    }
    roles[at] = static_cast<std::uint16_t>(roles[at] | (1u << role.i));
  }
  scratch_.resize(first);
  Cell votes;
  votes.roles = roles;
  votes.n = count;
  votes.present = 1;
  return votes;
}

Cell Vm::list_to_set(std::uint32_t type, const Cell& list) {
  const Program& p = verified_->program();
  if (list.present == 0) return is_mask_element(p, type) ? Cell::mask(0) : Cell::items(nullptr, 0);
  if (is_mask_element(p, type)) {
    std::uint64_t bits = 0;
    for (std::uint32_t i = 0; i < list.n; ++i)
      bits |= std::uint64_t{1} << list.cells[i].i;
    return Cell::mask(bits);
  }
  const std::uint32_t stride = stride_of(p, type);
  Cell* items = arena_->cells(std::size_t{list.n} * stride);
  std::copy_n(list.cells, std::size_t{list.n} * stride, items);
  return Cell::items(items, sort_unique(p, type, stride, items, list.n));
}

Cell Vm::keys_of(std::uint32_t type, const Cell& map) {
  const Program& p = verified_->program();
  const TypeDesc& desc = p.types[type];
  const std::size_t entry = 1 + desc.stride;
  const std::uint32_t count = map.present != 0 ? map.n : 0;
  if (is_mask_element(p, desc.key)) {
    std::uint64_t bits = 0;
    for (std::uint32_t i = 0; i < count; ++i)
      bits |= std::uint64_t{1} << map.cells[i * entry].i;
    return Cell::mask(bits);
  }
  Cell* items = arena_->cells(count);
  for (std::uint32_t i = 0; i < count; ++i)
    items[i] = map.cells[i * entry];
  return Cell::items(items, count);
}

Cell Vm::map_get(std::uint32_t type, const Cell& map, const Cell& key) const {
  if (!both(map, key)) return {};
  const Program& p = verified_->program();
  const TypeDesc& desc = p.types[type];
  const std::uint32_t entry = 1 + desc.stride;
  const std::uint32_t at = find_sorted(p, desc.key, entry, map.cells, map.n, key);
  if (at == kNone) return {};
  const Cell* value = map.cells + std::size_t{at} * entry + 1;
  if (p.types[desc.element].kind != Kind::record) return *value;
  Cell record;
  record.cells = value;
  record.present = 1;
  return record;
}

Cell Vm::extreme(std::uint32_t type, const Cell& collection, bool greatest) const {
  if (collection.present == 0 || collection.n == 0) return {};
  const Program& p = verified_->program();
  if (is_mask_element(p, type))
    return Cell::integer(greatest ? 63 - __builtin_clzll(collection.u)
                                  : __builtin_ctzll(collection.u));
  Cell best = collection.cells[0];
  for (std::uint32_t i = 1; i < collection.n; ++i) {
    const int order = compare(p, type, collection.cells[i], best);
    if (greatest ? order > 0 : order < 0) best = collection.cells[i];
  }
  return best;
}

}  // namespace writ::engine
