#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dsl/check/context.hpp"

/// What the checks of outputs, rules, strata and tests have in common. Private to dsl/check.
namespace writ::dsl::check {

/// The decision that `name` means, or kNoIndex after an error that is reported here.
std::uint32_t resolve_decision(Context& context, const ast::QualifiedName& name);

/// The rule of the decision that the file of `span` calls `name`, or kNoIndex after an error that
/// is reported here. A bare name is of a rule in the file's own package, as all bare names are;
/// another package's stands before the rule by the name of its import or whole, since a decision's
/// own package does not import those that have rules for it.
RuleId resolve_rule(Context& context, std::uint32_t decision, std::string_view name, Span span);

/// What the body of a decision sees: its inputs and outputs, data, and `now` in comparisons.
Scope decision_scope(std::uint32_t decision);
/// What constants see: nothing.
Scope constant_scope();

/// The index of a named output, or of a rule that has been added by its full name; kNoIndex when
/// there is none.
OutputId find_output(const Decision& decision, std::string_view name);
RuleId find_rule(const Context& context, std::uint32_t decision, const std::string& name);

/// `highest`, `lowest`, `quorum`, `collected`, `verdict`, `codes`, `derived`.
std::string_view kind_word(OutputKind kind);
/// The kind with its type, as in the output's declaration: `highest Tier`, `verdict of Approver`.
std::string output_text(const Model& model, const Output& output);

/// Help for a name that is not there: the nearest candidate, else all of them when they are few.
std::string suggestion(std::string_view word, std::vector<std::string_view> candidates);

/// The ast type of `id` as it was written has a range, `min`, `max` or pattern, here or in an
/// element.
bool is_refined(const ast::Tree& tree, ast::TypeId id);

/// A constant of one of the kinds that are integers (bool, int, decimal, duration, time, enums), as
/// an author writes it.
std::string literal_text(const Types& types, TypeId type, std::int64_t value);

}  // namespace writ::dsl::check
