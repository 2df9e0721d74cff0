#include "tools/cost_report.hpp"

#include <vector>

#include "base/text.hpp"

namespace writ::tools {
namespace {

using engine::Program;

std::vector<const engine::RuleDesc*> without_key(const Program& program,
                                                 const engine::DecisionDesc& decision) {
  std::vector<const engine::RuleDesc*> rules;
  for (std::uint32_t i = 0; i < decision.rules.count; ++i) {
    const engine::RuleDesc& rule = program.rules[decision.rules.first + i];
    if (!rule.has_key) rules.push_back(&rule);
  }
  return rules;
}

std::string place(const Program& program, const engine::RuleDesc& rule) {
  return std::string(program.name(rule.file)) + ':' + std::to_string(rule.line) + ':' +
         std::to_string(rule.column);
}

/// `12,345`.
std::string grouped(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (std::size_t at = digits.size(); at > 3; at -= 3)
    digits.insert(at - 3, 1, ',');
  return digits;
}

void append_text_report(std::string& out, const Program& program,
                        const engine::DecisionDesc& decision, const engine::Cost& cost) {
  out.append("decision ").append(program.text(decision.name)).append(" takes at most\n");
  out += "  " + grouped(cost.instructions) + " steps\n";
  out += "  " + grouped(cost.memory) + " bytes of memory, and twice the length of the request\n";
  out += "  " + grouped(cost.answer) + " bytes of answer\n";
  const auto rules = without_key(program, decision);
  if (rules.empty()) return;
  out += "  " + std::to_string(rules.size()) + " of " + std::to_string(decision.rules.count) +
         " rules compare no input with a constant, so no index finds them and every request "
         "looks at them:\n";
  for (const engine::RuleDesc* rule : rules)
    out.append("    ").append(program.text(rule->name)).append("  ") +=
        place(program, *rule) + '\n';
}

void append_json_report(std::string& out, const Program& program,
                        const engine::DecisionDesc& decision, const engine::Cost& cost) {
  out += "{\"decision\":";
  base::append_json_string(out, program.text(decision.name));
  out += ",\"instructions\":" + std::to_string(cost.instructions);
  out += ",\"memory\":" + std::to_string(cost.memory);
  out += ",\"answer\":" + std::to_string(cost.answer) + ",\"unindexed\":[";
  bool first = true;
  for (const engine::RuleDesc* rule : without_key(program, decision)) {
    out += first ? "{\"rule\":" : ",{\"rule\":";
    first = false;
    base::append_json_string(out, program.text(rule->name));
    out += ",\"at\":";
    base::append_json_string(out, place(program, *rule));
    out += '}';
  }
  out += "]}";
}

}  // namespace

std::string cost_text(const engine::VerifiedProgram& verified) {
  const Program& program = verified.program();
  std::string out;
  for (std::uint32_t i = 0; i < program.decisions.size(); ++i)
    append_text_report(out, program, program.decisions[i], verified.cost(i));
  return out;
}

void append_costs(std::string& out, const engine::VerifiedProgram& verified) {
  const Program& program = verified.program();
  out += '[';
  for (std::uint32_t i = 0; i < program.decisions.size(); ++i) {
    if (i != 0) out += ',';
    append_json_report(out, program, program.decisions[i], verified.cost(i));
  }
  out += ']';
}

}  // namespace writ::tools
