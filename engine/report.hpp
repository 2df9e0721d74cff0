#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/decision.hpp"
#include "engine/ledger.hpp"

namespace writ::engine {

/// Runs the code of a text with the locals of a firing (or the key of an `otherwise`) in their
/// registers. The view lives in the arena.
class TextRunner {
 public:
  virtual std::string_view run_text(std::uint32_t entry, std::uint32_t first_register,
                                    std::span<const Cell> locals) = 0;

 protected:
  ~TextRunner() = default;
};

/// Turns a finished ledger into what people and programs read: which firings decided, their texts,
/// codes, the lists of `per` verdicts, and the reasons in order (language.md section 3, 'Rules and
/// reasons'). Reused; allocates only from the arena once warm. Not thread-safe.
class Report {
 public:
  /// Fills `view.outputs`, `reasons`, `more`, `codes` (arena memory). `with_texts` off: reasons
  /// stay empty and only the texts that verdicts carry are rendered.
  void make(const Ledger& ledger, TextRunner& texts, bool with_reasons, DecisionView& view);

  /// Bytes that one reason takes here, arena apart; and those taken by the last make().
  static std::size_t item_bytes() { return sizeof(Item); }
  std::size_t bytes() const {
    return items_.size() * sizeof(Item) +
           (texts_.size() + otherwise_.size()) * sizeof(std::string_view);
  }

 private:
  struct Item {
    std::string_view code, text, sets_json, tags_json, waived_json;
    std::span<const std::uint32_t> sets;
    std::uint32_t rule = kNone, waiver = kNone;
    std::uint32_t bucket = 0;  ///< the rule, or rules + output for an `otherwise`
    std::string_view file;
    std::uint32_t line = 0, column = 0;
    std::string_view at;  ///< `file:line:column`
  };

  void decide_firings(const Ledger& ledger, TextRunner& texts, bool with_reasons);
  void add_firing(const Ledger& ledger, std::uint32_t firing);
  void add_otherwise(const Ledger& ledger, TextRunner& texts, bool with_reasons);
  static void set_place(Item& item, std::string_view at);
  void fill_keys(const Ledger& ledger, std::uint32_t output, OutputValue& value);
  void fill_outputs(const Ledger& ledger, DecisionView& view);
  void fill_reasons(const Ledger& ledger, DecisionView& view);
  void complete_items(const Ledger& ledger);
  bool counts_among_the_first(std::span<const Item> equal);
  std::span<const std::string_view> distinct(Arena& arena, std::vector<std::string_view>& list);

  std::vector<std::string_view> texts_;  ///< of each firing; empty data() when not rendered
  std::vector<std::string_view>
      otherwise_;  ///< of each key row, parallel to the ledger's keys of verdicts with otherwise
  std::vector<std::uint32_t> otherwise_first_;  ///< first row of `otherwise_` for each output
  std::vector<Item> items_;
  std::vector<std::uint32_t> per_rule_;
  std::vector<std::string_view> codes_, scratch_;
  std::vector<std::uint32_t> sets_;
  std::string json_;
};

}  // namespace writ::engine
