#include "engine/compiler.hpp"

#include <deque>
#include <memory>
#include <utility>

#include <openssl/evp.h>

#include "engine/compile/decision_code.hpp"
#include "engine/evaluator.hpp"
#include "engine/verify.hpp"

namespace writ::engine {

namespace {

using lowering::Code;
using lowering::DecisionCode;
using lowering::ExprCode;
using lowering::ExprKeys;
using lowering::Workbench;

void append_data(const dsl::Model& model, Program& program, Layout& layout) {
  for (const dsl::Data& data : model.data) {
    DataDesc row;
    row.name = layout.text(data.full_name());
    row.type = layout.type(data.type);
    if (data.literal) row.literal = layout.constant(data.type, *data.literal);
    program.data.push_back(row);
  }
}

/// Elements lie side by side in cells; one without any cell could not be walked.
std::optional<CompileError> empty_elements_error(const dsl::Types& types) {
  for (dsl::TypeId id = 0; id < types.size(); ++id) {
    if (types[id].element == 0) continue;
    const dsl::Type& element = types[types[id].element];
    if (element.kind != dsl::TypeKind::record) continue;
    const dsl::Record& record = types.records[element.decl];
    if (record.fields.empty())
      return CompileError{
          "record `" + record.name + "` has no fields; the elements of a list, set or map need one",
          record.span};
  }
  return std::nullopt;
}

std::optional<CompileError> overflow_error(const Code& code, const dsl::Decision& decision) {
  if (code.code_overflow())
    return CompileError{"decision `" + decision.name + "` becomes more than " +
                            std::to_string(lowering::kMaxInstructions) +
                            " instructions; definitions that repeat their arguments multiply",
                        decision.span};
  if (code.registers_overflow())
    return CompileError{"decision `" + decision.name + "` needs more than " +
                            std::to_string(lowering::kMaxRegisters) +
                            " values at once; split its longest expression",
                        decision.span};
  return std::nullopt;
}

struct CompiledProbe {
  std::uint32_t decision = 0;
  dsl::ExprId condition = dsl::kNoExpr;
  std::uint32_t entry = 0;
};

std::vector<CompiledProbe> list_probes(const dsl::Model& model) {
  std::vector<CompiledProbe> probes;
  for (const dsl::Test& test : model.tests)
    for (const dsl::Expect& expect : test.expects)
      if (expect.kind == dsl::ExpectKind::condition)
        probes.push_back({test.decision, expect.condition});
  for (const dsl::Proof& proof : model.proofs)
    probes.push_back({proof.decision, proof.condition});
  return probes;
}

/// The fail-closed texts come from running the program itself.
std::optional<CompileError> append_fail_closed(const dsl::Model& model, Program& program,
                                               Layout& layout, const Budget& budget) {
  auto verified = verify(program, budget);
  if (!verified) {
    const std::uint32_t decision = verified.error().decision;
    if (decision != kNone)
      return CompileError{verified.error().message, model.decisions[decision].span};
    std::string message = "the compiled program is not well-formed: " + verified.error().message;
    if (verified.error().instruction != kNone)
      message += " (instruction " + std::to_string(verified.error().instruction) + ")";
    return CompileError{std::move(message), {}};
  }
  std::vector<std::string> texts;
  for (std::uint32_t i = 0; i < model.decisions.size(); ++i)
    texts.push_back(fail_closed_members(*verified, i));
  for (std::uint32_t i = 0; i < texts.size(); ++i)
    program.decisions[i].fail_closed = layout.text(texts[i]);
  return std::nullopt;
}

}  // namespace

base::Expected<Program, CompileError> compile(const dsl::Model& model, const dsl::Sources& sources,
                                              const CompileOptions& options) {
  if (auto error = empty_elements_error(model.types)) return base::unexpected(std::move(*error));
  Program program;
  Layout layout(model, program);
  Code code(program);
  ExprKeys keys(model);
  ExprCode exprs(model, sources, program, layout, code);
  Workbench bench{model, sources, program, layout, code, exprs, keys, options.optimize};

  append_data(model, program, layout);
  std::vector<CompiledProbe> probes;
  if (options.probes) probes = list_probes(model);
  for (std::uint32_t i = 0; i < model.decisions.size(); ++i) {
    DecisionCode decision(bench, model.decisions[i]);
    decision.compile();
    for (CompiledProbe& probe : probes)
      if (probe.decision == i) probe.entry = decision.probe(probe.condition);
    if (auto error = overflow_error(code, model.decisions[i]))
      return base::unexpected(std::move(*error));
    program.decisions.push_back(decision.finish());
  }
  for (const CompiledProbe& probe : probes)
    program.probes.push_back({probe.decision, probe.entry});
  program.digest = content_digest(sources);
  if (auto error = append_fail_closed(model, program, layout, options.budget))
    return base::unexpected(std::move(*error));
  return program;
}

std::string content_digest(const dsl::Sources& sources) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr);
  // Each part with its length before it, so that no two lists of files give the same bytes.
  const auto add = [&context](std::string_view part) {
    const std::string head = std::to_string(part.size()) + ':';
    EVP_DigestUpdate(context.get(), head.data(), head.size());
    EVP_DigestUpdate(context.get(), part.data(), part.size());
  };
  for (const dsl::SourceFile& file : sources.files()) {
    add(file.name);
    add(file.text);
  }
  unsigned char hash[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_DigestFinal_ex(context.get(), hash, &size);
  std::string out = "sha256:";
  for (unsigned int i = 0; i < size; ++i) {
    constexpr char kHex[] = "0123456789abcdef";
    out += kHex[hash[i] >> 4];
    out += kHex[hash[i] & 15];
  }
  return out;
}

}  // namespace writ::engine
