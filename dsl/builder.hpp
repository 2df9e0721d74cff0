#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dsl/ast.hpp"
#include "dsl/syntax.hpp"

/// The parts of the tree builder (tree_builder.hpp): from the nodes of the concrete syntax to the
/// tree.
namespace writ::dsl::syntax {

/// Expressions nest to this height in the tree, operators of a chain included, so that whoever
/// walks the tree by recursion needs a bounded stack.
inline constexpr std::uint32_t kMaxHeight = 500;

/// The children of a node, in order.
class Reader {
 public:
  Reader(const Nodes& nodes, NodeId id) : nodes_(nodes), children_(nodes.children(id)) {}
  bool done() const { return next_ == children_.size(); }
  std::size_t left() const { return children_.size() - next_; }
  Kind kind() const { return nodes_[children_[next_]].kind; }
  bool at(Kind kind) const { return !done() && nodes_[children_[next_]].kind == kind; }
  NodeId take() { return children_[next_++]; }
  std::optional<NodeId> take_if(Kind kind) {
    if (!at(kind)) return std::nullopt;
    return take();
  }

 private:
  const Nodes& nodes_;
  std::span<const NodeId> children_;
  std::size_t next_ = 0;
};

/// What all builders use: the nodes, the text, the tree, the sink. Not thread-safe.
class Builder {
 public:
  Builder(const State& read, ast::Tree& made) : state_(read), tree_(made) {}

  // --- Nodes and text (tree_builder.cpp) ---------------------------------------------------------
  const Node& node(NodeId id) const { return state_.nodes[id]; }
  Reader children(NodeId id) const { return {state_.nodes, id}; }
  Span span(NodeId id) const { return {state_.file, node(id).begin, node(id).end}; }
  Span span(std::uint32_t begin, std::uint32_t end) const { return {state_.file, begin, end}; }
  std::string_view text(NodeId id) const {
    return state_.text.substr(node(id).begin, node(id).end - node(id).begin);
  }
  Diagnostic& report(DiagnosticKind kind, Span where, std::vector<std::string> args = {}) const {
    return state_.diagnostics.report(kind, where, std::move(args));
  }
  ast::Name name(NodeId id) const { return {std::string(text(id)), span(id)}; }
  /// The dotted name as one, its parts joined with `.`.
  ast::Name joined_name(NodeId id) const;
  std::vector<ast::Name> names(NodeId id) const;
  ast::QualifiedName qualified(NodeId id) const { return {names(id), span(id)}; }
  std::vector<ast::QualifiedName> decisions(NodeId list) const;
  /// The `///` lines before the line that `begin` begins; empty where something stands before it.
  std::string doc(std::uint32_t begin) const;
  /// The keyword that a part begins with.
  std::string first_word(NodeId id) const {
    return std::string(word_at(state_.text, node(id).begin));
  }

  // --- Literals (build_literals.cpp) -------------------------------------------------------------
  std::string string_value(NodeId string_literal);
  std::string fixed_text(NodeId text_literal);
  std::vector<std::string> glob(NodeId string_literal);
  ast::Text interpolated(NodeId text_literal);
  std::string pattern(NodeId regex) const;
  /// A number, duration or time, with a sign in front of it where `sign` is its node.
  ast::ExprId literal(NodeId id, std::optional<NodeId> sign = std::nullopt);
  ast::ExprId constant(NodeId id);

  // --- Expressions (build_expressions.cpp) -------------------------------------------------------
  ast::ExprId expression(NodeId id);
  ast::ExprId dotted(const std::vector<ast::Name>& parts);
  ast::ExprId add(ast::Expr expr);

  // --- Types and declarations of values (build_declarations.cpp) ---------------------------------
  ast::TypeId type(NodeId id);
  std::vector<ast::Alias> aliases(NodeId id);
  ast::EnumMember member(NodeId id);
  void members(Reader& reader, std::vector<ast::EnumMember>& out, bool& else_unknown);
  ast::Parameter parameter(NodeId id);
  std::vector<ast::Parameter> parameters(NodeId id);
  ast::Pattern table_pattern(NodeId id);
  void enumeration(NodeId id, ast::File& file);
  void record(NodeId id, ast::File& file);
  void data(NodeId id, ast::File& file);
  void define(NodeId id, ast::File& file);
  void table(NodeId id, ast::File& file);
  ast::TableRow row(NodeId id);
  ast::OutputDecl output(NodeId id);
  void decision(NodeId id, ast::File& file);

  // --- Rules, waivers, tests, proofs (build_rules.cpp) -------------------------------------------
  ast::Window window(NodeId id);
  ast::Step step(NodeId id);
  ast::Contribution contribution(NodeId id);
  void rule(NodeId id, ast::File& file);
  void waiver(NodeId id, ast::File& file);
  void fixture(NodeId id, ast::File& file);
  void test(NodeId id, ast::File& file);
  void given(NodeId id, ast::TestDecl& test);
  ast::Expect expect(NodeId id);
  void proof(NodeId id, ast::File& file);

  // --- Files (tree_builder.cpp) ------------------------------------------------------------------
  void file();

 private:
  ast::ExprId make(ast::ExprKind kind, Span where);
  ast::ExprId error_at(Span where);
  std::uint32_t height(ast::ExprId id) const;

  ast::ExprId left_chain(NodeId id);
  ast::ExprId right_chain(NodeId id);
  ast::ExprId connective(NodeId id);
  ast::ExprId negation(NodeId id);
  ast::ExprId unary(NodeId id);
  ast::ExprId comparison(NodeId id);
  ast::ExprId comparison_tail(NodeId op, Reader& reader, ast::ExprId left, std::uint32_t begin);
  ast::ExprId binary(NodeId op, ast::ExprId a, ast::ExprId b, Span where);
  ast::ExprKind operator_kind(NodeId op);
  void check_ended_quantifiers(const std::vector<ast::ExprId>& operands);
  ast::ExprId postfix(NodeId id);
  ast::ExprId postfix_part(NodeId id, ast::ExprId base, std::uint32_t begin);
  ast::ExprId interpolated_path(NodeId id);
  ast::ExprId interpolated_key(NodeId id);
  ast::ExprId braces(NodeId id);
  ast::ExprId bound(NodeId id, ast::ExprKind kind);
  ast::ExprId comprehension(NodeId id, NodeId value, std::optional<NodeId> person, NodeId binding);
  ast::ExprId quorum(NodeId id);
  ast::ExprId quantifier(NodeId id);
  ast::ExprId conditional(NodeId id);
  ast::FieldInit field_init(NodeId id);

  void unescape(std::uint32_t begin, std::uint32_t end, std::string_view where,
                std::string_view extra, std::string& out);
  std::uint32_t escape(std::uint32_t at, std::uint32_t end, std::string_view where,
                       std::string_view extra, std::string& out);
  ast::ExprId malformed_number(NodeId id);
  std::optional<std::int64_t> number_value(NodeId id, bool negative, ast::ExprKind& kind);
  std::optional<std::int64_t> duration_value(NodeId id, const std::string& digits);

  void header(NodeId id, ast::File& file, std::string_view& last);
  void rule_parts(Reader& reader, ast::RuleDecl& rule);
  void refinement(NodeId id, ast::Type& type);
  void repeated(NodeId id, std::string_view whose);

  const State& state_;
  ast::Tree& tree_;
  std::vector<std::uint32_t> heights_;  ///< by ExprId
  bool height_reported_ = false;        ///< in this declaration
};

}  // namespace writ::dsl::syntax
