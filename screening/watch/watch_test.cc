// The watch as its callers see it, with its thread.
#include "screening/watch/watch.h"

#include <atomic>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/await_testing.h"
#include "base/errors.h"
#include "gmock/gmock.h"
#include "screening/watch/testing.h"

namespace probity::screening::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

class WatchTest : public ::testing::Test {
 protected:
  WatchTest() {
    world_.PutPortfolio(kAuthority, "p",
                        "authority_country: 'GB' purpose: PURPOSE_AWARD no_other_parties: true");
    world_.PutPortfolio(kAuthority, "q", "authority_country: 'GB' purpose: PURPOSE_AWARD");
    for (const char* member : {"a", "b", "c"}) {
      world_.PutMember(kAuthority, "p", member,
                       absl::StrCat("subject { name: 'Firm ", member, "' }"));
    }
    world_.PutMember(kAuthority, "q", "a", "subject { name: 'Umber Lantern Weavers' }");
  }

  void Open() {
    WatchOptions options = world_.Options();
    options.kept_events = 4;
    options.retry_after = absl::Milliseconds(20);
    watch_ = Watch::Open(std::move(options));
    Await();
  }
  void Await() {
    const absl::Status reached =
        watch_->AwaitWeighed({world_.Head(), world_.today()}, absl::Now() + absl::Seconds(60));
    ASSERT_TRUE(reached.ok()) << reached;
  }
  // Each time another name, so that all who are meant by it hear of it or of its end.
  void TouchQ() {
    const std::string name = ++touched_ % 2 == 1 ? "Umber Lantern Weavers" : "Somebody Else";
    world_.Put("reg", absl::StrCat("key: 'k' supplier { names { text: '", name, "' } }"));
  }
  std::vector<uint64_t> Ids(const WatchedChanges& changes) {
    std::vector<uint64_t> ids;
    for (const v1::VerdictChange& change : changes.changes) ids.push_back(change.id());
    return ids;
  }

  WatchWorld world_;
  std::unique_ptr<Watch> watch_;
  int touched_ = 0;
};

TEST_F(WatchTest, MembersComeInOrderAndByVerdict) {
  Open();
  auto members = watch_->ListMembers(kAuthority, "p", "", 2, v1::VERDICT_UNSPECIFIED);
  ASSERT_TRUE(members.ok()) << members.status();
  ASSERT_THAT(members->members, SizeIs(2));
  EXPECT_EQ(members->members[0].member, "a");
  EXPECT_TRUE(members->more);
  members = watch_->ListMembers(kAuthority, "p", "b", 2, v1::VERDICT_REVIEW);
  ASSERT_THAT(members->members, SizeIs(1));
  EXPECT_EQ(members->members[0].member, "c");
  EXPECT_FALSE(members->more);
  EXPECT_THAT(watch_->ListMembers(kAuthority, "p", "", 9, v1::VERDICT_BLOCK)->members, SizeIs(0));
  EXPECT_TRUE(watch_->FindMember(kAuthority, "q", "a")->has_value());
  EXPECT_FALSE(watch_->FindMember(kAuthority, "q", "b")->has_value());
  EXPECT_FALSE(watch_->FindMember("", "q", "a")->has_value()) << "another authority's";
  EXPECT_EQ(watch_->StatusOf(kAuthority, "p")->status.members(), 3);
}

TEST_F(WatchTest, EventsAreReadBehindACursorUntilTheyAreNoLongerKept) {
  Open();
  for (int i = 0; i < 3; ++i) TouchQ();
  Await();
  auto changes = watch_->ReadChanges(kAuthority, "", "", 0, 2);
  ASSERT_TRUE(changes.ok()) << changes.status();
  EXPECT_THAT(Ids(*changes), ElementsAre(1, 2));
  EXPECT_TRUE(changes->more);
  const std::string id = changes->watch_id;
  changes = watch_->ReadChanges(kAuthority, "q", id, 2, 100);
  EXPECT_THAT(Ids(*changes), ElementsAre(3));
  EXPECT_FALSE(changes->more);
  changes = watch_->ReadChanges(kAuthority, "p", id, 0, 100);
  EXPECT_THAT(Ids(*changes), SizeIs(0));
  EXPECT_EQ(changes->looked_at, 3U) << "events of others were passed over";
  EXPECT_THAT(Ids(*watch_->ReadChanges("", "", id, 0, 100)), SizeIs(0));
  for (int i = 0; i < 3; ++i) TouchQ();
  Await();
  EXPECT_THAT(Ids(*watch_->ReadChanges(kAuthority, "", id, 2, 100)), ElementsAre(3, 4, 5, 6));
  for (const auto& [of, after] : std::vector<std::pair<std::string, uint64_t>>{
           {id, 1}, {id, 0}, {id, 7}, {"another watch", 5}}) {
    EXPECT_EQ(ReasonOf(watch_->ReadChanges(kAuthority, "", of, after, 100).status()),
              v1::ERROR_REASON_CURSOR_EXPIRED)
        << after;
  }
}

TEST_F(WatchTest, ListenersOfTheAuthorityAreCalled) {
  Open();
  std::atomic<int> called{0}, others{0};
  const uint64_t mine = watch_->Listen(kAuthority, [&] { ++called; });
  TouchQ();
  Await();
  EXPECT_TRUE(BecomesTrue([&] { return called > 0; }));
  watch_->Unlisten(mine);
  const int before = called;
  const uint64_t of_others = watch_->Listen("", [&] { ++others; });
  TouchQ();
  Await();
  EXPECT_EQ(called, before);
  EXPECT_TRUE(BecomesTrue([&] { return others > 0; })) << "it has come further";
  watch_->Unlisten(of_others);
}

TEST_F(WatchTest, AFailingDiskMakesItUnavailableAndIsCaughtUpWith) {
  Open();
  std::atomic<bool> broken{true};
  world_.disk().SetFaults([&](uint64_t) {
    return broken ? WatchUnavailable("disk", "no space is left") : absl::OkStatus();
  });
  TouchQ();
  const absl::Time until = absl::Now() + absl::Seconds(60);
  while (watch_->StatusOf(kAuthority, "q").ok() && absl::Now() < until) {
    absl::SleepFor(absl::Milliseconds(5));
  }
  for (const absl::Status& status :
       {watch_->StatusOf(kAuthority, "q").status(),
        watch_->FindMember(kAuthority, "q", "a").status(),
        watch_->ReadChanges(kAuthority, "", "", 0, 1).status(),
        watch_->ListMembers(kAuthority, "q", "", 1, v1::VERDICT_UNSPECIFIED).status(),
        watch_->AwaitWeighed({world_.Head(), world_.today()}, absl::Now())}) {
    EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_WATCH_UNAVAILABLE) << status;
  }
  broken = false;
  Await();
  EXPECT_THAT(Ids(*watch_->ReadChanges(kAuthority, "", "", 0, 100)), ElementsAre(1));
}

TEST_F(WatchTest, ItStopsPromptlyAndGoesOn) {
  Open();
  TouchQ();
  watch_.reset();
  TouchQ();
  Open();
  EXPECT_THAT(Ids(*watch_->ReadChanges(kAuthority, "", "", 0, 100)), ElementsAre(1, 2));
}

}  // namespace
}  // namespace probity::screening::testing
