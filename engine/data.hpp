#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/expected.hpp"

#include "engine/arena.hpp"
#include "engine/problem.hpp"
#include "engine/verify.hpp"

namespace writ::engine {

/// The values of all data declarations of a program, validated: an immutable snapshot that is
/// replaced as a whole. Safe to share between threads.
class DataSnapshot {
 public:
  /// One cell for each DataDesc (header cells for records).
  const Cell& value(std::uint32_t data) const { return cells_[data]; }
  /// `sha256:…` over the names and canonical JSON of all values.
  const std::string& digest() const { return digest_; }

 private:
  friend struct DataLoad;
  std::shared_ptr<const VerifiedProgram> program_;  ///< literals point into it
  Arena arena_;
  std::vector<Cell> cells_;
  std::string digest_;
};

/// Why a snapshot could not be made: which data (`package.name`), and what is wrong with it (no
/// file and no literal: an empty `problem.errors` and a `problem.detail`).
struct DataError {
  std::string name;
  Problem problem;
};

/// JSON texts by `package.name` or, when unambiguous, bare name; data without a text take their
/// literal. A name that the program does not declare, or that stands for a data declaration which
/// has its text already, is an error.
base::Expected<std::shared_ptr<const DataSnapshot>, DataError> load_data(
    std::shared_ptr<const VerifiedProgram> program, const std::map<std::string, std::string>& json);

}  // namespace writ::engine
