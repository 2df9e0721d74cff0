#include "tools/random/values.hpp"

#include <algorithm>
#include <string>

#include <re2/re2.h>

#include "base/decimal.hpp"
#include "base/text.hpp"

namespace writ::tools {

using base::Micros;
using dsl::TypeKind;
using dsl::Value;

namespace {

/// The most elements of a collection, whatever its type allows.
constexpr std::size_t kManyElements = 64;
/// Strings are made up to this length, unless they have to be longer.
constexpr std::size_t kLongString = 300;
/// 2020-01-01 and 2030-01-01: where most instants of policies are.
constexpr Micros kEarly = 1'577'836'800 * base::kMicrosPerSecond;
constexpr Micros kLate = 1'893'456'000 * base::kMicrosPerSecond;

}  // namespace

/// What was made once is likely to come again, so that fields coincide.
class ValueGenerator {
 public:
  ValueGenerator(const RandomValues& from, Micros now, std::uint64_t seed)
      : from_(from), types_(from.model_.types), now_(now), dice_(seed) {}

  Dice& dice() { return dice_; }

  InputValues inputs(std::uint32_t decision) {
    const auto& declared = from_.model_.decisions[decision].inputs;
    const auto& tests = from_.tests_[decision];
    if (!tests.empty()) {
      for (int i = 0; i < 2; ++i)
        learn(decision, dice_.pick(tests));
    }
    const bool like_test = !tests.empty() && dice_.chance(45);
    InputValues values = like_test ? dice_.pick(tests) : InputValues(declared.size());
    for (std::size_t i = 0; i < declared.size(); ++i) {
      name_ = declared[i].json.front();
      values[i] = like_test ? vary(declared[i].type, values[i]) : member(declared[i].type);
    }
    return values;
  }

  /// A field's or input's value; absent now and then where it may be.
  Value member(dsl::TypeId id) {
    if (types_[id].optional && dice_.chance(20)) return {};
    return value(id);
  }

  Value value(dsl::TypeId id) {
    const dsl::Type& type = types_[id];
    switch (type.kind) {
      case TypeKind::boolean: return Value{std::int64_t{dice_.chance(50)}};
      case TypeKind::integer: return Value{in_range(type, from_.words_.integers)};
      case TypeKind::decimal: return Value{in_range(type, from_.words_.decimals)};
      case TypeKind::duration: return Value{in_range(type, from_.words_.durations)};
      case TypeKind::time: return Value{time(type)};
      case TypeKind::ip: return Value{ip()};
      case TypeKind::enumeration: {
        const std::size_t members = types_.enums[type.decl].members.size();
        return Value{static_cast<std::int64_t>(dice_.below(members))};
      }
      case TypeKind::string: return Value{string(type)};
      case TypeKind::list:
      case TypeKind::set: return collection(type);
      case TypeKind::map: return map(type);
      case TypeKind::record: return record(type);
      default: return {};
    }
  }

  /// A value like `like`, which is one of the type, with some of its parts made anew.
  Value vary(dsl::TypeId id, const Value& like) {
    const dsl::Type& type = types_[id];
    if (like.absent()) return dice_.chance(10) ? value(id) : Value{};
    if (type.optional && dice_.chance(5)) return {};
    if (dice_.chance(5)) return value(id);
    Value out = like;
    if (auto* fields = std::get_if<dsl::Fields>(&out.v)) {
      const auto& declared = types_.records[type.decl].fields;
      for (std::size_t i = 0; i < declared.size(); ++i) {
        name_ = declared[i].json.front();
        fields->values[i] = vary(declared[i].type, fields->values[i]);
      }
    } else if (auto* entries = std::get_if<dsl::Entries>(&out.v)) {
      for (auto& [key, item] : entries->items)
        item = vary(type.element, item);
    } else if (auto* items = std::get_if<dsl::Collection>(&out.v)) {
      vary_items(type, items->items);
    }
    return out;
  }

  /// `now`, or an instant that comes near one of the values.
  Micros instant_near(const dsl::Decision& decision, const InputValues& inputs) {
    std::vector<Micros> times;
    for (std::size_t i = 0; i < inputs.size(); ++i)
      for_each_part(types_, decision.inputs[i].type, inputs[i],
                    [&](dsl::TypeId type, const Value& part) {
                      if (types_[type].kind == TypeKind::time && !part.absent())
                        times.push_back(part.integer());
                    });
    if (times.empty() || dice_.chance(50)) return now_;
    base::Micros instant = dice_.pick(times);
    if (dice_.chance(40)) {
      const Micros distance = dice_.pick(from_.words_.durations);
      instant = dice_.chance(50) ? base::saturating_add(instant, distance)
                                 : base::saturating_sub(instant, distance);
    }
    if (dice_.chance(60)) instant += static_cast<Micros>(dice_.below(3)) - 1;
    return std::clamp(instant, base::kMinInstant, base::kMaxInstant);
  }

 private:
  /// Strings of an input of the policy's own.
  void learn(std::uint32_t decision, const InputValues& inputs) {
    const auto& declared = from_.model_.decisions[decision].inputs;
    for (std::size_t i = 0; i < inputs.size(); ++i)
      for_each_part(types_, declared[i].type, inputs[i], [&](dsl::TypeId, const Value& part) {
        if (const auto* text = std::get_if<std::string>(&part.v)) learned_.push_back(*text);
      });
  }

  void vary_items(const dsl::Type& type, std::vector<Value>& items) {
    for (Value& item : items)
      item = vary(type.element, item);
    if (items.size() > type.min_size && dice_.chance(8)) items.pop_back();
    if (items.size() < type.max_size && dice_.chance(12)) items.push_back(value(type.element));
  }

  Value record(const dsl::Type& type) {
    const auto known = from_.records_.find(type.decl);
    if (known != from_.records_.end() && dice_.chance(35)) {
      const Value like = dice_.pick(known->second);
      dsl::Fields fields = std::get<dsl::Fields>(like.v);
      const auto& declared = types_.records[type.decl].fields;
      for (std::size_t i = 0; i < declared.size(); ++i) {
        name_ = declared[i].json.front();
        fields.values[i] = vary(declared[i].type, fields.values[i]);
      }
      return Value{std::move(fields)};
    }
    dsl::Fields fields;
    for (const dsl::Field& field : types_.records[type.decl].fields) {
      name_ = field.json.front();
      fields.values.push_back(member(field.type));
    }
    return Value{std::move(fields)};
  }

  /// How many elements: few, now and then the least or the most that the type allows.
  std::size_t size(const dsl::Type& type) {
    std::size_t wanted = dice_.chance(15) ? 0 : 1 + dice_.below(3);
    if (dice_.chance(15)) wanted += dice_.below(4);
    if (depth_ < 2 && dice_.chance(2)) wanted = std::min<std::size_t>(type.max_size, kManyElements);
    return std::max<std::size_t>(type.min_size, std::min<std::size_t>(wanted, type.max_size));
  }

  Value collection(const dsl::Type& type) {
    ++depth_;
    dsl::Collection made;
    const bool set = type.kind == TypeKind::set;
    std::vector<std::string> seen;
    for (std::size_t left = size(type), tries = 4 * left; left > 0 && tries > 0; --tries) {
      const bool repeat = !set && !made.items.empty() && dice_.chance(12);
      Value item = repeat ? Value(dice_.pick(made.items)) : value(type.element);
      if (set) {
        std::string text = dsl::value_to_json(types_, type.element, item);
        if (std::find(seen.begin(), seen.end(), text) != seen.end()) continue;
        seen.push_back(std::move(text));
      }
      made.items.push_back(std::move(item));
      --left;
    }
    --depth_;
    return Value{std::move(made)};
  }

  Value map(const dsl::Type& type) {
    ++depth_;
    const dsl::Type& key = types_[type.key];
    dsl::Entries made;
    if (key.kind == TypeKind::enumeration) {
      const auto members = static_cast<std::int64_t>(types_.enums[key.decl].members.size());
      for (std::int64_t member = 0; member < members; ++member)
        if (dice_.chance(60) && made.items.size() < type.max_size)
          made.items.emplace_back(Value{member}, value(type.element));
    } else {
      for (std::size_t left = size(type), tries = 4 * left; left > 0 && tries > 0; --tries) {
        std::string name = string(key);
        const bool there =
            std::any_of(made.items.begin(), made.items.end(),
                        [&name](const auto& entry) { return entry.first.string() == name; });
        if (there) continue;
        made.items.emplace_back(Value{std::move(name)}, value(type.element));
        --left;
      }
    }
    --depth_;
    return Value{std::move(made)};
  }

  /// Within the type's range: its ends, what the policy compares with, and their neighbours.
  std::int64_t in_range(const dsl::Type& type, const std::vector<std::int64_t>& known) {
    const bool micros = type.kind == TypeKind::duration;
    const std::int64_t low = type.has_range ? type.low : (micros ? 0 : INT64_MIN);
    const std::int64_t high = type.has_range ? type.high : INT64_MAX;
    for (int tries = 0; tries < 8; ++tries) {
      std::int64_t value = dice_.pick(known);
      if (type.has_range && dice_.chance(20)) value = dice_.chance(50) ? low : high;
      if (dice_.chance(30)) value = base::saturating_add(value, step());
      if (micros && dice_.chance(20))
        value = base::saturating_add(value, step() * base::kMicrosPerSecond);
      if (!numbers_.empty() && dice_.chance(25)) value = dice_.pick(numbers_);
      if (!type.has_range && dice_.chance(2)) value = dice_.chance(50) ? low : high;
      if (value < low || value > high) continue;
      numbers_.push_back(value);
      return value;
    }
    const auto span = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
    const std::uint64_t most = std::min<std::uint64_t>(span, 1'000'000'000);
    return low + static_cast<std::int64_t>(dice_.below(static_cast<std::size_t>(most) + 1));
  }

  std::int64_t step() { return static_cast<std::int64_t>(dice_.below(3)) - 1; }

  std::int64_t time(const dsl::Type& type) {
    std::int64_t instant = now_;
    for (int tries = 0; tries < 8; ++tries) {
      std::int64_t value = now_;
      if (dice_.chance(25)) {
        const std::int64_t distance = dice_.pick(from_.words_.durations);
        value = dice_.chance(50) ? base::saturating_add(value, distance)
                                 : base::saturating_sub(value, distance);
      }
      if (!from_.words_.instants.empty() && dice_.chance(20))
        value = dice_.pick(from_.words_.instants);
      if (!instants_.empty() && dice_.chance(25)) value = dice_.pick(instants_);
      if (dice_.chance(20)) {
        const std::int64_t days = static_cast<std::int64_t>(dice_.below(400)) - 200;
        value = base::saturating_add(value, days * base::kMicrosPerDay);
      }
      if (dice_.chance(30)) value = base::saturating_add(value, step());
      if (dice_.chance(1)) value = dice_.chance(50) ? base::kMinInstant : base::kMaxInstant;
      if (value < base::kMinInstant || value > base::kMaxInstant) continue;
      instant = value;
      if (!type.has_range || (instant >= type.low && instant <= type.high)) break;
      instant = dice_.chance(50) ? type.low : type.high;
    }
    instants_.push_back(instant);
    return instant;
  }

  base::IpNetwork ip() {
    base::IpNetwork network = dice_.pick(from_.words_.networks);
    for (std::size_t i = network.prefix; i < 128; ++i) {
      if (dice_.chance(50)) network.address[i / 8] |= static_cast<std::uint8_t>(0x80U >> i % 8);
    }
    if (dice_.chance(20)) network.address[15] ^= 1;
    if (dice_.chance(10)) network.address[12] ^= 1;
    network.prefix = 128;
    return network;
  }

  bool fits(const dsl::Type& type, const std::string& text) const {
    if (!base::is_utf8(text)) return false;
    const std::size_t length = base::code_points(text);
    if (length < type.min_size || (type.max_size != dsl::kUnbounded && length > type.max_size))
      return false;
    return type.pattern == dsl::kNoPattern || RE2::FullMatch(text, *from_.patterns_[type.pattern]);
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
    const std::vector<std::string>& words = from_.words_.strings;
    if (!strings_.empty() && dice_.chance(25)) return dice_.pick(strings_);
    if (type.pattern != dsl::kNoPattern && dice_.chance(60)) {
      // A few texts for each pattern come again in every input and in data.
      Dice shared(type.pattern * 16 + dice_.below(4));
      return from_pattern(types_.patterns[type.pattern], dice_.chance(70) ? shared : dice_);
    }
    if (!learned_.empty() && dice_.chance(30)) return dice_.pick(learned_);
    if (dice_.chance(25)) return words[words.size() - 1 - dice_.below(4)];
    if (dice_.chance(75)) return dice_.pick(words);
    if (dice_.chance(60)) return careless(dice_.pick(words), dice_);
    if (dice_.chance(20) && type.max_size <= kLongString) return std::string(type.max_size, 'm');
    if (dice_.chance(20) && type.min_size <= kLongString) return std::string(type.min_size, 'm');
    return dice_.pick(
        std::vector<std::string>{"", "é", "a/b~c", "\xE2\x80\x8B", "zz zz", "\"q\\", "\x01"});
  }

  const RandomValues& from_;
  const dsl::Types& types_;
  Micros now_;
  Dice dice_;
  int depth_ = 0;                                          // of collections
  std::string name_;                                       // of the field that is made
  std::vector<std::string> learned_;                       // from inputs of tests
  std::vector<std::string> strings_;                       // made so far
  std::map<std::string, std::vector<std::string>> alike_;  // the same, by pattern or field name
  std::vector<std::int64_t> numbers_, instants_;
};

RandomValues::RandomValues(const dsl::Model& model)
    : model_(model), words_(vocabulary_of(model)), tests_(model.decisions.size()) {
  for (const std::string& pattern : model.types.patterns)
    patterns_.push_back(std::make_unique<RE2>(pattern, RE2::Quiet));
  for (const dsl::Test& test : model.tests) {
    if (test.at) test_times_.push_back(*test.at);
    auto inputs = read_inputs(model, test.decision, test.input_json);
    if (!inputs) continue;
    const auto& declared = model.decisions[test.decision].inputs;
    for (std::size_t i = 0; i < declared.size(); ++i)
      for_each_part(model.types, declared[i].type, (*inputs)[i],
                    [this](dsl::TypeId type, const Value& part) { learn(type, part); });
    tests_[test.decision].push_back(std::move(*inputs));
  }
}
RandomValues::~RandomValues() = default;

void RandomValues::learn(dsl::TypeId type, const Value& value) {
  if (std::holds_alternative<dsl::Fields>(value.v))
    records_[model_.types[type].decl].push_back(value);
}

InputValues RandomValues::inputs(std::uint32_t decision, Micros now, std::uint64_t seed) const {
  return ValueGenerator(*this, now, seed).inputs(decision);
}

Value RandomValues::data(std::uint32_t data, Micros now, std::uint64_t seed) const {
  const dsl::Data& declared = model_.data[data];
  ValueGenerator generator(*this, now, seed);
  const bool scalar =
      declared.literal && (std::holds_alternative<std::int64_t>(declared.literal->v) ||
                           std::holds_alternative<std::string>(declared.literal->v));
  if (declared.literal && !scalar && generator.dice().chance(50))
    return generator.vary(declared.type, *declared.literal);
  return generator.value(declared.type);
}

RandomCase RandomValues::request(std::uint32_t decision, std::uint64_t seed) const {
  Dice dice(seed);
  Micros now = kEarly + static_cast<Micros>(dice.below(static_cast<std::size_t>(kLate - kEarly)));
  const std::size_t kind = dice.below(5);
  if (kind == 0) now -= now % base::kMicrosPerMinute;
  if (kind == 1) now -= now % base::kMicrosPerDay;
  if (kind == 2 && !words_.instants.empty()) now = dice.pick(words_.instants);
  if (kind >= 3 && !test_times_.empty()) now = dice.pick(test_times_);
  if (dice.chance(20)) now += static_cast<Micros>(dice.below(3)) - 1;
  now = std::clamp(now, base::kMinInstant, base::kMaxInstant);
  ValueGenerator generator(*this, now, dice.next());
  RandomCase made{generator.inputs(decision), now};
  made.now = generator.instant_near(model_.decisions[decision], made.inputs);
  return made;
}

}  // namespace writ::tools
