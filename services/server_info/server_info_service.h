// ServerService: what this server is and what it accepts.
#ifndef PROBITY_SERVICES_SERVER_INFO_SERVER_INFO_SERVICE_H_
#define PROBITY_SERVICES_SERVER_INFO_SERVER_INFO_SERVICE_H_

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
                    const matching::Matcher& matcher, const storage::EvidenceLog& log)
      : env_(env), schemes_(schemes), matcher_(matcher), log_(log) {}

  grpc::ServerUnaryReactor* GetServerInfo(grpc::CallbackServerContext* context,
                                          const v1::GetServerInfoRequest* request,
                                          v1::GetServerInfoResponse* response) override;

 private:
  const rpc::Environment& env_;
  const policy::SchemeCatalogue& schemes_;
  const matching::Matcher& matcher_;
  const storage::EvidenceLog& log_;
};

}  // namespace probity::server_info

#endif  // PROBITY_SERVICES_SERVER_INFO_SERVER_INFO_SERVICE_H_
