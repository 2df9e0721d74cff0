#include <optional>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/text.hpp"

#include "engine/decode.hpp"
#include "engine/decode_scalar.hpp"
#include "engine/decode_wording.hpp"

namespace writ::engine {
namespace {

constexpr std::size_t kMostErrors = 16;
/// Pointers repeat names of the input: errors after this many bytes of them are not listed.
constexpr std::size_t kMostPointerBytes = 64 * 1024;

/// What a value is held against.
struct Target {
  enum class Kind : std::uint8_t { ignored, inputs, value };
  Kind kind = Kind::ignored;
  std::uint32_t row = 0;  ///< DecisionDesc or TypeDesc
};

/// A container that has begun and not ended.
struct Open {
  enum class Kind : std::uint8_t { ignored, members, map, items };
  Kind kind = Kind::ignored;
  Target target;  ///< of the container
  bool array = false;
  bool open = false;                         ///< members: others are ignored
  Target next;                               ///< of the next value in it
  std::size_t pointer_size = 0;              ///< the length of the container's own pointer
  std::uint64_t count = 0;                   ///< items; a map's members
  std::vector<bool> given;                   ///< members
  std::set<std::string, std::less<>> names;  ///< of ignored members and map keys
  std::uint64_t keys = 0;                    ///< a map's keys that are enum members
};

/// Receives what nlohmann's parser reads, and notes what is wrong with it.
class Diagnosis {
 public:
  Diagnosis(const Program& program, Target root)
      : program_(program), rules_(program), root_(root) {}

  std::vector<InputError> errors;
  bool too_large = false;  ///< the first error is a list or string over its maximum
  bool too_deep = false;
  bool overflow = false;      ///< stopped at a number beyond a double
  std::size_t syntax_at = 0;  ///< where reading stopped
  bool approximate = false;   ///< the numbers with exponents are not those of the input

  bool null() {
    const Target target = begin_value();
    if (target.kind == Target::Kind::inputs)
      problem("an object with the decision's inputs", "null");
    if (target.kind == Target::Kind::value && !program_.types[target.row].optional)
      problem(expected_text(program_, target.row, Fault::kind), "null");
    return true;
  }
  bool boolean(bool value) {
    const Target target = begin_value();
    const bool fits =
        target.kind == Target::Kind::value && program_.types[target.row].kind == Kind::boolean;
    if (!fits) mismatch(target, Fault::kind, value ? "true" : "false");
    return true;
  }
  bool number_integer(std::int64_t value) { return number(std::to_string(value)); }
  bool number_unsigned(std::uint64_t value) { return number(std::to_string(value)); }
  bool number_float(double, const std::string& token) { return number(token); }
  bool string(const std::string& value) {
    const Target target = begin_value();
    Fault fault = Fault::kind;
    Scalar scalar;
    if (target.kind == Target::Kind::value) fault = rules_.text(target.row, value, scalar);
    if (fault == Fault::none) return true;
    mismatch(target, fault, string_found(fault, value), fault == Fault::too_long);
    return true;
  }
  bool binary(const std::vector<std::uint8_t>&) { return false; }  // JSON has none

  bool start_object(std::size_t) { return start(false); }
  bool start_array(std::size_t) { return start(true); }
  bool end_object() { return end(); }
  bool end_array() { return end(); }
  bool key(const std::string& name);
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& e) {
    constexpr int kNumberOverflow = 406;
    overflow = e.id == kNumberOverflow;
    syntax_at = position;
    return false;
  }

 private:
  struct Row {
    std::uint32_t type;
    Run json;
  };
  static std::uint32_t count_of(const Program& program, const Target& target);
  Row row(const Target& target, std::uint32_t index) const;

  /// What the value that begins now is held against; the pointer then says where it is.
  Target begin_value();
  bool number(const std::string& token);
  bool start(bool array);
  bool end();
  void end_members(const Open& object);
  void end_sized(const Open& container);
  Target member_target(Open& object, const std::string& name);
  Target entry_target(Open& object, const std::string& name);

  void problem(std::string expected, std::string found, bool large = false);
  void repeated(std::string_view name) {
    problem("each member once", found_string(name) + " again");
  }
  /// A value that is not acceptable where it stands; nothing for an ignored one.
  void mismatch(const Target& target, Fault fault, std::string found, bool large = false);
  static std::string string_found(Fault fault, const std::string& value);
  std::vector<std::string_view> names_of(const Target& target) const;

  const Program& program_;
  ScalarRules rules_;
  Target root_;
  std::vector<Open> open_;
  std::string pointer_;
  std::size_t pointer_bytes_ = 0;
};

std::uint32_t Diagnosis::count_of(const Program& program, const Target& target) {
  if (target.kind == Target::Kind::inputs) return program.decisions[target.row].inputs.count;
  return program.records[program.types[target.row].decl].fields.count;
}

Diagnosis::Row Diagnosis::row(const Target& target, std::uint32_t index) const {
  if (target.kind == Target::Kind::inputs) {
    const InputDesc& input = program_.inputs[program_.decisions[target.row].inputs.first + index];
    return {input.type, input.json};
  }
  const Run fields = program_.records[program_.types[target.row].decl].fields;
  return {program_.fields[fields.first + index].type, program_.fields[fields.first + index].json};
}

void Diagnosis::problem(std::string expected, std::string found, bool large) {
  if (errors.empty()) too_large = large;
  if (errors.size() >= kMostErrors) return;
  if (!errors.empty() && pointer_bytes_ + pointer_.size() > kMostPointerBytes) return;
  pointer_bytes_ += pointer_.size();
  errors.push_back({pointer_, std::move(expected), std::move(found)});
}

void Diagnosis::mismatch(const Target& target, Fault fault, std::string found, bool large) {
  if (errors.size() >= kMostErrors) return;
  if (target.kind == Target::Kind::inputs)
    problem("an object with the decision's inputs", std::move(found));
  if (target.kind == Target::Kind::value)
    problem(expected_text(program_, target.row, fault), std::move(found), large);
}

std::string Diagnosis::string_found(Fault fault, const std::string& value) {
  if (fault != Fault::too_long && fault != Fault::too_short) return found_string(value);
  const std::size_t size = base::code_points(value);
  return std::to_string(size) + (size == 1 ? " character" : " characters");
}

Target Diagnosis::begin_value() {
  if (open_.empty()) return root_;
  Open& in = open_.back();
  if (in.array) {
    pointer_.resize(in.pointer_size);
    base::append_pointer_step(pointer_, std::to_string(in.count));
    ++in.count;
  }
  return in.next;
}

bool Diagnosis::number(const std::string& token) {
  const Target target = begin_value();
  Fault fault = Fault::kind;
  Scalar scalar;
  if (target.kind == Target::Kind::value) fault = rules_.number(target.row, token, scalar);
  if (fault == Fault::none) return true;
  const bool altered = approximate && token.find_first_of("eE.") != std::string::npos;
  mismatch(target, fault,
           altered ? "a number with an exponent or too many digits" : found_token(token));
  return true;
}

bool Diagnosis::start(bool array) {
  if (open_.size() >= static_cast<std::size_t>(kMaxInputDepth)) {
    too_deep = true;
    return false;
  }
  Open container;
  container.target = begin_value();
  container.array = array;
  container.pointer_size = pointer_.size();
  const Target& target = container.target;
  if (target.kind == Target::Kind::inputs && !array) {
    container.kind = Open::Kind::members;
  } else if (target.kind == Target::Kind::value) {
    const TypeDesc& type = program_.types[target.row];
    if (type.kind == Kind::record && !array) {
      container.kind = Open::Kind::members;
      container.open = program_.records[type.decl].open;
    } else if (type.kind == Kind::map && !array) {
      container.kind = Open::Kind::map;
    } else if ((type.kind == Kind::list || type.kind == Kind::set) && array) {
      container.kind = Open::Kind::items;
      container.next = {Target::Kind::value, type.element};
    }
  }
  if (container.kind == Open::Kind::ignored)
    mismatch(target, Fault::kind, array ? "an array" : "an object");
  if (container.kind == Open::Kind::members) container.given.resize(count_of(program_, target));
  open_.push_back(std::move(container));
  return true;
}

std::vector<std::string_view> Diagnosis::names_of(const Target& target) const {
  std::vector<std::string_view> names;
  for (std::uint32_t i = 0; i < count_of(program_, target); ++i) {
    const Run json = row(target, i).json;
    for (std::uint32_t n = 0; n < json.count; ++n)
      names.push_back(program_.name(json.first + n));
  }
  return names;
}

Target Diagnosis::member_target(Open& object, const std::string& name) {
  const bool inputs = object.target.kind == Target::Kind::inputs;
  const std::uint32_t index = inputs ? rules_.input(object.target.row, name)
                                     : rules_.field(program_.types[object.target.row].decl, name);
  if (index != kNone) {
    if (object.given[index]) {
      repeated(name);
      return {};
    }
    object.given[index] = true;
    return {Target::Kind::value, row(object.target, index).type};
  }
  if (!object.open) {
    // Once there are enough errors their wording is not needed.
    if (errors.size() < kMostErrors)
      problem(no_further_member(name, names_of(object.target)), found_string(name));
    return {};
  }
  if (!object.names.insert(name).second) repeated(name);
  return {};
}

Target Diagnosis::entry_target(Open& object, const std::string& name) {
  const TypeDesc& type = program_.types[object.target.row];
  ++object.count;
  if (!object.names.insert(name).second) {
    repeated(name);
    return {};
  }
  Scalar scalar;
  const Fault fault = rules_.text(type.key, name, scalar);
  if (fault != Fault::none) {
    problem("as the member's name " + expected_text(program_, type.key, fault),
            string_found(fault, name), fault == Fault::too_long);
    return {};
  }
  if (program_.types[type.key].kind == Kind::enumeration) {
    const std::uint64_t bit = std::uint64_t{1} << scalar.i;
    if ((object.keys & bit) != 0) {
      problem("each key once", found_string(name) + ", another name of a key before it");
      return {};
    }
    object.keys |= bit;
  }
  return {Target::Kind::value, type.element};
}

bool Diagnosis::key(const std::string& name) {
  Open& object = open_.back();
  pointer_.resize(object.pointer_size);
  base::append_pointer_step(pointer_, name);
  switch (object.kind) {
    case Open::Kind::members: object.next = member_target(object, name); break;
    case Open::Kind::map: object.next = entry_target(object, name); break;
    case Open::Kind::ignored:
    case Open::Kind::items:
      if (!object.names.insert(name).second) repeated(name);
      break;
  }
  return true;
}

bool Diagnosis::end() {
  const Open container = std::move(open_.back());
  open_.pop_back();
  pointer_.resize(container.pointer_size);
  switch (container.kind) {
    case Open::Kind::members: end_members(container); break;
    case Open::Kind::map:
    case Open::Kind::items: end_sized(container); break;
    case Open::Kind::ignored: break;
  }
  return true;
}

void Diagnosis::end_members(const Open& object) {
  for (std::uint32_t i = 0; i < object.given.size() && errors.size() < kMostErrors; ++i) {
    const Row member = row(object.target, i);
    if (object.given[i] || program_.types[member.type].optional) continue;
    base::append_pointer_step(pointer_, program_.name(member.json.first));
    problem(expected_text(program_, member.type, Fault::none), "nothing");
    pointer_.resize(object.pointer_size);
  }
}

void Diagnosis::end_sized(const Open& container) {
  const TypeDesc& type = program_.types[container.target.row];
  const bool large = container.count > type.max_size;
  if (!large && container.count >= type.min_size) return;
  const std::string unit = container.array ? "item" : "member";
  problem(size_text(container.array ? "an array" : "an object", large,
                    large ? type.max_size : type.min_size, unit),
          std::to_string(container.count) + ' ' + unit + (container.count == 1 ? "" : "s"), large);
}

/// The text with every number that could be beyond a double replaced by one of the same length that
/// is not, and that no type takes either: nlohmann's parser stops at such a number, JSON does not.
std::string without_overflow(std::string_view json) {
  std::string out(json);
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (in_string && json[i] == '\\') {
      ++i;
    } else if (json[i] == '"') {
      in_string = !in_string;
    } else if (!in_string && (json[i] == '-' || (json[i] >= '0' && json[i] <= '9'))) {
      std::size_t end = json.find_first_not_of("0123456789+-.eE", i);
      if (end == std::string_view::npos) end = json.size();
      const std::string_view token = json.substr(i, end - i);
      const bool exponent = token.find_first_of("eE") != std::string_view::npos;
      if (is_json_number(token) && (exponent || token.size() > 300)) {
        out.replace(i, token.size(), token.size(), '0');
        out[i] = '1';
        out[i + 1] = exponent ? 'e' : '.';
      }
      i = end - 1;
    }
  }
  return out;
}

Problem refusal(std::string code, int status, std::string expected, std::string found) {
  Problem problem{std::move(code), status, "expected " + expected + ", found " + found, {}};
  problem.errors.push_back({"", std::move(expected), std::move(found)});
  return problem;
}

Problem not_json(std::string found) {
  return refusal("input_invalid", 400, "a JSON document (RFC 8259, UTF-8)", std::move(found));
}

Problem described(Diagnosis& diagnosis) {
  Problem problem;
  problem.code = diagnosis.too_large ? "request_too_large" : "input_invalid";
  problem.status = diagnosis.too_large ? 413 : 422;
  problem.errors = std::move(diagnosis.errors);
  const InputError& first = problem.errors.front();
  if (!first.pointer.empty() && first.pointer.size() <= 256) problem.detail = first.pointer + ": ";
  problem.detail += "expected " + first.expected + ", found " + first.found;
  if (problem.errors.size() > 1)
    problem.detail += "; " + std::to_string(problem.errors.size() - 1) + " more";
  return problem;
}

std::optional<Problem> diagnose_target(const Program& program, Target root, std::size_t most,
                                       std::string_view json) {
  if (json.size() > most)
    return refusal("request_too_large", 413, "at most " + std::to_string(most) + " bytes",
                   std::to_string(json.size()) + " bytes");
  if (json.starts_with("\xEF\xBB\xBF")) return not_json("a byte order mark");
  if (!base::is_utf8(json)) return not_json("bytes that are not UTF-8");
  // nlohmann's parser takes a zero byte for the end of the text.
  const std::size_t zero = json.find('\0');
  if (zero != std::string_view::npos)
    return not_json("a zero byte at byte " + std::to_string(zero));

  std::optional<Diagnosis> diagnosis(std::in_place, program, root);
  bool read = nlohmann::json::sax_parse(json.begin(), json.end(), &*diagnosis);
  if (!read && diagnosis->overflow) {
    const std::string altered = without_overflow(json);
    diagnosis.emplace(program, root);
    diagnosis->approximate = true;
    read = nlohmann::json::sax_parse(altered.begin(), altered.end(), &*diagnosis);
  }
  if (diagnosis->too_deep)
    return refusal("input_invalid", 400,
                   "at most " + std::to_string(kMaxInputDepth) + " levels of nesting", "more");
  if (!read) return not_json("a syntax error at byte " + std::to_string(diagnosis->syntax_at));
  if (diagnosis->errors.empty()) return std::nullopt;
  return described(*diagnosis);
}

}  // namespace

std::optional<Problem> diagnose(const VerifiedProgram& program, std::uint32_t decision,
                                std::string_view json) {
  return diagnose_target(program.program(), {Target::Kind::inputs, decision}, kMaxInputBytes, json);
}

std::optional<Problem> diagnose_value(const VerifiedProgram& program, std::uint32_t type,
                                      std::string_view json) {
  return diagnose_target(program.program(), {Target::Kind::value, type}, kMaxDataBytes, json);
}

}  // namespace writ::engine
