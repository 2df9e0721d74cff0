#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

// Pure functions over quorums, safe from any thread. None of them allocates.

namespace writ::base {

/// At least `need` (>= 1) of `members`; bit i of `members` is the i-th member of the quorum's enum.
struct Clause {
  std::uint16_t need = 0;
  std::uint16_t members = 0;
  friend bool operator==(const Clause&, const Clause&) = default;
};

/// A quorum has at most 12 distinct members of an enum whose members other than `unknown` have
/// indexes below 16.
inline constexpr int kMaxQuorumMembers = 12;

/// A conjunction of clauses; `auto` is the empty one.
using Clauses = std::vector<Clause>;

/// The one normal form, in place: members that an `all` clause demands leave the other clauses and
/// are gathered, to a fixed point; clauses implied by one other go; ascending by need, then by
/// `members` in the order of `rank` (rank[i] is the place of member i when members ascend by the
/// bytes of their JSON names; empty: by index), compared as ascending lists: {a}, {a, c}, {b}.
/// Returns the new count; never more than went in.
std::size_t normalize(Clause* clauses, std::size_t count, std::span<const std::uint8_t> rank = {});

/// Whether every set of members that satisfies `a` satisfies `b` (compares meaning).
bool implies(std::span<const Clause> a, std::span<const Clause> b);
/// Whether the set of members `present` satisfies the quorum.
bool satisfied(std::span<const Clause> quorum, std::uint16_t present);
/// The fewest members that must join `present` for the quorum to hold; of equally small sets the
/// first in the order of members ({a, d} before {b, c}). All that are absent when nothing suffices,
/// which takes a clause that needs more than its members.
std::uint16_t missing(std::span<const Clause> quorum, std::uint16_t present);

/// Votes: one mask of roles for each person. One person fills at most one seat over all clauses of
/// the (normalized) quorum, and the seats of a clause are distinct members of it: three persons of
/// one role are not three roles. Decided by a maximum flow of persons over seats to clauses.
bool satisfied(std::span<const Clause> quorum, std::span<const std::uint16_t> persons);
/// The fewest further members (each as one new person) that satisfy the quorum; of equally small
/// sets the first in the order of members. Where no set can, since there are more open seats than
/// members for them, the set that leaves the fewest seats open, chosen in the same way.
std::uint16_t missing(std::span<const Clause> quorum, std::span<const std::uint16_t> persons);

}  // namespace writ::base
