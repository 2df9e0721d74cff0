#include <algorithm>

#include "tests/generate/writer.hpp"

namespace writ::tests::generation {

/// Inputs, and the outputs before `rank`.
Scope Writer::scope_of(const Decision& decision, std::size_t rank) {
  Scope scope;
  scope.now = true;
  for (const Input& input : decision.inputs)
    scope.names.push_back({input.name, input.type, true, true});
  for (std::size_t i = 0; i < rank; ++i) {
    const Output& output = decision.outputs[i];
    if (output.kind == OutputKind::codes) continue;
    if (output.per || output.kind == OutputKind::verdict)
      scope.outputs.push_back(output);
    else
      scope.names.push_back({output.name, output.type, false, output.nullable});
  }
  return scope;
}

/// A text with values in it. It may read any output of the decision.
std::string Writer::reason(const Decision& decision) {
  const Scope saved = scope_;
  const Scope all = scope_of(decision, decision.outputs.size());
  for (const Path& name : all.names)
    if (std::none_of(scope_.names.begin(), scope_.names.end(),
                     [&](const Path& p) { return p.text == name.text; }))
      scope_.names.push_back(name);
  scope_.outputs = all.outputs;
  std::string out =
      "\"" + c_.pick<std::string>({"because of", "a \\{ b }", "\\u{e9} \\\"x\\\"", ""});
  for (std::size_t i = c_.below(4); i > 0; --i) {
    const auto path = some_path([&](const Path& p) {
      const Kind kind = p.type.kind;
      const bool plain = p.type.parts.empty() && kind != Kind::record && kind != Kind::votes &&
                         kind != Kind::quorum;
      return is_present(p) && (plain || (kind == Kind::set && p.type.bounded)) &&
             std::count(p.text.begin(), p.text.end(), '[') < 2 &&
             p.text.find("\\\"") == std::string::npos;
    });
    if (path) out += " {" + path->text + "}";
  }
  scope_ = saved;
  return out + "\"";
}

std::string Writer::written(const Output& output) {
  std::string out = output.name;
  if (c_.chance(10)) out += " as \"" + output.name + "-x\"";
  return out + ": ";
}

/// A set of strings or ints that is computed from the elements of `list`; empty when none is found.
std::string Writer::keys_read_from(const Path& list, Type& key) {
  Scope saved;
  const std::string name = bind({list.text, list.type.element(), true, true}, saved);
  const auto read = some_path([&](const Path& p) {
    return is_present(p) && p.text.starts_with(name) &&
           (p.type.kind == Kind::string || p.type.kind == Kind::integer);
  });
  std::string out;
  if (read) {
    key = simple(read->type.kind);
    const std::string of =
        key.kind == Kind::string ? "lower(" + read->text + ")" : "(" + read->text + " % 3)";
    const std::string where = c_.chance(50) ? " where " + condition(1).text : "";
    out = "{ " + of + " for " + name + " in " + list.text + where + " }";
  }
  scope_ = saved;
  return out;
}

/// What `per` goes over: an enum, or what is read from the input alone.
std::string Writer::domain(Output& output) {
  output.per = true;
  output.key_name = fresh("k");
  if (c_.chance(45)) {
    output.per_enum = true;
    output.key = some_enum(false);
    return " per " + output.key_name + " in " + type_text(output.key);
  }
  const Scope saved = scope_;
  scope_.outputs.clear();
  scope_.data = scope_.callables = scope_.now = false;
  std::erase_if(scope_.names, [](const Path& p) { return !p.of_input; });
  std::string text;
  const auto path = some_path([&](const Path& p) {
    return is_present(p) && (p.type.kind == Kind::set || p.type.kind == Kind::list);
  });
  if (path) {
    const Type& element = path->type.element();
    const bool is_key = element.kind == Kind::string || element.kind == Kind::integer ||
                        element.kind == Kind::enumeration;
    output.key = present(element);
    if (is_key && c_.chance(70))
      text = path->text;
    else
      text = keys_read_from(*path, output.key);
  }
  scope_ = saved;
  output.key.refinement.clear();
  if (text.empty()) {
    output.per_enum = true;
    output.key = some_enum(false);
    text = type_text(output.key);
  }
  return " per " + output.key_name + " in " + text;
}

std::string Writer::range_of(Type& type) {
  if (!c_.chance(45)) return {};
  switch (type.kind) {
    case Kind::integer: return c_.pick<std::string>({" 0..20", " -5..5"});
    case Kind::decimal: return " -1.5..9.5";
    case Kind::duration: return c_.pick<std::string>({" 1m..24h", " 0s..90d"});
    case Kind::time: return " 2020-01-01..2030-01-01";
    default: return {};
  }
}

std::string Writer::start_of(const Output& output) {
  const Scope saved = scope_;
  if (output.per) scope_.names.push_back({output.key_name, output.key, false, false});
  Type type = output.type;
  if (output.kind == OutputKind::collected) type.bounded = true;
  std::string out = " starting at " + value(type, 2);
  scope_ = saved;
  return out;
}

/// Kind, domain and starting value of an output that rules set.
std::string Writer::joined(Output& output) {
  std::string out;
  const bool per = c_.chance(35);
  bool starts = true;
  switch (c_.below(6)) {
    case 0:
    case 1: {
      const bool up = c_.chance(50);
      output.kind = up ? OutputKind::highest : OutputKind::lowest;
      output.type = ordered_type();
      if (c_.chance(12)) {
        output.type = simple(Kind::enumeration, new_enum("", true));
        world_.enums.back().unknown = false;
      }
      const std::string range = range_of(output.type);
      out = (up ? "highest " : "lowest ") + type_text(output.type) + range;
      break;
    }
    case 2:
      output.kind = OutputKind::quorum;
      output.type = simple(Kind::quorum, some_enum(false).decl);
      out = type_text(output.type);
      starts = c_.chance(40);
      break;
    case 3: {
      output.kind = OutputKind::collected;
      const Type element = scalar();
      output.type = collection(Kind::set, element);
      output.nullable = element.kind != Kind::enumeration;
      out = "collected " + type_text(element);
      starts = c_.chance(35);
      break;
    }
    default:
      output.kind = OutputKind::verdict;
      output.of_members = c_.chance(75);
      starts = false;
      out = "verdict";
      output.type = simple(Kind::quorum, 0);
      if (output.of_members) {
        output.type = simple(Kind::quorum, some_enum(false).decl);
        out += " of " + type_text(simple(Kind::enumeration, output.type.decl));
      }
      break;
  }
  if (per) out += domain(output);
  if (starts) out += start_of(output);
  return out;
}

Type Writer::derived_type() {
  switch (c_.below(9)) {
    case 0: return collection(Kind::set, scalar());
    case 1: return simple(Kind::quorum, some_enum(false).decl);
    case 2: {
      Type type = collection(Kind::map, scalar());
      type.parts.insert(type.parts.begin(),
                        c_.chance(60) ? simple(Kind::string) : some_enum(false));
      return type;
    }
    case 3:
      for (std::size_t i = 0; i < world_.records.size(); ++i)
        if (world_.records[i].package <= package_ && !world_.holds_list(simple(Kind::record, i)))
          return simple(Kind::record, i);
      return simple(Kind::boolean);
    case 4: return collection(Kind::list, scalar());
    case 5: return simple(Kind::votes, some_enum(false).decl);
    default: return scalar();
  }
}

std::string Writer::derived(Output& output) {
  output.kind = OutputKind::derived;
  Type type = derived_type();
  const bool whole = type.kind == Kind::list;
  type.optional = !whole && type.kind != Kind::votes && c_.chance(25);
  output.type = type;
  external_ = false;
  std::string text;
  if (whole) {
    const auto list = by_kind(type, 2);
    text = list ? *list : literal(type);
  } else {
    text = value(type, 3);
  }
  std::string out = type_text(type) + " = " + text;
  const bool failing = external_ && !type.optional;
  const bool stated = failing || c_.chance(20);
  if (stated)
    out += " on failure " + (type.optional && c_.chance(40) ? "absent" : literal(present(type)));
  output.nullable = external_ && !stated;
  return out;
}

std::string Writer::output(Decision& decision) {
  scope_ = scope_of(decision, decision.outputs.size());
  Output output;
  output.name = fresh("o");
  std::string body = c_.chance(35) ? derived(output) : joined(output);
  if (output.kind == OutputKind::verdict && c_.chance(40)) {
    scope_ = scope_of(decision, 0);
    if (output.per) scope_.names.push_back({output.key_name, output.key});
    body += " otherwise " + fresh("code") + " " + reason(decision);
  }
  const bool unwritten = output.type.kind == Kind::votes && output.kind == OutputKind::derived;
  const std::string local = unwritten || c_.chance(12) ? "local " : "";
  const std::string line = local + written(output) + body;
  decision.outputs.push_back(std::move(output));
  return line;
}

std::string Writer::decision_text(const Decision& decision, std::vector<std::string> outputs) {
  std::string out = "decision " + decision.name + "(\n";
  for (const Input& input : decision.inputs)
    out += "  " + input.name + (c_.chance(8) ? " as \"" + input.name + "-x\"" : "") + ": " +
           type_text(input.type) + ",\n";
  out += ") {\n";
  if (c_.chance(50)) c_.shuffle(outputs);
  for (const std::string& line : outputs)
    out += "  " + line + "\n";
  return out + "}";
}

void Writer::decision_declaration() {
  Decision decision;
  decision.name = fresh("decide");
  for (std::size_t i = 0, n = 2 + c_.below(4); i < n; ++i)
    decision.inputs.push_back({fresh("i"), input_type(1)});
  std::vector<std::string> outputs;
  for (std::size_t i = 0, n = 2 + c_.below(5); i < n; ++i)
    outputs.push_back(output(decision));
  if (c_.chance(60)) outputs.push_back("codes: codes");
  declare(decision_text(decision, outputs));
  decisions_.push_back(std::move(decision));
}

}  // namespace writ::tests::generation
