#include <algorithm>

#include "dsl/check/declarations.hpp"
#include "dsl/check/expressions.hpp"

/// Records: their fields, and that they end.
namespace writ::dsl::check {

namespace {

constexpr std::uint32_t kMaxNesting = 16;

void declare_fields(Context& context, const ast::RecordDecl& decl, RecordId id) {
  DistinctNames names;
  DistinctNames json;
  std::vector<Field> fields;
  for (const ast::FieldDecl& field : decl.fields) {
    if (const Span* first = names.add(field.name.text, field.name.span)) {
      report(context, DiagnosticKind::field_declared_twice, field.name.span, {field.name.text})
          .notes.push_back({*first, "first declared here"});
      continue;
    }
    check_json_names(context, json, field.name, field.aliases, "fields");
    Field declared;
    declared.name = field.name.text;
    declared.json = json_names(field.name, field.aliases);
    declared.type = resolve_type(context, field.type);
    declared.doc = field.doc;
    declared.span = field.name.span;
    require_decodable(context, field.name, declared.type);
    fields.push_back(std::move(declared));
  }
  context.model.types.records[id].fields = std::move(fields);
}

/// Depth-first over the records: a record that is met while it is open holds itself.
class RecordNesting {
 public:
  explicit RecordNesting(Context& context)
      : context_(context), depths_(context.model.types.records.size(), 0) {}

  /// The levels of JSON below and including the record.
  std::uint32_t depth_of(RecordId id) {
    if (depths_[id] != 0) return depths_[id];
    if (const auto open = std::find(open_.begin(), open_.end(), id); open != open_.end()) {
      report_cycle(open);
      return 1;
    }
    open_.push_back(id);
    std::uint32_t depth = 0;
    for (Field& field : context_.model.types.records[id].fields) {
      depth = std::max(depth, depth_of_type(field.type));
      // A field that closes a cycle is taken out, so that nothing later walks in circles.
      if (std::exchange(cyclic_, false)) field.type = 0;
    }
    open_.pop_back();
    depths_[id] = depth + 1;
    const Record& record = context_.model.types.records[id];
    if (depths_[id] == kMaxNesting + 1)
      report(context_, DiagnosticKind::record_nesting, record.span,
             {record.name, std::to_string(depths_[id])});
    return depths_[id];
  }

 private:
  std::uint32_t depth_of_type(TypeId id) {
    const Type type = type_of(context_, id);
    switch (type.kind) {
      case TypeKind::record: return depth_of(type.decl);
      case TypeKind::list:
      case TypeKind::set:
      case TypeKind::map: return 1 + depth_of_type(type.element);
      default: return 0;
    }
  }

  void report_cycle(std::vector<RecordId>::iterator open) {
    const auto& records = context_.model.types.records;
    std::string path;
    for (auto id = open; id != open_.end(); ++id)
      path += "`" + records[*id].name + "` holds ";
    path += "`" + records[*open].name + "`";
    report(context_, DiagnosticKind::record_recursion, records[*open].span,
           {records[*open].name, path});
    cyclic_ = true;
  }

  Context& context_;
  std::vector<std::uint32_t> depths_;
  std::vector<RecordId> open_;
  bool cyclic_ = false;
};

}  // namespace

void declare_records(Context& context) {
  std::set<RecordId> done;
  for (const ast::File& file : context.tree.files)
    for (const ast::RecordDecl& decl : file.records) {
      const auto type = context.symbols.types.find(declared_key(context, file, decl.name.text));
      if (type == context.symbols.types.end()) continue;
      const Type& t = type_of(context, type->second);
      // The second of two declarations was reported and has no place.
      if (t.kind == TypeKind::record && done.insert(t.decl).second)
        declare_fields(context, decl, t.decl);
    }
  RecordNesting nesting(context);
  for (RecordId id = 0; id < context.model.types.records.size(); ++id)
    nesting.depth_of(id);
}

}  // namespace writ::dsl::check
