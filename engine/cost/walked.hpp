#pragma once

#include <algorithm>
#include <cstdint>

#include "engine/cost/amount.hpp"
#include "engine/opcodes.hpp"

namespace writ::engine::cost {

/// The units that an instruction takes beyond its row's `cost`: what it walks. The one definition
/// for the bound (on the greatest sizes) and the meter (on the sizes that there are). `Sizes` says
///   items(reg)      items of the collection, clauses of the quorum, persons of the votes
///   depth(type, reg) all values within the value, itself among them; a string is one
///   pushed(reg)     cells pushed since the mark
///   keys(output)      its keys, 1 without `per`
///   spread(output)    contributions to it: those for one key once, those for every key once a key
template <class Sizes>
std::uint64_t walked(const Program& program, const Instruction& in, const Sizes& sizes) {
  switch (static_cast<Opcode>(in.op)) {
    case Opcode::in_list:
    case Opcode::in_networks: return sizes.items(in.c);
    case Opcode::subset_set:
    case Opcode::intersects_set:
    case Opcode::minimum:
    case Opcode::maximum:
    case Opcode::keys:
    case Opcode::list_to_set:
    case Opcode::satisfied_set: return sizes.items(in.b);
    case Opcode::equal_value: return std::min(sizes.depth(in.d, in.b), sizes.depth(in.d, in.c));
    case Opcode::build_set:
    case Opcode::build_list:
    case Opcode::build_map:
    case Opcode::build_record:
    case Opcode::build_votes: return sizes.pushed(in.b);
    case Opcode::table_row: return program.tables[in.d].rows.count;
    case Opcode::quorum_both:
    case Opcode::quorum_implies: return sum(sizes.items(in.b), sizes.items(in.c));
    // A person is seated by one search through the seats that are taken.
    case Opcode::satisfied_votes:
    case Opcode::missing_votes: return product(16, sizes.items(in.c));
    case Opcode::text_value: return sizes.depth(in.d, in.b);
    case Opcode::domain: return sizes.items(in.b);
    case Opcode::output_keys: return sizes.keys(in.d);
    case Opcode::finish: return sum(sizes.keys(in.d), sizes.spread(in.d));
    default: return 0;
  }
}

}  // namespace writ::engine::cost
