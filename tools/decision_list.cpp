#include "tools/decision_list.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/calendar.hpp"
#include "base/decimal.hpp"

namespace writ::tools {
namespace {

using engine::EnumDesc;
using engine::Kind;
using engine::kNone;
using engine::OutputDesc;
using engine::OutputKind;
using engine::Program;
using engine::Run;
using engine::TypeDesc;

/// A line of a list: a name, what it is, and what the author wrote about it.
struct Entry {
  std::string name, type, doc;
};

std::string bound_text(Kind kind, std::int64_t value) {
  std::string out;
  // The ends of what 64 bits hold are written by nobody.
  if (value == INT64_MIN || value == INT64_MAX) return out;
  switch (kind) {
    case Kind::decimal: base::append_decimal(out, value); break;
    case Kind::duration: base::append_duration(out, value); break;
    case Kind::time: base::append_instant(out, value); break;
    default: base::append_integer(out, value); break;
  }
  return out;
}

std::string range_text(Kind kind, std::int64_t low, std::int64_t high) {
  return " " + bound_text(kind, low) + ".." + bound_text(kind, high);
}

std::string enum_text(const Program& program, std::uint32_t row) {
  const EnumDesc& desc = program.enums[row];
  if (desc.name.size > 0) return std::string(program.text(desc.name));
  std::string out = "enum { ";
  const std::uint32_t known = desc.members.count - (desc.else_unknown ? 1U : 0U);
  for (std::uint32_t i = 0; i < known; ++i) {
    if (i != 0) out += ", ";
    out += program.text(program.members[desc.members.first + i].name);
  }
  return out + (desc.else_unknown ? " } else unknown" : " }");
}

std::string of_enum(const Program& program, std::string_view kind, std::uint32_t row) {
  return std::string(kind) + enum_text(program, row);
}

std::string type_text(const Program& program, std::uint32_t row);

std::string kind_text(const Program& program, const TypeDesc& type) {
  switch (type.kind) {
    case Kind::boolean: return "bool";
    case Kind::integer: return "int";
    case Kind::decimal: return "decimal";
    case Kind::string: return "string";
    case Kind::duration: return "duration";
    case Kind::time: return "time";
    case Kind::ip: return "ip";
    case Kind::network: return "ip network";
    case Kind::enumeration: return enum_text(program, type.decl);
    case Kind::record: return std::string(program.text(program.records[type.decl].name));
    case Kind::list: return "list<" + type_text(program, type.element) + ">";
    case Kind::set: return "set<" + type_text(program, type.element) + ">";
    case Kind::map:
      return "map<" + type_text(program, type.key) + ", " + type_text(program, type.element) + ">";
    case Kind::quorum: return of_enum(program, "quorum ", type.decl);
    case Kind::votes: return of_enum(program, "votes ", type.decl);
    case Kind::verdict:
      return type.decl == kNone ? "verdict" : of_enum(program, "verdict of ", type.decl);
  }
  return {};
}

/// As an author writes it; a greatest size only where it is not the one that nobody has to write.
std::string type_text(const Program& program, std::uint32_t row) {
  const TypeDesc& type = program.types[row];
  std::string out = kind_text(program, type);
  if (type.optional) out += '?';
  if (type.has_range) out += range_text(type.kind, type.low, type.high);
  if (type.min_size != 0) out += " min " + std::to_string(type.min_size);
  const std::uint32_t usual = type.kind == Kind::string ? 1024 : 64;
  if (type.max_size != 0 && type.max_size != UINT32_MAX && type.max_size != usual)
    out += " max " + std::to_string(type.max_size);
  if (type.pattern != kNone)
    out += " matching /" + std::string(program.text(program.patterns[type.pattern])) + "/";
  return out;
}

std::string output_text(const Program& program, const OutputDesc& output) {
  std::string type = type_text(program, output.type);
  if (output.clamp) type += range_text(program.types[output.type].kind, output.low, output.high);
  std::string out;
  switch (output.kind) {
    case OutputKind::highest: out = "highest " + type; break;
    case OutputKind::lowest: out = "lowest " + type; break;
    case OutputKind::collected:
      out = "collected " + type_text(program, program.types[output.type].element);
      break;
    case OutputKind::codes: out = "codes"; break;
    case OutputKind::derived:
    case OutputKind::quorum:
    case OutputKind::verdict: out = type; break;
  }
  if (output.per) out += " per " + type_text(program, output.key_type);
  return out;
}

/// `app or app_id`: as a caller may write it.
std::string names_text(const Program& program, Run json) {
  std::string out;
  for (std::uint32_t i = 0; i < json.count; ++i)
    (out += i == 0 ? "" : " or ") += program.name(json.first + i);
  return out;
}

void append_doc(std::string& out, std::string_view doc, const std::string& indent) {
  for (std::size_t begin = 0; begin < doc.size();) {
    const std::size_t end = std::min(doc.find('\n', begin), doc.size());
    ((out += indent) += doc.substr(begin, end - begin)) += '\n';
    begin = end + 1;
  }
}

void append_entries(std::string& out, std::string_view heading, const std::vector<Entry>& entries) {
  if (entries.empty()) return;
  std::size_t width = 0;
  for (const Entry& entry : entries)
    width = std::max(width, entry.name.size());
  ((out += "  ") += heading) += '\n';
  for (const Entry& entry : entries) {
    out +=
        "    " + entry.name + std::string(width + 2 - entry.name.size(), ' ') + entry.type + "\n";
    append_doc(out, entry.doc, "        ");
  }
}

}  // namespace

std::string decision_list_text(const Program& program) {
  std::string out;
  for (const engine::DecisionDesc& decision : program.decisions) {
    if (!out.empty()) out += '\n';
    (out += program.text(decision.name)) += '\n';
    append_doc(out, program.text(decision.doc), "  ");
    std::vector<Entry> inputs, outputs;
    for (std::uint32_t i = 0; i < decision.inputs.count; ++i) {
      const engine::InputDesc& input = program.inputs[decision.inputs.first + i];
      inputs.push_back({names_text(program, input.json), type_text(program, input.type), {}});
    }
    for (std::uint32_t i = 0; i < decision.outputs.count; ++i) {
      const OutputDesc& output = program.outputs[decision.outputs.first + i];
      if (output.local) continue;
      outputs.push_back({std::string(program.text(output.json)), output_text(program, output),
                         std::string(program.text(output.doc))});
    }
    append_entries(out, "inputs", inputs);
    append_entries(out, "outputs", outputs);
  }
  return out.empty() ? "this policy has no decisions\n" : out;
}

}  // namespace writ::tools
