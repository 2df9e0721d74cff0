#include <algorithm>

#include "tests/generate/writer.hpp"

namespace writ::tests::generation {
namespace {

std::string header_of(const char* kind, const Callable& callable,
                      const std::vector<std::string>& types) {
  std::string out = kind + callable.name + "(";
  for (std::size_t i = 0; i < types.size(); ++i)
    out += (i == 0 ? "" : ", ") + ("p" + std::to_string(i)) + ": " + types[i];
  return out + ")";
}

}  // namespace

void Writer::define_declaration() {
  Callable define;
  define.name = fresh("g");
  define.package = package_;
  scope_ = Scope();
  scope_.now = c_.chance(15);
  scope_.data = c_.chance(50);
  std::vector<std::string> types;
  for (std::size_t i = 0, n = c_.below(4); i < n; ++i) {
    Type type = input_type(1);
    if (type.kind == Kind::enumeration && world_.enums[type.decl].name.empty())
      type = simple(Kind::string);
    type.refinement.clear();
    for (Type& part : type.parts)
      part.refinement.clear();
    define.parameters.push_back(type);
    types.push_back(type_text(type));
    scope_.names.push_back({"p" + std::to_string(i), type});
  }
  Type result = c_.chance(45) ? simple(Kind::boolean) : scalar();
  if (c_.chance(15)) result = collection(Kind::set, scalar());
  if (c_.chance(10)) result = simple(Kind::quorum, some_enum(false).decl);
  result.optional = c_.chance(10);
  data_ = now_ = false;
  const std::string body = value(result, 3);
  define.reads_data = data_;
  define.reads_now = now_;
  define.results = {result};
  declare(header_of("define ", define, types) + ": " + type_text(result) + " = " + body);
  world_.callables.push_back(std::move(define));
}

/// Patterns that cover a type without overlap.
std::vector<std::string> Writer::pieces(const Type& type) {
  std::vector<std::string> out;
  switch (type.kind) {
    case Kind::boolean: out = {"true", "false"}; break;
    case Kind::enumeration: {
      std::vector<std::string> all = members(type);
      if (world_.enums[type.decl].unknown) all.push_back("unknown");
      c_.shuffle(all);
      for (const std::string& name : all)
        if (out.empty() || c_.chance(50))
          out.push_back(name);
        else
          out.back() += " | " + name;
      break;
    }
    case Kind::integer:
      if (c_.chance(30))
        out = {"..1 | 3", "2", "4.."};
      else
        out = {"..2", "3..9", "10.."};
      break;
    default:
      if (c_.chance(50))
        out = {"..0.4999", "0.5", "0.5001.."};
      else
        out = {"..1.9999", "2.0.."};
      break;
  }
  if (type.optional) out.push_back("absent");
  return out;
}

std::string Writer::row_values(const Callable& table, const std::vector<std::string>& names) {
  scope_ = Scope();
  scope_.data = false;
  for (std::size_t i = 0; i < names.size(); ++i)
    scope_.names.push_back({names[i], table.parameters[i]});
  std::string out;
  for (const Type& type : table.results)
    out += (out.empty() ? "" : ", ") + (c_.chance(30) ? value(type, 1) : literal(type));
  return out;
}

/// All combinations of pieces, where some columns take anything.
void Writer::rows(const std::vector<Type>& parameters, std::vector<std::string>& patterns,
                  std::vector<std::string>& into) {
  if (patterns.size() == parameters.size()) {
    std::string row;
    for (const std::string& pattern : patterns)
      row += (row.empty() ? "" : ", ") + pattern;
    into.push_back(row);
    return;
  }
  std::vector<std::string> cells = {"_"};
  if (c_.chance(70)) cells = pieces(parameters[patterns.size()]);
  for (const std::string& cell : cells) {
    patterns.push_back(cell);
    rows(parameters, patterns, into);
    patterns.pop_back();
  }
}

/// Distinct for distinct numbers below 3.
std::string Writer::narrow_pattern(const Type& type, std::size_t number) {
  switch (type.kind) {
    case Kind::boolean: return number == 0 ? "true" : "false";
    case Kind::string: return std::vector<std::string>{"\"a\"", "\"ab\" | \"ana\"", "\"\""}[number];
    case Kind::duration: return std::vector<std::string>{"..1m", "1h", "1d..90d"}[number];
    case Kind::time:
      return std::vector<std::string>{"..2025-12-31", "2026-03-02",
                                      "2026-03-02T12:00:00Z.."}[number];
    case Kind::enumeration: return members(type)[number % members(type).size()];
    case Kind::decimal: return std::vector<std::string>{"..0.4999", "0.5", "2.0.."}[number];
    default: return std::vector<std::string>{"..0", "1..2", "7"}[number];
  }
}

std::string Writer::loose_pattern(const Type& type) {
  if (c_.chance(60)) return "_";
  if (type.optional && c_.chance(30)) return "absent";
  return narrow_pattern(type, c_.below(type.kind == Kind::boolean ? 2 : 3));
}

/// Rows that differ in one column, and one that takes what is left: each of them is reached.
std::vector<std::string> Writer::first_rows(const std::vector<Type>& parameters) {
  const std::size_t column = c_.below(parameters.size());
  const Kind kind = parameters[column].kind;
  std::size_t most = kind == Kind::boolean ? 1 : 3;
  if (kind == Kind::enumeration)
    most = std::min<std::size_t>(3, members(parameters[column]).size() - 1);
  std::vector<std::string> out;
  for (std::size_t i = 0; i < most; ++i) {
    if (i > 0 && c_.chance(30)) break;
    std::string row;
    for (std::size_t p = 0; p < parameters.size(); ++p)
      row += (p == 0 ? "" : ", ") +
             (p == column ? narrow_pattern(parameters[p], i) : loose_pattern(parameters[p]));
    out.push_back(row);
  }
  std::string rest = "_";
  for (std::size_t p = 1; p < parameters.size(); ++p)
    rest += ", _";
  out.push_back(rest);
  return out;
}

void Writer::table_declaration() {
  Callable table;
  table.name = fresh("t");
  table.package = package_;
  const bool first = c_.chance(40);
  std::vector<std::string> types, names;
  for (std::size_t i = 0, n = 1 + c_.below(3); i < n; ++i) {
    Type type = simple(Kind::boolean);
    switch (c_.below(first ? 7 : 4)) {
      case 0: break;
      case 1: type = some_enum(false); break;
      case 2: type = simple(Kind::integer); break;
      case 3: type = simple(Kind::decimal); break;
      case 4: type = simple(Kind::string); break;
      case 5: type = simple(Kind::duration); break;
      default: type = simple(Kind::time); break;
    }
    type.optional = c_.chance(20);
    names.push_back("p" + std::to_string(i));
    types.push_back(type_text(type));
    table.parameters.push_back(type);
  }
  std::string results;
  for (std::size_t i = 0, n = c_.chance(60) ? 1 : 2 + c_.below(2); i < n; ++i) {
    Type type = scalar();
    if (c_.chance(25)) type = simple(Kind::quorum, some_enum(false).decl);
    if (c_.chance(15)) type = collection(Kind::set, scalar());
    table.results.push_back(type);
    if (n > 1) table.columns.push_back("c" + std::to_string(i));
    results += (i == 0 ? "" : ", ") + (n > 1 ? table.columns.back() + ": " : "") + type_text(type);
  }
  std::vector<std::string> patterns, found;
  if (first)
    found = first_rows(table.parameters);
  else
    rows(table.parameters, patterns, found);
  std::string out = header_of(first ? "first table " : "table ", table, types) + " -> " +
                    (table.columns.empty() ? results : "(" + results + ")") + " {\n";
  for (const std::string& row : found)
    out += "  " + row + " => " + row_values(table, names) + "\n";
  declare(out + "}");
  world_.callables.push_back(std::move(table));
}

}  // namespace writ::tests::generation
