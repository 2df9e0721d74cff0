#include "base/text.hpp"

#include "tools/bundle_file.hpp"

namespace writ::tools {
namespace {

using engine::DecisionDesc;
using engine::Program;
using engine::RuleDesc;

std::string place(const Program& program, const RuleDesc& rule) {
  return std::string(program.name(rule.file)) + ':' + std::to_string(rule.line) + ':' +
         std::to_string(rule.column);
}

void append_names(std::string& out, const Program& program, const DecisionDesc& decision) {
  out += ",\"inputs\":[";
  for (std::uint32_t i = 0; i < decision.inputs.count; ++i) {
    if (i != 0) out += ',';
    base::append_json_string(out, program.text(program.inputs[decision.inputs.first + i].name));
  }
  out += "],\"outputs\":[";
  bool first = true;
  for (std::uint32_t i = 0; i < decision.outputs.count; ++i) {
    const engine::OutputDesc& output = program.outputs[decision.outputs.first + i];
    if (output.local) continue;
    if (!first) out += ',';
    first = false;
    base::append_json_string(out, program.text(output.json));
  }
  out += ']';
}

void append_rules(std::string& out, const Program& program, const DecisionDesc& decision) {
  out += ",\"rules\":[";
  for (std::uint32_t i = 0; i < decision.rules.count; ++i) {
    const RuleDesc& rule = program.rules[decision.rules.first + i];
    out += i == 0 ? "{\"name\":" : ",{\"name\":";
    base::append_json_string(out, program.text(rule.name));
    out += ",\"at\":";
    base::append_json_string(out, place(program, rule));
    out += '}';
  }
  out += ']';
}

}  // namespace

std::string bundle_text(const engine::Bundle& bundle) {
  const engine::BundleInfo& info = bundle.info;
  const Program& program = bundle.program->program();
  const auto line = [](std::string_view label, const std::string& value) {
    std::string text(label);
    return text.append(10 - label.size(), ' ') + value + '\n';
  };
  std::string out = line("digest", info.digest);
  out += line("serial", info.signer ? std::to_string(info.serial) : "none: not signed");
  if (info.signer) out += line("signer", info.signer->fingerprint());
  out += line("edition", std::to_string(info.edition) + " of the language");
  out += line("layout", std::to_string(info.layout));
  out += line("size", std::to_string(info.size) + " bytes");
  for (const engine::DataDesc& data : program.data)
    out += line("data", std::string(program.text(data.name)) +
                            (data.literal == engine::kNone ? " (has to be given)" : ""));
  for (const DecisionDesc& decision : program.decisions) {
    out += "\ndecision " + std::string(program.text(decision.name)) + ": " +
           std::to_string(decision.rules.count) + (decision.rules.count == 1 ? " rule" : " rules") +
           ", " + std::to_string(decision.waivers.count) +
           (decision.waivers.count == 1 ? " waiver" : " waivers") + '\n';
    for (std::uint32_t i = 0; i < decision.rules.count; ++i) {
      const RuleDesc& rule = program.rules[decision.rules.first + i];
      out += "  " + std::string(program.text(rule.name)) + "  " + place(program, rule) + '\n';
    }
  }
  out += "\nsection          rows      bytes\n";
  for (const engine::BundleSection& section : info.sections) {
    if (section.rows == 0) continue;
    const std::string rows = std::to_string(section.rows);
    const std::string bytes = std::to_string(std::uint64_t{section.rows} * section.row_bytes);
    out.append(section.name)
        .append(21 - section.name.size() - std::min<std::size_t>(rows.size(), 5), ' ');
    out += rows;
    out.append(bytes.size() < 11 ? 11 - bytes.size() : 1, ' ');
    out += bytes + '\n';
  }
  return out;
}

void append_bundle(std::string& out, const engine::Bundle& bundle) {
  const engine::BundleInfo& info = bundle.info;
  const Program& program = bundle.program->program();
  out += "{\"digest\":\"" + info.digest +
         "\",\"serial\":" + (info.signer ? std::to_string(info.serial) : "null") +
         ",\"signer\":" + (info.signer ? '"' + info.signer->fingerprint() + '"' : "null") +
         ",\"edition\":" + std::to_string(info.edition) +
         ",\"layout\":" + std::to_string(info.layout) + ",\"size\":" + std::to_string(info.size) +
         ",\"decisions\":[";
  for (const DecisionDesc& decision : program.decisions) {
    out += &decision == program.decisions.data() ? "{\"name\":" : ",{\"name\":";
    base::append_json_string(out, program.text(decision.name));
    append_names(out, program, decision);
    append_rules(out, program, decision);
    out += ",\"waivers\":" + std::to_string(decision.waivers.count) + '}';
  }
  out += "],\"data\":[";
  for (const engine::DataDesc& data : program.data) {
    out += &data == program.data.data() ? "{\"name\":" : ",{\"name\":";
    base::append_json_string(out, program.text(data.name));
    out += data.literal == engine::kNone ? ",\"has_value\":false}" : ",\"has_value\":true}";
  }
  out += "],\"sections\":[";
  for (const engine::BundleSection& section : info.sections) {
    out += &section == info.sections.data() ? "{\"name\":\"" : ",{\"name\":\"";
    out.append(section.name);
    out += "\",\"offset\":" + std::to_string(section.offset) +
           ",\"rows\":" + std::to_string(section.rows) +
           ",\"row_bytes\":" + std::to_string(section.row_bytes) + '}';
  }
  out += "]}";
}

}  // namespace writ::tools
