# How this project's own targets are compiled, and `writ_library`, which makes one of a folder.

add_library(writ_options INTERFACE)
target_compile_features(writ_options INTERFACE cxx_std_20)
target_include_directories(writ_options INTERFACE ${PROJECT_SOURCE_DIR})

target_compile_options(writ_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion)
if(WRIT_WERROR)
  target_compile_options(writ_options INTERFACE -Werror)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC 12 sees overlapping copies in plain std::string concatenation (GCC bug 105651), and members of a
  # std::variant read uninitialized where an optimized move takes another alternative (GCC bug 80635).
  target_compile_options(writ_options INTERFACE -Wno-restrict -Wno-maybe-uninitialized)
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  # Part of clang's -Wconversion, not of GCC's. And std::stable_sort of GCC 12's library calls what
  # that library deprecates, which clang reports where it is instantiated.
  target_compile_options(writ_options INTERFACE -Wno-sign-conversion -Wno-deprecated-declarations)
endif()

# -g1 keeps functions and lines for stack traces at a fraction of the size of -g.
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
set(CMAKE_CXX_EXTENSIONS OFF)

if(WRIT_SANITIZE)
  set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1")
  list(JOIN WRIT_SANITIZE "," sanitizers)
  target_compile_options(writ_options INTERFACE
    -fsanitize=${sanitizers} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(writ_options INTERFACE -fsanitize=${sanitizers})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # The instrumented flow confuses GCC's analysis of initialisation.
    target_compile_options(writ_options INTERFACE -Wno-maybe-uninitialized)
  endif()
endif()
if(WRIT_COVERAGE)
  target_compile_options(writ_options INTERFACE --coverage -fprofile-abs-path)
  target_link_options(writ_options INTERFACE --coverage)
endif()
if(WRIT_FUZZ)
  target_compile_options(writ_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# ccache where it is there and nobody chose another launcher.
if(NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(WRIT_CCACHE ccache)
  mark_as_advanced(WRIT_CCACHE)
  if(WRIT_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${WRIT_CCACHE})
  endif()
endif()

# writ_library(NAME [PUBLIC target…] [PRIVATE target…] [EXCLUDE file…])
#
# A library of every .cpp file in and below the current folder. A folder without sources (headers
# only, or not begun) gives an INTERFACE library, so that what depends on it need not know.
function(writ_library name)
  cmake_parse_arguments(ARG "" "" "PUBLIC;PRIVATE;EXCLUDE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  foreach(file IN LISTS ARG_EXCLUDE)
    list(REMOVE_ITEM sources ${CMAKE_CURRENT_SOURCE_DIR}/${file})
  endforeach()
  if(sources)
    add_library(${name} STATIC ${sources})
    target_link_libraries(${name} PUBLIC writ_options ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE writ_options ${ARG_PUBLIC} ${ARG_PRIVATE})
  endif()
endfunction()
