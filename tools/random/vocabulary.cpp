#include "tools/random/vocabulary.hpp"

#include <set>

#include "base/calendar.hpp"

namespace writ::tools {
namespace {

using dsl::TypeKind;

class Collector {
 public:
  explicit Collector(const dsl::Model& model) : model_(model) {}

  Vocabulary all() {
    for (const dsl::Expr& expr : model_.exprs)
      expression(expr);
    for (const dsl::Data& data : model_.data) {
      if (data.literal) value(data.type, *data.literal);
    }
    for (const dsl::Table& table : model_.tables)
      cells(table);
    for (const dsl::Decision& decision : model_.decisions)
      bounds(decision);
    for (const dsl::Test& test : model_.tests) {
      for (const dsl::DataOverride& data : test.data)
        value(model_.data[data.data].type, data.value);
    }
    Dice dice(model_.exprs.size());
    for (const std::string& pattern : model_.types.patterns) {
      for (int i = 0; i < 3; ++i)
        text(from_pattern(pattern, dice));
    }
    for (const char* word :
         {"ana@corp.example", "bob@corp.example", "Cy@Corp.Example", "a", "b", "crm.example"}) {
      text(word);
    }
    add(found_.integers, {0, 1, 2, 10});
    add(found_.decimals, {0, 1, 5'000, 10'000, 12'345});
    add(found_.durations, {0, base::kMicrosPerSecond, base::kMicrosPerHour, base::kMicrosPerDay});
    found_.networks.push_back({{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 7}, 128});
    found_.networks.push_back({{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128});
    return std::move(found_);
  }

 private:
  void text(std::string text) {
    if (seen_.insert(text).second) found_.strings.push_back(std::move(text));
  }

  static void add(std::vector<std::int64_t>& to, std::initializer_list<std::int64_t> values) {
    to.insert(to.end(), values);
  }

  void number(TypeKind kind, std::int64_t value) {
    switch (kind) {
      case TypeKind::integer: found_.integers.push_back(value); break;
      case TypeKind::decimal: found_.decimals.push_back(value); break;
      case TypeKind::duration: found_.durations.push_back(value); break;
      case TypeKind::time: found_.instants.push_back(value); break;
      default: break;
    }
  }

  void value(dsl::TypeId id, const dsl::Value& constant) {
    const dsl::Type& type = model_.types[id];
    if (const auto* held = std::get_if<std::int64_t>(&constant.v)) number(type.kind, *held);
    if (const auto* held = std::get_if<std::string>(&constant.v)) text(*held);
    if (const auto* held = std::get_if<base::IpNetwork>(&constant.v))
      found_.networks.push_back(*held);
    if (const auto* held = std::get_if<dsl::Collection>(&constant.v)) {
      for (const dsl::Value& item : held->items)
        value(type.element, item);
    }
    if (const auto* held = std::get_if<dsl::Entries>(&constant.v)) {
      for (const auto& [key, item] : held->items) {
        value(type.key, key);
        value(type.element, item);
      }
    }
    if (const auto* held = std::get_if<dsl::Fields>(&constant.v)) {
      const auto& fields = model_.types.records[type.decl].fields;
      for (std::size_t i = 0; i < held->values.size(); ++i)
        value(fields[i].type, held->values[i]);
    }
  }

  void expression(const dsl::Expr& expr) {
    if (expr.kind == dsl::ExprKind::constant) value(expr.type, expr.value);
    if (expr.kind != dsl::ExprKind::like) return;
    for (const char* between : {"", "x", "a.b/c"}) {
      std::string filled;
      for (std::size_t i = 0; i < expr.glob.size(); ++i) {
        if (i > 0) filled += between;
        filled += expr.glob[i];
      }
      text(filled);
    }
  }

  void cells(const dsl::Table& table) {
    for (const dsl::Row& row : table.rows) {
      for (std::size_t i = 0; i < row.cells.size(); ++i) {
        for (const std::string& one : row.cells[i].strings)
          text(one);
        for (const auto& [low, high] : row.cells[i].ranges) {
          number(model_.types[table.parameter_types[i]].kind, low);
          number(model_.types[table.parameter_types[i]].kind, high);
        }
      }
    }
  }

  void bounds(const dsl::Decision& decision) {
    const auto window = [this](const dsl::Window& effective) {
      if (effective.from) found_.instants.push_back(*effective.from);
      if (effective.until) found_.instants.push_back(*effective.until);
    };
    for (const dsl::Rule& rule : decision.rules)
      window(rule.effective);
    for (const dsl::Waiver& waiver : decision.waivers)
      window(waiver.effective);
    for (const dsl::Output& output : decision.outputs) {
      if (!output.clamp) continue;
      number(model_.types[output.type].kind, output.low);
      number(model_.types[output.type].kind, output.high);
    }
  }

  const dsl::Model& model_;
  Vocabulary found_;
  std::set<std::string> seen_;
};

}  // namespace

Vocabulary vocabulary_of(const dsl::Model& model) {
  return Collector(model).all();
}

std::string careless(std::string text, Dice& dice) {
  switch (dice.below(6)) {
    case 0: return " " + text;
    case 1: return text + "\xC2\xA0";
    case 2: return text + "x";
    case 3: return text.substr(0, text.size() / 2);
    default: break;
  }
  for (char& c : text) {
    if (c >= 'a' && c <= 'z' && dice.chance(40)) c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

}  // namespace writ::tools
