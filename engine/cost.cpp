#include "engine/cost.hpp"

#include <map>
#include <optional>

#include "engine/arena.hpp"
#include "engine/cost/sections.hpp"
#include "engine/decision.hpp"
#include "engine/ledger.hpp"
#include "engine/report.hpp"

namespace writ::engine {
namespace {

using cost::DecisionExtents;
using cost::Extents;
using cost::json_size;
using cost::Paths;
using cost::product;
using cost::Section;
using cost::sum;

/// Sizes only grow from sweep to sweep; where they have not settled by then they have no limit.
constexpr int kSweeps = 8;
constexpr std::uint64_t kMaxReasons = 64, kMaxReasonsOfRule = 16;
/// `:line:column`, an instant with its quotes.
constexpr std::uint64_t kPlaceBytes = 24, kInstantBytes = 40;
/// The names and marks around the parts of a decision, a reason, a key of a verdict.
constexpr std::uint64_t kEnvelopeBytes = 256, kReasonBytes = 96, kKeyBytes = 64;
constexpr std::uint64_t kDigestBytes = 80;

/// A text that is rendered: its section, and how large it becomes.
struct RenderedText {
  std::uint64_t units = 0, bytes = 0, json = 0;
};

class WorstCase {
 public:
  WorstCase(const Program& program, const DecisionDesc& decision, Extents& extents)
      : p_(program), decision_(decision), extents_(extents), facts_(program, decision, extents) {
    for (std::uint32_t i = 0; i < decision.rules.count; ++i) {
      const Run run = facts_.rule(i).contributions;
      for (std::uint32_t c = 0; c < run.count; ++c)
        owner_.emplace(run.first + c, i);
    }
  }

  Cost find() {
    if (!sweep_until_settled()) return {kUnbounded, kUnbounded, kUnbounded};
    texts_.resize(decision_.rules.count);
    for (std::uint32_t i = 0; i < decision_.rules.count; ++i)
      texts_[i] = rendered(text_sections_[i]);
    otherwise_.resize(decision_.outputs.count);
    for (std::uint32_t i = 0; i < decision_.outputs.count; ++i)
      otherwise_[i] = rendered(otherwise_sections_[i]);
    for (std::uint32_t o = 0; o < decision_.outputs.count; ++o)
      spread_.push_back(contributions_to(o));
    return {instructions(), memory(), answer()};
  }

 private:
  const OutputDesc& output(std::uint32_t id) const { return facts_.output(id); }
  std::uint64_t keys(std::uint32_t id) const {
    return output(id).per ? facts_.outputs[id].keys : 1;
  }

  bool sweep_until_settled() {
    for (int i = 0; i < kSweeps; ++i) {
      facts_.changed = false;
      if (!sweep_all()) return false;
      if (!facts_.changed) return true;
    }
    return false;
  }

  bool swept(std::optional<Section>& section, std::uint32_t entry, std::uint32_t first = 0,
             const std::vector<cost::ExtentId>& given = {}) {
    if (entry == kNone) return true;
    if (!section) section = cost::find_section(p_, entry);
    if (section->regular) cost::sweep(facts_, *section, first, given);
    return section->regular;
  }

  bool sweep_all() {
    text_sections_.resize(decision_.rules.count);
    otherwise_sections_.resize(decision_.outputs.count);
    if (!swept(schedule_, decision_.entry) || !swept(horizon_, decision_.horizon)) return false;
    for (std::uint32_t i = 0; i < decision_.rules.count; ++i) {
      const auto fired = facts_.fired.find(i);
      if (fired == facts_.fired.end()) continue;
      const RuleDesc& rule = facts_.rule(i);
      const std::vector<cost::ExtentId> names = fired->second;
      if (!swept(text_sections_[i], rule.text, rule.locals, names)) return false;
    }
    for (std::uint32_t i = 0; i < decision_.outputs.count; ++i) {
      std::vector<cost::ExtentId> key;
      if (output(i).per) key.push_back(facts_.outputs[i].key);
      if (!swept(otherwise_sections_[i], output(i).otherwise_text, output(i).otherwise_key, key))
        return false;
    }
    return true;
  }

  template <class Weight>
  static std::vector<std::uint64_t> weigh(const Section& section, Weight&& weight) {
    std::vector<std::uint64_t> weights;
    for (std::uint32_t pc = section.entry; pc <= section.end; ++pc)
      weights.push_back(weight(pc));
    return weights;
  }
  /// The heaviest path; memo cells are noted in `memos`.
  std::uint64_t heaviest(const Section& section, const std::vector<std::uint64_t>& weights,
                         std::map<std::uint32_t, std::uint64_t>* memos = nullptr) const {
    Paths paths(p_, section, weights);
    if (memos != nullptr) paths.add_memos(*memos);
    return paths.heaviest();
  }
  Opcode op(std::uint32_t pc) const { return static_cast<Opcode>(p_.code[pc].op); }

  RenderedText rendered(const std::optional<Section>& section) {
    if (!section) return {};
    const auto units = [&](std::uint32_t pc) { return section->at(pc).units; };
    const auto bytes = [&](std::uint32_t pc) { return section->at(pc).bytes; };
    return {heaviest(*section, weigh(*section, units), &memo_units_),
            heaviest(*section, weigh(*section, bytes), &memo_bytes_), section->text_json};
  }

  /// How many contributions reach output `id` at most, those for every key once a key.
  std::uint64_t contributions_to(std::uint32_t id) const {
    if (facts_.outputs[id].contributions.empty()) return 0;
    return heaviest(*schedule_, weigh(*schedule_, [&](std::uint32_t pc) -> std::uint64_t {
      if (!facts_.outputs[id].contributions.contains(pc)) return 0;
      return p_.contributions[p_.code[pc].d].keyed ? 1 : keys(id);
    }));
  }

  std::uint64_t instructions() {
    const auto in_schedule = [&](std::uint32_t pc) {
      const Instruction& in = p_.code[pc];
      if (op(pc) == Opcode::finish) return sum(kOpcodes[in.op].cost, keys(in.d), spread_[in.d]);
      const std::uint64_t units = schedule_->at(pc).units;
      return op(pc) == Opcode::fire ? sum(units, texts_[in.d].units) : units;
    };
    std::uint64_t total = heaviest(*schedule_, weigh(*schedule_, in_schedule), &memo_units_);
    if (horizon_) {
      const auto units = [&](std::uint32_t pc) { return horizon_->at(pc).units; };
      total = sum(total, heaviest(*horizon_, weigh(*horizon_, units), &memo_units_));
    }
    for (std::uint32_t o = 0; o < decision_.outputs.count; ++o)
      total = sum(total, product(keys(o), otherwise_[o].units));
    for (const auto& [memo, units] : memo_units_)
      total = sum(total, units);
    return total;
  }

  // --- memory ---

  std::uint64_t place_bytes(std::uint32_t file) const { return p_.name(file).size() + kPlaceBytes; }

  std::uint64_t tags_bytes(const RuleDesc& rule) const {
    std::uint64_t total = 2;
    for (std::uint32_t i = 0; i < rule.tags.count; ++i) {
      const TagDesc& tag = p_.tags[rule.tags.first + i];
      total += json_size(p_.text(tag.name)) + json_size(p_.text(tag.value)) + 2;
    }
    return total;
  }

  std::uint64_t waived_bytes(std::uint32_t rule) const {
    std::uint64_t most = 0;
    for (std::uint32_t i = 0; i < decision_.waivers.count; ++i) {
      const WaiverDesc& waiver = p_.waivers[decision_.waivers.first + i];
      if (waiver.rule != rule) continue;
      most = std::max<std::uint64_t>(most, kReasonBytes + json_size(p_.text(waiver.by)) +
                                               json_size(p_.text(waiver.because)) + kInstantBytes);
    }
    return most;
  }

  std::uint64_t sets_bytes(const RuleDesc& rule) const {
    std::uint64_t total = 2;
    for (std::uint32_t i = 0; i < rule.contributions.count; ++i)
      total +=
          json_size(p_.text(output(p_.contributions[rule.contributions.first + i].output).json)) +
          1;
    return total;
  }

  /// What a reason takes beside its text.
  std::uint64_t item_bytes(std::uint32_t rule) const {
    const RuleDesc& desc = facts_.rule(rule);
    if (desc.text == kNone) return 0;
    // The item, its outputs, what orders it, its place; each part of the arena rounded up.
    return Report::item_bytes() + sizeof(std::string_view) +
           desc.contributions.count * sizeof(std::uint32_t) + sets_bytes(desc) + tags_bytes(desc) +
           waived_bytes(rule) + place_bytes(desc.file) + 5 * 16;
  }

  std::uint64_t memory() {
    const auto in_schedule = [&](std::uint32_t pc) {
      const Instruction& in = p_.code[pc];
      std::uint64_t bytes = schedule_->at(pc).bytes;
      if (op(pc) == Opcode::fire)
        bytes = sum(bytes, texts_[in.d].bytes, item_bytes(in.d), sizeof(std::string_view));
      // What a verdict's keys cite: a code and a text each.
      if (op(pc) == Opcode::contribute)
        bytes = sum(bytes, cited(p_.contributions[in.d], 2 * sizeof(std::string_view)));
      return bytes;
    };
    std::uint64_t total = heaviest(*schedule_, weigh(*schedule_, in_schedule), &memo_bytes_);
    if (horizon_) {
      const auto bytes = [&](std::uint32_t pc) { return horizon_->at(pc).bytes; };
      total = sum(total, heaviest(*horizon_, weigh(*horizon_, bytes), &memo_bytes_));
    }
    for (const auto& [memo, bytes] : memo_bytes_)
      total = sum(total, bytes);
    for (std::uint32_t o = 0; o < decision_.outputs.count; ++o)
      total = sum(total, output_bytes(o));
    total = sum(total, decision_.frame_cells * sizeof(Cell) + 16, codes_count() * 2 * sizeof(Cell));
    for (std::uint32_t i = 0; i < decision_.inputs.count; ++i)
      total = sum(total, extents_.decoded_bytes(p_.inputs[decision_.inputs.first + i].type));
    return sum(total, kMaxReasons * sizeof(ReasonView), (decision_.inputs.count / 64 + 1) * 8 + 16);
  }

  /// Amount `one` for each key that a contribution to a `per` verdict reaches.
  std::uint64_t cited(const ContributionDesc& contribution, std::uint64_t one) const {
    const OutputDesc& desc = output(contribution.output);
    if (desc.kind != OutputKind::verdict || !desc.per) return 0;
    return contribution.keyed ? one : product(keys(contribution.output), one);
  }

  std::uint64_t output_bytes(std::uint32_t o) const {
    const OutputDesc& desc = output(o);
    std::uint64_t total = sizeof(OutputValue) + 16;
    if (desc.per) {
      // Lists of codes and texts take their rounding too.
      total = sum(total, product(keys(o), sizeof(KeyedValue) + 4 * 16));
    }
    if (desc.otherwise_code.size == 0) return total;
    const std::uint64_t one = Report::item_bytes() + 8 * sizeof(std::string_view) +
                              json_size(p_.text(desc.json)) + p_.text(desc.at).size() + 6 * 16;
    return sum(total, product(keys(o), sum(otherwise_[o].bytes, one)));
  }

  // --- the answer ---

  std::uint64_t codes_count() const { return decision_.rules.count + decision_.outputs.count; }

  std::uint64_t codes_json() const {
    std::uint64_t total = 2;
    for (std::uint32_t i = 0; i < decision_.rules.count; ++i)
      if (facts_.rule(i).text != kNone) total += json_size(p_.text(facts_.rule(i).code)) + 1;
    for (std::uint32_t o = 0; o < decision_.outputs.count; ++o)
      total += json_size(p_.text(output(o).otherwise_code)) + 1;
    return total;
  }

  std::uint64_t reason_json(std::uint32_t rule) const {
    const RuleDesc& desc = facts_.rule(rule);
    if (desc.text == kNone) return 0;
    return sum(texts_[rule].json, kReasonBytes + json_size(p_.text(desc.code)) + sets_bytes(desc) +
                                      place_bytes(desc.file) + tags_bytes(desc) +
                                      waived_bytes(rule));
  }

  /// At most 16 of a rule, 64 of all: the largest ones.
  std::uint64_t reasons_json() const {
    std::vector<std::uint64_t> firings(decision_.rules.count, 0), sizes;
    for (const auto& [pc, times] : facts_.firings)
      firings[p_.code[pc].d] = sum(firings[p_.code[pc].d], times);
    for (std::uint32_t i = 0; i < decision_.rules.count; ++i)
      sizes.insert(sizes.end(), std::min(kMaxReasonsOfRule, firings[i]), reason_json(i));
    for (std::uint32_t o = 0; o < decision_.outputs.count; ++o) {
      const OutputDesc& desc = output(o);
      if (desc.otherwise_code.size == 0) continue;
      sizes.insert(
          sizes.end(), std::min(kMaxReasonsOfRule, keys(o)),
          sum(otherwise_[o].json, kReasonBytes + json_size(p_.text(desc.otherwise_code)) +
                                      json_size(p_.text(desc.json)) + p_.text(desc.at).size()));
    }
    std::sort(sizes.rbegin(), sizes.rend());
    std::uint64_t total = 2;
    for (std::size_t i = 0; i < sizes.size() && i < kMaxReasons; ++i)
      total = sum(total, sizes[i], 1);
    return total;
  }

  std::uint64_t verdict_json(std::uint32_t o) const {
    const OutputDesc& desc = output(o);
    const std::uint64_t no_clauses = extents_.quorum_json(desc.members, 0);
    const std::uint64_t clause = extents_.quorum_json(desc.members, 1) - no_clauses;
    // Every contribution cites its text and code, and brings its clauses, once for each key that
    // it reaches.
    const auto said = [&](std::uint32_t pc) -> std::uint64_t {
      if (!facts_.outputs[o].contributions.contains(pc)) return 0;
      const ContributionDesc& contribution = p_.contributions[p_.code[pc].d];
      const std::uint64_t clauses = extents_[facts_.contributed.at(pc).value].n;
      const std::uint32_t rule = owner_.at(p_.code[pc].d);
      const RuleDesc& row = facts_.rule(rule);
      const std::uint64_t cites = desc.per && row.text != kNone
                                      ? sum(texts_[rule].json, json_size(p_.text(row.code)), 2)
                                      : 0;
      const std::uint64_t one =
          sum(cites, contribution.verb == Verb::hold ? product(clauses, clause) : 0);
      return contribution.keyed ? one : product(keys(o), one);
    };
    std::uint64_t total = heaviest(*schedule_, weigh(*schedule_, said));
    std::uint64_t one_key =
        sum(no_clauses, kKeyBytes, otherwise_[o].json, json_size(p_.text(desc.otherwise_code)));
    if (desc.per) one_key = sum(one_key, extents_.json_bytes(desc.key_type, facts_.outputs[o].key));
    return sum(total, product(keys(o), one_key), kKeyBytes);
  }

  std::uint64_t output_json(std::uint32_t o) const {
    const OutputDesc& desc = output(o);
    if (desc.local) return 0;
    const std::uint64_t name = json_size(p_.text(desc.json)) + 2;
    if (desc.kind == OutputKind::codes) return sum(name, codes_json());
    if (desc.kind == OutputKind::verdict) return sum(name, verdict_json(o));
    const std::uint64_t value = extents_.json_bytes(desc.type, facts_.outputs[o].value);
    if (!desc.per) return sum(name, value);
    const std::uint64_t key = extents_.json_bytes(desc.key_type, facts_.outputs[o].key);
    return sum(name, 2, product(keys(o), sum(key, value, 4)));
  }

  std::uint64_t answer() const {
    std::uint64_t total = sum(kEnvelopeBytes + 2 * kDigestBytes + 2 * kInstantBytes,
                              json_size(p_.text(decision_.name)), reasons_json());
    for (std::uint32_t o = 0; o < decision_.outputs.count; ++o)
      total = sum(total, output_json(o));
    return total;
  }

  const Program& p_;
  const DecisionDesc& decision_;
  Extents& extents_;
  DecisionExtents facts_;
  std::map<std::uint32_t, std::uint32_t> owner_;  ///< the rule of a contribution
  std::optional<Section> schedule_, horizon_;
  std::vector<std::optional<Section>> text_sections_, otherwise_sections_;
  std::vector<RenderedText> texts_, otherwise_;
  std::vector<std::uint64_t> spread_;  ///< contributions, by output
  std::map<std::uint32_t, std::uint64_t> memo_units_, memo_bytes_;
};

}  // namespace

std::vector<Cost> worst_cases(const Program& program) {
  Extents extents(program);
  std::vector<Cost> costs;
  for (const DecisionDesc& decision : program.decisions)
    costs.push_back(WorstCase(program, decision, extents).find());
  return costs;
}

}  // namespace writ::engine
