#include <string>

#include "base/text.hpp"

#include "engine/render.hpp"

namespace writ::engine {
namespace {

/// The phrase of RFC 9110 (6585 for 428, 429 and 431).
std::string_view title_of(int status) {
  switch (status) {
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 422: return "Unprocessable Content";
    case 428: return "Precondition Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 503: return "Service Unavailable";
    default: return "Error";
  }
}

void append_member(std::string& out, std::string_view name, std::string_view text) {
  base::append_json_string(out, name);
  out += ':';
  base::append_json_string(out, text);
}

void append_errors(std::string& out, const std::vector<InputError>& errors) {
  out += '[';
  for (std::size_t i = 0; i < errors.size(); ++i) {
    out += i == 0 ? "{" : ",{";
    append_member(out, "pointer", errors[i].pointer);
    out += ',';
    append_member(out, "expected", errors[i].expected);
    out += ',';
    append_member(out, "found", errors[i].found);
    out += '}';
  }
  out += ']';
}

/// The decision's fail-closed values, with the problem's code for each `codes` output.
void append_fail_closed(std::string& out, std::string_view members, std::string_view code) {
  out += '{';
  for (const char c : members) {
    if (c != kCodesPlaceholder) {
      out += c;
      continue;
    }
    out += '[';
    base::append_json_string(out, code);
    out += ']';
  }
  out += '}';
}

}  // namespace

void append_problem(std::string& out, const Program& program, std::uint32_t decision,
                    const Problem& problem) {
  out += '{';
  append_member(out, "type", "urn:writ:problem:" + problem.code);
  out += ',';
  append_member(out, "title", title_of(problem.status));
  out += ",\"status\":" + std::to_string(problem.status) + ',';
  append_member(out, "code", problem.code);
  out += ',';
  append_member(out, "detail", problem.detail);
  out += ",\"errors\":";
  append_errors(out, problem.errors);
  if (decision != kNone) {
    out += ",\"fail_closed\":";
    append_fail_closed(out, program.text(program.decisions[decision].fail_closed), problem.code);
  }
  out += '}';
}

}  // namespace writ::engine
