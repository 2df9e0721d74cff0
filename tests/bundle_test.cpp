// Bundles: what is written is what is read, for the same sources the same bytes; whatever was
// changed is refused, or is a program that the verifier vouches for.

#include "engine/bundle.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "engine/disassembler.hpp"
#include "engine/opcodes.hpp"

#include "tests/golden/golden.hpp"
#include "tests/golden/ways.hpp"
#include "tests/process.hpp"
#include "tests/temporary_folder.hpp"
#include "tools/bundle_file.hpp"

namespace writ::tests {
namespace {

namespace fs = std::filesystem;
using engine::BundleFault;
using engine::Program;
using nlohmann::json;

const fs::path kRoot = WRIT_SOURCE_DIR;
const std::string kDoor = (kRoot / "tests/data/cli/policy").string();
const std::string kAna = (kRoot / "tests/data/cli/ana.json").string();

/// Much of the language in few bytes.
constexpr std::string_view kSmall = R"(writ 1
package small

enum Role { cto, dpo }
record Item { name: string max 9, size: int 0..9, roles: set<Role> max 3 }
data known: set<string> max 9 = { "x", "y" }

first table limit(kind: string, size: int) -> int {
  "a" | "b", 3.. => 3
  "c", _ => 5
  _, _ => 1
}

decision pick(kind: string max 9, items: list<Item> max 4, at: time?) {
  most: highest int 0..9 starting at 0
  needed: quorum Role
  seen: collected string
  codes: codes
}
rule a for pick { when kind == "a" then most at least 2 because "kind {kind}" }
rule b for pick { when kind == "b" then most at least 3 because "kind {kind}" }
rule c for pick { when kind == "c" then most at least 4 }
rule d for pick { when kind == "d" or kind == "e" then most at least 5 }
rule big for pick {
  each i in items
  when i.size > limit(kind, i.size) and i.name not in known
  then most at least i.size
  then needed require one of { cto, dpo }
  then seen include i.name
  because "{i.name} is {i.size}"
}
rule late for pick {
  when at is present and now - at > 1d
  then needed require all of { dpo }
  because "late"
}
)";
const std::vector<std::string> kSmallInputs = {
    R"({"kind":"a","items":[{"name":"n","size":9,"roles":["cto"]},{"name":"x","size":8,"roles":[]}],"at":"2020-01-01T00:00:00Z"})",
    R"({"kind":"zz","items":[{"name":"n","size":2,"roles":["cto","dpo"]}],"at":null})",
    R"({"kind":7})"};
constexpr base::Micros kNow = 1'700'000'000'000'000;

Program program_of(std::string_view text) {
  auto policy = tools::load_sources(dsl::Sources({{"small.writ", std::string(text)}}));
  EXPECT_TRUE(policy.ok()) << dsl::render_text(policy.diagnostics, policy.sources, false);
  return policy.ok() ? policy.program->program() : Program();
}

std::string small_bundle() {
  return *engine::write_bundle(program_of(kSmall));
}

BundleFault fault_of(const std::string& bytes, const std::vector<engine::PublicKey>& trusted = {}) {
  const auto bundle = engine::read_bundle(bytes, trusted);
  EXPECT_FALSE(bundle) << "it was taken";
  return bundle ? BundleFault::refused_program : bundle.error().fault;
}

/// Decides with a program of any origin in each mode; what it answers.
std::string decide_all(const ProgramPtr& program, const std::vector<std::string>& inputs) {
  std::string out = engine::disassemble(program->program());
  const auto data = engine::load_data(program, {});
  if (!data) return out + data.error().problem.detail;
  engine::Evaluator evaluator(program, *data);
  for (std::uint32_t d = 0; d < program->program().decisions.size(); ++d) {
    for (const std::string& input : inputs) {
      for (const auto explain : {engine::Explain::none, engine::Explain::full}) {
        if (const auto* view = evaluator.decide(d, input, kNow, explain)) {
          engine::append_decision(
              out, *program, *view,
              {.id = {}, .revision = {}, .data_digest = {}, .explain = explain});
        } else if (const auto problem = engine::diagnose(*program, d, input)) {
          engine::append_problem(out, program->program(), d, *problem);
        }
      }
    }
  }
  return out;
}

Process writ(const std::string& arguments, const std::string& input = "") {
  return run_command(std::string(WRIT_BINARY) + " " + arguments, input);
}

// --- what is written is what is read ---

TEST(Bundle, ReadBackAndWrittenAgainIsTheSame) {
  const std::string bytes = small_bundle();
  const auto bundle = engine::read_bundle(bytes);
  ASSERT_TRUE(bundle) << bundle.error().message;
  EXPECT_EQ(*engine::write_bundle(bundle->program->program()), bytes);
  EXPECT_EQ(bundle->program->program().digest, program_of(kSmall).digest);
  EXPECT_EQ(bundle->info.digest, program_of(kSmall).digest);
  EXPECT_EQ(bundle->info.size, bytes.size());
  EXPECT_EQ(bundle->info.revision(), "");
}

/// The goldens in tests/lang go through a bundle too: tests/golden/ways.hpp.
TEST(Bundle, PoliciesThatShipAnswerTheSame) {
  std::size_t seen = 0;
  for (const auto& entry : fs::directory_iterator(kRoot / "policies")) {
    if (!entry.is_directory()) continue;
    auto policy = tools::load_policy(entry.path());
    ASSERT_TRUE(policy) << entry.path();
    ASSERT_TRUE(policy->ok()) << entry.path();
    const auto bundled = through_bundle(policy->program->program());
    ASSERT_TRUE(bundled) << bundled.error();
    std::vector<std::string> inputs;
    for (const fs::path& file : files_below(entry.path() / "samples", ".json"))
      inputs.push_back(read_file(file));
    const std::string answers = decide_all(policy->program, inputs);
    EXPECT_NE(answers.find("\"result\""), answers.npos) << entry.path();
    EXPECT_EQ(decide_all(*bundled, inputs), answers) << entry.path();
    ++seen;
  }
  EXPECT_GE(seen, 1u);
}

TEST(Bundle, TheFormatIsDocumentedRowByRow) {
  const std::string page = read_file(kRoot / "docs/bundle-format.md");
  const auto bundle = engine::read_bundle(small_bundle());
  ASSERT_TRUE(bundle) << bundle.error().message;
  std::size_t last = 0;
  for (const engine::BundleSection& section : bundle->info.sections) {
    const std::string row =
        "\n| `" + std::string(section.name) + "` | " + std::to_string(section.row_bytes) + " |";
    const std::size_t at = page.find(row);
    EXPECT_NE(at, page.npos) << row;
    EXPECT_GT(at, last) << row << " stands too early";
    last = at;
  }
}

TEST(Bundle, BuildsOfACopiedFolderAreTheSame) {
  const TemporaryFolder folder;
  fs::copy(kDoor, folder.path() + "/elsewhere", fs::copy_options::recursive);
  const std::string first = folder.path() + "/1.writb", second = folder.path() + "/2.writb";
  ASSERT_EQ(writ("build " + kDoor + " -o " + first).status, 0);
  ASSERT_EQ(writ("build " + folder.path() + "/elsewhere -o " + second).status, 0);
  EXPECT_EQ(read_file(first), read_file(second));
  EXPECT_FALSE(read_file(first).empty());
}

// --- what was changed is refused ---

TEST(Bundle, EverySingleByteChangedIsRefused) {
  const auto keys = *engine::generate_keys();
  const auto key = *engine::parse_signing_key(keys.private_pem);
  for (std::string bytes : {small_bundle(), *engine::write_bundle(program_of(kSmall), 3, key)}) {
    ASSERT_LT(bytes.size(), 20'000u);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      for (const int change : {0x01, 0x80, 0xff}) {
        const char before = bytes[i];
        bytes[i] = static_cast<char>(before ^ change);
        ASSERT_FALSE(engine::read_bundle(bytes)) << "byte " << i << " changed by " << change;
        bytes[i] = before;
      }
    }
    EXPECT_TRUE(engine::read_bundle(bytes));
  }
}

TEST(Bundle, EveryShorterOneIsRefused) {
  const std::string bytes = small_bundle();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto bundle = engine::read_bundle(bytes.substr(0, size));
    ASSERT_FALSE(bundle) << size;
    ASSERT_EQ(bundle.error().fault, size < 8 ? BundleFault::not_a_bundle : BundleFault::truncated);
  }
}

/// With the checksum made right again nothing stands between the bytes and the program but the
/// reader's and the verifier's own checks.
TEST(Bundle, ChangedAndSealedIsRefusedOrDecides) {
  const std::string bytes = small_bundle();
  const std::string body = bytes.substr(0, bytes.size() - 32);
  std::size_t refused = 0, decided = 0;
  for (std::size_t i = 0; i < body.size(); ++i) {
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ (1 << i % 8));
    engine::seal_bundle(changed);
    const auto bundle = engine::read_bundle(changed);
    if (!bundle) {
      ++refused;
      continue;
    }
    ++decided;
    decide_all(bundle->program, kSmallInputs);
  }
  EXPECT_GT(refused, body.size() / 2);
  EXPECT_GT(decided, body.size() / 20);
}

/// Words of the sections become numbers that indexes, sizes and offsets go wrong with.
void change_words(std::string& bytes, std::size_t from, std::mt19937_64& random) {
  constexpr std::uint32_t kWords[] = {0,       1,          2,          3,          63,
                                      64,      65,         255,        256,        0xffff,
                                      0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff};
  const auto pick = [&random](std::size_t below) {
    return static_cast<std::size_t>(random() % below);
  };
  const std::size_t words = (bytes.size() - 32 - from) / 4;
  for (std::size_t changes = 1 + pick(3); changes > 0; --changes) {
    const std::size_t at = from + 4 * pick(words);
    std::uint32_t word = 0;
    std::memcpy(&word, bytes.data() + at, 4);
    switch (pick(4)) {
      case 0: word = kWords[pick(std::size(kWords))]; break;
      case 1: word += static_cast<std::uint32_t>(pick(9)) - 4; break;
      case 2: word ^= 1u << pick(32); break;
      default: std::memcpy(&word, bytes.data() + from + 4 * pick(words), 4); break;
    }
    std::memcpy(bytes.data() + at, &word, 4);
  }
  engine::seal_bundle(bytes);
}

TEST(Bundle, GoldensWithWordsChangedAreRefusedOrDecide) {
  std::mt19937_64 random(20261124);
  std::size_t refused = 0, decided = 0, number = 0;
  for (const fs::path& path : files_below(kRoot / "tests/lang", ".writ")) {
    if (++number % 7 != 0) continue;
    const Golden golden = read_golden(path);
    if (golden.rejected) continue;
    auto policy = tools::load_sources(golden.sources(), /*probes=*/true);
    ASSERT_TRUE(policy.ok()) << path;
    std::vector<std::string> inputs;
    for (const GoldenCase& c : golden.cases)
      if (!c.outputs) inputs.push_back(c.json);
    const std::string bytes = *engine::write_bundle(policy.program->program());
    for (int trial = 0; trial < 60; ++trial) {
      std::string changed = bytes;
      change_words(changed, 112 + 32 * 16, random);
      const auto bundle = engine::read_bundle(changed);
      if (!bundle) {
        ++refused;
        continue;
      }
      ++decided;
      const auto begin = std::chrono::steady_clock::now();
      decide_all(bundle->program, inputs);
      ASSERT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20)) << path;
    }
  }
  EXPECT_GT(refused, 1000u);
  EXPECT_GT(decided, 100u);
}

/// Each of these was once taken by the verifier, and ended in memory that was not the program's.
struct Hole {
  const char* what;
  void (*make)(Program&);
  const char* message;
};

engine::OutputDesc& output_of(Program& p, engine::OutputKind kind) {
  return *std::find_if(p.outputs.begin(), p.outputs.end(),
                       [kind](const engine::OutputDesc& output) { return output.kind == kind; });
}

const Hole kHoles[] = {
    {"an empty bucket has blocks, which explain=full goes through",
     [](Program& p) {
       for (auto& bucket : p.buckets)
         if (bucket.key == engine::kNone) bucket.blocks = {0, 0xffff};
     },
     "rule blocks"},
    {"a quorum is clamped, which turns its address into a number",
     [](Program& p) { output_of(p, engine::OutputKind::quorum).clamp = true; },
     "an output's range does not suit its kind"},
    {"codes are `per`, and have no key to put them under",
     [](Program& p) {
       output_of(p, engine::OutputKind::codes).per = true;
       output_of(p, engine::OutputKind::codes).key_type =
           output_of(p, engine::OutputKind::highest).type;
     },
     "an output's type does not suit its kind"},
    {"codes are a set of records",
     [](Program& p) {
       const auto record = std::find_if(p.types.begin(), p.types.end(), [](const auto& type) {
         return type.kind == engine::Kind::record;
       });
       engine::TypeDesc type;
       type.kind = engine::Kind::set;
       type.element = static_cast<std::uint32_t>(record - p.types.begin());
       type.stride = p.records[record->decl].cells;
       output_of(p, engine::OutputKind::codes).type = static_cast<std::uint32_t>(p.types.size());
       p.types.push_back(type);
     },
     "an output's type does not suit its kind"},
    {"a quorum's type names an enum with fewer members",
     [](Program& p) {
       engine::EnumDesc one = p.enums[0];
       one.members = {0, 0};
       p.enums.push_back(one);
       p.members.push_back(p.members[0]);
       p.members.back().rank = 0;
       p.enums.back().members = {static_cast<std::uint32_t>(p.members.size() - 1), 1};
       p.types[output_of(p, engine::OutputKind::quorum).type].decl =
           static_cast<std::uint32_t>(p.enums.size() - 1);
     },
     "an output's type does not suit its kind"},
    {"a map has a record of one cell as its key",
     [](Program& p) {
       engine::RecordDesc record;
       record.fields = {static_cast<std::uint32_t>(p.fields.size()), 1};
       record.cells = 1;
       p.fields.push_back(p.fields[0]);
       p.fields.back().offset = 0;
       p.records.push_back(record);
       engine::TypeDesc key, map;
       key.kind = engine::Kind::record;
       key.decl = static_cast<std::uint32_t>(p.records.size() - 1);
       map.kind = engine::Kind::map;
       map.key = static_cast<std::uint32_t>(p.types.size());
       map.element = p.fields[0].type;
       p.types.push_back(key);
       p.types.push_back(map);
     },
     "a map has no key type"},
    {"a condition is of no kind",
     [](Program& p) { p.conditions[0].kind = static_cast<engine::ConditionKind>(2); },
     "a condition is of no kind"},
    {"a contribution of no rule is of no kind",
     [](Program& p) {
       p.contributions.push_back(p.contributions[0]);
       p.contributions.back().verb = static_cast<engine::Verb>(99);
     },
     "a contribution is of no kind"},
    {"a constant nests without end",
     [](Program& p) {
       for (int i = 0; i < 100; ++i) {
         engine::Constant list;
         list.kind = engine::ConstantKind::items;
         list.run = {static_cast<std::uint32_t>(p.constant_cells.size()), 1};
         list.count = 1;
         p.constant_cells.push_back(static_cast<std::uint32_t>(p.constants.size() - 1));
         p.constants.push_back(list);
       }
     },
     "a constant nests too deeply"},
    {"a constant doubles with each level",
     [](Program& p) {
       for (int i = 0; i < 40; ++i) {
         engine::Constant list;
         list.kind = engine::ConstantKind::items;
         list.run = {static_cast<std::uint32_t>(p.constant_cells.size()), 2};
         list.count = 2;
         for (int twice = 0; twice < 2; ++twice)
           p.constant_cells.push_back(static_cast<std::uint32_t>(p.constants.size() - 1));
         p.constants.push_back(list);
       }
     },
     "a constant is too large"},
    {"decisions share their rules", [](Program& p) { p.decisions.push_back(p.decisions[0]); },
     "belong to several owners"},
    {"the text of a rule that never fires is not code of its own",
     [](Program& p) {
       engine::RuleDesc rule = p.rules[0];
       rule.contributions = rule.tags = rule.conditions = {};
       rule.text = static_cast<std::uint32_t>(p.code.size());
       p.rules.push_back(rule);
       p.decisions.back().rules.count += 1;
       engine::Instruction load, end;
       load.op = static_cast<std::uint16_t>(engine::Opcode::constant);
       load.d = 0xfffffff;
       end.op = static_cast<std::uint16_t>(engine::Opcode::end);
       p.code.push_back(load);
       p.code.push_back(end);
     },
     "an operand is out of range"},
};

TEST(Bundle, HolesOfTheVerifierStayClosed) {
  for (const Hole& hole : kHoles) {
    Program program = program_of(kSmall);
    hole.make(program);
    const auto verified = engine::verify(std::move(program));
    ASSERT_FALSE(verified) << hole.what;
    EXPECT_NE(verified.error().message.find(hole.message), std::string::npos)
        << hole.what << ": " << verified.error().message;
  }
}

/// The verifier took the greatest number for `no jump at all`.
TEST(Bundle, AJumpToTheGreatestNumberIsRefused) {
  Program program = program_of(kSmall);
  for (engine::Instruction& in : program.code) {
    if (in.op != static_cast<std::uint16_t>(engine::Opcode::condition)) continue;
    in.e = 0xffffffff;
    break;
  }
  const auto bundle = engine::read_bundle(*engine::write_bundle(program));
  ASSERT_FALSE(bundle);
  EXPECT_EQ(bundle.error().fault, BundleFault::refused_program);
  EXPECT_NE(bundle.error().message.find("a jump leaves its section"), std::string::npos);
}

TEST(Bundle, FaultsOfTheHeaderHaveTheirNames) {
  const std::string bytes = small_bundle();
  const auto with = [&bytes](std::size_t at, char value) {
    std::string changed = bytes;
    changed[at] = value;
    engine::seal_bundle(changed);
    return changed;
  };
  EXPECT_EQ(fault_of(""), BundleFault::not_a_bundle);
  EXPECT_EQ(fault_of("writ 1\npackage p\n"), BundleFault::not_a_bundle);
  std::string swapped = bytes;
  std::reverse(swapped.begin() + 8, swapped.begin() + 12);
  EXPECT_EQ(fault_of(swapped), BundleFault::other_order);
  EXPECT_EQ(fault_of(with(12, 2)), BundleFault::other_layout);
  EXPECT_EQ(fault_of(with(14, 2)), BundleFault::other_edition);
  EXPECT_EQ(fault_of(with(16, 'x')), BundleFault::other_layout);
  EXPECT_EQ(fault_of(bytes + '\0'), BundleFault::trailing);
  EXPECT_EQ(fault_of(bytes.substr(0, 200)), BundleFault::truncated);
  std::string damaged = bytes;
  damaged[bytes.size() / 2] ^= 1;
  EXPECT_EQ(fault_of(damaged), BundleFault::damaged);
  EXPECT_EQ(fault_of(with(32, 31)), BundleFault::malformed);
  EXPECT_EQ(fault_of(with(40, 1)), BundleFault::malformed);
  EXPECT_EQ(fault_of(with(112, 1)), BundleFault::malformed);
  EXPECT_EQ(
      fault_of(std::string(engine::kBundleMagic) + std::string(engine::kMaxBundleBytes, '\0')),
      BundleFault::too_large);
}

// --- signatures ---

TEST(Bundle, TrustTakesWhatTheKeySignedAndNothingElse) {
  const auto keys = *engine::generate_keys(), others = *engine::generate_keys();
  const auto key = *engine::parse_signing_key(keys.private_pem);
  const Program program = program_of(kSmall);
  const std::string bytes = *engine::write_bundle(program, 42, key);
  const auto bundle = engine::read_bundle(bytes, std::vector{others.public_key, keys.public_key});
  ASSERT_TRUE(bundle) << bundle.error().message;
  EXPECT_EQ(bundle->info.revision(), "42");
  EXPECT_EQ(bundle->info.signer, keys.public_key);
  EXPECT_EQ(bundle->info.digest, program.digest);
  EXPECT_EQ(fault_of(bytes, {others.public_key}), BundleFault::other_signer);
  EXPECT_EQ(fault_of(small_bundle(), {keys.public_key}), BundleFault::not_signed);
  EXPECT_EQ(*engine::write_bundle(program, 42, key), bytes);
  EXPECT_FALSE(engine::write_bundle(program, 0, key));
  EXPECT_FALSE(engine::write_bundle(program, engine::kMaxSerial + 1, key));
}

TEST(Bundle, AnyChangeBreaksTheSignature) {
  const auto keys = *engine::generate_keys(), others = *engine::generate_keys();
  const std::string bytes =
      *engine::write_bundle(program_of(kSmall), 42, *engine::parse_signing_key(keys.private_pem));
  for (std::size_t i = 0; i < bytes.size() - 32; ++i) {
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    engine::seal_bundle(changed);
    ASSERT_FALSE(engine::read_bundle(changed, std::vector{keys.public_key})) << i;
    // The header names the signer: another name, and the signature is not theirs.
    ASSERT_FALSE(engine::read_bundle(changed)) << i;
  }
  std::string serial = bytes;
  serial[40] ^= 1;
  engine::seal_bundle(serial);
  EXPECT_EQ(fault_of(serial), BundleFault::bad_signature);
  std::string stolen = bytes;
  std::copy(others.public_key.bytes.begin(), others.public_key.bytes.end(), stolen.begin() + 80);
  engine::seal_bundle(stolen);
  EXPECT_EQ(fault_of(stolen, {others.public_key}), BundleFault::bad_signature);
}

TEST(Bundle, KeysOfAnotherKindAreNamed) {
  const auto keys = *engine::generate_keys();
  EXPECT_NE(engine::parse_signing_key(keys.public_pem).error().find("is a public key"),
            std::string::npos);
  EXPECT_NE(engine::parse_public_key(keys.private_pem).error().find("is a private key"),
            std::string::npos);
  EXPECT_NE(engine::parse_public_key("").error().find("writ keygen"), std::string::npos);
}

// --- the command ---

class BundleCommand : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(writ("keygen -o " + at("own")).status, 0);
    ASSERT_EQ(writ("keygen -o " + at("other")).status, 0);
    ASSERT_EQ(writ("build " + kDoor + " -o " + at("door.writb")).status, 0);
    ASSERT_EQ(writ("build " + kDoor + " -o " + at("signed.writb") + " --sign " + at("own.key") +
                   " --serial 7")
                  .status,
              0);
  }
  std::string at(const std::string& name) const { return folder_.path() + "/" + name; }
  Process eval(const std::string& policy, const std::string& more = "") const {
    return writ("eval " + policy + " door.enter --input " + kAna + " --data banned=" + kDoor +
                "/data/banned.json --now 2026-03-02T12:00:00Z --format json " + more);
  }
  TemporaryFolder folder_;
};

TEST_F(BundleCommand, DecidesAsTheFolderDoes) {
  const Process folder = eval(kDoor), bundle = eval(at("door.writb")),
                own = eval(at("signed.writb"));
  ASSERT_EQ(folder.status, 0) << folder.err;
  EXPECT_EQ(bundle.out, folder.out) << bundle.err;
  json decision = json::parse(own.out);
  EXPECT_EQ(decision["policy"]["revision"], "7");
  decision["policy"]["revision"] = nullptr;
  EXPECT_EQ(decision, json::parse(folder.out));
  EXPECT_EQ(writ("disasm " + at("door.writb")).out, writ("disasm " + kDoor).out);
}

TEST_F(BundleCommand, TakesDataFromNowhereButTheCommandLine) {
  folder_.write("data/banned.json", "[]");
  const Process p = writ("eval " + at("door.writb") + " enter --input " + kAna);
  EXPECT_EQ(p.status, 3);
  EXPECT_NE(p.err.find("`door.banned`"), std::string::npos) << p.err;
}

TEST_F(BundleCommand, TrustIsExitStatus4ForAllElse) {
  const std::string trust = "--trust " + at("own.pub");
  EXPECT_EQ(eval(at("signed.writb"), trust).status, 0);
  EXPECT_EQ(eval(at("signed.writb"), "--trust " + at("other.pub") + " " + trust).status, 0);
  const Process unsigned_one = eval(at("door.writb"), trust);
  EXPECT_EQ(unsigned_one.status, 4);
  EXPECT_NE(unsigned_one.out.find("is not signed"), std::string::npos) << unsigned_one.out;
  EXPECT_EQ(eval(at("signed.writb"), "--trust " + at("other.pub")).status, 4);
  EXPECT_EQ(eval(kDoor, trust).status, 4);
  EXPECT_EQ(eval(kDoor + "/door.writ", trust).status, 4);
  EXPECT_EQ(eval(at("signed.writb"), "--trust " + at("own.key")).status, 4);
  EXPECT_EQ(writ("inspect " + at("door.writb") + " " + trust).status, 4);
  EXPECT_EQ(writ("disasm " + at("door.writb") + " " + trust).status, 4);
}

TEST_F(BundleCommand, InspectSaysWhatIsInIt) {
  const Process text = writ("inspect " + at("signed.writb"));
  EXPECT_EQ(text.status, 0);
  EXPECT_NE(text.out.find("decision door.enter: 3 rules, 0 waivers\n"), std::string::npos);
  EXPECT_NE(text.out.find("  banned_name  door.writ:33:6\n"), std::string::npos) << text.out;
  const json info = json::parse(writ("inspect --format json " + at("signed.writb")).out);
  EXPECT_EQ(info["serial"], 7);
  EXPECT_EQ(info["size"], fs::file_size(at("signed.writb")));
  EXPECT_EQ(info["digest"], json::parse(eval(kDoor).out)["policy"]["digest"]);
  EXPECT_EQ(info["decisions"][0]["inputs"], json::array({"visitor"}));
  EXPECT_EQ(info["sections"].size(), 32u);
  const json other = json::parse(writ("inspect --format json " + at("door.writb")).out);
  EXPECT_TRUE(other["serial"].is_null());
  EXPECT_TRUE(other["signer"].is_null());
}

TEST_F(BundleCommand, VerbsOnTextSayThatItIsABundle) {
  for (const std::string verb : {"test ", "check "}) {
    const Process p = writ(verb + at("door.writb"));
    EXPECT_EQ(p.status, 4) << verb;
    EXPECT_NE(p.err.find("is a bundle, which holds a program and neither its text nor its tests"),
              std::string::npos)
        << p.err;
  }
}

TEST_F(BundleCommand, ARefusedBundleIsExitStatus4) {
  std::string bytes = read_file(at("door.writb"));
  bytes[bytes.size() / 2] ^= 1;
  const std::string damaged = folder_.write("damaged.writb", bytes);
  const Process p = eval(damaged);
  EXPECT_EQ(p.status, 4);
  EXPECT_NE(json::parse(p.out)["detail"].get<std::string>().find("is damaged"), std::string::npos);
  EXPECT_EQ(eval(folder_.write("empty.writb", "")).status, 4);
  EXPECT_EQ(writ("inspect " + kDoor).status, 4);
  EXPECT_EQ(writ("inspect " + at("no.writb")).status, 4);
}

TEST_F(BundleCommand, KeysAreForTheirOwnerAndAreNotOverwritten) {
  EXPECT_EQ(fs::status(at("own.key")).permissions(), fs::perms(0600));
  const std::string before = read_file(at("own.key"));
  const Process again = writ("keygen -o " + at("own"));
  EXPECT_EQ(again.status, 4);
  EXPECT_NE(again.err.find("is not overwritten"), std::string::npos);
  fs::remove(at("own.pub"));
  EXPECT_EQ(writ("keygen -o " + at("own")).status, 4);
  EXPECT_FALSE(fs::exists(at("own.pub")));
  EXPECT_EQ(read_file(at("own.key")), before);
}

TEST_F(BundleCommand, BuildNeedsAPolicyWithoutErrorsAndAWholeSignature) {
  const std::string wrong = folder_.write("wrong.writ", "writ 1\npackage p\nrule\n");
  EXPECT_EQ(writ("build " + wrong + " -o " + at("wrong.writb")).status, 1);
  EXPECT_FALSE(fs::exists(at("wrong.writb")));
  EXPECT_EQ(writ("build " + kDoor + " -o " + at("x.writb") + " --serial 3").status, 2);
  EXPECT_EQ(writ("build " + kDoor + " -o " + at("x.writb") + " --sign " + at("own.key")).status, 2);
  EXPECT_EQ(writ("build " + kDoor + " -o " + at("x.writb") + " --serial 0 --sign " + at("own.key"))
                .status,
            2);
  EXPECT_EQ(writ("build " + kDoor + " -o " + folder_.path()).status, 4);
}

}  // namespace
}  // namespace writ::tests
