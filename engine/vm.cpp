#include "engine/vm.hpp"

#include <algorithm>
#include <cstring>

#include <re2/re2.h>

#include "base/decimal.hpp"
#include "base/text.hpp"

#include "dsl/model.hpp"

#include "engine/compare.hpp"
#include "engine/index_hash.hpp"
#include "engine/opcodes.hpp"
#include "engine/render.hpp"

namespace writ::engine {
namespace {

constexpr std::uint32_t kRecordElements = 0x80000000u;

bool both(const Cell& a, const Cell& b) {
  return a.present != 0 && b.present != 0;
}

Cell integer_if(bool present, std::int64_t value) {
  return present ? Cell::integer(value) : Cell();
}

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

std::span<const base::Clause> clauses(const Cell& q) {
  return {q.clauses, q.n};
}
std::span<const std::uint16_t> persons(const Cell& v) {
  return {v.roles, v.n};
}

bool is_less(const Cell& a, const Cell& b) {
  return a.text() < b.text();
}

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
  for (const Text name : p.names)
    glob_pieces_.push_back(p.text(name));
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

void Vm::begin(std::uint32_t decision, const Cell* frame, base::Micros now, Ledger& ledger,
               Arena& arena) {
  frame_ = frame;
  now_ = now;
  ledger_ = &ledger;
  arena_ = &arena;
  ++generation_;
  scratch_.clear();
  text_.clear();
  ledger.begin(verified_->program(), decision, now, arena);
}

void Vm::execute_plain(std::uint32_t entry) {
  if (meter_ == nullptr)
    execute<Mode::plain>(entry, nullptr);
  else
    execute<Mode::metered>(entry, nullptr);
}

void Vm::run(std::uint32_t entry) {
  execute_plain(entry);
}
void Vm::run_traced(std::uint32_t entry, Trace& trace) {
  execute<Mode::traced>(entry, &trace);
}

std::string_view Vm::run_text(std::uint32_t entry, std::uint32_t first_register,
                              std::span<const Cell> locals) {
  std::copy(locals.begin(), locals.end(), registers_.begin() + first_register);
  execute_plain(entry);
  return registers_[0].text();
}

// The loop. Operands mean what opcodes.inc says; verify() has proved them.
template <Vm::Mode kMode>
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
        if constexpr (kMode == Mode::traced) {
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
    if constexpr (kMode == Mode::metered) *meter_ += units(in);
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
        if constexpr (kMode == Mode::traced) {
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
        if constexpr (kMode == Mode::traced)
          ++(value ? trace->true_count : trace->false_count)[in.d];
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
      case Opcode::compare_now:
        r[in.a] = Cell::boolean(compare_now(in, now, r[in.b], r[in.c]));
        break;
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
        r[in.a] =
            integer_if(both(r[in.b], r[in.c]), base::saturating_mul(r[in.b].i, r[in.c].i, in.d));
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
        r[in.a] =
            Cell::boolean(both(r[in.b], r[in.c]) && r[in.b].text().starts_with(r[in.c].text()));
        break;
      case Opcode::ends_with:
        r[in.a] = Cell::boolean(both(r[in.b], r[in.c]) && r[in.b].text().ends_with(r[in.c].text()));
        break;
      case Opcode::contains:
        // memmem is linear; string_view::find is not.
        r[in.a] = Cell::boolean(
            both(r[in.b], r[in.c]) &&
            (r[in.c].n == 0 || memmem(r[in.b].s, r[in.b].n, r[in.c].s, r[in.c].n) != nullptr));
        break;
      case Opcode::like: {
        const Run pieces = p.globs[in.d];
        r[in.a] = Cell::boolean(
            r[in.b].present != 0 &&
            base::glob_match(glob_pieces_.data() + pieces.first, pieces.count, r[in.b].text()));
        break;
      }
      case Opcode::matches:
        r[in.a] = Cell::boolean(
            r[in.b].present != 0 &&
            re2::RE2::FullMatch(re2::StringPiece(r[in.b].s, r[in.b].n), *patterns_[in.d]));
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
      case Opcode::in_set:
        r[in.a] = Cell::boolean(contains(p, in.d, r[in.c], r[in.b], true));
        break;
      case Opcode::in_list:
        r[in.a] = Cell::boolean(contains(p, in.d, r[in.c], r[in.b], false));
        break;
      case Opcode::in_keys: {
        const TypeDesc& map = p.types[in.d];
        r[in.a] = Cell::boolean(
            both(r[in.b], r[in.c]) &&
            find_sorted(p, map.key, 1 + map.stride, r[in.c].cells, r[in.c].n, r[in.b]) != kNone);
        break;
      }
      case Opcode::in_networks: r[in.a] = Cell::boolean(in_networks(r[in.b], r[in.c])); break;
      case Opcode::in_network: r[in.a] = Cell::boolean(in_network(r[in.b], r[in.c])); break;
      case Opcode::subset_mask: r[in.a] = Cell::boolean((r[in.b].u & ~r[in.c].u) == 0); break;
      case Opcode::intersects_mask: r[in.a] = Cell::boolean((r[in.b].u & r[in.c].u) != 0); break;
      case Opcode::subset_set: r[in.a] = Cell::boolean(is_subset(in.d, r[in.b], r[in.c])); break;
      case Opcode::intersects_set:
        r[in.a] = Cell::boolean(intersects(in.d, r[in.b], r[in.c]));
        break;
      case Opcode::minimum: r[in.a] = extreme(in.d, r[in.b], false); break;
      case Opcode::maximum: r[in.a] = extreme(in.d, r[in.b], true); break;
      case Opcode::keys: r[in.a] = keys_of(in.d, r[in.b]); break;
      case Opcode::map_get: r[in.a] = map_get(in.d, r[in.b], r[in.c]); break;
      case Opcode::mask_add:
        if (r[in.b].present != 0) r[in.a] = Cell::mask(r[in.a].u | std::uint64_t{1} << r[in.b].i);
        break;
      case Opcode::build_begin:
        r[in.a] = Cell::integer(static_cast<std::int64_t>(scratch_.size()));
        break;
      case Opcode::build_add: push(in.d, r[in.b]); break;
      case Opcode::build_set: r[in.a] = build_items(in.d, r[in.b], true); break;
      case Opcode::build_list: r[in.a] = build_items(in.d, r[in.b], false); break;
      case Opcode::build_map: r[in.a] = build_map(in.d, r[in.b]); break;
      case Opcode::build_record: r[in.a] = build_record(in.d, r[in.b]); break;
      case Opcode::list_to_set: r[in.a] = list_to_set(in.d, r[in.b]); break;
      case Opcode::table_row:
        table_row(r[in.a], r + in.b, p.tables[in.d]);
        if constexpr (kMode == Mode::traced) trace->found(p.tables[in.d], r[in.a].i);
        break;

      case Opcode::quorum_both: {
        const std::size_t total = r[in.b].n + r[in.c].n;
        auto* all = arena_->array<base::Clause>(total);
        std::copy_n(r[in.c].clauses, r[in.c].n, std::copy_n(r[in.b].clauses, r[in.b].n, all));
        const Ranks ranks(p, in.e);
        r[in.a] = Cell::quorum(
            all, static_cast<std::uint32_t>(base::normalize(all, total, ranks.span())));
        break;
      }
      case Opcode::quorum_implies:
        r[in.a] = Cell::boolean(base::implies(clauses(r[in.b]), clauses(r[in.c])));
        break;
      case Opcode::satisfied_set:
        r[in.a] =
            Cell::boolean(base::satisfied(clauses(r[in.b]), static_cast<std::uint16_t>(r[in.c].u)));
        break;
      case Opcode::satisfied_votes:
        r[in.a] = Cell::boolean(base::satisfied(clauses(r[in.b]), persons(r[in.c])));
        break;
      case Opcode::missing_set:
        r[in.a] =
            Cell::mask(base::missing(clauses(r[in.b]), static_cast<std::uint16_t>(r[in.c].u)));
        break;
      case Opcode::missing_votes:
        r[in.a] = Cell::mask(base::missing(clauses(r[in.b]), persons(r[in.c])));
        break;
      case Opcode::build_votes: r[in.a] = build_votes(in.d, r[in.b]); break;

      case Opcode::text_begin:
        r[in.a] = Cell::integer(static_cast<std::int64_t>(text_.size()));
        break;
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
