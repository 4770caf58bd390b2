#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "google/protobuf/util/json_util.h"
#include "ingest/validate.h"
#include "policy/listing.h"
#include "services/dataset/operations.h"
#include "services/rpc/limits.h"
#include "services/rpc/resource_names.h"
#include "services/rpc/validate.h"
#include "services/rpc/view.h"
#include "storage/change_set.h"

namespace probity::dataset {
namespace {

absl::Status Refuse(const ingest::RowFault& fault) {
  return MakeError(absl::StatusCode::kInvalidArgument, fault.reason,
                   "record." + fault.column + ": " + fault.message,
                   {{"field", "record." + fault.column}});
}

absl::Status CheckRecord(const Place& at, v1::Record* record) {
  const ingest::Validation validation = ingest::NormalizeAndValidate(at.tables, record);
  return validation.faults.empty() ? absl::OkStatus() : Refuse(validation.faults.front());
}

// A line of probity-jsonl; a record without a body removes that of its key.
absl::StatusOr<std::string> LineOf(const v1::Record& record) {
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(record, &json).ok()) {
    return InvalidField("record", "has a text that is not UTF-8");
  }
  if (json.size() > ingest::kMaxRowBytes) {
    return LimitExceeded("record", ingest::kMaxRowBytes, static_cast<int64_t>(json.size()));
  }
  return json + "\n";
}

// What is wrong with a record that waits is told at once, as without a second person.
template <typename Request>
absl::Status CheckProposal(const storage::View& view, const storage::RecordRef& ref,
                           bool is_removal, const Request& request) {
  if (request.has_edition() && !IsFullDay(request.edition())) {
    return InvalidField("edition", "must be a full day that exists");
  }
  if (is_removal) {
    auto row = view.GetRecord(ref);
    if (!row.ok()) return row.status();
    if (!row->has_value()) return RecordNotFound(ref.Name());
  }
  return rpc::CheckBytes("note", request.note(), rpc::kMaxNoteBytes);
}

// The error that ended a load, as that of the call which brought its record.
absl::Status ErrorOf(const v1::Load& load) {
  v1::ErrorReason reason = v1::ERROR_REASON_UNSPECIFIED;
  v1::ErrorReason_Parse("ERROR_REASON_" + load.error().reason(), &reason);
  return MakeError(absl::StatusCode::kFailedPrecondition, reason, load.error().message());
}

// The load of one record. It is held, seen, approved and published like that of a file.
// `is_new`: this request was not answered by a load before.
template <typename Request, typename Response>
absl::Status Propose(const Place& at, const storage::View& view, const std::string& id,
                     const v1::Record& record, const Request& request, bool is_new, Response* out) {
  const bool is_removal = record.body_case() == v1::Record::BODY_NOT_SET;
  if (is_new) {
    absl::Status well = CheckProposal(view, {id, record.key()}, is_removal, request);
    if (!well.ok()) return well;
  }
  auto line = LineOf(record);
  if (!line.ok()) return line.status();
  v1::Load load;
  load.set_format("probity-jsonl");
  load.set_mode(v1::LOAD_MODE_DELTA);
  load.set_note(request.note());
  if (view.FindDataset(id)->dataset().absence() == v1::ABSENCE_MODE_DELISTED) {
    *load.mutable_edition() = request.has_edition() ? request.edition() : DateOf(at.call.Today());
  }
  auto proposed = at.loads.Propose(id, std::move(load),
                                   {"record", v1::FILE_ROLE_SINGLE_RECORD, *std::move(line)},
                                   at.call.caller, request.request_id());
  if (!proposed.ok()) return proposed.status();
  if (proposed->state() == v1::LOAD_STATE_FAILED) return ErrorOf(*proposed);
  // Nothing stood in its way any more.
  if (proposed->state() == v1::LOAD_STATE_COMMITTED) {
    *out->mutable_stamp() = rpc::StampOf(*at.store.Head(at.call.caller.authority), at.call);
  }
  *out->mutable_held() = *std::move(proposed);
  return absl::OkStatus();
}

// Fills `change` in and publishes it, unless a second person is needed: then `record`, as it
// was sent, waits for one.
template <typename Request, typename Response>
absl::Status Write(const Place& at, rpc::Change change, const v1::Record& record,
                   const Request& request, Response* out) {
  const auto view = at.store.Head(at.call.caller.authority);
  auto state = FindDataset(*view, change.dataset);
  if (!state.ok()) return state.status();
  const v1::Dataset& dataset = (*state)->dataset();
  if (dataset.kind() != v1::DATASET_KIND_UNSPECIFIED) return DatasetReserved(dataset.name());
  if (const auto fault = ingest::FaultInDataset(*view, dataset, record)) return Refuse(*fault);
  if (absl::Status well = rpc::CheckRequestId(change.request_id); !well.ok()) return well;
  const bool is_new = !at.loads.MadeBy(change.dataset, at.call.caller, change.request_id);
  const auto hold = [&] {
    return Propose(at, *view, change.dataset, record, request, is_new, out);
  };
  if (dataset.second_person_for_records() || !is_new) return hold();
  change.guard = [&](const storage::ChangeSet& changes) {
    return at.loads.CheckLifts(changes, at.call.caller.authority);
  };
  const absl::Status written = rpc::PublishInto(at.writer(), change, request, out);
  if (ReasonOf(written) != v1::ERROR_REASON_VERDICTS_LIFTED) return written;
  return hold();
}

}  // namespace

absl::Status Put(const Place& at, const v1::PutRecordRequest& request, v1::PutRecordResponse* out) {
  auto id = rpc::DatasetToWrite(at.call.caller, "dataset", request.dataset());
  if (!id.ok()) return id.status();
  v1::Record record = request.record();
  if (absl::Status well = CheckRecord(at, &record); !well.ok()) return well;
  out->mutable_record()->set_name(storage::RecordRef{*id, record.key()}.Name());
  *out->mutable_record()->mutable_record() = record;
  if (record.risk_flag().has_affected()) {
    policy::ClampPeople(
        out->mutable_record()->mutable_record()->mutable_risk_flag()->mutable_affected());
  }
  rpc::Change change = {*id, request.edition(), request.note(), request.request_id(), {}, {}, {}};
  change.fill = [&record](const storage::View&, auto* builder) { return builder->Add(record); };
  return Write(at, std::move(change), request.record(), request, out);
}

absl::Status Remove(const Place& at, const v1::RemoveRecordRequest& request,
                    v1::RemoveRecordResponse* out) {
  auto ref = rpc::RecordToWrite(at.call.caller, "name", request.name());
  if (!ref.ok()) return ref.status();
  v1::Record record;
  record.set_key(ref->key);
  rpc::Change change = {
      ref->dataset, request.edition(), request.note(), request.request_id(), {}, {}, {}};
  change.fill = [&ref](const storage::View&, auto* builder) { return builder->Remove(ref->key); };
  return Write(at, std::move(change), record, request, out);
}

}  // namespace probity::dataset
