#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dsl/check/context.hpp"

/// Packages and imports: what a name with a package before it means, and how what another package
/// declares is called in a file. Private to dsl/check.
namespace writ::dsl::check {

/// `a.b.c`, and its parts again.
std::string dotted(const std::vector<ast::Name>& parts);
std::string dotted(const std::vector<std::string>& parts);
std::vector<std::string> parts_of(std::string_view dotted);

/// Reports imports of packages that are not there, of the file's own package, in circles, and of
/// two under one name. After it, every import that is not reported leads to a package.
void check_imports(Context& context);
/// Reports imports that are called like something that may stand before a `.` in their file: a
/// type, data or fixture of the package, or an input or output of a decision that the file is
/// about. After all outputs are declared.
void check_import_names(Context& context);

/// The import that the file of `at` calls `name`; null when there is none.
const ast::Import* find_import(const Context& context, Span at, std::string_view name);

/// Model::name_seen_from, from check_imports on.
std::string name_seen_from(const Context& context, Span at, const std::string& package,
                           std::string_view name);
/// As above, of a key in Symbols.
std::string key_seen_from(const Context& context, Span at, std::string_view key);

/// The names of `keys` (of a map in Symbols) that the file of `at` can use, as it writes them.
template <class Map>
std::vector<std::string> names_seen_from(const Context& context, Span at, const Map& keys);

/// Where `name`, which the file of `at` does not know, is declared in another package, as help:
/// what to write, and what to import for it; empty when it is nowhere. `keys` are those in Symbols
/// of what could stand there.
std::string find_elsewhere(const Context& context, Span at, std::string_view name,
                           const std::vector<std::string_view>& keys);

/// Reports a package before a name (`parts`, of which the last may be fields or members) that is
/// not imported in the file of `span`; true also when the import is wrong, which is reported
/// already. False: the package is there, or `parts` does not begin with one.
bool report_wrong_package(Context& context, Span span, const std::vector<std::string>& parts);

// ---- implementation -----------------------------------------------------------------------------

/// Whether the file of `at` can use what `key` declares: its own package's and its imports'.
bool is_usable(const Context& context, Span at, std::string_view key);

template <class Map>
std::vector<std::string> names_seen_from(const Context& context, Span at, const Map& keys) {
  std::vector<std::string> names;
  for (const auto& [key, place] : keys)
    if (is_usable(context, at, key)) names.push_back(key_seen_from(context, at, key));
  return names;
}

/// The keys of a map in Symbols.
template <class Map>
std::vector<std::string_view> keys_of(const Map& map) {
  std::vector<std::string_view> keys;
  for (const auto& [key, place] : map)
    keys.push_back(key);
  return keys;
}

}  // namespace writ::dsl::check
