#pragma once

#include <string_view>
#include <vector>

namespace writ::base {

/// The candidate that `word` was probably meant to be, or empty when none is near: the fewest
/// changes of single letters (insert, remove, replace, swap neighbours; letter case apart), at most
/// a third of the word, at least one. Between names of one or two letters one change is nearly
/// everything: there, only swapped letters, another case and a part of the candidate (`lo` for
/// `low`) count, and a single letter is near nothing but itself.
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace writ::base
