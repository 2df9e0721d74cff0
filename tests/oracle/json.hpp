#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The oracle's own JSON: a tree that keeps duplicates and the spelling of numbers, and a strict
/// reader.
namespace writ::oracle {

struct JsonMember;

struct Json {
  enum class Kind { null, boolean, number, string, array, object };
  Kind kind = Kind::null;
  bool truth = false;
  std::string text;  ///< a number as written; a string unescaped
  std::vector<Json> items;
  std::vector<JsonMember> members;  ///< as written, repeats included
};
struct JsonMember {
  std::string name;
  Json value;
};

/// Containers inside one another; more is refused.
inline constexpr int kMaxNesting = 16;

/// RFC 8259 in UTF-8 without BOM; no lone surrogates, at most kMaxNesting containers deep, nothing
/// after the document. nullopt for anything else.
std::optional<Json> parse_json(std::string_view text);

/// A JSON string with its quotes, escaping only what RFC 8259 demands.
std::string json_string(std::string_view utf8);
/// `/name` with `~` and `/` escaped (RFC 6901).
std::string pointer_step(std::string_view name);

/// The scalar values of well-formed UTF-8; nullopt when it is not.
std::optional<std::vector<char32_t>> scalars(std::string_view bytes);
std::string utf8(char32_t scalar);

}  // namespace writ::oracle
