#include <algorithm>
#include <set>
#include <tuple>

#include "dsl/check/names.hpp"
#include "dsl/check/rules.hpp"

namespace writ::dsl::check {

namespace {

/// The instant that a bound of `effective` is; reports what is no constant instant.
std::optional<base::Micros> instant(Context& context, ast::ExprId expr) {
  if (context.tree.expr(expr).kind == ast::ExprKind::error) return std::nullopt;
  const std::optional<Value> value =
      check_constant(context, constant_scope(), expr, context.model.types.simple(TypeKind::time),
                     "a bound of `effective`");
  if (!value) return std::nullopt;
  return value->integer();
}

/// Checks one waiver for one of the decisions that it names.
class WaiverChecker {
 public:
  WaiverChecker(Context& context, const ast::WaiveDecl& decl, const RuleBindings& bindings)
      : context_(context), decl_(decl), bindings_(bindings) {}

  void run() {
    const bool complete = check_complete();
    std::optional<Window> window = Window{};
    if (decl_.effective) window = check_window(context_, decl_.effective);
    std::set<std::uint32_t> decisions;
    for (const ast::QualifiedName& name : decl_.decisions) {
      const std::uint32_t decision = resolve_decision(context_, name);
      if (decision == kNoIndex) continue;
      if (!require_named_once(context_, decisions, decision, name.span)) continue;
      if (!is_own(decision, name.span)) continue;
      const RuleId rule = resolve_rule(decision);
      if (rule == kNoIndex) continue;
      Waiver waiver;
      waiver.rule = rule;
      waiver.span = decl_.rule.span;
      check_whens(decision, rule, waiver);
      if (!complete || !window) continue;
      waiver.effective = *window;
      waiver.by = *decl_.by;
      waiver.because = *decl_.because;
      context_.model.decisions[decision].waivers.push_back(std::move(waiver));
    }
  }

 private:
  bool check_complete();
  bool is_own(std::uint32_t decision, Span at);
  RuleId resolve_rule(std::uint32_t decision);
  bool may_be_waived(const Rule& rule);
  void check_whens(std::uint32_t decision, RuleId rule, Waiver& waiver);

  Context& context_;
  const ast::WaiveDecl& decl_;
  const RuleBindings& bindings_;
};

// The parser has reported parts that are not there at all.
bool WaiverChecker::check_complete() {
  const auto says = [&](const std::optional<std::string>& text, const char* what,
                        const char* help) {
    if (text && text->empty())
      context_.diagnostics.report(DiagnosticKind::waiver_incomplete, decl_.rule.span, {what}).help =
          help;
    return text && !text->empty();
  };
  const bool by =
      says(decl_.by, "who answers for it", "write the address of the person after `by`");
  const bool because = says(decl_.because, "why it is given", "write the reason after `because`");
  return by && because && decl_.effective.until != ast::kNone;
}

RuleId WaiverChecker::resolve_rule(std::uint32_t decision) {
  if (decl_.rule.parts.empty()) return kNoIndex;
  std::string name;
  for (const ast::Name& part : decl_.rule.parts)
    name += (name.empty() ? "" : ".") + part.text;
  const RuleId rule = check::resolve_rule(context_, decision, name, decl_.rule.span);
  if (rule == kNoIndex) return kNoIndex;
  return may_be_waived(context_.model.decisions[decision].rules[rule]) ? rule : kNoIndex;
}

// Only the package of a decision loosens it.
bool WaiverChecker::is_own(std::uint32_t decision, Span at) {
  const Decision& owner = context_.model.decisions[decision];
  if (owner.package == package_of(context_, decl_.rule.span)) return true;
  context_.diagnostics.report(DiagnosticKind::foreign_waiver, at, {owner.name, owner.package})
      .help = "move this waiver into a file of package `" + owner.package + "`";
  return false;
}

bool WaiverChecker::may_be_waived(const Rule& rule) {
  bool permits = false;
  for (const Contribution& contribution : rule.contributions)
    permits = permits || contribution.verb == Verb::permit;
  if (!rule.unwaivable && !permits) return true;
  Diagnostic& diagnostic = context_.diagnostics.report(
      DiagnosticKind::rule_cannot_be_waived, decl_.rule.span,
      {rule.name, rule.unwaivable ? "it is `unwaivable`" : "it permits, and waivers only loosen"});
  diagnostic.help = rule.unwaivable ? "remove this waiver; the rule itself says that it has none"
                                    : "to withhold the permission, write a rule that forbids";
  diagnostic.notes.push_back({rule.span, "declared here"});
  return false;
}

// A waiver sees the inputs and what each firing is about. What the rule has shown to be present is
// not known here: a waiver reads alike whatever becomes of its rule.
void WaiverChecker::check_whens(std::uint32_t decision, RuleId rule, Waiver& waiver) {
  Scope scope = decision_scope(decision);
  scope.outputs = false;
  const auto bindings = bindings_.find({decision, rule});
  if (bindings != bindings_.end()) scope.bindings = bindings->second;
  for (const ast::Step& step : decl_.whens) {
    const Checked condition = check_condition(context_, scope, step.expr);
    scope.facts.insert(condition.shown.when_true.begin(), condition.shown.when_true.end());
    waiver.whens.push_back(condition.id);
  }
}

}  // namespace

std::optional<Window> check_window(Context& context, const ast::Window& window) {
  Window result;
  bool good = true;
  if (window.from != ast::kNone) {
    result.from = instant(context, window.from);
    good = good && result.from;
  }
  if (window.until != ast::kNone) {
    result.until = instant(context, window.until);
    good = good && result.until;
  }
  if (!good) return std::nullopt;
  if (result.until && window.through) {
    // The day itself is included. After the last day of the calendar nothing comes: no end.
    *result.until += base::kMicrosPerDay;
    if (*result.until > base::kMaxInstant) result.until.reset();
  }
  if (result.from && result.until && *result.from >= *result.until) {
    const bool at_once = *result.from == *result.until && !window.through;
    context.diagnostics
        .report(DiagnosticKind::window_empty, window.span, {at_once ? "where" : "before"})
        .help =
        at_once ? "the end is not part of it; write a later one" : "write the earlier one first";
    return std::nullopt;
  }
  return result;
}

void check_waivers(Context& context, const ast::File& file, const RuleBindings& bindings) {
  for (const ast::WaiveDecl& decl : file.waivers)
    WaiverChecker(context, decl, bindings).run();
}

void order_waivers(Decision& decision) {
  const auto end = [](const Waiver& waiver) {
    return waiver.effective.until.value_or(base::kMaxInstant);
  };
  std::stable_sort(decision.waivers.begin(), decision.waivers.end(),
                   [&](const Waiver& a, const Waiver& b) {
                     if (end(a) != end(b)) return end(a) > end(b);
                     return std::tie(a.by, a.because) < std::tie(b.by, b.because);
                   });
}

}  // namespace writ::dsl::check
