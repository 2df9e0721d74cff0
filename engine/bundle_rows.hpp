#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <boost/pfr.hpp>

#include "engine/program.hpp"

/// How rows of a program lie in a bundle: fields in the order of their declaration, each at the
/// next multiple of its size, little-endian; a row ends at a multiple of its widest field; what is
/// between is 0. That is where this machine has them in memory, so no field can be forgotten
/// without the sizes differing. Internal to engine/bundle.cpp.
namespace writ::engine::bundle {

static_assert(std::endian::native == std::endian::little,
              "bundles are little-endian, and so is every machine that reads them");

inline constexpr std::size_t kSections = 32;

/// Calls visit(name, array) for each array of a program, in the order of the file.
template <class AnyProgram, class Visit>
void for_each_section(AnyProgram& p, Visit&& visit) {
  visit("bytes", p.bytes);
  visit("names", p.names);
  visit("types", p.types);
  visit("enums", p.enums);
  visit("members", p.members);
  visit("records", p.records);
  visit("fields", p.fields);
  visit("constants", p.constants);
  visit("constant_cells", p.constant_cells);
  visit("clauses", p.clauses);
  visit("patterns", p.patterns);
  visit("globs", p.globs);
  visit("code", p.code);
  visit("windows", p.windows);
  visit("tables", p.tables);
  visit("table_rows", p.table_rows);
  visit("cell_patterns", p.cell_patterns);
  visit("ranges", p.ranges);
  visit("indexes", p.indexes);
  visit("buckets", p.buckets);
  visit("block_list", p.block_list);
  visit("instants", p.instants);
  visit("data", p.data);
  visit("decisions", p.decisions);
  visit("inputs", p.inputs);
  visit("outputs", p.outputs);
  visit("contributions", p.contributions);
  visit("tags", p.tags);
  visit("conditions", p.conditions);
  visit("rules", p.rules);
  visit("waivers", p.waivers);
  visit("probes", p.probes);
}
// All arrays of Program, and the digest, which stands in the header.
static_assert(sizeof(Program) ==
              2 * sizeof(std::string) + (kSections - 1) * sizeof(std::vector<int>));

template <class Field>
inline constexpr bool kPlain = std::is_arithmetic_v<Field> || std::is_enum_v<Field>;

/// Appends one row.
class RowWriter {
 public:
  explicit RowWriter(std::string& out) : out_(out), start_(out.size()) {}

  template <class Field>
  void add(const Field& field) {
    align(alignof(Field));
    if constexpr (kPlain<Field>) {
      char bytes[sizeof(Field)];
      std::memcpy(bytes, &field, sizeof bytes);
      out_.append(bytes, sizeof bytes);
    } else {
      boost::pfr::for_each_field(field, [this](const auto& inner) { this->add(inner); });
      align(alignof(Field));
    }
  }

 private:
  void align(std::size_t to) {
    while ((out_.size() - start_) % to != 0)
      out_ += '\0';
  }
  std::string& out_;
  std::size_t start_;
};

/// Reads one row of sizeof(Row) bytes. What lies between fields has to be 0, and a bool 0 or 1, so
/// that each program has one form.
class RowReader {
 public:
  explicit RowReader(const char* row) : row_(row) {}
  bool right() const { return right_; }

  template <class Field>
  void take(Field& field) {
    align(alignof(Field));
    if constexpr (std::is_same_v<Field, bool>) {
      right_ = right_ && static_cast<unsigned char>(row_[at_]) <= 1;
      field = row_[at_] == 1;
      ++at_;
    } else if constexpr (kPlain<Field>) {
      std::memcpy(&field, row_ + at_, sizeof field);
      at_ += sizeof field;
    } else {
      boost::pfr::for_each_field(field, [this](auto& inner) { this->take(inner); });
      align(alignof(Field));
    }
  }

 private:
  void align(std::size_t to) {
    for (; at_ % to != 0; ++at_)
      right_ = right_ && row_[at_] == 0;
  }
  const char* row_;
  std::size_t at_ = 0;
  bool right_ = true;
};

/// A letter for each field: what two versions of writ differ in when they cannot read each other.
class ShapeWriter {
 public:
  std::string text;

  template <class Field>
  void add(const Field& field) {
    if constexpr (std::is_same_v<Field, bool>) {
      text += 'b';
    } else if constexpr (std::is_enum_v<Field>) {
      text += 'e';
    } else if constexpr (kPlain<Field>) {
      text += std::is_signed_v<Field> ? 'i' : 'u';
      text += static_cast<char>('0' + sizeof(Field));
    } else {
      text += '{';
      boost::pfr::for_each_field(field, [this](const auto& inner) { this->add(inner); });
      text += '}';
    }
  }
};

}  // namespace writ::engine::bundle
