#include "dsl/check/expressions.hpp"
#include "dsl/check/names.hpp"
#include "dsl/check/rules.hpp"

namespace writ::dsl::check {

namespace {

bool is_verdict_verb(ast::Verb verb) {
  return verb == ast::Verb::permit || verb == ast::Verb::hold || verb == ast::Verb::forbid;
}

std::string_view verb_word(ast::Verb verb) {
  switch (verb) {
    case ast::Verb::at_least: return "at least";
    case ast::Verb::at_most: return "at most";
    case ast::Verb::require: return "require";
    case ast::Verb::include: return "include";
    case ast::Verb::permit: return "permit";
    case ast::Verb::hold: return "hold";
    case ast::Verb::forbid: return "forbid";
  }
  return "";
}

bool fits(ast::Verb verb, OutputKind kind) {
  switch (kind) {
    case OutputKind::highest: return verb == ast::Verb::at_least;
    case OutputKind::lowest: return verb == ast::Verb::at_most;
    case OutputKind::quorum: return verb == ast::Verb::require;
    case OutputKind::collected: return verb == ast::Verb::include;
    case OutputKind::verdict: return is_verdict_verb(verb);
    case OutputKind::codes:
    case OutputKind::derived: return false;
  }
  return false;
}

/// What rules say of an output of this kind, as the end of a sentence.
std::string what_rules_say(const Output& output) {
  const std::string& name = output.name;
  switch (output.kind) {
    case OutputKind::highest: return "rules raise it, with `" + name + " at least …`";
    case OutputKind::lowest: return "rules lower it, with `" + name + " at most …`";
    case OutputKind::quorum: return "rules say who must approve, with `" + name + " require …`";
    case OutputKind::collected: return "rules add to it, with `" + name + " include …`";
    case OutputKind::verdict:
      return "rules say `permit " + name + "`, `hold " + name + " for …` or `forbid " + name + "`";
    case OutputKind::codes: return "it is filled with the codes of the rules that decide";
    case OutputKind::derived: return "no rule sets it; its value is what its expression gives";
  }
  return "";
}

std::string help_for(const Output& output, ast::Verb verb) {
  const std::string& name = output.name;
  switch (output.kind) {
    case OutputKind::highest:
      return verb == ast::Verb::at_most
                 ? "write `at least`; for an output that rules lower, declare it `lowest`"
                 : "write `" + name + " at least …`";
    case OutputKind::lowest:
      return verb == ast::Verb::at_least
                 ? "write `at most`; for an output that rules raise, declare it `highest`"
                 : "write `" + name + " at most …`";
    case OutputKind::quorum: return "write `" + name + " require one of { … }`";
    case OutputKind::collected: return "write `" + name + " include …`";
    case OutputKind::verdict: return "write `forbid " + name + "`, or name another output";
    case OutputKind::codes:
      return "give the rule the code itself: `rule NAME as CODE for …`, with a `because`";
    case OutputKind::derived:
      return "contribute to an output that it reads, or declare it with a kind such as `highest`";
  }
  return "";
}

/// Resolves and checks one `then` clause.
class ContributionChecker {
 public:
  ContributionChecker(Context& context, const Scope& scope, const ast::Contribution& written)
      : context_(context), scope_(scope), written_(written) {}

  std::optional<Contribution> run() {
    result_.verb = static_cast<Verb>(written_.verb);
    result_.span = written_.span;
    if (written_.target == ast::kNone || !resolve_target()) {
      check_without_output();
      return std::nullopt;
    }
    const Output& output = decision().outputs[result_.output];
    if (!fits(written_.verb, output.kind)) {
      report(DiagnosticKind::verb_does_not_fit, verb_span(),
             {output.name, kind_phrase(output), std::string(verb_word(written_.verb)),
              what_rules_say(output)})
          .help = help_for(output, written_.verb);
      return std::nullopt;
    }
    const bool key_fits = check_key();
    const bool values_fit = check_values();
    if (!key_fits || !values_fit) return std::nullopt;
    return std::move(result_);
  }

 private:
  const Decision& decision() const { return context_.model.decisions[scope_.decision]; }
  const ast::Expr& target() const { return context_.tree.expr(written_.target); }
  Diagnostic& report(DiagnosticKind kind, Span span, std::vector<std::string> args) {
    return context_.diagnostics.report(kind, span, std::move(args));
  }

  static std::string kind_phrase(const Output& output) {
    if (output.kind == OutputKind::derived) return "derived";
    return "a `" + std::string(kind_word(output.kind)) + "` output";
  }

  Span verb_span() const;
  void check_without_output();
  bool resolve_target();
  bool resolve_key_of_only_verdict();
  void report_no_output(const ast::Name& name);
  bool check_key();
  bool check_values();
  bool check_limit(const std::string& what);
  bool check_value_of(TypeId type, const std::string& what);

  Context& context_;
  const Scope& scope_;
  const ast::Contribution& written_;
  Contribution result_;
  ast::ExprId key_ = ast::kNone;
};

// The output and the verb.
Span ContributionChecker::verb_span() const {
  Span span = target().span;
  const std::string_view text = context_.sources.files()[span.file].text;
  if (is_verdict_verb(written_.verb)) {
    const std::size_t verb = text.substr(0, span.begin).rfind(verb_word(written_.verb));
    if (verb != text.npos && verb >= written_.span.begin)
      span.begin = static_cast<std::uint32_t>(verb);
  } else if (!written_.values.empty()) {
    const std::uint32_t value = context_.tree.expr(written_.values.front()).span.begin;
    const std::size_t last = text.substr(0, value).find_last_not_of(" (\t\r\n");
    if (last != text.npos && last >= span.end) span.end = static_cast<std::uint32_t>(last + 1);
  }
  return span;
}

// What is contributed may be wrong too; without the output, bare members mean nothing.
void ContributionChecker::check_without_output() {
  for (const ast::ExprId value : written_.values) {
    const ast::Expr& expr = context_.tree.expr(value);
    const bool relative = expr.kind == ast::ExprKind::subtract &&
                          context_.tree.expr(expr.b).kind == ast::ExprKind::now;
    if (relative)
      (void)check_relative_to_now(context_, scope_, value);
    else if (!needs_context(context_, scope_, value))
      (void)check_expr(context_, scope_, value);
  }
}

// An output's name wins; `output[key]`; else a key of the only `per` verdict.
bool ContributionChecker::resolve_target() {
  const ast::Expr& expr = target();
  if (expr.kind == ast::ExprKind::error) return false;
  const ast::Expr* name = nullptr;
  if (expr.kind == ast::ExprKind::name) name = &expr;
  if (expr.kind == ast::ExprKind::index && context_.tree.expr(expr.a).kind == ast::ExprKind::name) {
    name = &context_.tree.expr(expr.a);
    key_ = expr.b;
  }
  if (name != nullptr) {
    const OutputId id = find_output(decision(), name->name.text);
    if (id != kNoIndex) {
      result_.output = id;
      return true;
    }
  }
  key_ = ast::kNone;
  if (is_verdict_verb(written_.verb)) return resolve_key_of_only_verdict();
  if (name != nullptr)
    report_no_output(name->name);
  else
    report(DiagnosticKind::target_not_an_output, expr.span, {});
  return false;
}

bool ContributionChecker::resolve_key_of_only_verdict() {
  std::vector<OutputId> verdicts;
  for (OutputId id = 0; id < decision().outputs.size(); ++id)
    if (decision().outputs[id].kind == OutputKind::verdict && decision().outputs[id].per)
      verdicts.push_back(id);
  if (verdicts.size() == 1) {
    result_.output = verdicts.front();
    key_ = written_.target;
    return true;
  }
  const ast::Expr& expr = target();
  if (expr.kind == ast::ExprKind::name && verdicts.empty()) {
    report_no_output(expr.name);
    return false;
  }
  Diagnostic& diagnostic = report(DiagnosticKind::target_not_an_output, expr.span, {});
  for (const OutputId id : verdicts) {
    diagnostic.help += diagnostic.help.empty() ? "write `" : " or `";
    diagnostic.help +=
        decision().outputs[id].name + "[" + std::string(context_.sources.text(expr.span)) + "]`";
  }
  return false;
}

void ContributionChecker::report_no_output(const ast::Name& name) {
  std::vector<std::string_view> candidates;
  for (const Output& output : decision().outputs)
    if (fits(written_.verb, output.kind)) candidates.push_back(output.name);
  std::string help = suggestion(name.text, candidates);
  if (help.empty() && candidates.empty())
    help = "decision `" + decision().name + "` has no output that takes `" +
           std::string(verb_word(written_.verb)) + "`; declare one";
  report(DiagnosticKind::unknown_output, name.span, {name.text, decision().name}).help = help;
}

bool ContributionChecker::check_key() {
  if (key_ == ast::kNone) return true;
  const Output& output = decision().outputs[result_.output];
  if (output.type == 0) return false;  // already reported
  if (!output.per) {
    report(DiagnosticKind::target_not_per, target().span, {output.name}).help =
        "write `" + output.name + "` alone, or declare it `per k in …`";
    return false;
  }
  if (output.key_type == 0) return false;  // already reported
  const Checked key =
      check_value(context_, scope_, key_, output.key_type, "the key of `" + output.name + "`");
  result_.key = key.id;
  return key.id != kNoExpr;
}

bool ContributionChecker::check_values() {
  const Output& output = decision().outputs[result_.output];
  const std::string name = output.name;
  const TypeId type = output.type;
  if (type == 0) return false;  // already reported
  switch (written_.verb) {
    case ast::Verb::at_least:
    case ast::Verb::at_most: return check_limit("the value for `" + name + "`");
    case ast::Verb::require: return check_value_of(type, "what `" + name + "` requires");
    case ast::Verb::include:
      return check_value_of(context_.model.types[type].element, "what `" + name + "` includes");
    case ast::Verb::hold: {
      const EnumId members = context_.model.types[type].decl;
      if (members == kNoDecl) {
        Diagnostic& diagnostic = report(DiagnosticKind::hold_without_quorum, written_.span, {name});
        diagnostic.help = "declare `" + name + ": verdict of E`, with the enum E of the approvers";
        diagnostic.notes.push_back({output.span, "declared here"});
        return false;
      }
      const TypeId quorum =
          context_.model.types.intern(Type{.kind = TypeKind::quorum, .decl = members});
      return check_value_of(quorum, "what `hold` waits for");
    }
    case ast::Verb::permit:
    case ast::Verb::forbid: return true;
  }
  return false;
}

// `t - now` is the one arithmetic with `now`: the output then shrinks (or grows) with time.
bool ContributionChecker::check_limit(const std::string& what) {
  const TypeId type = decision().outputs[result_.output].type;
  if (written_.values.empty()) return false;
  const ast::Expr& value = context_.tree.expr(written_.values.front());
  const bool relative = value.kind == ast::ExprKind::subtract &&
                        context_.tree.expr(value.b).kind == ast::ExprKind::now;
  if (!relative || context_.model.types[type].kind != TypeKind::duration)
    return check_value_of(type, what);
  const Checked time = check_relative_to_now(context_, scope_, written_.values.front());
  result_.relative = time.id;
  return time.id != kNoExpr;
}

bool ContributionChecker::check_value_of(TypeId type, const std::string& what) {
  bool all = !written_.values.empty();
  for (const ast::ExprId value : written_.values) {
    const Checked checked = check_value(context_, scope_, value, type, what);
    result_.values.push_back(checked.id);
    all = all && checked.id != kNoExpr;
  }
  return all;
}

}  // namespace

std::optional<Contribution> check_contribution(Context& context, const Scope& scope,
                                               const ast::Contribution& contribution) {
  return ContributionChecker(context, scope, contribution).run();
}

}  // namespace writ::dsl::check
