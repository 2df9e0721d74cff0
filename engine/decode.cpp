#include "engine/decode.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

#include <simdjson.h>

#include "base/text.hpp"

#include "engine/compare.hpp"
#include "engine/decode_scalar.hpp"

namespace writ::engine {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// A member that an object may have: an input of a decision or a field of a record.
struct Member {
  std::uint32_t type = 0;
  std::uint32_t offset = 0;  ///< of its (header) cell
  std::string_view name;     ///< as it is written
};
/// What an object may have in it.
struct Shape {
  bool open = false;
  std::uint32_t cells = 0;
  std::vector<Member> members;
  /// Offsets of the header cells of nested records, at any depth.
  std::vector<std::uint32_t> headers;
};

void add_headers(const Program& program, std::uint32_t type, std::uint32_t offset,
                 std::vector<std::uint32_t>& headers) {
  if (program.types[type].kind != Kind::record) return;
  headers.push_back(offset);
  const Run fields = program.records[program.types[type].decl].fields;
  for (std::uint32_t i = 0; i < fields.count; ++i) {
    const FieldDesc& field = program.fields[fields.first + i];
    add_headers(program, field.type, offset + 1 + field.offset, headers);
  }
}

Shape record_shape(const Program& program, const RecordDesc& record) {
  Shape shape{record.open, record.cells, {}, {}};
  for (std::uint32_t i = 0; i < record.fields.count; ++i) {
    const FieldDesc& field = program.fields[record.fields.first + i];
    shape.members.push_back({field.type, field.offset, program.name(field.json.first)});
    add_headers(program, field.type, field.offset, shape.headers);
  }
  return shape;
}

Shape decision_shape(const Program& program, const DecisionDesc& decision) {
  Shape shape{false, decision.frame_cells, {}, {}};
  for (std::uint32_t i = 0; i < decision.inputs.count; ++i) {
    const InputDesc& input = program.inputs[decision.inputs.first + i];
    shape.members.push_back({input.type, input.slot, program.name(input.json.first)});
    add_headers(program, input.type, input.slot, shape.headers);
  }
  return shape;
}

/// Headers point to the cells after them, whether their records are present or not.
void point_headers(const Shape& shape, Cell* cells) {
  for (const std::uint32_t header : shape.headers)
    cells[header].cells = cells + header + 1;
}

/// Which members of an object have been seen.
class Seen {
 public:
  Seen(std::size_t members, Arena& arena) {
    if (members <= 64) return;
    const std::size_t words = (members + 63) / 64;
    words_ = arena.array<std::uint64_t>(words);
    std::fill_n(words_, words, 0);
  }
  Seen(const Seen&) = delete;
  Seen& operator=(const Seen&) = delete;

  bool has(std::uint32_t member) const { return (words_[member / 64] >> (member % 64) & 1U) != 0; }
  /// False when it was there already.
  bool add(std::uint32_t member) {
    if (has(member)) return false;
    words_[member / 64] |= std::uint64_t{1} << (member % 64);
    return true;
  }

 private:
  std::uint64_t one_ = 0;
  std::uint64_t* words_ = &one_;
};

std::string_view token_of(ondemand::value& json) {
  return without_blanks_after(json.raw_json_token());
}

}  // namespace

struct Decoder::State {
  explicit State(std::shared_ptr<const VerifiedProgram> verified);

  /// Starts on a text, copied into the arena with the padding that simdjson reads beyond it.
  /// `wrapped`: as the one element of an array, since On Demand treats a scalar document
  /// differently.
  bool begin(std::string_view json, bool wrapped, ondemand::document& document);
  /// Whether the document was read to its end.
  static bool at_end(ondemand::document& document);

  bool value(std::uint32_t type, ondemand::value json, Cell* at, int depth);
  /// A list element, set element or map value, into its stride of cells.
  bool element(std::uint32_t type, ondemand::value json, Cell* at, int depth);
  template <class Lookup>
  bool members(const Shape& shape, ondemand::object& object, const Lookup& lookup, Cell* cells,
               int depth);
  bool record(std::uint32_t record, ondemand::value& json, Cell* cells, int depth);
  bool list(const TypeDesc& type, ondemand::value& json, Cell* at, int depth);
  bool mask(const TypeDesc& type, ondemand::array& array, Cell* at, int depth);
  bool map(const TypeDesc& type, ondemand::value& json, Cell* at, int depth);

  bool text(std::uint32_t type, ondemand::value& json, std::string_view token, Cell* at);
  bool number(std::uint32_t type, std::string_view token, Cell* at) const;
  bool key(ondemand::field& field, std::string_view& out);
  bool string(ondemand::value& json, std::string_view token, std::string_view& out);

  bool ignored(ondemand::value json, int depth);
  bool ignored_object(ondemand::value& json, int depth);
  /// Takes the names from `first` on off the stack; false when two are equal.
  bool distinct_names(std::size_t first);

  std::shared_ptr<const VerifiedProgram> verified;
  const Program& program;
  ScalarRules rules;
  std::vector<Shape> records, decisions;
  ondemand::parser parser;
  std::vector<std::string_view> names;  ///< of ignored members of the objects that are open
  Arena* arena = nullptr;
};

Decoder::State::State(std::shared_ptr<const VerifiedProgram> from)
    : verified(std::move(from)), program(verified->program()), rules(program) {
  rules.prepare();
  for (const RecordDesc& desc : program.records)
    records.push_back(record_shape(program, desc));
  for (const DecisionDesc& desc : program.decisions)
    decisions.push_back(decision_shape(program, desc));
}

bool Decoder::State::begin(std::string_view json, bool wrapped, ondemand::document& document) {
  names.clear();
  if (json.starts_with(kByteOrderMark) || !base::is_utf8(json)) return false;
  const std::size_t around = wrapped ? 1 : 0;
  const std::size_t size = json.size() + 2 * around;
  char* copy = arena->array<char>(size + simdjson::SIMDJSON_PADDING);
  if (wrapped) copy[0] = '[';
  if (!json.empty()) std::memcpy(copy + around, json.data(), json.size());
  if (wrapped) copy[size - 1] = ']';
  std::memset(copy + size, 0, simdjson::SIMDJSON_PADDING);
  return parser.iterate(copy, size, size + simdjson::SIMDJSON_PADDING).get(document) ==
         simdjson::SUCCESS;
}

bool Decoder::State::at_end(ondemand::document& document) {
  return document.is_alive() && document.current_location().error() == simdjson::OUT_OF_BOUNDS;
}

bool Decoder::State::value(std::uint32_t type_row, ondemand::value json, Cell* at, int depth) {
  const TypeDesc& type = program.types[type_row];
  const std::string_view token = token_of(json);
  if (token == "null") return type.optional;
  switch (type.kind) {
    case Kind::boolean:
      *at = Cell::boolean(token == "true");
      return token == "true" || token == "false";
    case Kind::integer:
    case Kind::decimal: return number(type_row, token, at);
    case Kind::duration:
      if (!token.starts_with('"')) return number(type_row, token, at);
      return text(type_row, json, token, at);
    case Kind::string:
    case Kind::time:
    case Kind::ip:
    case Kind::enumeration: return text(type_row, json, token, at);
    case Kind::record:
      if (!record(type.decl, json, at + 1, depth)) return false;
      at->cells = at + 1;
      at->present = 1;
      return true;
    case Kind::list:
    case Kind::set: return list(type, json, at, depth);
    case Kind::map: return map(type, json, at, depth);
    case Kind::network:
    case Kind::quorum:
    case Kind::votes:
    case Kind::verdict: break;  // no JSON value is one
  }
  return false;
}

bool Decoder::State::element(std::uint32_t type_row, ondemand::value json, Cell* at, int depth) {
  const TypeDesc& type = program.types[type_row];
  if (type.kind != Kind::record) return value(type_row, json, at, depth) && at->present != 0;
  return record(type.decl, json, at, depth);
}

bool Decoder::State::record(std::uint32_t row, ondemand::value& json, Cell* cells, int depth) {
  ondemand::object object;
  if (depth >= kMaxInputDepth || json.get_object().get(object) != simdjson::SUCCESS) return false;
  point_headers(records[row], cells);
  const auto lookup = [this, row](std::string_view name) { return rules.field(row, name); };
  return members(records[row], object, lookup, cells, depth + 1);
}

template <class Lookup>
bool Decoder::State::members(const Shape& shape, ondemand::object& object, const Lookup& lookup,
                             Cell* cells, int depth) {
  Seen seen(shape.members.size(), *arena);
  const std::size_t first_name = names.size();
  std::uint32_t next = 0;  // most senders keep to the order of the declaration
  for (auto result : object) {
    ondemand::field field;
    std::string_view name;
    if (std::move(result).get(field) != simdjson::SUCCESS || !key(field, name)) return false;
    const bool expected = next < shape.members.size() && shape.members[next].name == name;
    const std::uint32_t index = expected ? next : lookup(name);
    if (index == kNone) {
      if (!shape.open || !ignored(field.value(), depth)) return false;
      names.push_back(name);
      continue;
    }
    next = index + 1;
    const Member& member = shape.members[index];
    if (!seen.add(index) || !value(member.type, field.value(), cells + member.offset, depth))
      return false;
  }
  for (std::uint32_t i = 0; i < shape.members.size(); ++i)
    if (!seen.has(i) && !program.types[shape.members[i].type].optional) return false;
  return distinct_names(first_name);
}

bool Decoder::State::list(const TypeDesc& type, ondemand::value& json, Cell* at, int depth) {
  ondemand::array array;
  if (depth >= kMaxInputDepth || json.get_array().get(array) != simdjson::SUCCESS) return false;
  if (type.kind == Kind::set && is_mask_element(program, type.element))
    return mask(type, array, at, depth + 1);
  std::size_t size = 0;
  if (array.count_elements().get(size) != simdjson::SUCCESS) return false;
  if (size > type.max_size || size < type.min_size) return false;
  Cell* cells = arena->cells(size * type.stride);
  std::uint32_t count = 0;
  for (auto result : array) {
    ondemand::value item;
    if (count == size || result.get(item) != simdjson::SUCCESS) return false;
    if (!element(type.element, item, cells + std::size_t{count} * type.stride, depth + 1))
      return false;
    ++count;
  }
  if (count != size) return false;
  // The elements of sets are scalars.
  if (type.kind == Kind::set) count = sort_unique(program, type.element, type.stride, cells, count);
  *at = Cell::items(cells, count);
  return true;
}

bool Decoder::State::mask(const TypeDesc& type, ondemand::array& array, Cell* at, int depth) {
  std::uint64_t bits = 0;
  std::size_t size = 0;
  for (auto result : array) {
    ondemand::value item;
    Cell member;
    if (result.get(item) != simdjson::SUCCESS || !element(type.element, item, &member, depth))
      return false;
    bits |= std::uint64_t{1} << member.u;
    if (++size > type.max_size) return false;
  }
  *at = Cell::mask(bits);
  return size >= type.min_size;
}

bool Decoder::State::map(const TypeDesc& type, ondemand::value& json, Cell* at, int depth) {
  ondemand::object object;
  if (depth >= kMaxInputDepth || json.get_object().get(object) != simdjson::SUCCESS) return false;
  std::size_t size = 0;
  if (object.count_fields().get(size) != simdjson::SUCCESS) return false;
  if (size > type.max_size || size < type.min_size) return false;
  const std::uint32_t stride = 1 + type.stride;
  Cell* cells = arena->cells(size * stride);
  std::uint32_t count = 0;
  for (auto result : object) {
    ondemand::field field;
    std::string_view name;
    if (count == size || std::move(result).get(field) != simdjson::SUCCESS || !key(field, name))
      return false;
    Cell* entry = cells + std::size_t{count} * stride;
    Scalar scalar;
    if (rules.text(type.key, name, scalar) != Fault::none) return false;
    const bool named = program.types[type.key].kind == Kind::string;
    *entry = named ? Cell::string(name) : Cell::integer(scalar.i);
    if (!element(type.element, field.value(), entry + 1, depth + 1)) return false;
    ++count;
  }
  // Two names of one key are as bad as the same name twice.
  if (count != size || sort_unique(program, type.key, stride, cells, count) != count) return false;
  const TypeDesc& of = program.types[type.element];
  if (of.kind == Kind::record)
    for (std::uint32_t i = 0; i < count; ++i)
      point_headers(records[of.decl], cells + std::size_t{i} * stride + 1);
  *at = Cell::items(cells, count);
  return true;
}

bool Decoder::State::number(std::uint32_t type, std::string_view token, Cell* at) const {
  Scalar scalar;
  if (rules.number(type, token, scalar) != Fault::none) return false;
  *at = Cell::integer(scalar.i);
  return true;
}

bool Decoder::State::text(std::uint32_t type, ondemand::value& json, std::string_view token,
                          Cell* at) {
  std::string_view content;
  Scalar scalar;
  if (!string(json, token, content) || rules.text(type, content, scalar) != Fault::none)
    return false;
  switch (program.types[type].kind) {
    case Kind::string: *at = Cell::string(content); break;
    case Kind::ip:
      *at = Cell::string(
          arena->copy({reinterpret_cast<const char*>(scalar.ip.data()), scalar.ip.size()}));
      break;
    default: *at = Cell::integer(scalar.i); break;
  }
  return true;
}

bool Decoder::State::string(ondemand::value& json, std::string_view token, std::string_view& out) {
  // The token runs to the next one, and between two tokens there is only white space.
  if (token.size() < 2 || token.front() != '"' || token.back() != '"') return false;
  out = token.substr(1, token.size() - 2);
  if (std::memchr(out.data(), '\\', out.size()) == nullptr)
    return json.get_raw_json_string().error() == simdjson::SUCCESS;
  std::string_view unescaped;
  // A lone surrogate's escape is the only way to ill-formed UTF-8 here.
  if (json.get_string().get(unescaped) != simdjson::SUCCESS || !base::is_utf8(unescaped))
    return false;
  out = arena->copy(unescaped);
  return true;
}

bool Decoder::State::key(ondemand::field& field, std::string_view& out) {
  const char* begin = field.key().raw();
  const char* end = begin;
  while (*end != '"' && *end != '\\')
    ++end;
  out = {begin, static_cast<std::size_t>(end - begin)};
  if (*end == '"') return true;
  std::string_view unescaped;
  if (field.unescaped_key().get(unescaped) != simdjson::SUCCESS || !base::is_utf8(unescaped))
    return false;
  out = arena->copy(unescaped);
  return true;
}

bool Decoder::State::ignored(ondemand::value json, int depth) {
  const std::string_view token = token_of(json);
  if (token.empty()) return false;
  switch (token.front()) {
    case '{': return depth < kMaxInputDepth && ignored_object(json, depth + 1);
    case '[': {
      ondemand::array array;
      if (depth >= kMaxInputDepth || json.get_array().get(array) != simdjson::SUCCESS) return false;
      for (auto result : array) {
        ondemand::value item;
        if (result.get(item) != simdjson::SUCCESS || !ignored(item, depth + 1)) return false;
      }
      return true;
    }
    case '"': {
      std::string_view content;
      return string(json, token, content);
    }
    case 't': return token == "true";
    case 'f': return token == "false";
    case 'n': return token == "null";
    default: return is_json_number(token);
  }
}

bool Decoder::State::ignored_object(ondemand::value& json, int depth) {
  ondemand::object object;
  if (json.get_object().get(object) != simdjson::SUCCESS) return false;
  const std::size_t first_name = names.size();
  for (auto result : object) {
    ondemand::field field;
    std::string_view name;
    if (std::move(result).get(field) != simdjson::SUCCESS || !key(field, name)) return false;
    if (!ignored(field.value(), depth)) return false;
    names.push_back(name);
  }
  return distinct_names(first_name);
}

bool Decoder::State::distinct_names(std::size_t first) {
  const auto begin = names.begin() + static_cast<std::ptrdiff_t>(first);
  std::sort(begin, names.end());
  const bool distinct = std::adjacent_find(begin, names.end()) == names.end();
  names.resize(first);
  return distinct;
}

Decoder::Decoder(std::shared_ptr<const VerifiedProgram> program)
    : state_(std::make_unique<State>(std::move(program))) {}
Decoder::~Decoder() = default;
Decoder::Decoder(Decoder&&) noexcept = default;

bool Decoder::decode(std::uint32_t decision, std::string_view json, Cell* frame, Arena& arena) {
  State& state = *state_;
  state.arena = &arena;
  const Shape& shape = state.decisions[decision];
  point_headers(shape, frame);
  ondemand::document document;
  ondemand::object object;
  if (json.size() > kMaxInputBytes || !state.begin(json, false, document)) return false;
  if (document.get_object().get(object) != simdjson::SUCCESS) return false;
  const auto lookup = [&](std::string_view name) { return state.rules.input(decision, name); };
  return state.members(shape, object, lookup, frame, 1) && State::at_end(document);
}

bool Decoder::decode_value(std::uint32_t type, std::string_view json, Cell* cells, Arena& arena) {
  State& state = *state_;
  state.arena = &arena;
  if (state.program.types[type].kind == Kind::record) {
    cells->cells = cells + 1;
    point_headers(state.records[state.program.types[type].decl], cells + 1);
  }
  ondemand::document document;
  ondemand::array array;
  if (json.size() > kMaxDataBytes || !state.begin(json, true, document)) return false;
  if (document.get_array().get(array) != simdjson::SUCCESS) return false;
  int count = 0;
  for (auto result : array) {
    ondemand::value value;
    if (++count > 1 || result.get(value) != simdjson::SUCCESS) return false;
    if (!state.value(type, value, cells, 0)) return false;
  }
  return count == 1 && State::at_end(document);
}

}  // namespace writ::engine
