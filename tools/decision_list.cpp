#include "tools/decision_list.hpp"

#include <algorithm>
#include <vector>

namespace writ::tools {
namespace {

/// A line of a list: a name, what it is, and what the author wrote about it.
struct Entry {
  std::string name, type, doc;
};

std::string output_type(const dsl::Types& types, const dsl::Output& output) {
  const std::string type = types.text(output.type);
  std::string out;
  switch (output.kind) {
    case dsl::OutputKind::highest: out = "highest " + type; break;
    case dsl::OutputKind::lowest: out = "lowest " + type; break;
    case dsl::OutputKind::collected:
      out = "collected " + types.text(types[output.type].element);
      break;
    case dsl::OutputKind::codes: out = "codes"; break;
    case dsl::OutputKind::derived:
    case dsl::OutputKind::quorum:
    case dsl::OutputKind::verdict: out = type; break;
  }
  if (output.per) out += " per " + types.text(output.key_type);
  return out;
}

/// `"app" or "app_id"`: as a caller may write it.
std::string names_text(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names)
    out += (out.empty() ? "" : " or ") + name;
  return out;
}

void append_doc(std::string& out, const std::string& doc, const std::string& indent) {
  for (std::size_t begin = 0; begin < doc.size();) {
    const std::size_t end = std::min(doc.find('\n', begin), doc.size());
    out += indent + doc.substr(begin, end - begin) + "\n";
    begin = end + 1;
  }
}

void append_entries(std::string& out, const char* heading, const std::vector<Entry>& entries) {
  if (entries.empty()) return;
  std::size_t width = 0;
  for (const Entry& entry : entries)
    width = std::max(width, entry.name.size());
  out += std::string("  ") + heading + "\n";
  for (const Entry& entry : entries) {
    out +=
        "    " + entry.name + std::string(width + 2 - entry.name.size(), ' ') + entry.type + "\n";
    append_doc(out, entry.doc, "        ");
  }
}

}  // namespace

std::string decision_list_text(const dsl::Model& model) {
  std::string out;
  for (const dsl::Decision& decision : model.decisions) {
    out += (out.empty() ? "" : "\n") + decision.full_name() + "\n";
    append_doc(out, decision.doc, "  ");
    std::vector<Entry> inputs, outputs;
    for (const dsl::Input& input : decision.inputs)
      inputs.push_back({names_text(input.json), model.types.text(input.type), {}});
    for (const dsl::Output& output : decision.outputs)
      if (!output.local)
        outputs.push_back({output.json.front(), output_type(model.types, output), output.doc});
    append_entries(out, "inputs", inputs);
    append_entries(out, "outputs", outputs);
  }
  return out.empty() ? "this policy has no decisions\n" : out;
}

}  // namespace writ::tools
