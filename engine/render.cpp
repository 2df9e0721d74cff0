#include "engine/render.hpp"

#include "base/calendar.hpp"
#include "base/decimal.hpp"
#include "base/ip.hpp"
#include "base/text.hpp"

#include "engine/compare.hpp"

namespace writ::engine {
namespace {

/// How durations become JSON, which has whole seconds.
enum class Rounding : std::uint8_t { down, up, exact };

std::string_view outcome_name(Outcome outcome) {
  switch (outcome) {
    case Outcome::permit: return "permit";
    case Outcome::hold: return "hold";
    case Outcome::deny: return "deny";
    case Outcome::forbid: return "forbid";
  }
  return "forbid";
}

std::string_view member_name(const Program& program, std::uint32_t enumeration,
                             std::int64_t index) {
  const Run members = program.enums[enumeration].members;
  return program.name(
      program.members[members.first + static_cast<std::uint32_t>(index)].json.first);
}

/// A comma before all but the first of several.
class Commas {
 public:
  explicit Commas(std::string& out) : out_(out) {}
  void next() {
    if (!first_) out_ += ',';
    first_ = false;
  }

 private:
  std::string& out_;
  bool first_ = true;
};

void append_name(std::string& out, std::string_view name) {
  base::append_json_string(out, name);
  out += ':';
}

void append_strings(std::string& out, std::span<const std::string_view> texts) {
  out += '[';
  Commas commas(out);
  for (const std::string_view text : texts) {
    commas.next();
    base::append_json_string(out, text);
  }
  out += ']';
}

void append_instant_json(std::string& out, base::Micros instant) {
  out += '"';
  base::append_instant(out, instant);
  out += '"';
}

void append_duration_json(std::string& out, std::int64_t micros, Rounding rounding) {
  const std::int64_t rest = base::floor_mod(micros, base::kMicrosPerSecond);
  if (rounding == Rounding::exact && rest != 0) {
    out += '"';
    base::append_duration(out, micros);
    out += '"';
    return;
  }
  const std::int64_t seconds = base::floor_div(micros, base::kMicrosPerSecond);
  base::append_integer(out, rounding == Rounding::up && rest != 0 ? seconds + 1 : seconds);
}

class ValueWriter {
 public:
  ValueWriter(std::string& out, const Program& program, Rounding rounding)
      : out_(out), program_(program), rounding_(rounding) {}

  void write(std::uint32_t row, const Cell& cell) {
    if (cell.present == 0) {
      out_ += "null";
      return;
    }
    const TypeDesc& type = program_.types[row];
    switch (type.kind) {
      case Kind::boolean: out_ += cell.i != 0 ? "true" : "false"; break;
      case Kind::integer: base::append_integer(out_, cell.i); break;
      case Kind::decimal: base::append_decimal(out_, cell.i); break;
      case Kind::string: base::append_json_string(out_, cell.text()); break;
      case Kind::duration: append_duration_json(out_, cell.i, rounding_); break;
      case Kind::time: append_instant_json(out_, cell.i); break;
      case Kind::ip:
      case Kind::network:
        out_ += '"';
        append_text(out_, program_, row, cell);
        out_ += '"';
        break;
      case Kind::enumeration:
        base::append_json_string(out_, member_name(program_, type.decl, cell.i));
        break;
      case Kind::record: fields(type, cell.cells); break;
      case Kind::list:
      case Kind::set: items(type, cell); break;
      case Kind::map: entries(type, cell); break;
      case Kind::quorum: append_quorum(out_, program_, type.decl, cell); break;
      case Kind::votes:
      case Kind::verdict: out_ += "null"; break;  // not in data, and outputs of votes are local
    }
  }

 private:
  void fields(const TypeDesc& type, const Cell* cells) {
    const Run run = program_.records[type.decl].fields;
    out_ += '{';
    Commas commas(out_);
    for (std::uint32_t i = 0; i < run.count; ++i) {
      const FieldDesc& field = program_.fields[run.first + i];
      const Cell& cell = cells[field.offset];
      if (cell.present == 0) continue;
      commas.next();
      append_name(out_, program_.name(field.json.first));
      write(field.type, cell);
    }
    out_ += '}';
  }

  void items(const TypeDesc& type, const Cell& cell) {
    out_ += '[';
    Commas commas(out_);
    if (type.kind == Kind::set && is_mask_element(program_, type.element)) {
      const std::uint32_t enumeration = program_.types[type.element].decl;
      for_each_member(program_, enumeration, cell.u, [&](std::uint32_t member) {
        commas.next();
        base::append_json_string(out_, member_name(program_, enumeration, member));
      });
    } else {
      for (std::uint32_t i = 0; i < cell.n; ++i) {
        commas.next();
        write(type.element, element_at(program_, type.element, type.stride, cell, i));
      }
    }
    out_ += ']';
  }

  void entries(const TypeDesc& type, const Cell& cell) {
    const std::uint32_t stride = 1 + type.stride;
    out_ += '{';
    Commas commas(out_);
    for (std::uint32_t i = 0; i < cell.n; ++i) {
      const Cell* entry = cell.cells + std::size_t{i} * stride;
      commas.next();
      write(type.key, *entry);
      out_ += ':';
      write(type.element, element_at(program_, type.element, 1, Cell::items(entry + 1, 1), 0));
    }
    out_ += '}';
  }

  std::string& out_;
  const Program& program_;
  Rounding rounding_;
};

/// A key of a `per` output as the name of a member.
void append_key(std::string& out, const Program& program, std::uint32_t type, const Cell& key) {
  const bool bare_number = program.types[type].kind == Kind::integer;
  if (bare_number) out += '"';
  append_value(out, program, type, key);
  out += bare_number ? "\":" : ":";
}

void append_denied(std::string& out, const Program& program, const OutputDesc& desc,
                   const KeyedValue& at) {
  out += "{\"item\":";
  append_value(out, program, desc.key_type, at.key);
  out += ",\"codes\":";
  append_strings(out, at.codes);
  out += ",\"because\":";
  append_strings(out, at.because);
  out += '}';
}

void append_held(std::string& out, const Program& program, const OutputDesc& desc,
                 const KeyedValue& at) {
  out += "{\"item\":";
  append_value(out, program, desc.key_type, at.key);
  out += ",\"needs\":";
  append_quorum(out, program, desc.members, at.needs);
  out += ",\"because\":";
  append_strings(out, at.because);
  out += '}';
}

void append_keyed_verdict(std::string& out, const Program& program, const OutputDesc& desc,
                          std::span<const KeyedValue> keys) {
  const auto each = [&](auto&& chosen, auto&& append) {
    Commas commas(out);
    for (const KeyedValue& at : keys) {
      if (!chosen(at.outcome)) continue;
      commas.next();
      append(at);
    }
  };
  out += "{\"granted\":[";
  each([](Outcome outcome) { return outcome == Outcome::permit; },
       [&](const KeyedValue& at) { append_value(out, program, desc.key_type, at.key); });
  out += "],\"held\":[";
  each([](Outcome outcome) { return outcome == Outcome::hold; },
       [&](const KeyedValue& at) { append_held(out, program, desc, at); });
  out += "],\"denied\":[";
  each([](Outcome outcome) { return outcome == Outcome::deny || outcome == Outcome::forbid; },
       [&](const KeyedValue& at) { append_denied(out, program, desc, at); });
  out += "]}";
}

void append_tags(std::string& out, const Program& program, Run tags) {
  if (tags.count == 0) return;
  out += ",\"tags\":{";
  Commas commas(out);
  for (std::uint32_t i = 0; i < tags.count; ++i) {
    const TagDesc& tag = program.tags[tags.first + i];
    commas.next();
    append_name(out, program.text(tag.name));
    base::append_json_string(out, program.text(tag.value));
  }
  out += '}';
}

void append_waived(std::string& out, const Program& program, const WaiverDesc& waiver) {
  out += ",\"waived\":{\"by\":";
  base::append_json_string(out, program.text(waiver.by));
  out += ",\"until\":";
  append_instant_json(out, program.windows[waiver.window].until);
  out += ",\"because\":";
  base::append_json_string(out, program.text(waiver.because));
  out += '}';
}

void append_reason(std::string& out, const Program& program, const DecisionDesc& desc,
                   const ReasonView& reason) {
  out += "{\"code\":";
  base::append_json_string(out, reason.code);
  out += ",\"because\":";
  base::append_json_string(out, reason.because);
  out += ",\"sets\":[";
  Commas commas(out);
  for (const std::uint32_t output : reason.sets) {
    commas.next();
    base::append_json_string(out, program.text(program.outputs[desc.outputs.first + output].json));
  }
  out += "],\"at\":";
  base::append_json_string(out, reason.at);
  if (reason.rule != kNone)
    append_tags(out, program, program.rules[desc.rules.first + reason.rule].tags);
  if (reason.waiver != kNone)
    append_waived(out, program, program.waivers[desc.waivers.first + reason.waiver]);
  out += '}';
}

std::string place(const Program& program, std::uint32_t file, std::uint32_t line,
                  std::uint32_t column) {
  std::string out(program.name(file));
  out += ':' + std::to_string(line) + ':' + std::to_string(column);
  return out;
}

void append_conditions(std::string& out, const Program& program, Run run,
                       std::span<const ConditionTrace> traces) {
  out += '[';
  Commas commas(out);
  for (std::uint32_t i = 0; i < run.count; ++i) {
    const ConditionDesc& condition = program.conditions[run.first + i];
    const ConditionTrace trace = i < traces.size() ? traces[i] : ConditionTrace{};
    commas.next();
    out += "{\"at\":";
    base::append_json_string(out, place(program, condition.file, condition.line, condition.column));
    out += condition.kind == ConditionKind::when ? ",\"kind\":\"when\"" : ",\"kind\":\"unless\"";
    out += ",\"source\":";
    base::append_json_string(out, program.text(condition.source));
    out += ",\"true\":" + std::to_string(trace.true_count);
    out += ",\"false\":" + std::to_string(trace.false_count) + '}';
  }
  out += ']';
}

void append_rules(std::string& out, const Program& program, const DecisionDesc& desc,
                  std::span<const RuleTrace> traces) {
  out += '[';
  Commas commas(out);
  for (std::uint32_t i = 0; i < traces.size() && i < desc.rules.count; ++i) {
    const RuleDesc& rule = program.rules[desc.rules.first + i];
    commas.next();
    out += "{\"rule\":";
    base::append_json_string(out, program.text(rule.name));
    out += ",\"at\":";
    base::append_json_string(out, place(program, rule.file, rule.line, rule.column));
    out += ",\"fired\":" + std::to_string(traces[i].fired);
    out += ",\"waived\":" + std::to_string(traces[i].waived);
    out += ",\"conditions\":";
    append_conditions(out, program, rule.conditions, traces[i].conditions);
    out += '}';
  }
  out += ']';
}

}  // namespace

void append_value(std::string& out, const Program& program, std::uint32_t type, const Cell& cell,
                  bool round_up) {
  ValueWriter(out, program, round_up ? Rounding::up : Rounding::down).write(type, cell);
}

void append_canonical(std::string& out, const Program& program, std::uint32_t type,
                      const Cell& cell) {
  ValueWriter(out, program, Rounding::exact).write(type, cell);
}

void append_quorum(std::string& out, const Program& program, std::uint32_t enumeration,
                   const Cell& quorum) {
  // A verdict without `of` has no members, and so no clauses.
  const std::uint32_t count = enumeration == kNone ? 0 : quorum.n;
  out += count == 0 ? "{\"auto\":true,\"clauses\":[" : "{\"auto\":false,\"clauses\":[";
  Commas commas(out);
  for (std::uint32_t i = 0; i < count; ++i) {
    const base::Clause& clause = quorum.clauses[i];
    commas.next();
    out += "{\"need\":";
    base::append_integer(out, clause.need);
    out += ",\"of\":[";
    Commas between(out);
    for_each_member(program, enumeration, clause.members, [&](std::uint32_t member) {
      between.next();
      base::append_json_string(out, member_name(program, enumeration, member));
    });
    out += "]}";
  }
  out += "]}";
}

void append_output(std::string& out, const Program& program, const OutputDesc& desc,
                   const OutputValue& value) {
  const bool verdict = desc.kind == OutputKind::verdict;
  const bool round_up = desc.kind == OutputKind::highest;
  if (verdict && desc.per) {
    append_keyed_verdict(out, program, desc, value.keys);
  } else if (verdict) {
    out += "{\"outcome\":";
    base::append_json_string(out, outcome_name(value.outcome));
    out += ",\"needs\":";
    append_quorum(out, program, desc.members, value.needs);
    out += '}';
  } else if (desc.per) {
    out += '{';
    Commas commas(out);
    for (const KeyedValue& at : value.keys) {
      commas.next();
      append_key(out, program, desc.key_type, at.key);
      append_value(out, program, desc.type, at.value, round_up);
    }
    out += '}';
  } else {
    append_value(out, program, desc.type, value.value, round_up);
  }
}

void append_result(std::string& out, const Program& program, const DecisionView& decision) {
  const Run run = program.decisions[decision.decision].outputs;
  out += '{';
  Commas commas(out);
  for (std::uint32_t i = 0; i < run.count; ++i) {
    const OutputDesc& desc = program.outputs[run.first + i];
    if (desc.local || !decision.outputs[i].present) continue;
    commas.next();
    append_name(out, program.text(desc.json));
    append_output(out, program, desc, decision.outputs[i]);
  }
  out += '}';
}

void append_reasons(std::string& out, const Program& program, const DecisionView& decision) {
  const DecisionDesc& desc = program.decisions[decision.decision];
  out += '[';
  Commas commas(out);
  for (const ReasonView& reason : decision.reasons) {
    commas.next();
    append_reason(out, program, desc, reason);
  }
  out += ']';
}

void append_decision(std::string& out, const VerifiedProgram& verified,
                     const DecisionView& decision, const Envelope& envelope) {
  const Program& program = verified.program();
  const DecisionDesc& desc = program.decisions[decision.decision];
  out += "{\"decision\":";
  base::append_json_string(out, program.text(desc.name));
  if (!envelope.id.empty()) {
    out += ",\"id\":";
    base::append_json_string(out, envelope.id);
  }
  out += ",\"policy\":{\"revision\":";
  if (envelope.revision.empty()) {
    out += "null";
  } else {
    base::append_json_string(out, envelope.revision);
  }
  out += ",\"digest\":";
  base::append_json_string(out, program.digest);
  out += ",\"data\":";
  base::append_json_string(out, envelope.data_digest);
  out += "},\"at\":";
  append_instant_json(out, decision.now);
  out += ",\"valid_until\":";
  if (decision.valid_until) {
    append_instant_json(out, *decision.valid_until);
  } else {
    out += "null";
  }
  out += ",\"result\":";
  append_result(out, program, decision);
  if (envelope.explain != Explain::none) {
    out += ",\"reasons\":";
    append_reasons(out, program, decision);
    out += ",\"more\":" + std::to_string(decision.more);
  }
  if (envelope.explain == Explain::full) {
    out += ",\"rules\":";
    append_rules(out, program, desc, decision.rules);
  }
  out += '}';
}

}  // namespace writ::engine
