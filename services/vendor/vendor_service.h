// VendorService over gRPC. What writes runs on the executor.
#ifndef PROBITY_SERVICES_VENDOR_VENDOR_SERVICE_H_
#define PROBITY_SERVICES_VENDOR_VENDOR_SERVICE_H_

#include "probity/v1/vendor_service.grpc.pb.h"
#include "services/rpc/unary.h"

namespace probity::vendor {

class VendorService final : public v1::VendorService::CallbackService {
 public:
  // Borrowed; outlives the service.
  explicit VendorService(const rpc::Environment& env) : env_(env) {}

  grpc::ServerUnaryReactor* BatchUpsertVendors(grpc::CallbackServerContext* context,
                                               const v1::BatchUpsertVendorsRequest* request,
                                               v1::BatchUpsertVendorsResponse* response) override;
  grpc::ServerUnaryReactor* ListVendors(grpc::CallbackServerContext* context,
                                        const v1::ListVendorsRequest* request,
                                        v1::ListVendorsResponse* response) override;
  grpc::ServerUnaryReactor* DeleteVendors(grpc::CallbackServerContext* context,
                                          const v1::DeleteVendorsRequest* request,
                                          v1::DeleteVendorsResponse* response) override;

 private:
  const rpc::Environment& env_;
};

}  // namespace probity::vendor

#endif  // PROBITY_SERVICES_VENDOR_VENDOR_SERVICE_H_
