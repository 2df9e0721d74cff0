#include "engine/evaluator.hpp"

#include <algorithm>
#include <vector>

#include "base/text.hpp"

#include "engine/decode.hpp"
#include "engine/ledger.hpp"
#include "engine/render.hpp"
#include "engine/report.hpp"
#include "engine/vm.hpp"

namespace writ::engine {

struct Evaluator::State {
  State(std::shared_ptr<const VerifiedProgram> p, std::shared_ptr<const DataSnapshot> d)
      : program(std::move(p)), data(std::move(d)), decoder(program), vm(program, data) {}

  const Program& rows() const { return program->program(); }
  void run(const DecisionDesc& decision, bool traced);
  void fill_trace(const DecisionDesc& decision);

  std::shared_ptr<const VerifiedProgram> program;
  std::shared_ptr<const DataSnapshot> data;
  Arena arena;
  Decoder decoder;
  Vm vm;
  Ledger ledger;
  Report report;
  Trace trace;
  DecisionView view;
};

void Evaluator::State::run(const DecisionDesc& decision, bool traced) {
  if (!traced) return vm.run(decision.entry);
  trace.true_count.assign(rows().conditions.size(), 0);
  trace.false_count.assign(rows().conditions.size(), 0);
  trace.row_count.assign(rows().table_rows.size(), 0);
  trace.dispatched.assign(decision.rules.count, 0);
  vm.run_traced(decision.entry, trace);
}

void Evaluator::State::fill_trace(const DecisionDesc& decision) {
  auto* rules = arena.array<RuleTrace>(decision.rules.count);
  for (std::uint32_t i = 0; i < decision.rules.count; ++i) {
    const RuleDesc& rule = rows().rules[decision.rules.first + i];
    auto* conditions = arena.array<ConditionTrace>(rule.conditions.count);
    for (std::uint32_t c = 0; c < rule.conditions.count; ++c)
      conditions[c] = {trace.true_count[rule.conditions.first + c],
                       trace.false_count[rule.conditions.first + c]};
    rules[i] = {.fired = 0, .waived = 0, .conditions = {conditions, rule.conditions.count}};
  }
  auto* waivers = arena.array<std::uint32_t>(decision.waivers.count);
  std::fill_n(waivers, decision.waivers.count, 0u);
  for (const Ledger::Firing& firing : ledger.firings()) {
    ++rules[firing.rule].fired;
    if (firing.waiver == kNone) continue;
    ++rules[firing.rule].waived;
    ++waivers[firing.waiver];
  }
  view.rules = {rules, decision.rules.count};
  view.waivers = {waivers, decision.waivers.count};
  view.table_rows = trace.row_count;
}

Evaluator::Evaluator(std::shared_ptr<const VerifiedProgram> program,
                     std::shared_ptr<const DataSnapshot> data)
    : state_(std::make_unique<State>(std::move(program), std::move(data))) {}
Evaluator::~Evaluator() = default;
Evaluator::Evaluator(Evaluator&&) noexcept = default;

const DecisionView* Evaluator::decide(std::uint32_t decision, std::string_view json,
                                      base::Micros now, Explain explain) {
  State& s = *state_;
  const DecisionDesc& desc = s.rows().decisions[decision];
  s.arena.reset();
  Cell* frame = s.arena.cells(desc.frame_cells);
  if (!s.decoder.decode(decision, json, frame, s.arena)) return nullptr;
  s.vm.begin(decision, frame, now, s.ledger, s.arena);
  s.run(desc, explain == Explain::full);
  s.view = DecisionView{};
  s.view.decision = decision;
  s.view.now = now;
  s.report.make(s.ledger, s.vm, explain != Explain::none, s.view);
  if (desc.horizon != kNone) s.vm.run(desc.horizon);
  s.view.valid_until = s.ledger.valid_until();
  if (explain == Explain::full) s.fill_trace(desc);
  // Probes read codes as an output.
  for (std::uint32_t o = 0; o < desc.outputs.count; ++o)
    if (s.ledger.desc(o).kind == OutputKind::codes) s.ledger.derive(o, s.view.outputs[o].value);
  return &s.view;
}

const DecisionView* Evaluator::decide_metered(std::uint32_t decision, std::string_view json,
                                              base::Micros now, Usage& usage) {
  State& s = *state_;
  usage = {};
  s.vm.set_meter(&usage.instructions);
  const DecisionView* view = decide(decision, json, now, Explain::reasons);
  s.vm.set_meter(nullptr);
  usage.memory = s.arena.taken() + s.ledger.bytes() + s.report.bytes();
  return view;
}

bool Evaluator::probe(std::uint32_t probe) {
  State& s = *state_;
  s.vm.run(s.rows().probes[probe].entry);
  return s.vm.reg(0).i != 0;
}

std::uint32_t Evaluator::fired(std::uint32_t rule) const {
  const auto& firings = state_->ledger.firings();
  return static_cast<std::uint32_t>(std::count_if(
      firings.begin(), firings.end(), [&](const Ledger::Firing& f) { return f.rule == rule; }));
}

std::uint32_t Evaluator::waived(std::uint32_t rule) const {
  const auto& firings = state_->ledger.firings();
  return static_cast<std::uint32_t>(
      std::count_if(firings.begin(), firings.end(),
                    [&](const Ledger::Firing& f) { return f.rule == rule && f.waiver != kNone; }));
}

const VerifiedProgram& Evaluator::program() const {
  return *state_->program;
}
const DataSnapshot& Evaluator::data() const {
  return *state_->data;
}

std::string fail_closed_members(std::shared_ptr<const VerifiedProgram> program,
                                std::uint32_t decision) {
  const Program& p = program->program();
  const DecisionDesc& desc = p.decisions[decision];
  Arena arena;
  Ledger ledger;
  Vm vm(program, nullptr);
  vm.begin(decision, arena.cells(desc.frame_cells), 0, ledger, arena);
  ledger.fail();
  if (desc.fail_closed_entry != kNone) vm.run(desc.fail_closed_entry);
  std::string out;
  for (std::uint32_t o = 0; o < desc.outputs.count; ++o) {
    const OutputDesc& output = ledger.desc(o);
    if (output.local) continue;
    OutputValue value;
    std::vector<KeyedValue> keys;
    value.outcome = Outcome::forbid;
    value.needs = Cell::quorum(nullptr, 0);
    for (const Ledger::Key& key : ledger.keys(o))
      keys.push_back({.key = key.key,
                      .value = key.value,
                      .outcome = Outcome::forbid,
                      .needs = value.needs,
                      .codes = {},
                      .because = {}});
    value.keys = keys;
    if (!output.per && !keys.empty()) value.value = keys[0].value;
    const bool whole =
        output.per || output.kind == OutputKind::verdict || output.kind == OutputKind::codes;
    // A collection of what has no members to name says `null`: whoever reads it must take anything
    // to be in it.
    const bool unnamed =
        output.kind == OutputKind::collected && !output.per && value.value.present == 0;
    if (!whole && !unnamed && value.value.present == 0) continue;
    value.present = true;
    if (!out.empty()) out += ',';
    base::append_json_string(out, p.text(output.json));
    out += ':';
    if (output.kind == OutputKind::codes)
      out += kCodesPlaceholder;
    else if (unnamed)
      out += "null";
    else
      append_output(out, p, output, value);
  }
  return out;
}

}  // namespace writ::engine
