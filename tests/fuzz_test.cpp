// Every file of fuzz/corpus, through what the fuzz targets try (tests/fuzz/properties.hpp): seeds,
// and what a fuzzer once found.

#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "tests/fuzz/properties.hpp"
#include "tests/golden/ways.hpp"

namespace writ::tests {
namespace {

namespace fs = std::filesystem;

struct FuzzTarget {
  const char* name;
  std::string (*fault)(std::string_view);
};
constexpr FuzzTarget kTargets[] = {{"policy", policy_fault},
                                   {"bundle", bundle_fault},
                                   {"request", request_fault},
                                   {"text", text_fault}};

fs::path fuzz_folder() {
  return fs::path(WRIT_SOURCE_DIR) / "fuzz";
}

class Corpus : public testing::TestWithParam<FuzzTarget> {};

TEST_P(Corpus, holds) {
  const std::vector<fs::path> files = corpus_files(GetParam().name);
  EXPECT_FALSE(files.empty());
  for (const fs::path& file : files)
    EXPECT_EQ(GetParam().fault(read_file(file)), "") << file.filename();
}

INSTANTIATE_TEST_SUITE_P(Fuzz, Corpus, testing::ValuesIn(kTargets),
                         [](const auto& target) { return target.param.name; });

TEST(FuzzTargets, each_has_its_test) {
  std::set<std::string> targets, tested;
  for (const fs::path& path : files_below(fuzz_folder(), ".cpp"))
    targets.insert(path.stem().string());
  for (const FuzzTarget& target : kTargets)
    tested.insert(std::string("fuzz_") + target.name);
  EXPECT_EQ(targets, tested);
}

TEST(FuzzTargets, the_corpus_has_every_kind_of_text) {
  std::set<char> letters;
  for (const fs::path& file : corpus_files("text"))
    letters.insert(read_file(file).front());
  for (const char letter : text_properties())
    EXPECT_TRUE(letters.contains(letter)) << letter;
}

TEST(FuzzTargets, the_dictionary_has_every_word_of_the_grammar) {
  const std::string dictionary = read_file(fuzz_folder() / "policy.dict");
  std::string grammar = read_file(fs::path(WRIT_SOURCE_DIR) / "dsl" / "grammar.hpp");
  grammar.resize(grammar.find("namespace word {"));
  grammar.erase(0, grammar.find("#define WRIT_WORDS(X)"));
  std::size_t words = 0;
  for (std::size_t at = grammar.find(" X("); at != grammar.npos; at = grammar.find(" X(", at + 1)) {
    const std::string word = grammar.substr(at + 3, grammar.find(')', at) - at - 3);
    EXPECT_NE(dictionary.find('"' + word + "\"\n"), dictionary.npos) << word;
    ++words;
  }
  EXPECT_GT(words, 80u);
}

}  // namespace
}  // namespace writ::tests
