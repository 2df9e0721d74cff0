#include "tests/verify/heaviest.hpp"

#include <algorithm>
#include <map>
#include <random>

#include <nlohmann/json.hpp>

#include "tests/random/random_json.hpp"

namespace writ::tests {
namespace {

using nlohmann::json;

constexpr std::size_t kRandomInputs = 400;
constexpr std::size_t kMostItems = 4096;

/// `/form/endpoints/*/name`: the place of a value, whichever element it is in.
using Place = std::string;

class Search {
 public:
  Search(const Subject& subject, std::uint32_t decision, std::uint64_t seed)
      : subject_(subject), decision_(decision), random_(seed), values_(subject.policy.model) {
    auto deciders = Deciders::make(subject.policy);
    if (deciders) deciders_.emplace(std::move(*deciders));
    now_ = *base::parse_instant("2026-06-01T00:00:00Z");
  }

  engine::Cost run(std::uint64_t attempts) {
    if (!deciders_) return {};
    begin();
    for (std::uint64_t i = 0; i < attempts && !best_.is_null(); ++i)
      attempt();
    return most_;
  }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }

  void collect(const json& value, const Place& place) {
    std::vector<json>& known = parts_[place];
    if (known.size() < 200) known.push_back(value);
    if (value.is_object()) {
      for (const auto& [name, member] : value.items())
        collect(member, place + "/" + name);
    } else if (value.is_array()) {
      for (const json& item : value)
        collect(item, place + "/*");
    }
  }

  /// The inputs of the policy's tests come further than random ones.
  void begin() {
    for (const dsl::Test& test : subject_.policy.model.tests) {
      if (test.decision != decision_) continue;
      const json input = json::parse(test.input_json, nullptr, false);
      if (!input.is_discarded() && take(input)) collect(input, "");
    }
    for (std::size_t i = 0; i < kRandomInputs; ++i) {
      const std::string text =
          random_input(subject_.policy.model, values_, decision_, now_, random_());
      json input = json::parse(text, nullptr, false);
      if (input.is_discarded() || !take(input)) continue;
      collect(input, "");
    }
    for (const auto& [place, values] : parts_)
      places_.push_back(place);
  }

  /// Decides; keeps the input when it takes no less. Whether it is acceptable.
  bool take(const json& input) {
    const engine::Cost used = deciders_->taken({decision_, input.dump(), now_});
    if (used.instructions == 0) return false;
    most_.memory = std::max(most_.memory, used.memory);
    most_.answer = std::max(most_.answer, used.answer);
    if (used.instructions >= most_.instructions) {
      most_.instructions = used.instructions;
      best_ = input;
    }
    return true;
  }

  void find(json& value, const Place& place, std::size_t at, std::vector<json*>& found) {
    if (at == place.size()) {
      found.push_back(&value);
      return;
    }
    const std::size_t end = std::min(place.find('/', at + 1), place.size());
    const std::string name = place.substr(at + 1, end - at - 1);
    if (value.is_array()) {
      for (json& item : value)
        find(item, place, end, found);
    } else if (value.is_object() && value.contains(name)) {
      find(value[name], place, end, found);
    }
  }

  void find_lists(json& value, std::vector<json*>& found) {
    if (value.is_array() && !value.empty()) found.push_back(&value);
    if (value.is_structured())
      for (json& part : value)
        find_lists(part, found);
  }

  /// Sets `place` to a value seen there, or leaves it out; in all elements or in one.
  void exchange(json& input) {
    const Place& place = places_[below(places_.size())];
    if (place.empty()) return;
    const std::size_t slash = place.rfind('/');
    const std::string name = place.substr(slash + 1);
    std::vector<json*> parents;
    find(input, place.substr(0, slash), 0, parents);
    if (parents.empty()) return;
    const std::vector<json>& values = parts_[place];
    const json& value = values[below(values.size())];
    const bool one = below(2) == 0;
    const std::size_t chosen = below(parents.size());
    for (std::size_t i = 0; i < parents.size(); ++i) {
      if (one && i != chosen) continue;
      json& parent = *parents[i];
      if (parent.is_array() && name == "*") {
        if (parent.empty()) continue;
        parent[below(parent.size())] = value;
      } else if (parent.is_object() && name != "*") {
        if (below(8) == 0)
          parent.erase(name);
        else
          parent[name] = value;
      }
    }
  }

  void make_distinct(json& value) {
    if (value.is_string()) {
      std::string text = value.get<std::string>();
      value = text + std::to_string(below(100'000));
    } else if (value.is_number_integer()) {
      value = value.get<std::int64_t>() + static_cast<std::int64_t>(below(100));
    } else if (value.is_object() && !value.empty()) {
      auto member = value.begin();
      std::advance(member, static_cast<std::ptrdiff_t>(below(value.size())));
      make_distinct(*member);
    }
  }

  /// More elements, alike or a little different.
  void lengthen(json& input) {
    std::vector<json*> lists;
    find_lists(input, lists);
    if (lists.empty()) return;
    json& list = *lists[below(lists.size())];
    const std::size_t wanted = std::min(
        kMostItems,
        list.size() + (below(2) == 0 ? 1 : std::max<std::size_t>(1, list.size() >> below(4))));
    const json model = list[below(list.size())];
    const bool alike = below(2) == 0;
    while (list.size() < wanted) {
      json item = below(2) == 0 ? model : list[below(list.size())];
      if (!alike) make_distinct(item);
      list.push_back(std::move(item));
    }
  }

  /// Every element like one of them.
  void level(json& input) {
    std::vector<json*> lists;
    find_lists(input, lists);
    if (lists.empty()) return;
    json& list = *lists[below(lists.size())];
    const json model = list[below(list.size())];
    for (json& item : list)
      item = model;
  }

  /// Strings in two places become equal, or a list becomes that of another place.
  void align(json& input) {
    std::vector<json*> from, to;
    find(input, places_[below(places_.size())], 0, from);
    find(input, places_[below(places_.size())], 0, to);
    if (from.empty() || to.empty()) return;
    const json value = *from[below(from.size())];
    json& target = *to[below(to.size())];
    if (value.type() == target.type()) target = value;
  }

  void attempt() {
    json input = best_;
    for (std::size_t i = 1 + below(3); i > 0; --i) {
      switch (below(6)) {
        case 0:
        case 1: exchange(input); break;
        case 2:
        case 3: lengthen(input); break;
        case 4: level(input); break;
        default: align(input); break;
      }
    }
    take(input);
  }

  const Subject& subject_;
  std::uint32_t decision_;
  std::mt19937_64 random_;
  tools::RandomValues values_;
  base::Micros now_ = 0;
  std::optional<Deciders> deciders_;
  std::map<Place, std::vector<json>> parts_;
  std::vector<Place> places_;
  json best_;
  engine::Cost most_;
};

}  // namespace

engine::Cost heaviest_found(const Subject& subject, std::uint32_t decision, std::uint64_t seed,
                            std::uint64_t attempts) {
  return Search(subject, decision, seed).run(attempts);
}

}  // namespace writ::tests
