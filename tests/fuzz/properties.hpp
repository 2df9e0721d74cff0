#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

/// What has to hold for any bytes at all: the fuzz targets (fuzz/) look for bytes that break it,
/// and the tests replay every file of fuzz/corpus. Each function answers what is wrong, for people;
/// empty: nothing. Deterministic. Crashes, hangs and lost memory are for the sanitizers to see.
namespace writ::tests {

/// The text of a policy, in one file or in several (`// file NAME` begins the next, as in
/// tests/lang). It is rejected with a diagnostic, or it compiles, its program verifies, and every
/// way of deciding gives the same answer to a few random inputs.
std::string policy_fault(std::string_view bytes);

/// A line `DECISION [INSTANT]`, then a request for that decision of the policies that come with the
/// tree. A name or instant that says nothing picks some decision and some instant. All decoders
/// agree on accepting it, every way of deciding gives the same answer, and what is written is JSON.
std::string request_fault(std::string_view bytes);

/// A line with the name of a file of fuzz/corpus/policy (any other picks one), then changes to its
/// bundle, eight bytes each, after which the checksum is made right. The bundle is refused, or its
/// program decides whatever it is asked, within the worst case that was found for it.
std::string bundle_fault(std::string_view bytes);

/// A letter, then the text that one of the small parsers or writers gets; text_properties() lists
/// the letters. What can be read is written and read again to the same value, and comes out as in a
/// plainer way of computing it.
std::string text_fault(std::string_view bytes);
/// The letters of text_fault().
std::string_view text_properties();

/// The files of fuzz/corpus/TARGET, in the order of their names.
std::vector<std::filesystem::path> corpus_files(std::string_view target);

}  // namespace writ::tests
