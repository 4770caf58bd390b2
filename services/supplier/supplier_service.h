// SupplierService over gRPC.
#ifndef PROBITY_SERVICES_SUPPLIER_SUPPLIER_SERVICE_H_
#define PROBITY_SERVICES_SUPPLIER_SUPPLIER_SERVICE_H_

#include "probity/v1/supplier_service.grpc.pb.h"
#include "services/rpc/unary.h"
#include "services/supplier/party.h"

namespace probity::supplier {

// The lookups are raw methods: the suppliers in their answers are the stored
// bytes. So are those that take names, to say what is wrong with one that is not
// UTF-8. The others are typed.
using SupplierServiceBase = v1::SupplierService::WithRawCallbackMethod_LookupSuppliers<
    v1::SupplierService::WithCallbackMethod_GetSupplier<
        v1::SupplierService::WithRawCallbackMethod_BatchLookupSuppliers<
            v1::SupplierService::WithRawCallbackMethod_SearchSuppliers<
                v1::SupplierService::WithRawCallbackMethod_CompareNames<
                    v1::SupplierService::WithCallbackMethod_ListLinks<
                        v1::SupplierService::Service>>>>>>;

class SupplierService final : public SupplierServiceBase {
 public:
  // Both are borrowed and outlive the service.
  SupplierService(const rpc::Environment& env, const matching::Matcher& matcher)
      : env_(env), comparer_{matcher, env.store->identifiers()} {}

  grpc::ServerUnaryReactor* GetSupplier(grpc::CallbackServerContext* context,
                                        const v1::GetSupplierRequest* request,
                                        v1::GetSupplierResponse* response) override;
  grpc::ServerUnaryReactor* LookupSuppliers(grpc::CallbackServerContext* context,
                                            const grpc::ByteBuffer* request,
                                            grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* BatchLookupSuppliers(grpc::CallbackServerContext* context,
                                                 const grpc::ByteBuffer* request,
                                                 grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* SearchSuppliers(grpc::CallbackServerContext* context,
                                            const grpc::ByteBuffer* request,
                                            grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* CompareNames(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ListLinks(grpc::CallbackServerContext* context,
                                      const v1::ListLinksRequest* request,
                                      v1::ListLinksResponse* response) override;

 private:
  const rpc::Environment& env_;
  const Comparer comparer_;
};

}  // namespace probity::supplier

#endif  // PROBITY_SERVICES_SUPPLIER_SUPPLIER_SERVICE_H_
