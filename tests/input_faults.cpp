#include "tests/input_faults.hpp"

#include <algorithm>
#include <utility>

namespace writ::tests {
namespace {

using dsl::TypeKind;
using oracle::Json;
using Kind = Json::Kind;

Json value_of(Kind kind, std::string text = "") {
  Json json;
  json.kind = kind;
  json.text = std::move(text);
  return json;
}

/// A field of a record or an input of a decision.
struct Member {
  const std::vector<std::string>* names;
  dsl::TypeId type;
};

std::vector<Member> members_of(const dsl::Decision& decision) {
  std::vector<Member> members;
  for (const dsl::Input& input : decision.inputs)
    members.push_back({&input.json, input.type});
  return members;
}
std::vector<Member> members_of(const dsl::Record& record) {
  std::vector<Member> members;
  for (const dsl::Field& field : record.fields)
    members.push_back({&field.json, field.type});
  return members;
}

bool takes(const dsl::Type& type, Kind kind) {
  switch (type.kind) {
    case TypeKind::boolean: return kind == Kind::boolean;
    case TypeKind::integer:
    case TypeKind::decimal: return kind == Kind::number;
    case TypeKind::duration: return kind == Kind::number || kind == Kind::string;
    case TypeKind::record:
    case TypeKind::map: return kind == Kind::object;
    case TypeKind::list:
    case TypeKind::set: return kind == Kind::array;
    default: return kind == Kind::string;
  }
}

class FaultMaker {
 public:
  FaultMaker(const dsl::Model& model, Json root, std::set<std::string>& done)
      : types_(model.types), root_(std::move(root)), done_(done) {}

  std::vector<InputFault> run(const dsl::Decision& decision) {
    members(members_of(decision), false, root_, "", "");
    return std::move(faults_);
  }

 private:
  void add(std::string what, std::string pointer, bool in_value = true, int status = 422) {
    faults_.push_back({std::move(what), json_text(root_), std::move(pointer), status, in_value});
  }

  /// Puts `other` in the place of `node` for as long as the fault is written down.
  void replaced(Json& node, Json other, const std::string& what, const std::string& pointer,
                bool in_value = true, int status = 422) {
    std::swap(node, other);
    add(what, pointer, in_value, status);
    std::swap(node, other);
  }

  void value(dsl::TypeId id, Json& node, const std::string& pointer, const std::string& place);
  void wrong_kinds(const dsl::Type& type, Json& node, const std::string& pointer,
                   const std::string& place);
  void members(const std::vector<Member>& members, bool open, Json& object,
               const std::string& pointer, const std::string& place);
  void member(const Member& member, Json& object, std::size_t at, const std::string& pointer,
              const std::string& place);
  void entry(Json& object, const std::string& pointer, const std::string& place);

  const dsl::Types& types_;
  Json root_;
  std::set<std::string>& done_;
  std::vector<InputFault> faults_;
};

void FaultMaker::wrong_kinds(const dsl::Type& type, Json& node, const std::string& pointer,
                             const std::string& place) {
  Json yes = value_of(Kind::boolean);
  yes.truth = true;
  Json one = value_of(Kind::array);
  one.items.push_back(value_of(Kind::number, "1"));
  Json pair = value_of(Kind::object);
  pair.members.push_back({"a", value_of(Kind::string, "b")});
  const std::pair<const char*, Json> kinds[] = {
      {"true", yes},
      {"false", value_of(Kind::boolean)},
      {"0", value_of(Kind::number, "0")},
      {"1.5", value_of(Kind::number, "1.5")},
      {"an empty string", value_of(Kind::string)},
      {"a string", value_of(Kind::string, "true")},
      {"an empty array", value_of(Kind::array)},
      {"an array", one},
      {"an empty object", value_of(Kind::object)},
      {"an object", pair},
  };
  for (const auto& [name, other] : kinds)
    if (!takes(type, other.kind)) replaced(node, other, name + (" at " + place), pointer);
  if (!type.optional) replaced(node, value_of(Kind::null), "null at " + place, pointer);
}

void FaultMaker::value(dsl::TypeId id, Json& node, const std::string& pointer,
                       const std::string& place) {
  if (node.kind == Kind::null) return;
  const dsl::Type& type = types_[id];
  if (done_.insert(place).second) {
    wrong_kinds(type, node, pointer, place);
    replaced(node, value_of(Kind::string, "a\xFF"), "bytes that are not UTF-8 at " + place, "",
             false, 400);
    Json deep = value_of(Kind::number, "1");
    for (int i = 0; i <= oracle::kMaxNesting; ++i) {
      Json around = value_of(Kind::array);
      around.items.push_back(std::move(deep));
      deep = std::move(around);
    }
    replaced(node, deep, "too deep nesting at " + place, "", false, 400);
  }
  if (type.kind == TypeKind::record) {
    const dsl::Record& record = types_.records[type.decl];
    members(members_of(record), record.open, node, pointer, place);
  } else if (type.kind == TypeKind::map) {
    for (std::size_t i = 0; i < node.members.size(); ++i)
      value(type.element, node.members[i].value,
            pointer + oracle::pointer_step(node.members[i].name), place + "[]");
    // One entry more, or it is too many for two reasons.
    if (!node.members.empty() && node.members.size() < type.max_size) entry(node, pointer, place);
  } else if (type.kind == TypeKind::list || type.kind == TypeKind::set) {
    for (std::size_t i = 0; i < node.items.size(); ++i)
      value(type.element, node.items[i], pointer + "/" + std::to_string(i), place + "[]");
  }
}

/// A repeated entry of a map.
void FaultMaker::entry(Json& object, const std::string& pointer, const std::string& place) {
  if (!done_.insert(place + " twice").second) return;
  object.members.push_back(Json(object).members.front());
  add("an entry twice at " + place, pointer + oracle::pointer_step(object.members[0].name), false);
  object.members.pop_back();
}

void FaultMaker::members(const std::vector<Member>& members, bool open, Json& object,
                         const std::string& pointer, const std::string& place) {
  const std::string below = place.empty() ? "" : place + "/";
  for (const Member& known : members) {
    const auto given =
        std::find_if(object.members.begin(), object.members.end(), [&](const auto& written) {
          return std::count(known.names->begin(), known.names->end(), written.name) != 0;
        });
    if (given == object.members.end()) continue;
    const auto at = static_cast<std::size_t>(given - object.members.begin());
    member(known, object, at, pointer, below + known.names->front());
    value(known.type, object.members[at].value,
          pointer + oracle::pointer_step(object.members[at].name), below + known.names->front());
  }
  if (!done_.insert(place + " and more").second) return;
  object.members.push_back({"not a \"member\"~/", value_of(Kind::boolean)});
  if (!open) add("a further member at " + place, pointer + "/not a \"member\"~0~1");
  object.members.push_back(oracle::JsonMember(object.members.back()));
  if (open) add("an ignored member twice at " + place, pointer + "/not a \"member\"~0~1", false);
  object.members.pop_back();
  object.members.back().name = "\xC0\xAF";
  add("a name that is not UTF-8 at " + place, "", false, 400);
  object.members.pop_back();
}

void FaultMaker::member(const Member& known, Json& object, std::size_t at,
                        const std::string& pointer, const std::string& place) {
  if (!done_.insert(place + " given").second) return;
  const auto written = object.members[at];
  object.members.push_back(written);
  add(place + " twice", pointer + oracle::pointer_step(written.name), false);
  for (const std::string& name : *known.names) {
    if (name == written.name) continue;
    object.members.back().name = name;
    add(place + " twice, as " + name, pointer + oracle::pointer_step(name));
  }
  object.members.pop_back();
  if (types_[known.type].optional) return;
  const auto place_in_object = object.members.begin() + static_cast<std::ptrdiff_t>(at);
  object.members.erase(place_in_object);
  add(place + " missing", pointer + oracle::pointer_step(known.names->front()));
  object.members.insert(object.members.begin() + static_cast<std::ptrdiff_t>(at), written);
}

void add_places(const dsl::Types& types, dsl::TypeId id, const std::string& place,
                std::set<std::string>& places) {
  places.insert(place);
  const dsl::Type& type = types[id];
  if (type.kind == TypeKind::record) {
    for (const Member& member : members_of(types.records[type.decl]))
      add_places(types, member.type, place + "/" + member.names->front(), places);
  } else if (type.element != 0) {
    add_places(types, type.element, place + "[]", places);
  }
}

}  // namespace

std::string json_text(const Json& json) {
  std::string out;
  switch (json.kind) {
    case Kind::null: return "null";
    case Kind::boolean: return json.truth ? "true" : "false";
    case Kind::number: return json.text;
    case Kind::string: return oracle::json_string(json.text);
    case Kind::array:
      for (const Json& item : json.items)
        out += (out.empty() ? "" : ",") + json_text(item);
      return "[" + out + "]";
    case Kind::object: break;
  }
  for (const auto& [name, item] : json.members)
    out += (out.empty() ? "" : ",") + oracle::json_string(name) + ":" + json_text(item);
  return "{" + out + "}";
}

std::set<std::string> input_places(const dsl::Model& model, const dsl::Decision& decision) {
  std::set<std::string> places;
  for (const dsl::Input& input : decision.inputs)
    add_places(model.types, input.type, input.json.front(), places);
  return places;
}

std::vector<InputFault> input_faults(const dsl::Model& model, const dsl::Decision& decision,
                                     const Json& input, std::set<std::string>& done) {
  return FaultMaker(model, input, done).run(decision);
}

}  // namespace writ::tests
