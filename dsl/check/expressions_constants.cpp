#include <algorithm>

#include <re2/re2.h>

#include "base/calendar.hpp"
#include "base/decimal.hpp"
#include "base/text.hpp"

#include "dsl/check/expressions.hpp"

/// Constants: their order, their refinements, fixtures and `with`.
namespace writ::dsl::check {

namespace {

template <class T>
int order(const T& a, const T& b) {
  return a < b ? -1 : (b < a ? 1 : 0);
}

std::string number_text(TypeKind kind, std::int64_t number) {
  std::string out;
  switch (kind) {
    case TypeKind::decimal: base::append_decimal(out, number); break;
    case TypeKind::duration: base::append_duration(out, number); break;
    case TypeKind::time: base::append_instant(out, number); break;
    default: base::append_integer(out, number); break;
  }
  return out;
}

bool check_range(Context& context, Span span, const Type& type, std::int64_t number) {
  const bool plain_duration = type.kind == TypeKind::duration && type.high == INT64_MAX;
  if (!type.has_range && !plain_duration) return true;
  if (type.low <= number && number <= type.high) return true;
  Diagnostic& diagnostic = report(
      context, DiagnosticKind::value_out_of_range, span,
      {number_text(type.kind, number),
       type.has_range ? number_text(type.kind, type.low) + ".." + number_text(type.kind, type.high)
                      : "0s.."});
  if (!type.has_range)
    diagnostic.help = "durations are at least `0s` unless their type gives a range";
  return false;
}

bool check_size(Context& context, Span span, const Type& type, std::size_t size,
                std::string_view unit) {
  if (type.max_size == 0) return true;  // an unrefined type
  if (size >= type.min_size && (type.max_size == kUnbounded || size <= type.max_size)) return true;
  const bool small = size < type.min_size;
  report(context, DiagnosticKind::value_size, span,
         {std::to_string(size), std::string(unit), small ? "least" : "most",
          std::to_string(small ? type.min_size : type.max_size)});
  return false;
}

bool check_text_value(Context& context, Span span, const Type& type, const std::string& text) {
  if (!check_size(context, span, type, base::code_points(text), "characters")) return false;
  if (type.pattern == kNoPattern) return true;
  RE2::Options options;
  options.set_log_errors(false);
  const std::string& pattern = context.model.types.patterns[type.pattern];
  if (RE2::FullMatch(text, RE2(pattern, options))) return true;
  report(context, DiagnosticKind::value_pattern, span, {pattern});
  return false;
}

/// The written parts of a constant, so that the narrowest one is marked; none when it came from
/// elsewhere.
ast::ExprId written_field(const Context& context, ast::ExprId id, std::string_view name) {
  const ast::Expr& expr = context.tree.expr(id);
  if (expr.kind == ast::ExprKind::record)
    for (const ast::FieldInit& init : expr.fields)
      if (init.path.size() == 1 && init.path.front().text == name) return init.value;
  return ast::kNone;
}

bool check_items(Context& context, ast::ExprId id, Span span, TypeId element,
                 const Collection& items, bool same_order) {
  const ast::Expr& expr = context.tree.expr(id);
  const bool written = same_order && expr.items.size() == items.items.size();
  bool ok = true;
  for (std::size_t i = 0; i < items.items.size(); ++i)
    ok = check_refinements(context, written ? expr.items[i] : ast::kNone, span, element,
                           items.items[i]) &&
         ok;
  return ok;
}

/// No field is replaced twice, neither by itself nor as a part of another one.
bool require_apart(Context& context, const std::vector<ast::FieldInit>& inits) {
  bool ok = true;
  for (auto later = inits.begin(); later != inits.end(); ++later) {
    for (auto earlier = inits.begin(); earlier != later; ++earlier) {
      const std::size_t common = std::min(earlier->path.size(), later->path.size());
      const bool same =
          std::equal(later->path.begin(), later->path.begin() + static_cast<std::ptrdiff_t>(common),
                     earlier->path.begin(),
                     [](const ast::Name& a, const ast::Name& b) { return a.text == b.text; });
      if (!same) continue;
      const Span span{later->path.front().span.file, later->path.front().span.begin,
                      later->path[common - 1].span.end};
      report(context, DiagnosticKind::key_given_twice, span, {source_text(context, span)});
      ok = false;
      break;
    }
  }
  return ok;
}

/// Puts `init`'s value into the field that its path names.
bool replace_field(Context& context, const Scope& scope, const ast::FieldInit& init,
                   TypeId record_type, Value& root) {
  Value* place = &root;
  TypeId type = record_type;
  std::string path;
  for (const ast::Name& name : init.path) {
    if (kind_of(context, type) != TypeKind::record) {
      report(context, DiagnosticKind::no_fields, name.span,
             {path, context.model.types.text(core(context, type)), name.text});
      return false;
    }
    if (place->absent()) {
      report(context, DiagnosticKind::with_through_absent, name.span, {path}).help =
          "give the whole of `" + path + "`: `" + path + ": { … }`";
      return false;
    }
    const Record& record = context.model.types.records[type_of(context, type).decl];
    const auto field = std::find_if(record.fields.begin(), record.fields.end(),
                                    [&](const Field& f) { return f.name == name.text; });
    if (field == record.fields.end()) {
      std::vector<std::string> names;
      for (const Field& f : record.fields)
        names.push_back(f.name);
      report(context, DiagnosticKind::unknown_field, name.span, {record.name, name.text}).help =
          did_you_mean(name.text, names);
      return false;
    }
    type = field->type;
    place =
        &std::get<Fields>(place->v).values[static_cast<std::size_t>(field - record.fields.begin())];
    path += (path.empty() ? "" : ".") + name.text;
  }
  const std::optional<Value> value =
      check_constant(context, scope, init.value, type, "field `" + path + "`");
  if (value) *place = *value;
  return value.has_value();
}

}  // namespace

int compare_written(const Types& types, TypeId id, const Value& a, const Value& b) {
  const Type& type = types[id];
  if (a.absent() || b.absent()) return order(!a.absent(), !b.absent());
  switch (type.kind) {
    case TypeKind::string: return order(a.string(), b.string());
    case TypeKind::enumeration: {
      const Enum& e = types.enums[type.decl];
      if (e.ordered) return order(a.integer(), b.integer());
      return order(e.members[static_cast<std::size_t>(a.integer())].json.front(),
                   e.members[static_cast<std::size_t>(b.integer())].json.front());
    }
    case TypeKind::ip:
    case TypeKind::network: {
      const auto& x = std::get<base::IpNetwork>(a.v);
      const auto& y = std::get<base::IpNetwork>(b.v);
      const int by_address = order(x.address, y.address);
      return by_address != 0 ? by_address : order(x.prefix, y.prefix);
    }
    case TypeKind::boolean:
    case TypeKind::integer:
    case TypeKind::decimal:
    case TypeKind::duration:
    case TypeKind::time: return order(a.integer(), b.integer());
    default: return 0;
  }
}

Collection make_set_value(const Types& types, TypeId element, std::vector<Value> items) {
  std::stable_sort(items.begin(), items.end(), [&](const Value& a, const Value& b) {
    return compare_written(types, element, a, b) < 0;
  });
  items.erase(std::unique(items.begin(), items.end(),
                          [&](const Value& a, const Value& b) {
                            return compare_written(types, element, a, b) == 0;
                          }),
              items.end());
  return {std::move(items)};
}

bool check_refinements(Context& context, ast::ExprId id, Span span, TypeId type_id,
                       const Value& value) {
  const Type type = type_of(context, type_id);
  if (value.absent()) return true;
  if (id != ast::kNone) span = context.tree.expr(id).span;
  switch (type.kind) {
    case TypeKind::integer:
    case TypeKind::decimal:
    case TypeKind::duration:
    case TypeKind::time: return check_range(context, span, type, value.integer());
    case TypeKind::string: return check_text_value(context, span, type, value.string());
    case TypeKind::list:
    case TypeKind::set: {
      const Collection& items = std::get<Collection>(value.v);
      return check_size(context, span, type, items.items.size(), "elements") &&
             check_items(context, id, span, type.element, items, type.kind == TypeKind::list);
    }
    case TypeKind::map: {
      const Entries& entries = std::get<Entries>(value.v);
      bool ok = check_size(context, span, type, entries.items.size(), "entries");
      for (const auto& [key, item] : entries.items)
        ok = check_refinements(context, ast::kNone, span, type.key, key) &&
             check_refinements(context, ast::kNone, span, type.element, item) && ok;
      return ok;
    }
    case TypeKind::record: {
      const std::vector<Field> fields = context.model.types.records[type.decl].fields;
      const Fields& values = std::get<Fields>(value.v);
      bool ok = true;
      for (std::size_t i = 0; i < fields.size(); ++i)
        ok = check_refinements(context, written_field(context, id, fields[i].name), span,
                               fields[i].type, values.values[i]) &&
             ok;
      return ok;
    }
    default: return true;
  }
}

std::optional<Value> check_constant(Context& context, const Scope& scope, ast::ExprId id,
                                    TypeId expected, std::string_view what) {
  const Checked checked = check_value(context, scope, id, expected, what);
  if (checked.id == kNoExpr) return std::nullopt;
  const ast::Expr& expr = context.tree.expr(id);
  const Value* value = constant_value(context, checked);
  if (value == nullptr) {
    report(context, DiagnosticKind::not_constant, expr.span,
           {std::string(what), source_text(context, expr.span)});
    return std::nullopt;
  }
  const Value result = *value;
  if (expected != 0 && context.state.refinements &&
      !check_refinements(context, id, expr.span, expected, result))
    return std::nullopt;
  return result;
}

Checked check_fixture(Context& context, const std::string& key, Span span) {
  ExpressionState& state = context.state;
  if (const auto known = state.fixture_values.find(key); known != state.fixture_values.end()) {
    if (known->second == kNoExpr) return {};
    return {.id = known->second, .type = context.model.expr(known->second).type, .shown = {}};
  }
  const DeclRef ref = context.symbols.fixtures.at(key);
  const ast::FixtureDecl& fixture = context.tree.files[ref.file].fixtures[ref.index];
  if (std::find(state.open_fixtures.begin(), state.open_fixtures.end(), key) !=
      state.open_fixtures.end()) {
    report(context, DiagnosticKind::fixture_cycle, span, {fixture.name.text});
    return {};
  }
  const TypeId type = resolve_type(context, fixture.type);
  Scope scope;
  scope.data = false;
  scope.fixtures = true;
  state.open_fixtures.push_back(key);
  const std::optional<Value> value = type == 0
                                         ? std::nullopt
                                         : check_constant(context, scope, fixture.value, type,
                                                          "fixture `" + fixture.name.text + "`");
  state.open_fixtures.pop_back();
  Checked checked;
  if (value)
    checked =
        make_constant(context, context.model.types.unrefined(type), *value, fixture.name.span);
  state.fixture_values[key] = checked.id;
  return checked;
}

Checked check_with(Context& context, const Scope& scope, const ast::Expr& expr, TypeId expected) {
  if (!scope.fixtures) {
    report(context, DiagnosticKind::with_outside_tests,
           expr.op_span.end != 0 ? expr.op_span : expr.span);
    return {};
  }
  const Checked base = check_expr(context, scope, expr.a, expected);
  if (base.id == kNoExpr) return {};
  const Span base_span = context.tree.expr(expr.a).span;
  const Value* constant = constant_value(context, base);
  if (kind_of(context, base.type) != TypeKind::record) {
    report(context, DiagnosticKind::with_not_record, base_span,
           {source_text(context, base_span), context.model.types.text(core(context, base.type))});
    return {};
  }
  if (constant == nullptr || constant->absent()) {
    report(context, DiagnosticKind::not_constant, base_span,
           {"what `with` changes", source_text(context, base_span)});
    return {};
  }
  Value value = *constant;
  bool ok = require_apart(context, expr.fields);
  for (const ast::FieldInit& init : expr.fields)
    ok = replace_field(context, scope, init, core(context, base.type), value) && ok;
  return ok ? make_constant(context, core(context, base.type), std::move(value), expr.span)
            : Checked{};
}

}  // namespace writ::dsl::check
