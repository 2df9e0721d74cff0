#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.hpp"

#include "dsl/source.hpp"
#include "dsl/types.hpp"
#include "dsl/value.hpp"

/// The checked program: names resolved, types known, defines expanded, sugar gone, presence shown,
/// outputs put in an order in which they can be computed. It is the only view of the language that
/// the compiler, the oracle and the tools have. A Model exists only for a policy without errors.
namespace writ::dsl {

using ExprId = std::uint32_t;
using LocalId = std::uint32_t;   ///< a bound name; unique within the model
using OutputId = std::uint32_t;  ///< index into Decision::outputs
using RuleId = std::uint32_t;    ///< index into Decision::rules
inline constexpr ExprId kNoExpr = 0;
inline constexpr std::uint32_t kNoIndex = 0xffffffff;

/// The kinds of expressions. 'Absent' propagates only where a row says so; everywhere else the
/// checker has shown operands present in *evaluated* positions. (The search for instants of
/// valid_until evaluates operands of `now_compare` on paths that were not shown; there an absent
/// operand makes the whole operand absent.)
enum class ExprKind : std::uint8_t {
  none,
  constant,  ///< `value`
  input,     ///< the input `index` of the decision
  data,      ///< the data `index` of the model
  local,     ///< the bound name `index` (each, per, quantifier, for, where)
  output,    ///< the final value of output `index`. A `per` output: see output_key; a verdict: its
             ///< Verdict
  output_key,  ///< output `index` at key `a`: total over an enum domain, optional over a list
               ///< domain
  field,       ///< field `index` of record `a`; absent when `a` is
  map_get,     ///< `a`[`b`]: optional
  is_present,  ///< `a` (optional) is present; bool
  or_else,     ///< `a` if present, else `b`
  logical_not,
  logical_and,
  logical_or,  ///< and/or evaluate `b` only when needed. implies is gone
  equal,       ///< by meaning of the operand type (quorums: same meaning; sets, records, maps: same
               ///< content). An optional operand that is absent makes it false. Never on lists from
               ///< input or data
  less,
  less_equal,   ///< of integers, decimals, durations, times, ordered enums, (strings by bytes). >
                ///< and >= are swapped
  now_compare,  ///< see `compare` and `shape`: `a` a time, `b` a duration (only for the minus
                ///< shapes); bool
  add,
  subtract,
  multiply,  ///< saturating; by kinds of the operands (time±duration, time-time, decimal*decimal,
             ///< duration*int …)
  divide,
  modulo,  ///< `b` a positive constant; rounds down; duration/duration is an integer
  negate,  ///< saturating
  in,  ///< `a` in collection `b` (list, set, map's keys; an ip in a set of networks or one network
       ///< constant)
  subset,      ///< set `a` subset of set `b`
  intersects,  ///< sets `a`, `b` share an element
  is_empty,    ///< collection, map, string, votes `a` has nothing
  starts_with,
  ends_with,
  contains,  ///< strings `a`, `b`
  like,      ///< string `a` against `glob` (literal pieces between the stars, whole string)
  matches,   ///< string `a` against pattern `index` of types.patterns, whole string
  any,
  all,        ///< local `index` over collection `a` satisfies `b`. none is not any
  only,       ///< the one element of `a` (local `index`) for which `b` holds, or absent (none, or
              ///< several)
  count,      ///< elements of `a` (local `index`) for which `b` holds; `b` may be kNoExpr (then no
              ///< local)
  set_for,    ///< the set of `b` for local `index` in `a` where `c` (c may be kNoExpr)
  votes_for,  ///< votes: role `b` by person `d` for local `index` in `a` where `c` (c may be
              ///< kNoExpr)
  make_set,
  make_list,    ///< of `items`; a constant one is `constant`
  make_record,  ///< `items` in the order of the fields of `type`
  make_map,     ///< `items`: key, value, key, value …
  conditional,  ///< if `a` then `b` else `c`
  length,       ///< code points of string `a`
  lower,
  trim,  ///< of string `a`
  minimum,
  maximum,          ///< of collection `a`; optional
  keys,             ///< the set of keys of map `a`
  pointer,          ///< the JSON Pointer text given by `pointer_steps`
  table,            ///< column `column` of table `index` applied to `items`
  both,             ///< conjunction of quorums `a`, `b`
  quorum_implies,   ///< quorum `a` implies quorum `b`
  satisfied,        ///< quorum `a` by `b`: a set of the enum or votes; bool
  missing,          ///< quorum `a`, `b` as above; a set of the enum
  verdict_outcome,  ///< of verdict `a` (an output or output_key): member of Model::outcome_enum
  verdict_needs,    ///< of verdict `a`: a quorum
  verdict_granted,
  verdict_held,
  verdict_denied,  ///< of output `index` (a `per` verdict): the set of keys with that outcome
                   ///< (denied: deny and forbid)
};

enum class Compare : std::uint8_t { equal, not_equal, less, less_equal, greater, greater_equal };
/// now OP a · (now - a) OP b · (a - now) OP b
enum class NowShape : std::uint8_t { now, now_minus, minus_now };

/// A part of a pointer: literal text (already escaped, with its `/`), or `/` and the position of
/// the element that `local` is bound to in its list.
struct PointerStep {
  std::string text;
  LocalId local = kNoIndex;  ///< when set, the element's position (sets: in written order)
};

struct Expr {
  ExprKind kind = ExprKind::none;
  TypeId type = 0;  ///< unrefined; `optional` says that it may be absent
  ExprId a = kNoExpr, b = kNoExpr, c = kNoExpr, d = kNoExpr;
  std::uint32_t index = kNoIndex;
  std::uint32_t column = 0;
  Compare compare = Compare::equal;
  NowShape shape = NowShape::now;
  Value value;
  std::vector<ExprId> items;
  std::vector<std::string> glob;
  std::vector<PointerStep> pointer_steps;
  Span span;
};

/// A text to render: literal pieces and values in order. `expr` reads present scalars, enums or
/// sets.
struct TextPiece {
  std::string literal;
  ExprId expr = kNoExpr;
};
using Text = std::vector<TextPiece>;

struct Input {
  std::string name;
  std::vector<std::string> json;  ///< at least one
  TypeId type = 0;                ///< refined
  Span span;
};

struct Data {
  std::string name;     ///< without the package
  std::string package;  ///< dotted
  TypeId type = 0;      ///< refined
  std::optional<Value> literal;
  std::string doc;
  Span span;

  /// `package.name`, unique in the model.
  std::string full_name() const { return package + "." + name; }
};

/// One pattern of a table cell, as closed ranges of integers (enum index, int, decimal, duration,
/// time), texts (string columns of a `first table`), or absence. `any` matches everything, absence
/// included.
struct Cell {
  bool any = false;
  bool absent = false;                                        ///< also matches absence
  std::vector<std::pair<std::int64_t, std::int64_t>> ranges;  ///< both ends in
  std::vector<std::string> strings;
};
struct Row {
  std::vector<Cell> cells;
  std::vector<ExprId>
      values;  ///< one for each column; they read the table's parameters only as locals
  Span span;
};
/// Complete; free of overlap unless `first`. At most one row matches, or the first one counts.
struct Table {
  std::string name;     ///< without the package
  std::string package;  ///< dotted
  bool first = false;
  std::vector<TypeId> parameter_types;
  std::vector<LocalId> parameters;  ///< bound while a row's values are evaluated
  std::vector<std::string> columns;
  std::vector<TypeId> column_types;
  std::vector<Row> rows;
  Span span;

  /// `package.name`, unique in the model.
  std::string full_name() const { return package + "." + name; }
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
/// How the value is found that stands for the output when the decision could not be made.
enum class FailClosed : std::uint8_t {
  constant,   ///< `fail_value` (the kind's own value, or `on failure`)
  evaluate,   ///< derived: `value` on the fail-closed values of what it reads
  absent,     ///< derived and optional: left out
  every_key,  ///< `per` an enum: `fail_value` for every key (for a verdict: every key denied by
              ///< forbid)
  no_key,     ///< `per` a list or set: an empty object (for a verdict: empty lists)
  problem,    ///< codes: the problem's code
};

struct Output {
  std::string name;
  std::vector<std::string> json;  ///< at least one
  OutputKind kind = OutputKind::derived;
  /// The type of the value that a reader sees: T of highest/lowest/derived; quorum E; set<T> for
  /// collected; verdict; set<string> for codes. For a `per` output the type at one key.
  TypeId type = 0;
  bool local = false;
  // `per`
  bool per = false;
  bool per_enum =
      false;  ///< DOMAIN is `key_type`'s enum without unknown; else `domain` is a collection
  TypeId key_type = 0;
  LocalId key = kNoIndex;  ///< bound in `start` and `otherwise_text`
  ExprId domain = kNoExpr;
  // joined
  ExprId start = kNoExpr;  ///< highest, lowest (required), quorum, collected (optional)
  bool clamp = false;      ///< highest/lowest with a range: contributions and start are clamped
  std::int64_t low = 0, high = 0;
  std::string otherwise_code;  ///< verdict; empty: none
  Text otherwise_text;
  // derived
  ExprId value = kNoExpr;
  FailClosed fail_closed = FailClosed::constant;
  Value fail_value;
  std::string doc;
  Span span;
};

enum class StepKind : std::uint8_t { each, when, unless };
struct Step {
  StepKind kind = StepKind::when;
  LocalId local = kNoIndex;  ///< each
  ExprId expr = kNoExpr;     ///< each: a collection (an enum's members are a constant set in
                             ///< declaration order); else a bool
  Span span;
};

/// `[from, until)`; either may be missing.
struct Window {
  std::optional<base::Micros> from, until;
};

enum class Verb : std::uint8_t { at_least, at_most, require, include, permit, hold, forbid };
struct Contribution {
  Verb verb = Verb::at_least;
  OutputId output = 0;
  ExprId key = kNoExpr;  ///< none on a `per` output: every key
  /// at_least, at_most: one value (kNoExpr when `relative`); require, hold: one quorum; include:
  /// the elements
  std::vector<ExprId> values;
  ExprId relative = kNoExpr;  ///< `x at most t - now` / `x at least t - now`: t
  Span span;                  ///< the `then` clause
};
struct Tag {
  std::string name, value;
};
struct Rule {
  std::string name;
  std::string code;     ///< as it is written out: with the package of a foreign rule before it
  std::string package;  ///< where it was written; empty when in the decision's own package
  bool unwaivable = false;
  std::vector<Step> steps;  ///< in written order, all `unless` at the end
  Window effective;
  std::vector<Contribution> contributions;
  bool has_because = false;
  Text because;
  std::vector<Tag> tags;  ///< in written order
  Span span;              ///< the rule's name

  /// The name, unique within the decision: `package.name` for a rule of another package.
  std::string full_name() const { return package.empty() ? name : package + "." + name; }
};
struct Waiver {
  RuleId rule = 0;
  std::vector<ExprId> whens;  ///< see the inputs and the rule's `each` names
  Window effective;           ///< `until` is always there
  std::string by, because;
  Span span;
};

/// One step of the computation of a decision: run rule `rule`, or finish output `output` (after
/// every rule that contributes to it, and after every output that its start, domain or value
/// reads).
struct Stage {
  bool is_rule = false;
  std::uint32_t index = 0;
};

struct Decision {
  std::string name;     ///< without the package
  std::string package;  ///< dotted
  std::string doc;
  std::vector<Input> inputs;
  std::vector<Output> outputs;  ///< in declaration order
  std::vector<Rule> rules;      ///< by source place
  std::vector<Waiver> waivers;  ///< the first that applies to a firing counts: last end, `by`, text
  std::vector<Stage> schedule;  ///< `codes` outputs are last
  bool reads_now = false;       ///< has a comparison with now, or an effective window
  Span span;

  /// `package.name`, unique in the model.
  std::string full_name() const { return package + "." + name; }
};

enum class ExpectKind : std::uint8_t { condition, rule, no_rule, waived, codes, error };
struct Expect {
  ExpectKind kind = ExpectKind::condition;
  ExprId condition = kNoExpr;  ///< bool over inputs and outputs (codes included)
  RuleId rule = 0;
  std::vector<std::string> codes;  ///< ascending
  std::string pointer;
  Span span;
};
struct DataOverride {
  std::uint32_t data = 0;
  Value value;
};
struct Test {
  std::string title;
  std::uint32_t decision = 0;
  std::string
      input_json;  ///< the text that is decided: arguments rendered as JSON, or the raw text
  std::optional<base::Micros> at;
  std::vector<DataOverride> data;
  std::vector<Expect> expects;
  Span span;
};
struct Proof {
  std::string title;
  std::uint32_t decision = 0;
  bool without_waivers = false;
  ExprId condition = kNoExpr;
  Span span;
};

/// What the packages are called in one source file.
struct FileNames {
  std::string package;                         ///< the file's own
  std::map<std::string, std::string> imports;  ///< the name of the import, by package
};

/// Everything that was loaded together, of however many packages.
struct Model {
  Types types;
  std::vector<Expr> exprs{1};  ///< exprs[0] is none. A DAG: subexpressions may be shared
  std::vector<Data> data;
  std::vector<Table> tables;
  std::vector<Decision> decisions;
  std::vector<Test> tests;
  std::vector<Proof> proofs;
  LocalId local_count = 0;
  EnumId outcome_enum = kNoDecl;  ///< ordered enum { permit, hold, deny, forbid }, always there
  std::vector<FileNames> files;   ///< by source file

  const Expr& expr(ExprId id) const { return exprs[id]; }
  /// `package.decision` (or a bare name when it is unambiguous); kNoIndex when there is none.
  std::uint32_t find_decision(std::string_view name) const;
  /// `package.data` (or a bare name when it is unambiguous); kNoIndex when there is none.
  std::uint32_t find_data(std::string_view name) const;
  /// How the file of `at` writes what `package` declares as `name`: alone in its own package, after
  /// the name of the import where it has one, else after the whole package.
  std::string name_seen_from(Span at, const std::string& package, std::string_view name) const;
};

/// Calls `visit(ExprId)` for each direct subexpression of `expr`, in evaluation order.
template <class Visit>
void for_each_child(const Expr& expr, Visit&& visit) {
  for (ExprId id : {expr.a, expr.b, expr.c, expr.d})
    if (id != kNoExpr) visit(id);
  for (ExprId id : expr.items)
    visit(id);
}

/// JSON text of a constant of type `type` (object members in declaration order, absent ones left
/// out), as an input of that type would be written.
std::string value_to_json(const Types& types, TypeId type, const Value& value);

}  // namespace writ::dsl
