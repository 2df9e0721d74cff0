#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dsl/source.hpp"

/// The syntax tree: what the author wrote, unresolved, every node with its span. It is made by the
/// parser and read by the checker, the formatter and the linter. Nodes of expressions and types
/// live in arenas and are named by 32-bit ids; 0 is 'none' in both.
namespace writ::dsl::ast {

using ExprId = std::uint32_t;
using TypeId = std::uint32_t;
inline constexpr std::uint32_t kNone = 0;

struct Name {
  std::string text;
  Span span;
  explicit operator bool() const { return !text.empty(); }
};

/// `as "dpo" or "Data Protection Officer"`: JSON names; all are read, the first is written.
struct Alias {
  std::string text;
  Span span;
};

enum class ExprKind : std::uint8_t {
  none,
  error,        ///< what could not be parsed; already reported
  name,         ///< `name`
  field,        ///< a . `name`  (also `Tier.low`, `package.X`)
  index,        ///< a [ b ]
  call,         ///< a ( items… ), positional
  boolean,      ///< `number` 0 or 1
  integer,      ///< `number`
  decimal,      ///< `number`, ten-thousandths
  string,       ///< `text`, unescaped
  duration,     ///< `number`, microseconds
  time,         ///< `number`, microseconds since 1970 (a date is its 00:00Z)
  ip,           ///< `ip "…"`: `text` as written
  absent,       ///< `absent`
  now,          ///< `now`
  automatic,    ///< `auto`
  negate,       ///< - a
  logical_not,  ///< not a
  logical_and,  ///< a and b
  logical_or,   ///< a or b
  implies,      ///< a implies b
  or_else,      ///< a or else b
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,  ///< a OP b
  add,
  subtract,
  multiply,
  divide,
  modulo,  ///< a OP b
  in,
  not_in,
  subset_of,
  intersects,
  starts_with,
  ends_with,
  contains,  ///< a OP b
  like,      ///< a like "…": `glob` has the literal pieces between the stars
  matches,   ///< a matches /…/: `text` is the RE2 pattern, `\/` already made `/`
  is_present,
  is_absent,
  is_empty,
  is_not_empty,  ///< a …
  any,
  all,
  none_of,      ///< `name` in a satisfies b
  only,         ///< (only `name` in a where b)
  count,        ///< count(`name` in a where b); plain count(xs) is a call. b may be none
  conditional,  ///< if a then b else c
  list,         ///< [ items… ]
  braces,       ///< { items… }: a set; empty braces take the expected type
  record,       ///< { fields… } with names: a record, or a map of enum keys
  map,          ///< { "k": e … }: fields with string keys
  set_for,      ///< { a for `name` in b where c }; c may be none
  votes_for,    ///< { a by d for `name` in b where c }; c may be none
  quorum,       ///< `number` of { items… }; `number` 0: all of. `one of` is 1
  with,         ///< a with { fields… }
};

struct FieldInit {
  /// `a.b` in `with`, one name in a record; a string key of a map is one Name with the string's
  /// text.
  std::vector<Name> path;
  bool string_key = false;
  ExprId value = kNone;
  Span span;
};

struct Expr {
  ExprKind kind = ExprKind::none;
  Span span;
  Span op_span;  ///< the operator's own place, where there is one
  ExprId a = kNone, b = kNone, c = kNone, d = kNone;
  Name name;
  std::string text;
  std::int64_t number = 0;
  std::vector<std::string> glob;
  std::vector<ExprId> items;
  std::vector<FieldInit> fields;
  bool parenthesized = false;
};

/// A `because` or `otherwise` text: literal pieces (unescaped) and `{path}` pieces in order.
struct TextPiece {
  std::string literal;  ///< when `expr` is none
  ExprId expr = kNone;
};
struct Text {
  std::vector<TextPiece> pieces;
  Span span;
};

enum class TypeKind : std::uint8_t {
  none,
  error,
  named,
  list,
  set,
  map,
  quorum,
  votes,
  inline_enum
};

struct EnumMember {
  Name name;
  std::vector<Alias> aliases;
  std::string doc;
};

/// `name`, `pkg.name`; `list<a>`, `set<a>`, `map<a, b>`, `quorum a`, `votes a`, `enum { … } [else
/// unknown]`; then `?` and refinements.
struct Type {
  TypeKind kind = TypeKind::none;
  Span span;
  std::vector<Name> name;  ///< dotted; built-in types (`bool`, `int`, …) are names here
  TypeId a = kNone, b = kNone;
  std::vector<EnumMember> members;
  bool else_unknown = false;
  bool optional = false;
  ExprId low = kNone, high = kNone;    ///< `low..high`
  ExprId min = kNone, max = kNone;     ///< `min n`, `max n`
  std::optional<std::string> pattern;  ///< `matching /…/`
  Span pattern_span;
};

struct EnumDecl {
  Name name;
  bool ordered = false, else_unknown = false;
  std::vector<EnumMember> members;
  std::string doc;
  Span span;
};

struct FieldDecl {
  Name name;
  std::vector<Alias> aliases;
  TypeId type = kNone;
  std::string doc;
};
struct RecordDecl {
  Name name;
  bool open = false;
  std::vector<FieldDecl> fields;
  std::string doc;
  Span span;
};

struct DataDecl {
  Name name;
  TypeId type = kNone;
  ExprId literal = kNone;
  std::string doc;
  Span span;
};

struct Parameter {
  Name name;
  std::vector<Alias> aliases;  ///< decision inputs only
  TypeId type = kNone;
};
struct DefineDecl {
  Name name;
  std::vector<Parameter> parameters;
  TypeId result = kNone;
  ExprId body = kNone;
  std::string doc;
  Span span;
};

enum class PatternKind : std::uint8_t { any, value, range, absent, alternatives };
/// `_`, a member or literal, `10..99` / `..9` / `10..`, `absent`, `a | b`.
struct Pattern {
  PatternKind kind = PatternKind::any;
  Span span;
  ExprId low = kNone, high = kNone;  ///< the value of `value` is in `low`
  std::vector<Pattern> alternatives;
};
struct TableRow {
  std::vector<Pattern> patterns;
  std::vector<ExprId> values;
  Span span;
};
/// `[first] table n(p: T, …) -> (v: T, …) { rows }`; `-> T` alone makes one column without a name.
struct TableDecl {
  Name name;
  bool first = false;
  std::vector<Parameter> parameters;
  std::vector<Parameter> columns;
  std::vector<TableRow> rows;
  std::string doc;
  Span span;
};

enum class OutputKind : std::uint8_t {
  derived,
  highest,
  lowest,
  quorum,
  collected,
  verdict,
  codes
};
struct OutputDecl {
  Name name;
  std::vector<Alias> aliases;
  bool local = false;
  OutputKind kind = OutputKind::derived;
  TypeId type = kNone;  ///< highest/lowest/collected: T; derived: T; quorum and verdict: E as a
                        ///< named type, or none
  Name key;             ///< `per k in domain`
  ExprId domain = kNone;
  ExprId start = kNone;
  Name otherwise_code;
  Text otherwise_text;
  ExprId value = kNone;       ///< derived
  ExprId on_failure = kNone;  ///< derived
  std::string doc;
  Span span;
};
struct DecisionDecl {
  Name name;
  std::vector<Parameter> inputs;
  bool inputs_unread = false;  ///< after an error: what they are is not known
  std::vector<OutputDecl> outputs;
  std::string doc;
  Span span;
};

/// `effective from D through D` (dates) or `from T until T`; either part may be missing on rules.
struct Window {
  ExprId from = kNone, until = kNone;
  bool through = false;  ///< `until` was written `through`: a day, inclusive
  Span span;
  explicit operator bool() const { return from != kNone || until != kNone; }
};

enum class StepKind : std::uint8_t { each, when, unless };
struct Step {
  StepKind kind = StepKind::when;
  Name name;            ///< each
  ExprId expr = kNone;  ///< the collection or the condition
  Span span;
};

enum class Verb : std::uint8_t { at_least, at_most, require, include, permit, hold, forbid };
struct Contribution {
  Verb verb = Verb::at_least;
  ExprId target =
      kNone;  ///< a name or an index expression; for permit/hold/forbid also any key expression
  std::vector<ExprId> values;  ///< one; several for include; none for permit and forbid
  Span span;                   ///< from `then`
};
struct Tag {
  Name name;
  std::string value;
};
/// A possibly qualified name of a decision: `intake`, `microapps.intake`.
struct QualifiedName {
  std::vector<Name> parts;
  Span span;
};
struct RuleDecl {
  Name name;
  Name code;  ///< after `as`
  std::vector<QualifiedName> decisions;
  bool unwaivable = false;
  std::vector<Step> steps;
  Window effective;
  std::vector<Contribution> contributions;
  std::optional<Text> because;
  std::vector<Tag> tags;
  std::string doc;
  Span span;
};
struct WaiveDecl {
  QualifiedName rule;
  std::vector<QualifiedName> decisions;
  std::vector<Step> whens;  ///< `when` only
  Window effective;
  std::optional<std::string> by;
  std::optional<std::string> because;
  Span span;
};

struct FixtureDecl {
  Name name;
  TypeId type = kNone;
  ExprId value = kNone;
  Span span;
};

struct Argument {
  Name name;
  ExprId value = kNone;
};
enum class ExpectKind : std::uint8_t { condition, rule, no_rule, waived, codes, error };
struct Expect {
  ExpectKind kind = ExpectKind::condition;
  ExprId condition = kNone;
  Name rule;                 ///< rule, no rule, waived
  std::vector<Alias> codes;  ///< codes == [...]
  std::string pointer;       ///< error "/…"
  Span span;
};
struct TestDecl {
  std::string title;
  Span title_span;
  QualifiedName decision;
  std::vector<Argument> arguments;
  std::optional<std::string> raw_json;  ///< given D json "…"
  ExprId at = kNone;
  std::vector<Argument> data;  ///< with data n = e; a dotted name joined with `.`
  std::vector<Expect> expects;
  Span span;
};
struct ProveDecl {
  std::string title;
  QualifiedName decision;
  bool without_waivers = false;
  ExprId condition = kNone;
  Span span;
};

struct Import {
  std::vector<Name> package;
  Name as;
  Span span;
};

/// One file, in written order within each kind.
struct File {
  std::uint32_t source = 0;
  std::vector<Name> package;
  Span package_span;
  std::vector<Import> imports;
  std::vector<EnumDecl> enums;
  std::vector<RecordDecl> records;
  std::vector<DataDecl> data;
  std::vector<DefineDecl> defines;
  std::vector<TableDecl> tables;
  std::vector<DecisionDecl> decisions;
  std::vector<RuleDecl> rules;
  std::vector<WaiveDecl> waivers;
  std::vector<FixtureDecl> fixtures;
  std::vector<TestDecl> tests;
  std::vector<ProveDecl> proofs;
  std::vector<Span> unread;  ///< what was passed over after errors of syntax, ascending
};

/// Everything that was loaded together.
struct Tree {
  std::vector<Expr> exprs{1};  ///< exprs[0] is the none node
  std::vector<Type> types{1};
  std::vector<File> files;

  const Expr& expr(ExprId id) const { return exprs[id]; }
  const Type& type(TypeId id) const { return types[id]; }
};

}  // namespace writ::dsl::ast
