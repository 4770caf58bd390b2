// The reasons that calls fail with, and the code that a server gives each with.
#ifndef PROBITY_CLIENT_SRC_TESTING_ERROR_CODES_H_
#define PROBITY_CLIENT_SRC_TESTING_ERROR_CODES_H_

#include <map>

#include "grpcpp/support/status.h"
#include "probity/v1/error_reason.pb.h"

namespace probity::client::fake {

// Of clients/error_codes.json, which all clients share. Not there: reasons of rows and of loads,
// with which no call fails.
const std::map<v1::ErrorReason, grpc::StatusCode>& ErrorCodes();

}  // namespace probity::client::fake

#endif  // PROBITY_CLIENT_SRC_TESTING_ERROR_CODES_H_
