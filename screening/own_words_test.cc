// What stored waivers and replies are worth on a day.
#include <memory>
#include <string>
#include <vector>

#include "base/testing.h"
#include "gmock/gmock.h"
#include "policy/testing.h"
#include "screening/judgements.h"
#include "screening/replies.h"
#include "screening/waivers.h"
#include "storage/index_terms.h"
#include "storage/memory/in_memory_store.h"
#include "storage/own_datasets.h"
#include "storage/testing/builders.h"

namespace probity::screening {
namespace {

using policy::D;
using policy::DayOf;
using policy::Parse;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kAuthority[] = "authorities/a";
constexpr char kFirm[] = "subject { identifier { scheme: 'GB-COH' value: '01234567' } } ";

class OwnWordsTest : public ::testing::Test {
 protected:
  OwnWordsTest() : store_(TestIdentifiers(), "0123456789abcdef") {
    for (const auto kind : {v1::DATASET_KIND_WAIVERS, v1::DATASET_KIND_REPLIES}) {
      auto own = storage::NewDatasetChangeSet(*View(), storage::OwnDataset(kind, kAuthority));
      EXPECT_TRUE(store_.Publish(*own, {}).ok());
    }
  }

  std::shared_ptr<const storage::View> View() const { return store_.Head(kAuthority); }

  void Put(v1::DatasetKind kind, const std::string& record) {
    storage::testing::TestLoad load{storage::OwnDatasetId(kind, kAuthority)};
    load.authority = kAuthority;
    load.mode = v1::LOAD_MODE_DELTA;
    load.records = {Parse<v1::Record>(record)};
    auto view = storage::testing::Load(&store_, load);
    ASSERT_TRUE(view.ok()) << view.status();
  }
  void PutWaiver(const std::string& key, const std::string& fields) {
    auto record = Parse<v1::Record>("key: '" + key + "' waiver { " + kFirm + fields + " }");
    const auto identity = SubjectFingerprint(*View(), record.waiver().subject());
    record.mutable_waiver()->set_subject_fingerprint(**identity);
    std::string text;
    google::protobuf::TextFormat::PrintToString(record, &text);
    Put(v1::DATASET_KIND_WAIVERS, text);
  }
  void PutReply(const std::string& key, const std::string& fields) {
    Put(v1::DATASET_KIND_REPLIES,
        "key: '" + key + "' reply { about: 'datasets/l/records/r' " + fields + " }");
  }

  // States on a day, in order of their keys.
  std::vector<std::string> WaiverStates(const std::string& day) {
    const auto subject = Parse<v1::Waiver>(kFirm).subject();
    std::vector<std::string> states;
    const auto all = WaiversFor(*View(), storage::JudgementTerms(subject), DayOf(day));
    for (const v1::Waiver& one : *all) {
      states.push_back(v1::WaiverState_Name(one.state()).substr(sizeof("WAIVER_STATE")));
    }
    return states;
  }
  std::vector<v1::Reply> Replies(const std::string& day) {
    return *RepliesTo(*View(), {"datasets/l/records/r"}, DayOf(day));
  }

  storage::InMemoryStore store_;
};

TEST_F(OwnWordsTest, AWaiverHoldsFromItsApprovalToItsLastDay) {
  EXPECT_THAT(WaiverStates("2026-03-10"), IsEmpty());
  PutWaiver("1", "last_day " + D("2026-03-31"));
  EXPECT_THAT(WaiverStates("2026-03-10"), ElementsAre("REQUESTED"));
  PutWaiver("2", "approves: 'authorities/a/waivers/1' in_force_from " + D("2026-03-10"));
  EXPECT_THAT(WaiverStates("2026-03-09"), ElementsAre("REQUESTED"));
  EXPECT_THAT(WaiverStates("2026-03-10"), ElementsAre("IN_FORCE"));
  EXPECT_THAT(WaiverStates("2026-03-31"), ElementsAre("IN_FORCE"));
  EXPECT_THAT(WaiverStates("2026-04-01"), ElementsAre("ENDED"));
  // Nobody's approval but the first counts, and one of another waiver is none.
  PutWaiver("3", "approves: 'authorities/a/waivers/1' in_force_from " + D("2026-03-01"));
  PutWaiver("4", "last_day " + D("2026-03-31"));
  EXPECT_THAT(WaiverStates("2026-03-09"), ElementsAre("REQUESTED", "REQUESTED"));
  EXPECT_THAT(WaiverStates("2026-03-10"), ElementsAre("IN_FORCE", "REQUESTED"));
}

TEST_F(OwnWordsTest, ARevocationCountsForEveryDay) {
  PutWaiver("1", "last_day " + D("2026-03-31"));
  PutWaiver("2", "approves: 'authorities/a/waivers/1' in_force_from " + D("2026-03-10"));
  PutWaiver("3", "revokes: 'authorities/a/waivers/1' revoked_by: 'ann'");
  for (const char* day : {"2026-03-09", "2026-03-10", "2026-04-01"}) {
    EXPECT_THAT(WaiverStates(day), ElementsAre("REVOKED")) << day;
  }
}

TEST_F(OwnWordsTest, TheLatestAssessmentOfADayCounts) {
  PutReply("1", "kind: REPLY_KIND_SELF_CLEANING recorded_by: 'ann' received_on " + D("2026-03-01"));
  const std::string of = "assesses: 'authorities/a/replies/1' assessed_by: 'bea' outcome: ";
  PutReply("2", of + "SELF_CLEANING_OUTCOME_INSUFFICIENT assessed_on " + D("2026-03-10"));
  PutReply("3", of + "SELF_CLEANING_OUTCOME_ACCEPTED assessed_on " + D("2026-03-20"));
  EXPECT_EQ(Replies("2026-03-09").at(0).state(), v1::REPLY_STATE_RECORDED);
  EXPECT_EQ(Replies("2026-03-10").at(0).outcome(), v1::SELF_CLEANING_OUTCOME_INSUFFICIENT);
  EXPECT_EQ(Replies("2026-03-19").at(0).outcome(), v1::SELF_CLEANING_OUTCOME_INSUFFICIENT);
  EXPECT_EQ(Replies("2026-03-20").at(0).outcome(), v1::SELF_CLEANING_OUTCOME_ACCEPTED);
  EXPECT_EQ(Replies("2026-03-20").at(0).assessment(), "authorities/a/replies/3");
  ASSERT_EQ(Replies("2026-03-20").size(), 1u);
  PutReply("4", "withdraws: 'authorities/a/replies/1'");
  EXPECT_EQ(Replies("2026-03-20").at(0).state(), v1::REPLY_STATE_WITHDRAWN);
}

}  // namespace
}  // namespace probity::screening
