// What can go wrong. No error is a verdict: nothing may be bought on any of them.
#ifndef PROBITY_CLIENT_ERROR_H_
#define PROBITY_CLIENT_ERROR_H_

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "grpcpp/support/status.h"
#include "probity/v1/common.pb.h"
#include "probity/v1/error_reason.pb.h"

namespace probity::client {

// A field at fault.
struct FieldViolation {
  std::string field;  // its path in the request: "subject.ref.identifier.value"
  std::string description;
};

// A call, one item of it, or an option of the connection failed. docs/ERRORS.md says for each
// reason what happened and what to do.
struct Error {
  grpc::StatusCode code = grpc::StatusCode::UNKNOWN;
  // Name of an ErrorReason without its prefix, also one that this release does not know; empty
  // where the server gave none, as when it is not reached.
  std::string reason;
  // "probity"; empty without a reason.
  std::string domain;
  // What is wrong and what to do, in English, as the server or gRPC said it.
  std::string message;
  // What the reason's comment in error_reason.proto names.
  std::map<std::string, std::string> metadata;
  std::vector<FieldViolation> field_violations;
  // When the same may be asked again; absent where nothing was said.
  std::optional<std::chrono::milliseconds> retry_after;
  // Finds the call in the server's log; empty where it was not reached.
  std::string call_id;
  // "ScreeningService/ScreenSupplier"; empty of an item and of an option.
  std::string method;
  // What the request carried, or the client added: sent again under it, it is done once.
  std::string request_id;
  // Address of the server; empty of an item.
  std::string target;
  // True: an address, a file or a token cannot be used, and nothing was sent.
  bool is_configuration = false;

  // ERROR_REASON_UNSPECIFIED where none was given, or the server is newer than this client.
  v1::ErrorReason KnownReason() const;
  // One or two sentences for whoever sits at the screen.
  std::string UserMessage() const;
  // The same, with what a log needs beside it.
  std::string ToString() const;
};

// The error of an item of a bulk answer, as of BatchScreenItemResult.error(). Never OK, whatever
// number it came with.
Error ErrorOf(const v1::ItemError& failed);

// The error of one item; absent where it has none.
template <typename Item>
std::optional<Error> ItemFailure(const Item& item) {
  if (!item.has_error()) return std::nullopt;
  return ErrorOf(item.error());
}

}  // namespace probity::client

#endif  // PROBITY_CLIENT_ERROR_H_
