#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "engine/program.hpp"

/// How verify() (engine/verify.hpp) proves a program. Internal to it.
namespace writ::engine::proof {

using ShapeId = std::uint32_t;
/// A register that was not written on some path, or with values that have nothing in common.
inline constexpr ShapeId kUnset = 0xffffffff;
/// What only an absent value has; it can stand where any other shape is wanted.
inline constexpr ShapeId kNothing = 0;
inline constexpr std::uint32_t kMaxRecordCells = 65'536;
inline constexpr int kMaxDepth = 64;
/// Cells of all shapes of a program together.
inline constexpr std::size_t kMaxShapeCells = std::size_t{1} << 22;

enum class ShapeKind : std::uint8_t {
  nothing,
  integer,  ///< any 64-bit number; bools too
  member,   ///< a number below `bound`: a member of an enum
  string,
  ip,
  network,
  mask,    ///< a set of members below `bound`
  items,   ///< a list or set; `cells`: those of one element. Without cells: empty
  map,     ///< `cells`: the key, then those of one value. Without cells: empty
  record,  ///< `cells`: those of its fields, headers of nested records among them
  quorum,  ///< of members below `bound`
  votes,
  mask_iterator,   ///< `bound`
  items_iterator,  ///< `cells`
  scratch_mark,    ///< `bound`: how many are open outside of it
  text_mark,
};

struct Shape {
  ShapeKind kind = ShapeKind::nothing;
  std::uint32_t bound = 0;
  std::vector<ShapeId> cells;
  friend auto operator<=>(const Shape&, const Shape&) = default;
};

/// The layout of values as the VM touches them: enough to know that no instruction reaches outside
/// of one. Shapes are interned: equal ids, equal shapes.
class Shapes {
 public:
  Shapes();

  ShapeId intern(Shape shape);
  ShapeId simple(ShapeKind kind, std::uint32_t bound = 0) { return intern({kind, bound, {}}); }
  const Shape& operator[](ShapeId id) const { return shapes_[id]; }
  /// Whether there are more than a program may have. What is interned nevertheless stays right.
  bool too_many() const { return cells_ > kMaxShapeCells; }
  ShapeKind kind(ShapeId id) const { return shapes_[id].kind; }

  /// The shape that has room for both; kUnset when there is none.
  ShapeId join(ShapeId a, ShapeId b);
  /// Whether a value of shape `given` can stand where `wanted` is.
  bool fits(ShapeId given, ShapeId wanted) { return join(given, wanted) == wanted; }

  /// Shapes of all types / constants of a program whose descriptors have been checked; false when
  /// one of them refers to itself, nests too deeply or is laid out wrongly (`error` says so).
  bool add_types(const Program& program, std::string& error);
  bool add_constants(const Program& program, std::string& error);
  ShapeId type(std::uint32_t row) const { return types_[row]; }
  ShapeId constant(std::uint32_t row) const { return constants_[row]; }
  /// One element of a list or set of type row `row`, as the loop or the look-up leaves it in a
  /// register.
  ShapeId element(std::uint32_t element_type) const { return types_[element_type]; }

 private:
  bool add_type(const Program& program, std::uint32_t row, int depth, std::string& error);
  bool add_record(const Program& program, std::uint32_t row, int depth, std::string& error);
  bool append_cells(std::uint32_t type, std::vector<ShapeId>& cells) const;
  ShapeId join_new(ShapeId a, ShapeId b);
  bool join_cells(const std::vector<ShapeId>& a, const std::vector<ShapeId>& b,
                  std::vector<ShapeId>& out);
  bool add_rows_constant(const Program& program, const Constant& constant, Shape& shape,
                         std::string& error);

  std::vector<Shape> shapes_;
  std::size_t cells_ = 0;
  std::map<Shape, ShapeId> ids_;
  std::map<std::pair<ShapeId, ShapeId>, ShapeId> joins_;
  std::vector<ShapeId> types_, records_, constants_;
};

}  // namespace writ::engine::proof
