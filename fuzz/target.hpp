#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

/// The entry point of libFuzzer for a property of tests/fuzz/properties.hpp: what it finds wrong is
/// printed and ends the run, so that libFuzzer keeps the bytes.
#define WRIT_FUZZ_TARGET(property)                                                    \
  extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) { \
    const std::string fault =                                                         \
        property(std::string_view(reinterpret_cast<const char*>(data), size));        \
    if (fault.empty()) return 0;                                                      \
    std::fprintf(stderr, "%s\n", fault.c_str());                                      \
    std::abort();                                                                     \
  }
