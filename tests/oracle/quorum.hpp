#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

/// Quorums by brute force over sets of members: slow, and plain to see.
namespace writ::oracle {

/// Members of an enum, bit i for member i.
using Members = std::uint32_t;

/// At least `need` of `members`.
struct Clause {
  int need = 0;
  Members members = 0;
};
/// All of the clauses; none at all is `auto`.
using Quorum = std::vector<Clause>;

/// Which roles each person has voted in.
using Persons = std::map<std::string, Members>;

/// The one normal form. rank[i] is the place of member i in written order.
Quorum normal_form(Quorum quorum, const std::vector<int>& rank);
Quorum conjunction(const Quorum& a, const Quorum& b, const std::vector<int>& rank);

/// Whether every set of members that satisfies `a` satisfies `b`.
bool implies(const Quorum& a, const Quorum& b);

bool satisfied_by_set(const Quorum& quorum, Members present);
/// One person fills at most one seat over all clauses of `quorum`, which is in normal form. A
/// clause has a seat for each of its members, and `need` of them have to be filled.
bool satisfied_by_persons(const Quorum& quorum, const Persons& persons);

/// The smallest set of further members that satisfies `quorum` (for persons: each as a new person),
/// of equally small ones the first in declaration order. When no set suffices, one that leaves the
/// fewest seats empty.
Members missing_from_set(const Quorum& quorum, Members present);
Members missing_from_persons(const Quorum& quorum, const Persons& persons);

}  // namespace writ::oracle
