#include <chrono>
#include <iostream>
#include <iterator>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "base/calendar.hpp"

#include "engine/decode.hpp"
#include "engine/evaluator.hpp"
#include "engine/render.hpp"

#include "cli/cli.hpp"

namespace writ::cli {
namespace {

struct Options {
  Loading loading;
  std::string decision, input = "-", now, id;
  std::vector<std::string> data;
  engine::Explain explain = engine::Explain::reasons;
  Format format = Format::text;
};

base::Micros system_now() {
  using namespace std::chrono;
  return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
}

base::Micros instant_of(const std::string& text) {
  if (text.empty()) return system_now();
  if (const auto instant = base::parse_instant(text)) return *instant;
  if (const auto date = base::parse_date(text)) return *date;
  throw CLI::ValidationError("--now",
                             "`" + text + "` is not an instant such as 2026-03-02T12:00:00Z");
}

/// One byte more than may be looked at, so that the decoder can say that it is too much.
base::Expected<std::string, tools::FileError> read_input(const std::string& path) {
  if (path != "-") return tools::read_prefix(path, engine::kMaxInputBytes + 1);
  if (isatty(STDIN_FILENO) != 0)
    print_error("writ: reading the input from the terminal; end it with Ctrl-D\n");
  std::string text;
  char buffer[65536];
  while (text.size() <= engine::kMaxInputBytes &&
         (std::cin.read(buffer, sizeof buffer) || std::cin.gcount() > 0))
    text.append(buffer, static_cast<std::size_t>(std::cin.gcount()));
  return text;
}

int report_problem(const tools::Policy& policy, std::uint32_t decision,
                   const engine::Problem& problem, Format format) {
  const engine::Program& program = policy.program->program();
  if (format == Format::json) {
    std::string out;
    engine::append_problem(out, program, decision, problem);
    print(out + "\n");
  } else {
    print_error(tools::problem_text(program, decision, problem, color_of(STDERR_FILENO)));
  }
  return kInput;
}

int eval(const Options& options) {
  const base::Micros now = instant_of(options.now);
  const auto overrides = data_files(options.data);
  auto policy = load(options.loading);
  if (!policy) return report_unreadable(policy.error(), options.format);
  if (!policy->ok()) return report_findings(*policy, options.format);
  const std::uint32_t decision = policy->program->program().find_decision(options.decision);
  if (decision == engine::kNone) return report_no_decision(*policy, options.decision);
  if (check_data_names(*policy, overrides) != kDone) return kUsage;
  const auto texts = tools::read_data(*policy, overrides);
  if (!texts) return report_unreadable(texts.error(), options.format);
  const auto data = engine::load_data(policy->program, *texts);
  if (!data) return report_data(*policy, data.error(), decision, options.format);
  const auto input = read_input(options.input);
  if (!input) return report_unreadable(input.error(), options.format);

  engine::Evaluator evaluator(policy->program, *data);
  const engine::DecisionView* view = evaluator.decide(decision, *input, now, options.explain);
  if (view == nullptr) {
    auto problem = engine::diagnose(*policy->program, decision, *input);
    if (!problem) problem = engine::Problem{"input_invalid", 422, "the input was refused", {}};
    return report_problem(*policy, decision, *problem, options.format);
  }
  if (options.format == Format::text) {
    print(tools::decision_text(*policy->program, *view, color_of(STDOUT_FILENO)));
    return kDone;
  }
  std::string out;
  engine::append_decision(out, *policy->program, *view,
                          {.id = options.id,
                           .revision = policy->revision,
                           .data_digest = (*data)->digest(),
                           .explain = options.explain});
  print(out + "\n");
  return kDone;
}

}  // namespace

void add_eval(CLI::App& app, int& status) {
  CLI::App* verb = app.add_subcommand("eval", "Decide one request and say why");
  auto options = std::make_shared<Options>();
  static const std::map<std::string, engine::Explain> explains{
      {"none", engine::Explain::none},
      {"reasons", engine::Explain::reasons},
      {"full", engine::Explain::full}};
  add_policies(*verb, options->loading);
  verb->add_option("DECISION", options->decision,
                   "package.decision, or the decision's name alone where it is clear")
      ->required();
  verb->add_option("--input", options->input,
                   "file with the inputs, one JSON member each; - is standard input (default)")
      ->type_name("FILE|-");
  verb->add_option("--now", options->now,
                   "decide as of this instant (RFC 3339); the clock's without it")
      ->type_name("TIME");
  verb->add_option(
          "--data", options->data,
          "replace the value of a data declaration; NAME is package.NAME, or the name alone "
          "where it is clear; may be repeated")
      ->type_name("NAME=FILE");
  verb->add_option("--explain", options->explain,
                   "how much to explain; changes nothing else (default: reasons)")
      ->transform(CLI::CheckedTransformer(explains).description("none|reasons|full"))
      ->default_str("reasons");
  add_format(*verb, options->format);
  verb->add_option("--id", options->id, "an id that the decision carries (JSON form)")
      ->type_name("ID");
  verb->callback([options, &status] { status = eval(*options); });
}

}  // namespace writ::cli
