// Generated policies (tests/generate): well typed, deterministic from a seed or from bytes, and
// decided alike in every way. The long run is `writ_verify --generated N`.

#include <gtest/gtest.h>

#include "tests/generate/policy.hpp"
#include "tests/verify/generated.hpp"
#include "tests/verify/smaller.hpp"

namespace writ::tests {
namespace {

std::string text_of(const std::vector<dsl::SourceFile>& files) {
  std::string text;
  for (const dsl::SourceFile& file : files)
    text += "// file " + file.name + "\n" + file.text;
  return text;
}

std::string generated(std::uint64_t seed) {
  SeededChoices choices(seed);
  return text_of(generate_policy(choices));
}

std::string generated(const std::vector<std::uint8_t>& bytes) {
  ByteChoices choices(bytes);
  return text_of(generate_policy(choices));
}

TEST(Generated, PoliciesAreWellTypedAndDecidedAlike) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Occurrences occurrences;
    const Generated made = try_generated(seed, 10, occurrences);
    EXPECT_EQ(made.rejection, "") << generated(seed);
    EXPECT_EQ(made.disagreement, "");
    EXPECT_FALSE(made.without_data) << generated(seed);
    EXPECT_GT(made.inputs, 0u);
  }
}

TEST(Generated, ASeedGivesOnePolicy) {
  EXPECT_EQ(generated(3), generated(3));
  EXPECT_NE(generated(3), generated(4));
}

TEST(Generated, BytesGiveAPolicy) {
  const std::string smallest = generated(std::vector<std::uint8_t>());
  EXPECT_NE(smallest.find("decision "), std::string::npos);
  EXPECT_LT(smallest.size(), 2'000u);
  std::vector<std::uint8_t> bytes;
  tools::Dice dice(1);
  for (int i = 0; i < 4'000; ++i)
    bytes.push_back(static_cast<std::uint8_t>(dice.below(256)));
  EXPECT_GT(generated(bytes).size(), smallest.size());
  EXPECT_EQ(generated(bytes), generated(bytes));
}

TEST(Generated, WhatFailsIsMadeSmaller) {
  const std::vector<dsl::SourceFile> files = {
      {"a.writ", "writ 1\npackage a\n\nenum A {\n  x\n  y\n}\n\nenum B { z }\n"},
      {"b.writ", "writ 1\npackage b\n"}};
  const auto small = smaller(files, [](const std::vector<dsl::SourceFile>& left) {
    return text_of(left).find("  y\n") != std::string::npos;
  });
  EXPECT_EQ(text_of(small), "// file a.writ\nwrit 1\n  y\n");
}

}  // namespace
}  // namespace writ::tests
