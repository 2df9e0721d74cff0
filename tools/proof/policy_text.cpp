#include "tools/proof/policy_text.hpp"

#include <vector>

#include "base/decimal.hpp"
#include "base/text.hpp"

namespace writ::tools {
namespace {

using dsl::TypeKind;
using dsl::Value;

/// Longer lines are broken between the arguments.
constexpr std::size_t kLineWidth = 100;

/// Whether a character is better seen by its number: controls, blanks that look like others,
/// characters without width.
bool unseen(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c <= 0xa0) || (c >= 0x2000 && c <= 0x206f) || c == 0x3000 ||
         (c >= 0xfe00 && c <= 0xfeff) || (c >= 0xfff0 && c <= 0xffff) || c >= 0xe0000;
}

/// The first character of well-formed UTF-8 and how many bytes it has.
std::pair<char32_t, std::size_t> first_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  char32_t c = size == 1 ? lead : lead & (0xffU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i)
    c = (c << 6) | (static_cast<unsigned char>(text[i]) & 0x3fU);
  return {c, size};
}

std::string string_text(std::string_view text) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  while (!text.empty()) {
    const auto [c, size] = first_character(text);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (c == '\n' || c == '\t') {
      out += c == '\n' ? "\\n" : "\\t";
    } else if (unseen(c)) {
      std::string digits;
      for (char32_t rest = c; rest != 0 || digits.empty(); rest /= 16)
        digits.insert(digits.begin(), kHex[rest % 16]);
      out += "\\u{" + digits + "}";
    } else {
      out += text.substr(0, size);
    }
    text.remove_prefix(size);
  }
  return out + '"';
}

std::string time_text(base::Micros instant) {
  std::string out;
  base::append_instant(out, instant);
  constexpr std::string_view kMidnight = "T00:00:00Z";
  if (out.ends_with(kMidnight)) out.resize(out.size() - kMidnight.size());
  return out;
}

std::optional<std::string> number_text(TypeKind kind, std::int64_t value) {
  if (value == INT64_MIN) return std::nullopt;
  std::string out;
  switch (kind) {
    case TypeKind::decimal:
      base::append_decimal(out, value);
      if (out.find('.') == std::string::npos) out += ".0";
      return out;
    case TypeKind::duration:
      if (value % base::kMicrosPerSecond != 0) return std::nullopt;
      base::append_duration(out, value);
      return out;
    default: base::append_integer(out, value); return out;
  }
}

class Writer {
 public:
  Writer(const dsl::Types& types, ValueStyle style) : types_(types), style_(style) {}
  /// As the file of `at` writes names.
  Writer(const dsl::Model& model, dsl::Span at, ValueStyle style)
      : types_(model.types), style_(style), model_(&model), at_(at) {}

  std::string text(dsl::TypeId id, const Value& value) {
    const dsl::Type& type = types_[id];
    if (value.absent()) return "absent";
    switch (type.kind) {
      case TypeKind::boolean: return value.integer() != 0 ? "true" : "false";
      case TypeKind::integer:
      case TypeKind::decimal:
      case TypeKind::duration: {
        const auto number = number_text(type.kind, value.integer());
        writable_ = writable_ && number.has_value();
        return number.value_or("");
      }
      case TypeKind::time: return time_text(value.integer());
      case TypeKind::string: return string_text(value.string());
      case TypeKind::ip: {
        std::string address;
        base::append_ip(address, std::get<base::IpNetwork>(value.v).address);
        return "ip \"" + address + '"';
      }
      case TypeKind::enumeration: return member(type, value.integer());
      case TypeKind::list:
      case TypeKind::set: return collection(type, std::get<dsl::Collection>(value.v));
      case TypeKind::map: return map(type, std::get<dsl::Entries>(value.v));
      case TypeKind::record: return record(type, std::get<dsl::Fields>(value.v));
      default: writable_ = false; return "";
    }
  }
  /// False once a value had no literal.
  bool writable() const { return writable_; }

 private:
  std::string member(const dsl::Type& type, std::int64_t index) const {
    const dsl::Enum& declared = types_.enums[type.decl];
    const std::string& name = declared.members[static_cast<std::size_t>(index)].name;
    const bool bare = style_ == ValueStyle::plain || declared.name.empty();
    if (bare) return name;
    return (model_ == nullptr ? declared.name
                              : model_->name_seen_from(at_, declared.package, declared.name)) +
           "." + name;
  }

  std::string collection(const dsl::Type& type, const dsl::Collection& items) {
    std::string out;
    for (const Value& item : items.items)
      out += (out.empty() ? "" : ", ") + text(type.element, item);
    return "[" + out + "]";
  }

  std::string map(const dsl::Type& type, const dsl::Entries& entries) {
    const dsl::Type& key = types_[type.key];
    std::string out;
    for (const auto& [name, item] : entries.items) {
      out += out.empty() ? "" : ", ";
      out += key.kind == TypeKind::enumeration
                 ? types_.enums[key.decl].members[static_cast<std::size_t>(name.integer())].name
                 : string_text(name.string());
      out += ": " + text(type.element, item);
    }
    return out.empty() ? "{}" : "{ " + out + " }";
  }

  std::string record(const dsl::Type& type, const dsl::Fields& fields) {
    const auto& declared = types_.records[type.decl].fields;
    std::string out;
    for (std::size_t i = 0; i < fields.values.size(); ++i) {
      if (fields.values[i].absent()) continue;
      out += (out.empty() ? "" : ", ") + declared[i].name + ": " +
             text(declared[i].type, fields.values[i]);
    }
    return out.empty() ? "{}" : "{ " + out + " }";
  }

  const dsl::Types& types_;
  ValueStyle style_;
  const dsl::Model* model_ = nullptr;  ///< null: names alone
  dsl::Span at_;
  bool writable_ = true;
};

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// How far a string, a comment or a pattern that begins at `at` reaches; 0 where none does.
/// `before` is the word before it.
std::size_t quoted_size(std::string_view text, std::size_t at, std::string_view before) {
  const std::string_view rest = text.substr(at);
  if (rest.starts_with("//")) return std::min(rest.find('\n'), rest.size());
  const bool pattern = rest[0] == '/' && (before == "matches" || before == "matching");
  if (rest[0] != '"' && !pattern) return 0;
  for (std::size_t i = 1; i < rest.size(); ++i) {
    if (rest[i] == '\\')
      ++i;
    else if (rest[i] == rest[0])
      return i + 1;
  }
  return rest.size();
}

/// Walks over source text: `visit(size, whole)` for each stretch that is a word, a quoted piece
/// (string, comment, pattern) or one other byte.
template <class Visit>
void walk(std::string_view text, Visit&& visit) {
  std::string_view before;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t size = quoted_size(text, at, before);
    const bool quoted = size != 0;
    if (!quoted) {
      size = 1;
      if (is_word(text[at]))
        while (at + size < text.size() && is_word(text[at + size]))
          ++size;
    }
    const std::string_view piece = text.substr(at, size);
    visit(at, piece, quoted);
    if (is_word(piece[0])) before = piece;
    at += size;
  }
}

/// An expectation has no `now`: it is the instant of the test.
std::string without_now(std::string_view condition, base::Micros now) {
  std::string out;
  walk(condition, [&](std::size_t at, std::string_view piece, bool quoted) {
    const bool field = at > 0 && condition[at - 1] == '.';
    out += !quoted && !field && piece == "now" ? time_text(now) : std::string(piece);
  });
  return out;
}

/// `given D(a: …, b: …)`, on several lines when it is long.
std::string given_text(const std::string& decision, const std::vector<std::string>& arguments) {
  const std::string head = "  given " + decision + "(";
  std::string line = head;
  for (const std::string& argument : arguments)
    line += (&argument == arguments.data() ? "" : ", ") + argument;
  if (line.size() < kLineWidth || arguments.size() < 2) return line + ")";
  std::string lines = head;
  for (const std::string& argument : arguments)
    lines += (&argument == arguments.data() ? "" : ",") + ("\n    " + argument);
  return lines + ")";
}

}  // namespace

std::optional<std::string> policy_text(const dsl::Types& types, dsl::TypeId type,
                                       const Value& value, ValueStyle style) {
  Writer writer(types, style);
  std::string text = writer.text(type, value);
  if (!writer.writable()) return std::nullopt;
  return text;
}

std::string condition_text(const dsl::Sources& sources, const dsl::Proof& proof) {
  const std::string_view text = sources.text(proof.span);
  std::size_t begin = text.size();
  walk(text, [&](std::size_t at, std::string_view piece, bool quoted) {
    if (!quoted && piece == "{" && begin == text.size()) begin = at + 1;
  });
  const std::size_t end = text.rfind('}');
  if (begin >= end || end == std::string_view::npos) return "";
  std::string out;
  walk(text.substr(begin, end - begin), [&](std::size_t, std::string_view piece, bool quoted) {
    if (!quoted || !piece.starts_with("//")) out += piece;
  });
  return std::string(base::trim(out));
}

std::string left_of_implies(std::string_view condition) {
  std::size_t end = 0, depth = 0;
  walk(condition, [&](std::size_t at, std::string_view piece, bool quoted) {
    if (quoted || end != 0) return;
    if (piece == "(" || piece == "[" || piece == "{") ++depth;
    if (piece == ")" || piece == "]" || piece == "}") --depth;
    if (depth == 0 && piece == "implies") end = at;
  });
  std::string out;
  for (const char c : base::trim(condition.substr(0, end))) {
    const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!blank)
      out += c;
    else if (!out.ends_with(' '))
      out += ' ';
  }
  return out;
}

std::optional<std::string> proof_test_text(const dsl::Model& model, const dsl::Sources& sources,
                                           const dsl::Proof& proof, const ProofCase& found,
                                           std::string_view title, ValueStyle style) {
  const dsl::Decision& decision = model.decisions[proof.decision];
  const auto seen = [&](const auto& declared) {
    return model.name_seen_from(proof.span, declared.package, declared.name);
  };
  Writer writer(model, proof.span, style == ValueStyle::json ? ValueStyle::qualified : style);
  std::string out = "test " + string_text(title) + " {\n";
  if (style == ValueStyle::json) {
    out += "  given " + seen(decision) + " json " +
           string_text(write_inputs(model, proof.decision, found.inputs));
  } else {
    std::vector<std::string> arguments;
    for (std::size_t i = 0; i < found.inputs.size(); ++i)
      if (!found.inputs[i].absent())
        arguments.push_back(decision.inputs[i].name + ": " +
                            writer.text(decision.inputs[i].type, found.inputs[i]));
    out += given_text(seen(decision), arguments);
  }
  if (decision.reads_now) out += " at " + time_text(found.now);
  for (const auto& [index, value] : found.data)
    out += "\n    with data " + seen(model.data[index]) + " = " +
           writer.text(model.data[index].type, value);
  out += "\n  expect " + without_now(condition_text(sources, proof), found.now) + "\n}\n";
  if (!writer.writable()) return std::nullopt;
  return out;
}

}  // namespace writ::tools
