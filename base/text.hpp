#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace writ::base {

/// True when `bytes` is well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms, at most
/// U+10FFFF).
bool is_utf8(std::string_view bytes);
/// Code points in well-formed UTF-8.
std::size_t code_points(std::string_view utf8);
/// Appends the UTF-8 of a scalar value.
void append_utf8(std::string& out, char32_t scalar);
/// A view without leading and trailing Unicode White_Space and zero-width characters
/// (U+200B-U+200D, U+2060, U+FEFF).
std::string_view trim(std::string_view utf8);
/// A-Z become a-z, all other bytes stay. Same length.
void append_lower(std::string& out, std::string_view text);
/// Whole-string match of the literal pieces of a `like` pattern, unescaped and cut at its stars,
/// each of which is any run of characters: the first piece is the prefix, the last the suffix,
/// those between are found leftmost first; one piece is equality. `count` is at least 1 (0 matches
/// nothing). Linear in the length of `text`.
bool glob_match(const std::string_view* pieces, std::size_t count, std::string_view text);

/// A JSON string with quotes; escapes only what RFC 8259 demands (`"`, `\`, below U+0020: the short
/// forms where they exist, else \u00xx in lower case).
void append_json_string(std::string& out, std::string_view utf8);
/// One step of a JSON Pointer (RFC 6901): `/` and the name with `~` and `/` escaped.
void append_pointer_step(std::string& out, std::string_view name);

}  // namespace writ::base
