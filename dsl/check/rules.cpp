#include "dsl/check/rules.hpp"

#include <set>

#include "dsl/check/bounds.hpp"
#include "dsl/check/names.hpp"
#include "dsl/check/packages.hpp"
#include "dsl/check/reads.hpp"

namespace writ::dsl::check {

namespace {

constexpr std::uint64_t kMaxBindings = 65'536;

/// Checks a rule for one of its decisions. A rule for several is checked once for each.
class RuleChecker {
 public:
  RuleChecker(Context& context, std::uint32_t decision, const ast::RuleDecl& decl)
      : context_(context), decl_(decl), scope_(decision_scope(decision)) {}

  /// The rule as far as it could be checked.
  Rule run() {
    const Decision& owner = context_.model.decisions[scope_.decision];
    const std::string package = package_of(context_, decl_.name.span);
    rule_.name = decl_.name.text;
    rule_.code = decl_.code ? decl_.code.text : decl_.name.text;
    if (package != owner.package) {
      rule_.package = package;
      rule_.code = package + "." + rule_.code;
    }
    rule_.unwaivable = decl_.unwaivable;
    rule_.span = decl_.name.span;
    check_steps();
    if (decl_.effective)
      if (const std::optional<Window> window = check_window(context_, decl_.effective))
        rule_.effective = *window;
    for (const ast::Contribution& written : decl_.contributions) {
      if (!may_contribute(written)) continue;
      if (std::optional<Contribution> contribution = check_contribution(context_, scope_, written))
        rule_.contributions.push_back(std::move(*contribution));
    }
    check_because();
    check_tags();
    return std::move(rule_);
  }
  /// The `each` names.
  const std::vector<Binding>& bindings() const { return scope_.bindings; }

 private:
  bool may_contribute(const ast::Contribution& written);
  void check_steps();
  void check_each(const ast::Step& step);
  void check_because();
  void check_tags();

  Context& context_;
  const ast::RuleDecl& decl_;
  Scope scope_;
  Rule rule_;
};

// Only the package of a decision loosens it.
bool RuleChecker::may_contribute(const ast::Contribution& written) {
  if (rule_.package.empty() || written.verb != ast::Verb::permit) return true;
  const Decision& owner = context_.model.decisions[scope_.decision];
  context_.diagnostics
      .report(DiagnosticKind::foreign_permit, written.span, {owner.name, owner.package})
      .help = "move this rule into a file of package `" + owner.package +
              "`; from here a rule can `hold` and `forbid`";
  return false;
}

void RuleChecker::check_steps() {
  for (const ast::Step& step : decl_.steps) {
    if (step.kind == ast::StepKind::each) {
      check_each(step);
    } else {
      const bool when = step.kind == ast::StepKind::when;
      const Checked condition = check_condition(context_, scope_, step.expr);
      const Facts& shown = when ? condition.shown.when_true : condition.shown.when_false;
      scope_.facts.insert(shown.begin(), shown.end());
      rule_.steps.push_back(
          {when ? StepKind::when : StepKind::unless, kNoIndex, condition.id, step.span});
    }
  }
}

void RuleChecker::check_each(const ast::Step& step) {
  TypeId element = 0;
  const Checked collection = check_collection(context_, scope_, step.expr, element);
  LocalId local = kNoIndex;
  scope_ =
      bind_local(context_, scope_, step.name,
                 element == 0 ? 0 : context_.model.types.unrefined(element), collection.id, local);
  rule_.steps.push_back({StepKind::each, local, collection.id, step.span});
}

void RuleChecker::check_because() {
  if (!decl_.because) return;
  Scope scope = scope_;
  scope.now = false;
  rule_.has_because = true;
  rule_.because = check_text(context_, scope, *decl_.because);
}

void RuleChecker::check_tags() {
  std::set<std::string> names;
  for (const ast::Tag& tag : decl_.tags) {
    if (!names.insert(tag.name.text).second) {
      context_.diagnostics.report(DiagnosticKind::tag_twice, tag.name.span, {tag.name.text}).help =
          "remove one of them, or write both values into one";
      continue;
    }
    rule_.tags.push_back({tag.name.text, tag.value});
  }
}

/// What the names of a rule mean in one decision: their types as text.
using NameTypes = std::map<std::string, std::string>;

NameTypes names_used(const Model& model, const Decision& decision, const Rule& rule) {
  const std::string& package = rule.package.empty() ? decision.package : rule.package;
  NameTypes names;
  const auto note = [&](ExprId root) {
    walk(model, root, [&](ExprId, const Expr& expr) {
      if (expr.kind == ExprKind::input) {
        const Input& input = decision.inputs[expr.index];
        names.emplace(input.name, model.types.text(input.type));
      } else if (expr.kind == ExprKind::data) {
        const Data& data = model.data[expr.index];
        names.emplace(data.package == package ? data.name : data.full_name(),
                      model.types.text(data.type));
      } else if (reads_output(expr)) {
        const Output& output = decision.outputs[expr.index];
        names.emplace(output.name, output_text(model, output));
      }
    });
  };
  for_each_rule_root(rule, note);
  for (const TextPiece& piece : rule.because)
    note(piece.expr);
  for (const Contribution& contribution : rule.contributions) {
    const Output& output = decision.outputs[contribution.output];
    names.emplace(output.name, output_text(model, output));
  }
  return names;
}

/// Adds the rules of all files to their decisions.
class Rules {
 public:
  explicit Rules(Context& context) : context_(context) {
    context.symbols.rules.resize(context.model.decisions.size());
  }

  void add(const ast::RuleDecl& decl) {
    if (!decl.name) return;
    std::set<std::uint32_t> decisions;
    first_names_.reset();
    for (const ast::QualifiedName& name : decl.decisions) {
      const std::uint32_t decision = resolve_decision(context_, name);
      if (decision == kNoIndex) continue;
      if (!require_named_once(context_, decisions, decision, name.span)) continue;
      add_to(decision, decl, name);
    }
  }
  const RuleBindings& bindings() const { return bindings_; }

 private:
  void add_to(std::uint32_t decision, const ast::RuleDecl& decl, const ast::QualifiedName& name);
  void compare_names(std::uint32_t decision, const Rule& rule, Span at);

  Context& context_;
  RuleBindings bindings_;
  std::optional<NameTypes> first_names_;  ///< of the rule being added, in its first decision
  std::uint32_t first_decision_ = kNoIndex;
};

void Rules::add_to(std::uint32_t decision, const ast::RuleDecl& decl,
                   const ast::QualifiedName& name) {
  const Decision& owner = context_.model.decisions[decision];
  const std::string package = package_of(context_, decl.name.span);
  const RuleId earlier =
      find_rule(context_, decision,
                package == owner.package ? decl.name.text : package + "." + decl.name.text);
  if (earlier != kNoIndex) {
    Diagnostic& diagnostic = context_.diagnostics.report(
        DiagnosticKind::rule_declared_twice, decl.name.span, {decl.name.text, owner.name});
    diagnostic.help = "rename one of them; rules may share a code: `rule OTHER_NAME as " +
                      decl.name.text + " for " +
                      name_seen_from(context_, decl.name.span, owner.package, owner.name) + "`";
    diagnostic.notes.push_back({owner.rules[earlier].span, "first declared here"});
    return;
  }
  const std::size_t errors = context_.diagnostics.error_count();
  RuleChecker checker(context_, decision, decl);
  Rule rule = checker.run();
  if (context_.diagnostics.error_count() == errors) compare_names(decision, rule, name.span);
  std::vector<Rule>& rules = context_.model.decisions[decision].rules;
  const auto id = static_cast<RuleId>(rules.size());
  context_.symbols.rules[decision].emplace(rule.full_name(), id);
  bindings_[{decision, id}] = checker.bindings();
  rules.push_back(std::move(rule));
}

void Rules::compare_names(std::uint32_t decision, const Rule& rule, Span at) {
  const Model& model = context_.model;
  NameTypes names = names_used(model, model.decisions[decision], rule);
  if (!first_names_) {
    first_names_ = std::move(names);
    first_decision_ = decision;
    return;
  }
  for (const auto& [name, type] : names) {
    const auto first = first_names_->find(name);
    if (first == first_names_->end() || first->second == type) continue;
    const auto seen = [&](const Decision& d) {
      return name_seen_from(context_, at, d.package, d.name);
    };
    const std::string here = seen(model.decisions[decision]);
    context_.diagnostics
        .report(DiagnosticKind::rule_types_differ, at,
                {name, first->second, seen(model.decisions[first_decision_]), type, here})
        .help = "write a rule of its own for `" + here + "`";
  }
}

std::string with_commas(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3; at -= 3)
    text.insert(at - 3, ",");
  return text;
}

// The product of the greatest lengths of the collections that a rule goes through.
void check_bounds(Context& context, const Decision& decision) {
  Bounds bounds(context, decision);
  for (const Rule& rule : decision.rules) {
    bool known = true;
    std::string lengths;
    Span last;
    for (const Step& step : rule.steps) {
      if (step.kind != StepKind::each) continue;
      last = step.span;
      const std::string collection(context.sources.text(context.model.expr(step.expr).span));
      const std::uint64_t length = step.expr == kNoExpr ? 0 : bounds.elements(step.expr);
      if (length != kNoBound) {
        lengths += (lengths.empty() ? "`" : ", `") + collection + "` up to " + with_commas(length);
        continue;
      }
      known = false;
      // Data without a maximum has a finding of its own.
      if (!is_unbounded(context.model, step.expr))
        context.diagnostics
            .report(DiagnosticKind::each_unbounded, step.span, {collection, rule.name})
            .help = "go through a list or set that declares `max`";
    }
    const std::uint64_t total = known ? bounds.bindings(rule) : 0;
    if (total > kMaxBindings)
      context.diagnostics
          .report(DiagnosticKind::each_too_many, last, {rule.name, with_commas(total)})
          .help = "declare a smaller `max` where these are declared: " + lengths;
  }
}

}  // namespace

bool require_named_once(Context& context, std::set<std::uint32_t>& named, std::uint32_t decision,
                        Span at) {
  if (named.insert(decision).second) return true;
  context.diagnostics
      .report(DiagnosticKind::decision_named_twice, at, {context.model.decisions[decision].name})
      .help = "remove one of them";
  return false;
}

void check_rules(Context& context) {
  Rules rules(context);
  for (const ast::File& file : context.tree.files)
    for (const ast::RuleDecl& decl : file.rules)
      rules.add(decl);
  for (const ast::File& file : context.tree.files)
    check_waivers(context, file, rules.bindings());
  for (Decision& decision : context.model.decisions) {
    order_waivers(decision);
    check_bounds(context, decision);
  }
}

}  // namespace writ::dsl::check
