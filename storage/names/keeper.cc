#include "storage/names/keeper.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/thread_priority.h"

namespace probity::storage {
namespace {

// Searches come first: they share the processors with a merge.
constexpr int kNiceness = 10;
// When the index is closed, more than this is left for the next start to read
// from the store.
constexpr size_t kSavedAtClose = size_t{64} << 20;
// Where a disk stays full, what is unsaved is merged and written in vain each time.
constexpr absl::Duration kLongestRetry = absl::Minutes(10);

bool IsAllFiles(const Snapshot& snapshot) {
  return std::none_of(snapshot.segments.begin(), snapshot.segments.end(),
                      [](const IndexSegment& segment) { return segment.file.empty(); });
}

template <typename Predicate>
size_t BytesOf(const Snapshot& snapshot, Predicate counts) {
  size_t bytes = 0;
  for (const IndexSegment& segment : snapshot.segments) {
    if (counts(segment)) bytes += segment.view.segment->bytes();
  }
  return bytes;
}

}  // namespace

absl::StatusOr<IndexSegment> InMemory(std::string bytes) {
  auto segment = index::Segment::FromBytes(std::move(bytes));
  if (!segment.ok()) return segment.status();
  IndexSegment made;
  made.view.segment = *std::move(segment);
  return made;
}

absl::StatusOr<IndexSegment> Keeper::OnDisk(std::string bytes) {
  if (parts_.directory == nullptr) return InMemory(std::move(bytes));
  absl::StatusOr<IndexSegment> written = parts_.directory->Write(bytes);
  if (written.ok()) return written;
  TellUnsaved(written.status());
  return InMemory(std::move(bytes));
}

void Keeper::TellUnsaved(const absl::Status& why) {
  if (told_.exchange(true)) return;
  parts_.warn(absl::StrCat("goes on in memory, unsaved: ", why.message()));
}

void Keeper::Run() {
  LowerThreadPriority(kNiceness);
  SnapshotPtr seen = std::make_shared<const Snapshot>();
  const auto is_another = [&] {
    return parts_.shared->stopping() ||
           (parts_.shared->Get() != seen && parts_.shared->Get()->revision > 0);
  };
  while (!parts_.shared->stopping()) {
    const bool changed = parts_.shared->AwaitUntil(is_another, std::max(due_, not_before_));
    if (parts_.shared->stopping()) break;
    if (seen->revision == 0) Tidy();
    seen = parts_.shared->Get();
    if (parts_.directory == nullptr) {
      MergeAndSave(MergeScope::kSmall);
      continue;
    }
    if (changed) due_ = std::min(due_, absl::Now() + parts_.unsaved_for);
    if (IsDue(*seen)) {
      MergeAndSave(MergeScope::kAll);
    } else if (absl::Now() < not_before_) {
      MergeAndSave(MergeScope::kSmall);
    }
  }
  closing_ = true;
  const bool is_quick = BytesOf(*parts_.shared->Get(), [](const IndexSegment& segment) {
                          return segment.file.empty();
                        }) <= kSavedAtClose;
  if (parts_.directory != nullptr && is_quick) MergeAndSave(MergeScope::kInMemory);
}

bool Keeper::IsDue(const Snapshot& snapshot) const {
  if (hurried_) return true;
  if (absl::Now() < not_before_) return false;
  const auto is_unsaved = [this](const IndexSegment& segment) {
    return !parts_.directory->IsSaved(segment.file);
  };
  return absl::Now() >= due_ || BytesOf(snapshot, is_unsaved) > parts_.unsaved_bytes;
}

void Keeper::MergeAndSave(MergeScope scope) {
  const bool saves = parts_.directory != nullptr && scope != MergeScope::kSmall;
  const SharedSnapshot::Work work =
      parts_.shared->Take([scope](const Snapshot& newest) { return PlanMerge(newest, scope); });
  if (work.base->revision == 0) return;
  if (saves) due_ = absl::InfiniteFuture();
  // What a build has written is safe before it is put together.
  const bool is_safe = !saves || !IsAllFiles(*work.base) || Save(*work.base);
  if (!is_safe || work.inputs.empty()) {
    parts_.shared->Done(absl::CancelledError());
    return;
  }
  const auto make = [this, saves](std::string bytes) {
    return saves ? OnDisk(std::move(bytes)) : InMemory(std::move(bytes));
  };
  MergeJob job{parts_.matcher, make, FloorNow(),
               [this] { return !closing_ && parts_.shared->stopping(); }};
  const absl::StatusOr<Merged> merged = Merge(*work.base, work.inputs, job);
  parts_.shared->Done(merged);
  if (!merged.ok()) {
    if (!absl::IsCancelled(merged.status())) parts_.warn(merged.status().message());
    return;
  }
  if (saves) Save(Replace(*work.base, *merged));
}

bool Keeper::Save(const Snapshot& snapshot) {
  const auto is_saved = [this](const IndexSegment& segment) {
    return parts_.directory->IsSaved(segment.file);
  };
  if (snapshot.revision == saved_ &&
      std::all_of(snapshot.segments.begin(), snapshot.segments.end(), is_saved)) {
    return true;
  }
  bool is_done = false;
  if (IsAllFiles(snapshot)) {  // else a write has failed, and was told
    const absl::Status status = parts_.directory->Save(parts_.identity, snapshot);
    is_done = status.ok();
    if (!is_done) TellUnsaved(status);
  }
  if (is_done) {
    if (told_.exchange(false)) parts_.warn("is saved again");
    saved_ = snapshot.revision;
    retry_after_ = parts_.retry_after;
  } else {
    not_before_ = due_ = absl::Now() + retry_after_;
    retry_after_ = std::min(2 * retry_after_, kLongestRetry);
  }
  Tidy();
  if (is_done) hurried_ = false;
  return is_done;
}

void Keeper::Tidy() {
  if (parts_.directory == nullptr) return;
  std::vector<std::string> unnamed;
  parts_.shared->WhileStill(
      [&](const Snapshot& newest) { unnamed = parts_.directory->Unnamed(newest); });
  parts_.directory->Delete(unnamed);
}

Floor Keeper::FloorNow() const {
  Floor floor;
  auto earliest = parts_.store->ListManifests(parts_.store->EarliestRevision(), 1);
  if (!earliest.ok()) return floor;  // nothing is dropped
  for (const v1::Manifest& manifest : *earliest) {
    for (const v1::DatasetState& dataset : manifest.datasets()) {
      floor[dataset.number()] = dataset.version();
    }
  }
  return floor;
}

}  // namespace probity::storage
