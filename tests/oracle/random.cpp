#include "tests/oracle/random.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "base/calendar.hpp"

#include "tests/oracle/evaluate.hpp"
#include "tests/oracle/oracle.hpp"
#include "tests/oracle/read.hpp"

namespace writ::oracle {
namespace {

using base::Micros;
using dsl::TypeKind;

constexpr std::size_t kManyElements = 64;

/// The JSON names and types of what an object may hold.
using FieldTypes = std::vector<std::pair<const std::vector<std::string>*, dsl::TypeId>>;

/// Typed random values. What was made once is likely to come again, so that fields coincide.
class Generator {
 public:
  Generator(const dsl::Model& model, Micros now, std::uint64_t seed)
      : types_(model.types), now_(now), dice_(seed), words_(vocabulary_of(model)) {
    for (int i = 0; i < 2 && !model.tests.empty(); ++i) {
      if (const auto json = parse_json(dice_.pick(model.tests).input_json)) learn(*json);
    }
  }

  Json members(const FieldTypes& fields) {
    Json json = of_kind(Json::Kind::object);
    for (const auto& [names, type] : fields) {
      if (types_[type].optional && dice_.chance(20)) continue;
      const std::string& name = dice_.chance(85) ? names->front() : dice_.pick(*names);
      name_ = names->front();
      json.members.emplace_back(name, value(type));
    }
    if (dice_.chance(10)) shuffle(json.members);
    return json;
  }

  Json value(dsl::TypeId id) {
    const dsl::Type& type = types_[id];
    if (type.optional && dice_.chance(4)) return {};
    switch (type.kind) {
      case TypeKind::boolean: {
        Json json = of_kind(Json::Kind::boolean);
        json.truth = dice_.chance(50);
        return json;
      }
      case TypeKind::integer: return number(std::to_string(in_range(type, words_.integers)));
      case TypeKind::decimal: return number(decimal(in_range(type, words_.decimals)));
      case TypeKind::duration: return duration(in_range(type, words_.durations));
      case TypeKind::time: return text(time(type));
      case TypeKind::ip: return text(ip());
      case TypeKind::enumeration: return text(member(type));
      case TypeKind::string: return text(string(type));
      case TypeKind::list:
      case TypeKind::set: return collection(type);
      case TypeKind::map: return map(type);
      case TypeKind::record: return record(type);
      default: return {};
    }
  }

  /// A value like `json`, which is one of the type, with some of its parts made anew.
  Json vary(dsl::TypeId id, const Json& json) {
    if (dice_.chance(5)) return value(id);
    const dsl::Type& type = types_[id];
    Json out = json;
    if (type.kind == TypeKind::record) {
      vary_members(fields_of(type), out);
    } else if (type.kind == TypeKind::map) {
      for (auto& [name, item] : out.members)
        item = vary(type.element, item);
    } else if (type.kind == TypeKind::list || type.kind == TypeKind::set) {
      for (Json& item : out.items)
        item = vary(type.element, item);
      if (!out.items.empty() && dice_.chance(8)) out.items.pop_back();
      if (out.items.size() < type.max_size && dice_.chance(8)) {
        out.items.push_back(value(type.element));
      }
    }
    return out;
  }

  void vary_members(const FieldTypes& fields, Json& json) {
    for (const auto& [names, type] : fields) {
      const auto there =
          std::find_if(json.members.begin(), json.members.end(), [&names](const auto& member) {
            return std::find(names->begin(), names->end(), member.first) != names->end();
          });
      if (there != json.members.end()) {
        name_ = names->front();
        there->second = vary(type, there->second);
        if (types_[type].optional && dice_.chance(5)) json.members.erase(there);
      } else if (dice_.chance(10)) {
        name_ = names->front();
        json.members.emplace_back(names->front(), value(type));
      }
    }
  }

  Dice& random() { return dice_; }

 private:
  /// Strings of an input of the policy's own.
  void learn(const Json& json) {
    if (json.kind == Json::Kind::string && scalars(json.text)) words_.strings.push_back(json.text);
    for (const Json& item : json.items)
      learn(item);
    for (const auto& [name, item] : json.members)
      learn(item);
  }

  static Json of_kind(Json::Kind kind) {
    Json json;
    json.kind = kind;
    return json;
  }
  static Json number(std::string digits) {
    Json json = of_kind(Json::Kind::number);
    json.text = std::move(digits);
    return json;
  }
  static Json text(std::string bytes) {
    Json json = of_kind(Json::Kind::string);
    json.text = std::move(bytes);
    return json;
  }
  template <class T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t i = items.size(); i > 1; --i)
      std::swap(items[i - 1], items[dice_.below(i)]);
  }

  FieldTypes fields_of(const dsl::Type& type) const {
    FieldTypes fields;
    for (const dsl::Field& field : types_.records[type.decl].fields) {
      fields.emplace_back(&field.json, field.type);
    }
    return fields;
  }

  Json record(const dsl::Type& type) {
    Json json = members(fields_of(type));
    if (types_.records[type.decl].open && dice_.chance(15))
      json.members.emplace_back("x-extra", text("ignored"));
    return json;
  }

  /// How many elements: few, now and then the least or the most that the type allows.
  std::size_t size(const dsl::Type& type) {
    std::size_t wanted = dice_.chance(15) ? 0 : 1 + dice_.below(3);
    if (dice_.chance(15)) wanted += dice_.below(4);
    if (dice_.chance(2)) wanted = std::min<std::size_t>(type.max_size, kManyElements);
    return std::max<std::size_t>(type.min_size, std::min<std::size_t>(wanted, type.max_size));
  }

  Json collection(const dsl::Type& type) {
    Json json = of_kind(Json::Kind::array);
    for (std::size_t left = size(type); left > 0; --left) {
      const bool repeat = !json.items.empty() && dice_.chance(12);
      json.items.push_back(repeat ? Json(dice_.pick(json.items)) : value(type.element));
    }
    return json;
  }

  Json map(const dsl::Type& type) {
    const dsl::Type& key = types_[type.key];
    Json json = of_kind(Json::Kind::object);
    if (key.kind == TypeKind::enumeration) {
      for (const dsl::EnumMember& one : types_.enums[key.decl].members) {
        if (dice_.chance(60)) json.members.emplace_back(dice_.pick(one.json), value(type.element));
      }
      if (json.members.size() > type.max_size) json.members.resize(type.max_size);
      return json;
    }
    for (std::size_t tries = 3 * size(type), left = size(type); left > 0 && tries > 0; --tries) {
      std::string name = string(key);
      const bool there = std::any_of(json.members.begin(), json.members.end(),
                                     [&name](const auto& entry) { return entry.first == name; });
      if (there) continue;
      json.members.emplace_back(std::move(name), value(type.element));
      --left;
    }
    return json;
  }

  std::string member(const dsl::Type& type) {
    const dsl::Enum& declared = types_.enums[type.decl];
    const std::string name = dice_.pick(dice_.pick(declared.members).json);
    if (!declared.else_unknown || dice_.chance(94)) return name;
    return dice_.chance(50) ? varied(name) : "nobody knows";
  }

  /// Within the type's range: its ends, what the policy compares with, and their neighbours.
  std::int64_t in_range(const dsl::Type& type, const std::vector<std::int64_t>& known) {
    const bool micros = type.kind == TypeKind::duration;
    const std::int64_t low = type.has_range ? type.low : (micros ? 0 : INT64_MIN);
    const std::int64_t high = type.has_range ? type.high : INT64_MAX;
    for (int tries = 0; tries < 8; ++tries) {
      Wide value = dice_.pick(known);
      if (type.has_range && dice_.chance(20)) value = dice_.chance(50) ? low : high;
      if (dice_.chance(30)) value += static_cast<std::int64_t>(dice_.below(3)) - 1;
      if (micros && dice_.chance(20)) value += base::kMicrosPerSecond;
      if (!numbers_.empty() && dice_.chance(25)) value = dice_.pick(numbers_);
      if (!type.has_range && dice_.chance(2)) value = dice_.chance(50) ? low : high;
      if (value < low || value > high) continue;
      numbers_.push_back(static_cast<std::int64_t>(value));
      return numbers_.back();
    }
    const Wide span = std::min(Wide{high} - low, Wide{1'000'000'000});
    return static_cast<std::int64_t>(
        low + static_cast<std::int64_t>(dice_.below(static_cast<std::size_t>(span) + 1)));
  }

  std::string decimal(std::int64_t ten_thousandths) {
    Wide magnitude = ten_thousandths;
    if (magnitude < 0) magnitude = -magnitude;
    std::string out = ten_thousandths < 0 ? "-" : "";
    out += std::to_string(static_cast<std::int64_t>(magnitude / 10'000));
    std::string fraction =
        std::to_string(static_cast<std::int64_t>(magnitude % 10'000 + 10'000)).substr(1);
    if (dice_.chance(80)) fraction.erase(fraction.find_last_not_of('0') + 1);
    return fraction.empty() ? out : out + "." + fraction;
  }

  /// Whole seconds as a number or in words, else in words with a fraction.
  Json duration(std::int64_t micros) {
    const Wide magnitude = micros < 0 ? -Wide{micros} : Wide{micros};
    const auto seconds = static_cast<std::int64_t>(magnitude / base::kMicrosPerSecond);
    const auto rest = static_cast<std::int64_t>(magnitude % base::kMicrosPerSecond);
    const std::string minus = micros < 0 ? "-" : "";
    if (rest != 0) {
      const std::string fraction = std::to_string(rest + base::kMicrosPerSecond).substr(1);
      return text(minus + "PT" + std::to_string(seconds) + "." + fraction + "S");
    }
    if (dice_.chance(60)) return number((seconds == 0 ? "" : minus) + std::to_string(seconds));
    if (dice_.chance(50)) return text(minus + "PT" + std::to_string(seconds) + "S");
    std::string out;
    base::append_duration(out, micros);
    return text(out);
  }

  std::string time(const dsl::Type& type) {
    std::int64_t instant = now_;
    for (int tries = 0; tries < 8; ++tries) {
      Wide value = now_;
      if (dice_.chance(25))
        value += (dice_.chance(50) ? 1 : -1) * Wide{dice_.pick(words_.durations)};
      if (!words_.instants.empty() && dice_.chance(20)) value = dice_.pick(words_.instants);
      if (!instants_.empty() && dice_.chance(25)) value = dice_.pick(instants_);
      if (dice_.chance(20)) {
        value += (Wide{static_cast<std::int64_t>(dice_.below(400))} - 200) * base::kMicrosPerDay;
      }
      if (dice_.chance(30)) value += static_cast<std::int64_t>(dice_.below(3)) - 1;
      if (dice_.chance(1)) value = dice_.chance(50) ? base::kMinInstant : base::kMaxInstant;
      if (value < base::kMinInstant || value > base::kMaxInstant) continue;
      instant = static_cast<std::int64_t>(value);
      if (!type.has_range || (instant >= type.low && instant <= type.high)) break;
      instant = dice_.chance(50) ? type.low : type.high;
    }
    instants_.push_back(instant);
    std::string out;
    const Micros ahead = 90 * base::kMicrosPerMinute;
    if (dice_.chance(92) || instant > base::kMaxInstant - ahead) {
      base::append_instant(out, instant);
      return out;
    }
    base::append_instant(out, instant + ahead);
    return out.substr(0, out.size() - 1) + "+01:30";
  }

  std::string ip() {
    base::IpNetwork network = dice_.pick(words_.networks);
    for (std::size_t i = network.prefix; i < 128; ++i) {
      if (dice_.chance(50)) network.address[i / 8] |= static_cast<std::uint8_t>(0x80U >> i % 8);
    }
    if (dice_.chance(20)) network.address[15] ^= 1;
    if (dice_.chance(10)) network.address[12] ^= 1;
    const auto& bytes = network.address;
    if (bytes[10] == 0xff && bytes[11] == 0xff && bytes[0] == 0) {
      std::string dotted = dice_.chance(10) ? "::ffff:" : "";
      for (std::size_t i = 12; i < 16; ++i) {
        dotted += (i > 12 ? "." : "") + std::to_string(bytes[i]);
      }
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

  bool fits(const dsl::Type& type, const std::string& text) const {
    const auto all = scalars(text);
    return all && all->size() >= type.min_size &&
           (type.max_size == dsl::kUnbounded || all->size() <= type.max_size) &&
           (type.pattern == dsl::kNoPattern || matches_pattern(types_, type.pattern, text));
  }

  std::string string(const dsl::Type& type) {
    const bool has_pattern = type.pattern != dsl::kNoPattern;
    std::vector<std::string>& alike =
        alike_[has_pattern ? "/" + std::to_string(type.pattern) : name_];
    for (int tries = 0; tries < 12; ++tries) {
      const bool again = !alike.empty() && dice_.chance(55);
      std::string text =
          again ? alike[dice_.below(std::min<std::size_t>(alike.size(), 3))] : candidate(type);
      if (!fits(type, text)) continue;
      strings_.push_back(text);
      alike.push_back(text);
      return text;
    }
    return std::string(std::max<std::size_t>(type.min_size, 1), 'a');
  }

  std::string candidate(const dsl::Type& type) {
    if (!strings_.empty() && dice_.chance(25)) return dice_.pick(strings_);
    if (type.pattern != dsl::kNoPattern && dice_.chance(60)) {
      // A few texts for each pattern come again in every input and in data.
      Dice shared(type.pattern * 16 + dice_.below(4));
      return from_pattern(types_.patterns[type.pattern], dice_.chance(70) ? shared : dice_);
    }
    if (dice_.chance(25)) return words_.strings[words_.strings.size() - 1 - dice_.below(4)];
    if (dice_.chance(75)) return dice_.pick(words_.strings);
    if (dice_.chance(60)) return varied(dice_.pick(words_.strings));
    if (dice_.chance(30) && type.max_size <= 300) return std::string(type.max_size, 'm');
    return dice_.pick(
        std::vector<std::string>{"", "é", "a/b~c", "\xE2\x80\x8B", "zz zz", "\"q\\", "\x01"});
  }

  /// The same to a careless eye.
  std::string varied(std::string text) {
    switch (dice_.below(6)) {
      case 0: return " " + text;
      case 1: return text + "\xC2\xA0";
      case 2: return text + "x";
      case 3: return text.substr(0, text.size() / 2);
      default: break;
    }
    for (char& c : text) {
      if (c >= 'a' && c <= 'z' && dice_.chance(40)) c = static_cast<char>(c - 'a' + 'A');
    }
    return text;
  }

  const dsl::Types& types_;
  Micros now_;
  Dice dice_;
  Vocabulary words_;
  std::string name_;                                       // of the field that is made
  std::vector<std::string> strings_;                       // made so far
  std::map<std::string, std::vector<std::string>> alike_;  // the same, by pattern or field name
  std::vector<std::int64_t> numbers_, instants_;
};

/// The input of one of the policy's own tests of the decision.
std::optional<Json> test_input(const dsl::Model& model, std::uint32_t decision, Dice& dice) {
  std::vector<const dsl::Test*> tests;
  for (const dsl::Test& test : model.tests) {
    if (test.decision == decision) tests.push_back(&test);
  }
  if (tests.empty()) return std::nullopt;
  std::optional<Json> json = parse_json(dice.pick(tests)->input_json);
  if (json && json->kind != Json::Kind::object) return std::nullopt;
  return json;
}

}  // namespace

std::uint64_t Dice::next() {
  state_ += 0x9E3779B97F4A7C15ULL;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

std::string random_input(const dsl::Model& model, std::uint32_t decision, Micros now,
                         std::uint64_t seed) {
  Generator generator(model, now, seed);
  FieldTypes inputs;
  for (const dsl::Input& input : model.decisions[decision].inputs) {
    inputs.emplace_back(&input.json, input.type);
  }
  Dice& dice = generator.random();
  std::optional<Json> json = dice.chance(40) ? test_input(model, decision, dice) : std::nullopt;
  if (json) {
    generator.vary_members(inputs, *json);
  } else {
    json = generator.members(inputs);
  }
  return dice.chance(10) ? broken_json(*json, dice) : write_json(*json, dice);
}

std::string random_data(const dsl::Model& model, std::uint32_t data, Micros now,
                        std::uint64_t seed) {
  Generator generator(model, now, seed);
  return write_json(generator.value(model.data[data].type), generator.random());
}

}  // namespace writ::oracle
