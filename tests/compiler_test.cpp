// Source to disassembly, with and without the optimizer; programs that the verifier refuses.

#include "engine/compiler.hpp"

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "dsl/checker.hpp"

#include "engine/data.hpp"
#include "engine/disassembler.hpp"
#include "engine/evaluator.hpp"
#include "engine/opcodes.hpp"
#include "engine/render.hpp"
#include "engine/verify.hpp"

namespace writ::engine {
namespace {

Program compiled(const std::string& body, bool optimize = true) {
  const dsl::Sources sources({{"a.writ", "writ 1\npackage example\n" + body}});
  dsl::Diagnostics diagnostics;
  const std::optional<dsl::Model> model = dsl::load(sources, diagnostics);
  EXPECT_TRUE(model) << dsl::render_text(diagnostics, sources, false);
  if (!model) return {};
  auto program = compile(*model, sources, {.optimize = optimize});
  EXPECT_TRUE(program) << program.error().message;
  return program ? std::move(*program) : Program{};
}

/// The lines of the listing that stand after the line `from` and before the first that begins with
/// `to`, without their indent, each ended with `;`.
std::string between(const std::string& listing, std::string_view from, std::string_view to) {
  std::string out;
  bool inside = false;
  std::size_t at = 0;
  while (at < listing.size()) {
    const std::size_t end = listing.find('\n', at);
    std::string_view line = std::string_view(listing).substr(at, end - at);
    at = end + 1;
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    if (inside && line.starts_with(to)) return out;
    if (inside) {
      if (!out.empty()) out += ' ';
      out += line;
      out += ';';
    }
    inside = inside || line == from;
  }
  return out;
}

std::size_t occurrences(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++count;
  return count;
}

const std::string kDeclarations = R"(
enum Kind { saas, internal } else unknown
record Item { name: string, kind: Kind, size: int }
record Place { city: string, code: int? }
record Form {
  users: int
  owner: string?
  kinds: set<Kind>
  items: list<Item>
  names: set<string>
  until: time
  spent: decimal
  limits: map<string, int>
  place: Place
  home: Place?
  from: ip
}
decision d(form: Form) { x: highest enum { no, yes } starting at no }
)";

std::string rule(const std::string& steps) {
  return kDeclarations + "rule r for d { " + steps + " then x at least yes }\n";
}

struct Row {
  std::string_view condition, code;
};

TEST(Compiler, ConditionsBecomeTypedInstructions) {
  const std::vector<Row> rows = {
      {"form.users > 3", "constant r2, 3; slot r3, form.users; less_integer r1, r2, r3;"},
      {"form.place.code is absent",
       "slot r3, form.place.code; is_present r2, r3; logical_not r1, r2;"},
      {"form.home is present and form.home.city == \"Paris\"",
       "slot r2, form.home; is_present r1, r2; jump_unless r1, L1; "
       "slot r2, form.home.city; constant r3, \"Paris\"; "
       "equal_string r1, r2, r3; L1:;"},
      {"form.owner or else \"nobody\" == \"ana\"",
       "slot r2, form.owner; is_present r3, r2; jump_if r3, L1; "
       "constant r2, \"nobody\"; L1:; constant r3, \"ana\"; "
       "equal_string r1, r2, r3;"},
      {"saas in form.kinds", "constant r2, 0; slot r3, form.kinds; in_mask r1, r2, r3;"},
      {"form.kinds subset of { saas, internal }",
       "slot r2, form.kinds; constant r3, {#0, #1}; subset_mask r1, r2, r3;"},
      {"\"a\" in form.names",
       "constant r2, \"a\"; slot r3, form.names; in_set r1, r2, r3, string;"},
      {"form.users in [1, 2]", "slot r2, form.users; constant r3, [1, 2]; in_set r1, r2, r3, int;"},
      {"form.from in ip \"10.0.0.0/8\"",
       "slot r2, form.from; constant r3, 10.0.0.0/8; in_network r1, r2, r3;"},
      {"form.spent * 2.5 >= 10.0",
       "constant r2, 100000; slot r4, form.spent; constant r5, 25000; "
       "multiply r3, r4, r5, 10000; less_equal_integer r1, r2, r3;"},
      {"form.limits[\"a\"] == 4",
       "slot r3, form.limits; constant r4, \"a\"; "
       "map_get r2, r3, r4, map<string, int>; constant r3, 4; "
       "equal_integer r1, r2, r3;"},
      {"count(form.items) < 2",
       "slot r3, form.items; count r2, r3; constant r3, 2; "
       "less_integer r1, r2, r3;"},
      {"any i in form.items satisfies i.kind == saas",
       "slot r2, form.items; iterate r3, r2, 3, r4; L1:; "
       "next r3, r5, r4, L2, 3 records; field r6, r5, 1; constant r7, 0; "
       "equal_integer r1, r6, r7; jump_if r1, L3; jump L1; L2:; "
       "constant r1, 0; L3:;"},
      {"form.until > now", "slot r2, form.until; compare_now r1, r2, r0, 2, 0;"},
      {"now - form.until < 1h",
       "slot r2, form.until; constant r3, 3600000000; "
       "compare_now r1, r2, r3, 2, 1;"},
      {"form.place.city like \"P*s\"", "slot r2, form.place.city; like r1, r2, \"P*s\";"},
      {"not (form.users == 1 or form.users == 2)",
       "slot r3, form.users; constant r4, 1; equal_integer r2, r3, r4; "
       "jump_if r2, L1; slot r3, form.users; constant r4, 2; "
       "equal_integer r2, r3, r4; L1:; logical_not r1, r2;"},
      {"count(i in form.items where i.size > 1) == 1",
       "constant r2, 0; constant r3, 1; slot r4, form.items; "
       "iterate r5, r4, 3, r6; L1:; next r5, r7, r6, L3, 3 records; "
       "constant r9, 1; field r10, r7, 2; less_integer r8, r9, r10; "
       "jump_unless r8, L2; add r2, r2, r3; L2:; jump L1; L3:; "
       "constant r3, 1; equal_integer r1, r2, r3;"},
      {"{ i.name for i in form.items } == form.names",
       "build_begin r3; slot r4, form.items; iterate r5, r4, 3, r6; L1:; "
       "next r5, r7, r6, L2, 3 records; field r8, r7, 0; "
       "build_add r8, string; jump L1; L2:; build_set r2, r3, string; "
       "slot r3, form.names; equal_value r1, r2, r3, set<string>;"},
      {"max({ i.size for i in form.items }) == 4",
       "build_begin r4; slot r5, form.items; iterate r6, r5, 3, r7; L1:; "
       "next r6, r8, r7, L2, 3 records; field r9, r8, 2; build_add r9, int; "
       "jump L1; L2:; build_set r3, r4, int; maximum r2, r3, int; "
       "constant r3, 4; equal_integer r1, r2, r3;"},
  };
  for (const Row& row : rows) {
    const std::string listing =
        disassemble(compiled(rule("when " + std::string(row.condition)), false));
    EXPECT_EQ(between(listing, "rule_begin r", "condition"), row.code) << row.condition;
  }
}

TEST(Compiler, StepsAreNestedLoopsAroundAFiring) {
  const std::string listing = disassemble(compiled(
      rule("each i in form.items when i.size > 1 each n in form.names when n == i.name"), false));
  EXPECT_EQ(between(listing, "rule_begin r", "rule_end"),
            "slot r3, form.items; iterate r4, r3, 3, r5; L1:; next r4, r1, r5, L5, 3 records; "
            "constant r7, 1; field r8, r1, 2; less_integer r6, r7, r8; "
            "condition r6, when, \"when i.size > 1\", L4; "
            "slot r6, form.names; iterate r7, r6, 1, r8; L2:; next r7, r2, r8, L4, 1; "
            "field r10, r1, 0; equal_string r9, r2, r10; "
            "condition r9, when, \"when n == i.name\", L3; "
            "fire r; constant r9, 1; contribute r9, r0, x at least; fire_end; "
            "L3:; jump L2; L4:; jump L1; L5:;");
}

TEST(Compiler, WaiversAreTriedFromTheLastToEnd) {
  const std::string listing = disassemble(compiled(rule("each n in form.names") + R"(
waive r for d { when n == "a" effective through 2026-01-31 by "x" because "y" }
waive r for d { effective from 2026-02-01 through 2026-02-28 by "x" because "z" }
)",
                                                   false));
  EXPECT_EQ(between(listing, "fire r", "jump L1"),
            "window r5, 2026-02-01T00:00:00Z..2026-03-01T00:00:00Z; jump_unless r5, L2; "
            "waived waiver 0; jump L4; L2:; "
            "window r5, ..2026-02-01T00:00:00Z; jump_unless r5, L3; "
            "constant r6, \"a\"; equal_string r5, r1, r6; jump_unless r5, L3; "
            "waived waiver 1; jump L4; L3:; "
            "constant r5, 1; contribute r5, r0, x at least; L4:; fire_end;");
  EXPECT_NE(listing.find("  instant 2026-02-01T00:00:00Z\n  instant 2026-03-01T00:00:00Z\n"),
            std::string::npos);
}

TEST(Optimizer, MovesWhatDoesNotReadTheElementOutOfTheLoop) {
  const std::string listing = disassemble(
      compiled(rule("each i in form.items when i.size > 1 and form.users > 3 unless form.owner "
                    "is present")));
  EXPECT_EQ(between(listing, "rule_begin r", "slot r2, form.items"),
            "constant r3, 3; slot r4, form.users; less_integer r2, r3, r4; jump_if r2, L1; "
            "condition r2, when, \"when i.size > 1 and form.users > 3\", L4; L1:; "
            "slot r3, form.owner; is_present r2, r3; "
            "condition r2, unless, \"unless form.owner is present\", L4;");
  EXPECT_EQ(between(listing, "slot r2, form.items", "fire r"),
            "iterate r3, r2, 3, r4; L2:; next r3, r1, r4, L4, 3 records; "
            "constant r6, 1; field r7, r1, 2; less_integer r5, r6, r7; "
            "condition r5, when, \"when i.size > 1 and form.users > 3\", L3;");
}

/// The names that two expressions bind differ, and so do the rules; what they ask is one question.
TEST(Optimizer, AnswersAQuestionOnce) {
  const std::string body = kDeclarations + R"(
rule a for d { when any i in form.items satisfies i.kind == saas then x at least yes }
rule b for d { unless any j in form.items satisfies j.kind == saas then x at least yes }
)";
  const std::string optimized = disassemble(compiled(body));
  EXPECT_EQ(occurrences(optimized, "memo_get"), 2u);
  EXPECT_NE(optimized.find("memos 1"), std::string::npos);
  const std::string plain = disassemble(compiled(body, false));
  EXPECT_EQ(occurrences(plain, "memo_"), 0u);
}

TEST(Optimizer, ATrivialQuestionIsAskedAgain) {
  const std::string listing = disassemble(compiled(kDeclarations + R"(
rule a for d { when form.users == 1 then x at least yes }
rule b for d { when form.users == 1 then x at least yes }
)"));
  EXPECT_EQ(occurrences(listing, "memo_"), 0u);
}

TEST(Optimizer, FilesRulesUnderWhatTheyCompareAnInputWith) {
  const std::string body = kDeclarations + R"(
rule a for d { when form.place.city == "Rome" then x at least yes }
rule b for d { when form.users > 1 and (form.place.city == "Rome" or form.place.city == "Oslo") then x at least yes }
rule c for d { each i in form.items when form.place.city in ["Oslo", "Bern"] then x at least yes }
rule e for d { when form.place.city == "Bern" then x at least yes }
rule f for d { when form.users > 2 then x at least yes }
)";
  const std::string listing = disassemble(compiled(body));
  EXPECT_EQ(occurrences(listing, "dispatch"), 1u);
  EXPECT_NE(listing.find("index form.place.city:\n"
                         "  \"Rome\" => a, b\n"
                         "  \"Oslo\" => b, c\n"
                         "  \"Bern\" => c, e\n"),
            std::string::npos)
      << listing;
  // A rule that compares no input with a constant is scanned, behind the look-up.
  EXPECT_GT(listing.find("rule_begin f"), listing.find("rule_end e"));
  EXPECT_EQ(occurrences(disassemble(compiled(body, false)), "dispatch"), 0u);
}

TEST(Compiler, IsDeterministic) {
  const std::string body = rule("each i in form.items when i.size > 1 and \"a\" in form.names");
  const Program first = compiled(body), second = compiled(body);
  EXPECT_EQ(disassemble(first), disassemble(second));
  EXPECT_EQ(first.bytes, second.bytes);
  EXPECT_EQ(first.digest, second.digest);
  EXPECT_EQ(first.digest.size(), std::string_view("sha256:").size() + 64);
}

TEST(Horizon, AsksEachComparisonForAllElements) {
  const std::string body = R"(
record Grant { name: string, ends: time }
decision d(grants: list<Grant>, names: list<string>, at: time) {
  x: highest enum { no, yes } starting at no
}
rule a for d { each g in grants when g.name == "a" and g.ends > now then x at least yes }
rule b for d { each h in grants when h.ends <= now and now - h.ends < 1h then x at least yes }
rule c for d { each n in names when at > now then x at least yes }
rule e for d { when now >= 2026-01-01 then x at least yes }
rule f for d { when now > 2026-01-01 then x at least yes }
)";
  const std::string listing = disassemble(compiled(body));
  EXPECT_EQ(between(listing, "horizon:", "end"),
            "slot r1, grants; iterate r2, r1, 2, r3; L1:; next r2, r4, r3, L2, 2 records; "
            "field r5, r4, 1; horizon r5, r0, 2, 0; "
            "field r5, r4, 1; constant r6, 3600000000; horizon r5, r6, 2, 1; jump L1; L2:; "
            "slot r1, names; is_empty r2, r1; jump_if r2, L3; "
            "slot r1, at; horizon r1, r0, 2, 0; L3:;");
  EXPECT_NE(listing.find("  instant 2026-01-01T00:00:00Z\n"
                         "  instant 2026-01-01T00:00:00.000001Z\n"),
            std::string::npos);
}

TEST(FailClosed, IsPartOfTheProgram) {
  const Program program = compiled(R"(
enum Approver { a, b } else unknown
decision d(names: list<string>) {
  x: highest int 1..9 starting at 1
  q: quorum Approver
  v: verdict
  w: verdict of Approver per n in names
  y: int = x + 1
  z: codes
}
)");
  EXPECT_EQ(program.text(program.decisions[0].fail_closed),
            "\"x\":9,\"q\":{\"auto\":false,\"clauses\":[{\"need\":2,\"of\":[\"a\",\"b\"]}]},"
            "\"v\":{\"outcome\":\"forbid\",\"needs\":{\"auto\":true,\"clauses\":[]}},"
            "\"w\":{\"granted\":[],\"held\":[],\"denied\":[]},\"y\":10,\"z\":\x01");
}

// --- the verifier ---

std::uint32_t position(const Program& program, Opcode op) {
  for (std::uint32_t at = 0; at < program.code.size(); ++at)
    if (program.code[at].op == static_cast<std::uint16_t>(op)) return at;
  ADD_FAILURE() << "no " << kOpcodes[static_cast<std::size_t>(op)].name;
  return 0;
}

Instruction& first(Program& program, Opcode op) {
  return program.code[position(program, op)];
}

/// A policy whose program has rows and instructions of most kinds.
const std::string kBroad = kDeclarations + R"(
data hosts: set<string> = ["a"]
table sizes(k: Kind) -> (n: int, q: quorum Kind) {
  saas            => 1, auto
  internal        => 2, one of { saas }
  unknown         => 3, auto
}
decision e(form: Form, kind: Kind) {
  a: verdict of Kind per n in form.names otherwise ungranted "{n} is nothing"
  b: lowest int 1..9 starting at sizes(kind).n
  c: collected string
  f: quorum Kind
  g: set<Kind> = missing(f, v)
  h: codes
  local v: votes Kind = { i.kind by i.name for i in form.items } on failure {}
}
rule one for e {
  each i in form.items
  when i.name in hosts and form.place.city == "Rome"
  then b at most i.size
  because "{i.name} is {i.size}"
}
rule zero for e { each i in form.items when i.kind == saas then permit a[i.name] }
rule two for e {
  when form.place.city == "Oslo" and (any i in form.items satisfies i.size > 2)
  then c include "x", form.place.city
  then hold a for one of { saas }
}
rule three for e {
  unless any i in form.items satisfies i.size > 2
  then f require one of { internal }
}
rule four for e { when form.place.city == "Bern" and form.until > now then forbid a }
rule five for e { when form.place.city == "Bonn" then forbid a }
rule six for e { when form.place.city == "Rome" then b at most form.users }
waive one for e { when i.size > 1 effective through 2026-01-31 by "x" because "y" }
)";

struct Corruption {
  std::string_view name;
  void (*make)(Program&);
  std::string_view message;  ///< what the error says, in part
};

void turn_into(Instruction& in, Opcode op) {
  in.op = static_cast<std::uint16_t>(op);
}

const Corruption kCorruptions[] = {
    {"opcode", [](Program& p) { p.code[0].op = kOpcodeCount; }, "no such opcode"},
    {"unused operand", [](Program& p) { first(p, Opcode::slot).b = 1; }, "unused operand"},
    {"register", [](Program& p) { first(p, Opcode::slot).a = 9999; }, "out of range"},
    {"constant", [](Program& p) { first(p, Opcode::constant).d = 1u << 30; }, "out of range"},
    {"slot", [](Program& p) { first(p, Opcode::slot).d = 99; }, "out of range"},
    {"output", [](Program& p) { first(p, Opcode::finish).d = 99; }, "out of range"},
    {"type", [](Program& p) { first(p, Opcode::in_set).d = 1u << 30; }, "out of range"},
    {"enum", [](Program& p) { first(p, Opcode::build_votes).d = 99; }, "names no enum"},
    {"end", [](Program& p) { p.code.pop_back(); }, "no end"},
    {"entry", [](Program& p) { p.decisions[0].entry = 1u << 30; }, "outside of the code"},
    {"jump out", [](Program& p) { first(p, Opcode::jump_if).d = 1u << 30; }, "leaves its section"},
    {"jump back", [](Program& p) { first(p, Opcode::jump_unless).d = p.decisions[1].entry; },
     "goes backwards"},
    {"loop that never ends",
     [](Program& p) {
       const std::uint32_t top = position(p, Opcode::next);
       p.code[top + 1].op = static_cast<std::uint16_t>(Opcode::iterate);
       p.code[top + 1] = p.code[top - 1];
     },
     "writes its own iterator"},
    {"register never written",
     [](Program& p) {
       for (std::uint32_t at = p.decisions[1].entry;; ++at)
         if (p.code[at].op == static_cast<std::uint16_t>(Opcode::in_set)) {
           p.code[at].b = static_cast<std::uint16_t>(p.decisions[1].registers - 1);
           return;
         }
     },
     "may not have been written"},
    {"register written on one path only",
     [](Program& p) {
       // The last one answers the condition of rule `three` alone.
       std::uint32_t at = p.decisions[1].horizon;
       while (p.code[at].op != static_cast<std::uint16_t>(Opcode::memo_get))
         --at;
       p.code[at].a = static_cast<std::uint16_t>(p.code[at].a + 1);
     },
     "may not have been written"},
    {"loop that leads into itself", [](Program& p) { first(p, Opcode::next).d -= 1; },
     "does not leave itself"},
    {"wrong kind", [](Program& p) { turn_into(first(p, Opcode::in_set), Opcode::in_mask); }, ""},
    {"a string as a number",
     [](Program& p) { turn_into(first(p, Opcode::equal_string), Opcode::less_integer); },
     "not of the kind"},
    {"a member as a string",
     [](Program& p) { turn_into(first(p, Opcode::is_present), Opcode::lower); }, "not of the kind"},
    {"another field", [](Program& p) { first(p, Opcode::field).d = 77; }, "not of the kind"},
    {"stride", [](Program& p) { first(p, Opcode::iterate).d = 1; }, "not of the kind"},
    {"stride of next", [](Program& p) { first(p, Opcode::next).e ^= 1; }, "another size"},
    {"elements without records", [](Program& p) { first(p, Opcode::next).e &= 0x7fffffffu; },
     "another size"},
    {"pairs", [](Program& p) { turn_into(first(p, Opcode::build_add), Opcode::text_value); },
     "not of the kind"},
    {"mark", [](Program& p) { turn_into(first(p, Opcode::build_begin), Opcode::text_begin); },
     "not of the kind"},
    {"firing",
     [](Program& p) {
       Instruction& fire = first(p, Opcode::fire);
       turn_into(fire, Opcode::fire_end);
       fire.d = 0;
     },
     "ends before it begins"},
    {"another rule's contribution",
     [](Program& p) {
       first(p, Opcode::contribute).d = static_cast<std::uint32_t>(p.contributions.size() - 1);
     },
     "another rule"},
    {"another rule's waiver", [](Program& p) { p.waivers[0].rule = 1; }, "another rule"},
    {"key", [](Program& p) { p.contributions[0].keyed = true; }, "output without keys"},
    {"verb", [](Program& p) { p.contributions[0].verb = Verb::require; }, "does not suit"},
    {"locals", [](Program& p) { p.rules[1].locals = 70'000; }, "no registers"},
    {"text", [](Program& p) { p.names[0].size = 1u << 30; }, "leaves the program's bytes"},
    {"run", [](Program& p) { p.enums[0].members.count = 60; }, "run of members"},
    {"rank", [](Program& p) { p.members[0].rank = p.members[1].rank; }, "one rank"},
    {"recursive type",
     [](Program& p) {
       for (std::uint32_t i = 0; i < p.types.size(); ++i)
         if (p.types[i].kind == Kind::list) p.types[i].element = i;
     },
     "in itself"},
    {"field offset", [](Program& p) { p.fields[1].offset += 1; }, "laid out wrongly"},
    {"recursive constant",
     [](Program& p) {
       for (std::uint32_t i = 0; i < p.constants.size(); ++i)
         if (p.constants[i].kind == ConstantKind::items)
           p.constant_cells[p.constants[i].run.first] = i;
     },
     "earlier ones"},
    {"pattern", [](Program& p) { p.patterns.push_back({0, 1u << 30}); }, "leaves"},
    {"bucket",
     [](Program& p) {
       const IndexDesc& index = p.indexes[0];
       std::rotate(p.buckets.begin() + index.buckets.first,
                   p.buckets.begin() + index.buckets.first + 1,
                   p.buckets.begin() + index.buckets.first + index.buckets.count);
     },
     "not where it is looked up"},
    {"block", [](Program& p) { p.block_list[0] += 1; }, "no rule block"},
    {"index slot", [](Program& p) { p.indexes[0].slot = 0; }, "another kind"},
    {"input slot", [](Program& p) { p.inputs[1].slot += 1; }, "laid out wrongly"},
    {"instants",
     [](Program& p) {
       p.instants = {5, 3};
       p.decisions[1].instants = {0, 2};
     },
     "do not ascend"},
    {"literal",
     [](Program& p) {
       p.data[0].literal = 0;
       p.constants[0] = Constant{};
       p.constants[0].kind = ConstantKind::mask;
     },
     "data's type"},
    {"text without text", [](Program& p) { turn_into(first(p, Opcode::text_end), Opcode::move); },
     ""},
    {"contribution elsewhere",
     [](Program& p) {
       const std::uint32_t text = p.rules[p.decisions[1].rules.first].text;
       turn_into(p.code[text], Opcode::fire_end);
       p.code[text].a = 0;
     },
     "does not belong"},
    {"a rule where there is no decision",
     [](Program& p) {
       std::uint32_t at = p.decisions[1].fail_closed_entry;
       while (p.code[at].op != static_cast<std::uint16_t>(Opcode::derive))
         ++at;
       p.code[at] = Instruction{};
       turn_into(p.code[at], Opcode::fire);
     },
     "does not belong"},
};

TEST(Verifier, AcceptsWhatTheCompilerMakes) {
  for (const bool optimize : {true, false}) {
    const auto verified = verify(compiled(kBroad, optimize));
    EXPECT_TRUE(verified) << verified.error().message;
  }
}

TEST(Verifier, RefusesCorruptedPrograms) {
  const Program sound = compiled(kBroad);
  for (const Corruption& corruption : kCorruptions) {
    Program program = sound;
    corruption.make(program);
    const auto verified = verify(std::move(program));
    ASSERT_FALSE(verified) << corruption.name;
    EXPECT_NE(verified.error().message.find(corruption.message), std::string::npos)
        << corruption.name << ": " << verified.error().message;
  }
}

/// Whatever is changed, a program is refused or does no harm (the sanitizers say what harm is).
TEST(Verifier, ChangedInstructionsAreRefusedOrHarmless) {
  const Program sound = compiled(kBroad);
  const std::string input =
      R"({"form":{"users":3,"kinds":["saas"],"items":[{"name":"a","kind":"saas",
    "size":3},{"name":"b","kind":"internal","size":1}],"names":["a","b"],"until":"2026-05-01T00:00:00Z",
    "spent":1.5,"limits":{"a":1},"place":{"city":"Rome"},"from":"10.0.0.1"},"kind":"internal"})";
  std::mt19937_64 random(20260301);
  std::size_t accepted = 0;
  for (int round = 0; round < 4000; ++round) {
    Program program = sound;
    Instruction& in = program.code[random() % program.code.size()];
    const std::uint32_t value = static_cast<std::uint32_t>(random() % 24);
    switch (random() % 6) {
      case 0: in.op = static_cast<std::uint16_t>(random() % kOpcodeCount); break;
      case 1: in.a = static_cast<std::uint16_t>(value); break;
      case 2: in.b = static_cast<std::uint16_t>(value); break;
      case 3: in.c = static_cast<std::uint16_t>(value); break;
      case 4: in.d = random() % 2 == 0 ? value : in.d + value - 12; break;
      default: in.e = random() % 2 == 0 ? value : in.e + value - 12; break;
    }
    auto verified = verify(std::move(program));
    if (!verified) continue;
    ++accepted;
    const auto data = load_data(*verified, {});
    ASSERT_TRUE(data);
    Evaluator evaluator(*verified, *data);
    for (const Explain explain : {Explain::reasons, Explain::full}) {
      const DecisionView* decision = evaluator.decide(1, input, 1'772'000'000'000'000, explain);
      ASSERT_NE(decision, nullptr);
      std::string out;
      append_result(out, (*verified)->program(), *decision);
      append_reasons(out, (*verified)->program(), *decision);
    }
  }
  EXPECT_GT(accepted, 100u);
}

}  // namespace
}  // namespace writ::engine
