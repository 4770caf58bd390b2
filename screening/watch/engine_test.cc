// What the engine makes of a change, of a day, of a policy, and of being cut off.
#include "screening/watch/engine.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "gmock/gmock.h"
#include "policy/testing.h"
#include "screening/judgements.h"
#include "screening/waivers.h"
#include "screening/watch/testing.h"
#include "storage/own_datasets.h"

namespace probity::screening::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kAward[] = "authority_country: 'GB' purpose: PURPOSE_AWARD no_other_parties: true ";

std::string Firm(const std::string& key, const std::string& name, const std::string& number) {
  return absl::StrCat("key: '", key, "' supplier { kind: PARTY_KIND_COMPANY names { text: '", name,
                      "' } identifiers { scheme: 'GB-COH' value: '", number, "' } }");
}
std::string Numbered(const std::string& number) {
  return "subject { ref { identifier { scheme: 'GB-COH' value: '" + number + "' } } }";
}
std::string Ban(const std::string& number, const std::string& more = "") {
  return absl::StrCat(
      "key: 'ban' risk_flag { subject { party { identifier { scheme: 'GB-COH' "
      "value: '",
      number,
      "' } } } type: FLAG_TYPE_DEBARMENT stage: "
      "FLAG_STAGE_FINAL_ADMIN_DECISION listing_intervals { from ",
      policy::D("2026-01-01"), " ", more, " } }");
}

class WatchEngineTest : public ::testing::Test {
 protected:
  // A register of two firms, a list with somebody else on it, two members.
  WatchEngineTest() {
    world_.Put("reg", Firm("good", "Tidewater Stationery Ltd", "04830352"));
    world_.Put("reg", Firm("bad", "Brackish Kilns Ltd", "01234567"));
    world_.Put("list", Firm("other", "Quarrelsome Heron Fisheries", "07654321"));
    world_.Put("list",
               "key: 'flag' risk_flag { subject { party { source_record: "
               "'records/other' } } type: FLAG_TYPE_DEBARMENT }");
    world_.PutPortfolio(kAuthority, "p", kAward);
    world_.PutMember(kAuthority, "p", "good", Numbered("04830352"));
    world_.PutMember(kAuthority, "p", "bad", Numbered("01234567"));
    world_.PutMember(kAuthority, "p", "named", "subject { name: 'Umber Lantern Weavers' }");
    world_.Advance();
    EXPECT_THAT(world_.Events(), IsEmpty()) << "a first verdict is no change";
  }

  Publication::Shown Shown() { return world_.publication().Show(kAuthority, "p").value(); }
  // Member, cause and dataset of each event.
  std::vector<std::string> Told() {
    std::vector<std::string> told;
    for (const v1::VerdictChange& event : world_.Events()) {
      const std::string& whom = event.member().empty() ? event.dataset() : event.member();
      told.push_back(absl::StrCat(whom.substr(whom.rfind('/') + 1), " ",
                                  v1::ChangeCause_Name(event.cause()).substr(13), " ",
                                  event.changed_dataset(), " ", FormatDate(event.day())));
    }
    return told;
  }

  WatchWorld world_;
};

TEST_F(WatchEngineTest, WhoIsOnAListIsToldAndNobodyElse) {
  world_.Put("list", Ban("01234567"));
  world_.Advance();
  EXPECT_THAT(Told(), ElementsAre("bad DATA datasets/list 2026-06-15"));
  const v1::VerdictChange event = world_.Events()[0];
  EXPECT_EQ(event.before().verdict(), v1::VERDICT_CLEAR) << event.DebugString();
  EXPECT_EQ(event.after().verdict(), v1::VERDICT_BLOCK);
  EXPECT_EQ(event.after().policy(), "policies/test/versions/1");
  EXPECT_EQ(event.revision(), world_.Head());
  EXPECT_EQ(event.member(), "authorities/x/portfolios/p/members/bad");
  EXPECT_EQ(Shown().status.block(), 1);
  EXPECT_EQ(Shown().status.clear(), 1);
  EXPECT_EQ(Shown().status.review(), 1);
  EXPECT_EQ(Shown().status.watched_revision(), world_.Head());
}

TEST_F(WatchEngineTest, AMemberByNameAloneHearsOfALikeName) {
  world_.Put("reg2", Firm("k", "Umber Lantern Weavers Ltd", "09999999"));
  world_.Put("reg2", Firm("l", "Cobalt Orchard Fasteners", "08888888"));
  world_.Advance();
  EXPECT_THAT(Told(), ElementsAre("named DATA datasets/reg2 2026-06-15"));
  world_.Change("reg2", {}, {"k"});
  world_.Advance();
  EXPECT_THAT(Told(), SizeIs(2)) << "and of its end";
}

TEST_F(WatchEngineTest, DaysThatPassedWhileItWasDownAreToldAsTheyWere) {
  world_.Put("list", Ban("01234567", "to " + policy::D("2026-06-18")));
  world_.Advance();
  world_.PassDays(4);
  world_.Put("list",
             "key: 'flag' risk_flag { subject { party { source_record: 'records/other' } } "
             "type: FLAG_TYPE_DEBARMENT severity: FLAG_SEVERITY_MINOR }");
  world_.PassDays(1);
  world_.Put("reg2", Firm("k", "Umber Lantern Weavers Ltd", "09999999"));
  world_.Restart();
  world_.Advance();
  EXPECT_THAT(Told(), ElementsAre("bad DATA datasets/list 2026-06-15", "bad DATE  2026-06-18",
                                  "named DATA datasets/reg2 2026-06-20"));
  EXPECT_EQ(FormatDate(Shown().status.watched_day()), "2026-06-20");
}

// A waiver of the ban for procedure P until 18 June, and the row that approves it.
std::vector<v1::Record> Waiver(const storage::View& view) {
  const std::string subject =
      "subject { identifier { scheme: 'GB-COH' value: '01234567' } } rule_id: 'T-BAR' ";
  std::vector<v1::Record> rows = {
      policy::Parse<v1::Record>(
          "key: '1' waiver { " + subject + "derogation: 'NEED' procedure: 'P' last_day " +
          policy::D("2026-06-18") + " contract_end " + policy::D("2026-12-31") + " }"),
      policy::Parse<v1::Record>("key: '2' waiver { " + subject + "approves: '" +
                                WaiverName(kAuthority, "1") + "' in_force_from " +
                                policy::D(kFirstDay) + " }")};
  rows[0].mutable_waiver()->set_subject_fingerprint(
      SubjectFingerprint(view, rows[0].waiver().subject()).value().value_or(""));
  return rows;
}

TEST_F(WatchEngineTest, AWaiverIsToldWhenItIsApprovedAndWhenItEnds) {
  const std::string own = storage::OwnDatasetId(v1::DATASET_KIND_WAIVERS, kAuthority);
  world_.PutPortfolio(kAuthority, "w", absl::StrCat(kAward, "procedure: 'P' "));
  world_.PutMember(kAuthority, "w", "bad", Numbered("01234567"));
  world_.Put("list", Ban("01234567"));
  world_.Advance();
  const size_t before = world_.Events().size();
  const std::vector<v1::Record> rows = Waiver(*world_.View());
  auto made = storage::NewDatasetChangeSet(
      *world_.View(), storage::OwnDataset(v1::DATASET_KIND_WAIVERS, kAuthority));
  storage::PublishContext context;
  context.now_us = absl::ToUnixMicros(world_.Options().now());
  ASSERT_TRUE(world_.store().Publish(*made, context).ok());
  world_.Change(own, {rows[0]}, {}, kAuthority);
  world_.Advance();
  EXPECT_THAT(world_.Events(), SizeIs(before)) << "asked for, and not approved";
  world_.Change(own, {rows[1]}, {}, kAuthority);
  world_.PassDays(3);
  world_.Advance();
  ASSERT_THAT(world_.Events(), SizeIs(before + 1)) << "in one procedure alone";
  EXPECT_EQ(world_.Events().back().member(), "authorities/x/portfolios/w/members/bad");
  EXPECT_EQ(world_.Events().back().before().verdict(), v1::VERDICT_BLOCK);
  EXPECT_EQ(world_.Events().back().after().verdict(), v1::VERDICT_REVIEW);
  world_.PassDays(1);
  world_.Advance();
  ASSERT_THAT(world_.Events(), SizeIs(before + 2));
  EXPECT_EQ(FormatDate(world_.Events().back().day()), "2026-06-19");
  EXPECT_EQ(world_.Events().back().after().verdict(), v1::VERDICT_BLOCK);
}

// Nothing of the line is in the decision before its day.
TEST_F(WatchEngineTest, GoodsThatAreListedLaterAreToldOnTheDay) {
  const std::string code = "{ scheme: COMMODITY_SCHEME_HS code: '5205' }";
  world_.Put("list",
             "key: 'line' commodity_risk { publisher_name: 'Cotton' origin: 'IN' harms: "
             "LABOUR_HARM_FORCED_LABOUR commodities { commodity " +
                 code + " } listing_intervals { from " + policy::D("2026-06-17") + " } }");
  world_.PutMember(kAuthority, "p", "buys",
                   Numbered("04830352") + " purchase { " + kAward +
                       " items { item_id: 'i' origin: 'IN' commodity " + code + " } }");
  world_.Advance();
  EXPECT_THAT(Told(), IsEmpty());
  world_.PassDays(4);
  world_.Advance();
  EXPECT_THAT(Told(), ElementsAre("buys DATE  2026-06-17"));
}

TEST_F(WatchEngineTest, AListThatBecomesTooOldIsOneEventOfThePortfolio) {
  world_.PassDays(5);
  world_.Advance();
  EXPECT_THAT(Told(), IsEmpty()) << "five days are fresh enough";
  world_.PassDays(3);
  world_.Advance();
  EXPECT_THAT(Told(), ElementsAre("list DATE  2026-06-21"));
  EXPECT_THAT(Shown().status.stale_sources(), ElementsAre("datasets/list"));
  world_.Change("list", {});
  world_.Advance();
  EXPECT_THAT(Told(), ElementsAre("list DATE  2026-06-21", "list DATA datasets/list 2026-06-23"));
  EXPECT_EQ(world_.Events()[1].kind(), v1::CHANGE_KIND_SOURCE_FRESH);
  EXPECT_THAT(Shown().status.stale_sources(), IsEmpty());
}

TEST_F(WatchEngineTest, AnotherPolicyDecidesItsMembersAgain) {
  world_.Put("list", Ban("01234567", "to " + policy::D("2026-06-10")));
  world_.Put("list",
             "key: 'said' risk_flag { subject { party { identifier { scheme: 'GB-COH' "
             "value: '04830352' } } } type: FLAG_TYPE_DEBARMENT stage: "
             "FLAG_STAGE_FINAL_ADMIN_DECISION decided_on " +
                 policy::D("2026-06-01") + " }");
  world_.Advance();
  const size_t before = world_.Events().size();
  world_.Activate("policies/test/versions/2");
  world_.Advance();
  const auto events = world_.Events();
  ASSERT_GT(events.size(), before);
  for (size_t i = before; i < events.size(); ++i) {
    EXPECT_EQ(events[i].cause(), v1::CHANGE_CAUSE_POLICY);
  }
  world_.Restart();
  world_.Advance();
  EXPECT_THAT(world_.Events(), SizeIs(events.size())) << "nothing is told twice";
}

TEST_F(WatchEngineTest, WhatTheAuthorityChangesItselfSaysSo) {
  world_.PutMember(kAuthority, "p", "good", "subject { name: 'Quarrelsome Heron Fisheries' }");
  world_.Advance();
  EXPECT_THAT(Told(), ElementsAre("good PORTFOLIO  2026-06-15"));
  const std::string own = storage::OwnDatasetId(v1::DATASET_KIND_PORTFOLIOS, kAuthority);
  world_.Change(own, {}, {"p|good"}, kAuthority);
  world_.PutMember(kAuthority, "p", "good", Numbered("04830352"));
  world_.Advance();
  EXPECT_THAT(Told(), SizeIs(1)) << "who was taken out and comes again is new";
  world_.Change(own, {}, {"p", "p|good", "p|bad", "p|named"}, kAuthority);
  world_.Advance();
  EXPECT_EQ(Shown().status.members(), 0);
  world_.PutPortfolio(kAuthority, "p", kAward);
  world_.PutMember(kAuthority, "p", "bad", Numbered("01234567"));
  world_.Advance();
  EXPECT_EQ(Shown().status.members(), 1);
  EXPECT_THAT(Told(), SizeIs(1));
}

TEST_F(WatchEngineTest, WhoCannotBeDecidedIsAReviewWithTheReason) {
  world_.PutMember(kAuthority, "p", "good", "subject { ref { supplier: 'suppliers/nobody' } }");
  world_.Advance();
  const auto events = world_.Events();
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0].after().verdict(), v1::VERDICT_REVIEW);
  EXPECT_EQ(events[0].after().error().reason(), "SUPPLIER_NOT_FOUND");
}

TEST_F(WatchEngineTest, OfAnEmptiedDatabaseNoEventsAreInvented) {
  const std::string id = Shown().frame.watch_id;
  world_.disk().Erase();
  world_.Put("list", Ban("01234567"));
  world_.Restart();
  world_.Advance();
  EXPECT_THAT(Told(), IsEmpty());
  EXPECT_NE(Shown().frame.watch_id, id);
  EXPECT_EQ(Shown().status.block(), 1);
  EXPECT_EQ(Shown().frame.weighed, (WatchPoint{world_.Head(), world_.today()}));
}

TEST_F(WatchEngineTest, AnotherEngineDecidesAllAgainAndTellsOnlyWhatDiffers) {
  WatchOptions options = world_.Options();
  options.engine.set_release("9.9");
  Publication publication;
  const std::function<bool()> stopping = [] { return false; };
  WatchEngine engine(options, stopping, &publication);
  const uint64_t writes = world_.disk().writes();
  EXPECT_TRUE(engine.Advance().ok());
  EXPECT_GT(world_.disk().writes(), writes + 1);
  EXPECT_THAT(Told(), IsEmpty());
}

// Whatever write the machine dies at, afterwards the events are the same.
TEST(WatchCrashTest, NothingIsLostOrDoubledWhereverItIsCutOff) {
  const auto happen = [](WatchWorld* world) {
    world->Put("reg", Firm("bad", "Brackish Kilns Ltd", "01234567"));
    world->Put("list", Firm("other", "Quarrelsome Heron Fisheries", "07654321"));
    world->Put("list",
               "key: 'flag' risk_flag { subject { party { source_record: 'records/other' "
               "} } type: FLAG_TYPE_DEBARMENT }");
    world->PutPortfolio(kAuthority, "p", kAward);
    world->PutMember(kAuthority, "p", "bad", Numbered("01234567"));
    world->PutMember(kAuthority, "p", "named", "subject { name: 'Umber Lantern Weavers' }");
    world->Advance();
    world->Put("list", Ban("01234567", "to " + policy::D("2026-06-18")));
    world->PutMember(kAuthority, "p", "late", Numbered("01234567"));
    world->PassDays(7);
    world->Put("reg2", Firm("k", "Umber Lantern Weavers Ltd", "09999999"));
    world->PutMember(kAuthority, "p", "bad", "subject { name: 'Umber Lantern Weavers' }");
  };
  const auto lines = [](WatchWorld* world) {
    std::vector<std::string> all;
    for (const v1::VerdictChange& event : world->Events()) {
      all.push_back(absl::StrCat(event.id(), " ", LineOf(event)));
    }
    return all;
  };
  WatchWorld whole;
  happen(&whole);
  const uint64_t first = whole.disk().writes();
  whole.Advance();
  const std::vector<std::string> expected = lines(&whole);
  ASSERT_GE(expected.size(), 4U);
  const uint64_t writes = whole.disk().writes() - first;
  for (uint64_t cut = 0; cut < writes; ++cut) {
    SCOPED_TRACE(absl::StrCat("write ", cut, " of ", writes));
    WatchWorld world;
    happen(&world);
    world.disk().SetFaults([&](uint64_t before) {
      return before >= first + cut ? WatchUnavailable("disk", "it is cut off") : absl::OkStatus();
    });
    EXPECT_EQ(ReasonOf(world.TryAdvance()), v1::ERROR_REASON_WATCH_UNAVAILABLE);
    EXPECT_EQ(ReasonOf(world.publication().Show(kAuthority, "p").status()),
              v1::ERROR_REASON_WATCH_UNAVAILABLE);
    if (cut % 2 == 0) world.disk().SwitchOff();
    world.disk().SetFaults(nullptr);
    if (cut % 3 != 0) world.Restart();
    world.Advance();
    EXPECT_EQ(lines(&world), expected);
  }
}

}  // namespace
}  // namespace probity::screening::testing
