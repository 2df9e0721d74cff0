#include "base/similar.hpp"

#include <algorithm>

namespace writ::base {
namespace {

constexpr std::size_t kShort = 2;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_letters(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

/// Damerau-Levenshtein with adjacent transpositions, three rows at a time.
class Distance {
 public:
  std::size_t operator()(std::string_view a, std::string_view b) {
    two_above_.assign(b.size() + 1, 0);
    above_.resize(b.size() + 1);
    row_.resize(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
      above_[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
      row_[0] = i;
      for (std::size_t j = 1; j <= b.size(); ++j) {
        const bool same = lower(a[i - 1]) == lower(b[j - 1]);
        row_[j] = std::min({above_[j] + 1, row_[j - 1] + 1, above_[j - 1] + (same ? 0U : 1U)});
        if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
            lower(a[i - 2]) == lower(b[j - 1])) {
          row_[j] = std::min(row_[j], two_above_[j - 2] + 1);
        }
      }
      std::swap(two_above_, above_);
      std::swap(above_, row_);
    }
    return above_[b.size()];
  }

 private:
  std::vector<std::size_t> two_above_, above_, row_;
};

/// Whether two names, the shorter of at most two letters, may be one another's misspelling.
bool short_names_agree(std::string_view a, std::string_view b) {
  if (same_letters(a, b)) return true;
  const std::string_view& shorter = a.size() < b.size() ? a : b;
  const std::string_view& longer = a.size() < b.size() ? b : a;
  if (shorter.size() < kShort) return false;
  if (longer.size() > kShort) return same_letters(shorter, longer.substr(0, shorter.size()));
  return lower(a[0]) == lower(b[1]) && lower(a[1]) == lower(b[0]);
}

}  // namespace

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
  const std::size_t limit = std::max<std::size_t>(1, word.size() / 3);
  std::string_view best;
  std::size_t least = limit + 1;
  Distance distance;
  for (const std::string_view candidate : candidates) {
    const std::size_t longer = std::max(word.size(), candidate.size());
    const std::size_t shorter = std::min(word.size(), candidate.size());
    if (shorter == 0 || longer - shorter > limit) continue;
    if (shorter <= kShort && !short_names_agree(word, candidate)) continue;
    const std::size_t changes = distance(word, candidate);
    if (changes >= least) continue;
    least = changes;
    best = candidate;
  }
  return best;
}

}  // namespace writ::base
