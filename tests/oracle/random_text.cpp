#include <algorithm>

#include "tests/oracle/random.hpp"

// How random JSON is written, and broken.
namespace writ::oracle {
namespace {

std::string blank(Dice& dice) {
  return dice.chance(3) ? dice.pick(std::vector<std::string>{" ", "\n", "\t", " \r\n "}) : "";
}

/// The string with its quotes; now and then a character stands as an escape.
std::string write_string(const std::string& text, Dice& dice) {
  std::string out = json_string(text);
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
        out += blank(dice) + write_string(json.members[i].first, dice) + blank(dice) + ":";
        write(json.members[i].second, dice, out);
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

Json scalar(Json::Kind kind, std::string text) {
  Json json;
  json.kind = kind;
  json.text = std::move(text);
  return json;
}

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

}  // namespace

std::string write_json(const Json& json, Dice& dice) {
  std::string out;
  write(json, dice, out);
  return out;
}

std::string broken_json(Json json, Dice& dice) {
  if (dice.chance(15)) return break_text(write_json(json, dice), dice);
  std::vector<Json*> nodes;
  all_nodes(json, nodes);
  break_node(*dice.pick(nodes), dice);
  return write_json(json, dice);
}

}  // namespace writ::oracle
