#pragma once

#include <cstdint>
#include <map>
#include <tuple>
#include <vector>

#include "engine/cost/amount.hpp"
#include "engine/program.hpp"

namespace writ::engine::cost {

using ExtentId = std::uint32_t;
/// A value without parts: a number, a bool, an instant, something absent.
inline constexpr ExtentId kScalar = 0;

/// The greatest size of a value. What kind of value it is, the verified program says.
///
/// | value | n | json | cells |
/// | --- | --- | --- | --- |
/// | string | bytes | bytes as JSON, with quotes | – |
/// | member of an enum | – | one more than the greatest index | – |
/// | set of an enum | members | one more than the greatest index | – |
/// | list, set, map | items | – | those of one item (map: key first) |
/// | record | – | – | those of its fields, as they lie |
/// | quorum, votes | clauses, persons | – | – |
/// | mark of a text | its depth + 1 | its depth from the other end | – |
struct Extent {
  std::uint64_t n = 0, json = 0;
  std::vector<ExtentId> cells;
  friend auto operator<=>(const Extent&, const Extent&) = default;
};

/// Extents are interned: equal ids, equal extents.
class Extents {
 public:
  explicit Extents(const Program& program);

  ExtentId intern(Extent extent);
  ExtentId sized(std::uint64_t n, std::uint64_t json = 0) { return intern({n, json, {}}); }
  ExtentId items(std::uint64_t n, ExtentId element) { return intern({n, 0, {element}}); }
  const Extent& operator[](ExtentId id) const { return extents_[id]; }
  ExtentId cell(ExtentId id, std::size_t index) const {
    return index < extents_[id].cells.size() ? extents_[id].cells[index] : kScalar;
  }

  /// What has room for both.
  ExtentId join(ExtentId a, ExtentId b);
  /// The same without any limit on how much there is.
  ExtentId without_limit(ExtentId id);
  /// Values of an input's or data's type (TypeDesc), which has its maxima.
  ExtentId of_type(std::uint32_t row);
  ExtentId of_constant(std::uint32_t row) const { return constants_[row]; }

  /// All values within a value of type `row`, itself among them; a string is one.
  std::uint64_t depth(std::uint32_t row, ExtentId id) const;
  /// Bytes of a value of type `row` as JSON / within a text.
  std::uint64_t json_bytes(std::uint32_t row, ExtentId id) const;
  Extent text_bytes(std::uint32_t row, ExtentId id) const;
  /// Bytes that decoding a value of type `row` takes beyond its own cell.
  std::uint64_t decoded_bytes(std::uint32_t row);
  std::uint64_t longest_name(std::uint32_t enumeration) const;
  std::uint64_t quorum_json(std::uint32_t enumeration, std::uint64_t clauses) const;

 private:
  void add_constants();
  std::uint64_t members_json(std::uint32_t enumeration, std::uint64_t most) const;

  const Program& program_;
  std::vector<Extent> extents_;
  std::map<Extent, ExtentId> ids_;
  std::map<std::pair<ExtentId, ExtentId>, ExtentId> joins_;
  std::vector<ExtentId> types_, constants_;
};

/// Bytes of `text` as a JSON string, with its quotes.
std::uint64_t json_size(std::string_view text);

}  // namespace writ::engine::cost
