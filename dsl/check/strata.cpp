#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "dsl/check/context.hpp"
#include "dsl/check/names.hpp"
#include "dsl/check/reads.hpp"

namespace writ::dsl::check {

namespace {

/// That finishing output `to` needs output `from`: where it is read, and in which rule (empty: in
/// the declaration of `to`).
struct Need {
  OutputId from = 0, to = 0;
  Span span;
  std::string rule;
};

/// Orders one decision: finds cycles, schedules, and decides what stands for each output in a
/// failure.
class Strata {
 public:
  Strata(Context& context, Decision& decision) : context_(context), decision_(decision) {}

  void run() {
    check_codes_unread();
    collect_needs();
    if (!report_cycles()) schedule();
    find_reads_now();
    check_data_names();
    for (Output& output : decision_.outputs)
      choose_fail_closed(output);
  }

 private:
  const Model& model() const { return context_.model; }
  template <class Visit>
  void for_each_root(Visit&& visit) const;
  template <class Visit>
  void for_each_text(Visit&& visit) const;

  void check_codes_unread();
  void collect_needs();
  void note_reads(ExprId root, std::map<OutputId, Span>& reads) const;
  void add_needs(const std::map<OutputId, Span>& reads, OutputId to, const std::string& rule);
  bool report_cycles();
  std::vector<const Need*> shortest_cycle(OutputId start, const std::vector<bool>& reported) const;
  void report_cycle(const std::vector<const Need*>& cycle);
  void schedule();
  void find_reads_now();
  void check_data_names();
  void choose_fail_closed(Output& output);
  Value fail_closed_value(const Output& output) const;
  std::string prevents_evaluation(const Output& output) const;

  Context& context_;
  Decision& decision_;
  std::vector<Need> needs_;
  std::set<std::pair<OutputId, OutputId>> known_needs_;  ///< from and to
  std::vector<std::map<OutputId, Span>> rule_reads_;     ///< what each rule and its waivers read
};

template <class Visit>
void Strata::for_each_root(Visit&& visit) const {
  for (const Output& output : decision_.outputs) {
    visit(output.domain);
    visit(output.start);
    visit(output.value);
  }
  for (const Rule& rule : decision_.rules)
    for_each_rule_root(rule, visit);
  for (const Waiver& waiver : decision_.waivers)
    for (const ExprId when : waiver.whens)
      visit(when);
}

template <class Visit>
void Strata::for_each_text(Visit&& visit) const {
  for (const Output& output : decision_.outputs)
    for (const TextPiece& piece : output.otherwise_text)
      visit(piece.expr);
  for (const Rule& rule : decision_.rules)
    for (const TextPiece& piece : rule.because)
      visit(piece.expr);
}

void Strata::check_codes_unread() {
  const auto check = [&](ExprId root) {
    walk(model(), root, [&](ExprId, const Expr& expr) {
      if (expr.kind != ExprKind::output || expr.index >= decision_.outputs.size()) return;
      const Output& output = decision_.outputs[expr.index];
      if (output.kind != OutputKind::codes) return;
      context_.diagnostics.report(DiagnosticKind::codes_read, expr.span, {output.name}).help =
          "read the outputs that the rules set, or state the condition of the rule itself";
    });
  };
  for_each_root(check);
  for_each_text(check);
}

void Strata::note_reads(ExprId root, std::map<OutputId, Span>& reads) const {
  walk(model(), root, [&](ExprId, const Expr& expr) {
    if (reads_output(expr) && expr.index < decision_.outputs.size())
      reads.emplace(expr.index, expr.span);
  });
}

// One need for each pair of outputs: the first in written order stands for all.
void Strata::add_needs(const std::map<OutputId, Span>& reads, OutputId to,
                       const std::string& rule) {
  for (const auto& [from, span] : reads)
    if (known_needs_.emplace(from, to).second) needs_.push_back({from, to, span, rule});
}

void Strata::collect_needs() {
  for (OutputId id = 0; id < decision_.outputs.size(); ++id) {
    const Output& output = decision_.outputs[id];
    std::map<OutputId, Span> reads;
    for (const ExprId root : {output.domain, output.start, output.value})
      note_reads(root, reads);
    add_needs(reads, id, "");
  }
  rule_reads_.resize(decision_.rules.size());
  for (RuleId rule = 0; rule < decision_.rules.size(); ++rule)
    for_each_rule_root(decision_.rules[rule],
                       [&](ExprId root) { note_reads(root, rule_reads_[rule]); });
  for (const Waiver& waiver : decision_.waivers)
    for (const ExprId when : waiver.whens)
      note_reads(when, rule_reads_[waiver.rule]);
  for (RuleId rule = 0; rule < decision_.rules.size(); ++rule)
    for (const Contribution& contribution : decision_.rules[rule].contributions)
      add_needs(rule_reads_[rule], contribution.output, decision_.rules[rule].name);
}

/// The outputs that can be reached from `start` by one step or more; `to[i]` are those next to `i`.
std::vector<bool> reachable(OutputId start, const std::vector<std::vector<OutputId>>& to) {
  std::vector<bool> reached(to.size(), false);
  std::vector<OutputId> open{start};
  while (!open.empty()) {
    const OutputId at = open.back();
    open.pop_back();
    for (const OutputId next : to[at]) {
      if (reached[next]) continue;
      reached[next] = true;
      open.push_back(next);
    }
  }
  return reached;
}

// One finding for each group of outputs that need each other: the shortest cycle through its first
// one. Outputs whose needs all come to an end are in no group; what is left is in one or after one.
bool Strata::report_cycles() {
  const std::size_t count = decision_.outputs.size();
  std::vector<std::vector<OutputId>> readers(count), needed(count);
  std::vector<std::size_t> waits(count, 0);
  for (const Need& need : needs_) {
    readers[need.from].push_back(need.to);
    needed[need.to].push_back(need.from);
    ++waits[need.to];
  }
  std::vector<OutputId> open;
  for (OutputId id = 0; id < count; ++id)
    if (waits[id] == 0) open.push_back(id);
  std::size_t ended = 0;
  for (; !open.empty(); ++ended) {
    const OutputId at = open.back();
    open.pop_back();
    for (const OutputId reader : readers[at])
      if (--waits[reader] == 0) open.push_back(reader);
  }
  if (ended == count) return false;
  std::vector<bool> reported(count, false);
  for (OutputId id = 0; id < count; ++id) {
    if (waits[id] == 0 || reported[id]) continue;
    const std::vector<bool> after = reachable(id, readers);
    if (!after[id]) continue;
    report_cycle(shortest_cycle(id, reported));
    const std::vector<bool> before = reachable(id, needed);
    for (OutputId other = 0; other < count; ++other)
      if (after[other] && before[other]) reported[other] = true;
  }
  return true;
}

std::vector<const Need*> Strata::shortest_cycle(OutputId start,
                                                const std::vector<bool>& reported) const {
  std::multimap<OutputId, const Need*> needs_from;
  for (const Need& need : needs_)
    needs_from.emplace(need.from, &need);
  std::map<OutputId, const Need*> reached_by;
  std::vector<OutputId> wave{start};
  while (reached_by.count(start) == 0 && !wave.empty()) {
    std::vector<OutputId> next;
    for (const OutputId at : wave) {
      const auto [first, last] = needs_from.equal_range(at);
      for (auto need = first; need != last; ++need) {
        const OutputId to = need->second->to;
        if (!reported[to] && reached_by.emplace(to, need->second).second) next.push_back(to);
      }
    }
    wave = std::move(next);
  }
  std::vector<const Need*> cycle;
  OutputId at = start;
  do {
    const Need* need = reached_by.at(at);
    cycle.push_back(need);
    at = need->from;
  } while (at != start);
  return cycle;
}

void Strata::report_cycle(const std::vector<const Need*>& cycle) {
  const auto name = [&](OutputId id) { return "`" + decision_.outputs[id].name + "`"; };
  std::string members;
  for (const Need* need : cycle) {
    members += members.empty() ? name(need->to) : ", and " + name(need->to);
    members += need->from == need->to ? " needs itself" : " needs " + name(need->from);
  }
  Diagnostic& diagnostic =
      context_.diagnostics.report(DiagnosticKind::output_cycle, cycle.front()->span, {members});
  for (const Need* need : cycle) {
    const std::string where = need->rule.empty()
                                  ? "the declaration of " + name(need->to)
                                  : "rule `" + need->rule + "`, which sets " + name(need->to) + ",";
    diagnostic.notes.push_back({need->span, where + " reads " + name(need->from) + " here"});
  }
  diagnostic.help = cycle.size() == 1
                        ? "read the inputs that decide it, or set another output from this one"
                        : "let one of these read the inputs instead of the other output";
}

// Rules run as soon as what they read is finished, so the place of an output depends on what it
// needs and on the declarations, not on the order of rules.
void Strata::schedule() {
  const std::size_t outputs = decision_.outputs.size();
  const std::size_t rules = decision_.rules.size();
  // What each output and rule still waits for, and who waits for it.
  std::vector<std::size_t> output_waits(outputs, 0), rule_waits(rules, 0);
  std::vector<std::vector<OutputId>> readers(outputs), set_by(rules);
  std::vector<std::vector<RuleId>> reading_rules(outputs);
  for (const Need& need : needs_) {
    readers[need.from].push_back(need.to);
    ++output_waits[need.to];
  }
  std::set<RuleId> ready_rules;
  for (RuleId rule = 0; rule < rules; ++rule) {
    rule_waits[rule] = rule_reads_[rule].size();
    if (rule_waits[rule] == 0) ready_rules.insert(rule);
    for (const auto& read : rule_reads_[rule])
      reading_rules[read.first].push_back(rule);
    for (const Contribution& contribution : decision_.rules[rule].contributions) {
      set_by[rule].push_back(contribution.output);
      ++output_waits[contribution.output];
    }
  }
  std::set<OutputId> ready_outputs;
  const auto output_waits_less = [&](OutputId id) {
    if (--output_waits[id] == 0) ready_outputs.insert(id);
  };
  for (OutputId id = 0; id < outputs; ++id)
    if (output_waits[id] == 0) ready_outputs.insert(id);
  std::vector<Stage>& stages = decision_.schedule;
  stages.clear();
  std::vector<OutputId> codes;
  while (!ready_rules.empty() || !ready_outputs.empty()) {
    for (const RuleId rule : ready_rules) {
      stages.push_back({true, rule});
      for (const OutputId id : set_by[rule])
        output_waits_less(id);
    }
    ready_rules.clear();
    if (ready_outputs.empty()) continue;
    const OutputId next = *ready_outputs.begin();
    ready_outputs.erase(ready_outputs.begin());
    // Nothing reads the codes; they are known when all else is.
    if (decision_.outputs[next].kind == OutputKind::codes) {
      codes.push_back(next);
      continue;
    }
    stages.push_back({false, next});
    for (const OutputId reader : readers[next])
      output_waits_less(reader);
    for (const RuleId rule : reading_rules[next])
      if (--rule_waits[rule] == 0) ready_rules.insert(rule);
  }
  for (const OutputId id : codes)
    stages.push_back({false, id});
}

void Strata::find_reads_now() {
  const auto has_window = [](const Window& window) { return window.from || window.until; };
  for (const Rule& rule : decision_.rules) {
    if (has_window(rule.effective)) decision_.reads_now = true;
    for (const Contribution& contribution : rule.contributions)
      if (contribution.relative != kNoExpr) decision_.reads_now = true;
  }
  for (const Waiver& waiver : decision_.waivers)
    if (has_window(waiver.effective)) decision_.reads_now = true;
  for_each_root([&](ExprId root) {
    walk(model(), root, [&](ExprId, const Expr& expr) {
      if (expr.kind == ExprKind::now_compare) decision_.reads_now = true;
    });
  });
}

// A name that means an input or an output here must not be that of data which the decision reads
// elsewhere, through a define or a table.
void Strata::check_data_names() {
  std::vector<bool> used(model().data.size(), false);
  const auto note = [&](ExprId root) {
    walk(model(), root, [&](ExprId, const Expr& expr) {
      if (expr.kind == ExprKind::data && expr.index < used.size()) used[expr.index] = true;
    });
  };
  for_each_root(note);
  for_each_text(note);
  const auto check = [&](const std::string& name, Span span, const char* what) {
    for (std::size_t i = 0; i < used.size(); ++i) {
      const Data& data = model().data[i];
      if (!used[i] || data.name != name || data.package != decision_.package) continue;
      Diagnostic& diagnostic = context_.diagnostics.report(DiagnosticKind::data_name_taken, span,
                                                           {name, what, decision_.name});
      diagnostic.help = "rename one of the two";
      diagnostic.notes.push_back({model().data[i].span, "the data is declared here"});
    }
  };
  for (const Input& input : decision_.inputs)
    check(input.name, input.span, "an input");
  for (const Output& output : decision_.outputs)
    check(output.name, output.span, "an output");
}

void Strata::choose_fail_closed(Output& output) {
  if (output.kind == OutputKind::codes) {
    output.fail_closed = FailClosed::problem;
    return;
  }
  if (output.kind != OutputKind::derived) {
    output.fail_value = fail_closed_value(output);
    output.fail_closed = !output.per       ? FailClosed::constant
                         : output.per_enum ? FailClosed::every_key
                                           : FailClosed::no_key;
    return;
  }
  if (output.fail_closed == FailClosed::constant) return;   // `on failure`
  if (output.value == kNoExpr || output.type == 0) return;  // already reported
  const std::string prevents = prevents_evaluation(output);
  if (prevents.empty()) return;
  if (model().types[output.type].optional) {
    output.fail_closed = FailClosed::absent;
    return;
  }
  context_.diagnostics
      .report(DiagnosticKind::on_failure_missing, output.span, {output.name, prevents})
      .help = "add `on failure` and the most cautious constant after its expression";
}

// What an output reads that is not there in a failure: an input, data, the time, or a value that is
// then `null`.
std::string Strata::prevents_evaluation(const Output& output) const {
  std::string found;
  walk(model(), output.value, [&](ExprId, const Expr& expr) {
    if (!found.empty()) return;
    switch (expr.kind) {
      case ExprKind::input: found = "the input `" + decision_.inputs[expr.index].name + "`"; break;
      case ExprKind::data: found = "the data `" + model().data[expr.index].name + "`"; break;
      case ExprKind::now_compare: found = "`now`"; break;
      case ExprKind::output:
      case ExprKind::output_key: {
        const Output& read = decision_.outputs[expr.index];
        if (read.kind == OutputKind::collected && fail_closed_value(read).absent() &&
            !(read.per && !read.per_enum)) {
          found = "`" + read.name + "`, which is `null` then";
        }
        break;
      }
      default: break;
    }
  });
  return found;
}

std::int64_t greatest(const Types& types, TypeId id) {
  const Type& type = types[id];
  switch (type.kind) {
    case TypeKind::boolean: return 1;
    case TypeKind::enumeration:
      return static_cast<std::int64_t>(types.enums[type.decl].members.size()) - 1;
    case TypeKind::time: return base::kMaxInstant;
    default: return std::numeric_limits<std::int64_t>::max();
  }
}

std::int64_t least(const Types& types, TypeId id) {
  switch (types[id].kind) {
    case TypeKind::boolean:
    case TypeKind::enumeration:
    case TypeKind::duration: return 0;
    case TypeKind::time: return base::kMinInstant;
    default: return std::numeric_limits<std::int64_t>::min();
  }
}

Value all_members(const Enum& declared) {
  std::vector<std::uint32_t> order(declared.known());
  for (std::uint32_t i = 0; i < declared.known(); ++i)
    order[i] = i;
  if (!declared.ordered) {
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
      return declared.members[a].json[0] < declared.members[b].json[0];
    });
  }
  Collection all;
  for (const std::uint32_t member : order)
    all.items.push_back(Value{std::int64_t{member}});
  return Value{std::move(all)};
}

Value Strata::fail_closed_value(const Output& output) const {
  const Types& types = model().types;
  const Type type = types[output.type];
  if (type.kind == TypeKind::error) return {};
  switch (output.kind) {
    case OutputKind::highest:
      return Value{output.clamp ? output.high : greatest(types, output.type)};
    case OutputKind::lowest: return Value{output.clamp ? output.low : least(types, output.type)};
    case OutputKind::quorum: {
      const std::uint32_t members = types.enums[type.decl].known();
      Quorum quorum;
      if (members != 0)
        quorum.clauses.push_back({static_cast<std::uint16_t>(members),
                                  static_cast<std::uint16_t>((1u << members) - 1u)});
      return Value{std::move(quorum)};
    }
    case OutputKind::collected: {
      const Type element = types[type.element];
      if (element.kind == TypeKind::enumeration) return all_members(types.enums[element.decl]);
      return {};
    }
    case OutputKind::verdict: {
      // `forbid` is the strictest member of the outcomes.
      const Enum& outcomes = types.enums[model().outcome_enum];
      return Value{static_cast<std::int64_t>(outcomes.members.size()) - 1};
    }
    case OutputKind::codes:
    case OutputKind::derived: break;
  }
  return {};
}

}  // namespace

void order_outputs(Context& context) {
  for (Decision& decision : context.model.decisions)
    Strata(context, decision).run();
}

}  // namespace writ::dsl::check
