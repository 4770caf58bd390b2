// SupplierService over gRPC.
#ifndef PROBITY_SERVICES_SUPPLIER_SUPPLIER_SERVICE_H_
#define PROBITY_SERVICES_SUPPLIER_SUPPLIER_SERVICE_H_

#include "probity/v1/supplier_service.grpc.pb.h"
#include "services/rpc/unary.h"
#include "services/supplier/name_question.h"

namespace probity::supplier {

// The lookups are raw methods: the suppliers in their answers are the stored
// bytes. So are those that take names, to say what is wrong with one that is not
// UTF-8. The others are typed.
using SupplierServiceBase = v1::SupplierService::WithRawCallbackMethod_LookupSuppliers<
    v1::SupplierService::WithCallbackMethod_GetSupplier<
        v1::SupplierService::WithRawCallbackMethod_BatchLookupSuppliers<
            v1::SupplierService::WithRawCallbackMethod_SearchSuppliers<
                v1::SupplierService::WithRawCallbackMethod_CompareNames<
                    v1::SupplierService::WithRawCallbackMethod_ExplainSearchMiss<
                        v1::SupplierService::WithCallbackMethod_ListLinks<
                            v1::SupplierService::Service>>>>>>>;

// Waiting questions that are answered at a time, once their names are there.
inline constexpr int kWaitingThreads = 2;
// They give way to lookups, as all searches do.
inline constexpr int kWaitingNiceness = 5;

class SupplierService final : public SupplierServiceBase {
 public:
  // Both are borrowed and outlive the service.
  SupplierService(const rpc::Environment& env, const matching::Matcher& matcher)
      : env_(env), book_{*env.store, *env.names, {matcher, env.store->identifiers()}} {}

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
  grpc::ServerUnaryReactor* ExplainSearchMiss(grpc::CallbackServerContext* context,
                                              const grpc::ByteBuffer* request,
                                              grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ListLinks(grpc::CallbackServerContext* context,
                                      const v1::ListLinksRequest* request,
                                      v1::ListLinksResponse* response) override;

 private:
  // Null while the newest revision's names are at hand.
  rpc::Executor* WhereToWait();

  const rpc::Environment& env_;
  const screening::NameBook book_;
  // For questions whose names are not at hand yet: their waiting takes no thread
  // from gRPC.
  rpc::Executor waiting_{kWaitingThreads, kWaitingNiceness};
};

}  // namespace probity::supplier

#endif  // PROBITY_SERVICES_SUPPLIER_SUPPLIER_SERVICE_H_
