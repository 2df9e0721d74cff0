#include "engine/data.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include <openssl/evp.h>

#include "base/text.hpp"

#include "engine/decode.hpp"
#include "engine/render.hpp"

namespace writ::engine {
namespace {

std::string sha256(std::string_view bytes) {
  constexpr std::string_view kHex = "0123456789abcdef";
  unsigned char hash[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  std::string out = "sha256:";
  if (EVP_Digest(bytes.data(), bytes.size(), hash, &size, EVP_sha256(), nullptr) != 1) return out;
  for (unsigned int i = 0; i < size; ++i) {
    out += kHex[hash[i] >> 4];
    out += kHex[hash[i] & 0x0FU];
  }
  return out;
}

DataError error_about(std::string name, std::string detail) {
  DataError error;
  error.name = std::move(name);
  error.problem.code = "input_invalid";
  error.problem.detail = std::move(detail);
  return error;
}

std::string_view bare(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? name : name.substr(dot + 1);
}

/// Which data a given name stands for.
base::Expected<std::uint32_t, std::string> find_data(const Program& program,
                                                     const std::string& name) {
  std::uint32_t found = kNone;
  for (std::uint32_t i = 0; i < program.data.size(); ++i) {
    const std::string_view full = program.text(program.data[i].name);
    if (full == name) return i;
    if (bare(full) != name) continue;
    if (found != kNone)
      return base::unexpected("several packages declare data `" + name + "`; say `package." + name +
                              "`");
    found = i;
  }
  if (found == kNone) return base::unexpected("the policy declares no data `" + name + "`");
  return found;
}

}  // namespace

struct DataLoad {
  using Texts = std::vector<const std::string*>;

  /// The text for each data declaration; nullptr: none was given.
  static base::Expected<Texts, DataError> assign(const Program& program,
                                                 const std::map<std::string, std::string>& json) {
    Texts texts(program.data.size(), nullptr);
    for (const auto& [name, text] : json) {
      const auto index = find_data(program, name);
      if (!index) return base::unexpected(error_about(name, index.error()));
      if (texts[*index] != nullptr)
        return base::unexpected(error_about(name, "there are two texts for data `" + name + "`"));
      texts[*index] = &text;
    }
    return texts;
  }

  static std::optional<DataError> take_text(const VerifiedProgram& verified, std::uint32_t index,
                                            const std::string& text, Decoder& decoder,
                                            DataSnapshot& snapshot) {
    const Program& program = verified.program();
    const DataDesc& desc = program.data[index];
    const TypeDesc& type = program.types[desc.type];
    const std::size_t below = type.kind == Kind::record ? program.records[type.decl].cells : 0;
    Cell* cells = snapshot.arena_.cells(1 + below);
    if (!decoder.decode_value(desc.type, text, cells, snapshot.arena_)) {
      DataError error = error_about(std::string(program.text(desc.name)), "the value is not valid");
      if (auto problem = diagnose_value(verified, desc.type, text)) error.problem = *problem;
      return error;
    }
    snapshot.cells_[index] = *cells;
    return std::nullopt;
  }

  static std::optional<DataError> take_literal(const VerifiedProgram& verified, std::uint32_t index,
                                               DataSnapshot& snapshot) {
    const DataDesc& desc = verified.program().data[index];
    if (desc.literal != kNone) {
      snapshot.cells_[index] = verified.constant(desc.literal);
      return std::nullopt;
    }
    const std::string name(verified.program().text(desc.name));
    return error_about(
        name,
        "data `" + name + "` has no value: there is no file for it, and no literal in the policy");
  }

  static std::string digest(const Program& program, const DataSnapshot& snapshot) {
    std::vector<std::string> lines;
    for (std::uint32_t i = 0; i < program.data.size(); ++i) {
      std::string& line = lines.emplace_back();
      base::append_json_string(line, program.text(program.data[i].name));
      line += ':';
      append_canonical(line, program, program.data[i].type, snapshot.cells_[i]);
      line += '\n';
    }
    std::sort(lines.begin(), lines.end());
    std::string all;
    for (const std::string& line : lines)
      all += line;
    return sha256(all);
  }

  static base::Expected<std::shared_ptr<const DataSnapshot>, DataError> load(
      const std::shared_ptr<const VerifiedProgram>& verified,
      const std::map<std::string, std::string>& json) {
    const Program& program = verified->program();
    const auto texts = assign(program, json);
    if (!texts) return base::unexpected(texts.error());
    auto snapshot = std::make_shared<DataSnapshot>();
    snapshot->program_ = verified;
    snapshot->cells_.resize(program.data.size());
    Decoder decoder(verified);
    for (std::uint32_t i = 0; i < program.data.size(); ++i) {
      const std::string* text = (*texts)[i];
      auto error = text != nullptr ? take_text(*verified, i, *text, decoder, *snapshot)
                                   : take_literal(*verified, i, *snapshot);
      if (error) return base::unexpected(std::move(*error));
    }
    snapshot->digest_ = digest(program, *snapshot);
    return std::shared_ptr<const DataSnapshot>(std::move(snapshot));
  }
};

base::Expected<std::shared_ptr<const DataSnapshot>, DataError> load_data(
    std::shared_ptr<const VerifiedProgram> program,
    const std::map<std::string, std::string>& json) {
  return DataLoad::load(program, json);
}

}  // namespace writ::engine
