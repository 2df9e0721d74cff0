#pragma once

#include <memory>
#include <string>
#include <utility>

#include "dsl/checker.hpp"
#include "dsl/diagnostics.hpp"

#include "engine/layout.hpp"
#include "engine/opcodes.hpp"
#include "engine/verify.hpp"

/// Programs that hold types, inputs and data of a policy and no code but `end`: enough for decoding
/// and rendering, and independent of the compiler.
namespace writ::tests {

struct TypedProgram {
  dsl::Model model;
  std::shared_ptr<const engine::VerifiedProgram> verified;
  std::string error;

  const engine::Program& program() const { return verified->program(); }
  const engine::DecisionDesc& decision(std::uint32_t index) const {
    return program().decisions[index];
  }
  /// The type of input `index` of the decision.
  std::uint32_t input_type(std::uint32_t decision_index, std::uint32_t index) const {
    return program().inputs[decision(decision_index).inputs.first + index].type;
  }
};

inline void add_decision(const dsl::Decision& from, engine::Layout& layout,
                         engine::Program& program) {
  engine::DecisionDesc desc;
  desc.name = layout.text(from.full_name());
  desc.inputs = {static_cast<std::uint32_t>(program.inputs.size()),
                 static_cast<std::uint32_t>(from.inputs.size())};
  for (const dsl::Input& input : from.inputs) {
    program.inputs.push_back({layout.text(input.name), layout.names(input.json),
                              layout.type(input.type), desc.frame_cells});
    desc.frame_cells += layout.cells(input.type);
  }
  desc.registers = 1;
  program.decisions.push_back(desc);
}

inline engine::Program program_of_types(const dsl::Model& model) {
  engine::Program program;
  engine::Layout layout(model, program);
  program.code.push_back({});
  program.code.back().op = static_cast<std::uint16_t>(engine::Opcode::end);
  for (const dsl::Decision& decision : model.decisions)
    add_decision(decision, layout, program);
  for (const dsl::Data& data : model.data) {
    const std::uint32_t literal =
        data.literal ? layout.constant(data.type, *data.literal) : engine::kNone;
    program.data.push_back({layout.text(data.full_name()), layout.type(data.type), literal});
  }
  return program;
}

inline TypedProgram typed_program(const std::string& policy) {
  TypedProgram typed;
  const dsl::Sources sources({{"typed.writ", policy}});
  dsl::Diagnostics diagnostics;
  auto model = dsl::load(sources, diagnostics);
  if (!model) {
    typed.error = dsl::render_text(diagnostics, sources, false);
    return typed;
  }
  typed.model = std::move(*model);
  auto verified = engine::verify(program_of_types(typed.model));
  if (verified) {
    typed.verified = std::move(*verified);
  } else {
    typed.error = verified.error().message;
  }
  return typed;
}

}  // namespace writ::tests
