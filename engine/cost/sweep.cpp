#include <algorithm>
#include <utility>

#include "engine/cost/sections.hpp"
#include "engine/cost/walked.hpp"
#include "engine/ledger.hpp"

/// How large values can become, instruction by instruction.
namespace writ::engine::cost {
namespace {

constexpr std::uint32_t kRecordElements = 0x80000000u;
/// Allocations are rounded up to this.
constexpr std::uint64_t kAlignment = 16;
/// After so many rounds a loop in which sizes still grow has no limit.
constexpr int kRounds = 4;
/// Instants, numbers, pointers to elements within a text.
constexpr std::uint64_t kPositionBytes = 24;
constexpr std::uint64_t kQuorumMembers = 12, kQuorumBits = 16;
/// No normal form has more clauses: a number needed of each set of 12 members.
constexpr std::uint64_t kMostClauses = kQuorumMembers * 4096;
constexpr std::size_t kKeptParts = 1024;

std::uint64_t allocated(std::uint64_t bytes) {
  return bytes == 0 ? 0 : sum(bytes, kAlignment - 1);
}

/// A collection, record or text that is being built.
struct Open {
  std::uint64_t cells = 0, json = 0;  ///< texts: bytes, and bytes as JSON
  ExtentId value = kScalar;           ///< of everything pushed
  std::vector<ExtentId> parts;        ///< what was pushed, while `straight`
  bool straight = true;
};

struct State {
  std::vector<ExtentId> registers;
  std::vector<Open> builds, texts;
};

class Sweep {
 public:
  Sweep(DecisionExtents& facts, Section& section)
      : facts_(facts), p_(facts.program), extents_(facts.extents), section_(section) {
    for (std::uint32_t pc = section.entry; pc <= section.end; ++pc)
      if (static_cast<Opcode>(p_.code[pc].op) == Opcode::dispatch) seed_blocks(p_.code[pc]);
  }

  void run(State state) {
    flow(section_.entry, std::move(state));
    range(section_.entry, section_.end);
  }

  // What walked() asks for.
  std::uint64_t items(std::uint32_t reg) const { return at(reg).n; }
  std::uint64_t depth(std::uint32_t row, std::uint32_t reg) const {
    return extents_.depth(row, state_.registers[reg]);
  }
  std::uint64_t pushed(std::uint32_t) const {
    return state_.builds.empty() ? 0 : state_.builds.back().cells;
  }
  std::uint64_t keys(std::uint32_t output) const { return keys_of(output); }
  std::uint64_t spread(std::uint32_t output) const {
    std::uint64_t all = 0;
    for (const std::uint32_t pc : facts_.outputs[output].contributions)
      all = sum(all, reached(pc));
    return all;
  }

 private:
  struct Loop {
    std::uint32_t top = 0, last = 0;
    bool returns = false;
    State back;
    std::vector<std::pair<std::uint32_t, State>> leaving;
  };

  /// How often the contribution at `pc` reaches a key.
  std::uint64_t reached(std::uint32_t pc) const {
    const ContributionDesc& desc = p_.contributions[p_.code[pc].d];
    return product(facts_.contributed[pc].times, desc.keyed ? 1 : keys_of(desc.output));
  }
  /// Contributions to an output, keys aside.
  std::uint64_t entries(std::uint32_t output) const {
    std::uint64_t all = 0;
    for (const std::uint32_t pc : facts_.outputs[output].contributions)
      all = sum(all, facts_.contributed[pc].times);
    return all;
  }
  const Extent& at(std::uint32_t reg) const { return extents_[state_.registers[reg]]; }
  void put(std::uint32_t reg, ExtentId extent) { state_.registers[reg] = extent; }
  std::uint64_t keys_of(std::uint32_t output) const {
    return facts_.output(output).per ? facts_.outputs[output].keys : 1;
  }

  void seed_blocks(const Instruction& in) {
    const IndexDesc& index = p_.indexes[in.d];
    State clean;
    clean.registers.assign(facts_.decision.registers, kScalar);
    for (std::uint32_t b = 0; b < index.buckets.count; ++b) {
      const IndexBucket& bucket = p_.buckets[index.buckets.first + b];
      for (std::uint32_t i = 0; bucket.key != kNone && i < bucket.blocks.count; ++i)
        pending_[p_.block_list[bucket.blocks.first + i]] = clean;
    }
  }

  void merge(std::vector<Open>& into, const std::vector<Open>& from) {
    if (into.size() < from.size()) into.resize(from.size());
    for (std::size_t i = 0; i < from.size(); ++i) {
      Open& open = into[i];
      open.straight =
          open.straight && from[i].straight && open.parts.size() == from[i].parts.size();
      for (std::size_t k = 0; open.straight && k < open.parts.size(); ++k)
        open.parts[k] = extents_.join(open.parts[k], from[i].parts[k]);
      open.cells = std::max(open.cells, from[i].cells);
      open.json = std::max(open.json, from[i].json);
      open.value = extents_.join(open.value, from[i].value);
    }
  }

  /// Whether registers of `into` have grown.
  bool merge(State& into, const State& from) {
    bool grown = false;
    for (std::size_t i = 0; i < into.registers.size(); ++i) {
      const ExtentId joined = extents_.join(into.registers[i], from.registers[i]);
      grown = grown || joined != into.registers[i];
      into.registers[i] = joined;
    }
    merge(into.builds, from.builds);
    merge(into.texts, from.texts);
    return grown;
  }

  void flow(std::uint32_t target, State state) {
    if (!loops_.empty()) {
      Loop& loop = *loops_.back();
      if (target == loop.top) {
        if (loop.returns)
          merge(loop.back, state);
        else
          loop.back = std::move(state);
        loop.returns = true;
        return;
      }
      if (target > loop.last) {
        loop.leaving.emplace_back(target, std::move(state));
        return;
      }
    }
    const auto place = pending_.find(target);
    if (place == pending_.end())
      pending_.emplace(target, std::move(state));
    else
      merge(place->second, state);
  }

  /// The instructions [first, last]; control comes in by what is pending.
  void range(std::uint32_t first, std::uint32_t last) {
    bool live = false;
    for (std::uint32_t pc = first; pc <= last; ++pc) {
      if (const auto place = pending_.find(pc); place != pending_.end()) {
        if (live)
          merge(state_, place->second);
        else
          state_ = std::move(place->second);
        pending_.erase(place);
        live = true;
      }
      if (!live) continue;
      if (const auto loop = section_.loops.find(pc); loop != section_.loops.end()) {
        run_loop(pc, loop->second);
        pc = loop->second;
        live = false;
        continue;
      }
      live = step(pc);
    }
  }

  void run_loop(std::uint32_t top, std::uint32_t last) {
    const Instruction& in = p_.code[top];
    State start = std::move(state_);
    const std::uint64_t times = extents_[start.registers[in.a]].n;
    Step& step = section_.steps[section_.index(top)];
    step.iterations = std::max(step.iterations, times);
    step.units = std::max<std::uint64_t>(step.units, kOpcodes[in.op].cost);
    const std::uint64_t outer = times_;
    times_ = product(times_, times);
    Loop loop{top, last, false, {}, {}};
    for (int round = 0;; ++round) {
      loop.returns = false;
      loop.leaving.clear();
      state_ = start;
      enter(in);
      loops_.push_back(&loop);
      pending_.insert_or_assign(top + 1, std::move(state_));
      range(top + 1, last);
      loops_.pop_back();
      if (!loop.returns) break;
      State grown = start;
      if (!merge(grown, loop.back)) break;
      grown.builds = start.builds;
      grown.texts = start.texts;
      if (round >= kRounds) {
        for (std::size_t i = 0; i < grown.registers.size(); ++i)
          if (grown.registers[i] != start.registers[i])
            grown.registers[i] = extents_.without_limit(grown.registers[i]);
        if (round > kRounds) {
          start = std::move(grown);
          break;
        }
      }
      start = std::move(grown);
    }
    times_ = outer;
    for (auto& [target, state] : loop.leaving) {
      if (loop.returns) add_rounds(start, loop.back, times, state);
      flow(target, std::move(state));
    }
    if (loop.returns) add_rounds(start, loop.back, times, start);
    flow(in.d, std::move(start));
  }

  /// What one round adds to what is being built is added as often as there are rounds.
  void add_rounds(const State& before, const State& after, std::uint64_t times, State& to) {
    add_rounds(before.builds, after.builds, times, to.builds);
    add_rounds(before.texts, after.texts, times, to.texts);
  }
  void add_rounds(const std::vector<Open>& before, const std::vector<Open>& after,
                  std::uint64_t times, std::vector<Open>& to) {
    for (std::size_t i = 0; i < before.size() && i < after.size() && i < to.size(); ++i) {
      const auto added = [](std::uint64_t from, std::uint64_t now) {
        return now > from ? now - from : 0;
      };
      const std::uint64_t cells = added(before[i].cells, after[i].cells);
      const std::uint64_t json = added(before[i].json, after[i].json);
      if (after[i].parts != before[i].parts) to[i].straight = false;
      to[i].cells = sum(to[i].cells, product(times, cells));
      to[i].json = sum(to[i].json, product(times, json));
      to[i].value = extents_.join(to[i].value, after[i].value);
    }
  }

  /// The next element in its register.
  void enter(const Instruction& in) {
    const ExtentId from = state_.registers[in.a];
    put(in.c, kScalar);
    if ((in.e & kRecordElements) != 0)
      put(in.b, extents_.intern({0, 0, std::vector<ExtentId>(extents_[from].cells)}));
    else if (in.e == 0)
      put(in.b, extents_.sized(0, extents_[from].json));
    else
      put(in.b, extents_.cell(from, 0));
  }

  /// Whether control goes on to the next instruction.
  bool step(std::uint32_t pc) {
    const Instruction& in = p_.code[pc];
    const auto op = static_cast<Opcode>(in.op);
    Step& known = section_.steps[section_.index(pc)];
    known.units = std::max(known.units, sum(kOpcodes[in.op].cost, walked(p_, in, *this)));
    known.bytes = std::max(known.bytes, bytes(in));
    switch (op) {
      case Opcode::jump: flow(in.d, std::move(state_)); return false;
      case Opcode::jump_if:
      case Opcode::jump_unless: flow(in.d, state_); return true;
      case Opcode::condition: flow(in.e, state_); return true;
      case Opcode::next:
        flow(in.d, state_);
        enter(in);
        return true;
      case Opcode::memo_get: {
        State known_value = state_;
        known_value.registers[in.a] = facts_.memos[in.d];
        flow(in.e, std::move(known_value));
        return true;
      }
      case Opcode::dispatch:
      case Opcode::rule_begin:
      case Opcode::rule_end:
        std::fill(state_.registers.begin(), state_.registers.end(), kScalar);
        return true;
      case Opcode::end: finish_section(); return false;
      default: break;
    }
    if (op <= Opcode::move)
      moving(in);
    else if (op <= Opcode::mask_add)
      computing(in);
    else if (op <= Opcode::list_to_set)
      building(in);
    else if (op <= Opcode::text_end)
      quorum_or_text(in);
    else
      output(in, pc);
    return true;
  }

  void finish_section() {
    if (state_.registers.empty()) return;
    section_.text_bytes = std::max(section_.text_bytes, at(0).n);
    section_.text_json = std::max(section_.text_json, at(0).json);
  }

  std::uint64_t bytes(const Instruction& in) const {
    const auto cells = [](std::uint64_t count) { return allocated(product(count, sizeof(Cell))); };
    switch (static_cast<Opcode>(in.op)) {
      case Opcode::lower: return allocated(at(in.b).n);
      case Opcode::output_keys: return cells(keys_of(in.d));
      case Opcode::keys: return cells(at(in.b).n);
      case Opcode::list_to_set:
        return cells(product(at(in.b).n, std::max<std::size_t>(at(in.b).cells.size(), 1)));
      // On the scratch stack, and in the arena.
      case Opcode::build_add: return sizeof(Cell) * (1 + record_cells(in.d));
      case Opcode::build_set:
      case Opcode::build_list:
      case Opcode::build_map: return cells(pushed(in.b));
      case Opcode::build_record: return cells(record_cells(in.d));
      case Opcode::build_votes:
        return sum(allocated(product(pushed(in.b), sizeof(std::string_view))),
                   allocated(product(pushed(in.b), sizeof(std::uint16_t))));
      case Opcode::quorum_both:
        return allocated(product(sum(at(in.b).n, at(in.c).n), sizeof(base::Clause)));
      case Opcode::text_literal: return extents_[extents_.of_constant(in.d)].n;
      case Opcode::text_value: return extents_.text_bytes(in.d, state_.registers[in.b]).n;
      case Opcode::text_position: return kPositionBytes;
      case Opcode::text_end: return allocated(state_.texts.empty() ? 0 : state_.texts.back().cells);
      case Opcode::fire: return sum(sizeof(Ledger::Firing), cells(facts_.rule(in.d).local_count));
      case Opcode::contribute:
      case Opcode::contribute_relative: return sizeof(Ledger::Entry);
      case Opcode::start:
      case Opcode::derive: return sizeof(Ledger::Key);
      case Opcode::domain: return sum(cells(at(in.b).n), product(at(in.b).n, sizeof(Ledger::Key)));
      case Opcode::finish: return finish_bytes(in.d);
      default: return 0;
    }
  }

  std::uint64_t finish_bytes(std::uint32_t output) const {
    const DecisionExtents::Output& known = facts_.outputs[output];
    const std::uint64_t key = facts_.output(output).per ? 0 : sizeof(Ledger::Key);
    switch (facts_.output(output).kind) {
      case OutputKind::collected:
        return sum(
            key,
            product(keys_of(output), allocated(product(sizeof(Cell), extents_[known.start].n + 1))),
            product(sizeof(Cell), spread(output)));
      case OutputKind::quorum:
      case OutputKind::verdict:
        return sum(key,
                   product(keys_of(output),
                           allocated(product(sizeof(base::Clause), extents_[known.start].n + 1))),
                   product(sizeof(base::Clause), spread_clauses(output)));
      default: return key;
    }
  }

  std::uint64_t record_cells(std::uint32_t row) const {
    const TypeDesc& type = p_.types[row];
    return type.kind == Kind::record ? p_.records[type.decl].cells : 0;
  }

  /// Of everything that was required of an output, or held it.
  std::uint64_t clauses(std::uint32_t output) const {
    std::uint64_t all = 0;
    for (const std::uint32_t pc : facts_.outputs[output].contributions) {
      const DecisionExtents::Contribution& one = facts_.contributed[pc];
      all = sum(all, product(one.times, extents_[one.value].n));
    }
    return all;
  }

  /// The same, for each key that they reach.
  std::uint64_t spread_clauses(std::uint32_t output) const {
    std::uint64_t all = 0;
    for (const std::uint32_t pc : facts_.outputs[output].contributions)
      all = sum(all, product(reached(pc), extents_[facts_.contributed[pc].value].n));
    return all;
  }

  void moving(const Instruction& in) {
    const auto known = [&]() -> DecisionExtents::Output& { return facts_.outputs[in.d]; };
    switch (static_cast<Opcode>(in.op)) {
      case Opcode::constant: return put(in.a, extents_.of_constant(in.d));
      case Opcode::slot:
        return put(in.a, in.d < facts_.slots.size() ? facts_.slots[in.d] : kScalar);
      case Opcode::data: return put(in.a, extents_.of_type(p_.data[in.d].type));
      case Opcode::output:
      case Opcode::output_at: return put(in.a, known().value);
      case Opcode::output_needs:
      case Opcode::output_needs_at: return put(in.a, known().needs);
      case Opcode::output_keys: {
        const std::uint64_t bound = extents_[known().key].json;
        const bool members = p_.types[facts_.output(in.d).key_type].kind == Kind::enumeration;
        return put(in.a, members ? extents_.sized(std::min(keys_of(in.d), bound), bound)
                                 : extents_.items(keys_of(in.d), known().key));
      }
      case Opcode::field: return put(in.a, extents_.cell(state_.registers[in.b], in.d));
      case Opcode::move: return put(in.a, state_.registers[in.b]);
      default: return put(in.a, kScalar);
    }
  }

  void computing(const Instruction& in) {
    switch (static_cast<Opcode>(in.op)) {
      case Opcode::iterate: put(in.a, state_.registers[in.b]); return put(in.e, kScalar);
      case Opcode::memo_put: return facts_.grow(facts_.memos[in.d], state_.registers[in.b]);
      case Opcode::lower:
      case Opcode::trim: return put(in.a, state_.registers[in.b]);
      case Opcode::minimum:
      case Opcode::maximum: {
        const Extent& from = at(in.b);
        return put(in.a, from.cells.empty() ? extents_.sized(0, from.json) : from.cells.front());
      }
      case Opcode::keys: {
        const ExtentId key = extents_.cell(state_.registers[in.b], 0);
        const bool members = p_.types[p_.types[in.d].key].kind == Kind::enumeration;
        const std::uint64_t n = at(in.b).n, bound = extents_[key].json;
        return put(in.a,
                   members ? extents_.sized(std::min(n, bound), bound) : extents_.items(n, key));
      }
      case Opcode::map_get: {
        const Extent& map = at(in.b);
        if (p_.types[p_.types[in.d].element].kind != Kind::record)
          return put(in.a, extents_.cell(state_.registers[in.b], 1));
        Extent record;
        if (!map.cells.empty()) record.cells.assign(map.cells.begin() + 1, map.cells.end());
        return put(in.a, extents_.intern(std::move(record)));
      }
      case Opcode::mask_add: {
        const std::uint64_t bound = std::max(at(in.a).json, at(in.b).json);
        return put(in.a, extents_.sized(bound, bound));
      }
      default:
        if (kOpcodes[in.op].operand[0] == 'W') put(in.a, kScalar);
    }
  }

  void push(const Instruction& in) {
    if (state_.builds.empty()) return;
    Open& open = state_.builds.back();
    const ExtentId value = state_.registers[in.b];
    open.cells = sum(open.cells, 1 + record_cells(in.d));
    open.value = extents_.join(open.value, value);
    open.straight = open.straight && open.parts.size() < kKeptParts;
    if (open.straight) open.parts.push_back(value);
  }

  Open pop() {
    if (state_.builds.empty()) return {};
    Open open = std::move(state_.builds.back());
    state_.builds.pop_back();
    return open;
  }

  void building(const Instruction& in) {
    switch (static_cast<Opcode>(in.op)) {
      case Opcode::build_begin: state_.builds.emplace_back(); return put(in.a, kScalar);
      case Opcode::build_add: return push(in);
      case Opcode::build_set:
      case Opcode::build_list: {
        const Open open = pop();
        const std::uint64_t cells = record_cells(in.d);
        const std::uint64_t count = open.cells / (1 + cells);
        if (cells == 0) return put(in.a, extents_.items(count, open.value));
        return put(in.a,
                   extents_.intern({count, 0, std::vector<ExtentId>(extents_[open.value].cells)}));
      }
      case Opcode::build_map: {
        const Open open = pop();
        const std::uint64_t cells = record_cells(p_.types[in.d].element);
        Extent map{open.cells / (2 + cells), 0, {open.value}};
        if (cells == 0)
          map.cells.push_back(open.value);
        else
          map.cells.insert(map.cells.end(), extents_[open.value].cells.begin(),
                           extents_[open.value].cells.end());
        return put(in.a, extents_.intern(std::move(map)));
      }
      case Opcode::build_record: {
        const Open open = pop();
        const Run fields = p_.records[p_.types[in.d].decl].fields;
        Extent record;
        record.cells.assign(record_cells(in.d), kScalar);
        for (std::uint32_t i = 0; i < fields.count; ++i) {
          const std::uint32_t offset = p_.fields[fields.first + i].offset;
          const bool own = open.straight && open.parts.size() == fields.count;
          const ExtentId part = own ? open.parts[i] : open.value;
          record.cells[offset] = part;
          const std::vector<ExtentId>& nested = extents_[part].cells;
          if (p_.types[p_.fields[fields.first + i].type].kind != Kind::record) continue;
          for (std::size_t k = 0; k < nested.size() && offset + 1 + k < record.cells.size(); ++k)
            record.cells[offset + 1 + k] = nested[k];
        }
        return put(in.a, extents_.intern(std::move(record)));
      }
      default: {  // list_to_set
        if (p_.types[in.d].kind != Kind::enumeration) return put(in.a, state_.registers[in.b]);
        const std::uint64_t bound = extents_[extents_.cell(state_.registers[in.b], 0)].json;
        return put(in.a, extents_.sized(std::min(at(in.b).n, bound), bound));
      }
    }
  }

  void append(const Extent& text) {
    if (state_.texts.empty()) return;
    state_.texts.back().cells = sum(state_.texts.back().cells, text.n);
    state_.texts.back().json = sum(state_.texts.back().json, text.json);
  }

  void quorum_or_text(const Instruction& in) {
    switch (static_cast<Opcode>(in.op)) {
      case Opcode::quorum_both:
        return put(in.a, extents_.sized(std::min(sum(at(in.b).n, at(in.c).n), kMostClauses)));
      case Opcode::missing_set:
      case Opcode::missing_votes: return put(in.a, extents_.sized(kQuorumMembers, kQuorumBits));
      case Opcode::build_votes: {
        const Open open = pop();
        return put(in.a, extents_.sized(open.cells / 2));
      }
      case Opcode::text_begin: {
        state_.texts.emplace_back();
        const std::uint64_t depth = state_.texts.size();
        return put(in.a, extents_.sized(depth, kUnbounded - depth));
      }
      case Opcode::text_literal: return append(extents_[extents_.of_constant(in.d)]);
      case Opcode::text_value: return append(extents_.text_bytes(in.d, state_.registers[in.b]));
      case Opcode::text_position: return append({kPositionBytes, kPositionBytes, {}});
      case Opcode::text_end: return end_text(in);
      default: return put(in.a, kScalar);
    }
  }

  /// Marks close in the reverse order of their opening; a program in which they may not has texts
  /// without limit.
  void end_text(const Instruction& in) {
    const std::uint64_t depth = at(in.b).n;
    if (depth != state_.texts.size() || at(in.b).json != kUnbounded - depth)
      return put(in.a, extents_.sized(kUnbounded, kUnbounded));
    const Open open = std::move(state_.texts.back());
    state_.texts.pop_back();
    put(in.a, extents_.sized(open.cells, sum(open.json, 2)));
  }

  void output(const Instruction& in, std::uint32_t pc) {
    switch (static_cast<Opcode>(in.op)) {
      case Opcode::start:
      case Opcode::start_at: return facts_.grow(facts_.outputs[in.d].start, state_.registers[in.b]);
      case Opcode::derive:
      case Opcode::derive_at:
        return facts_.grow(facts_.outputs[in.d].value, state_.registers[in.b]);
      case Opcode::domain: {
        DecisionExtents::Output& known = facts_.outputs[in.d];
        if (at(in.b).n > known.keys) facts_.changed = true;
        known.keys = std::max(known.keys, at(in.b).n);
        const Extent& from = at(in.b);
        return facts_.grow(known.key, in.e == 0 ? extents_.sized(0, from.json)
                                                : extents_.cell(state_.registers[in.b], 0));
      }
      case Opcode::fire: {
        const RuleDesc& rule = facts_.rule(in.d);
        std::vector<ExtentId>& names = facts_.fired[in.d];
        names.resize(rule.local_count, kScalar);
        std::uint64_t& times = facts_.firings[pc];
        times = std::max(times, times_);
        for (std::uint32_t i = 0; i < rule.local_count; ++i)
          facts_.grow(names[i], state_.registers[rule.locals + i]);
        return;
      }
      case Opcode::contribute:
      case Opcode::contribute_relative: {
        const ContributionDesc& desc = p_.contributions[in.d];
        facts_.outputs[desc.output].contributions.insert(pc);
        DecisionExtents::Contribution& known = facts_.contributed[pc];
        known.times = std::max(known.times, times_);
        if (desc.verb != Verb::permit && desc.verb != Verb::forbid)
          known.value = extents_.join(known.value, state_.registers[in.b]);
        return;
      }
      case Opcode::finish: return finish(in.d);
      default: return;
    }
  }

  void finish(std::uint32_t id) {
    const OutputDesc& desc = facts_.output(id);
    DecisionExtents::Output& known = facts_.outputs[id];
    const Extent start = extents_[known.start];
    switch (desc.kind) {
      case OutputKind::highest:
      case OutputKind::lowest: {
        ExtentId value = known.start;
        for (const std::uint32_t pc : known.contributions)
          value = extents_.join(value, facts_.contributed[pc].value);
        return facts_.grow(known.value, value);
      }
      case OutputKind::quorum:
        return facts_.grow(known.value,
                           extents_.sized(std::min(kMostClauses, sum(start.n, clauses(id)))));
      case OutputKind::verdict:
        facts_.grow(known.value, extents_.sized(0, 4));
        return facts_.grow(known.needs, extents_.sized(std::min(kMostClauses, clauses(id))));
      case OutputKind::collected: {
        ExtentId element = extents_.cell(known.start, 0);
        std::uint64_t bound = start.json;
        for (const std::uint32_t pc : known.contributions) {
          const ExtentId one = facts_.contributed[pc].value;
          element = extents_.join(element, one);
          bound = std::max(bound, extents_[one].json);
        }
        const std::uint64_t n = sum(start.n, entries(id));
        const bool members = p_.types[p_.types[desc.type].element].kind == Kind::enumeration;
        return facts_.grow(known.value, members ? extents_.sized(std::min(n, bound), bound)
                                                : extents_.items(n, element));
      }
      default: return;
    }
  }

  DecisionExtents& facts_;
  const Program& p_;
  Extents& extents_;
  Section& section_;
  State state_;
  std::map<std::uint32_t, State> pending_;
  std::vector<Loop*> loops_;
  std::uint64_t times_ = 1;  ///< how often the loops around let an instruction run
};

}  // namespace

DecisionExtents::DecisionExtents(const Program& program_in, const DecisionDesc& decision_in,
                                 Extents& extents_in)
    : program(program_in), decision(decision_in), extents(extents_in) {
  for (std::uint32_t i = 0; i < decision.inputs.count; ++i) {
    const std::uint32_t type = program.inputs[decision.inputs.first + i].type;
    const ExtentId input = extents.of_type(type);
    slots.push_back(input);
    if (program.types[type].kind != Kind::record) continue;
    const std::vector<ExtentId>& cells = extents[input].cells;
    slots.insert(slots.end(), cells.begin(), cells.end());
  }
  memos.assign(decision.memos, kScalar);
  outputs.resize(decision.outputs.count);
}

void sweep(DecisionExtents& facts, Section& section, std::uint32_t first,
           const std::vector<ExtentId>& given) {
  State state;
  state.registers.assign(facts.decision.registers, kScalar);
  std::copy(given.begin(), given.end(), state.registers.begin() + first);
  Sweep(facts, section).run(std::move(state));
}

}  // namespace writ::engine::cost
