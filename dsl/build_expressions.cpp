#include <algorithm>
#include <utility>

#include "dsl/builder.hpp"

namespace writ::dsl::syntax {

using ast::ExprId;
using ast::ExprKind;

namespace {

// The expression at `offset` is the first within `{`.
bool begins_in_braces(std::string_view text, std::uint32_t offset) {
  const std::size_t before = text.substr(0, offset).find_last_not_of(" \t\r\n");
  return before != std::string_view::npos && text[before] == '{';
}

}  // namespace

// --- Nodes of the tree ---------------------------------------------------------------------------

std::uint32_t Builder::height(ExprId id) const {
  return id != ast::kNone && id < heights_.size() ? heights_[id] : 0;
}

ExprId Builder::add(ast::Expr expr) {
  std::uint32_t below = std::max({height(expr.a), height(expr.b), height(expr.c), height(expr.d)});
  for (const ExprId item : expr.items)
    below = std::max(below, height(item));
  for (const ast::FieldInit& field : expr.fields)
    below = std::max(below, height(field.value));
  if (below >= kMaxHeight) {
    if (!height_reported_) {
      report(DiagnosticKind::expression_too_long, expr.span, {std::to_string(kMaxHeight)}).help =
          "name parts of it with `define`, or compare with a list: `x in [a, b, c]`";
    }
    height_reported_ = true;
    return error_at(expr.span);
  }
  const auto id = static_cast<ExprId>(tree_.exprs.size());
  tree_.exprs.push_back(std::move(expr));
  heights_.resize(tree_.exprs.size());
  heights_[id] = below + 1;
  return id;
}

ExprId Builder::make(ExprKind kind, Span where) {
  ast::Expr expr;
  expr.kind = kind;
  expr.span = where;
  return add(std::move(expr));
}

ExprId Builder::error_at(Span where) {
  return make(ExprKind::error, where);
}

ExprId Builder::dotted(const std::vector<ast::Name>& parts) {
  ExprId id = ast::kNone;
  for (const ast::Name& part : parts) {
    ast::Expr expr;
    expr.kind = id == ast::kNone ? ExprKind::name : ExprKind::field;
    expr.span = span(parts.front().span.begin, part.span.end);
    expr.op_span = part.span;
    expr.a = id;
    expr.name = part;
    id = add(std::move(expr));
  }
  return id;
}

ExprId Builder::expression(NodeId id) {
  // Where reading failed right behind it, more was meant than what could be read.
  if (state_.failed_behind(node(id).end)) return error_at(span(id));
  switch (node(id).kind) {
    case Kind::implication:
    case Kind::coalesce: return right_chain(id);
    case Kind::connective: return connective(id);
    case Kind::sum:
    case Kind::product: return left_chain(id);
    case Kind::negation:
    case Kind::quantifier_body: return negation(id);
    case Kind::comparison: return comparison(id);
    case Kind::unary: return unary(id);
    case Kind::postfix: return postfix(id);
    case Kind::parenthesised: {
      const ExprId inner = expression(children(id).take());
      tree_.exprs[inner].parenthesized = true;
      return inner;
    }
    case Kind::only_expression: return bound(id, ExprKind::only);
    case Kind::count_expression: return bound(id, ExprKind::count);
    case Kind::quantifier: return quantifier(id);
    case Kind::conditional: return conditional(id);
    case Kind::braces: return braces(id);
    case Kind::quorum_literal: return quorum(id);
    case Kind::list_literal: {
      ast::Expr list;
      list.kind = ExprKind::list;
      list.span = span(id);
      for (Reader reader = children(id); !reader.done();) {
        list.items.push_back(expression(reader.take()));
      }
      return add(std::move(list));
    }
    case Kind::name:
    case Kind::declared_name:
    case Kind::outcome_literal: return dotted({name(id)});
    case Kind::pattern_name: return dotted(names(id));
    case Kind::string_literal: {
      ast::Expr expr;
      expr.kind = ExprKind::string;
      expr.span = span(id);
      expr.text = string_value(id);
      return add(std::move(expr));
    }
    case Kind::ip_literal: {
      ast::Expr expr;
      expr.kind = ExprKind::ip;
      expr.span = span(id);
      expr.text = string_value(children(id).take());
      return add(std::move(expr));
    }
    case Kind::true_literal:
    case Kind::false_literal: {
      ast::Expr expr;
      expr.kind = ExprKind::boolean;
      expr.span = span(id);
      expr.number = node(id).kind == Kind::true_literal ? 1 : 0;
      return add(std::move(expr));
    }
    case Kind::now_literal: return make(ExprKind::now, span(id));
    case Kind::absent_literal: return make(ExprKind::absent, span(id));
    case Kind::auto_literal: return make(ExprKind::automatic, span(id));
    default: return constant(id);
  }
}

// --- Operators -----------------------------------------------------------------------------------

ExprKind Builder::operator_kind(NodeId op) {
  switch (node(op).kind) {
    case Kind::implies_operator: return ExprKind::implies;
    case Kind::and_operator:
    case Kind::foreign_and: return ExprKind::logical_and;
    case Kind::or_operator:
    case Kind::foreign_or: return ExprKind::logical_or;
    case Kind::equal:
    case Kind::foreign_equal:
    case Kind::assignment_for_equal: return ExprKind::equal;
    case Kind::not_equal:
    case Kind::foreign_not_equal: return ExprKind::not_equal;
    case Kind::less: return ExprKind::less;
    case Kind::less_equal: return ExprKind::less_equal;
    case Kind::greater: return ExprKind::greater;
    case Kind::greater_equal: return ExprKind::greater_equal;
    case Kind::in_operator: return ExprKind::in;
    case Kind::not_in_operator: return ExprKind::not_in;
    case Kind::subset_operator: return ExprKind::subset_of;
    case Kind::intersects_operator: return ExprKind::intersects;
    case Kind::starts_operator: return ExprKind::starts_with;
    case Kind::ends_operator: return ExprKind::ends_with;
    case Kind::contains_operator: return ExprKind::contains;
    case Kind::is_present: return ExprKind::is_present;
    case Kind::is_absent: return ExprKind::is_absent;
    case Kind::is_empty: return ExprKind::is_empty;
    case Kind::is_not_empty: return ExprKind::is_not_empty;
    case Kind::plus_operator: return ExprKind::add;
    case Kind::minus_operator: return ExprKind::subtract;
    case Kind::times_operator: return ExprKind::multiply;
    case Kind::divide_operator: return ExprKind::divide;
    case Kind::modulo_operator: return ExprKind::modulo;
    case Kind::or_else_operator: return ExprKind::or_else;
    default: return ExprKind::error;
  }
}

ExprId Builder::binary(NodeId op, ExprId a, ExprId b, Span where) {
  const auto foreign = [&](std::string_view meaning) {
    const std::string written(text(op));
    report(DiagnosticKind::foreign_operator, span(op), {written, "`" + std::string(meaning) + "`"})
        .help = "write `" + std::string(meaning) + "`";
  };
  switch (node(op).kind) {
    case Kind::foreign_and: foreign("and"); break;
    case Kind::foreign_or: foreign("or"); break;
    case Kind::foreign_equal: foreign("=="); break;
    case Kind::foreign_not_equal: foreign("!="); break;
    case Kind::assignment_for_equal:
      report(DiagnosticKind::assignment_for_equality, span(op)).help =
          begins_in_braces(state_.text, where.begin)
              ? "write `==`; a field of a record is written `name: value`"
              : "write `==`";
      break;
    default: break;
  }
  ast::Expr expr;
  expr.kind = operator_kind(op);
  expr.span = where;
  expr.op_span = span(op);
  expr.a = a;
  expr.b = b;
  return add(std::move(expr));
}

ExprId Builder::left_chain(NodeId id) {
  Reader reader = children(id);
  ExprId left = expression(reader.take());
  while (!reader.done()) {
    const NodeId op = reader.take();
    const NodeId right = reader.take();
    left = binary(op, left, expression(right), span(node(id).begin, node(right).end));
  }
  return left;
}

ExprId Builder::right_chain(NodeId id) {
  std::vector<NodeId> operands, operators;
  Reader reader = children(id);
  operands.push_back(reader.take());
  while (!reader.done()) {
    operators.push_back(reader.take());
    operands.push_back(reader.take());
  }
  std::vector<ExprId> made;
  for (const NodeId operand : operands)
    made.push_back(expression(operand));
  if (node(id).kind == Kind::implication) check_ended_quantifiers(made);
  ExprId right = made.back();
  for (std::size_t k = operators.size(); k-- > 0;) {
    right = binary(operators[k], made[k], right, span(node(operands[k]).begin, node(id).end));
  }
  return right;
}

ExprId Builder::connective(NodeId id) {
  Reader reader = children(id);
  std::vector<ExprId> made;
  std::vector<NodeId> operators, operands;
  operands.push_back(reader.take());
  made.push_back(expression(operands.back()));
  const auto is_and = [&](NodeId op) { return operator_kind(op) == ExprKind::logical_and; };
  bool mixed = false;
  while (!reader.done()) {
    const NodeId op = reader.take();
    if (!mixed && !operators.empty() && is_and(op) != is_and(operators.front())) {
      mixed = true;
      const auto word = [&](NodeId o) { return std::string(is_and(o) ? "and" : "or"); };
      Diagnostic& d =
          report(DiagnosticKind::and_beside_or, span(op), {word(op), word(operators.front())});
      d.help =
          "put the part that belongs together in parentheses: `(a and b) or c`, or `a and (b or "
          "c)`";
      d.notes.push_back({span(operators.front()), "the other operator"});
    }
    operators.push_back(op);
    operands.push_back(reader.take());
    made.push_back(expression(operands.back()));
  }
  check_ended_quantifiers(made);
  ExprId left = made.front();
  for (std::size_t k = 0; k < operators.size(); ++k) {
    left = binary(operators[k], left, made[k + 1], span(node(id).begin, node(operands[k + 1]).end));
  }
  return left;
}

ExprId Builder::negation(NodeId id) {
  std::vector<NodeId> signs;
  Reader reader = children(id);
  while (reader.at(Kind::not_operator) || reader.at(Kind::foreign_not))
    signs.push_back(reader.take());
  const NodeId operand = reader.take();
  ExprId inner = expression(operand);
  for (auto sign = signs.rbegin(); sign != signs.rend(); ++sign) {
    if (node(*sign).kind == Kind::foreign_not) {
      report(DiagnosticKind::foreign_operator, span(*sign), {"!", "`not`"}).help = "write `not`";
    }
    ast::Expr expr;
    expr.kind = ExprKind::logical_not;
    expr.span = span(node(*sign).begin, node(operand).end);
    expr.op_span = span(*sign);
    expr.a = inner;
    inner = add(std::move(expr));
  }
  return inner;
}

ExprId Builder::unary(NodeId id) {
  std::vector<NodeId> signs;
  Reader reader = children(id);
  while (reader.at(Kind::minus_sign))
    signs.push_back(reader.take());
  const NodeId operand = reader.take();
  ExprId inner = ast::kNone;
  switch (node(operand).kind) {
    // A sign before a number is part of it, so that the least one can be written.
    case Kind::integer_literal:
    case Kind::decimal_literal:
    case Kind::duration_literal:
      inner = literal(operand, signs.back());
      signs.pop_back();
      break;
    default: inner = expression(operand);
  }
  for (auto sign = signs.rbegin(); sign != signs.rend(); ++sign) {
    ast::Expr expr;
    expr.kind = ExprKind::negate;
    expr.span = span(node(*sign).begin, node(operand).end);
    expr.op_span = span(*sign);
    expr.a = inner;
    inner = add(std::move(expr));
  }
  return inner;
}

ExprId Builder::comparison(NodeId id) {
  Reader reader = children(id);
  const ExprId left = expression(reader.take());
  const NodeId op = reader.take();
  const ExprId made = comparison_tail(op, reader, left, node(id).begin);
  if (!reader.done()) {
    Diagnostic& d = report(DiagnosticKind::comparison_chain, span(reader.take()));
    d.help =
        "join two comparisons with `and`: `a < b and b < c`; compare truth values in parentheses";
    d.notes.push_back({span(op), "the first comparison"});
  }
  return made;
}

ExprId Builder::comparison_tail(NodeId op, Reader& reader, ExprId left, std::uint32_t begin) {
  ast::Expr expr;
  expr.op_span = span(op);
  expr.a = left;
  switch (node(op).kind) {
    case Kind::is_present:
    case Kind::is_absent:
    case Kind::is_empty:
    case Kind::is_not_empty:
      expr.kind = operator_kind(op);
      expr.span = span(begin, node(op).end);
      return add(std::move(expr));
    case Kind::like_operator: {
      const NodeId pattern_text = reader.take();
      expr.kind = ExprKind::like;
      expr.span = span(begin, node(pattern_text).end);
      expr.glob = glob(pattern_text);
      return add(std::move(expr));
    }
    case Kind::matches_operator: {
      const NodeId regex = reader.take();
      expr.kind = ExprKind::matches;
      expr.span = span(begin, node(regex).end);
      expr.text = pattern(regex);
      return add(std::move(expr));
    }
    default: {
      const NodeId right = reader.take();
      return binary(op, left, expression(right), span(begin, node(right).end));
    }
  }
}

// --- Postfix -------------------------------------------------------------------------------------

ExprId Builder::postfix(NodeId id) {
  Reader reader = children(id);
  ExprId base = expression(reader.take());
  while (!reader.done())
    base = postfix_part(reader.take(), base, node(id).begin);
  return base;
}

ExprId Builder::postfix_part(NodeId id, ExprId base, std::uint32_t begin) {
  ast::Expr expr;
  expr.a = base;
  expr.span = span(begin, node(id).end);
  expr.op_span = span(id);
  Reader reader = children(id);
  switch (node(id).kind) {
    case Kind::field_access:
      expr.kind = ExprKind::field;
      expr.name = name(reader.take());
      expr.op_span = expr.name.span;
      break;
    case Kind::index_access:
      expr.kind = ExprKind::index;
      expr.b = expression(reader.take());
      break;
    case Kind::call:
      expr.kind = ExprKind::call;
      while (!reader.done())
        expr.items.push_back(expression(reader.take()));
      break;
    default:
      expr.kind = ExprKind::with;
      while (!reader.done())
        expr.fields.push_back(field_init(reader.take()));
  }
  return add(std::move(expr));
}

ExprId Builder::interpolated_path(NodeId id) {
  Reader reader = children(id);
  ExprId base = dotted({name(reader.take())});
  while (!reader.done()) {
    const NodeId part = reader.take();
    ast::Expr expr;
    expr.a = base;
    expr.span = span(node(id).begin, node(part).end);
    if (node(part).kind == Kind::interpolated_field) {
      expr.kind = ExprKind::field;
      expr.op_span = span(node(part).begin + 1, node(part).end);
      expr.name = {std::string(text(part).substr(1)), expr.op_span};
    } else {
      expr.kind = ExprKind::index;
      expr.op_span = span(part);
      expr.b = interpolated_key(children(part).take());
    }
    base = add(std::move(expr));
  }
  return base;
}

ExprId Builder::interpolated_key(NodeId id) {
  ast::Expr expr;
  expr.span = span(id);
  switch (node(id).kind) {
    case Kind::key_string:
      expr.kind = ExprKind::string;
      expr.text = string_value(id);
      return add(std::move(expr));
    case Kind::key_number: return literal(id);
    case Kind::interpolated_key_path: return interpolated_path(id);
    default: return dotted({name(id)});
  }
}

// --- Braces, bindings and the like ---------------------------------------------------------------

ast::FieldInit Builder::field_init(NodeId id) {
  ast::FieldInit field;
  field.span = span(id);
  Reader reader = children(id);
  while (reader.left() > 1) {
    const NodeId part = reader.take();
    if (node(part).kind == Kind::string_literal) {
      field.string_key = true;
      field.path.push_back({string_value(part), span(part)});
    } else {
      field.path.push_back(name(part));
    }
  }
  field.value = expression(reader.take());
  return field;
}

ExprId Builder::braces(NodeId id) {
  Reader reader = children(id);
  ast::Expr expr;
  expr.span = span(id);
  expr.kind = ExprKind::braces;
  if (reader.at(Kind::record_field) || reader.at(Kind::map_entry)) {
    expr.kind = reader.at(Kind::record_field) ? ExprKind::record : ExprKind::map;
    while (!reader.done())
      expr.fields.push_back(field_init(reader.take()));
    return add(std::move(expr));
  }
  if (reader.done()) return add(std::move(expr));
  const NodeId first = reader.take();
  if (reader.at(Kind::person)) {
    const NodeId person = children(reader.take()).take();
    return comprehension(id, first, person, reader.take());
  }
  if (reader.at(Kind::comprehension)) return comprehension(id, first, std::nullopt, reader.take());
  expr.items.push_back(expression(first));
  while (!reader.done())
    expr.items.push_back(expression(reader.take()));
  return add(std::move(expr));
}

ExprId Builder::comprehension(NodeId id, NodeId value, std::optional<NodeId> person,
                              NodeId binding) {
  Reader reader = children(binding);
  ast::Expr expr;
  expr.kind = person ? ExprKind::votes_for : ExprKind::set_for;
  expr.span = span(id);
  expr.op_span = span(binding);
  expr.a = expression(value);
  if (person) expr.d = expression(*person);
  expr.name = name(reader.take());
  expr.b = expression(reader.take());
  if (!reader.done()) expr.c = expression(reader.take());
  return add(std::move(expr));
}

// `x in a [where b]`
ExprId Builder::bound(NodeId id, ExprKind kind) {
  Reader reader = children(id);
  ast::Expr expr;
  expr.kind = kind;
  expr.span = span(id);
  expr.name = name(reader.take());
  expr.a = expression(reader.take());
  if (!reader.done()) expr.b = expression(reader.take());
  return add(std::move(expr));
}

ExprId Builder::quorum(NodeId id) {
  Reader reader = children(id);
  const NodeId count = reader.take();
  ast::Expr expr;
  expr.kind = ExprKind::quorum;
  expr.span = span(id);
  expr.op_span = span(count);
  if (node(count).kind == Kind::quorum_one) expr.number = 1;
  if (node(count).kind == Kind::integer_literal) {
    ExprKind kind = ExprKind::none;
    const auto value = number_value(count, false, kind);
    if (value && *value == 0)
      report(DiagnosticKind::quorum_count, span(count), {std::string(text(count))});
    if (!value || *value == 0) return error_at(span(id));
    expr.number = *value;
  }
  while (!reader.done())
    expr.items.push_back(expression(reader.take()));
  return add(std::move(expr));
}

ExprId Builder::quantifier(NodeId id) {
  Reader reader = children(id);
  const NodeId word = reader.take();
  ast::Expr expr;
  expr.kind = node(word).kind == Kind::quantifier_any   ? ExprKind::any
              : node(word).kind == Kind::quantifier_all ? ExprKind::all
                                                        : ExprKind::none_of;
  expr.span = span(id);
  expr.op_span = span(word);
  expr.name = name(reader.take());
  expr.a = expression(reader.take());
  expr.b = expression(reader.take());
  return add(std::move(expr));
}

ExprId Builder::conditional(NodeId id) {
  struct Branch {
    std::uint32_t begin;
    ExprId condition, value;
  };
  std::vector<Branch> branches;
  Reader reader = children(id);
  std::uint32_t begin = node(id).begin;
  while (reader.left() > 1) {
    const NodeId condition = reader.take();
    if (!branches.empty()) begin = node(condition).begin;
    const ExprId made = expression(condition);
    branches.push_back({begin, made, expression(reader.take())});
  }
  ExprId otherwise = expression(reader.take());
  for (auto branch = branches.rbegin(); branch != branches.rend(); ++branch) {
    ast::Expr expr;
    expr.kind = ExprKind::conditional;
    expr.span = span(branch->begin, node(id).end);
    expr.a = branch->condition;
    expr.b = branch->value;
    expr.c = otherwise;
    otherwise = add(std::move(expr));
  }
  return otherwise;
}

}  // namespace writ::dsl::syntax
