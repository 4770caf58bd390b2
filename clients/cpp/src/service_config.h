// Deadlines and retries of every RPC, as clients/service_config.json has them for all languages.
#ifndef PROBITY_CLIENT_SRC_SERVICE_CONFIG_H_
#define PROBITY_CLIENT_SRC_SERVICE_CONFIG_H_

#include <chrono>
#include <optional>
#include <string>

#include "google/protobuf/descriptor.h"

namespace probity::client {

// The file, compiled in.
extern const char kServiceConfigText[];

// The config as the channel gets it: without deadlines, which gRPC would take as upper bounds, so
// that no caller could wait longer.
const std::string& ServiceConfigForGrpc();

// The RPC whose request is of this type; null: none is. No two RPCs share one.
const google::protobuf::MethodDescriptor* MethodOf(const google::protobuf::Descriptor& request);

// How long a call is waited for whose caller says nothing; absent: it has no deadline.
std::optional<std::chrono::milliseconds> TimeoutOf(
    const google::protobuf::MethodDescriptor& method);

}  // namespace probity::client

#endif  // PROBITY_CLIENT_SRC_SERVICE_CONFIG_H_
