#include "storage/names/compactor.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "index/merge.h"

namespace probity::storage {
namespace {

using index::kForever;

// Small segments that a search may meet before they are merged.
constexpr size_t kManySegments = 8;
// Merging so much holds up nobody.
constexpr size_t kTinyBytes = size_t{512} << 10;
// A segment of which one record in so many is gone is written again.
constexpr size_t kGoneShare = 8;

size_t GoneOf(const index::SegmentView& view) {
  return view.removals == nullptr ? 0 : view.removals->to_version.size();
}

// About what the records that are gone take.
size_t GoneBytes(const index::SegmentView& view) {
  return view.segment->bytes() / std::max(view.segment->record_count(), 1u) * GoneOf(view);
}

// Takes the smallest of `candidates`, up to the largest one that is at most twice
// as large as those before it and `taken` together.
void TakeTier(const Snapshot& snapshot, std::vector<size_t> candidates, size_t taken,
              std::vector<size_t>* inputs) {
  const auto bytes = [&](size_t i) { return snapshot.segments[i].view.segment->bytes(); };
  std::sort(candidates.begin(), candidates.end(),
            [&](size_t a, size_t b) { return bytes(a) < bytes(b); });
  size_t take = 0;
  for (size_t i = 0; i < candidates.size(); ++i) {
    if (bytes(candidates[i]) <= 2 * taken) take = i + 1;
    taken += bytes(candidates[i]);
  }
  inputs->insert(inputs->end(), candidates.begin(),
                 candidates.begin() + static_cast<std::ptrdiff_t>(take));
}

// Whether it is to be written again whatever its size.
bool IsDue(const IndexSegment& segment) {
  return segment.file.empty() ||
         GoneOf(segment.view) * kGoneShare > segment.view.segment->record_count();
}

std::vector<size_t> PlanAll(const Snapshot& snapshot) {
  std::vector<size_t> inputs, hot, history;
  size_t hot_bytes = 0, history_bytes = 0;
  for (size_t i = 0; i < snapshot.segments.size(); ++i) {
    const IndexSegment& segment = snapshot.segments[i];
    if (IsDue(segment)) {
      inputs.push_back(i);
      (segment.view.history ? history_bytes : hot_bytes) += segment.view.segment->bytes();
    } else {
      (segment.view.history ? history : hot).push_back(i);
    }
  }
  TakeTier(snapshot, hot, hot_bytes, &inputs);
  for (const size_t i : inputs) history_bytes += GoneBytes(snapshot.segments[i].view);
  TakeTier(snapshot, history, history_bytes, &inputs);
  return inputs;
}

using Predicate = std::function<bool(const IndexSegment&)>;

std::vector<size_t> Select(const Snapshot& snapshot, const Predicate& is_wanted, bool history) {
  std::vector<size_t> found;
  for (size_t i = 0; i < snapshot.segments.size(); ++i) {
    const IndexSegment& segment = snapshot.segments[i];
    if (segment.view.history == history && is_wanted(segment)) found.push_back(i);
  }
  return found;
}

std::vector<size_t> PlanSmall(const Snapshot& snapshot, const Predicate& is_small) {
  std::vector<size_t> inputs;
  const std::vector<size_t> hot = Select(snapshot, is_small, false);
  const std::vector<size_t> history = Select(snapshot, is_small, true);
  if (hot.size() + history.size() < kManySegments) return inputs;
  TakeTier(snapshot, hot, 0, &inputs);
  TakeTier(snapshot, history, 0, &inputs);
  return inputs;
}

bool IsInMemory(const IndexSegment& segment) { return segment.file.empty(); }

bool KeepsAny(const Merged& merged, const index::KeepRecord& keep) {
  for (size_t input = 0; input < merged.inputs.size(); ++input) {
    const uint32_t records = merged.inputs[input].segment->record_count();
    for (uint32_t record = 0; record < records; ++record) {
      if (keep(input, record).has_value()) return true;
    }
  }
  return false;
}

// Adds the segment of the records that `keep` keeps, if there are any.
absl::Status AddOutput(const MergeJob& job, const index::KeepRecord& keep, uint64_t history_of,
                       Merged* merged) {
  if (!KeepsAny(*merged, keep)) return absl::OkStatus();
  std::vector<SegmentPtr> inputs;
  for (const index::SegmentView& input : merged->inputs) inputs.push_back(input.segment);
  std::string bytes = index::Merge(*job.matcher, inputs, keep);
  if (job.stopping()) return absl::OkStatus();  // not all was kept
  absl::StatusOr<IndexSegment> made = job.make(std::move(bytes));
  if (!made.ok()) return made.status();
  made->view.history = history_of != 0;
  made->history_of = history_of;
  merged->outputs.push_back(*std::move(made));
  return absl::OkStatus();
}

}  // namespace

std::vector<size_t> PlanMerge(const Snapshot& snapshot, MergeScope scope) {
  std::vector<size_t> inputs;
  switch (scope) {
    case MergeScope::kSmall:
      return PlanSmall(snapshot, &IsInMemory);
    case MergeScope::kInMemory:
      for (size_t i = 0; i < snapshot.segments.size(); ++i) {
        if (IsInMemory(snapshot.segments[i])) inputs.push_back(i);
      }
      return inputs;
    case MergeScope::kAll:
      return PlanAll(snapshot);
  }
  return inputs;
}

std::vector<size_t> PlanTinyMerge(const Snapshot& snapshot, const std::set<SegmentPtr>& taken) {
  return PlanSmall(snapshot, [&](const IndexSegment& segment) {
    return IsInMemory(segment) && segment.view.segment->bytes() <= kTinyBytes &&
           taken.count(segment.view.segment) == 0;
  });
}

absl::StatusOr<Merged> Merge(const Snapshot& snapshot, const std::vector<size_t>& inputs,
                             const MergeJob& job) {
  Merged merged;
  for (const size_t i : inputs) merged.inputs.push_back(snapshot.segments[i].view);
  const auto is_readable = [&](uint32_t dataset, uint32_t end) {
    const auto floor = job.floor.find(dataset);
    return floor == job.floor.end() || end > floor->second;
  };
  const auto end_of = [&](size_t input, uint32_t record) {
    return EndOf(merged.inputs[input], record);
  };
  const auto keep_live = [&](size_t input, uint32_t record) -> std::optional<uint32_t> {
    if (job.stopping() || end_of(input, record) != kForever) return std::nullopt;
    return kForever;
  };
  const auto keep_dead = [&](size_t input, uint32_t record) -> std::optional<uint32_t> {
    const uint32_t end = end_of(input, record);
    if (job.stopping() || end == kForever) return std::nullopt;
    const uint32_t dataset = merged.inputs[input].segment->record(record).dataset;
    return is_readable(dataset, end) ? std::optional<uint32_t>(end) : std::nullopt;
  };
  absl::Status status = AddOutput(job, keep_live, 0, &merged);
  if (status.ok()) status = AddOutput(job, keep_dead, snapshot.revision, &merged);
  if (status.ok() && job.stopping())
    status = absl::CancelledError("the name index is being closed");
  if (!status.ok()) return status;
  return merged;
}

}  // namespace probity::storage
