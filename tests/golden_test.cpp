// Registers each tests/lang/<feature>/<behaviour>.writ as the test `<behaviour>` of the suite
// `lang/<feature>`. WRIT_UPDATE_GOLDENS=1 rewrites their expectations instead of comparing them.

#include "tests/golden/golden.hpp"

#include <cstdlib>
#include <set>

#include <gtest/gtest.h>

#include "dsl/analysis/monotonicity.hpp"

#include "tests/golden/ways.hpp"
#include "tools/output_findings.hpp"
#include "tools/policy.hpp"

namespace writ::tests {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = fs::path(WRIT_SOURCE_DIR) / "tests" / "lang";

bool updating() {
  const char* value = std::getenv("WRIT_UPDATE_GOLDENS");
  return value != nullptr && std::string_view(value) == "1";
}

std::string refusal_lines(const std::optional<engine::Problem>& problem, const Answer& answer) {
  std::string out;
  for (const auto& error : problem ? problem->errors : std::vector<engine::InputError>{}) {
    out += "//= refused " + (error.pointer.empty() ? "the input" : error.pointer) + ": expected " +
           error.expected + "; found " + error.found + "\n";
  }
  return out + "//= fail_closed " + answer.fail_closed + "\n";
}

std::string answer_lines(const Answer& answer) {
  std::string out = "//= result " + answer.result + "\n";
  const std::vector<std::string> reasons = array_elements(answer.reasons);
  for (const std::string& reason : reasons)
    out += "//= reason " + reason + "\n";
  if (reasons.empty()) out += "//= reasons []\n";
  if (answer.more != 0) out += "//= more " + std::to_string(answer.more) + "\n";
  return out + "//= valid_until " + answer.valid_until + "\n";
}

/// The reasons without the places in the policy at which they were given.
std::vector<std::string> without_places(const std::string& reasons) {
  constexpr std::string_view kAt = "],\"at\":\"";  // quotes in texts are escaped
  std::vector<std::string> all = array_elements(reasons);
  for (std::string& reason : all) {
    const std::size_t at = reason.find(kAt);
    if (at != reason.npos) reason.erase(at + 1, reason.find('"', at + kAt.size()) - at);
  }
  return all;
}

base::Micros instant_of(const std::string& text) {
  if (text.empty()) return 0;
  const auto instant = base::parse_instant(text);
  return instant ? *instant : *base::parse_date(text);
}

/// The expectations as they come out; failures are reported on the way.
class Replay {
 public:
  explicit Replay(const Golden& golden) : golden_(golden) {}

  std::string expectations() {
    const dsl::Sources sources = golden_.sources();
    if (golden_.rejected) return rejection(sources);
    dsl::Diagnostics diagnostics;
    std::optional<dsl::Model> model = dsl::load(sources, diagnostics);
    const std::string text = dsl::render_text(diagnostics, sources, false);
    if (!model) {
      ADD_FAILURE() << "the policy was rejected:\n" << text;
      return golden_.expectations;
    }
    EXPECT_TRUE(text.empty()) << text;
    auto policy = make_policy(std::move(*model), sources);
    if (!policy) {
      ADD_FAILURE() << policy.error();
      return golden_.expectations;
    }
    policy_ = &*policy;
    const std::optional<Policy> other_order = load_reversed(sources);
    reversed_ = other_order ? &*other_order : nullptr;
    for (std::size_t i = 0; i < policy_->model.tests.size(); ++i)
      run_test(i);
    std::string out;
    for (const GoldenCase& c : golden_.cases)
      out += (out.empty() ? "" : "\n") + lines(c);
    return out;
  }

 private:
  /// All findings, as `writ check` shows them.
  std::string rejection(const dsl::Sources& sources) const {
    const tools::Policy policy = tools::load_sources(sources);
    EXPECT_FALSE(policy.ok()) << "the policy was accepted";
    return commented("//!", dsl::render_text(policy.diagnostics, sources, false));
  }

  static std::optional<Policy> load_reversed(const dsl::Sources& sources) {
    const dsl::Sources other = reversed(sources);
    dsl::Diagnostics diagnostics;
    std::optional<dsl::Model> model = dsl::load(other, diagnostics);
    if (model) {
      auto policy = make_policy(std::move(*model), other);
      if (policy) return std::move(*policy);
      ADD_FAILURE() << policy.error();
    } else {
      ADD_FAILURE() << "rejected with its declarations in the opposite order:\n"
                    << dsl::render_text(diagnostics, other, false);
    }
    return std::nullopt;
  }

  /// The order of declarations changes neither result nor valid_until; nor, in all but places,
  /// reasons.
  void decide_reversed(const GoldenCase& given, Case c, const Answer& answer) const {
    if (reversed_ == nullptr) return;
    c.decision = reversed_->model.find_decision(given.decision);
    DataTexts data;
    for (const auto& [name, json] : given.data)
      data[data_index(*reversed_, name)] = json;
    auto deciders = Deciders::make(*reversed_, data);
    ASSERT_TRUE(deciders) << deciders.error();
    const Answer other = vm_answer(deciders->optimized(), c, engine::Explain::reasons);
    EXPECT_TRUE(agree(answer, other, false)) << "declarations in the opposite order:\n"
                                             << answer_text(other);
    EXPECT_EQ(answer.more, other.more);
    EXPECT_EQ(without_places(answer.reasons), without_places(other.reasons));
  }

  std::string lines(const GoldenCase& given) {
    std::string out;
    for (const std::string& line : given.remarks)
      out += line + "\n";
    for (const std::string& line : given.given)
      out += line + "\n";
    if (given.outputs) {
      compare_findings();
      return out + commented("//=", tools::outputs_text(policy_->model, policy_->sources));
    }
    Case c{policy_->model.find_decision(given.decision), given.json, instant_of(given.at)};
    if (c.decision == dsl::kNoIndex) {
      ADD_FAILURE() << "no decision `" << given.decision << "`";
      return out;
    }
    EXPECT_TRUE(!given.at.empty() || !policy_->model.decisions[c.decision].reads_now)
        << given.decision << " reads `now`; the case has no `at`";
    DataTexts data;
    for (const auto& [name, json] : given.data)
      data[data_index(*policy_, name)] = json;
    auto deciders = Deciders::make(*policy_, data);
    if (!deciders) return out + commented("//= no decision,", deciders.error());
    Answer answer;
    const std::string found = deciders->disagreement(c, answer);
    EXPECT_TRUE(found.empty()) << given.given.front() << "\n" << found;
    decide_reversed(given, c, answer);
    if (answer.accepted) return out + answer_lines(answer);
    return out + refusal_lines(engine::diagnose(*policy_->optimized, c.decision, c.json), answer);
  }

  /// The order of declarations changes no finding of monotonicity.
  void compare_findings() const {
    if (reversed_ == nullptr) return;
    for (std::uint32_t d = 0; d < policy_->model.decisions.size(); ++d) {
      const std::uint32_t other = reversed_->model.find_decision(policy_->model.decisions[d].name);
      ASSERT_NE(other, dsl::kNoIndex);
      const auto findings = dsl::analysis::monotonicity(policy_->model, d);
      const auto others = dsl::analysis::monotonicity(reversed_->model, other);
      ASSERT_EQ(findings.size(), others.size());
      for (std::size_t o = 0; o < findings.size(); ++o)
        EXPECT_EQ(findings[o].monotonicity, others[o].monotonicity)
            << policy_->model.decisions[d].outputs[o].name
            << " with the declarations in the opposite order";
    }
  }

  static std::uint32_t data_index(const Policy& policy, const std::string& name) {
    const std::uint32_t found = policy.model.find_data(name);
    if (found != dsl::kNoIndex) return found;
    ADD_FAILURE() << "no data `" << name << "`";
    return 0;
  }

  /// A `test` of the policy, decided in every way; its conditions are probed on both programs.
  void run_test(std::size_t index) {
    const dsl::Test& test = policy_->model.tests[index];
    SCOPED_TRACE("test \"" + test.title + "\"");
    DataTexts data;
    for (const auto& replaced : test.data) {
      data[replaced.data] = dsl::value_to_json(
          policy_->model.types, policy_->model.data[replaced.data].type, replaced.value);
    }
    auto deciders = Deciders::make(*policy_, data);
    ASSERT_TRUE(deciders) << deciders.error();
    const Case c{test.decision, test.input_json, test.at.value_or(0)};
    Answer answer;
    const std::string found = deciders->disagreement(c, answer);
    EXPECT_TRUE(found.empty()) << found;
    for (engine::Evaluator* evaluator : {&deciders->optimized(), &deciders->plain()}) {
      answer = vm_answer(*evaluator, c, engine::Explain::reasons);
      std::uint32_t probe = first_probe(index);
      for (const dsl::Expect& expect : test.expects) {
        EXPECT_TRUE(holds(expect, answer, *evaluator, probe))
            << policy_->sources.at(expect.span) << "\n"
            << answer_text(answer);
        if (expect.kind == dsl::ExpectKind::condition) ++probe;
      }
    }
  }

  std::uint32_t first_probe(std::size_t test) const {
    std::uint32_t probe = 0;
    for (std::size_t i = 0; i < test; ++i)
      for (const dsl::Expect& expect : policy_->model.tests[i].expects)
        if (expect.kind == dsl::ExpectKind::condition) ++probe;
    return probe;
  }

  static bool holds(const dsl::Expect& expect, const Answer& answer, engine::Evaluator& evaluator,
                    std::uint32_t probe) {
    if (expect.kind == dsl::ExpectKind::error)
      return std::count(answer.pointers.begin(), answer.pointers.end(), expect.pointer) == 1;
    if (!answer.accepted) return false;
    switch (expect.kind) {
      case dsl::ExpectKind::condition: return evaluator.probe(probe);
      case dsl::ExpectKind::rule:
        return evaluator.fired(expect.rule) > evaluator.waived(expect.rule);
      case dsl::ExpectKind::no_rule:
        return evaluator.fired(expect.rule) == evaluator.waived(expect.rule);
      case dsl::ExpectKind::waived: return evaluator.waived(expect.rule) != 0;
      case dsl::ExpectKind::codes: return answer.codes == expect.codes;
      case dsl::ExpectKind::error: break;
    }
    return false;
  }

  const Golden& golden_;
  const Policy* policy_ = nullptr;
  const Policy* reversed_ = nullptr;
};

class GoldenTest : public testing::Test {
 public:
  explicit GoldenTest(fs::path path) : path_(std::move(path)) {}
  void TestBody() override {
    const Golden golden = read_golden(path_);
    ASSERT_TRUE(golden.fault.empty()) << path_ << ": " << golden.fault;
    const std::string came_out = Replay(golden).expectations();
    if (!updating()) {
      EXPECT_EQ(golden.expectations, came_out) << "WRIT_UPDATE_GOLDENS=1 rewrites " << path_;
    } else if (came_out != golden.expectations) {
      std::ofstream(path_, std::ios::binary) << golden.policy << came_out;
    }
  }

 private:
  fs::path path_;
};

/// Files become tests before main() runs, from what lies in the tree at that time.
const bool kRegistered = [] {
  for (const fs::path& path : files_below(kFolder, ".writ")) {
    const std::string suite = "lang/" + path.parent_path().filename().string();
    testing::RegisterTest(suite.c_str(), path.stem().string().c_str(), nullptr, nullptr,
                          path.string().c_str(), 1,
                          [path]() -> GoldenTest* { return new GoldenTest(path); });
  }
  return true;
}();

TEST(Golden, TheFilesAreManyAndManyOfThemAreRejections) {
  ASSERT_TRUE(kRegistered);
  std::size_t all = 0, rejected = 0;
  for (const fs::path& path : files_below(kFolder, ".writ")) {
    ++all;
    if (read_golden(path).rejected) ++rejected;
  }
  EXPECT_GE(all, 400u);
  EXPECT_GE(rejected, 150u);
}

/// contract.md says which case shows which sentence of the language.
TEST(Golden, TheContractNamesCasesThatExist) {
  const std::string contract = read_file(kFolder / "contract.md");
  std::size_t named = 0;
  for (std::size_t open = contract.find('`'); open != contract.npos;) {
    const std::size_t close = contract.find('`', open + 1);
    ASSERT_NE(close, contract.npos);
    const std::string quoted = contract.substr(open + 1, close - open - 1);
    open = contract.find('`', close + 1);
    if (quoted.find('/') == quoted.npos || quoted.find_first_of(" .") != quoted.npos) continue;
    if (quoted.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_/") != quoted.npos) continue;
    if (quoted.size() < 4) continue;  // `/` and `//` are words of the language
    ++named;
    EXPECT_TRUE(fs::exists(kFolder / (quoted + ".writ"))) << quoted;
  }
  EXPECT_GE(named, 400u);
}

TEST(Golden, ElementsOfAnArrayAreFound) {
  using Elements = std::vector<std::string>;
  EXPECT_EQ(array_elements("[]"), Elements{});
  EXPECT_EQ(array_elements(R"([{"a":[1,2]},{"b":"],\","}])"),
            (Elements{R"({"a":[1,2]})", R"({"b":"],\","})"}));
}

}  // namespace
}  // namespace writ::tests
