#include "tests/oracle/quorum.hpp"

#include <algorithm>
#include <bit>
#include <tuple>

namespace writ::oracle {
namespace {

constexpr int kMostMembers = 32;

Members bit(int member) {
  return Members{1} << member;
}

Members members_of(const Quorum& quorum) {
  Members all = 0;
  for (const Clause& clause : quorum)
    all |= clause.members;
  return all;
}

std::vector<int> list_of(Members members) {
  std::vector<int> list;
  for (int i = 0; i < kMostMembers; ++i) {
    if ((members & bit(i)) != 0) list.push_back(i);
  }
  return list;
}

std::vector<int> ranked(Members members, const std::vector<int>& rank) {
  std::vector<int> places;
  for (const int member : list_of(members))
    places.push_back(rank[static_cast<std::size_t>(member)]);
  std::sort(places.begin(), places.end());
  return places;
}

/// Calls `visit` for each subset of `all`, until it returns false. Whether it never did.
template <class Visit>
bool for_all_subsets(Members all, Visit visit) {
  const std::vector<int> list = list_of(all);
  for (std::uint64_t pick = 0; pick < std::uint64_t{1} << list.size(); ++pick) {
    Members subset = 0;
    for (std::size_t i = 0; i < list.size(); ++i) {
      if ((pick >> i & 1U) != 0) subset |= bit(list[i]);
    }
    if (!visit(subset)) return false;
  }
  return true;
}

/// A flow network so small that its capacities are a matrix.
class Flow {
 public:
  explicit Flow(std::size_t nodes) : capacity_(nodes, std::vector<int>(nodes, 0)) {}
  void edge(std::size_t from, std::size_t to, int capacity) { capacity_[from][to] += capacity; }
  int maximum(std::size_t source, std::size_t sink) {
    int total = 0;
    for (;;) {
      std::vector<bool> seen(capacity_.size(), false);
      if (!push(source, sink, seen)) return total;
      ++total;
    }
  }

 private:
  bool push(std::size_t node, std::size_t sink, std::vector<bool>& seen) {
    if (node == sink) return true;
    seen[node] = true;
    for (std::size_t next = 0; next < capacity_.size(); ++next) {
      if (seen[next] || capacity_[node][next] == 0 || !push(next, sink, seen)) continue;
      --capacity_[node][next];
      ++capacity_[next][node];
      return true;
    }
    return false;
  }
  std::vector<std::vector<int>> capacity_;
};

/// How many of the seats that have to be filled stay empty, when persons sit as well as they can. A
/// unit of flow: a clause, one of its members (each at most once), a person of that role.
int open_seats(const Quorum& quorum, const std::vector<Members>& persons) {
  std::size_t seats = 0;
  for (const Clause& clause : quorum)
    seats += list_of(clause.members).size();
  const std::size_t source = 0;
  const std::size_t sink = 1;
  const std::size_t first_clause = 2;
  const std::size_t first_seat = first_clause + quorum.size();
  const std::size_t first_person = first_seat + seats;
  Flow flow(first_person + persons.size());
  int needed = 0;
  std::size_t seat = first_seat;
  for (std::size_t c = 0; c < quorum.size(); ++c) {
    needed += quorum[c].need;
    flow.edge(source, first_clause + c, quorum[c].need);
    for (const int member : list_of(quorum[c].members)) {
      flow.edge(first_clause + c, seat, 1);
      for (std::size_t p = 0; p < persons.size(); ++p) {
        if ((persons[p] & bit(member)) != 0) flow.edge(seat, first_person + p, 1);
      }
      ++seat;
    }
  }
  for (std::size_t p = 0; p < persons.size(); ++p)
    flow.edge(first_person + p, sink, 1);
  return needed - flow.maximum(source, sink);
}

std::vector<Members> roles_of(const Persons& persons) {
  std::vector<Members> roles;
  for (const auto& [person, held] : persons)
    roles.push_back(held);
  return roles;
}

}  // namespace

Quorum normal_form(Quorum quorum, const std::vector<int>& rank) {
  Members demanded = 0;
  for (bool changed = true; changed;) {
    changed = false;
    Quorum rest;
    for (const Clause& clause : quorum) {
      if (clause.need == std::popcount(clause.members)) {
        changed = changed || (clause.members & ~demanded) != 0;
        demanded |= clause.members;
      } else {
        rest.push_back(clause);
      }
    }
    quorum.clear();
    for (const Clause& clause : rest) {
      const Clause left{clause.need - std::popcount(clause.members & demanded),
                        clause.members & ~demanded};
      if (left.need > 0) quorum.push_back(left);
    }
  }
  if (demanded != 0) quorum.push_back({std::popcount(demanded), demanded});

  std::sort(quorum.begin(), quorum.end(), [&rank](const Clause& a, const Clause& b) {
    return std::tuple(a.need, ranked(a.members, rank)) <
           std::tuple(b.need, ranked(b.members, rank));
  });
  const auto same = [](const Clause& a, const Clause& b) {
    return a.need == b.need && a.members == b.members;
  };
  quorum.erase(std::unique(quorum.begin(), quorum.end(), same), quorum.end());
  // Two distinct clauses never imply each other, so each can be judged against all the others.
  Quorum kept;
  for (const Clause& clause : quorum) {
    const bool implied = std::any_of(quorum.begin(), quorum.end(), [&](const Clause& other) {
      return !same(clause, other) && implies({other}, {clause});
    });
    if (!implied) kept.push_back(clause);
  }
  return kept;
}

Quorum conjunction(const Quorum& a, const Quorum& b, const std::vector<int>& rank) {
  Quorum all = a;
  all.insert(all.end(), b.begin(), b.end());
  return normal_form(all, rank);
}

bool satisfied_by_set(const Quorum& quorum, Members present) {
  return std::all_of(quorum.begin(), quorum.end(), [present](const Clause& clause) {
    return std::popcount(clause.members & present) >= clause.need;
  });
}

bool implies(const Quorum& a, const Quorum& b) {
  return for_all_subsets(members_of(a) | members_of(b), [&](Members present) {
    return !satisfied_by_set(a, present) || satisfied_by_set(b, present);
  });
}

bool satisfied_by_persons(const Quorum& quorum, const Persons& persons) {
  return open_seats(quorum, roles_of(persons)) == 0;
}

Members missing_from_set(const Quorum& quorum, Members present) {
  Members best = members_of(quorum) & ~present;
  for_all_subsets(best, [&](Members joining) {
    if (satisfied_by_set(quorum, present | joining) &&
        std::tuple(std::popcount(joining), list_of(joining)) <
            std::tuple(std::popcount(best), list_of(best))) {
      best = joining;
    }
    return true;
  });
  return best;
}

Members missing_from_persons(const Quorum& quorum, const Persons& persons) {
  Members best = 0;
  const std::vector<Members> there = roles_of(persons);
  auto best_rank = std::tuple(open_seats(quorum, there), 0, std::vector<int>{});
  if (std::get<0>(best_rank) == 0) return best;
  for_all_subsets(members_of(quorum), [&](Members joining) {
    std::vector<Members> together = there;
    for (const int member : list_of(joining))
      together.push_back(bit(member));
    auto rank = std::tuple(open_seats(quorum, together), std::popcount(joining), list_of(joining));
    if (rank < best_rank) {
      best = joining;
      best_rank = std::move(rank);
    }
    return true;
  });
  return best;
}

}  // namespace writ::oracle
