#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/civil_day.h"
#include "base/errors.h"
#include "base/hash.h"
#include "ingest/export/record_writer.h"
#include "screening/history/record_differences.h"
#include "services/dataset/history.h"
#include "services/rpc/view.h"
#include "storage/timeline.h"

namespace probity::dataset {
namespace {

// The record that the newest edition holds; nullptr: it holds none any more.
const v1::Record* Listed(const storage::v1::RecordRow& row) {
  const auto& last = row.segments(row.segments_size() - 1);
  return last.has_to_day() ? nullptr : &last.record();
}

bool MayBeKept(const v1::Record& record, DayNumber today) {
  return !record.has_retain_until() || LastDay(record.retain_until()) >= today;
}

class Export final : public rpc::MessageSource<v1::ExportDatasetResponse> {
 public:
  Export(const rpc::CallContext& call, rpc::ViewPtr view, rpc::ViewPtr newest, std::string dataset,
         std::unique_ptr<ingest::RecordWriter> writer)
      : call_(call),
        view_(std::move(view)),
        newest_(std::move(newest)),
        dataset_(std::move(dataset)),
        writer_(std::move(writer)) {
    writer_->Begin(&waiting_);
  }

  absl::Status Next(std::vector<v1::ExportDatasetResponse>* page) override {
    if (ended_) return absl::OkStatus();
    if (absl::Status filled = Fill(); !filled.ok()) return filled;
    while (waiting_.size() >= kBytesOfMessage || (all_read_ && !waiting_.empty())) Send(page);
    if (!all_read_) return absl::OkStatus();
    ended_ = true;
    summary_.set_sha256(ToHex(digest_.Finish()));
    *summary_.mutable_stamp() = rpc::StampOf(*view_, call_, call_.Today());
    *page->emplace_back().mutable_summary() = summary_;
    return absl::OkStatus();
  }

 private:
  // Writes records until a message is full, or there are no more.
  absl::Status Fill() {
    absl::Status fault;
    all_read_ = true;
    absl::Status visited = view_->ForEachRecordAfter(
        dataset_, last_key_, [&](absl::string_view key, const storage::v1::RecordRow& row) {
          last_key_ = std::string(key);
          fault = call_.CheckAlive();
          if (fault.ok()) fault = Write(row);
          all_read_ = fault.ok() && waiting_.size() < kBytesOfMessage;
          return all_read_;
        });
    return visited.ok() ? fault : visited;
  }

  absl::Status Write(const storage::v1::RecordRow& row) {
    auto restricted = IsRestricted(row);
    if (!restricted.ok()) return restricted.status();
    const v1::Record* record = Listed(row);
    if (*restricted || (record != nullptr && !MayBeKept(*record, call_.Today()))) {
      summary_.set_left_out(summary_.left_out() + 1);
    } else if (record == nullptr) {
      summary_.set_past(summary_.past() + 1);
    } else {
      const ingest::Written written = writer_->Write(screening::LeavingRecord(*record), &waiting_);
      summary_.set_records(summary_.records() + (written.any ? 1 : 0));
      summary_.set_not_expressible(summary_.not_expressible() + written.not_expressible);
    }
    return absl::OkStatus();
  }

  // By now, whatever it was in the exported revision. Parties are never restricted.
  absl::StatusOr<bool> IsRestricted(const storage::v1::RecordRow& row) const {
    if (screening::IsRestricted(row)) return true;
    if (view_ == newest_ || storage::LatestRecord(row).has_supplier()) return false;
    auto now = newest_->GetRecord({dataset_, last_key_});
    if (!now.ok()) return now.status();
    return now->has_value() && screening::IsRestricted(**now);
  }

  void Send(std::vector<v1::ExportDatasetResponse>* page) {
    const size_t size = std::min(waiting_.size(), kBytesOfMessage);
    std::string* data = page->emplace_back().mutable_data();
    data->assign(waiting_, 0, size);
    waiting_.erase(0, size);
    digest_.Add(*data);
  }

  const rpc::CallContext& call_;
  const rpc::ViewPtr view_, newest_;
  const std::string dataset_;  // bare id
  const std::unique_ptr<ingest::RecordWriter> writer_;
  std::string last_key_;
  std::string waiting_;  // to be sent
  Sha256Stream digest_;  // of what was sent
  v1::ExportSummary summary_;
  bool all_read_ = false;
  bool ended_ = false;
};

ingest::ExportedDataset Described(const std::string& id, const storage::v1::DatasetState& state) {
  ingest::ExportedDataset dataset{id, {}};
  for (const auto& [body, count] : state.body_counts()) {
    dataset.bodies.insert(static_cast<int>(body));
  }
  return dataset;
}

}  // namespace

SourceOr<v1::ExportDatasetResponse> OpenExport(const storage::Store& store,
                                               const rpc::CallContext& call,
                                               const v1::ExportDatasetRequest& request) {
  auto id = rpc::ParseDatasetName("dataset", request.dataset());
  if (!id.ok()) return id.status();
  // Marks are those of now.
  rpc::ViewPtr newest = store.Head(call.caller.authority);
  auto marks = FindDataset(*newest, *id);
  if (!marks.ok()) return marks.status();
  if (!(*marks)->dataset().redistributable()) return ExportNotAllowed(request.dataset());
  auto view = rpc::ViewFor(store, call, request.consistency());
  if (!view.ok()) return view.status();
  auto state = FindDataset(**view, *id);
  if (!state.ok()) return state.status();
  auto writer = ingest::MakeRecordWriter(request.format(), Described(*id, **state));
  if (!writer.ok()) return writer.status();
  return std::make_unique<Export>(call, *std::move(view), std::move(newest), *id,
                                  *std::move(writer));
}

}  // namespace probity::dataset
