#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "dsl/source.hpp"

namespace writ::dsl {

using TypeId = std::uint32_t;
using EnumId = std::uint32_t;
using RecordId = std::uint32_t;

enum class TypeKind : std::uint8_t {
  error,  ///< already reported; compatible with everything, so that errors do not cascade
  boolean,
  integer,
  decimal,
  string,
  duration,
  time,
  ip,
  network,      ///< only as an element of a constant set of networks
  enumeration,  ///< `decl` is the EnumId
  record,       ///< `decl` is the RecordId
  list,         ///< of `element`
  set,          ///< of `element`
  map,          ///< from `key` to `element`
  quorum,       ///< `decl` is the EnumId of its members
  votes,        ///< `decl` is the EnumId of its roles
  verdict,  ///< what reading a verdict output (or one of its keys) gives; `decl` is the EnumId of
            ///< its quorum or kNoDecl
};
inline constexpr std::uint32_t kNoDecl = 0xffffffff;
inline constexpr std::uint32_t kNoPattern = 0xffffffff;

/// One distinct type with its optionality and refinements. Types are interned: equal ids, equal
/// types.
struct Type {
  TypeKind kind = TypeKind::error;
  bool optional = false;
  std::uint32_t decl = kNoDecl;
  TypeId element = 0;
  TypeId key = 0;
  // Refinements, meaningful where a value is decoded; expressions carry unrefined types.
  bool has_range = false;          ///< integer, decimal, duration, time: `low..high`, both ends in
  std::int64_t low = 0, high = 0;  ///< in the unit of the kind; a duration without range is 0..max
  std::uint32_t min_size =
      0;  ///< code points of a string, items of a collection (of sets before merging)
  std::uint32_t max_size =
      0;  ///< 1,024 for strings and 64 for collections unless said; kUnbounded in `data`
  std::uint32_t pattern = kNoPattern;  ///< index into Types::patterns

  friend bool operator==(const Type&, const Type&) = default;
};
inline constexpr std::uint32_t kUnbounded = 0xffffffff;

struct EnumMember {
  std::string name;
  std::vector<std::string> json;  ///< at least one; the first is written, all are read
  std::string doc;
};
struct Enum {
  std::string name;  ///< empty for an inline enum
  bool ordered = false;
  bool else_unknown = false;        ///< the last of `members` is then `unknown`
  std::vector<EnumMember> members;  ///< at most 64
  std::string doc;
  Span span;
  std::string package;  ///< dotted, where it is declared; empty for an inline enum and the outcomes
  /// Members other than `unknown`.
  std::uint32_t known() const {
    return static_cast<std::uint32_t>(members.size()) - (else_unknown ? 1u : 0u);
  }
};
struct Field {
  std::string name;
  std::vector<std::string> json;  ///< at least one; the first is written, all are read
  TypeId type = 0;
  std::string doc;
  Span span;
};
struct Record {
  std::string name;
  bool open = false;
  std::vector<Field> fields;
  std::string doc;
  Span span;
  std::string package;  ///< dotted, where it is declared
};

/// All types of a model. TypeId 0 is the error type.
class Types {
 public:
  Types();
  TypeId intern(const Type& type);
  const Type& operator[](TypeId id) const { return types_[id]; }
  std::size_t size() const { return types_.size(); }

  TypeId simple(TypeKind kind) { return intern(Type{.kind = kind}); }
  /// The same type, present / optional / without refinements (elements' refinements too).
  TypeId present(TypeId id);
  TypeId optional(TypeId id);
  TypeId unrefined(TypeId id);
  /// As an author would write it: `set<DataType>`, `duration? 1s..24h`. The name of an enum or a
  /// record that two packages declare stands with its package: `set<a.b.DataType>`.
  std::string text(TypeId id) const;

  std::vector<Enum> enums;
  std::vector<Record> records;
  std::vector<std::string> patterns;  ///< RE2 syntax, checked to compile, whole-string

 private:
  std::string enum_text(const Enum& e) const;
  /// `name`, with its package where another one declares a type of that name too.
  std::string declared_text(const std::string& package, const std::string& name) const;
  struct Hash {
    std::size_t operator()(const Type& type) const;
  };
  std::vector<Type> types_;
  std::unordered_map<Type, TypeId, Hash> interned_;
};

}  // namespace writ::dsl
