#include "storage/names/name_index.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "base/errors.h"
#include "storage/names/candidate_index.h"
#include "storage/names/compactor.h"
#include "storage/names/follower.h"
#include "storage/names/index_directory.h"
#include "storage/names/keeper.h"
#include "storage/names/shared_snapshot.h"

namespace probity::storage {
namespace {

// How often a caller who waits is asked whether he still does.
constexpr absl::Duration kStillWanted = absl::Milliseconds(200);

// How soon the thread that waits for the store notices that it is to end.
constexpr absl::Duration kStopCheck = absl::Milliseconds(50);
// After a fault of the store, until it is asked again.
constexpr absl::Duration kRetryAfter = absl::Seconds(1);
bool AnyIsThere(const std::vector<std::string>& paths) {
  return std::any_of(paths.begin(), paths.end(),
                     [](const std::string& path) { return std::filesystem::exists(path); });
}

// What is new stays in memory until it is saved, unless it takes more than this.
constexpr size_t kMostInMemory = size_t{64} << 20;

class NameIndexImpl final : public NameIndex {
 public:
  NameIndexImpl(const Store* store, const matching::Matcher* matcher, NameIndexOptions options)
      : store_(store),
        matcher_(matcher),
        identity_{store->Head("")->token().store_lineage(), matcher->version()},
        log_(std::move(options.log)),
        warn_(std::move(options.warn)),
        follower_(store, matcher, [this] { return shared_.stopping(); }),
        keeper_(PartsOf(options)) {
    follow_ = std::thread(&NameIndexImpl::Follow, this);
    keep_ = std::thread(&Keeper::Run, &keeper_);
  }

  ~NameIndexImpl() override {
    shared_.Stop();
    follow_.join();
    keep_.join();
  }

  uint64_t covered() const override { return shared_.Get()->revision; }

  absl::Status Await(uint64_t revision, absl::Time deadline) const override {
    const auto is_covered = [this, revision] { return covered() >= revision; };
    if (shared_.AwaitUntil(is_covered, deadline)) return absl::OkStatus();
    return IndexNotReady(revision, covered(), Progress());
  }

  absl::StatusOr<index::SearchResult> Search(const View& view,
                                             const index::Query& query) const override {
    return SearchWith(&index::Search, view, query);
  }
  absl::StatusOr<index::SearchResult> SearchExhaustively(const View& view,
                                                         const index::Query& query) const override {
    return SearchWith(&index::SearchExhaustively, view, query);
  }

  absl::StatusOr<std::unique_ptr<NameIndex>> ForCandidate(
      const CandidateView& candidate, const CandidateRows::StillWanted& wanted) const override {
    const SnapshotPtr now = shared_.Get();
    const uint64_t revision = candidate.base().token().revision();
    if (revision > now->revision) return IndexNotReady(revision, now->revision, Progress());
    // Read behind the snapshot: where head has no later version, the snapshot has none.
    const auto head = store_->Head(candidate.authority());
    const CandidateRows& rows = candidate.rows();
    const v1::DatasetState* state = head->FindDataset(rows.dataset());
    const uint32_t version = state == nullptr ? 0 : state->version();
    if (candidate.sees_rows() && version != rows.header().base_version()) {
      return LoadConflict(rows.header().dataset());
    }
    return MakeCandidateIndex(*matcher_, now, candidate, wanted);
  }

  absl::Status Purge(absl::Time deadline) override {
    absl::MutexLock one_at_a_time(&purging_);
    std::vector<std::string> old_files;
    absl::Status made = absl::UnavailableError("");
    while (absl::IsUnavailable(made) && !shared_.stopping() && absl::Now() < deadline) {
      made = shared_.Replace([&](const SnapshotPtr& newest, const auto& taken) {
        return MakeAgain(newest, taken, &old_files);
      });
      if (absl::IsUnavailable(made)) absl::SleepFor(kStopCheck);
    }
    if (!made.ok() && !absl::IsUnavailable(made)) return made;
    while (made.ok() && AnyIsThere(old_files) && !shared_.stopping() && absl::Now() < deadline) {
      absl::SleepFor(kStopCheck);
    }
    if (made.ok() && !AnyIsThere(old_files)) {
      return directory_.has_value() ? directory_->Sync() : absl::OkStatus();
    }
    return IndexNotReady(store_->Head("")->token().revision(), covered(),
                         "is being freed of names that were redacted");
  }

  Stats stats() const override {
    const SnapshotPtr now = shared_.Get();
    Stats stats;
    stats.covered = now->revision;
    stats.saved = keeper_.saved();
    stats.segments = now->segments.size();
    for (const IndexSegment& segment : now->segments) {
      stats.names += segment.view.segment->name_count();
      stats.bytes += segment.view.segment->bytes();
    }
    absl::MutexLock lock(&mutex_);
    stats.building = building_ && now->revision == 0;
    return stats;
  }

 private:
  Keeper::Parts PartsOf(const NameIndexOptions& options) {
    if (!options.path.empty()) directory_.emplace(options.path);
    Keeper::Parts parts;
    parts.shared = &shared_;
    parts.directory = directory_.has_value() ? &*directory_ : nullptr;
    parts.store = store_;
    parts.matcher = matcher_;
    parts.identity = identity_;
    parts.unsaved_bytes = options.unsaved_bytes;
    parts.unsaved_for = options.unsaved_for;
    parts.retry_after = options.retry_after;
    parts.log = [this](absl::string_view message) { Tell(log_, message); };
    parts.warn = [this](absl::string_view message) { Tell(warn_, message); };
    return parts;
  }

  template <typename Searcher>
  absl::StatusOr<index::SearchResult> SearchWith(Searcher search, const View& view,
                                                 const index::Query& query) const {
    const SnapshotPtr now = shared_.Get();
    const uint64_t revision = view.token().revision();
    if (revision > now->revision) return IndexNotReady(revision, now->revision, Progress());
    return search(*matcher_, SegmentsFor(*now, revision), VisibilityOf(view), query);
  }

  // What the index is at, for people.
  std::string Progress() const {
    absl::MutexLock lock(&mutex_);
    if (!fault_.empty()) return absl::StrCat("cannot go on: ", fault_);
    if (covered() > 0) return "is reading what is new";
    if (!building_) return "is being opened";
    uint64_t records = 0;
    const std::shared_ptr<const View> head = store_->Head("");
    for (const v1::DatasetState& dataset : head->manifest().datasets()) {
      records += dataset.record_count();
    }
    return absl::StrCat("is being built: ", follower_.records_read(), " of about ", records,
                        " records are read");
  }

  using Listener = std::function<void(absl::string_view)>;
  static void Tell(const Listener& listener, absl::string_view message) {
    if (listener) listener(absl::StrCat("name index: ", message));
  }

  void Note(bool building, absl::string_view fault) {
    absl::MutexLock lock(&mutex_);
    building_ = building;
    fault_ = std::string(fault);
  }

  // Runs `step` until it succeeds or the index is closed.
  void Insist(bool building, const SharedSnapshot::Step& step) {
    Note(building, "");
    absl::Status told;
    while (!shared_.stopping()) {
      absl::Status status = shared_.Replace(step);
      if (status.ok() || shared_.stopping()) break;
      if (status != told) Tell(warn_, absl::StrCat("cannot go on: ", status.message()));
      Note(building, status.message());
      told = status;
      shared_.AwaitUntil([this] { return shared_.stopping(); }, absl::Now() + kRetryAfter);
    }
    Note(false, "");
  }

  void Follow() {
    if (!AdoptSaved()) BuildAnew();
    while (!shared_.stopping()) {
      if (!store_->AwaitRevision(covered() + 1, absl::Now() + kStopCheck)) continue;
      Insist(false, [this](const SnapshotPtr& newest, const SharedSnapshot::Segments& taken) {
        return Advance(newest, taken);
      });
    }
  }

  // Small revisions make small segments; the keeper may be at a long merge.
  absl::StatusOr<Snapshot> Advance(const SnapshotPtr& newest,
                                   const SharedSnapshot::Segments& taken) {
    absl::StatusOr<Snapshot> next = follower_.Advance(newest, [this](std::string bytes) {
      return bytes.size() > kMostInMemory ? keeper_.OnDisk(std::move(bytes))
                                          : InMemory(std::move(bytes));
    });
    if (!next.ok()) return next;
    const std::vector<size_t> inputs = PlanTinyMerge(*next, taken);
    if (inputs.empty()) return next;
    const MergeJob job{matcher_, &InMemory, {}, [this] { return shared_.stopping(); }};
    const absl::StatusOr<Merged> merged = Merge(*next, inputs, job);
    if (!merged.ok()) return merged.status();
    return Replace(*next, *merged);
  }

  // A merge at work, or a first build, would put back what goes: UNAVAILABLE.
  absl::StatusOr<Snapshot> MakeAgain(const SnapshotPtr& newest,
                                     const SharedSnapshot::Segments& taken,
                                     std::vector<std::string>* old_files) {
    if (newest->revision == 0 || !taken.empty()) return absl::UnavailableError("is at work");
    if (directory_.has_value()) *old_files = directory_->All();
    absl::StatusOr<Snapshot> made =
        follower_.Build([this](std::string bytes) { return keeper_.OnDisk(std::move(bytes)); });
    if (made.ok() && directory_.has_value()) keeper_.Hurry();
    return made;
  }

  bool AdoptSaved() {
    if (!directory_.has_value()) return false;
    absl::StatusOr<Snapshot> saved = directory_->Load(identity_);
    absl::Status status = saved.ok() ? follower_.Adopt(*saved) : saved.status();
    if (!status.ok()) {
      if (!absl::IsNotFound(status)) {
        Tell(log_, absl::StrCat("is built anew: ", status.message()));
      }
      return false;
    }
    keeper_.set_saved(saved->revision);
    return shared_.Replace([&](const SnapshotPtr&, const auto&) { return *std::move(saved); }).ok();
  }

  void BuildAnew() {
    const absl::Time began = absl::Now();
    Insist(true, [this](const SnapshotPtr&, const auto&) {
      return follower_.Build(
          [this](std::string bytes) { return keeper_.OnDisk(std::move(bytes)); });
    });
    if (covered() == 0) return;
    Tell(log_, absl::StrCat("built up to revision ", covered(), " from ", follower_.records_read(),
                            " records in ", absl::ToInt64Milliseconds(absl::Now() - began), " ms"));
  }

  const Store* const store_;
  const matching::Matcher* const matcher_;
  const IndexIdentity identity_;
  const Listener log_, warn_;
  std::optional<IndexDirectory> directory_;
  SharedSnapshot shared_;
  absl::Mutex purging_;
  mutable absl::Mutex mutex_;
  bool building_ ABSL_GUARDED_BY(mutex_) = false;
  std::string fault_ ABSL_GUARDED_BY(mutex_);
  Follower follower_;
  Keeper keeper_;
  std::thread follow_, keep_;
};

}  // namespace

std::unique_ptr<NameIndex> NameIndex::Open(const Store* store, const matching::Matcher* matcher,
                                           NameIndexOptions options) {
  return std::make_unique<NameIndexImpl>(store, matcher, std::move(options));
}

absl::Status AwaitNames(const NameIndex& index, uint64_t revision, absl::Time until,
                        const std::function<absl::Status()>& still_wanted) {
  while (true) {
    absl::Status here = index.Await(revision, std::min(until, absl::Now() + kStillWanted));
    if (here.ok() || absl::Now() >= until) return here;
    if (absl::Status go_on = still_wanted(); !go_on.ok()) return go_on;
  }
}

}  // namespace probity::storage
