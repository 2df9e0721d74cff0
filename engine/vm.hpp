#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/arena.hpp"
#include "engine/cell.hpp"
#include "engine/data.hpp"
#include "engine/ledger.hpp"
#include "engine/report.hpp"
#include "engine/verify.hpp"

namespace re2 {
class RE2;
}

namespace writ::engine {

/// What explain=full and coverage count; nothing of it is touched by the plain mode.
struct Trace {
  std::vector<std::uint32_t> true_count, false_count;  ///< by row of Program::conditions
  std::vector<std::uint32_t> row_count;                ///< matches, by row of Program::table_rows
  std::vector<char> dispatched;                        ///< rules run by the dispatch under way

  /// Row `row` of `table` was found; a negative one is none.
  void found(const TableDesc& table, std::int64_t row) {
    if (row >= 0) ++row_count[table.rows.first + static_cast<std::uint32_t>(row)];
  }
};

/// The register machine (opcodes.inc). It runs sections of a VerifiedProgram and checks nothing
/// that verify() has proved. One for each worker; not thread-safe.
class Vm final : public TextRunner {
 public:
  Vm(std::shared_ptr<const VerifiedProgram> program, std::shared_ptr<const DataSnapshot> data);
  ~Vm();

  /// Prepares for one decision: registers, memo cells (by generation: nothing is cleared), the
  /// ledger.
  void begin(std::uint32_t decision, const Cell* frame, base::Micros now, Ledger& ledger,
             Arena& arena);
  /// Runs the section at `entry`. In `traced` mode every condition is counted and a dispatch runs
  /// all its blocks.
  void run(std::uint32_t entry);
  void run_traced(std::uint32_t entry, Trace& trace);
  const Cell& reg(std::uint32_t index) const { return registers_[index]; }
  /// While `meter` is set, the units of every instruction that runs are added to it
  /// (engine/cost.hpp).
  void set_meter(std::uint64_t* meter) { meter_ = meter; }

  std::string_view run_text(std::uint32_t entry, std::uint32_t first_register,
                            std::span<const Cell> locals) override;

 private:
  enum class Mode : std::uint8_t { plain, traced, metered };
  template <Mode kMode>
  void execute(std::uint32_t entry, Trace* trace);
  void execute_plain(std::uint32_t entry);
  std::uint64_t units(const Instruction& in) const;
  void table_row(Cell& out, const Cell* arguments, const TableDesc& table) const;
  bool cell_matches(const CellPattern& pattern, const Cell& value) const;
  static bool in_network(const Cell& address, const Cell& network);
  bool in_networks(const Cell& address, const Cell& networks) const;
  bool is_subset(std::uint32_t type, const Cell& some, const Cell& all) const;
  bool intersects(std::uint32_t type, const Cell& a, const Cell& b) const;
  Cell build_items(std::uint32_t type, const Cell& mark, bool set);
  Cell build_map(std::uint32_t type, const Cell& mark);
  Cell build_record(std::uint32_t type, const Cell& mark);
  Cell build_votes(std::uint32_t enumeration, const Cell& mark);
  Cell list_to_set(std::uint32_t type, const Cell& list);
  Cell keys_of(std::uint32_t type, const Cell& map);
  Cell map_get(std::uint32_t type, const Cell& map, const Cell& key) const;
  Cell extreme(std::uint32_t type, const Cell& collection, bool greatest) const;
  void push(std::uint32_t type, const Cell& value);

  std::shared_ptr<const VerifiedProgram> verified_;
  std::shared_ptr<const DataSnapshot> data_;
  std::vector<std::unique_ptr<re2::RE2>> patterns_;
  std::vector<std::string_view> glob_pieces_;  ///< Program::names as views, for globs

  std::uint64_t* meter_ = nullptr;
  std::vector<Cell> registers_;
  std::vector<Cell> memos_;
  std::vector<std::uint64_t> memo_generation_;
  std::uint64_t generation_ = 0;
  std::vector<Cell> scratch_;
  std::string text_;

  const Cell* frame_ = nullptr;
  base::Micros now_ = 0;
  Ledger* ledger_ = nullptr;
  Arena* arena_ = nullptr;
};

}  // namespace writ::engine
