#include "tests/syntax_dump.hpp"

#include "base/calendar.hpp"

namespace writ::dsl {
namespace {

using ast::Expr;
using ast::ExprId;
using ast::ExprKind;

const char* symbol(ExprKind kind) {
  switch (kind) {
    case ExprKind::negate: return "neg";
    case ExprKind::logical_not: return "not";
    case ExprKind::logical_and: return "and";
    case ExprKind::logical_or: return "or";
    case ExprKind::implies: return "implies";
    case ExprKind::or_else: return "else";
    case ExprKind::equal: return "==";
    case ExprKind::not_equal: return "!=";
    case ExprKind::less: return "<";
    case ExprKind::less_equal: return "<=";
    case ExprKind::greater: return ">";
    case ExprKind::greater_equal: return ">=";
    case ExprKind::add: return "+";
    case ExprKind::subtract: return "-";
    case ExprKind::multiply: return "*";
    case ExprKind::divide: return "/";
    case ExprKind::modulo: return "%";
    case ExprKind::in: return "in";
    case ExprKind::not_in: return "not_in";
    case ExprKind::subset_of: return "subset_of";
    case ExprKind::intersects: return "intersects";
    case ExprKind::starts_with: return "starts_with";
    case ExprKind::ends_with: return "ends_with";
    case ExprKind::contains: return "contains";
    case ExprKind::is_present: return "is_present";
    case ExprKind::is_absent: return "is_absent";
    case ExprKind::is_empty: return "is_empty";
    case ExprKind::is_not_empty: return "is_not_empty";
    case ExprKind::any: return "any";
    case ExprKind::all: return "all";
    case ExprKind::none_of: return "none";
    case ExprKind::only: return "only";
    case ExprKind::count: return "count";
    case ExprKind::conditional: return "if";
    case ExprKind::index: return "index";
    default: return "?";
  }
}

std::string duration(std::int64_t micros) {
  const char* const units[] = {"d", "h", "m"};
  const std::int64_t sizes[] = {base::kMicrosPerDay, base::kMicrosPerHour, base::kMicrosPerMinute};
  for (int k = 0; k < 3; ++k) {
    if (micros != 0 && micros % sizes[k] == 0) return std::to_string(micros / sizes[k]) + units[k];
  }
  return std::to_string(micros / base::kMicrosPerSecond) + "s";
}

std::string fields(const ast::Tree& tree, const Expr& expr) {
  std::string out;
  for (const ast::FieldInit& field : expr.fields) {
    out += ' ';
    for (const ast::Name& part : field.path)
      out += (&part == &field.path[0] ? "" : ".") + part.text;
    out += '=' + dump_expr(tree, field.value);
  }
  return out;
}

std::string items(const ast::Tree& tree, const Expr& expr) {
  std::string out;
  for (const ExprId item : expr.items)
    out += (out.empty() ? "" : " ") + dump_expr(tree, item);
  return out;
}

std::string with_children(const ast::Tree& tree, std::string head, const Expr& expr) {
  for (const ExprId child : {expr.a, expr.b, expr.c}) {
    if (child != ast::kNone) head += ' ' + dump_expr(tree, child);
  }
  return '(' + head + ')';
}

}  // namespace

std::string dump_expr(const ast::Tree& tree, ExprId id) {
  if (id == ast::kNone) return "-";
  const Expr& expr = tree.expr(id);
  const auto child = [&](ExprId c) { return dump_expr(tree, c); };
  switch (expr.kind) {
    case ExprKind::none: return "-";
    case ExprKind::error: return "ERROR";
    case ExprKind::name: return expr.name.text;
    case ExprKind::field: return "(. " + child(expr.a) + " " + expr.name.text + ")";
    case ExprKind::call: {
      const std::string arguments = items(tree, expr);
      return "(call " + child(expr.a) + (arguments.empty() ? "" : " ") + arguments + ")";
    }
    case ExprKind::boolean: return expr.number != 0 ? "true" : "false";
    case ExprKind::integer: return std::to_string(expr.number);
    case ExprKind::decimal: return "d" + std::to_string(expr.number);
    case ExprKind::string: return '"' + expr.text + '"';
    case ExprKind::duration: return duration(expr.number);
    case ExprKind::time: return "@" + std::to_string(expr.number);
    case ExprKind::ip: return "ip:" + expr.text;
    case ExprKind::absent: return "absent";
    case ExprKind::now: return "now";
    case ExprKind::automatic: return "auto";
    case ExprKind::like: {
      std::string pieces;
      for (const std::string& piece : expr.glob)
        pieces += (pieces.empty() ? "|" : "") + piece + "|";
      return "(like " + child(expr.a) + " " + pieces + ")";
    }
    case ExprKind::matches: return "(matches " + child(expr.a) + " " + expr.text + ")";
    case ExprKind::list: return "[" + items(tree, expr) + "]";
    case ExprKind::braces: return "{" + items(tree, expr) + "}";
    case ExprKind::record: return "(record" + fields(tree, expr) + ")";
    case ExprKind::map: return "(map" + fields(tree, expr) + ")";
    case ExprKind::with: return "(with " + child(expr.a) + fields(tree, expr) + ")";
    case ExprKind::quorum:
      return "(quorum " + std::to_string(expr.number) + " " + items(tree, expr) + ")";
    case ExprKind::set_for:
    case ExprKind::votes_for: {
      std::string out = expr.kind == ExprKind::set_for ? "(set " : "(votes ";
      out += expr.name.text + " " + child(expr.b) + " " + child(expr.a);
      if (expr.d != ast::kNone) out += " by " + child(expr.d);
      if (expr.c != ast::kNone) out += " " + child(expr.c);
      return out + ")";
    }
    case ExprKind::any:
    case ExprKind::all:
    case ExprKind::none_of:
    case ExprKind::only:
    case ExprKind::count:
      return with_children(tree, std::string(symbol(expr.kind)) + " " + expr.name.text, expr);
    default: return with_children(tree, symbol(expr.kind), expr);
  }
}

std::string dump_type(const ast::Tree& tree, ast::TypeId id) {
  const ast::Type& type = tree.type(id);
  std::string out;
  switch (type.kind) {
    case ast::TypeKind::none: return "-";
    case ast::TypeKind::error: return "ERROR";
    case ast::TypeKind::named:
      for (const ast::Name& part : type.name)
        out += (out.empty() ? "" : ".") + part.text;
      break;
    case ast::TypeKind::list: out = "list<" + dump_type(tree, type.a) + ">"; break;
    case ast::TypeKind::set: out = "set<" + dump_type(tree, type.a) + ">"; break;
    case ast::TypeKind::map:
      out = "map<" + dump_type(tree, type.a) + "," + dump_type(tree, type.b) + ">";
      break;
    case ast::TypeKind::quorum: out = "quorum " + dump_type(tree, type.a); break;
    case ast::TypeKind::votes: out = "votes " + dump_type(tree, type.a); break;
    case ast::TypeKind::inline_enum:
      out = "enum{";
      for (const ast::EnumMember& member : type.members) {
        out += (out.back() == '{' ? "" : ",") + member.name.text;
      }
      out += "}";
      if (type.else_unknown) out += "+unknown";
  }
  if (type.optional) out += "?";
  if (type.low != ast::kNone) {
    out += " " + dump_expr(tree, type.low) + ".." + dump_expr(tree, type.high);
  }
  if (type.min != ast::kNone) out += " min " + dump_expr(tree, type.min);
  if (type.max != ast::kNone) out += " max " + dump_expr(tree, type.max);
  if (type.pattern) out += " matching " + *type.pattern;
  return out;
}

std::string dump_text(const ast::Tree& tree, const ast::Text& text) {
  std::string out;
  for (const ast::TextPiece& piece : text.pieces) {
    out += piece.expr == ast::kNone ? piece.literal : "[" + dump_expr(tree, piece.expr) + "]";
  }
  return out;
}

}  // namespace writ::dsl
