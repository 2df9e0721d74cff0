#include "fuzz/target.hpp"
#include "tests/fuzz/properties.hpp"

WRIT_FUZZ_TARGET(writ::tests::bundle_fault)
