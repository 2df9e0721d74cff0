# Every library that is not ours comes from the system (README: what ./scripts/run installs).
# Nothing is downloaded here. Imported targets are SYSTEM: their headers raise no warnings.

find_package(Threads REQUIRED)
find_package(pegtl 3.2 REQUIRED CONFIG)
find_package(simdjson 3.0 REQUIRED CONFIG)
find_package(nlohmann_json 3.11 REQUIRED CONFIG)
find_package(fmt 9 REQUIRED CONFIG)
find_package(CLI11 2.1 REQUIRED CONFIG)
find_package(tl-expected 1.0 REQUIRED CONFIG)
find_package(Boost 1.81 REQUIRED)
find_package(OpenSSL 3.0 REQUIRED COMPONENTS Crypto)

# Debian's RE2 of 2022 has no CMake package.
find_path(RE2_INCLUDE_DIR re2/filtered_re2.h)
find_library(RE2_LIBRARY re2)
mark_as_advanced(RE2_INCLUDE_DIR RE2_LIBRARY)
if(NOT RE2_INCLUDE_DIR OR NOT RE2_LIBRARY)
  message(FATAL_ERROR "RE2 was not found; on Debian: apt-get install libre2-dev")
endif()
add_library(re2::re2 UNKNOWN IMPORTED)
set_target_properties(re2::re2 PROPERTIES
  IMPORTED_LOCATION ${RE2_LIBRARY}
  INTERFACE_INCLUDE_DIRECTORIES ${RE2_INCLUDE_DIR}
  INTERFACE_LINK_LIBRARIES Threads::Threads)
