#include "tools/test_runner.hpp"

#include <algorithm>

#include "engine/decode.hpp"
#include "engine/evaluator.hpp"
#include "engine/render.hpp"

namespace writ::tools {
namespace {

/// One test at a time: its decision, and what its expectations are held against.
class Run {
 public:
  Run(const Policy& policy, const dsl::Test& test, std::shared_ptr<const engine::DataSnapshot> data,
      std::uint32_t first_probe, Coverage* coverage)
      : policy_(policy),
        test_(test),
        evaluator_(policy.program, std::move(data)),
        probe_(first_probe),
        coverage_(coverage) {
    result_.title = test.title;
    result_.span = test.span;
  }

  TestResult result() {
    const base::Micros now = test_.at.value_or(0);
    const engine::DecisionView* view =
        evaluator_.decide(test_.decision, test_.input_json, now,
                          coverage_ != nullptr ? engine::Explain::full : engine::Explain::reasons);
    if (view == nullptr) {
      if (coverage_ != nullptr) coverage_->add_refused(test_.decision);
      refused();
    } else {
      if (coverage_ != nullptr) coverage_->add(*view);
      for (const dsl::Expect& expect : test_.expects)
        check(expect, *view);
      if (!result_.passed()) engine::append_result(result_.seen, program(), *view);
    }
    return std::move(result_);
  }

 private:
  const engine::Program& program() const { return policy_.program->program(); }

  void fail(const dsl::Span& span, std::string message) {
    result_.failures.push_back({span, std::move(message)});
  }

  void refused() {
    const std::optional<engine::Problem> problem =
        engine::diagnose(*policy_.program, test_.decision, test_.input_json);
    if (!problem)
      return fail(test_.span, "the input was refused without a reason; this is a defect of writ");
    bool expected = false;
    for (const dsl::Expect& expect : test_.expects) {
      if (expect.kind != dsl::ExpectKind::error) continue;
      expected = true;
      const bool found =
          std::any_of(problem->errors.begin(), problem->errors.end(),
                      [&](const engine::InputError& e) { return e.pointer == expect.pointer; });
      if (!found) fail(expect.span, "no error at \"" + expect.pointer + "\"");
    }
    if (!expected) fail(test_.span, "the input does not match its types");
    for (const dsl::Expect& expect : test_.expects)
      if (expected && expect.kind != dsl::ExpectKind::error)
        fail(expect.span, "there is no decision to hold this against: the input is an error");
    if (!result_.passed())
      for (const engine::InputError& e : problem->errors)
        result_.seen += (result_.seen.empty() ? "" : "; ") + e.pointer + ": expected " +
                        e.expected + ", found " + e.found;
  }

  std::string rule_name(const dsl::Expect& expect) const {
    return policy_.model->decisions[test_.decision].rules[expect.rule].full_name();
  }

  void check(const dsl::Expect& expect, const engine::DecisionView& view) {
    switch (expect.kind) {
      case dsl::ExpectKind::condition:
        if (!evaluator_.probe(probe_++)) fail(expect.span, "this does not hold");
        return;
      case dsl::ExpectKind::rule:
        if (evaluator_.fired(expect.rule) == evaluator_.waived(expect.rule))
          fail(expect.span, "rule `" + rule_name(expect) + "` did not fire" +
                                (evaluator_.waived(expect.rule) != 0 ? " (it was waived)" : ""));
        return;
      case dsl::ExpectKind::no_rule:
        if (evaluator_.fired(expect.rule) != evaluator_.waived(expect.rule))
          fail(expect.span, "rule `" + rule_name(expect) + "` fired");
        return;
      case dsl::ExpectKind::waived:
        if (evaluator_.waived(expect.rule) == 0)
          fail(expect.span,
               "rule `" + rule_name(expect) + "` was not waived" +
                   (evaluator_.fired(expect.rule) != 0 ? ": it fired" : ": it did not fire"));
        return;
      case dsl::ExpectKind::codes: check_codes(expect, view); return;
      case dsl::ExpectKind::error:
        fail(expect.span, "the input was accepted: no error at \"" + expect.pointer + "\"");
        return;
    }
  }

  void check_codes(const dsl::Expect& expect, const engine::DecisionView& view) {
    if (std::equal(view.codes.begin(), view.codes.end(), expect.codes.begin(), expect.codes.end()))
      return;
    std::string found;
    for (const std::string_view code : view.codes)
      found += (found.empty() ? "" : ", ") + std::string(code);
    fail(expect.span, "the codes are [" + found + "]");
  }

  const Policy& policy_;
  const dsl::Test& test_;
  engine::Evaluator evaluator_;
  std::uint32_t probe_;
  Coverage* coverage_;
  TestResult result_;
};

std::uint32_t conditions(const dsl::Test& test) {
  return static_cast<std::uint32_t>(
      std::count_if(test.expects.begin(), test.expects.end(),
                    [](const dsl::Expect& e) { return e.kind == dsl::ExpectKind::condition; }));
}

}  // namespace

base::Expected<std::vector<TestResult>, engine::DataError> run_tests(
    const Policy& policy, const std::map<std::string, std::string>& data, std::string_view filter,
    Coverage* coverage) {
  auto shared = engine::load_data(policy.program, data);
  std::vector<TestResult> results;
  std::uint32_t probe = 0;
  for (const dsl::Test& test : policy.model->tests) {
    const std::uint32_t first_probe = probe;
    probe += conditions(test);
    if (test.title.find(filter) == std::string::npos) continue;
    std::shared_ptr<const engine::DataSnapshot> snapshot;
    if (test.data.empty()) {
      if (!shared) return base::unexpected(shared.error());
      snapshot = *shared;
    } else {
      std::map<std::string, std::string> own = data;
      for (const dsl::DataOverride& o : test.data) {
        const dsl::Data& declared = policy.model->data[o.data];
        own[declared.full_name()] = dsl::value_to_json(policy.model->types, declared.type, o.value);
      }
      auto loaded = engine::load_data(policy.program, own);
      if (!loaded) return base::unexpected(loaded.error());
      snapshot = *loaded;
    }
    results.push_back(Run(policy, test, std::move(snapshot), first_probe, coverage).result());
  }
  return results;
}

}  // namespace writ::tools
