// Snapshots and merges over segments made by hand.
#include "storage/names/compactor.h"

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "index/segment_builder.h"
#include "matching/testing.h"
#include "storage/names/keeper.h"
#include "storage/names/shared_snapshot.h"

namespace probity::storage {
namespace {

using index::kForever;
using matching::TestMatcher;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

struct Run {
  std::string key;
  uint32_t from = 1;
  uint32_t to = kForever;
};

IndexSegment SegmentOf(const std::vector<Run>& runs, bool history = false) {
  index::SegmentBuilder builder(&TestMatcher());
  for (const Run& run : runs) {
    index::IndexedRecord record;
    record.dataset = 1;
    record.key = run.key;
    record.from_version = run.from;
    record.to_version = run.to;
    record.names.push_back({TestMatcher().Normalize("Kestrel", matching::Kind::kAny), 0, false});
    builder.Add(record);
  }
  IndexSegment segment = InMemory(builder.Finish()).value();
  segment.view.history = history;
  return segment;
}

// A segment of `count` records in the file `name`.
IndexSegment FileOf(const std::string& name, int count, bool history = false) {
  std::vector<Run> runs;
  for (int i = 0; i < count; ++i) runs.push_back({absl::StrCat(name, "/", i)});
  IndexSegment segment = SegmentOf(runs, history);
  segment.file = name;
  return segment;
}

MergeJob JobWith(Floor floor) {
  return {&TestMatcher(), &InMemory, std::move(floor), [] { return false; }};
}

// "key from-to" of all runs, removals included; "h:" in front of history.
std::vector<std::string> RunsOf(const Snapshot& snapshot) {
  std::vector<std::string> runs;
  for (const IndexSegment& segment : snapshot.segments) {
    for (uint32_t i = 0; i < segment.view.segment->record_count(); ++i) {
      const auto info = segment.view.segment->record(i);
      const uint32_t end = EndOf(segment.view, i);
      runs.push_back(absl::StrCat(segment.view.history ? "h:" : "", info.key, " ",
                                  info.from_version, "-",
                                  end == kForever ? "" : absl::StrCat(end)));
    }
  }
  return runs;
}

void Remove(const std::string& key, uint32_t version, Snapshot* snapshot) {
  std::optional<Removal> live = FindLive(*snapshot, 1, key);
  ASSERT_TRUE(live.has_value()) << key;
  live->to_version = version;
  AddRemovals({*live}, snapshot);
}

TEST(SnapshotTest, FindsTheLiveRunAlone) {
  Snapshot snapshot{7, "", {SegmentOf({{"a"}, {"b"}}), SegmentOf({{"c", 1, 3}}, true)}};
  EXPECT_EQ(FindLive(snapshot, 1, "a")->segment, 0u);
  EXPECT_FALSE(FindLive(snapshot, 2, "a").has_value()) << "another dataset";
  EXPECT_FALSE(FindLive(snapshot, 1, "c").has_value()) << "it has ended";
  const Snapshot before = snapshot;
  Remove("a", 5, &snapshot);
  EXPECT_FALSE(FindLive(snapshot, 1, "a").has_value());
  EXPECT_TRUE(FindLive(before, 1, "a").has_value()) << "older snapshots stay as they are";
  snapshot.segments.push_back(SegmentOf({{"a", 6}}));
  EXPECT_EQ(FindLive(snapshot, 1, "a")->segment, 2u);
  EXPECT_THAT(RunsOf(snapshot), ElementsAre("a 1-5", "b 1-", "h:c 1-3", "a 6-"));
}

TEST(SnapshotTest, OnlyThePastOpensHistory) {
  Snapshot snapshot{9, "", {SegmentOf({{"a"}}), SegmentOf({{"b", 1, 3}}, true)}};
  snapshot.segments[1].history_of = 5;
  EXPECT_EQ(SegmentsFor(snapshot, 4).size(), 2u);
  EXPECT_EQ(SegmentsFor(snapshot, 5).size(), 1u);
  EXPECT_EQ(SegmentsFor(snapshot, 9).size(), 1u);
}

TEST(CompactorTest, MovesTheDeadToHistoryAndDropsTheUnreadable) {
  Snapshot snapshot{9,
                    "",
                    {SegmentOf({{"a"}, {"b"}, {"c"}}), SegmentOf({{"d", 4}}),
                     SegmentOf({{"e", 1, 2}, {"f", 1, 4}}, true)}};
  snapshot.segments[2].history_of = 6;
  Remove("b", 3, &snapshot);
  Remove("c", 5, &snapshot);
  const auto merged = Merge(snapshot, {0, 1, 2}, JobWith({{1, 3}}));
  ASSERT_TRUE(merged.ok()) << merged.status();
  const Snapshot after = Replace(snapshot, *merged);
  EXPECT_THAT(RunsOf(after), ElementsAre("a 1-", "d 4-", "h:c 1-5", "h:f 1-4"))
      << "the floor shows version 3, so what ended at 3 is read by nobody";
  EXPECT_EQ(after.segments[1].history_of, 9u);
  EXPECT_EQ(after.revision, 9u);
}

TEST(CompactorTest, WithoutAFloorNothingIsDropped) {
  Snapshot snapshot{9, "", {SegmentOf({{"a"}}), SegmentOf({{"b", 1, 2}}, true)}};
  const auto merged = Merge(snapshot, {0, 1}, JobWith({{2, 9}}));
  EXPECT_THAT(RunsOf(Replace(snapshot, *merged)), ElementsAre("a 1-", "h:b 1-2"));
}

TEST(CompactorTest, MergesWithoutRecordsHaveNoOutput) {
  Snapshot snapshot{9, "", {SegmentOf({{"a"}})}};
  Remove("a", 2, &snapshot);
  const auto merged = Merge(snapshot, {0}, JobWith({{1, 2}}));
  EXPECT_THAT(Replace(snapshot, *merged).segments, IsEmpty());
}

TEST(CompactorTest, WhatIsRemovedDuringAMergeStaysRemoved) {
  Snapshot snapshot{9, "", {SegmentOf({{"a"}, {"b"}, {"c"}}), SegmentOf({{"d"}})}};
  Remove("a", 5, &snapshot);
  const auto merged = Merge(snapshot, {0, 1}, JobWith({}));
  // Meanwhile another publish came.
  Snapshot newest = snapshot;
  newest.revision = 10;
  Remove("b", 6, &newest);
  newest.segments.push_back(SegmentOf({{"b", 6}}));
  EXPECT_THAT(RunsOf(Replace(newest, *merged)),
              ElementsAre("b 1-6", "c 1-", "d 1-", "h:a 1-5", "b 6-"));
  EXPECT_EQ(Replace(newest, *merged).revision, 10u);
  EXPECT_THAT(RunsOf(Replace(snapshot, *merged)), ElementsAre("b 1-", "c 1-", "d 1-", "h:a 1-5"));
}

TEST(CompactorTest, AMergeThatIsStoppedGivesNothing) {
  const Snapshot snapshot{9, "", {SegmentOf({{"a"}}), SegmentOf({{"b"}})}};
  int asked = 0;
  MergeJob job = JobWith({});
  job.stopping = [&] { return ++asked > 1; };
  EXPECT_TRUE(absl::IsCancelled(Merge(snapshot, {0, 1}, job).status()));
}

TEST(CompactorTest, WaitsUntilThereAreManySmallSegments) {
  Snapshot snapshot;
  for (int i = 0; i < 7; ++i) {
    snapshot.segments.push_back(SegmentOf({{absl::StrCat("k", i)}}));
    EXPECT_THAT(PlanMerge(snapshot, MergeScope::kSmall), IsEmpty()) << i;
  }
  snapshot.segments.push_back(FileOf("file", 1));
  EXPECT_THAT(PlanMerge(snapshot, MergeScope::kSmall), IsEmpty()) << "files are no small ones";
  snapshot.segments.push_back(SegmentOf({{"k7"}}));
  EXPECT_THAT(PlanMerge(snapshot, MergeScope::kSmall),
              UnorderedElementsAre(0, 1, 2, 3, 4, 5, 6, 8));
}

TEST(CompactorTest, TinyMergesLeaveAloneWhatAMergeHasTaken) {
  Snapshot snapshot;
  for (int i = 0; i < 8; ++i) snapshot.segments.push_back(SegmentOf({{absl::StrCat("k", i)}}));
  EXPECT_EQ(PlanTinyMerge(snapshot, {}).size(), 8u);
  EXPECT_THAT(PlanTinyMerge(snapshot, {snapshot.segments[2].view.segment}), IsEmpty());
  snapshot.segments.push_back(SegmentOf({{"k8"}}));
  EXPECT_THAT(PlanTinyMerge(snapshot, {snapshot.segments[2].view.segment}),
              UnorderedElementsAre(0, 1, 3, 4, 5, 6, 7, 8));
}

TEST(SharedSnapshotTest, AMergeAndAPublishMeet) {
  SharedSnapshot shared;
  const auto publish = [&](const Snapshot& snapshot) {
    return shared.Replace([&](const SnapshotPtr&, const auto&) { return snapshot; });
  };
  ASSERT_TRUE(publish({5, "", {SegmentOf({{"a"}, {"b"}}), SegmentOf({{"c"}})}}).ok());
  const auto all = [](const Snapshot&) { return std::vector<size_t>{0, 1}; };
  const SharedSnapshot::Work work = shared.Take(all);
  const auto merged = Merge(*work.base, work.inputs, JobWith({}));
  ASSERT_TRUE(shared
                  .Replace([&](const SnapshotPtr& newest, const SharedSnapshot::Segments& taken) {
                    EXPECT_EQ(taken.size(), 2u);
                    Snapshot next = *newest;
                    next.revision = 6;
                    Remove("b", 6, &next);
                    return next;
                  })
                  .ok());
  shared.Done(merged);
  EXPECT_EQ(shared.Get()->revision, 6u);
  EXPECT_THAT(RunsOf(*shared.Get()), ElementsAre("a 1-", "b 1-6", "c 1-"));
  EXPECT_THAT(RunsOf(*work.base), ElementsAre("a 1-", "b 1-", "c 1-")) << "readers keep theirs";
  shared.Take([](const Snapshot&) { return std::vector<size_t>{0}; });
  shared.Done(absl::CancelledError("stopped"));
  EXPECT_EQ(shared.Get()->segments.size(), 1u);
}

TEST(CompactorTest, TakesAllSegmentsInMemoryAndFilesOfTheirSize) {
  Snapshot snapshot;
  snapshot.segments = {FileOf("large", 4000), SegmentOf({{"a"}}), FileOf("small", 1),
                       SegmentOf({{"b", 1, 2}}, true), FileOf("past", 4000, true)};
  EXPECT_THAT(PlanMerge(snapshot, MergeScope::kInMemory), UnorderedElementsAre(1, 3));
  EXPECT_THAT(PlanMerge(snapshot, MergeScope::kAll), UnorderedElementsAre(1, 2, 3));
}

TEST(CompactorTest, PutsFilesOfOneSizeTogether) {
  Snapshot snapshot;
  snapshot.segments = {FileOf("a", 1000), FileOf("b", 1000), FileOf("c", 1100), FileOf("d", 20000)};
  EXPECT_THAT(PlanMerge(snapshot, MergeScope::kAll), UnorderedElementsAre(0, 1, 2));
  snapshot.segments.erase(snapshot.segments.begin(), snapshot.segments.begin() + 2);
  EXPECT_THAT(PlanMerge(snapshot, MergeScope::kAll), IsEmpty());
}

TEST(CompactorTest, WritesAFileAgainOfWhichMuchIsGone) {
  Snapshot snapshot;
  snapshot.segments = {FileOf("a", 80)};
  for (int i = 0; i < 10; ++i) Remove(absl::StrCat("a/", i), 2, &snapshot);
  EXPECT_THAT(PlanMerge(snapshot, MergeScope::kAll), IsEmpty());
  Remove("a/10", 2, &snapshot);
  EXPECT_THAT(PlanMerge(snapshot, MergeScope::kAll), ElementsAre(0));
}

}  // namespace
}  // namespace probity::storage
