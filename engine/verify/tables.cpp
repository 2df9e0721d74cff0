#include "engine/verify/tables.hpp"

#include <algorithm>
#include <bit>
#include <string>
#include <utility>

#include <re2/re2.h>

#include "engine/index_hash.hpp"
#include "engine/opcodes.hpp"

namespace writ::engine::proof {

namespace {

/// The first thing found wrong stays; nothing after it counts.
class TableCheck {
 public:
  TableCheck(const Program& program, Shapes& shapes) : p_(program), shapes_(shapes) {}

  std::optional<VerifyError> run() {
    check_texts();
    check_types();
    check_constants();
    check_rows();
    check_sharing();
    if (ok()) add_shapes();
    if (!ok()) return error_;
    check_decision_tables();
    check_indexes();
    check_data();
    for (const DecisionDesc& decision : p_.decisions)
      check_decision(decision);
    for (const ProbeDesc& probe : p_.probes) {
      want(probe.decision < p_.decisions.size(), "a probe names no decision");
      check_entry(probe.entry, "a probe");
    }
    return error_;
  }

 private:
  bool ok() const { return !error_; }
  void want(bool condition, std::string_view message) {
    if (!condition && ok()) error_ = VerifyError{std::string(message), kNone};
  }
  template <class Row>
  bool within(Run run, const std::vector<Row>& rows, std::string_view what) {
    const bool inside = run.first <= rows.size() && run.count <= rows.size() - run.first;
    if (!inside) want(false, std::string("a run of ") + std::string(what) + " leaves its array");
    return inside;
  }
  void check_text(Text text) {
    want(text.offset <= p_.bytes.size() && text.size <= p_.bytes.size() - text.offset,
         "a text leaves the program's bytes");
  }
  void check_names(Run run) {
    if (within(run, p_.names, "names")) want(run.count > 0, "a list of names is empty");
  }
  void check_entry(std::uint32_t entry, std::string_view what) {
    if (entry >= p_.code.size()) want(false, std::string(what) + " begins outside of the code");
  }

  /// Runs of rows that belong to one owner each. Without sharing, what looks at all rows of all
  /// owners takes time in proportion to the program.
  template <class Owner, class Row>
  void check_owned(const std::vector<Owner>& owners, Run Owner::* run, const std::vector<Row>& rows,
                   std::string_view what) {
    std::uint64_t sum = 0;
    for (const Owner& owner : owners)
      sum += (owner.*run).count;
    want(sum <= rows.size(), std::string(what) + " belong to several owners");
  }

  void check_texts();
  void check_types();
  void check_constants();
  void check_constant(std::uint32_t row);
  void check_depth(std::uint32_t row);
  void check_rows();
  void check_sharing();
  void add_shapes();
  void check_decision_tables();
  void check_indexes();
  void check_index(const IndexDesc& index);
  void check_bucket(const IndexDesc& index, std::uint32_t at, const IndexBucket& bucket);
  void check_data();
  void check_decision(const DecisionDesc& decision);
  void check_output(const OutputDesc& output);
  void check_rule(const DecisionDesc& decision, const RuleDesc& rule);
  void check_contribution(const DecisionDesc& decision, const ContributionDesc& contribution);

  const Program& p_;
  Shapes& shapes_;
  std::vector<std::uint8_t> depths_;  // by constant: how far it nests
  std::vector<std::uint64_t> sizes_;  // by constant: cells in it, those of its parts among them
  std::uint64_t probes_ = 0;          // look-ups in indexes until now
  std::optional<VerifyError> error_;
};

/// More than any policy has, and little enough that no file makes loading take for ever.
constexpr std::size_t kMaxPatterns = 65'536;
constexpr std::uint32_t kMaxClauses = 1'024;
constexpr std::uint64_t kMaxConstantCells = std::uint64_t{1} << 24;
constexpr std::uint64_t kMaxFrameCells = std::uint64_t{1} << 20;

/// What is one value in a cell of its own, and has an order: keys and what is collected.
bool is_scalar(Kind kind) {
  switch (kind) {
    case Kind::boolean:
    case Kind::integer:
    case Kind::decimal:
    case Kind::string:
    case Kind::duration:
    case Kind::time:
    case Kind::ip:
    case Kind::enumeration: return true;
    case Kind::network:
    case Kind::record:
    case Kind::list:
    case Kind::set:
    case Kind::map:
    case Kind::quorum:
    case Kind::votes:
    case Kind::verdict: break;
  }
  return false;
}

void TableCheck::check_texts() {
  want(p_.patterns.size() <= kMaxPatterns, "there are too many patterns");
  if (!ok()) return;
  for (const Text text : p_.names)
    check_text(text);
  for (const Text text : p_.patterns) {
    check_text(text);
    if (!ok()) return;
    re2::RE2::Options options;
    options.set_log_errors(false);
    const std::string_view pattern = p_.text(text);
    want(re2::RE2(re2::StringPiece(pattern.data(), pattern.size()), options).ok(),
         "a pattern is not a regular expression");
  }
  for (const Run run : p_.globs)
    check_names(run);
}

void TableCheck::check_types() {
  for (const EnumDesc& desc : p_.enums) {
    check_text(desc.name);
    check_text(desc.doc);
    if (!within(desc.members, p_.members, "members")) return;
    want(desc.members.count >= 1 && desc.members.count <= 64, "an enum has no or too many members");
    std::uint64_t ranks = 0;
    for (std::uint32_t i = 0; i < desc.members.count; ++i) {
      const MemberDesc& member = p_.members[desc.members.first + i];
      check_text(member.name);
      check_text(member.doc);
      check_names(member.json);
      want(member.rank < desc.members.count, "a member's rank is out of range");
      if (ok()) ranks |= std::uint64_t{1} << member.rank;
    }
    want(std::popcount(ranks) == static_cast<int>(desc.members.count),
         "two members of an enum have one rank");
  }
  for (const RecordDesc& desc : p_.records) {
    check_text(desc.name);
    check_text(desc.doc);
    within(desc.fields, p_.fields, "fields");
  }
  for (const FieldDesc& field : p_.fields) {
    check_text(field.name);
    check_text(field.doc);
    check_names(field.json);
    want(field.type < p_.types.size(), "a field has no type");
  }
  for (const TypeDesc& type : p_.types) {
    want(type.kind <= Kind::verdict, "a type is of no kind");
    const bool of_enum = type.kind == Kind::enumeration || type.kind == Kind::quorum ||
                         type.kind == Kind::votes ||
                         (type.kind == Kind::verdict && type.decl != kNone);
    if (of_enum) want(type.decl < p_.enums.size(), "a type names no enum");
    if (type.kind == Kind::record) want(type.decl < p_.records.size(), "a type names no record");
    if (type.kind == Kind::list || type.kind == Kind::set || type.kind == Kind::map)
      want(type.element < p_.types.size(), "a collection has no element type");
    if (type.kind == Kind::map)
      want(type.key < p_.types.size() && is_scalar(p_.types[type.key].kind),
           "a map has no key type");
    want(type.pattern == kNone || type.pattern < p_.patterns.size(), "a type names no pattern");
  }
}

void TableCheck::check_constants() {
  for (const base::Clause& clause : p_.clauses)
    want(clause.need >= 1 && clause.members != 0, "a clause needs nobody");
  depths_.assign(p_.constants.size(), 0);
  sizes_.assign(p_.constants.size(), 1);
  for (std::uint32_t row = 0; row < p_.constants.size() && ok(); ++row)
    check_constant(row);
}

/// What goes through a constant goes as deep as it nests, and meets what is in it twice twice.
void TableCheck::check_depth(std::uint32_t row) {
  const Run run = p_.constants[row].run;
  for (std::uint32_t i = 0; i < run.count; ++i) {
    const std::uint32_t cell = p_.constant_cells[run.first + i];
    depths_[row] =
        std::max<std::uint8_t>(depths_[row], static_cast<std::uint8_t>(depths_[cell] + 1));
    sizes_[row] = std::min(sizes_[row] + sizes_[cell], kMaxConstantCells + 1);
  }
  want(depths_[row] <= kMaxDepth, "a constant nests too deeply");
  want(sizes_[row] <= kMaxConstantCells, "a constant is too large");
}

/// Rows whose owners, if they have any, are looked at later.
void TableCheck::check_rows() {
  const auto is_name = [this](std::uint32_t row) { return row < p_.names.size(); };
  for (const ConditionDesc& condition : p_.conditions) {
    check_text(condition.source);
    want(condition.kind <= ConditionKind::unless, "a condition is of no kind");
    want(is_name(condition.file), "a condition names no file");
  }
  for (const ContributionDesc& contribution : p_.contributions) {
    want(contribution.verb <= Verb::forbid, "a contribution is of no kind");
    want(is_name(contribution.file), "a contribution names no file");
  }
  for (const TagDesc& tag : p_.tags) {
    check_text(tag.name);
    check_text(tag.value);
  }
}

void TableCheck::check_sharing() {
  check_owned(p_.enums, &EnumDesc::members, p_.members, "members");
  check_owned(p_.records, &RecordDesc::fields, p_.fields, "fields");
  check_owned(p_.tables, &TableDesc::rows, p_.table_rows, "table rows");
  check_owned(p_.table_rows, &TableRowDesc::cells, p_.cell_patterns, "table cells");
  check_owned(p_.indexes, &IndexDesc::buckets, p_.buckets, "buckets");
  check_owned(p_.buckets, &IndexBucket::blocks, p_.block_list, "rule blocks");
  check_owned(p_.decisions, &DecisionDesc::inputs, p_.inputs, "inputs");
  check_owned(p_.decisions, &DecisionDesc::outputs, p_.outputs, "outputs");
  check_owned(p_.decisions, &DecisionDesc::rules, p_.rules, "rules");
  check_owned(p_.decisions, &DecisionDesc::waivers, p_.waivers, "waivers");
  check_owned(p_.decisions, &DecisionDesc::instants, p_.instants, "instants");
  check_owned(p_.rules, &RuleDesc::contributions, p_.contributions, "contributions");
  check_owned(p_.rules, &RuleDesc::tags, p_.tags, "tags");
  check_owned(p_.rules, &RuleDesc::conditions, p_.conditions, "conditions");
}

void TableCheck::check_constant(std::uint32_t row) {
  const Constant& constant = p_.constants[row];
  switch (constant.kind) {
    case ConstantKind::absent:
    case ConstantKind::integer:
    case ConstantKind::mask: return;
    case ConstantKind::string: check_text(constant.text); return;
    case ConstantKind::ip:
      check_text(constant.text);
      want(constant.text.size == 16, "an address is not 16 bytes");
      return;
    case ConstantKind::network:
      check_text(constant.text);
      want(constant.text.size == 17, "a network is not 17 bytes");
      if (ok())
        want(static_cast<std::uint8_t>(p_.text(constant.text)[16]) <= 128,
             "a network's prefix is over 128");
      return;
    case ConstantKind::quorum:
      within(constant.run, p_.clauses, "clauses");
      want(constant.run.count <= kMaxClauses, "a quorum has too many clauses");
      return;
    case ConstantKind::items:
    case ConstantKind::map:
    case ConstantKind::record:
      if (!within(constant.run, p_.constant_cells, "constant cells")) return;
      for (std::uint32_t i = 0; i < constant.run.count; ++i)
        want(p_.constant_cells[constant.run.first + i] < row,
             "a constant is not made of earlier ones");
      if (ok()) check_depth(row);
      return;
  }
  want(false, "a constant is of no kind");
}

void TableCheck::add_shapes() {
  for (const std::uint32_t cell : p_.constant_cells)
    want(cell < p_.constants.size(), "a constant cell names no constant");
  if (!ok()) return;
  std::string message;
  if (!shapes_.add_types(p_, message) || !shapes_.add_constants(p_, message)) want(false, message);
}

void TableCheck::check_decision_tables() {
  for (const TableDesc& table : p_.tables) {
    check_text(table.name);
    if (!within(table.rows, p_.table_rows, "table rows")) return;
    for (std::uint32_t r = 0; r < table.rows.count; ++r) {
      const TableRowDesc& row = p_.table_rows[table.rows.first + r];
      if (!within(row.cells, p_.cell_patterns, "table cells")) return;
      want(row.cells.count == table.columns, "a table's row has not one pattern for each column");
    }
  }
  for (const CellPattern& pattern : p_.cell_patterns) {
    within(pattern.ranges, p_.ranges, "ranges");
    within(pattern.strings, p_.names, "names");
  }
}

void TableCheck::check_indexes() {
  for (const IndexDesc& index : p_.indexes)
    check_index(index);
  for (const std::uint32_t block : p_.block_list)
    want(block < p_.code.size() &&
             p_.code[block].op == static_cast<std::uint16_t>(Opcode::rule_begin),
         "an index names no rule block");
}

void TableCheck::check_index(const IndexDesc& index) {
  if (!within(index.buckets, p_.buckets, "buckets")) return;
  const std::uint32_t size = index.buckets.count;
  want(size != 0 && (size & (size - 1)) == 0, "an index's size is not a power of two");
  want(index.kind == Kind::string || index.kind == Kind::integer || index.kind == Kind::enumeration,
       "an index is over no kind of value");
  for (std::uint32_t i = 0; i < size && ok(); ++i)
    check_bucket(index, i, p_.buckets[index.buckets.first + i]);
}

/// A key is where a look-up for it comes by.
void TableCheck::check_bucket(const IndexDesc& index, std::uint32_t at, const IndexBucket& bucket) {
  if (bucket.key == kNone)
    return want(bucket.blocks.count == 0, "an index names rule blocks without a key");
  if (!within(bucket.blocks, p_.block_list, "rule blocks")) return;
  const bool text = index.kind == Kind::string;
  want(bucket.key < p_.constants.size() &&
           p_.constants[bucket.key].kind == (text ? ConstantKind::string : ConstantKind::integer),
       "an index's key is not of its kind");
  if (!ok()) return;
  const Constant& key = p_.constants[bucket.key];
  const std::uint64_t hash = text ? index_hash(p_.text(key.text)) : index_hash(key.i);
  const std::uint32_t mask = index.buckets.count - 1;
  for (std::uint32_t probe = static_cast<std::uint32_t>(hash) & mask; probe != at;
       probe = (probe + 1) & mask) {
    want(++probes_ <= 64 * std::uint64_t{p_.buckets.size()}, "an index is badly filled");
    const std::uint32_t other = p_.buckets[index.buckets.first + probe].key;
    want(other != kNone && other != bucket.key, "an index's key is not where it is looked up");
    if (!ok()) return;
  }
}

void TableCheck::check_data() {
  for (const DataDesc& data : p_.data) {
    check_text(data.name);
    want(data.type < p_.types.size(), "data has no type");
    if (data.literal == kNone || !ok()) continue;
    want(data.literal < p_.constants.size(), "data names no constant");
    if (ok())
      want(shapes_.fits(shapes_.constant(data.literal), shapes_.type(data.type)),
           "a literal is not of its data's type");
  }
}

void TableCheck::check_decision(const DecisionDesc& decision) {
  check_text(decision.name);
  check_text(decision.fail_closed);
  check_text(decision.doc);
  if (!within(decision.inputs, p_.inputs, "inputs") ||
      !within(decision.outputs, p_.outputs, "outputs") ||
      !within(decision.rules, p_.rules, "rules") ||
      !within(decision.waivers, p_.waivers, "waivers") ||
      !within(decision.instants, p_.instants, "instants"))
    return;
  const auto instants = p_.instants.begin() + decision.instants.first;
  want(std::is_sorted(instants, instants + decision.instants.count), "instants do not ascend");
  want(decision.registers >= 1 && decision.registers <= 65'535,
       "a decision's registers are out of range");
  want(decision.memos <= p_.code.size(), "a decision has more memo cells than code");
  std::uint64_t slot = 0;
  for (std::uint32_t i = 0; i < decision.inputs.count && ok(); ++i) {
    const InputDesc& input = p_.inputs[decision.inputs.first + i];
    check_text(input.name);
    check_names(input.json);
    want(input.type < p_.types.size() && input.slot == slot, "an input is laid out wrongly");
    if (!ok()) return;
    const Shape& shape = shapes_[shapes_.type(input.type)];
    slot += 1 + (shape.kind == ShapeKind::record ? shape.cells.size() : 0);
  }
  want(slot == decision.frame_cells && slot <= kMaxFrameCells,
       "a frame has not the size of its inputs");
  for (std::uint32_t i = 0; i < decision.outputs.count; ++i)
    check_output(p_.outputs[decision.outputs.first + i]);
  for (std::uint32_t i = 0; i < decision.rules.count && ok(); ++i)
    check_rule(decision, p_.rules[decision.rules.first + i]);
  for (std::uint32_t i = 0; i < decision.waivers.count; ++i) {
    const WaiverDesc& waiver = p_.waivers[decision.waivers.first + i];
    check_text(waiver.by);
    check_text(waiver.because);
    want(waiver.rule < decision.rules.count, "a waiver names no rule");
    want(waiver.window < p_.windows.size(), "a waiver has no window");
  }
  check_entry(decision.entry, "a decision");
  if (decision.horizon != kNone) check_entry(decision.horizon, "a search for instants");
  if (decision.fail_closed_entry != kNone)
    check_entry(decision.fail_closed_entry, "a fail-closed section");
}

void TableCheck::check_output(const OutputDesc& output) {
  for (const Text text : {output.name, output.json, output.otherwise_code, output.at, output.doc})
    check_text(text);
  want(output.kind <= OutputKind::codes, "an output is of no kind");
  want(output.type < p_.types.size(), "an output has no type");
  if (output.per)
    want(output.key_type < p_.types.size() && is_scalar(p_.types[output.key_type].kind),
         "an output has no key type");
  want(output.members == kNone || output.members < p_.enums.size(), "an output names no enum");
  if (!ok()) return;
  if (output.kind == OutputKind::quorum) want(output.members != kNone, "an output names no enum");
  const TypeDesc& type = p_.types[output.type];
  const Kind element = type.kind == Kind::set ? p_.types[type.element].kind : Kind::record;
  want((output.kind == OutputKind::verdict) == (type.kind == Kind::verdict) &&
           (output.kind != OutputKind::quorum ||
            (type.kind == Kind::quorum && type.decl == output.members)) &&
           (output.kind != OutputKind::collected || is_scalar(element)) &&
           (output.kind != OutputKind::codes || (element == Kind::string && !output.per)),
       "an output's type does not suit its kind");
  if (output.kind == OutputKind::highest || output.kind == OutputKind::lowest) {
    const ShapeKind shape = shapes_.kind(shapes_.type(output.type));
    want(shape == ShapeKind::integer || shape == ShapeKind::member,
         "an output's type does not suit its kind");
    if (output.clamp)
      want(shape == ShapeKind::integer && output.low <= output.high,
           "an output's range does not suit its kind");
  } else {
    want(!output.clamp, "an output's range does not suit its kind");
  }
  if (output.otherwise_text != kNone) check_entry(output.otherwise_text, "a text");
  want((output.otherwise_code.size != 0) == (output.otherwise_text != kNone),
       "an output has a code without a text");
}

void TableCheck::check_rule(const DecisionDesc& decision, const RuleDesc& rule) {
  check_text(rule.name);
  check_text(rule.code);
  want(rule.locals <= decision.registers && rule.local_count <= decision.registers - rule.locals,
       "a rule's names have no registers");
  want(rule.file < p_.names.size(), "a rule names no file");
  if (rule.text != kNone) check_entry(rule.text, "a text");
  if (within(rule.contributions, p_.contributions, "contributions"))
    for (std::uint32_t i = 0; i < rule.contributions.count && ok(); ++i)
      check_contribution(decision, p_.contributions[rule.contributions.first + i]);
  within(rule.tags, p_.tags, "tags");
  within(rule.conditions, p_.conditions, "conditions");
}

void TableCheck::check_contribution(const DecisionDesc& decision,
                                    const ContributionDesc& contribution) {
  want(contribution.output < decision.outputs.count, "a contribution names no output");
  if (!ok()) return;
  const OutputDesc& output = p_.outputs[decision.outputs.first + contribution.output];
  want(!contribution.keyed || output.per, "a contribution has a key for an output without keys");
  bool suits = false;
  switch (contribution.verb) {
    case Verb::at_least: suits = output.kind == OutputKind::highest; break;
    case Verb::at_most: suits = output.kind == OutputKind::lowest; break;
    case Verb::require: suits = output.kind == OutputKind::quorum; break;
    case Verb::include: suits = output.kind == OutputKind::collected; break;
    case Verb::permit:
    case Verb::hold:
    case Verb::forbid: suits = output.kind == OutputKind::verdict; break;
  }
  want(suits, "a contribution does not suit its output");
}

}  // namespace

std::optional<VerifyError> check_tables(const Program& program, Shapes& shapes) {
  return TableCheck(program, shapes).run();
}

}  // namespace writ::engine::proof
