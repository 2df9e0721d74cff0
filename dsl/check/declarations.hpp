#pragma once

#include <string>
#include <utility>
#include <vector>

#include "dsl/check/context.hpp"

/// What the files declarations*.cpp share.
namespace writ::dsl::check {

/// The file that holds `at`; null when there is none.
const ast::File* file_of(const Context& context, Span at);
/// The key in Symbols of what the file `file` declares as `name`.
std::string declared_key(const ast::File& file, std::string_view name);

/// Names that must differ: add() tells the first place of a name that is there already.
class DistinctNames {
 public:
  /// Null when `name` is new.
  const Span* add(const std::string& name, Span span) {
    auto [place, added] = names_.try_emplace(name, span);
    return added ? nullptr : &place->second;
  }

 private:
  std::map<std::string, Span, std::less<>> names_;
};

/// The JSON names of what is called `name`: its aliases, or the name itself.
std::vector<std::string> json_names(const ast::Name& name, const std::vector<ast::Alias>& aliases);
/// Reports JSON names that two of a kind share; `kind` is a plural: "members".
void check_json_names(Context& context, DistinctNames& seen, const ast::Name& name,
                      const std::vector<ast::Alias>& aliases, std::string_view kind);

/// An enum from its members, checked; kNoDecl is never given. Inline enums with the same members
/// are one.
EnumId declare_enum(Context& context, const ast::Name& name,
                    const std::vector<ast::EnumMember>& members, bool else_unknown, bool ordered,
                    Span span, const std::string& doc);
/// The type of `data`: its outermost collection has no maximum unless it says one.
TypeId resolve_data_type(Context& context, ast::TypeId type);
/// Reports a quorum or votes where only what JSON can say may stand; `name` has the type.
void require_decodable(Context& context, const ast::Name& name, TypeId type);
/// Reports a type whose values nest too deeply to be read; `around` are the levels outside the
/// value: 1 for an input, which stands in the object of the inputs. After declare_records.
void require_readable_depth(Context& context, const ast::Name& name, TypeId type,
                            std::uint32_t around);

/// Fills the fields of all records and reports recursion and nesting.
void declare_records(Context& context);
/// Declares all defines and reports those that call themselves.
void declare_defines(Context& context, DistinctNames& callables);

}  // namespace writ::dsl::check
