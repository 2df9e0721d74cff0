#include "dsl/check/packages.hpp"

#include <algorithm>

#include "dsl/check/declarations.hpp"
#include "dsl/check/expressions.hpp"

namespace writ::dsl::check {

namespace {

using ImportGraph = std::map<std::string, std::set<std::string>>;  // see Symbols::imports

ImportGraph import_graph(const Context& context) {
  ImportGraph graph;
  for (const ast::File& file : context.tree.files)
    if (!file.package.empty()) graph[dotted(file.package)];
  for (const ast::File& file : context.tree.files) {
    const std::string from = dotted(file.package);
    if (from.empty()) continue;
    for (const ast::Import& import : file.imports) {
      const std::string to = dotted(import.package);
      if (to != from && graph.contains(to)) graph[from].insert(to);
    }
  }
  return graph;
}

/// The packages on a shortest way from `from` to `to`, both included; empty when there is none.
std::vector<std::string> import_way(const ImportGraph& graph, const std::string& from,
                                    const std::string& to) {
  std::map<std::string, std::string> reached_from{{from, from}};
  std::vector<std::string> open{from};
  for (std::size_t i = 0; i < open.size(); ++i) {
    const std::string at = open[i];
    if (at == to) {
      std::vector<std::string> way{to};
      while (way.back() != from)
        way.push_back(reached_from.at(way.back()));
      std::reverse(way.begin(), way.end());
      return way;
    }
    // A file that does not say its package is in no package of the graph.
    const auto imported = graph.find(at);
    if (imported == graph.end()) continue;
    for (const std::string& next : imported->second)
      if (reached_from.try_emplace(next, at).second) open.push_back(next);
  }
  return {};
}

const ast::Name& import_name(const ast::Import& import) {
  return import.as ? import.as : import.package.back();
}

/// A place where package `from` imports `to`: the first in the order of the files' names.
const ast::Import* import_of(const Context& context, const std::string& from,
                             const std::string& to) {
  for (const ast::File& file : context.tree.files)
    if (dotted(file.package) == from)
      for (const ast::Import& import : file.imports)
        if (dotted(import.package) == to) return &import;
  return nullptr;
}

/// What the files call the packages, for Model::name_seen_from.
void name_packages(Context& context) {
  for (const ast::File& file : context.tree.files) {
    std::vector<FileNames>& files = context.model.files;
    if (files.size() <= file.source) files.resize(file.source + std::size_t{1});
    files[file.source].package = dotted(file.package);
    for (const ast::Import& import : file.imports)
      if (!import.package.empty())
        files[file.source].imports.try_emplace(dotted(import.package), import_name(import).text);
  }
}

/// Each package is told in one circle at most.
void check_circles(Context& context, const ImportGraph& graph) {
  std::set<std::string> told;
  for (const auto& [package, imports] : graph) {
    std::vector<std::string> circle;
    for (const std::string& import : imports) {
      std::vector<std::string> way = import_way(graph, import, package);
      if (!way.empty() && (circle.empty() || way.size() < circle.size())) circle = std::move(way);
    }
    if (circle.empty() || std::any_of(circle.begin(), circle.end(), [&](const std::string& member) {
          return told.contains(member);
        }))
      continue;
    told.insert(circle.begin(), circle.end());
    const ast::Import* place = import_of(context, package, circle.front());
    std::string text = "`" + package + "`";
    for (const std::string& next : circle)
      text += " imports `" + next + "`";
    Diagnostic& diagnostic = report(context, DiagnosticKind::import_circle, place->span, {text});
    diagnostic.help =
        "move what both need into a package of its own, which both import and which imports "
        "neither";
    for (std::size_t i = 0; i + 1 < circle.size(); ++i)
      if (const ast::Import* other = import_of(context, circle[i], circle[i + 1]))
        diagnostic.notes.push_back(
            {other->span, "`" + circle[i] + "` imports `" + circle[i + 1] + "` here"});
  }
}

void check_import(Context& context, const ast::File& file, const ast::Import& import,
                  const ImportGraph& graph) {
  const std::string package = dotted(import.package);
  const Span span{import.span.file, import.package.front().span.begin,
                  import.package.back().span.end};
  if (package == dotted(file.package)) {
    report(context, DiagnosticKind::import_of_itself, span, {package}).help =
        "remove the import; what the package declares is used by its name alone";
    return;
  }
  if (graph.contains(package)) return;
  std::vector<std::string> known;
  for (const auto& [name, imports] : graph)
    if (name != dotted(file.package)) known.push_back(name);
  std::string help = did_you_mean(package, known);
  if (help.empty() && !known.empty() && known.size() <= 8)
    help = "the packages that are loaded beside this one: " + alternatives(known);
  if (help.empty()) help = "load the folder that holds its files too";
  report(context, DiagnosticKind::unknown_package, span, {package}).help = help;
}

std::string last_part(const std::string& package) {
  const std::size_t dot = package.rfind('.');
  return dot == std::string::npos ? package : package.substr(dot + 1);
}

/// How many of `parts` may stand for the package: as many as it has, or the last of them alone; 0
/// when they do not.
std::size_t parts_for(const std::string& package, const std::vector<std::string>& parts) {
  if ((dotted(parts) + ".").starts_with(package + ".")) return parts_of(package).size();
  return last_part(package) == parts[0] ? 1 : 0;
}

/// The import by which the file of `at` sees `package`; null when it has none.
const ast::Import* import_by_package(const Context& context, Span at, const std::string& package) {
  const ast::File* file = file_of(context, at);
  if (file == nullptr) return nullptr;
  for (const ast::Import& import : file->imports)
    if (!import.package.empty() && dotted(import.package) == package) return &import;
  return nullptr;
}

/// The package that some file of `package` imports as `name`; empty when none does.
std::string import_within(const Context& context, const std::string& package,
                          const std::string& name) {
  for (const ast::File& file : context.tree.files)
    if (dotted(file.package) == package)
      for (const ast::Import& import : file.imports)
        if (!import.package.empty() && import_name(import).text == name)
          return dotted(import.package);
  return {};
}

/// How the file of `at` comes to use `name` of `package`, which it does not import.
std::string how_to_import(const Context& context, Span at, const std::string& package,
                          std::string_view name) {
  const std::vector<std::string> way =
      import_way(context.symbols.imports, package, package_of(context, at));
  if (!way.empty())
    return "`" + package +
           "` imports this package, so this one cannot import it; move what both need into a "
           "package "
           "of its own";
  return "add `import " + package + "` below `package`, and write `" + last_part(package) + "." +
         std::string(name) + "`";
}

/// Package and name; what a file without a readable `package` declares has none.
std::pair<std::string, std::string> split(std::string_view key) {
  const std::size_t dot = key.rfind('.');
  if (dot == key.npos) return {std::string(), std::string(key)};
  return {std::string(key.substr(0, dot)), std::string(key.substr(dot + 1))};
}

// ---- names of imports ---------------------------------------------------------------------------

/// Where something stands that has a name.
struct Named {
  std::string what;
  Span span;
};

/// What may stand before a `.` in a file, by name.
class DottedNames {
 public:
  DottedNames(const Context& context, const ast::File& file) : context_(context) {
    const std::string package = dotted(file.package);
    for (const ast::File& other : context.tree.files) {
      if (dotted(other.package) != package) continue;
      for (const auto& decl : other.enums)
        add(decl.name.text, "an enum", decl.name.span);
      for (const auto& decl : other.records)
        add(decl.name.text, "a record", decl.name.span);
      for (const auto& decl : other.data)
        add(decl.name.text, "data", decl.name.span);
      for (const auto& decl : other.fixtures)
        add(decl.name.text, "a fixture", decl.name.span);
    }
    for (const auto& decl : file.decisions)
      add_decision({{decl.name}, decl.name.span});
    for (const auto& decl : file.rules)
      for (const ast::QualifiedName& name : decl.decisions)
        add_decision(name);
    for (const auto& decl : file.waivers)
      for (const ast::QualifiedName& name : decl.decisions)
        add_decision(name);
    for (const auto& decl : file.tests)
      add_decision(decl.decision);
    for (const auto& decl : file.proofs)
      add_decision(decl.decision);
  }

  const Named* find(const std::string& name) const {
    const auto found = names_.find(name);
    return found == names_.end() ? nullptr : &found->second;
  }

 private:
  void add(const std::string& name, std::string what, Span span) {
    names_.try_emplace(name, Named{std::move(what), span});
  }

  void add_decision(const ast::QualifiedName& name) {
    std::vector<std::string> parts;
    for (const ast::Name& part : name.parts)
      parts.push_back(part.text);
    const auto found = context_.symbols.decisions.find(symbol_key(context_, name.span, parts));
    if (found == context_.symbols.decisions.end()) return;
    const Decision& decision = context_.model.decisions[found->second];
    for (const Input& input : decision.inputs)
      add(input.name, "an input of `" + decision.name + "`", input.span);
    for (const Output& output : decision.outputs)
      add(output.name, "an output of `" + decision.name + "`", output.span);
  }

  const Context& context_;
  std::map<std::string, Named> names_;
};

}  // namespace

// ---- names --------------------------------------------------------------------------------------

std::string dotted(const std::vector<ast::Name>& parts) {
  std::string text;
  for (const ast::Name& part : parts)
    text += (text.empty() ? "" : ".") + part.text;
  return text;
}

std::string dotted(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts)
    text += (text.empty() ? "" : ".") + part;
  return text;
}

std::vector<std::string> parts_of(std::string_view dotted) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= dotted.size();) {
    const std::size_t end = std::min(dotted.find('.', begin), dotted.size());
    parts.emplace_back(dotted.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

const ast::Import* find_import(const Context& context, Span at, std::string_view name) {
  const ast::File* file = file_of(context, at);
  if (file == nullptr) return nullptr;
  for (const ast::Import& import : file->imports)
    if (!import.package.empty() && import_name(import).text == name) return &import;
  return nullptr;
}

std::string name_seen_from(const Context& context, Span at, const std::string& package,
                           std::string_view name) {
  return context.model.name_seen_from(at, package, name);
}

std::string key_seen_from(const Context& context, Span at, std::string_view key) {
  const auto [package, name] = split(key);
  return name_seen_from(context, at, package, name);
}

bool is_usable(const Context& context, Span at, std::string_view key) {
  const std::string package = split(key).first;
  return package == package_of(context, at) || import_by_package(context, at, package) != nullptr;
}

std::string find_elsewhere(const Context& context, Span at, std::string_view name,
                           const std::vector<std::string_view>& keys) {
  std::string help;
  for (const std::string_view key : keys) {
    const auto [package, own] = split(key);
    if (package.empty() || own != name || package == package_of(context, at)) continue;
    if (import_by_package(context, at, package) != nullptr)
      return "did you mean `" + name_seen_from(context, at, package, own) + "`?";
    if (help.empty())
      help = "package `" + package + "` declares it; " + how_to_import(context, at, package, own);
  }
  return help;
}

bool report_wrong_package(Context& context, Span span, const std::vector<std::string>& parts) {
  if (parts.size() < 2) return false;
  const ImportGraph& graph = context.symbols.imports;
  const auto rest = [&](std::size_t begin) {
    return dotted(
        std::vector<std::string>(parts.begin() + static_cast<std::ptrdiff_t>(begin), parts.end()));
  };
  if (const ast::Import* import = find_import(context, span, parts[0])) {
    const std::string package = dotted(import->package);
    if (package == package_of(context, span) || !graph.contains(package)) return true;
    const std::string further = import_within(context, package, parts[1]);
    if (parts.size() < 3 || !graph.contains(further)) return false;
    report(context, DiagnosticKind::package_not_imported, span, {parts[0] + "." + parts[1]}).help =
        "an import is not handed on; " + how_to_import(context, span, further, rest(2));
    return true;
  }
  for (const auto& [package, imports] : graph) {
    const std::size_t used = parts_for(package, parts);
    if (used == 0 || used >= parts.size()) continue;
    const std::string written = dotted(
        std::vector<std::string>(parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(used)));
    Diagnostic& diagnostic = report(context, DiagnosticKind::package_not_imported, span, {written});
    if (package == package_of(context, span))
      diagnostic.help =
          "this file is of package `" + package + "` itself; write `" + rest(used) + "`";
    else if (import_by_package(context, span, package) != nullptr)
      diagnostic.help = "write `" + name_seen_from(context, span, package, rest(used)) + "`";
    else
      diagnostic.help = how_to_import(context, span, package, rest(used));
    return true;
  }
  return false;
}

// ---- checks -------------------------------------------------------------------------------------

void check_imports(Context& context) {
  name_packages(context);
  context.symbols.imports = import_graph(context);
  const ImportGraph& graph = context.symbols.imports;
  for (const ast::File& file : context.tree.files) {
    DistinctNames names;
    for (const ast::Import& import : file.imports) {
      if (import.package.empty()) continue;
      check_import(context, file, import, graph);
      const ast::Name& name = import_name(import);
      if (const Span* first = names.add(name.text, name.span)) {
        Diagnostic& diagnostic =
            report(context, DiagnosticKind::import_name_twice, name.span, {name.text});
        const ast::Import* other = find_import(context, name.span, name.text);
        diagnostic.help =
            other != nullptr && dotted(other->package) == dotted(import.package)
                ? "remove one of them"
                : "give one of them another name: `import " + dotted(import.package) + " as …`";
        diagnostic.notes.push_back({*first, "the other import"});
      }
    }
  }
  check_circles(context, graph);
}

void check_import_names(Context& context) {
  for (const ast::File& file : context.tree.files) {
    if (file.imports.empty()) continue;
    const DottedNames names(context, file);
    for (const ast::Import& import : file.imports) {
      if (import.package.empty()) continue;
      const ast::Name& name = import_name(import);
      const Named* other = names.find(name.text);
      if (other == nullptr) continue;
      Diagnostic& diagnostic =
          report(context, DiagnosticKind::import_name_taken, name.span, {name.text, other->what});
      diagnostic.help =
          "give the import another name: `import " + dotted(import.package) + " as …`";
      diagnostic.notes.push_back({other->span, "declared here"});
    }
  }
}

}  // namespace writ::dsl::check
