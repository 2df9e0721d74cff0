#pragma once

#include <string>

namespace writ::tests {

/// A finished command: its exit status (128 + signal when a signal ended it) and what it wrote.
struct Process {
  int status = -1;
  std::string out, err;
};

/// Runs `command` in a shell with `input` on its standard input, NO_COLOR set, and waits for its
/// end.
Process run_command(const std::string& command, const std::string& input = "");

}  // namespace writ::tests
