#include "engine/compile/expr_code.hpp"

/// Expressions over collections: membership, loops, and what is built of several values.
namespace writ::engine::lowering {

using dsl::Expr;
using dsl::ExprId;
using dsl::ExprKind;
using dsl::TypeKind;

namespace {
constexpr std::uint32_t kRecordElements = 0x80000000u;
}  // namespace

bool ExprCode::is_mask(dsl::TypeId type) const {
  return types()[type].kind == TypeKind::set &&
         types()[types()[type].element].kind == TypeKind::enumeration;
}

std::uint32_t ExprCode::stride_of(dsl::TypeId collection) const {
  return is_mask(collection) ? 0 : layout_.stride(types()[collection].element);
}

std::uint32_t ExprCode::mask_constant(std::uint64_t bits) {
  auto [place, added] =
      masks_.try_emplace(bits, static_cast<std::uint32_t>(program_.constants.size()));
  if (added) {
    Constant constant;
    constant.kind = ConstantKind::mask;
    constant.i = static_cast<std::int64_t>(bits);
    program_.constants.push_back(constant);
  }
  return place->second;
}

std::uint32_t ExprCode::no_items_constant() {
  if (no_items_ == kNone) {
    Constant constant;
    constant.kind = ConstantKind::items;
    no_items_ = static_cast<std::uint32_t>(program_.constants.size());
    program_.constants.push_back(constant);
  }
  return no_items_;
}

/// A row like `type` but optional: build_add pushes exactly one value of it, whether it is present
/// or not.
std::uint32_t ExprCode::always_pushed(std::uint32_t type) {
  if (program_.types[type].optional) return type;
  auto [place, added] =
      always_pushed_.try_emplace(type, static_cast<std::uint32_t>(program_.types.size()));
  if (added) {
    TypeDesc row = program_.types[type];
    row.optional = true;
    program_.types.push_back(row);
  }
  return place->second;
}

/// A set of what may be written as a list.
Register ExprCode::as_set(ExprId id) {
  const dsl::Type& type = types()[model_.expr(id).type];
  const Register from = value(id);
  if (type.kind != TypeKind::list) return from;
  const Register target = code_.take();
  code_.emit(Opcode::list_to_set, target, from, 0, layout_.type(type.element));
  return target;
}

void ExprCode::compute_collection(const Expr& expr, Register target) {
  switch (expr.kind) {
    case ExprKind::in: in(expr, target); return;
    case ExprKind::subset:
      set_relation(expr, target, Opcode::subset_mask, Opcode::subset_set);
      return;
    case ExprKind::intersects:
      set_relation(expr, target, Opcode::intersects_mask, Opcode::intersects_set);
      return;
    case ExprKind::is_empty: unary(Opcode::is_empty, expr.a, target); return;
    case ExprKind::minimum: extreme(expr, target, Opcode::minimum); return;
    case ExprKind::maximum: extreme(expr, target, Opcode::maximum); return;
    case ExprKind::keys:
      unary(Opcode::keys, expr.a, target, layout_.type(model_.expr(expr.a).type));
      return;
    default: return;
  }
}

void ExprCode::in(const Expr& expr, Register target) {
  const dsl::TypeId id = model_.expr(expr.b).type;
  const dsl::Type type = types()[id];
  const bool networks = type.element != 0 && types()[type.element].kind == TypeKind::network;
  if (type.kind == TypeKind::network)
    binary(Opcode::in_network, expr.a, expr.b, target);
  else if (type.kind == TypeKind::map)
    binary(Opcode::in_keys, expr.a, expr.b, target, layout_.type(id));
  else if (networks)
    binary(Opcode::in_networks, expr.a, expr.b, target);
  else if (is_mask(id))
    binary(Opcode::in_mask, expr.a, expr.b, target);
  else
    binary(type.kind == TypeKind::list ? Opcode::in_list : Opcode::in_set, expr.a, expr.b, target,
           layout_.type(type.element));
}

void ExprCode::set_relation(const Expr& expr, Register target, Opcode masks, Opcode sets) {
  const dsl::TypeId element = types()[model_.expr(expr.a).type].element;
  const Register a = as_set(expr.a);
  const Register b = as_set(expr.b);
  if (types()[element].kind == TypeKind::enumeration)
    code_.emit(masks, target, a, b);
  else
    code_.emit(sets, target, a, b, layout_.type(element));
}

void ExprCode::extreme(const Expr& expr, Register target, Opcode op) {
  const dsl::TypeId element = types()[model_.expr(expr.a).type].element;
  // Members of an enum are compared in a mask.
  const bool members = types()[element].kind == TypeKind::enumeration;
  const Register from = members ? as_set(expr.a) : value(expr.a);
  code_.emit(op, target, from, 0, layout_.type(element));
}

// --- loops ---

Loop ExprCode::finish_loop_begin(Register collection, std::uint32_t stride, bool records,
                                 dsl::LocalId local, Register element) {
  Loop loop;
  loop.top = code_.label();
  loop.skip = code_.label();
  loop.done = code_.label();
  loop.iterator = code_.take();
  loop.position = code_.take();
  loop.element = element != kNoRegister ? element : code_.take();
  code_.emit(Opcode::iterate, loop.iterator, collection, 0, stride, loop.position);
  code_.place(loop.top);
  code_.emit_jump(Opcode::next, loop.done, loop.iterator, loop.element, loop.position,
                  records ? stride | kRecordElements : stride);
  if (local != dsl::kNoIndex) bind(local, loop.element, loop.position);
  return loop;
}

Loop ExprCode::begin_loop(Register collection, dsl::TypeId type, dsl::LocalId local,
                          Register element) {
  const bool records = types()[types()[type].element].kind == TypeKind::record;
  return finish_loop_begin(collection, stride_of(type), records, local, element);
}

Loop ExprCode::begin_mask_loop(Register mask, dsl::LocalId local, Register element) {
  return finish_loop_begin(mask, 0, false, local, element);
}

void ExprCode::end_loop(const Loop& loop) {
  code_.place(loop.skip);
  code_.emit_jump(Opcode::jump, loop.top);
  code_.place(loop.done);
}

Loop ExprCode::loop_over(const Expr& expr) {
  const Register collection = value(expr.a);
  return begin_loop(collection, model_.expr(expr.a).type, expr.index);
}

void ExprCode::skip_unless(ExprId condition, Label skip) {
  if (condition == dsl::kNoExpr) return;
  const RegisterScope scope(code_);
  code_.emit_jump(Opcode::jump_unless, skip, 0, value(condition));
}

void ExprCode::compute_loop(const Expr& expr, Register target) {
  switch (expr.kind) {
    case ExprKind::any:
    case ExprKind::all: any_all(expr, target); return;
    case ExprKind::only: only(expr, target); return;
    case ExprKind::count: count(expr, target); return;
    case ExprKind::set_for: set_for(expr, target); return;
    case ExprKind::votes_for: votes_for(expr, target); return;
    default: return;
  }
}

void ExprCode::any_all(const Expr& expr, Register target) {
  const bool any = expr.kind == ExprKind::any;
  const Label decided = code_.label();
  const Loop loop = loop_over(expr);
  into(expr.b, target);
  code_.emit_jump(any ? Opcode::jump_if : Opcode::jump_unless, decided, 0, target);
  end_loop(loop);
  integer_into(any ? 0 : 1, target);
  code_.place(decided);
}

void ExprCode::only(const Expr& expr, Register target) {
  const Label several = code_.label(), end = code_.label();
  code_.emit(Opcode::constant, target, 0, 0, layout_.constant_absent());
  const Register found = integer(0);
  const Loop loop = loop_over(expr);
  skip_unless(expr.b, loop.skip);
  code_.emit_jump(Opcode::jump_if, several, 0, found);
  code_.emit(Opcode::move, target, loop.element);
  integer_into(1, found);
  end_loop(loop);
  code_.emit_jump(Opcode::jump, end);
  code_.place(several);
  code_.emit(Opcode::constant, target, 0, 0, layout_.constant_absent());
  code_.place(end);
}

void ExprCode::count(const Expr& expr, Register target) {
  if (expr.b == dsl::kNoExpr) {
    unary(Opcode::count, expr.a, target);
    return;
  }
  integer_into(0, target);
  const Register one = integer(1);
  const Loop loop = loop_over(expr);
  skip_unless(expr.b, loop.skip);
  code_.emit(Opcode::add, target, target, one);
  end_loop(loop);
}

void ExprCode::set_for(const Expr& expr, Register target) {
  const bool mask = is_mask(expr.type);
  const Register mark = mask ? kNoRegister : code_.take();
  if (mask)
    code_.emit(Opcode::constant, target, 0, 0, mask_constant(0));
  else
    code_.emit(Opcode::build_begin, mark);
  const std::uint32_t element = layout_.type(types()[expr.type].element);
  const Loop loop = loop_over(expr);
  skip_unless(expr.c, loop.skip);
  const Register item = value(expr.b);
  if (mask)
    code_.emit(Opcode::mask_add, target, item);
  else
    code_.emit(Opcode::build_add, 0, item, 0, element);
  end_loop(loop);
  if (!mask) code_.emit(Opcode::build_set, target, mark, 0, element);
}

/// Pairs are pushed whole or not at all: a role or person that is absent gives no vote.
void ExprCode::votes_for(const Expr& expr, Register target) {
  const Register mark = code_.take();
  code_.emit(Opcode::build_begin, mark);
  const Loop loop = loop_over(expr);
  skip_unless(expr.c, loop.skip);
  const Register role = value(expr.b);
  const Register person = value(expr.d);
  const Register present = code_.take();
  for (Register part : {role, person}) {
    code_.emit(Opcode::is_present, present, part);
    code_.emit_jump(Opcode::jump_unless, loop.skip, 0, present);
  }
  code_.emit(Opcode::build_add, 0, role, 0, always_pushed(layout_.type(model_.expr(expr.b).type)));
  code_.emit(Opcode::build_add, 0, person, 0,
             always_pushed(layout_.type(model_.expr(expr.d).type)));
  end_loop(loop);
  code_.emit(Opcode::build_votes, target, mark, 0, layout_.enumeration(types()[expr.type].decl));
}

// --- building ---

void ExprCode::compute_building(const Expr& expr, Register target) {
  switch (expr.kind) {
    case ExprKind::make_set: make_set(expr, target); return;
    case ExprKind::make_list: make_list(expr, target); return;
    case ExprKind::make_record: make_record(expr, target); return;
    case ExprKind::make_map: make_map(expr, target); return;
    case ExprKind::table: table(expr, target); return;
    default: return;
  }
}

void ExprCode::make_set(const Expr& expr, Register target) {
  if (is_mask(expr.type)) {
    code_.emit(Opcode::constant, target, 0, 0, mask_constant(0));
    for (ExprId item : expr.items) {
      const RegisterScope scope(code_);
      code_.emit(Opcode::mask_add, target, value(item));
    }
    return;
  }
  build_items(expr, Opcode::build_set, target);
}

void ExprCode::make_list(const Expr& expr, Register target) {
  build_items(expr, Opcode::build_list, target);
}

/// Pushes the items and makes of them what `build` says.
void ExprCode::build_items(const Expr& expr, Opcode build, Register target) {
  const std::uint32_t element = layout_.type(types()[expr.type].element);
  const Register mark = code_.take();
  code_.emit(Opcode::build_begin, mark);
  for (ExprId item : expr.items) {
    const RegisterScope scope(code_);
    code_.emit(Opcode::build_add, 0, value(item), 0, element);
  }
  code_.emit(build, target, mark, 0, element);
}

void ExprCode::make_record(const Expr& expr, Register target) {
  const std::uint32_t record = layout_.record(types()[expr.type].decl);
  const Register mark = code_.take();
  code_.emit(Opcode::build_begin, mark);
  for (std::size_t i = 0; i < expr.items.size(); ++i) {
    const RegisterScope scope(code_);
    const Register item = value(expr.items[i]);
    const std::uint32_t field = program_.fields[program_.records[record].fields.first + i].type;
    code_.emit(Opcode::build_add, 0, item, 0, always_pushed(field));
  }
  code_.emit(Opcode::build_record, target, mark, 0, layout_.type(expr.type));
}

void ExprCode::make_map(const Expr& expr, Register target) {
  const std::uint32_t map = layout_.type(expr.type);
  const Register mark = code_.take();
  code_.emit(Opcode::build_begin, mark);
  for (std::size_t i = 0; i + 1 < expr.items.size(); i += 2) {
    const RegisterScope scope(code_);
    const Label skip = code_.label();
    const Register key = value(expr.items[i]);
    const Register entry = value(expr.items[i + 1]);
    const Register present = code_.take();
    for (Register part : {key, entry}) {
      code_.emit(Opcode::is_present, present, part);
      code_.emit_jump(Opcode::jump_unless, skip, 0, present);
    }
    const TypeDesc desc = program_.types[map];
    code_.emit(Opcode::build_add, 0, key, 0, always_pushed(desc.key));
    code_.emit(Opcode::build_add, 0, entry, 0, always_pushed(desc.element));
    code_.place(skip);
  }
  code_.emit(Opcode::build_map, target, mark, 0, map);
}

}  // namespace writ::engine::lowering
