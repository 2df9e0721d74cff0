#include "engine/compile/expr_code.hpp"

#include "base/decimal.hpp"

namespace writ::engine::lowering {

using dsl::Expr;
using dsl::ExprId;
using dsl::ExprKind;
using dsl::TypeKind;

ExprCode::ExprCode(const dsl::Model& model, const dsl::Sources& sources, Program& program,
                   Layout& layout, Code& code)
    : model_(model),
      sources_(sources),
      program_(program),
      layout_(layout),
      code_(code),
      bindings_(model.local_count),
      tables_(model.tables.size(), kNone) {}

void ExprCode::bind(dsl::LocalId local, Register value, Register position) {
  bindings_[local] = {value, position};
}

Register ExprCode::value(ExprId id) {
  const Expr& expr = model_.expr(id);
  if (expr.kind == ExprKind::local) return bindings_[expr.index].value;
  const Register target = code_.take();
  into(id, target);
  return target;
}

void ExprCode::into(ExprId id, Register target) {
  // Past a limit nothing is emitted any more, so there is nothing to walk for.
  if (code_.overflow()) return;
  const std::uint32_t memo = memos_ != nullptr ? memos_->cell(id) : kNone;
  if (memo == kNone) {
    compute(id, target);
    return;
  }
  const Label known = code_.label();
  code_.emit_branch(Opcode::memo_get, known, target, 0, 0, memo);
  compute(id, target);
  code_.emit(Opcode::memo_put, 0, target, 0, memo);
  code_.place(known);
}

void ExprCode::constant_into(dsl::TypeId type, const dsl::Value& value, Register target) {
  if (types()[type].kind != TypeKind::votes || value.absent()) {
    code_.emit(Opcode::constant, target, 0, 0, layout_.constant(type, value));
    return;
  }
  // The only constant votes are none.
  const RegisterScope scope(code_);
  const Register mark = code_.take();
  code_.emit(Opcode::build_begin, mark);
  code_.emit(Opcode::build_votes, target, mark, 0, layout_.enumeration(types()[type].decl));
}

void ExprCode::integer_into(std::int64_t value, Register target) {
  code_.emit(Opcode::constant, target, 0, 0, layout_.constant_integer(value));
}

Register ExprCode::integer(std::int64_t value) {
  const Register target = code_.take();
  integer_into(value, target);
  return target;
}

void ExprCode::compute(ExprId id, Register target) {
  const RegisterScope scope(code_);
  if (const auto slot = slot_of(id)) {
    code_.emit(Opcode::slot, target, 0, 0, *slot);
    return;
  }
  compute_kind(model_.expr(id), target);
}

/// Without a default, so that a new kind does not compile here until it has a place. Whoever is
/// given a kind that it does not know emits nothing, and the verifier refuses the program: it would
/// read a register that nothing wrote.
void ExprCode::compute_kind(const Expr& expr, Register target) {
  switch (expr.kind) {
    case ExprKind::none:
    case ExprKind::input: return;  // a slot of the frame
    case ExprKind::constant:
    case ExprKind::data:
    case ExprKind::local:
    case ExprKind::output:
    case ExprKind::output_key:
    case ExprKind::field:
    case ExprKind::map_get:
    case ExprKind::verdict_outcome:
    case ExprKind::verdict_needs:
    case ExprKind::verdict_granted:
    case ExprKind::verdict_held:
    case ExprKind::verdict_denied: return compute_reading(expr, target);
    case ExprKind::is_present:
    case ExprKind::or_else:
    case ExprKind::logical_not:
    case ExprKind::logical_and:
    case ExprKind::logical_or:
    case ExprKind::equal:
    case ExprKind::less:
    case ExprKind::less_equal:
    case ExprKind::now_compare:
    case ExprKind::conditional: return compute_logic(expr, target);
    case ExprKind::add:
    case ExprKind::subtract:
    case ExprKind::multiply:
    case ExprKind::divide:
    case ExprKind::modulo:
    case ExprKind::negate: return compute_number(expr, target);
    case ExprKind::starts_with:
    case ExprKind::ends_with:
    case ExprKind::contains:
    case ExprKind::like:
    case ExprKind::matches:
    case ExprKind::length:
    case ExprKind::lower:
    case ExprKind::trim:
    case ExprKind::pointer: return compute_string(expr, target);
    case ExprKind::in:
    case ExprKind::subset:
    case ExprKind::intersects:
    case ExprKind::is_empty:
    case ExprKind::minimum:
    case ExprKind::maximum:
    case ExprKind::keys: return compute_collection(expr, target);
    case ExprKind::any:
    case ExprKind::all:
    case ExprKind::only:
    case ExprKind::count:
    case ExprKind::set_for:
    case ExprKind::votes_for: return compute_loop(expr, target);
    case ExprKind::make_set:
    case ExprKind::make_list:
    case ExprKind::make_record:
    case ExprKind::make_map:
    case ExprKind::table: return compute_building(expr, target);
    case ExprKind::both:
    case ExprKind::quorum_implies:
    case ExprKind::satisfied:
    case ExprKind::missing: return compute_quorum(expr, target);
  }
}

std::optional<std::uint32_t> ExprCode::slot_of(ExprId id) const {
  const Expr& expr = model_.expr(id);
  if (expr.kind == ExprKind::input) return input_slots_[expr.index];
  if (expr.kind != ExprKind::field) return std::nullopt;
  const auto record = slot_of(expr.a);
  if (!record) return std::nullopt;
  // The record's header comes before its cells.
  return *record + 1 + layout_.field_offset(types()[model_.expr(expr.a).type].decl, expr.index);
}

void ExprCode::unary(Opcode op, ExprId a, Register target, std::uint32_t d) {
  const Register operand = value(a);
  code_.emit(op, target, operand, 0, d);
}

void ExprCode::binary(Opcode op, ExprId a, ExprId b, Register target, std::uint32_t d,
                      std::uint32_t e) {
  const Register left = value(a);
  const Register right = value(b);
  code_.emit(op, target, left, right, d, e);
}

void ExprCode::compute_reading(const Expr& expr, Register target) {
  switch (expr.kind) {
    case ExprKind::constant: constant_into(expr.type, expr.value, target); return;
    case ExprKind::data: code_.emit(Opcode::data, target, 0, 0, expr.index); return;
    case ExprKind::local: code_.emit(Opcode::move, target, bindings_[expr.index].value); return;
    case ExprKind::output: code_.emit(Opcode::output, target, 0, 0, expr.index); return;
    case ExprKind::output_key: unary(Opcode::output_at, expr.a, target, expr.index); return;
    case ExprKind::field:
      unary(Opcode::field, expr.a, target,
            layout_.field_offset(types()[model_.expr(expr.a).type].decl, expr.index));
      return;
    case ExprKind::map_get:
      binary(Opcode::map_get, expr.a, expr.b, target, layout_.type(model_.expr(expr.a).type));
      return;
    case ExprKind::verdict_outcome: into(expr.a, target); return;
    case ExprKind::verdict_needs: {
      const Expr& verdict = model_.expr(expr.a);
      if (verdict.kind == ExprKind::output_key)
        unary(Opcode::output_needs_at, verdict.a, target, verdict.index);
      else
        code_.emit(Opcode::output_needs, target, 0, 0, verdict.index);
      return;
    }
    case ExprKind::verdict_granted:
      code_.emit(Opcode::output_keys, target, 0, 0, expr.index, 0);
      return;
    case ExprKind::verdict_held:
      code_.emit(Opcode::output_keys, target, 0, 0, expr.index, 1);
      return;
    case ExprKind::verdict_denied:
      code_.emit(Opcode::output_keys, target, 0, 0, expr.index, 2);
      return;
    default: return;
  }
}

void ExprCode::compute_logic(const Expr& expr, Register target) {
  const Label end = code_.label();
  switch (expr.kind) {
    case ExprKind::is_present: unary(Opcode::is_present, expr.a, target); return;
    case ExprKind::or_else: {
      into(expr.a, target);
      const Register present = code_.take();
      code_.emit(Opcode::is_present, present, target);
      code_.emit_jump(Opcode::jump_if, end, 0, present);
      into(expr.b, target);
      code_.place(end);
      return;
    }
    case ExprKind::logical_not: unary(Opcode::logical_not, expr.a, target); return;
    case ExprKind::logical_and:
    case ExprKind::logical_or:
      into(expr.a, target);
      code_.emit_jump(expr.kind == ExprKind::logical_and ? Opcode::jump_unless : Opcode::jump_if,
                      end, 0, target);
      into(expr.b, target);
      code_.place(end);
      return;
    case ExprKind::equal: equal(expr, target); return;
    case ExprKind::less: less(expr, target, false); return;
    case ExprKind::less_equal: less(expr, target, true); return;
    case ExprKind::now_compare: now_compare(expr, target); return;
    case ExprKind::conditional: conditional(expr, target); return;
    default: return;
  }
}

void ExprCode::conditional(const Expr& expr, Register target) {
  const Label otherwise = code_.label(), end = code_.label();
  {
    const RegisterScope scope(code_);
    code_.emit_jump(Opcode::jump_unless, otherwise, 0, value(expr.a));
  }
  into(expr.b, target);
  code_.emit_jump(Opcode::jump, end);
  code_.place(otherwise);
  into(expr.c, target);
  code_.place(end);
}

void ExprCode::equal(const Expr& expr, Register target) {
  const dsl::TypeId type = model_.expr(expr.a).type;
  switch (types()[type].kind) {
    case TypeKind::string:
    case TypeKind::ip: binary(Opcode::equal_string, expr.a, expr.b, target); return;
    case TypeKind::set:
      if (is_mask(type)) break;
      [[fallthrough]];
    case TypeKind::list:
    case TypeKind::map:
    case TypeKind::record:
    case TypeKind::quorum:
      binary(Opcode::equal_value, expr.a, expr.b, target, layout_.type(type));
      return;
    default: break;
  }
  binary(Opcode::equal_integer, expr.a, expr.b, target);
}

void ExprCode::less(const Expr& expr, Register target, bool or_equal) {
  if (kind_of(expr.a) == TypeKind::string)
    binary(or_equal ? Opcode::less_equal_string : Opcode::less_string, expr.a, expr.b, target);
  else
    binary(or_equal ? Opcode::less_equal_integer : Opcode::less_integer, expr.a, expr.b, target);
}

void ExprCode::now_compare(const Expr& expr, Register target) {
  const Register a = value(expr.a);
  const Register b = expr.shape == dsl::NowShape::now ? 0 : value(expr.b);
  code_.emit(Opcode::compare_now, target, a, b, static_cast<std::uint32_t>(expr.compare),
             static_cast<std::uint32_t>(expr.shape));
}

void ExprCode::compute_number(const Expr& expr, Register target) {
  const auto scale = [&] {
    const bool decimals =
        kind_of(expr.a) == TypeKind::decimal && kind_of(expr.b) == TypeKind::decimal;
    return static_cast<std::uint32_t>(decimals ? base::kDecimalOne : 1);
  };
  switch (expr.kind) {
    case ExprKind::add: binary(Opcode::add, expr.a, expr.b, target); return;
    case ExprKind::subtract: binary(Opcode::subtract, expr.a, expr.b, target); return;
    case ExprKind::multiply: binary(Opcode::multiply, expr.a, expr.b, target, scale()); return;
    case ExprKind::divide: binary(Opcode::divide, expr.a, expr.b, target, scale()); return;
    case ExprKind::modulo: binary(Opcode::modulo, expr.a, expr.b, target); return;
    case ExprKind::negate: unary(Opcode::negate, expr.a, target); return;
    default: return;
  }
}

std::uint32_t ExprCode::glob(const std::vector<std::string>& pieces) {
  auto [place, added] =
      globs_.try_emplace(pieces, static_cast<std::uint32_t>(program_.globs.size()));
  if (added) program_.globs.push_back(layout_.names(pieces));
  return place->second;
}

void ExprCode::compute_string(const Expr& expr, Register target) {
  switch (expr.kind) {
    case ExprKind::starts_with: binary(Opcode::starts_with, expr.a, expr.b, target); return;
    case ExprKind::ends_with: binary(Opcode::ends_with, expr.a, expr.b, target); return;
    case ExprKind::contains: binary(Opcode::contains, expr.a, expr.b, target); return;
    case ExprKind::like: unary(Opcode::like, expr.a, target, glob(expr.glob)); return;
    case ExprKind::matches:
      unary(Opcode::matches, expr.a, target, layout_.pattern(types().patterns[expr.index]));
      return;
    case ExprKind::length: unary(Opcode::length, expr.a, target); return;
    case ExprKind::lower: unary(Opcode::lower, expr.a, target); return;
    case ExprKind::trim: unary(Opcode::trim, expr.a, target); return;
    case ExprKind::pointer: pointer(expr, target); return;
    default: return;
  }
}

void ExprCode::pointer(const Expr& expr, Register target) {
  const Register mark = code_.take();
  code_.emit(Opcode::text_begin, mark);
  for (const dsl::PointerStep& step : expr.pointer_steps) {
    if (step.local != dsl::kNoIndex)
      code_.emit(Opcode::text_position, 0, bindings_[step.local].position);
    else
      code_.emit(Opcode::text_literal, 0, 0, 0, layout_.constant_string(step.text));
  }
  code_.emit(Opcode::text_end, target, mark);
}

void ExprCode::compute_quorum(const Expr& expr, Register target) {
  switch (expr.kind) {
    case ExprKind::both:
      binary(Opcode::quorum_both, expr.a, expr.b, target, 0,
             layout_.enumeration(types()[expr.type].decl));
      return;
    case ExprKind::quorum_implies: binary(Opcode::quorum_implies, expr.a, expr.b, target); return;
    case ExprKind::satisfied:
    case ExprKind::missing: {
      const bool votes = kind_of(expr.b) == TypeKind::votes;
      const Register quorum = value(expr.a);
      const Register given = votes ? value(expr.b) : as_set(expr.b);
      Opcode op = votes ? Opcode::satisfied_votes : Opcode::satisfied_set;
      if (expr.kind == ExprKind::missing) op = votes ? Opcode::missing_votes : Opcode::missing_set;
      code_.emit(op, target, quorum, given);
      return;
    }
    default: return;
  }
}

std::uint32_t ExprCode::outcome_type() {
  if (outcome_type_ == kNone) {
    TypeDesc type;
    type.kind = Kind::enumeration;
    type.decl = layout_.enumeration(model_.outcome_enum);
    outcome_type_ = static_cast<std::uint32_t>(program_.types.size());
    program_.types.push_back(type);
  }
  return outcome_type_;
}

}  // namespace writ::engine::lowering
