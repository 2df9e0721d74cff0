#include <algorithm>
#include <array>
#include <string>

#include "base/text.hpp"

#include "dsl/diagnostics.hpp"

// How findings look: as text in the manner of rustc, and as JSON.

namespace writ::dsl {
namespace {

constexpr std::size_t kTabWidth = 4;
// Wider lines are shown in part, around the span.
constexpr std::size_t kMaxColumns = 120;

struct Range {
  char32_t first, last;
};

template <std::size_t N>
bool within(char32_t c, const std::array<Range, N>& ranges) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [c](const Range& r) { return c >= r.first && c <= r.last; });
}

// Columns that a terminal gives to a character: the blocks that matter, not all of Unicode.
std::size_t width_of(char32_t c) {
  constexpr std::array<Range, 11> kNone{{{0x0300, 0x036F},
                                         {0x0483, 0x0489},
                                         {0x0591, 0x05BD},
                                         {0x064B, 0x065F},
                                         {0x1AB0, 0x1AFF},
                                         {0x1DC0, 0x1DFF},
                                         {0x200B, 0x200F},
                                         {0x20D0, 0x20FF},
                                         {0xFE00, 0xFE0F},
                                         {0xFE20, 0xFE2F},
                                         {0xE0100, 0xE01EF}}};
  constexpr std::array<Range, 10> kTwo{{{0x1100, 0x115F},
                                        {0x2E80, 0x303E},
                                        {0x3041, 0xA4CF},
                                        {0xAC00, 0xD7A3},
                                        {0xF900, 0xFAFF},
                                        {0xFE30, 0xFE6F},
                                        {0xFF00, 0xFF60},
                                        {0xFFE0, 0xFFE6},
                                        {0x1F300, 0x1FAFF},
                                        {0x20000, 0x3FFFD}}};
  if (within(c, kNone)) return 0;
  return within(c, kTwo) ? 2 : 1;
}

// Characters that would move the cursor, hide text or turn its direction in a terminal.
bool is_unsafe(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069) || c == 0x2028 || c == 0x2029 || c == 0xFEFF;
}

// The character at `offset` and its length in bytes; a malformed byte is U+FFFD.
std::pair<char32_t, std::size_t> decode(std::string_view text, std::size_t offset) {
  const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(text[offset + k]); };
  const unsigned char lead = byte(0);
  const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (offset + length > text.size() || !base::is_utf8(text.substr(offset, length))) {
    return {0xFFFD, 1};
  }
  if (length == 1) return {lead, 1};
  char32_t c = lead & (0xFFu >> (length + 1));
  for (std::size_t k = 1; k < length; ++k)
    c = (c << 6) | (byte(k) & 0x3Fu);
  return {c, length};
}

// A piece of a source line as it is shown: what it looks like and which columns its bytes take.
struct Shown {
  std::string text;
  std::size_t columns = 0;
};

void show(Shown& out, std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto [c, length] = decode(text, at);
    if (c == '\t') {
      const std::size_t count = kTabWidth - out.columns % kTabWidth;
      out.text.append(count, ' ');
      out.columns += count;
    } else {
      const char32_t safe = is_unsafe(c) ? 0xFFFD : c;
      base::append_utf8(out.text, safe);
      out.columns += width_of(safe);
    }
    at += length;
  }
}

std::string safe_text(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto [c, length] = decode(text, at);
    base::append_utf8(out, is_unsafe(c) ? 0xFFFD : c);
    at += length;
  }
  return out;
}

bool continues(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

class TextRenderer {
 public:
  TextRenderer(const Sources& sources, bool color) : sources_(sources), color_(color) {}

  void add(const Diagnostic& d) {
    const DiagnosticInfo& row = info(d.kind);
    const bool error = row.severity == Severity::error;
    paint(error ? "1;31" : "1;33",
          std::string(error ? "error" : "warning") + "[" + std::string(row.code) + "]");
    paint("1", ": " + safe_text(d.message));
    out_ += '\n';
    gutter_ = gutter_of(d);
    place(d.span, "--> ");
    excerpt(d.span, '^', error ? "1;31" : "1;33", {}, false);
    Span shown = d.span;
    for (const Note& note : d.notes) {
      if (note.span.file != d.span.file) place(note.span, "::: ");
      excerpt(note.span, '-', "1;34", note.text, on_same_short_line(shown, note.span));
      shown = note.span;
    }
    if (!d.help.empty()) {
      indent();
      paint("1;34", "= ");
      paint("1", "help");
      out_ += ": " + safe_text(d.help) + "\n";
    }
    out_ += '\n';
  }

  void close(const Diagnostics& diagnostics, std::size_t shown_errors, std::size_t shown_warnings) {
    if (diagnostics.hidden() > 0) {
      out_ += "… and " + std::to_string(diagnostics.hidden()) + " more\n";
    }
    std::string total;
    if (shown_errors > 0) total = count(shown_errors, "error");
    if (shown_warnings > 0) {
      total += (total.empty() ? "" : ", ") + count(shown_warnings, "warning");
    }
    out_ += total + "\n";
  }

  std::string take() { return std::move(out_); }

 private:
  static std::string count(std::size_t n, const std::string& what) {
    return std::to_string(n) + " " + what + (n == 1 ? "" : "s");
  }

  bool on_same_short_line(Span a, Span b) const {
    return a.file == b.file && sources_.place(a).line == sources_.place(b).line &&
           sources_.line(a.file, a.begin).size() <= kMaxColumns;
  }

  std::size_t gutter_of(const Diagnostic& d) const {
    std::uint32_t last = sources_.place(d.span).line;
    for (const Note& note : d.notes)
      last = std::max(last, sources_.place(note.span).line);
    return std::to_string(last).size();
  }

  void paint(std::string_view style, std::string_view text) {
    if (color_) out_ += "\x1b[" + std::string(style) + "m";
    out_ += text;
    if (color_) out_ += "\x1b[0m";
  }

  void indent() { out_.append(gutter_ + 1, ' '); }

  void place(Span span, std::string_view sign) {
    out_.append(gutter_, ' ');
    paint("1;34", sign);
    out_ += safe_text(sources_.at(span)) + "\n";
  }

  void bar() {
    indent();
    paint("1;34", "|");
  }

  // The line of the span's begin with the span underlined; a span over several lines to the end of
  // its first. `same_line`: the line has just been shown.
  void excerpt(Span span, char mark, std::string_view style, const std::string& label,
               bool same_line) {
    if (span.file >= sources_.files().size()) return;
    const std::string_view all = sources_.files()[span.file].text;
    const std::string_view line = sources_.line(span.file, span.begin);
    const auto line_begin = static_cast<std::size_t>(line.data() - all.data());
    std::size_t from = std::min<std::size_t>(span.begin - line_begin, line.size());
    std::size_t to =
        std::min<std::size_t>(std::max(span.end, span.begin) - line_begin, line.size());
    while (from > 0 && from < line.size() && continues(line[from]))
      --from;
    while (to < line.size() && continues(line[to]))
      ++to;
    const auto [first, last] = window(line, from);

    Shown before, underlined, after;
    if (first > 0) before = {"…", 1};
    show(before, line.substr(first, from - first));
    underlined.columns = before.columns;
    show(underlined, line.substr(from, std::min(to, last) - from));
    const std::size_t width = std::max<std::size_t>(1, underlined.columns - before.columns);
    after.columns = underlined.columns;
    show(after, line.substr(std::min(to, last), last - std::min(to, last)));
    if (last < line.size()) after.text += "…";

    if (same_line) return underline(before.columns, width, mark, style, label);
    bar();
    out_ += '\n';
    const std::string number = std::to_string(sources_.place(span).line);
    paint("1;34", number + std::string(gutter_ - number.size() + 1, ' ') + "|");
    const std::string shown = before.text + underlined.text + after.text;
    out_ += shown.empty() ? "\n" : " " + shown + "\n";
    underline(before.columns, width, mark, style, label);
  }

  void underline(std::size_t from, std::size_t width, char mark, std::string_view style,
                 const std::string& label) {
    bar();
    out_ += ' ' + std::string(from, ' ');
    paint(style, std::string(width, mark) + (label.empty() ? "" : " " + safe_text(label)));
    out_ += '\n';
  }

  // Which bytes of a very long line are shown.
  static std::pair<std::size_t, std::size_t> window(std::string_view line, std::size_t from) {
    if (line.size() <= kMaxColumns) return {0, line.size()};
    std::size_t first = from > kMaxColumns / 3 ? from - kMaxColumns / 3 : 0;
    std::size_t last = std::min(line.size(), first + kMaxColumns);
    while (first > 0 && continues(line[first]))
      --first;
    while (last < line.size() && continues(line[last]))
      ++last;
    return {first, last};
  }

  const Sources& sources_;
  bool color_;
  std::size_t gutter_ = 1;
  std::string out_;
};

void append_member(std::string& out, std::string_view name, std::string_view text) {
  base::append_json_string(out, name);
  out += ':';
  base::append_json_string(out, text);
}

void append_number(std::string& out, std::string_view name, std::uint32_t value) {
  base::append_json_string(out, name);
  out += ':' + std::to_string(value);
}

void append_span(std::string& out, const Sources& sources, Span span) {
  const bool known = span.file < sources.files().size();
  append_member(out, "file", known ? std::string_view(sources.files()[span.file].name) : "");
  const Place begin = sources.place(span);
  const Place end = sources.place({span.file, std::max(span.begin, span.end), span.end});
  out += ',';
  append_number(out, "line", begin.line);
  out += ',';
  append_number(out, "column", begin.column);
  out += ',';
  append_number(out, "end_line", end.line);
  out += ',';
  append_number(out, "end_column", end.column);
}

}  // namespace

std::string render_text(const Diagnostics& diagnostics, const Sources& sources, bool color) {
  if (diagnostics.empty()) return {};
  TextRenderer renderer(sources, color);
  std::size_t errors = 0, warnings = 0;
  for (const Diagnostic& d : diagnostics.sorted()) {
    renderer.add(d);
    ++(info(d.kind).severity == Severity::error ? errors : warnings);
  }
  renderer.close(diagnostics, errors, warnings);
  return renderer.take();
}

std::string render_json(const Diagnostics& diagnostics, const Sources& sources) {
  std::string out = "[";
  for (const Diagnostic& d : diagnostics.sorted()) {
    const DiagnosticInfo& row = info(d.kind);
    if (out.size() > 1) out += ',';
    out += '{';
    append_member(out, "code", row.code);
    out += ',';
    append_member(out, "severity", row.severity == Severity::error ? "error" : "warning");
    out += ',';
    append_member(out, "message", safe_text(d.message));
    out += ',';
    append_member(out, "help", safe_text(d.help));
    out += ',';
    append_span(out, sources, d.span);
    out += ",\"notes\":[";
    for (const Note& note : d.notes) {
      if (out.back() == '}') out += ',';
      out += '{';
      append_member(out, "text", safe_text(note.text));
      out += ',';
      append_span(out, sources, note.span);
      out += '}';
    }
    out += "]}";
  }
  return out + "]";
}

}  // namespace writ::dsl
