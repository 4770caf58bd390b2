#include "base/errors.h"
#include "ingest/validate.h"
#include "policy/listing.h"
#include "services/dataset/operations.h"
#include "services/rpc/resource_names.h"
#include "storage/change_set.h"

namespace probity::dataset {

absl::Status Put(const Place& at, const v1::PutRecordRequest& request, v1::PutRecordResponse* out) {
  auto id = rpc::ParseDatasetName("dataset", request.dataset());
  if (!id.ok()) return id.status();
  v1::Record record = request.record();
  const ingest::Validation validation = ingest::NormalizeAndValidate(at.tables, &record);
  if (!validation.faults.empty()) {
    const ingest::RowFault& fault = validation.faults.front();
    return MakeError(absl::StatusCode::kInvalidArgument, fault.reason,
                     "record." + fault.column + ": " + fault.message,
                     {{"field", "record." + fault.column}});
  }
  out->mutable_record()->set_name(storage::RecordRef{*id, record.key()}.Name());
  *out->mutable_record()->mutable_record() = record;
  if (record.risk_flag().has_affected()) {
    policy::ClampPeople(
        out->mutable_record()->mutable_record()->mutable_risk_flag()->mutable_affected());
  }
  return rpc::PublishInto(
      at.writer(),
      {*id, request.edition(), request.note(), request.request_id(),
       [&record](const storage::View& base, auto* builder) { return builder->Add(record); },
       /*own=*/{}},
      request, out);
}

absl::Status Remove(const Place& at, const v1::RemoveRecordRequest& request,
                    v1::RemoveRecordResponse* out) {
  auto ref = rpc::ParseRecordName("name", request.name());
  if (!ref.ok()) return ref.status();
  return rpc::PublishInto(
      at.writer(),
      {ref->dataset, request.edition(), request.note(), request.request_id(),
       [&ref](const storage::View& base, auto* builder) { return builder->Remove(ref->key); },
       /*own=*/{}},
      request, out);
}

}  // namespace probity::dataset
