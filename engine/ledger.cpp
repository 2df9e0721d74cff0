#include "engine/ledger.hpp"

#include <algorithm>

#include "base/decimal.hpp"

#include "dsl/model.hpp"

#include "engine/compare.hpp"

namespace writ::engine {
namespace {

std::span<const base::Clause> clauses(const Cell& q) {
  return {q.clauses, q.present != 0 ? q.n : 0};
}

std::int64_t clamp(const OutputDesc& desc, std::int64_t value) {
  return desc.clamp ? std::clamp(value, desc.low, desc.high) : value;
}

/// The same comparison read from the other side: `a OP b` as `b OP' a`.
dsl::Compare mirrored(dsl::Compare compare) {
  switch (compare) {
    case dsl::Compare::less: return dsl::Compare::greater;
    case dsl::Compare::less_equal: return dsl::Compare::greater_equal;
    case dsl::Compare::greater: return dsl::Compare::less;
    case dsl::Compare::greater_equal: return dsl::Compare::less_equal;
    case dsl::Compare::equal:
    case dsl::Compare::not_equal: break;
  }
  return compare;
}

}  // namespace

Ranks::Ranks(const Program& program, std::uint32_t enumeration) {
  if (enumeration == kNone) return;
  const Run members = program.enums[enumeration].members;
  count = std::min<std::uint32_t>(members.count, 16);
  for (std::uint32_t i = 0; i < count; ++i)
    rank[i] = program.members[members.first + i].rank;
}

void Ledger::begin(const Program& program, std::uint32_t decision, base::Micros now, Arena& arena) {
  program_ = &program;
  arena_ = &arena;
  decision_ = decision;
  now_ = now;
  horizon_.reset();
  failed_ = false;
  outputs_.assign(decision_desc().outputs.count, Output{});
  keys_.clear();
  firings_.clear();
  entries_.clear();
}

/// The one key of an output without `per`, made when it is first needed.
Ledger::Output& Ledger::begun(std::uint32_t output) {
  Output& o = outputs_[output];
  if (!o.begun) {
    o.begun = true;
    o.first_key = static_cast<std::uint32_t>(keys_.size());
    o.key_count = desc(output).per ? 0 : 1;
    keys_.resize(keys_.size() + o.key_count);
  }
  return o;
}

void Ledger::set_start(std::uint32_t output, const Cell& value) {
  const OutputDesc& d = desc(output);
  Key& key = keys_[begun(output).first_key];
  key.start = value;
  if (d.clamp) key.start.i = clamp(d, value.i);
}

void Ledger::set_domain(std::uint32_t output, const Cell& collection, std::uint32_t stride) {
  Output& o = outputs_[output];
  if (o.begun) return;  // contributions name keys by their place
  o.begun = true;
  o.first_key = static_cast<std::uint32_t>(keys_.size());
  const std::uint32_t type = desc(output).key_type;
  if (collection.present == 0) return;
  if (stride == 0) {
    for_each_member(*program_, program_->types[type].decl, collection.u, [&](std::uint32_t member) {
      keys_.emplace_back().key = Cell::integer(member);
    });
    o.key_count = static_cast<std::uint32_t>(keys_.size()) - o.first_key;
    return;
  }
  Cell* sorted = arena_->cells(collection.n);
  std::copy_n(collection.cells, collection.n, sorted);
  o.key_count = sort_unique(*program_, type, 1, sorted, collection.n);
  for (std::uint32_t i = 0; i < o.key_count; ++i)
    keys_.emplace_back().key = sorted[i];
}

std::uint32_t Ledger::find_key(std::uint32_t output, const Cell& key) const {
  if (key.present == 0) return kNone;
  const Output& o = outputs_[output];
  const std::uint32_t type = desc(output).key_type;
  std::uint32_t low = 0, high = o.key_count;
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    const int order = compare(*program_, type, keys_[o.first_key + middle].key, key);
    if (order == 0) return middle;
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return kNone;
}

void Ledger::set_start_at(std::uint32_t output, const Cell& value, const Cell& key) {
  const std::uint32_t index = find_key(output, key);
  if (index == kNone) return;
  Key& k = keys_[outputs_[output].first_key + index];
  k.start = value;
  if (desc(output).clamp) k.start.i = clamp(desc(output), value.i);
}

void Ledger::fire(std::uint32_t rule, const Cell* locals, std::uint32_t local_count) {
  Cell* saved = arena_->cells(local_count);
  std::copy_n(locals, local_count, saved);
  firings_.push_back({.rule = rule,
                      .waiver = kNone,
                      .first = static_cast<std::uint32_t>(entries_.size()),
                      .count = 0,
                      .locals = saved});
}

void Ledger::contribute(std::uint32_t contribution, const Cell& value, const Cell& key,
                        bool relative) {
  const ContributionDesc& c = program_->contributions[contribution];
  Output& o = begun(c.output);
  Entry entry;
  entry.contribution = contribution;
  entry.firing = static_cast<std::uint32_t>(firings_.size() - 1);
  if (c.keyed) {
    entry.key = find_key(c.output, key);
    if (entry.key == kNone) return;  // a key outside the domain is ignored
  }
  entry.value = value;
  if (relative) {
    entry.relative = true;
    entry.until = value.i;
    entry.value.i = base::saturating_sub(value.i, now_);
  }
  if (c.verb == Verb::at_least || c.verb == Verb::at_most)
    entry.value.i = clamp(desc(c.output), entry.value.i);
  if (c.verb == Verb::include && value.present == 0) return;
  std::uint32_t& first =
      entry.key == kNone ? o.first_entry : keys_[o.first_key + entry.key].first_entry;
  entry.next = first;
  first = static_cast<std::uint32_t>(entries_.size());
  entries_.push_back(entry);
  ++firings_.back().count;
}

void Ledger::finish(std::uint32_t output) {
  begun(output);
  switch (desc(output).kind) {
    case OutputKind::highest: return finish_ordered(output, true);
    case OutputKind::lowest: return finish_ordered(output, false);
    case OutputKind::quorum: return finish_quorum(output);
    case OutputKind::collected: return finish_collected(output);
    case OutputKind::verdict: return finish_verdict(output);
    case OutputKind::derived:
    case OutputKind::codes: return;
  }
}

void Ledger::finish_ordered(std::uint32_t output, bool highest) {
  const Output& o = outputs_[output];
  for (std::uint32_t k = 0; k < o.key_count; ++k) {
    Key& key = keys_[o.first_key + k];
    key.value = key.start;
    for_each_entry(output, k, [&](const Entry& entry) {
      key.value.i =
          highest ? std::max(key.value.i, entry.value.i) : std::min(key.value.i, entry.value.i);
    });
  }
}

/// The conjunction of what was required of `key` (its index) with `start`, in normal form.
Cell Ledger::join_quorum(std::uint32_t output, Verb verb, std::uint32_t key,
                         const Cell& start) const {
  const auto counts = [&](const Entry& e) {
    return program_->contributions[e.contribution].verb == verb;
  };
  std::size_t total = clauses(start).size();
  for_each_entry(output, key, [&](const Entry& entry) {
    if (counts(entry)) total += clauses(entry.value).size();
  });
  auto* all = arena_->array<base::Clause>(total);
  auto* end = std::copy_n(clauses(start).data(), clauses(start).size(), all);
  for_each_entry(output, key, [&](const Entry& entry) {
    if (counts(entry))
      end = std::copy_n(clauses(entry.value).data(), clauses(entry.value).size(), end);
  });
  const Ranks ranks(*program_, desc(output).members);
  return Cell::quorum(all, static_cast<std::uint32_t>(base::normalize(all, total, ranks.span())));
}

void Ledger::finish_quorum(std::uint32_t output) {
  const Output& o = outputs_[output];
  for (std::uint32_t k = 0; k < o.key_count; ++k) {
    Key& key = keys_[o.first_key + k];
    key.value = join_quorum(output, Verb::require, k, key.start);
  }
}

void Ledger::finish_collected(std::uint32_t output) {
  const Output& o = outputs_[output];
  const std::uint32_t element = program_->types[desc(output).type].element;
  const bool mask = is_mask_element(*program_, element);
  for (std::uint32_t k = 0; k < o.key_count; ++k) {
    Key& key = keys_[o.first_key + k];
    std::uint64_t bits = mask && key.start.present != 0 ? key.start.u : 0;
    const std::uint32_t started = !mask && key.start.present != 0 ? key.start.n : 0;
    std::uint32_t count = started;
    for_each_entry(output, k, [&](const Entry&) { ++count; });
    Cell* items = mask ? nullptr : arena_->cells(count);
    if (started != 0) std::copy_n(key.start.cells, started, items);
    std::uint32_t used = started;
    for_each_entry(output, k, [&](const Entry& entry) {
      if (mask)
        bits |= std::uint64_t{1} << entry.value.i;
      else
        items[used++] = entry.value;
    });
    key.value = mask ? Cell::mask(bits)
                     : Cell::items(items, sort_unique(*program_, element, 1, items, used));
  }
}

void Ledger::finish_verdict(std::uint32_t output) {
  const Output& o = outputs_[output];
  for (std::uint32_t k = 0; k < o.key_count; ++k) {
    Key& key = keys_[o.first_key + k];
    for_each_entry(output, k, [&](const Entry& entry) {
      const Verb verb = program_->contributions[entry.contribution].verb;
      key.granted |= verb == Verb::permit;
      key.forbidden |= verb == Verb::forbid;
    });
    key.needs = join_quorum(output, Verb::hold, k, Cell());
    key.needs.present = 1;
    key.outcome = key.forbidden || failed_ ? Outcome::forbid
                  : !key.granted           ? Outcome::deny
                  : key.needs.n != 0       ? Outcome::hold
                                           : Outcome::permit;
  }
}

void Ledger::derive(std::uint32_t output, const Cell& value) {
  keys_[begun(output).first_key].value = value;
}

void Ledger::derive_at(std::uint32_t output, const Cell& value, const Cell& key) {
  const std::uint32_t index = find_key(output, key);
  if (index != kNone) keys_[outputs_[output].first_key + index].value = value;
}

namespace {
Cell reading(const OutputDesc& desc, const Ledger::Key& key) {
  return desc.kind == OutputKind::verdict ? Cell::integer(static_cast<std::int64_t>(key.outcome))
                                          : key.value;
}
}  // namespace

Cell Ledger::value(std::uint32_t output) const {
  const Output& o = outputs_[output];
  return o.begun && o.key_count != 0 ? reading(desc(output), keys_[o.first_key]) : Cell();
}

Cell Ledger::value_at(std::uint32_t output, const Cell& key) const {
  const std::uint32_t index = find_key(output, key);
  return index == kNone ? Cell() : reading(desc(output), keys_[outputs_[output].first_key + index]);
}

Cell Ledger::needs(std::uint32_t output) const {
  const Output& o = outputs_[output];
  return o.begun && o.key_count != 0 ? keys_[o.first_key].needs : Cell();
}

Cell Ledger::needs_at(std::uint32_t output, const Cell& key) const {
  const std::uint32_t index = find_key(output, key);
  return index == kNone ? Cell() : keys_[outputs_[output].first_key + index].needs;
}

Cell Ledger::keys_with(std::uint32_t output, std::uint32_t which) const {
  const auto wanted = [&](const Key& key) {
    return which == 0   ? key.outcome == Outcome::permit
           : which == 1 ? key.outcome == Outcome::hold
                        : key.outcome == Outcome::deny || key.outcome == Outcome::forbid;
  };
  const std::span<const Key> all = keys(output);
  if (is_mask_element(*program_, desc(output).key_type)) {
    std::uint64_t bits = 0;
    for (const Key& key : all)
      if (wanted(key)) bits |= std::uint64_t{1} << key.key.i;
    return Cell::mask(bits);
  }
  Cell* items = arena_->cells(all.size());
  std::uint32_t count = 0;
  for (const Key& key : all)
    if (wanted(key)) items[count++] = key.key;
  return Cell::items(items, count);
}

bool Ledger::decides_at(const Entry& entry, const Key& key) const {
  switch (program_->contributions[entry.contribution].verb) {
    case Verb::at_least:
    case Verb::at_most: return entry.value.i == key.value.i && key.value.i != key.start.i;
    case Verb::require: return !base::implies(clauses(key.start), clauses(entry.value));
    case Verb::include:
    case Verb::forbid: return true;
    case Verb::permit: return key.outcome == Outcome::permit;
    case Verb::hold: return key.outcome == Outcome::hold;
  }
  return false;
}

bool Ledger::decides(const Entry& entry) const {
  const ContributionDesc& c = program_->contributions[entry.contribution];
  const std::span<const Key> all = keys(c.output);
  if (entry.key != kNone) return decides_at(entry, all[entry.key]);
  if (c.verb == Verb::forbid) return true;  // also with an empty domain
  return std::any_of(all.begin(), all.end(),
                     [&](const Key& key) { return decides_at(entry, key); });
}

void Ledger::candidate(Wide instant) {
  if (instant <= now_ || instant > base::kMaxInstant) return;
  const auto t = static_cast<base::Micros>(instant);
  if (!horizon_ || t < *horizon_) horizon_ = t;
}

void Ledger::feed_horizon(std::uint32_t compare, std::uint32_t shape, const Cell& a,
                          const Cell& b) {
  if (a.present == 0) return;
  auto op = static_cast<dsl::Compare>(compare);
  const auto form = static_cast<dsl::NowShape>(shape);
  Wide t = a.i;
  if (form != dsl::NowShape::now) {
    if (b.present == 0) return;
    t = form == dsl::NowShape::now_minus ? t + b.i : t - b.i;
    if (form == dsl::NowShape::minus_now) op = mirrored(op);
  }
  if (op == dsl::Compare::less || op == dsl::Compare::greater_equal) return candidate(t);
  if (op == dsl::Compare::less_equal || op == dsl::Compare::greater) return candidate(t + 1);
  candidate(t);
  candidate(t + 1);
}

std::optional<base::Micros> Ledger::valid_until() const {
  std::optional<base::Micros> least = horizon_;
  const auto bound = [&](base::Micros t) {
    if (t <= base::kMaxInstant && (!least || t < *least)) least = t;
  };
  const Run run = decision_desc().instants;
  const auto first = program_->instants.begin() + run.first;
  const auto last = first + run.count;
  if (const auto after = std::upper_bound(first, last, now_); after != last) bound(*after);
  for (const Entry& entry : entries_) {
    if (!entry.relative || firings_[entry.firing].waiver != kNone) continue;
    const ContributionDesc& c = program_->contributions[entry.contribution];
    if (c.verb == Verb::at_least) {
      if (decides(entry)) bound(now_);
      continue;
    }
    const std::span<const Key> all = keys(c.output);
    for (std::uint32_t k = 0; k < all.size(); ++k)
      if (entry.key == kNone || entry.key == k)
        bound(std::max(now_, base::saturating_sub(entry.until, all[k].value.i)));
  }
  return least;
}

}  // namespace writ::engine
