#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dsl/model.hpp"

#include "engine/compile/code.hpp"
#include "engine/compile/memo_plan.hpp"
#include "engine/layout.hpp"

namespace writ::engine::lowering {

/// A loop under way: `next_element` is where each round begins and ends, `skip` leads to the next
/// round (forwards), `done` is behind the loop.
struct Loop {
  Label top, skip, done;
  Register iterator = kNoRegister, element = kNoRegister, position = kNoRegister;
};

/// Code for expressions. Every expression may be evaluated where the policy has not shown its
/// operands present (hoisted conditions, the search for instants): instructions take absent
/// operands as opcodes.inc says, and what is built of several cells is built so that an absent one
/// leaves its place.
class ExprCode {
 public:
  ExprCode(const dsl::Model& model, const dsl::Sources& sources, Program& program, Layout& layout,
           Code& code);

  /// The decision whose inputs and outputs expressions mean: the frame's cell of each input.
  void set_inputs(std::vector<std::uint32_t> slots) { input_slots_ = std::move(slots); }
  /// Memo cells to use from now on; nullptr: none.
  void use_memos(MemoPlan* memos) { memos_ = memos; }

  /// A register that holds the value: a bound name's own one, or a new one.
  Register value(dsl::ExprId id);
  void into(dsl::ExprId id, Register target);
  void constant_into(dsl::TypeId type, const dsl::Value& value, Register target);
  /// A new register with a constant.
  Register integer(std::int64_t value);
  void integer_into(std::int64_t value, Register target);
  /// A constant set of enum members; `bits` by member index.
  std::uint32_t mask_constant(std::uint64_t bits);
  /// A constant list or set (not of an enum) without items.
  std::uint32_t no_items_constant();

  void bind(dsl::LocalId local, Register value, Register position = kNoRegister);
  /// `local` means what `other` means.
  void bind_like(dsl::LocalId local, dsl::LocalId other) { bindings_[local] = bindings_[other]; }
  Register register_of(dsl::LocalId local) const { return bindings_[local].value; }
  /// Iterates over a collection of type `type`; the element goes to `element` (kNoRegister: a new
  /// one).
  Loop begin_loop(Register collection, dsl::TypeId type, dsl::LocalId local,
                  Register element = kNoRegister);
  /// Iterates over the members of an enum given as a mask.
  Loop begin_mask_loop(Register mask, dsl::LocalId local, Register element = kNoRegister);
  void end_loop(const Loop& loop);

  /// The frame's cell of an input or of a field below records of it; nullopt for anything else.
  std::optional<std::uint32_t> slot_of(dsl::ExprId id) const;
  /// 0 for a set of an enum (a mask), else 1 or the cells of a record.
  std::uint32_t stride_of(dsl::TypeId collection) const;
  dsl::TypeKind kind_of(dsl::ExprId id) const { return types()[model_.expr(id).type].kind; }
  bool is_mask(dsl::TypeId type) const;
  /// The enum of outcomes as a TypeDesc.
  std::uint32_t outcome_type();

 private:
  struct Binding {
    Register value = kNoRegister, position = kNoRegister;
  };

  const dsl::Types& types() const { return model_.types; }
  void compute(dsl::ExprId id, Register target);
  void compute_kind(const dsl::Expr& expr, Register target);
  void compute_reading(const dsl::Expr& expr, Register target);
  void compute_logic(const dsl::Expr& expr, Register target);
  void compute_number(const dsl::Expr& expr, Register target);
  void compute_string(const dsl::Expr& expr, Register target);
  void compute_collection(const dsl::Expr& expr, Register target);
  void compute_loop(const dsl::Expr& expr, Register target);
  void compute_building(const dsl::Expr& expr, Register target);
  void compute_quorum(const dsl::Expr& expr, Register target);

  void unary(Opcode op, dsl::ExprId a, Register target, std::uint32_t d = 0);
  void binary(Opcode op, dsl::ExprId a, dsl::ExprId b, Register target, std::uint32_t d = 0,
              std::uint32_t e = 0);
  void equal(const dsl::Expr& expr, Register target);
  void less(const dsl::Expr& expr, Register target, bool or_equal);
  void now_compare(const dsl::Expr& expr, Register target);
  void conditional(const dsl::Expr& expr, Register target);
  void in(const dsl::Expr& expr, Register target);
  void set_relation(const dsl::Expr& expr, Register target, Opcode masks, Opcode sets);
  void extreme(const dsl::Expr& expr, Register target, Opcode op);
  void any_all(const dsl::Expr& expr, Register target);
  void only(const dsl::Expr& expr, Register target);
  void count(const dsl::Expr& expr, Register target);
  void set_for(const dsl::Expr& expr, Register target);
  void votes_for(const dsl::Expr& expr, Register target);
  void make_set(const dsl::Expr& expr, Register target);
  void make_list(const dsl::Expr& expr, Register target);
  void build_items(const dsl::Expr& expr, Opcode build, Register target);
  void make_record(const dsl::Expr& expr, Register target);
  void make_map(const dsl::Expr& expr, Register target);
  void pointer(const dsl::Expr& expr, Register target);
  void table(const dsl::Expr& expr, Register target);
  void table_rows(const dsl::Table& table, std::uint32_t column, Register row, Register target);
  void table_rows_between(const std::vector<std::pair<std::size_t, dsl::ExprId>>& groups,
                          std::size_t first, std::size_t last, Register row, Register target,
                          Label done);
  std::uint32_t table_desc(std::uint32_t table);
  Register as_set(dsl::ExprId id);
  Loop loop_over(const dsl::Expr& expr);
  Loop finish_loop_begin(Register collection, std::uint32_t stride, bool records,
                         dsl::LocalId local, Register element);
  void skip_unless(dsl::ExprId condition, Label skip);
  std::uint32_t always_pushed(std::uint32_t type);
  bool may_be_absent(dsl::ExprId id) const;
  std::uint32_t glob(const std::vector<std::string>& pieces);

  const dsl::Model& model_;
  const dsl::Sources& sources_;
  Program& program_;
  Layout& layout_;
  Code& code_;
  MemoPlan* memos_ = nullptr;
  std::vector<std::uint32_t> input_slots_;
  std::vector<Binding> bindings_;
  std::map<std::uint64_t, std::uint32_t> masks_;
  std::map<std::uint32_t, std::uint32_t> always_pushed_;
  std::map<std::vector<std::string>, std::uint32_t> globs_;
  std::vector<std::uint32_t> tables_;
  std::uint32_t outcome_type_ = kNone;
  std::uint32_t no_items_ = kNone;
};

}  // namespace writ::engine::lowering
