#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "engine/arena.hpp"
#include "engine/cell.hpp"
#include "engine/decision.hpp"
#include "engine/verify.hpp"

namespace writ::engine {

/// Wide enough for sums of instants and durations.
__extension__ using Wide = __int128;

/// Everything that the rules of one decision said, and what came of it: keys of `per` outputs,
/// firings with their contributions, the joins, and the instants that bound `valid_until`. Reused
/// from decision to decision (its vectors keep their capacity; cells live in the evaluator's
/// arena). Not thread-safe.
class Ledger {
 public:
  /// What one contribution of one firing said.
  struct Entry {
    std::uint32_t contribution = 0;  ///< row of Program::contributions
    std::uint32_t firing = 0;
    std::uint32_t next = kNone;  ///< for the same key of the same output, or for every key of it
    std::uint32_t key = kNone;   ///< index among the output's keys; kNone: every key
    bool relative = false;
    std::int64_t until = 0;  ///< t of `at most t - now`
    Cell value;
  };
  struct Firing {
    std::uint32_t rule = 0;              ///< index within the decision
    std::uint32_t waiver = kNone;        ///< index within the decision
    std::uint32_t first = 0, count = 0;  ///< its entries
    const Cell* locals = nullptr;        ///< RuleDesc::local_count cells
  };
  /// One key of a `per` output, or the only one of another.
  struct Key {
    Cell key;
    Cell start;  ///< absent where the output has none
    Cell value;  ///< the final value; verdicts: unused
    bool granted = false, forbidden = false;
    Outcome outcome = Outcome::deny;
    Cell needs;
    std::uint32_t first_entry = kNone;  ///< of those for this key alone
  };
  struct Output {
    std::uint32_t first_key = 0, key_count = 0;  ///< rows of keys
    std::uint32_t first_entry = kNone;           ///< of those for every key
    bool begun = false;
  };

  void begin(const Program& program, std::uint32_t decision, base::Micros now, Arena& arena);
  /// After begin(): there is no decision, so that every verdict comes out as `forbid`.
  void fail() { failed_ = true; }

  // --- what the VM's instructions say (opcodes.inc) ---
  void set_start(std::uint32_t output, const Cell& value);
  void set_domain(std::uint32_t output, const Cell& collection, std::uint32_t stride);
  void set_start_at(std::uint32_t output, const Cell& value, const Cell& key);
  void fire(std::uint32_t rule, const Cell* locals, std::uint32_t local_count);
  void waive(std::uint32_t waiver) { firings_.back().waiver = waiver; }
  void contribute(std::uint32_t contribution, const Cell& value, const Cell& key, bool relative);
  void finish(std::uint32_t output);
  void derive(std::uint32_t output, const Cell& value);
  void derive_at(std::uint32_t output, const Cell& value, const Cell& key);
  /// The comparison `compare` of shape `shape` (dsl::Compare, dsl::NowShape) with these operands
  /// bounds valid_until.
  void feed_horizon(std::uint32_t compare, std::uint32_t shape, const Cell& a, const Cell& b);

  // --- reading ---
  Cell value(std::uint32_t output) const;
  Cell value_at(std::uint32_t output, const Cell& key) const;
  Cell needs(std::uint32_t output) const;
  Cell needs_at(std::uint32_t output, const Cell& key) const;
  /// The keys of a `per` verdict with outcome permit (0), hold (1), deny or forbid (2).
  Cell keys_with(std::uint32_t output, std::uint32_t which) const;

  const Program& program() const { return *program_; }
  Arena& arena() const { return *arena_; }
  std::uint32_t decision() const { return decision_; }
  const DecisionDesc& decision_desc() const { return program_->decisions[decision_]; }
  base::Micros now() const { return now_; }
  const std::vector<Firing>& firings() const { return firings_; }
  const std::vector<Entry>& entries() const { return entries_; }
  /// Bytes of its rows, the arena apart.
  std::size_t bytes() const {
    return firings_.size() * sizeof(Firing) + entries_.size() * sizeof(Entry) +
           keys_.size() * sizeof(Key);
  }
  const Output& output(std::uint32_t output) const { return outputs_[output]; }
  std::span<const Key> keys(std::uint32_t output) const {
    return std::span(keys_).subspan(outputs_[output].first_key, outputs_[output].key_count);
  }
  const OutputDesc& desc(std::uint32_t output) const {
    return program_->outputs[decision_desc().outputs.first + output];
  }
  /// Calls visit(entry) for all that was said of key `key` (index among the output's keys).
  template <class Visit>
  void for_each_entry(std::uint32_t output, std::uint32_t key, Visit&& visit) const {
    const Output& o = outputs_[output];
    for (const std::uint32_t first : {keys_[o.first_key + key].first_entry, o.first_entry})
      for (std::uint32_t e = first; e != kNone; e = entries_[e].next)
        visit(entries_[e]);
  }
  /// Whether an entry of a firing that is not waived decides (language.md section 3): at one of the
  /// keys it reached.
  bool decides(const Entry& entry) const;
  /// Whether it decides at this key.
  bool decides_at(const Entry& entry, const Key& key) const;
  /// The least instant at which the decision can change; call after the horizon section has run.
  std::optional<base::Micros> valid_until() const;

 private:
  Output& begun(std::uint32_t output);
  std::uint32_t find_key(std::uint32_t output, const Cell& key) const;
  void finish_ordered(std::uint32_t output, bool highest);
  void finish_quorum(std::uint32_t output);
  void finish_collected(std::uint32_t output);
  void finish_verdict(std::uint32_t output);
  Cell join_quorum(std::uint32_t output, Verb verb, std::uint32_t key, const Cell& start) const;
  void candidate(Wide instant);

  const Program* program_ = nullptr;
  Arena* arena_ = nullptr;
  std::uint32_t decision_ = 0;
  base::Micros now_ = 0;
  std::optional<base::Micros> horizon_;
  bool failed_ = false;
  std::vector<Output> outputs_;
  std::vector<Key> keys_;
  std::vector<Firing> firings_;
  std::vector<Entry> entries_;
};

/// MemberDesc::rank of the first members of an enum, for base::normalize.
struct Ranks {
  std::uint8_t rank[16] = {};
  std::uint32_t count = 0;
  Ranks(const Program& program, std::uint32_t enumeration);
  std::span<const std::uint8_t> span() const { return {rank, count}; }
};

}  // namespace writ::engine
