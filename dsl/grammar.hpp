#pragma once

#include <cstdint>
#include <string_view>

#include <tao/pegtl.hpp>
#include <tao/pegtl/contrib/analyze.hpp>

#include "dsl/syntax.hpp"

/// The grammar of Writ, edition 1, tightest things first. Every token takes the white space and
/// comments after it. What a production must be followed by stands in `must<…>`: from there no
/// other reading of the text is tried, so parsing is linear and an error is found where it is.
///
/// In a few places the grammar takes more than the language has, so that the tree builder can say
/// what is wrong in the author's terms: chains of comparisons, `and` beside `or`, `=` for `==`, the
/// operators
/// `&&`, `||` and `!`, and parts of rules, waivers and tests in any order and number.
///
/// Only parser.cpp includes this file.
namespace writ::dsl::grammar {

using tao::pegtl::at;
using tao::pegtl::digit;
using tao::pegtl::eof;
using tao::pegtl::identifier;
using tao::pegtl::identifier_other;
using tao::pegtl::must;
using tao::pegtl::not_at;
using tao::pegtl::not_one;
using tao::pegtl::one;
using tao::pegtl::plus;
using tao::pegtl::rep;
using tao::pegtl::seq;
using tao::pegtl::sor;

/// `[ … ]` and `{ … }` of EBNF. One rule inside each: what a failed attempt left is dropped by
/// rule.
template <typename... R>
struct maybe : tao::pegtl::opt<seq<R...>> {};
template <typename... R>
struct many : tao::pegtl::star<seq<R...>> {};

// --- Rules with a `match` of their own -----------------------------------------------------------

template <typename Input>
std::uint32_t offset_in(const Input& in) {
  return static_cast<std::uint32_t>(in.current() - in.begin());
}

/// White space and `//` comments; remembers where it began, so that spans end with their last
/// token.
struct spaces {
  using rule_t = spaces;
  using subs_t = tao::pegtl::empty_list;
  template <tao::pegtl::apply_mode, tao::pegtl::rewind_mode, template <typename...> class,
            template <typename...> class, typename Input>
  static bool match(Input& in, syntax::State& state) {
    const std::uint32_t begin = offset_in(in);
    std::size_t length = 0;
    const char* const text = in.current();
    const std::size_t rest = in.size();
    const auto peek = [&](std::size_t k) { return k < rest ? text[k] : '\0'; };
    while (length < rest) {
      const char c = text[length];
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        ++length;
      } else if (c == '/' && peek(length + 1) == '/') {
        while (length < rest && text[length] != '\n')
          ++length;
      } else {
        break;
      }
    }
    in.bump(length);
    state.passed_space(begin, offset_in(in));
    return true;
  }
};

/// Takes nothing, where only blanks stand before this place on its line.
struct begins_line {
  using rule_t = begins_line;
  using subs_t = tao::pegtl::empty_list;
  template <tao::pegtl::apply_mode, tao::pegtl::rewind_mode, template <typename...> class,
            template <typename...> class, typename Input>
  static bool match(Input& in, syntax::State& state) {
    return state.begins_line(offset_in(in));
  }
};
struct same_line : not_at<begins_line> {};

/// Takes nothing, where a declaration begins at column 1.
struct begins_declaration {
  using rule_t = begins_declaration;
  using subs_t = tao::pegtl::empty_list;
  template <tao::pegtl::apply_mode, tao::pegtl::rewind_mode, template <typename...> class,
            template <typename...> class, typename Input>
  static bool match(Input& in, syntax::State& state) {
    return state.begins_declaration(offset_in(in));
  }
};

/// One of the words that are never names: `syntax::is_reserved`.
struct reserved_word {
  using rule_t = reserved_word;
  using subs_t = tao::pegtl::empty_list;
  template <tao::pegtl::apply_mode, tao::pegtl::rewind_mode, template <typename...> class,
            template <typename...> class, typename Input>
  static bool match(Input& in, syntax::State& state) {
    const std::string_view word = syntax::word_at(state.text, offset_in(in));
    if (!syntax::is_reserved(word)) return false;
    in.bump(word.size());
    return true;
  }
};

/// Open and then R, within one more bracket (or `if`, or quantifier); their depth is bounded.
template <bool IsBracket, typename Open, typename R>
struct nested {
  using rule_t = nested;
  using subs_t = tao::pegtl::type_list<Open, R>;
  template <tao::pegtl::apply_mode A, tao::pegtl::rewind_mode M,
            template <typename...> class Action, template <typename...> class Control,
            typename Input>
  static bool match(Input& in, syntax::State& state) {
    using tao::pegtl::rewind_mode;
    const std::uint32_t begin = offset_in(in);
    auto mark = in.template mark<M>();
    if (!Control<Open>::template match<A, rewind_mode::active, Action, Control>(in, state)) {
      return false;
    }
    // Stays open when R throws: the message may have to name it.
    state.enter(begin, IsBracket);
    const bool matched =
        Control<R>::template match<A, rewind_mode::active, Action, Control>(in, state);
    state.leave();
    return mark(matched);
  }
};

/// R; where it fails after it has begun, the failure is reported and reading goes on at the next
/// place of the kind `How`.
template <syntax::Resume How, typename R>
struct recovering {
  using rule_t = recovering;
  using subs_t = tao::pegtl::type_list<R>;
  template <tao::pegtl::apply_mode A, tao::pegtl::rewind_mode M,
            template <typename...> class Action, template <typename...> class Control,
            typename Input>
  static bool match(Input& in, syntax::State& state) {
    const auto begin = in.iterator();
    const std::uint32_t begin_offset = offset_in(in);
    const std::size_t height = state.nodes.height();
    const std::size_t depth = state.open.size();
    std::uint32_t failed = 0;
    try {
      return Control<R>::template match<A, M, Action, Control>(in, state);
    } catch (const syntax::Failure& failure) {
      state.report(failure);
      failed = failure.offset;
    }
    state.nodes.drop_above(height);
    const std::uint32_t next = state.resume(How, begin_offset, failed, depth);
    in.iterator() = begin;
    in.bump(next - begin_offset);
    return true;
  }
};

/// Takes nothing, where a word stands that does not begin a declaration (a part, a kind of output)
/// but is meant as one that does; reports it. `leading` words then match it.
template <syntax::Vocabulary Words>
struct misread_word {
  using rule_t = misread_word;
  using subs_t = tao::pegtl::empty_list;
  template <tao::pegtl::apply_mode, tao::pegtl::rewind_mode, template <typename...> class,
            template <typename...> class, typename Input>
  static bool match(Input& in, syntax::State& state) {
    return state.misread(Words, offset_in(in));
  }
};

/// Takes nothing and reports a small slip; reading goes on as if it had not been made.
template <syntax::Slip What>
struct slip {
  using rule_t = slip;
  using subs_t = tao::pegtl::empty_list;
  template <tao::pegtl::apply_mode, tao::pegtl::rewind_mode, template <typename...> class,
            template <typename...> class, typename Input>
  static bool match(Input& in, syntax::State& state) {
    state.report(What, offset_in(in));
    return true;
  }
};

// --- Tokens --------------------------------------------------------------------------------------

template <typename... R>
struct token : seq<R..., spaces> {};

/// Words that the grammar knows. Those that are not reserved are words only where the grammar asks
/// for them.
#define WRIT_WORDS(X)                                                                              \
  X(absent) X(all) X(and) X(any) X(as) X(at) X(auto) X(because) X(by) X(codes) X(collected)        \
  X(contains) X(count) X(data) X(decision) X(define) X(each) X(effective) X(else) X(empty) X(ends) \
  X(enum) X(error) X(expect) X(failure) X(false) X(first) X(fixture) X(for) X(forbid) X(from)      \
  X(given) X(highest) X(hold) X(if) X(implies) X(import) X(in) X(include) X(intersects) X(ip)      \
  X(is) X(json) X(least) X(like) X(list) X(local) X(lowest) X(map) X(matches) X(matching) X(max)   \
  X(min) X(most) X(no) X(none) X(not) X(now) X(of) X(on) X(one) X(only) X(open) X(or) X(ordered)   \
  X(otherwise) X(package) X(per) X(permit) X(present) X(prove) X(quorum) X(record) X(require)      \
  X(rule) X(satisfies) X(set) X(starting) X(starts) X(subset) X(table) X(tag) X(test) X(then)      \
  X(through) X(true) X(unknown) X(unless) X(until) X(unwaivable) X(verdict) X(votes) X(waive)      \
  X(waived) X(waivers) X(when) X(where) X(with) X(without) X(writ)
namespace word {
#define WRIT_WORD(word)                                 \
  struct word##_ : token<TAO_PEGTL_KEYWORD(#word)> {    \
    static constexpr const char* what = "`" #word "`";  \
    static constexpr std::string_view spelling = #word; \
  };
WRIT_WORDS(WRIT_WORD)
#undef WRIT_WORD
}  // namespace word

/// The word, or one that `misread_word` has found to be meant as it.
template <typename Word>
struct leading {
  using rule_t = leading;
  using subs_t = tao::pegtl::type_list<Word>;
  static constexpr const char* what = Word::what;
  template <tao::pegtl::apply_mode A, tao::pegtl::rewind_mode M,
            template <typename...> class Action, template <typename...> class Control,
            typename Input>
  static bool match(Input& in, syntax::State& state) {
    if (Control<Word>::template match<A, M, Action, Control>(in, state)) return true;
    const std::uint32_t offset = offset_in(in);
    if (!state.stands_for(offset, Word::spelling)) return false;
    in.bump(syntax::word_at(state.text, offset).size());
    return Control<spaces>::template match<A, M, Action, Control>(in, state);
  }
};

struct open_brace : token<one<'{'>> {};
struct close_brace : token<one<'}'>> {};
struct open_paren : token<one<'('>> {};
struct close_paren : token<one<')'>> {};
struct open_square : token<one<'['>> {};
struct close_square : token<one<']'>> {};
struct open_angle : token<one<'<'>> {};
struct close_angle : token<one<'>'>> {};
struct comma : token<one<','>> {};
struct colon : token<one<':'>> {};
struct bar : token<one<'|'>, not_at<one<'|'>>> {};
struct dot : token<one<'.'>, not_at<one<'.'>>> {};
struct dots : token<one<'.'>, one<'.'>> {};
struct assign : token<one<'='>, not_at<one<'=', '>'>>> {};
struct arrow : token<one<'-'>, one<'>'>> {};
struct row_arrow : token<one<'='>, one<'>'>> {};
struct question_mark : token<one<'?'>> {};

struct underscore : seq<one<'_'>, not_at<identifier_other>> {};
struct name : token<not_at<reserved_word>, not_at<underscore>, identifier> {};
/// Stands only before `:` and after `.`, and therefore may be a reserved word.
struct any_word : token<not_at<underscore>, identifier> {};
/// Names that stand alone, so that a `-` in them is a slip and no subtraction.
struct dash_tail : seq<one<'-'>, plus<identifier_other>> {};
struct dashed : seq<at<dash_tail>, slip<syntax::Slip::dash_in_name>, dash_tail, many<dash_tail>> {};
struct declared_name : token<not_at<reserved_word>, not_at<underscore>, identifier, maybe<dashed>> {
};
struct dotted_name : seq<declared_name, many<dot, must<declared_name>>> {};

/// A word that may stand after an expression or type. It is not one where it begins the next field,
/// output, member or row.
template <typename Word>
struct clause
    : seq<Word,
          not_at<sor<one<':', ',', '|', '}', ')', ']'>, row_arrow, seq<word::as_, one<'"'>>>>> {
  static constexpr const char* what = Word::what;
};

/// R between brackets. `Close` is what the message asks for where the closing one is missing.
template <typename Open, typename R, typename Close>
struct between : nested<true, Open, seq<R, must<Close>>> {};

template <typename R>
struct comma_list : seq<R, many<comma, R>, maybe<comma>> {};
/// In bodies and record literals a line end stands for the comma.
template <typename R>
struct line_list : seq<R, many<sor<comma, begins_line>, R>, maybe<comma>> {};

// --- Literals ------------------------------------------------------------------------------------

struct literal_end : not_at<identifier_other> {};
struct digits : plus<digit> {};
struct grouped_digits : seq<digits, many<one<'_'>, digits>> {};
struct two_digits : rep<2, digit> {};
struct calendar_day : seq<rep<4, digit>, one<'-'>, two_digits, one<'-'>, two_digits> {};
struct clock_time
    : seq<two_digits, one<':'>, two_digits, one<':'>, two_digits, maybe<one<'.'>, digits>> {};
struct zone : sor<one<'Z'>, seq<one<'+', '-'>, two_digits, one<':'>, two_digits>> {};

struct instant_literal : token<calendar_day, one<'T'>, clock_time, zone, literal_end> {};
struct date_literal : token<calendar_day, literal_end> {};
struct malformed_date
    : token<calendar_day, identifier_other, many<sor<identifier_other, one<':', '.', '+', '-'>>>> {
};
struct duration_literal : token<plus<seq<digits, one<'w', 'd', 'h', 'm', 's'>>>, literal_end> {};
struct decimal_literal : token<grouped_digits, one<'.'>, digits, literal_end> {};
struct fraction : seq<one<'.'>, digit> {};
struct integer_literal : token<grouped_digits, literal_end, not_at<fraction>> {};
struct malformed_number : token<digits, maybe<one<'.'>, digits>, plus<identifier_other>> {};
struct time_literal : sor<instant_literal, date_literal, malformed_date> {};
struct number
    : seq<at<digit>,
          sor<time_literal, duration_literal, decimal_literal, integer_literal, malformed_number>> {
};

struct line_char : not_one<'\n', '\r'> {};
struct unicode_escape
    : seq<one<'u'>, one<'{'>, tao::pegtl::star<not_one<'}', '"', '\n', '\r'>>, one<'}'>> {};
struct escape : seq<one<'\\'>, sor<unicode_escape, line_char>> {};
struct string_char : sor<escape, not_one<'"', '\\', '\n', '\r'>> {};
struct closing_quote : one<'"'> {};
struct string_literal : token<one<'"'>, many<string_char>, must<closing_quote>> {};
struct closing_slash : one<'/'> {};
struct regex : token<one<'/'>, not_at<one<'/', '*'>>,
                     plus<sor<escape, not_one<'/', '\\', '\n', '\r'>>>, must<closing_slash>> {};

/// In texts `{path}` is the value of a name with fields and keys.
struct interpolated_name : seq<not_at<reserved_word>, not_at<underscore>, identifier> {};
struct field_name : identifier {};
struct interpolated_field : seq<one<'.'>, must<field_name>> {};
struct key_string : seq<one<'"'>, many<string_char>, must<closing_quote>> {};
struct key_number : seq<grouped_digits, literal_end> {};
struct interpolated_key_path : seq<interpolated_name, many<interpolated_field>> {};
struct text_key : sor<key_string, key_number, interpolated_key_path> {};
struct key_end : one<']'> {};
struct interpolated_key : seq<one<'['>, must<text_key>, must<key_end>> {};
struct interpolated_path : seq<interpolated_name, many<sor<interpolated_field, interpolated_key>>> {
};
struct blanks : tao::pegtl::star<one<' ', '\t'>> {};
struct interpolation_end : one<'}'> {};
struct interpolation
    : seq<one<'{'>, blanks, must<interpolated_path>, blanks, must<interpolation_end>> {};
struct text_char : sor<escape, interpolation, not_one<'"', '\\', '{', '\n', '\r'>> {};
struct text_literal : token<one<'"'>, many<text_char>, must<closing_quote>> {};

struct true_literal : word::true_ {};
struct false_literal : word::false_ {};
struct now_literal : word::now_ {};
struct absent_literal : word::absent_ {};
struct auto_literal : word::auto_ {};
/// Members of the outcomes of a verdict that are reserved words; `deny` is a name as others are.
struct outcome_literal : sor<word::permit_, word::hold_, word::forbid_> {};
struct ip_literal : seq<word::ip_, string_literal> {};

// --- Expressions ---------------------------------------------------------------------------------

struct expression;

struct list_end : close_square {};
struct call_end : close_paren {};
struct set_end : close_brace {};
struct fields_end : close_brace {};

/// `2 of {…}`, `one of {…}`, `all of {…}`
struct quorum_one : word::one_ {};
struct quorum_all : word::all_ {};
struct quorum_members : between<open_brace, maybe<comma_list<expression>>, set_end> {};
struct quorum_literal
    : seq<sor<quorum_one, quorum_all, integer_literal>, word::of_, must<quorum_members>> {};

/// `x in xs where c`
struct bound_where : seq<must<word::where_>, must<expression>> {};
struct binding : seq<must<name>, must<word::in_>, must<expression>> {};
struct only_expression : seq<word::only_, binding, bound_where> {};
struct parenthesised : between<open_paren, sor<only_expression, must<expression>>, close_paren> {};
struct count_arguments
    : between<open_paren, seq<binding, maybe<word::where_, must<expression>>>, call_end> {};
struct count_expression
    : seq<at<word::count_, open_paren, name, word::in_>, word::count_, count_arguments> {};

struct list_literal : between<open_square, maybe<comma_list<expression>>, list_end> {};

/// `{a, b}`, `{ n: e }`, `{ "k": e }`, `{ e for x in xs where c }`, `{ role by person for x in xs
/// where c }`
struct equals_for_colon : seq<at<assign>, slip<syntax::Slip::equals_for_colon>, assign> {};
struct value_colon : sor<colon, equals_for_colon> {};
struct record_field : seq<not_at<begins_declaration>, any_word, value_colon, must<expression>> {};
struct map_entry : seq<string_literal, colon, must<expression>> {};
struct comprehension : seq<word::for_, binding, maybe<word::where_, must<expression>>> {};
struct person : seq<word::by_, must<expression>> {};
struct set_or_votes : seq<expression, sor<seq<person, must<comprehension>>, comprehension,
                                          seq<many<comma, expression>, maybe<comma>>>> {};
struct brace_content
    : sor<seq<at<any_word, sor<colon, assign>>, line_list<record_field>, must<fields_end>>,
          seq<at<string_literal, colon>, comma_list<map_entry>, must<set_end>>,
          seq<maybe<set_or_votes>, must<set_end>>> {};
struct braces : nested<true, open_brace, brace_content> {};

struct primary : sor<number, string_literal, true_literal, false_literal, now_literal,
                     absent_literal, auto_literal, outcome_literal, parenthesised, list_literal,
                     braces, ip_literal, count_expression, name> {};
struct operand : sor<quorum_literal, primary> {};

struct field_access : seq<dot, must<any_word>> {};
struct index_access : seq<same_line, between<open_square, must<expression>, close_square>> {};
struct call : seq<same_line, between<open_paren, maybe<comma_list<expression>>, call_end>> {};
/// `with { a.b: e }`
struct path_field : seq<not_at<begins_declaration>, any_word, many<dot, must<any_word>>,
                        must<value_colon>, must<expression>> {};
struct with_part
    : seq<clause<word::with_>, between<open_brace, maybe<line_list<path_field>>, fields_end>> {};
struct postfix : seq<operand, many<sor<field_access, index_access, call, with_part>>> {};

struct minus_sign : token<one<'-'>, not_at<one<'>'>>> {};
struct unary : sor<seq<minus_sign, many<minus_sign>, must<postfix>>, postfix> {};

struct or_else_operator : seq<clause<word::or_>, word::else_> {};
struct coalesce : seq<unary, many<or_else_operator, must<unary>>> {};

struct times_operator : token<one<'*'>> {};
struct divide_operator : token<one<'/'>, not_at<one<'*'>>> {};
struct modulo_operator : token<one<'%'>> {};
struct product
    : seq<coalesce, many<sor<times_operator, divide_operator, modulo_operator>, must<coalesce>>> {};

struct plus_operator : token<one<'+'>> {};
struct minus_operator : seq<same_line, token<one<'-'>, not_at<one<'>'>>>> {};
struct sum : seq<product, many<sor<plus_operator, minus_operator>, must<product>>> {};

struct foreign_equal : token<rep<3, one<'='>>> {};
struct foreign_not_equal : sor<token<one<'!'>, rep<2, one<'='>>>, token<one<'<'>, one<'>'>>> {};
struct equal : token<rep<2, one<'='>>> {};
struct not_equal : token<one<'!'>, one<'='>> {};
struct less_equal : token<one<'<'>, one<'='>> {};
struct greater_equal : token<one<'>'>, one<'='>> {};
struct less : token<one<'<'>> {};
struct greater : token<one<'>'>> {};
struct assignment_for_equal : assign {};
struct in_operator : clause<word::in_> {};
struct not_in_operator : seq<word::not_, word::in_> {};
struct subset_operator : seq<clause<word::subset_>, must<word::of_>> {};
struct intersects_operator : clause<word::intersects_> {};
struct starts_operator : seq<clause<word::starts_>, must<word::with_>> {};
struct ends_operator : seq<clause<word::ends_>, must<word::with_>> {};
struct contains_operator : clause<word::contains_> {};
struct like_operator : clause<word::like_> {};
struct matches_operator : clause<word::matches_> {};
struct is_present : word::present_ {};
struct is_absent : word::absent_ {};
struct is_empty : word::empty_ {};
struct is_not_empty : seq<word::not_, word::empty_> {};
struct finding : sor<is_present, is_absent, is_empty, is_not_empty> {};

struct symbol_comparison : sor<foreign_equal, foreign_not_equal, equal, not_equal, less_equal,
                               greater_equal, less, greater, assignment_for_equal> {};
struct word_comparison : sor<in_operator, not_in_operator, subset_operator, intersects_operator,
                             starts_operator, ends_operator, contains_operator> {};
struct comparison_tail
    : sor<seq<sor<symbol_comparison, word_comparison>, must<sum>>,
          seq<like_operator, must<string_literal>>, seq<matches_operator, must<regex>>,
          seq<clause<word::is_>, must<finding>>> {};
/// One tail at most; the tree builder says so.
struct comparison : seq<sum, many<comparison_tail>> {};

struct not_operator : clause<word::not_> {};
struct foreign_not : token<one<'!'>, not_at<one<'='>>> {};
struct negation_sign : sor<not_operator, foreign_not> {};

/// `any x in xs satisfies body`; the body is one comparison, with or without `not`, another
/// quantifier, or parenthesised.
struct quantifier_any : word::any_ {};
struct quantifier_all : word::all_ {};
struct quantifier_none : word::none_ {};
struct quantifier_word : sor<quantifier_any, quantifier_all, quantifier_none> {};
struct quantifier;
struct quantified_comparison : sor<quantifier, comparison> {};
struct quantifier_body : sor<seq<negation_sign, many<negation_sign>, must<quantified_comparison>>,
                             quantified_comparison> {};
struct quantifier : nested<false, seq<quantifier_word, not_at<word::of_>>,
                           seq<binding, must<word::satisfies_>, must<quantifier_body>>> {};

/// `if c then a else b`, its last value as long as it can be.
struct else_if
    : seq<word::else_, word::if_, must<expression>, must<word::then_>, must<expression>> {};
struct conditional : nested<false, word::if_,
                            seq<must<expression>, must<word::then_>, must<expression>,
                                many<else_if>, must<word::else_>, must<expression>>> {};

struct negated : sor<quantifier, conditional, comparison> {};
struct negation : sor<seq<negation_sign, many<negation_sign>, must<negated>>, negated> {};

struct and_operator : clause<word::and_> {};
struct or_operator : seq<clause<word::or_>, not_at<word::else_>> {};
struct foreign_and : token<rep<2, one<'&'>>> {};
struct foreign_or : token<rep<2, one<'|'>>> {};
/// `and` alone or `or` alone; the tree builder says so.
struct connective
    : seq<negation, many<sor<and_operator, or_operator, foreign_and, foreign_or>, must<negation>>> {
};

struct implies_operator : clause<word::implies_> {};
struct implication : seq<connective, many<implies_operator, must<connective>>> {};
struct expression : seq<implication> {};

// --- Types ---------------------------------------------------------------------------------------

struct type;

struct constant : seq<maybe<minus_sign>, number> {};
struct named_type : dotted_name {};
struct list_type : seq<word::list_, between<open_angle, must<type>, close_angle>> {};
struct set_type : seq<word::set_, between<open_angle, must<type>, close_angle>> {};
struct map_types : seq<must<type>, must<comma>, must<type>> {};
struct map_type : seq<word::map_, between<open_angle, map_types, close_angle>> {};
struct quorum_type : seq<word::quorum_, named_type> {};
struct votes_type : seq<word::votes_, named_type> {};

/// `as "dpo" or "Data Protection Officer"`
struct aliases
    : seq<clause<word::as_>, must<string_literal>, many<word::or_, must<string_literal>>> {};
struct enum_member : seq<not_at<begins_declaration>, name, maybe<aliases>> {};
struct enum_members : line_list<enum_member> {};
struct members_end : close_brace {};
struct enum_body : between<open_brace, must<enum_members>, members_end> {};
struct else_unknown : seq<word::else_, must<word::unknown_>> {};
struct inline_enum : seq<word::enum_, enum_body, maybe<else_unknown>> {};

struct range : seq<constant, must<dots>, must<constant>> {};
struct min_refinement : seq<clause<word::min_>, must<constant>> {};
struct max_refinement : seq<clause<word::max_>, must<constant>> {};
struct matching_refinement : seq<clause<word::matching_>, must<regex>> {};
struct optional_mark : question_mark {};
struct type
    : seq<sor<inline_enum, list_type, set_type, map_type, quorum_type, votes_type, named_type>,
          maybe<optional_mark>,
          many<sor<range, min_refinement, max_refinement, matching_refinement>>> {};

// --- Declarations of types, data and callables ---------------------------------------------------

struct ordered_mark : leading<word::ordered_> {};
struct enum_declaration : seq<maybe<ordered_mark>, leading<word::enum_>, must<declared_name>,
                              must<enum_body>, maybe<else_unknown>> {};

/// `{`, parts that are recovered one by one, `}`. A declaration at column 1 ends it too, as an
/// error.
struct body_over : sor<close_brace, eof, begins_declaration> {};
/// What ends a part is read apart from it: where it is missing, the part itself is kept.
template <syntax::Resume How, typename Part, typename... End>
struct body_part
    : seq<recovering<How, seq<not_at<body_over>, must<Part>>>, recovering<How, must<End>>...> {};
struct body_begin
    : sor<open_brace, seq<begins_line, not_at<body_over>, slip<syntax::Slip::open_brace_missing>>> {
};
struct body_end
    : sor<close_brace,
          seq<at<sor<eof, begins_declaration>>, slip<syntax::Slip::close_brace_missing>>> {};
template <syntax::Resume How, typename... Part>
struct body : nested<true, body_begin, seq<many<body_part<How, Part...>>, must<body_end>>> {};
/// A line end stands for the comma.
struct line_end : sor<comma, begins_line, at<close_brace>> {};

struct field : seq<any_word, maybe<aliases>, must<colon>, must<type>> {};
struct open_mark : leading<word::open_> {};
struct record_body : body<syntax::Resume::line, field, line_end> {};
struct record_declaration
    : seq<maybe<open_mark>, leading<word::record_>, must<declared_name>, must<record_body>> {};

struct data_declaration : seq<leading<word::data_>, must<declared_name>, must<colon>, must<type>,
                              maybe<assign, must<expression>>> {};

struct parameter : seq<name, maybe<aliases>, must<colon>, must<type>> {};
struct parameter_list : comma_list<parameter> {};
struct parameters : between<open_paren, maybe<parameter_list>, call_end> {};
struct define_declaration : seq<leading<word::define_>, must<declared_name>, maybe<parameters>,
                                must<colon>, must<type>, must<assign>, must<expression>> {};

struct wildcard : token<underscore> {};
struct open_start : dots {};
struct range_pattern : sor<seq<open_start, must<constant>>, seq<constant, dots, maybe<constant>>> {
};
struct pattern_name : dotted_name {};
struct pattern_part : sor<range_pattern, wildcard, absent_literal, true_literal, false_literal,
                          constant, string_literal, ip_literal, pattern_name> {};
struct pattern : seq<pattern_part, many<bar, must<pattern_part>>> {};
struct pattern_list : comma_list<pattern> {};
struct row_start : seq<begins_line, pattern_list, row_arrow> {};
struct value_list : seq<expression, many<comma, not_at<row_start>, expression>, maybe<comma>> {};
/// Begins a line of its own; the tree builder says so.
struct row : seq<pattern_list, must<row_arrow>, must<value_list>> {};
struct columns : sor<between<open_paren, must<parameter_list>, call_end>, type> {};
struct row_end : sor<begins_line, at<close_brace>, at<pattern_list, row_arrow>> {};
struct rows : body<syntax::Resume::row, row, row_end> {};
struct first_mark : leading<word::first_> {};
struct table_declaration : seq<maybe<first_mark>, leading<word::table_>, must<declared_name>,
                               must<parameters>, must<arrow>, must<columns>, must<rows>> {};

// --- Decisions -----------------------------------------------------------------------------------

struct per_clause : seq<clause<word::per_>, binding> {};
struct starting_clause : seq<clause<word::starting_>, must<word::at_>, must<expression>> {};
struct otherwise_clause : seq<clause<word::otherwise_>, must<name>, must<text_literal>> {};
struct on_failure_clause : seq<clause<word::on_>, must<word::failure_>, must<expression>> {};

struct highest_kind : seq<clause<leading<word::highest_>>, must<type>> {};
struct lowest_kind : seq<clause<leading<word::lowest_>>, must<type>> {};
struct collected_kind : seq<clause<leading<word::collected_>>, must<type>> {};
struct verdict_kind : seq<leading<word::verdict_>, maybe<word::of_, must<named_type>>> {};
/// With `?` or `=` it is the type of a derived output.
struct quorum_kind : seq<leading<word::quorum_>, named_type, not_at<one<'?', '='>>> {};
struct codes_kind : seq<word::codes_, not_at<one<'=', '?', '.'>>> {};
struct joined
    : seq<sor<highest_kind, lowest_kind, collected_kind, verdict_kind, quorum_kind, codes_kind>,
          maybe<per_clause>, maybe<starting_clause>, maybe<otherwise_clause>> {};
struct value_of_output : assign {};
struct derived : seq<type, must<value_of_output>, must<expression>, maybe<on_failure_clause>> {};
struct output_kind
    : sor<joined, seq<misread_word<syntax::Vocabulary::output_kind>, joined>, derived> {};
struct local_mark : clause<word::local_> {};
struct output : seq<maybe<local_mark>, name, maybe<aliases>, must<colon>, must<output_kind>> {};
struct decision_body : body<syntax::Resume::line, output, line_end> {};
struct decision_declaration
    : seq<leading<word::decision_>, must<declared_name>,
          recovering<syntax::Resume::header, must<parameters>>, must<decision_body>> {};

// --- Rules and waivers ---------------------------------------------------------------------------

struct each_part : seq<leading<word::each_>, binding> {};
struct when_part : seq<leading<word::when_>, must<expression>> {};
struct unless_part : seq<leading<word::unless_>, must<expression>> {};

struct from_day : seq<word::from_, must<time_literal>> {};
struct through_day : seq<word::through_, must<time_literal>> {};
struct until_time : seq<word::until_, must<time_literal>> {};
struct window_end : sor<through_day, until_time> {};
struct window : sor<seq<from_day, maybe<window_end>>, window_end> {};
struct effective_part : seq<leading<word::effective_>, must<window>> {};

struct permit : seq<word::permit_, must<expression>> {};
struct hold : seq<word::hold_, must<expression>, must<word::for_>, must<expression>> {};
struct forbid : seq<word::forbid_, must<expression>> {};
struct target : seq<name, maybe<same_line, between<open_square, must<expression>, close_square>>> {
};
struct at_least : seq<word::at_, word::least_, must<expression>> {};
struct at_most : seq<word::at_, word::most_, must<expression>> {};
struct require : seq<word::require_, must<expression>> {};
struct included : comma_list<expression> {};
struct include : seq<word::include_, must<included>> {};
struct join_verb : sor<at_least, at_most, require, include> {};
struct contribution : sor<permit, hold, forbid, seq<target, must<join_verb>>> {};
/// `x at least e` on a line of its own, or `permit x`: only `then` is missing.
struct join_words
    : sor<seq<word::at_, sor<word::least_, word::most_>>, word::require_, word::include_> {};
struct contribution_alone : sor<word::permit_, word::hold_, word::forbid_, seq<name, join_words>> {
};
struct then_forgotten : seq<begins_line, at<contribution_alone>, slip<syntax::Slip::then_missing>> {
};
struct then_part : seq<sor<leading<word::then_>, then_forgotten>, must<contribution>> {};
struct because_part : seq<leading<word::because_>, must<text_literal>> {};
struct by_part : seq<leading<word::by_>, must<string_literal>> {};
struct tag_part : seq<leading<word::tag_>, must<name>, must<assign>, must<string_literal>> {};

struct one_rule_part
    : sor<each_part, when_part, unless_part, effective_part, then_part, because_part, tag_part> {};
struct rule_part
    : sor<one_rule_part, seq<misread_word<syntax::Vocabulary::rule_part>, one_rule_part>> {};
struct rule_body : body<syntax::Resume::rule_part, rule_part> {};
struct rule_code : seq<word::as_, must<name>> {};
struct decision_list : comma_list<dotted_name> {};
struct unwaivable_mark : word::unwaivable_ {};
/// `for d, e`. Where `for` is missing, the names that stand there are taken for the decisions.
struct skipped_word : token<not_at<reserved_word>, identifier> {};
struct instead_of_for : sor<word::in_, word::on_, word::of_, seq<skipped_word, at<identifier>>> {};
struct no_decisions
    : seq<slip<syntax::Slip::for_missing>, maybe<instead_of_for>, maybe<word::for_>> {};
struct for_decisions : sor<seq<word::for_, must<decision_list>>,
                           seq<at<sor<identifier, one<'{'>>>, no_decisions, maybe<decision_list>>> {
};
struct rule_declaration : seq<leading<word::rule_>, must<declared_name>, maybe<rule_code>,
                              recovering<syntax::Resume::header, must<for_decisions>>,
                              maybe<unwaivable_mark>, must<rule_body>> {};

struct one_waive_part : sor<each_part, when_part, unless_part, effective_part, then_part, by_part,
                            because_part, tag_part> {};
struct waive_part
    : sor<one_waive_part, seq<misread_word<syntax::Vocabulary::waive_part>, one_waive_part>> {};
struct waive_body : body<syntax::Resume::rule_part, waive_part> {};
struct waive_declaration
    : seq<leading<word::waive_>, must<dotted_name>,
          recovering<syntax::Resume::header, must<for_decisions>>, must<waive_body>> {};

// --- Fixtures, tests, proofs ---------------------------------------------------------------------

struct fixture_declaration : seq<leading<word::fixture_>, must<declared_name>, must<colon>,
                                 must<type>, must<assign>, must<expression>> {};

struct argument : seq<name, must<value_colon>, must<expression>> {};
struct arguments : between<open_paren, maybe<comma_list<argument>>, call_end> {};
struct raw_json : seq<word::json_, must<string_literal>> {};
struct call_input : sor<arguments, raw_json> {};
struct at_time : seq<word::at_, must<time_literal>> {};
struct with_data
    : seq<word::with_, must<word::data_>, must<dotted_name>, must<assign>, must<expression>> {};
struct given_part : seq<leading<word::given_>, must<dotted_name>, must<call_input>, maybe<at_time>,
                        many<with_data>> {};

struct expect_rule : seq<word::rule_, dotted_name> {};
struct expect_no_rule : seq<word::no_, word::rule_, must<dotted_name>> {};
struct expect_waived : seq<word::waived_, dotted_name> {};
struct expected_code : sor<string_literal, dotted_name> {};
struct codes_in_condition : sor<word::and_, word::or_, word::implies_> {};
/// Followed by `and`, `or` or `implies` it is part of a condition.
struct expect_codes : seq<word::codes_, equal, open_square, maybe<comma_list<expected_code>>,
                          close_square, not_at<codes_in_condition>> {};
struct expect_error : seq<word::error_, string_literal> {};
struct expectation
    : sor<expect_no_rule, expect_rule, expect_waived, expect_codes, expect_error, expression> {};
struct expect_part : seq<leading<word::expect_>, must<expectation>> {};
struct one_test_part : sor<given_part, expect_part> {};
struct test_part
    : sor<one_test_part, seq<misread_word<syntax::Vocabulary::test_part>, one_test_part>> {};
struct test_body : body<syntax::Resume::test_part, test_part> {};
struct test_declaration : seq<leading<word::test_>, must<string_literal>, must<test_body>> {};

struct without_waivers : seq<word::without_, must<word::waivers_>> {};
struct prove_body : between<open_brace, must<expression>, close_brace> {};
struct prove_declaration : seq<leading<word::prove_>, must<string_literal>, must<word::for_>,
                               must<dotted_name>, maybe<without_waivers>, must<prove_body>> {};

// --- Files ---------------------------------------------------------------------------------------

struct edition_number : token<plus<identifier_other>> {};
struct edition : seq<leading<word::writ_>, must<edition_number>> {};
struct package : seq<leading<word::package_>, must<dotted_name>> {};
struct package_import
    : seq<leading<word::import_>, must<dotted_name>, maybe<word::as_, must<name>>> {};

/// `writ 1`, then `package`, then imports, then the rest; the tree builder sees to the order.
struct one_declaration
    : sor<edition, package, package_import, enum_declaration, record_declaration, data_declaration,
          define_declaration, table_declaration, decision_declaration, rule_declaration,
          waive_declaration, fixture_declaration, test_declaration, prove_declaration> {};
struct declaration
    : sor<one_declaration, seq<misread_word<syntax::Vocabulary::declaration>, one_declaration>> {};
struct recovered_declaration
    : recovering<syntax::Resume::declaration, seq<not_at<eof>, must<declaration>>> {};
struct file : seq<spaces, many<recovered_declaration>, eof> {};

}  // namespace writ::dsl::grammar

namespace tao::pegtl {

// How `analyze` sees the rules with a `match` of their own.
template <typename Name>
struct analyze_traits<Name, writ::dsl::grammar::spaces> : analyze_opt_traits<> {};
template <typename Name>
struct analyze_traits<Name, writ::dsl::grammar::reserved_word> : analyze_any_traits<> {};
template <typename Name>
struct analyze_traits<Name, writ::dsl::grammar::begins_line> : analyze_opt_traits<> {};
template <typename Name>
struct analyze_traits<Name, writ::dsl::grammar::begins_declaration> : analyze_opt_traits<> {};
template <typename Name, writ::dsl::syntax::Vocabulary Words>
struct analyze_traits<Name, writ::dsl::grammar::misread_word<Words>> : analyze_opt_traits<> {};
template <typename Name, writ::dsl::syntax::Slip What>
struct analyze_traits<Name, writ::dsl::grammar::slip<What>> : analyze_opt_traits<> {};
template <typename Name, typename Word>
struct analyze_traits<Name, writ::dsl::grammar::leading<Word>> : analyze_seq_traits<Word> {};
template <typename Name, bool IsBracket, typename Open, typename R>
struct analyze_traits<Name, writ::dsl::grammar::nested<IsBracket, Open, R>>
    : analyze_seq_traits<Open, R> {};
template <typename Name, writ::dsl::syntax::Resume How, typename R>
struct analyze_traits<Name, writ::dsl::grammar::recovering<How, R>> : analyze_seq_traits<R> {};

}  // namespace tao::pegtl
