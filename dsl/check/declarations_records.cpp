#include <algorithm>

#include "dsl/check/declarations.hpp"
#include "dsl/check/expressions.hpp"

/// Records: their fields, and that they end.
namespace writ::dsl::check {

namespace {

/// The levels of JSON that are read; engine/decode.hpp and the records' finding say the same.
constexpr std::uint32_t kMaxNesting = 16;

/// The levels of JSON that collections add around what they hold in the end.
struct Nested {
  TypeId inner = 0;
  std::uint32_t collections = 0;
};

Nested nested(const Context& context, TypeId id) {
  Nested result{.inner = id};
  for (; type_of(context, result.inner).element != 0; ++result.collections)
    result.inner = type_of(context, result.inner).element;
  return result;
}

void declare_fields(Context& context, const ast::RecordDecl& decl, RecordId id) {
  DistinctNames names;
  DistinctNames json;
  std::vector<Field> fields;
  for (const ast::FieldDecl& field : decl.fields) {
    if (const Span* first = names.add(field.name.text, field.name.span)) {
      Diagnostic& twice =
          report(context, DiagnosticKind::field_declared_twice, field.name.span, {field.name.text});
      twice.help = "rename one of the two, or take it out";
      twice.notes.push_back({*first, "first declared here"});
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
      : context_(context), depths_(context.state.record_depths) {
    depths_.assign(context.model.types.records.size(), 0);
  }

  /// The levels of JSON below and including the record.
  std::uint32_t depth_of(RecordId id) {
    if (depths_[id] != 0) return depths_[id];
    if (const auto open = std::find(open_.begin(), open_.end(), id); open != open_.end()) {
      report_cycle(open);
      return 1;
    }
    open_.push_back(id);
    std::uint32_t depth = 0;
    bool reported = false;
    for (Field& field : context_.model.types.records[id].fields) {
      const Nested type = nested(context_, field.type);
      const Type inner = type_of(context_, type.inner);
      const std::uint32_t below = inner.kind == TypeKind::record ? depth_of(inner.decl) : 0;
      reported = reported || below > kMaxNesting;
      depth = std::max(depth, type.collections + below);
      // A field that closes a cycle is taken out, so that nothing later walks in circles.
      if (std::exchange(cyclic_, false)) field.type = 0;
    }
    open_.pop_back();
    depths_[id] = depth + 1;
    const Record& record = context_.model.types.records[id];
    if (depths_[id] > kMaxNesting && !reported)
      report(context_, DiagnosticKind::record_nesting, record.span,
             {record.name, std::to_string(depths_[id])});
    return depths_[id];
  }

 private:
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
  std::vector<std::uint32_t>& depths_;
  std::vector<RecordId> open_;
  bool cyclic_ = false;
};

}  // namespace

void declare_records(Context& context) {
  std::set<RecordId> done;
  for (const ast::File& file : context.tree.files)
    for (const ast::RecordDecl& decl : file.records) {
      const auto type = context.symbols.types.find(declared_key(file, decl.name.text));
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

void require_readable_depth(Context& context, const ast::Name& name, TypeId id,
                            std::uint32_t around) {
  const Nested type = nested(context, id);
  const Type inner = type_of(context, type.inner);
  const std::uint32_t below =
      inner.kind == TypeKind::record ? context.state.record_depths[inner.decl] : 0;
  const std::uint32_t depth = around + type.collections + below;
  if (depth <= kMaxNesting || below > kMaxNesting) return;  // fine, or already reported
  report(
      context, DiagnosticKind::value_nesting, name.span,
      {name.text, std::to_string(depth), around != 0 ? "with the object of the inputs" : "as JSON"})
      .help = "make it flatter: what is inside can be an input or data of its own";
}

}  // namespace writ::dsl::check
