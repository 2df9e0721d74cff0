// Whole policies through dsl::load: the example of the language's contract, and the pack that
// ships.

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "dsl/checker.hpp"

namespace writ::dsl {
namespace {

const Output& output(const Decision& decision, std::string_view name) {
  for (const Output& candidate : decision.outputs)
    if (candidate.name == name) return candidate;
  ADD_FAILURE() << "no output " << name;
  static const Output none;
  return none;
}

/// The schedule with names: rules as `rule r`.
std::vector<std::string> order(const Decision& decision) {
  std::vector<std::string> names;
  for (const Stage& stage : decision.schedule)
    names.push_back(stage.is_rule ? "rule " + decision.rules[stage.index].name
                                  : decision.outputs[stage.index].name);
  return names;
}

using Names = std::vector<std::string>;

Sources read_folder(const std::filesystem::path& folder) {
  std::vector<SourceFile> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".writ") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    files.push_back({std::filesystem::relative(entry.path(), folder).generic_string(), text.str()});
  }
  return Sources(std::move(files));
}

// The example of the language's contract, with the records that it leaves out.
const char* const kExample = R"writ(writ 1
package example

ordered enum Tier { low, medium, high }                          // later is stricter
enum DataType     { public, internal, pii, phi, payment } else unknown
enum EndpointKind { public_api, internal_api, saas } else unknown
enum Approver     { infosec, data_governance, dpo as "dpo" or "Data Protection Officer", ciso, legal } else unknown

record Endpoint { name: string max 253, kind: EndpointKind, writes: bool }
record Vote     { role: Approver, approver: string max 254, decision: enum { approve, reject } else unknown, at: time }

/// What a creator fills in before a micro-app may exist.
record Intake {
  app_id:     string matching /[a-z][a-z0-9-]{2,62}/
  owner:      string? max 254
  data_types: set<DataType> max 16
  endpoints:  list<Endpoint> max 64
  users:      int 1..10_000_000
  approvals:  list<Vote> max 32
}

/// Systems whose writes count as writes to HR. Replaceable while running.
data hr_hosts: set<string> = ["hr.corp.example"]

define third_party(e: Endpoint): bool = e.kind == saas

decision intake(form: Intake) {
  tier:      highest Tier starting at low
  needed:    quorum Approver starting at controls(tier).needed
  review:    lowest duration 1d..90d starting at controls(tier).review
  missing:   set<Approver> = missing(needed, votes)
  outcome:   highest enum { approved, pending } starting at approved
  codes:     codes
  local votes: votes Approver = { v.role by lower(v.approver) for v in form.approvals
                                  where v.decision == approve and v.at <= now and form.owner is present
                                        and lower(v.approver) != lower(form.owner) } on failure {}
}

table controls(tier: Tier) -> (needed: quorum Approver, review: duration) {
  low    => auto,                                90d
  medium => one of { infosec, data_governance }, 30d
  high   => all of { dpo, ciso, legal },          7d
}

rule personal_data for intake {
  when pii in form.data_types
  then tier at least medium
  because "personal data needs a human decision"
  tag control = "GDPR Art. 6"
}

rule personal_data_leaves for intake {
  each e in form.endpoints
  when pii in form.data_types and third_party(e)
  then tier at least high
  because "personal data goes to {e.name}"
}

rule writes_to_hr for intake {
  each e in form.endpoints
  when e.writes and lower(e.name) in hr_hosts
  then tier at least high
  because "{e.name} is an HR system"
}

rule approval_missing for intake {
  unless satisfied(needed, votes)
  then outcome at least pending
  because "approval is missing from {missing}"
}

decision token(request: TokenRequest, app: App?) {
  scopes:  verdict of Approver per scope in request.scopes otherwise scope_not_granted "{scope} was not granted at approval"
  ttl:     lowest duration 0s..24h starting at request.ttl or else 1h
  allowed: bool = scopes.granted is not empty
}

rule granted_at_approval for token {
  when app is present
  each scope in request.scopes
  when scope in app.scopes
  then permit scope
}

rule app_not_active for token {
  when app is absent or app.state != active
  then forbid scopes                                             // every key
  because "the app is unknown or not active"
}

rule writes_need_elevation for token {
  each scope in request.scopes
  when scope like "write:*" and app is present
  unless any e in app.elevations satisfies (e.scope == scope and e.expires > now)
  then hold scope for one of { infosec }
  because "{scope} needs a just-in-time elevation"
}

rule short_lived for token { then ttl at most 1h because "tokens last an hour at most" }
rule when_risky  for token { when app is present and app.tier == high then ttl at most 15m because "high-risk apps get short tokens" }

waive personal_data for intake {
  when form.app_id == "birthday-board"
  effective from 2026-03-01 through 2026-06-30
  by "ciso@corp.example"
  because "internal pilot, no export; ticket CHG0030001"
}

fixture plain: Intake = { app_id: "where2eat", owner: "ana@corp.example", data_types: [public], endpoints: [], users: 12, approvals: [] }

test "personal data sent to a SaaS is high risk" {
  given intake(form: plain with { data_types: [pii], endpoints: [{ name: "crm.example", kind: saas, writes: false }] }) at 2026-03-02T12:00:00Z
  expect tier == high
  expect needed == all of { dpo, ciso, legal }
  expect rule personal_data_leaves
}

prove "personal data is never approved automatically" for intake without waivers {
  pii in form.data_types implies needed != auto
}

record TokenRequest { scopes: set<string> max 16, ttl: duration? 1s..24h }
record Elevation { scope: string, expires: time }
record App { state: enum { active, suspended } else unknown, tier: Tier, scopes: set<string>, elevations: list<Elevation> max 16 }
)writ";

TEST(CheckerPolicies, TheExampleLoads) {
  Diagnostics diagnostics;
  const Sources sources(std::vector<SourceFile>{{"example.writ", kExample}});
  const auto model = load(sources, diagnostics);
  ASSERT_TRUE(model) << render_text(diagnostics, sources, false);
  ASSERT_EQ(model->decisions.size(), 2u);
  const Names expected{"rule personal_data",
                       "rule personal_data_leaves",
                       "rule writes_to_hr",
                       "tier",
                       "needed",
                       "review",
                       "votes",
                       "rule approval_missing",
                       "missing",
                       "outcome",
                       "codes"};
  EXPECT_EQ(order(model->decisions[0]), expected);
  EXPECT_TRUE(model->decisions[0].reads_now);
  EXPECT_EQ(output(model->decisions[1], "allowed").fail_closed, FailClosed::evaluate);
  EXPECT_EQ(model->tests.size(), 1u);
  EXPECT_EQ(model->proofs.size(), 1u);
}

TEST(CheckerPolicies, TheMicroAppPackLoads) {
  const auto folder = std::filesystem::path(WRIT_SOURCE_DIR) / "policies" / "microapps";
  const Sources sources = read_folder(folder);
  Diagnostics diagnostics;
  const auto model = load(sources, diagnostics);
  EXPECT_TRUE(model) << render_text(diagnostics, sources, false);
}

// Nothing in the checker may grow with the square of a policy; this takes a moment, not minutes.
TEST(CheckerPolicies, ManyRulesOutputsAndRows) {
  std::string text =
      "writ 1\npackage t\ndecision d(n: int, s: string) {\n  o0: highest int starting at 0\n";
  constexpr int kOutputs = 400;
  for (int i = 1; i < kOutputs; ++i)
    text +=
        "  o" + std::to_string(i) + ": highest int starting at o" + std::to_string(i - 1) + "\n";
  text += "  row: int = value_of(s) on failure 0\n}\n";
  constexpr int kRules = 4'000;
  for (int i = 0; i < kRules; ++i)
    text += "rule r" + std::to_string(i) + " for d { when n > " + std::to_string(i) + " then o" +
            std::to_string(i % kOutputs) + " at least " + std::to_string(i) + " because \"b\" }\n";
  text += "first table value_of(s: string) -> int {\n";
  for (int i = 0; i < 800; ++i)
    text += "  \"s" + std::to_string(i) + "\" => " + std::to_string(i) + "\n";
  text += "  _ => 0\n}\n";
  const Sources sources({{"t.writ", text}});
  Diagnostics diagnostics;
  const std::optional<Model> model = load(sources, diagnostics);
  ASSERT_TRUE(model) << render_text(diagnostics, sources, false);
  const Decision& decision = model->decisions[0];
  EXPECT_EQ(decision.rules.size(), static_cast<std::size_t>(kRules));
  // All rules can run at once; each output follows the one that it starts at.
  ASSERT_EQ(decision.schedule.size(), static_cast<std::size_t>(kRules + kOutputs + 1));
  EXPECT_TRUE(decision.schedule[kRules - 1].is_rule);
  EXPECT_EQ(decision.schedule[kRules].index, 0u);
  EXPECT_EQ(decision.outputs[decision.schedule[kRules + 1].index].name, "o1");
}

}  // namespace
}  // namespace writ::dsl
