#include "tests/verify/shuffle.hpp"

#include <algorithm>
#include <vector>

namespace writ::tests {
namespace {

class Shuffle {
 public:
  Shuffle(std::string_view json, std::mt19937_64& random) : json_(json), random_(random) {}

  std::string value() {
    skip_space();
    const char first = json_[at_];
    if (first == '[' || first == '{') return container(first == '[' ? ']' : '}');
    if (first == '"') return string();
    const std::size_t begin = at_;
    at_ = std::min(json_.find_first_of(",]} \t\r\n", begin), json_.size());
    return std::string(json_.substr(begin, at_ - begin));
  }

 private:
  std::string container(char close) {
    std::vector<std::string> parts;
    std::string out(1, json_[at_++]);
    for (skip_space(); json_[at_] != close; skip_space()) {
      if (json_[at_] == ',') ++at_;
      std::string part;
      if (close == '}') {
        skip_space();
        part = string() + ':';
        skip_space();
        ++at_;
      }
      parts.push_back(part + value());
    }
    ++at_;
    std::shuffle(parts.begin(), parts.end(), random_);
    for (const std::string& part : parts)
      out += (&part == parts.data() ? "" : ",") + part;
    return out + close;
  }

  std::string string() {
    const std::size_t begin = at_++;
    while (json_[at_] != '"')
      at_ += json_[at_] == '\\' ? 2 : 1;
    return std::string(json_.substr(begin, ++at_ - begin));
  }

  void skip_space() { at_ = std::min(json_.find_first_not_of(" \t\r\n", at_), json_.size()); }

  std::string_view json_;
  std::size_t at_ = 0;
  std::mt19937_64& random_;
};

}  // namespace

std::string shuffled(std::string_view json, std::mt19937_64& random) {
  return Shuffle(json, random).value();
}

}  // namespace writ::tests
