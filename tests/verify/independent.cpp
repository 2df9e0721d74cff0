#include "tests/verify/independent.hpp"

#include <random>
#include <vector>

#include "tests/golden/ways.hpp"

namespace writ::tests {
namespace {

/// Writes one policy. Every condition reads a field of its own, which the input sets to what keeps
/// the decision going.
class Writer {
 public:
  explicit Writer(std::uint64_t seed) : random_(seed) {
    lists_ = 1 + below(3);
    for (std::size_t i = 0; i < lists_; ++i)
      sizes_.push_back(1 + below(6));
    names_ = 1 + below(6);
    verdict_ = static_cast<Verdict>(below(3));
  }

  /// What is said of the keys. Every firing decides, so that its text is rendered: holds need keys
  /// that are granted, and a grant decides nothing beside a hold or a forbid.
  enum class Verdict : std::uint8_t { permits, holds, forbids };

  IndependentPolicy write() {
    const std::size_t rules = 3 + below(12);
    // What several rules share is computed once.
    shared_ = below(2) == 0 ? all_of(0) : std::string();
    std::string body;
    if (verdict_ == Verdict::holds)
      body = "\nrule granted for d {\n  each s in form.names\n  then permit s\n}\n";
    for (std::size_t i = 0; i < rules; ++i)
      body += rule(i);
    return {head() + body, input()};
  }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }
  static std::string number(std::size_t value) { return std::to_string(value); }

  /// A new field of the form / of the items of a list, and its value in the input.
  std::string form_flag(bool value) {
    form_flags_.push_back(value);
    return "form.b" + number(form_flags_.size() - 1);
  }
  std::string item_flag(bool value) {
    item_flags_.push_back(value ? "true" : "false");
    return "f" + number(item_flags_.size() - 1);
  }

  /// True, and only the last element makes it so.
  std::string any_of(std::size_t list) {
    item_flags_.push_back("last");
    const std::string name = "i" + number(binders_++);
    return "any " + name + " in form.items" + number(list) + " satisfies (" + name + ".f" +
           number(item_flags_.size() - 1) + ")";
  }
  std::string all_of(std::size_t list) {
    const std::string flag = item_flag(true);
    const std::string name = "i" + number(binders_++);
    return "all " + name + " in form.items" + number(list) + " satisfies (" + name + "." + flag +
           ")";
  }

  /// A condition on the form that is true at the greatest cost.
  std::string holds() {
    switch (below(9)) {
      case 0: return form_flag(true) + " and " + form_flag(true);
      case 1: return form_flag(false) + " or " + form_flag(true);
      case 2: return "not " + form_flag(false);
      case 3: return any_of(below(lists_));
      case 4: return all_of(below(lists_));
      case 5: return "count(form.names) >= " + number(names_);
      case 6: return "form.until > now";
      case 7:
        if (!shared_.empty()) return shared_;
        return form_flag(true);
      default: return form_flag(true);
    }
  }
  std::string element_holds(const std::string& name) {
    switch (below(4)) {
      case 0: return name + "." + item_flag(true) + " and " + name + "." + item_flag(true);
      case 1: return name + "." + item_flag(false) + " or " + name + "." + item_flag(true);
      case 2: return name + ".until > now";
      default: return name + "." + item_flag(true);
    }
  }

  std::string contribution() {
    switch (below(5)) {
      case 0: return "tier at least t2";
      case 1: return "limit at most 500";
      case 2: return "needed require one of { r" + number(below(3)) + " }";
      case 3: return "marks include g" + number(below(4));
      default: return verdict_ == Verdict::forbids ? "forbid scopes" : "limit at most 500";
    }
  }

  std::string rule(std::size_t index) {
    std::string out = "\nrule r" + number(index) + " for d {\n";
    for (std::size_t i = below(3); i > 0; --i)
      out += "  when " + holds() + "\n";
    std::string text = "r" + number(index);
    std::string then = contribution();
    switch (below(4)) {
      case 0: {
        const std::string name = "e" + number(binders_++);
        out += "  each " + name + " in form.items" + number(below(lists_)) + "\n";
        out += "  when " + element_holds(name) + "\n";
        text += " at {" + name + ".name}";
        if (below(3) == 0) {
          const std::string inner = "e" + number(binders_++);
          out += "  each " + inner + " in form.items" + number(below(lists_)) + "\n";
          out += "  when " + element_holds(inner) + "\n";
          text += " and {" + inner + ".name}";
        }
        break;
      }
      case 1: {
        const std::string name = "s" + number(binders_++);
        out += "  each " + name + " in form.names\n";
        text += " for {" + name + "}";
        then = verdict_ == Verdict::permits ? "permit " + name
               : verdict_ == Verdict::holds ? "hold " + name + " for one of { r0 }"
                                            : "forbid " + name;
        break;
      }
      default: break;
    }
    if (below(3) == 0) out += "  unless " + form_flag(false) + "\n";
    out += "  then " + then + "\n";
    if (below(3) == 0) out += "  then tier at least t2\n";
    return out + "  because \"" + text + ", {form.title}\"\n}\n";
  }

  std::string head() const {
    std::string out =
        "writ 1\npackage generated\n\n"
        "ordered enum Tier { t0, t1, t2, t3 }\nenum Role { r0, r1, r2 }\n"
        "enum Mark { g0, g1, g2, g3 }\n\n"
        "record Item {\n  name: string max 12\n  until: time\n";
    for (std::size_t i = 0; i < item_flags_.size(); ++i)
      out += "  f" + number(i) + ": bool\n";
    out += "}\nrecord Form {\n  title: string max 12\n  until: time\n  names: list<string> max " +
           number(names_) + "\n";
    for (std::size_t i = 0; i < lists_; ++i)
      out += "  items" + number(i) + ": list<Item> max " + number(sizes_[i]) + "\n";
    for (std::size_t i = 0; i < form_flags_.size(); ++i)
      out += "  b" + number(i) + ": bool\n";
    out +=
        "}\n\ndecision d(form: Form) {\n"
        "  tier: highest Tier starting at t0\n"
        "  limit: lowest int 0..1000 starting at 1000\n"
        "  needed: quorum Role\n"
        "  marks: collected Mark\n"
        "  scopes: verdict of Role per s in form.names";
    // Where keys are permitted nothing is said of those that are not.
    if (verdict_ == Verdict::forbids) out += " otherwise not_granted \"{s} was not granted\"";
    return out + "\n  codes: codes\n}\n";
  }

  std::string input() const {
    const std::string until = "\"until\":\"2027-01-01T00:00:00Z\"";
    std::string out = "{\"form\":{\"title\":\"a title\"," + until + ",\"names\":[";
    for (std::size_t i = 0; i < names_; ++i)
      out += std::string(i == 0 ? "" : ",") + "\"n" + number(i) + "\"";
    out += "]";
    for (std::size_t list = 0; list < lists_; ++list) {
      out += ",\"items" + number(list) + "\":[";
      for (std::size_t i = 0; i < sizes_[list]; ++i) {
        out += std::string(i == 0 ? "" : ",") + "{\"name\":\"i" + number(i) + "\"," + until;
        for (std::size_t flag = 0; flag < item_flags_.size(); ++flag) {
          std::string value = item_flags_[flag];
          if (value == "last") value = i + 1 == sizes_[list] ? "true" : "false";
          out += ",\"f" + number(flag) + "\":" + value;
        }
        out += "}";
      }
      out += "]";
    }
    for (std::size_t i = 0; i < form_flags_.size(); ++i)
      out += ",\"b" + number(i) + "\":" + (form_flags_[i] ? "true" : "false");
    return out + "}}";
  }

  std::mt19937_64 random_;
  std::size_t lists_ = 0, names_ = 0, binders_ = 0;
  std::vector<std::size_t> sizes_;
  Verdict verdict_ = Verdict::permits;
  std::string shared_;
  std::vector<bool> form_flags_;
  std::vector<std::string> item_flags_;
};

}  // namespace

IndependentPolicy independent_policy(std::uint64_t seed) {
  return Writer(seed).write();
}

std::string independent_differs(std::uint64_t seed) {
  const IndependentPolicy generated = independent_policy(seed);
  const std::string name = "generated policy " + std::to_string(seed);
  dsl::Sources sources({{"generated.writ", generated.text}});
  dsl::Diagnostics diagnostics;
  auto model = dsl::load(sources, diagnostics);
  if (!model) return name + ": " + dsl::render_text(diagnostics, sources, false);
  auto policy = make_policy(std::move(*model), std::move(sources));
  if (!policy) return name + ": " + policy.error();
  auto deciders = Deciders::make(*policy);
  if (!deciders) return name + ": " + deciders.error();
  const Case c{0, generated.input, *base::parse_instant("2026-01-01T00:00:00Z")};
  Answer answer;
  std::string found = deciders->disagreement(c, answer);
  if (found.empty() && !answer.accepted) found = answer_text(answer);
  for (engine::Evaluator* evaluator : {&deciders->optimized(), &deciders->plain()}) {
    engine::Usage usage;
    evaluator->decide_metered(c.decision, c.json, c.now, usage);
    const std::uint64_t stated = evaluator->program().cost(0).instructions;
    if (usage.instructions != stated)
      found += "takes " + std::to_string(usage.instructions) + " steps; stated are " +
               std::to_string(stated) + "\n";
  }
  return found.empty() ? found : name + ": " + found + generated.text + generated.input + "\n";
}

}  // namespace writ::tests
