// VendorService's operations. Errors as the proto says.
#ifndef PROBITY_SERVICES_VENDOR_OPERATIONS_H_
#define PROBITY_SERVICES_VENDOR_OPERATIONS_H_

#include "absl/status/status.h"
#include "probity/v1/vendor_service.pb.h"
#include "services/rpc/publish.h"
#include "storage/store.h"

namespace probity::vendor {

// change.cc
absl::Status Upsert(const rpc::Writer& at, const v1::BatchUpsertVendorsRequest& request,
                    v1::BatchUpsertVendorsResponse* response);
absl::Status Delete(const rpc::Writer& at, const v1::DeleteVendorsRequest& request,
                    v1::DeleteVendorsResponse* response);
// list.cc
absl::Status List(const storage::Store& store, const rpc::CallContext& call,
                  const v1::ListVendorsRequest& request, v1::ListVendorsResponse* response);

}  // namespace probity::vendor

#endif  // PROBITY_SERVICES_VENDOR_OPERATIONS_H_
