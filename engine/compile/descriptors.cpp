#include "engine/compile/decision_code.hpp"

/// The rows of a program that describe one decision.
namespace writ::engine::lowering {

namespace {

template <class Row>
std::uint32_t row_count(const std::vector<Row>& rows) {
  return static_cast<std::uint32_t>(rows.size());
}

OutputKind kind_of_output(dsl::OutputKind kind) {
  switch (kind) {
    case dsl::OutputKind::derived: return OutputKind::derived;
    case dsl::OutputKind::highest: return OutputKind::highest;
    case dsl::OutputKind::lowest: return OutputKind::lowest;
    case dsl::OutputKind::quorum: return OutputKind::quorum;
    case dsl::OutputKind::collected: return OutputKind::collected;
    case dsl::OutputKind::verdict: return OutputKind::verdict;
    case dsl::OutputKind::codes: return OutputKind::codes;
  }
  return OutputKind::derived;
}

Verb verb_of(dsl::Verb verb) {
  switch (verb) {
    case dsl::Verb::at_least: return Verb::at_least;
    case dsl::Verb::at_most: return Verb::at_most;
    case dsl::Verb::require: return Verb::require;
    case dsl::Verb::include: return Verb::include;
    case dsl::Verb::permit: return Verb::permit;
    case dsl::Verb::hold: return Verb::hold;
    case dsl::Verb::forbid: return Verb::forbid;
  }
  return Verb::forbid;
}

}  // namespace

void DecisionCode::describe_inputs() {
  desc_.inputs = {row_count(program_.inputs), row_count(decision_.inputs)};
  std::vector<std::uint32_t> slots;
  std::vector<InputDesc> rows;
  for (const dsl::Input& input : decision_.inputs) {
    InputDesc row;
    row.name = layout_.text(input.name);
    row.json = layout_.names(input.json);
    row.type = layout_.type(input.type);
    row.slot = desc_.frame_cells;
    desc_.frame_cells += layout_.cells(input.type);
    slots.push_back(row.slot);
    rows.push_back(row);
  }
  program_.inputs.insert(program_.inputs.end(), rows.begin(), rows.end());
  exprs_.set_inputs(std::move(slots));
}

void DecisionCode::describe_outputs() {
  desc_.outputs = {row_count(program_.outputs), row_count(decision_.outputs)};
  for (const dsl::Output& output : decision_.outputs) {
    OutputDesc row;
    row.name = layout_.text(output.name);
    row.json = layout_.text(output.json.front());
    row.kind = kind_of_output(output.kind);
    row.local = output.local;
    row.per = output.per;
    row.per_enum = output.per_enum;
    row.clamp = output.clamp;
    row.type = layout_.type(output.type);
    if (output.per) row.key_type = layout_.type(output.key_type);
    row.low = output.low;
    row.high = output.high;
    const dsl::Type& type = model_.types[output.type];
    const bool quorum = type.kind == dsl::TypeKind::quorum || type.kind == dsl::TypeKind::verdict;
    if (quorum && type.decl != dsl::kNoDecl) row.members = layout_.enumeration(type.decl);
    row.otherwise_code = layout_.text(output.otherwise_code);
    row.at = layout_.text(bench_.sources.at(output.span));
    row.doc = layout_.text(output.doc);
    program_.outputs.push_back(row);
  }
}

std::uint32_t DecisionCode::file_name(std::uint32_t file) {
  return layout_.names({bench_.sources.files()[file].name}).first;
}

void DecisionCode::describe_rules() {
  desc_.rules = {row_count(program_.rules), row_count(decision_.rules)};
  for (const dsl::Rule& rule : decision_.rules)
    describe_rule(rule);
}

void DecisionCode::describe_rule(const dsl::Rule& rule) {
  RuleDesc row;
  row.name = layout_.text(rule.full_name());
  row.code = layout_.text(rule.code);
  row.contributions = {row_count(program_.contributions), row_count(rule.contributions)};
  for (const dsl::Contribution& contribution : rule.contributions) {
    const dsl::Place place = bench_.sources.place(contribution.span);
    ContributionDesc desc;
    desc.verb = verb_of(contribution.verb);
    desc.keyed = contribution.key != dsl::kNoExpr;
    desc.output = contribution.output;
    desc.file = file_name(contribution.span.file);
    desc.line = place.line;
    desc.column = place.column;
    program_.contributions.push_back(desc);
  }
  row.tags = {row_count(program_.tags), row_count(rule.tags)};
  for (const dsl::Tag& tag : rule.tags)
    program_.tags.push_back({layout_.text(tag.name), layout_.text(tag.value)});
  row.conditions.first = row_count(program_.conditions);
  for (const dsl::Step& step : rule.steps) {
    if (step.kind == dsl::StepKind::each) continue;
    const dsl::Place place = bench_.sources.place(step.span);
    ConditionDesc desc;
    desc.kind = step.kind == dsl::StepKind::when ? ConditionKind::when : ConditionKind::unless;
    desc.source = layout_.text(bench_.sources.text(step.span));
    desc.file = file_name(step.span.file);
    desc.line = place.line;
    desc.column = place.column;
    program_.conditions.push_back(desc);
    ++row.conditions.count;
  }
  const dsl::Place place = bench_.sources.place(rule.span);
  row.has_key = has_key(model_, rule, exprs_, layout_);
  row.file = file_name(rule.span.file);
  row.line = place.line;
  row.column = place.column;
  program_.rules.push_back(row);
}

void DecisionCode::describe_waivers() {
  desc_.waivers = {row_count(program_.waivers), row_count(decision_.waivers)};
  waivers_of_.resize(decision_.rules.size());
  for (std::uint32_t i = 0; i < decision_.waivers.size(); ++i) {
    const dsl::Waiver& waiver = decision_.waivers[i];
    WaiverDesc row;
    row.rule = waiver.rule;
    row.window = window_row(waiver.effective);
    row.by = layout_.text(waiver.by);
    row.because = layout_.text(waiver.because);
    program_.waivers.push_back(row);
    waivers_of_[waiver.rule].push_back(i);
  }
}

/// The row of a window, kNone for one without ends.
std::uint32_t DecisionCode::window_row(const dsl::Window& window) {
  if (!window.from && !window.until) return kNone;
  WindowDesc row;
  row.from = window.from.value_or(row.from);
  row.until = window.until.value_or(row.until);
  program_.windows.push_back(row);
  return row_count(program_.windows) - 1;
}

/// Instants known beforehand at which the decision may change: the ends of all windows, and the
/// constants that `now` is compared with. A comparison that is true or false at its instant itself
/// changes one microsecond later.
void DecisionCode::describe_instants() {
  const auto note_window = [this](const dsl::Window& window) {
    if (window.from) instants_.insert(*window.from);
    if (window.until) instants_.insert(*window.until);
  };
  for (const dsl::Output& output : decision_.outputs)
    for (dsl::ExprId id : {output.domain, output.start, output.value})
      if (id != dsl::kNoExpr) note_constant_instants(id);
  for (dsl::RuleId rule = 0; rule < decision_.rules.size(); ++rule) {
    note_window(decision_.rules[rule].effective);
    for_each_rule_expr(rule, [this](dsl::ExprId id) { note_constant_instants(id); });
  }
  for (const dsl::Waiver& waiver : decision_.waivers)
    note_window(waiver.effective);
  desc_.instants = {row_count(program_.instants), static_cast<std::uint32_t>(instants_.size())};
  program_.instants.insert(program_.instants.end(), instants_.begin(), instants_.end());
}

void DecisionCode::note_constant_instants(dsl::ExprId id) {
  if (!keys_.compares_now(id) || !instants_seen_.insert(id).second) return;
  const dsl::Expr& expr = model_.expr(id);
  if (expr.kind == dsl::ExprKind::now_compare && expr.shape == dsl::NowShape::now) {
    const dsl::Expr& time = model_.expr(expr.a);
    if (time.kind == dsl::ExprKind::constant && !time.value.absent()) {
      const std::int64_t instant = time.value.integer();
      const bool at_instant =
          expr.compare == dsl::Compare::less || expr.compare == dsl::Compare::greater_equal;
      instants_.insert(instant);
      if (!at_instant && instant < base::kMaxInstant) instants_.insert(instant + 1);
    }
  }
  for_each_part(expr, [this](dsl::ExprId part, bool) { note_constant_instants(part); });
  if (expr.kind != dsl::ExprKind::table) return;
  for (const dsl::Row& row : model_.tables[expr.index].rows)
    for (dsl::ExprId value : row.values)
      note_constant_instants(value);
}

}  // namespace writ::engine::lowering
