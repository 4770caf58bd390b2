// Services that gRPC has for every server of a process: reflection and channelz. They are
// offered before main(), as gRPC wants it, and taken back where a server does not want them.
#ifndef PROBITY_SERVICES_SERVER_GRPC_EXTRAS_H_
#define PROBITY_SERVICES_SERVER_GRPC_EXTRAS_H_

#include "grpcpp/grpcpp.h"
#include "probity/config/v1/server_config.pb.h"

namespace probity::server {

// Leaves the builder those of them that the configuration wants.
void KeepWantedExtras(const config::v1::ServerConfig& config, grpc::ServerBuilder* builder);

}  // namespace probity::server

#endif  // PROBITY_SERVICES_SERVER_GRPC_EXTRAS_H_
