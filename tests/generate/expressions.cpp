#include <algorithm>

#include "tests/generate/writer.hpp"

namespace writ::tests::generation {

// --- names ---

bool Writer::is_present(const Path& path) const {
  return !path.type.optional;
}

void Writer::read(const Path& path) {
  external_ = external_ || path.external;
  data_ = data_ || path.is_data;
}

/// Adds a path and, where it is there, its fields and a key of it.
void Writer::expand(const Path& path, int depth, std::vector<Path>& into) {
  into.push_back(path);
  if (path.type.optional || depth == 0) return;
  const auto part = [&](const std::string& suffix, const Type& type, bool place) {
    Path inner{path.text + suffix, type, path.of_input && place, path.external, path.is_data};
    for (const Path& shown : scope_.shown)
      if (shown.text == inner.text) return;
    expand(inner, depth - 1, into);
  };
  if (path.type.kind == Kind::record)
    for (const Field& field : world_.records[path.type.decl].fields)
      part("." + field.name, field.type, true);
  if (path.type.kind != Kind::map) return;
  const Type& key = path.type.parts[0];
  part("[" + literal(key) + "]", optional(path.type.parts[1]), true);
  for (const Path& name : scope_.names)
    if (!name.type.optional && same(name.type, key) && c_.chance(40)) {
      Path inner{path.text + "[" + name.text + "]", optional(path.type.parts[1]), false,
                 path.external || name.external, path.is_data || name.is_data};
      into.push_back(inner);
    }
}

/// A key of a `per` output: a constant, or a name that is in scope.
std::optional<Path> Writer::key_of(const Output& output, bool constant) {
  std::vector<Path> fit;
  if (!constant)
    for (const Path& name : scope_.names)
      if (!name.type.optional && same(name.type, output.key)) fit.push_back(name);
  if (!fit.empty() && c_.chance(60)) return c_.pick(fit);
  Path key{"", output.key};
  const std::vector<std::string> names =
      output.key.kind == Kind::enumeration ? members(output.key) : std::vector<std::string>();
  key.text = names.empty() ? literal(output.key) : c_.pick(names);
  if (output.key.kind == Kind::integer) key.text = std::to_string(c_.below(4));
  return key;
}

std::vector<Path> Writer::output_paths() {
  std::vector<Path> out;
  for (const Output& output : scope_.outputs) {
    if (output.kind == OutputKind::verdict) {
      if (!output.per) {
        if (output.of_members) out.push_back({output.name + ".needs", output.type});
        continue;
      }
      for (const char* part : {".granted", ".held", ".denied"})
        out.push_back({output.name + part, collection(Kind::set, present(output.key))});
      if (!output.per_enum || !output.of_members) continue;
      if (const auto key = key_of(output, true))
        out.push_back({output.name + "[" + key->text + "].needs", output.type});
      continue;
    }
    const auto key = key_of(output, false);
    const bool sure = output.per_enum && (!key->external && key->of_input == false) &&
                      !world_.enums[output.key.decl].unknown;
    Path path{output.name + "[" + key->text + "]", output.type};
    path.external = output.nullable || key->external;
    // A member that is written is a key; a value may be `unknown`.
    const std::vector<std::string> names =
        output.per_enum ? members(output.key) : std::vector<std::string>();
    const bool member_written = std::find(names.begin(), names.end(), key->text) != names.end();
    path.type.optional =
        !(output.per_enum && (member_written || sure || !world_.enums[output.key.decl].unknown));
    out.push_back(path);
  }
  return out;
}

std::vector<Path> Writer::paths(int depth) {
  std::vector<Path> out;
  for (Path path : scope_.shown) {
    path.type.optional = false;
    expand(path, depth, out);
  }
  const auto add = [&](const Path& path) {
    for (const Path& shown : scope_.shown)
      if (shown.text == path.text) return;
    expand(path, depth, out);
  };
  for (const Path& name : scope_.names)
    add(name);
  for (const Path& path : output_paths())
    add(path);
  if (!scope_.data) return out;
  for (const Datum& datum : world_.data)
    if (datum.package <= package_)
      add({qualified(datum.package, datum.name), datum.type, false, true, true});
  return out;
}

std::optional<Path> Writer::some_path(const std::function<bool(const Path&)>& accept) {
  std::vector<Path> fit;
  for (Path& path : paths())
    if (accept(path)) fit.push_back(std::move(path));
  if (fit.empty()) return std::nullopt;
  const Path found = c_.pick(fit);
  read(found);
  return found;
}

std::optional<Path> Writer::path_of(const Type& type, bool present) {
  return some_path([&](const Path& path) {
    return same(path.type, type) && (!present || is_present(path)) &&
           (path.type.bounded || !type.bounded);
  });
}

// --- values ---

std::string Writer::value(const Type& type, int depth) {
  if (depth > 0 && c_.chance(60))
    if (auto found = composed(type, depth)) return *found;
  if (c_.chance(75))
    if (const auto path = path_of(type, !type.optional)) return path->text;
  if (type.optional && c_.chance(60)) return "absent";
  return literal(type);
}

std::optional<std::string> Writer::composed(const Type& type, int depth) {
  for (int tries = 0; tries < 4; ++tries) {
    std::optional<std::string> found;
    switch (c_.below(8)) {
      case 0: found = conditional(type, depth); break;
      case 1:
      case 2: found = call(type, depth); break;
      case 3: found = maybe_absent(type, depth); break;
      default: found = by_kind(type, depth); break;
    }
    if (found) return found;
  }
  return std::nullopt;
}

Condition Writer::showing(const std::vector<Path>& shown, int depth) {
  const Scope saved = scope_;
  scope_.shown.insert(scope_.shown.end(), shown.begin(), shown.end());
  Condition out = condition(depth);
  scope_ = saved;
  return out;
}

std::optional<std::string> Writer::conditional(const Type& type, int depth) {
  const Condition asked = condition(depth - 1);
  const Scope saved = scope_;
  scope_.shown.insert(scope_.shown.end(), asked.when_true.begin(), asked.when_true.end());
  const std::string yes = value(type, depth - 1);
  scope_ = saved;
  scope_.shown.insert(scope_.shown.end(), asked.when_false.begin(), asked.when_false.end());
  std::string no = value(type, depth - 1);
  scope_ = saved;
  if (yes == "absent" && no == "absent") no = literal(present(type));
  return "(if " + asked.text + " then " + yes + " else " + no + ")";
}

/// What may be missing: as it is where that is wanted, else with a default.
std::optional<std::string> Writer::maybe_absent(const Type& type, int depth) {
  std::optional<std::string> found;
  switch (c_.below(3)) {
    case 0:
      if (const auto path = some_path([&](const Path& p) {
            return same(p.type, type) && p.type.optional && p.type.bounded;
          }))
        found = path->text;
      break;
    case 1: found = extreme(type, depth - 1); break;
    default: found = only(type, depth - 1); break;
  }
  if (!found || type.optional) return found;
  return "(" + *found + " or else " + value(type, depth - 1) + ")";
}

std::optional<std::string> Writer::call(const Type& type, int depth) {
  if (!scope_.callables) return std::nullopt;
  std::vector<std::pair<const Callable*, std::size_t>> fit;
  for (const Callable& callable : world_.callables) {
    if (callable.package > package_ || (callable.reads_data && !scope_.data) ||
        (callable.reads_now && !scope_.now))
      continue;
    for (std::size_t i = 0; i < callable.results.size(); ++i)
      if (same(callable.results[i], type)) fit.push_back({&callable, i});
  }
  if (fit.empty()) return std::nullopt;
  const auto [callable, column] = c_.pick(fit);
  external_ = external_ || callable->reads_data || callable->reads_now;
  data_ = data_ || callable->reads_data;
  now_ = now_ || callable->reads_now;
  std::string out = qualified(callable->package, callable->name) + "(";
  for (std::size_t i = 0; i < callable->parameters.size(); ++i)
    out += (i == 0 ? "" : ", ") + value(callable->parameters[i], depth - 1);
  out += ")";
  if (!callable->columns.empty()) out += "." + callable->columns[column];
  if (!callable->results[column].optional || type.optional) return out;
  return "(" + out + " or else " + value(type, depth - 1) + ")";
}

std::optional<std::string> Writer::by_kind(const Type& type, int depth) {
  switch (type.kind) {
    case Kind::boolean: return "(" + condition(depth - 1).text + ")";
    case Kind::integer:
    case Kind::decimal: return number(type, depth);
    case Kind::string: return text(depth);
    case Kind::duration: return span_of_time(depth);
    case Kind::time: return instant(depth);
    case Kind::set: return set_value(type, depth);
    case Kind::quorum: return quorum_value(type, depth);
    case Kind::votes: return votes_value(type, depth);
    case Kind::list: {
      std::string out = "[" + value(type.element(), depth - 1);
      for (std::size_t i = c_.below(3); i > 0; --i)
        out += ", " + value(type.element(), depth - 1);
      return out + "]";
    }
    case Kind::record: {
      std::string out;
      for (const Field& field : world_.records[type.decl].fields) {
        if (field.type.optional && c_.chance(40)) continue;
        // What is computed from constants has to lie within the refinement.
        const bool any = field.type.refinement.empty() && field.type.parts.empty();
        out += (out.empty() ? "{ " : ", ") + field.name + ": " +
               value(field.type, any ? depth - 1 : 0);
      }
      return out.empty() ? "{}" : out + " }";
    }
    case Kind::map: {
      if (type.parts[0].kind == Kind::string)
        return "{ \"a\": " + value(type.parts[1], depth - 1) +
               ", \"ana\": " + value(type.parts[1], depth - 1) + " }";
      return "{ " + c_.pick(members(type.parts[0])) + ": " + value(type.parts[1], depth - 1) + " }";
    }
    default: return std::nullopt;
  }
}

std::optional<std::string> Writer::number(const Type& type, int depth) {
  const bool integer = type.kind == Kind::integer;
  const Type of = present(type);
  const auto v = [&] { return value(of, depth - 1); };
  switch (c_.below(integer ? 10 : 6)) {
    case 0: return "(" + v() + " + " + v() + ")";
    case 1: return "(" + v() + " - " + v() + ")";
    case 2: return "(" + v() + " * " + v() + ")";
    case 3: return "(-" + v() + ")";
    case 4:
    case 5:
      return "(" + v() +
             (integer ? c_.pick<std::string>({" / 3", " % 3", " / 1_000", " % 7"})
                      : c_.pick<std::string>({" / 0.5", " / 3.0", " % 0.3"})) +
             ")";
    case 6:
    case 7:
      if (const auto path = some_path([&](const Path& p) {
            return is_present(p) && p.type.bounded && !p.type.parts.empty();
          }))
        return path->type.kind == Kind::map ? "count(keys(" + path->text + "))"
                                            : "count(" + path->text + ")";
      return "length(" + value(simple(Kind::string), depth - 1) + ")";
    case 8: {
      Scope saved;
      const auto from = source(depth - 1);
      if (!from) return std::nullopt;
      const std::string name = bind(*from, saved);
      const std::string c = condition(depth - 1).text;
      scope_ = saved;
      return "count(" + name + " in " + from->text + " where " + c + ")";
    }
    default:
      return "(" + value(simple(Kind::duration), depth - 1) +
             c_.pick<std::string>({" / 1h", " / 1s", " / 90d"}) + ")";
  }
}

std::string Writer::pointer_text() {
  std::vector<std::string> fit;
  for (const Path& path : paths())
    if (path.of_input) fit.push_back(path.text);
  return fit.empty() ? quoted() : "pointer(" + c_.pick(fit) + ")";
}

std::optional<std::string> Writer::text(int depth) {
  const Type string = simple(Kind::string);
  switch (c_.below(3)) {
    case 0: return "lower(" + value(string, depth - 1) + ")";
    case 1: return "trim(" + value(string, depth - 1) + ")";
    default: return pointer_text();
  }
}

std::optional<std::string> Writer::span_of_time(int depth) {
  const auto d = [&] { return value(simple(Kind::duration), depth - 1); };
  const auto t = [&] { return value(simple(Kind::time), depth - 1); };
  switch (c_.below(6)) {
    case 0: return "(" + d() + " + " + d() + ")";
    case 1: return "(" + d() + " - " + d() + ")";
    case 2: return "(" + d() + " * " + value(simple(Kind::integer), depth - 1) + ")";
    case 3: return "(" + d() + c_.pick<std::string>({" / 2", " / 7"}) + ")";
    case 4: return "(-" + d() + ")";
    default: return "(" + t() + " - " + t() + ")";
  }
}

std::optional<std::string> Writer::instant(int depth) {
  return "(" + value(simple(Kind::time), depth - 1) + (c_.chance(50) ? " + " : " - ") +
         value(simple(Kind::duration), depth - 1) + ")";
}

std::optional<std::string> Writer::set_value(const Type& type, int depth) {
  const Type element = type.element();
  switch (c_.below(5)) {
    case 0: return comprehension(element, depth - 1);
    case 1:
      if (const auto path = some_path([&](const Path& p) {
            return is_present(p) && p.type.kind == Kind::map && same(p.type.parts[0], element) &&
                   p.type.bounded;
          }))
        return "keys(" + path->text + ")";
      return std::nullopt;
    case 2: {
      if (element.kind != Kind::enumeration) return std::nullopt;
      const auto quorum = path_of(simple(Kind::quorum, element.decl), true);
      if (!quorum) return std::nullopt;
      const auto votes = path_of(simple(Kind::votes, element.decl), true);
      return "missing(" + quorum->text + ", " +
             (votes && c_.chance(60) ? votes->text : value(present(type), depth - 1)) + ")";
    }
    default: {
      std::string out = "{ " + value(element, depth - 1);
      for (std::size_t i = c_.below(3); i > 0; --i)
        out += ", " + value(element, depth - 1);
      return out + " }";
    }
  }
}

std::optional<std::string> Writer::quorum_value(const Type& type, int depth) {
  if (c_.chance(40)) return quorum_literal(type);
  return "both(" + value(present(type), depth - 1) + ", " + value(present(type), depth - 1) + ")";
}

std::optional<std::string> Writer::votes_value(const Type& type, int depth) {
  const auto from = source(depth - 1);
  if (!from) return std::nullopt;
  Scope saved;
  const std::string name = bind(*from, saved);
  const std::string filter = where(depth - 1);
  const std::string role = value(simple(Kind::enumeration, type.decl), depth - 1);
  const std::string person = value(simple(Kind::string), depth - 1);
  scope_ = saved;
  return "{ " + role + " by " + person + " for " + name + " in " + from->text + filter + " }";
}

}  // namespace writ::tests::generation
