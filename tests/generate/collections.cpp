#include <algorithm>

#include "tests/generate/writer.hpp"

namespace writ::tests::generation {
namespace {

/// So many go round each other, those of rules included: the work of a decision has a bound.
constexpr int kLoops = 3;

bool is_collection(const Type& type) {
  return type.kind == Kind::list || type.kind == Kind::set;
}

bool is_scalar(const Type& type) {
  return type.parts.empty() && type.kind != Kind::record && type.kind != Kind::quorum &&
         type.kind != Kind::votes;
}

bool is_ordered(const World& world, const Type& type) {
  switch (type.kind) {
    case Kind::integer:
    case Kind::decimal:
    case Kind::duration:
    case Kind::time: return true;
    case Kind::enumeration: return world.enums[type.decl].ordered;
    default: return false;
  }
}

}  // namespace

/// A collection whose elements (of type `element` if it is given) can be gone through.
std::optional<Writer::Source> Writer::source(int depth, const Type* element) {
  if (scope_.loops >= kLoops) return std::nullopt;
  const auto fits = [&](const Type& type) { return element == nullptr || same(type, *element); };
  std::vector<Source> found;
  for (const Path& path : paths())
    if (is_present(path) && is_collection(path.type) && path.type.bounded &&
        fits(path.type.element()))
      found.push_back({path.text, path.type.element(), path.of_input, path.external});
  if (!found.empty() && c_.chance(75)) {
    const Source chosen = c_.pick(found);
    external_ = external_ || chosen.external;
    return chosen;
  }
  for (std::size_t i = 0; i < world_.enums.size(); ++i) {
    const Enum& e = world_.enums[i];
    if (e.name.empty() || e.package > package_ || !fits(simple(Kind::enumeration, i))) continue;
    if (c_.chance(60))
      return Source{qualified(e.package, e.name), simple(Kind::enumeration, i), false, false};
  }
  Type of = element != nullptr ? present(*element) : scalar();
  of.refinement.clear();
  if (!is_scalar(of)) return std::nullopt;
  const bool before = external_;
  external_ = false;
  std::optional<std::string> text;
  // Without an expected type only some literals say what they are.
  const bool named = of.kind != Kind::enumeration || !world_.enums[of.decl].name.empty();
  if (depth > 0 && c_.chance(60) && of.kind != Kind::enumeration)
    text = comprehension(of, depth - 1);
  if (!text && named) {
    const bool braces = c_.chance(50);
    text = (braces ? "{ " : "[") + literal(of, false);
    for (std::size_t i = c_.below(3); i > 0; --i)
      *text += ", " + literal(of, false);
    *text += braces ? " }" : "]";
  }
  const bool reads = external_;
  external_ = before || reads;
  if (!text) return std::nullopt;
  return Source{*text, of, false, reads};
}

/// A name for an element, in scope until `saved` is put back.
std::string Writer::bind(const Source& from, Scope& saved) {
  saved = scope_;
  const std::string name = fresh("x");
  Type type = from.element;
  type.optional = false;
  scope_.names.push_back({name, type, from.of_input, from.external});
  ++scope_.loops;
  return name;
}

std::optional<Condition> Writer::quantifier(int depth) {
  const auto from = source(depth - 1);
  if (!from) return std::nullopt;
  Scope saved;
  const std::string name = bind(*from, saved);
  const std::string body = condition(depth - 1).text;
  scope_ = saved;
  return Condition{"(" + c_.pick<std::string>({"any ", "all ", "none "}) + name + " in " +
                       from->text + " satisfies (" + body + "))",
                   {},
                   {}};
}

/// Empty, or a condition on the element; what it shows stays in scope.
std::string Writer::where(int depth) {
  if (!c_.chance(60)) return {};
  const Condition c = condition(depth);
  scope_.shown.insert(scope_.shown.end(), c.when_true.begin(), c.when_true.end());
  return " where " + c.text;
}

std::optional<std::string> Writer::comprehension(const Type& element, int depth) {
  const auto from = source(depth - 1);
  if (!from) return std::nullopt;
  Scope saved;
  const std::string name = bind(*from, saved);
  const std::string filter = where(depth - 1);
  std::string of = name;
  if (!same(from->element, element) || c_.chance(30)) of = value(present(element), depth);
  scope_ = saved;
  return "{ " + of + " for " + name + " in " + from->text + filter + " }";
}

/// Absent when there is none.
std::optional<std::string> Writer::extreme(const Type& type, int depth) {
  if (!is_ordered(world_, type)) return std::nullopt;
  const auto from = source(depth, &type);
  if (!from) return std::nullopt;
  return (c_.chance(50) ? "min(" : "max(") + from->text + ")";
}

std::optional<std::string> Writer::only(const Type& type, int depth) {
  const auto from = source(depth, &type);
  if (!from) return std::nullopt;
  Scope saved;
  const std::string name = bind(*from, saved);
  const std::string c = condition(depth > 0 ? depth - 1 : 0).text;
  scope_ = saved;
  return "(only " + name + " in " + from->text + " where " + c + ")";
}

std::optional<Condition> Writer::membership(int depth) {
  const std::string in = c_.chance(70) ? " in " : " not in ";
  const auto path = some_path([&](const Path& p) {
    const Kind kind = p.type.kind;
    // A list is looked through from end to end.
    return is_present(p) && (is_collection(p.type) || kind == Kind::map) &&
           (p.type.bounded || kind != Kind::list) && p.type.parts[0].kind != Kind::record &&
           p.type.parts[0].parts.empty();
  });
  if (path && c_.chance(70)) {
    const Type key = present(path->type.parts[0]);
    return Condition{"(" + value(key, depth - 1) + in + path->text + ")", {}, {}};
  }
  const auto one = some_path([&](const Path& p) {
    return is_present(p) && p.type.parts.empty() && p.type.kind != Kind::record &&
           p.type.kind != Kind::quorum && p.type.kind != Kind::votes &&
           (p.type.kind != Kind::enumeration || !world_.enums[p.type.decl].name.empty());
  });
  if (!one) return std::nullopt;
  if (one->type.kind == Kind::enumeration && c_.chance(40)) {
    const Enum& e = world_.enums[one->type.decl];
    return Condition{"(" + one->text + in + qualified(e.package, e.name) + ")", {}, {}};
  }
  const Type set = collection(c_.chance(70) ? Kind::set : Kind::list, present(one->type));
  std::string items = literal(set.element(), true);
  for (std::size_t i = c_.below(3); i > 0; --i)
    items += ", " + (depth > 0 ? value(set.element(), depth - 1) : literal(set.element(), true));
  const bool braces = set.kind == Kind::set;
  return Condition{
      "(" + one->text + in + (braces ? "{ " : "[") + items + (braces ? " })" : "])"), {}, {}};
}

std::optional<Condition> Writer::sets_related(int depth) {
  const auto path = some_path(
      [&](const Path& p) { return is_present(p) && p.type.kind == Kind::set && p.type.bounded; });
  if (!path) return std::nullopt;
  const std::string relation = c_.chance(50) ? " subset of " : " intersects ";
  Type type = present(path->type);
  type.bounded = true;
  const std::string other = value(type, depth - 1);
  // What stands on the left says itself what it is: a name or a set in braces.
  const bool members = type.element().kind == Kind::enumeration || other.front() == '(' ||
                       other.front() == '[' || other == "{}";
  return Condition{members || c_.chance(70) ? "(" + path->text + relation + other + ")"
                                            : "(" + other + relation + path->text + ")",
                   {},
                   {}};
}

std::optional<Condition> Writer::emptiness(int depth) {
  const std::string is = c_.chance(50) ? " is empty" : " is not empty";
  if (depth > 0 && c_.chance(25))
    if (const auto set = comprehension(simple(Kind::string), depth - 1))
      return Condition{"(" + *set + is + ")", {}, {}};
  const auto path = some_path([&](const Path& p) {
    const Kind kind = p.type.kind;
    return is_present(p) && (is_collection(p.type) || kind == Kind::map || kind == Kind::string ||
                             kind == Kind::votes);
  });
  if (!path) return std::nullopt;
  return Condition{"(" + path->text + is + ")", {}, {}};
}

}  // namespace writ::tests::generation
