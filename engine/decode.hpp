#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/expected.hpp"

#include "engine/arena.hpp"
#include "engine/cell.hpp"
#include "engine/problem.hpp"
#include "engine/verify.hpp"

namespace writ::engine {

/// The largest request that is looked at at all, and the deepest nesting.
inline constexpr std::size_t kMaxInputBytes = 1 << 20;
inline constexpr int kMaxInputDepth = 16;
/// The largest text of a data value.
inline constexpr std::size_t kMaxDataBytes = 64 << 20;

/// The hot decoder (simdjson on demand): parses a request once, straight into the frame, validating
/// everything it walks, and stops at the first problem without describing it. Owns its parser; not
/// thread-safe, one for each worker; no allocation after warm-up.
class Decoder {
 public:
  explicit Decoder(std::shared_ptr<const VerifiedProgram> program);
  ~Decoder();
  Decoder(Decoder&&) noexcept;

  /// Fills `frame` (DecisionDesc::frame_cells cells, all absent before; laid out as InputDesc::slot
  /// says) from a JSON object with one member for each input. Strings are views into the arena.
  /// False: the input is not acceptable; diagnose() says why.
  bool decode(std::uint32_t decision, std::string_view json, Cell* frame, Arena& arena);
  /// One value of type `type` (a data file): its (header) cell and, for a record, its cells after
  /// it.
  bool decode_value(std::uint32_t type, std::string_view json, Cell* cells, Arena& arena);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The diagnosing decoder (nlohmann SAX): every problem of the input in document order, 16 at most.
/// nullopt when the input is acceptable: exactly when Decoder::decode accepts.
std::optional<Problem> diagnose(const VerifiedProgram& program, std::uint32_t decision,
                                std::string_view json);
/// The same for a data value.
std::optional<Problem> diagnose_value(const VerifiedProgram& program, std::uint32_t type,
                                      std::string_view json);

}  // namespace writ::engine
