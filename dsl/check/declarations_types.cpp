#include <algorithm>

#include <re2/re2.h>

#include "base/calendar.hpp"

#include "dsl/check/declarations.hpp"
#include "dsl/check/expressions.hpp"
#include "dsl/check/packages.hpp"
#include "dsl/foreign_words.hpp"

/// Types as written: names, collections, inline enums, refinements.
namespace writ::dsl::check {

namespace {

constexpr std::uint32_t kDefaultString = 1024;
constexpr std::uint32_t kDefaultCollection = 64;
constexpr std::size_t kMaxMembers = 64;

/// How a type was asked for; it is part of what is remembered of it.
struct TypeUse {
  bool ordered = false;    ///< an inline enum is ordered
  bool unbounded = false;  ///< the outermost collection has no default maximum
};

TypeId resolve(Context& context, ast::TypeId id, TypeUse use);

bool same_members(const Enum& a, const Enum& b) {
  return a.ordered == b.ordered && a.else_unknown == b.else_unknown &&
         std::equal(a.members.begin(), a.members.end(), b.members.begin(), b.members.end(),
                    [](const EnumMember& x, const EnumMember& y) {
                      return x.name == y.name && x.json == y.json;
                    });
}

TypeId simple_named(Context& context, std::string_view name) {
  static constexpr std::pair<std::string_view, TypeKind> kNames[] = {
      {"bool", TypeKind::boolean},
      {"int", TypeKind::integer},
      {"decimal", TypeKind::decimal},
      {"string", TypeKind::string},
      {"duration", TypeKind::duration},
      {"time", TypeKind::time},
      {"ip", TypeKind::ip}};
  for (const auto& [known, kind] : kNames)
    if (name == known) return context.model.types.simple(kind);
  return 0;
}

TypeId resolve_named(Context& context, const ast::Type& type) {
  if (type.name.empty()) return 0;
  std::vector<std::string> parts;
  for (const ast::Name& part : type.name)
    parts.push_back(part.text);
  if (parts.size() == 1)
    if (const TypeId simple = simple_named(context, parts[0]); simple != 0) return simple;
  const auto found = context.symbols.types.find(symbol_key(context, type.span, parts));
  if (found != context.symbols.types.end()) return found->second;
  const Span span{type.span.file, type.name.front().span.begin, type.name.back().span.end};
  if (report_wrong_package(context, span, parts)) return 0;
  std::string help =
      did_you_mean(dotted(type.name), names_seen_from(context, span, context.symbols.types));
  if (parts.size() == 1) {
    if (help.empty()) help = foreign_help(ForeignPlace::type, parts[0]);
    if (help.empty())
      help = did_you_mean(parts[0], {"bool", "int", "decimal", "string", "duration", "time", "ip"});
    if (help.empty())
      help = find_elsewhere(context, span, parts[0], keys_of(context.symbols.types));
    if (help.empty())
      help = "declare it: `enum " + parts[0] + " { … }` or `record " + parts[0] + " { … }`";
  }
  report(context, DiagnosticKind::unknown_type, span, {dotted(type.name)}).help = help;
  return 0;
}

TypeId resolve_element(Context& context, ast::TypeId id) {
  const TypeId element = resolve(context, id, {});
  if (element == 0 || !is_optional(context, element)) return element;
  report(context, DiagnosticKind::element_optional, context.tree.type(id).span,
         {context.model.types.text(element)})
      .help = "leave the `?` away; what is missing is no element";
  return 0;
}

/// The base of `quorum E` and `votes E`.
TypeId resolve_of_enum(Context& context, const ast::Type& type, TypeKind kind) {
  const TypeId of = resolve(context, type.a, {});
  if (of == 0) return 0;
  const EnumId id = expected_enum(context, of);
  const Span span = context.tree.type(type.a).span;
  if (id == kNoDecl) {
    report(context, DiagnosticKind::not_an_enum, span, {context.model.types.text(of)}).help =
        "name an enum of the roles that may approve";
    return 0;
  }
  const Enum& e = context.model.types.enums[id];
  if (e.known() > static_cast<std::uint32_t>(base::kMaxQuorumMembers)) {
    report(context, DiagnosticKind::quorum_enum_members, span,
           {context.model.types.text(of), std::to_string(e.known())})
        .help = "declare an enum of those roles alone that may approve";
    return 0;
  }
  return context.model.types.intern(Type{.kind = kind, .decl = id});
}

TypeId resolve_set(Context& context, const ast::Type& type) {
  const TypeId element = resolve_element(context, type.a);
  if (element == 0) return 0;
  if (!is_scalar(kind_of(context, element))) {
    report(context, DiagnosticKind::set_element, context.tree.type(type.a).span,
           {context.model.types.text(element)})
        .help = "a `list<…>` takes any elements";
    return 0;
  }
  return context.model.types.intern(Type{.kind = TypeKind::set, .element = element});
}

TypeId resolve_map(Context& context, const ast::Type& type) {
  const TypeId key = resolve_element(context, type.a);
  const TypeId element = resolve_element(context, type.b);
  if (key == 0 || element == 0) return 0;
  const TypeKind kind = kind_of(context, key);
  if (kind != TypeKind::string && kind != TypeKind::enumeration) {
    report(context, DiagnosticKind::map_key_type, context.tree.type(type.a).span,
           {context.model.types.text(key)});
    return 0;
  }
  return context.model.types.intern(Type{.kind = TypeKind::map, .element = element, .key = key});
}

TypeId resolve_base(Context& context, const ast::Type& type, TypeUse use) {
  switch (type.kind) {
    case ast::TypeKind::none:
    case ast::TypeKind::error: return 0;
    case ast::TypeKind::named: return resolve_named(context, type);
    case ast::TypeKind::list: {
      const TypeId element = resolve_element(context, type.a);
      return element == 0
                 ? 0
                 : context.model.types.intern(Type{.kind = TypeKind::list, .element = element});
    }
    case ast::TypeKind::set: return resolve_set(context, type);
    case ast::TypeKind::map: return resolve_map(context, type);
    case ast::TypeKind::quorum: return resolve_of_enum(context, type, TypeKind::quorum);
    case ast::TypeKind::votes: return resolve_of_enum(context, type, TypeKind::votes);
    case ast::TypeKind::inline_enum: {
      const EnumId id =
          declare_enum(context, {}, type.members, type.else_unknown, use.ordered, type.span, {});
      return context.model.types.intern(Type{.kind = TypeKind::enumeration, .decl = id});
    }
  }
  return 0;
}

// ---- refinements --------------------------------------------------------------------------------

bool is_number(TypeKind kind) {
  return kind == TypeKind::integer || kind == TypeKind::decimal || kind == TypeKind::duration ||
         kind == TypeKind::time;
}

bool is_sized(TypeKind kind) {
  return kind == TypeKind::string || kind == TypeKind::list || kind == TypeKind::set ||
         kind == TypeKind::map;
}

std::optional<std::int64_t> bound(Context& context, ast::ExprId id, TypeKind kind) {
  Scope constants;
  constants.data = false;
  const std::optional<Value> value = check_constant(
      context, constants, id, context.model.types.simple(kind), "the bound of the type");
  return value ? std::optional(value->integer()) : std::nullopt;
}

void refuse(Context& context, Span span, std::string_view what, TypeId type,
            std::string_view rule) {
  report(context, DiagnosticKind::refinement_not_allowed, span,
         {std::string(what), context.model.types.text(type), std::string(rule)});
}

bool refine_number(Context& context, const ast::Type& written, Type& type) {
  type.low = type.kind == TypeKind::time ? base::kMinInstant : INT64_MIN;
  type.high = type.kind == TypeKind::time ? base::kMaxInstant : INT64_MAX;
  if (type.kind == TypeKind::duration) type.low = 0;
  bool ok = true;
  const auto read = [&](ast::ExprId id, std::int64_t& place) {
    if (id == ast::kNone) return;
    const std::optional<std::int64_t> value = bound(context, id, type.kind);
    ok = ok && value.has_value();
    if (!value) return;
    place = *value;
    type.has_range = true;
  };
  read(written.low, type.low);
  read(written.min, type.low);
  read(written.high, type.high);
  read(written.max, type.high);
  if (ok && type.low > type.high) {
    const ast::ExprId low = written.low != ast::kNone ? written.low : written.min;
    const ast::ExprId high = written.high != ast::kNone ? written.high : written.max;
    const Span span = context.tree.expr(high != ast::kNone ? high : low).span;
    report(context, DiagnosticKind::refinement_empty, span,
           {low == ast::kNone ? "0s" : source_text(context, context.tree.expr(low).span),
            high == ast::kNone ? "the greatest value"
                               : source_text(context, context.tree.expr(high).span)});
    ok = false;
  }
  // Only a duration says its bounds without a range: it is never negative.
  if (!type.has_range && type.kind != TypeKind::duration) type.low = type.high = 0;
  return ok;
}

bool refine_size(Context& context, const ast::Type& written, Type& type, TypeUse use) {
  const bool string = type.kind == TypeKind::string;
  type.max_size = string ? kDefaultString : kDefaultCollection;
  if (use.unbounded && !string) type.max_size = kUnbounded;
  const auto read = [&](ast::ExprId id, std::int64_t least, std::uint32_t& place) {
    if (id == ast::kNone) return true;
    const std::optional<std::int64_t> value = bound(context, id, TypeKind::integer);
    if (!value) return false;
    if (*value < least || *value >= std::int64_t{kUnbounded}) {
      report(context, DiagnosticKind::refinement_size, context.tree.expr(id).span,
             {std::to_string(*value), std::to_string(least)});
      return false;
    }
    place = static_cast<std::uint32_t>(*value);
    return true;
  };
  if (!read(written.min, 0, type.min_size) || !read(written.max, 1, type.max_size)) return false;
  if (type.min_size <= type.max_size) return true;
  const ast::ExprId place = written.max != ast::kNone ? written.max : written.min;
  report(context, DiagnosticKind::refinement_empty, context.tree.expr(place).span,
         {std::to_string(type.min_size), std::to_string(type.max_size)})
      .help = written.max == ast::kNone ? "give a `max` too" : "";
  return false;
}

bool refine_pattern(Context& context, const ast::Type& written, Type& type) {
  if (!written.pattern || written.pattern->empty()) return true;
  auto& patterns = context.model.types.patterns;
  RE2::Options options;
  options.set_log_errors(false);
  const RE2 compiled(*written.pattern, options);
  if (!compiled.ok()) {
    report(context, DiagnosticKind::bad_pattern, written.pattern_span,
           {*written.pattern, compiled.error()});
    return false;
  }
  const auto known = std::find(patterns.begin(), patterns.end(), *written.pattern);
  type.pattern = static_cast<std::uint32_t>(known - patterns.begin());
  if (known == patterns.end()) patterns.push_back(*written.pattern);
  return true;
}

/// Reports refinements that the kind of type does not have.
bool refinements_apply(Context& context, const ast::Type& written, TypeId base) {
  const TypeKind kind = kind_of(context, base);
  bool ok = true;
  if (written.low != ast::kNone && !is_number(kind)) {
    const Span span{written.span.file, context.tree.expr(written.low).span.begin,
                    context.tree.expr(written.high).span.end};
    refuse(context, span, source_text(context, span), base,
           "ranges belong to numbers, durations and times");
    ok = false;
  }
  for (const auto& [id, word] : {std::pair{written.min, "min"}, std::pair{written.max, "max"}}) {
    if (id == ast::kNone || is_number(kind) || is_sized(kind)) continue;
    refuse(context, context.tree.expr(id).span, word, base,
           "it bounds numbers and the sizes of strings and collections");
    ok = false;
  }
  if (written.pattern && kind != TypeKind::string) {
    refuse(context, written.pattern_span, "matching", base, "patterns belong to strings");
    ok = false;
  }
  if (ok && written.low != ast::kNone && (written.min != ast::kNone || written.max != ast::kNone)) {
    const ast::ExprId again = written.min != ast::kNone ? written.min : written.max;
    refuse(context, context.tree.expr(again).span, written.min != ast::kNone ? "min" : "max", base,
           "the range says it already");
    ok = false;
  }
  return ok;
}

TypeId resolve(Context& context, ast::TypeId id, TypeUse use) {
  if (id == ast::kNone) return 0;
  const std::uint64_t key =
      (std::uint64_t{id} << 2) | (use.ordered ? 2u : 0u) | (use.unbounded ? 1u : 0u);
  auto& known = context.state.resolved_types;
  if (const auto found = known.find(key); found != known.end()) return found->second;
  const ast::Type& written = context.tree.type(id);
  TypeId resolved = resolve_base(context, written, use);
  if (resolved != 0) {
    Type type = type_of(context, resolved);
    type.optional = written.optional;
    bool ok = refinements_apply(context, written, resolved);
    if (ok && is_number(type.kind)) ok = refine_number(context, written, type);
    if (ok && is_sized(type.kind)) ok = refine_size(context, written, type, use);
    if (ok && type.kind == TypeKind::string) ok = refine_pattern(context, written, type);
    resolved = ok ? context.model.types.intern(type) : 0;
  }
  known[key] = resolved;
  return resolved;
}

/// `else unknown` adds a member that is written as `unknown`.
void check_unknown_alias(Context& context, const std::vector<ast::Alias>& aliases) {
  for (const ast::Alias& alias : aliases)
    if (alias.text == "unknown")
      report(context, DiagnosticKind::json_name_twice, alias.span, {alias.text, "members"}).help =
          "leave the name `\"unknown\"` away here; `else unknown` adds a member that has it";
}

}  // namespace

EnumId declare_enum(Context& context, const ast::Name& name,
                    const std::vector<ast::EnumMember>& members, bool else_unknown, bool ordered,
                    Span span, const std::string& doc) {
  Enum e;
  e.name = name.text;
  if (name) e.package = package_of(context, span);
  e.ordered = ordered;
  e.else_unknown = else_unknown;
  e.doc = doc;
  e.span = span;
  DistinctNames names;
  DistinctNames json;
  for (const ast::EnumMember& member : members) {
    if (const Span* first = names.add(member.name.text, member.name.span)) {
      Diagnostic& twice = report(context, DiagnosticKind::member_declared_twice, member.name.span,
                                 {member.name.text});
      twice.help = "rename one of the two, or take it out";
      twice.notes.push_back({*first, "first declared here"});
      continue;
    }
    if (else_unknown && member.name.text == "unknown") {
      report(context, DiagnosticKind::member_unknown_declared, member.name.span).help =
          "leave this member away";
      continue;
    }
    check_json_names(context, json, member.name, member.aliases, "members");
    if (else_unknown) check_unknown_alias(context, member.aliases);
    e.members.push_back({member.name.text, json_names(member.name, member.aliases), member.doc});
  }
  if (else_unknown) e.members.push_back({"unknown", {"unknown"}, {}});
  if (e.members.size() > kMaxMembers) {
    report(context, DiagnosticKind::enum_too_large, span, {std::to_string(e.members.size())});
    e.members.resize(kMaxMembers);
    e.else_unknown = false;
  }
  auto& enums = context.model.types.enums;
  if (e.name.empty())
    for (EnumId id = 0; id < enums.size(); ++id)
      if (enums[id].name.empty() && same_members(enums[id], e)) return id;
  enums.push_back(std::move(e));
  return static_cast<EnumId>(enums.size() - 1);
}

TypeId resolve_type(Context& context, ast::TypeId type) {
  return resolve(context, type, {});
}

TypeId resolve_output_type(Context& context, ast::TypeId type, bool force_ordered) {
  return resolve(context, type, {.ordered = force_ordered});
}

TypeId resolve_data_type(Context& context, ast::TypeId type) {
  return resolve(context, type, {.unbounded = true});
}

void require_decodable(Context& context, const ast::Name& name, TypeId id) {
  TypeId part = id;
  while (type_of(context, part).element != 0)
    part = type_of(context, part).element;
  const TypeKind kind = kind_of(context, part);
  if (kind != TypeKind::quorum && kind != TypeKind::votes) return;
  report(context, DiagnosticKind::type_not_decodable, name.span,
         {name.text, context.model.types.text(id)})
      .help = "read a set or list of members and make the quorum or votes of it in an output";
}

}  // namespace writ::dsl::check
