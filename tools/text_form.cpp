#include "tools/text_form.hpp"

#include <algorithm>
#include <vector>

#include "base/calendar.hpp"
#include "base/text.hpp"

#include "engine/render.hpp"

namespace writ::tools {
namespace {

using engine::DecisionView;
using engine::Kind;
using engine::kNone;
using engine::OutputDesc;
using engine::OutputKind;
using engine::OutputValue;
using engine::Program;

constexpr std::string_view kOutcomes[] = {"permit", "hold", "deny", "forbid"};

class Page {
 public:
  Page(const Program& program, const DecisionView& decision, Color color)
      : program_(program),
        decision_(decision),
        desc_(program.decisions[decision.decision]),
        color_(color == Color::on) {}

  std::string text() {
    heading();
    result();
    approvals();
    reasons();
    rules();
    validity();
    return std::move(out_);
  }

 private:
  void styled(std::string_view style, std::string_view text) {
    if (color_) out_.append("\x1b[").append(style).append("m");
    out_ += text;
    if (color_) out_ += "\x1b[0m";
  }
  void section(std::string_view title) {
    out_ += '\n';
    styled("1", title);
    out_ += '\n';
  }
  const OutputDesc& output(std::uint32_t index) const {
    return program_.outputs[desc_.outputs.first + index];
  }

  void heading() {
    styled("1;36", program_.text(desc_.name));
    out_ += "  ";
    std::string at = "at ";
    base::append_instant(at, decision_.now);
    styled("2", at);
    out_ += "\n\n";
  }

  /// Records, maps and lists of them have no short text; they are shown as JSON.
  bool has_text(std::uint32_t type) const {
    const engine::TypeDesc& t = program_.types[type];
    switch (t.kind) {
      case Kind::record:
      case Kind::map:
      case Kind::votes: return false;
      case Kind::list:
      case Kind::set: return has_text(t.element);
      default: return true;
    }
  }

  void append(std::string& to, std::uint32_t type, const engine::Cell& value) const {
    if (has_text(type))
      engine::append_text(to, program_, type, value);
    else
      engine::append_value(to, program_, type, value);
  }

  std::string verdict(engine::Outcome outcome, const OutputDesc& desc,
                      const engine::Cell& needs) const {
    std::string text(kOutcomes[static_cast<std::size_t>(outcome)]);
    if (outcome == engine::Outcome::hold) {
      text += " for ";
      engine::append_quorum_text(text, program_, desc.members, needs);
    }
    return text;
  }

  std::string plain(const OutputDesc& desc, const OutputValue& value) const {
    std::string text;
    if (desc.kind == OutputKind::verdict) return verdict(value.outcome, desc, value.needs);
    if (desc.kind == OutputKind::codes) {
      for (const std::string_view code : decision_.codes)
        (text += text.empty() ? "" : ", ") += code;
      return text.empty() ? "none" : text;
    }
    append(text, desc.type, value.value);
    return text;
  }

  void line(std::string_view name, std::string_view value, std::string_view style = "") {
    out_ += "  ";
    out_ += name;
    out_.append(width_ > base::code_points(name) ? width_ - base::code_points(name) : 0, ' ');
    out_ += "  ";
    if (style.empty())
      out_ += value;
    else
      styled(style, value);
    out_ += '\n';
  }

  void keyed(const OutputDesc& desc, const OutputValue& value) {
    if (value.keys.empty()) return line(program_.text(desc.json), "nothing was asked for", "2");
    std::string_view name = program_.text(desc.json);
    for (const engine::KeyedValue& key : value.keys) {
      std::string text;
      append(text, desc.key_type, key.key);
      text += ": ";
      if (desc.kind == OutputKind::verdict)
        text += verdict(key.outcome, desc, key.needs);
      else
        append(text, desc.type, key.value);
      line(name, text, style_of(desc, key.outcome));
      name = "";
    }
  }

  static std::string_view style_of(const OutputDesc& desc, engine::Outcome outcome) {
    if (desc.kind != OutputKind::verdict) return "";
    return outcome == engine::Outcome::permit ? "32"
           : outcome == engine::Outcome::hold ? "33"
                                              : "31";
  }

  void result() {
    for (std::uint32_t o = 0; o < desc_.outputs.count; ++o)
      if (!output(o).local)
        width_ = std::max(width_, base::code_points(program_.text(output(o).json)));
    for (std::uint32_t o = 0; o < desc_.outputs.count; ++o) {
      const OutputDesc& desc = output(o);
      const OutputValue& value = decision_.outputs[o];
      if (desc.local || !value.present) continue;
      if (desc.per)
        keyed(desc, value);
      else
        line(program_.text(desc.json), plain(desc, value), style_of(desc, value.outcome));
    }
  }

  /// Every quorum of the result that is not empty, and what is held.
  void approvals() {
    std::vector<std::string> lines;
    const auto add = [&](const OutputDesc& desc, const engine::Cell& quorum,
                         const std::string& what) {
      if (quorum.present == 0 || quorum.n == 0) return;
      std::string text;
      engine::append_quorum_text(text, program_, desc.members, quorum);
      lines.push_back(what.empty() ? text : what + ": " + text);
    };
    for (std::uint32_t o = 0; o < desc_.outputs.count; ++o) {
      const OutputDesc& desc = output(o);
      const OutputValue& value = decision_.outputs[o];
      if (desc.local || !value.present) continue;
      const bool is_quorum = program_.types[desc.type].kind == Kind::quorum;
      if (is_quorum && !desc.per) add(desc, value.value, "");
      if (desc.kind == OutputKind::verdict && !desc.per && value.outcome == engine::Outcome::hold)
        add(desc, value.needs, std::string(program_.text(desc.json)));
      for (const engine::KeyedValue& key : value.keys) {
        const bool held = desc.kind == OutputKind::verdict && key.outcome == engine::Outcome::hold;
        if (!held && !is_quorum) continue;
        std::string name;
        append(name, desc.key_type, key.key);
        add(desc, held ? key.needs : key.value, name);
      }
    }
    if (lines.empty()) return;
    section("Who must approve");
    for (const std::string& l : lines)
      out_ += "  " + l + '\n';
  }

  void reasons() {
    section("Why");
    if (decision_.reasons.empty()) out_ += "  no rule had anything to say against it\n";
    for (const engine::ReasonView& reason : decision_.reasons) {
      out_ += "  ";
      out_ += reason.because;
      out_ += '\n';
      std::string detail = "      ";
      detail += reason.code;
      for (std::size_t i = 0; i < reason.sets.size(); ++i)
        (detail += i == 0 ? " sets " : ", ") += program_.text(output(reason.sets[i]).json);
      (detail += " · ") += reason.at;
      if (reason.rule != kNone) {
        const engine::Run tags = program_.rules[desc_.rules.first + reason.rule].tags;
        for (std::uint32_t t = 0; t < tags.count; ++t) {
          const engine::TagDesc& tag = program_.tags[tags.first + t];
          detail.append(" · ")
              .append(program_.text(tag.name))
              .append(" ")
              .append(program_.text(tag.value));
        }
      }
      styled("2", detail);
      out_ += '\n';
      if (reason.waiver != kNone) waived(reason.waiver);
    }
    if (decision_.more != 0) out_ += "  and " + std::to_string(decision_.more) + " more\n";
  }

  void waived(std::uint32_t waiver) {
    const engine::WaiverDesc& desc = program_.waivers[desc_.waivers.first + waiver];
    std::string text = "      waived by ";
    text += program_.text(desc.by);
    text += " until ";
    base::append_instant(text, program_.windows[desc.window].until);
    text.append(": ").append(program_.text(desc.because));
    styled("33", text);
    out_ += '\n';
  }

  /// explain=full: every rule with its conditions.
  void rules() {
    if (decision_.rules.empty()) return;
    section("Rules and conditions");
    for (std::uint32_t r = 0; r < decision_.rules.size(); ++r) {
      const engine::RuleDesc& rule = program_.rules[desc_.rules.first + r];
      const engine::RuleTrace& trace = decision_.rules[r];
      std::string head(program_.text(rule.name));
      head += trace.fired == 0 ? ": did not fire" : ": fired";
      if (trace.fired > 1) head += " " + std::to_string(trace.fired) + " times";
      if (trace.waived != 0) head += " (" + std::to_string(trace.waived) + " waived)";
      out_ += "  ";
      styled(trace.fired == 0 ? "2" : "1", head);
      out_ += '\n';
      for (std::uint32_t c = 0; c < rule.conditions.count; ++c)
        condition(rule, trace, c);
    }
  }

  void condition(const engine::RuleDesc& rule, const engine::RuleTrace& trace,
                 std::uint32_t index) {
    const engine::ConditionDesc& desc = program_.conditions[rule.conditions.first + index];
    const engine::ConditionTrace& counts = trace.conditions[index];
    std::string value = counts.true_count + counts.false_count == 0 ? "not reached"
                        : counts.false_count == 0                   ? "true"
                        : counts.true_count == 0
                            ? "false"
                            : "true " + std::to_string(counts.true_count) + ", false " +
                                  std::to_string(counts.false_count);
    if (counts.true_count + counts.false_count > 1 &&
        (counts.true_count == 0 || counts.false_count == 0))
      value += " " + std::to_string(counts.true_count + counts.false_count) + " times";
    out_ += "      ";
    out_ += program_.text(desc.source);
    styled("2", "  " + value + " · " + std::string(program_.name(desc.file)) + ":" +
                    std::to_string(desc.line) + ":" + std::to_string(desc.column));
    out_ += '\n';
  }

  void validity() {
    out_ += '\n';
    std::string text = "holds ";
    if (decision_.valid_until) {
      text += *decision_.valid_until == decision_.now ? "at this instant only" : "until ";
      if (*decision_.valid_until != decision_.now)
        base::append_instant(text, *decision_.valid_until);
    } else {
      text += "as long as policy, data and input stay the same";
    }
    styled("2", text);
    out_ += '\n';
  }

  const Program& program_;
  const DecisionView& decision_;
  const engine::DecisionDesc& desc_;
  bool color_;
  std::size_t width_ = 0;
  std::string out_;
};

}  // namespace

std::string decision_text(const engine::VerifiedProgram& program, const DecisionView& decision,
                          Color color) {
  return Page(program.program(), decision, color).text();
}

std::string problem_text(const Program& program, std::uint32_t decision,
                         const engine::Problem& problem, Color color) {
  const bool on = color == Color::on;
  std::string out;
  out += on ? "\x1b[1;31m" : "";
  out += "not decided";
  out += on ? "\x1b[0m" : "";
  out += ": " + problem.detail + '\n';
  for (const engine::InputError& e : problem.errors) {
    out += "  " + (e.pointer.empty() ? std::string("the input as a whole") : e.pointer);
    out += "\n      expected " + e.expected + "\n      found    " + e.found + '\n';
  }
  if (decision != kNone) {
    out += "\nUntil this is mended, whoever has to answer denies:\n  {";
    for (const char c : program.text(program.decisions[decision].fail_closed))
      c == engine::kCodesPlaceholder ? out += "[\"" + problem.code + "\"]" : out += c;
    out += "}\n";
  }
  return out;
}

}  // namespace writ::tools
