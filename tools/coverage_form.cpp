// How coverage is shown: as text for people, as JSON for programs.

#include <algorithm>

#include "base/text.hpp"

#include "tools/coverage.hpp"

namespace writ::tools {
namespace {

using Lines = std::vector<std::vector<std::string>>;

/// Lines of columns under a heading, nothing when there are none.
void append_lines(std::string& out, std::string_view heading, const Lines& lines) {
  if (lines.empty()) return;
  out.append("  ").append(heading) += '\n';
  std::vector<std::size_t> widths;
  for (const auto& line : lines) {
    widths.resize(std::max(widths.size(), line.size()));
    for (std::size_t i = 0; i < line.size(); ++i)
      widths[i] = std::max(widths[i], base::code_points(line[i]));
  }
  for (const auto& line : lines) {
    out += "    ";
    for (std::size_t i = 0; i < line.size(); ++i) {
      out += line[i];
      if (i + 1 != line.size()) out.append(widths[i] - base::code_points(line[i]) + 2, ' ');
    }
    out += '\n';
  }
}

std::string counted(std::size_t count, const std::string& one) {
  return std::to_string(count) + " " + one + (count == 1 ? "" : "s");
}

std::string in_tests(const Tally& tally) {
  return std::to_string(tally.did) + " of " + counted(tally.did + tally.did_not, "test");
}

/// The first line of a row as written, not longer than a line of a terminal has room for.
std::string row_text(const dsl::Sources& sources, dsl::Span span) {
  constexpr std::size_t kLongest = 60;
  std::string_view text = sources.text(span);
  text = text.substr(0, text.find('\n'));
  std::string shown;
  std::size_t length = 0;
  for (const char byte : text) {
    if ((byte & 0xc0) != 0x80 && length++ == kLongest) return shown + "…";
    if (byte != ' ' || shown.empty() || shown.back() != ' ') shown += byte;
  }
  return shown;
}

void append_decision(std::string& out, const DecisionCoverage& decision,
                     const dsl::Sources& sources) {
  out += "\n" + decision.name + ": ";
  out += decision.decided + decision.refused == 0 ? "no test decides it"
                                                  : counted(decision.decided, "test");
  if (decision.refused != 0)
    out += ", and " + counted(decision.refused, "test") + " whose input is an error";
  out += '\n';
  Lines never, always, both, waivers, codes, no_codes;
  for (const RuleCoverage& rule : decision.rules) {
    const std::string at = sources.at(rule.span);
    if (rule.fired.did == 0)
      never.push_back({rule.name, at});
    else if (rule.fired.did_not == 0)
      always.push_back({rule.name, at});
    else
      both.push_back({rule.name, in_tests(rule.fired), at});
  }
  for (const WaiverCoverage& waiver : decision.waivers)
    waivers.push_back({waiver.rule,
                       waiver.applied.did == 0 ? "never applied" : in_tests(waiver.applied),
                       sources.at(waiver.span)});
  for (const CodeCoverage& code : decision.codes)
    (code.produced.did == 0 ? no_codes : codes).push_back({code.code, in_tests(code.produced)});
  for (auto& line : no_codes)
    line.pop_back();
  append_lines(out, "rules that never fired", never);
  append_lines(out, "rules that fired in every test, never seen not firing", always);
  append_lines(out, "rules that fired in some tests", both);
  append_lines(out, "waivers", waivers);
  append_lines(out, "codes never produced", no_codes);
  append_lines(out, "codes produced", codes);
}

void append_table(std::string& out, const TableCoverage& table, const dsl::Sources& sources) {
  Lines rows;
  for (const RowCoverage& row : table.rows)
    rows.push_back({sources.at(row.span),
                    row.matched.did == 0 ? "never matched" : in_tests(row.matched),
                    row_text(sources, row.span)});
  out += "\ntable " + table.name + ", " + sources.at(table.span) + "\n";
  append_lines(out, "rows", rows);
}

// --- JSON ---

void append_member(std::string& out, std::string_view name, std::string_view value) {
  out.append("\"").append(name).append("\":");
  base::append_json_string(out, value);
}

void append_tally(std::string& out, const Tally& tally, std::string_view did,
                  std::string_view did_not) {
  out.append(",\"").append(did).append("\":").append(std::to_string(tally.did));
  out.append(",\"").append(did_not).append("\":").append(std::to_string(tally.did_not)) += '}';
}

template <class Item, class Append>
void append_array(std::string& out, std::string_view name, const std::vector<Item>& items,
                  Append&& append) {
  out.append(",\"").append(name).append("\":[");
  for (const Item& item : items) {
    if (&item != items.data()) out += ',';
    out += '{';
    append(item);
  }
  out += ']';
}

}  // namespace

std::string coverage_text(const Coverage& coverage, const dsl::Sources& sources) {
  std::string out = "coverage: " + coverage.percentage() + " %, " +
                    std::to_string(coverage.covered()) + " of " +
                    counted(coverage.items(), "item") + " (rules, waivers, table rows)\n";
  for (const DecisionCoverage& decision : coverage.decisions())
    append_decision(out, decision, sources);
  for (const TableCoverage& table : coverage.tables())
    append_table(out, table, sources);
  return out;
}

std::string uncovered_text(const Coverage& coverage, const dsl::Sources& sources) {
  std::string out;
  const auto line = [&](dsl::Span span, const std::string& what) {
    out += "  " + sources.at(span) + ": " + what + '\n';
  };
  for (const DecisionCoverage& decision : coverage.decisions()) {
    for (const RuleCoverage& rule : decision.rules)
      if (rule.fired.did == 0)
        line(rule.span, "rule `" + rule.name + "` never fired in a test of " + decision.name);
    for (const WaiverCoverage& waiver : decision.waivers)
      if (waiver.applied.did == 0)
        line(waiver.span,
             "waiver of `" + waiver.rule + "` never applied in a test of " + decision.name);
  }
  for (const TableCoverage& table : coverage.tables())
    for (const RowCoverage& row : table.rows)
      if (row.matched.did == 0)
        line(row.span, "row `" + row_text(sources, row.span) + "` of table `" + table.name +
                           "` never matched");
  return out;
}

void append_coverage(std::string& out, const Coverage& coverage, const dsl::Sources& sources) {
  out += "{\"percent\":" + coverage.percentage() +
         ",\"covered\":" + std::to_string(coverage.covered()) +
         ",\"items\":" + std::to_string(coverage.items());
  append_array(out, "decisions", coverage.decisions(), [&](const DecisionCoverage& decision) {
    append_member(out, "decision", decision.name);
    out += ",\"decided\":" + std::to_string(decision.decided) +
           ",\"refused\":" + std::to_string(decision.refused);
    append_array(out, "rules", decision.rules, [&](const RuleCoverage& rule) {
      append_member(out, "rule", rule.name);
      append_member(out += ',', "at", sources.at(rule.span));
      append_tally(out, rule.fired, "fired", "not_fired");
    });
    append_array(out, "waivers", decision.waivers, [&](const WaiverCoverage& waiver) {
      append_member(out, "rule", waiver.rule);
      append_member(out += ',', "at", sources.at(waiver.span));
      append_tally(out, waiver.applied, "applied", "not_applied");
    });
    append_array(out, "codes", decision.codes, [&](const CodeCoverage& code) {
      append_member(out, "code", code.code);
      append_tally(out, code.produced, "produced", "not_produced");
    });
    out += '}';
  });
  append_array(out, "tables", coverage.tables(), [&](const TableCoverage& table) {
    append_member(out, "table", table.name);
    append_member(out += ',', "at", sources.at(table.span));
    append_array(out, "rows", table.rows, [&](const RowCoverage& row) {
      append_member(out, "at", sources.at(row.span));
      append_tally(out, row.matched, "matched", "not_matched");
    });
    out += '}';
  });
  out += '}';
}

}  // namespace writ::tools
