// Deciding takes no memory from the system heap once an evaluator has warmed up. The global
// operator new is replaced by one that counts, on the thread that asks for it.

#include <atomic>
#include <cstdlib>
#include <new>

#include <gtest/gtest.h>

#include "tests/golden/golden.hpp"
#include "tests/golden/ways.hpp"
#include "tests/random/random_json.hpp"

namespace {

thread_local bool counting = false;
thread_local std::size_t allocations = 0;

void* allocate(std::size_t size, std::size_t alignment = alignof(std::max_align_t)) noexcept {
  if (counting) ++allocations;
  if (alignment <= alignof(std::max_align_t)) return std::malloc(size == 0 ? 1 : size);
  return std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
}

void* allocate_or_throw(std::size_t size, std::size_t alignment = alignof(std::max_align_t)) {
  void* memory = allocate(size, alignment);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

// Where the optimizer looks into the replaced operators it sees malloc and free, and takes them for
// a mismatch.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif

void* operator new(std::size_t size) {
  return allocate_or_throw(size);
}
void* operator new[](std::size_t size) {
  return allocate_or_throw(size);
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate_or_throw(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return allocate_or_throw(size, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return allocate(size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return allocate(size);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}

namespace writ::tests {
namespace {

constexpr std::size_t kRequests = 1000;
constexpr base::Micros kNow = 1'772'452'800 * base::kMicrosPerSecond;  // 2026-03-02T12:00:00Z

/// What deciding is for a server: the decision, and its JSON into a buffer that is kept.
std::size_t decide(engine::Evaluator& evaluator, const Case& c, std::string& out) {
  out.clear();
  const engine::DecisionView* view = evaluator.decide(c.decision, c.json, c.now);
  if (view == nullptr) return 0;
  engine::append_decision(
      out, evaluator.program(), *view,
      {.id = "request", .revision = {}, .data_digest = evaluator.data().digest()});
  return 1;
}

/// Allocations while deciding 1,000 random inputs of all decisions of a policy, which were all
/// decided before.
std::size_t allocations_of(const Policy& policy) {
  auto deciders = Deciders::make(policy);
  if (!deciders) {
    ADD_FAILURE() << deciders.error();
    return 0;
  }
  const tools::RandomValues values(policy.model);
  std::vector<Case> cases;
  for (std::size_t i = 0; i < kRequests; ++i) {
    const auto decision = static_cast<std::uint32_t>(i % policy.model.decisions.size());
    cases.push_back({decision, random_input(policy.model, values, decision, kNow, i), kNow});
  }
  std::string out;
  out.reserve(1 << 20);
  std::size_t accepted = 0;
  for (const Case& c : cases)
    accepted += decide(deciders->optimized(), c, out);
  EXPECT_GE(accepted, kRequests / 4) << "too few of the random inputs are valid";
  allocations = 0;
  counting = true;
  for (const Case& c : cases)
    decide(deciders->optimized(), c, out);
  counting = false;
  return allocations;
}

Policy load(const dsl::Sources& sources) {
  dsl::Diagnostics diagnostics;
  auto model = dsl::load(sources, diagnostics);
  if (!model) throw std::runtime_error(dsl::render_text(diagnostics, sources, false));
  auto policy = make_policy(std::move(*model), sources);
  if (!policy) throw std::runtime_error(policy.error());
  return std::move(*policy);
}

TEST(Allocation, TheCounterCounts) {
  allocations = 0;
  counting = true;
  auto one = std::make_unique<int>(1);
  std::string two(1000, 'x');
  counting = false;
  EXPECT_EQ(allocations, 2u);
  EXPECT_EQ(*one + static_cast<int>(two.size()), 1001);
}

TEST(Allocation, DecidingTheExampleTakesNone) {
  const auto path = std::filesystem::path(WRIT_SOURCE_DIR) / "tests/lang/example/micro_apps.writ";
  EXPECT_EQ(allocations_of(load(read_golden(path).sources())), 0u);
}

TEST(Allocation, DecidingMicroAppsTakesNone) {
  const auto folder = std::filesystem::path(WRIT_SOURCE_DIR) / "policies" / "microapps";
  std::vector<dsl::SourceFile> files;
  for (const auto& path : files_below(folder, ".writ"))
    files.push_back({path.lexically_relative(folder).generic_string(), read_file(path)});
  ASSERT_FALSE(files.empty());
  EXPECT_EQ(allocations_of(load(dsl::Sources(std::move(files)))), 0u);
}

}  // namespace
}  // namespace writ::tests
