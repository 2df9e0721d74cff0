#include "tools/output_findings.hpp"

#include <algorithm>

#include "base/text.hpp"

#include "dsl/analysis/monotonicity.hpp"

namespace writ::tools {
namespace {

using dsl::analysis::Monotonicity;
using dsl::analysis::Obstacle;
using dsl::analysis::OutputFinding;
using dsl::analysis::Part;

/// Of one output, in the text for people.
constexpr std::size_t kMostObstacles = 16;

/// What is written there, on one line.
std::string source_text(const dsl::Sources& sources, dsl::Span span) {
  std::string text;
  for (const char byte : sources.text(span)) {
    const bool space = byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
    if (!space)
      text += byte;
    else if (!text.empty() && text.back() != ' ')
      text += ' ';
  }
  return text;
}

std::string part_text(const dsl::Decision& decision, const Obstacle& obstacle) {
  switch (obstacle.part) {
    case Part::rule: return "rule `" + decision.rules[obstacle.index].full_name() + "`";
    case Part::waiver:
      return "waiver of `" + decision.rules[decision.waivers[obstacle.index].rule].full_name() +
             "`";
    case Part::start: return "starting value";
    case Part::domain: break;
  }
  return "keys";
}

std::string sentence(const dsl::Sources& sources, const Obstacle& obstacle) {
  return "`" + source_text(sources, obstacle.expression) + "` " + obstacle.why;
}

std::string finding_text(const dsl::Output& output, const OutputFinding& finding) {
  switch (finding.monotonicity) {
    case Monotonicity::monotone: return "monotone";
    case Monotonicity::not_shown: return "not shown";
    case Monotonicity::no_strictness: break;
  }
  return output.kind == dsl::OutputKind::codes ? "no strictness: the codes of the reasons"
                                               : "no strictness: derived";
}

std::string_view finding_name(Monotonicity monotonicity) {
  switch (monotonicity) {
    case Monotonicity::monotone: return "monotone";
    case Monotonicity::not_shown: return "not_shown";
    case Monotonicity::no_strictness: break;
  }
  return "no_strictness";
}

void append_member(std::string& out, std::string_view name, std::string_view value) {
  out.append("\"").append(name).append("\":");
  base::append_json_string(out, value);
}

void append_obstacle(std::string& out, const dsl::Decision& decision, const Obstacle& obstacle,
                     const dsl::Sources& sources) {
  append_member(out += '{', "at", sources.at(obstacle.expression));
  append_member(out += ',', "in", part_text(decision, obstacle));
  append_member(out += ',', "clause", sources.at(obstacle.place));
  append_member(out += ',', "reads", decision.outputs[obstacle.reads].name);
  append_member(out += ',', "because", sentence(sources, obstacle));
  out += '}';
}

}  // namespace

std::string outputs_text(const dsl::Model& model, const dsl::Sources& sources) {
  std::string out;
  for (std::uint32_t d = 0; d < model.decisions.size(); ++d) {
    const dsl::Decision& decision = model.decisions[d];
    std::size_t width = 0;
    for (const dsl::Output& output : decision.outputs)
      width = std::max(width, output.name.size());
    out += (out.empty() ? "" : "\n") + decision.full_name() + "\n";
    for (const OutputFinding& finding : dsl::analysis::monotonicity(model, d)) {
      const dsl::Output& output = decision.outputs[finding.output];
      out += "  " + output.name + std::string(width - output.name.size() + 2, ' ') +
             finding_text(output, finding) + '\n';
      const std::size_t shown = std::min(finding.obstacles.size(), kMostObstacles);
      for (std::size_t i = 0; i < shown; ++i) {
        const Obstacle& obstacle = finding.obstacles[i];
        out += "    " + sources.at(obstacle.expression) + ": " + part_text(decision, obstacle) +
               ": " + sentence(sources, obstacle) + '\n';
      }
      if (shown != finding.obstacles.size())
        out += "    and " + std::to_string(finding.obstacles.size() - shown) + " more\n";
    }
  }
  return out;
}

void append_outputs(std::string& out, const dsl::Model& model, const dsl::Sources& sources) {
  out += '[';
  for (std::uint32_t d = 0; d < model.decisions.size(); ++d) {
    const dsl::Decision& decision = model.decisions[d];
    for (const OutputFinding& finding : dsl::analysis::monotonicity(model, d)) {
      if (out.back() == '}') out += ',';
      append_member(out += '{', "decision", decision.full_name());
      append_member(out += ',', "output", decision.outputs[finding.output].name);
      append_member(out += ',', "finding", finding_name(finding.monotonicity));
      out += ",\"obstacles\":[";
      for (const Obstacle& obstacle : finding.obstacles) {
        if (&obstacle != finding.obstacles.data()) out += ',';
        append_obstacle(out, decision, obstacle, sources);
      }
      out += "]}";
    }
  }
  out += ']';
}

}  // namespace writ::tools
