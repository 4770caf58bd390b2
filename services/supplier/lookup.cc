#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "probity/storage/v1/storage.pb.h"
#include "screening/names/limits.h"
#include "screening/resolve.h"
#include "services/rpc/limits.h"
#include "services/rpc/status.h"
#include "services/rpc/validate.h"
#include "services/rpc/view.h"
#include "services/supplier/operations.h"

namespace probity::supplier {
namespace {

using screening::Finding;
using screening::Resolve;

void Show(Finding finding, storage::v1::RawLookupResult* result) {
  *result->mutable_identifier() = std::move(finding.identifier);
  result->set_outcome(finding.outcome);
  const size_t shown = std::min(finding.suppliers.size(), screening::kMaxAmbiguousSuppliers);
  for (size_t i = 0; i < shown; ++i) {
    result->add_suppliers(std::move(finding.suppliers[i].bytes));
  }
  for (const v1::Redirect& redirect : finding.redirects) {
    result->add_redirects(redirect.SerializeAsString());
  }
}

void AnswerItem(const storage::View& view, const IdentifierCatalogue& identifiers,
                const v1::BatchLookupItem& item, storage::v1::RawBatchLookupItemResult* answer) {
  answer->set_correlation_id(item.correlation_id());
  absl::Status status =
      rpc::CheckBytes("correlation_id", item.correlation_id(), rpc::kMaxCorrelationIdBytes);
  if (status.ok()) {
    auto finding = Resolve(view, identifiers, item.identifier(), "identifier");
    if (finding.ok()) return Show(*std::move(finding), answer->mutable_result());
    status = finding.status();
  }
  *answer->mutable_error() = rpc::ToItemError(status);
}

}  // namespace

absl::StatusOr<std::string> Lookup(const storage::Store& store, const rpc::CallContext& call,
                                   const v1::LookupSuppliersRequest& request) {
  if (absl::Status well =
          rpc::CheckCount("identifiers", request.identifiers_size(), screening::kMaxIdentifiers);
      !well.ok()) {
    return well;
  }
  auto view = rpc::ViewFor(store, call, request.consistency());
  if (!view.ok()) return view.status();
  storage::v1::RawLookupSuppliersResponse response;
  for (int i = 0; i < request.identifiers_size(); ++i) {
    auto finding = Resolve(**view, store.identifiers(), request.identifiers(i),
                           absl::StrCat("identifiers[", i, "]"));
    if (!finding.ok()) return finding.status();
    Show(*std::move(finding), response.add_results());
  }
  response.set_stamp(rpc::StampOf(**view, call).SerializeAsString());
  return response.SerializeAsString();
}

absl::StatusOr<std::string> BatchLookup(const storage::Store& store, const rpc::CallContext& call,
                                        const v1::BatchLookupSuppliersRequest& request) {
  absl::Status well = rpc::CheckCount("items", request.items_size(), rpc::kMaxBatchLookup);
  if (!well.ok()) return well;
  auto view = rpc::ViewFor(store, call, request.consistency());
  if (!view.ok()) return view.status();
  storage::v1::RawBatchLookupSuppliersResponse response;
  for (const v1::BatchLookupItem& item : request.items()) {
    if (absl::Status alive = call.CheckAlive(); !alive.ok()) return alive;
    AnswerItem(**view, store.identifiers(), item, response.add_results());
  }
  response.set_stamp(rpc::StampOf(**view, call).SerializeAsString());
  return response.SerializeAsString();
}

}  // namespace probity::supplier
