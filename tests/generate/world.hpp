#pragma once

#include <cstddef>
#include <string>
#include <vector>

/// What a generated policy declares, as far as expressions have to know it.
namespace writ::tests::generation {

enum class Kind {
  boolean,
  integer,
  decimal,
  string,
  duration,
  time,
  ip,
  enumeration,
  record,
  list,
  set,
  map,
  quorum,
  votes
};

struct Type {
  Kind kind = Kind::boolean;
  bool optional = false;
  bool bounded = true;      ///< a collection that may be gone through
  std::size_t decl = 0;     ///< the enum (of quorums and votes too) or the record
  std::vector<Type> parts;  ///< of lists and sets the element; of maps key and value
  std::string refinement;   ///< as it is written after the type

  const Type& element() const { return parts.back(); }
};

inline Type simple(Kind kind, std::size_t decl = 0) {
  Type type;
  type.kind = kind;
  type.decl = decl;
  return type;
}

inline Type collection(Kind kind, Type element) {
  Type type;
  type.kind = kind;
  type.parts = {std::move(element)};
  return type;
}

inline Type present(Type type) {
  type.optional = false;
  return type;
}

inline Type optional(Type type) {
  type.optional = true;
  return type;
}

/// The same type but for optional and refinements.
inline bool same(const Type& a, const Type& b) {
  if (a.kind != b.kind || a.decl != b.decl || a.parts.size() != b.parts.size()) return false;
  for (std::size_t i = 0; i < a.parts.size(); ++i)
    if (!same(a.parts[i], b.parts[i])) return false;
  return true;
}

struct Member {
  std::string name, aliases;
};

struct Enum {
  std::string name;  ///< empty: it is written where it is used
  std::size_t package = 0;
  std::vector<Member> members;
  bool ordered = false, unknown = false;
};

struct Field {
  std::string name;
  Type type;
};

struct Record {
  std::string name;
  std::size_t package = 0;
  std::vector<Field> fields;
};

/// A define, or a table with its columns.
struct Callable {
  std::string name;
  std::size_t package = 0;
  std::vector<Type> parameters;
  std::vector<std::string> columns;  ///< of a table with several
  std::vector<Type> results;         ///< one, or one for each column
  bool reads_data = false, reads_now = false;
};

struct Datum {
  std::string name;
  std::size_t package = 0;
  Type type;
};

enum class OutputKind { highest, lowest, quorum, collected, verdict, derived, codes };

struct Output {
  std::string name;
  OutputKind kind = OutputKind::derived;
  Type type;                ///< of a reader; of a verdict the quorum
  bool of_members = false;  ///< a verdict that can be held
  bool per = false, per_enum = false;
  Type key;
  std::string key_name;
  bool nullable = false;  ///< its fail-closed value may be a null or missing
};

struct Input {
  std::string name;
  Type type;
};

struct Decision {
  std::string name;
  std::vector<Input> inputs;
  std::vector<Output> outputs;  ///< each reads only those before it
};

struct World {
  std::vector<Enum> enums;
  std::vector<Record> records;
  std::vector<Callable> callables;
  std::vector<Datum> data;

  /// Some part of it is a list: neither an output nor an operand of `==`.
  bool holds_list(const Type& type) const {
    if (type.kind == Kind::list) return true;
    if (type.kind == Kind::record)
      for (const Field& field : records[type.decl].fields)
        if (holds_list(field.type)) return true;
    for (const Type& part : type.parts)
      if (holds_list(part)) return true;
    return false;
  }
};

/// A name with fields and keys.
struct Path {
  std::string text;
  Type type;
  bool of_input = false;  ///< has a JSON Pointer
  bool external = false;  ///< reads what is not known when a decision fails
  bool is_data = false;
  bool now = false;
};

/// What may be read where an expression stands.
struct Scope {
  std::vector<Path> names;
  std::vector<Path> shown;      ///< optional ones that a condition has shown to be present
  std::vector<Output> outputs;  ///< `per` outputs and verdicts, read by key or part
  bool now = false;             ///< comparisons with now may stand here
  bool data = true;
  bool callables = true;
  int loops = 0;  ///< that go round it
};

/// A condition and what it shows to be present when it is true and when it is false.
struct Condition {
  std::string text;
  std::vector<Path> when_true, when_false;
};

}  // namespace writ::tests::generation
