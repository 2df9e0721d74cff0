#include "tests/random/random_json.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/decimal.hpp"

#include "tests/oracle/json.hpp"

namespace writ::tests {
namespace {

using dsl::TypeKind;
using oracle::Json;
using tools::Dice;
using tools::InputValues;

Json scalar(Json::Kind kind, std::string text) {
  Json json;
  json.kind = kind;
  json.text = std::move(text);
  return json;
}

// --- values in one of their spellings ---

class Speller {
 public:
  Speller(const dsl::Types& types, Dice& dice) : types_(types), dice_(dice) {}

  Json value(dsl::TypeId id, const dsl::Value& value) {
    const dsl::Type& type = types_[id];
    if (value.absent()) return scalar(Json::Kind::null, "");
    switch (type.kind) {
      case TypeKind::boolean: {
        Json json = scalar(Json::Kind::boolean, "");
        json.truth = value.integer() != 0;
        return json;
      }
      case TypeKind::integer: return scalar(Json::Kind::number, std::to_string(value.integer()));
      case TypeKind::decimal: return scalar(Json::Kind::number, decimal(value.integer()));
      case TypeKind::duration: return duration(value.integer());
      case TypeKind::time: return text(time(value.integer()));
      case TypeKind::ip: return text(ip(std::get<base::IpNetwork>(value.v).address));
      case TypeKind::enumeration: return text(member(type, value.integer()));
      case TypeKind::string: return text(value.string());
      case TypeKind::record: return record(type, std::get<dsl::Fields>(value.v));
      case TypeKind::map: return map(type, std::get<dsl::Entries>(value.v));
      default: return collection(type, std::get<dsl::Collection>(value.v));
    }
  }

  /// Adds the member of an object; an absent one is left out or `null`.
  void add(Json& object, const std::vector<std::string>& names, dsl::TypeId type,
           const dsl::Value& value) {
    if (value.absent() && !dice_.chance(15)) return;
    object.members.emplace_back(dice_.chance(85) ? names.front() : dice_.pick(names),
                                this->value(type, value));
  }

 private:
  static Json text(std::string bytes) { return scalar(Json::Kind::string, std::move(bytes)); }

  Json record(const dsl::Type& type, const dsl::Fields& fields) {
    const dsl::Record& declared = types_.records[type.decl];
    Json json = scalar(Json::Kind::object, "");
    for (std::size_t i = 0; i < fields.values.size(); ++i)
      add(json, declared.fields[i].json, declared.fields[i].type, fields.values[i]);
    if (declared.open && dice_.chance(15)) json.members.emplace_back("x-extra", text("ignored"));
    if (dice_.chance(10)) dice_.shuffle(json.members);
    return json;
  }

  Json collection(const dsl::Type& type, const dsl::Collection& items) {
    Json json = scalar(Json::Kind::array, "");
    for (const dsl::Value& item : items.items)
      json.items.push_back(value(type.element, item));
    // Repeats in a set are one element.
    if (type.kind == TypeKind::set && !json.items.empty() && dice_.chance(12) &&
        json.items.size() < type.max_size)
      json.items.push_back(Json(dice_.pick(json.items)));
    return json;
  }

  Json map(const dsl::Type& type, const dsl::Entries& entries) {
    const dsl::Type& key = types_[type.key];
    Json json = scalar(Json::Kind::object, "");
    for (const auto& [name, item] : entries.items)
      json.members.emplace_back(
          key.kind == TypeKind::enumeration ? alias(key, name.integer()) : name.string(),
          value(type.element, item));
    return json;
  }

  std::string alias(const dsl::Type& type, std::int64_t index) {
    return dice_.pick(types_.enums[type.decl].members[static_cast<std::size_t>(index)].json);
  }

  /// A member by one of its names; `unknown` is any other word.
  std::string member(const dsl::Type& type, std::int64_t index) {
    const dsl::Enum& declared = types_.enums[type.decl];
    const std::string name = alias(type, index);
    if (!declared.else_unknown || index + 1 < std::ssize(declared.members)) return name;
    if (dice_.chance(40)) return name;
    return dice_.chance(50) ? tools::careless(dice_.pick(declared.members).json.front(), dice_)
                            : "nobody knows";
  }

  std::string decimal(std::int64_t ten_thousandths) {
    std::string out;
    base::append_decimal(out, ten_thousandths);
    if (!dice_.chance(20)) return out;
    if (out.find('.') == std::string::npos) out += '.';
    while (out.size() - out.find('.') <= 4)
      out += '0';
    return out;
  }

  /// Whole seconds as a number or in words, else in words with a fraction.
  Json duration(std::int64_t micros) {
    const auto least = micros == INT64_MIN;
    const std::int64_t size = least ? INT64_MAX : (micros < 0 ? -micros : micros);
    const std::string minus = micros < 0 ? "-" : "";
    const std::string seconds = std::to_string(size / base::kMicrosPerSecond);
    if (const std::int64_t rest = size % base::kMicrosPerSecond + (least ? 1 : 0); rest != 0) {
      const std::string fraction = std::to_string(rest + base::kMicrosPerSecond).substr(1);
      return text(minus + "PT" + seconds + "." + fraction + "S");
    }
    if (dice_.chance(60)) return scalar(Json::Kind::number, (micros == 0 ? "" : minus) + seconds);
    if (dice_.chance(50)) return text(minus + "PT" + seconds + "S");
    std::string out;
    base::append_duration(out, micros);
    return text(out);
  }

  std::string time(base::Micros instant) {
    std::string out;
    const base::Micros ahead = 90 * base::kMicrosPerMinute;
    if (dice_.chance(92) || instant > base::kMaxInstant - ahead) {
      base::append_instant(out, instant);
      return out;
    }
    base::append_instant(out, instant + ahead);
    return out.substr(0, out.size() - 1) + "+01:30";
  }

  std::string ip(const base::IpAddress& bytes) {
    const bool mapped =
        bytes[10] == 0xff && bytes[11] == 0xff &&
        std::all_of(bytes.begin(), bytes.begin() + 10, [](std::uint8_t byte) { return byte == 0; });
    if (mapped) {
      std::string dotted = dice_.chance(10) ? "::ffff:" : "";
      for (std::size_t i = 12; i < 16; ++i)
        dotted += (i > 12 ? "." : "") + std::to_string(bytes[i]);
      return dotted;
    }
    constexpr char kHex[] = "0123456789aBcDeF";
    std::string groups;
    for (std::size_t i = 0; i < 16; ++i) {
      if (i > 0 && i % 2 == 0) groups += ':';
      groups += kHex[bytes[i] / 16];
      groups += kHex[bytes[i] % 16];
    }
    return groups;
  }

  const dsl::Types& types_;
  Dice& dice_;
};

// --- the text ---

std::string blank(Dice& dice) {
  return dice.chance(3) ? dice.pick(std::vector<std::string>{" ", "\n", "\t", " \r\n "}) : "";
}

/// The string with its quotes; now and then a character stands as an escape.
std::string write_string(const std::string& text, Dice& dice) {
  std::string out = oracle::json_string(text);
  if (!dice.chance(4) || text.empty()) return out;
  const char first = text.front();
  if (first < ' ' || first > '~' || first == '"' || first == '\\') return out;
  constexpr char kHex[] = "0123456789aBcDeF";
  std::string escaped = "\\u00";
  escaped += kHex[first / 16];
  escaped += kHex[first % 16];
  return out.replace(1, 1, escaped);
}

void write(const Json& json, Dice& dice, std::string& out) {
  out += blank(dice);
  switch (json.kind) {
    case Json::Kind::null: out += "null"; break;
    case Json::Kind::boolean: out += json.truth ? "true" : "false"; break;
    case Json::Kind::number: out += json.text; break;
    case Json::Kind::string: out += write_string(json.text, dice); break;
    case Json::Kind::array:
      out += '[';
      for (std::size_t i = 0; i < json.items.size(); ++i) {
        if (i > 0) out += ',';
        write(json.items[i], dice, out);
      }
      out += ']';
      break;
    case Json::Kind::object:
      out += '{';
      for (std::size_t i = 0; i < json.members.size(); ++i) {
        if (i > 0) out += ',';
        out += blank(dice) + write_string(json.members[i].name, dice) + blank(dice) + ":";
        write(json.members[i].value, dice, out);
      }
      out += '}';
      break;
  }
  out += blank(dice);
}

void all_nodes(Json& json, std::vector<Json*>& nodes) {
  nodes.push_back(&json);
  for (Json& item : json.items)
    all_nodes(item, nodes);
  for (auto& [name, item] : json.members)
    all_nodes(item, nodes);
}

// --- faults ---

Json strange_value(Dice& dice) {
  using Kind = Json::Kind;
  switch (dice.below(8)) {
    case 0: return scalar(Kind::null, "");
    case 1: return scalar(Kind::boolean, "");
    case 2: return scalar(Kind::array, "");
    case 3: return scalar(Kind::object, "");
    case 4: return scalar(Kind::string, std::string(2'000, 'a'));
    case 5:
      return scalar(Kind::string, dice.pick(std::vector<std::string>{
                                      "", "3600", "\xff", "2026-02-30T00:00:00Z", "1y",
                                      "2026-03-02T12:00:60Z", "10.0.0.256", " low"}));
    case 6: {
      Json object = scalar(Kind::object, "");
      object.members = {{"a", scalar(Kind::number, "1")}, {"a", scalar(Kind::number, "1")}};
      return object;
    }
    default:
      return scalar(Kind::number,
                    dice.pick(std::vector<std::string>{
                        "-1", "0", "-0", "1.0", "1e2", "0.12345", "9223372036854775807",
                        "9223372036854775808", "-9223372036854775809", "1e999", "01", "1.5"}));
  }
}

void break_node(Json& json, Dice& dice) {
  if (json.kind == Json::Kind::object && !json.members.empty() && dice.chance(60)) {
    const std::size_t at = dice.below(json.members.size());
    const auto place = json.members.begin() + static_cast<std::ptrdiff_t>(at);
    switch (dice.below(3)) {
      case 0: json.members.erase(place); return;
      case 1: json.members.emplace_back(json.members[at]); return;
      default: json.members.emplace(place, "unheard~of/é", strange_value(dice)); return;
    }
  }
  if (json.kind == Json::Kind::array && !json.items.empty() && dice.chance(40)) {
    const std::size_t many = 60 + dice.below(10);
    while (json.items.size() < many)
      json.items.push_back(json.items[dice.below(json.items.size())]);
    return;
  }
  if (dice.chance(5)) {
    for (std::size_t depth = 10 + dice.below(10); depth > 0; --depth) {
      Json around = scalar(Json::Kind::array, "");
      around.items.push_back(std::move(json));
      json = std::move(around);
    }
    return;
  }
  json = strange_value(dice);
}

std::string break_text(std::string text, Dice& dice) {
  const std::size_t at = dice.below(text.size());
  switch (dice.below(6)) {
    case 0: return text.substr(0, at);
    case 1: return text + dice.pick(std::vector<std::string>{"x", "{}", ",", "\0"});
    case 2: return "\xEF\xBB\xBF" + text;
    case 3:
      return text.insert(
          at, dice.pick(std::vector<std::string>{"\\ud800", "\"", ",", "\x01", "\xC0\x80"}));
    case 4: return text.erase(at, 1);
    default: return text.insert(text.size() - 1, ",");
  }
}

/// JSON text, now and then with white space, escapes and members in another order.
std::string write_json(const Json& json, Dice& dice) {
  std::string out;
  write(json, dice, out);
  return out;
}

/// One fault in one place: of a value, of an object's members, or of the text.
std::string broken_json(Json json, Dice& dice) {
  if (dice.chance(15)) return break_text(write_json(json, dice), dice);
  std::vector<Json*> nodes;
  all_nodes(json, nodes);
  break_node(*dice.pick(nodes), dice);
  return write_json(json, dice);
}

}  // namespace

std::string random_input(const dsl::Model& model, const tools::RandomValues& values,
                         std::uint32_t decision, base::Micros now, std::uint64_t seed) {
  const InputValues inputs = values.inputs(decision, now, seed);
  Dice dice(seed + 1);
  Speller speller(model.types, dice);
  Json json = scalar(Json::Kind::object, "");
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const dsl::Input& input = model.decisions[decision].inputs[i];
    speller.add(json, input.json, input.type, inputs[i]);
  }
  if (dice.chance(10)) dice.shuffle(json.members);
  return dice.chance(10) ? broken_json(std::move(json), dice) : write_json(json, dice);
}

std::string random_data(const dsl::Model& model, const tools::RandomValues& values,
                        std::uint32_t data, base::Micros now, std::uint64_t seed) {
  const dsl::Value value = values.data(data, now, seed);
  Dice dice(seed + 1);
  return write_json(Speller(model.types, dice).value(model.data[data].type, value), dice);
}

}  // namespace writ::tests
