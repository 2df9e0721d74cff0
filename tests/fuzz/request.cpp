#include <nlohmann/json.hpp>

#include "tests/decode_cases.hpp"
#include "tests/fuzz/properties.hpp"
#include "tests/golden/ways.hpp"

namespace writ::tests {
namespace {

namespace fs = std::filesystem;

/// A policy with the state of its data that its literals give.
struct Subject {
  std::unique_ptr<Policy> policy;
  std::unique_ptr<Deciders> deciders;
};

/// One that comes with the tree is free of errors: another test says so.
Subject subject_of(std::vector<dsl::SourceFile> files, DataTexts data) {
  dsl::Sources sources(std::move(files));
  dsl::Diagnostics diagnostics;
  auto model = dsl::load(sources, diagnostics);
  Subject subject;
  subject.policy =
      std::make_unique<Policy>(std::move(*make_policy(std::move(*model), std::move(sources))));
  subject.deciders =
      std::make_unique<Deciders>(std::move(*Deciders::make(*subject.policy, std::move(data))));
  return subject;
}

std::vector<Subject> load_subjects() {
  const fs::path tree(WRIT_SOURCE_DIR);
  std::vector<Subject> subjects;
  subjects.push_back(subject_of({{"typed.writ", kDecodePolicy}}, {{0, R"({"a":60})"}}));
  subjects.push_back(
      subject_of({{"example.writ", read_file(tree / "tests/lang/example/micro_apps.writ")}}, {}));
  std::vector<dsl::SourceFile> files;
  for (const fs::path& path : files_below(tree / "policies/microapps", ".writ"))
    files.push_back({path.filename().string(), read_file(path)});
  subjects.push_back(subject_of(std::move(files), {}));
  return subjects;
}

struct Asked {
  Subject* subject = nullptr;
  Case question;
};

/// Finds the decision that `name` means; any other name picks one.
void find_decision(Asked& asked, std::vector<Subject>& subjects, std::string_view name) {
  std::size_t rest = 0;
  for (const char c : name)
    rest = rest * 31 + static_cast<unsigned char>(c);
  for (Subject& subject : subjects) {
    const engine::Program& program = subject.policy->optimized->program();
    const std::uint32_t found = program.find_decision(name);
    if (found == engine::kNone) continue;
    asked.subject = &subject;
    asked.question.decision = found;
    return;
  }
  asked.subject = &subjects[rest % subjects.size()];
  const std::size_t count = asked.subject->policy->model.decisions.size();
  asked.question.decision = static_cast<std::uint32_t>(rest / subjects.size() % count);
}

Asked read_request(std::string_view bytes, std::vector<Subject>& subjects) {
  const std::size_t line = bytes.find('\n');
  const std::string_view head = bytes.substr(0, line);
  const std::size_t space = head.find(' ');
  Asked asked;
  find_decision(asked, subjects, head.substr(0, space));
  constexpr base::Micros kSomeInstant = 1'772'452'800 * base::kMicrosPerSecond;
  const std::string_view at = space == head.npos ? "" : head.substr(space + 1);
  asked.question.now = base::parse_instant(at).value_or(kSomeInstant);
  asked.question.json = line == bytes.npos ? "" : bytes.substr(line + 1);
  return asked;
}

std::string not_json(const std::string& text) {
  return nlohmann::json::accept(text) ? "" : "not JSON: " + text;
}

/// What is written about the request, in each form.
std::string written_fault(engine::Evaluator& evaluator, const Case& c) {
  const engine::VerifiedProgram& program = evaluator.program();
  const auto* view = evaluator.decide(c.decision, c.json, c.now, engine::Explain::full);
  std::string text;
  if (view == nullptr) {
    const auto problem = engine::diagnose(program, c.decision, c.json);
    if (!problem || problem->errors.empty()) return "refused without an error";
    engine::append_problem(text, program.program(), c.decision, *problem);
    return not_json(text);
  }
  engine::append_decision(text, program, *view,
                          {.id = "1",
                           .revision = {},
                           .data_digest = evaluator.data().digest(),
                           .explain = engine::Explain::full});
  return not_json(text);
}

}  // namespace

std::string request_fault(std::string_view bytes) {
  static std::vector<Subject> subjects = load_subjects();
  const Asked asked = read_request(bytes, subjects);
  Answer answer;
  std::string found = asked.subject->deciders->disagreement(asked.question, answer);
  if (found.empty()) found = written_fault(asked.subject->deciders->optimized(), asked.question);
  return found;
}

}  // namespace writ::tests
