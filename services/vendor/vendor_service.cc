#include "services/vendor/vendor_service.h"

#include "services/vendor/operations.h"

namespace probity::vendor {

grpc::ServerUnaryReactor* VendorService::BatchUpsertVendors(
    grpc::CallbackServerContext* context, const v1::BatchUpsertVendorsRequest* request,
    v1::BatchUpsertVendorsResponse* response) {
  return rpc::UnaryWrite(env_, context, "VendorService.BatchUpsertVendors", request, response,
                         [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                           return Upsert({*env_.store, call}, asked, answer);
                         });
}

grpc::ServerUnaryReactor* VendorService::ListVendors(grpc::CallbackServerContext* context,
                                                     const v1::ListVendorsRequest* request,
                                                     v1::ListVendorsResponse* response) {
  return rpc::Unary(env_, context, "VendorService.ListVendors", request, response,
                    [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                      return List(*env_.store, call, asked, answer);
                    });
}

grpc::ServerUnaryReactor* VendorService::DeleteVendors(grpc::CallbackServerContext* context,
                                                       const v1::DeleteVendorsRequest* request,
                                                       v1::DeleteVendorsResponse* response) {
  return rpc::UnaryWrite(env_, context, "VendorService.DeleteVendors", request, response,
                         [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                           return Delete({*env_.store, call}, asked, answer);
                         });
}

}  // namespace probity::vendor
