#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.hpp"
#include "base/quorum.hpp"

/// The compiled policy: plain arrays of fixed-size rows that refer to each other by 32-bit index,
/// no pointers, so that a bundle can hold the same bytes. Made by compile() (engine/compiler.hpp);
/// the VM accepts only what verify() (engine/verify.hpp) has turned into a VerifiedProgram.
namespace writ::engine {

inline constexpr std::uint32_t kNone = 0xffffffff;

/// A piece of Program::bytes.
struct Text {
  std::uint32_t offset = 0, size = 0;
};
/// A run of rows in the array that the field's comment names.
struct Run {
  std::uint32_t first = 0, count = 0;
};

enum class Kind : std::uint8_t {
  boolean,
  integer,
  decimal,
  string,
  duration,
  time,
  ip,
  network,
  enumeration,
  record,
  list,
  set,
  map,
  quorum,
  votes,
  verdict
};

/// A type as the decoder, the renderer and the comparing instructions need it.
struct TypeDesc {
  Kind kind = Kind::boolean;
  bool optional = false;
  bool has_range = false;
  std::uint32_t decl = kNone;      ///< EnumDesc or RecordDesc
  std::uint32_t element = kNone;   ///< TypeDesc of the elements (list, set) or values (map)
  std::uint32_t key = kNone;       ///< TypeDesc of a map's keys
  std::uint32_t stride = 1;        ///< cells of one element (list, set) or one value (map)
  std::int64_t low = 0, high = 0;  ///< with has_range
  std::uint32_t min_size = 0, max_size = 0;
  std::uint32_t pattern = kNone;  ///< Program::patterns
};
struct EnumDesc {
  Text name;
  bool ordered = false, else_unknown = false;
  Run members;  ///< MemberDesc
  Text doc;     ///< what the author wrote about it, for schemas; as in all rows below
};
struct MemberDesc {
  Text name;              ///< in the policy
  Run json;               ///< Program::names; the first is written
  std::uint8_t rank = 0;  ///< place in written order among the members
  Text doc;
};
struct RecordDesc {
  Text name;
  bool open = false;
  std::uint32_t cells = 0;  ///< of all its fields together
  Run fields;               ///< FieldDesc
  Text doc;
};
/// A field of scalar or collection type takes one cell; one of record type a header cell (present,
/// `cells` pointing to the next cell) followed by the cells of its record.
struct FieldDesc {
  Text name;
  Run json;  ///< Program::names
  std::uint32_t type = 0;
  std::uint32_t offset = 0;  ///< of its (header) cell among the record's cells
  Text doc;
};

enum class ConstantKind : std::uint8_t {
  absent,
  integer,
  string,
  ip,
  network,
  mask,
  items,
  record,
  map,
  quorum
};
/// A constant; cells are made from it when a program is loaded. Constants refer only to constants
/// before them.
struct Constant {
  ConstantKind kind = ConstantKind::absent;
  std::int64_t i = 0;  ///< integer; mask
  Text text;           ///< string; ip (16 bytes); network (17 bytes)
  /// items, map, record: rows of Program::constant_cells (indexes of constants, laid out as the
  /// cells are; header cells of nested records are `record` constants). quorum: rows of
  /// Program::clauses.
  Run run;
  std::uint32_t count = 0;  ///< items, map: how many items or entries
};

/// One instruction: 16 bytes. What each operand means: opcodes.inc.
struct Instruction {
  std::uint16_t op = 0;
  std::uint16_t a = 0, b = 0, c = 0;
  std::uint32_t d = 0, e = 0;
};

/// `[from, until)` in microseconds; missing ends are INT64_MIN and INT64_MAX.
struct WindowDesc {
  std::int64_t from = INT64_MIN, until = INT64_MAX;
};

/// A decision table's patterns (values are code or constants, see `table` in opcodes.inc).
struct TableDesc {
  Text name;                  ///< `package.table`
  Run rows;                   ///< TableRowDesc
  std::uint32_t columns = 0;  ///< pattern columns
  bool strings = false;       ///< some column matches strings
};
struct TableRowDesc {
  Run cells;               ///< CellPattern, one for each column
  std::uint32_t line = 0;  ///< for coverage
};
struct CellPattern {
  bool any = false, absent = false;
  Run ranges;   ///< RangeDesc
  Run strings;  ///< rows of Program::names
};
struct RangeDesc {
  std::int64_t low = 0, high = 0;
};

struct InputDesc {
  Text name;
  Run json;  ///< Program::names
  std::uint32_t type = 0;
  std::uint32_t slot = 0;  ///< its (header) cell in the frame
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
struct OutputDesc {
  Text name;  ///< in the policy
  Text json;  ///< as written
  OutputKind kind = OutputKind::derived;
  bool local = false, per = false, per_enum = false, clamp = false;
  std::uint32_t type = 0;          ///< TypeDesc of the value (at one key)
  std::uint32_t key_type = kNone;  ///< TypeDesc
  std::int64_t low = 0, high = 0;  ///< with clamp
  std::uint32_t members = kNone;   ///< quorum, verdict of E: EnumDesc
  Text otherwise_code;             ///< empty: none
  std::uint32_t otherwise_text =
      kNone;  ///< entry of the code that renders it (key in the register `otherwise_key`)
  std::uint32_t otherwise_key = 0;
  Text at;  ///< `file:line:column`
  Text doc;
};

enum class Verb : std::uint8_t { at_least, at_most, require, include, permit, hold, forbid };
struct ContributionDesc {
  Verb verb = Verb::at_least;
  bool keyed = false;
  std::uint32_t output = 0;                      ///< index within the decision
  std::uint32_t file = 0, line = 0, column = 0;  ///< of the `then`; file: Program::names
};
struct TagDesc {
  Text name, value;
};
struct RuleDesc {
  Text name;
  Text code;  ///< with the package when foreign
  std::uint32_t text =
      kNone;  ///< entry of the code that renders `because`; kNone: no reason is given
  std::uint32_t locals = 0;  ///< first of the registers that hold its each-names while it fires and
                             ///< while its text is rendered
  std::uint32_t local_count = 0;
  Run contributions;  ///< ContributionDesc
  Run tags;           ///< TagDesc
  Run conditions;     ///< ConditionDesc
  /// A condition compares an input with constants, so that an index can file the rule under them;
  /// every other rule is looked at by each decision.
  bool has_key = false;
  std::uint32_t file = 0, line = 0, column = 0;
};
enum class ConditionKind : std::uint8_t { when, unless };
struct ConditionDesc {
  ConditionKind kind = ConditionKind::when;
  Text source;  ///< as written, for explanations
  std::uint32_t file = 0, line = 0, column = 0;
};
struct WaiverDesc {
  std::uint32_t rule = 0;  ///< index within the decision
  std::uint32_t window = kNone;
  Text by, because;
};

/// A bucketed look-up from a value of one slot to the rule blocks filed under it (opcode
/// `dispatch`).
struct IndexDesc {
  std::uint32_t slot = 0;    ///< cell of the frame that is looked up; an absent one finds nothing
  Kind kind = Kind::string;  ///< string, integer, enumeration …
  Run buckets;               ///< IndexBucket; open addressing, a power of two, linear probing
  std::uint32_t rules = 0;
};
struct IndexBucket {
  std::uint32_t key = kNone;  ///< Constant; kNone: empty
  Run blocks;                 ///< Program::block_list: entries of rule blocks
};

struct DecisionDesc {
  Text name;     ///< `package.decision`
  Run inputs;    ///< InputDesc
  Run outputs;   ///< OutputDesc
  Run rules;     ///< RuleDesc
  Run waivers;   ///< WaiverDesc
  Run instants;  ///< Program::instants, ascending: bounds of windows and constants compared with
                 ///< now
  std::uint32_t frame_cells = 0;  ///< size of the frame
  std::uint32_t registers = 0;
  std::uint32_t memos = 0;
  std::uint32_t entry = 0;  ///< the schedule; ends with `end`
  std::uint32_t horizon =
      kNone;  ///< code that feeds the instants of comparisons with other times; ends with `end`
  std::uint32_t fail_closed_entry =
      kNone;  ///< code that sets the derived outputs from fail-closed values; ends with `end`
  Text fail_closed;  ///< JSON object members without codes, see compiler.hpp
  bool reads_now = false;
  Text doc;
};

/// A condition outside the rules (of a test's `expect` or a `prove`), run after a decision: code
/// that leaves a bool in register 0 and ends with `end`.
struct ProbeDesc {
  std::uint32_t decision = 0;
  std::uint32_t entry = 0;
};

struct DataDesc {
  Text name;  ///< `package.name`
  std::uint32_t type = 0;
  std::uint32_t literal = kNone;  ///< Constant
};

struct Program {
  std::string bytes;
  std::vector<Text> names;
  std::vector<TypeDesc> types;
  std::vector<EnumDesc> enums;
  std::vector<MemberDesc> members;
  std::vector<RecordDesc> records;
  std::vector<FieldDesc> fields;
  std::vector<Constant> constants;
  std::vector<std::uint32_t> constant_cells;
  std::vector<base::Clause> clauses;
  std::vector<Text> patterns;  ///< RE2 syntax, whole-string
  std::vector<Run> globs;      ///< rows of `names`: the pieces between the stars
  std::vector<Instruction> code;
  std::vector<WindowDesc> windows;
  std::vector<TableDesc> tables;
  std::vector<TableRowDesc> table_rows;
  std::vector<CellPattern> cell_patterns;
  std::vector<RangeDesc> ranges;
  std::vector<IndexDesc> indexes;
  std::vector<IndexBucket> buckets;
  std::vector<std::uint32_t> block_list;
  std::vector<std::int64_t> instants;
  std::vector<DataDesc> data;
  std::vector<DecisionDesc> decisions;
  std::vector<InputDesc> inputs;
  std::vector<OutputDesc> outputs;
  std::vector<ContributionDesc> contributions;
  std::vector<TagDesc> tags;
  std::vector<ConditionDesc> conditions;
  std::vector<RuleDesc> rules;
  std::vector<WaiverDesc> waivers;
  std::vector<ProbeDesc> probes;
  std::string digest;  ///< `sha256:…` over the content of the sources

  std::string_view text(Text t) const { return std::string_view(bytes).substr(t.offset, t.size); }
  std::string_view name(std::uint32_t i) const { return text(names[i]); }
  /// Index of the decision, by `package.decision` or, when unambiguous, its bare name; kNone.
  std::uint32_t find_decision(std::string_view name) const;
};

}  // namespace writ::engine
