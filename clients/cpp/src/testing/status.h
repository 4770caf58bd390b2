// Errors as a server sends them.
#ifndef PROBITY_CLIENT_SRC_TESTING_STATUS_H_
#define PROBITY_CLIENT_SRC_TESTING_STATUS_H_

#include "grpcpp/support/status.h"
#include "probity/client/error.h"

namespace probity::client::fake {

// With the details that the error has.
grpc::Status StatusOf(const Error& error);

}  // namespace probity::client::fake

#endif  // PROBITY_CLIENT_SRC_TESTING_STATUS_H_
