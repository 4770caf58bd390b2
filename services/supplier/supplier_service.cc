#include "services/supplier/supplier_service.h"

#include "services/supplier/operations.h"

namespace probity::supplier {

grpc::ServerUnaryReactor* SupplierService::LookupSuppliers(grpc::CallbackServerContext* context,
                                                           const grpc::ByteBuffer* request,
                                                           grpc::ByteBuffer* response) {
  return rpc::UnaryRaw<v1::LookupSuppliersRequest>(
      env_, context, "SupplierService.LookupSuppliers", request, response,
      [this](const rpc::CallContext& call, const v1::LookupSuppliersRequest& asked) {
        return Lookup(*env_.store, call, asked);
      });
}

grpc::ServerUnaryReactor* SupplierService::GetSupplier(grpc::CallbackServerContext* context,
                                                       const v1::GetSupplierRequest* request,
                                                       v1::GetSupplierResponse* response) {
  return rpc::Unary(env_, context, "SupplierService.GetSupplier", request, response,
                    [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                      return Get(*env_.store, call, asked, answer);
                    });
}

grpc::ServerUnaryReactor* SupplierService::BatchLookupSuppliers(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return rpc::UnaryRaw<v1::BatchLookupSuppliersRequest>(
      env_, context, "SupplierService.BatchLookupSuppliers", request, response,
      [this](const rpc::CallContext& call, const v1::BatchLookupSuppliersRequest& asked) {
        return BatchLookup(*env_.store, call, asked);
      });
}

grpc::ServerUnaryReactor* SupplierService::SearchSuppliers(grpc::CallbackServerContext* context,
                                                           const grpc::ByteBuffer* request,
                                                           grpc::ByteBuffer* response) {
  return rpc::UnaryParsed<v1::SearchSuppliersRequest, v1::SearchSuppliersResponse>(
      env_, WhereToWait(), context, "SupplierService.SearchSuppliers", request, response,
      [this, until = env_.clock() + kNamePatience](const rpc::CallContext& call, const auto& asked,
                                                   auto* answer) {
        return Search(book_, call, until, asked, answer);
      });
}

grpc::ServerUnaryReactor* SupplierService::CompareNames(grpc::CallbackServerContext* context,
                                                        const grpc::ByteBuffer* request,
                                                        grpc::ByteBuffer* response) {
  return rpc::UnaryParsed<v1::CompareNamesRequest, v1::CompareNamesResponse>(
      env_, nullptr, context, "SupplierService.CompareNames", request, response,
      [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
        return Compare(book_.comparer, call, asked, answer);
      });
}

grpc::ServerUnaryReactor* SupplierService::ExplainSearchMiss(grpc::CallbackServerContext* context,
                                                             const grpc::ByteBuffer* request,
                                                             grpc::ByteBuffer* response) {
  return rpc::UnaryParsed<v1::ExplainSearchMissRequest, v1::ExplainSearchMissResponse>(
      env_, WhereToWait(), context, "SupplierService.ExplainSearchMiss", request, response,
      [this, until = env_.clock() + kNamePatience](const rpc::CallContext& call, const auto& asked,
                                                   auto* answer) {
        return ExplainMiss(book_, call, until, asked, answer);
      });
}

rpc::Executor* SupplierService::WhereToWait() {
  const bool at_hand = book_.index.covered() >= env_.store->Head("")->token().revision();
  return at_hand ? nullptr : &waiting_;
}

grpc::ServerUnaryReactor* SupplierService::ListLinks(grpc::CallbackServerContext* context,
                                                     const v1::ListLinksRequest* request,
                                                     v1::ListLinksResponse* response) {
  return rpc::Unary(env_, context, "SupplierService.ListLinks", request, response,
                    [this](const rpc::CallContext& call, const auto& asked, auto* answer) {
                      return Links(*env_.store, call, asked, answer);
                    });
}

}  // namespace probity::supplier
