#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/decode_scalar.hpp"
#include "engine/program.hpp"

/// How the diagnosing decoder says what it expected and what it found, in the terms of those who
/// write inputs.
namespace writ::engine {

/// What a value of the type looks like, as far as the fault says that it does not: `a duration such
/// as "15m" or whole seconds`, `a string of at most 64 characters`.
std::string expected_text(const Program& program, std::uint32_t type, Fault fault);
/// `an array of at most 64 items`; `unit` in the singular.
std::string size_text(std::string_view what, bool at_most, std::uint64_t size,
                      std::string_view unit);
/// `no further member`, with the most similar name in `names` if one is similar: `(did you mean
/// "owner"?)`.
std::string no_further_member(std::string_view name, const std::vector<std::string_view>& names);

/// A piece of input, cut after at most 64 bytes at a border of code points, `…` after it then.
/// Quoted: as a JSON string.
std::string found_string(std::string_view value);
std::string found_token(std::string_view token);

}  // namespace writ::engine
