#pragma once

#include <string>

/// Patterns for the strings that stand for values of other types in JSON: what base/calendar.hpp
/// and base/ip.hpp read, to the letter. Of ECMAScript they use what every dialect has.
namespace writ::engine {

/// An RFC 3339 date-time with seconds and a zone, on a day of the calendar. Years whose offset
/// brings them outside of 0001-9999 match too.
std::string instant_pattern();
/// A duration with units. With `negative` a minus may stand before any, else before zero alone.
/// Durations that 64 bits of microseconds cannot hold match too.
std::string duration_pattern(bool negative);
/// An IPv4 or IPv6 address.
std::string ip_pattern();

}  // namespace writ::engine
