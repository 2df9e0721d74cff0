#include <algorithm>

#include "engine/compile/decision_code.hpp"

/// The schedule: which rules run when, and where outputs begin and become final.
namespace writ::engine::lowering {

using dsl::ExprId;
using dsl::ExprKind;
using dsl::OutputId;
using dsl::RuleId;

DecisionCode::DecisionCode(Workbench& bench, const dsl::Decision& decision)
    : bench_(bench),
      model_(bench.model),
      decision_(decision),
      keys_(bench.keys),
      program_(bench.program),
      layout_(bench.layout),
      code_(bench.code),
      exprs_(bench.exprs),
      memos_(bench.model, decision, bench.keys) {}

void DecisionCode::compile() {
  desc_.name = layout_.text(decision_.full_name());
  desc_.doc = layout_.text(decision_.doc);
  desc_.reads_now = decision_.reads_now;
  describe_inputs();
  describe_outputs();
  describe_rules();
  describe_waivers();
  describe_instants();
  code_.take_register_count();
  exprs_.use_memos(bench_.optimize ? &memos_ : nullptr);
  compile_schedule();
  compile_horizon();
  exprs_.use_memos(nullptr);
  compile_texts();
  compile_fail_closed();
}

DecisionDesc DecisionCode::finish() {
  // The VM leaves results in register 0, whether a section uses it or not.
  desc_.registers = std::max(code_.take_register_count(), 1u);
  desc_.memos = memos_.count();
  return desc_;
}

std::uint32_t DecisionCode::probe(ExprId condition) {
  const std::uint32_t entry = code_.begin_section(1);
  exprs_.into(condition, 0);
  code_.end_section();
  return entry;
}

const std::set<OutputId>& DecisionCode::reads_of(ExprId id) {
  const auto [place, added] = reads_.try_emplace(id);
  std::set<OutputId>& reads = place->second;
  if (!added) return reads;
  const dsl::Expr& expr = model_.expr(id);
  switch (expr.kind) {
    case ExprKind::output:
    case ExprKind::output_key:
    case ExprKind::verdict_granted:
    case ExprKind::verdict_held:
    case ExprKind::verdict_denied: reads.insert(expr.index); break;
    default: break;
  }
  for_each_part(expr, [&](ExprId part, bool) {
    const std::set<OutputId>& more = reads_of(part);
    reads.insert(more.begin(), more.end());
  });
  return reads;
}

std::set<OutputId> DecisionCode::output_needs(OutputId id) {
  const dsl::Output& output = decision_.outputs[id];
  std::set<OutputId> reads;
  const auto note = [&](ExprId expr) {
    const std::set<OutputId>& more = reads_of(expr);
    reads.insert(more.begin(), more.end());
  };
  for (ExprId expr : {output.domain, output.start, output.value})
    if (expr != dsl::kNoExpr) note(expr);
  return reads;
}

/// What must be final before a rule runs: what it reads, and what the outputs that it contributes
/// to start from.
std::set<OutputId> DecisionCode::rule_needs(RuleId id) {
  std::set<OutputId> needs;
  for_each_rule_expr(id, [&](ExprId expr) {
    const std::set<OutputId>& reads = reads_of(expr);
    needs.insert(reads.begin(), reads.end());
  });
  for (const dsl::Contribution& contribution : decision_.rules[id].contributions)
    needs.merge(output_needs(contribution.output));
  return needs;
}

/// The model's schedule as it stands, cut into runs of rules.
std::vector<DecisionCode::RunOfRules> DecisionCode::as_scheduled() const {
  std::vector<RunOfRules> runs;
  for (const dsl::Stage& stage : decision_.schedule) {
    const bool next = runs.empty() || (stage.is_rule && !runs.back().finished.empty());
    if (next) runs.emplace_back();
    if (stage.is_rule)
      runs.back().rules.push_back(stage.index);
    else
      runs.back().finished.push_back(stage.index);
  }
  return runs;
}

/// As few runs of rules as there can be, since one look-up finds all rules of a run: all rules that
/// are ready, then all outputs that are, and so on. Any order in which everything is final before
/// it is read gives the same answer.
std::vector<DecisionCode::RunOfRules> DecisionCode::phases() {
  std::vector<std::set<OutputId>> rule_waits, output_waits;
  std::vector<std::size_t> rules_left(decision_.outputs.size(), 0);
  for (RuleId rule = 0; rule < decision_.rules.size(); ++rule) {
    rule_waits.push_back(rule_needs(rule));
    for (const dsl::Contribution& contribution : decision_.rules[rule].contributions)
      ++rules_left[contribution.output];
  }
  for (OutputId id = 0; id < decision_.outputs.size(); ++id)
    output_waits.push_back(output_needs(id));

  std::vector<RunOfRules> runs;
  std::vector<bool> ran(decision_.rules.size(), false), done(decision_.outputs.size(), false);
  const auto ready = [&done](const std::set<OutputId>& waits) {
    return std::all_of(waits.begin(), waits.end(), [&done](OutputId id) { return done[id]; });
  };
  std::size_t left = decision_.schedule.size();
  while (left != 0) {
    RunOfRules run;
    for (const dsl::Stage& stage : decision_.schedule) {
      if (!stage.is_rule || ran[stage.index] || !ready(rule_waits[stage.index])) continue;
      ran[stage.index] = true;
      run.rules.push_back(stage.index);
      for (const dsl::Contribution& contribution : decision_.rules[stage.index].contributions)
        --rules_left[contribution.output];
    }
    // The model's schedule has outputs in an order in which each is ready when its turn comes.
    for (const dsl::Stage& stage : decision_.schedule) {
      if (stage.is_rule || done[stage.index] || rules_left[stage.index] != 0 ||
          !ready(output_waits[stage.index]))
        continue;
      done[stage.index] = true;
      run.finished.push_back(stage.index);
    }
    const std::size_t placed = run.rules.size() + run.finished.size();
    if (placed == 0) return as_scheduled();
    left -= placed;
    runs.push_back(std::move(run));
  }
  return runs;
}

void DecisionCode::compile_schedule() {
  domain_set_.assign(decision_.outputs.size(), false);
  started_.assign(decision_.outputs.size(), false);
  final_.assign(decision_.outputs.size(), false);
  desc_.entry = code_.begin_section(1);
  for (const RunOfRules& run : bench_.optimize ? phases() : as_scheduled()) {
    begin_outputs(run.rules);
    compile_run(run.rules);
    for (OutputId id : run.finished)
      finish_output(id);
  }
  code_.end_section();
}

void DecisionCode::begin_outputs(const std::vector<RuleId>& rules) {
  std::set<OutputId> outputs;
  for (RuleId rule : rules)
    for (const dsl::Contribution& contribution : decision_.rules[rule].contributions)
      outputs.insert(contribution.output);
  for (OutputId id : outputs)
    begin_output(id);
}

std::uint64_t DecisionCode::known_members(dsl::TypeId enumeration) const {
  const std::uint32_t known = model_.types.enums[model_.types[enumeration].decl].known();
  return known >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << known) - 1;
}

void DecisionCode::emit_domain(OutputId id) {
  const RegisterScope scope(code_);
  const dsl::Output& output = decision_.outputs[id];
  if (output.per_enum) {
    const Register keys = code_.take();
    code_.emit(Opcode::constant, keys, 0, 0, exprs_.mask_constant(known_members(output.key_type)));
    code_.emit(Opcode::domain, 0, keys, 0, id, 0);
    return;
  }
  const Register keys = exprs_.value(output.domain);
  code_.emit(Opcode::domain, 0, keys, 0, id, exprs_.stride_of(model_.expr(output.domain).type));
}

/// Over the keys of a `per` output; a key that its domain names twice comes twice.
Loop DecisionCode::begin_key_loop(const dsl::Output& output) {
  if (output.per_enum) {
    const Register keys = code_.take();
    code_.emit(Opcode::constant, keys, 0, 0, exprs_.mask_constant(known_members(output.key_type)));
    return exprs_.begin_mask_loop(keys, output.key);
  }
  const Register keys = exprs_.value(output.domain);
  return exprs_.begin_loop(keys, model_.expr(output.domain).type, output.key);
}

void DecisionCode::begin_output(OutputId id) {
  const dsl::Output& output = decision_.outputs[id];
  if (output.per && !domain_set_[id]) emit_domain(id);
  domain_set_[id] = true;
  if (started_[id] || output.start == dsl::kNoExpr) return;
  const std::set<OutputId> waits = output_needs(id);
  if (!std::all_of(waits.begin(), waits.end(), [this](OutputId read) { return final_[read]; }))
    return;
  started_[id] = true;
  const RegisterScope scope(code_);
  if (!output.per) {
    code_.emit(Opcode::start, 0, exprs_.value(output.start), 0, id);
    return;
  }
  const Loop loop = begin_key_loop(output);
  code_.emit(Opcode::start_at, 0, exprs_.value(output.start), loop.element, id);
  exprs_.end_loop(loop);
}

void DecisionCode::finish_output(OutputId id) {
  const dsl::Output& output = decision_.outputs[id];
  if (output.kind == dsl::OutputKind::codes) return;  // the VM fills it from the reasons
  const RegisterScope scope(code_);
  if (output.kind != dsl::OutputKind::derived) {
    begin_output(id);
    code_.emit(Opcode::finish, 0, 0, 0, id);
  } else if (!output.per) {
    code_.emit(Opcode::derive, 0, exprs_.value(output.value), 0, id);
  } else {
    emit_domain(id);
    const Loop loop = begin_key_loop(output);
    code_.emit(Opcode::derive_at, 0, exprs_.value(output.value), loop.element, id);
    exprs_.end_loop(loop);
  }
  final_[id] = true;
}

}  // namespace writ::engine::lowering
