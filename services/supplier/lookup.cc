#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "probity/storage/v1/storage.pb.h"
#include "screening/names/limits.h"
#include "screening/resolve.h"
#include "screening/vendors.h"
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

// Whom a vendor number of the caller's authority means. An entry that means several
// is AMBIGUOUS, and one without anybody NOT_FOUND, as for identifiers.
absl::Status ShowVendor(const storage::View& view, const IdentifierCatalogue& identifiers,
                        const v1::VendorNumber& number, const std::string& field,
                        storage::v1::RawLookupResult* result) {
  auto subject = screening::ResolveVendor(view, identifiers, number, field);
  if (!subject.ok()) return subject.status();
  result->set_outcome(subject->resolution.outcome());
  for (const std::string& name : subject->resolution.suppliers()) {
    auto stored = view.GetSupplier(name.substr(name.find('/') + 1));
    if (!stored.ok()) return stored.status();
    if (stored->has_value()) result->add_suppliers(std::move((*stored)->bytes));
  }
  for (const v1::Redirect& redirect : subject->resolution.redirects()) {
    result->add_redirects(redirect.SerializeAsString());
  }
  *result->mutable_vendor() = *std::move(subject->vendor);
  return absl::OkStatus();
}

absl::Status AnswerQuestion(const storage::View& view, const IdentifierCatalogue& identifiers,
                            const v1::BatchLookupItem& item, storage::v1::RawLookupResult* result) {
  if (item.has_vendor() && item.has_identifier()) {
    return InvalidField("vendor", "give an identifier or a vendor number, not both");
  }
  if (item.has_vendor()) return ShowVendor(view, identifiers, item.vendor(), "vendor", result);
  auto finding = Resolve(view, identifiers, item.identifier(), "identifier");
  if (!finding.ok()) return finding.status();
  Show(*std::move(finding), result);
  return absl::OkStatus();
}

void AnswerItem(const storage::View& view, const IdentifierCatalogue& identifiers,
                const v1::BatchLookupItem& item, storage::v1::RawBatchLookupItemResult* answer) {
  answer->set_correlation_id(item.correlation_id());
  absl::Status status =
      rpc::CheckBytes("correlation_id", item.correlation_id(), rpc::kMaxCorrelationIdBytes);
  if (status.ok()) status = AnswerQuestion(view, identifiers, item, answer->mutable_result());
  if (!status.ok()) *answer->mutable_error() = rpc::ToItemError(status);
}

}  // namespace

absl::StatusOr<std::string> Lookup(const storage::Store& store, const rpc::CallContext& call,
                                   const v1::LookupSuppliersRequest& request) {
  if (absl::Status well =
          rpc::CheckCount("identifiers", request.identifiers_size() + request.vendors_size(),
                          screening::kMaxIdentifiers);
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
  for (int i = 0; i < request.vendors_size(); ++i) {
    absl::Status shown = ShowVendor(**view, store.identifiers(), request.vendors(i),
                                    absl::StrCat("vendors[", i, "]"), response.add_results());
    if (!shown.ok()) return shown;
  }
  response.set_stamp(rpc::StampOf(**view, call).SerializeAsString());
  return response.SerializeAsString();
}

absl::StatusOr<std::string> BatchLookup(const storage::Store& store, const rpc::CallContext& call,
                                        const v1::BatchLookupSuppliersRequest& request) {
  absl::Status well = rpc::CheckCount("items", request.items_size(), rpc::kMaxBatchLookup);
  if (well.ok()) well = call.Spend(static_cast<size_t>(request.items_size()));
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
