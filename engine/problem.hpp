#pragma once

#include <string>
#include <vector>

namespace writ::engine {

/// One thing wrong with an input (RFC 9457 `errors` member): where (JSON Pointer, RFC 6901), what
/// was expected, what was found. `found` is short and never repeats more than 64 bytes of the
/// input.
struct InputError {
  std::string pointer, expected, found;
};

/// Why an input or a data value was refused. `code` is `request_too_large` for a list or string
/// over its maximum (when that is the first error), else `input_invalid`. `status` is what HTTP
/// would answer: 400 when it is not JSON, 413 for too large, else 422.
struct Problem {
  std::string code;
  int status = 422;
  std::string detail;
  std::vector<InputError> errors;  ///< in document order, at most 16
};

}  // namespace writ::engine
