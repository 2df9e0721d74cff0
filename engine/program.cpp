#include "engine/program.hpp"

namespace writ::engine {

std::uint32_t Program::find_decision(std::string_view wanted) const {
  std::uint32_t found = kNone;
  for (std::uint32_t i = 0; i < decisions.size(); ++i) {
    const std::string_view full = text(decisions[i].name);
    if (full == wanted) return i;
    const std::size_t dot = full.rfind('.');
    if (dot == std::string_view::npos || full.substr(dot + 1) != wanted) continue;
    if (found != kNone) return kNone;
    found = i;
  }
  return found;
}

}  // namespace writ::engine
