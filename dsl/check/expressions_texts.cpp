#include "dsl/check/expressions.hpp"

/// `because` and `otherwise` texts.
namespace writ::dsl::check {

namespace {

/// A scalar, an enum or a set of these: what has one way to be written in a sentence.
bool can_be_written(const Context& context, TypeId id) {
  const Type& type = type_of(context, id);
  return is_scalar(type.kind) ||
         (type.kind == TypeKind::set && is_scalar(kind_of(context, type.element)));
}

}  // namespace

Text check_text(Context& context, const Scope& scope, const ast::Text& text) {
  Scope inner = scope;
  inner.now = false;
  Text out;
  for (const ast::TextPiece& piece : text.pieces) {
    if (piece.expr == ast::kNone) {
      if (!piece.literal.empty()) out.push_back({piece.literal, kNoExpr});
      continue;
    }
    const ast::Expr& written = context.tree.expr(piece.expr);
    if (written.kind == ast::ExprKind::error) continue;
    const Checked value = check_expr(context, inner, piece.expr);
    if (value.id == kNoExpr) continue;
    if (!can_be_written(context, value.type)) {
      report(context, DiagnosticKind::text_type, written.span,
             {source_text(context, written.span),
              context.model.types.text(core(context, value.type))});
      continue;
    }
    if (require_present(context, value, written.span)) out.push_back({{}, value.id});
  }
  return out;
}

}  // namespace writ::dsl::check
