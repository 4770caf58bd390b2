#include <filesystem>
#include <functional>
#include <memory>

#include "absl/cleanup/cleanup.h"
#include "absl/time/clock.h"
#include "base/errors.h"
#include "ingest/validate.h"
#include "policy/listing.h"
#include "services/dataset/operations.h"
#include "services/rpc/limits.h"
#include "services/rpc/validate.h"
#include "services/rpc/view.h"
#include "storage/change_set.h"

namespace probity::dataset {
namespace {

// A change of one record waits for nobody's load: it is compared anew when
// another publish of the dataset came first.
constexpr int kMaxConflicts = 20;

// The load of one record: a DELTA that is dated where the dataset needs it.
storage::LoadSpec SpecOf(const Place& at, const std::string& dataset, bool dated,
                         const v1::Date& edition) {
  storage::LoadSpec spec;
  spec.dataset = dataset;
  spec.mode = v1::LOAD_MODE_DELTA;
  if (dated) spec.edition = edition.year() != 0 ? edition : DateOf(at.call.Today());
  *spec.facts.mutable_retrieved_at() = rpc::TimestampOf(at.call.received_at);
  *spec.facts.mutable_checked_at() = spec.facts.retrieved_at();
  return spec;
}

// One change of one record.
struct Change {
  std::string dataset;
  v1::Date edition;
  std::string note;
  std::string request_id;
  // Adds it to the builder.
  std::function<absl::Status(storage::ChangeSetBuilder*)> fill;
};

// Compares the change with `base` and publishes it.
absl::StatusOr<std::shared_ptr<const storage::View>> PublishOnce(
    const Place& at, const storage::View& base, const Change& change,
    const storage::PublishContext& context) {
  auto state = FindDataset(base, change.dataset);
  if (!state.ok()) return state.status();
  const bool dated = (*state)->dataset().absence() == v1::ABSENCE_MODE_DELISTED;
  auto builder =
      storage::ChangeSetBuilder::Create(base, SpecOf(at, change.dataset, dated, change.edition),
                                        std::filesystem::temp_directory_path());
  if (!builder.ok()) return builder.status();
  if (absl::Status filled = change.fill(builder->get()); !filled.ok()) return filled;
  auto changes = (*builder)->Finish();
  if (!changes.ok()) return changes.status();
  const auto remove_file = absl::MakeCleanup([&changes] {
    std::error_code ignored;
    std::filesystem::remove(changes->path, ignored);
  });
  return at.store.Publish(*changes, context);
}

// The stamp of the revision that a request published before; that of the newest
// one where it has been swept. What was written at this very moment is durable
// a little before it can be read.
v1::AnswerStamp StampOfRevision(const Place& at, uint64_t revision) {
  auto token = at.store.TokenOf(revision);
  while (ReasonOf(token.status()) == v1::ERROR_REASON_REVISION_NOT_YET_HERE &&
         at.call.CheckAlive().ok()) {
    absl::SleepFor(absl::Milliseconds(1));
    token = at.store.TokenOf(revision);
  }
  v1::AnswerStamp stamp = rpc::StampOf(*at.store.Head(at.call.caller.authority), at.call);
  if (token.ok()) *stamp.mutable_revision() = *token;
  return stamp;
}

// Publishes the change and fills in the stamp of `out`, whose other fields are
// the answer already; a request that was answered before is answered again.
template <typename Request, typename Response>
absl::Status PublishOne(const Place& at, const Change& change, const Request& request,
                        Response* out) {
  if (change.edition.year() != 0 && !IsFullDay(change.edition)) {
    return InvalidField("edition", "must be a full day that exists");
  }
  absl::Status well = rpc::CheckBytes("note", change.note, rpc::kMaxNoteBytes);
  if (!well.ok()) return well;
  const storage::PublishContext context =
      ContextOf(at, change.note, change.request_id, request, *out);
  for (int attempt = 0; attempt < kMaxConflicts; ++attempt) {
    const auto base = at.store.Head(at.call.caller.authority);
    auto before = AnsweredBefore(at, change.request_id, request, out);
    if (!before.ok()) return before.status();
    if (*before > 0) {
      *out->mutable_stamp() = StampOfRevision(at, *before);
      return absl::OkStatus();
    }
    auto view = PublishOnce(at, *base, change, context);
    well = view.status();
    if (view.ok()) *out->mutable_stamp() = rpc::StampOf(**view, at.call);
    if (ReasonOf(well) != v1::ERROR_REASON_LOAD_CONFLICT) return well;
  }
  return well;
}

}  // namespace

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
  return PublishOne(
      at,
      {*id, request.edition(), request.note(), request.request_id(),
       [&record](storage::ChangeSetBuilder* builder) { return builder->Add(record); }},
      request, out);
}

absl::Status Remove(const Place& at, const v1::RemoveRecordRequest& request,
                    v1::RemoveRecordResponse* out) {
  auto ref = rpc::ParseRecordName("name", request.name());
  if (!ref.ok()) return ref.status();
  return PublishOne(
      at,
      {ref->dataset, request.edition(), request.note(), request.request_id(),
       [&ref](storage::ChangeSetBuilder* builder) { return builder->Remove(ref->key); }},
      request, out);
}

}  // namespace probity::dataset
