// What a person is told who sits at the screen.
#include <algorithm>
#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "probity/client/error.h"
#include "src/error_details.h"

namespace probity::client {
namespace {

using grpc::StatusCode;

struct Hint {
  const char* sign;  // what gRPC says when a connection fails
  const char* advice;
};

// The first that fits counts.
constexpr Hint kHints[] = {
    {"certificate has expired",
     " The server's certificate has ended, or this machine's clock is ahead; tell the operator."},
    {"not yet valid",
     " The server's certificate is not valid yet, or this machine's clock is behind."},
    {"certificate verify failed",
     " The server's certificate does not lead to the authority in `ca`, or has ended; check the "
     "file, or tell the server's operator."},
    {"certificate_verify_failed",
     " The server's certificate does not lead to the authority in `ca`, or has ended; check the "
     "file, or tell the server's operator."},
    {"hostname", " The server's certificate has another name than this address."},
    {"peer name", " The server's certificate has another name than this address."},
    {"wrong version number", " The server does not speak TLS on this port."},
    {"wrong_version_number", " The server does not speak TLS on this port."},
    {"connection refused", " No server listens there; check address and port."},
    {"dns resolution", " The name in the address is not known; check it."},
    {"name resolution", " The name in the address is not known; check it."}};

constexpr char kLastHint[] =
    " If the server asks for a client certificate, check that yours is of the right authority, has "
    "not ended and was not revoked; if it speaks TLS, give `tls`.";

std::string ConnectionAdvice(const Error& error) {
  if (!error.reason.empty()) return "";
  const std::string said = absl::AsciiStrToLower(error.message);
  for (const Hint& hint : kHints) {
    if (absl::StrContains(said, hint.sign)) return hint.advice;
  }
  return kLastHint;
}

std::string LeadOf(const Error& error) {
  switch (error.code) {
    case StatusCode::INVALID_ARGUMENT:
    case StatusCode::OUT_OF_RANGE:
    case StatusCode::NOT_FOUND:
    case StatusCode::ALREADY_EXISTS:
    case StatusCode::FAILED_PRECONDITION:
    case StatusCode::ABORTED:
      return "Probity refused the request: ";
    case StatusCode::UNAUTHENTICATED:
      return "Probity does not know who is asking: ";
    case StatusCode::PERMISSION_DENIED:
      return "This account may not do this in Probity: ";
    case StatusCode::RESOURCE_EXHAUSTED:
      return "Probity cannot take this now: ";
    case StatusCode::DEADLINE_EXCEEDED:
      return "Probity did not answer in time: ";
    case StatusCode::CANCELLED:
      return "The question to Probity was given up: ";
    case StatusCode::UNAVAILABLE:
      return !error.reason.empty()
                 ? "Probity cannot answer now: "
                 : absl::StrCat("Probity cannot be reached at ", error.target, ": ");
    default:
      return "Probity failed: ";
  }
}

std::string PermissionAdvice(const Error& error) {
  const auto needed = error.metadata.find("permission");
  if (needed == error.metadata.end()) return " Ask your administrator.";
  return absl::StrCat(" Ask your administrator for the permission ", needed->second, ".");
}

std::string WaitAdvice(const Error& error) {
  if (!error.retry_after.has_value()) return "";
  const double seconds = std::chrono::duration<double>(*error.retry_after).count();
  return absl::StrCat(" Nothing was decided; ask again in ", std::max(1.0, std::round(seconds)),
                      " seconds.");
}

std::string AdviceOf(const Error& error) {
  switch (error.code) {
    case StatusCode::PERMISSION_DENIED:
      return PermissionAdvice(error);
    case StatusCode::RESOURCE_EXHAUSTED:
      return WaitAdvice(error);
    case StatusCode::UNAVAILABLE:
      return absl::StrCat(ConnectionAdvice(error), " Nothing was decided; try again later.");
    case StatusCode::DEADLINE_EXCEEDED:
      return " Nothing may be bought on this; try again.";
    default:
      return LeadOf(error) == "Probity failed: " ? " Nothing was decided; tell your administrator."
                                                 : "";
  }
}

}  // namespace

std::string Error::UserMessage() const {
  std::string said(absl::StripAsciiWhitespace(message));
  while (absl::EndsWith(said, ".")) said.pop_back();
  if (said.empty()) said = NameOf(code);
  if (is_configuration) return said + ".";
  std::vector<std::string> fields;
  for (const FieldViolation& violation : field_violations) {
    if (!absl::StrContains(said, violation.field)) fields.push_back(violation.field);
  }
  if (!fields.empty()) absl::StrAppend(&said, " (field ", absl::StrJoin(fields, ", "), ")");
  return absl::StrCat(LeadOf(*this), said, ".", AdviceOf(*this));
}

}  // namespace probity::client
