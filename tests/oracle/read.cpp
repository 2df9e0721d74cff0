#include "tests/oracle/read.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include <arpa/inet.h>
#include <re2/re2.h>

#include "base/calendar.hpp"

#include "tests/oracle/json.hpp"

namespace writ::oracle {
namespace {

__extension__ using Wide = __int128;

constexpr std::size_t kMostProblems = 16;
constexpr Wide kLeast = INT64_MIN;
constexpr Wide kGreatest = INT64_MAX;

/// A member that an object may have: an input of a decision or a field of a record.
struct Member {
  const std::vector<std::string>* names;
  dsl::TypeId type;
};

std::optional<std::int64_t> fits(std::optional<Wide> wide) {
  if (!wide || *wide < kLeast || *wide > kGreatest) return std::nullopt;
  return static_cast<std::int64_t>(*wide);
}

/// The number in units of 10^-places; nullopt when it has an exponent or more places.
std::optional<Wide> fixed_point(const std::string& number, std::size_t places) {
  std::size_t i = number[0] == '-' ? 1 : 0;
  Wide value = 0;
  std::optional<std::size_t> fraction;
  for (; i < number.size(); ++i) {
    if (number[i] == '.') {
      fraction = 0;
      continue;
    }
    if (number[i] < '0' || number[i] > '9') return std::nullopt;
    if (fraction && ++*fraction > places) return std::nullopt;
    if (value > kGreatest * 10) return std::nullopt;  // far outside already
    value = value * 10 + (number[i] - '0');
  }
  if (fraction && places == 0) return std::nullopt;
  for (std::size_t have = fraction.value_or(0); have < places; ++have)
    value *= 10;
  return number[0] == '-' ? -value : value;
}

class Reader {
 public:
  explicit Reader(const dsl::Types& types) : types_(types) {}

  std::vector<std::string> pointers;
  bool too_large = false;

  void problem(const std::string& pointer, bool large = false) {
    if (pointers.empty()) too_large = large;
    if (pointers.size() < kMostProblems) pointers.push_back(pointer);
  }

  std::vector<Value> object(const std::vector<Member>& members, bool open, const Json& json,
                            const std::string& pointer) {
    std::vector<Value> values(members.size());
    if (json.kind != Json::Kind::object) return mismatch(json, pointer), values;
    std::set<std::string> names;
    std::vector<bool> given(members.size(), false);
    for (const auto& [name, value] : json.members) {
      const std::string place = pointer + pointer_step(name);
      std::size_t m = 0;
      while (m < members.size() && !named(*members[m].names, name))
        ++m;
      const bool known = m < members.size();
      if (!names.insert(name).second || (known && given[m]) || (!known && !open)) {
        problem(place);
        ignored(value, place);
      } else if (!known) {
        ignored(value, place);
      } else {
        given[m] = true;
        values[m] = read(members[m].type, value, place);
      }
    }
    for (std::size_t m = 0; m < members.size(); ++m) {
      if (!given[m] && !types_[members[m].type].optional) {
        problem(pointer + pointer_step(members[m].names->front()));
      }
    }
    return values;
  }

  Value read(dsl::TypeId id, const Json& json, const std::string& pointer) {
    const dsl::Type& type = types_[id];
    if (json.kind == Json::Kind::null) {
      if (!type.optional) problem(pointer);
      return {};
    }
    switch (type.kind) {
      case dsl::TypeKind::boolean:
        if (json.kind != Json::Kind::boolean) return mismatch(json, pointer);
        return truth_value(json.truth);
      case dsl::TypeKind::integer:
        if (json.kind != Json::Kind::number) return mismatch(json, pointer);
        return ranged(type, fits(fixed_point(json.text, 0)), pointer);
      case dsl::TypeKind::decimal:
        if (json.kind != Json::Kind::number) return mismatch(json, pointer);
        return ranged(type, fits(fixed_point(json.text, 4)), pointer);
      case dsl::TypeKind::duration: return duration(type, json, pointer);
      case dsl::TypeKind::list:
      case dsl::TypeKind::set: return collection(type, json, pointer);
      case dsl::TypeKind::map: return map(type, json, pointer);
      case dsl::TypeKind::record: {
        const dsl::Record& record = types_.records[type.decl];
        if (json.kind != Json::Kind::object) return mismatch(json, pointer);
        std::vector<Member> members;
        for (const dsl::Field& field : record.fields)
          members.push_back({&field.json, field.type});
        return items_value(object(members, record.open, json, pointer));
      }
      default:
        if (json.kind != Json::Kind::string) return mismatch(json, pointer);
        return from_text(type, json.text, pointer);
    }
  }

 private:
  static bool named(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  }

  /// A value of the wrong kind. What is inside it is still searched for repeated names.
  Value mismatch(const Json& json, const std::string& pointer) {
    problem(pointer);
    ignored(json, pointer);
    return {};
  }

  /// A value that nobody asked for: only its repeated names are problems.
  void ignored(const Json& json, const std::string& pointer) {
    std::set<std::string> names;
    for (const auto& [name, value] : json.members) {
      const std::string place = pointer + pointer_step(name);
      if (!names.insert(name).second) problem(place);
      ignored(value, place);
    }
    for (std::size_t i = 0; i < json.items.size(); ++i) {
      ignored(json.items[i], pointer + "/" + std::to_string(i));
    }
  }

  Value ranged(const dsl::Type& type, std::optional<std::int64_t> value,
               const std::string& pointer) {
    bool good = value.has_value();
    if (good && type.has_range) good = *value >= type.low && *value <= type.high;
    if (good && !type.has_range && type.kind == dsl::TypeKind::duration) good = *value >= 0;
    if (good) return number_value(*value);
    problem(pointer);
    return {};
  }

  Value duration(const dsl::Type& type, const Json& json, const std::string& pointer) {
    if (json.kind == Json::Kind::string)
      return ranged(type, base::parse_duration(json.text), pointer);
    if (json.kind != Json::Kind::number) return mismatch(json, pointer);
    std::optional<Wide> seconds = fixed_point(json.text, 0);
    if (seconds) *seconds *= base::kMicrosPerSecond;
    return ranged(type, fits(seconds), pointer);
  }

  /// False, and a problem, when `size` is outside the type's sizes.
  bool sized(const dsl::Type& type, std::size_t size, const std::string& pointer) {
    const bool large = type.max_size != dsl::kUnbounded && size > type.max_size;
    if (!large && size >= type.min_size) return true;
    problem(pointer, large);
    return false;
  }

  Value collection(const dsl::Type& type, const Json& json, const std::string& pointer) {
    if (json.kind != Json::Kind::array) return mismatch(json, pointer);
    std::vector<Value> items;
    for (std::size_t i = 0; i < json.items.size(); ++i) {
      items.push_back(read(type.element, json.items[i], pointer + "/" + std::to_string(i)));
    }
    sized(type, items.size(), pointer);
    if (type.kind == dsl::TypeKind::list) return items_value(std::move(items));
    return set_value(types_, type.element, std::move(items));
  }

  Value map(const dsl::Type& type, const Json& json, const std::string& pointer) {
    if (json.kind != Json::Kind::object) return mismatch(json, pointer);
    std::set<std::string> names;
    std::vector<std::pair<Value, Value>> entries;
    for (const auto& [name, value] : json.members) {
      const std::string place = pointer + pointer_step(name);
      if (!names.insert(name).second) {
        problem(place);
        ignored(value, place);
        continue;
      }
      const std::size_t before = pointers.size();
      Value key = from_text(types_[type.key], name, place);
      const bool repeated = std::any_of(entries.begin(), entries.end(), [&](const auto& entry) {
        return same(types_, type.key, entry.first, key);
      });
      if (pointers.size() > before || repeated) {  // another name of the same member
        if (pointers.size() == before) problem(place);
        ignored(value, place);
        continue;
      }
      entries.emplace_back(std::move(key), read(type.element, value, place));
    }
    sized(type, json.members.size(), pointer);
    return map_value(types_, type.key, std::move(entries));
  }

  Value from_text(const dsl::Type& type, const std::string& text, const std::string& pointer) {
    if (type.kind == dsl::TypeKind::string) return string(type, text, pointer);
    if (type.kind == dsl::TypeKind::time) return ranged(type, base::parse_instant(text), pointer);
    if (type.kind == dsl::TypeKind::enumeration) {
      const dsl::Enum& declared = types_.enums[type.decl];
      for (std::size_t i = 0; i < declared.members.size(); ++i) {
        if (named(declared.members[i].json, text))
          return number_value(static_cast<std::int64_t>(i));
      }
      if (declared.else_unknown) {
        return number_value(static_cast<std::int64_t>(declared.members.size()) - 1);
      }
    }
    if (type.kind == dsl::TypeKind::ip) {
      if (const auto address = read_ip(text)) return Value{*address};
    }
    problem(pointer);
    return {};
  }

  Value string(const dsl::Type& type, const std::string& text, const std::string& pointer) {
    if (!sized(type, scalars(text)->size(), pointer)) return {};
    if (type.pattern != dsl::kNoPattern && !matches_pattern(types_, type.pattern, text)) {
      problem(pointer);
      return {};
    }
    return text_value(text);
  }

  const dsl::Types& types_;
};

Reading result_of(Reader& reader, std::vector<Value> values) {
  return {std::move(values), std::move(reader.pointers), reader.too_large};
}

}  // namespace

Reading read_inputs(const dsl::Model& model, const dsl::Decision& decision, std::string_view json) {
  const std::optional<Json> document = parse_json(json);
  if (!document) return {{}, {""}, false};
  std::vector<Member> members;
  for (const dsl::Input& input : decision.inputs)
    members.push_back({&input.json, input.type});
  Reader reader(model.types);
  std::vector<Value> values = reader.object(members, false, *document, "");
  return result_of(reader, std::move(values));
}

Reading read_value(const dsl::Model& model, dsl::TypeId type, std::string_view json) {
  const std::optional<Json> document = parse_json(json);
  if (!document) return {{}, {""}, false};
  Reader reader(model.types);
  std::vector<Value> values;
  values.push_back(reader.read(type, *document, ""));
  return result_of(reader, std::move(values));
}

std::optional<base::IpNetwork> read_ip(const std::string& text) {
  // inet_pton stops at a zero byte.
  if (text.find('\0') != std::string::npos) return std::nullopt;
  base::IpNetwork network;
  if (inet_pton(AF_INET6, text.c_str(), network.address.data()) == 1) return network;
  network.address = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (inet_pton(AF_INET, text.c_str(), network.address.data() + 12) == 1) return network;
  return std::nullopt;
}

bool matches_pattern(const dsl::Types& types, std::uint32_t index, const std::string& text) {
  thread_local std::map<std::string, std::unique_ptr<RE2>> compiled;
  std::unique_ptr<RE2>& pattern = compiled[types.patterns[index]];
  if (!pattern) pattern = std::make_unique<RE2>(types.patterns[index], RE2::Quiet);
  return pattern->ok() && RE2::FullMatch(text, *pattern);
}

}  // namespace writ::oracle
