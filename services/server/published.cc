#include "services/server/published.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/timestamps.h"
#include "evidence/personal_text.h"
#include "probity/v1/act.pb.h"
#include "storage/evidence/append_and_wait.h"

namespace probity::server {
namespace {

// How long an end of the server waits for this at most, besides the disk.
constexpr absl::Duration kTick = absl::Milliseconds(100);

absl::StatusOr<std::shared_ptr<const storage::View>> ViewOf(const storage::Store& store,
                                                            uint64_t revision) {
  auto token = store.TokenOf(revision);
  if (!token.ok()) return token.status();
  v1::Consistency consistency;
  *consistency.mutable_at_exact_revision() = *std::move(token);
  return store.ViewAt(consistency, "");
}

// Whose dataset it changed; empty: a shared one, or none.
std::string OwnerOf(const storage::v1::Manifest& manifest) {
  for (const storage::v1::DatasetState& state : manifest.datasets()) {
    if (state.dataset().name() == manifest.changed_dataset()) return state.dataset().owner();
  }
  return "";
}

storage::ActEntry EntryOf(const storage::v1::Manifest& manifest, const v1::RevisionToken& token) {
  v1::ActCore core;
  core.set_phase(v1::ACT_PHASE_PUBLISHED);
  core.set_principal(manifest.published_by());
  core.set_load(manifest.load());
  *core.mutable_received_at() = TimestampOfMicros(manifest.published_at_us());
  *core.mutable_revision() = token;
  storage::ActEntry entry;
  if (!manifest.changed_dataset().empty()) {
    entry.subjects.push_back(evidence::MakePersonalText(manifest.changed_dataset()));
    core.add_subjects(entry.subjects.back().digest());
    core.set_subject_count(1);
  }
  const std::string owner = OwnerOf(manifest);
  entry.act = absl::StrCat(owner, owner.empty() ? "" : "/", "acts/", token.store_lineage(), "-",
                           token.revision());
  entry.core = core.SerializeAsString();
  entry.lineage = token.store_lineage();
  entry.revision = token.revision();
  return entry;
}

}  // namespace

absl::StatusOr<std::unique_ptr<PublishedRecorder>> PublishedRecorder::Start(Options options) {
  std::unique_ptr<PublishedRecorder> recorder(new PublishedRecorder(std::move(options)));
  if (absl::Status begun = recorder->Begin(); !begun.ok()) return begun;
  recorder->thread_ = std::thread([borrowed = recorder.get()] { borrowed->Run(); });
  return recorder;
}

PublishedRecorder::~PublishedRecorder() {
  ending_.Notify();
  if (thread_.joinable()) thread_.join();
}

absl::Status PublishedRecorder::Begin() {
  const storage::Store& store = *options_.store;
  const std::shared_ptr<const storage::View> head = store.Head("");
  const auto recorded = options_.log->NewestPublished(head->token().store_lineage());
  if (!recorded.ok()) return recorded.status();
  next_ = *recorded == 0 ? head->token().revision() : *recorded + 1;
  const uint64_t earliest = store.EarliestRevision();
  if (next_ < earliest) {
    options_.warn(absl::StrCat("revisions ", next_, " to ", earliest - 1,
                               " were swept before the evidence log could name them"));
    next_ = earliest;
  }
  auto held = ViewOf(store, std::min(next_, head->token().revision()));
  if (!held.ok()) return held.status();
  held_ = *std::move(held);
  return absl::OkStatus();
}

// Why it cannot go on is told once, not each time.
void PublishedRecorder::Run() {
  std::string told;
  while (!ending_.HasBeenNotified()) {
    if (!options_.store->AwaitRevision(next_, absl::Now() + kTick)) continue;
    const absl::Status status = Record();
    const std::string fault(status.message());
    if (!status.ok() && fault != told) {
      options_.warn(absl::StrCat("revision ", next_, " is not in the evidence log yet: ", fault));
    }
    told = fault;
    if (!status.ok()) ending_.WaitForNotificationWithTimeout(options_.retry);
  }
}

absl::Status PublishedRecorder::Record() {
  auto view = ViewOf(*options_.store, next_);
  if (!view.ok()) return view.status();
  const auto manifests = options_.store->ListManifests(next_, 1);
  if (!manifests.ok()) return manifests.status();
  if (manifests->empty()) return absl::InternalError("a revision that is there is not listed");
  held_ = *std::move(view);
  const absl::Status status =
      storage::AppendActAndWait(options_.log, EntryOf(manifests->front(), held_->token())).status();
  // It stands there already: a sync failed behind which it was durable all the same.
  if (status.ok() || absl::IsAlreadyExists(status)) ++next_;
  return absl::IsAlreadyExists(status) ? absl::OkStatus() : status;
}

}  // namespace probity::server
