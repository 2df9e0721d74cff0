#include "engine/disassembler.hpp"

#include <map>
#include <set>

#include "base/calendar.hpp"
#include "base/decimal.hpp"
#include "base/ip.hpp"
#include "base/text.hpp"

#include "engine/opcodes.hpp"

namespace writ::engine {

namespace {

std::uint32_t operand(const Instruction& in, std::size_t which) {
  switch (which) {
    case 0: return in.a;
    case 1: return in.b;
    case 2: return in.c;
    case 3: return in.d;
    default: return in.e;
  }
}

/// Constants, types, places in a frame and texts as a policy's author knows them.
class Naming {
 public:
  Naming(const Program& program, const DecisionDesc& decision) : p_(program), d_(decision) {}

  std::string type(std::uint32_t row) const;
  std::string constant(std::uint32_t row) const;
  std::string slot(std::uint32_t slot) const;
  std::string window(std::uint32_t row) const;
  std::string output(std::uint32_t id) const {
    return text(p_.outputs[d_.outputs.first + id].name);
  }
  std::string rule(std::uint32_t id) const { return text(p_.rules[d_.rules.first + id].name); }
  std::string text(Text text) const { return std::string(p_.text(text)); }
  std::string quoted(Text text) const {
    std::string out;
    base::append_json_string(out, p_.text(text));
    return out;
  }

 private:
  std::string items(const Constant& constant) const;
  bool slot_below(std::uint32_t record, std::uint32_t base, std::uint32_t slot,
                  std::string& path) const;

  const Program& p_;
  const DecisionDesc& d_;
};

std::string Naming::type(std::uint32_t row) const {
  const TypeDesc& desc = p_.types[row];
  std::string out;
  switch (desc.kind) {
    case Kind::boolean: out = "bool"; break;
    case Kind::integer: out = "int"; break;
    case Kind::decimal: out = "decimal"; break;
    case Kind::string: out = "string"; break;
    case Kind::duration: out = "duration"; break;
    case Kind::time: out = "time"; break;
    case Kind::ip: out = "ip"; break;
    case Kind::network: out = "network"; break;
    case Kind::enumeration: out = text(p_.enums[desc.decl].name); break;
    case Kind::record: out = text(p_.records[desc.decl].name); break;
    case Kind::list: out = "list<" + type(desc.element) + '>'; break;
    case Kind::set: out = "set<" + type(desc.element) + '>'; break;
    case Kind::map: out = "map<" + type(desc.key) + ", " + type(desc.element) + '>'; break;
    case Kind::quorum: out = "quorum " + text(p_.enums[desc.decl].name); break;
    case Kind::votes: out = "votes " + text(p_.enums[desc.decl].name); break;
    case Kind::verdict:
      out = "verdict";
      if (desc.decl != kNone) out += " of " + text(p_.enums[desc.decl].name);
      break;
  }
  // An inline enum has no name.
  if (out.empty()) out = "enum";
  if (desc.optional) out += '?';
  return out;
}

std::string Naming::items(const Constant& constant) const {
  std::string out;
  for (std::uint32_t i = 0; i < constant.run.count; ++i) {
    if (i != 0) out += ", ";
    out += this->constant(p_.constant_cells[constant.run.first + i]);
  }
  return out;
}

std::string Naming::constant(std::uint32_t row) const {
  const Constant& constant = p_.constants[row];
  std::string out;
  switch (constant.kind) {
    case ConstantKind::absent: return "absent";
    case ConstantKind::integer: base::append_integer(out, constant.i); return out;
    case ConstantKind::string: return quoted(constant.text);
    case ConstantKind::ip:
    case ConstantKind::network: {
      base::IpAddress address{};
      const std::string_view bytes = p_.text(constant.text);
      for (std::size_t i = 0; i < address.size() && i < bytes.size(); ++i)
        address[i] = static_cast<std::uint8_t>(bytes[i]);
      base::append_ip(out, address);
      if (constant.kind == ConstantKind::ip) return out;
      // IPv4 lies in the last 32 of the 128 bits.
      const bool v4 = out.find(':') == std::string::npos;
      out += '/' + std::to_string(static_cast<std::uint8_t>(bytes[16]) - (v4 ? 96 : 0));
      return out;
    }
    case ConstantKind::mask: {
      out = "{";
      for (std::uint32_t bit = 0; bit < 64; ++bit) {
        if ((static_cast<std::uint64_t>(constant.i) >> bit & 1u) == 0) continue;
        if (out.size() > 1) out += ", ";
        out += '#' + std::to_string(bit);
      }
      return out + '}';
    }
    case ConstantKind::items: return '[' + items(constant) + ']';
    case ConstantKind::record: return "record(" + items(constant) + ')';
    case ConstantKind::map: return "map(" + items(constant) + ')';
    case ConstantKind::quorum:
      for (std::uint32_t i = 0; i < constant.run.count; ++i) {
        const base::Clause& clause = p_.clauses[constant.run.first + i];
        out += i == 0 ? "quorum(" : ", ";
        out += std::to_string(clause.need) + " of";
        for (std::uint32_t bit = 0; bit < 16; ++bit)
          if ((clause.members >> bit & 1) != 0) out += " #" + std::to_string(bit);
      }
      return out.empty() ? "auto" : out + ')';
  }
  return out;
}

bool Naming::slot_below(std::uint32_t record, std::uint32_t base, std::uint32_t slot,
                        std::string& path) const {
  const RecordDesc& desc = p_.records[record];
  for (std::uint32_t i = 0; i < desc.fields.count; ++i) {
    const FieldDesc& field = p_.fields[desc.fields.first + i];
    const TypeDesc& type = p_.types[field.type];
    const std::uint32_t at = base + field.offset;
    const std::uint32_t cells = type.kind == Kind::record ? p_.records[type.decl].cells : 0;
    if (slot < at || slot > at + cells) continue;
    path += '.' + text(field.name);
    return slot == at || slot_below(type.decl, at + 1, slot, path);
  }
  return false;
}

std::string Naming::slot(std::uint32_t slot) const {
  for (std::uint32_t i = 0; i < d_.inputs.count; ++i) {
    const InputDesc& input = p_.inputs[d_.inputs.first + i];
    std::string path = text(input.name);
    if (input.slot == slot) return path;
    const TypeDesc& type = p_.types[input.type];
    if (type.kind == Kind::record && slot > input.slot &&
        slot <= input.slot + p_.records[type.decl].cells &&
        slot_below(type.decl, input.slot + 1, slot, path))
      return path;
  }
  return "S" + std::to_string(slot);
}

std::string Naming::window(std::uint32_t row) const {
  const WindowDesc& window = p_.windows[row];
  std::string out;
  if (window.from != INT64_MIN) base::append_instant(out, window.from);
  out += "..";
  if (window.until != INT64_MAX) base::append_instant(out, window.until);
  return out;
}

/// One decision's listing.
class Listing {
 public:
  Listing(const Program& program, std::uint32_t decision)
      : p_(program), number_(decision), d_(program.decisions[decision]), naming_(program, d_) {}

  std::string run() {
    head();
    section("schedule", d_.entry);
    section("horizon", d_.horizon);
    for (std::uint32_t i = 0; i < d_.rules.count; ++i)
      section("text of " + naming_.rule(i), p_.rules[d_.rules.first + i].text);
    for (std::uint32_t i = 0; i < d_.outputs.count; ++i)
      section("otherwise of " + naming_.output(i), p_.outputs[d_.outputs.first + i].otherwise_text);
    section("fail closed", d_.fail_closed_entry);
    for (std::size_t i = 0; i < p_.probes.size(); ++i)
      if (p_.probes[i].decision == number_)
        section("probe " + std::to_string(i), p_.probes[i].entry);
    return std::move(out_);
  }

 private:
  void head();
  void indexes(std::uint32_t entry, std::uint32_t end);
  void index(std::uint32_t row);
  void section(const std::string& title, std::uint32_t entry);
  void line(const Instruction& in);
  std::string operand_text(const Instruction& in, char kind, std::uint32_t value) const;
  std::string contribution(std::uint32_t row) const;
  std::string label(std::uint32_t target) const { return 'L' + std::to_string(labels_.at(target)); }

  const Program& p_;
  std::uint32_t number_;
  const DecisionDesc& d_;
  Naming naming_;
  std::map<std::uint32_t, std::size_t> labels_;
  std::string out_;
};

void Listing::head() {
  out_ += "decision " + naming_.text(d_.name) + '\n';
  out_ += "  frame " + std::to_string(d_.frame_cells) + ", registers " +
          std::to_string(d_.registers) + ", memos " + std::to_string(d_.memos) + '\n';
  for (std::uint32_t i = 0; i < d_.inputs.count; ++i) {
    const InputDesc& input = p_.inputs[d_.inputs.first + i];
    out_ += "  input " + naming_.text(input.name) + ": " + naming_.type(input.type) + " at " +
            std::to_string(input.slot) + '\n';
  }
  for (std::uint32_t i = 0; i < d_.outputs.count; ++i) {
    constexpr std::string_view kKinds[] = {"derived",   "highest", "lowest", "quorum",
                                           "collected", "verdict", "codes"};
    const OutputDesc& output = p_.outputs[d_.outputs.first + i];
    out_ += output.local ? "  local " : "  output ";
    out_ += naming_.text(output.name) + ": ";
    // The type of a quorum says that it is one.
    if (output.kind != OutputKind::quorum)
      out_.append(kKinds[static_cast<std::size_t>(output.kind)]) += ' ';
    out_ += naming_.type(output.type);
    if (output.per) out_ += " per " + naming_.type(output.key_type);
    out_ += '\n';
  }
  for (std::uint32_t i = 0; i < d_.instants.count; ++i) {
    out_ += "  instant ";
    base::append_instant(out_, p_.instants[d_.instants.first + i]);
    out_ += '\n';
  }
}

void Listing::section(const std::string& title, std::uint32_t entry) {
  if (entry == kNone) return;
  std::uint32_t end = entry;
  std::set<std::uint32_t> targets;
  for (;; ++end) {
    const Instruction& in = p_.code[end];
    for (std::size_t i = 0; i < 5; ++i)
      if (kOpcodes[in.op].operand[i] == 'J') targets.insert(operand(in, i));
    if (static_cast<Opcode>(in.op) == Opcode::end) break;
  }
  labels_.clear();
  for (std::uint32_t target : targets)
    labels_.emplace(target, labels_.size() + 1);
  out_ += title + ":\n";
  for (std::uint32_t at = entry; at <= end; ++at) {
    if (labels_.contains(at)) out_ += ' ' + label(at) + ":\n";
    line(p_.code[at]);
  }
  indexes(entry, end);
}

void Listing::indexes(std::uint32_t entry, std::uint32_t end) {
  for (std::uint32_t at = entry; at <= end; ++at)
    if (static_cast<Opcode>(p_.code[at].op) == Opcode::dispatch) index(p_.code[at].d);
}

void Listing::index(std::uint32_t row) {
  const IndexDesc& index = p_.indexes[row];
  out_ += "index " + naming_.slot(index.slot) + ":\n";
  // By constant, not by bucket: the order in which the policy mentions them.
  std::map<std::uint32_t, Run> keys;
  for (std::uint32_t i = 0; i < index.buckets.count; ++i) {
    const IndexBucket& bucket = p_.buckets[index.buckets.first + i];
    if (bucket.key != kNone) keys.emplace(bucket.key, bucket.blocks);
  }
  for (const auto& [key, blocks] : keys) {
    out_ += "  " + naming_.constant(key) + " =>";
    for (std::uint32_t i = 0; i < blocks.count; ++i) {
      out_ += i == 0 ? " " : ", ";
      out_ += naming_.rule(p_.code[p_.block_list[blocks.first + i]].d);
    }
    out_ += '\n';
  }
}

std::string Listing::contribution(std::uint32_t row) const {
  constexpr std::string_view kVerbs[] = {"at least", "at most", "require", "include",
                                         "permit",   "hold",    "forbid"};
  const ContributionDesc& desc = p_.contributions[row];
  std::string out = naming_.output(desc.output) + ' ';
  out += kVerbs[static_cast<std::size_t>(desc.verb)];
  if (desc.keyed) out += " at key";
  return out;
}

std::string Listing::operand_text(const Instruction& in, char kind, std::uint32_t value) const {
  switch (kind) {
    case 'W':
    case 'R':
    case 'X': return 'r' + std::to_string(value);
    case 'K': return naming_.constant(value);
    case 'J': return label(value);
    case 'T': return naming_.type(value);
    case 'O': return naming_.output(value);
    case 'D': return naming_.text(p_.data[value].name);
    case 'P': return '/' + naming_.text(p_.patterns[value]) + '/';
    case 'G': {
      std::string out = "\"";
      const Run pieces = p_.globs[value];
      for (std::uint32_t i = 0; i < pieces.count; ++i) {
        if (i != 0) out += '*';
        out += p_.name(pieces.first + i);
      }
      return out + '"';
    }
    case 'B': return "table " + naming_.text(p_.tables[value].name);
    case 'M': return 'M' + std::to_string(value);
    case 'I': return "index " + naming_.slot(p_.indexes[value].slot);
    case 'S': return naming_.slot(value);
    case 'U': return naming_.rule(value);
    case 'C': return contribution(value);
    case 'Q': return naming_.quoted(p_.conditions[value].source);
    case 'V': return "waiver " + std::to_string(value);
    case 'w': return naming_.window(value);
    default: break;
  }
  const auto op = static_cast<Opcode>(in.op);
  if (op == Opcode::condition) return value == 0 ? "when" : "unless";
  return std::to_string(value & 0x7fffffffu) + (value > 0x7fffffffu ? " records" : "");
}

void Listing::line(const Instruction& in) {
  const OpcodeInfo& info = kOpcodes[in.op];
  out_ += "    ";
  out_ += info.name;
  bool first = true;
  for (std::size_t i = 0; i < 5; ++i) {
    if (info.operand[i] == '-') continue;
    out_ += first ? " " : ", ";
    first = false;
    out_ += operand_text(in, info.operand[i], operand(in, i));
  }
  out_ += '\n';
}

}  // namespace

std::string disassemble(const Program& program, std::uint32_t decision) {
  return Listing(program, decision).run();
}

std::string disassemble(const Program& program) {
  std::string out;
  for (std::uint32_t i = 0; i < program.decisions.size(); ++i) {
    if (i != 0) out += '\n';
    out += disassemble(program, i);
  }
  return out;
}

}  // namespace writ::engine
