#include "base/quorum.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <ostream>
#include <random>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace writ::base {

// Shown by GoogleTest when clauses differ.
void PrintTo(const Clause& clause, std::ostream* out) {
  *out << clause.need << " of " << std::hex << clause.members << std::dec;
}

namespace {

enum : std::uint16_t { kA = 1, kB = 2, kC = 4, kD = 8, kE = 16 };

Clauses normal(Clauses clauses, std::span<const std::uint8_t> rank = {}) {
  clauses.resize(normalize(clauses.data(), clauses.size(), rank));
  return clauses;
}

int count(unsigned members) {
  return std::popcount(members);
}

TEST(Quorum, NormalForm) {
  const struct {
    Clauses given, expected;
  } cases[] = {
      {{}, {}},
      {{{1, kA | kB}}, {{1, kA | kB}}},
      {{{1, kA | kB}, {1, kA | kB}}, {{1, kA | kB}}},
      // All clauses are gathered, `one of { a }` is one.
      {{{2, kA | kB}, {1, kC}, {2, kB | kD}}, {{4, kA | kB | kC | kD}}},
      // What is demanded anyway leaves the others, with its part of the need.
      {{{2, kA | kB | kC}, {1, kA}}, {{1, kA}, {1, kB | kC}}},
      {{{1, kA | kB}, {1, kA}}, {{1, kA}}},
      {{{3, kA | kB | kC | kD}, {2, kA | kB}}, {{1, kC | kD}, {2, kA | kB}}},
      // Implied clauses go.
      {{{1, kA | kB}, {1, kA | kB | kC}}, {{1, kA | kB}}},
      {{{2, kA | kB | kC}, {1, kA | kB}}, {{2, kA | kB | kC}}},
      {{{2, kA | kB | kC}, {1, kA | kB | kC | kD}}, {{2, kA | kB | kC}}},
      {{{2, kA | kB | kC | kD}, {1, kA | kB}}, {{1, kA | kB}, {2, kA | kB | kC | kD}}},
      // Ascending by need, then by the lists of members.
      {{{2, kB | kC | kD | kE}, {1, kB | kC}, {1, kA | kE}, {1, kA | kC | kD}},
       {{1, kA | kC | kD}, {1, kA | kE}, {1, kB | kC}, {2, kB | kC | kD | kE}}},
  };
  for (const auto& c : cases)
    EXPECT_EQ(normal(c.given), c.expected);
}

TEST(Quorum, NormalFormFollowsTheRankOfNames) {
  const std::array<std::uint8_t, 5> backwards = {4, 3, 2, 1, 0};
  EXPECT_EQ(normal({{1, kA | kB}, {1, kC | kD}, {1, kC | kE}, {1, kB | kE}}, backwards),
            (Clauses{{1, kC | kE}, {1, kB | kE}, {1, kC | kD}, {1, kA | kB}}));
}

TEST(Quorum, Implies) {
  const Clauses one_ab = {{1, kA | kB}};
  const Clauses two_abc = {{2, kA | kB | kC}};
  const Clauses all_ab = {{2, kA | kB}};
  EXPECT_TRUE(implies({}, {}));
  EXPECT_TRUE(implies(one_ab, {}));
  EXPECT_FALSE(implies({}, one_ab));
  EXPECT_TRUE(implies(all_ab, one_ab));
  EXPECT_FALSE(implies(one_ab, all_ab));
  EXPECT_TRUE(implies(two_abc, one_ab));
  EXPECT_FALSE(implies(one_ab, two_abc));
  EXPECT_FALSE(implies(all_ab, Clauses{{1, kD}}));
  // By the clauses together, by none alone.
  EXPECT_TRUE(implies(Clauses{{1, kA | kB}, {1, kB | kC}, {1, kA | kC}}, two_abc));
}

TEST(Quorum, SetsOfMembers) {
  const Clauses quorum = {{1, kA | kB}, {2, kB | kC | kD}};
  EXPECT_TRUE(satisfied(quorum, kB | kC));
  EXPECT_FALSE(satisfied(quorum, kA | kC));
  EXPECT_TRUE(satisfied({}, 0));
  EXPECT_EQ(missing(quorum, 0), kB | kC);
  EXPECT_EQ(missing(quorum, kA), kB | kC);
  EXPECT_EQ(missing(quorum, kC), kB);
  EXPECT_EQ(missing(quorum, kA | kC | kE), kB);
  EXPECT_EQ(missing(quorum, kB | kC), 0);
  // {a, d} stands before {b, c}.
  EXPECT_EQ(missing(Clauses{{1, kA | kB}, {1, kC | kD}, {1, kA | kC}, {1, kB | kD}}, 0), kA | kD);
}

TEST(Quorum, Votes) {
  const auto holds = [](const Clauses& quorum, const std::vector<std::uint16_t>& persons) {
    return satisfied(quorum, std::span<const std::uint16_t>{persons});
  };
  const auto lacks = [](const Clauses& quorum, const std::vector<std::uint16_t>& persons) {
    return missing(quorum, std::span<const std::uint16_t>{persons});
  };
  const Clauses all_ab = {{2, kA | kB}};
  EXPECT_TRUE(holds({}, {}));
  EXPECT_FALSE(holds(all_ab, {kA | kB})) << "one person, one seat";
  EXPECT_EQ(lacks(all_ab, {kA | kB}), kA);
  EXPECT_TRUE(holds(all_ab, {kA | kB, kB}));
  const Clauses all_abc = {{3, kA | kB | kC}};
  EXPECT_FALSE(holds(all_abc, {kA, kA, kA})) << "three of one role are not three roles";
  EXPECT_EQ(lacks(all_abc, {kA, kA, kA}), kB | kC);
  EXPECT_FALSE(holds({{2, kA | kB | kC}}, {kA, kA})) << "two members, not two persons of one";

  const Clauses two_clauses = {{1, kA | kB}, {1, kB | kC}};
  EXPECT_FALSE(holds(two_clauses, {kB}));
  EXPECT_EQ(lacks(two_clauses, {kB}), kA);
  EXPECT_TRUE(holds(two_clauses, {kB, kB})) << "one each in two clauses";
  EXPECT_TRUE(holds(two_clauses, {kB, kA})) << "the first person moves to the other seat";
  EXPECT_FALSE(holds(two_clauses, {kB, kD}));
  EXPECT_EQ(lacks(two_clauses, {}), kA | kB);
  EXPECT_EQ(lacks(two_clauses, {kA, kA}), kB);

  // More seats than members: every member helps and none is enough.
  const Clauses crowded = {
      {2, kA | kB | kC}, {2, kA | kB | kD}, {2, kA | kC | kD}, {2, kB | kC | kD}};
  EXPECT_EQ(lacks(crowded, {}), kA | kB | kC | kD);
  EXPECT_TRUE(holds(crowded, std::vector<std::uint16_t>(8, kA | kB | kC | kD)));
}

TEST(Quorum, WhatCannotBeMetIsMissing) {
  const Clauses enormous = {{65'535, kA | kB}, {1, 0}};
  EXPECT_FALSE(satisfied(enormous, 0xFFFF));
  EXPECT_EQ(missing(enormous, kA), kB);
  EXPECT_TRUE(implies(enormous, enormous));
  EXPECT_FALSE(implies(Clauses{{1, kA}}, enormous));
  EXPECT_TRUE(implies(enormous, Clauses{{1, kE}}));
  const std::vector<std::uint16_t> persons = {kA, kB};
  EXPECT_FALSE(satisfied(enormous, std::span{persons}));
  EXPECT_EQ(missing(enormous, std::span{persons}), 0) << "nobody could fill a further seat";
  EXPECT_EQ(normal({{0, kA}}), Clauses{}) << "no need, no clause";
  const Clauses wide(16, Clause{16, 0xFFFF});
  EXPECT_TRUE(satisfied(normal(wide), 0xFFFF));
}

// The definitions, written as plainly as can be, for the random tests below.

bool plainly_holds(const Clauses& quorum, unsigned present) {
  return std::all_of(quorum.begin(), quorum.end(), [present](const Clause& clause) {
    return count(clause.members & present) >= clause.need;
  });
}

/// A maximum flow by the plain method of Ford and Fulkerson over a matrix of capacities.
int maximum_flow(std::vector<std::vector<int>> capacity, std::size_t source, std::size_t sink) {
  int flow = 0;
  for (;;) {
    std::vector<std::size_t> before(capacity.size(), capacity.size());
    before[source] = source;
    std::vector<std::size_t> queue = {source};
    for (std::size_t i = 0; i < queue.size(); ++i) {
      for (std::size_t to = 0; to < capacity.size(); ++to) {
        if (capacity[queue[i]][to] == 0 || before[to] != capacity.size()) continue;
        before[to] = queue[i];
        queue.push_back(to);
      }
    }
    if (before[sink] == capacity.size()) return flow;
    for (std::size_t at = sink; at != source; at = before[at]) {
      --capacity[before[at]][at];
      ++capacity[at][before[at]];
    }
    ++flow;
  }
}

/// Seats that stay open: a person takes one seat, a member of a clause is one seat, a clause counts
/// as many as it needs.
int plainly_open(const Clauses& quorum, const std::vector<std::uint16_t>& persons) {
  const std::size_t clauses = 2 + persons.size(), seats = clauses + quorum.size();
  std::vector<std::vector<int>> capacity(seats + 16 * quorum.size(),
                                         std::vector<int>(seats + 16 * quorum.size(), 0));
  int needed = 0;
  for (std::size_t p = 0; p < persons.size(); ++p)
    capacity[0][2 + p] = 1;
  for (std::size_t c = 0; c < quorum.size(); ++c) {
    needed += quorum[c].need;
    capacity[clauses + c][1] = quorum[c].need;
    for (std::size_t m = 0; m < 16; ++m) {
      if ((quorum[c].members >> m & 1U) == 0) continue;
      capacity[seats + 16 * c + m][clauses + c] = 1;
      for (std::size_t p = 0; p < persons.size(); ++p)
        if ((persons[p] >> m & 1U) != 0) capacity[2 + p][seats + 16 * c + m] = 1;
    }
  }
  return needed - maximum_flow(std::move(capacity), 0, 1);
}

/// The subset of `candidates` with the least cost; then the smallest; then the first as a list.
template <class Cost>
std::uint16_t plainly_best(unsigned candidates, Cost cost) {
  const auto list = [](unsigned members) {
    std::vector<int> result;
    for (int i = 0; i < 16; ++i) {
      if ((members >> i & 1U) != 0) result.push_back(i);
    }
    return result;
  };
  const auto key = [&](unsigned members) {
    return std::tuple{cost(members), count(members), list(members)};
  };
  unsigned best = 0;
  auto best_key = key(0);
  for (unsigned members = 1; members <= candidates; ++members) {
    if ((members & ~candidates) != 0) continue;
    auto its_key = key(members);
    if (its_key < best_key) {
      best = members;
      best_key = std::move(its_key);
    }
  }
  return static_cast<std::uint16_t>(best);
}

class RandomQuorum : public ::testing::Test {
 protected:
  unsigned below(unsigned limit) {
    return std::uniform_int_distribution<unsigned>(0, limit - 1)(random_);
  }

  /// A set of some of the first `size` members, not empty.
  std::uint16_t some(unsigned size) {
    return static_cast<std::uint16_t>(1 + below((1U << size) - 1));
  }

  Clauses clauses(unsigned size, unsigned most) {
    Clauses result(below(most + 1));
    for (Clause& clause : result) {
      clause.members = some(size);
      const auto members = static_cast<unsigned>(count(clause.members));
      clause.need = static_cast<std::uint16_t>(1 + below(members));
    }
    return result;
  }

  std::vector<std::uint16_t> persons(unsigned size, unsigned most) {
    std::vector<std::uint16_t> result(below(most + 1));
    for (auto& roles : result)
      roles = static_cast<std::uint16_t>(some(size) & some(size));
    return result;
  }

  std::mt19937 random_{20'260'302};
};

TEST_F(RandomQuorum, NormalFormIsOneAndMeansTheSame) {
  for (int i = 0; i < 5'000; ++i) {
    const unsigned size = 1 + below(8);
    Clauses given = clauses(size, 6);
    const Clauses form = normal(given);
    EXPECT_EQ(normal(form), form) << "idempotent";
    EXPECT_LE(form.size(), given.size());
    for (unsigned present = 0; present < 1U << size; ++present) {
      ASSERT_EQ(plainly_holds(form, present), plainly_holds(given, present));
    }
    std::shuffle(given.begin(), given.end(), random_);
    EXPECT_EQ(normal(given), form) << "commutative";

    const Clauses further = clauses(size, 4);
    Clauses in_steps = form;
    in_steps.insert(in_steps.end(), further.begin(), further.end());
    given.insert(given.end(), further.begin(), further.end());
    EXPECT_EQ(normal(in_steps), normal(given)) << "associative";
  }
}

TEST_F(RandomQuorum, ImpliesComparesMeaning) {
  for (int i = 0; i < 5'000; ++i) {
    const unsigned size = 1 + below(6);
    const Clauses a = clauses(size, 4);
    const Clauses b = clauses(size, 3);
    EXPECT_TRUE(implies(a, a));
    EXPECT_TRUE(implies(a, normal(a)) && implies(normal(a), a));
    bool expected = true;
    for (unsigned present = 0; present < 1U << size; ++present) {
      expected = expected && (!plainly_holds(a, present) || plainly_holds(b, present));
    }
    ASSERT_EQ(implies(a, b), expected);
  }
}

TEST_F(RandomQuorum, SetsAreMonotoneAndMissingIsLeast) {
  for (int i = 0; i < 2'000; ++i) {
    const unsigned size = 1 + below(6);
    const Clauses quorum = clauses(size, 4);
    const std::uint16_t present = some(size);
    const auto more = static_cast<std::uint16_t>(present | some(size));
    EXPECT_EQ(satisfied(quorum, present), plainly_holds(quorum, present));
    EXPECT_TRUE(!satisfied(quorum, present) || satisfied(quorum, more));
    ASSERT_EQ(missing(quorum, present), plainly_best((1U << size) - 1, [&](unsigned joining) {
                return plainly_holds(quorum, present | joining) ? 0 : 1;
              }));
  }
}

TEST_F(RandomQuorum, VotesAreAMaximumMatching) {
  for (int i = 0; i < 1'000; ++i) {
    const unsigned size = 1 + below(4);
    const Clauses quorum = clauses(size, 3);
    std::vector<std::uint16_t> voters = persons(size, 6);
    ASSERT_EQ(satisfied(quorum, std::span<const std::uint16_t>{voters}),
              plainly_open(quorum, voters) == 0);

    unsigned all = 0;
    for (const Clause& clause : quorum)
      all |= clause.members;
    const std::uint16_t lacking = missing(quorum, std::span<const std::uint16_t>{voters});
    ASSERT_EQ(lacking, plainly_best(all, [&](unsigned joining) {
                auto together = voters;
                for (unsigned member = 0; member < size; ++member) {
                  const auto role = static_cast<std::uint16_t>(1U << member);
                  if ((joining & role) != 0) together.push_back(role);
                }
                return plainly_open(quorum, together);
              }));

    std::shuffle(voters.begin(), voters.end(), random_);
    EXPECT_EQ(missing(quorum, std::span<const std::uint16_t>{voters}), lacking);
    if (satisfied(quorum, std::span<const std::uint16_t>{voters})) {
      voters.push_back(some(size));
      EXPECT_TRUE(satisfied(quorum, std::span<const std::uint16_t>{voters})) << "monotone";
    }
  }
}

TEST_F(RandomQuorum, TwelveMembers) {
  for (int i = 0; i < 5; ++i) {
    const Clauses quorum = normal(clauses(12, 30));
    const std::vector<std::uint16_t> voters = persons(12, 32);
    EXPECT_EQ(satisfied(quorum, std::span<const std::uint16_t>{voters}),
              plainly_open(quorum, voters) == 0);
    const std::uint16_t lacking = missing(quorum, std::uint16_t{0});
    EXPECT_TRUE(satisfied(quorum, lacking));
    EXPECT_TRUE(implies(quorum, quorum));
  }
}

}  // namespace
}  // namespace writ::base
