#include <algorithm>

#include "tests/generate/writer.hpp"

namespace writ::tests::generation {
namespace {

bool is_output(const Decision& decision, const std::string& name) {
  return std::any_of(decision.outputs.begin(), decision.outputs.end(),
                     [&](const Output& output) { return output.name == name; });
}

}  // namespace

/// `each`, `when` and `unless` of a rule; what they bind and show stays in scope.
std::string Writer::steps(std::vector<Path>& each) {
  std::string out;
  for (std::size_t i = c_.below(4); i > 0; --i) {
    if (scope_.loops < 2 && c_.chance(40)) {
      if (const auto from = source(1)) {
        Scope saved;
        const std::string name = bind(*from, saved);
        each.push_back(scope_.names.back());
        out += "  each " + name + " in " + from->text + "\n";
        continue;
      }
    }
    const Condition c = condition(3);
    scope_.shown.insert(scope_.shown.end(), c.when_true.begin(), c.when_true.end());
    out += "  when " + c.text + "\n";
  }
  for (std::size_t i = c_.below(10) < 7 ? 0 : 1 + c_.below(2); i > 0; --i) {
    const Condition c = condition(2);
    scope_.shown.insert(scope_.shown.end(), c.when_false.begin(), c.when_false.end());
    out += "  unless " + c.text + "\n";
  }
  return out;
}

std::string Writer::effective(bool ends) {
  switch (c_.below(ends ? 3 : 4)) {
    case 0: return "  effective from 2026-01-01 through 2026-06-30\n";
    case 1: return "  effective from 2026-03-02T12:00:00Z until 2027-01-01T00:00:00.5Z\n";
    case 2: return "  effective until 2026-05-01\n";
    default: return "  effective from 2025-06-01\n";
  }
}

std::string Writer::target(const Decision& decision, const Output& output) {
  if (!output.per || c_.chance(35)) return output.name;
  const auto key = key_of(output, false);
  const auto verdicts =
      std::count_if(decision.outputs.begin(), decision.outputs.end(),
                    [](const Output& o) { return o.per && o.kind == OutputKind::verdict; });
  const bool named = std::any_of(scope_.names.begin(), scope_.names.end(),
                                 [&](const Path& p) { return p.text == key->text; }) &&
                     !is_output(decision, key->text);
  if (output.kind == OutputKind::verdict && verdicts == 1 && named && c_.chance(50))
    return key->text;
  return output.name + "[" + key->text + "]";
}

std::optional<std::string> Writer::contribution(const Decision& decision, const Output& output,
                                                bool foreign, bool* permits) {
  const std::string at = target(decision, output);
  switch (output.kind) {
    case OutputKind::highest:
    case OutputKind::lowest: {
      const std::string verb = output.kind == OutputKind::highest ? " at least " : " at most ";
      if (output.type.kind == Kind::duration && c_.chance(30))
        return at + verb + value(simple(Kind::time), 1) + " - now";
      return at + verb + value(output.type, 2);
    }
    case OutputKind::quorum: return at + " require " + value(output.type, 2);
    case OutputKind::collected: {
      std::string out = at + " include " + value(output.type.element(), 2);
      if (c_.chance(30)) out += ", " + value(output.type.element(), 1);
      return out;
    }
    case OutputKind::verdict:
      if (!foreign && c_.chance(50)) {
        *permits = true;
        return "permit " + at;
      }
      if (output.of_members && c_.chance(60)) return "hold " + at + " for " + value(output.type, 2);
      return "forbid " + at;
    default: return std::nullopt;
  }
}

void Writer::rule_declaration(std::size_t index, bool foreign) {
  const Decision& decision = decisions_[index];
  std::vector<std::size_t> targets;
  for (std::size_t i = 0; i < decision.outputs.size(); ++i)
    if (decision.outputs[i].kind != OutputKind::derived) targets.push_back(i);
  if (targets.empty()) return;
  c_.shuffle(targets);
  targets.resize(1 + c_.below(std::min<std::size_t>(targets.size(), 3)));
  scope_ = scope_of(decision, *std::min_element(targets.begin(), targets.end()));
  std::vector<Path> each;
  bool permits = false;
  std::string body = steps(each);
  if (c_.chance(15)) body += effective(false);
  for (const std::size_t target : targets)
    for (std::size_t i = c_.chance(15) ? 2 : 1; i > 0; --i)
      if (const auto text = contribution(decision, decision.outputs[target], foreign, &permits))
        body += "  then " + *text + "\n";
  const bool says = c_.chance(85);
  if (says) body += "  because " + reason(decision) + "\n";
  for (std::size_t i = c_.chance(15) ? 1 + c_.below(2) : 0; i > 0; --i)
    body += "  tag tag" + std::to_string(i) + " = \"T " + std::to_string(c_.below(3)) + "\"\n";
  const std::string name = fresh("r");
  const bool unwaivable = c_.chance(10);
  std::string heading = "rule " + name;
  if (c_.chance(20)) heading += " as " + c_.pick<std::string>({"shared", "other"});
  heading += " for " + qualified(1, decision.name);
  // The second decision has what the first one has.
  const bool two = decisions_.size() == 2 && c_.chance(40);
  if (two) heading += ", " + qualified(1, decisions_[1 - index].name);
  declare(heading + (unwaivable ? " unwaivable" : "") + " {\n" + body + "}");
  if (permits || unwaivable || foreign || !c_.chance(25)) return;
  for (std::size_t i = c_.chance(25) ? 2 : 1; i > 0; --i)
    waiver_declaration(name, decision, each);
}

/// Rules that one look-up finds: each compares the same input with a constant of its own.
void Writer::rules_by_constant(std::size_t index) {
  const Decision& decision = decisions_[index];
  scope_ = scope_of(decision, 0);
  std::vector<Path> inputs;
  for (const Path& path : scope_.names)
    if (!path.type.optional && (path.type.kind == Kind::string || path.type.kind == Kind::integer))
      inputs.push_back(path);
  std::vector<std::size_t> targets;
  for (std::size_t i = 0; i < decision.outputs.size(); ++i)
    if (decision.outputs[i].kind != OutputKind::derived) targets.push_back(i);
  if (inputs.empty() || targets.empty()) return;
  const Path input = inputs[c_.below(inputs.size())];
  for (std::size_t i = 0, n = 4 + c_.below(3); i < n; ++i) {
    scope_ = scope_of(decision, 0);
    const Output& output = decision.outputs[targets[c_.below(targets.size())]];
    bool permits = false;
    const auto then = contribution(decision, output, false, &permits);
    if (!then) continue;
    const std::string constant = input.type.kind == Kind::string
                                     ? "\"" + std::string(1, static_cast<char>('a' + i)) + "\""
                                     : std::to_string(i);
    declare("rule " + fresh("r") + " for " + qualified(1, decision.name) + " {\n  when " +
            input.text + " == " + constant + "\n  then " + *then + "\n  because \"found\"\n}");
  }
}

void Writer::waiver_declaration(const std::string& rule, const Decision& decision,
                                const std::vector<Path>& each) {
  scope_ = scope_of(decision, 0);
  scope_.names.insert(scope_.names.end(), each.begin(), each.end());
  std::string out = "waive " + rule + " for " + decision.name + " {\n";
  for (std::size_t i = c_.below(3); i > 0; --i) {
    const Condition c = condition(2);
    scope_.shown.insert(scope_.shown.end(), c.when_true.begin(), c.when_true.end());
    out += "  when " + c.text + "\n";
  }
  declare(out + effective(true) + "  by \"" + c_.pick<std::string>({"ciso@corp", "ana"}) +
          "\"\n  because \"" + c_.pick<std::string>({"pilot", "ticket 7"}) + "\"\n}");
}

}  // namespace writ::tests::generation
