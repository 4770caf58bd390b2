#include "storage/names/follower.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/errors.h"

namespace probity::storage {
namespace {

// Changes that are held to be put in order by record; a revision with more
// passes by itself.
constexpr size_t kHeldChanges = 4096;

RecordHistory::Version VersionOf(const RecordVersion& version) {
  RecordHistory::Version out{version.version, std::nullopt};
  if (version.row.has_value()) out.names = PartyNamesOf(*version.row);
  return out;
}

absl::Status Stopped() { return absl::CancelledError("the name index is being closed"); }

}  // namespace

Follower::Follower(const Store* store, const matching::Matcher* matcher,
                   std::function<bool()> stopping)
    : store_(store), matcher_(matcher), stopping_(std::move(stopping)) {}

absl::StatusOr<Follower::ViewPtr> Follower::ViewOf(uint64_t revision) const {
  auto token = store_->TokenOf(revision);
  if (!token.ok()) return token.status();
  probity::v1::Consistency at;
  *at.mutable_at_exact_revision() = *std::move(token);
  return store_->ViewAt(at, "");
}

absl::Status Follower::Adopt(const Snapshot& snapshot) {
  absl::StatusOr<ViewPtr> view = ViewOf(snapshot.revision);
  if (!view.ok()) {
    return absl::FailedPreconditionError(
        absl::StrCat("it ends at revision ", snapshot.revision, ": ", view.status().message()));
  }
  if ((*view)->token().revision_digest() != snapshot.digest) {
    return absl::FailedPreconditionError(
        absl::StrCat("its revision ", snapshot.revision, " is not the store's"));
  }
  held_ = *std::move(view);
  return absl::OkStatus();
}

absl::StatusOr<Snapshot> Follower::Build(const SegmentMaker& make) {
  records_read_ = 0;
  ViewPtr head = store_->Head("");
  RunWriter writer(matcher_, std::make_shared<const Snapshot>(), make);
  RecordHistory record;
  const auto add_record = [&] {
    if (record.versions.empty()) return;
    std::reverse(record.versions.begin(), record.versions.end());
    writer.Add(std::move(record));
    ++records_read_;
  };
  absl::Status read =
      store_->ForEachVersion(head->token().revision(), [&](const RecordVersion& version) {
        if (version.dataset != record.dataset || version.key != record.key) {
          add_record();
          record = {version.dataset, version.key, {}};
        }
        record.versions.push_back(VersionOf(version));
        return !stopping_();
      });
  if (!read.ok()) return read;
  if (stopping_()) return Stopped();
  add_record();
  return Finish(Snapshot(), std::move(head), &writer);
}

absl::StatusOr<Snapshot> Follower::Advance(const SnapshotPtr& base, const SegmentMaker& make) {
  const uint64_t head = store_->Head("")->token().revision();
  RunWriter writer(matcher_, base, make);
  Changes changes;
  uint64_t reached = base->revision;
  while (reached < head && changes.size() < kHeldChanges) {
    absl::StatusOr<bool> collected = Collect(reached + 1, &changes);
    if (!collected.ok()) return collected.status();
    if (!*collected) break;
    ++reached;
  }
  for (auto& [record, versions] : changes) {
    writer.Add({record.first, record.second, std::move(versions)});
  }
  if (reached == base->revision) {
    if (absl::Status status = Stream(++reached, &writer); !status.ok()) return status;
  }
  absl::StatusOr<ViewPtr> view = ViewOf(reached);
  if (!view.ok()) return view.status();
  return Finish(*base, *std::move(view), &writer);
}

absl::StatusOr<bool> Follower::Collect(uint64_t revision, Changes* changes) const {
  std::vector<RecordVersion> read;
  absl::Status status = store_->ForEachChange(revision, [&](const RecordVersion& version) {
    read.push_back(version);
    return read.size() <= kHeldChanges && !stopping_();
  });
  if (!status.ok()) return status;
  if (stopping_()) return Stopped();
  if (read.size() > kHeldChanges) return false;
  for (RecordVersion& version : read) {
    (*changes)[{version.dataset, version.key}].push_back(VersionOf(version));
  }
  return true;
}

absl::Status Follower::Stream(uint64_t revision, RunWriter* writer) const {
  absl::Status status = store_->ForEachChange(revision, [&](const RecordVersion& version) {
    writer->Add({version.dataset, version.key, {VersionOf(version)}});
    return !stopping_();
  });
  return status.ok() && stopping_() ? Stopped() : status;
}

absl::StatusOr<Snapshot> Follower::Finish(const Snapshot& base, ViewPtr view, RunWriter* writer) {
  absl::StatusOr<WrittenRuns> written = writer->Finish();
  if (!written.ok()) return written.status();
  Snapshot next = base;
  next.revision = view->token().revision();
  next.digest = view->token().revision_digest();
  AddRemovals(written->removals, &next);
  for (IndexSegment& segment : written->segments) {
    if (segment.view.history) segment.history_of = next.revision;
    next.segments.push_back(std::move(segment));
  }
  held_ = std::move(view);
  return next;
}

}  // namespace probity::storage
