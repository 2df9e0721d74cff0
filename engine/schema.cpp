#include "engine/schema.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "base/calendar.hpp"
#include "base/decimal.hpp"
#include "base/text.hpp"

#include "engine/decode_wording.hpp"
#include "engine/schema_formats.hpp"
#include "engine/schema_pattern.hpp"

namespace writ::engine {
namespace {

constexpr std::uint32_t kUnboundedSize = 0xffffffff;
constexpr std::string_view kNull = R"({"type":"null"})";
constexpr std::string_view kText = R"({"type":"string"})";
constexpr std::string_view kTexts = R"({"type":"array","items":{"type":"string"}})";

enum class Direction : std::uint8_t { input, output };

/// Both ends in.
struct Bounds {
  std::int64_t low = INT64_MIN, high = INT64_MAX;
};

/// A field of a record or an input of a decision.
struct Member {
  Run json;
  std::uint32_t type = 0;
  Text doc;
};

std::string quoted(std::string_view text) {
  std::string out;
  base::append_json_string(out, text);
  return out;
}

/// Elements, or members of an object, with commas between them.
class Listed {
 public:
  void add(std::string_view text) {
    if (!text_.empty()) text_ += ',';
    text_ += text;
  }
  void add(std::string_view name, std::string_view value) {
    add(quoted(name) + ":" + std::string(value));
  }
  bool empty() const { return text_.empty(); }
  std::string array() const { return "[" + text_ + "]"; }
  std::string object() const { return "{" + text_ + "}"; }

 private:
  std::string text_;
};

std::string number(std::int64_t value) {
  return std::to_string(value);
}

/// The schema with a description, when there is one; it always has another member.
std::string described(const std::string& schema, std::string_view doc) {
  if (doc.empty()) return schema;
  return "{\"description\":" + quoted(doc) + "," + schema.substr(1);
}

std::string any_of(const std::vector<std::string>& schemas) {
  Listed list;
  for (const std::string& schema : schemas)
    list.add(schema);
  return "{\"anyOf\":" + list.array() + "}";
}

std::string whole_number(Bounds bounds) {
  return R"({"type":"integer","minimum":)" + number(bounds.low) + R"(,"maximum":)" +
         number(bounds.high) + "}";
}

std::string decimal(Bounds bounds) {
  std::string out = R"({"type":"number","multipleOf":0.0001,"minimum":)";
  base::append_decimal(out, bounds.low);
  out += R"(,"maximum":)";
  base::append_decimal(out, bounds.high);
  return out + "}";
}

std::string text_of_form(std::string_view format, const std::string& pattern) {
  std::string out = R"({"type":"string",)";
  if (!format.empty()) out += "\"format\":" + quoted(format) + ",";
  return out + "\"pattern\":" + quoted(pattern) + "}";
}

std::int64_t seconds_up(std::int64_t micros) {
  return base::floor_div(micros, base::kMicrosPerSecond) +
         (base::floor_mod(micros, base::kMicrosPerSecond) == 0 ? 0 : 1);
}
std::int64_t seconds_down(std::int64_t micros) {
  return base::floor_div(micros, base::kMicrosPerSecond);
}

/// Writes the schemas of one direction, and remembers which records and enums they refer to.
class SchemaWriter {
 public:
  SchemaWriter(const Program& program, Direction direction)
      : program_(program), input_(direction == Direction::input) {}

  std::string inputs(const DecisionDesc& decision);
  std::string outputs(const DecisionDesc& decision);

 private:
  struct Definition {
    Kind kind;          ///< record, enumeration or string
    std::uint32_t row;  ///< RecordDesc or EnumDesc; kNone for a form of strings
    std::string name, schema;
  };

  std::string document(const DecisionDesc& decision, const std::string& object) const;
  std::string define(Kind kind, std::uint32_t row, std::string_view wanted, std::string schema);
  std::string reference(Kind kind, std::uint32_t row);
  std::string shared(std::string_view name, const std::string& schema);

  std::string value(std::uint32_t row);
  std::string present(std::uint32_t row);
  std::string text(const TypeDesc& type) const;
  std::string duration(const TypeDesc& type);
  std::string items(const TypeDesc& type);
  std::string map(const TypeDesc& type);
  std::string members(const std::vector<Member>& members, bool open);
  std::string record(std::uint32_t row);
  std::string enumeration(std::uint32_t row) const;
  std::string one_of_names(Run json, bool required) const;

  std::string output(const OutputDesc& desc);
  std::string output_value(const OutputDesc& desc);
  std::string by_key(const OutputDesc& desc);
  std::string keyed_verdict(const OutputDesc& desc);
  std::string quorum(std::uint32_t enumeration) const;

  std::vector<std::string_view> known_members(std::uint32_t enumeration) const;

  const Program& program_;
  bool input_;
  std::vector<Definition> definitions_;
};

std::string SchemaWriter::document(const DecisionDesc& decision, const std::string& object) const {
  std::string out = R"({"$schema":"https://json-schema.org/draft/2020-12/schema","title":)" +
                    quoted(program_.text(decision.name)) + ",";
  out += described(object, input_ ? program_.text(decision.doc) : std::string_view()).substr(1);
  if (definitions_.empty()) return out;
  Listed list;
  for (const Definition& definition : definitions_)
    list.add(definition.name, definition.schema);
  out.pop_back();
  return out + ",\"$defs\":" + list.object() + "}";
}

std::string SchemaWriter::inputs(const DecisionDesc& decision) {
  std::vector<Member> all;
  for (std::uint32_t i = 0; i < decision.inputs.count; ++i) {
    const InputDesc& input = program_.inputs[decision.inputs.first + i];
    all.push_back({input.json, input.type, {}});
  }
  const std::string object = members(all, false);
  return document(decision, object);
}

std::string SchemaWriter::outputs(const DecisionDesc& decision) {
  Listed properties, required;
  for (std::uint32_t i = 0; i < decision.outputs.count; ++i) {
    const OutputDesc& desc = program_.outputs[decision.outputs.first + i];
    if (desc.local) continue;
    const std::string_view name = program_.text(desc.json);
    properties.add(name, described(output(desc), program_.text(desc.doc)));
    if (desc.per || !program_.types[desc.type].optional) required.add(quoted(name));
  }
  return document(decision, R"({"type":"object","properties":)" + properties.object() +
                                ",\"required\":" + required.array() +
                                ",\"additionalProperties\":false}");
}

std::string SchemaWriter::define(Kind kind, std::uint32_t row, std::string_view wanted,
                                 std::string schema) {
  std::string name(wanted);
  const auto taken = [&](const Definition& known) { return known.name == name; };
  for (int n = 2; std::any_of(definitions_.begin(), definitions_.end(), taken); ++n)
    name = std::string(wanted) + "_" + std::to_string(n);
  definitions_.push_back({kind, row, name, std::move(schema)});
  return "{\"$ref\":\"#/$defs/" + name + "\"}";
}

/// A named record or enum is written once. Two packages may have types of one name.
std::string SchemaWriter::reference(Kind kind, std::uint32_t row) {
  for (const Definition& known : definitions_)
    if (known.kind == kind && known.row == row) return "{\"$ref\":\"#/$defs/" + known.name + "\"}";
  std::string schema = kind == Kind::record ? record(row) : enumeration(row);
  const Text name = kind == Kind::record ? program_.records[row].name : program_.enums[row].name;
  return name.size == 0 ? schema : define(kind, row, program_.text(name), std::move(schema));
}

/// A form that many values have is written once too.
std::string SchemaWriter::shared(std::string_view name, const std::string& schema) {
  for (const Definition& known : definitions_)
    if (known.row == kNone && known.schema == schema)
      return "{\"$ref\":\"#/$defs/" + known.name + "\"}";
  return define(Kind::string, kNone, name, schema);
}

std::string SchemaWriter::value(std::uint32_t row) {
  std::string schema = present(row);
  const TypeDesc& type = program_.types[row];
  // Strings of a range cannot be told from others by their form.
  if (input_ && type.has_range && (type.kind == Kind::duration || type.kind == Kind::time))
    schema = "{\"$comment\":" + quoted(expected_text(program_, row, Fault::none)) + "," +
             schema.substr(1);
  // What is absent is left out of outputs.
  if (!input_ || !type.optional) return schema;
  return any_of({schema, std::string(kNull)});
}

std::string SchemaWriter::present(std::uint32_t row) {
  const TypeDesc& type = program_.types[row];
  const bool ranged = input_ && type.has_range;
  const Bounds bounds = ranged ? Bounds{type.low, type.high} : Bounds{};
  switch (type.kind) {
    case Kind::boolean: return R"({"type":"boolean"})";
    case Kind::integer: return whole_number(bounds);
    case Kind::decimal: return decimal(bounds);
    case Kind::string: return text(type);
    case Kind::duration: return duration(type);
    case Kind::time: return shared("time", text_of_form("date-time", instant_pattern()));
    case Kind::ip: return shared("ip", text_of_form({}, ip_pattern()));
    case Kind::network: return std::string(kText);
    case Kind::enumeration:
    case Kind::record: return reference(type.kind, type.decl);
    case Kind::list:
    case Kind::set: return items(type);
    case Kind::map: return map(type);
    case Kind::quorum: return quorum(type.decl);
    case Kind::votes:
    case Kind::verdict: break;  // neither has JSON of its own: votes are local
  }
  return "{\"not\":{}}";
}

std::string SchemaWriter::text(const TypeDesc& type) const {
  std::string out = R"({"type":"string")";
  if (!input_) return out + "}";
  if (type.min_size > 0) out += ",\"minLength\":" + number(type.min_size);
  if (type.max_size != kUnboundedSize) out += ",\"maxLength\":" + number(type.max_size);
  if (type.pattern != kNone) {
    const std::string_view re2 = program_.text(program_.patterns[type.pattern]);
    if (const auto pattern = pattern_for_schemas(re2))
      out += ",\"pattern\":" + quoted(*pattern);
    else
      out += ",\"$comment\":" +
             quoted("matches /" + std::string(re2) + "/ (RE2), which has no equal in JSON Schema");
  }
  return out + "}";
}

std::string SchemaWriter::duration(const TypeDesc& type) {
  if (!input_) return whole_number({seconds_down(INT64_MIN), seconds_up(INT64_MAX)});
  const Bounds bounds = type.has_range ? Bounds{type.low, type.high} : Bounds{0, INT64_MAX};
  return any_of({whole_number({seconds_up(bounds.low), seconds_down(bounds.high)}),
                 bounds.low < 0
                     ? shared("signed_duration", text_of_form({}, duration_pattern(true)))
                     : shared("duration", text_of_form({}, duration_pattern(false)))});
}

std::string SchemaWriter::items(const TypeDesc& type) {
  std::string out = R"({"type":"array","items":)" + value(type.element);
  if (input_) {
    if (type.min_size > 0) out += ",\"minItems\":" + number(type.min_size);
    if (type.max_size != kUnboundedSize) out += ",\"maxItems\":" + number(type.max_size);
  } else if (type.kind == Kind::set && program_.types[type.element].kind != Kind::duration) {
    // Durations that differ may round to one number of seconds.
    out += ",\"uniqueItems\":true";
  }
  return out + "}";
}

std::string SchemaWriter::map(const TypeDesc& type) {
  std::string out = R"({"type":"object","propertyNames":)" + value(type.key) +
                    ",\"additionalProperties\":" + value(type.element);
  if (!input_) return out + "}";
  if (type.min_size > 0) out += ",\"minProperties\":" + number(type.min_size);
  if (type.max_size != kUnboundedSize) out += ",\"maxProperties\":" + number(type.max_size);
  const TypeDesc& key = program_.types[type.key];
  if (key.kind == Kind::enumeration) {
    Listed rules;
    const Run run = program_.enums[key.decl].members;
    for (std::uint32_t i = 0; i < run.count; ++i)
      if (const Run json = program_.members[run.first + i].json; json.count > 1)
        rules.add(one_of_names(json, false));
    if (!rules.empty()) out += ",\"allOf\":" + rules.array();
  }
  return out + "}";
}

/// Of the names of one member exactly one may be used, or none where it is not required.
std::string SchemaWriter::one_of_names(Run json, bool required) const {
  Listed each;
  for (std::uint32_t n = 0; n < json.count; ++n)
    each.add("{\"required\":[" + quoted(program_.name(json.first + n)) + "]}");
  if (required) return "{\"oneOf\":" + each.array() + "}";
  Listed or_none = each;
  or_none.add("{\"not\":{\"anyOf\":" + each.array() + "}}");
  return "{\"oneOf\":" + or_none.array() + "}";
}

std::string SchemaWriter::members(const std::vector<Member>& members, bool open) {
  Listed properties, required, aliases;
  for (const Member& member : members) {
    const std::string schema = described(value(member.type), program_.text(member.doc));
    const bool needed = !program_.types[member.type].optional;
    const std::uint32_t names = input_ ? member.json.count : 1;
    for (std::uint32_t n = 0; n < names; ++n)
      properties.add(program_.name(member.json.first + n), schema);
    if (names > 1)
      aliases.add(one_of_names(member.json, needed));
    else if (needed)
      required.add(quoted(program_.name(member.json.first)));
  }
  std::string out = R"({"type":"object","properties":)" + properties.object() +
                    ",\"required\":" + required.array();
  if (!aliases.empty()) out += ",\"allOf\":" + aliases.array();
  if (!open || !input_) out += ",\"additionalProperties\":false";
  return out + "}";
}

std::string SchemaWriter::record(std::uint32_t row) {
  const RecordDesc& desc = program_.records[row];
  std::vector<Member> all;
  for (std::uint32_t i = 0; i < desc.fields.count; ++i) {
    const FieldDesc& field = program_.fields[desc.fields.first + i];
    all.push_back({field.json, field.type, field.doc});
  }
  return described(members(all, desc.open), program_.text(desc.doc));
}

/// All names are read and the first is written; where any word is read, the names are examples.
/// Documented members stand one by one.
std::string SchemaWriter::enumeration(std::uint32_t row) const {
  const EnumDesc& desc = program_.enums[row];
  const bool any_word = input_ && desc.else_unknown;
  Listed names, each;
  bool documented = false;
  for (std::uint32_t i = 0; i < desc.members.count; ++i) {
    const MemberDesc& member = program_.members[desc.members.first + i];
    const std::string_view doc = program_.text(member.doc);
    documented = documented || !doc.empty();
    for (std::uint32_t n = 0; n < (input_ ? member.json.count : 1); ++n) {
      const std::string name = quoted(program_.name(member.json.first + n));
      if (!any_word || i + 1 < desc.members.count) names.add(name);
      each.add(described("{\"const\":" + name + "}", doc));
    }
  }
  std::string schema = R"({"type":"string",)";
  if (documented) {
    if (any_word) each.add(kText);
    schema += (any_word ? "\"anyOf\":" : "\"oneOf\":") + each.array() + "}";
  } else {
    schema += (any_word ? "\"examples\":" : "\"enum\":") + names.array() + "}";
  }
  return described(schema, program_.text(desc.doc));
}

std::vector<std::string_view> SchemaWriter::known_members(std::uint32_t enumeration) const {
  const EnumDesc& desc = program_.enums[enumeration];
  std::vector<std::string_view> names;
  for (std::uint32_t i = 0; i < desc.members.count - (desc.else_unknown ? 1U : 0U); ++i)
    names.push_back(program_.name(program_.members[desc.members.first + i].json.first));
  return names;
}

// --- outputs ---

std::string SchemaWriter::output(const OutputDesc& desc) {
  if (desc.kind == OutputKind::verdict) {
    if (desc.per) return keyed_verdict(desc);
    return R"({"type":"object","properties":{"outcome":{"enum":["permit","hold","deny","forbid"]},)"
           R"("needs":)" +
           quorum(desc.members) +
           R"(},"required":["outcome","needs"],"additionalProperties":false})";
  }
  return desc.per ? by_key(desc) : output_value(desc);
}

std::string SchemaWriter::output_value(const OutputDesc& desc) {
  if (!desc.clamp) return value(desc.type);
  const Bounds bounds{desc.low, desc.high};
  switch (program_.types[desc.type].kind) {
    case Kind::integer: return whole_number(bounds);
    case Kind::decimal: return decimal(bounds);
    case Kind::duration:
      // As the renderer rounds.
      if (desc.kind == OutputKind::highest)
        return whole_number({seconds_up(bounds.low), seconds_up(bounds.high)});
      return whole_number({seconds_down(bounds.low), seconds_down(bounds.high)});
    default: return value(desc.type);
  }
}

std::string SchemaWriter::by_key(const OutputDesc& desc) {
  const std::string at_key = output_value(desc);
  const TypeDesc& key = program_.types[desc.key_type];
  if (!desc.per_enum) {
    const std::string names = key.kind == Kind::integer ? text_of_form({}, "^(?:0|-?[1-9][0-9]*)$")
                                                        : value(desc.key_type);
    return R"({"type":"object","propertyNames":)" + names + ",\"additionalProperties\":" + at_key +
           "}";
  }
  Listed properties, required;
  for (const std::string_view name : known_members(key.decl)) {
    properties.add(name, at_key);
    required.add(quoted(name));
  }
  return R"({"type":"object","properties":)" + properties.object() +
         ",\"required\":" + required.array() + ",\"additionalProperties\":false}";
}

std::string SchemaWriter::keyed_verdict(const OutputDesc& desc) {
  const std::string key = value(desc.key_type);
  const std::string texts(kTexts);
  const std::string held =
      R"({"type":"object","properties":{"item":)" + key + ",\"needs\":" + quorum(desc.members) +
      ",\"because\":" + texts +
      R"(},"required":["item","needs","because"],"additionalProperties":false})";
  const std::string denied =
      R"({"type":"object","properties":{"item":)" + key + ",\"codes\":" + texts +
      ",\"because\":" + texts +
      R"(},"required":["item","codes","because"],"additionalProperties":false})";
  return R"({"type":"object","properties":{"granted":{"type":"array","items":)" + key +
         R"(,"uniqueItems":true},"held":{"type":"array","items":)" + held +
         R"(},"denied":{"type":"array","items":)" + denied +
         R"(}},"required":["granted","held","denied"],"additionalProperties":false})";
}

/// kNone: of nobody, so always `auto`.
std::string SchemaWriter::quorum(std::uint32_t enumeration) const {
  std::string clauses = R"({"type":"array","maxItems":0})";
  if (enumeration != kNone) {
    const auto names = known_members(enumeration);
    Listed of;
    for (const std::string_view name : names)
      of.add(quoted(name));
    clauses = R"({"type":"array","items":{"type":"object","properties":{"need":)" +
              whole_number({1, static_cast<std::int64_t>(names.size())}) +
              R"(,"of":{"type":"array","items":{"enum":)" + of.array() +
              R"(},"minItems":1,"uniqueItems":true}},"required":["need","of"],)"
              R"("additionalProperties":false}})";
  }
  return R"({"type":"object","properties":{"auto":{"type":"boolean"},"clauses":)" + clauses +
         R"(},"required":["auto","clauses"],"additionalProperties":false})";
}

}  // namespace

void append_input_schema(std::string& out, const Program& program, std::uint32_t decision) {
  out += SchemaWriter(program, Direction::input).inputs(program.decisions[decision]);
}

void append_output_schema(std::string& out, const Program& program, std::uint32_t decision) {
  out += SchemaWriter(program, Direction::output).outputs(program.decisions[decision]);
}

void append_decision_schemas(std::string& out, const Program& program, std::uint32_t index) {
  const DecisionDesc& decision = program.decisions[index];
  out += "{\"decision\":";
  base::append_json_string(out, program.text(decision.name));
  if (decision.doc.size > 0) {
    out += ",\"description\":";
    base::append_json_string(out, program.text(decision.doc));
  }
  out += ",\"input\":";
  append_input_schema(out, program, index);
  out += ",\"output\":";
  append_output_schema(out, program, index);
  out += '}';
}

void append_decision_list(std::string& out, const Program& program) {
  out += "{\"decisions\":[";
  for (std::uint32_t i = 0; i < program.decisions.size(); ++i) {
    if (i != 0) out += ',';
    append_decision_schemas(out, program, i);
  }
  out += "]}";
}

}  // namespace writ::engine
