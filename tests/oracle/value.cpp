#include "tests/oracle/value.hpp"

#include <algorithm>
#include <cstring>

namespace writ::oracle {
namespace {

template <class T>
const T& held_or_empty(const Value& value) {
  static const T empty{};
  const T* held = std::get_if<T>(&value.v);
  return held != nullptr ? *held : empty;
}

int sign(int order) {
  return order < 0 ? -1 : (order > 0 ? 1 : 0);
}

template <class T>
int plain_order(const T& a, const T& b) {
  return a < b ? -1 : (b < a ? 1 : 0);
}

int byte_order(const std::string& a, const std::string& b) {
  return sign(a.compare(b));  // std::string compares as unsigned bytes
}

int items_order(const dsl::Types& types, const dsl::Type& type, const Value& a, const Value& b) {
  const auto& left = a.items();
  const auto& right = b.items();
  for (std::size_t i = 0; i < left.size() && i < right.size(); ++i) {
    const dsl::TypeId element =
        type.kind == dsl::TypeKind::record ? types.records[type.decl].fields[i].type : type.element;
    if (const int order = written_order(types, element, left[i], right[i]); order != 0)
      return order;
  }
  return plain_order(left.size(), right.size());
}

bool same_entries(const dsl::Types& types, const dsl::Type& type, const Value& a, const Value& b) {
  const auto& left = a.entries();
  const auto& right = b.entries();
  return left.size() == right.size() &&
         std::all_of(left.begin(), left.end(), [&](const auto& entry) {
           return std::any_of(right.begin(), right.end(), [&](const auto& other) {
             return same(types, type.key, entry.first, other.first) &&
                    same(types, type.element, entry.second, other.second);
           });
         });
}

bool all_within(const dsl::Types& types, dsl::TypeId element, const Value& a, const Value& b) {
  const auto& left = a.items();
  const auto& right = b.items();
  return std::all_of(left.begin(), left.end(), [&](const Value& item) {
    return std::any_of(right.begin(), right.end(),
                       [&](const Value& other) { return same(types, element, item, other); });
  });
}

}  // namespace

std::int64_t Value::number() const {
  return held_or_empty<std::int64_t>(*this);
}
const std::string& Value::text() const {
  return held_or_empty<std::string>(*this);
}
const base::IpNetwork& Value::network() const {
  return held_or_empty<base::IpNetwork>(*this);
}
const Quorum& Value::quorum() const {
  return held_or_empty<Quorum>(*this);
}
const std::vector<Value>& Value::items() const {
  static const std::vector<Value> none;
  const Items& shared = held_or_empty<Items>(*this);
  return shared ? *shared : none;
}
const std::vector<std::pair<Value, Value>>& Value::entries() const {
  static const std::vector<std::pair<Value, Value>> none;
  const Entries& shared = held_or_empty<Entries>(*this);
  return shared ? *shared : none;
}
const Persons& Value::persons() const {
  return held_or_empty<Votes>(*this).persons;
}
Verdict Value::verdict() const {
  return held_or_empty<Verdict>(*this);
}

Value number_value(std::int64_t number) {
  return Value{number};
}
Value truth_value(bool truth) {
  return Value{std::int64_t{truth ? 1 : 0}};
}
Value text_value(std::string text) {
  return Value{std::move(text)};
}
Value items_value(std::vector<Value> items) {
  return Value{Items(std::make_shared<const std::vector<Value>>(std::move(items)))};
}

int written_order(const dsl::Types& types, dsl::TypeId id, const Value& a, const Value& b) {
  if (a.absent() || b.absent()) return plain_order(a.present(), b.present());
  const dsl::Type& type = types[id];
  switch (type.kind) {
    case dsl::TypeKind::string: return byte_order(a.text(), b.text());
    case dsl::TypeKind::ip: return plain_order(a.network().address, b.network().address);
    case dsl::TypeKind::network:
      return plain_order(std::pair(a.network().address, a.network().prefix),
                         std::pair(b.network().address, b.network().prefix));
    case dsl::TypeKind::enumeration: {
      const dsl::Enum& declared = types.enums[type.decl];
      if (declared.ordered) return plain_order(a.number(), b.number());
      return byte_order(declared.members[static_cast<std::size_t>(a.number())].json.front(),
                        declared.members[static_cast<std::size_t>(b.number())].json.front());
    }
    case dsl::TypeKind::record:
    case dsl::TypeKind::list:
    case dsl::TypeKind::set: return items_order(types, type, a, b);
    default: return plain_order(a.number(), b.number());
  }
}

bool same(const dsl::Types& types, dsl::TypeId id, const Value& a, const Value& b) {
  if (a.absent() || b.absent()) return a.absent() && b.absent();
  const dsl::Type& type = types[id];
  switch (type.kind) {
    case dsl::TypeKind::quorum:
      return implies(a.quorum(), b.quorum()) && implies(b.quorum(), a.quorum());
    case dsl::TypeKind::set:
      return all_within(types, type.element, a, b) && all_within(types, type.element, b, a);
    case dsl::TypeKind::map: return same_entries(types, type, a, b);
    case dsl::TypeKind::list:
      if (a.items().size() != b.items().size()) return false;
      for (std::size_t i = 0; i < a.items().size(); ++i) {
        if (!same(types, type.element, a.items()[i], b.items()[i])) return false;
      }
      return true;
    case dsl::TypeKind::record:
      for (std::size_t i = 0; i < a.items().size(); ++i) {
        if (!same(types, types.records[type.decl].fields[i].type, a.items()[i], b.items()[i])) {
          return false;
        }
      }
      return true;
    default: return written_order(types, id, a, b) == 0;
  }
}

std::vector<Value> as_set(const dsl::Types& types, dsl::TypeId element, std::vector<Value> items) {
  std::stable_sort(items.begin(), items.end(), [&](const Value& a, const Value& b) {
    return written_order(types, element, a, b) < 0;
  });
  const auto repeats = [&](const Value& a, const Value& b) { return same(types, element, a, b); };
  items.erase(std::unique(items.begin(), items.end(), repeats), items.end());
  return items;
}

Value set_value(const dsl::Types& types, dsl::TypeId element, std::vector<Value> items) {
  return items_value(as_set(types, element, std::move(items)));
}

Value map_value(const dsl::Types& types, dsl::TypeId key,
                std::vector<std::pair<Value, Value>> entries) {
  std::stable_sort(entries.begin(), entries.end(), [&](const auto& a, const auto& b) {
    return written_order(types, key, a.first, b.first) < 0;
  });
  const auto repeats = [&](const auto& a, const auto& b) {
    return same(types, key, a.first, b.first);
  };
  entries.erase(std::unique(entries.begin(), entries.end(), repeats), entries.end());
  return Value{
      Entries(std::make_shared<const std::vector<std::pair<Value, Value>>>(std::move(entries)))};
}

Value from_constant(const dsl::Value& constant) {
  if (const auto* number = std::get_if<std::int64_t>(&constant.v)) return number_value(*number);
  if (const auto* text = std::get_if<std::string>(&constant.v)) return text_value(*text);
  if (const auto* network = std::get_if<base::IpNetwork>(&constant.v)) return Value{*network};
  if (const auto* quorum = std::get_if<dsl::Quorum>(&constant.v)) {
    Quorum clauses;
    for (const base::Clause& clause : quorum->clauses)
      clauses.push_back({clause.need, clause.members});
    return Value{clauses};
  }
  std::vector<Value> items;
  if (const auto* collection = std::get_if<dsl::Collection>(&constant.v)) {
    for (const dsl::Value& item : collection->items)
      items.push_back(from_constant(item));
    return items_value(std::move(items));
  }
  if (const auto* fields = std::get_if<dsl::Fields>(&constant.v)) {
    for (const dsl::Value& item : fields->values)
      items.push_back(from_constant(item));
    return items_value(std::move(items));
  }
  if (const auto* map = std::get_if<dsl::Entries>(&constant.v)) {
    std::vector<std::pair<Value, Value>> entries;
    for (const auto& [key, value] : map->items) {
      entries.emplace_back(from_constant(key), from_constant(value));
    }
    return Value{
        Entries(std::make_shared<const std::vector<std::pair<Value, Value>>>(std::move(entries)))};
  }
  return {};
}

std::vector<int> member_ranks(const dsl::Types& types, dsl::EnumId enumeration) {
  if (enumeration == dsl::kNoDecl) return {};
  const dsl::Enum& declared = types.enums[enumeration];
  std::vector<int> ranks;
  for (std::size_t i = 0; i < declared.members.size(); ++i) {
    int before = 0;
    for (std::size_t k = 0; k < declared.members.size(); ++k) {
      const bool earlier =
          declared.ordered ? k < i
                           : declared.members[k].json.front() < declared.members[i].json.front();
      if (earlier) ++before;
    }
    ranks.push_back(before);
  }
  return ranks;
}

bool is_unknown(const dsl::Types& types, dsl::EnumId enumeration, std::int64_t member) {
  const dsl::Enum& declared = types.enums[enumeration];
  return declared.else_unknown && member + 1 == static_cast<std::int64_t>(declared.members.size());
}

}  // namespace writ::oracle
