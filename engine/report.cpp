#include "engine/report.hpp"

#include <algorithm>
#include <charconv>
#include <tuple>

#include "base/calendar.hpp"
#include "base/decimal.hpp"
#include "base/text.hpp"

namespace writ::engine {
namespace {

constexpr std::size_t kMaxReasons = 64;
constexpr std::uint32_t kMaxReasonsOfRule = 16;

const RuleDesc& rule_desc(const Ledger& ledger, std::uint32_t rule) {
  return ledger.program().rules[ledger.decision_desc().rules.first + rule];
}

bool restricts(const Ledger& ledger, const Ledger::Entry& entry) {
  return ledger.program().contributions[entry.contribution].verb != Verb::permit;
}

std::span<const Ledger::Entry> entries_of(const Ledger& ledger, const Ledger::Firing& firing) {
  return std::span(ledger.entries()).subspan(firing.first, firing.count);
}

bool carries_texts(const OutputDesc& desc) {
  return desc.kind == OutputKind::verdict && desc.per;
}

}  // namespace

std::span<const std::string_view> Report::distinct(Arena& arena,
                                                   std::vector<std::string_view>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
  auto* copy = arena.array<std::string_view>(list.size());
  std::copy(list.begin(), list.end(), copy);
  return {copy, list.size()};
}

/// Renders the texts that are needed and makes an item of every firing that decided or was waived.
void Report::decide_firings(const Ledger& ledger, TextRunner& texts, bool with_reasons) {
  const std::vector<Ledger::Firing>& firings = ledger.firings();
  texts_.assign(firings.size(), {});
  for (std::uint32_t f = 0; f < firings.size(); ++f) {
    const Ledger::Firing& firing = firings[f];
    const RuleDesc& rule = rule_desc(ledger, firing.rule);
    if (rule.text == kNone) continue;
    bool needed = with_reasons && firing.waiver != kNone;
    bool restricting = false;
    for (const Ledger::Entry& entry : entries_of(ledger, firing)) {
      if (firing.waiver != kNone || !ledger.decides(entry)) continue;
      const OutputDesc& out =
          ledger.desc(ledger.program().contributions[entry.contribution].output);
      needed |= with_reasons || (carries_texts(out) && restricts(ledger, entry));
      restricting |= restricts(ledger, entry);
    }
    if (restricting) codes_.push_back(ledger.program().text(rule.code));
    if (!needed) continue;
    texts_[f] = texts.run_text(rule.text, rule.locals, {firing.locals, rule.local_count});
    if (with_reasons) add_firing(ledger, f);
  }
}

void Report::add_firing(const Ledger& ledger, std::uint32_t f) {
  const Program& program = ledger.program();
  const Ledger::Firing& firing = ledger.firings()[f];
  const RuleDesc& rule = rule_desc(ledger, firing.rule);
  const ContributionDesc* first = nullptr;
  sets_.clear();
  if (firing.waiver != kNone) {
    for (std::uint32_t c = 0; c < rule.contributions.count; ++c) {
      const ContributionDesc& desc = program.contributions[rule.contributions.first + c];
      if (first == nullptr) first = &desc;
      sets_.push_back(desc.output);
    }
  } else {
    for (const Ledger::Entry& entry : entries_of(ledger, firing)) {
      if (!ledger.decides(entry)) continue;
      const ContributionDesc& desc = program.contributions[entry.contribution];
      if (first == nullptr || &desc < first) first = &desc;
      sets_.push_back(desc.output);
    }
  }
  if (first == nullptr) return;
  std::sort(sets_.begin(), sets_.end());
  sets_.erase(std::unique(sets_.begin(), sets_.end()), sets_.end());

  Item item;
  item.code = program.text(rule.code);
  item.text = texts_[f];
  auto* sets = ledger.arena().array<std::uint32_t>(sets_.size());
  std::copy(sets_.begin(), sets_.end(), sets);
  item.sets = {sets, sets_.size()};
  item.rule = firing.rule;
  item.bucket = firing.rule;
  item.waiver = firing.waiver;
  item.file = program.name(first->file);
  item.line = first->line;
  item.column = first->column;
  items_.push_back(item);
}

/// Splits `file:line:column`.
void Report::set_place(Item& item, std::string_view at) {
  item.at = at;
  const std::size_t column = at.rfind(':');
  const std::size_t line = column == 0 || column == at.npos ? at.npos : at.rfind(':', column - 1);
  if (line == at.npos) return;
  item.file = at.substr(0, line);
  std::from_chars(at.data() + line + 1, at.data() + column, item.line);
  std::from_chars(at.data() + column + 1, at.data() + at.size(), item.column);
}

/// The text of `otherwise` for every key that nothing permitted.
void Report::add_otherwise(const Ledger& ledger, TextRunner& texts, bool with_reasons) {
  const Program& program = ledger.program();
  otherwise_.clear();
  otherwise_first_.assign(ledger.decision_desc().outputs.count, kNone);
  for (std::uint32_t o = 0; o < ledger.decision_desc().outputs.count; ++o) {
    const OutputDesc& desc = ledger.desc(o);
    if (desc.kind != OutputKind::verdict || desc.otherwise_code.size == 0) continue;
    otherwise_first_[o] = static_cast<std::uint32_t>(otherwise_.size());
    for (const Ledger::Key& key : ledger.keys(o)) {
      if (key.granted) {
        otherwise_.emplace_back();
        continue;
      }
      codes_.push_back(program.text(desc.otherwise_code));
      const std::span<const Cell> local(&key.key, desc.per ? 1 : 0);
      otherwise_.push_back(texts.run_text(desc.otherwise_text, desc.otherwise_key, local));
      if (!with_reasons) continue;
      Item item;
      item.code = program.text(desc.otherwise_code);
      item.text = otherwise_.back();
      auto* sets = ledger.arena().array<std::uint32_t>(1);
      *sets = o;
      item.sets = {sets, 1};
      item.bucket = ledger.decision_desc().rules.count + o;
      set_place(item, program.text(desc.at));
      items_.push_back(item);
    }
  }
}

void Report::fill_keys(const Ledger& ledger, std::uint32_t output, OutputValue& value) {
  const OutputDesc& desc = ledger.desc(output);
  const std::span<const Ledger::Key> all = ledger.keys(output);
  auto* keys = ledger.arena().array<KeyedValue>(all.size());
  for (std::uint32_t k = 0; k < all.size(); ++k) {
    KeyedValue& out = keys[k] = KeyedValue{};
    out.key = all[k].key;
    out.value = all[k].value;
    out.outcome = all[k].outcome;
    out.needs = all[k].needs;
    if (desc.kind != OutputKind::verdict || out.outcome == Outcome::permit) continue;
    const Verb wanted = out.outcome == Outcome::hold ? Verb::hold : Verb::forbid;
    std::vector<std::string_view>& because = scratch_;
    because.clear();
    sets_.clear();  // firings that spoke against this key
    ledger.for_each_entry(output, k, [&](const Ledger::Entry& entry) {
      if (ledger.program().contributions[entry.contribution].verb != wanted) return;
      if (rule_desc(ledger, ledger.firings()[entry.firing].rule).text == kNone) return;
      sets_.push_back(entry.firing);
    });
    const bool otherwise = !all[k].granted && otherwise_first_[output] != kNone;
    for (const std::uint32_t f : sets_)
      because.push_back(texts_[f]);
    if (otherwise) because.push_back(otherwise_[otherwise_first_[output] + k]);
    out.because = distinct(ledger.arena(), because);
    because.clear();
    for (const std::uint32_t f : sets_)
      because.push_back(ledger.program().text(rule_desc(ledger, ledger.firings()[f].rule).code));
    if (otherwise) because.push_back(ledger.program().text(desc.otherwise_code));
    out.codes = distinct(ledger.arena(), because);
  }
  value.keys = {keys, all.size()};
}

void Report::fill_outputs(const Ledger& ledger, DecisionView& view) {
  const std::uint32_t count = ledger.decision_desc().outputs.count;
  auto* outputs = ledger.arena().array<OutputValue>(count);
  for (std::uint32_t o = 0; o < count; ++o) {
    OutputValue& value = outputs[o] = OutputValue{};
    const OutputDesc& desc = ledger.desc(o);
    if (desc.kind == OutputKind::codes) {
      value.present = true;
      auto* cells = ledger.arena().cells(view.codes.size());
      for (std::size_t i = 0; i < view.codes.size(); ++i)
        cells[i] = Cell::string(view.codes[i]);
      value.value = Cell::items(cells, static_cast<std::uint32_t>(view.codes.size()));
      continue;
    }
    if (desc.per) {
      value.present = true;
      fill_keys(ledger, o, value);
      continue;
    }
    const std::span<const Ledger::Key> all = ledger.keys(o);
    if (all.empty()) continue;
    value.value = all[0].value;
    value.outcome = all[0].outcome;
    value.needs = all[0].needs;
    value.present = desc.kind == OutputKind::verdict || value.value.present != 0;
  }
  view.outputs = {outputs, count};
}

namespace {

/// JSON fragments that order and distinguish reasons.
void append_sets(std::string& out, const Ledger& ledger, std::span<const std::uint32_t> sets) {
  out += '[';
  for (std::size_t i = 0; i < sets.size(); ++i) {
    if (i != 0) out += ',';
    base::append_json_string(out, ledger.program().text(ledger.desc(sets[i]).json));
  }
  out += ']';
}

void append_tags(std::string& out, const Ledger& ledger, std::uint32_t rule) {
  if (rule == kNone) return;
  const Run tags = rule_desc(ledger, rule).tags;
  for (std::uint32_t i = 0; i < tags.count; ++i) {
    const TagDesc& tag = ledger.program().tags[tags.first + i];
    out += i == 0 ? '{' : ',';
    base::append_json_string(out, ledger.program().text(tag.name));
    out += ':';
    base::append_json_string(out, ledger.program().text(tag.value));
  }
  if (tags.count != 0) out += '}';
}

void append_waived(std::string& out, const Ledger& ledger, std::uint32_t waiver) {
  if (waiver == kNone) return;
  const Program& program = ledger.program();
  const WaiverDesc& desc = program.waivers[ledger.decision_desc().waivers.first + waiver];
  out += "{\"by\":";
  base::append_json_string(out, program.text(desc.by));
  out += ",\"until\":\"";
  base::append_instant(out, program.windows[desc.window].until);
  out += "\",\"because\":";
  base::append_json_string(out, program.text(desc.because));
  out += '}';
}

}  // namespace

/// Gives the items the JSON that distinguishes them, and their places.
void Report::complete_items(const Ledger& ledger) {
  Arena& arena = ledger.arena();
  for (Item& item : items_) {
    json_.clear();
    append_sets(json_, ledger, item.sets);
    item.sets_json = arena.copy(json_);
    json_.clear();
    append_tags(json_, ledger, item.rule);
    item.tags_json = arena.copy(json_);
    json_.clear();
    append_waived(json_, ledger, item.waiver);
    item.waived_json = arena.copy(json_);
    if (!item.at.empty()) continue;
    json_.assign(item.file);
    json_ += ':';
    base::append_integer(json_, item.line);
    json_ += ':';
    base::append_integer(json_, item.column);
    item.at = arena.copy(json_);
  }
}

/// Counts a reason for each of the rules that give it (`equal` ascends by bucket); true when it is
/// among the first of one of them. Which of the rules stands first in the source plays no part.
bool Report::counts_among_the_first(std::span<const Item> equal) {
  bool among = false;
  std::uint32_t counted = kNone;
  for (const Item& item : equal) {
    if (item.bucket == counted) continue;
    counted = item.bucket;
    among = per_rule_[counted]++ < kMaxReasonsOfRule || among;
  }
  return among;
}

/// Orders the items, merges equal ones, applies the limits.
void Report::fill_reasons(const Ledger& ledger, DecisionView& view) {
  complete_items(ledger);
  const auto identity = [](const Item& i) {
    return std::tie(i.code, i.text, i.sets_json, i.tags_json, i.waived_json);
  };
  const auto place = [](const Item& i) { return std::tie(i.file, i.line, i.column, i.bucket); };
  std::sort(items_.begin(), items_.end(), [&](const Item& a, const Item& b) {
    if (identity(a) != identity(b)) return identity(a) < identity(b);
    return a.bucket < b.bucket;
  });
  per_rule_.assign(ledger.decision_desc().rules.count + ledger.decision_desc().outputs.count, 0);
  auto* reasons = ledger.arena().array<ReasonView>(std::min(items_.size(), kMaxReasons));
  std::size_t count = 0;
  for (auto first = items_.begin(); first != items_.end();) {
    const auto last = std::find_if(
        first, items_.end(), [&](const Item& item) { return identity(item) != identity(*first); });
    const bool among = counts_among_the_first({first, last});
    const Item& item = *std::min_element(
        first, last, [&](const Item& a, const Item& b) { return place(a) < place(b); });
    first = last;
    if (!among || count == kMaxReasons) {
      ++view.more;
      continue;
    }
    reasons[count++] = {.code = item.code,
                        .because = item.text,
                        .sets = item.sets,
                        .rule = item.rule,
                        .waiver = item.waiver,
                        .at = item.at};
  }
  view.reasons = {reasons, count};
}

void Report::make(const Ledger& ledger, TextRunner& texts, bool with_reasons, DecisionView& view) {
  items_.clear();
  codes_.clear();
  view.more = 0;
  view.reasons = {};
  decide_firings(ledger, texts, with_reasons);
  add_otherwise(ledger, texts, with_reasons);
  view.codes = distinct(ledger.arena(), codes_);
  fill_outputs(ledger, view);
  if (with_reasons) fill_reasons(ledger, view);
}

}  // namespace writ::engine
