#include <algorithm>
#include <optional>

#include "dsl/check/expressions.hpp"

/// Lists, sets, records, maps and quorums as written in the policy.
namespace writ::dsl::check {

namespace {

struct Items {
  std::vector<ExprId> ids;
  std::vector<Value> values;  ///< as many as `ids` when all are constants
  TypeId element = 0;
  bool ok = true;
  bool constant() const { return ids.size() == values.size(); }
};

void add_item(Context& context, Items& items, const Checked& item) {
  if (item.id == kNoExpr) {
    items.ok = false;
    return;
  }
  items.ids.push_back(item.id);
  if (const Value* value = constant_value(context, item)) items.values.push_back(*value);
}

/// Addresses and networks may stand together; together they are networks.
bool is_address(const Context& context, ast::ExprId id) {
  return context.tree.expr(id).kind == ast::ExprKind::ip;
}

Items check_addresses(Context& context, const Scope& scope,
                      const std::vector<ast::ExprId>& written) {
  Items items;
  bool networks = false;
  for (const ast::ExprId id : written) {
    const Checked item = check_expr(context, scope, id);
    networks = networks || kind_of(context, item.type) == TypeKind::network;
    add_item(context, items, item);
  }
  items.element = context.model.types.simple(networks ? TypeKind::network : TypeKind::ip);
  return items;
}

Items check_items(Context& context, const Scope& scope, const ast::Expr& expr, TypeId element) {
  if (!expr.items.empty() && std::all_of(expr.items.begin(), expr.items.end(),
                                         [&](ast::ExprId id) { return is_address(context, id); }))
    return check_addresses(context, scope, expr.items);
  Items items;
  items.element = element;
  ast::ExprId leader = ast::kNone;
  Checked first;
  if (element == 0 && !expr.items.empty()) {
    // The plainest item says what all of them are. It is checked once, or nested lists would take
    // time without end.
    const auto plain = std::find_if(expr.items.begin(), expr.items.end(), [&](ast::ExprId id) {
      return !needs_context(context, scope, id);
    });
    leader = plain == expr.items.end() ? expr.items.front() : *plain;
    first = check_expr(context, scope, leader);
    items.element = core(context, first.type);
    if (!require_present(context, first, context.tree.expr(leader).span)) {
      items.ok = false;
      return items;
    }
  }
  for (const ast::ExprId id : expr.items)
    add_item(context, items,
             id == leader ? first : check_value(context, scope, id, items.element, "an element"));
  return items;
}

TypeId element_hint(const Context& context, TypeId expected) {
  const Type& type = type_of(context, expected);
  return type.kind == TypeKind::list || type.kind == TypeKind::set ? type.element : 0;
}

Checked finish_set(Context& context, Items items, Span span) {
  if (!items.ok) return {};
  const TypeKind kind = kind_of(context, items.element);
  if (!is_scalar(kind) && kind != TypeKind::network) {
    report(context, DiagnosticKind::set_element, span, {context.model.types.text(items.element)})
        .help = "write a list: `[ … ]`";
    return {};
  }
  const TypeId type = set_of(context, items.element);
  if (items.constant()) {
    Collection set = make_set_value(context.model.types, items.element, std::move(items.values));
    return make_constant(context, type, {std::move(set)}, span);
  }
  Expr result = new_expr(ExprKind::make_set, type, span);
  result.items = std::move(items.ids);
  return make(context, std::move(result));
}

Checked finish_list(Context& context, Items items, Span span) {
  if (!items.ok) return {};
  const TypeId type = list_of(context, items.element);
  if (items.constant())
    return make_constant(context, type, {Collection{std::move(items.values)}}, span);
  Expr result = new_expr(ExprKind::make_list, type, span);
  result.items = std::move(items.ids);
  return make(context, std::move(result));
}

// ---- records ------------------------------------------------------------------------------------

const ast::FieldInit* find_field(const ast::Expr& expr, std::string_view name) {
  for (const ast::FieldInit& init : expr.fields)
    if (init.path.size() == 1 && init.path.front().text == name) return &init;
  return nullptr;
}

/// Names that no field of the record has, and names given twice.
bool report_field_names(Context& context, const ast::Expr& expr, const Record& record) {
  std::vector<std::string> names;
  for (const Field& field : record.fields)
    names.push_back(field.name);
  bool ok = true;
  for (const ast::FieldInit& init : expr.fields) {
    if (init.path.empty()) continue;
    const ast::Name& name = init.path.front();
    if (std::find(names.begin(), names.end(), name.text) == names.end()) {
      Diagnostic& diagnostic =
          report(context, DiagnosticKind::unknown_field, name.span, {record.name, name.text});
      diagnostic.help = did_you_mean(name.text, names);
      if (diagnostic.help.empty() && !names.empty())
        diagnostic.help = "the fields are " + alternatives(names);
      ok = false;
    } else if (find_field(expr, name.text) != &init) {
      report(context, DiagnosticKind::key_given_twice, name.span, {name.text});
      ok = false;
    }
  }
  return ok;
}

Checked make_record_of(Context& context, const Scope& scope, const ast::Expr& expr,
                       TypeId record_type) {
  const Record record = context.model.types.records[type_of(context, record_type).decl];
  Items items;
  items.ok = report_field_names(context, expr, record);
  std::vector<std::string> missing;
  for (const Field& field : record.fields) {
    const ast::FieldInit* init = find_field(expr, field.name);
    if (init != nullptr) {
      add_item(context, items,
               check_value(context, scope, init->value, field.type, "field `" + field.name + "`"));
    } else if (field.type != 0 && !is_optional(context, field.type)) {
      missing.push_back(field.name);
    } else {
      add_item(
          context, items,
          make_constant(context, context.model.types.unrefined(field.type), {Absent{}}, expr.span));
    }
  }
  if (!missing.empty()) {
    report(context, DiagnosticKind::fields_missing, expr.span, {record.name, alternatives(missing)})
        .help = "add `" + missing.front() + ": …`";
    return {};
  }
  if (!items.ok) return {};
  if (items.constant())
    return make_constant(context, record_type, {Fields{std::move(items.values)}}, expr.span);
  Expr result = new_expr(ExprKind::make_record, record_type, expr.span);
  result.items = std::move(items.ids);
  return make(context, std::move(result));
}

// ---- maps ---------------------------------------------------------------------------------------

/// The key of a map's entry as a constant; enum keys are names, string keys are strings.
std::optional<Value> map_key(Context& context, const ast::FieldInit& init, TypeId key_type) {
  if (init.path.empty()) return std::nullopt;
  const ast::Name& name = init.path.front();
  const EnumId id = expected_enum(context, key_type);
  if (id == kNoDecl) {
    if (init.string_key) return Value{name.text};
    report(context, DiagnosticKind::map_key_kind, name.span, {"string", name.text}).help =
        "write the key in quotes: `\"" + name.text + "\"`";
    return std::nullopt;
  }
  const Enum& e = context.model.types.enums[id];
  if (init.string_key) {
    report(context, DiagnosticKind::map_key_kind, name.span,
           {context.model.types.text(key_type), "\"" + name.text + "\""})
        .help = "write the member without quotes";
    return std::nullopt;
  }
  const std::uint32_t member = find_member(e, name.text);
  if (member != kNoIndex) return Value{std::int64_t{member}};
  Diagnostic& diagnostic =
      report(context, DiagnosticKind::unknown_member, name.span,
             {e.name.empty() ? std::string("the enum here") : "`" + e.name + "`", name.text});
  diagnostic.help = did_you_mean(name.text, member_names(e));
  if (diagnostic.help.empty()) diagnostic.help = "the members are " + alternatives(member_names(e));
  return std::nullopt;
}

struct MapEntry {
  Value key;
  Checked value;
};

Checked finish_map(Context& context, std::vector<MapEntry> entries, TypeId key_type, TypeId element,
                   Span span) {
  const Types& types = context.model.types;
  const TypeId type = context.model.types.intern(Type{
      .kind = TypeKind::map, .element = core(context, element), .key = core(context, key_type)});
  std::sort(entries.begin(), entries.end(), [&](const MapEntry& a, const MapEntry& b) {
    return compare_written(types, key_type, a.key, b.key) < 0;
  });
  const bool constant = std::all_of(entries.begin(), entries.end(), [&](const MapEntry& e) {
    return constant_value(context, e.value) != nullptr;
  });
  if (constant) {
    Entries value;
    for (const MapEntry& entry : entries)
      value.items.emplace_back(entry.key, *constant_value(context, entry.value));
    return make_constant(context, type, {std::move(value)}, span);
  }
  Expr result = new_expr(ExprKind::make_map, type, span);
  for (const MapEntry& entry : entries) {
    result.items.push_back(make_constant(context, core(context, key_type), entry.key, span).id);
    result.items.push_back(entry.value.id);
  }
  return make(context, std::move(result));
}

Checked make_map_of(Context& context, const Scope& scope, const ast::Expr& expr, TypeId key_type,
                    TypeId element) {
  std::vector<MapEntry> entries;
  bool ok = true;
  for (const ast::FieldInit& init : expr.fields) {
    const std::optional<Value> key = map_key(context, init, key_type);
    Checked value = element != 0
                        ? check_value(context, scope, init.value, element, "a value of the map")
                        : check_expr(context, scope, init.value);
    if (element == 0 && require_present(context, value, context.tree.expr(init.value).span))
      element = core(context, value.type);
    if (!key || value.id == kNoExpr) {
      ok = false;
      continue;
    }
    const bool twice = std::any_of(entries.begin(), entries.end(), [&](const MapEntry& e) {
      return compare_written(context.model.types, key_type, e.key, *key) == 0;
    });
    if (twice) {
      report(context, DiagnosticKind::key_given_twice, init.path.front().span,
             {init.path.front().text});
      ok = false;
      continue;
    }
    entries.push_back({*key, value});
  }
  if (!ok) return {};
  return finish_map(context, std::move(entries), key_type, element, expr.span);
}

// ---- quorums ------------------------------------------------------------------------------------

/// rank[i] is the place of member i when members ascend by the bytes of their JSON names.
std::vector<std::uint8_t> json_ranks(const Enum& e) {
  std::vector<std::uint8_t> order;
  for (std::size_t i = 0; i < e.members.size(); ++i)
    order.push_back(static_cast<std::uint8_t>(i));
  std::sort(order.begin(), order.end(), [&](std::uint8_t a, std::uint8_t b) {
    return e.members[a].json.front() < e.members[b].json.front();
  });
  std::vector<std::uint8_t> rank(e.members.size());
  for (std::size_t i = 0; i < order.size(); ++i)
    rank[order[i]] = static_cast<std::uint8_t>(i);
  return rank;
}

/// The enum of a quorum literal's members, from what is expected or from a member that says it.
EnumId quorum_enum(Context& context, const Scope& scope, const ast::Expr& expr, TypeId expected) {
  const Type& type = type_of(context, expected);
  if (type.kind == TypeKind::quorum) return type.decl;
  for (const ast::ExprId item : expr.items) {
    const ast::Expr& member = context.tree.expr(item);
    if (member.kind != ast::ExprKind::field) continue;
    const EnumId id = enum_named(context, scope, member.a);
    if (id != kNoDecl) return id;
  }
  return kNoDecl;
}

/// The members of a quorum literal as a mask; nullopt after an error.
std::optional<std::uint16_t> quorum_members(Context& context, const Scope& scope,
                                            const ast::Expr& expr, EnumId id) {
  const TypeId member_type =
      context.model.types.intern(Type{.kind = TypeKind::enumeration, .decl = id});
  std::uint32_t mask = 0;
  bool ok = true;
  for (const ast::ExprId item : expr.items) {
    const Span span = context.tree.expr(item).span;
    const Checked member = check_value(context, scope, item, member_type, "a member of the quorum");
    const Value* value = constant_value(context, member);
    const Enum& e = context.model.types.enums[id];
    if (member.id == kNoExpr) {
      ok = false;
    } else if (value == nullptr) {
      report(context, DiagnosticKind::quorum_member_not_constant, span,
             {source_text(context, span)});
      ok = false;
    } else if (value->integer() >= e.known()) {
      report(context, DiagnosticKind::quorum_member_unknown, span);
      ok = false;
    } else if ((mask >> value->integer() & 1u) != 0) {
      report(context, DiagnosticKind::key_given_twice, span, {source_text(context, span)});
      ok = false;
    } else {
      mask |= 1u << value->integer();
    }
  }
  return ok ? std::optional(static_cast<std::uint16_t>(mask)) : std::nullopt;
}

}  // namespace

Checked check_list(Context& context, const Scope& scope, const ast::Expr& expr, TypeId expected) {
  const Type& wanted = type_of(context, expected);
  const bool set = wanted.kind == TypeKind::set;
  const TypeId element = element_hint(context, expected);
  if (expr.items.empty() && element == 0) {
    report(context, DiagnosticKind::empty_without_type, expr.span, {"[]"});
    return {};
  }
  Items items = check_items(context, scope, expr, element);
  return set ? finish_set(context, std::move(items), expr.span)
             : finish_list(context, std::move(items), expr.span);
}

Checked check_braces(Context& context, const Scope& scope, const ast::Expr& expr, TypeId expected) {
  const Type wanted = type_of(context, expected);
  if (!expr.items.empty())
    return finish_set(context, check_items(context, scope, expr, element_hint(context, expected)),
                      expr.span);
  switch (wanted.kind) {
    case TypeKind::set:
      return make_constant(context, set_of(context, wanted.element), {Collection{}}, expr.span);
    case TypeKind::list:
      return make_constant(context, list_of(context, wanted.element), {Collection{}}, expr.span);
    case TypeKind::map:
      return make_constant(context, core(context, expected), {Entries{}}, expr.span);
    case TypeKind::votes:
      return make_constant(context, core(context, expected), {Collection{}}, expr.span);
    case TypeKind::record: return make_record_of(context, scope, expr, core(context, expected));
    default: report(context, DiagnosticKind::empty_without_type, expr.span, {"{}"}); return {};
  }
}

Checked check_record(Context& context, const Scope& scope, const ast::Expr& expr, TypeId expected) {
  const Type wanted = type_of(context, expected);
  if (wanted.kind == TypeKind::record)
    return make_record_of(context, scope, expr, core(context, expected));
  if (wanted.kind == TypeKind::map)
    return make_map_of(context, scope, expr, wanted.key, wanted.element);
  Diagnostic& diagnostic = report(context, DiagnosticKind::record_without_type, expr.span);
  if (wanted.kind != TypeKind::error)
    diagnostic.help =
        "a value of type `" + context.model.types.text(core(context, expected)) + "` stands here";
  return {};
}

Checked check_map(Context& context, const Scope& scope, const ast::Expr& expr, TypeId expected) {
  const Type wanted = type_of(context, expected);
  if (wanted.kind == TypeKind::map)
    return make_map_of(context, scope, expr, wanted.key, wanted.element);
  if (wanted.kind == TypeKind::record) {
    const ast::Name& first = expr.fields.front().path.front();
    report(context, DiagnosticKind::fields_quoted, first.span,
           {context.model.types.records[wanted.decl].name})
        .help = "write `" + first.text + ": …`, and so for each field";
    return {};
  }
  return make_map_of(context, scope, expr, context.model.types.simple(TypeKind::string), 0);
}

Checked check_quorum(Context& context, const Scope& scope, const ast::Expr& expr, TypeId expected) {
  const bool automatic = expr.kind == ast::ExprKind::automatic;
  const EnumId id = quorum_enum(context, scope, expr, expected);
  if (id == kNoDecl) {
    report(context, DiagnosticKind::quorum_without_type, expr.span,
           {source_text(context, expr.span)})
        .help = automatic ? "`auto` is the empty quorum; it stands where a `quorum E` is expected"
                          : "say whose members they are in one of them: `Approver.ciso`";
    return {};
  }
  const TypeId type = context.model.types.intern(Type{.kind = TypeKind::quorum, .decl = id});
  Quorum quorum;
  if (!automatic) {
    const std::optional<std::uint16_t> members = quorum_members(context, scope, expr, id);
    if (!members) return {};
    const auto count = static_cast<std::int64_t>(expr.items.size());
    const std::int64_t need = expr.number == 0 ? count : expr.number;
    if (count == 0 || count > base::kMaxQuorumMembers || need > count) {
      report(context, DiagnosticKind::quorum_size, expr.span,
             {std::to_string(need), std::to_string(count)})
          .help = count == 0   ? "name who is asked: `one of { a, b }`"
                  : count > 12 ? "name at most 12 members"
                               : "write `" + std::to_string(count) + " of`, or name more members";
      return {};
    }
    quorum.clauses.push_back({static_cast<std::uint16_t>(need), *members});
    const std::vector<std::uint8_t> rank = json_ranks(context.model.types.enums[id]);
    quorum.clauses.resize(base::normalize(quorum.clauses.data(), quorum.clauses.size(), rank));
  }
  return make_constant(context, type, {std::move(quorum)}, expr.span);
}

}  // namespace writ::dsl::check
