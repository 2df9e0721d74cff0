#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dsl/source.hpp"

/// The format of the files under tests/lang, see tests/lang/README.md.
namespace writ::tests {

/// One `//> decide` with what follows it.
struct GoldenCase {
  std::vector<std::string> remarks;  ///< comment lines before it, as written
  std::vector<std::string> given;    ///< its `//>` lines, as written
  bool outputs = false;              ///< `//> outputs`: nothing is decided, the rest is empty
  std::string decision;
  std::string json;  ///< bytes
  std::string at;    ///< as written; empty: the decision does not read `now`
  std::vector<std::pair<std::string, std::string>> data;  ///< name and JSON text
};

/// `//~ 7: text`: what line 7 of the policy becomes when the first message is followed; several for
/// one line are lines in its place. `//~ 7` takes the line out.
struct Repair {
  std::string written;
  std::size_t line = 0;  ///< from 1
  std::optional<std::string> text;
};

struct Golden {
  std::string feature, behaviour;  ///< folder and file name
  std::string policy;              ///< the text before the expectations
  std::string expectations;        ///< everything after it
  bool rejected = false;           ///< its expectations are diagnostics
  std::vector<GoldenCase> cases;
  std::vector<Repair> repairs;  ///< under tests/ui
  std::string fault;            ///< why the file itself is ill-formed; empty: it is not

  /// `FILE.writ`, or the files that `// file NAME` lines divide the policy into.
  dsl::Sources sources() const;
};

/// The same policy with its files, and the declarations of each, in the opposite order, which means
/// the same.
dsl::Sources reversed(const dsl::Sources& sources);

Golden read_golden(const std::filesystem::path& path);
/// `‹EF BB BF›` in `text` as those bytes, `‹20 x 500›` as bytes so many times.
std::string with_bytes(std::string_view text);
/// `text` as lines that begin with `prefix`.
std::string commented(std::string_view prefix, std::string_view text);
/// The elements of a JSON array, as written.
std::vector<std::string> array_elements(std::string_view json);

}  // namespace writ::tests
