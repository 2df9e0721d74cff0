#include "dsl/parser.hpp"

#include <string>
#include <type_traits>

#include "base/text.hpp"

#include "dsl/grammar.hpp"
#include "dsl/syntax.hpp"
#include "dsl/tree_builder.hpp"

namespace writ::dsl {
namespace {

using syntax::Wanted;

// --- Which productions leave nodes ---------------------------------------------------------------

template <typename Rule>
struct NodeOf : std::false_type {};
#define WRIT_SYNTAX(production, folded)                            \
  template <>                                                      \
  struct NodeOf<grammar::production> : std::true_type {            \
    static constexpr syntax::Kind kind = syntax::Kind::production; \
    static constexpr bool folds = folded;                          \
  };
#include "dsl/syntax_kinds.inc"
#undef WRIT_SYNTAX

// --- What `must<…>` asks for, in the author's terms ----------------------------------------------

template <typename Rule>
constexpr Wanted wanted = {Rule::what, Wanted::Role::other};

#define WRIT_WANTED(production, role, text) \
  template <>                               \
  constexpr Wanted wanted<grammar::production> = {text, Wanted::Role::role};
WRIT_WANTED(name, name, "a name")
WRIT_WANTED(dotted_name, name, "a name")
WRIT_WANTED(named_type, name, "the name of a type")
WRIT_WANTED(any_word, name, "the name of a field")
WRIT_WANTED(decision_list, name, "the name of a decision")
WRIT_WANTED(parameter_list, name, "the name of a column")
WRIT_WANTED(enum_members, name, "a member of the enum")
WRIT_WANTED(expression, expression, "an expression")
WRIT_WANTED(included, expression, "an expression")
WRIT_WANTED(value_list, expression, "an expression")
WRIT_WANTED(negation, expression, "an expression")
WRIT_WANTED(negated, expression, "an expression")
WRIT_WANTED(connective, expression, "an expression")
WRIT_WANTED(quantifier_body, expression, "a comparison")
WRIT_WANTED(quantified_comparison, expression, "a comparison")
WRIT_WANTED(sum, expression, "an expression")
WRIT_WANTED(product, expression, "an expression")
WRIT_WANTED(coalesce, expression, "an expression")
WRIT_WANTED(unary, expression, "an expression")
WRIT_WANTED(postfix, expression, "an expression")
WRIT_WANTED(finding, other, "`present`, `absent`, `empty` or `not empty`")
WRIT_WANTED(comprehension, other, "`for`")
WRIT_WANTED(quorum_members, other, "`{` with the members of the quorum")
WRIT_WANTED(string_literal, text, "a string in `\"`")
WRIT_WANTED(text_literal, text, "a text in `\"`")
WRIT_WANTED(closing_quote, string_end, "`\"`")
WRIT_WANTED(regex, regex, "a regular expression between slashes")
WRIT_WANTED(closing_slash, regex_end, "`/`")
WRIT_WANTED(interpolated_path, path, "a name with fields and keys")
WRIT_WANTED(field_name, path, "the name of a field")
WRIT_WANTED(text_key, path, "a key")
WRIT_WANTED(key_end, path, "`]`")
WRIT_WANTED(interpolation_end, path, "`}`")
WRIT_WANTED(close_paren, closer, "`)`")
WRIT_WANTED(close_square, closer, "`]`")
WRIT_WANTED(close_angle, closer, "`>`")
WRIT_WANTED(close_brace, closer, "`}`")
WRIT_WANTED(field, name, "a field or `}`")
WRIT_WANTED(output, name, "an output or `}`")
WRIT_WANTED(line_end, closer, "`,`, a new line or `}`")
WRIT_WANTED(row, name, "a row or `}`")
WRIT_WANTED(row_end, closer, "a new line or `}`")
WRIT_WANTED(rule_part, closer,
            "`each`, `when`, `unless`, `effective`, `then`, `because`, `tag` or `}`")
WRIT_WANTED(waive_part, closer, "`when`, `effective`, `by`, `because` or `}`")
WRIT_WANTED(test_part, closer, "`given`, `expect` or `}`")
WRIT_WANTED(list_end, closer, "`,` or `]`")
WRIT_WANTED(call_end, closer, "`,` or `)`")
WRIT_WANTED(set_end, closer, "`,` or `}`")
WRIT_WANTED(fields_end, closer, "`,`, a new line or `}`")
WRIT_WANTED(members_end, closer, "`,`, a new line or `}`")
WRIT_WANTED(comma, other, "`,`")
WRIT_WANTED(colon, other, "`:`")
WRIT_WANTED(value_colon, other, "`:`")
WRIT_WANTED(declared_name, name, "a name")
WRIT_WANTED(for_decisions, other, "`for`")
WRIT_WANTED(body_end, closer, "`}`")
WRIT_WANTED(assign, other, "`=`")
WRIT_WANTED(value_of_output, other, "`=` and the value of the output")
WRIT_WANTED(arrow, other, "`->` and the columns of the table")
WRIT_WANTED(row_arrow, other, "`=>`")
WRIT_WANTED(dots, other, "`..`")
WRIT_WANTED(parameters, other, "`(`")
WRIT_WANTED(columns, other, "a type or `(` with the columns of the table")
WRIT_WANTED(call_input, other, "`(` with the inputs, or `json`")
WRIT_WANTED(enum_body, other, "`{` with the members of the enum")
WRIT_WANTED(record_body, other, "`{` with the fields of the record")
WRIT_WANTED(rows, other, "`{` with the rows of the table")
WRIT_WANTED(decision_body, other, "`{` with the outputs of the decision")
WRIT_WANTED(rule_body, other, "`{` with the parts of the rule")
WRIT_WANTED(waive_body, other, "`{` with the parts of the waiver")
WRIT_WANTED(test_body, other, "`{` with `given` and `expect`")
WRIT_WANTED(prove_body, other, "`{` with what is to be proved")
WRIT_WANTED(type, other, "a type")
WRIT_WANTED(constant, other, "a number, duration or time")
WRIT_WANTED(pattern_part, other, "a pattern")
WRIT_WANTED(output_kind, other,
            "a kind of output (`highest`, `lowest`, `quorum`, `collected`, `verdict`, "
            "`codes`) or a type")
WRIT_WANTED(window, other, "`from`, `through` or `until`")
WRIT_WANTED(time_literal, other, "a day (`2026-03-01`) or an instant (`2026-03-01T12:00:00Z`)")
WRIT_WANTED(contribution, contribution, "a contribution (`x at least …`, `permit x` and the like)")
WRIT_WANTED(join_verb, contribution, "`at least`, `at most`, `require` or `include`")
WRIT_WANTED(expectation, expression, "a condition, `rule`, `no rule`, `waived` or `error`")
WRIT_WANTED(edition_number, other, "`1`")
WRIT_WANTED(declaration, declaration, "a declaration")
WRIT_WANTED(word::else_, otherwise, "`else`")
#undef WRIT_WANTED

// --- Names of rules, for tests -------------------------------------------------------------------

constexpr std::string_view kGrammar = "writ::dsl::grammar::";

template <typename Rule>
constexpr bool has_name() {
  constexpr std::string_view name = tao::pegtl::demangle<Rule>();
  return name.starts_with(kGrammar) && name.find('<') == std::string_view::npos;
}

template <typename Rule>
std::string_view name_of() {
  return tao::pegtl::demangle<Rule>().substr(kGrammar.size());
}

template <typename Rule>
struct CollectName {
  static void visit(std::set<std::string_view>& names) {
    if constexpr (has_name<Rule>()) names.insert(name_of<Rule>());
  }
};

// --- How PEGTL runs the rules --------------------------------------------------------------------

template <typename Rule>
struct Control : tao::pegtl::normal<Rule> {
  template <typename Input>
  [[noreturn]] static void raise(const Input& in, syntax::State&) {
    throw syntax::Failure{grammar::offset_in(in), wanted<Rule>};
  }

  template <tao::pegtl::apply_mode A, tao::pegtl::rewind_mode M,
            template <typename...> class Action, template <typename...> class Self, typename Input>
  static bool match(Input& in, syntax::State& state) {
    const std::size_t height = state.nodes.height();
    const auto begin_at = in.iterator();
    [[maybe_unused]] const std::uint32_t begin = grammar::offset_in(in);
    const bool matched = tao::pegtl::match<Rule, A, M, Action, Self>(in, state);
    if constexpr (has_name<Rule>()) {
      if (matched && state.matched_rules != nullptr) state.matched_rules->insert(name_of<Rule>());
    }
    if (!matched) {
      // Also where PEGTL does not ask for it: `must` reports the place where its rule began.
      in.iterator() = begin_at;
      state.nodes.drop_above(height);
    } else if constexpr (A == tao::pegtl::apply_mode::nothing) {
      state.nodes.drop_above(height);  // a look ahead
    } else if constexpr (NodeOf<Rule>::value) {
      state.nodes.close(NodeOf<Rule>::kind, NodeOf<Rule>::folds, begin,
                        state.token_end(grammar::offset_in(in)), height);
    }
    return matched;
  }
};

constexpr std::size_t kMaxFileBytes = 4 * 1024 * 1024;

// The first byte that is not part of well-formed UTF-8.
std::size_t first_bad_byte(std::string_view text) {
  // Well-formed prefixes of a malformed text end before the bad sequence: find the longest by
  // halves of lines first, then byte by byte.
  std::size_t good = 0;
  while (good < text.size()) {
    const std::size_t end = std::min(text.find('\n', good), text.size() - 1) + 1;
    if (!base::is_utf8(text.substr(good, end - good))) break;
    good = end;
  }
  while (good < text.size()) {
    std::size_t length = 1;
    while (length <= 4 && good + length <= text.size() &&
           !base::is_utf8(text.substr(good, length))) {
      ++length;
    }
    if (length > 4 || good + length > text.size()) break;
    good += length;
  }
  return good;
}

// Text that cannot be read at all.
bool readable(const Sources& sources, std::uint32_t file, Diagnostics& diagnostics) {
  const std::string_view text = sources.files()[file].text;
  if (text.size() > kMaxFileBytes) {
    diagnostics.report(DiagnosticKind::file_too_large, {file, 0, 0},
                       {std::to_string(text.size()), std::to_string(kMaxFileBytes)});
    return false;
  }
  if (!base::is_utf8(text)) {
    const auto at = static_cast<std::uint32_t>(first_bad_byte(text));
    diagnostics.report(DiagnosticKind::not_utf8, {file, at, at + 1}).help =
        "save the file again with the encoding UTF-8";
    return false;
  }
  return true;
}

void parse_file(const Sources& sources, std::uint32_t file, ast::Tree& tree,
                Diagnostics& diagnostics, std::set<std::string_view>* matched_rules = nullptr) {
  if (!readable(sources, file, diagnostics)) {
    tree.files.emplace_back().source = file;
    return;
  }
  std::string_view text = sources.files()[file].text;
  syntax::State state(sources, file, diagnostics);
  state.matched_rules = matched_rules;
  tao::pegtl::memory_input<tao::pegtl::tracking_mode::lazy> in(text.data(),
                                                               text.data() + text.size(), "");
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) {
    diagnostics.report(DiagnosticKind::byte_order_mark, {file, 0, 3}).help =
        "save the file as UTF-8 without a byte order mark (also called BOM)";
    in.bump(kByteOrderMark.size());
  }
  (void)tao::pegtl::parse<grammar::file, tao::pegtl::nothing, Control>(in, state);
  build_tree(state, tree);
}

}  // namespace

ast::Tree parse(const Sources& sources, Diagnostics& diagnostics) {
  ast::Tree tree;
  for (std::uint32_t file = 0; file < sources.files().size(); ++file) {
    parse_file(sources, file, tree, diagnostics);
  }
  return tree;
}

std::size_t analyze_grammar() {
  return tao::pegtl::analyze<grammar::file>(-1);
}

std::set<std::string_view> grammar_rules() {
  std::set<std::string_view> names;
  tao::pegtl::visit<grammar::file, CollectName>(names);
  return names;
}

std::set<std::string_view> matched_rules(const Sources& sources) {
  std::set<std::string_view> names;
  Diagnostics unread;
  ast::Tree tree;
  for (std::uint32_t file = 0; file < sources.files().size(); ++file)
    parse_file(sources, file, tree, unread, &names);
  return names;
}

}  // namespace writ::dsl
