#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "screening/history/record_differences.h"
#include "services/dataset/history.h"
#include "services/rpc/view.h"
#include "storage/diff.h"

namespace probity::dataset {
namespace {

// Of one message, beside kBytesOfMessage.
constexpr size_t kChangesOfMessage = 256;

class Differences final : public rpc::MessageSource<v1::DiffRevisionsResponse> {
 public:
  Differences(const storage::Store& store, const rpc::CallContext& call, rpc::ViewPtr from,
              rpc::ViewPtr to, rpc::ViewPtr newest, const std::string& dataset)
      : call_(call),
        from_(std::move(from)),
        to_(std::move(to)),
        newest_(std::move(newest)),
        to_is_newest_(to_->manifest().revision() == newest_->manifest().revision()),
        reader_(store, *from_, *to_, dataset) {}

  absl::Status Next(std::vector<v1::DiffRevisionsResponse>* page) override {
    if (ended_) return absl::OkStatus();
    v1::DiffRevisionsResponse message;
    size_t bytes = 0;
    while (!ended_ && message.changes_size() < static_cast<int>(kChangesOfMessage) &&
           bytes < kBytesOfMessage) {
      if (absl::Status alive = call_.CheckAlive(); !alive.ok()) return alive;
      auto changes = reader_.Next(kStep);
      if (!changes.ok()) return changes.status();
      ended_ = changes->empty();
      for (const storage::RecordChange& change : *changes) {
        ++(!change.before ? added_ : change.after ? changed_ : removed_);
      }
      auto shown = screening::ShownChanges(*changes, *newest_, to_is_newest_);
      if (!shown.ok()) return shown.status();
      for (std::optional<v1::RecordChange>& one : *shown) {
        if (!one.has_value()) {
          ++not_sent_;
          continue;
        }
        bytes += one->ByteSizeLong();
        *message.add_changes() = *std::move(one);
      }
    }
    if (ended_) Summarize(message.mutable_summary());
    page->push_back(std::move(message));
    return absl::OkStatus();
  }

 private:
  // Records that are looked at between two looks at how large the message is.
  static constexpr size_t kStep = 64;

  void Summarize(v1::DiffSummary* summary) const {
    summary->set_added(added_);
    summary->set_changed(changed_);
    summary->set_removed(removed_);
    summary->set_not_sent(not_sent_);
    *summary->mutable_from() = from_->token();
    *summary->mutable_to() = to_->token();
  }

  const rpc::CallContext& call_;
  const rpc::ViewPtr from_, to_, newest_;
  const bool to_is_newest_;
  storage::DiffReader reader_;
  uint64_t added_ = 0, changed_ = 0, removed_ = 0, not_sent_ = 0;
  bool ended_ = false;
};

absl::Status CheckOrder(uint64_t from, uint64_t to) {
  if (from == 0) return InvalidField("from_revision", "is required: the earlier revision, from 1");
  if (from <= to) return absl::OkStatus();
  return InvalidField("from_revision",
                      absl::StrCat("must be the earlier one: ", from, " comes behind ", to));
}

}  // namespace

SourceOr<v1::DiffRevisionsResponse> OpenDifferences(const storage::Store& store,
                                                    const rpc::CallContext& call,
                                                    const v1::DiffRevisionsRequest& request) {
  auto id = rpc::ParseDatasetName("dataset", request.dataset());
  if (!id.ok()) return id.status();
  rpc::ViewPtr newest = store.Head(call.caller.authority);
  const uint64_t to_revision =
      request.to_revision() == 0 ? newest->manifest().revision() : request.to_revision();
  absl::Status ordered = CheckOrder(request.from_revision(), to_revision);
  if (!ordered.ok()) return ordered;
  auto state = FindDataset(*newest, *id);
  if (!state.ok()) return state.status();
  auto from = rpc::ViewOfRevision(store, call, request.from_revision());
  if (!from.ok()) return from.status();
  auto to = rpc::ViewOfRevision(store, call, to_revision);
  if (!to.ok()) return to.status();
  return std::make_unique<Differences>(store, call, *std::move(from), *std::move(to),
                                       std::move(newest), *id);
}

}  // namespace probity::dataset
