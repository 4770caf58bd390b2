// What the server adds to the status of a failed call.
#ifndef PROBITY_CLIENT_SRC_ERROR_DETAILS_H_
#define PROBITY_CLIENT_SRC_ERROR_DETAILS_H_

#include <string>

#include "probity/client/error.h"

namespace probity::client {

// Adds what the trailer grpc-status-details-bin says. What cannot be read is left out: the code
// stands alone.
void ReadDetails(const std::string& trailer, Error* error);

// "NOT_FOUND".
std::string NameOf(grpc::StatusCode code);

}  // namespace probity::client

#endif  // PROBITY_CLIENT_SRC_ERROR_DETAILS_H_
