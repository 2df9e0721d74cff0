#include "tests/verify/trial.hpp"

#include <cctype>

#include <nlohmann/json.hpp>

#include "tests/verify/shuffle.hpp"

namespace writ::tests {
namespace {

using base::Micros;

/// 2020-01-01 and 2030-01-01: where most instants of policies are.
constexpr Micros kEarly = 1'577'836'800 * base::kMicrosPerSecond;
constexpr Micros kLate = 1'893'456'000 * base::kMicrosPerSecond;

Micros between(Micros low, Micros high, std::mt19937_64& random) {
  return std::uniform_int_distribution<Micros>(low, high)(random);
}

std::optional<Micros> instant_of(const std::string& json) {
  if (json == "null") return std::nullopt;
  return base::parse_instant(std::string_view(json).substr(1, json.size() - 2));
}

/// A text without the positions in JSON Pointers (`/form/endpoints/2/name`), and with the pointers
/// of a list of them, which ascend, in an order that does not depend on the positions.
std::string without_positions_in(const std::string& text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    plain += text[i];
    if (text[i] != '/') continue;
    std::size_t end = i + 1;
    while (end < text.size() && std::isdigit(static_cast<unsigned char>(text[end])) != 0)
      ++end;
    if (end == i + 1) continue;
    plain += '#';
    i = end - 1;
  }
  if (plain == text) return text;
  std::vector<std::string> words;
  std::string part;
  for (const char c : plain + ' ') {
    if (c != ' ' && c != ',' && c != '(' && c != ')') {
      part += c;
      continue;
    }
    if (!part.empty()) words.push_back(part);
    part.clear();
  }
  std::sort(words.begin(), words.end());
  return joined(words);
}

nlohmann::json without_positions(const nlohmann::json& json) {
  if (json.is_string()) return without_positions_in(json.get<std::string>());
  if (!json.is_structured()) return json;
  nlohmann::json out = json;
  for (auto& item : out)
    item = without_positions(item);
  if (out.is_array())
    std::sort(out.begin(), out.end(),
              [](const auto& a, const auto& b) { return a.dump() < b.dump(); });
  return out;
}

/// A result or reasons in a form in which what moved with an element is where it was.
std::string without_positions(const std::string& text) {
  return without_positions(nlohmann::json::parse(text)).dump();
}

}  // namespace

Subject make_subject(std::string name, Policy policy) {
  Subject subject{std::move(name), std::move(policy), false, {}};
  for (const dsl::Expr& expr : subject.policy.model.exprs)
    for (const dsl::PointerStep& step : expr.pointer_steps)
      if (step.local != dsl::kNoIndex) subject.follows_elements = true;
  const engine::Program& program = subject.policy.plain->program();
  subject.instants.assign(program.instants.begin(), program.instants.end());
  return subject;
}

Trial::Trial(const Subject& subject, std::uint32_t decision, std::uint64_t seed)
    : subject_(subject), decision_(decision), random_(seed), values_(subject.policy.model) {
  const dsl::Model& model = subject.policy.model;
  for (std::uint32_t i = 0; i < model.data.size(); ++i) {
    if (!model.data[i].literal || random_() % 2 == 0)
      data_[i] = random_data(model, values_, i, instant(), random_());
  }
  auto deciders = Deciders::make(subject.policy, data_);
  // Random data may be invalid; then the literals have to do.
  if (!deciders) {
    for (auto it = data_.begin(); it != data_.end();)
      it = model.data[it->first].literal ? data_.erase(it) : std::next(it);
    deciders = Deciders::make(subject.policy, data_);
  }
  if (deciders) deciders_.emplace(std::move(*deciders));
}

Micros Trial::instant() {
  const std::uint64_t kind = random_() % 4;
  if (kind == 0 && !subject_.instants.empty())
    return subject_.instants[random_() % subject_.instants.size()] + between(-1, 1, random_);
  const Micros instant = between(kEarly, kLate, random_);
  return kind == 1 ? instant : instant - instant % base::kMicrosPerMinute;
}

std::optional<std::string> Trial::next() {
  if (!deciders_) return std::nullopt;
  const Micros now = instant();
  const std::uint64_t seed = random_();
  const Case c{decision_, random_input(subject_.policy.model, values_, decision_, now, seed), now};
  Answer answer;
  const std::string found = deciders_->disagreement(c, answer);
  if (!found.empty()) return report(c, found);
  if (!answer.accepted) return std::nullopt;
  ++accepted_;
  if (auto text = later(c, answer)) return text;
  return reordered(c, answer);
}

/// Until `valid_until` the same input gives the same result.
std::optional<std::string> Trial::later(const Case& c, const Answer& answer) {
  const std::optional<Micros> until = instant_of(answer.valid_until);
  if (until && *until <= c.now + 1) return std::nullopt;
  const Micros last = until ? *until - 1 : base::kMaxInstant;
  for (const Micros now : {between(c.now + 1, last, random_), last}) {
    const Case again{c.decision, c.json, now};
    const Answer other = vm_answer(deciders_->optimized(), again, engine::Explain::none);
    if (other.result == answer.result) continue;
    return report(c, "its result changes before valid_until " + answer.valid_until + ":\n" +
                         answer_text(answer) + "at " + instant_json(now) + ":\n" +
                         answer_text(other));
  }
  return std::nullopt;
}

/// The order of elements and members changes neither result nor valid_until nor reasons; but for
/// the pointers of moved elements.
std::optional<std::string> Trial::reordered(const Case& c, const Answer& answer) {
  const Case again{c.decision, shuffled(c.json, random_), c.now};
  Answer before = answer;
  Answer after = vm_answer(deciders_->optimized(), again, engine::Explain::reasons);
  if (subject_.follows_elements && after.accepted) {
    // Of more than fit into the answer, those that come first are kept, places and all.
    if (answer.more != 0 || after.more != 0) return std::nullopt;
    for (Answer* one : {&before, &after}) {
      one->result = without_positions(one->result);
      one->reasons = without_positions(one->reasons);
    }
  }
  if (agree(before, after)) return std::nullopt;
  return report(c, "it depends on the order of elements:\n" + answer_text(answer) +
                       "with the input " + again.json + "\n" + answer_text(after));
}

std::string Trial::report(const Case& c, const std::string& found) const {
  std::string at;
  base::append_instant(at, c.now);
  const dsl::Model& model = subject_.policy.model;
  std::string text = "policy " + subject_.name + "\n//> decide " +
                     model.decisions[c.decision].name + " " + c.json + " at " + at + "\n";
  for (const auto& [index, json] : data_)
    text += "//>   with data " + model.data[index].name + " = " + json + "\n";
  return text + found;
}

}  // namespace writ::tests
