#pragma once

#include <utility>

#include <tl/expected.hpp>

namespace writ::base {

/// The result type of everything that loads, decodes or does I/O: a value, or an error that says
/// where and what. (`std::expected` is not in this toolchain; this is its reference
/// implementation.)
template <class T, class E>
using Expected = tl::expected<T, E>;

template <class E>
auto unexpected(E&& error) {
  return tl::make_unexpected(std::forward<E>(error));
}

}  // namespace writ::base
