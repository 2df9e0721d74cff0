#include "engine/verify/shapes.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace writ::engine::proof {

namespace {

/// While a type is being looked into; meeting it again there means that it refers to itself.
constexpr ShapeId kPending = 0xfffffffe;

std::uint32_t enum_size(const Program& program, std::uint32_t row) {
  return program.enums[row].members.count;
}

}  // namespace

Shapes::Shapes() {
  intern({});
}

ShapeId Shapes::intern(Shape shape) {
  auto [place, added] = ids_.try_emplace(std::move(shape), static_cast<ShapeId>(shapes_.size()));
  if (added) {
    shapes_.push_back(place->first);
    cells_ += place->first.cells.size() + 1;
  }
  return place->second;
}

ShapeId Shapes::join(ShapeId a, ShapeId b) {
  if (a == b) return a;
  if (a == kUnset || b == kUnset) return kUnset;
  if (a == kNothing) return b;
  if (b == kNothing) return a;
  if (a > b) std::swap(a, b);
  if (auto known = joins_.find({a, b}); known != joins_.end()) return known->second;
  const ShapeId joined = join_new(a, b);
  joins_.emplace(std::pair(a, b), joined);
  return joined;
}

bool Shapes::join_cells(const std::vector<ShapeId>& a, const std::vector<ShapeId>& b,
                        std::vector<ShapeId>& out) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    out.push_back(join(a[i], b[i]));
    if (out.back() == kUnset) return false;
  }
  return true;
}

ShapeId Shapes::join_new(ShapeId a, ShapeId b) {
  const Shape first = shapes_[a], second = shapes_[b];
  const auto number = [](ShapeKind kind) {
    return kind == ShapeKind::integer || kind == ShapeKind::member;
  };
  if (first.kind != second.kind)
    return number(first.kind) && number(second.kind) ? simple(ShapeKind::integer) : kUnset;
  switch (first.kind) {
    case ShapeKind::member:
    case ShapeKind::mask:
    case ShapeKind::quorum:
    case ShapeKind::mask_iterator: return simple(first.kind, std::max(first.bound, second.bound));
    case ShapeKind::items:
    case ShapeKind::map:
    case ShapeKind::items_iterator: {
      if (first.cells.empty()) return b;
      if (second.cells.empty()) return a;
      break;
    }
    case ShapeKind::record: break;
    default: return kUnset;
  }
  Shape joined{first.kind, 0, {}};
  if (!join_cells(first.cells, second.cells, joined.cells)) return kUnset;
  return intern(std::move(joined));
}

/// The cells that a value of the type takes as a field: a record is its header and its own cells.
bool Shapes::append_cells(std::uint32_t type, std::vector<ShapeId>& cells) const {
  const Shape& shape = shapes_[types_[type]];
  cells.push_back(types_[type]);
  if (shape.kind == ShapeKind::record)
    cells.insert(cells.end(), shape.cells.begin(), shape.cells.end());
  return cells.size() <= kMaxRecordCells;
}

bool Shapes::add_record(const Program& program, std::uint32_t row, int depth, std::string& error) {
  if (records_[row] == kPending || depth > kMaxDepth) {
    error = "a record nests too deeply or in itself";
    return false;
  }
  if (records_[row] != kUnset) return true;
  records_[row] = kPending;
  const RecordDesc& desc = program.records[row];
  Shape shape{ShapeKind::record, 0, {}};
  for (std::uint32_t i = 0; i < desc.fields.count; ++i) {
    const FieldDesc& field = program.fields[desc.fields.first + i];
    if (!add_type(program, field.type, depth + 1, error)) return false;
    if (field.offset != shape.cells.size() || !append_cells(field.type, shape.cells)) {
      error = "a record's fields are laid out wrongly";
      return false;
    }
  }
  if (shape.cells.size() != desc.cells) {
    error = "a record's fields are laid out wrongly";
    return false;
  }
  records_[row] = intern(std::move(shape));
  if (too_many()) error = "types have too many fields";
  return !too_many();
}

bool Shapes::add_type(const Program& program, std::uint32_t row, int depth, std::string& error) {
  if (types_[row] == kPending || depth > kMaxDepth) {
    error = "a type nests too deeply or in itself";
    return false;
  }
  if (types_[row] != kUnset) return true;
  types_[row] = kPending;
  const TypeDesc& desc = program.types[row];
  const auto stride_of = [this](ShapeId element) -> std::size_t {
    const Shape& shape = shapes_[element];
    return shape.kind == ShapeKind::record ? shape.cells.size() : 1;
  };
  Shape shape;
  switch (desc.kind) {
    case Kind::boolean:
    case Kind::integer:
    case Kind::decimal:
    case Kind::duration:
    case Kind::time: shape.kind = ShapeKind::integer; break;
    case Kind::string: shape.kind = ShapeKind::string; break;
    case Kind::ip: shape.kind = ShapeKind::ip; break;
    case Kind::network: shape.kind = ShapeKind::network; break;
    case Kind::enumeration: shape = {ShapeKind::member, enum_size(program, desc.decl), {}}; break;
    case Kind::verdict: shape = {ShapeKind::member, 4, {}}; break;
    case Kind::quorum: shape = {ShapeKind::quorum, enum_size(program, desc.decl), {}}; break;
    case Kind::votes: shape.kind = ShapeKind::votes; break;
    case Kind::record:
      if (!add_record(program, desc.decl, depth + 1, error)) return false;
      types_[row] = records_[desc.decl];
      return true;
    case Kind::list:
    case Kind::set:
    case Kind::map: {
      if (!add_type(program, desc.element, depth + 1, error)) return false;
      const ShapeId element = types_[desc.element];
      const bool members = program.types[desc.element].kind == Kind::enumeration;
      if (desc.kind == Kind::set && members) {
        shape = {ShapeKind::mask, shapes_[element].bound, {}};
        break;
      }
      if (desc.stride != stride_of(element)) {
        error = "a collection's elements are laid out wrongly";
        return false;
      }
      shape.kind = ShapeKind::items;
      if (desc.kind == Kind::map) {
        if (!add_type(program, desc.key, depth + 1, error)) return false;
        shape.kind = ShapeKind::map;
        shape.cells.push_back(types_[desc.key]);
        if (stride_of(types_[desc.key]) != 1) {
          error = "a map's keys are records";
          return false;
        }
      }
      const std::vector<ShapeId>& own = shapes_[element].cells;
      if (shapes_[element].kind == ShapeKind::record)
        shape.cells.insert(shape.cells.end(), own.begin(), own.end());
      else
        shape.cells.push_back(element);
      break;
    }
  }
  types_[row] = intern(std::move(shape));
  return true;
}

bool Shapes::add_types(const Program& program, std::string& error) {
  types_.assign(program.types.size(), kUnset);
  records_.assign(program.records.size(), kUnset);
  for (std::uint32_t i = 0; i < types_.size(); ++i)
    if (!add_type(program, i, 0, error)) return false;
  for (std::uint32_t i = 0; i < records_.size(); ++i)
    if (!add_record(program, i, 0, error)) return false;
  return true;
}

bool Shapes::add_rows_constant(const Program& program, const Constant& constant, Shape& shape,
                               std::string& error) {
  const auto cell = [&](std::uint32_t i) {
    return constants_[program.constant_cells[constant.run.first + i]];
  };
  const std::uint32_t groups = constant.kind == ConstantKind::record ? 1 : constant.count;
  if (groups == 0 ? constant.run.count != 0 : constant.run.count % groups != 0) {
    error = "a constant's cells do not make up its items";
    return false;
  }
  if (groups == 0) return true;
  const std::uint32_t stride = constant.run.count / groups;
  const std::uint32_t least = constant.kind == ConstantKind::map     ? 2
                              : constant.kind == ConstantKind::items ? 1
                                                                     : 0;
  if (stride < least || stride > kMaxRecordCells) {
    error = "a constant's cells do not make up its items";
    return false;
  }
  for (std::uint32_t i = 0; i < constant.run.count; ++i) {
    if (i < stride) {
      shape.cells.push_back(cell(i));
      continue;
    }
    ShapeId& column = shape.cells[i % stride];
    column = join(column, cell(i));
    if (column == kUnset) {
      error = "a constant's items differ in kind";
      return false;
    }
  }
  return true;
}

bool Shapes::add_constants(const Program& program, std::string& error) {
  constants_.clear();
  for (const Constant& constant : program.constants) {
    Shape shape;
    switch (constant.kind) {
      case ConstantKind::absent: break;
      case ConstantKind::integer:
        shape.kind = ShapeKind::integer;
        if (constant.i >= 0 && constant.i < 64)
          shape = {ShapeKind::member, static_cast<std::uint32_t>(constant.i) + 1, {}};
        break;
      case ConstantKind::string: shape.kind = ShapeKind::string; break;
      case ConstantKind::ip: shape.kind = ShapeKind::ip; break;
      case ConstantKind::network: shape.kind = ShapeKind::network; break;
      case ConstantKind::mask:
        shape = {ShapeKind::mask,
                 static_cast<std::uint32_t>(std::bit_width(static_cast<std::uint64_t>(constant.i))),
                 {}};
        break;
      case ConstantKind::quorum: {
        std::uint16_t all = 0;
        for (std::uint32_t i = 0; i < constant.run.count; ++i)
          all = static_cast<std::uint16_t>(all | program.clauses[constant.run.first + i].members);
        shape = {ShapeKind::quorum, static_cast<std::uint32_t>(std::bit_width(all)), {}};
        break;
      }
      case ConstantKind::items:
      case ConstantKind::map:
      case ConstantKind::record:
        shape.kind = constant.kind == ConstantKind::items ? ShapeKind::items
                     : constant.kind == ConstantKind::map ? ShapeKind::map
                                                          : ShapeKind::record;
        if (!add_rows_constant(program, constant, shape, error)) return false;
        break;
    }
    constants_.push_back(intern(std::move(shape)));
    if (too_many()) {
      error = "constants have too many forms";
      return false;
    }
  }
  return true;
}

}  // namespace writ::engine::proof
