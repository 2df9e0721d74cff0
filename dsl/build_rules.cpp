#include <string_view>
#include <utility>

#include "dsl/builder.hpp"

// Rules, waivers, fixtures, tests and proofs. The grammar takes their parts in any order and
// number.

namespace writ::dsl::syntax {
namespace {

constexpr std::string_view kRuleOrder =
    "a rule has `each` and `when`, then `unless`, `effective`, `then`, `because` and `tag`";
constexpr std::string_view kWaiverOrder =
    "a waiver has `when`, then `effective`, `by` and `because`";
constexpr std::string_view kTestOrder = "a test has one `given`, then its `expect`s";

// Where a part stands in the order of a rule or a waiver.
int stage_of(Kind kind) {
  switch (kind) {
    case Kind::each_part:
    case Kind::when_part: return 0;
    case Kind::unless_part: return 1;
    case Kind::effective_part: return 2;
    case Kind::then_part: return 3;
    case Kind::by_part: return 4;
    case Kind::because_part: return 5;
    default: return 6;
  }
}

// Sees that parts stand in their order, and reports the first that does not.
class PartOrder {
 public:
  PartOrder(Builder& builder, std::string_view rule) : builder_(builder), rule_(rule) {}

  void see(NodeId id) {
    const int stage = stage_of(builder_.node(id).kind);
    const std::string word = builder_.first_word(id);
    if (stage < last_stage_ && !reported_) {
      const std::uint32_t begin = builder_.node(id).begin;
      Diagnostic& d =
          builder_.report(DiagnosticKind::part_order,
                          builder_.span(begin, static_cast<std::uint32_t>(begin + word.size())),
                          {word, last_word_, std::string(rule_)});
      d.help = "move it up, before " + std::string("`") + last_word_ + "`";
      reported_ = true;
    }
    if (stage >= last_stage_) {
      last_stage_ = stage;
      last_word_ = word;
    }
  }

 private:
  Builder& builder_;
  std::string_view rule_;
  int last_stage_ = 0;
  std::string last_word_;
  bool reported_ = false;
};

}  // namespace

// --- Parts ---------------------------------------------------------------------------------------

ast::Window Builder::window(NodeId id) {
  ast::Window made;
  made.span = span(id);
  std::optional<NodeId> from, until;
  for (Reader reader = children(id); !reader.done();) {
    const NodeId bound_at = reader.take();
    const NodeId time = children(bound_at).take();
    if (node(bound_at).kind == Kind::from_day) {
      from = time;
      made.from = literal(time);
    } else {
      until = time;
      made.until = literal(time);
      made.through = node(bound_at).kind == Kind::through_day;
    }
  }
  if (made.through) {
    for (const auto& time : {from, until}) {
      if (time && node(*time).kind == Kind::instant_literal) {
        report(DiagnosticKind::through_needs_days, span(*time), {std::string(text(*time))}).help =
            "write a day, or `from … until …` with instants";
      }
    }
  }
  return made;
}

ast::Step Builder::step(NodeId id) {
  ast::Step made;
  made.span = span(id);
  Reader reader = children(id);
  made.kind = node(id).kind == Kind::each_part   ? ast::StepKind::each
              : node(id).kind == Kind::when_part ? ast::StepKind::when
                                                 : ast::StepKind::unless;
  if (made.kind == ast::StepKind::each) made.name = name(reader.take());
  made.expr = expression(reader.take());
  return made;
}

ast::Contribution Builder::contribution(NodeId id) {
  ast::Contribution made;
  made.span = span(id);
  Reader reader = children(id);
  NodeId verb = reader.take();
  if (node(verb).kind == Kind::target) {
    Reader parts = children(verb);
    made.target = dotted({name(parts.take())});
    if (!parts.done()) {
      ast::Expr index;
      index.kind = ast::ExprKind::index;
      index.span = span(verb);
      index.a = made.target;
      index.b = expression(parts.take());
      index.op_span = tree_.expr(index.b).span;
      made.target = add(std::move(index));
    }
    verb = reader.take();
    for (Reader values = children(verb); !values.done();) {
      made.values.push_back(expression(values.take()));
    }
  } else {
    Reader parts = children(verb);
    made.target = expression(parts.take());
    if (!parts.done()) made.values.push_back(expression(parts.take()));
  }
  switch (node(verb).kind) {
    case Kind::at_least: made.verb = ast::Verb::at_least; break;
    case Kind::at_most: made.verb = ast::Verb::at_most; break;
    case Kind::require: made.verb = ast::Verb::require; break;
    case Kind::include: made.verb = ast::Verb::include; break;
    case Kind::permit: made.verb = ast::Verb::permit; break;
    case Kind::hold: made.verb = ast::Verb::hold; break;
    default: made.verb = ast::Verb::forbid;
  }
  return made;
}

// --- Rules and waivers ---------------------------------------------------------------------------

void Builder::rule_parts(Reader& reader, ast::RuleDecl& rule) {
  PartOrder order(*this, kRuleOrder);
  while (!reader.done()) {
    const NodeId part = reader.take();
    order.see(part);
    Reader parts = children(part);
    switch (node(part).kind) {
      case Kind::each_part:
      case Kind::when_part:
      case Kind::unless_part: rule.steps.push_back(step(part)); break;
      case Kind::effective_part:
        if (rule.effective) {
          repeated(part, "a rule");
        } else {
          rule.effective = window(part);
        }
        break;
      case Kind::then_part: rule.contributions.push_back(contribution(part)); break;
      case Kind::because_part:
        if (rule.because) {
          repeated(part, "a rule");
        } else {
          rule.because = interpolated(parts.take());
        }
        break;
      default: {
        ast::Tag& tag = rule.tags.emplace_back();
        tag.name = name(parts.take());
        tag.value = string_value(parts.take());
      }
    }
  }
}

void Builder::rule(NodeId id, ast::File& file) {
  Reader reader = children(id);
  ast::RuleDecl made;
  made.span = span(id);
  made.doc = doc(node(id).begin);
  made.name = name(reader.take());
  if (const auto code = reader.take_if(Kind::rule_code)) made.code = name(children(*code).take());
  if (const auto list = reader.take_if(Kind::decision_list)) made.decisions = decisions(*list);
  made.unwaivable = reader.take_if(Kind::unwaivable_mark).has_value();
  rule_parts(reader, made);
  if (made.contributions.empty() && !state_.failed_within(node(id).begin, node(id).end)) {
    report(
        DiagnosticKind::part_missing, made.name.span,
        {"rule `" + made.name.text + "`", "`then`", "a rule says what follows from its conditions"})
        .help = "add a `then` line, e.g. `then x at least …` or `then forbid x`";
  }
  file.rules.push_back(std::move(made));
}

void Builder::waiver(NodeId id, ast::File& file) {
  Reader reader = children(id);
  ast::WaiveDecl made;
  made.span = span(id);
  made.rule = qualified(reader.take());
  if (const auto list = reader.take_if(Kind::decision_list)) made.decisions = decisions(*list);
  PartOrder order(*this, kWaiverOrder);
  while (!reader.done()) {
    const NodeId part = reader.take();
    const Kind kind = node(part).kind;
    if (kind == Kind::when_part || kind == Kind::effective_part || kind == Kind::by_part ||
        kind == Kind::because_part) {
      order.see(part);
    }
    switch (kind) {
      case Kind::when_part: made.whens.push_back(step(part)); break;
      case Kind::effective_part:
        if (made.effective) {
          repeated(part, "a waiver");
        } else {
          made.effective = window(part);
        }
        break;
      case Kind::by_part:
        if (made.by) repeated(part, "a waiver");
        made.by = string_value(children(part).take());
        break;
      case Kind::because_part:
        if (made.because) repeated(part, "a waiver");
        made.because = fixed_text(children(part).take());
        break;
      default: {
        const std::string word = first_word(part);
        const std::uint32_t begin = node(part).begin;
        report(DiagnosticKind::unexpected,
               span(begin, static_cast<std::uint32_t>(begin + word.size())),
               {"`" + word + "`", "`when`, `effective`, `by` or `because`"})
            .help = "a waiver takes the rule's bound names and narrows them with `when`";
      }
    }
  }
  if (!state_.failed_within(node(id).begin, node(id).end)) {
    const auto missing = [&](std::string_view what, std::string help) {
      report(DiagnosticKind::part_missing, what == "end" ? made.effective.span : made.rule.span,
             {"the waiver of `" + std::string(text(children(id).take())) + "`", std::string(what),
              "a waiver says when it ends, who grants it and why"})
          .help = std::move(help);
    };
    if (!made.effective) missing("`effective`", "add `effective from … through …`");
    if (made.effective && made.effective.until == ast::kNone) {
      missing("end", "write `through` and its last day after `from`");
    }
    if (!made.by) missing("`by`", "add `by \"NAME\"`");
    if (!made.because) missing("`because`", "add `because \"REASON\"`");
  }
  file.waivers.push_back(std::move(made));
}

// --- Fixtures, tests, proofs ---------------------------------------------------------------------

void Builder::fixture(NodeId id, ast::File& file) {
  Reader reader = children(id);
  ast::FixtureDecl made;
  made.span = span(id);
  made.name = name(reader.take());
  made.type = type(reader.take());
  made.value = expression(reader.take());
  file.fixtures.push_back(std::move(made));
}

void Builder::given(NodeId id, ast::TestDecl& test) {
  Reader reader = children(id);
  test.decision = qualified(reader.take());
  const NodeId input = reader.take();
  Reader inputs = children(input);
  if (node(input).kind == Kind::raw_json) {
    test.raw_json = string_value(inputs.take());
  } else {
    while (!inputs.done()) {
      Reader parts = children(inputs.take());
      ast::Argument& argument = test.arguments.emplace_back();
      argument.name = name(parts.take());
      argument.value = expression(parts.take());
    }
  }
  if (const auto at = reader.take_if(Kind::at_time)) test.at = literal(children(*at).take());
  while (!reader.done()) {
    Reader parts = children(reader.take());
    ast::Argument& replaced = test.data.emplace_back();
    replaced.name = joined_name(parts.take());
    replaced.value = expression(parts.take());
  }
}

ast::Expect Builder::expect(NodeId id) {
  ast::Expect made;
  made.span = span(id);
  const NodeId what = children(id).take();
  Reader parts = children(what);
  switch (node(what).kind) {
    case Kind::expect_rule: made.kind = ast::ExpectKind::rule; break;
    case Kind::expect_no_rule: made.kind = ast::ExpectKind::no_rule; break;
    case Kind::expect_waived: made.kind = ast::ExpectKind::waived; break;
    case Kind::expect_codes:
      made.kind = ast::ExpectKind::codes;
      parts.take();  // the `==`
      while (!parts.done()) {
        const NodeId code = parts.take();
        const bool quoted = node(code).kind == Kind::string_literal;
        made.codes.push_back({quoted ? string_value(code) : joined_name(code).text, span(code)});
      }
      return made;
    case Kind::expect_error:
      made.kind = ast::ExpectKind::error;
      made.pointer = string_value(parts.take());
      return made;
    default:
      made.kind = ast::ExpectKind::condition;
      made.condition = expression(what);
      return made;
  }
  made.rule = joined_name(parts.take());
  return made;
}

void Builder::test(NodeId id, ast::File& file) {
  Reader reader = children(id);
  ast::TestDecl made;
  made.span = span(id);
  const NodeId title = reader.take();
  made.title = string_value(title);
  made.title_span = span(title);
  bool has_given = false;
  while (!reader.done()) {
    const NodeId part = reader.take();
    if (node(part).kind == Kind::expect_part) {
      made.expects.push_back(expect(part));
    } else if (has_given) {
      repeated(part, "a test");
    } else {
      if (!made.expects.empty()) {
        const std::uint32_t begin = node(part).begin;
        report(DiagnosticKind::part_order, span(begin, begin + 5),
               {"given", "expect", std::string(kTestOrder)})
            .help = "move it up, before `expect`";
      }
      has_given = true;
      given(part, made);
    }
  }
  if (!has_given && !state_.failed_within(node(id).begin, node(id).end)) {
    report(DiagnosticKind::part_missing, made.title_span,
           {"the test", "`given`", std::string(kTestOrder)})
        .help = "add `given DECISION(input: …)`";
  }
  file.tests.push_back(std::move(made));
}

void Builder::proof(NodeId id, ast::File& file) {
  Reader reader = children(id);
  ast::ProveDecl made;
  made.span = span(id);
  made.title = string_value(reader.take());
  made.decision = qualified(reader.take());
  made.without_waivers = reader.take_if(Kind::without_waivers).has_value();
  made.condition = expression(reader.take());
  file.proofs.push_back(std::move(made));
}

}  // namespace writ::dsl::syntax
