#include "engine/bundle.hpp"

#include <cstring>

#include "tests/fuzz/properties.hpp"
#include "tests/golden/ways.hpp"
#include "tests/random/random_json.hpp"

namespace writ::tests {
namespace {

namespace fs = std::filesystem;

/// A bundle of a policy of fuzz/corpus/policy, and requests that it accepts.
struct Original {
  std::string name, bytes;
  std::vector<Case> requests;
};

constexpr base::Micros kSomeInstant = 1'772'452'800 * base::kMicrosPerSecond;
constexpr std::uint64_t kRequests = 3;  ///< for each decision
constexpr std::size_t kEditBytes = 8;

void add_original(std::vector<Original>& originals, const fs::path& file) {
  dsl::Sources sources({{"policy.writ", read_file(file)}});
  dsl::Diagnostics diagnostics;
  const auto model = dsl::load(sources, diagnostics);
  if (!model) return;
  const auto program = engine::compile(*model, sources);
  if (!program) return;
  auto bytes = engine::write_bundle(*program);
  if (!bytes) return;
  Original original{file.filename().string(), std::move(*bytes), {}};
  const tools::RandomValues values(*model);
  for (std::uint32_t d = 0; d < model->decisions.size(); ++d)
    for (std::uint64_t seed = 0; seed < kRequests; ++seed)
      original.requests.push_back(
          {d, random_input(*model, values, d, kSomeInstant, seed), kSomeInstant});
  originals.push_back(std::move(original));
}

const std::vector<Original>& all_originals() {
  static const std::vector<Original> originals = [] {
    std::vector<Original> made;
    for (const fs::path& file : corpus_files("policy"))
      add_original(made, file);
    return made;
  }();
  return originals;
}

const Original& find_original(std::string_view name) {
  std::size_t rest = 0;
  for (const char c : name)
    rest = rest * 31 + static_cast<unsigned char>(c);
  for (const Original& original : all_originals())
    if (original.name == name) return original;
  return all_originals()[rest % all_originals().size()];
}

/// One change: of a byte, or of a number of 32 bits, of which bundles are made.
void edit(std::string& bytes, std::string_view how) {
  std::uint16_t from = 0;
  std::uint32_t at = 0;
  std::memcpy(&from, how.data() + 2, sizeof from);
  std::memcpy(&at, how.data() + 4, sizeof at);
  const auto value = static_cast<unsigned char>(how[1]);
  const std::size_t numbers = bytes.size() / sizeof(std::uint32_t);
  if (numbers == 0) return;
  char* const place = bytes.data() + at % numbers * sizeof(std::uint32_t);
  std::uint32_t number = 0;
  std::memcpy(&number, place, sizeof number);
  switch (static_cast<unsigned char>(how[0]) % 4) {
    case 0: place[value % sizeof number] = static_cast<char>(from); return;
    case 1: number += static_cast<std::uint32_t>(static_cast<signed char>(value)); break;
    case 2: number = value; break;
    default:
      std::memcpy(&number, bytes.data() + from % numbers * sizeof number, sizeof number);
      break;
  }
  std::memcpy(place, &number, sizeof number);
}

std::string decided_fault(engine::Evaluator& evaluator, const Case& c) {
  engine::Usage usage;
  const auto* view = evaluator.decide_metered(c.decision, c.json, c.now, usage);
  if (view == nullptr) {
    if (!engine::diagnose(evaluator.program(), c.decision, c.json)) return "refused by one decoder";
    return {};
  }
  std::string text;
  engine::append_decision(text, evaluator.program(), *view,
                          {.id = {},
                           .revision = {},
                           .data_digest = evaluator.data().digest(),
                           .explain = engine::Explain::reasons});
  const engine::Cost& bound = evaluator.program().cost(c.decision);
  if (usage.instructions > bound.instructions)
    return "takes " + std::to_string(usage.instructions) + " steps, the bound is " +
           std::to_string(bound.instructions);
  if (text.size() > bound.answer) return "the answer is longer than its bound";
  return {};
}

}  // namespace

std::string bundle_fault(std::string_view bytes) {
  const std::size_t line = std::min(bytes.find('\n'), bytes.size());
  const Original& original = find_original(bytes.substr(0, line));
  bytes.remove_prefix(std::min(line + 1, bytes.size()));
  std::string changed = original.bytes;
  for (; bytes.size() >= kEditBytes; bytes.remove_prefix(kEditBytes))
    edit(changed, bytes.substr(0, kEditBytes));
  engine::seal_bundle(changed);

  const auto bundle = engine::read_bundle(changed);
  if (!bundle) return bundle.error().message.empty() ? "refused without a message" : "";
  const auto again = engine::write_bundle(bundle->program->program());
  if (!again) return "read, and cannot be written again";
  const auto data = engine::load_data(bundle->program, {});
  if (!data) return {};
  engine::Evaluator evaluator(bundle->program, *data);
  for (const Case& c : original.requests) {
    if (c.decision >= bundle->program->program().decisions.size()) continue;
    if (std::string found = decided_fault(evaluator, c); !found.empty()) return found;
  }
  return {};
}

}  // namespace writ::tests
