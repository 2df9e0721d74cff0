#include "base/quorum.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <vector>

namespace writ::base {
namespace {

using Mask = std::uint16_t;

constexpr unsigned kMaskBits = 16;

Mask bit(unsigned member) {
  return static_cast<Mask>(1U << member);
}
Mask without(Mask a, Mask b) {
  return static_cast<Mask>(a & ~static_cast<unsigned>(b));
}
int size_of(Mask members) {
  return std::popcount(members);
}

bool demands_all(const Clause& clause) {
  return clause.need > 0 && clause.need == size_of(clause.members);
}

Mask members_of(std::span<const Clause> quorum) {
  Mask members = 0;
  for (const Clause& clause : quorum)
    members = static_cast<Mask>(members | clause.members);
  return members;
}

/// Whether whatever satisfies `a` satisfies `b`. The set that serves `b` least takes as many of a's
/// members as it can outside of b's. A partial order, so that implied clauses can go in any order.
bool clause_implies(const Clause& a, const Clause& b) {
  return a.need - size_of(without(a.members, b.members)) >= b.need;
}

/// The members with their ranks for indexes. A rank may be 16: `unknown` counts among the names.
std::uint32_t ranked(Mask members, std::span<const std::uint8_t> rank) {
  std::uint32_t result = 0;
  for (unsigned i = 0; i < kMaskBits; ++i) {
    if ((members & bit(i)) == 0) continue;
    const unsigned place = i < rank.size() ? rank[i] : i;
    result |= 1U << (place & 31U);
  }
  return result;
}

/// Compares two sets of bits as ascending lists of their indexes.
bool list_before(std::uint32_t a, std::uint32_t b) {
  if (a == b) return false;
  const std::uint32_t difference = a ^ b;
  const std::uint32_t lowest = difference & (0U - difference);
  const std::uint32_t above = ~(lowest | (lowest - 1));
  // The lists part at `lowest`: the one that has it comes first, unless the other one ends there.
  return (a & lowest) != 0 ? (b & above) != 0 : (a & above) == 0;
}

/// Gathers what `all` clauses demand into one, and takes it out of the others. One pass is the
/// fixed point: need and members of a clause fall by the same number, so no further `all` comes
/// about.
std::size_t gather_demanded(Clause* clauses, std::size_t count) {
  Mask demanded = 0;
  for (const Clause& clause : std::span{clauses, count}) {
    if (demands_all(clause)) demanded = static_cast<Mask>(demanded | clause.members);
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const Clause clause = clauses[i];
    const int given = size_of(static_cast<Mask>(clause.members & demanded));
    if (clause.need <= given) continue;  // `all` clauses too
    clauses[kept++] = {static_cast<std::uint16_t>(clause.need - given),
                       without(clause.members, demanded)};
  }
  if (demanded != 0) clauses[kept++] = {static_cast<std::uint16_t>(size_of(demanded)), demanded};
  return kept;
}

/// Repeated clauses imply each other; the last one stays.
std::size_t drop_implied(Clause* clauses, std::size_t count) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const Clause clause = clauses[i];
    const auto implies_it = [&clause](const Clause& other) {
      return clause_implies(other, clause);
    };
    if (std::any_of(clauses, clauses + kept, implies_it) ||
        std::any_of(clauses + i + 1, clauses + count, implies_it)) {
      continue;
    }
    clauses[kept++] = clause;
  }
  return kept;
}

/// Whether `a` implies one clause of b. The worst set for it has all of a's members that are not
/// the clause's, and as many of the clause's as leave it one short.
bool implies_clause(std::span<const Clause> a, const Clause& clause) {
  if (clause.need == 0) return true;
  for (const Clause& own : a) {
    if (clause_implies(own, clause)) return true;
  }
  const Mask all = members_of(a);
  const Mask shared = static_cast<Mask>(all & clause.members);
  const Mask beside = without(all, shared);
  if (size_of(shared) < clause.need) return !satisfied(a, all);
  for (Mask chosen = shared;; chosen = static_cast<Mask>((chosen - 1) & shared)) {
    if (size_of(chosen) == clause.need - 1 && satisfied(a, static_cast<Mask>(beside | chosen))) {
      return false;
    }
    if (chosen == 0) return true;
  }
}

/// Steps through the combinations of `size` of `count` candidates in the order of their lists.
class Combinations {
 public:
  Combinations(Mask candidates, unsigned size) : size_(size) {
    for (unsigned i = 0; i < kMaskBits; ++i) {
      if ((candidates & bit(i)) != 0) candidates_[count_++] = bit(i);
    }
    for (unsigned i = 0; i < size_; ++i)
      chosen_[i] = i;
  }

  Mask current() const {
    Mask members = 0;
    for (unsigned i = 0; i < size_; ++i) {
      members = static_cast<Mask>(members | candidates_[chosen_[i]]);
    }
    return members;
  }

  /// False when the current combination was the last.
  bool advance() {
    unsigned i = size_;
    while (i > 0 && chosen_[i - 1] == count_ - size_ + i - 1)
      --i;
    if (i == 0) return false;
    ++chosen_[i - 1];
    for (; i < size_; ++i)
      chosen_[i] = chosen_[i - 1] + 1;
    return true;
  }

 private:
  std::array<Mask, kMaskBits> candidates_{};
  std::array<unsigned, kMaskBits> chosen_{};
  unsigned count_ = 0;
  unsigned size_;
};

/// A maximum flow of persons over seats to clauses, built one person at a time by augmenting paths.
/// A seat is a member of a clause; it takes one person, a person takes one seat, and a clause takes
/// as many as it needs, so that what a clause counts are distinct members and distinct persons.
/// (Ahuja, Magnanti and Orlin, Network Flows, 1993, section 6.5.)
class Seating {
 public:
  Seating(std::span<const Clause> quorum, std::size_t persons) : quorum_(quorum) {
    const std::size_t seats = quorum.size() * kMaskBits;
    if (seats > kInline || persons + kMaskBits > kInline) {
      heap_.resize(seats + 2 * (persons + kMaskBits) + 2 * quorum.size());
      seat_ = heap_.data();
    } else {
      seat_ = inline_.data();
    }
    roles_ = seat_ + seats;
    visited_ = roles_ + persons + kMaskBits;
    load_ = visited_ + persons + kMaskBits;
    closed_ = load_ + quorum.size();
    std::fill(seat_, seat_ + seats, kFree);
    std::fill(load_, load_ + quorum.size(), 0U);
    for (const Clause& clause : quorum)
      open_ += clause.need;
  }

  /// How many seats are still needed.
  std::uint32_t open() const { return open_; }

  /// Adds a person with these roles; true when one more seat is filled.
  bool add(Mask roles) {
    if (open_ == 0 || roles == 0) return false;
    roles_[persons_] = roles;
    std::fill(visited_, visited_ + persons_ + 1, 0U);
    std::fill(closed_, closed_ + quorum_.size(), 0U);
    if (!place(persons_)) return false;  // who cannot be placed now never can
    ++persons_;
    --open_;
    return true;
  }

 private:
  static constexpr std::uint32_t kFree = ~0U;
  static constexpr std::size_t kInline = 512;

  /// Finds a seat for `person`, moving others to other seats where that frees one.
  bool place(std::uint32_t person) {
    visited_[person] = 1;
    for (std::size_t c = 0; c < quorum_.size(); ++c) {
      auto fitting = static_cast<Mask>(roles_[person] & quorum_[c].members);
      for (; fitting != 0; fitting = static_cast<Mask>(fitting & (fitting - 1))) {
        std::uint32_t& seat =
            seat_[c * kMaskBits + static_cast<unsigned>(std::countr_zero(fitting))];
        if (seat == kFree ? make_room(c) : move(seat)) {
          seat = person;
          return true;
        }
      }
    }
    return false;
  }
  bool move(std::uint32_t person) { return visited_[person] == 0 && place(person); }

  /// Room for one more person on another seat of the clause: it needs one more, or one of its
  /// persons can leave it.
  bool make_room(std::size_t c) {
    if (load_[c] < quorum_[c].need) {
      ++load_[c];
      return true;
    }
    if (closed_[c] != 0) return false;
    closed_[c] = 1;
    for (unsigned m = 0; m < kMaskBits; ++m) {
      std::uint32_t& seat = seat_[c * kMaskBits + m];
      if (seat == kFree || !move(seat)) continue;
      seat = kFree;
      return true;
    }
    return false;
  }

  std::span<const Clause> quorum_;
  std::uint32_t open_ = 0;
  std::uint32_t persons_ = 0;
  std::uint32_t* seat_;     // by clause and member: the person on it
  std::uint32_t* roles_;    // by person
  std::uint32_t* visited_;  // by person
  std::uint32_t* load_;     // by clause: persons on its seats
  std::uint32_t* closed_;   // by clause: visited
  std::array<std::uint32_t, 5 * kInline> inline_;
  std::vector<std::uint32_t> heap_;
};

}  // namespace

std::size_t normalize(Clause* clauses, std::size_t count, std::span<const std::uint8_t> rank) {
  count = gather_demanded(clauses, count);
  count = drop_implied(clauses, count);
  std::sort(clauses, clauses + count, [rank](const Clause& a, const Clause& b) {
    if (a.need != b.need) return a.need < b.need;
    return list_before(ranked(a.members, rank), ranked(b.members, rank));
  });
  return count;
}

bool implies(std::span<const Clause> a, std::span<const Clause> b) {
  return std::all_of(b.begin(), b.end(),
                     [a](const Clause& clause) { return implies_clause(a, clause); });
}

bool satisfied(std::span<const Clause> quorum, std::uint16_t present) {
  return std::all_of(quorum.begin(), quorum.end(), [present](const Clause& clause) {
    return size_of(static_cast<Mask>(clause.members & present)) >= clause.need;
  });
}

std::uint16_t missing(std::span<const Clause> quorum, std::uint16_t present) {
  const Mask absent = without(members_of(quorum), present);
  const auto absent_count = static_cast<unsigned>(size_of(absent));
  for (unsigned size = 0; size <= absent_count; ++size) {
    Combinations combinations(absent, size);
    do {
      const Mask joining = combinations.current();
      if (satisfied(quorum, static_cast<Mask>(present | joining))) return joining;
    } while (combinations.advance());
  }
  return absent;
}

bool satisfied(std::span<const Clause> quorum, std::span<const std::uint16_t> persons) {
  Seating seating(quorum, persons.size());
  for (const Mask roles : persons)
    seating.add(roles);
  return seating.open() == 0;
}

std::uint16_t missing(std::span<const Clause> quorum, std::span<const std::uint16_t> persons) {
  // Sets of persons that can all be seated are the independent sets of a matroid (a gammoid). So
  // taking every further member that fills one more seat, in order, gives a smallest set, and of
  // those the first.
  Seating seating(quorum, persons.size());
  for (const Mask roles : persons)
    seating.add(roles);
  Mask joining = 0;
  const Mask all = members_of(quorum);
  for (unsigned i = 0; i < kMaskBits && seating.open() > 0; ++i) {
    if ((all & bit(i)) != 0 && seating.add(bit(i))) joining = static_cast<Mask>(joining | bit(i));
  }
  return joining;
}

}  // namespace writ::base
