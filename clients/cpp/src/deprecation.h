// Tells callers that they work with what is deprecated.
#ifndef PROBITY_CLIENT_SRC_DEPRECATION_H_
#define PROBITY_CLIENT_SRC_DEPRECATION_H_

#include <functional>
#include <memory>
#include <string>

#include "grpcpp/support/client_interceptor.h"

namespace probity::client {

// Looks into the initial metadata of every answer, of streams too, for what the server says is
// deprecated, and tells each name once in a process. `tell`: null writes to standard error.
std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface> DeprecationNotice(
    std::function<void(const std::string& name)> tell);

}  // namespace probity::client

#endif  // PROBITY_CLIENT_SRC_DEPRECATION_H_
