# Shared by the commands in this folder; sourced, never run. Bash and dpkg are all it needs, both of
# which every Debian has.
# shellcheck shell=bash

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

# What it takes to build, test and run.
build_packages=(
  cmake ninja-build g++
  tao-pegtl-dev libre2-dev libsimdjson-dev nlohmann-json3-dev libboost1.81-dev libssl-dev
  libfmt-dev libcli11-dev libexpected-dev
  libgtest-dev libgmock-dev librapidcheck-dev libbenchmark-dev
  python3-jsonschema
)
# What the slower checks need besides: .ci/run and scripts/format.
check_packages=(clang-19 libclang-rt-19-dev clang-format-19)

step() { printf '\n==> %s\n' "$*"; }
fail() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# install_missing PACKAGE... installs those that are not there; touches nothing when all are.
install_missing() {
  if ! command -v dpkg-query >/dev/null; then
    printf 'This is not a Debian system; expecting these to be installed by other means:\n  %s\n' "$*"
    return
  fi
  local package missing=()
  for package in "$@"; do
    if [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true) != installed ]]; then
      missing+=("$package")
    fi
  done
  if ((${#missing[@]} == 0)); then return; fi

  step "Installing ${#missing[@]} Debian packages: ${missing[*]}"
  local as_root=(env)
  if ((EUID != 0)); then
    if ! command -v sudo >/dev/null; then
      fail "not root and no sudo; as root, run: apt-get install --no-install-recommends ${missing[*]}"
    fi
    as_root=(sudo env)
  fi
  local apt=("${as_root[@]}" DEBIAN_FRONTEND=noninteractive
    apt-get -q -y -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300)
  "${apt[@]}" update
  "${apt[@]}" install --no-install-recommends "${missing[@]}"
}

# Compilers at once: one a core, and 1.5 GB of memory for each.
build_jobs() {
  local cores memory_kb by_memory
  cores=$(nproc)
  memory_kb=$(sed -n 's/^MemAvailable: *\([0-9]*\) kB$/\1/p' /proc/meminfo 2>/dev/null || true)
  by_memory=$((${memory_kb:-3000000} / 1500000))
  if ((by_memory < 1)); then by_memory=1; fi
  echo $((cores < by_memory ? cores : by_memory))
}

# build PRESET [TARGET...] configures and builds.
build() {
  local preset=$1
  shift
  step "Building: preset $preset"
  cmake --preset "$preset"
  cmake --build --preset "$preset" --parallel "$(build_jobs)" ${1:+--target "$@"}
}

# run_tests PRESET [ctest option...] runs the tests of a build; the result lies in
# build/PRESET/tests.xml (JUnit).
run_tests() {
  local preset=$1
  shift
  step "Testing: preset $preset"
  rm -f "build/$preset/tests.xml"
  ctest --preset "$preset" --parallel "$(nproc)" "$@"
}
