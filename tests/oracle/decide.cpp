#include "tests/oracle/decide.hpp"

#include <algorithm>

#include "tests/oracle/json.hpp"
#include "tests/oracle/read.hpp"

namespace writ::oracle {
namespace {

using dsl::OutputKind;
using dsl::Verb;

/// Runs one rule: every binding that passes is a firing.
class RuleRun {
 public:
  RuleRun(Run& run, dsl::RuleId id) : run_(run), id_(id), rule_(run.world.decision.rules[id]) {}

  void all() {
    if (contains(rule_.effective, run_.world.now)) step(0, nullptr);
  }

 private:
  void step(std::size_t index, const Scope& scope) {
    if (index == rule_.steps.size()) return fire(scope);
    const dsl::Step& current = rule_.steps[index];
    const Value value = evaluate(run_.world, scope, current.expr);
    switch (current.kind) {
      case dsl::StepKind::each:
        for (std::size_t i = 0; i < value.items().size(); ++i) {
          step(index + 1, bind(scope, current.local, value.items()[i], i));
        }
        return;
      case dsl::StepKind::when:
        if (value.truth()) step(index + 1, scope);
        return;
      case dsl::StepKind::unless:
        if (!value.truth()) step(index + 1, scope);
        return;
    }
  }

  void fire(const Scope& scope) {
    Firing firing;
    firing.rule = id_;
    firing.scope = scope;
    for (const dsl::Waiver& waiver : run_.world.decision.waivers) {
      if (firing.waiver == nullptr && applies(waiver, scope)) firing.waiver = &waiver;
    }
    for (const dsl::Contribution& clause : rule_.contributions) {
      Contributed contribution;
      contribution.clause = &clause;
      if (clause.key != dsl::kNoExpr) contribution.key = evaluate(run_.world, scope, clause.key);
      for (const dsl::ExprId value : clause.values) {
        contribution.values.push_back(evaluate(run_.world, scope, value));
      }
      if (clause.relative != dsl::kNoExpr) {
        contribution.instant = evaluate(run_.world, scope, clause.relative).number();
        contribution.values = {number_value(saturate(Wide{contribution.instant} - run_.world.now))};
      }
      firing.contributions.push_back(std::move(contribution));
    }
    run_.firings.push_back(std::move(firing));
  }

  bool applies(const dsl::Waiver& waiver, const Scope& scope) const {
    return waiver.rule == id_ && contains(waiver.effective, run_.world.now) &&
           std::all_of(waiver.whens.begin(), waiver.whens.end(),
                       [&](dsl::ExprId when) { return evaluate(run_.world, scope, when).truth(); });
  }

  Run& run_;
  dsl::RuleId id_;
  const dsl::Rule& rule_;
};

/// Makes one output final.
class Finish {
 public:
  Finish(Run& run, dsl::OutputId id)
      : run_(run),
        id_(id),
        output_(run.world.decision.outputs[id]),
        types_(run.world.model.types) {}

  void all() {
    std::vector<KeyedOutput> keys;
    std::size_t position = 0;
    for (const Value& key : domain()) {
      Scope scope;
      if (output_.per) scope = bind(scope, output_.key, key, position++);
      keys.push_back(at(key, scope));
    }
    run_.world.outputs[id_] = std::move(keys);
  }

 private:
  /// One absent key for an output without `per`.
  std::vector<Value> domain() const {
    if (!output_.per) return {Value{}};
    std::vector<Value> keys;
    if (output_.per_enum) {
      const std::uint32_t known = types_.enums[types_[output_.key_type].decl].known();
      for (std::uint32_t i = 0; i < known; ++i)
        keys.push_back(number_value(i));
    } else {
      keys = evaluate(run_.world, nullptr, output_.domain).items();
    }
    return as_set(types_, output_.key_type, std::move(keys));
  }

  KeyedOutput at(const Value& key, const Scope& scope) const {
    KeyedOutput result{key, {}, {}};
    if (output_.kind == OutputKind::derived) {
      result.value = evaluate(run_.world, scope, output_.value);
      return result;
    }
    if (output_.start != dsl::kNoExpr) result.start = evaluate(run_.world, scope, output_.start);
    if (output_.kind == OutputKind::highest || output_.kind == OutputKind::lowest) {
      result.start = clamped(output_, result.start);
    }
    if (output_.kind == OutputKind::quorum) {
      result.start = Value{normal_form(result.start.quorum(), ranks())};
    }
    result.value = output_.kind == OutputKind::verdict ? Value{Verdict{}} : result.start;
    if (output_.kind == OutputKind::collected) result.value = items_value(result.start.items());
    for (const Firing& firing : run_.firings) {
      if (firing.waiver != nullptr) continue;
      for (const Contributed& contribution : firing.contributions) {
        if (reaches(contribution, key)) result.value = joined(result.value, contribution);
      }
    }
    if (output_.kind == OutputKind::collected) {
      result.value = set_value(types_, types_[output_.type].element, result.value.items());
    }
    return result;
  }

  bool reaches(const Contributed& contribution, const Value& key) const {
    if (contribution.clause->output != id_) return false;
    return !output_.per || contribution.clause->key == dsl::kNoExpr ||
           same(types_, output_.key_type, contribution.key, key);
  }

  std::vector<int> ranks() const { return member_ranks(types_, types_[output_.type].decl); }

  Value joined(const Value& value, const Contributed& contribution) const {
    switch (contribution.clause->verb) {
      case Verb::at_least:
        return number_value(
            std::max(value.number(), clamped(output_, contribution.values[0]).number()));
      case Verb::at_most:
        return number_value(
            std::min(value.number(), clamped(output_, contribution.values[0]).number()));
      case Verb::require:
        return Value{conjunction(value.quorum(), contribution.values[0].quorum(), ranks())};
      case Verb::include: {
        std::vector<Value> items = value.items();
        items.insert(items.end(), contribution.values.begin(), contribution.values.end());
        return items_value(std::move(items));
      }
      default: break;
    }
    Verdict verdict = value.verdict();
    if (contribution.clause->verb == Verb::permit) verdict.granted = true;
    if (contribution.clause->verb == Verb::forbid) verdict.forbidden = true;
    if (contribution.clause->verb == Verb::hold) {
      verdict.needs = conjunction(verdict.needs, contribution.values[0].quorum(), ranks());
    }
    return Value{verdict};
  }

  Run& run_;
  dsl::OutputId id_;
  const dsl::Output& output_;
  const dsl::Types& types_;
};

/// Whether the contribution is visible at one key that it reached.
bool decides_at(const World& world, const Contributed& contribution, const KeyedOutput& at) {
  const dsl::Output& output = world.decision.outputs[contribution.clause->output];
  switch (contribution.clause->verb) {
    case Verb::at_least:
    case Verb::at_most:
      return clamped(output, contribution.values[0]).number() == at.value.number() &&
             at.value.number() != at.start.number();
    case Verb::require: return !implies(at.start.quorum(), contribution.values[0].quorum());
    case Verb::include:
    case Verb::forbid: return true;
    case Verb::permit: return at.value.verdict().outcome() == Outcome::permit;
    case Verb::hold: return at.value.verdict().outcome() == Outcome::hold;
  }
  return false;
}

/// The values of all data; false (and `answer` says why) when one is no good.
bool read_data(const Request& request, World& world, Answer& answer) {
  for (std::uint32_t i = 0; i < world.model.data.size(); ++i) {
    const dsl::Data& data = world.model.data[i];
    const auto given = request.data.find(i);
    if (given == request.data.end() && data.literal) {
      world.data.push_back(from_constant(*data.literal));
      continue;
    }
    if (given == request.data.end()) {
      answer.pointers = {""};
      return false;
    }
    Reading reading = read_value(world.model, data.type, given->second);
    if (!reading.pointers.empty()) {
      answer.pointers = std::move(reading.pointers);
      return false;
    }
    world.data.push_back(std::move(reading.values.front()));
  }
  return true;
}

}  // namespace

bool contains(const dsl::Window& window, base::Micros now) {
  return (!window.from || *window.from <= now) && (!window.until || now < *window.until);
}

Value clamped(const dsl::Output& output, Value value) {
  if (!output.clamp || value.absent()) return value;
  return number_value(std::max(output.low, std::min(output.high, value.number())));
}

std::vector<const KeyedOutput*> reached(const World& world, const Contributed& contribution) {
  const dsl::OutputId output = contribution.clause->output;
  std::vector<const KeyedOutput*> keys;
  if (contribution.clause->key == dsl::kNoExpr) {
    for (const KeyedOutput& at : world.outputs[output])
      keys.push_back(&at);
  } else if (const KeyedOutput* at = output_at(world, output, contribution.key)) {
    keys.push_back(at);
  }
  return keys;
}

bool decides(const World& world, const Contributed& contribution) {
  if (contribution.clause->verb == Verb::forbid && contribution.clause->key == dsl::kNoExpr) {
    return true;
  }
  const std::vector<const KeyedOutput*> keys = reached(world, contribution);
  return std::any_of(keys.begin(), keys.end(),
                     [&](const KeyedOutput* at) { return decides_at(world, contribution, *at); });
}

void run(Run& run) {
  run.world.outputs.assign(run.world.decision.outputs.size(), {});
  for (const dsl::Stage& stage : run.world.decision.schedule) {
    if (stage.is_rule) {
      RuleRun(run, stage.index).all();
    } else if (run.world.decision.outputs[stage.index].kind != OutputKind::codes) {
      Finish(run, stage.index).all();
    }
  }
}

Answer decide(const dsl::Model& model, const dsl::Sources& sources, const Request& request) {
  const dsl::Decision& decision = model.decisions[request.decision];
  Answer answer;
  Run current{World{model, decision, request.now, {}, {}, {}}, {}};
  if (!read_data(request, current.world, answer)) return answer;

  Reading reading = read_inputs(model, decision, request.input_json);
  answer.fail_closed =
      fail_closed_json(model, decision, reading.too_large ? "request_too_large" : "input_invalid");
  if (!reading.pointers.empty()) {
    answer.pointers = std::move(reading.pointers);
    return answer;
  }
  answer.accepted = true;
  current.world.inputs = std::move(reading.values);
  run(current);

  const std::vector<Reason> reasons = all_reasons(current);
  answer.codes = restricting_codes(reasons);
  for (std::size_t i = 0; i < decision.outputs.size(); ++i) {
    if (decision.outputs[i].kind != OutputKind::codes) continue;
    std::vector<Value> codes;
    for (const std::string& code : answer.codes)
      codes.push_back(text_value(code));
    current.world.outputs[i] = {KeyedOutput{{}, {}, items_value(std::move(codes))}};
  }
  answer.reasons = reasons_json(reasons, sources, answer.more);
  answer.result = result_json(current);
  const std::optional<base::Micros> until = horizon(current);
  answer.valid_until = "null";
  if (until) {
    std::string instant;
    base::append_instant(instant, *until);
    answer.valid_until = json_string(instant);
  }
  return answer;
}

}  // namespace writ::oracle
