#include <optional>
#include <string>
#include <utility>

#include "base/errors.h"
#include "base/hash.h"
#include "screening/vendor_entry.h"
#include "screening/vendors.h"
#include "services/rpc/limits.h"
#include "services/rpc/places.h"
#include "services/rpc/status.h"
#include "services/rpc/validate.h"
#include "services/rpc/view.h"
#include "services/vendor/operations.h"
#include "storage/own_datasets.h"

namespace probity::vendor {
namespace {

rpc::Change ChangeOf(const rpc::Writer& at, const std::string& request_id) {
  rpc::Change change;
  change.own = storage::OwnDataset(v1::DATASET_KIND_VENDORS, at.call.caller.authority);
  change.dataset = std::string(storage::BareDatasetId(change.own->name()));
  change.request_id = request_id;
  return change;
}

// One upsert over one view.
class Upserting {
 public:
  Upserting(const rpc::Writer& at, const storage::View& base, storage::ChangeSetBuilder* builder)
      : identifiers_(at.store.identifiers()),
        set_by_{at.call.caller.principal, rpc::TimestampOf(at.call.received_at)},
        base_(base),
        builder_(builder) {}

  // A fault of the entry stands in the result; of the store, in what is returned.
  absl::Status One(const v1::Vendor& asked, int i, v1::UpsertVendorResult* result) {
    *result->mutable_number() = asked.number();
    absl::Status status = Apply(asked, i, result);
    if (status.ok() || ReasonOf(status) == v1::ERROR_REASON_STORE_CORRUPT) return status;
    result->clear_change();
    *result->mutable_error() = rpc::ToItemError(status);
    return absl::OkStatus();
  }

 private:
  absl::Status Apply(const v1::Vendor& asked, int i, v1::UpsertVendorResult* result) {
    absl::Status well = screening::ValidateVendorNumber(asked.number(), "number");
    const std::string key = storage::VendorKey(asked.number());
    if (well.ok()) well = places_.Take(key, i, "vendors", "number");
    if (!well.ok()) return well;
    auto before = screening::FindVendor(base_, asked.number());
    if (!before.ok()) return before.status();
    auto entry = screening::MakeVendorEntry(base_, identifiers_, asked, *before, set_by_);
    if (!entry.ok()) return entry.status();
    result->set_change(!before->has_value() ? v1::VENDOR_CHANGE_CREATED
                       : CanonicalBytes(**before) == CanonicalBytes(*entry)
                           ? v1::VENDOR_CHANGE_UNCHANGED
                           : v1::VENDOR_CHANGE_UPDATED);
    auto weighed = screening::WeighVendor(base_, identifiers_, *entry);
    if (!weighed.ok()) return weighed.status();
    result->set_basis(weighed->vendor->basis());
    result->set_state(weighed->vendor->state());
    v1::Record record;
    record.set_key(key);
    *record.mutable_vendor() = *std::move(entry);
    return builder_->Add(record);
  }

  const IdentifierCatalogue& identifiers_;
  const screening::SetBy set_by_;
  const storage::View& base_;
  storage::ChangeSetBuilder* const builder_;
  rpc::Places places_;
};

absl::Status DeleteOne(const v1::VendorNumber& number, int i, rpc::Places* places,
                       storage::ChangeSetBuilder* builder) {
  absl::Status status = screening::ValidateVendorNumber(number, "number");
  const std::string key = storage::VendorKey(number);
  if (status.ok()) status = places->Take(key, i, "numbers", "number");
  if (status.ok()) status = builder->Remove(key);
  return ReasonOf(status) == v1::ERROR_REASON_RECORD_NOT_FOUND ? VendorNotFound(key) : status;
}

}  // namespace

absl::Status Upsert(const rpc::Writer& at, const v1::BatchUpsertVendorsRequest& request,
                    v1::BatchUpsertVendorsResponse* response) {
  absl::Status well = rpc::CheckCount("vendors", request.vendors_size(), rpc::kMaxBatchVendors);
  if (!well.ok()) return well;
  rpc::Change change = ChangeOf(at, request.request_id());
  change.fill = [&](const storage::View& base, storage::ChangeSetBuilder* builder) {
    response->clear_results();
    Upserting upserting(at, base, builder);
    for (int i = 0; i < request.vendors_size(); ++i) {
      absl::Status status = at.call.CheckAlive();
      if (status.ok()) status = upserting.One(request.vendors(i), i, response->add_results());
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  };
  return rpc::PublishInto(at, change, request, response);
}

absl::Status Delete(const rpc::Writer& at, const v1::DeleteVendorsRequest& request,
                    v1::DeleteVendorsResponse* response) {
  absl::Status well = rpc::CheckCount("numbers", request.numbers_size(), rpc::kMaxBatchVendors);
  if (!well.ok()) return well;
  rpc::Change change = ChangeOf(at, request.request_id());
  change.fill = [&](const storage::View& base, storage::ChangeSetBuilder* builder) {
    response->clear_results();
    rpc::Places places;
    for (int i = 0; i < request.numbers_size(); ++i) {
      v1::DeleteVendorResult* result = response->add_results();
      *result->mutable_number() = request.numbers(i);
      absl::Status status = DeleteOne(request.numbers(i), i, &places, builder);
      if (ReasonOf(status) == v1::ERROR_REASON_STORE_CORRUPT) return status;
      if (!status.ok()) *result->mutable_error() = rpc::ToItemError(status);
    }
    return absl::OkStatus();
  };
  return rpc::PublishInto(at, change, request, response);
}

}  // namespace probity::vendor
