#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace writ::engine {

/// `^(?:…)$` for JSON Schema, whose patterns are those of ECMAScript, from a pattern in RE2's
/// syntax that has to match a whole string. Only what ECMAScript, Python and RE2 itself read alike
/// comes out: classes such as `\d` and `[[:alpha:]]` as lists of characters, no flags, no names of
/// groups. nullopt where there is no such form: Unicode classes (`\pL`, `\p{Greek}`), `\C`, the
/// flag `m`, word boundaries, letters beyond ASCII under the flag `i`.
std::optional<std::string> pattern_for_schemas(std::string_view re2);

}  // namespace writ::engine
