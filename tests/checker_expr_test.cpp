#include <array>
#include <ostream>
#include <string>
#include <string_view>
#include <unordered_map>

#include <gtest/gtest.h>

#include "dsl/checker.hpp"

// Expressions through dsl::load: accepted ones by a dump of the checked expression, refused ones by
// code, marked text and message. Each case is an expression in the one derived output of a small
// policy.
namespace writ::dsl {
namespace {

constexpr std::string_view kPrelude = R"(writ 1
package t

ordered enum Tier { low, medium, high }
enum Kind { public_api, saas } else unknown
enum Approver { infosec, dpo as "dpo" or "Data Protection Officer", ciso } else unknown
enum Mood { low, glad }

record Endpoint { name: string max 253, kind: Kind, writes: bool, ttl: duration?, tags: set<string> }
record Vote { role: Approver, person: string, at: time }
record App { owner: string?, tier: Tier, mood: Mood?, scopes: list<string>, limits: map<string, int>, rate: decimal?,
             expires: time?, by_tier: map<Tier, duration> }

data hosts: set<string> = ["a.example"]
data limits: map<string, int> max 10 = {}
define third_party(e: Endpoint): bool = e.kind == saas
define owned(a: App?): bool = a is present and a.owner is present
define rated(a: App, least: decimal): bool = a.rate > least
define late(t: time?): bool = t is present and t < now
table controls(tier: Tier) -> (needed: quorum Approver, review: duration) {
  low    => auto,                 90d
  medium => one of { infosec },   30d
  high   => all of { dpo, ciso }, 7d
}
table days(tier: Tier?) -> int {
  absent        => 0
  low           => 1
  medium | high => 2
}
table bounded(n: int 0..9) -> bool {
  0..9 => true
}

)";

std::string policy_with(std::string_view type, std::string_view expression) {
  std::string text(kPrelude);
  text +=
      R"(decision d(form: App, maybe: App?, ends: list<Endpoint>, votes: list<Vote>, n: int, opt: int?, small: int 0..5, at: time, addr: ip, text: string, kinds: set<Kind>) {
  tier:    highest Tier starting at low
  needed:  quorum Approver
  scopes:  verdict of Approver per scope in form.scopes
  by_kind: verdict of Approver per k in Kind
  plain:   verdict
  local cast: votes Approver = { v.role by v.person for v in votes } on failure {}
  r: )";
  text += type;
  text += "? = ";
  text += expression;
  text += "\n}\n";
  return text;
}

constexpr std::array kKindNames{
    "none",       "constant", "input",      "data",       "local",       "output",
    "output_key", "field",    "map_get",    "is_present", "or_else",     "not",
    "and",        "or",       "equal",      "less",       "less_equal",  "now_compare",
    "add",        "subtract", "multiply",   "divide",     "modulo",      "negate",
    "in",         "subset",   "intersects", "is_empty",   "starts_with", "ends_with",
    "contains",   "like",     "matches",    "any",        "all",         "only",
    "count",      "set_for",  "votes_for",  "make_set",   "make_list",   "make_record",
    "make_map",   "if",       "length",     "lower",      "trim",        "min",
    "max",        "keys",     "pointer",    "table",      "both",        "quorum_implies",
    "satisfied",  "missing",  "outcome",    "needs",      "granted",     "held",
    "denied"};
static_assert(kKindNames.size() == static_cast<std::size_t>(ExprKind::verdict_denied) + 1,
              "one name for each ExprKind, in its order");

/// An expression as nested calls: `less(form.rate, 2)`. Bound names are `%0`, `%1` in the order of
/// their appearance.
class Dump {
 public:
  Dump(const Model& model, const Decision& decision) : model_(model), decision_(decision) {}

  std::string operator()(ExprId id) {
    const Expr& expr = model_.expr(id);
    switch (expr.kind) {
      case ExprKind::constant: return constant(expr);
      case ExprKind::input: return decision_.inputs[expr.index].name;
      case ExprKind::data: return "data " + model_.data[expr.index].name;
      case ExprKind::local: return local(expr.index);
      case ExprKind::output: return decision_.outputs[expr.index].name;
      case ExprKind::output_key:
        return decision_.outputs[expr.index].name + "[" + (*this)(expr.a) + "]";
      case ExprKind::field: {
        const Type& type = model_.types[model_.expr(expr.a).type];
        return (*this)(expr.a) + "." + model_.types.records[type.decl].fields[expr.index].name;
      }
      case ExprKind::map_get: return (*this)(expr.a) + "[" + (*this)(expr.b) + "]";
      case ExprKind::pointer: return pointer(expr);
      default: return call(expr);
    }
  }

 private:
  std::string constant(const Expr& expr) const {
    return expr.value.absent() ? "absent" : value_to_json(model_.types, expr.type, expr.value);
  }

  std::string local(LocalId id) {
    const auto [place, added] = locals_.try_emplace(id, locals_.size());
    return "%" + std::to_string(place->second);
  }

  std::string pointer(const Expr& expr) {
    std::string out = "pointer(";
    for (const PointerStep& step : expr.pointer_steps)
      out += step.local != kNoIndex ? "/" + local(step.local) : step.text;
    return out + ")";
  }

  std::string call(const Expr& expr) {
    static constexpr std::array kCompare{"==", "!=", "<", "<=", ">", ">="};
    static constexpr std::array kShape{"now", "now-", "-now"};
    std::string out = kKindNames[static_cast<std::size_t>(expr.kind)];
    if (expr.kind == ExprKind::now_compare)
      out += std::string(" ") + kShape[static_cast<std::size_t>(expr.shape)] + " " +
             kCompare[static_cast<std::size_t>(expr.compare)];
    if (expr.kind == ExprKind::table)
      out += " " + model_.tables[expr.index].name + "." +
             model_.tables[expr.index].columns[expr.column];
    if (expr.kind == ExprKind::matches) out += " /" + model_.types.patterns[expr.index] + "/";
    for (std::size_t i = 0; i < expr.glob.size(); ++i)
      out += (i == 0 ? " " : "*") + expr.glob[i];
    out += "(";
    if (binds(expr)) out += local(expr.index) + " in ";
    bool first = true;
    for_each_child(expr, [&](ExprId child) {
      if (!first) out += ", ";
      first = false;
      out += (*this)(child);
    });
    return out + ")";
  }

  static bool binds(const Expr& expr) {
    switch (expr.kind) {
      case ExprKind::any:
      case ExprKind::all:
      case ExprKind::only:
      case ExprKind::set_for:
      case ExprKind::votes_for: return true;
      case ExprKind::count: return expr.index != kNoIndex;
      default: return false;
    }
  }

  const Model& model_;
  const Decision& decision_;
  std::unordered_map<LocalId, std::size_t> locals_;
};

Sources sources_of(std::string text) {
  std::vector<SourceFile> files;
  files.push_back({"t.writ", std::move(text)});
  return Sources(std::move(files));
}

/// The dump of the output `r`, or the findings.
std::string checked(std::string_view type, std::string_view expression) {
  const Sources sources = sources_of(policy_with(type, expression));
  Diagnostics diagnostics;
  const std::optional<Model> model = load(sources, diagnostics);
  if (!model) return render_text(diagnostics, sources, false);
  const Decision& decision = model->decisions[0];
  return Dump(*model, decision)(decision.outputs.back().value);
}

struct Accepted {
  std::string_view type, expression, dump;
};

void PrintTo(const Accepted& accepted, std::ostream* out) {
  *out << accepted.expression;
}

class AcceptedExpressions : public testing::TestWithParam<Accepted> {};

TEST_P(AcceptedExpressions, HaveThisForm) {
  EXPECT_EQ(checked(GetParam().type, GetParam().expression), GetParam().dump)
      << GetParam().expression;
}

struct Refused {
  std::string_view type, expression;
  std::string_view code;     ///< of the only finding
  std::string_view marked;   ///< the text under its span
  std::string_view message;  ///< a part of the message or of the help
};

void PrintTo(const Refused& refused, std::ostream* out) {
  *out << refused.expression;
}

class RefusedExpressions : public testing::TestWithParam<Refused> {};

TEST_P(RefusedExpressions, AreReportedOnce) {
  const Refused& refused = GetParam();
  const Sources sources = sources_of(policy_with(refused.type, refused.expression));
  Diagnostics diagnostics;
  EXPECT_FALSE(load(sources, diagnostics).has_value()) << refused.expression;
  const std::vector<Diagnostic> found = diagnostics.sorted();
  ASSERT_EQ(found.size(), 1u) << refused.expression << "\n"
                              << render_text(diagnostics, sources, false);
  EXPECT_EQ(info(found[0].kind).code, refused.code) << found[0].message;
  EXPECT_EQ(sources.text(found[0].span), refused.marked) << found[0].message;
  EXPECT_NE((found[0].message + "\n" + found[0].help).find(refused.message), std::string::npos)
      << found[0].message << "\n"
      << found[0].help;
}

INSTANTIATE_TEST_SUITE_P(
    NamesAndMembers, AcceptedExpressions,
    testing::Values(
        Accepted{"bool", "form.tier == high", R"(equal(form.tier, "high"))"},
        Accepted{"bool", "high == form.tier", R"(equal("high", form.tier))"},
        Accepted{"bool", "form.tier == Tier.low", R"(equal(form.tier, "low"))"},
        Accepted{"bool", "form.tier != low", R"(not(equal(form.tier, "low")))"},
        Accepted{"bool", "form.tier >= medium", R"(less_equal("medium", form.tier))"},
        Accepted{"Tier", "if n > 3 then high else form.tier",
                 R"(if(less(3, n), "high", form.tier))"},
        Accepted{"bool", "form.tier in { low, high }", R"(in(form.tier, ["low","high"]))"},
        Accepted{"bool", "form.tier not in [high, low]", R"(not(in(form.tier, ["low","high"])))"},
        Accepted{"bool", "saas in kinds", R"(in("saas", kinds))"},
        Accepted{"bool", "any k in Kind satisfies k in kinds",
                 R"(any(%0 in ["public_api","saas"], in(%0, kinds)))"},
        Accepted{"int", "count(Tier)", R"(count(["low","medium","high"]))"},
        Accepted{"bool", "text in hosts", "in(text, data hosts)"},
        Accepted{"bool", R"("x" in limits)", R"(in("x", data limits))"},
        Accepted{"bool", R"(addr in ip "10.0.0.0/8")", R"(in(addr, "10.0.0.0/8"))"},
        Accepted{"bool", R"(addr in { ip "10.0.0.0/8", ip "192.0.2.1" })",
                 R"(in(addr, ["10.0.0.0/8","192.0.2.1"]))"},
        Accepted{"bool", R"(addr in { addr, ip "192.0.2.1" })",
                 R"(in(addr, make_set(addr, "192.0.2.1")))"},
        Accepted{"bool", "n in { small, 3 }", "in(n, make_set(small, 3))"},
        Accepted{"bool", "form.tier in { tier, low }", R"(in(form.tier, make_set(tier, "low")))"},
        Accepted{"bool", "[n, 3] == [3, n]", "equal(make_list(n, 3), make_list(3, n))"},
        Accepted{"bool", "kinds subset of Kind", R"(subset(kinds, ["public_api","saas"]))"},
        Accepted{"bool", R"(form.scopes subset of {"b", "a"})",
                 R"(subset(set_for(%0 in form.scopes, %0), ["a","b"]))"}));

INSTANTIATE_TEST_SUITE_P(
    NamesAndMembers, RefusedExpressions,
    testing::Values(
        Refused{"bool", "frm.tier == high", "W0240", "frm", "did you mean `form`?"},
        Refused{"bool", "form.tiers == high", "W0243", "tiers", "did you mean `tier`?"},
        Refused{"bool", "form.tier == hihg", "W0241", "hihg", "did you mean `high`?"},
        Refused{"bool", "form.tier == \"high\"", "W0250", "\"high\"", "without quotes: `high`"},
        Refused{"bool", "text == saas", "W0240", "saas", "never equal"},
        Refused{"bool", "form.tier == n", "W0251", "form.tier == n", "`Tier` and `int`"},
        Refused{"bool", "any n in ends satisfies n.writes", "W0249", "n", "an input"},
        Refused{"bool", "kinds == form.tier", "W0251", "kinds == form.tier", "set<Kind>"},
        Refused{"bool", "form.scopes == form.scopes", "W0254", "==", "such lists are not compared"},
        Refused{"bool", "[form.scopes] != [[text]]", "W0254", "!=", "such lists are not compared"},
        Refused{"bool", "form == form", "W0254", "==", "such lists are not compared"},
        Refused{"bool", "saas < public_api", "W0240", "saas", ""},
        Refused{"bool", "Kind.saas < Kind.public_api", "W0253", "<", "ordered enum Kind"},
        Refused{"bool", R"("a" in text)", "W0259", "text", "`text contains \"a\"`"},
        Refused{"bool", R"(form.scopes contains "a")", "W0262", "contains",
                "`\"a\" in form.scopes`"},
        Refused{"bool", "form.scopes[0] == text", "W0245", "form.scopes[0]", "(only x in"},
        Refused{"bool", "thrid_party(n)", "W0278", "thrid_party", "did you mean `third_party`?"},
        Refused{"bool", "n", "W0250", "n", "`int`, but `bool`"},
        Refused{"bool", "any h in hosts satisfies h == text", "W0265", "hosts", "`max`"},
        Refused{"bool", "controls(tier) == auto", "W0281", "controls(tier)", ".needed"},
        Refused{"bool", "controls(tier).neded == auto", "W0282", "neded", "did you mean `needed`?"},
        Refused{"bool", "bounded(n)", "W0283", "n", "`int 0..9`"},
        Refused{"set<string>", "{}.x", "W0269", "{}", ""},
        Refused{"bool", R"(n in { 1, "two" })", "W0250", "\"two\"", "`string`, but `int`"},
        Refused{"bool", R"(text in ["a", n])", "W0250", "n", "`int`, but `string`"},
        Refused{"bool", "nn in { 1, 2 }", "W0240", "nn", ""},
        Refused{"int", "count(ends, ends)", "W0280", "count(ends, ends)",
                "takes 1 argument, not 2"},
        Refused{"bool", "both(needed) == auto", "W0280", "both(needed)",
                "takes 2 arguments, not 1"},
        Refused{"int", "min(n, 3)", "W0280", "min(n, 3)", "in a set"}));

INSTANTIATE_TEST_SUITE_P(
    Presence, AcceptedExpressions,
    testing::Values(
        Accepted{"bool", "form.owner is present and form.owner == text",
                 "and(is_present(form.owner), equal(form.owner, text))"},
        Accepted{"bool", "form.owner == text", "equal(form.owner, text)"},
        Accepted{"bool", "form.owner == text and lower(form.owner) == text",
                 "and(equal(form.owner, text), equal(lower(form.owner), text))"},
        Accepted{"bool", "maybe is absent or maybe.tier == low",
                 R"(or(not(is_present(maybe)), equal(maybe.tier, "low")))"},
        Accepted{"bool", "maybe is present implies maybe.tier == low",
                 R"(or(not(is_present(maybe)), equal(maybe.tier, "low")))"},
        Accepted{"Tier", "if maybe is absent then high else maybe.tier",
                 R"(if(not(is_present(maybe)), "high", maybe.tier))"},
        Accepted{"bool", "not (opt is absent or n > 3) and opt < 2",
                 "and(not(or(not(is_present(opt)), less(3, n))), less(opt, 2))"},
        Accepted{"int", "opt or else 3", "or_else(opt, 3)"}, Accepted{"int", "opt", "opt"},
        Accepted{"set<string>", "{ e.name for e in ends where e.ttl is present and e.ttl > 1h }",
                 "set_for(%0 in ends, %0.name, and(is_present(%0.ttl), less(3600, %0.ttl)))"},
        Accepted{"bool", R"(form.limits["a"] is present and form.limits["a"] > 3)",
                 R"(and(is_present(form.limits["a"]), less(3, form.limits["a"])))"},
        Accepted{
            "bool", "owned(maybe) and maybe.tier == low",
            R"(and(and(is_present(maybe), is_present(maybe.owner)), equal(maybe.tier, "low")))"},
        Accepted{"bool", "form.rate is present and rated(form, 2)",
                 "and(is_present(form.rate), less(2, form.rate))"},
        Accepted{"int", "days(if maybe is present then maybe.tier else absent)",
                 "table days.(if(is_present(maybe), maybe.tier, absent))"},
        Accepted{"bool", "(only e in ends where e.writes) is present",
                 "is_present(only(%0 in ends, %0.writes))"},
        Accepted{"string", "pointer(form.owner)", "pointer(/form/owner)"},
        Accepted{"set<string>", "{ pointer(e.ttl) for e in ends }",
                 "set_for(%0 in ends, pointer(/ends/%0/ttl))"}));

INSTANTIATE_TEST_SUITE_P(
    Presence, RefusedExpressions,
    testing::Values(
        Refused{"bool", "lower(form.owner) == text", "W0300", "form.owner",
                "`form.owner is present`"},
        Refused{"bool", "form.owner != text", "W0301", "form.owner", "is present and"},
        Refused{"bool", "maybe.tier == low", "W0300", "maybe", "`maybe is present`"},
        Refused{"bool", "maybe is present or maybe.tier == low", "W0300", "maybe", ""},
        Refused{"bool", "opt > 3", "W0300", "opt", "`opt or else …`"},
        Refused{"bool", "rated(form, 2)", "W0300", "a.rate", ""},
        Refused{"bool", "opt == absent", "W0304", "opt == absent", "`opt is absent`"},
        Refused{"bool", "max(ends) is present", "W0284", "ends", "members of ordered enums"},
        Refused{"int", "max({n, small}) + 1", "W0300", "max({n, small})",
                "with `max({n, small}) is present`"},
        Refused{"bool", "(only e in ends where e.writes).writes", "W0300",
                "only e in ends where e.writes",
                "with `(only e in ends where e.writes) is present`"},
        Refused{"bool", "(if n > 3 then opt else small) > 1", "W0300",
                "if n > 3 then opt else small", "`(if n > 3 then opt else small) or else …`"}));

INSTANTIATE_TEST_SUITE_P(
    Now, AcceptedExpressions,
    testing::Values(Accepted{"bool", "at < now", "now_compare now >(at)"},
                    Accepted{"bool", "now >= at", "now_compare now >=(at)"},
                    Accepted{"bool", "now - at >= 30d", "now_compare now- >=(at, 2592000)"},
                    Accepted{"bool", "1h > at - now", "now_compare -now <(at, 3600)"},
                    Accepted{"bool", "late(form.expires)",
                             "and(is_present(form.expires), now_compare now >(form.expires))"},
                    Accepted{"bool", "now == form.expires",
                             "and(is_present(form.expires), now_compare now ==(form.expires))"}));

INSTANTIATE_TEST_SUITE_P(
    Now, RefusedExpressions,
    testing::Values(Refused{"time", "now", "W0320", "now", "now < t"},
                    Refused{"bool", "at <= now + 1h", "W0320", "now + 1h", "at - now <= 1h"},
                    Refused{"bool", "now < form.expires", "W0300", "form.expires", ""},
                    Refused{"bool", "now == n", "W0250", "n", "`time`"},
                    Refused{"bool", "now - at == now", "W0320", "now", "one side"}));

INSTANTIATE_TEST_SUITE_P(
    Arithmetic, AcceptedExpressions,
    testing::Values(Accepted{"int", "n * 2 + small", "add(multiply(n, 2), small)"},
                    Accepted{"int", "-n / 2 % 3", "modulo(divide(negate(n), 2), 3)"},
                    Accepted{"duration", "2 * (at - at)", "multiply(subtract(at, at), 2)"},
                    Accepted{"time", "1h + at", "add(at, 3600)"},
                    Accepted{"int", "(at - at) / 1d", "divide(subtract(at, at), 86400)"},
                    Accepted{"duration", "24h * 7", "604800"},
                    Accepted{"bool", "form.rate is present and form.rate * 2 > 1.5",
                             "and(is_present(form.rate), less(1.5, multiply(form.rate, 2)))"},
                    Accepted{"decimal", "3", "3"}, Accepted{"decimal", "1.25", "1.25"}));

INSTANTIATE_TEST_SUITE_P(
    Arithmetic, RefusedExpressions,
    testing::Values(Refused{"int", "n / small", "W0258", "small", "above zero"},
                    Refused{"int", "n / 0", "W0258", "0", "above zero"},
                    Refused{"int", "n + 1h", "W0256", "n + 1h", "`int` and `duration`"},
                    Refused{"decimal", "n", "W0250", "n", "`int`, but `decimal`"},
                    Refused{"string", "text + text", "W0256", "text + text", "`string`"}));

INSTANTIATE_TEST_SUITE_P(
    Quorums, AcceptedExpressions,
    testing::Values(
        Accepted{"bool", "needed == all of { ciso, dpo }",
                 R"(equal(needed, {"auto":false,"clauses":[{"need":2,"of":["ciso","dpo"]}]}))"},
        Accepted{"bool", "needed != auto", R"(not(equal(needed, {"auto":true,"clauses":[]})))"},
        Accepted{"bool", "needed implies one of { ciso }",
                 R"(quorum_implies(needed, {"auto":false,"clauses":[{"need":1,"of":["ciso"]}]}))"},
        Accepted{"bool", "satisfied(needed, cast)", "satisfied(needed, cast)"},
        Accepted{"bool", "satisfied(needed, { v.role for v in votes })",
                 "satisfied(needed, set_for(%0 in votes, %0.role))"},
        Accepted{"set<Approver>", "missing(both(needed, controls(form.tier).needed), { ciso })",
                 R"(missing(both(needed, table controls.needed(form.tier)), ["ciso"]))"},
        Accepted{"set<Approver>", "missing(all of { dpo, ciso }, { ciso })",
                 R"(missing({"auto":false,"clauses":[{"need":2,"of":["ciso","dpo"]}]}, ["ciso"]))"},
        Accepted{
            "bool", "satisfied(all of { Approver.dpo, ciso }, { ciso })",
            R"(satisfied({"auto":false,"clauses":[{"need":2,"of":["ciso","dpo"]}]}, ["ciso"]))"},
        Accepted{
            "bool", "satisfied(one of { ciso }, { Approver.dpo, ciso })",
            R"(satisfied({"auto":false,"clauses":[{"need":1,"of":["ciso"]}]}, ["ciso","dpo"]))"},
        Accepted{"bool", "satisfied(one of { ciso }, cast)",
                 R"(satisfied({"auto":false,"clauses":[{"need":1,"of":["ciso"]}]}, cast))"},
        Accepted{"bool", "satisfied(needed, { ciso by v.person for v in votes })",
                 R"(satisfied(needed, votes_for(%0 in votes, "ciso", %0.person)))"},
        Accepted{"bool", "satisfied(needed, {})", "satisfied(needed, [])"}));

INSTANTIATE_TEST_SUITE_P(
    Quorums, RefusedExpressions,
    testing::Values(
        Refused{"bool", "satisfied(one of { ciso }, { ciso })", "W0274", "one of { ciso }",
                "`Approver.ciso`"},
        Refused{"set<Approver>", "missing(needed, { saas })", "W0241", "saas", "`Approver`"},
        Refused{"bool", "needed == one of { cisso }", "W0241", "cisso", "did you mean `ciso`?"},
        Refused{"bool", "needed == 3 of { ciso, dpo }", "W0277", "3 of { ciso, dpo }", ""},
        Refused{"bool", "needed == one of { unknown }", "W0276", "unknown", "never counts"},
        Refused{"bool", "satisfied(needed, kinds)", "W0286", "kinds", "votes Approver"},
        Refused{"bool", "needed is empty", "W0263", "needed is empty", "`needed == auto`"},
        Refused{"bool", "auto == one of { ciso }", "W0274", "auto", ""}));

INSTANTIATE_TEST_SUITE_P(
    Verdicts, AcceptedExpressions,
    testing::Values(
        Accepted{"set<string>", "scopes.granted", "granted()"},
        Accepted{"bool", "scopes.held is empty and scopes.denied is not empty",
                 "and(is_empty(held()), not(is_empty(denied())))"},
        Accepted{"bool", "by_kind[saas].needs == auto",
                 R"(equal(needs(by_kind["saas"]), {"auto":true,"clauses":[]}))"},
        Accepted{"bool", "scopes[text] is present and scopes[text].outcome > plain.outcome",
                 "and(is_present(scopes[text]), less(outcome(plain), outcome(scopes[text])))"},
        Accepted{"bool", "scopes[text].outcome == deny",
                 R"(equal(if(is_present(scopes[text]), outcome(scopes[text]), absent), "deny"))"},
        Accepted{"bool", "plain.outcome == deny", R"(equal(outcome(plain), "deny"))"},
        Accepted{"bool", "plain.outcome == permit", R"(equal(outcome(plain), "permit"))"},
        Accepted{"bool", "forbid != by_kind[saas].outcome",
                 R"(not(equal("forbid", outcome(by_kind["saas"]))))"},
        Accepted{"bool", "plain.outcome >= hold and n > 3",
                 R"(and(less_equal("hold", outcome(plain)), less(3, n)))"},
        Accepted{"bool", "plain.outcome in { permit, hold }",
                 R"(in(outcome(plain), ["permit","hold"]))"},
        Accepted{"bool", "plain.outcome == (if n > 3 then permit else deny)",
                 R"(equal(outcome(plain), if(less(3, n), "permit", "deny")))"}));

INSTANTIATE_TEST_SUITE_P(
    Verdicts, RefusedExpressions,
    testing::Values(
        Refused{"bool", "scopes[text].outcome != deny", "W0301", "scopes[text].outcome", ""},
        Refused{"bool", "scopes.outcome == deny", "W0247", "outcome", "`scopes[k].outcome`"},
        Refused{"bool", "scopes is empty", "W0246", "scopes", "`scopes[k]`"},
        Refused{"bool", "plain.needs == auto", "W0248", "needs", "verdict of E"},
        Refused{"bool", "plain == plain", "W0255", "==", "`.outcome`"},
        Refused{"bool", "plain == permit", "W0240", "permit", "the `.outcome` of one"},
        Refused{"bool", "form.tier == hold", "W0241", "hold", "`low`, `medium` or `high`"},
        Refused{"bool", "plain.outcome == permitted", "W0241", "permitted", "`permit`"},
        Refused{"bool", "any forbid in ends satisfies true", "W0102", "forbid", ""}));

INSTANTIATE_TEST_SUITE_P(
    Strings, AcceptedExpressions,
    testing::Values(Accepted{"bool", R"(text like "a*b")", "like a*b(text)"},
                    Accepted{"bool", "text matches /[a-z]+/", "matches /[a-z]+/(text)"},
                    Accepted{"bool", R"(trim(text) starts with "x" or text contains "y")",
                             R"(or(starts_with(trim(text), "x"), contains(text, "y")))"},
                    Accepted{"bool", R"(length(text) > 3 and text < "b")",
                             R"(and(less(3, length(text)), less(text, "b")))"}));

INSTANTIATE_TEST_SUITE_P(
    Strings, RefusedExpressions,
    testing::Values(Refused{"bool", "text matches /[a-/", "W0224", "/[a-/", "RE2"},
                    Refused{"bool", R"(n like "a*")", "W0250", "n", "`string`"},
                    Refused{"int", "length(form.scopes)", "W0250", "form.scopes",
                            "`count(form.scopes)`"}));

TEST(ExpressionLimits, DefinesThatDoubleEndInOneError) {
  std::string text = "writ 1\npackage t\ndefine f0(x: int): int = x + 1\n";
  for (int i = 1; i <= 40; ++i) {
    const std::string before = "f" + std::to_string(i - 1);
    text +=
        "define f" + std::to_string(i) + "(x: int): int = " + before + "(x) + " + before + "(x)\n";
  }
  text += "decision d(n: int) { r: int? = f40(n) }\n";
  const Sources sources = sources_of(std::move(text));
  Diagnostics diagnostics;
  EXPECT_FALSE(load(sources, diagnostics).has_value());
  ASSERT_EQ(diagnostics.sorted().size(), 1u) << render_text(diagnostics, sources, false);
  EXPECT_EQ(info(diagnostics.sorted()[0].kind).code, "W0290");
}

TEST(ExpressionLimits, NestedListsAreCheckedInLinearTime) {
  std::string nested = "1";
  for (int i = 0; i < 40; ++i)
    nested = "[" + nested + "]";
  EXPECT_TRUE(checked("bool", nested + " is empty").starts_with("is_empty("));
}

TEST(ExpressionLimits, LongChainsOfAndAreAccepted) {
  std::string chain = "n > 0";
  for (int i = 1; i < 200; ++i)
    chain += " and n > " + std::to_string(i);
  EXPECT_TRUE(checked("bool", chain).starts_with("and(and(and("));
}

}  // namespace
}  // namespace writ::dsl
