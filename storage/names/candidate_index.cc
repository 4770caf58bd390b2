#include "storage/names/candidate_index.h"

#include <utility>
#include <vector>

#include "storage/names/keeper.h"
#include "storage/names/party_names.h"
#include "storage/names/run_writer.h"

namespace probity::storage {
namespace {

class CandidateIndex final : public NameIndex {
 public:
  CandidateIndex(const matching::Matcher& matcher, std::vector<index::SegmentView> segments)
      : matcher_(matcher), segments_(std::move(segments)) {}

  uint64_t covered() const override { return kCandidateRevision; }
  absl::Status Await(uint64_t, absl::Time) const override { return absl::OkStatus(); }
  absl::StatusOr<index::SearchResult> Search(const View& view,
                                             const index::Query& query) const override {
    return index::Search(matcher_, segments_, VisibilityOf(view), query);
  }
  absl::StatusOr<index::SearchResult> SearchExhaustively(const View& view,
                                                         const index::Query& query) const override {
    return index::SearchExhaustively(matcher_, segments_, VisibilityOf(view), query);
  }
  absl::StatusOr<std::unique_ptr<NameIndex>> ForCandidate(
      const CandidateView&, const CandidateRows::StillWanted&) const override {
    return absl::UnimplementedError("a candidate over a candidate");
  }
  Stats stats() const override {
    Stats stats;
    stats.covered = covered();
    stats.segments = segments_.size();
    for (const index::SegmentView& view : segments_) {
      stats.names += view.segment->name_count();
      stats.bytes += view.segment->bytes();
    }
    return stats;
  }

 private:
  const matching::Matcher& matcher_;
  const std::vector<index::SegmentView> segments_;
};

absl::Status AddAll(const CandidateRows& rows, uint32_t dataset,
                    const CandidateRows::StillWanted& wanted, RunWriter* writer) {
  const uint32_t version = rows.header().base_version() + 1;
  for (uint32_t number = 0; number < rows.size(); ++number) {
    if (wanted) {
      if (absl::Status go_on = wanted(); !go_on.ok()) return go_on;
    }
    auto row = rows.Read(number);
    if (!row.ok()) return row.status();
    RecordHistory::Version said{version, std::nullopt};
    if (row->row.has_value()) said.names = PartyNamesOf(*row->row);
    writer->Add({dataset, std::move(row->key), {std::move(said)}});
  }
  return absl::OkStatus();
}

}  // namespace

index::Visibility VisibilityOf(const View& view) {
  index::Visibility visibility;
  for (const v1::DatasetState& dataset : view.manifest().datasets()) {
    visibility.Set(dataset.number(), dataset.version());
  }
  return visibility;
}

absl::StatusOr<std::unique_ptr<NameIndex>> MakeCandidateIndex(
    const matching::Matcher& matcher, const SnapshotPtr& base, const CandidateView& candidate,
    const CandidateRows::StillWanted& wanted) {
  const v1::DatasetState* state = candidate.FindDataset(candidate.rows().dataset());
  Snapshot next{0, "", base->segments};
  if (candidate.sees_rows() && state != nullptr) {
    RunWriter writer(&matcher, base, &InMemory);
    absl::Status added = AddAll(candidate.rows(), state->number(), wanted, &writer);
    if (!added.ok()) return added;
    absl::StatusOr<WrittenRuns> written = writer.Finish();
    if (!written.ok()) return written.status();
    AddRemovals(written->removals, &next);
    for (IndexSegment& segment : written->segments) next.segments.push_back(std::move(segment));
  }
  return std::make_unique<CandidateIndex>(matcher,
                                          SegmentsFor(next, candidate.base().token().revision()));
}

}  // namespace probity::storage
