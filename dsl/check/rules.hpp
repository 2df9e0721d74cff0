#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "dsl/check/context.hpp"

/// What the checks of rules, their contributions and waivers share. Private to dsl/check.
namespace writ::dsl::check {

/// `effective …` as instants: `through D` ends with the day, at the next one's 00:00Z. Reports what
/// is not constant, not a day, or empty; nullopt then.
std::optional<Window> check_window(Context& context, const ast::Window& window);

/// Adds `decision` to those that a rule or waiver names; reports one that is there already.
bool require_named_once(Context& context, std::set<std::uint32_t>& named, std::uint32_t decision,
                        Span at);

/// Checks the contribution in `scope` (all names and facts of the rule) and resolves its target;
/// nullopt after a reported error.
std::optional<Contribution> check_contribution(Context& context, const Scope& scope,
                                               const ast::Contribution& contribution);

/// The `each` names of rules, for their waivers: what they are bound to, by decision and rule.
using RuleBindings = std::map<std::pair<std::uint32_t, RuleId>, std::vector<Binding>>;
/// All waivers of a file.
void check_waivers(Context& context, const ast::File& file, const RuleBindings& bindings);
/// Puts the waivers of a decision into the order in which they are tried, which is not that of the
/// source: permuting declarations changes no reason.
void order_waivers(Decision& decision);

}  // namespace writ::dsl::check
