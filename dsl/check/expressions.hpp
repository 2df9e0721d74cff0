#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dsl/check/context.hpp"

/// What the files expressions*.cpp share. Every function here reports what is wrong itself and then
/// gives `Checked{}` (kNoExpr, the error type), which is accepted everywhere without a further
/// word.
namespace writ::dsl::check {

// ---- reporting ----------------------------------------------------------------------------------
Diagnostic& report(Context& context, DiagnosticKind kind, Span span,
                   std::vector<std::string> args = {});
/// The source text of a span, shortened to one line that fits a message.
std::string source_text(const Context& context, Span span);
/// As source_text, in parentheses where something could not be written after it otherwise.
std::string operand_text(const Context& context, Span span);
/// "did you mean `x`?", or empty when nothing is near.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);
/// "`a`, `b` or `c`", at most eight of them.
std::string alternatives(const std::vector<std::string>& names);

// ---- types --------------------------------------------------------------------------------------
inline const Type& type_of(const Context& context, TypeId type) {
  return context.model.types[type];
}
inline TypeKind kind_of(const Context& context, TypeId type) {
  return context.model.types[type].kind;
}
inline bool is_optional(const Context& context, TypeId type) {
  return context.model.types[type].optional;
}
/// The type without optionality and refinements: what decides whether two types fit.
TypeId core(Context& context, TypeId type);
TypeId set_of(Context& context, TypeId element);
TypeId list_of(Context& context, TypeId element);
bool is_scalar(TypeKind kind);
/// Kinds that `<` compares; an enumeration only when it is ordered.
bool is_ordered(const Context& context, TypeId type);
std::uint32_t find_member(const Enum& e, std::string_view name);
std::vector<std::string> member_names(const Enum& e);
/// The enum that `expected` (optional or not) is; kNoDecl when it is none.
EnumId expected_enum(const Context& context, TypeId expected);
/// The enum whose name `expr` is (`Tier`, `pkg.Tier`) and which no value hides; kNoDecl otherwise.
EnumId enum_named(const Context& context, const Scope& scope, ast::ExprId expr);

// ---- making expressions -------------------------------------------------------------------------
Expr new_expr(ExprKind kind, TypeId type, Span span);
Checked make(Context& context, Expr expr);
Checked make_constant(Context& context, TypeId type, Value value, Span span);
Checked make_boolean(Context& context, Expr expr);
/// The value of `checked` when it is a constant.
const Value* constant_value(const Context& context, const Checked& checked);
/// The same, but none for an absent one: a define called with `absent` has branches that are never
/// reached, and nothing is computed in them.
const Value* present_constant(const Context& context, const Checked& checked);
/// Reports when `checked` may be absent. False after any error.
bool require_present(Context& context, const Checked& checked, Span span);
/// Reports `found` where `expected` is needed; `value` is the offending expression.
void report_mismatch(Context& context, ast::ExprId value, std::string_view what, TypeId expected,
                     TypeId found);
/// `checked` must be a present value of `kind`; `what` begins the message: "the left side of
/// `like`".
bool require_kind(Context& context, const Checked& checked, ast::ExprId value, TypeKind kind,
                  std::string_view what);

// ---- names --------------------------------------------------------------------------------------
enum class NameKind : std::uint8_t { none, binding, input, output, data, fixture };
struct FoundName {
  NameKind kind = NameKind::none;
  std::uint32_t index = kNoIndex;  ///< input, output, data
  ExprId expr = kNoExpr;           ///< binding
};
/// What a plain name means among the values of `scope`.
FoundName find_name(const Context& context, const Scope& scope, const ast::Name& name);
/// Everything that a name could mean in the file of `at`, for suggestions.
std::vector<std::string> visible_names(const Context& context, const Scope& scope, Span at);
Checked check_name(Context& context, const Scope& scope, const ast::Expr& expr, TypeId expected);
Checked check_field(Context& context, const Scope& scope, const ast::Expr& expr, TypeId expected);
Checked check_index(Context& context, const Scope& scope, const ast::Expr& expr);
/// `x`, `b.x`, `a.b.x` as the parts of a possibly qualified name; empty for anything else.
std::vector<std::string> dotted_name(const Context& context, ast::ExprId expr);
/// The members of an enum in declaration order, without `unknown`: a constant list.
Checked enum_members(Context& context, EnumId id, Span span);
/// Checks `pointer(path)`.
Checked check_pointer(Context& context, const Scope& scope, const ast::Expr& call);

// ---- presence and logic -------------------------------------------------------------------------
/// The fact that stands for every path: what a condition 'shows' that is wrong itself, so that one
/// mistake does not look like several.
inline constexpr const char* kAnyPath = "*";
Checked unknown_condition();
Scope with_facts(const Scope& scope, const Facts& facts);
Checked check_logical(Context& context, const Scope& scope, ast::ExprId id);
Checked check_not(Context& context, const Scope& scope, const ast::Expr& expr);
Checked check_implies(Context& context, const Scope& scope, const ast::Expr& expr);
Checked check_presence(Context& context, const Scope& scope, const ast::Expr& expr);
Checked check_or_else(Context& context, const Scope& scope, const ast::Expr& expr, TypeId expected);
Checked check_conditional(Context& context, const Scope& scope, const ast::Expr& expr,
                          TypeId expected);

// ---- operators ----------------------------------------------------------------------------------
/// Whether the type of `expr` can only be told from the other side: a bare member, an empty brace,
/// a number that may be a decimal.
bool needs_context(const Context& context, const Scope& scope, ast::ExprId expr);
struct CheckedPair {
  Checked a, b;
  bool ok() const { return a.id != kNoExpr && b.id != kNoExpr; }
};
/// Checks two expressions that have to agree, the one whose type is plain first.
CheckedPair check_pair(Context& context, const Scope& scope_a, ast::ExprId a, const Scope& scope_b,
                       ast::ExprId b, TypeId expected = 0);
Checked check_comparison(Context& context, const Scope& scope, const ast::Expr& expr);
/// A comparison with `now` on one side; nullopt when `now` is on neither.
std::optional<Checked> check_now_comparison(Context& context, const Scope& scope,
                                            const ast::Expr& expr);
Checked check_arithmetic(Context& context, const Scope& scope, const ast::Expr& expr,
                         TypeId expected);
Checked check_negate(Context& context, const Scope& scope, const ast::Expr& expr, TypeId expected);
Checked check_membership(Context& context, const Scope& scope, const ast::Expr& expr);
Checked check_set_relation(Context& context, const Scope& scope, const ast::Expr& expr);
Checked check_string_relation(Context& context, const Scope& scope, const ast::Expr& expr);
Checked check_emptiness(Context& context, const Scope& scope, const ast::Expr& expr);

// ---- collections --------------------------------------------------------------------------------
Checked check_list(Context& context, const Scope& scope, const ast::Expr& expr, TypeId expected);
Checked check_braces(Context& context, const Scope& scope, const ast::Expr& expr, TypeId expected);
Checked check_record(Context& context, const Scope& scope, const ast::Expr& expr, TypeId expected);
Checked check_map(Context& context, const Scope& scope, const ast::Expr& expr, TypeId expected);
Checked check_quorum(Context& context, const Scope& scope, const ast::Expr& expr, TypeId expected);
Checked check_quantifier(Context& context, const Scope& scope, const ast::Expr& expr);
Checked check_selection(Context& context, const Scope& scope, const ast::Expr& expr);
Checked check_comprehension(Context& context, const Scope& scope, const ast::Expr& expr,
                            TypeId expected);

// ---- calls --------------------------------------------------------------------------------------
/// `column` is the name after the call's dot, or none.
Checked check_call(Context& context, const Scope& scope, const ast::Expr& expr,
                   const ast::Name* column, TypeId expected = 0);
/// "1 argument", "2 arguments".
std::string argument_count(std::size_t count);
bool is_table_call(const Context& context, const Scope& scope, ast::ExprId expr);
bool is_builtin(std::string_view name);
std::vector<std::string> builtin_names();
Checked check_builtin(Context& context, const Scope& scope, const ast::Expr& expr,
                      std::string_view name, TypeId expected);

// ---- constants ----------------------------------------------------------------------------------
/// Written order (language.md, section 3) of two values of one type: negative, 0, positive.
int compare_written(const Types& types, TypeId type, const Value& a, const Value& b);
/// A set of these elements: ascending, without repeats.
Collection make_set_value(const Types& types, TypeId element, std::vector<Value> items);
Checked check_with(Context& context, const Scope& scope, const ast::Expr& expr, TypeId expected);
Checked check_fixture(Context& context, const std::string& key, Span span);
/// Whether a constant keeps to the refinements of `type`; `expr` gives the narrowest places (it may
/// be none).
bool check_refinements(Context& context, ast::ExprId expr, Span span, TypeId type,
                       const Value& value);

}  // namespace writ::dsl::check
