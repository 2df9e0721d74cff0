#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"

#include "engine/data.hpp"

#include "tools/coverage.hpp"
#include "tools/policy.hpp"

namespace writ::tools {

/// What one `expect` of a test found wrong, in the author's terms, with its place.
struct Failure {
  dsl::Span span;
  std::string message;
};

struct TestResult {
  std::string title;
  dsl::Span span;
  std::vector<Failure> failures;
  /// The decision or the problem that the test saw, as JSON, when it failed.
  std::string seen;

  bool passed() const { return failures.empty(); }
};

/// Runs the tests of a policy that was loaded with probes, in order of their places: those whose
/// title contains `filter`. `data` are the JSON texts of read_data(); a test's own `with data`
/// counts first. With `coverage`, what the tests exercise is added to it.
base::Expected<std::vector<TestResult>, engine::DataError> run_tests(
    const Policy& policy, const std::map<std::string, std::string>& data,
    std::string_view filter = {}, Coverage* coverage = nullptr);

}  // namespace writ::tools
