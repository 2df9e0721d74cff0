#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "tools/random/dice.hpp"

namespace writ::tests {

/// Where a generated policy gets its choices from: a seed, or the bytes of a fuzzer.
class Choices {
 public:
  virtual ~Choices() = default;
  /// 0 … limit-1; `limit` > 0. 0 is the choice that leads to the smallest policy.
  virtual std::size_t below(std::size_t limit) = 0;

  bool chance(unsigned percent) { return below(100) >= 100 - percent; }
  /// `items` is not empty.
  template <class T>
  const T& pick(const std::vector<T>& items) {
    return items[below(items.size())];
  }
  template <class T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t i = items.size(); i > 1; --i)
      std::swap(items[i - 1], items[i - 1 - below(i)]);
  }
};

class SeededChoices final : public Choices {
 public:
  explicit SeededChoices(std::uint64_t seed) : dice_(seed) {}
  std::size_t below(std::size_t limit) override { return dice_.below(limit); }

 private:
  tools::Dice dice_;
};

/// One byte, or two where one is too few, for each choice; 0 when there are no more. The bytes have
/// to outlive it.
class ByteChoices final : public Choices {
 public:
  explicit ByteChoices(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}
  std::size_t below(std::size_t limit) override {
    std::size_t value = take();
    if (limit > 256) value = value * 256 + take();
    return value % limit;
  }

 private:
  std::size_t take() {
    if (bytes_.empty()) return 0;
    const std::size_t value = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return value;
  }

  std::span<const std::uint8_t> bytes_;
};

}  // namespace writ::tests
