#include "storage/names/snapshot.h"

#include <algorithm>
#include <map>

namespace probity::storage {
namespace {

using index::kForever;

const index::SegmentView* InputOf(const IndexSegment& segment, const Merged& merged) {
  for (const index::SegmentView& input : merged.inputs) {
    if (input.segment == segment.view.segment) return &input;
  }
  return nullptr;
}

// Removals of `now` that the merge did not see, as removals from `snapshot`,
// where the merge's output stands.
void CarryOver(const index::SegmentView& now, const index::SegmentView& seen,
               const Snapshot& snapshot, std::vector<Removal>* carried) {
  if (now.removals == seen.removals) return;
  for (const auto& [record, to_version] : now.removals->to_version) {
    if (index::EndOf(seen, record) != kForever) continue;
    const index::Segment::RecordInfo info = now.segment->record(record);
    std::optional<Removal> live = FindLive(snapshot, info.dataset, info.key);
    if (live.has_value()) carried->push_back({live->segment, live->record, to_version});
  }
}

}  // namespace

std::optional<Removal> FindLive(const Snapshot& snapshot, uint32_t dataset, absl::string_view key) {
  // The newest run is the live one, and most often in a new segment.
  for (size_t i = snapshot.segments.size(); i-- > 0;) {
    const index::SegmentView& view = snapshot.segments[i].view;
    if (view.history) continue;
    const std::optional<uint32_t> record = view.segment->Find(dataset, key);
    if (record.has_value() && index::EndOf(view, *record) == kForever)
      return Removal{i, *record, kForever};
  }
  return std::nullopt;
}

void AddRemovals(const std::vector<Removal>& removals, Snapshot* snapshot) {
  std::map<size_t, std::shared_ptr<index::Removals>> changed;
  for (const Removal& removal : removals) {
    std::shared_ptr<index::Removals>& copy = changed[removal.segment];
    if (copy == nullptr) {
      const auto& before = snapshot->segments[removal.segment].view.removals;
      copy = before == nullptr ? std::make_shared<index::Removals>()
                               : std::make_shared<index::Removals>(*before);
    }
    copy->to_version.emplace(removal.record, removal.to_version);
  }
  for (auto& [segment, copy] : changed) {
    snapshot->segments[segment].view.removals = std::move(copy);
  }
}

Snapshot Replace(const Snapshot& snapshot, const Merged& merged) {
  Snapshot result{snapshot.revision, snapshot.digest, {}};
  // Ahead of what is younger: FindLive looks from behind.
  result.segments = merged.outputs;
  for (const IndexSegment& segment : snapshot.segments) {
    if (InputOf(segment, merged) == nullptr) result.segments.push_back(segment);
  }
  const Snapshot outputs{0, "", merged.outputs};
  std::vector<Removal> carried;
  for (const IndexSegment& segment : snapshot.segments) {
    const index::SegmentView* seen = InputOf(segment, merged);
    if (seen != nullptr) CarryOver(segment.view, *seen, outputs, &carried);
  }
  AddRemovals(carried, &result);
  return result;
}

std::vector<index::SegmentView> SegmentsFor(const Snapshot& snapshot, uint64_t revision) {
  std::vector<index::SegmentView> views;
  for (const IndexSegment& segment : snapshot.segments) {
    if (segment.view.history && revision >= segment.history_of) continue;
    views.push_back(segment.view);
  }
  return views;
}

}  // namespace probity::storage
