#include "tests/generate/policy.hpp"

#include <algorithm>

#include "tests/generate/writer.hpp"

namespace writ::tests {
namespace generation {

void Writer::package_declarations(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    switch (c_.below(8)) {
      case 0: enum_declaration(); break;
      case 1:
      case 2: record_declaration(); break;
      case 3: data_declaration(); break;
      case 4:
      case 5: define_declaration(); break;
      default: table_declaration(); break;
    }
  }
}

std::string Writer::header(std::size_t package) const {
  std::string out = "writ 1\npackage " + std::string(kPackages[package]) + "\n";
  if (package > 0 && !declarations_[0].empty()) out += "import gen.base\n";
  if (package > 1) out += "import gen.main as home\n";
  return out + "\n";
}

/// A decision with the inputs and outputs of the first one that starts elsewhere: rules can be for
/// both.
void Writer::second_decision(std::size_t first) {
  Decision decision = decisions_[first];
  decision.name = fresh("decide");
  std::vector<std::string> lines;
  // What a `per` output goes over and what is derived stands in the text of the first one.
  for (const Output& output : decision.outputs)
    if (output.per || output.kind == OutputKind::derived) return;
  for (std::size_t i = 0; i < decision.outputs.size(); ++i) {
    Output& output = decision.outputs[i];
    if (output.type.kind == Kind::enumeration && world_.enums[output.type.decl].name.empty())
      return;
    scope_ = scope_of(decision, i);
    std::string line = output.name + ": ";
    switch (output.kind) {
      case OutputKind::highest: line += "highest " + type_text(output.type); break;
      case OutputKind::lowest: line += "lowest " + type_text(output.type); break;
      case OutputKind::quorum: line += type_text(output.type); break;
      case OutputKind::collected: line += "collected " + type_text(output.type.element()); break;
      default:
        line += "verdict";
        if (output.of_members)
          line += " of " + type_text(simple(Kind::enumeration, output.type.decl));
        break;
    }
    if (output.kind != OutputKind::verdict) line += start_of(output);
    lines.push_back(line);
  }
  for (const Input& input : decision.inputs)
    if (input.type.kind == Kind::enumeration && world_.enums[input.type.decl].name.empty()) return;
  lines.push_back("codes: codes");
  declare(decision_text(decision, lines));
  decisions_.push_back(std::move(decision));
}

std::vector<dsl::SourceFile> Writer::policy() {
  declarations_.resize(std::size(kPackages));
  if (c_.chance(40)) {
    package_ = 0;
    package_declarations(2 + c_.below(6));
  }
  package_ = 1;
  package_declarations(3 + c_.below(8));
  decision_declaration();
  if (c_.chance(35)) second_decision(0);
  for (std::size_t i = 0, n = 3 + c_.below(8); i < n; ++i)
    rule_declaration(c_.below(decisions_.size()), false);
  if (c_.chance(15)) rules_by_constant(c_.below(decisions_.size()));
  if (c_.chance(20)) {
    package_ = 2;
    for (std::size_t i = 0, n = 1 + c_.below(3); i < n; ++i)
      rule_declaration(c_.below(decisions_.size()), true);
  }
  std::vector<dsl::SourceFile> files;
  for (std::size_t package = 0; package < declarations_.size(); ++package) {
    std::vector<std::string>& all = declarations_[package];
    if (all.empty()) continue;
    if (c_.chance(50)) c_.shuffle(all);
    const std::size_t parts = c_.chance(20) ? 2 : 1;
    for (std::size_t part = 0; part < parts; ++part) {
      std::string text = header(package);
      for (std::size_t i = 0; i < all.size(); ++i)
        if (i % parts == part) text += all[i] + "\n";
      files.push_back(
          {std::string(kPackages[package]) + (part == 0 ? "" : "_more") + ".writ", text});
    }
  }
  return files;
}

}  // namespace generation

std::vector<dsl::SourceFile> generate_policy(Choices& choices) {
  return generation::Writer(choices).policy();
}

}  // namespace writ::tests
