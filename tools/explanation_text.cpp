#include "tools/explanation_text.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

#include "dsl/explanations.hpp"

#include "tools/policy.hpp"

namespace writ::tools {
namespace {

using dsl::DiagnosticInfo;
using dsl::DiagnosticKind;

// The number in `W0203`, `w0203` or `203`.
std::optional<unsigned> number_of(std::string_view code) {
  if (code.starts_with('W') || code.starts_with('w')) code.remove_prefix(1);
  unsigned number = 0;
  const auto [end, error] = std::from_chars(code.data(), code.data() + code.size(), number);
  if (error != std::errc() || end != code.data() + code.size()) return std::nullopt;
  return number;
}

std::string_view severity_of(const DiagnosticInfo& row) {
  return row.severity == dsl::Severity::error ? "error" : "warning";
}

DiagnosticKind kind_at(std::size_t row) {
  return static_cast<DiagnosticKind>(row);
}

std::string painted(std::string_view style, const std::string& text, Color color) {
  return color == Color::on ? "\x1b[" + std::string(style) + "m" + text + "\x1b[0m" : text;
}

std::string indented(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    out.append(line.empty() ? "" : "    ").append(line) += '\n';
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
  return out;
}

void append_member(std::string& out, std::string_view name, std::string_view value) {
  out.append(out.back() == '{' ? "\"" : ",\"").append(name).append("\":");
  base::append_json_string(out, value);
}

void append_row(std::string& out, const DiagnosticInfo& row) {
  append_member(out, "code", row.code);
  append_member(out, "severity", severity_of(row));
  append_member(out, "message", row.message);
}

}  // namespace

std::optional<DiagnosticKind> kind_of_code(std::string_view code) {
  const std::optional<unsigned> number = number_of(code);
  const auto& registry = dsl::diagnostic_registry();
  for (std::size_t i = 0; number && i < registry.size(); ++i)
    if (number_of(registry[i].code) == number) return kind_at(i);
  return std::nullopt;
}

std::string unknown_code_text(std::string_view code) {
  std::string out = "there is no finding `" + std::string(code) + "`; ";
  const std::optional<unsigned> number = number_of(code);
  if (!number) return out + "a code looks like `W0203`";
  std::vector<std::pair<unsigned, std::string_view>> near;
  for (const DiagnosticInfo& row : dsl::diagnostic_registry()) {
    const unsigned other = *number_of(row.code);
    near.emplace_back(other > *number ? other - *number : *number - other, row.code);
  }
  std::sort(near.begin(), near.end());
  return out + "the codes next to it are `" + std::string(near[0].second) + "`, `" +
         std::string(near[1].second) + "` and `" + std::string(near[2].second) + "`";
}

std::string general_message(DiagnosticKind kind) {
  const std::string_view message = dsl::info(kind).message;
  std::string out;
  for (std::size_t i = 0; i < message.size(); ++i) {
    const bool argument = message[i] == '{' && i + 2 < message.size() && message[i + 2] == '}' &&
                          message[i + 1] >= '0' && message[i + 1] <= '9';
    if (argument) {
      out += "…";
      i += 2;
    } else {
      out += message[i];
    }
  }
  return out;
}

std::string example_findings(std::string_view example) {
  const Policy policy = load_sources(dsl::example_sources(example));
  if (policy.diagnostics.empty()) return {};
  return dsl::render_text(policy.diagnostics, policy.sources, /*color=*/false);
}

std::string explanation_text(DiagnosticKind kind, Color color) {
  const DiagnosticInfo& row = dsl::info(kind);
  const bool error = row.severity == dsl::Severity::error;
  std::string out =
      painted(error ? "1;31" : "1;33",
              std::string(severity_of(row)) + "[" + std::string(row.code) + "]", color);
  out += painted("1", ": " + general_message(kind), color) + "\n";
  const dsl::Explanation* explanation = dsl::find_explanation(kind);
  if (explanation == nullptr) return out;
  out.append("\n").append(explanation->text).append("\n");
  if (explanation->wrong.empty()) return out;
  const auto section = [&](const std::string& title, std::string_view text) {
    out += "\n" + painted("1", title, color) + "\n\n" + indented(text);
  };
  section("A policy with this mistake", explanation->wrong);
  section("What `writ check` says of it", example_findings(explanation->wrong));
  section("The policy repaired", explanation->right);
  return out;
}

std::string explanation_json(DiagnosticKind kind) {
  std::string out = "{";
  append_row(out, dsl::info(kind));
  const dsl::Explanation* explanation = dsl::find_explanation(kind);
  append_member(out, "explanation", explanation == nullptr ? "" : explanation->text);
  if (explanation == nullptr || explanation->wrong.empty())
    return out + ",\"wrong\":null,\"findings\":null,\"right\":null}";
  append_member(out, "wrong", explanation->wrong);
  const Policy policy = load_sources(dsl::example_sources(explanation->wrong));
  out += ",\"findings\":" + dsl::render_json(policy.diagnostics, policy.sources);
  append_member(out, "right", explanation->right);
  return out + "}";
}

std::string code_list_text() {
  std::string out;
  for (std::size_t i = 0; i < dsl::diagnostic_registry().size(); ++i) {
    const DiagnosticInfo& row = dsl::info(kind_at(i));
    out.append(row.code).append("  ");
    if (row.severity == dsl::Severity::warning) out += "warning: ";
    out += general_message(kind_at(i)) + "\n";
  }
  return out;
}

std::string code_list_json() {
  std::string out = "[";
  for (const DiagnosticInfo& row : dsl::diagnostic_registry()) {
    out += out.size() > 1 ? ",{" : "{";
    append_row(out, row);
    out += '}';
  }
  return out + "]";
}

}  // namespace writ::tools
