#include "engine/cost/extents.hpp"

#include <bit>
#include <string>
#include <utility>

#include "base/text.hpp"

#include "engine/cell.hpp"

namespace writ::engine::cost {
namespace {

constexpr ExtentId kUnknown = 0xffffffff;
/// A code point takes at most four bytes, and six as JSON (`\u001f`).
constexpr std::uint64_t kBytesOfCharacter = 4, kJsonOfCharacter = 6;
/// Numbers, instants, durations and addresses as JSON or within a text.
constexpr std::uint64_t kScalarBytes = 64;
/// `{"need":12,"of":[]},` and ` and 12 of `, without the members.
constexpr std::uint64_t kClauseBytes = 24;
constexpr std::uint64_t kQuorumMembers = 12;

std::uint64_t limit_of(std::uint32_t max_size) {
  return max_size == 0xffffffff ? kUnbounded : max_size;
}

}  // namespace

std::uint64_t json_size(std::string_view text) {
  std::string out;
  base::append_json_string(out, text);
  return out.size();
}

Extents::Extents(const Program& program) : program_(program) {
  intern({});
  types_.assign(program.types.size(), kUnknown);
  add_constants();
}

ExtentId Extents::intern(Extent extent) {
  const auto [place, added] =
      ids_.try_emplace(std::move(extent), static_cast<ExtentId>(extents_.size()));
  if (added) extents_.push_back(place->first);
  return place->second;
}

ExtentId Extents::join(ExtentId a, ExtentId b) {
  if (a == b || b == kScalar) return a;
  if (a == kScalar) return b;
  if (a > b) std::swap(a, b);
  if (const auto known = joins_.find({a, b}); known != joins_.end()) return known->second;
  Extent joined = extents_[a];
  const Extent other = extents_[b];
  joined.n = std::max(joined.n, other.n);
  joined.json = std::max(joined.json, other.json);
  joined.cells.resize(std::max(joined.cells.size(), other.cells.size()), kScalar);
  for (std::size_t i = 0; i < other.cells.size(); ++i)
    joined.cells[i] = join(joined.cells[i], other.cells[i]);
  const ExtentId id = intern(std::move(joined));
  joins_.emplace(std::pair(a, b), id);
  return id;
}

ExtentId Extents::without_limit(ExtentId id) {
  Extent extent = extents_[id];
  extent.n = extent.json = kUnbounded;
  for (ExtentId& cell : extent.cells)
    cell = without_limit(cell);
  return intern(std::move(extent));
}

ExtentId Extents::of_type(std::uint32_t row) {
  if (types_[row] != kUnknown) return types_[row];
  const TypeDesc& type = program_.types[row];
  Extent extent;
  const auto append_fields = [&](std::uint32_t record) {
    const Run fields = program_.records[record].fields;
    for (std::uint32_t i = 0; i < fields.count; ++i) {
      const ExtentId field = of_type(program_.fields[fields.first + i].type);
      extent.cells.push_back(field);
      if (program_.types[program_.fields[fields.first + i].type].kind != Kind::record) continue;
      const std::vector<ExtentId> own = extents_[field].cells;
      extent.cells.insert(extent.cells.end(), own.begin(), own.end());
    }
  };
  const auto append_item = [&](std::uint32_t element) {
    if (program_.types[element].kind == Kind::record)
      append_fields(program_.types[element].decl);
    else
      extent.cells.push_back(of_type(element));
  };
  const std::uint64_t limit = limit_of(type.max_size);
  switch (type.kind) {
    case Kind::string:
      extent.n = product(limit, kBytesOfCharacter);
      extent.json = sum(product(limit, kJsonOfCharacter), 2);
      break;
    case Kind::enumeration: extent.json = program_.enums[type.decl].members.count; break;
    case Kind::verdict: extent.json = 4; break;
    case Kind::record: append_fields(type.decl); break;
    case Kind::map:
      extent.n = limit;
      extent.cells.push_back(of_type(type.key));
      append_item(type.element);
      if (program_.types[type.key].kind == Kind::enumeration)
        extent.n = std::min<std::uint64_t>(
            extent.n, program_.enums[program_.types[type.key].decl].members.count);
      break;
    case Kind::list:
    case Kind::set:
      extent.n = limit;
      if (type.kind == Kind::set && program_.types[type.element].kind == Kind::enumeration) {
        extent.json = program_.enums[program_.types[type.element].decl].members.count;
        extent.n = std::min(extent.n, extent.json);
      } else {
        if (type.kind == Kind::set && program_.types[type.element].kind == Kind::boolean)
          extent.n = std::min<std::uint64_t>(extent.n, 2);
        append_item(type.element);
      }
      break;
    default: break;
  }
  return types_[row] = intern(std::move(extent));
}

void Extents::add_constants() {
  for (const Constant& constant : program_.constants) {
    Extent extent;
    const auto cell = [&](std::uint32_t i) {
      return constants_[program_.constant_cells[constant.run.first + i]];
    };
    switch (constant.kind) {
      case ConstantKind::absent:
      case ConstantKind::ip:
      case ConstantKind::network: break;
      case ConstantKind::integer:
        if (constant.i >= 0 && constant.i < 64)
          extent.json = static_cast<std::uint64_t>(constant.i) + 1;
        break;
      case ConstantKind::string:
        extent.n = constant.text.size;
        extent.json = json_size(program_.text(constant.text));
        break;
      case ConstantKind::mask: {
        const auto bits = static_cast<std::uint64_t>(constant.i);
        extent.n = static_cast<std::uint64_t>(std::popcount(bits));
        extent.json = static_cast<std::uint64_t>(std::bit_width(bits));
        break;
      }
      case ConstantKind::quorum: extent.n = constant.run.count; break;
      case ConstantKind::items:
      case ConstantKind::map: {
        extent.n = constant.count;
        if (constant.count == 0) break;
        const std::uint32_t stride = constant.run.count / constant.count;
        extent.cells.assign(stride, kScalar);
        for (std::uint32_t i = 0; i < constant.run.count; ++i)
          extent.cells[i % stride] = join(extent.cells[i % stride], cell(i));
        break;
      }
      case ConstantKind::record:
        for (std::uint32_t i = 0; i < constant.run.count; ++i)
          extent.cells.push_back(cell(i));
        break;
    }
    constants_.push_back(intern(std::move(extent)));
  }
}

std::uint64_t Extents::depth(std::uint32_t row, ExtentId id) const {
  const TypeDesc& type = program_.types[row];
  std::uint64_t total = 0;
  const auto add_fields = [&](std::uint32_t record, std::uint32_t first) {
    const Run fields = program_.records[record].fields;
    for (std::uint32_t i = 0; i < fields.count; ++i) {
      const FieldDesc& field = program_.fields[fields.first + i];
      total = sum(total, depth(field.type, cell(id, first + field.offset)));
    }
  };
  switch (type.kind) {
    case Kind::record: add_fields(type.decl, 0); return sum(1, total);
    case Kind::quorum:
    case Kind::votes: return sum(1, extents_[id].n);
    case Kind::list:
    case Kind::set:
    case Kind::map: {
      const std::uint32_t first = type.kind == Kind::map ? 1 : 0;
      if (program_.types[type.element].kind == Kind::record)
        add_fields(program_.types[type.element].decl, first);
      else if (!extents_[id].cells.empty())
        total = depth(type.element, cell(id, first));
      return sum(1, product(extents_[id].n, sum(1, total)));
    }
    default: return 1;
  }
}

std::uint64_t Extents::longest_name(std::uint32_t enumeration) const {
  std::uint64_t longest = 0;
  if (enumeration == kNone) return longest;
  const Run members = program_.enums[enumeration].members;
  for (std::uint32_t i = 0; i < members.count; ++i)
    longest =
        std::max(longest, json_size(program_.name(program_.members[members.first + i].json.first)));
  return longest;
}

/// So many different members with what stands between them (`, ` or ` and `).
std::uint64_t Extents::members_json(std::uint32_t enumeration, std::uint64_t most) const {
  std::vector<std::uint64_t> sizes;
  const Run members = program_.enums[enumeration].members;
  for (std::uint32_t i = 0; i < members.count; ++i)
    sizes.push_back(json_size(program_.name(program_.members[members.first + i].json.first)) + 5);
  std::sort(sizes.rbegin(), sizes.rend());
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < sizes.size() && i < most; ++i)
    total += sizes[i];
  return total;
}

std::uint64_t Extents::quorum_json(std::uint32_t enumeration, std::uint64_t clauses) const {
  if (enumeration == kNone) return kScalarBytes;
  return sum(kScalarBytes,
             product(clauses, sum(kClauseBytes, members_json(enumeration, kQuorumMembers))));
}

std::uint64_t Extents::json_bytes(std::uint32_t row, ExtentId id) const {
  const TypeDesc& type = program_.types[row];
  const Extent& extent = extents_[id];
  std::uint64_t total = 0;
  switch (type.kind) {
    case Kind::string: return std::max<std::uint64_t>(extent.json, 4);
    case Kind::enumeration: return std::max<std::uint64_t>(longest_name(type.decl), 4);
    case Kind::quorum: return quorum_json(type.decl, extent.n);
    case Kind::record: {
      const Run fields = program_.records[type.decl].fields;
      for (std::uint32_t i = 0; i < fields.count; ++i) {
        const FieldDesc& field = program_.fields[fields.first + i];
        total = sum(total, json_size(program_.name(field.json.first)), 2,
                    json_bytes(field.type, cell(id, field.offset)));
      }
      return sum(total, 4);
    }
    case Kind::list:
    case Kind::set:
      if (type.kind == Kind::set && program_.types[type.element].kind == Kind::enumeration)
        return sum(4, members_json(program_.types[type.element].decl, extent.n));
      total = json_bytes(type.element,
                         program_.types[type.element].kind == Kind::record ? id : cell(id, 0));
      return sum(4, product(extent.n, sum(total, 1)));
    case Kind::map: {
      total = json_bytes(type.key, cell(id, 0));
      if (program_.types[type.element].kind != Kind::record)
        return sum(4, product(extent.n, sum(total, 2, json_bytes(type.element, cell(id, 1)))));
      const Run fields = program_.records[program_.types[type.element].decl].fields;
      for (std::uint32_t i = 0; i < fields.count; ++i) {
        const FieldDesc& field = program_.fields[fields.first + i];
        total = sum(total, json_size(program_.name(field.json.first)), 2,
                    json_bytes(field.type, cell(id, 1 + field.offset)));
      }
      return sum(4, product(extent.n, sum(total, 4)));
    }
    default: return kScalarBytes;
  }
}

Extent Extents::text_bytes(std::uint32_t row, ExtentId id) const {
  const TypeDesc& type = program_.types[row];
  const Extent& extent = extents_[id];
  switch (type.kind) {
    case Kind::string: return {extent.n, extent.json, {}};
    case Kind::list:
    case Kind::set: {
      if (type.kind == Kind::set && program_.types[type.element].kind == Kind::enumeration) {
        const std::uint64_t all = sum(8, members_json(program_.types[type.element].decl, extent.n));
        return {all, all, {}};
      }
      const Extent one = text_bytes(type.element, cell(id, 0));
      // `a, b and c`; an empty one is written as a word.
      return {sum(8, product(extent.n, sum(one.n, 5))),
              sum(8, product(extent.n, sum(one.json, 5))),
              {}};
    }
    default: {
      const std::uint64_t all = json_bytes(row, id);
      return {all, all, {}};
    }
  }
}

std::uint64_t Extents::decoded_bytes(std::uint32_t row) {
  const TypeDesc& type = program_.types[row];
  std::uint64_t total = 0;
  const auto add_fields = [&](std::uint32_t record) {
    const Run fields = program_.records[record].fields;
    // Which fields have been seen.
    total = sum(total, (fields.count / 64 + 1) * 8 + 16);
    for (std::uint32_t i = 0; i < fields.count; ++i)
      total = sum(total, decoded_bytes(program_.fields[fields.first + i].type));
  };
  switch (type.kind) {
    case Kind::ip: return 16;
    case Kind::record: add_fields(type.decl); return total;
    case Kind::list:
    case Kind::set:
    case Kind::map: {
      if (type.kind == Kind::set && program_.types[type.element].kind == Kind::enumeration)
        return 0;
      // Sets are bounded before repeats merge.
      const std::uint64_t items = limit_of(type.max_size);
      total = decoded_bytes(type.element);
      const std::uint64_t cells = type.stride + (type.kind == Kind::map ? 1u : 0u);
      return product(items, sum(total, cells * sizeof(Cell)));
    }
    default: return 0;
  }
}

}  // namespace writ::engine::cost
