#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"

#include "dsl/check/names.hpp"
#include "dsl/check/packages.hpp"

namespace writ::dsl::check {

namespace {

bool is_pointer(const std::string& text) {
  if (!text.empty() && text.front() != '/') return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] == '~' && (i + 1 == text.size() || (text[i + 1] != '0' && text[i + 1] != '1')))
      return false;
  return true;
}

/// Adds the optional paths below `path` that hold something in `value`. `path` and what is added to
/// the model on the way are only needed for their keys.
void add_facts(Context& context, ExprId path, TypeId type_id, const Value& value, Facts& facts) {
  const Type type = context.model.types[type_id];
  if (value.absent()) return;
  if (type.optional) facts.insert(path_key(context.model, path));
  const Fields* fields = std::get_if<Fields>(&value.v);
  if (type.kind != TypeKind::record || fields == nullptr) return;
  for (std::uint32_t i = 0; i < fields->values.size(); ++i) {
    const TypeId field_type = context.model.types.records[type.decl].fields[i].type;
    Expr field;
    field.kind = ExprKind::field;
    field.type = context.model.types.unrefined(field_type);
    field.a = path;
    field.index = i;
    const ExprId id = add_expr(context, std::move(field));
    add_facts(context, id, field_type, fields->values[i], facts);
  }
}

/// The paths that `id` goes through (`app` of `app.tier`), innermost first. Some may be no values
/// at all.
void collect_ways(const ast::Tree& tree, ast::ExprId id, std::vector<ast::ExprId>& ways) {
  if (id == ast::kNone) return;
  const ast::Expr& expr = tree.expr(id);
  for (const ast::ExprId part : {expr.a, expr.b, expr.c, expr.d})
    collect_ways(tree, part, ways);
  for (const ast::ExprId item : expr.items)
    collect_ways(tree, item, ways);
  for (const ast::FieldInit& init : expr.fields)
    collect_ways(tree, init.value, ways);
  if (expr.kind == ast::ExprKind::field || expr.kind == ast::ExprKind::index)
    ways.push_back(expr.a);
}

/// The codes that reasons of a decision can carry, ascending; found when a test first asks.
using KnownCodes = std::map<std::uint32_t, std::vector<std::string_view>>;

/// Checks one test of one decision.
class TestChecker {
 public:
  TestChecker(Context& context, const ast::TestDecl& decl, std::uint32_t decision,
              KnownCodes& known_codes)
      : context_(context), decl_(decl), known_codes_(known_codes) {
    test_.title = decl.title;
    test_.span = decl.title_span;
    test_.decision = decision;
    constants_ = constant_scope();
    constants_.fixtures = true;
    expectations_ = decision_scope(decision);
    expectations_.fixtures = true;
    expectations_.now = false;
    expectations_.expectation = true;
    for (const ast::Expect& expect : decl.expects)
      expects_error_ = expects_error_ || expect.kind == ast::ExpectKind::error;
  }

  void run() {
    if (decl_.raw_json)
      test_.input_json = *decl_.raw_json;
    else
      check_arguments();
    check_time();
    check_data();
    if (decl_.expects.empty())
      report(DiagnosticKind::test_expects_nothing, decl_.title_span, {}).help =
          "add `expect` and what the decision must be";
    for (const ast::Expect& expect : decl_.expects)
      check_expect(expect);
    context_.model.tests.push_back(std::move(test_));
  }

 private:
  const Decision& decision() const { return context_.model.decisions[test_.decision]; }
  Diagnostic& report(DiagnosticKind kind, Span span, std::vector<std::string> args) {
    return context_.diagnostics.report(kind, span, std::move(args));
  }

  void check_arguments();
  std::vector<const ast::Argument*> arguments_by_input();
  std::optional<Value> input_value(const ast::Argument& argument, const Input& input);
  void check_time();
  void check_data();
  Span given_span() const;
  void check_expect(const ast::Expect& written);
  ExprId check_expected_condition(ast::ExprId written);
  ExprId guard(ast::ExprId way, Scope& scope);
  bool check_rule(const ast::Expect& written, Expect& expect);
  bool check_codes(const ast::Expect& written, Expect& expect);
  bool check_error(const ast::Expect& written, Expect& expect);

  Context& context_;
  const ast::TestDecl& decl_;
  KnownCodes& known_codes_;
  Test test_;
  Scope constants_;     ///< of arguments: literals and fixtures
  Scope expectations_;  ///< of conditions; knows which inputs were given
  bool expects_error_ = false;
};

// The argument for each input; null where there is none.
std::vector<const ast::Argument*> TestChecker::arguments_by_input() {
  const std::vector<Input>& inputs = decision().inputs;
  std::vector<const ast::Argument*> given(inputs.size(), nullptr);
  for (const ast::Argument& argument : decl_.arguments) {
    const auto input = std::find_if(inputs.begin(), inputs.end(), [&](const Input& candidate) {
      return candidate.name == argument.name.text;
    });
    if (input == inputs.end() && context_.state.unread_inputs.contains(test_.decision)) continue;
    if (input == inputs.end()) {
      std::vector<std::string_view> candidates;
      for (const Input& candidate : inputs)
        candidates.push_back(candidate.name);
      report(DiagnosticKind::unknown_input, argument.name.span,
             {argument.name.text, decision().name})
          .help = suggestion(argument.name.text, std::move(candidates));
      continue;
    }
    const ast::Argument*& place = given[static_cast<std::size_t>(input - inputs.begin())];
    if (place != nullptr)
      report(DiagnosticKind::input_given_twice, argument.name.span, {argument.name.text}).help =
          "remove one of them";
    place = &argument;
  }
  return given;
}

void TestChecker::check_arguments() {
  const std::vector<const ast::Argument*> given = arguments_by_input();
  std::string json = "{";
  for (std::uint32_t i = 0; i < given.size(); ++i) {
    const Input input = decision().inputs[i];
    if (given[i] == nullptr) {
      // A test of an input error may leave out what must be there.
      if (input.type != 0 && !context_.model.types[input.type].optional && !expects_error_)
        report(DiagnosticKind::input_missing, decl_.decision.span, {input.name, decision().name})
            .help = "add `" + input.name + ": …`";
      continue;
    }
    const std::optional<Value> value = input_value(*given[i], input);
    if (!value || value->absent()) continue;
    if (json.size() > 1) json += ',';
    base::append_json_string(json, input.json.front());
    json += ':' + value_to_json(context_.model.types, input.type, *value);
    const std::size_t kept = context_.model.exprs.size();
    Expr path;
    path.kind = ExprKind::input;
    path.type = context_.model.types.unrefined(input.type);
    path.index = i;
    const ExprId id = add_expr(context_, std::move(path));
    add_facts(context_, id, input.type, *value, expectations_.facts);
    context_.model.exprs.resize(kept);
  }
  test_.input_json = json + "}";
}

std::optional<Value> TestChecker::input_value(const ast::Argument& argument, const Input& input) {
  const std::string what = "input `" + input.name + "`";
  if (input.type == 0) return std::nullopt;  // already reported
  // What is wrong with the value may be the point of the test.
  context_.state.refinements = !expects_error_;
  std::optional<Value> value =
      check_constant(context_, constants_, argument.value, input.type, what);
  context_.state.refinements = true;
  return value;
}

void TestChecker::check_time() {
  if (decl_.at != ast::kNone) {
    const std::optional<Value> at =
        check_constant(context_, constants_, decl_.at, context_.model.types.simple(TypeKind::time),
                       "the time of the test");
    if (at) test_.at = at->integer();
    return;
  }
  if (decision().reads_now)
    report(DiagnosticKind::test_needs_time, given_span(), {decision().name}).help =
        "add the time behind the inputs: `at …`, a day or an instant such as "
        "`2026-03-02T12:00:00Z`";
}

// From the decision to the end of its inputs.
Span TestChecker::given_span() const {
  Span span = decl_.decision.span;
  if (decl_.arguments.empty()) return span;
  const std::string_view text = context_.sources.files()[span.file].text;
  span.end = context_.tree.expr(decl_.arguments.back().value).span.end;
  const std::size_t close = text.find(')', span.end);
  if (close != text.npos) span.end = static_cast<std::uint32_t>(close + 1);
  return span;
}

void TestChecker::check_data() {
  std::set<std::uint32_t> seen;
  for (const ast::Argument& argument : decl_.data) {
    const std::vector<std::string> parts = parts_of(argument.name.text);
    const Span at = argument.name.span;
    const auto& data = context_.symbols.data;
    const auto found = data.find(symbol_key(context_, at, parts));
    if (found == data.end()) {
      if (report_wrong_package(context_, at, parts)) continue;
      std::string help;
      if (parts.size() == 1) help = find_elsewhere(context_, at, parts[0], keys_of(data));
      const std::vector<std::string> usable = names_seen_from(context_, at, data);
      if (help.empty())
        help = suggestion(argument.name.text,
                          std::vector<std::string_view>(usable.begin(), usable.end()));
      report(DiagnosticKind::unknown_data, at, {argument.name.text}).help = help;
      continue;
    }
    if (!seen.insert(found->second).second)
      report(DiagnosticKind::data_given_twice, argument.name.span, {argument.name.text}).help =
          "remove one of them";
    const TypeId type = context_.model.data[found->second].type;
    if (type == 0) continue;
    std::optional<Value> value = check_constant(context_, constants_, argument.value, type,
                                                "data `" + argument.name.text + "`");
    if (value) test_.data.push_back({found->second, std::move(*value)});
  }
}

// `app.tier == high` expects that `app` is there: where a condition goes through optional values
// that it has not shown to be present, their presence becomes part of the expectation.
ExprId TestChecker::check_expected_condition(ast::ExprId written) {
  Diagnostics& diagnostics = context_.diagnostics;
  const std::size_t mark = diagnostics.count();
  const std::size_t errors = diagnostics.error_count();
  const Checked plain = check_condition(context_, expectations_, written);
  if (diagnostics.error_count() == errors) return plain.id;
  std::vector<Diagnostic> findings = diagnostics.take_after(mark);
  std::vector<ast::ExprId> ways;
  collect_ways(context_.tree, written, ways);
  Scope scope = expectations_;
  std::vector<ExprId> guards;
  for (const ast::ExprId way : ways)
    if (const ExprId present = guard(way, scope); present != kNoExpr) guards.push_back(present);
  (void)diagnostics.take_after(mark);
  if (guards.empty()) {
    diagnostics.add(std::move(findings));
    return kNoExpr;
  }
  ExprId condition = check_condition(context_, scope, written).id;
  for (auto present = guards.rbegin(); condition != kNoExpr && present != guards.rend();
       ++present) {
    Expr both;
    both.kind = ExprKind::logical_and;
    both.type = context_.model.types.simple(TypeKind::boolean);
    both.a = *present;
    both.b = condition;
    both.span = context_.tree.expr(written).span;
    condition = add_expr(context_, std::move(both));
  }
  return condition;
}

// That `way` is present, when it is an optional value that is not known to be; `scope` then knows
// it.
ExprId TestChecker::guard(ast::ExprId way, Scope& scope) {
  const std::size_t errors = context_.diagnostics.error_count();
  const Checked value = check_expr(context_, scope, way);
  const bool wrong = context_.diagnostics.error_count() != errors || value.id == kNoExpr;
  if (wrong || !context_.model.types[value.type].optional) return kNoExpr;
  if (!scope.facts.insert(path_key(context_.model, value.id)).second) return kNoExpr;
  Expr present;
  present.kind = ExprKind::is_present;
  present.type = context_.model.types.simple(TypeKind::boolean);
  present.a = value.id;
  present.span = context_.tree.expr(way).span;
  return add_expr(context_, std::move(present));
}

void TestChecker::check_expect(const ast::Expect& written) {
  Expect expect;
  expect.kind = static_cast<ExpectKind>(written.kind);
  expect.span = written.span;
  bool good = true;
  switch (written.kind) {
    case ast::ExpectKind::condition:
      expect.condition = check_expected_condition(written.condition);
      good = expect.condition != kNoExpr;
      break;
    case ast::ExpectKind::rule:
    case ast::ExpectKind::no_rule:
    case ast::ExpectKind::waived: good = check_rule(written, expect); break;
    case ast::ExpectKind::codes: good = check_codes(written, expect); break;
    case ast::ExpectKind::error: good = check_error(written, expect); break;
  }
  if (good && expects_error_ && written.kind != ast::ExpectKind::error)
    report(DiagnosticKind::expect_error_alone, written.span, {}).help =
        "write a test of its own for the decision";
  if (good) test_.expects.push_back(std::move(expect));
}

bool TestChecker::check_rule(const ast::Expect& written, Expect& expect) {
  expect.rule = resolve_rule(context_, test_.decision, written.rule.text, written.rule.span);
  if (expect.rule == kNoIndex) return false;
  if (written.kind != ast::ExpectKind::waived) return true;
  for (const Waiver& waiver : decision().waivers)
    if (waiver.rule == expect.rule) return true;
  const std::string waiver =
      "`waive " + decision().rules[expect.rule].full_name() + " for " + decision().name + " { … }`";
  report(DiagnosticKind::expects_no_waiver, written.rule.span, {written.rule.text}).help =
      decision().package == package_of(context_, written.rule.span)
          ? "declare one: " + waiver
          : "declare one in package `" + decision().package + "`: " + waiver;
  return false;
}

// The codes that reasons can carry: of rules with a text that restrict, and of `otherwise`.
std::vector<std::string_view> codes_of(const Decision& decision) {
  std::vector<std::string_view> codes;
  for (const Rule& rule : decision.rules) {
    // Without contributions the rule was wrong, which is reported.
    const bool restricts =
        rule.contributions.empty() ||
        std::any_of(rule.contributions.begin(), rule.contributions.end(),
                    [](const Contribution& c) { return c.verb != Verb::permit; });
    if (rule.has_because && restricts) codes.push_back(rule.code);
  }
  for (const Output& output : decision.outputs)
    if (!output.otherwise_code.empty()) codes.push_back(output.otherwise_code);
  std::sort(codes.begin(), codes.end());
  codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
  return codes;
}

bool TestChecker::check_codes(const ast::Expect& written, Expect& expect) {
  const bool filled = std::any_of(decision().outputs.begin(), decision().outputs.end(),
                                  [](const Output& o) { return o.kind == OutputKind::codes; });
  if (!filled) {
    report(DiagnosticKind::expects_no_codes, written.span, {decision().name}).help =
        "add `codes: codes` to the decision, or expect `rule N`";
    return false;
  }
  const auto [place, first] = known_codes_.try_emplace(test_.decision);
  if (first) place->second = codes_of(decision());
  const std::vector<std::string_view>& known = place->second;
  bool good = true;
  for (const ast::Alias& code : written.codes) {
    if (!std::binary_search(known.begin(), known.end(), std::string_view(code.text))) {
      report(DiagnosticKind::unknown_code, code.span, {code.text, decision().name}).help =
          suggestion(code.text, known);
      good = false;
    }
    expect.codes.push_back(code.text);
  }
  std::sort(expect.codes.begin(), expect.codes.end());
  expect.codes.erase(std::unique(expect.codes.begin(), expect.codes.end()), expect.codes.end());
  return good;
}

bool TestChecker::check_error(const ast::Expect& written, Expect& expect) {
  expect.pointer = written.pointer;
  if (is_pointer(written.pointer)) return true;
  report(DiagnosticKind::expect_pointer, written.span, {written.pointer}).help =
      "write the place from the input's root: `/form/users`";
  return false;
}

void check_proof(Context& context, const ast::ProveDecl& decl) {
  Proof proof;
  proof.decision = resolve_decision(context, decl.decision);
  if (proof.decision == kNoIndex) return;
  proof.title = decl.title;
  proof.without_waivers = decl.without_waivers;
  proof.span = decl.span;
  proof.condition = check_condition(context, decision_scope(proof.decision), decl.condition).id;
  context.model.proofs.push_back(std::move(proof));
}

}  // namespace

void check_tests(Context& context) {
  KnownCodes known_codes;
  for (const ast::File& file : context.tree.files) {
    for (const ast::TestDecl& decl : file.tests) {
      const std::uint32_t decision = resolve_decision(context, decl.decision);
      if (decision != kNoIndex) TestChecker(context, decl, decision, known_codes).run();
    }
    for (const ast::ProveDecl& decl : file.proofs)
      check_proof(context, decl);
  }
}

}  // namespace writ::dsl::check
