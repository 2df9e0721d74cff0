#include "tools/policy.hpp"

#include <algorithm>
#include <fstream>
#include <system_error>

#include "dsl/checker.hpp"

#include "engine/bundle.hpp"
#include "engine/compiler.hpp"
#include "engine/decode.hpp"

namespace writ::tools {
namespace fs = std::filesystem;

base::Expected<std::string, FileError> read_prefix(const fs::path& path, std::size_t limit) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (error || !fs::exists(status))
    return base::unexpected(FileError{path.string(), "there is no such file"});
  if (fs::is_directory(status))
    return base::unexpected(FileError{path.string(), "is a folder, and a file was expected"});
  std::ifstream in(path, std::ios::binary);
  if (!in) return base::unexpected(FileError{path.string(), "cannot be opened for reading"});
  std::string content;
  char buffer[65536];
  while (content.size() < limit && (in.read(buffer, sizeof buffer) || in.gcount() > 0))
    content.append(buffer, static_cast<std::size_t>(in.gcount()));
  if (in.bad()) return base::unexpected(FileError{path.string(), "cannot be read to its end"});
  if (content.size() > limit) content.resize(limit);
  return content;
}

base::Expected<std::string, FileError> read_file(const fs::path& path, std::size_t limit) {
  auto content = read_prefix(path, limit + 1);
  if (content && content->size() > limit)
    return base::unexpected(
        FileError{path.string(), "is larger than " + std::to_string(limit) + " bytes"});
  return content;
}

namespace {

bool hidden(const fs::path& path) {
  return path.filename().string().starts_with('.');
}

/// Every policy file below `folder`.
base::Expected<std::vector<fs::path>, FileError> find_files(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> found;
  fs::recursive_directory_iterator it(folder, error), end;
  for (; !error && it != end; it.increment(error)) {
    if (hidden(it->path())) {
      if (it->is_directory(error)) it.disable_recursion_pending();
      continue;
    }
    if (it->path().extension() != ".writ" || it->is_directory(error)) continue;
    found.push_back(it->path());
    if (found.size() > kMaxPolicyFiles)
      return base::unexpected(FileError{
          folder.string(), "holds more than " + std::to_string(kMaxPolicyFiles) + " policy files"});
  }
  if (error)
    return base::unexpected(FileError{folder.string(), "cannot be read: " + error.message()});
  if (found.empty())
    return base::unexpected(FileError{folder.string(), "holds no policy: no file named *.writ"});
  return found;
}

}  // namespace

base::Expected<dsl::Sources, FileError> read_sources(const fs::path& path) {
  std::error_code error;
  if (!fs::exists(path, error))
    return base::unexpected(FileError{path.string(), "there is no such file or folder"});
  const bool folder = fs::is_directory(path, error);
  std::vector<fs::path> paths{path};
  if (folder) {
    auto found = find_files(path);
    if (!found) return base::unexpected(found.error());
    paths = std::move(*found);
  }
  std::vector<dsl::SourceFile> files;
  for (const fs::path& file : paths) {
    auto text = read_prefix(file, kMaxPolicyBytes + 1);
    if (!text) return base::unexpected(text.error());
    if (engine::is_bundle(*text))
      return base::unexpected(FileError{
          file.string(),
          "is a bundle, which holds a program and neither its text nor its tests; this needs the "
          "folder or file that it was built from"});
    if (text->size() > kMaxPolicyBytes)
      return base::unexpected(
          FileError{file.string(), "is larger than " + std::to_string(kMaxPolicyBytes) + " bytes"});
    const fs::path name = folder ? file.lexically_relative(path) : file.filename();
    files.push_back({name.generic_string(), std::move(*text)});
  }
  return dsl::Sources(std::move(files));
}

Policy load_sources(dsl::Sources sources, bool probes, const engine::Budget& budget) {
  Policy policy;
  policy.sources = std::move(sources);
  std::optional<dsl::Model> model = dsl::load(policy.sources, policy.diagnostics);
  if (!model) return policy;
  policy.model = std::make_unique<dsl::Model>(std::move(*model));
  engine::CompileOptions options;
  options.probes = probes;
  options.budget = budget;
  auto program = engine::compile(*policy.model, policy.sources, options);
  if (!program) {
    policy.diagnostics.report(dsl::DiagnosticKind::not_compiled, program.error().span,
                              {program.error().message});
    return policy;
  }
  auto verified = engine::verify(std::move(*program), budget);
  if (!verified) {
    policy.diagnostics.report(dsl::DiagnosticKind::not_compiled, dsl::Span{},
                              {"the compiled program was refused (" + verified.error().message +
                               "); this is a defect of writ, not of the policy"});
    return policy;
  }
  policy.program = std::move(*verified);
  return policy;
}

base::Expected<Policy, FileError> load_policy(const fs::path& path, bool probes,
                                              const engine::Budget& budget) {
  auto sources = read_sources(path);
  if (!sources) return base::unexpected(sources.error());
  Policy policy = load_sources(std::move(*sources), probes, budget);
  std::error_code error;
  policy.root = fs::is_directory(path, error) ? path : path.parent_path();
  return policy;
}

std::uint32_t find_data(const engine::Program& program, std::string_view name) {
  std::uint32_t found = engine::kNone;
  for (std::uint32_t i = 0; i < program.data.size(); ++i) {
    const std::string_view full = program.text(program.data[i].name);
    if (full == name) return i;
    if (full.substr(full.rfind('.') + 1) != name) continue;
    if (found != engine::kNone) return engine::kNone;
    found = i;
  }
  return found;
}

base::Expected<std::map<std::string, std::string>, FileError> read_data(
    const Policy& policy, const std::map<std::string, fs::path>& overrides) {
  std::map<std::string, std::string> texts;
  for (const auto& [name, file] : overrides) {
    auto text = read_file(file, engine::kMaxDataBytes);
    if (!text) return base::unexpected(text.error());
    // What the policy does not declare is found when the data is loaded.
    const engine::Program& program = policy.program->program();
    const std::uint32_t index = find_data(program, name);
    texts[index == engine::kNone ? name : std::string(program.text(program.data[index].name))] =
        std::move(*text);
  }
  if (policy.model == nullptr) return texts;
  std::map<fs::path, std::string> taken;  // by file, the data whose value it is
  for (const dsl::Data& data : policy.model->data) {
    const std::string name = data.full_name();
    if (texts.contains(name)) continue;
    const fs::path declared = policy.sources.files()[data.span.file].name;
    const fs::path file = policy.root / declared.parent_path() / "data" / (data.name + ".json");
    std::error_code error;
    if (!fs::exists(file, error)) continue;
    const auto [place, first] = taken.try_emplace(file, name);
    if (!first)
      return base::unexpected(FileError{
          file.string(), "could be the value of `" + std::min(place->second, name) + "` and of `" +
                             std::max(place->second, name) +
                             "`; packages that declare data of one name lie in folders of their "
                             "own"});
    auto text = read_file(file, engine::kMaxDataBytes);
    if (!text) return base::unexpected(text.error());
    texts[name] = std::move(*text);
  }
  return texts;
}

}  // namespace writ::tools
