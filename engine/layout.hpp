#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dsl/model.hpp"

#include "engine/program.hpp"

namespace writ::engine {

/// Where values lie: turns the model's types into the program's descriptors (types, enums, members,
/// records, fields, patterns) and answers questions of layout. Rows are made on demand and once.
class Layout {
 public:
  Layout(const dsl::Model& model, Program& program);

  /// The TypeDesc of a model type.
  std::uint32_t type(dsl::TypeId type);
  /// EnumDesc / RecordDesc of a declaration.
  std::uint32_t enumeration(dsl::EnumId id);
  std::uint32_t record(dsl::RecordId id);
  /// Cells of the record's fields together.
  std::uint32_t record_cells(dsl::RecordId id);
  /// Cells a value of the type takes as a field or input: 1, or 1 + record_cells for a record.
  std::uint32_t cells(dsl::TypeId type);
  /// Cells of one list element, set element or map value: 1, or record_cells.
  std::uint32_t stride(dsl::TypeId element);
  /// Offset of a field's (header) cell among its record's cells.
  std::uint32_t field_offset(dsl::RecordId id, std::uint32_t field);

  /// Interning into Program::bytes / names / patterns / constants.
  Text text(std::string_view value);
  Run names(const std::vector<std::string>& values);
  std::uint32_t pattern(const std::string& re2);
  /// A constant of the model as a program constant (deduplicated). `type` says its shape.
  std::uint32_t constant(dsl::TypeId type, const dsl::Value& value);
  std::uint32_t constant_integer(std::int64_t value);
  std::uint32_t constant_string(std::string_view value);
  std::uint32_t constant_absent();

 private:
  Run members(const dsl::Enum& from);
  std::uint32_t collection(const dsl::Type& type, const dsl::Collection& from);
  std::uint32_t map(const dsl::Type& type, const dsl::Entries& from);
  /// Appends the constants of a record's cells, or as many absent ones when `fields` is nullptr.
  void append_fields(std::vector<std::uint32_t>& rows, dsl::RecordId id, const dsl::Fields* fields);
  /// Appends the constants of one element, key or map value: its stride.
  void append_element(std::vector<std::uint32_t>& rows, dsl::TypeId type, const dsl::Value& value);
  /// The row of `constant` with `rows` of cells or `clauses`; an equal one is made once.
  std::uint32_t intern(Constant constant, const std::vector<std::uint32_t>& rows = {},
                       const base::Clauses& clauses = {});

  const dsl::Model& model_;
  Program& program_;
  std::vector<std::uint32_t> types_, enums_, records_;
  std::unordered_map<std::string, Text> texts_;
  std::unordered_map<std::string, Run> names_;
  std::unordered_map<std::string, std::uint32_t> patterns_, constants_;
};

}  // namespace writ::engine
