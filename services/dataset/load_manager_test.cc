// Loads through their states, up to what they publish.
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

#include "base/errors.h"
#include "gmock/gmock.h"
#include "services/dataset/load_manager_testing.h"

namespace probity::dataset {
namespace {

using ::testing::ElementsAre;

TEST_F(LoadManagerTest, StepByStep) {
  v1::Load load = Create(Rows(0, 10));
  EXPECT_EQ(load.state(), v1::LOAD_STATE_OPEN);
  load = Validate(load);
  EXPECT_EQ(load.state(), v1::LOAD_STATE_VALIDATED);
  EXPECT_EQ(load.counts().added(), 10u);
  EXPECT_EQ(asked_, 0);
  load = Preview(load);
  EXPECT_EQ(load.state(), v1::LOAD_STATE_PREVIEWED);
  EXPECT_EQ(previews_, 1);
  EXPECT_EQ(Records(), 0u);
  load = Commit(load);
  EXPECT_EQ(load.state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(load.committed_by(), "ann");
  EXPECT_EQ(load.counts().added(), 10u);
  EXPECT_FALSE(load.has_expires_at());
  EXPECT_EQ(Records(), 10u);
  EXPECT_FALSE(HasFiles(load));
}

TEST_F(LoadManagerTest, PreviewAndCommitValidateWhatIsOpen) {
  EXPECT_EQ(Preview(Create(Rows(0, 3))).state(), v1::LOAD_STATE_PREVIEWED);
  EXPECT_EQ(Import(Rows(0, 3)).state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(previews_, 1);
}

TEST_F(LoadManagerTest, OnlyWhoOpenedItSendsFiles) {
  const v1::Load load = Create("");
  EXPECT_EQ(Send(load, "x", kBob).code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(Send(load, "x", kAnn), absl::OkStatus());
}

// Of two authorities that both employ an ann, neither gets the other's load.
TEST_F(LoadManagerTest, PrincipalsOfTwoAuthoritiesMayBearOneName) {
  constexpr char kId[] = "b6f7a0b4-0000-4000-8000-000000000001";
  const rpc::Caller other = {"ann", "authorities/b"};
  v1::Load load;
  load.set_format("probity-csv");
  const auto first = manager_->Create("d", load, kAnn, kId);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_FALSE(manager_->MadeBy("d", other, kId).has_value());
  const auto second = manager_->Create("d", load, other, kId);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_NE(second->name(), first->name());
  EXPECT_EQ(manager_->MadeBy("d", kAnn, kId)->name(), first->name());
  EXPECT_EQ(Send(*first, "x", other).code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(Send(*first, "x", kAnn), absl::OkStatus());
}

TEST_F(LoadManagerTest, WhatCannotBeReadFails) {
  const std::pair<const char*, const char*> cases[] = {
      {"record_type,name\nsupplier,A\n", "NO_KEY_COLUMNS"},
      {"record_type,key,name\n", "EMPTY_FILE"},
      {"record_type,key,name\nsupplier,1", "TRUNCATED_FILE"},
      {"record_type,key,nonsense\n", "UNKNOWN_COLUMN"}};
  for (const auto& [text, reason] : cases) {
    for (const bool whole : {true, false}) {
      const v1::Load load = whole ? Import(text) : Validate(Create(text));
      EXPECT_EQ(load.state(), v1::LOAD_STATE_FAILED) << text;
      EXPECT_EQ(load.error().reason(), reason);
      EXPECT_FALSE(HasFiles(load));
    }
  }
  EXPECT_EQ(Import("").error().reason(), "EMPTY_FILE");
}

// What was read once is not read again: the file may be gone.
TEST_F(LoadManagerTest, WhatWasFoundIsUsedWhileItFits) {
  const v1::Load load = Validate(Create(Rows(0, 3)));
  std::filesystem::remove(manager_->DirectoryOf(RefOf(load)) + "/file-0");
  Restart();
  EXPECT_EQ(Commit(load).state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(Records(), 3u);
}

TEST_F(LoadManagerTest, AMovedDatasetIsComparedAgain) {
  const v1::Load load = Validate(Create(Rows(0, 5)));
  ASSERT_EQ(Import(Rows(0, 3)).state(), v1::LOAD_STATE_COMMITTED);
  const v1::Load committed = Commit(load);
  EXPECT_EQ(committed.state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(committed.counts().added(), 2u);
  EXPECT_EQ(committed.counts().unchanged(), 3u);
}

TEST_F(LoadManagerTest, ADatasetThatMovesBeforeThePublishIsComparedAgain) {
  const v1::Load load = Create(Rows(0, 5));
  before_answer_ = [this] {
    ASSERT_TRUE(
        storage::testing::Load(&store_, {"d", {storage::testing::Party("x", "X", {})}}).ok());
  };
  const v1::Load committed = Commit(load);
  EXPECT_EQ(committed.state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(committed.counts().removed(), 1u);
  EXPECT_EQ(asked_, 2);
}

TEST_F(LoadManagerTest, ADamagedChangeSetIsMadeAgain) {
  for (const char* file : {"kept", "changes-"}) {
    const v1::Load load = Validate(Create(Rows(0, 3, file)));
    int damaged = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(manager_->DirectoryOf(RefOf(load)))) {
      if (entry.path().filename().string().rfind(file, 0) != 0) continue;
      std::ofstream(entry.path(), std::ios::app) << "x";
      ++damaged;
    }
    ASSERT_EQ(damaged, 1);
    EXPECT_EQ(Commit(load).state(), v1::LOAD_STATE_COMMITTED) << file;
  }
}

TEST_F(LoadManagerTest, APreviewThatIsOvertakenWaitsAgain) {
  preview_ = LoadConflict("datasets/d");
  const v1::Load load = Preview(Create(Rows(0, 3)));
  EXPECT_EQ(load.state(), v1::LOAD_STATE_VALIDATED);
  EXPECT_EQ(load.error().reason(), "LOAD_CONFLICT");
  preview_ = absl::OkStatus();
  const v1::Load again = Preview(load);
  EXPECT_EQ(again.state(), v1::LOAD_STATE_PREVIEWED);
  EXPECT_FALSE(again.has_error());
}

TEST_F(LoadManagerTest, ADryRunSaysWhatWouldHoldAndEnds) {
  v1::Load dry;
  dry.set_dry_run(true);
  const v1::Load load = Import(Rows(0, 3) + "supplier,k1,Twice\n", dry);
  EXPECT_EQ(load.state(), v1::LOAD_STATE_ABORTED);
  EXPECT_THAT(Reasons(load),
              ElementsAre(v1::ERROR_REASON_TOO_MANY_REFUSED_ROWS, v1::ERROR_REASON_DUPLICATE_KEYS));
  EXPECT_FALSE(HasFiles(load));
}

TEST_F(LoadManagerTest, AnUnchangedEditionIsChecked) {
  ASSERT_EQ(Import(Rows(0, 3)).state(), v1::LOAD_STATE_COMMITTED);
  now_ += 3600;
  v1::Load unchanged;
  unchanged.set_mode(v1::LOAD_MODE_UNCHANGED);
  const v1::Load load = Import("", unchanged);
  EXPECT_EQ(load.state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(load.counts().unchanged(), 3u);
  const v1::SourceEdition edition = store_.Head("")->FindDataset("d")->edition();
  EXPECT_EQ(edition.checked_at().seconds(), now_);
  EXPECT_EQ(edition.sha256_size(), 1);
  EXPECT_EQ(Records(), 3u);
}

TEST_F(LoadManagerTest, TwoLoadsOfOneDatasetAtOnce) {
  const v1::Load one = Create(Rows(0, 200, "One ")), other = Create(Rows(0, 200, "Other "));
  ASSERT_TRUE(manager_->Commit(RefOf(one), kAnn).ok());
  ASSERT_TRUE(manager_->Commit(RefOf(other), kAnn).ok());
  EXPECT_EQ(Await(Get(one)).state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(Await(Get(other)).state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(Records(), 200u);
  EXPECT_EQ(Get(one).counts().added() + Get(other).counts().added(), 200u);
}

}  // namespace
}  // namespace probity::dataset
