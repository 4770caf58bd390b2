// SupplierService's operations. Each reads one revision. Errors as the protos
// say.
#ifndef PROBITY_SERVICES_SUPPLIER_OPERATIONS_H_
#define PROBITY_SERVICES_SUPPLIER_OPERATIONS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "probity/v1/supplier_service.pb.h"
#include "screening/names/party.h"
#include "services/rpc/call_context.h"
#include "services/supplier/name_question.h"
#include "storage/store.h"

namespace probity::supplier {

// get.cc
absl::Status Get(const storage::Store& store, const rpc::CallContext& call,
                 const v1::GetSupplierRequest& request, v1::GetSupplierResponse* response);
// lookup.cc. Both give the response's bytes, without parsing suppliers.
absl::StatusOr<std::string> Lookup(const storage::Store& store, const rpc::CallContext& call,
                                   const v1::LookupSuppliersRequest& request);
absl::StatusOr<std::string> BatchLookup(const storage::Store& store, const rpc::CallContext& call,
                                        const v1::BatchLookupSuppliersRequest& request);
// search.cc, explain_miss.cc. Both wait until `deadline` for the names of the
// revision that is asked for.
absl::Status Search(const screening::NameBook& book, const rpc::CallContext& call,
                    absl::Time deadline, const v1::SearchSuppliersRequest& request,
                    v1::SearchSuppliersResponse* response);
absl::Status ExplainMiss(const screening::NameBook& book, const rpc::CallContext& call,
                         absl::Time deadline, const v1::ExplainSearchMissRequest& request,
                         v1::ExplainSearchMissResponse* response);
// compare.cc
absl::Status Compare(const screening::Comparer& comparer, const rpc::CallContext& call,
                     const v1::CompareNamesRequest& request, v1::CompareNamesResponse* response);
// links.cc
absl::Status Links(const storage::Store& store, const rpc::CallContext& call,
                   const v1::ListLinksRequest& request, v1::ListLinksResponse* response);

}  // namespace probity::supplier

#endif  // PROBITY_SERVICES_SUPPLIER_OPERATIONS_H_
