#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dsl/ast.hpp"
#include "dsl/diagnostics.hpp"
#include "dsl/model.hpp"

/// The checker's rooms: packages.cpp knows what imports mean; declarations*.cpp fills Symbols and
/// Types; expressions*.cpp turns ast expressions into Model expressions; decisions.cpp, rules.cpp,
/// strata.cpp, tables.cpp, tests.cpp build the rest of the Model.
namespace writ::dsl::check {

/// Where a named declaration stands in the tree.
struct DeclRef {
  std::uint32_t file = 0;   ///< index into Tree::files
  std::uint32_t index = 0;  ///< index within that file's vector of the kind
};

/// The four name spaces of section 6 (types, callables, rules, values). A key is
/// `whole.package.name`; see symbol_key(). Rules are known by Rule::full_name().
struct Symbols {
  std::map<std::string, TypeId, std::less<>> types;  ///< enums and records by name
  std::map<std::string, DeclRef, std::less<>> defines;
  std::map<std::string, std::uint32_t, std::less<>> tables;     ///< index into Model::tables
  std::map<std::string, std::uint32_t, std::less<>> data;       ///< index into Model::data
  std::map<std::string, std::uint32_t, std::less<>> decisions;  ///< index into Model::decisions
  std::map<std::string, DeclRef, std::less<>> fixtures;
  /// The loaded packages, and those of them that each imports in any of its files.
  std::map<std::string, std::set<std::string>> imports;
  std::vector<std::unordered_map<std::string, RuleId>> rules;  ///< by decision and full name
};

/// A presence fact: the rendered path (`input 0.field 3.field 1`, `local 7`, `output 2[…]`), see
/// path_key().
using PathKey = std::string;
using Facts = std::set<PathKey>;

/// What a condition shows when it is true (T) and when it is false (F) - section 5, 'Presence'.
struct Shown {
  Facts when_true;
  Facts when_false;
};

/// A name bound by each, per, a quantifier, for, a define's or a table's parameter.
struct Binding {
  std::string name;
  ExprId expr = kNoExpr;  ///< what the name stands for: a local, or the argument of a define
  Span span;
};

/// What names mean at a place. Value type: extend a copy (or push/pop `bindings`).
struct Scope {
  std::uint32_t decision = kNoIndex;  ///< whose inputs and outputs are visible; kNoIndex:
                                      ///< constants, data and bindings only
  bool inputs = false, outputs = false, data = true, fixtures = false;
  bool expectation = false;  ///< of a test: asking for what its own input shows is no mistake
  bool now = false;          ///< may `now` stand in comparisons here
  std::vector<Binding> bindings;
  Facts facts;  ///< paths known to be present here
};

/// A checked expression: `id` in the Model (kNoExpr after an error that is already reported), its
/// type (the error type then), and for conditions what it shows.
struct Checked {
  ExprId id = kNoExpr;
  TypeId type = 0;
  Shown shown;
};

/// What the expression checker remembers between calls.
struct ExpressionState {
  std::unordered_map<std::uint64_t, TypeId>
      resolved_types;  ///< by ast type and how it was asked for
  std::uint32_t decision =
      kNoIndex;             ///< whose inputs the current expression reads, seen through defines
  std::uint32_t depth = 0;  ///< nesting of check_expr, defines included
  std::uint32_t define_calls = 0;  ///< expansions so far; bounded
  bool define_limit_reported = false;
  std::vector<std::string> open_defines;    ///< the defines being expanded, outermost first
  std::set<std::string> expanded_defines;   ///< every define whose body was checked in a call
  std::set<std::string> recursive_defines;  ///< already reported
  std::vector<std::string> open_fixtures;
  std::map<std::string, ExprId> fixture_values;
  std::vector<Span> open_calls;  ///< where open_defines are called
  bool alone = false;            ///< the body of a define that nothing calls is being checked
  std::set<std::uint32_t> unread_inputs;            ///< decisions whose inputs could not be read
  std::unordered_map<LocalId, TypeId> local_types;  ///< as declared: refined where that is known
  std::unordered_map<LocalId, ExprId>
      local_sources;  ///< the collection that a bound name runs over, where there is one
  std::vector<std::uint32_t> record_depths;  ///< levels of JSON below and including each record
  bool refinements =
      true;  ///< check_constant looks at ranges and lengths; not in tests of input errors
};

struct Context {
  const ast::Tree& tree;
  const Sources& sources;
  Diagnostics& diagnostics;
  Model& model;
  Symbols symbols = {};
  ExpressionState state = {};
};

// ---- declarations.cpp: enums, records, data, and types in general
// -----------------------------------------
/// Declares all enums, records, data, tables' and decisions' headings, defines and fixtures of all
/// files; reports duplicates, recursion of records and defines, reserved clashes. Table rows and
/// decision bodies are left to the others.
void declare_all(Context& context);
/// The type that an ast type denotes; 0 after a reported error.
TypeId resolve_type(Context& context, ast::TypeId type);
/// An inline or named enum; `force_ordered` for the inline enums of highest/lowest.
TypeId resolve_output_type(Context& context, ast::TypeId type, bool force_ordered);

/// The key in Symbols of `name` (one part, or `import.name`) as the file that holds `at` means it;
/// empty when the first part of two is no import of that file. Nothing is reported.
std::string symbol_key(const Context& context, Span at, const std::vector<std::string>& name);
/// The dotted package of the file that holds `at`.
std::string package_of(const Context& context, Span at);
/// Checks the bodies of the defines that nothing has called, with their parameters as fresh names.
void check_uncalled_defines(Context& context);

// ---- expressions*.cpp
// -----------------------------------------------------------------------------------
/// Checks `expr`. `expected` (0: none) resolves bare members, empty braces, records and element
/// types, and is NOT enforced.
Checked check_expr(Context& context, const Scope& scope, ast::ExprId expr, TypeId expected = 0);
/// As above, and the value must fit `expected` (present unless `expected` is optional; else a
/// diagnostic that names `what`, e.g. "the value of `ttl`").
Checked check_value(Context& context, const Scope& scope, ast::ExprId expr, TypeId expected,
                    std::string_view what);
/// A condition: bool, with what it shows.
Checked check_condition(Context& context, const Scope& scope, ast::ExprId expr);
/// A collection for each / per / quantifiers: returns its checked expression and the element type
/// (a list, a set, or an enum's name).
Checked check_collection(Context& context, const Scope& scope, ast::ExprId expr, TypeId& element);
/// `now`-relative contribution values: if `expr` is `t - now`, checks t and returns it as Checked
/// of type time (id kNoExpr when t is wrong, which is then reported); else the error type, and
/// nothing is reported.
Checked check_relative_to_now(Context& context, const Scope& scope, ast::ExprId expr);
/// The constant that `expr` denotes (literals, lists, sets, records, `with`, fixtures where
/// scope.fixtures): for data literals, fixtures, tests, ranges, on failure. Reports and returns
/// nullopt when it is not a constant or does not fit the (refined) type.
std::optional<Value> check_constant(Context& context, const Scope& scope, ast::ExprId expr,
                                    TypeId expected, std::string_view what);
/// A `because`/`otherwise` text; paths must be present scalars or sets, no `now`.
Text check_text(Context& context, const Scope& scope, const ast::Text& text);

/// Allocates a bound name; its `local` expression is bind_local's.
LocalId new_local(Context& context);
/// `scope` with `name` bound to a fresh `local` expression of type `type`; reports a clash with an
/// input, an output, data or an enclosing bound name. `collection` is what the name runs over
/// (kNoExpr: nothing that has positions); pointer() of the name needs it.
Scope bind_local(Context& context, const Scope& scope, const ast::Name& name, TypeId type,
                 ExprId collection, LocalId& local);
/// Reports such a clash, and nothing else; true when there is none.
bool check_bound_name(Context& context, const Scope& scope, const ast::Name& name);
/// Whether the collection `expr` is `data` without a maximum: it can be looked up in, not iterated.
bool is_unbounded(const Model& model, ExprId expr);
ExprId add_expr(Context& context, Expr expr);
/// The key of a path expression (input/local/data/output/field/map_get chain). Any other expression
/// is known by its kind and operands (`#30:…`), so that a define's parameter can be shown present
/// whatever it stands for; kNoExpr gives an empty key.
PathKey path_key(const Model& model, ExprId expr);
/// The part of `expr` that hands on a list in the order that someone else chose, or null. Lists
/// that the policy writes keep their order: they are compared and may be an output.
const Expr* list_from_outside(const Model& model, ExprId expr);
/// Whether values of the type are of `kind` or hold such values.
bool holds(const Types& types, TypeId type, TypeKind kind);
/// Every output of the decision that `expr` reads (transitively through subexpressions and tables).
void collect_output_reads(const Model& model, ExprId expr, std::set<OutputId>& reads);

// ---- tables.cpp
// -----------------------------------------------------------------------------------------
/// Fills Model::tables[index].rows from the ast and proves completeness and freedom of overlap.
void check_tables(Context& context);

// ---- decisions.cpp, rules.cpp, strata.cpp, tests.cpp
// ------------------------------------------------------
void check_decisions(Context& context);  ///< outputs of every decision
void check_rules(Context& context);      ///< rules and waivers
void order_outputs(Context& context);    ///< schedule, cycles, reads_now, fail-closed modes
void check_tests(Context& context);      ///< tests and proofs

}  // namespace writ::dsl::check
