#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "tests/oracle/decide.hpp"
#include "tests/oracle/json.hpp"

namespace writ::oracle {
namespace {

constexpr std::size_t kMostForEachRule = 16;
constexpr std::size_t kMostInAll = 64;

/// Outputs by first JSON name, in declaration order.
std::string sets_json(const dsl::Decision& decision, const std::set<dsl::OutputId>& outputs) {
  std::string out = "[";
  for (const dsl::OutputId output : outputs) {
    if (out.size() > 1) out += ',';
    out += json_string(decision.outputs[output].json.front());
  }
  return out + "]";
}

std::string tags_json(const std::vector<dsl::Tag>& tags) {
  if (tags.empty()) return "";
  std::string out = "{";
  for (const dsl::Tag& tag : tags) {
    if (out.size() > 1) out += ',';
    out += json_string(tag.name) + ":" + json_string(tag.value);
  }
  return out + "}";
}

std::string waived_json(const dsl::Waiver& waiver) {
  std::string until;
  base::append_instant(until, waiver.effective.until.value_or(base::kMaxInstant));
  return "{\"by\":" + json_string(waiver.by) + ",\"until\":" + json_string(until) +
         ",\"because\":" + json_string(waiver.because) + "}";
}

/// The reason that a firing gives; nullopt when nothing of it is visible.
std::optional<Reason> reason_of(const World& world, const Firing& firing) {
  const dsl::Rule& rule = world.decision.rules[firing.rule];
  if (!rule.has_because) return std::nullopt;
  Reason reason;
  reason.owners = {firing.rule};
  std::set<dsl::OutputId> sets;
  for (const Contributed& contribution : firing.contributions) {
    if (firing.waiver == nullptr && !decides(world, contribution)) continue;
    if (sets.empty()) reason.at = contribution.clause->span;
    sets.insert(contribution.clause->output);
    if (firing.waiver == nullptr && contribution.clause->verb != dsl::Verb::permit) {
      reason.restricts = true;
    }
  }
  if (sets.empty()) return std::nullopt;
  reason.code = rule.code;
  reason.because = render_text(world, firing.scope, rule.because);
  reason.sets = sets_json(world.decision, sets);
  reason.tags = tags_json(rule.tags);
  if (firing.waiver != nullptr) reason.waived = waived_json(*firing.waiver);
  return reason;
}

/// One for each key of the verdict that nothing permitted.
void add_otherwise(const World& world, dsl::OutputId id, std::vector<Reason>& reasons) {
  const dsl::Output& output = world.decision.outputs[id];
  if (output.otherwise_code.empty()) return;
  for (const KeyedOutput& at : world.outputs[id]) {
    if (at.value.verdict().granted) continue;
    Reason reason;
    reason.code = output.otherwise_code;
    reason.because = otherwise_text(world, id, at.key);
    reason.sets = sets_json(world.decision, {id});
    reason.at = output.span;
    reason.owners = {static_cast<std::uint32_t>(world.decision.rules.size()) + id};
    reason.restricts = true;
    reasons.push_back(std::move(reason));
  }
}

auto identity(const Reason& reason) {
  return std::tie(reason.code, reason.because, reason.sets, reason.tags, reason.waived);
}
auto place(const Reason& reason) {
  return std::pair(reason.at.file, reason.at.begin);
}

std::vector<std::string> ascending(std::vector<std::string> texts) {
  const std::set<std::string> distinct(texts.begin(), texts.end());
  return {distinct.begin(), distinct.end()};
}

Against with_verb(const Run& run, dsl::Verb verb, dsl::OutputId output, const Value& key) {
  Against against;
  const KeyedOutput* wanted = output_at(run.world, output, key);
  for (const Firing& firing : run.firings) {
    const dsl::Rule& rule = run.world.decision.rules[firing.rule];
    if (firing.waiver != nullptr || !rule.has_because) continue;
    for (const Contributed& contribution : firing.contributions) {
      if (contribution.clause->verb != verb || contribution.clause->output != output) continue;
      const std::vector<const KeyedOutput*> keys = reached(run.world, contribution);
      if (std::find(keys.begin(), keys.end(), wanted) == keys.end()) continue;
      against.codes.push_back(rule.code);
      against.texts.push_back(render_text(run.world, firing.scope, rule.because));
    }
  }
  return against;
}

}  // namespace

std::vector<Reason> all_reasons(const Run& run) {
  std::vector<Reason> reasons;
  for (const Firing& firing : run.firings) {
    if (auto reason = reason_of(run.world, firing)) reasons.push_back(std::move(*reason));
  }
  for (dsl::OutputId id = 0; id < run.world.decision.outputs.size(); ++id) {
    if (run.world.decision.outputs[id].kind == dsl::OutputKind::verdict) {
      add_otherwise(run.world, id, reasons);
    }
  }
  std::vector<Reason> distinct;
  for (Reason& reason : reasons) {
    const auto there = std::find_if(distinct.begin(), distinct.end(), [&](const Reason& other) {
      return identity(other) == identity(reason);
    });
    if (there == distinct.end()) {
      distinct.push_back(std::move(reason));
      continue;
    }
    there->restricts = there->restricts || reason.restricts;
    there->owners.insert(reason.owners.begin(), reason.owners.end());
    if (place(reason) < place(*there)) there->at = reason.at;
  }
  std::sort(distinct.begin(), distinct.end(),
            [](const Reason& a, const Reason& b) { return identity(a) < identity(b); });
  return distinct;
}

std::vector<std::string> restricting_codes(const std::vector<Reason>& reasons) {
  std::vector<std::string> codes;
  for (const Reason& reason : reasons) {
    if (reason.restricts) codes.push_back(reason.code);
  }
  return ascending(std::move(codes));
}

std::string reasons_json(const std::vector<Reason>& reasons, const dsl::Sources& sources,
                         std::uint64_t& more) {
  std::map<std::uint32_t, std::size_t> of_rule;
  std::size_t shown = 0;
  std::string out = "[";
  for (const Reason& reason : reasons) {
    bool among_the_first = false;
    for (const std::uint32_t owner : reason.owners)
      among_the_first = ++of_rule[owner] <= kMostForEachRule || among_the_first;
    if (!among_the_first || shown == kMostInAll) continue;
    if (shown++ > 0) out += ',';
    out += "{\"code\":" + json_string(reason.code) + ",\"because\":" + json_string(reason.because) +
           ",\"sets\":" + reason.sets + ",\"at\":" + json_string(sources.at(reason.at));
    if (!reason.tags.empty()) out += ",\"tags\":" + reason.tags;
    if (!reason.waived.empty()) out += ",\"waived\":" + reason.waived;
    out += '}';
  }
  more = reasons.size() - shown;
  return out + "]";
}

Against holds_on(const Run& run, dsl::OutputId output, const Value& key) {
  Against against = with_verb(run, dsl::Verb::hold, output, key);
  return {ascending(against.codes), ascending(against.texts)};
}

Against forbids_on(const Run& run, dsl::OutputId output, const Value& key) {
  Against against = with_verb(run, dsl::Verb::forbid, output, key);
  const std::string& otherwise = run.world.decision.outputs[output].otherwise_code;
  const KeyedOutput* at = output_at(run.world, output, key);
  if (!otherwise.empty() && at != nullptr && !at->value.verdict().granted) {
    against.codes.push_back(otherwise);
    against.texts.push_back(otherwise_text(run.world, output, key));
  }
  return {ascending(against.codes), ascending(against.texts)};
}

std::string otherwise_text(const World& world, dsl::OutputId id, const Value& key) {
  const dsl::Output& output = world.decision.outputs[id];
  const Scope scope = output.per ? bind(nullptr, output.key, key, 0) : Scope();
  return render_text(world, scope, output.otherwise_text);
}

}  // namespace writ::oracle
