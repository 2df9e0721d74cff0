#pragma once

#include <cstdint>
#include <string_view>

namespace writ::engine {

/// One enumerator for each row of opcodes.inc, in its order.
enum class Opcode : std::uint16_t {
#define WRIT_OPCODE(name, a, b, c, d, e, cost, meaning) name,
#include "engine/opcodes.inc"
#undef WRIT_OPCODE
};

struct OpcodeInfo {
  std::string_view name;
  char operand[5];  ///< kinds of a, b, c, d, e as opcodes.inc explains
  std::uint32_t cost;
  std::string_view meaning;
};

inline constexpr OpcodeInfo kOpcodes[] = {
#define WRIT_OPCODE(name, a, b, c, d, e, cost, meaning) {#name, {a, b, c, d, e}, cost, meaning},
#include "engine/opcodes.inc"
#undef WRIT_OPCODE
};
inline constexpr std::uint16_t kOpcodeCount = sizeof(kOpcodes) / sizeof(kOpcodes[0]);

}  // namespace writ::engine
