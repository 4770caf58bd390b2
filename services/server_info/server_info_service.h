// ServerService: what this server is and what it accepts.
#ifndef PROBITY_SERVICES_SERVER_INFO_SERVER_INFO_SERVICE_H_
#define PROBITY_SERVICES_SERVER_INFO_SERVER_INFO_SERVICE_H_

#include <cstdint>
#include <functional>
#include <utility>

#include "matching/matcher.h"
#include "policy/schemes.h"
#include "probity/v1/server_service.grpc.pb.h"
#include "services/rpc/unary.h"
#include "storage/evidence/evidence_log.h"

namespace probity::server_info {

class ServerInfoService final : public v1::ServerService::CallbackService {
 public:
  // All are borrowed and outlive the service.
  ServerInfoService(const rpc::Environment& env, const policy::SchemeCatalogue& schemes,
                    const matching::Matcher& matcher, const storage::EvidenceLog& log,
                    std::function<uint64_t()> timestamp_failures)
      : env_(env),
        schemes_(schemes),
        matcher_(matcher),
        log_(log),
        timestamp_failures_(std::move(timestamp_failures)) {}

  grpc::ServerUnaryReactor* GetServerInfo(grpc::CallbackServerContext* context,
                                          const v1::GetServerInfoRequest* request,
                                          v1::GetServerInfoResponse* response) override;

 private:
  const rpc::Environment& env_;
  const policy::SchemeCatalogue& schemes_;
  const matching::Matcher& matcher_;
  const storage::EvidenceLog& log_;
  const std::function<uint64_t()> timestamp_failures_;
};

}  // namespace probity::server_info

#endif  // PROBITY_SERVICES_SERVER_INFO_SERVER_INFO_SERVICE_H_
