#include "tests/every_policy.hpp"

#include <algorithm>
#include <filesystem>

#include <gtest/gtest.h>

#include "tests/golden/golden.hpp"
#include "tests/golden/ways.hpp"
#include "tools/policy.hpp"

namespace writ::tests {
namespace {

namespace fs = std::filesystem;

void add(std::vector<TreePolicy>& policies, std::string name, dsl::Sources sources) {
  dsl::Diagnostics diagnostics;
  std::optional<dsl::Model> model = dsl::load(sources, diagnostics);
  if (!model || model->decisions.empty()) return;
  auto program = build(*model, sources, /*optimize=*/true);
  ASSERT_TRUE(program) << name << ": " << program.error();
  policies.push_back({std::move(name), std::move(sources), std::move(*model), std::move(*program)});
}

std::vector<TreePolicy> load_all() {
  const fs::path root = WRIT_SOURCE_DIR;
  std::vector<TreePolicy> policies;
  for (const auto& package : fs::directory_iterator(root / "policies"))
    if (auto sources = tools::read_sources(package.path()))
      add(policies, package.path().lexically_relative(root).generic_string(), std::move(*sources));
  for (const auto& file : fs::recursive_directory_iterator(root / "tests" / "lang"))
    if (file.path().extension() == ".writ")
      if (const Golden golden = read_golden(file.path()); !golden.rejected)
        add(policies, file.path().lexically_relative(root).generic_string(), golden.sources());
  std::sort(policies.begin(), policies.end(),
            [](const TreePolicy& a, const TreePolicy& b) { return a.name < b.name; });
  return policies;
}

}  // namespace

const std::vector<TreePolicy>& every_policy() {
  static const std::vector<TreePolicy> policies = load_all();
  return policies;
}

}  // namespace writ::tests
