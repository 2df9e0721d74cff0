#include "engine/vm.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <cstring>

#include "base/decimal.hpp"
#include "base/ip.hpp"
#include "base/text.hpp"
#include "dsl/model.hpp"
#include "engine/compare.hpp"
#include "engine/index_hash.hpp"
#include "engine/opcodes.hpp"
#include "engine/render.hpp"

namespace writ::engine {
namespace {

constexpr std::uint32_t kRecordElements = 0x80000000u;

bool both(const Cell& a, const Cell& b) { return a.present != 0 && b.present != 0; }

Cell integer_if(bool present, std::int64_t value) { return present ? Cell::integer(value) : Cell(); }

bool holds(dsl::Compare op, std::int64_t a, std::int64_t b) {
  switch (op) {
    case dsl::Compare::equal: return a == b;
    case dsl::Compare::not_equal: return a != b;
    case dsl::Compare::less: return a < b;
    case dsl::Compare::less_equal: return a <= b;
    case dsl::Compare::greater: return a > b;
    case dsl::Compare::greater_equal: return a >= b;
  }
  return false;
}

bool compare_now(const Instruction& in, base::Micros now, const Cell& a, const Cell& b) {
  const auto op = static_cast<dsl::Compare>(in.d);
  const auto shape = static_cast<dsl::NowShape>(in.e);
  if (a.present == 0) return false;
  if (shape == dsl::NowShape::now) return holds(op, now, a.i);
  if (b.present == 0) return false;
  const std::int64_t distance = shape == dsl::NowShape::now_minus ? base::saturating_sub(now, a.i)
                                                                  : base::saturating_sub(a.i, now);
  return holds(op, distance, b.i);
}

std::span<const base::Clause> clauses(const Cell& q) { return {q.clauses, q.n}; }
std::span<const std::uint16_t> persons(const Cell& v) { return {v.roles, v.n}; }

bool is_less(const Cell& a, const Cell& b) { return a.text() < b.text(); }

/// The rule blocks that an index files under `value`.
Run find_bucket(const Program& program, const VerifiedProgram& verified, const IndexDesc& index,
                const Cell& value) {
  if (value.present == 0 || index.buckets.count == 0) return {};
  const bool text = index.kind == Kind::string || index.kind == Kind::ip;
  const std::uint64_t hash = text ? index_hash(value.text()) : index_hash(value.i);
  const std::uint32_t mask = index.buckets.count - 1;
  for (std::uint32_t probe = 0; probe <= mask; ++probe) {
    const std::uint32_t at = (static_cast<std::uint32_t>(hash) + probe) & mask;
    const IndexBucket& bucket = program.buckets[index.buckets.first + at];
    if (bucket.key == kNone) return {};
    const Cell& key = verified.constant(bucket.key);
    if (text ? key.text() == value.text() : key.i == value.i) return bucket.blocks;
  }
  return {};
}

}  // namespace

Vm::Vm(std::shared_ptr<const VerifiedProgram> program, std::shared_ptr<const DataSnapshot> data)
    : verified_(std::move(program)), data_(std::move(data)) {
  const Program& p = verified_->program();
  for (const Text pattern : p.patterns) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    const std::string_view text = p.text(pattern);
    patterns_.push_back(
        std::make_unique<re2::RE2>(re2::StringPiece(text.data(), text.size()), options));
  }
  for (const Text name : p.names) glob_pieces_.push_back(p.text(name));
  std::uint32_t registers = 1, memos = 0;
  for (const DecisionDesc& decision : p.decisions) {
    registers = std::max(registers, decision.registers);
    memos = std::max(memos, decision.memos);
  }
  registers_.resize(registers + 1);
  memos_.resize(memos);
  memo_generation_.resize(memos, 0);
}

Vm::~Vm() = default;

void Vm::begin(std::uint32_t decision, const Cell* frame, base::Micros now, Ledger& ledger, Arena& arena) {
  frame_ = frame;
  now_ = now;
  ledger_ = &ledger;
  arena_ = &arena;
  ++generation_;
  scratch_.clear();
  text_.clear();
  ledger.begin(verified_->program(), decision, now, arena);
}

void Vm::run(std::uint32_t entry) { execute<false>(entry, nullptr); }
void Vm::run_traced(std::uint32_t entry, Trace& trace) { execute<true>(entry, &trace); }

std::string_view Vm::run_text(std::uint32_t entry, std::uint32_t first_register,
                              std::span<const Cell> locals) {
  std::copy(locals.begin(), locals.end(), registers_.begin() + first_register);
  execute<false>(entry, nullptr);
  return registers_[0].text();
}

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

namespace {
bool in_network(const Cell& address, const Cell& network) {
  if (!both(address, network)) return false;
  base::IpNetwork n;
  base::IpAddress a;
  std::memcpy(a.data(), address.s, 16);
  std::memcpy(n.address.data(), network.s, 16);
  n.prefix = static_cast<std::uint8_t>(network.s[16]);
  return base::contains(n, a);
}
}  // namespace

bool Vm::in_networks(const Cell& address, const Cell& networks) const {
  if (!both(address, networks)) return false;
  return std::any_of(networks.cells, networks.cells + networks.n,
                     [&](const Cell& network) { return in_network(address, network); });
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
  const std::size_t first = std::min<std::size_t>(static_cast<std::size_t>(mark.i), scratch_.size());
  const bool record = desc.kind == Kind::record;
  const std::uint32_t stride = record ? p.records[desc.decl].cells : 1;
  const std::size_t group = record ? stride + 1 : 1;
  const auto count = static_cast<std::uint32_t>((scratch_.size() - first) / group);
  Cell* items = arena_->cells(std::size_t{count} * stride);
  for (std::uint32_t i = 0; i < count; ++i)
    std::copy_n(scratch_.begin() + static_cast<std::ptrdiff_t>(first + i * group + (record ? 1 : 0)),
                stride, items + std::size_t{i} * stride);
  scratch_.resize(first);
  return Cell::items(items, set ? sort_unique(p, type, stride, items, count) : count);
}

Cell Vm::build_map(std::uint32_t type, const Cell& mark) {
  const Program& p = verified_->program();
  const TypeDesc& desc = p.types[type];
  const std::size_t first = std::min<std::size_t>(static_cast<std::size_t>(mark.i), scratch_.size());
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
    for (std::size_t j = kept; j > 0 && compare(p, desc.key, items[(j - 1) * entry], items[j * entry]) > 0; --j)
      std::swap_ranges(items + (j - 1) * entry, items + j * entry, items + j * entry);
    ++kept;
  }
  return Cell::items(items, static_cast<std::uint32_t>(kept));
}

Cell Vm::build_record(std::uint32_t type, const Cell& mark) {
  const Program& p = verified_->program();
  const RecordDesc& record = p.records[p.types[type].decl];
  const std::size_t first = std::min<std::size_t>(static_cast<std::size_t>(mark.i), scratch_.size());
  Cell* cells = arena_->cells(record.cells);
  const std::size_t count = std::min<std::size_t>(record.cells, scratch_.size() - first);
  std::copy_n(scratch_.begin() + static_cast<std::ptrdiff_t>(first), count, cells);
  for (std::uint32_t f = 0; f < record.fields.count; ++f) {
    const FieldDesc& field = p.fields[record.fields.first + f];
    if (p.types[field.type].kind == Kind::record) cells[field.offset].cells = cells + field.offset + 1;
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
  const std::size_t first = std::min<std::size_t>(static_cast<std::size_t>(mark.i), scratch_.size());
  const std::size_t pairs = (scratch_.size() - first) / 2;
  auto* roles = arena_->array<std::uint16_t>(pairs);
  auto* names = arena_->array<std::string_view>(pairs);
  const EnumDesc& e = p.enums[enumeration];
  const std::uint32_t known = e.members.count - (e.else_unknown ? 1 : 0);
  std::uint32_t count = 0;
  for (std::size_t i = 0; i < pairs; ++i) {
    const Cell& role = scratch_[first + 2 * i];
    if (role.i < 0 || role.i >= static_cast<std::int64_t>(std::min<std::uint32_t>(known, 16))) continue;
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
    for (std::uint32_t i = 0; i < list.n; ++i) bits |= std::uint64_t{1} << list.cells[i].i;
    return Cell::mask(bits);
  }
  const std::uint32_t stride =
      p.types[type].kind == Kind::record ? p.records[p.types[type].decl].cells : 1;
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
    for (std::uint32_t i = 0; i < count; ++i) bits |= std::uint64_t{1} << map.cells[i * entry].i;
    return Cell::mask(bits);
  }
  Cell* items = arena_->cells(count);
  for (std::uint32_t i = 0; i < count; ++i) items[i] = map.cells[i * entry];
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
    return Cell::integer(greatest ? 63 - __builtin_clzll(collection.u) : __builtin_ctzll(collection.u));
  Cell best = collection.cells[0];
  for (std::uint32_t i = 1; i < collection.n; ++i) {
    const int order = compare(p, type, collection.cells[i], best);
    if (greatest ? order > 0 : order < 0) best = collection.cells[i];
  }
  return best;
}

// The loop. Operands mean what opcodes.inc says; verify() has proved them.
template <bool kTraced>
void Vm::execute(std::uint32_t entry, Trace* trace) {
  const VerifiedProgram& verified = *verified_;
  const Program& p = verified.program();
  const Instruction* const code = p.code.data();
  Cell* const r = registers_.data();
  Ledger& ledger = *ledger_;
  const base::Micros now = now_;
  // The dispatch under way: what is left of its blocks, and where to go on.
  Run blocks;
  std::uint32_t bucket_end = 0, bucket = 0, after_dispatch = 0;
  const auto next_block = [&]() -> std::uint32_t {
    for (;;) {
      while (blocks.count != 0) {
        const std::uint32_t block = p.block_list[blocks.first];
        ++blocks.first;
        --blocks.count;
        if constexpr (kTraced) {
          char& done = trace->dispatched[code[block].d];
          if (done != 0) continue;
          done = 1;
        }
        return block;
      }
      if (bucket == bucket_end) return after_dispatch;
      blocks = p.buckets[bucket++].blocks;
    }
  };

  for (std::uint32_t pc = entry;; ++pc) {
    const Instruction& in = code[pc];
    switch (static_cast<Opcode>(in.op)) {
      case Opcode::constant: r[in.a] = verified.constant(in.d); break;
      case Opcode::slot: r[in.a] = frame_[in.d]; break;
      case Opcode::data: r[in.a] = data_->value(in.d); break;
      case Opcode::output: r[in.a] = ledger.value(in.d); break;
      case Opcode::output_needs: r[in.a] = ledger.needs(in.d); break;
      case Opcode::output_at: r[in.a] = ledger.value_at(in.d, r[in.b]); break;
      case Opcode::output_needs_at: r[in.a] = ledger.needs_at(in.d, r[in.b]); break;
      case Opcode::output_keys: r[in.a] = ledger.keys_with(in.d, in.e); break;
      case Opcode::field: r[in.a] = r[in.b].cells == nullptr ? Cell() : r[in.b].cells[in.d]; break;
      case Opcode::move: r[in.a] = r[in.b]; break;
      case Opcode::now: r[in.a] = Cell::integer(now); break;

      case Opcode::jump: pc = in.d - 1; break;
      case Opcode::jump_if:
        if (r[in.b].i != 0) pc = in.d - 1;
        break;
      case Opcode::jump_unless:
        if (r[in.b].i == 0) pc = in.d - 1;
        break;
      case Opcode::iterate: {
        const Cell& from = r[in.b];
        r[in.a] = from.present == 0 ? Cell() : from;
        r[in.a].present = 1;
        r[in.e] = Cell::integer(-1);
        break;
      }
      case Opcode::next: {
        Cell& it = r[in.a];
        if (it.n == 0) {
          pc = in.d - 1;
          break;
        }
        --it.n;
        const std::uint32_t stride = in.e & ~kRecordElements;
        if (stride == 0) {
          r[in.b] = Cell::integer(__builtin_ctzll(it.u));
          it.u &= it.u - 1;
        } else {
          if ((in.e & kRecordElements) != 0) {
            r[in.b] = Cell::items(it.cells, 0);
          } else {
            r[in.b] = *it.cells;
          }
          it.cells += stride;
        }
        ++r[in.c].i;
        break;
      }
      case Opcode::dispatch: {
        const IndexDesc& index = p.indexes[in.d];
        after_dispatch = pc + 1;
        if constexpr (kTraced) {
          std::fill(trace->dispatched.begin(), trace->dispatched.end(), char{0});
          blocks = {};
          bucket = index.buckets.first;
          bucket_end = bucket + index.buckets.count;
        } else {
          blocks = find_bucket(p, verified, index, frame_[index.slot]);
        }
        pc = next_block() - 1;
        // Nothing to run: no dispatch is under way.
        if (pc + 1 == after_dispatch) after_dispatch = 0;
        break;
      }
      case Opcode::rule_begin: break;
      case Opcode::rule_end:
        if (after_dispatch != 0) {
          const std::uint32_t target = next_block();
          if (target == after_dispatch) after_dispatch = 0;
          pc = target - 1;
        }
        break;
      case Opcode::condition: {
        const bool value = r[in.b].i != 0;
        if constexpr (kTraced) ++(value ? trace->true_count : trace->false_count)[in.d];
        if (value == (in.c == 1)) pc = in.e - 1;
        break;
      }
      case Opcode::memo_get:
        if (memo_generation_[in.d] == generation_) {
          r[in.a] = memos_[in.d];
          pc = in.e - 1;
        }
        break;
      case Opcode::memo_put:
        memos_[in.d] = r[in.b];
        memo_generation_[in.d] = generation_;
        break;
      case Opcode::end: return;

      case Opcode::logical_not: r[in.a] = Cell::boolean(r[in.b].i == 0); break;
      case Opcode::is_present: r[in.a] = Cell::boolean(r[in.b].present != 0); break;
      case Opcode::equal_integer:
        r[in.a] = Cell::boolean(both(r[in.b], r[in.c]) && r[in.b].i == r[in.c].i);
        break;
      case Opcode::less_integer:
        r[in.a] = Cell::boolean(both(r[in.b], r[in.c]) && r[in.b].i < r[in.c].i);
        break;
      case Opcode::less_equal_integer:
        r[in.a] = Cell::boolean(both(r[in.b], r[in.c]) && r[in.b].i <= r[in.c].i);
        break;
      case Opcode::equal_string:
        r[in.a] = Cell::boolean(both(r[in.b], r[in.c]) && r[in.b].text() == r[in.c].text());
        break;
      case Opcode::less_string:
        r[in.a] = Cell::boolean(both(r[in.b], r[in.c]) && is_less(r[in.b], r[in.c]));
        break;
      case Opcode::less_equal_string:
        r[in.a] = Cell::boolean(both(r[in.b], r[in.c]) && !is_less(r[in.c], r[in.b]));
        break;
      case Opcode::equal_value:
        r[in.a] = Cell::boolean(both(r[in.b], r[in.c]) && equal(p, in.d, r[in.b], r[in.c]));
        break;
      case Opcode::compare_now: r[in.a] = Cell::boolean(compare_now(in, now, r[in.b], r[in.c])); break;
      case Opcode::window: {
        const WindowDesc& w = p.windows[in.d];
        r[in.a] = Cell::boolean(w.from <= now && now < w.until);
        break;
      }

      case Opcode::add:
        r[in.a] = integer_if(both(r[in.b], r[in.c]), base::saturating_add(r[in.b].i, r[in.c].i));
        break;
      case Opcode::subtract:
        r[in.a] = integer_if(both(r[in.b], r[in.c]), base::saturating_sub(r[in.b].i, r[in.c].i));
        break;
      case Opcode::multiply:
        r[in.a] = integer_if(both(r[in.b], r[in.c]), base::saturating_mul(r[in.b].i, r[in.c].i, in.d));
        break;
      case Opcode::divide: {
        const bool defined = both(r[in.b], r[in.c]) && r[in.c].i > 0;
        r[in.a] = integer_if(defined, defined ? base::floor_div(r[in.b].i, r[in.c].i, in.d) : 0);
        break;
      }
      case Opcode::modulo: {
        const bool defined = both(r[in.b], r[in.c]) && r[in.c].i > 0;
        r[in.a] = integer_if(defined, defined ? base::floor_mod(r[in.b].i, r[in.c].i) : 0);
        break;
      }
      case Opcode::negate:
        r[in.a] = integer_if(r[in.b].present != 0, base::saturating_sub(0, r[in.b].i));
        break;

      case Opcode::starts_with:
        r[in.a] = Cell::boolean(both(r[in.b], r[in.c]) && r[in.b].text().starts_with(r[in.c].text()));
        break;
      case Opcode::ends_with:
        r[in.a] = Cell::boolean(both(r[in.b], r[in.c]) && r[in.b].text().ends_with(r[in.c].text()));
        break;
      case Opcode::contains:
        // memmem is linear; string_view::find is not.
        r[in.a] = Cell::boolean(both(r[in.b], r[in.c]) &&
                                (r[in.c].n == 0 ||
                                 memmem(r[in.b].s, r[in.b].n, r[in.c].s, r[in.c].n) != nullptr));
        break;
      case Opcode::like: {
        const Run pieces = p.globs[in.d];
        r[in.a] = Cell::boolean(r[in.b].present != 0 &&
                                base::glob_match(glob_pieces_.data() + pieces.first, pieces.count,
                                                 r[in.b].text()));
        break;
      }
      case Opcode::matches:
        r[in.a] = Cell::boolean(r[in.b].present != 0 &&
                                re2::RE2::FullMatch(re2::StringPiece(r[in.b].s, r[in.b].n),
                                                    *patterns_[in.d]));
        break;
      case Opcode::length:
        r[in.a] = integer_if(r[in.b].present != 0,
                             static_cast<std::int64_t>(base::code_points(r[in.b].text())));
        break;
      case Opcode::lower: {
        const std::size_t mark = text_.size();
        base::append_lower(text_, r[in.b].text());
        const bool present = r[in.b].present != 0;
        r[in.a] = Cell::string(arena_->copy(std::string_view(text_).substr(mark)));
        r[in.a].present = present ? 1 : 0;
        text_.resize(mark);
        break;
      }
      case Opcode::trim: {
        const bool present = r[in.b].present != 0;
        r[in.a] = Cell::string(base::trim(r[in.b].text()));
        r[in.a].present = present ? 1 : 0;
        break;
      }

      case Opcode::is_empty: r[in.a] = Cell::boolean(r[in.b].n == 0); break;
      case Opcode::count: r[in.a] = Cell::integer(r[in.b].n); break;
      case Opcode::in_mask:
        r[in.a] = Cell::boolean(both(r[in.b], r[in.c]) && (r[in.c].u >> r[in.b].i & 1u) != 0);
        break;
      case Opcode::in_set: r[in.a] = Cell::boolean(contains(p, in.d, r[in.c], r[in.b], true)); break;
      case Opcode::in_list: r[in.a] = Cell::boolean(contains(p, in.d, r[in.c], r[in.b], false)); break;
      case Opcode::in_keys: {
        const TypeDesc& map = p.types[in.d];
        r[in.a] = Cell::boolean(both(r[in.b], r[in.c]) &&
                                find_sorted(p, map.key, 1 + map.stride, r[in.c].cells, r[in.c].n,
                                            r[in.b]) != kNone);
        break;
      }
      case Opcode::in_networks: r[in.a] = Cell::boolean(in_networks(r[in.b], r[in.c])); break;
      case Opcode::in_network: r[in.a] = Cell::boolean(in_network(r[in.b], r[in.c])); break;
      case Opcode::subset_mask: r[in.a] = Cell::boolean((r[in.b].u & ~r[in.c].u) == 0); break;
      case Opcode::intersects_mask: r[in.a] = Cell::boolean((r[in.b].u & r[in.c].u) != 0); break;
      case Opcode::subset_set: {
        bool all = true;
        for (std::uint32_t i = 0; i < r[in.b].n && all; ++i)
          all = contains(p, in.d, r[in.c], element_at(p, in.d, p.types[in.d].kind == Kind::record ? p.records[p.types[in.d].decl].cells : 1, r[in.b], i), true);
        r[in.a] = Cell::boolean(all);
        break;
      }
      case Opcode::intersects_set: {
        bool some = false;
        for (std::uint32_t i = 0; i < r[in.b].n && !some; ++i)
          some = contains(p, in.d, r[in.c], element_at(p, in.d, p.types[in.d].kind == Kind::record ? p.records[p.types[in.d].decl].cells : 1, r[in.b], i), true);
        r[in.a] = Cell::boolean(some);
        break;
      }
      case Opcode::minimum: r[in.a] = extreme(in.d, r[in.b], false); break;
      case Opcode::maximum: r[in.a] = extreme(in.d, r[in.b], true); break;
      case Opcode::keys: r[in.a] = keys_of(in.d, r[in.b]); break;
      case Opcode::map_get: r[in.a] = map_get(in.d, r[in.b], r[in.c]); break;
      case Opcode::mask_add:
        if (r[in.b].present != 0) r[in.a] = Cell::mask(r[in.a].u | std::uint64_t{1} << r[in.b].i);
        break;
      case Opcode::build_begin: r[in.a] = Cell::integer(static_cast<std::int64_t>(scratch_.size())); break;
      case Opcode::build_add: push(in.d, r[in.b]); break;
      case Opcode::build_set: r[in.a] = build_items(in.d, r[in.b], true); break;
      case Opcode::build_list: r[in.a] = build_items(in.d, r[in.b], false); break;
      case Opcode::build_map: r[in.a] = build_map(in.d, r[in.b]); break;
      case Opcode::build_record: r[in.a] = build_record(in.d, r[in.b]); break;
      case Opcode::list_to_set: r[in.a] = list_to_set(in.d, r[in.b]); break;
      case Opcode::table_row: table_row(r[in.a], r + in.b, p.tables[in.d]); break;

      case Opcode::quorum_both: {
        const std::size_t total = r[in.b].n + r[in.c].n;
        auto* all = arena_->array<base::Clause>(total);
        std::copy_n(r[in.c].clauses, r[in.c].n, std::copy_n(r[in.b].clauses, r[in.b].n, all));
        const Ranks ranks(p, in.e);
        r[in.a] = Cell::quorum(all, static_cast<std::uint32_t>(base::normalize(all, total, ranks.span())));
        break;
      }
      case Opcode::quorum_implies:
        r[in.a] = Cell::boolean(base::implies(clauses(r[in.b]), clauses(r[in.c])));
        break;
      case Opcode::satisfied_set:
        r[in.a] = Cell::boolean(
            base::satisfied(clauses(r[in.b]), static_cast<std::uint16_t>(r[in.c].u)));
        break;
      case Opcode::satisfied_votes:
        r[in.a] = Cell::boolean(base::satisfied(clauses(r[in.b]), persons(r[in.c])));
        break;
      case Opcode::missing_set:
        r[in.a] = Cell::mask(base::missing(clauses(r[in.b]), static_cast<std::uint16_t>(r[in.c].u)));
        break;
      case Opcode::missing_votes:
        r[in.a] = Cell::mask(base::missing(clauses(r[in.b]), persons(r[in.c])));
        break;
      case Opcode::build_votes: r[in.a] = build_votes(in.d, r[in.b]); break;

      case Opcode::text_begin: r[in.a] = Cell::integer(static_cast<std::int64_t>(text_.size())); break;
      case Opcode::text_literal: text_ += verified.constant(in.d).text(); break;
      case Opcode::text_value: append_text(text_, p, in.d, r[in.b]); break;
      case Opcode::text_position:
        text_ += '/';
        base::append_integer(text_, r[in.b].i);
        break;
      case Opcode::text_end: {
        const std::size_t mark = std::min(static_cast<std::size_t>(r[in.b].i), text_.size());
        r[in.a] = Cell::string(arena_->copy(std::string_view(text_).substr(mark)));
        text_.resize(mark);
        break;
      }

      case Opcode::start: ledger.set_start(in.d, r[in.b]); break;
      case Opcode::domain: ledger.set_domain(in.d, r[in.b], in.e); break;
      case Opcode::start_at: ledger.set_start_at(in.d, r[in.b], r[in.c]); break;
      case Opcode::fire: {
        const RuleDesc& rule = p.rules[ledger.decision_desc().rules.first + in.d];
        ledger.fire(in.d, r + rule.locals, rule.local_count);
        break;
      }
      case Opcode::waived: ledger.waive(in.d); break;
      case Opcode::jump_if_waived:
        if (ledger.waived()) pc = in.d - 1;
        break;
      case Opcode::contribute: ledger.contribute(in.d, r[in.b], r[in.c], false); break;
      case Opcode::contribute_relative: ledger.contribute(in.d, r[in.b], r[in.c], true); break;
      case Opcode::fire_end: break;
      case Opcode::finish: ledger.finish(in.d); break;
      case Opcode::derive: ledger.derive(in.d, r[in.b]); break;
      case Opcode::derive_at: ledger.derive_at(in.d, r[in.b], r[in.c]); break;

      case Opcode::horizon: ledger.feed_horizon(in.d, in.e, r[in.b], r[in.c]); break;
    }
  }
}

}  // namespace writ::engine
