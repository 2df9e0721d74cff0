#pragma once

#include <cstdint>
#include <set>
#include <unordered_map>
#include <vector>

#include "dsl/model.hpp"

#include "engine/compile/code.hpp"
#include "engine/compile/expr_code.hpp"
#include "engine/compile/expr_keys.hpp"
#include "engine/compile/memo_plan.hpp"
#include "engine/compile/rule_index.hpp"
#include "engine/layout.hpp"

namespace writ::engine::lowering {

/// What all decisions of one program share while it is made.
struct Workbench {
  const dsl::Model& model;
  const dsl::Sources& sources;
  Program& program;
  Layout& layout;
  Code& code;
  ExprCode& exprs;
  ExprKeys& keys;
  bool optimize = true;
};

/// One decision: its descriptors, its schedule, its texts, and the sections that bound valid_until
/// and give the fail-closed values.
class DecisionCode {
 public:
  DecisionCode(Workbench& bench, const dsl::Decision& decision);

  /// Everything but the probes.
  void compile();
  /// A section that leaves the condition in register 0; after compile().
  std::uint32_t probe(dsl::ExprId condition);
  /// The finished descriptor; after the last probe, which may need more registers.
  DecisionDesc finish();

 private:
  /// A condition, or those of its conjuncts that read no names bound further in, placed where they
  /// can be answered first.
  struct Guard {
    std::size_t step = 0;  ///< of the rule
    std::vector<dsl::ExprId> conjuncts;
    bool whole = false;  ///< the condition is decided here; else further conjuncts follow
  };
  struct RunOfRules {
    std::vector<dsl::RuleId> rules;
    std::vector<dsl::OutputId> finished;  ///< after the rules, in this order
  };

  // descriptors.cpp
  void describe_inputs();
  void describe_outputs();
  void describe_rules();
  void describe_rule(const dsl::Rule& rule);
  void describe_waivers();
  void describe_instants();
  void note_constant_instants(dsl::ExprId id);
  std::uint32_t window_row(const dsl::Window& window);
  std::uint32_t file_name(std::uint32_t file);

  // outputs.cpp
  void compile_schedule();
  std::vector<RunOfRules> phases();
  std::vector<RunOfRules> as_scheduled() const;
  const std::set<dsl::OutputId>& reads_of(dsl::ExprId id);
  std::set<dsl::OutputId> rule_needs(dsl::RuleId id);
  std::set<dsl::OutputId> output_needs(dsl::OutputId id);
  void begin_outputs(const std::vector<dsl::RuleId>& rules);
  void begin_output(dsl::OutputId id);
  void finish_output(dsl::OutputId id);
  void emit_domain(dsl::OutputId id);
  Loop begin_key_loop(const dsl::Output& output);
  std::uint64_t known_members(dsl::TypeId enumeration) const;

  // rules.cpp
  template <class Visit>
  void for_each_rule_expr(dsl::RuleId id, Visit&& visit) const {
    const dsl::Rule& rule = decision_.rules[id];
    for (const dsl::Step& step : rule.steps)
      visit(step.expr);
    for (const dsl::Contribution& contribution : rule.contributions) {
      if (contribution.key != dsl::kNoExpr) visit(contribution.key);
      for (dsl::ExprId value : contribution.values)
        if (value != dsl::kNoExpr) visit(value);
      if (contribution.relative != dsl::kNoExpr) visit(contribution.relative);
    }
    for (std::uint32_t waiver : waivers_of_[id])
      for (dsl::ExprId when : decision_.waivers[waiver].whens)
        visit(when);
  }
  void compile_run(const std::vector<dsl::RuleId>& rules);
  void compile_rule(dsl::RuleId id);
  std::vector<std::vector<Guard>> place_conditions(const dsl::Rule& rule);
  std::size_t level_of(const dsl::Rule& rule, dsl::ExprId id);
  void emit_guard(dsl::RuleId id, const Guard& guard, Label fail);
  void emit_conjuncts(const Guard& guard, Register target);
  void skip_outside_window(const dsl::Window& window, Label target);
  void compile_firing(dsl::RuleId id);
  void compile_waivers(dsl::RuleId id, Label fire_end);
  void compile_contribution(const dsl::Contribution& contribution, std::uint32_t row);

  // texts.cpp
  void compile_texts();
  void compile_text(const dsl::Text& text);

  // horizon.cpp, fail_closed.cpp
  void compile_horizon();
  void compile_fail_closed();
  void fail_closed_output(dsl::OutputId id);

  Workbench& bench_;
  const dsl::Model& model_;
  const dsl::Decision& decision_;
  ExprKeys& keys_;
  Program& program_;
  Layout& layout_;
  Code& code_;
  ExprCode& exprs_;
  MemoPlan memos_;
  DecisionDesc desc_;
  std::vector<std::vector<std::uint32_t>>
      waivers_of_;  // by rule, in the order of the decision's waivers
  std::unordered_map<dsl::ExprId, std::set<dsl::OutputId>> reads_;
  std::set<std::int64_t> instants_;
  std::set<dsl::ExprId> instants_seen_;
  std::vector<bool> domain_set_, started_, final_;  // by output, while the schedule is compiled
};

}  // namespace writ::engine::lowering
