#include "tools/proof/shrink.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "base/decimal.hpp"

#include "tools/random/values.hpp"

namespace writ::tools {
namespace {

using base::Micros;
using dsl::TypeKind;
using dsl::Value;

constexpr Micros kUnits[] = {base::kMicrosPerDay, base::kMicrosPerHour, base::kMicrosPerMinute,
                             base::kMicrosPerSecond, 1};

/// Calls `visit(std::string&)` for all strings of a value, keys of maps included.
template <class Visit>
void for_each_string(Value& value, Visit&& visit) {
  if (auto* text = std::get_if<std::string>(&value.v)) visit(*text);
  if (auto* items = std::get_if<dsl::Collection>(&value.v))
    for (Value& item : items->items)
      for_each_string(item, visit);
  if (auto* fields = std::get_if<dsl::Fields>(&value.v))
    for (Value& field : fields->values)
      for_each_string(field, visit);
  if (auto* entries = std::get_if<dsl::Entries>(&value.v))
    for (auto& [key, item] : entries->items) {
      for_each_string(key, visit);
      for_each_string(item, visit);
    }
}

/// Changes one place at a time and keeps what still fails. Each change makes its place smaller by a
/// measure of its own, so that it ends.
class Shrinker {
 public:
  Shrinker(const dsl::Model& model, std::uint32_t decision, ProofCase found,
           const StillFails& still_fails, std::size_t budget)
      : model_(model),
        types_(model.types),
        decision_(model.decisions[decision]),
        case_(std::move(found)),
        still_fails_(still_fails),
        budget_(budget) {}

  ProofCase plainest() {
    bool changed = drop_data();
    do {
      changed = false;
      for (std::size_t i = 0; i < case_.inputs.size(); ++i)
        changed = simplify(decision_.inputs[i].type, case_.inputs[i]) || changed;
      changed = round(case_.now) || changed;
      changed = shorten_alike() || changed;
      changed = drop_data() || changed;
      for (auto& [index, value] : case_.data)
        changed = simplify(model_.data[index].type, value) || changed;
    } while (changed && budget_ > 0);
    return std::move(case_);
  }

 private:
  bool fails() {
    if (budget_ == 0) return false;
    --budget_;
    return still_fails_(case_);
  }

  /// Puts `candidate` in the place of `at` if the case fails with it.
  template <class T>
  bool replace(T& at, T candidate) {
    std::swap(at, candidate);
    if (fails()) return true;
    std::swap(at, candidate);
    return false;
  }

  bool drop_data() {
    bool changed = false;
    std::vector<std::uint32_t> named;
    for (const auto& [index, value] : case_.data)
      named.push_back(index);
    for (const std::uint32_t index : named) {
      auto without = case_.data;
      without.erase(index);
      changed = replace(case_.data, std::move(without)) || own_words(index) || changed;
    }
    return changed;
  }

  /// The policy's own value of the data again, with a text of it instead of one of the value at
  /// hand: what was looked up in the data then still is there.
  bool own_words(std::uint32_t index) {
    if (!model_.data[index].literal) return false;
    const auto words_of = [](Value value) {
      std::set<std::string> words;
      for_each_string(value, [&](const std::string& text) { words.insert(text); });
      return words;
    };
    const std::set<std::string> here = words_of(case_.data[index]);
    const std::set<std::string> own = words_of(*model_.data[index].literal);
    for (const std::string& word : here) {
      if (own.contains(word)) continue;
      for (const std::string& other : own) {
        ProofCase renamed = case_;
        renamed.data.erase(index);
        for_each_string_of(renamed, [&](std::string& one) {
          if (one == word) one = other;
        });
        if (replace(case_, std::move(renamed))) return true;
      }
    }
    return false;
  }

  bool simplify(dsl::TypeId id, Value& at) {
    const dsl::Type& type = types_[id];
    if (at.absent()) return false;
    if (type.optional && replace(at, Value{})) return true;
    switch (type.kind) {
      case TypeKind::boolean: return at.integer() != 0 && replace(at, Value{std::int64_t{0}});
      case TypeKind::enumeration: return earlier_member(at);
      case TypeKind::integer:
      case TypeKind::decimal:
      case TypeKind::duration: return smaller(type, at);
      case TypeKind::time: return round(std::get<std::int64_t>(at.v));
      case TypeKind::string: return shorten(at);
      case TypeKind::list:
      case TypeKind::set: {
        auto& items = std::get<dsl::Collection>(at.v).items;
        bool changed = fewer(items);
        for (Value& item : items)
          changed = simplify(type.element, item) || changed;
        return changed;
      }
      case TypeKind::map: {
        auto& entries = std::get<dsl::Entries>(at.v).items;
        bool changed = fewer(entries);
        for (auto& [key, item] : entries)
          changed = simplify(type.element, item) || changed;
        return changed;
      }
      case TypeKind::record: {
        const auto& declared = types_.records[type.decl].fields;
        auto& fields = std::get<dsl::Fields>(at.v).values;
        bool changed = false;
        for (std::size_t i = 0; i < fields.size(); ++i)
          changed = simplify(declared[i].type, fields[i]) || changed;
        return changed;
      }
      default: return false;
    }
  }

  bool earlier_member(Value& at) {
    for (std::int64_t member = 0; member < at.integer(); ++member)
      if (replace(at, Value{member})) return true;
    return false;
  }

  /// Drops all elements, then runs of them, then single ones.
  template <class T>
  bool fewer(std::vector<T>& items) {
    bool changed = false;
    for (std::size_t run = items.size(); run > 0; run /= 2)
      for (std::size_t at = 0; at + run <= items.size();) {
        std::vector<T> rest = items;
        const auto begin = rest.begin() + static_cast<std::ptrdiff_t>(at);
        rest.erase(begin, begin + static_cast<std::ptrdiff_t>(run));
        if (replace(items, std::move(rest)))
          changed = true;
        else
          at += run;
      }
    return changed;
  }

  /// Nearer to zero, or to the end of the range that is nearest to it.
  bool smaller(const dsl::Type& type, Value& at) {
    const std::int64_t begin = at.integer();
    const std::int64_t goal = type.has_range ? std::clamp<std::int64_t>(0, type.low, type.high) : 0;
    if (begin == goal) return false;
    if (replace(at, Value{goal})) return true;
    bool changed = false;
    if (type.kind != TypeKind::integer) {
      const std::int64_t whole =
          type.kind == TypeKind::decimal ? base::kDecimalOne : base::kMicrosPerSecond;
      const std::int64_t rounded = begin - begin % whole;
      if (rounded != begin && replace(at, Value{rounded})) changed = true;
      if (at.integer() % whole == 0 && goal % whole == 0)
        return bisect(at, goal / whole, whole) || changed;
    }
    return bisect(at, goal, 1) || changed;
  }

  /// Between `passes` (times `unit`), with which the case does not fail, and `at`, with which it
  /// does.
  bool bisect(Value& at, std::int64_t passes, std::int64_t unit) {
    bool changed = false;
    for (;;) {
      const std::int64_t fails = at.integer() / unit;
      const std::int64_t middle = passes + base::saturating_sub(fails, passes) / 2;
      if (middle == passes || middle == fails || budget_ == 0) return changed;
      if (replace(at, Value{middle * unit}))
        changed = true;
      else
        passes = middle;
    }
  }

  /// An instant at the begin of its day, hour, minute or second.
  bool round(Micros& at) {
    for (const Micros unit : kUnits) {
      const Micros rounded = base::floor_div(at, unit) * unit;
      if (rounded == at) return false;
      if (replace(at, rounded)) return true;
    }
    return false;
  }

  bool shorten(Value& at) {
    const std::string text = at.string();
    if (text.empty()) return false;
    if (replace(at, Value{std::string()})) return true;
    if (text.size() > 1 && replace(at, Value{std::string("a")})) return true;
    bool changed = false;
    for (std::size_t run = text.size() / 2; run > 0; run /= 2)
      for (std::size_t begin = 0; begin + run <= at.string().size();) {
        std::string rest = at.string();
        rest.erase(begin, run);
        if (rest.empty() || !replace(at, Value{std::move(rest)}))
          begin += run;
        else
          changed = true;
      }
    return changed;
  }

  static bool plain(const std::string& text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
  }

  template <class Visit>
  static void for_each_string_of(ProofCase& c, Visit&& visit) {
    for (Value& input : c.inputs)
      for_each_string(input, visit);
    for (auto& [index, value] : c.data)
      for_each_string(value, visit);
  }

  /// Fields that hold the same text may have to go on doing so: all of them at once.
  bool shorten_alike() {
    std::set<std::string> texts;
    for_each_string_of(case_, [&](const std::string& text) { texts.insert(text); });
    bool changed = false;
    for (const std::string& text : std::set<std::string>(texts)) {
      std::vector<std::string> shorter{"a", "b", "c", "d", "e", "aaa", "bbb", "ccc"};
      shorter.push_back(text.substr(0, text.size() / 2));
      for (const std::string& candidate : shorter) {
        const bool plainer =
            candidate.size() < text.size() || (candidate.size() == text.size() && !plain(text));
        if (!plainer || candidate.empty() || texts.contains(candidate)) continue;
        ProofCase renamed = case_;
        for_each_string_of(renamed, [&](std::string& one) {
          if (one == text) one = candidate;
        });
        if (!replace(case_, std::move(renamed))) continue;
        texts.erase(text);
        texts.insert(candidate);
        changed = true;
        break;
      }
    }
    return changed;
  }

  const dsl::Model& model_;
  const dsl::Types& types_;
  const dsl::Decision& decision_;
  ProofCase case_;
  const StillFails& still_fails_;
  std::size_t budget_;
};

}  // namespace

ProofCase shrink(const dsl::Model& model, std::uint32_t decision, ProofCase found,
                 const StillFails& still_fails, std::size_t budget) {
  return Shrinker(model, decision, std::move(found), still_fails, budget).plainest();
}

}  // namespace writ::tools
