#include "dsl/tree_builder.hpp"

#include <algorithm>

#include "dsl/builder.hpp"

namespace writ::dsl {
namespace syntax {

ast::Name Builder::joined_name(NodeId id) const {
  ast::Name joined;
  joined.span = span(id);
  for (const ast::Name& part : names(id)) {
    if (!joined.text.empty()) joined.text += '.';
    joined.text += part.text;
  }
  return joined;
}

std::vector<ast::Name> Builder::names(NodeId id) const {
  std::vector<ast::Name> parts;
  for (Reader reader = children(id); !reader.done();)
    parts.push_back(name(reader.take()));
  return parts;
}

std::vector<ast::QualifiedName> Builder::decisions(NodeId list) const {
  std::vector<ast::QualifiedName> found;
  for (Reader reader = children(list); !reader.done();)
    found.push_back(qualified(reader.take()));
  return found;
}

std::string Builder::doc(std::uint32_t begin) const {
  if (!state_.begins_line(begin)) return {};
  const std::string_view all = state_.text;
  std::vector<std::string_view> lines;
  std::size_t line_begin = all.substr(0, begin).rfind('\n') + 1;
  while (line_begin > 0) {
    const std::size_t end = line_begin - 1;
    const std::size_t start = all.substr(0, end).rfind('\n') + 1;  // npos + 1 is 0
    std::string_view line = all.substr(start, end - start);
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    if (!line.starts_with("///") || line.starts_with("////")) break;
    line.remove_prefix(3);
    if (line.starts_with(' ')) line.remove_prefix(1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    line_begin = start;
  }
  std::string text;
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    if (line != lines.rbegin()) text += '\n';
    text += *line;
  }
  return text;
}

void Builder::repeated(NodeId id, std::string_view whose) {
  const std::string word = first_word(id);
  report(DiagnosticKind::part_repeated,
         span(node(id).begin, static_cast<std::uint32_t>(node(id).begin + word.size())),
         {word, std::string(whose)});
}

void Builder::header(NodeId id, ast::File& file, std::string_view& last) {
  const Span keyword =
      span(node(id).begin, static_cast<std::uint32_t>(node(id).begin + first_word(id).size()));
  const std::string word = node(id).kind == Kind::edition   ? "writ"
                           : node(id).kind == Kind::package ? "package"
                                                            : "import";
  Reader reader = children(id);
  const bool is_import = node(id).kind == Kind::package_import;
  const bool again = (word == "writ" && last != "") || (word == "package" && !file.package.empty());
  if (again && last == word) {
    report(DiagnosticKind::header_repeated, keyword, {word}).help = "remove this line";
  } else if (again || (word == "package" && last != "writ" && last != "") ||
             (is_import && last == "declarations")) {
    const std::string after =
        last == "declarations" ? "declarations" : "`" + std::string(last) + "`";
    report(DiagnosticKind::header_order, keyword, {word, after}).help =
        is_import ? "move it up, below `package`" : "move it to the beginning of the file";
  }
  if (word == "writ") {
    const NodeId number = reader.take();
    if (text(number) != "1") {
      report(DiagnosticKind::edition_unknown, span(number), {"writ " + std::string(text(number))})
          .help = "write `writ 1`";
    }
  } else if (word == "package") {
    const NodeId package = reader.take();
    if (file.package.empty()) {
      file.package = names(package);
      file.package_span = span(package);
    }
  } else {
    ast::Import& import_line = file.imports.emplace_back();
    import_line.span = span(id);
    import_line.package = names(reader.take());
    if (!reader.done()) import_line.as = name(reader.take());
  }
}

void Builder::file() {
  ast::File& file = tree_.files.emplace_back();
  file.source = state_.file;
  file.unread = state_.unread();
  std::string_view last;  // `writ`, `package`, `import` or `declarations`
  bool has_edition = false;
  bool has_package = false;
  for (const NodeId id : state_.nodes.roots()) {
    height_reported_ = false;
    switch (node(id).kind) {
      case Kind::edition:
        header(id, file, last);
        has_edition = true;
        if (last.empty()) last = "writ";
        continue;
      case Kind::package:
        header(id, file, last);
        has_package = true;
        if (last.empty() || last == "writ") last = "package";
        continue;
      case Kind::package_import:
        header(id, file, last);
        if (last != "declarations") last = "import";
        continue;
      case Kind::enum_declaration: enumeration(id, file); break;
      case Kind::record_declaration: record(id, file); break;
      case Kind::data_declaration: data(id, file); break;
      case Kind::define_declaration: define(id, file); break;
      case Kind::table_declaration: table(id, file); break;
      case Kind::decision_declaration: decision(id, file); break;
      case Kind::rule_declaration: rule(id, file); break;
      case Kind::waive_declaration: waiver(id, file); break;
      case Kind::fixture_declaration: fixture(id, file); break;
      case Kind::test_declaration: test(id, file); break;
      case Kind::prove_declaration: proof(id, file); break;
      default: break;
    }
    last = "declarations";
  }
  // Where the first lines could not be read, they have been reported already.
  const auto& roots = state_.nodes.roots();
  const auto declared = std::find_if(roots.begin(), roots.end(), [&](NodeId id) {
    return node(id).kind != Kind::edition && node(id).kind != Kind::package;
  });
  const std::uint32_t first = declared == roots.end()
                                  ? static_cast<std::uint32_t>(state_.text.size())
                                  : node(*declared).begin;
  if (state_.failed_within(0, first)) return;
  const Span beginning = span(0, static_cast<std::uint32_t>(std::min<std::size_t>(
                                     state_.text.find('\n'), state_.text.size())));
  if (!has_edition) {
    report(DiagnosticKind::edition_missing, beginning).help = "put `writ 1` on the first line";
  } else if (!has_package) {
    const auto edition = std::find_if(roots.begin(), roots.end(),
                                      [&](NodeId id) { return node(id).kind == Kind::edition; });
    report(DiagnosticKind::package_missing, span(*edition)).help =
        "put `package NAME` on the line after `writ 1`";
  }
}

}  // namespace syntax

void build_tree(const syntax::State& state, ast::Tree& tree) {
  syntax::Builder(state, tree).file();
}

}  // namespace writ::dsl
