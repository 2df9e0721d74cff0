#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dsl/diagnostics.hpp"

#include "tools/text_form.hpp"

namespace writ::tools {

/// The kind that a person means by `W0203`, `w0203` or `203`; nullopt when no finding has this
/// code.
std::optional<dsl::DiagnosticKind> kind_of_code(std::string_view code);

/// `there is no finding …`, with the codes next to it or how codes look.
std::string unknown_code_text(std::string_view code);

/// The message of a kind with `…` where a finding names what it found.
std::string general_message(dsl::DiagnosticKind kind);

/// What `writ check` says of an example of an explanation; empty when it finds nothing.
std::string example_findings(std::string_view example);

/// Code, message, explanation, a policy with the mistake, what `writ check` says of it, the policy
/// repaired.
std::string explanation_text(dsl::DiagnosticKind kind, Color color);
/// {"code","severity","message","explanation","wrong","findings":[…],"right"}; `wrong`, `findings`
/// and `right` are null where no example can be shown.
std::string explanation_json(dsl::DiagnosticKind kind);

/// All codes with their messages, a line for each.
std::string code_list_text();
/// [{"code","severity","message"}…]
std::string code_list_json();

}  // namespace writ::tools
