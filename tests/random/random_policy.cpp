#include "tests/random/random_policy.hpp"

#include <vector>

#include "tools/random/dice.hpp"

namespace writ::tests {
namespace {

using tools::Dice;

enum class Kind {
  tier,
  tier_down,
  number,
  number_down,
  quorum,
  marks,
  points,
  verdict,
  hosts,
  ports,
  flag
};

struct Made {
  Kind kind;
  std::string name;
};

constexpr const char* kHeader = R"(writ 1
package random

ordered enum Tier { low, medium, high }
enum Role { dpo, ciso, legal }
enum Mark { red, green, blue }
enum Host { hr, crm }
enum Sort { x, y } else unknown
record Vote { role: Role, who: string max 2 }

)";

constexpr const char* kInputs =
    "decision d(a: int -3..3, b: int 0..12, p: bool, q: bool, t: Tier, k: Sort, m: Mark, "
    "there: set<Role>, list: list<Vote> max 6) {\n"
    "  local votes: votes Role = { v.role by v.who for v in list } on failure {}\n";

class Writer {
 public:
  explicit Writer(std::uint64_t seed) : dice_(seed) {}

  std::string policy() {
    std::string out = std::string(kHeader) + tables();
    std::string body, rules;
    const std::size_t outputs = 4 + dice_.below(5);
    for (std::size_t i = 0; i < outputs; ++i) {
      const Made made{static_cast<Kind>(dice_.below(11)), "o" + std::to_string(i)};
      body += "  " + made.name + ": " + declaration(made.kind) + "\n";
      if (made.kind != Kind::flag)
        for (std::size_t r = 1 + dice_.below(3); r > 0; --r)
          rules += rule(made, "r" + std::to_string(i) + "_" + std::to_string(r));
      made_.push_back(made);
    }
    return out + kInputs + body + "}\n\n" + rules;
  }

 private:
  std::string pick(std::vector<std::string> from) { return dice_.pick(from); }
  std::string tier() { return pick({"low", "medium", "high"}); }
  std::string number() { return std::to_string(dice_.below(14)); }

  std::string role_set() {
    return pick(
        {"{ dpo }", "{ ciso }", "{ dpo, ciso }", "{ ciso, legal }", "{ dpo, ciso, legal }"});
  }
  std::string constant_quorum() { return pick({"one of ", "all of ", "one of "}) + role_set(); }

  /// Mostly ascending, so that some are monotone and some are not.
  std::string tables() {
    std::string out = "table risk(tier: Tier, flag: bool) -> int {\n";
    std::size_t value = dice_.below(3);
    for (const char* member : {"low", "medium", "high"}) {
      for (const char* flag : {"false", "true"})
        out += std::string("  ") + member + ", " + flag + " => " +
               std::to_string(dice_.chance(80) ? value + dice_.below(2) : dice_.below(9)) + "\n";
      value += dice_.below(4);
    }
    out += "}\ntable controls(tier: Tier) -> quorum Role {\n  low => " +
           std::string(dice_.chance(70) ? "auto" : "one of { dpo }") + "\n  medium => one of " +
           role_set() + "\n  high => all of " + role_set() +
           "\n}\ntable band(score: int) -> Tier {\n";
    if (dice_.chance(70))
      out += "  ..4 => low\n  5..9 => medium\n  10.. => high\n}\n";
    else
      out += "  ..4 => " + tier() + "\n  5..9 => " + tier() + "\n  10.. => " + tier() + "\n}\n";
    out += "first table sorted(tier: Tier, sort: Sort) -> int {\n  high, x => 5\n  " + tier() +
           ", _ => " + number() + "\n  _, _ => " + number() + "\n}\n\n";
    return out;
  }

  std::string declaration(Kind kind) {
    switch (kind) {
      case Kind::tier: return "highest Tier starting at " + tier_value();
      case Kind::tier_down: return "lowest Tier starting at " + tier_value();
      case Kind::number:
        return (dice_.chance(50) ? "highest int 0..20 starting at " : "highest int starting at ") +
               number_value(2);
      case Kind::number_down:
        return (dice_.chance(50) ? "lowest int 0..20 starting at " : "lowest int starting at ") +
               number_value(2);
      case Kind::quorum:
        return dice_.chance(50) ? "quorum Role" : "quorum Role starting at " + quorum_value(2);
      case Kind::marks: return "collected Mark";
      case Kind::points: return "collected int";
      case Kind::verdict: return "verdict of Role";
      case Kind::hosts: return "verdict of Role per h in Host";
      case Kind::ports: return "highest int 0..9 per h in Host starting at " + number_value(1);
      case Kind::flag: return "bool = p and " + condition(2) + " on failure false";
    }
    return {};
  }

  std::string rule(const Made& made, const std::string& name) {
    std::string out = "rule " + name + " for d {\n" + each();
    const bool permit = made.kind == Kind::verdict || made.kind == Kind::hosts;
    // Mostly what only tightens, so that monotone outputs read each other over several steps.
    const bool aligned = dice_.chance(75);
    const auto some_condition = [&](int depth, bool more) {
      return aligned ? moving(depth, more) : condition(depth);
    };
    const bool granting = permit && dice_.chance(45);
    const int depth = dice_.chance(30) ? 2 : (dice_.chance(50) ? 1 : 0);
    for (std::size_t i = dice_.below(3); i > 0; --i)
      out += "  when " + some_condition(depth, !granting) + "\n";
    if (dice_.chance(30)) out += "  unless " + some_condition(depth, granting) + "\n";
    return out + "  then " + contribution(made, granting) + "\n  because \"r\"\n}\n";
  }

  /// A loop over what an earlier output holds; its name is not used.
  std::string each() {
    const Made* made = dice_.chance(25) ? some() : nullptr;
    if (made == nullptr) return {};
    switch (made->kind) {
      case Kind::marks:
      case Kind::points: return "  each one in " + made->name + "\n";
      case Kind::hosts:
        return "  each one in " + made->name + pick({".granted", ".denied", ".held"}) + "\n";
      case Kind::quorum: return "  each one in missing(" + made->name + ", there)\n";
      default: return {};
    }
  }

  std::string contribution(const Made& made, bool permit) {
    const std::string key = pick({"", "[hr]", "[crm]"});
    switch (made.kind) {
      case Kind::tier: return made.name + " at least " + tier_value();
      case Kind::tier_down: return made.name + " at most " + tier_value();
      case Kind::number: return made.name + " at least " + number_value(2);
      case Kind::number_down: return made.name + " at most " + number_value(2);
      case Kind::quorum: return made.name + " require " + quorum_value(2);
      case Kind::marks: return made.name + " include " + pick({"red", "green", "blue", "m"});
      case Kind::points: return made.name + " include " + number_value(1);
      case Kind::ports: return made.name + key + " at least " + number_value(1);
      case Kind::verdict:
        if (permit) return "permit " + made.name;
        return dice_.chance(50) ? "forbid " + made.name
                                : "hold " + made.name + " for " + quorum_value(1);
      case Kind::hosts:
        if (permit) return "permit " + made.name + key;
        return dice_.chance(50) ? "forbid " + made.name + key
                                : "hold " + made.name + key + " for " + quorum_value(1);
      case Kind::flag: break;
    }
    return {};
  }

  /// A condition that only begins (`more`) or only stops to hold as outputs get stricter.
  std::string moving(int depth, bool more) {
    if (depth > 0 && dice_.chance(50)) {
      const std::string a = moving(depth - 1, more);
      const std::string b = moving(depth - 1, more);
      switch (dice_.below(4)) {
        case 0: return "(" + a + " and " + b + ")";
        case 1: return "(" + a + " or " + b + ")";
        case 2: return "(if " + pick({"p", "q"}) + " then " + a + " else " + b + ")";
        default: return "(not " + moving(depth - 1, !more) + ")";
      }
    }
    const Made* made = some();
    if (made == nullptr || dice_.chance(10)) return condition(0);
    return more ? "(" + growing(*made) + ")" : "(not (" + growing(*made) + "))";
  }

  /// Begins to hold as the output gets stricter.
  std::string growing(const Made& made) {
    const std::string& n = made.name;
    switch (made.kind) {
      case Kind::tier: return n + pick({" >= medium", " > low", " == high", " != low"});
      case Kind::tier_down: return n + pick({" <= medium", " < high", " == low", " != high"});
      case Kind::number: return n + pick({" > ", " >= "}) + number();
      case Kind::number_down: return n + pick({" < ", " <= "}) + number();
      case Kind::ports: return n + pick({"[hr] > ", "[crm] >= "}) + number();
      case Kind::quorum:
        return pick({"not satisfied(" + n + ", there)", "not satisfied(" + n + ", votes)",
                     n + " != auto", n + " implies " + constant_quorum(),
                     "missing(" + n + ", there) is not empty",
                     "count(missing(" + n + ", there)) > 1"});
      case Kind::marks:
        return pick({"red in " + n, "count(" + n + ") > 1", n + " is not empty",
                     "{ red, blue } subset of " + n, "any e in " + n + " satisfies (e == red)"});
      case Kind::points:
        return pick({"count(" + n + ") > 1", "any e in " + n + " satisfies (e > 5)", "4 in " + n});
      case Kind::verdict:
        return n + pick({".outcome > permit", ".outcome >= deny", ".outcome == forbid"});
      case Kind::hosts:
        return pick(
            {"hr not in " + n + ".granted", "crm in " + n + ".denied", n + "[hr].outcome >= hold"});
      case Kind::flag: return n;
    }
    return {};
  }

  const Made* some() { return made_.empty() ? nullptr : &made_[dice_.below(made_.size())]; }
  /// An earlier output of one of two kinds.
  const Made* one_of(Kind a, Kind b) {
    for (int tries = 0; tries < 6; ++tries) {
      const Made* made = some();
      if (made != nullptr && (made->kind == a || made->kind == b)) return made;
    }
    return nullptr;
  }

  std::string tier_value() {
    if (dice_.chance(40)) return tier();
    const Made* made = one_of(Kind::tier, Kind::tier_down);
    if (made != nullptr && dice_.chance(50)) return made->name;
    const Made* scored = one_of(Kind::number, Kind::number_down);
    if (scored != nullptr && dice_.chance(50)) return "band(" + scored->name + ")";
    if (dice_.chance(20))
      return "(if " + condition(1) + " then " + tier() + " else " + tier() + ")";
    return dice_.chance(25) ? "t" : tier();
  }

  std::string number_value(int depth) {
    if (dice_.chance(40)) return number();
    if (depth > 0 && dice_.chance(50)) {
      const std::string a = number_value(depth - 1), b = number_value(depth - 1);
      switch (dice_.below(8)) {
        case 0: return "(" + a + " + " + b + ")";
        case 1: return "(" + a + " - " + b + ")";
        case 2: return "(" + a + " * " + pick({"2", "a", "b", "-1"}) + ")";
        case 3: return "(max([" + a + ", " + b + "]) or else 0)";
        case 4: return "(if " + condition(depth - 1) + " then " + a + " else " + b + ")";
        case 5: return "risk(" + tier_value() + ", " + condition(0) + ")";
        case 6: return "sorted(" + tier_value() + ", k)";
        default: return "(" + a + " / 2)";
      }
    }
    const Made* made = some();
    if (made != nullptr && dice_.chance(60)) {
      switch (made->kind) {
        case Kind::number:
        case Kind::number_down: return made->name;
        case Kind::ports: return made->name + pick({"[hr]", "[crm]"});
        case Kind::marks:
        case Kind::points: return "count(" + made->name + ")";
        case Kind::quorum: return "count(missing(" + made->name + ", there))";
        default: break;
      }
    }
    return dice_.chance(30) ? pick({"a", "b"}) : number();
  }

  std::string quorum_value(int depth) {
    if (dice_.chance(40)) return constant_quorum();
    const Made* made = one_of(Kind::quorum, Kind::verdict);
    if (made != nullptr && dice_.chance(60))
      return made->kind == Kind::quorum ? made->name : made->name + ".needs";
    const Made* tiered = one_of(Kind::tier, Kind::tier_down);
    if (tiered != nullptr && dice_.chance(60)) return "controls(" + tiered->name + ")";
    if (depth > 0 && dice_.chance(30))
      return "(if " + condition(depth - 1) + " then " + quorum_value(depth - 1) + " else " +
             quorum_value(depth - 1) + ")";
    if (depth > 0 && dice_.chance(30))
      return "both(" + quorum_value(depth - 1) + ", " + quorum_value(depth - 1) + ")";
    return constant_quorum();
  }

  std::string condition(int depth) {
    if (depth > 0 && dice_.chance(50)) {
      const std::string a = condition(depth - 1), b = condition(depth - 1);
      switch (dice_.below(6)) {
        case 0:
        case 1: return "(" + a + " and " + b + ")";
        case 2:
        case 3: return "(" + a + " or " + b + ")";
        case 4: return "(if " + condition(depth - 1) + " then " + a + " else " + b + ")";
        default: return "(not " + a + ")";
      }
    }
    const Made* made = some();
    if (made == nullptr || dice_.chance(25))
      return pick({"p", "q", "(a > 0)", "(b > " + number() + ")", "(t == " + tier() + ")",
                   "(k == x)", "(dpo in there)"});
    return "(" + about(*made, depth) + ")";
  }

  /// A condition on one output.
  std::string about(const Made& made, int depth) {
    const std::string& n = made.name;
    const std::string compared = pick({" < ", " <= ", " > ", " >= ", " == ", " != "});
    switch (made.kind) {
      case Kind::tier:
      case Kind::tier_down: return n + compared + tier();
      case Kind::number:
      case Kind::number_down: return n + compared + number_value(depth > 0 ? depth - 1 : 0);
      case Kind::ports: return n + pick({"[hr]", "[crm]"}) + compared + number();
      case Kind::quorum:
        return pick({"satisfied(" + n + ", there)", "satisfied(" + n + ", votes)", n + " == auto",
                     n + " != auto", n + " implies " + constant_quorum(),
                     constant_quorum() + " implies " + n, "missing(" + n + ", there) is empty",
                     "missing(" + n + ", votes) is empty", "count(missing(" + n + ", there)) > 1",
                     "dpo in missing(" + n + ", there)"});
      case Kind::marks:
        return pick({"red in " + n, "red not in " + n, "count(" + n + ")" + compared + "1",
                     n + " subset of { red, blue }", "{ red, blue } subset of " + n,
                     n + " intersects { red, green }", n + " is empty", n + " is not empty",
                     "all e in " + n + " satisfies (e == red or p)",
                     "any e in " + n + " satisfies (e == red or p)"});
      case Kind::points:
        return pick({"count(" + n + ")" + compared + "1",
                     "(max(" + n + ") or else 0)" + compared + number(),
                     "(min(" + n + ") or else 20)" + compared + number(),
                     "all e in " + n + " satisfies (e > " + number() + ")",
                     "any e in " + n + " satisfies (e > " + number() + ")",
                     "count(e in " + n + " where e > " + number() + ")" + compared + "1",
                     "4 in " + n, "{ e + 1 for e in " + n + " where e > 2 } is empty"});
      case Kind::verdict:
        return pick({n + ".outcome" + compared + pick({"permit", "hold", "deny", "forbid"}),
                     "satisfied(" + n + ".needs, there)", "satisfied(" + n + ".needs, votes)"});
      case Kind::hosts:
        return pick({"hr in " + n + ".granted", "hr in " + n + ".held", "crm in " + n + ".denied",
                     n + ".granted is empty", n + ".held is empty",
                     "count(" + n + ".denied)" + compared + "1",
                     n + "[hr].outcome" + compared + pick({"permit", "hold", "deny", "forbid"})});
      case Kind::flag: return n;
    }
    return {};
  }

  Dice dice_;
  std::vector<Made> made_;
};

}  // namespace

std::string random_policy(std::uint64_t seed) {
  return Writer(seed).policy();
}

}  // namespace writ::tests
