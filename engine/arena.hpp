#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "engine/cell.hpp"

namespace writ::engine {

/// Memory for one decision at a time: bump allocation from blocks that are kept and reused, so that
/// a warm arena asks the system heap for nothing. Not thread-safe; one for each worker.
class Arena {
 public:
  /// Forgets everything; keeps the blocks.
  void reset() {
    block_ = 0;
    used_ = 0;
    taken_ = 0;
  }
  /// Bytes taken since the last reset().
  std::size_t taken() const { return taken_; }
  void* allocate(std::size_t bytes) {
    bytes = (bytes + 15) & ~std::size_t{15};
    taken_ += bytes;
    while (block_ < blocks_.size() && used_ + bytes > blocks_[block_].size) {
      ++block_;
      used_ = 0;
    }
    if (block_ == blocks_.size()) {
      const std::size_t size = bytes > kBlock ? bytes : kBlock;
      blocks_.push_back({std::make_unique<Aligned[]>(size / sizeof(Aligned)), size});
      used_ = 0;
    }
    void* p = reinterpret_cast<char*>(blocks_[block_].memory.get()) + used_;
    used_ += bytes;
    return p;
  }
  template <class T>
  T* array(std::size_t count) {
    return static_cast<T*>(allocate(count * sizeof(T)));
  }
  /// `count` absent cells.
  Cell* cells(std::size_t count) {
    auto* p = array<Cell>(count);
    std::memset(static_cast<void*>(p), 0, count * sizeof(Cell));
    return p;
  }
  std::string_view copy(std::string_view text) {
    auto* p = array<char>(text.size());
    if (!text.empty()) std::memcpy(p, text.data(), text.size());
    return {p, text.size()};
  }

 private:
  static constexpr std::size_t kBlock = 64 * 1024;
  struct alignas(16) Aligned {
    char bytes[16];
  };
  struct Block {
    std::unique_ptr<Aligned[]> memory;
    std::size_t size;
  };
  std::vector<Block> blocks_;
  std::size_t block_ = 0;
  std::size_t used_ = 0;
  std::size_t taken_ = 0;
};

}  // namespace writ::engine
