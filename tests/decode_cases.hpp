#pragma once

#include <string>
#include <string_view>
#include <vector>

/// What both decoders are asked in decode_test.cpp: one decision for each type, and inputs for it.
namespace writ::tests {

inline constexpr const char* kDecodePolicy = R"(writ 1
package typed

ordered enum Tier { low, medium, high }
enum Kind { public_api as "public" or "Public API", saas, phi as "phi~/x" } else unknown
record Inner { a: int, b: string? }
record Outer { name: string max 5, inner: Inner, maybe: Inner? }
record Named { app_id as "appId" or "app": int, owner: string? }
open record Loose { id: string, sub: Lax? }
open record Lax { n: int? }

data limits: map<string, duration>
data outer: Outer = { name: "x", inner: { a: 1 } }
data hosts: set<string> = ["b.example", "a.example"]
data kinds: list<Kind> = [saas, public_api]
data wait: duration = 90s

decision flag(x: bool) { ok: bool = true }
decision whole(x: int) { ok: bool = true }
decision small(x: int 1..10) { ok: bool = true }
decision money(x: decimal) { ok: bool = true }
decision share(x: decimal 0..1) { ok: bool = true }
decision text(x: string max 5) { ok: bool = true }
decision sized(x: string min 2 max 4) { ok: bool = true }
decision slug(x: string matching /[a-z][a-z0-9-]{1,4}/) { ok: bool = true }
decision span(x: duration) { ok: bool = true }
decision shift(x: duration -1h..1h) { ok: bool = true }
decision moment(x: time) { ok: bool = true }
decision address(x: ip) { ok: bool = true }
decision tier(x: Tier) { ok: bool = true }
decision kind(x: Kind) { ok: bool = true }
decision outer(x: Outer) { ok: bool = true }
decision named(x: Named) { ok: bool = true }
decision loose(x: Loose) { ok: bool = true }
decision numbers(x: list<int> max 3) { ok: bool = true }
decision few(x: list<string max 2> min 2 max 4) { ok: bool = true }
decision matrix(x: list<list<int> max 2>) { ok: bool = true }
decision kinds(x: set<Kind> max 4) { ok: bool = true }
decision tiers(x: set<Tier>) { ok: bool = true }
decision words(x: set<string> min 1 max 4) { ok: bool = true }
decision addresses(x: set<ip>) { ok: bool = true }
decision outer_map(x: map<string, Outer>) { ok: bool = true }
decision outer_list(x: list<Outer>) { ok: bool = true }
decision counts(x: map<string max 3, int> max 3) { ok: bool = true }
decision by_kind(x: map<Kind, Inner>) { ok: bool = true }
decision maybe(x: int?) { ok: bool = true }
decision maybe_outer(x: Outer?) { ok: bool = true }
decision several(first as "1st": int, second: Inner?, third: bool) { ok: bool = true }
)";

struct DecodeCase {
  std::string decision;
  /// The input `x` as JSON, or the whole document when it begins with `=`.
  std::string json;
  /// How `x` is written again; empty: not acceptable. `-`: acceptable, and nothing is compared.
  std::string written;
  /// The pointers of the problems, separated by `|`; `/x` alone when empty.
  std::string pointers;
};

/// Cases of scalars, of collections and records, and of JSON itself.
const std::vector<DecodeCase>& scalar_cases();
const std::vector<DecodeCase>& container_cases();
const std::vector<DecodeCase>& document_cases();

}  // namespace writ::tests
