#include <filesystem>
#include <functional>
#include <memory>

#include "absl/cleanup/cleanup.h"
#include "base/errors.h"
#include "ingest/validate.h"
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

// Publishes what `fill` adds to a builder.
absl::StatusOr<std::shared_ptr<const storage::View>> PublishOne(
    const Place& at, const std::string& dataset, const v1::Date& edition,
    const storage::PublishContext& context,
    const std::function<absl::Status(storage::ChangeSetBuilder*)>& fill) {
  if (edition.year() != 0 && !IsFullDay(edition)) {
    return InvalidField("edition", "must be a full day that exists");
  }
  absl::Status last;
  for (int attempt = 0; attempt < kMaxConflicts; ++attempt) {
    const auto base = at.store.Head(at.call.caller.authority);
    auto state = FindDataset(*base, dataset);
    if (!state.ok()) return state.status();
    const bool dated = (*state)->dataset().absence() == v1::ABSENCE_MODE_DELISTED;
    auto builder = storage::ChangeSetBuilder::Create(*base, SpecOf(at, dataset, dated, edition),
                                                     std::filesystem::temp_directory_path());
    if (!builder.ok()) return builder.status();
    if (absl::Status filled = fill(builder->get()); !filled.ok()) return filled;
    auto changes = (*builder)->Finish();
    if (!changes.ok()) return changes.status();
    const auto remove_file = absl::MakeCleanup([&changes] {
      std::error_code ignored;
      std::filesystem::remove(changes->path, ignored);
    });
    auto view = at.store.Publish(*changes, context);
    if (ReasonOf(view.status()) != v1::ERROR_REASON_LOAD_CONFLICT) return view;
    last = view.status();
  }
  return last;
}

}  // namespace

absl::Status Put(const Place& at, const v1::PutRecordRequest& request,
                 v1::PutRecordResponse* out) {
  auto id = rpc::ParseDatasetName("dataset", request.dataset());
  if (!id.ok()) return id.status();
  if (absl::Status well = rpc::CheckBytes("note", request.note(), rpc::kMaxNoteBytes); !well.ok()) {
    return well;
  }
  auto before = AnsweredBefore(at, request.request_id(), request, out);
  if (!before.ok()) return before.status();
  if (*before) {
    *out->mutable_stamp() = rpc::StampOf(*at.store.Head(at.call.caller.authority), at.call);
    return absl::OkStatus();
  }
  v1::Record record = request.record();
  const ingest::Validation validation = ingest::NormalizeAndValidate(at.tables, &record);
  if (!validation.faults.empty()) {
    const ingest::RowFault& fault = validation.faults.front();
    return MakeError(absl::StatusCode::kInvalidArgument, fault.reason,
                     "record." + fault.column + ": " + fault.message,
                     {{"field", "record." + fault.column}});
  }
  v1::SourceRecord stored;
  stored.set_name(storage::RecordRef{*id, record.key()}.Name());
  *stored.mutable_record() = record;
  *out->mutable_record() = stored;
  auto view = PublishOne(
      at, *id, request.edition(),
      ContextOf(at, request.note(), request.request_id(), request, *out),
      [&record](storage::ChangeSetBuilder* builder) { return builder->Add(record); });
  if (!view.ok()) return view.status();
  *out->mutable_stamp() = rpc::StampOf(**view, at.call);
  return absl::OkStatus();
}

absl::Status Remove(const Place& at, const v1::RemoveRecordRequest& request,
                    v1::RemoveRecordResponse* out) {
  auto ref = rpc::ParseRecordName("name", request.name());
  if (!ref.ok()) return ref.status();
  if (absl::Status well = rpc::CheckBytes("note", request.note(), rpc::kMaxNoteBytes); !well.ok()) {
    return well;
  }
  auto before = AnsweredBefore(at, request.request_id(), request, out);
  if (!before.ok()) return before.status();
  if (*before) {
    *out->mutable_stamp() = rpc::StampOf(*at.store.Head(at.call.caller.authority), at.call);
    return absl::OkStatus();
  }
  auto view = PublishOne(
      at, ref->dataset, request.edition(),
      ContextOf(at, request.note(), request.request_id(), request, *out),
      [&ref](storage::ChangeSetBuilder* builder) { return builder->Remove(ref->key); });
  if (!view.ok()) return view.status();
  *out->mutable_stamp() = rpc::StampOf(**view, at.call);
  return absl::OkStatus();
}

}  // namespace probity::dataset
