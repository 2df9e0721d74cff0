#include <algorithm>

#include "base/calendar.hpp"

#include "tests/oracle/decide.hpp"
#include "tests/oracle/json.hpp"

namespace writ::oracle {
namespace {

using dsl::OutputKind;
using dsl::TypeKind;

/// The 16 bytes as people write them: dotted for IPv4, RFC 5952 else.
std::string ip_text(const base::IpAddress& address) {
  constexpr char kHex[] = "0123456789abcdef";
  const base::IpAddress mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  std::string out;
  if (std::equal(mapped.begin(), mapped.begin() + 12, address.begin())) {
    for (std::size_t i = 12; i < 16; ++i) {
      if (i > 12) out += '.';
      out += std::to_string(address[i]);
    }
    return out;
  }
  std::vector<unsigned> groups;
  for (std::size_t i = 0; i < 16; i += 2)
    groups.push_back(address[i] * 256U + address[i + 1]);
  // The first of the longest runs of two zero groups or more is left out.
  std::size_t run_begin = 8, run_length = 1;
  for (std::size_t i = 0; i < 8; ++i) {
    std::size_t end = i;
    while (end < 8 && groups[end] == 0)
      ++end;
    if (end - i > run_length) {
      run_begin = i;
      run_length = end - i;
    }
  }
  for (std::size_t i = 0; i < 8; ++i) {
    if (i == run_begin) {
      out += "::";
      i += run_length - 1;
      continue;
    }
    if (!out.empty() && out.back() != ':') out += ':';
    bool begun = false;
    for (unsigned shift = 16; shift > 0; shift -= 4) {
      const unsigned digit = groups[i] >> (shift - 4) & 0xFU;
      begun = begun || digit != 0 || shift == 4;
      if (begun) out += kHex[digit];
    }
  }
  return out;
}

std::string decimal_text(std::int64_t ten_thousandths) {
  Wide value = ten_thousandths;
  std::string out = value < 0 ? "-" : "";
  if (value < 0) value = -value;
  out += std::to_string(static_cast<std::int64_t>(value / 10'000));
  std::string fraction =
      std::to_string(static_cast<std::int64_t>(value % 10'000 + 10'000)).substr(1);
  fraction.erase(fraction.find_last_not_of('0') + 1);
  return fraction.empty() ? out : out + "." + fraction;
}

std::int64_t whole_seconds(std::int64_t micros, bool up) {
  std::int64_t seconds = micros / base::kMicrosPerSecond;
  const std::int64_t rest = micros % base::kMicrosPerSecond;
  if (up && rest > 0) ++seconds;
  if (!up && rest < 0) --seconds;
  return seconds;
}

const std::string& member_name(const dsl::Model& model, const dsl::Type& type,
                               std::int64_t member) {
  return model.types.enums[type.decl].members[static_cast<std::size_t>(member)].json.front();
}

std::string instant_text(std::int64_t instant) {
  std::string out;
  base::append_instant(out, instant);
  return out;
}

/// The members of a clause by name, in written order.
std::vector<std::string> clause_names(const dsl::Model& model, dsl::EnumId roles,
                                      const Clause& clause) {
  const std::vector<int> ranks = member_ranks(model.types, roles);
  std::vector<std::string> names;
  for (std::size_t place = 0; place < ranks.size(); ++place) {
    for (std::size_t member = 0; member < ranks.size(); ++member) {
      if (ranks[member] == static_cast<int>(place) && (clause.members >> member & 1U) != 0) {
        names.push_back(model.types.enums[roles].members[member].json.front());
      }
    }
  }
  return names;
}

std::string join(const std::vector<std::string>& parts, const std::string& between,
                 const std::string& last) {
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += i + 1 == parts.size() ? last : between;
    out += parts[i];
  }
  return out;
}

std::string array_of(const std::vector<std::string>& parts) {
  return "[" + join(parts, ",", ",") + "]";
}
std::string object_of(const std::vector<std::string>& parts) {
  return "{" + join(parts, ",", ",") + "}";
}
std::string strings_json(const std::vector<std::string>& texts) {
  std::vector<std::string> parts;
  for (const std::string& text : texts)
    parts.push_back(json_string(text));
  return array_of(parts);
}

std::string quorum_json(const dsl::Model& model, dsl::EnumId roles, const Quorum& quorum) {
  std::vector<std::string> clauses;
  for (const Clause& clause : normal_form(quorum, member_ranks(model.types, roles))) {
    clauses.push_back("{\"need\":" + std::to_string(clause.need) +
                      ",\"of\":" + strings_json(clause_names(model, roles, clause)) + "}");
  }
  return std::string("{\"auto\":") + (clauses.empty() ? "true" : "false") +
         ",\"clauses\":" + array_of(clauses) + "}";
}

std::string quorum_text(const dsl::Model& model, dsl::EnumId roles, const Quorum& quorum) {
  std::vector<std::string> clauses;
  for (const Clause& clause : normal_form(quorum, member_ranks(model.types, roles))) {
    const std::vector<std::string> names = clause_names(model, roles, clause);
    const bool all = clause.need == static_cast<int>(names.size());
    if (clause.need == 1) {
      clauses.push_back("one of " + join(names, ", ", " or "));
    } else {
      clauses.push_back((all ? "all" : std::to_string(clause.need)) + " of " +
                        join(names, ", ", " and "));
    }
  }
  return clauses.empty() ? "nobody" : join(clauses, " and ", " and ");
}

const char* outcome_name(Outcome outcome) {
  switch (outcome) {
    case Outcome::permit: return "permit";
    case Outcome::hold: return "hold";
    case Outcome::deny: return "deny";
    case Outcome::forbid: return "forbid";
  }
  return "";
}

/// The items of a list as they are, of a set in written order.
std::vector<Value> items_to_write(const dsl::Model& model, const dsl::Type& type,
                                  const Value& value) {
  if (type.kind == TypeKind::list) return value.items();
  return as_set(model.types, type.element, value.items());
}

/// A value of `type` as JSON; `up`: durations to whole seconds upwards.
std::string json_of(const dsl::Model& model, dsl::TypeId id, const Value& value, bool up = false) {
  const dsl::Type& type = model.types[id];
  if (value.absent()) return "null";
  std::vector<std::string> parts;
  switch (type.kind) {
    case TypeKind::boolean: return value.truth() ? "true" : "false";
    case TypeKind::integer: return std::to_string(value.number());
    case TypeKind::decimal: return decimal_text(value.number());
    case TypeKind::duration: return std::to_string(whole_seconds(value.number(), up));
    case TypeKind::time: return json_string(instant_text(value.number()));
    case TypeKind::string: return json_string(value.text());
    case TypeKind::ip: return json_string(ip_text(value.network().address));
    case TypeKind::enumeration: return json_string(member_name(model, type, value.number()));
    case TypeKind::quorum: return quorum_json(model, type.decl, value.quorum());
    case TypeKind::verdict:
      return "{\"outcome\":" + json_string(outcome_name(value.verdict().outcome())) +
             ",\"needs\":" + quorum_json(model, type.decl, value.verdict().needs) + "}";
    case TypeKind::list:
    case TypeKind::set:
      for (const Value& item : items_to_write(model, type, value)) {
        parts.push_back(json_of(model, type.element, item, up));
      }
      return array_of(parts);
    case TypeKind::map: {
      const Value sorted = map_value(model.types, type.key, value.entries());
      for (const auto& [key, item] : sorted.entries()) {
        parts.push_back(json_of(model, type.key, key) + ":" +
                        json_of(model, type.element, item, up));
      }
      return object_of(parts);
    }
    case TypeKind::record: {
      const std::vector<dsl::Field>& fields = model.types.records[type.decl].fields;
      for (std::size_t i = 0; i < fields.size(); ++i) {
        if (value.items()[i].absent()) continue;
        parts.push_back(json_string(fields[i].json.front()) + ":" +
                        json_of(model, fields[i].type, value.items()[i], up));
      }
      return object_of(parts);
    }
    default: return "null";
  }
}

/// A key as the name of an object's member.
std::string key_json(const dsl::Model& model, dsl::TypeId type, const Value& key) {
  if (model.types[type].kind == TypeKind::integer)
    return "\"" + std::to_string(key.number()) + "\"";
  return json_of(model, type, key);
}

std::string denied_json(const std::string& item, const Against& against) {
  return "{\"item\":" + item + ",\"codes\":" + strings_json(against.codes) +
         ",\"because\":" + strings_json(against.texts) + "}";
}

std::string keyed_verdict_json(const std::vector<std::string>& granted,
                               const std::vector<std::string>& held,
                               const std::vector<std::string>& denied) {
  return "{\"granted\":" + array_of(granted) + ",\"held\":" + array_of(held) +
         ",\"denied\":" + array_of(denied) + "}";
}

std::string keyed_verdict(const Run& run, dsl::OutputId id) {
  const dsl::Model& model = run.world.model;
  const dsl::Output& output = run.world.decision.outputs[id];
  std::vector<std::string> granted, held, denied;
  for (const KeyedOutput& at : run.world.outputs[id]) {
    const std::string item = json_of(model, output.key_type, at.key);
    const Verdict verdict = at.value.verdict();
    switch (verdict.outcome()) {
      case Outcome::permit: granted.push_back(item); break;
      case Outcome::hold:
        held.push_back("{\"item\":" + item + ",\"needs\":" +
                       quorum_json(model, model.types[output.type].decl, verdict.needs) +
                       ",\"because\":" + strings_json(holds_on(run, id, at.key).texts) + "}");
        break;
      default: denied.push_back(denied_json(item, forbids_on(run, id, at.key)));
    }
  }
  return keyed_verdict_json(granted, held, denied);
}

/// The values by key of a `per` output that is not a verdict.
std::string keyed_json(const World& world, dsl::OutputId id) {
  const dsl::Output& output = world.decision.outputs[id];
  std::vector<std::string> parts;
  for (const KeyedOutput& at : world.outputs[id]) {
    parts.push_back(
        key_json(world.model, output.key_type, at.key) + ":" +
        json_of(world.model, output.type, at.value, output.kind == OutputKind::highest));
  }
  return object_of(parts);
}

/// The fail-closed values of all outputs, local ones too, as if they had been computed.
World failed_world(const dsl::Model& model, const dsl::Decision& decision,
                   const std::string& code) {
  World world{model, decision, 0, {}, {}, {}};
  world.inputs.resize(decision.inputs.size());
  world.data.resize(model.data.size());
  world.outputs.resize(decision.outputs.size());
  for (const dsl::Stage& stage : decision.schedule) {
    if (stage.is_rule) continue;
    const dsl::Output& output = decision.outputs[stage.index];
    std::vector<KeyedOutput>& keys = world.outputs[stage.index];
    const Value constant = output.kind == OutputKind::verdict ? Value{Verdict{false, true, {}}}
                                                              : from_constant(output.fail_value);
    switch (output.fail_closed) {
      case dsl::FailClosed::constant: keys = {{{}, {}, constant}}; break;
      case dsl::FailClosed::evaluate:
        keys = {{{}, {}, evaluate(world, nullptr, output.value)}};
        break;
      case dsl::FailClosed::absent: keys = {{{}, {}, {}}}; break;
      case dsl::FailClosed::every_key: {
        const std::uint32_t known = model.types.enums[model.types[output.key_type].decl].known();
        std::vector<Value> all;
        for (std::uint32_t i = 0; i < known; ++i)
          all.push_back(number_value(i));
        for (const Value& key : as_set(model.types, output.key_type, std::move(all))) {
          keys.push_back({key, {}, constant});
        }
        break;
      }
      case dsl::FailClosed::no_key: break;
      case dsl::FailClosed::problem: keys = {{{}, {}, items_value({text_value(code)})}}; break;
    }
  }
  return world;
}

}  // namespace

std::string value_text(const dsl::Model& model, dsl::TypeId id, const Value& value) {
  const dsl::Type& type = model.types[id];
  if (value.absent()) return "";
  switch (type.kind) {
    case TypeKind::duration: {
      std::string out;
      base::append_duration(out, value.number());
      return out;
    }
    case TypeKind::time: return instant_text(value.number());
    case TypeKind::string: return value.text();
    case TypeKind::ip: return ip_text(value.network().address);
    case TypeKind::enumeration: return member_name(model, type, value.number());
    case TypeKind::quorum: return quorum_text(model, type.decl, value.quorum());
    case TypeKind::verdict: return outcome_name(value.verdict().outcome());
    case TypeKind::list:
    case TypeKind::set: {
      std::vector<std::string> parts;
      for (const Value& item : items_to_write(model, type, value)) {
        parts.push_back(value_text(model, type.element, item));
      }
      return parts.empty() ? "none" : join(parts, ", ", " and ");
    }
    default: return json_of(model, id, value);
  }
}

std::string render_text(const World& world, const Scope& scope, const dsl::Text& text) {
  std::string out;
  for (const dsl::TextPiece& piece : text) {
    out += piece.literal;
    if (piece.expr == dsl::kNoExpr) continue;
    out += value_text(world.model, world.model.expr(piece.expr).type,
                      evaluate(world, scope, piece.expr));
  }
  return out;
}

std::string result_json(const Run& run) {
  const World& world = run.world;
  std::vector<std::string> parts;
  for (dsl::OutputId id = 0; id < world.decision.outputs.size(); ++id) {
    const dsl::Output& output = world.decision.outputs[id];
    if (output.local) continue;
    std::string value;
    if (output.per) {
      value = output.kind == OutputKind::verdict ? keyed_verdict(run, id) : keyed_json(world, id);
    } else {
      const Value& only = world.outputs[id].front().value;
      if (only.absent()) continue;
      value = json_of(world.model, output.type, only, output.kind == OutputKind::highest);
    }
    parts.push_back(json_string(output.json.front()) + ":" + value);
  }
  return object_of(parts);
}

std::string fail_closed_json(const dsl::Model& model, const dsl::Decision& decision,
                             const std::string& code) {
  const World world = failed_world(model, decision, code);
  std::vector<std::string> parts;
  for (dsl::OutputId id = 0; id < decision.outputs.size(); ++id) {
    const dsl::Output& output = decision.outputs[id];
    if (output.local) continue;
    std::string value;
    if (output.per && output.kind == OutputKind::verdict) {
      std::vector<std::string> denied;
      for (const KeyedOutput& at : world.outputs[id]) {
        denied.push_back(denied_json(json_of(model, output.key_type, at.key), {}));
      }
      value = keyed_verdict_json({}, {}, denied);
    } else if (output.per) {
      value = keyed_json(world, id);
    } else {
      const Value& only = world.outputs[id].front().value;
      // A collection without a greatest value is `null`; what else is absent is left out.
      if (only.absent() && output.kind != OutputKind::collected) continue;
      value = json_of(model, output.type, only, output.kind == OutputKind::highest);
    }
    parts.push_back(json_string(output.json.front()) + ":" + value);
  }
  return object_of(parts);
}

}  // namespace writ::oracle
