#include <algorithm>

#include "base/decimal.hpp"

#include "engine/verify/flow.hpp"

/// What each instruction needs and gives, in the order of opcodes.inc.
namespace writ::engine::proof {

DecisionFacts::DecisionFacts(const Program& program_in, const DecisionDesc& decision_in,
                             Shapes& shapes_in, Effort& effort_in)
    : program(program_in), decision(decision_in), shapes(shapes_in), effort(effort_in) {
  for (std::uint32_t i = 0; i < decision.inputs.count; ++i) {
    const ShapeId shape = shapes.type(program.inputs[decision.inputs.first + i].type);
    slots.push_back(shape);
    if (shapes.kind(shape) == ShapeKind::record)
      slots.insert(slots.end(), shapes[shape].cells.begin(), shapes[shape].cells.end());
  }
  memos.assign(decision.memos, kNothing);
}

ShapeId DecisionFacts::output_shape(const OutputDesc& output) {
  return shapes.type(output.type);
}

ShapeId DecisionFacts::items_of(std::uint32_t element) {
  const ShapeId shape = shapes.type(element);
  if (shapes.kind(shape) == ShapeKind::record)
    return shapes.intern({ShapeKind::items, 0, std::vector<ShapeId>(shapes[shape].cells)});
  return shapes.intern({ShapeKind::items, 0, {shape}});
}

ShapeId DecisionFacts::set_of(std::uint32_t element) {
  const ShapeId shape = shapes.type(element);
  if (program.types[element].kind == Kind::enumeration)
    return shapes.simple(ShapeKind::mask, shapes[shape].bound);
  return items_of(element);
}

bool Effects::is(std::uint32_t reg, ShapeKind kind) const {
  const ShapeKind given = at(reg).kind;
  return given == kind || given == ShapeKind::nothing;
}

bool Effects::number(std::uint32_t reg) const {
  return is(reg, ShapeKind::integer) || is(reg, ShapeKind::member);
}

/// Whether its cell counts what it holds.
bool Effects::sized(std::uint32_t reg) const {
  switch (at(reg).kind) {
    case ShapeKind::nothing:
    case ShapeKind::string:
    case ShapeKind::mask:
    case ShapeKind::items:
    case ShapeKind::map:
    case ShapeKind::quorum:
    case ShapeKind::votes: return true;
    default: return false;
  }
}

bool Effects::allowed(Opcode op) const {
  switch (op) {
    case Opcode::dispatch:
    case Opcode::rule_begin:
    case Opcode::rule_end:
    case Opcode::condition:
    case Opcode::start:
    case Opcode::start_at:
    case Opcode::fire:
    case Opcode::waived:
    case Opcode::contribute:
    case Opcode::contribute_relative:
    case Opcode::fire_end: return section_ == SectionKind::schedule;
    case Opcode::finish:
    case Opcode::domain:
    case Opcode::derive:
    case Opcode::derive_at:
      return section_ == SectionKind::schedule || section_ == SectionKind::fail_closed;
    case Opcode::horizon: return section_ == SectionKind::horizon;
    // Without a decision there is no data.
    case Opcode::data: return section_ != SectionKind::fail_closed;
    case Opcode::memo_get:
    case Opcode::memo_put: return section_ != SectionKind::fail_closed;
    default: return true;
  }
}

std::string Effects::apply(const Instruction& in, State& state) {
  state_ = &state;
  const auto op = static_cast<Opcode>(in.op);
  if (!allowed(op)) return "an instruction stands in a section that it does not belong to";
  if (op <= Opcode::move) return apply_moving(in);
  if (op <= Opcode::end) return apply_control(in);
  if (op <= Opcode::trim) return apply_scalar(in);
  if (op <= Opcode::mask_add) return apply_collection(in);
  if (op <= Opcode::list_to_set) return apply_building(in);
  if (op <= Opcode::text_end) return apply_quorum_or_text(in);
  return apply_output(in);
}

std::string Effects::apply_moving(const Instruction& in) {
  Shapes& shapes = facts_.shapes;
  const bool reads_output = in.op >= static_cast<std::uint16_t>(Opcode::output) &&
                            in.op <= static_cast<std::uint16_t>(Opcode::output_keys);
  const OutputDesc none;
  const OutputDesc& output = reads_output ? facts_.output(in.d) : none;
  const std::uint32_t members =
      output.members == kNone ? 0 : facts_.program.enums[output.members].members.count;
  const bool verdict = output.kind == OutputKind::verdict;
  switch (static_cast<Opcode>(in.op)) {
    case Opcode::constant: return put(in.a, shapes.constant(in.d));
    case Opcode::slot: return put(in.a, facts_.slots[in.d]);
    case Opcode::data: return put(in.a, shapes.type(facts_.program.data[in.d].type));
    case Opcode::output: return output.per ? wrong() : put(in.a, facts_.output_shape(output));
    case Opcode::output_needs:
      return put_if(verdict && !output.per, in.a, ShapeKind::quorum, members);
    case Opcode::output_at:
      if (!output.per || !fits(in.b, facts_.key_shape(output))) return wrong();
      return put(in.a, facts_.output_shape(output));
    case Opcode::output_needs_at:
      if (!output.per || !fits(in.b, facts_.key_shape(output))) return wrong();
      return put_if(verdict, in.a, ShapeKind::quorum, members);
    case Opcode::output_keys:
      if (!output.per || !verdict || in.e > 2) return wrong();
      return put(in.a, facts_.set_of(output.key_type));
    case Opcode::field: return apply_field(in);
    case Opcode::move: return put(in.a, state_->registers[in.b]);
    default: return not_known();
  }
}

std::string Effects::apply_field(const Instruction& in) {
  const Shape& record = at(in.b);
  if (record.kind == ShapeKind::nothing) return put(in.a, kNothing);
  if (record.kind != ShapeKind::record || in.d >= record.cells.size()) return wrong();
  return put(in.a, record.cells[in.d]);
}

std::string Effects::apply_iterate(const Instruction& in) {
  const Shape from = at(in.b);
  Shape iterator{ShapeKind::items_iterator, 0, {}};
  if (in.d == 0) {
    if (from.kind != ShapeKind::mask && from.kind != ShapeKind::nothing) return wrong();
    iterator = {ShapeKind::mask_iterator, from.bound, {}};
  } else {
    if (from.kind != ShapeKind::items && from.kind != ShapeKind::nothing) return wrong();
    if (!from.cells.empty() && from.cells.size() != in.d) return wrong();
    iterator.cells = from.cells;
  }
  put(in.a, facts_.shapes.intern(std::move(iterator)));
  return put(in.e, ShapeKind::integer);
}

/// Where the two ways out of an instruction differ (next, memo_get), and where control goes, see
/// SectionFlow.
std::string Effects::apply_control(const Instruction& in) {
  switch (static_cast<Opcode>(in.op)) {
    case Opcode::jump_if:
    case Opcode::jump_unless: return number(in.b) ? std::string() : wrong();
    case Opcode::condition: {
      return number(in.b) && in.c <= 1 ? std::string() : wrong();
    }
    case Opcode::iterate: return apply_iterate(in);
    case Opcode::dispatch: {
      const bool alone =
          state_->index == kNone && state_->firing == kNone && state_->scratch.empty();
      return alone ? std::string() : "rule blocks are run within a rule";
    }
    case Opcode::rule_begin:
    case Opcode::rule_end: {
      if (state_->firing != kNone || !state_->scratch.empty())
        return "a rule begins or ends within a firing";
      // Rules leave nothing to each other.
      std::fill(state_->registers.begin(), state_->registers.end(), kUnset);
      return {};
    }
    case Opcode::memo_put: {
      ShapeId& memo = facts_.memos[in.d];
      const ShapeId joined = facts_.shapes.join(memo, state_->registers[in.b]);
      if (joined == kUnset) return "a memo cell holds values of different kinds";
      facts_.memos_changed = facts_.memos_changed || joined != memo;
      memo = joined;
      return {};
    }
    case Opcode::end: return apply_end();
    case Opcode::jump:
    case Opcode::next:
    case Opcode::memo_get: return {};
    default: return not_known();
  }
}

std::string Effects::apply_end() {
  if (state_->index != kNone || state_->firing != kNone || !state_->scratch.empty())
    return "the section ends within a rule block, a firing or a value being built";
  const ShapeId result = state_->registers[0];
  if (section_ == SectionKind::text && (result == kUnset || !is(0, ShapeKind::string)))
    return "a text section leaves no text in register 0";
  if (section_ == SectionKind::probe && (result == kUnset || !number(0)))
    return "a probe leaves no answer in register 0";
  return {};
}

std::string Effects::apply_scalar(const Instruction& in) {
  const auto numbers = [&] { return number(in.b) && number(in.c); };
  const auto strings = [&] { return is(in.b, ShapeKind::string) && is(in.c, ShapeKind::string); };
  const auto scaled = [&] { return in.d == 1 || in.d == base::kDecimalOne; };
  const auto number_or_mask = [&](std::uint32_t reg) {
    return number(reg) || is(reg, ShapeKind::mask);
  };
  const auto bytes = [&](std::uint32_t reg) {
    return is(reg, ShapeKind::string) || is(reg, ShapeKind::ip);
  };
  switch (static_cast<Opcode>(in.op)) {
    case Opcode::is_present:
    case Opcode::window: return put(in.a, ShapeKind::integer);
    case Opcode::logical_not:
    case Opcode::negate: return put_if(number(in.b), in.a, ShapeKind::integer);
    case Opcode::equal_integer:
      return put_if(number_or_mask(in.b) && number_or_mask(in.c), in.a, ShapeKind::integer);
    case Opcode::equal_string: return put_if(bytes(in.b) && bytes(in.c), in.a, ShapeKind::integer);
    case Opcode::equal_value: {
      const ShapeId type = facts_.shapes.type(in.d);
      return put_if(fits(in.b, type) && fits(in.c, type), in.a, ShapeKind::integer);
    }
    case Opcode::compare_now:
      return put_if(in.d <= 5 && in.e <= 2 && number(in.b) && (in.e == 0 || number(in.c)), in.a,
                    ShapeKind::integer);
    case Opcode::less_integer:
    case Opcode::less_equal_integer:
    case Opcode::add:
    case Opcode::subtract:
    case Opcode::modulo: return put_if(numbers(), in.a, ShapeKind::integer);
    case Opcode::multiply:
    case Opcode::divide: return put_if(numbers() && scaled(), in.a, ShapeKind::integer);
    case Opcode::less_string:
    case Opcode::less_equal_string:
    case Opcode::starts_with:
    case Opcode::ends_with:
    case Opcode::contains: return put_if(strings(), in.a, ShapeKind::integer);
    case Opcode::like:
    case Opcode::matches:
    case Opcode::length: return put_if(is(in.b, ShapeKind::string), in.a, ShapeKind::integer);
    case Opcode::lower:
    case Opcode::trim: return put_if(is(in.b, ShapeKind::string), in.a, ShapeKind::string);
    default: return not_known();
  }
}

std::string Effects::apply_extreme(const Instruction& in) {
  const ShapeId element = facts_.shapes.type(in.d);
  if (facts_.shapes.kind(element) == ShapeKind::record || !fits(in.b, facts_.set_of(in.d)))
    return wrong();
  return put(in.a, element);
}

std::string Effects::apply_collection(const Instruction& in) {
  const auto masks = [&] { return is(in.b, ShapeKind::mask) && is(in.c, ShapeKind::mask); };
  const auto answer = [&](bool right) { return put_if(right, in.a, ShapeKind::integer); };
  const auto is_map = [&](std::uint32_t reg) {
    return facts_.program.types[in.d].kind == Kind::map && fits(reg, facts_.shapes.type(in.d));
  };
  const ShapeId network = facts_.shapes.simple(ShapeKind::network);
  switch (static_cast<Opcode>(in.op)) {
    case Opcode::is_empty:
    case Opcode::count: return answer(sized(in.b));
    case Opcode::in_mask: return answer(is(in.b, ShapeKind::member) && is(in.c, ShapeKind::mask));
    case Opcode::in_set:
    case Opcode::in_list:
      return answer(fits(in.b, facts_.shapes.type(in.d)) && fits(in.c, facts_.items_of(in.d)));
    case Opcode::in_keys:
      return answer(is_map(in.c) && fits(in.b, facts_.shapes.type(facts_.program.types[in.d].key)));
    case Opcode::in_networks:
      return answer(is(in.b, ShapeKind::ip) &&
                    fits(in.c, facts_.shapes.intern({ShapeKind::items, 0, {network}})));
    case Opcode::in_network: return answer(is(in.b, ShapeKind::ip) && is(in.c, ShapeKind::network));
    case Opcode::subset_mask:
    case Opcode::intersects_mask: return answer(masks());
    case Opcode::subset_set:
    case Opcode::intersects_set:
      return answer(fits(in.b, facts_.items_of(in.d)) && fits(in.c, facts_.items_of(in.d)));
    case Opcode::minimum:
    case Opcode::maximum: return apply_extreme(in);
    case Opcode::keys:
      return is_map(in.b) ? put(in.a, facts_.set_of(facts_.program.types[in.d].key)) : wrong();
    case Opcode::map_get: {
      if (!is_map(in.b)) return wrong();
      const TypeDesc& map = facts_.program.types[in.d];
      if (!fits(in.c, facts_.shapes.type(map.key))) return wrong();
      return put(in.a, facts_.shapes.type(map.element));
    }
    case Opcode::mask_add: {
      if (!is(in.a, ShapeKind::mask) || !is(in.b, ShapeKind::member)) return wrong();
      return put(in.a, ShapeKind::mask, std::max(at(in.a).bound, at(in.b).bound));
    }
    default: return not_known();
  }
}

void add_push(Shapes& shapes, Pushed& pushed, ShapeId shape, bool certain) {
  pushed.all = shapes.join(pushed.all, shape);
  pushed.certain = pushed.certain && certain;
  if (!pushed.certain) return;
  pushed.partial.push_back(shape);
  if (pushed.partial.size() != pushed.period.size()) return;
  for (std::size_t i = 0; i < pushed.period.size(); ++i) {
    pushed.period[i] = shapes.join(pushed.period[i], pushed.partial[i]);
    if (pushed.period[i] == kUnset) pushed.certain = false;
  }
  pushed.partial.clear();
}

std::string Effects::apply_push(const Instruction& in) {
  const ShapeId type = facts_.shapes.type(in.d);
  if (state_->scratch.empty() || !fits(in.b, type)) return wrong();
  add_push(facts_.shapes, state_->scratch.back(), type, facts_.program.types[in.d].optional);
  return {};
}

/// Marks close in the reverse order of their opening.
bool Effects::pop_pushed(std::uint32_t mark, Pushed& pushed) {
  if (state_->scratch.empty() || at(mark).kind != ShapeKind::scratch_mark ||
      at(mark).bound + 1 != state_->scratch.size())
    return false;
  pushed = std::move(state_->scratch.back());
  state_->scratch.pop_back();
  return true;
}

std::string Effects::apply_building(const Instruction& in) {
  Shapes& shapes = facts_.shapes;
  Pushed pushed;
  switch (static_cast<Opcode>(in.op)) {
    case Opcode::build_begin: {
      const auto depth = static_cast<std::uint32_t>(state_->scratch.size());
      if (depth >= static_cast<std::uint32_t>(kMaxDepth) * 4) return "values nest too deeply";
      state_->scratch.emplace_back();
      return put(in.a, ShapeKind::scratch_mark, depth);
    }
    case Opcode::build_add: return apply_push(in);
    case Opcode::build_set:
    case Opcode::build_list:
      // A set of an enum is a mask, which is not built of cells.
      if (!pop_pushed(in.b, pushed) || !shapes.fits(pushed.all, shapes.type(in.d))) return wrong();
      return put(in.a, facts_.items_of(in.d));
    case Opcode::build_map: {
      const TypeDesc& map = facts_.program.types[in.d];
      if (!pop_pushed(in.b, pushed) || map.kind != Kind::map || !pushed.certain ||
          !pushed.partial.empty())
        return wrong();
      const bool pairs =
          pushed.period.empty() ||
          (pushed.period.size() == 2 && shapes.fits(pushed.period[0], shapes.type(map.key)) &&
           shapes.fits(pushed.period[1], shapes.type(map.element)));
      return pairs ? put(in.a, shapes.type(in.d)) : wrong();
    }
    case Opcode::build_record: {
      const TypeDesc& type = facts_.program.types[in.d];
      if (!pop_pushed(in.b, pushed) || type.kind != Kind::record || !pushed.certain ||
          !pushed.period.empty())
        return wrong();
      const Run fields = facts_.program.records[type.decl].fields;
      if (pushed.partial.size() != fields.count) return wrong();
      for (std::uint32_t i = 0; i < fields.count; ++i)
        if (!shapes.fits(pushed.partial[i],
                         shapes.type(facts_.program.fields[fields.first + i].type)))
          return wrong();
      return put(in.a, shapes.type(in.d));
    }
    case Opcode::list_to_set:
      return fits(in.b, facts_.items_of(in.d)) ? put(in.a, facts_.set_of(in.d)) : wrong();
    default: return not_known();
  }
}

std::string Effects::apply_table(const Instruction& in) {
  const Program& p = facts_.program;
  const TableDesc& table = p.tables[in.d];
  if (in.b + table.columns > state_->registers.size()) return "a table reads no registers";
  for (std::uint32_t c = 0; c < table.columns; ++c) {
    const std::uint32_t reg = in.b + c;
    if (state_->registers[reg] == kUnset)
      return "a register is read that may not have been written";
    for (std::uint32_t r = 0; r < table.rows.count; ++r) {
      const TableRowDesc& row = p.table_rows[table.rows.first + r];
      const CellPattern& pattern = p.cell_patterns[row.cells.first + c];
      if ((pattern.ranges.count != 0 && !number(reg)) ||
          (pattern.strings.count != 0 && !is(reg, ShapeKind::string)))
        return wrong();
    }
  }
  return put(in.a, ShapeKind::integer);
}

std::string Effects::apply_quorum_or_text(const Instruction& in) {
  const auto quorum = [&] { return is(in.b, ShapeKind::quorum); };
  switch (static_cast<Opcode>(in.op)) {
    case Opcode::table_row: return apply_table(in);
    case Opcode::quorum_both: {
      const std::uint32_t members = facts_.program.enums[in.e].members.count;
      const std::uint32_t bound = std::max(at(in.b).bound, at(in.c).bound);
      return put_if(quorum() && is(in.c, ShapeKind::quorum) && bound <= members, in.a,
                    ShapeKind::quorum, bound);
    }
    case Opcode::quorum_implies:
      return put_if(quorum() && is(in.c, ShapeKind::quorum), in.a, ShapeKind::integer);
    case Opcode::satisfied_set:
      return put_if(quorum() && is(in.c, ShapeKind::mask), in.a, ShapeKind::integer);
    case Opcode::satisfied_votes:
      return put_if(quorum() && is(in.c, ShapeKind::votes), in.a, ShapeKind::integer);
    case Opcode::missing_set:
      return put_if(quorum() && is(in.c, ShapeKind::mask), in.a, ShapeKind::mask, at(in.b).bound);
    case Opcode::missing_votes:
      return put_if(quorum() && is(in.c, ShapeKind::votes), in.a, ShapeKind::mask, at(in.b).bound);
    case Opcode::build_votes: {
      Pushed pushed;
      if (!pop_pushed(in.b, pushed) || !pushed.certain || !pushed.partial.empty()) return wrong();
      const Shapes& shapes = facts_.shapes;
      const bool pairs =
          pushed.period.empty() ||
          (pushed.period.size() == 2 && shapes.kind(pushed.period[0]) == ShapeKind::member &&
           shapes.kind(pushed.period[1]) == ShapeKind::string);
      return put_if(pairs, in.a, ShapeKind::votes);
    }
    case Opcode::text_begin: return put(in.a, ShapeKind::text_mark);
    case Opcode::text_literal:
      return facts_.shapes.kind(facts_.shapes.constant(in.d)) == ShapeKind::string ? std::string()
                                                                                   : wrong();
    case Opcode::text_value: return fits(in.b, facts_.shapes.type(in.d)) ? std::string() : wrong();
    case Opcode::text_position: return number(in.b) ? std::string() : wrong();
    case Opcode::text_end:
      return put_if(at(in.b).kind == ShapeKind::text_mark, in.a, ShapeKind::string);
    default: return not_known();
  }
}

std::string Effects::apply_contribution(const Instruction& in) {
  const Program& p = facts_.program;
  if (state_->firing == kNone) return "a contribution stands outside of a firing";
  const Run own = facts_.rule(state_->firing).contributions;
  if (in.d < own.first || in.d - own.first >= own.count)
    return "a contribution belongs to another rule";
  const ContributionDesc& contribution = p.contributions[in.d];
  const OutputDesc& output = facts_.output(contribution.output);
  if (contribution.keyed && !fits(in.c, facts_.key_shape(output))) return wrong();
  const bool relative = static_cast<Opcode>(in.op) == Opcode::contribute_relative;
  const bool ordered = contribution.verb == Verb::at_least || contribution.verb == Verb::at_most;
  if (relative &&
      !(ordered && facts_.shapes.kind(facts_.output_shape(output)) == ShapeKind::integer))
    return wrong();
  switch (contribution.verb) {
    case Verb::at_least:
    case Verb::at_most: return fits(in.b, facts_.output_shape(output)) ? std::string() : wrong();
    case Verb::require:
    case Verb::hold: {
      const std::uint32_t members =
          output.members == kNone ? 0 : p.enums[output.members].members.count;
      return is(in.b, ShapeKind::quorum) && at(in.b).bound <= members ? std::string() : wrong();
    }
    case Verb::include:
      return fits(in.b, facts_.shapes.type(p.types[output.type].element)) ? std::string() : wrong();
    default: return {};
  }
}

std::string Effects::apply_output(const Instruction& in) {
  const auto op = static_cast<Opcode>(in.op);
  switch (op) {
    case Opcode::fire: {
      if (state_->firing != kNone) return "a firing begins within another";
      const RuleDesc& rule = facts_.rule(in.d);
      std::vector<ShapeId>& fired = facts_.fired[in.d];
      fired.resize(rule.local_count, kNothing);
      for (std::uint32_t i = 0; i < rule.local_count; ++i) {
        if (state_->registers[rule.locals + i] == kUnset) return "a rule fires without its names";
        fired[i] = facts_.shapes.join(fired[i], state_->registers[rule.locals + i]);
      }
      state_->firing = in.d;
      return {};
    }
    case Opcode::waived: {
      const WaiverDesc& waiver = facts_.program.waivers[facts_.decision.waivers.first + in.d];
      return waiver.rule == state_->firing ? std::string() : "a waiver belongs to another rule";
    }
    case Opcode::fire_end:
      if (state_->firing == kNone) return "a firing ends before it begins";
      state_->firing = kNone;
      return {};
    case Opcode::contribute:
    case Opcode::contribute_relative: return apply_contribution(in);
    case Opcode::horizon:
      return in.d <= 5 && in.e <= 2 && number(in.b) && (in.e == 0 || number(in.c)) ? std::string()
                                                                                   : wrong();
    default: break;
  }
  if (kOpcodes[in.op].operand[3] != 'O') return not_known();
  const OutputDesc& output = facts_.output(in.d);
  const bool joined = output.kind != OutputKind::derived && output.kind != OutputKind::codes;
  const bool starts = joined && output.kind != OutputKind::verdict;
  const bool derives =
      section_ == SectionKind::fail_closed ? output.kind != OutputKind::verdict : !joined;
  const ShapeId value = facts_.output_shape(output);
  const auto answer = [](bool right) { return right ? std::string() : wrong(); };
  switch (op) {
    // Without a decision only verdicts are joined: of nothing, which is `forbid` then.
    case Opcode::finish:
      return answer(section_ == SectionKind::fail_closed ? output.kind == OutputKind::verdict
                                                         : joined);
    case Opcode::start: return answer(starts && !output.per && fits(in.b, value));
    case Opcode::derive: return answer(derives && !output.per && fits(in.b, value));
    case Opcode::start_at:
      return answer(starts && output.per && fits(in.b, value) &&
                    fits(in.c, facts_.key_shape(output)));
    case Opcode::derive_at:
      return answer(derives && output.per && fits(in.b, value) &&
                    fits(in.c, facts_.key_shape(output)));
    case Opcode::domain: {
      if (!output.per) return wrong();
      const bool members = facts_.program.types[output.key_type].kind == Kind::enumeration;
      const ShapeKind key = facts_.shapes.kind(facts_.key_shape(output));
      if (in.e == 0) return answer(members && fits(in.b, facts_.set_of(output.key_type)));
      return answer(in.e == 1 && key != ShapeKind::record &&
                    fits(in.b, facts_.items_of(output.key_type)));
    }
    default: return not_known();
  }
}

}  // namespace writ::engine::proof
