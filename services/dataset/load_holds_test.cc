// What holds a load, and who lets it through.
#include <string>

#include "base/errors.h"
#include "gmock/gmock.h"
#include "services/dataset/load_manager_testing.h"

namespace probity::dataset {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(LoadManagerTest, ABrokenGuardRailHoldsUntilASecondPersonLetsItThrough) {
  ASSERT_EQ(Import(Rows(0, 100)).state(), v1::LOAD_STATE_COMMITTED);
  ASSERT_EQ(Import(Rows(20, 100)).state(), v1::LOAD_STATE_COMMITTED);  // 20 per cent
  v1::Load load = Import(Rows(41, 100));                               // 21 of 80
  EXPECT_EQ(load.state(), v1::LOAD_STATE_HELD);
  EXPECT_THAT(Reasons(load), ElementsAre(v1::ERROR_REASON_TOO_MUCH_REMOVED));
  EXPECT_EQ(Records(), 80u);
  EXPECT_EQ(previews_, 1);
  EXPECT_EQ(Commit(load).state(), v1::LOAD_STATE_HELD);
  EXPECT_EQ(ReasonOf(manager_->Approve(RefOf(load), kAnn, "me").status()),
            v1::ERROR_REASON_LOAD_SELF_APPROVAL);
  EXPECT_EQ(ReasonOf(manager_->Approve(RefOf(load), {"local", ""}, "me").status()),
            v1::ERROR_REASON_LOAD_SELF_APPROVAL);
  load = Approve(load);
  EXPECT_EQ(load.state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(load.approval().approved_by(), "bob");
  EXPECT_EQ(load.approval().note(), "seen");
  EXPECT_THAT(load.approval().violations(), ElementsAre(v1::ERROR_REASON_TOO_MUCH_REMOVED));
  EXPECT_EQ(Records(), 59u);
  const auto manifest = store_.Head("")->manifest();
  EXPECT_EQ(manifest.approval().approved_by(), "bob");
  EXPECT_EQ(manifest.published_by(), "ann");
  // The next revision is nobody's approval.
  ASSERT_EQ(Import(Rows(41, 100)).state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_FALSE(store_.Head("")->manifest().has_approval());
  // A call that was sent twice.
  EXPECT_EQ(Approve(load).state(), v1::LOAD_STATE_COMMITTED);
}

TEST_F(LoadManagerTest, WhoCommittedDoesNotApproveEither) {
  const v1::Load load = Create(Rows(0, 3) + "supplier,k1,Twice\n");
  EXPECT_EQ(Await(manager_->Commit(RefOf(load), kCarl)).state(), v1::LOAD_STATE_HELD);
  EXPECT_EQ(ReasonOf(manager_->Approve(RefOf(load), kCarl, "me").status()),
            v1::ERROR_REASON_LOAD_SELF_APPROVAL);
  EXPECT_EQ(Approve(load).state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(store_.Head("")->manifest().published_by(), "carl");
}

TEST_F(LoadManagerTest, ARaisedLimitReleasesNothing) {
  const v1::Load load = Import(Rows(0, 3) + "supplier,k1,Twice\n");
  ASSERT_EQ(load.state(), v1::LOAD_STATE_HELD);
  SetRails("max_duplicate_keys: 9");
  EXPECT_EQ(Commit(load).state(), v1::LOAD_STATE_HELD);
  EXPECT_EQ(Records(), 0u);
}

TEST_F(LoadManagerTest, AnApprovalCountsForWhatWasShown) {
  ASSERT_EQ(Import(Rows(0, 100)).state(), v1::LOAD_STATE_COMMITTED);
  v1::Load load = Import(Rows(30, 100));
  ASSERT_EQ(load.state(), v1::LOAD_STATE_HELD);
  // The dataset grew meanwhile: more would go than was shown.
  ASSERT_EQ(Import(Rows(0, 120)).state(), v1::LOAD_STATE_COMMITTED);
  load = Approve(load);
  EXPECT_EQ(load.state(), v1::LOAD_STATE_HELD);
  EXPECT_FALSE(load.has_approval());
  EXPECT_EQ(Records(), 120u);
  // It was looked at again.
  EXPECT_EQ(Approve(load).state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(Records(), 70u);
}

TEST_F(LoadManagerTest, AnApprovalCountsAfterTheDatasetMovedWhereItIsNoWorse) {
  ASSERT_EQ(Import(Rows(0, 100)).state(), v1::LOAD_STATE_COMMITTED);
  const v1::Load load = Import(Rows(30, 100));
  ASSERT_EQ(load.state(), v1::LOAD_STATE_HELD);
  ASSERT_EQ(Import(Rows(5, 100)).state(), v1::LOAD_STATE_COMMITTED);
  const v1::Load approved = Approve(load);
  EXPECT_EQ(approved.state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(approved.counts().removed(), 25u);
}

TEST_F(LoadManagerTest, LiftedVerdictsHold) {
  lifted_ = {"authorities/a/portfolios/p/members/1", "authorities/b/portfolios/q/members/2"};
  v1::Load load = Import(Rows(0, 3));
  EXPECT_EQ(load.state(), v1::LOAD_STATE_HELD);
  EXPECT_THAT(Reasons(load), ElementsAre(v1::ERROR_REASON_VERDICTS_LIFTED));
  EXPECT_EQ(load.lifted_count(), 2u);
  // Each authority reads its own members' names.
  ASSERT_EQ(load.lifted_size(), 1);
  EXPECT_EQ(load.lifted(0).member(), "authorities/a/portfolios/p/members/1");
  EXPECT_EQ(Get(load, "authorities/b").lifted(0).member(), "authorities/b/portfolios/q/members/2");
  EXPECT_THAT(Get(load, "").lifted(), IsEmpty());
  EXPECT_THAT(Get(load, "authorities/").lifted(), IsEmpty());
  lifted_ = {"portfolios/p/members/3", "authorities/a/portfolios/p/members/1"};
  const v1::Load other = Import(Rows(0, 3));
  ASSERT_EQ(Get(other, "").lifted_size(), 1);
  EXPECT_EQ(Get(other, "").lifted(0).member(), "portfolios/p/members/3");
  lifted_ = {"authorities/a/portfolios/p/members/1", "authorities/b/portfolios/q/members/2"};
  load = Approve(load);
  EXPECT_EQ(load.state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(load.approval().lifted_count(), 2u);
}

TEST_F(LoadManagerTest, AnotherLiftedMemberThanWasShownHoldsAgain) {
  lifted_ = {"authorities/a/portfolios/p/members/1", "authorities/a/portfolios/p/members/2"};
  v1::Load load = Import(Rows(0, 3));
  ASSERT_EQ(load.state(), v1::LOAD_STATE_HELD);
  lifted_ = {"authorities/a/portfolios/p/members/3"};
  load = Approve(load);
  EXPECT_EQ(load.state(), v1::LOAD_STATE_HELD);
  EXPECT_EQ(load.lifted(0).member(), "authorities/a/portfolios/p/members/3");
  lifted_.clear();
  EXPECT_EQ(Approve(load).state(), v1::LOAD_STATE_COMMITTED);
}

TEST_F(LoadManagerTest, APreviewSaysWhatWouldHoldAndACommitAsksAgain) {
  lifted_ = {"authorities/a/portfolios/p/members/1"};
  const v1::Load load = Preview(Create(Rows(0, 3)));
  EXPECT_EQ(load.state(), v1::LOAD_STATE_PREVIEWED);
  EXPECT_EQ(load.lifted_size(), 1);
  lifted_.clear();
  const v1::Load committed = Commit(load);
  EXPECT_EQ(committed.state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_THAT(committed.violations(), IsEmpty());
}

TEST_F(LoadManagerTest, WhatCannotBeToldDoesNotPass) {
  impact_ = LimitExceeded("rows", 10, 20);
  EXPECT_THAT(Reasons(Import(Rows(0, 3))), ElementsAre(v1::ERROR_REASON_VERDICTS_LIFTED));
  impact_ = absl::DataLossError("harmed");
  EXPECT_EQ(Import(Rows(0, 3)).state(), v1::LOAD_STATE_FAILED);
  EXPECT_EQ(Records(), 0u);
  // Now and then it takes a moment.
  impact_ = absl::UnavailableError("the index is being made");
  const v1::Load load = Create(Rows(0, 3));
  ASSERT_TRUE(manager_->Commit(RefOf(load), kAnn).ok());
  while (asked_ < 4) absl::SleepFor(absl::Milliseconds(1));
  EXPECT_EQ(Get(load).phase(), v1::LOAD_PHASE_PREVIEWING);
  EXPECT_EQ(Await(manager_->Abort(RefOf(load), kAnn)).state(), v1::LOAD_STATE_ABORTED);
}

TEST_F(LoadManagerTest, EachGuardRailOfALoadHolds) {
  SetRails("required_columns: 'country' max_unknown_schemes: 1 max_duplicate_keys: 1");
  const std::string head = "record_type,key,name,identifiers,country\n";
  const std::string fill = [] {
    std::string rows;
    for (int i = 0; i < 400; ++i) rows += "supplier,f" + std::to_string(i) + ",F,,GB\n";
    return rows;
  }();
  const std::string unknown = "supplier,u,U,XX-NONE:1,GB\n", twice = "supplier,f1,F,,GB\n";
  EXPECT_THAT(Reasons(Import(head + fill + unknown + twice)), IsEmpty());
  EXPECT_THAT(Reasons(Import(head + fill + unknown + unknown)),
              ElementsAre(v1::ERROR_REASON_UNKNOWN_SCHEMES));
  EXPECT_THAT(Reasons(Import(head + fill + twice + twice)),
              ElementsAre(v1::ERROR_REASON_DUPLICATE_KEYS));
  EXPECT_THAT(Reasons(Import(Rows(0, 400))),
              ElementsAre(v1::ERROR_REASON_MISSING_COLUMN, v1::ERROR_REASON_TOO_MUCH_REMOVED));
  EXPECT_THAT(Reasons(Import(head + fill + "planet,1,1,1,1\nplanet,2,1,1,1\n")), IsEmpty());
  EXPECT_THAT(Reasons(Import(head + fill +
                             "planet,1,1,1,1\nplanet,2,1,1,1\nplanet,3,1,1,1\nplanet,4,1,1,1\n"
                             "planet,5,1,1,1\n")),
              ElementsAre(v1::ERROR_REASON_TOO_MANY_REFUSED_ROWS));
}

TEST_F(LoadManagerTest, AnOlderEditionIsHeldAndBecomesTheActiveOneOfARegister) {
  v1::Load newer, older;
  *newer.mutable_edition() = storage::testing::Day("2026-10-01");
  *older.mutable_edition() = storage::testing::Day("2026-09-01");
  ASSERT_EQ(Import(Rows(0, 3), newer).state(), v1::LOAD_STATE_COMMITTED);
  const v1::Load held = Import(Rows(0, 2), older);
  EXPECT_THAT(Reasons(held), ElementsAre(v1::ERROR_REASON_OLDER_EDITION));
  ASSERT_EQ(Approve(held).state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(store_.Head("")->FindDataset("d")->edition().edition().month(), 9);
}

TEST_F(LoadManagerTest, AProposalIsHeldAtOnceAndRepeated) {
  storage::v1::DatasetState after = *store_.Head("")->FindDataset("d");
  after.mutable_dataset()->set_second_person_for_records(true);
  ASSERT_TRUE(
      store_.Publish(storage::ChangeSetWithoutRows(*store_.Head("")->FindDataset("d"), after), {})
          .ok());
  v1::Load load;
  load.set_format("probity-jsonl");
  load.set_mode(v1::LOAD_MODE_DELTA);
  LoadManager::OwnFile file = {"record", v1::FILE_ROLE_SINGLE_RECORD,
                               "{\"key\":\"1\",\"supplier\":{\"names\":[{\"text\":\"A\"}]}}\n"};
  const auto held = manager_->Propose("d", load, file, kAnn, "request");
  ASSERT_EQ(held.status(), absl::OkStatus());
  EXPECT_EQ(held->state(), v1::LOAD_STATE_HELD);
  EXPECT_THAT(Reasons(*held), ElementsAre(v1::ERROR_REASON_SECOND_PERSON_REQUIRED));
  EXPECT_EQ(manager_->Propose("d", load, file, kAnn, "request")->name(), held->name());
  EXPECT_EQ(manager_->MadeBy("d", kAnn, "request")->name(), held->name());
  EXPECT_FALSE(manager_->MadeBy("d", kBob, "request").has_value());
  file.bytes += " ";
  EXPECT_EQ(ReasonOf(manager_->Propose("d", load, file, kAnn, "request").status()),
            v1::ERROR_REASON_REQUEST_ID_REUSED);
  EXPECT_EQ(Approve(*held).state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(Records(), 1u);
}

TEST_F(LoadManagerTest, CheckLiftsSaysWhoNeedsASecondPerson) {
  storage::ChangeSet changes;
  EXPECT_EQ(manager_->CheckLifts(changes, ""), absl::OkStatus());
  lifted_ = {"authorities/a/portfolios/p/members/1"};
  EXPECT_EQ(ReasonOf(manager_->CheckLifts(changes, "")), v1::ERROR_REASON_VERDICTS_LIFTED);
}

}  // namespace
}  // namespace probity::dataset
