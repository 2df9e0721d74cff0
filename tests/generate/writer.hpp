#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dsl/source.hpp"

#include "tests/generate/choices.hpp"
#include "tests/generate/world.hpp"

namespace writ::tests::generation {

/// Writes one policy. Expressions are made for the type that is needed, from the names that the
/// scope holds; `depth` bounds how far they nest.
class Writer {
 public:
  explicit Writer(Choices& choices) : c_(choices) {}
  std::vector<dsl::SourceFile> policy();

 private:
  // types.cpp: types, literals, declarations of types and data
  std::string fresh(const char* stem) { return stem + std::to_string(++names_); }
  std::string qualified(std::size_t package, const std::string& name) const;
  std::string type_text(const Type& type) const;
  std::string enum_body(const Enum& e) const;
  std::string member(const Type& type, bool expected);
  std::vector<std::string> members(const Type& type);
  std::string literal(const Type& type, bool expected = true);
  std::string tame_literal(const Type& type);
  std::string record_literal(const Type& type);
  std::string quorum_literal(const Type& type);
  std::string constant_quorum_members(const Type& type, std::size_t least, std::size_t* count);
  std::string quoted();
  std::size_t new_enum(const std::string& name, bool ordered);
  Type some_enum(bool ordered, bool plain = false);
  Type scalar();
  Type ordered_type();
  Type input_type(int depth);
  Type element_type();
  std::string number_refinement(Kind kind);
  void refine(Type& type);
  void enum_declaration();
  void record_declaration();
  void data_declaration();
  void declare(const std::string& text);
  std::string doc();

  // expressions.cpp: values by type
  std::vector<Path> paths(int depth = 2);
  void expand(const Path& path, int depth, std::vector<Path>& into);
  std::vector<Path> output_paths();
  std::optional<Path> key_of(const Output& output, bool constant);
  std::optional<Path> path_of(const Type& type, bool present);
  std::optional<Path> some_path(const std::function<bool(const Path&)>& accept);
  void read(const Path& path);
  bool is_present(const Path& path) const;
  std::string value(const Type& type, int depth);
  std::optional<std::string> composed(const Type& type, int depth);
  std::optional<std::string> by_kind(const Type& type, int depth);
  std::optional<std::string> conditional(const Type& type, int depth);
  std::optional<std::string> maybe_absent(const Type& type, int depth);
  std::optional<std::string> call(const Type& type, int depth);
  std::optional<std::string> number(const Type& type, int depth);
  std::optional<std::string> text(int depth);
  std::optional<std::string> span_of_time(int depth);
  std::optional<std::string> instant(int depth);
  std::optional<std::string> set_value(const Type& type, int depth);
  std::optional<std::string> quorum_value(const Type& type, int depth);
  std::optional<std::string> votes_value(const Type& type, int depth);
  std::string pointer_text();
  Condition showing(const std::vector<Path>& shown, int depth);

  // collections.cpp: what is gone through and looked up in
  struct Source {
    std::string text;
    Type element;
    bool of_input = false, external = false;
  };
  std::optional<Source> source(int depth, const Type* element = nullptr);
  std::optional<Source> any_collection(int depth);
  std::string bind(const Source& source, Scope& saved);
  std::string where(int depth);
  std::optional<Condition> quantifier(int depth);
  std::optional<Condition> membership(int depth);
  std::optional<Condition> sets_related(int depth);
  std::optional<Condition> emptiness(int depth);
  std::optional<std::string> comprehension(const Type& element, int depth);
  std::optional<std::string> extreme(const Type& type, int depth);
  std::optional<std::string> only(const Type& type, int depth);

  // conditions.cpp
  Condition condition(int depth);
  Condition connected(int depth);
  std::optional<Condition> atom(int depth);
  std::optional<Condition> presence();
  std::optional<Condition> comparison(int depth);
  std::optional<Condition> now_comparison(int depth);
  std::optional<Condition> of_string(int depth);
  std::optional<Condition> of_address(int depth);
  std::optional<Condition> of_quorum(int depth);
  std::optional<Condition> of_verdict(int depth);
  std::string compared(bool ordered);

  // callables.cpp: defines and tables
  void define_declaration();
  void table_declaration();
  std::vector<std::string> pieces(const Type& type);
  void rows(const std::vector<Type>& parameters, std::vector<std::string>& patterns,
            std::vector<std::string>& into);
  std::vector<std::string> first_rows(const std::vector<Type>& parameters);
  std::string narrow_pattern(const Type& type, std::size_t number);
  std::string loose_pattern(const Type& type);
  std::string row_values(const Callable& table, const std::vector<std::string>& names);

  // decisions.cpp
  void decision_declaration();
  void second_decision(std::size_t first);
  std::string decision_text(const Decision& decision, std::vector<std::string> outputs);
  std::string output(Decision& decision);
  std::string written(const Output& output);
  std::string joined(Output& output);
  Type derived_type();
  std::string derived(Output& output);
  std::string domain(Output& output);
  std::string keys_read_from(const Path& list, Type& key);
  std::string start_of(const Output& output);
  std::string range_of(Type& type);
  Scope scope_of(const Decision& decision, std::size_t rank);
  std::string reason(const Decision& decision);

  // rules.cpp
  void rule_declaration(std::size_t decision, bool foreign);
  void rules_by_constant(std::size_t decision);
  std::string steps(std::vector<Path>& each);
  std::optional<std::string> contribution(const Decision& decision, const Output& output,
                                          bool foreign, bool* permits);
  std::string target(const Decision& decision, const Output& output);
  std::string effective(bool ends);
  void waiver_declaration(const std::string& rule, const Decision& decision,
                          const std::vector<Path>& each);

  // policy.cpp
  void package_declarations(std::size_t count);
  std::string header(std::size_t package) const;

  Choices& c_;
  World world_;
  Scope scope_;
  std::vector<Decision> decisions_;
  std::vector<std::vector<std::string>> declarations_;  ///< by package
  std::size_t package_ = 0;                             ///< that is being written
  std::size_t names_ = 0;
  bool external_ = false;  ///< what was written since it was cleared reads input, data or now
  bool data_ = false, now_ = false;  ///< the same for data alone, and for now alone
};

inline constexpr const char* kPackages[] = {"gen.base", "gen.main", "more.rules"};
inline constexpr const char* kImports[] = {"base", "home", "rules"};

}  // namespace writ::tests::generation
