#include <set>

#include "dsl/check/context.hpp"
#include "dsl/check/expressions.hpp"
#include "dsl/check/names.hpp"
#include "dsl/check/packages.hpp"
#include "dsl/check/reads.hpp"

namespace writ::dsl::check {

namespace {

bool is_ordered(const Types& types, TypeId id) {
  const Type& type = types[id];
  switch (type.kind) {
    case TypeKind::integer:
    case TypeKind::decimal:
    case TypeKind::duration:
    case TypeKind::time: return true;
    case TypeKind::enumeration: return types.enums[type.decl].ordered;
    default: return false;
  }
}

/// Declares and checks the outputs of one decision.
class OutputChecker {
 public:
  OutputChecker(Context& context, std::uint32_t decision, const ast::DecisionDecl& decl)
      : context_(context), decision_(decision), decl_(decl) {}

  /// Names, kinds and types, so that expressions anywhere can read the outputs.
  void declare();
  /// Domains and keys, which reading a `per` output needs.
  void check_domains();
  /// Starting values, texts, values.
  void check_bodies();

 private:
  struct Declared {
    const ast::OutputDecl* decl;
    OutputId id;
    Scope scope;  ///< of its expressions: the decision's, with the key of a `per` output
  };

  Decision& decision() { return context_.model.decisions[decision_]; }
  Types& types() { return context_.model.types; }
  Diagnostic& report(DiagnosticKind kind, Span span, std::vector<std::string> args) {
    return context_.diagnostics.report(kind, span, std::move(args));
  }

  void check_input_names();
  bool name_is_free(const ast::OutputDecl& decl);
  void check_json_names();
  void check_parts(const ast::OutputDecl& decl);
  TypeId output_type(const ast::OutputDecl& decl, Output& output);
  TypeId ordered_type(const ast::OutputDecl& decl, Output& output);
  TypeId collected_type(const ast::OutputDecl& decl);
  TypeId derived_type(const ast::OutputDecl& decl);
  EnumId members_enum(const ast::OutputDecl& decl);

  void check_domain(Declared& declared);
  bool domain_reads_input_alone(const Declared& declared, ExprId domain);
  void check_start(const Declared& declared);
  void check_value_of_derived(const Declared& declared);

  Context& context_;
  std::uint32_t decision_;
  const ast::DecisionDecl& decl_;
  std::vector<Declared> declared_;
};

void OutputChecker::declare() {
  check_input_names();
  bool has_codes = false;
  for (const ast::OutputDecl& decl : decl_.outputs) {
    if (!decl.name || !name_is_free(decl)) continue;
    if (decl.kind == ast::OutputKind::codes) {
      if (has_codes) {
        report(DiagnosticKind::codes_declared_twice, decl.name.span, {decl.name.text}).help =
            "remove this output";
        continue;
      }
      has_codes = true;
    }
    Output output;
    output.name = decl.name.text;
    for (const ast::Alias& alias : decl.aliases)
      output.json.push_back(alias.text);
    if (output.json.empty()) output.json.push_back(output.name);
    output.kind = static_cast<OutputKind>(decl.kind);
    output.local = decl.local;
    output.doc = decl.doc;
    output.span = decl.name.span;
    check_parts(decl);
    output.type = output_type(decl, output);
    declared_.push_back(
        {&decl, static_cast<OutputId>(decision().outputs.size()), decision_scope(decision_)});
    decision().outputs.push_back(std::move(output));
  }
  check_json_names();
}

// Two inputs with one JSON name are found with the headings; these have only the same name.
void OutputChecker::check_input_names() {
  for (std::size_t i = 0; i < decl_.inputs.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      const ast::Parameter& later = decl_.inputs[i];
      const ast::Parameter& earlier = decl_.inputs[k];
      if (!later.name || later.name.text != earlier.name.text) continue;
      if (later.aliases.empty() && earlier.aliases.empty()) continue;
      Diagnostic& diagnostic = report(DiagnosticKind::name_declared_twice, later.name.span,
                                      {later.name.text, decl_.name.text});
      diagnostic.help = "rename one of the two";
      diagnostic.notes.push_back({earlier.name.span, "first declared here"});
    }
  }
}

bool OutputChecker::name_is_free(const ast::OutputDecl& decl) {
  const auto taken = [&](Span span) {
    Diagnostic& diagnostic = report(DiagnosticKind::name_declared_twice, decl.name.span,
                                    {decl.name.text, decl_.name.text});
    diagnostic.help = "rename one of the two; `" + decl.name.text + "_ as \"" + decl.name.text +
                      "\"` keeps the JSON name";
    diagnostic.notes.push_back({span, "first declared here"});
    return false;
  };
  for (const Input& input : decision().inputs)
    if (input.name == decl.name.text) return taken(input.span);
  const OutputId earlier = find_output(decision(), decl.name.text);
  return earlier == kNoIndex || taken(decision().outputs[earlier].span);
}

void OutputChecker::check_json_names() {
  const std::vector<Output>& outputs = decision().outputs;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if (outputs[i].local || outputs[k].local || outputs[i].json[0] != outputs[k].json[0])
        continue;
      Diagnostic& diagnostic = report(DiagnosticKind::output_json_name_twice, outputs[i].span,
                                      {outputs[i].json[0], decl_.name.text});
      diagnostic.help = "give one of them another name after `as`";
      diagnostic.notes.push_back({outputs[k].span, "the other output"});
    }
  }
}

// Parts that the kind does not have, and those that it must have.
void OutputChecker::check_parts(const ast::OutputDecl& decl) {
  const auto kind = static_cast<OutputKind>(decl.kind);
  const std::string word(kind_word(kind));
  const bool joined = kind != OutputKind::derived && kind != OutputKind::codes;
  if (decl.key && !joined)
    report(DiagnosticKind::per_not_allowed, decl.key.span, {decl.name.text, word}).help =
        "remove `per`";
  if (decl.start != ast::kNone && (!joined || kind == OutputKind::verdict)) {
    const std::string why = kind == OutputKind::verdict
                                ? "nothing is permitted until a rule permits it"
                            : kind == OutputKind::codes ? "it is filled by the rules that decide"
                                                        : "its value is what its expression gives";
    report(DiagnosticKind::start_not_allowed, context_.tree.expr(decl.start).span,
           {decl.name.text, word, why})
        .help = "remove `starting at`";
  }
  if (decl.start == ast::kNone && (kind == OutputKind::highest || kind == OutputKind::lowest))
    report(DiagnosticKind::start_missing, decl.span, {decl.name.text, word}).help =
        kind == OutputKind::highest
            ? "add `starting at` with the least strict value, the lowest one"
            : "add `starting at` with the least strict value, the highest one";
  if (decl.otherwise_code && kind != OutputKind::verdict)
    report(DiagnosticKind::otherwise_not_allowed, decl.otherwise_code.span, {decl.name.text, word})
        .help = "remove `otherwise`";
}

TypeId OutputChecker::output_type(const ast::OutputDecl& decl, Output& output) {
  switch (output.kind) {
    case OutputKind::derived: return derived_type(decl);
    case OutputKind::highest:
    case OutputKind::lowest: return ordered_type(decl, output);
    case OutputKind::collected: return collected_type(decl);
    case OutputKind::quorum: {
      const EnumId members = members_enum(decl);
      return members == kNoDecl ? 0
                                : types().intern(Type{.kind = TypeKind::quorum, .decl = members});
    }
    case OutputKind::verdict: {
      const EnumId members = decl.type == ast::kNone ? kNoDecl : members_enum(decl);
      if (decl.type != ast::kNone && members == kNoDecl) return 0;
      return types().intern(Type{.kind = TypeKind::verdict, .decl = members});
    }
    case OutputKind::codes:
      return types().intern(
          Type{.kind = TypeKind::set, .element = types().simple(TypeKind::string)});
  }
  return 0;
}

TypeId OutputChecker::ordered_type(const ast::OutputDecl& decl, Output& output) {
  const TypeId id = resolve_output_type(context_, decl.type, true);
  if (id == 0) return 0;
  const Type type = types()[id];
  const ast::Type& written = context_.tree.type(decl.type);
  if (type.optional) {
    report(DiagnosticKind::output_optional, written.span, {decl.name.text}).help = "remove `?`";
    return 0;
  }
  if (!is_ordered(types(), id)) {
    Diagnostic& diagnostic =
        report(DiagnosticKind::output_not_ordered, written.span,
               {decl.name.text, std::string(kind_word(output.kind)), types().text(id)});
    if (type.kind == TypeKind::enumeration) {
      const Enum& declared = types().enums[type.decl];
      diagnostic.help = "declare `ordered enum " + declared.name +
                        "` if its members ascend in strictness, or use `collected`";
      diagnostic.notes.push_back({declared.span, "declared here, without `ordered`"});
    }
    return types().unrefined(id);  // so that its values and rules are still understood
  }
  if (written.min != ast::kNone || written.max != ast::kNone || written.pattern)
    report(DiagnosticKind::output_refined, written.span, {decl.name.text}).help =
        "write a range instead: `low..high`";
  if (type.has_range) {
    output.clamp = true;
    output.low = type.low;
    output.high = type.high;
  }
  return types().unrefined(id);
}

TypeId OutputChecker::collected_type(const ast::OutputDecl& decl) {
  const TypeId id = resolve_output_type(context_, decl.type, false);
  if (id == 0) return 0;
  const Type type = types()[id];
  const Span span = context_.tree.type(decl.type).span;
  if (!is_scalar(type.kind) || type.optional) {
    Diagnostic& diagnostic =
        report(DiagnosticKind::collected_element, span, {decl.name.text, types().text(id)});
    if (type.kind == TypeKind::set || type.kind == TypeKind::list)
      diagnostic.help =
          "write the type of one element: `collected " + types().text(type.element) + "`";
    else if (type.kind == TypeKind::record)
      diagnostic.help = "collect what identifies the record, such as one of its fields";
    else if (type.optional)
      diagnostic.help = "remove `?`";
    return 0;
  }
  if (is_refined(context_.tree, decl.type))
    report(DiagnosticKind::output_refined, span, {decl.name.text}).help =
        "remove the refinement from the type";
  const TypeId element = types().unrefined(id);
  return types().intern(Type{.kind = TypeKind::set, .element = element});
}

TypeId OutputChecker::derived_type(const ast::OutputDecl& decl) {
  const TypeId id = resolve_output_type(context_, decl.type, false);
  if (id == 0) return 0;
  const Span span = context_.tree.type(decl.type).span;
  if (is_refined(context_.tree, decl.type))
    report(DiagnosticKind::output_refined, span, {decl.name.text}).help =
        "remove the refinement from the type; the expression says what the value is";
  if (!decl.local &&
      (holds(types(), id, TypeKind::votes) || holds(types(), id, TypeKind::network) ||
       holds(types(), id, TypeKind::verdict))) {
    report(DiagnosticKind::output_not_writable, span, {decl.name.text, types().text(id)}).help =
        "write `local` before `" + decl.name.text + "`";
  }
  return types().unrefined(id);
}

// The enum whose members fill a quorum or a verdict's needs; kNoDecl after a reported error.
EnumId OutputChecker::members_enum(const ast::OutputDecl& decl) {
  const TypeId id = resolve_output_type(context_, decl.type, false);
  if (id == 0) return kNoDecl;
  const Type type = types()[id];
  const Span span = context_.tree.type(decl.type).span;
  if (type.optional) {
    report(DiagnosticKind::output_optional, span, {decl.name.text}).help = "remove `?`";
    return kNoDecl;
  }
  if (type.kind == TypeKind::quorum) return type.decl;
  if (type.kind != TypeKind::enumeration) {
    report(DiagnosticKind::output_members_not_enum, span, {decl.name.text, types().text(id)}).help =
        "name an enum of the roles that may approve";
    return kNoDecl;
  }
  const Enum& members = types().enums[type.decl];
  if (members.known() > base::kMaxQuorumMembers) {
    Diagnostic& diagnostic = report(DiagnosticKind::quorum_enum_too_large, span,
                                    {members.name, std::to_string(members.known())});
    diagnostic.help = "declare an enum of those roles alone that may approve";
    diagnostic.notes.push_back({members.span, "declared here"});
    return kNoDecl;
  }
  return type.decl;
}

void OutputChecker::check_domains() {
  for (Declared& declared : declared_) {
    const OutputKind kind = decision().outputs[declared.id].kind;
    if (declared.decl->key && kind != OutputKind::derived && kind != OutputKind::codes)
      check_domain(declared);
  }
}

void OutputChecker::check_bodies() {
  for (const Declared& declared : declared_) {
    const Scope& scope = declared.scope;
    const ast::OutputDecl& decl = *declared.decl;
    const OutputKind kind = decision().outputs[declared.id].kind;
    const bool joined = kind != OutputKind::derived && kind != OutputKind::codes;
    if (decl.start != ast::kNone && joined && kind != OutputKind::verdict) check_start(declared);
    if (decl.otherwise_code && kind == OutputKind::verdict) {
      Scope text_scope = scope;
      text_scope.now = false;
      Text text = check_text(context_, text_scope, decl.otherwise_text);
      Output& output = decision().outputs[declared.id];
      output.otherwise_code = decl.otherwise_code.text;
      output.otherwise_text = std::move(text);
    }
    if (kind == OutputKind::derived && decl.value != ast::kNone) check_value_of_derived(declared);
  }
}

void OutputChecker::check_domain(Declared& declared) {
  Scope& scope = declared.scope;
  const ast::OutputDecl& decl = *declared.decl;
  const ast::Expr& written = context_.tree.expr(decl.domain);
  TypeId element = 0;
  const Checked domain = check_collection(context_, scope, decl.domain, element);
  bool fits = domain.id != kNoExpr && element != 0;
  bool names_enum = false;
  if (fits) {
    const TypeKind kind = types()[element].kind;
    names_enum =
        kind == TypeKind::enumeration && enum_named(context_, scope, decl.domain) != kNoDecl;
    if (kind != TypeKind::string && kind != TypeKind::integer && kind != TypeKind::enumeration) {
      report(DiagnosticKind::domain_element, written.span, {decl.name.text, types().text(element)})
          .help = "name an enum, or a list or set of strings, ints or members";
      fits = false;
    } else if (!names_enum) {
      fits = domain_reads_input_alone(declared, domain.id);
    }
  }
  const TypeId key_type = fits ? types().unrefined(element) : 0;
  LocalId local = kNoIndex;
  scope = bind_local(context_, scope, decl.key, key_type, fits && !names_enum ? domain.id : kNoExpr,
                     local);
  Output& output = decision().outputs[declared.id];
  output.per = true;
  output.per_enum = names_enum;
  output.key_type = key_type;
  output.key = local;
  output.domain = fits && !names_enum ? domain.id : kNoExpr;
}

bool OutputChecker::domain_reads_input_alone(const Declared& declared, ExprId domain) {
  std::string from;
  Span span;
  bool reads_input = false;
  walk(context_.model, domain, [&](ExprId, const Expr& expr) {
    reads_input = reads_input || expr.kind == ExprKind::input;
    if (!from.empty()) return;
    if (expr.kind == ExprKind::data)
      from = "the data `" + context_.model.data[expr.index].name + "`";
    else if (reads_output(expr))
      from = "the output `" + decision().outputs[expr.index].name + "`";
    else if (expr.kind == ExprKind::now_compare)
      from = "`now`";
    if (!from.empty()) span = expr.span;
  });
  if (from.empty() && !reads_input) {
    from = "a constant";
    span = context_.tree.expr(declared.decl->domain).span;
  }
  if (from.empty()) return true;
  report(DiagnosticKind::domain_not_input, span, {declared.decl->name.text, from}).help =
      "take the keys from a list or set of the input, or from an enum; rules then decide on each";
  return false;
}

void OutputChecker::check_start(const Declared& declared) {
  const Output& output = decision().outputs[declared.id];
  const std::string what = "the starting value of `" + output.name + "`";
  const Checked start =
      check_value(context_, declared.scope, declared.decl->start, output.type, what);
  decision().outputs[declared.id].start = start.id;
}

void OutputChecker::check_value_of_derived(const Declared& declared) {
  const ast::OutputDecl& decl = *declared.decl;
  const TypeId type = decision().outputs[declared.id].type;
  const Checked value = check_value(context_, declared.scope, decl.value, type,
                                    "the value of `" + decl.name.text + "`");
  decision().outputs[declared.id].value = value.id;
  if (value.id != kNoExpr) {
    if (const Expr* list = list_from_outside(context_.model, value.id)) {
      const bool data = list->kind == ExprKind::data;
      report(DiagnosticKind::output_hands_on_list, list->span,
             {decl.name.text, data ? "data" : "the input"})
          .help = decl.local ? "write a `define` instead of a local output, or make a set of it: "
                               "`{ x for x in … }`"
                             : "make a set of what is needed: `{ x for x in … }`";
    }
  }
  // Whether the value can be computed in a failure is known when all outputs are (strata.cpp).
  decision().outputs[declared.id].fail_closed =
      decl.on_failure == ast::kNone ? FailClosed::evaluate : FailClosed::constant;
  if (decl.on_failure != ast::kNone && type != 0) {
    std::optional<Value> constant =
        check_constant(context_, constant_scope(), decl.on_failure, type,
                       "what `" + decl.name.text + "` is on failure");
    if (constant) decision().outputs[declared.id].fail_value = std::move(*constant);
  }
}

}  // namespace

void check_decisions(Context& context) {
  std::vector<OutputChecker> checkers;
  std::set<std::uint32_t> done;
  for (const ast::File& file : context.tree.files) {
    for (const ast::DecisionDecl& decl : file.decisions) {
      const std::string key = symbol_key(context, decl.name.span, {decl.name.text});
      const auto found = context.symbols.decisions.find(key);
      // A second decision of the same name is already reported and has no place in the model.
      if (found == context.symbols.decisions.end() || !done.insert(found->second).second) continue;
      checkers.emplace_back(context, found->second, decl);
    }
  }
  for (OutputChecker& checker : checkers)
    checker.declare();
  check_import_names(context);
  for (OutputChecker& checker : checkers)
    checker.check_domains();
  for (OutputChecker& checker : checkers)
    checker.check_bodies();
}

}  // namespace writ::dsl::check
