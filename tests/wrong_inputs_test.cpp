// Everything that can be wrong with the shape of an input, at every place of every decision in the
// tree: refused by both decoders, at the right place, with the fail-closed values.

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "engine/decode.hpp"
#include "engine/render.hpp"

#include "tests/every_policy.hpp"
#include "tests/input_faults.hpp"
#include "tests/oracle/read.hpp"
#include "tests/process.hpp"
#include "tests/random/random_json.hpp"
#include "tests/temporary_folder.hpp"

namespace writ::tests {
namespace {

/// Inputs that are drawn, at most, until a valid one has been seen at every place.
constexpr std::uint64_t kMostInputs = 2'000;

class Refusals {
 public:
  Refusals(const TreePolicy& policy, std::uint32_t decision)
      : policy_(policy), decision_(decision), decoder_(policy.program) {}

  bool decodes(const std::string& json) {
    arena_.reset();
    const std::uint32_t cells = policy_.program->program().decisions[decision_].frame_cells;
    return decoder_.decode(decision_, json, arena_.cells(cells), arena_);
  }

  void check(const InputFault& fault) {
    SCOPED_TRACE(fault.what + ": " + fault.json.substr(0, 2'000));
    EXPECT_FALSE(decodes(fault.json));
    const auto problem = engine::diagnose(*policy_.program, decision_, fault.json);
    ASSERT_TRUE(problem.has_value());
    EXPECT_EQ(problem->status, fault.status);
    ASSERT_EQ(problem->errors.size(), 1u);
    EXPECT_EQ(problem->errors[0].pointer, fault.pointer);
    std::string text;
    engine::append_problem(text, policy_.program->program(), decision_, *problem);
    const auto written = nlohmann::json::parse(text);
    EXPECT_EQ(written["code"], fault.status == 413 ? "request_too_large" : "input_invalid");
    EXPECT_TRUE(written["fail_closed"].is_object());
    EXPECT_EQ(written["errors"][0]["pointer"], fault.pointer);
  }

 private:
  const TreePolicy& policy_;
  std::uint32_t decision_;
  engine::Decoder decoder_;
  engine::Arena arena_;
};

TEST(WrongInputs, AreRefusedAtTheirPlaceInEveryDecision) {
  std::size_t faults = 0, places = 0;
  for (const TreePolicy& policy : every_policy()) {
    const tools::RandomValues values(policy.model);
    for (std::uint32_t d = 0; d < policy.model.decisions.size(); ++d) {
      const dsl::Decision& decision = policy.model.decisions[d];
      SCOPED_TRACE(policy.name + " " + decision.name);
      const std::set<std::string> wanted = input_places(policy.model, decision);
      Refusals refusals(policy, d);
      std::set<std::string> done;
      const auto all_done = [&] {
        return std::includes(done.begin(), done.end(), wanted.begin(), wanted.end());
      };
      std::string valid;
      for (std::uint64_t seed = 0; seed < kMostInputs && (valid.empty() || !all_done()); ++seed) {
        const std::string json = random_input(policy.model, values, d, 0, seed);
        if (!refusals.decodes(json)) continue;
        valid = json;
        for (const InputFault& fault :
             input_faults(policy.model, decision, *oracle::parse_json(json), done)) {
          refusals.check(fault);
          ++faults;
        }
      }
      EXPECT_TRUE(all_done()) << "places without a valid value in any input";
      places += wanted.size();
      const std::string padding(engine::kMaxInputBytes + 1 - valid.size(), ' ');
      EXPECT_TRUE(refusals.decodes(valid + padding.substr(1)));
      refusals.check({"one byte too many", valid + padding, "", 413, false});
      ASSERT_FALSE(testing::Test::HasFailure());
    }
  }
  EXPECT_GT(every_policy().size(), 300u);
  EXPECT_GT(places, 1'000u);
  EXPECT_GT(faults, 10'000u);
}

TEST(WrongInputs, AreStatus3OfTheCommandWithTheirPlace) {
  const std::string folder = std::string(WRIT_SOURCE_DIR) + "/policies/microapps";
  const TreePolicy& policy = every_policy().front();
  ASSERT_EQ(policy.name, "policies/microapps");
  const tools::RandomValues values(policy.model);
  TemporaryFolder temporary;
  for (std::uint32_t d = 0; d < policy.model.decisions.size(); ++d) {
    const dsl::Decision& decision = policy.model.decisions[d];
    Refusals refusals(policy, d);
    std::uint64_t seed = 0;
    while (!refusals.decodes(random_input(policy.model, values, d, 0, seed)))
      ++seed;
    const std::string valid = random_input(policy.model, values, d, 0, seed);
    std::set<std::string> done;
    std::vector<InputFault> faults =
        input_faults(policy.model, decision, *oracle::parse_json(valid), done);
    // A sample of every kind of fault: those of the first places, and some later ones.
    std::vector<InputFault> sample;
    for (std::size_t i = 0; i < faults.size(); i += i < 4 ? 1 : 37)
      sample.push_back(faults[i]);
    sample.push_back({"one byte too many",
                      valid + std::string(engine::kMaxInputBytes + 1 - valid.size(), ' '), "", 413,
                      false});
    for (const InputFault& fault : sample) {
      SCOPED_TRACE(decision.name + ": " + fault.what);
      const std::string file = temporary.write("input.json", fault.json);
      const Process p =
          run_command(std::string(WRIT_BINARY) + " eval " + folder + " " + decision.full_name() +
                      " --now 2026-03-02T12:00:00Z --format json --input " + file);
      ASSERT_EQ(p.status, 3) << p.out << p.err;
      const auto problem = nlohmann::json::parse(p.out);
      EXPECT_EQ(problem["status"], fault.status);
      EXPECT_EQ(problem["errors"][0]["pointer"], fault.pointer);
      EXPECT_TRUE(problem["fail_closed"].is_object());
    }
  }
}

}  // namespace
}  // namespace writ::tests
