#include <algorithm>

#include "tests/generate/writer.hpp"

namespace writ::tests::generation {
namespace {

std::vector<Path> both(std::vector<Path> a, const std::vector<Path>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

std::vector<Path> common(const std::vector<Path>& a, const std::vector<Path>& b) {
  std::vector<Path> out;
  for (const Path& path : a)
    if (std::any_of(b.begin(), b.end(), [&](const Path& p) { return p.text == path.text; }))
      out.push_back(path);
  return out;
}

}  // namespace

Condition Writer::condition(int depth) {
  if (depth > 0 && c_.chance(40)) return connected(depth);
  for (int tries = 0; tries < 6; ++tries)
    if (auto found = atom(depth)) return *found;
  return {c_.chance(70) ? "true" : "(1 < 2)", {}, {}};
}

Condition Writer::connected(int depth) {
  const Condition a = condition(depth - 1);
  switch (c_.below(6)) {
    case 0: return {"(not " + a.text + ")", a.when_false, a.when_true};
    case 1:
    case 2: {
      const Condition b = showing(a.when_true, depth - 1);
      return {"(" + a.text + " and " + b.text + ")", both(a.when_true, b.when_true),
              common(a.when_false, b.when_false)};
    }
    case 3: {
      const Condition b = showing(a.when_false, depth - 1);
      return {"(" + a.text + " or " + b.text + ")", common(a.when_true, b.when_true),
              both(a.when_false, b.when_false)};
    }
    case 4: {
      const Condition b = showing(a.when_true, depth - 1);
      return {"(" + a.text + " implies " + b.text + ")", common(a.when_false, b.when_true),
              both(a.when_true, b.when_false)};
    }
    default: {
      const Condition b = showing(a.when_true, depth - 1);
      const Condition otherwise = showing(a.when_false, depth - 1);
      return {"(if " + a.text + " then " + b.text + " else " + otherwise.text + ")",
              common(both(a.when_true, b.when_true), both(a.when_false, otherwise.when_true)),
              common(both(a.when_true, b.when_false), both(a.when_false, otherwise.when_false))};
    }
  }
}

std::optional<Condition> Writer::atom(int depth) {
  switch (c_.below(18)) {
    case 0: {
      const auto path = path_of(simple(Kind::boolean), true);
      if (!path) return std::nullopt;
      return Condition{path->text, {}, {}};
    }
    case 1:
    case 2:
    case 3: return presence();
    case 4: return scope_.now ? now_comparison(depth) : std::nullopt;
    case 5: return of_string(depth);
    case 6: return of_address(depth);
    case 7: return of_quorum(depth);
    case 8: return of_verdict(depth);
    case 9:
    case 10: return membership(depth);
    case 11: return sets_related(depth);
    case 12: return emptiness(depth);
    case 13:
    case 14: return depth > 0 ? quantifier(depth) : std::nullopt;
    case 15: {
      const auto found = depth > 0 ? call(simple(Kind::boolean), depth) : std::nullopt;
      if (!found) return std::nullopt;
      return Condition{*found, {}, {}};
    }
    default: return comparison(depth);
  }
}

std::optional<Condition> Writer::presence() {
  const auto path = some_path([&](const Path& p) { return p.type.optional; });
  if (!path) return std::nullopt;
  if (c_.chance(65)) return Condition{"(" + path->text + " is present)", {*path}, {}};
  return Condition{"(" + path->text + " is absent)", {}, {*path}};
}

std::string Writer::compared(bool ordered) {
  return ordered ? c_.pick<std::string>({" == ", " != ", " < ", " <= ", " > ", " >= "})
                 : c_.pick<std::string>({" == ", " != "});
}

std::optional<Condition> Writer::comparison(int depth) {
  const auto path = some_path([&](const Path& p) {
    return p.type.kind != Kind::votes && p.type.bounded && !world_.holds_list(p.type);
  });
  if (!path) return std::nullopt;
  const Kind kind = path->type.kind;
  const bool ordered = kind == Kind::integer || kind == Kind::decimal || kind == Kind::string ||
                       kind == Kind::duration || kind == Kind::time ||
                       (kind == Kind::enumeration && world_.enums[path->type.decl].ordered);
  const Type type = present(path->type);
  if (path->type.optional)
    return Condition{
        "(" + path->text + " == " + value(type, depth > 0 ? depth - 1 : 0) + ")", {}, {}};
  const bool plain = path->type.parts.empty() && kind != Kind::record && kind != Kind::quorum &&
                     kind != Kind::enumeration;
  const std::string left =
      plain && depth > 0 && c_.chance(40) ? value(type, depth - 1) : path->text;
  const std::string op = compared(ordered), right = value(type, depth > 0 ? depth - 1 : 0);
  // A literal on the left says itself what it is.
  if (plain && c_.chance(15)) return Condition{"(" + right + op + left + ")", {}, {}};
  return Condition{"(" + left + op + right + ")", {}, {}};
}

std::optional<Condition> Writer::now_comparison(int depth) {
  external_ = now_ = true;
  const int below = depth > 0 ? depth - 1 : 0;
  const std::string t = value(simple(Kind::time), below), op = compared(true);
  switch (c_.below(4)) {
    case 0: return Condition{"(now" + op + t + ")", {}, {}};
    case 1:
      return Condition{"(now - " + t + op + value(simple(Kind::duration), below) + ")", {}, {}};
    case 2:
      return Condition{
          "(" + t + " - now" + op + value(simple(Kind::duration), below) + ")", {}, {}};
    default: return Condition{"(" + t + op + "now)", {}, {}};
  }
}

std::optional<Condition> Writer::of_string(int depth) {
  const auto path = path_of(simple(Kind::string), true);
  std::string s = path ? path->text : quoted();
  if (depth > 0 && c_.chance(50)) s = value(simple(Kind::string), depth - 1);
  switch (c_.below(4)) {
    case 0:
      return Condition{
          "(" + s + " like " +
              c_.pick<std::string>({"\"*\"", "\"write:*\"", "\"*a*\"", "\"a\\*\"", "\"*\\\\*\""}) +
              ")",
          {},
          {}};
    case 1:
      return Condition{"(" + s + " matches " +
                           c_.pick<std::string>({"/[a-z]+/", "/.*a.*/", "/a|ab/", "/(?i)ana/",
                                                 "/[^\\/]*/", "/\\s*\\w+\\s*/"}) +
                           ")",
                       {},
                       {}};
    default:
      return Condition{"(" + s +
                           c_.pick<std::string>({" starts with ", " ends with ", " contains "}) +
                           (depth > 0 ? value(simple(Kind::string), depth - 1) : quoted()) + ")",
                       {},
                       {}};
  }
}

std::optional<Condition> Writer::of_address(int depth) {
  const auto path = path_of(simple(Kind::ip), true);
  if (!path && !c_.chance(20)) return std::nullopt;
  const std::string ip = path ? path->text : value(simple(Kind::ip), depth > 0 ? depth - 1 : 0);
  return Condition{
      "(" + ip + (c_.chance(70) ? " in " : " not in ") +
          c_.pick<std::string>({"ip \"10.0.0.0/8\"", "{ ip \"10.0.0.0/8\", ip \"2001:db8::/32\" }",
                                "[ip \"192.0.2.0/24\", ip \"10.0.0.7\"]", "ip \"0.0.0.0/0\""}) +
          ")",
      {},
      {}};
}

std::optional<Condition> Writer::of_quorum(int depth) {
  const auto quorum =
      some_path([&](const Path& p) { return is_present(p) && p.type.kind == Kind::quorum; });
  if (!quorum) return std::nullopt;
  const Type type = present(quorum->type);
  const int below = depth > 0 ? depth - 1 : 0;
  switch (c_.below(5)) {
    case 0:
      return Condition{"(" + quorum->text + compared(false) + value(type, below) + ")", {}, {}};
    case 1: return Condition{"(" + quorum->text + " implies " + value(type, below) + ")", {}, {}};
    case 2: return Condition{"(" + value(type, below) + " implies " + quorum->text + ")", {}, {}};
    default: {
      const Type votes = simple(Kind::votes, type.decl);
      const Type set = collection(Kind::set, simple(Kind::enumeration, type.decl));
      const auto given = path_of(votes, true);
      const std::string by = given && c_.chance(70) ? given->text : value(set, below);
      if (c_.chance(70)) return Condition{"satisfied(" + quorum->text + ", " + by + ")", {}, {}};
      return Condition{"(missing(" + quorum->text + ", " + by + ") is empty)", {}, {}};
    }
  }
}

std::optional<Condition> Writer::of_verdict(int) {
  std::vector<Output> verdicts;
  for (const Output& output : scope_.outputs)
    if (output.kind == OutputKind::verdict) verdicts.push_back(output);
  if (verdicts.empty()) return std::nullopt;
  const Output verdict = c_.pick(verdicts);
  std::string path = verdict.name, guard;
  if (verdict.per) {
    const auto key = key_of(verdict, false);
    read(*key);
    path += "[" + key->text + "]";
    const std::vector<std::string> names =
        verdict.per_enum ? members(verdict.key) : std::vector<std::string>();
    if (std::find(names.begin(), names.end(), key->text) == names.end()) guard = path;
  }
  std::string test = path + ".outcome";
  test += c_.chance(75)
              ? compared(true) + c_.pick<std::string>({"permit", "hold", "deny", "forbid"})
              : std::string(" in { deny, forbid }");
  if (!guard.empty()) test = guard + " is present and " + test;
  return Condition{"(" + test + ")", {}, {}};
}

}  // namespace writ::tests::generation
