#include <algorithm>

#include "tests/generate/writer.hpp"

namespace writ::tests::generation {

std::string Writer::qualified(std::size_t package, const std::string& name) const {
  return package == package_ ? name : std::string(kImports[package]) + "." + name;
}

std::string Writer::enum_body(const Enum& e) const {
  std::string out = "{ ";
  for (std::size_t i = 0; i < e.members.size(); ++i)
    out += (i == 0 ? "" : ", ") + e.members[i].name + e.members[i].aliases;
  return out + " }" + (e.unknown ? " else unknown" : "");
}

std::string Writer::type_text(const Type& type) const {
  const auto enum_name = [&] {
    const Enum& e = world_.enums[type.decl];
    return e.name.empty() ? "enum " + enum_body(e) : qualified(e.package, e.name);
  };
  std::string out;
  switch (type.kind) {
    case Kind::boolean: out = "bool"; break;
    case Kind::integer: out = "int"; break;
    case Kind::decimal: out = "decimal"; break;
    case Kind::string: out = "string"; break;
    case Kind::duration: out = "duration"; break;
    case Kind::time: out = "time"; break;
    case Kind::ip: out = "ip"; break;
    case Kind::enumeration: out = enum_name(); break;
    case Kind::record:
      out = qualified(world_.records[type.decl].package, world_.records[type.decl].name);
      break;
    case Kind::list: out = "list<" + type_text(type.element()) + ">"; break;
    case Kind::set: out = "set<" + type_text(type.element()) + ">"; break;
    case Kind::map:
      out = "map<" + type_text(type.parts[0]) + ", " + type_text(type.parts[1]) + ">";
      break;
    case Kind::quorum: out = "quorum " + enum_name(); break;
    case Kind::votes: out = "votes " + enum_name(); break;
  }
  return out + (type.optional ? "?" : "") + type.refinement;
}

std::vector<std::string> Writer::members(const Type& type) {
  std::vector<std::string> out;
  for (const Member& m : world_.enums[type.decl].members)
    out.push_back(m.name);
  return out;
}

std::string Writer::member(const Type& type, bool expected) {
  const Enum& e = world_.enums[type.decl];
  std::vector<std::string> names = members(type);
  if (e.unknown) names.push_back("unknown");
  const std::string name = c_.pick(names);
  if (e.name.empty() || (expected && !c_.chance(10))) return name;
  return qualified(e.package, e.name) + "." + name;
}

std::string Writer::quoted() {
  return "\"" +
         c_.pick<std::string>({"a", "", "ab", "write:x", "read:x", " Ana ", "ANA", "ana",
                               "\\u{e9}t\\u{e9}", "b\\\"c", "10.0.0.7", "\\t"}) +
         "\"";
}

std::string Writer::constant_quorum_members(const Type& type, std::size_t least,
                                            std::size_t* count) {
  std::vector<std::string> all = members(type);
  c_.shuffle(all);
  const std::size_t most = all.size();
  const std::size_t taken = std::min(most, least + c_.below(most - std::min(most, least) + 1));
  std::string out = "{ ";
  for (std::size_t i = 0; i < taken; ++i)
    out += (i == 0 ? "" : ", ") + all[i];
  *count = taken;
  return out + " }";
}

std::string Writer::quorum_literal(const Type& type) {
  std::size_t count = 0;
  switch (c_.below(4)) {
    case 0: return "auto";
    case 1: return "one of " + constant_quorum_members(type, 1, &count);
    case 2: return "all of " + constant_quorum_members(type, 1, &count);
    default: {
      const std::string in = constant_quorum_members(type, 2, &count);
      return std::to_string(1 + c_.below(count)) + " of " + in;
    }
  }
}

std::string Writer::record_literal(const Type& type) {
  std::string out = "{ ";
  bool first = true;
  for (const Field& field : world_.records[type.decl].fields) {
    if (field.type.optional && c_.chance(50)) continue;
    out += (first ? "" : ", ") + field.name + ": " + literal(field.type);
    first = false;
  }
  return first ? "{}" : out + " }";
}

/// Lies within every refinement that this generator writes.
std::string Writer::tame_literal(const Type& type) {
  switch (type.kind) {
    case Kind::integer: return c_.pick<std::string>({"1", "3", "5"});
    case Kind::decimal: return c_.pick<std::string>({"1.0", "0.5"});
    case Kind::string: return c_.pick<std::string>({"\"a\"", "\"ana\"", "\"write:x\""});
    case Kind::duration: return c_.pick<std::string>({"1h", "15m"});
    default: return literal(type);
  }
}

std::string Writer::literal(const Type& type, bool expected) {
  if (!type.refinement.empty() && type.parts.empty()) {
    Type plain = type;
    plain.refinement.clear();
    return tame_literal(plain);
  }
  const std::size_t most = type.refinement.empty() ? 3 : 2;
  switch (type.kind) {
    case Kind::boolean: return c_.chance(50) ? "true" : "false";
    case Kind::integer:
      return c_.pick<std::string>({"1", "0", "2", "3", "5", "7", "10", "(-1)", "1_000", "(-3)",
                                   "9_223_372_036_854_775_807"});
    case Kind::decimal:
      return c_.pick<std::string>({"1.0", "0.5", "2.25", "0.0001", "99.9999", "(-0.5)", "10.0"});
    case Kind::string: return quoted();
    case Kind::duration:
      return c_.pick<std::string>({"1h", "0s", "1s", "15m", "1d", "90d", "1h30m", "2w"});
    case Kind::time:
      return c_.pick<std::string>({"2026-03-02", "2026-03-02T12:00:00Z", "2025-12-31",
                                   "2026-06-30T23:59:59.5Z", "2026-03-02T14:00:00+02:00"});
    case Kind::ip:
      return "ip \"" +
             c_.pick<std::string>({"10.0.0.7", "192.0.2.1", "2001:db8::1", "::ffff:10.0.0.7"}) +
             "\"";
    case Kind::enumeration: return member(type, expected);
    case Kind::record: return record_literal(type);
    case Kind::quorum: return quorum_literal(type);
    case Kind::votes: return "{}";
    case Kind::map: {
      if (expected && c_.chance(15)) return "{}";
      const bool strings = type.parts[0].kind == Kind::string;
      std::vector<std::string> keys =
          strings ? std::vector<std::string>{"\"a\"", "\"ab\"", "\"ana\""} : members(type.parts[0]);
      c_.shuffle(keys);
      keys.resize(std::min(keys.size(), 1 + c_.below(most)));
      std::string out = "{ ";
      for (std::size_t i = 0; i < keys.size(); ++i)
        out += (i == 0 ? "" : ", ") + keys[i] + ": " + literal(type.parts[1], expected);
      return out + " }";
    }
    case Kind::list:
    case Kind::set: {
      if (expected && c_.chance(15)) return c_.chance(50) ? "{}" : "[]";
      const bool braces = type.kind == Kind::set && c_.chance(60);
      std::string out = braces ? "{ " : "[";
      for (std::size_t i = 0, n = 1 + c_.below(most); i < n; ++i)
        out += (i == 0 ? "" : ", ") + literal(type.element(), expected);
      return out + (braces ? " }" : "]");
    }
  }
  return {};
}

std::size_t Writer::new_enum(const std::string& name, bool ordered) {
  static const std::vector<std::vector<std::string>> kNames = {
      {"low", "medium", "high", "top"},
      {"legal", "ciso", "dpo", "board", "sales"},
      {"red", "green", "blue"},
      {"approve", "reject"},
      {"low", "green", "legal"}};
  Enum e;
  e.name = name;
  e.package = package_;
  e.ordered = ordered;
  e.unknown = !name.empty() && c_.chance(40);
  std::vector<std::string> names = c_.pick(kNames);
  if (c_.chance(20)) c_.shuffle(names);
  for (const std::string& n : names) {
    std::string aliases;
    if (c_.chance(15)) aliases = " as \"" + n + "!\"" + (c_.chance(50) ? " or \"" + n + "\"" : "");
    e.members.push_back({n, aliases});
  }
  world_.enums.push_back(std::move(e));
  return world_.enums.size() - 1;
}

Type Writer::some_enum(bool ordered, bool plain) {
  std::vector<std::size_t> fit;
  for (std::size_t i = 0; i < world_.enums.size(); ++i) {
    const Enum& e = world_.enums[i];
    if (!e.name.empty() && (!ordered || e.ordered) && (!plain || !e.unknown)) fit.push_back(i);
  }
  if (fit.empty()) {
    const std::string name = fresh("E");
    const std::size_t made = new_enum(name, ordered);
    if (plain) world_.enums[made].unknown = false;
    const Enum& e = world_.enums[made];
    declare(std::string(ordered ? "ordered " : "") + "enum " + name + " " + enum_body(e));
    return simple(Kind::enumeration, made);
  }
  return simple(Kind::enumeration, c_.pick(fit));
}

Type Writer::scalar() {
  switch (c_.below(9)) {
    case 0: return simple(Kind::integer);
    case 1: return simple(Kind::boolean);
    case 2: return simple(Kind::decimal);
    case 3:
    case 4: return simple(Kind::string);
    case 5: return simple(Kind::duration);
    case 6: return simple(Kind::time);
    case 7: return simple(Kind::ip);
    default: return some_enum(false);
  }
}

Type Writer::ordered_type() {
  switch (c_.below(5)) {
    case 0: return simple(Kind::integer);
    case 1: return simple(Kind::decimal);
    case 2: return simple(Kind::duration);
    case 3: return simple(Kind::time);
    default: return some_enum(true);
  }
}

std::string Writer::number_refinement(Kind kind) {
  switch (kind) {
    case Kind::integer: return c_.pick<std::string>({" 0..20", " -5..5", " min 1", " max 1_000"});
    case Kind::decimal: return c_.pick<std::string>({" 0.0..9.5", " min -1.5", " max 100.0"});
    case Kind::duration: return c_.pick<std::string>({" 1m..24h", " min 1s", " max 90d"});
    case Kind::time: return " 2020-01-01..2030-01-01";
    case Kind::string:
      return c_.pick<std::string>({" max 12", " min 1 max 20", " matching /[a-z:]{0,9}/"});
    default: return {};
  }
}

/// Sizes stay small: the work of a decision has a bound.
void Writer::refine(Type& type) {
  switch (type.kind) {
    case Kind::list:
    case Kind::set:
    case Kind::map: type.refinement = " max " + std::to_string(2 + c_.below(5)); break;
    default:
      if (c_.chance(25)) type.refinement = number_refinement(type.kind);
  }
}

Type Writer::element_type() {
  Type type = scalar();
  if (c_.chance(20) && type.kind == Kind::string) type.refinement = " max 12";
  return type;
}

Type Writer::input_type(int depth) {
  Type type;
  const std::size_t kind = depth > 0 ? c_.below(10) : 0;
  if (kind < 5) {
    type = scalar();
  } else if (kind == 5 && !world_.records.empty()) {
    type = simple(Kind::record, c_.below(world_.records.size()));
  } else if (kind == 6) {
    type = collection(Kind::list, c_.chance(60) && !world_.records.empty()
                                      ? simple(Kind::record, c_.below(world_.records.size()))
                                      : element_type());
  } else if (kind == 7) {
    type = collection(Kind::set, element_type());
  } else if (kind == 8) {
    type = collection(Kind::map, element_type());
    type.parts.insert(type.parts.begin(), c_.chance(60) ? simple(Kind::string) : some_enum(false));
    if (c_.chance(30) && !world_.records.empty())
      type.parts[1] = simple(Kind::record, c_.below(world_.records.size()));
  } else {
    type = simple(Kind::enumeration, new_enum("", false));
    world_.enums.back().unknown = c_.chance(40);
  }
  refine(type);
  type.optional = c_.chance(30);
  return type;
}

std::string Writer::doc() {
  return c_.chance(6) ? "/// What it is.\n" : "";
}

void Writer::declare(const std::string& text) {
  declarations_[package_].push_back(doc() + text + "\n");
}

void Writer::enum_declaration() {
  const bool ordered = c_.chance(60);
  const std::string name = fresh("E");
  const std::size_t made = new_enum(name, ordered);
  declare(std::string(ordered ? "ordered " : "") + "enum " + name + " " +
          enum_body(world_.enums[made]));
}

void Writer::record_declaration() {
  Record record;
  record.name = fresh("R");
  record.package = package_;
  std::string out = std::string(c_.chance(25) ? "open " : "") + "record " + record.name + " {\n";
  static const std::vector<std::string> kWords = {"name", "when", "kind", "data", "at", "role"};
  for (std::size_t i = 0, n = 2 + c_.below(4); i < n; ++i) {
    const Type type = input_type(1);
    const std::string name = c_.chance(20) ? c_.pick(kWords) + std::to_string(i) : fresh("f");
    out += "  " + name + (c_.chance(12) ? " as \"" + name + "-x\" or \"" + name + "\"" : "") +
           ": " + type_text(type) + "\n";
    record.fields.push_back({name, type});
  }
  world_.records.push_back(std::move(record));
  declare(out + "}");
}

void Writer::data_declaration() {
  Datum datum;
  datum.name = fresh("d");
  datum.package = package_;
  datum.type = c_.chance(60) ? collection(Kind::set, element_type()) : input_type(1);
  // A literal has to lie within the refinements of its type.
  datum.type.refinement.clear();
  datum.type.optional = false;
  const bool literal_stands =
      c_.chance(60) && datum.type.kind != Kind::record &&
      (datum.type.parts.empty() || datum.type.element().kind != Kind::record);
  const bool sized =
      datum.type.kind == Kind::list || datum.type.kind == Kind::set || datum.type.kind == Kind::map;
  for (Type& part : datum.type.parts)
    part.refinement.clear();
  datum.type.bounded = !sized || c_.chance(60);
  if (sized && datum.type.bounded) datum.type.refinement = " max 6";
  declare("data " + datum.name + ": " + type_text(datum.type) +
          (literal_stands ? " = " + literal(datum.type) : ""));
  world_.data.push_back(std::move(datum));
}

}  // namespace writ::tests::generation
