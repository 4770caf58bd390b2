#include "storage/evidence/append_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "base/hash.h"

namespace probity::storage {
namespace {

using ::testing::ElementsAre;

WaitingEntry Entry(const std::string& name, size_t bytes = 1) {
  WaitingEntry entry;
  entry.entry.decision = name;
  entry.body = std::string(bytes, 'x');
  return entry;
}

// A queue whose first group is held until Release().
class AppendQueueTest : public ::testing::Test {
 protected:
  void Start(const AppendQueue::Limits& limits) {
    queue_ = std::make_unique<AppendQueue>(limits, [this](std::vector<WaitingEntry> group) {
      std::vector<std::string> names;
      for (const WaitingEntry& entry : group) names.push_back(entry.entry.decision);
      groups_.push_back(names);
      if (groups_.size() == 1) {
        begun_.Notify();
        released_.WaitForNotification();
      }
    });
    EXPECT_TRUE(Push("first"));
    begun_.WaitForNotification();
  }
  bool Push(const std::string& name, size_t bytes = 1) {
    WaitingEntry entry = Entry(name, bytes);
    const bool taken = queue_->Push(&entry);
    EXPECT_EQ(entry.entry.decision, taken ? "" : name);
    return taken;
  }
  // Also ends the queue, so that all groups are done.
  void Release() {
    released_.Notify();
    queue_.reset();
  }

  std::unique_ptr<AppendQueue> queue_;
  absl::Notification begun_, released_;
  std::vector<std::vector<std::string>> groups_;
};

TEST_F(AppendQueueTest, WhatWaitsIsOneGroupInOrder) {
  Start({});
  for (const char* name : {"a", "b", "c"}) EXPECT_TRUE(Push(name));
  Release();
  EXPECT_THAT(groups_, ElementsAre(ElementsAre("first"), ElementsAre("a", "b", "c")));
}

TEST_F(AppendQueueTest, GroupsAreBounded) {
  AppendQueue::Limits limits;
  limits.group_entries = 2;
  limits.group_bytes = 10;
  Start(limits);
  EXPECT_TRUE(Push("a"));
  EXPECT_TRUE(Push("b"));
  EXPECT_TRUE(Push("c", 6));
  EXPECT_TRUE(Push("d", 5));
  EXPECT_TRUE(Push("large", 11));
  Release();
  EXPECT_THAT(groups_, ElementsAre(ElementsAre("first"), ElementsAre("a", "b"), ElementsAre("c"),
                                   ElementsAre("d"), ElementsAre("large")));
}

TEST_F(AppendQueueTest, RefusesWhenTooManyWait) {
  AppendQueue::Limits limits;
  limits.entries = 2;
  Start(limits);
  EXPECT_TRUE(Push("a"));
  EXPECT_TRUE(Push("b"));
  EXPECT_FALSE(Push("c"));
  Release();
  EXPECT_THAT(groups_, ElementsAre(ElementsAre("first"), ElementsAre("a", "b")));
}

TEST_F(AppendQueueTest, RefusesWhenTooMuchWaits) {
  AppendQueue::Limits limits;
  limits.bytes = 10;
  Start(limits);
  EXPECT_TRUE(Push("larger than the limit", 20)) << "or it could never be recorded";
  EXPECT_FALSE(Push("a"));
  Release();
}

// Takes "a", is given a moment to write it alone, then takes "b".
void PushBoth(AppendQueue* queue) {
  WaitingEntry a = Entry("a"), b = Entry("b");
  EXPECT_TRUE(queue->Push(&a));
  absl::SleepFor(absl::Milliseconds(10));
  EXPECT_TRUE(queue->Push(&b));
}

class GatheringTest : public ::testing::Test {
 protected:
  AppendQueue::Commit Commit() {
    return [this](const std::vector<WaitingEntry>& group) {
      sizes_.push_back(group.size());
      if (!committed_.HasBeenNotified()) committed_.Notify();
    };
  }

  absl::Notification committed_;
  std::vector<size_t> sizes_;
};

TEST_F(GatheringTest, AGroupWaitsForWhatIsAnnounced) {
  AppendQueue::Limits limits;
  limits.gathering = absl::InfiniteDuration();
  {
    AppendQueue queue(limits, Commit());
    Announcement one = queue.Announce(), other = queue.Announce();
    PushBoth(&queue);
    one.reset();
    EXPECT_FALSE(committed_.HasBeenNotified()) << "the other one is still announced";
    other.reset();
    committed_.WaitForNotification();
  }
  EXPECT_THAT(sizes_, ElementsAre(2));
}

TEST_F(GatheringTest, ButNotForMoreThanAreWanted) {
  AppendQueue::Limits limits;
  limits.gathering = absl::InfiniteDuration();
  limits.gathered_entries = 2;
  {
    AppendQueue queue(limits, Commit());
    const Announcement held = queue.Announce();
    PushBoth(&queue);
    committed_.WaitForNotification();
  }
  EXPECT_THAT(sizes_, ElementsAre(2));
}

TEST_F(GatheringTest, NorLongerThanItMay) {
  AppendQueue::Limits limits;
  limits.gathering = absl::Milliseconds(1);
  AppendQueue queue(limits, Commit());
  const Announcement held = queue.Announce();
  WaitingEntry entry = Entry("a");
  EXPECT_TRUE(queue.Push(&entry));
  committed_.WaitForNotification();
}

TEST_F(GatheringTest, TheEndOfTheQueueWaitsForNobody) {
  AppendQueue::Limits limits;
  limits.gathering = absl::InfiniteDuration();
  {
    AppendQueue queue(limits, Commit());
    queue.Announce().reset();
    WaitingEntry entry = Entry("a");
    EXPECT_TRUE(queue.Push(&entry));
  }
  EXPECT_THAT(sizes_, ElementsAre(1));
}

TEST(PrepareTest, KeepsTheBytesAndTheirDigests) {
  EvidenceEntry entry;
  entry.decision = "decisions/d";
  entry.core = "core";
  entry.bundle = "bundle";
  const WaitingEntry waiting = Prepare(entry, nullptr);
  v1::DecisionBody body;
  ASSERT_TRUE(body.ParseFromString(waiting.body));
  EXPECT_EQ(body.core(), "core");
  EXPECT_EQ(body.bundle(), "bundle");
  EXPECT_EQ(body.salt(), waiting.salt);
  EXPECT_EQ(waiting.salt.size(), 32u);
  EXPECT_NE(waiting.salt, Prepare(entry, nullptr).salt);
  EXPECT_EQ(waiting.core_digest, Sha256("core"));
  EXPECT_EQ(waiting.bundle_digest, Sha256("bundle"));
  entry.bundle_digest = std::string(32, 'd');
  EXPECT_EQ(Prepare(entry, nullptr).bundle_digest, entry.bundle_digest);
}

}  // namespace
}  // namespace probity::storage
