// Loads that are given up, outlive a restart, or expire.
#include "base/errors.h"
#include "gmock/gmock.h"
#include "services/dataset/load_manager_testing.h"

namespace probity::dataset {
namespace {

using ::testing::ElementsAre;

constexpr int64_t kWeek = 7 * 24 * 3600;

TEST_F(LoadManagerTest, EveryStateCanBeAborted) {
  const auto abort = [this](const v1::Load& load) {
    return Await(manager_->Abort(RefOf(load), kBob));
  };
  const v1::Load open = Create(Rows(0, 3)), validated = Validate(Create(Rows(0, 3))),
                 previewed = Preview(Create(Rows(0, 3))),
                 held = Import(Rows(0, 3) + "supplier,k1,Twice\n");
  for (const v1::Load& load : {open, validated, previewed, held}) {
    ASSERT_TRUE(HasFiles(load));
    EXPECT_EQ(abort(load).state(), v1::LOAD_STATE_ABORTED) << load.state();
    EXPECT_EQ(abort(load).state(), v1::LOAD_STATE_ABORTED);
    EXPECT_FALSE(HasFiles(load));
  }
  const v1::Load committed = Import(Rows(0, 3));
  EXPECT_EQ(ReasonOf(manager_->Abort(RefOf(committed), kAnn).status()),
            v1::ERROR_REASON_LOAD_STATE);
}

TEST_F(LoadManagerTest, WhatRunsIsAborted) {
  for (const bool preview : {true, false}) {
    const v1::Load load = Create(Rows(0, 3));
    impact_ = absl::UnavailableError("not yet");
    const int before = asked_;
    const auto begun =
        preview ? manager_->Preview(RefOf(load), kAnn) : manager_->Commit(RefOf(load), kAnn);
    ASSERT_TRUE(begun.ok());
    while (asked_ == before) absl::SleepFor(absl::Milliseconds(1));
    EXPECT_EQ(Await(manager_->Abort(RefOf(load), kAnn)).state(), v1::LOAD_STATE_ABORTED);
    EXPECT_FALSE(HasFiles(load));
  }
  EXPECT_EQ(Records(), 0u);
}

TEST_F(LoadManagerTest, ARestartFindsEachStateWhereItIsSafe) {
  const v1::Load open = Create(Rows(0, 3)), validated = Validate(Create(Rows(0, 3))),
                 previewed = Preview(Create(Rows(0, 3))),
                 held = Import(Rows(0, 3) + "supplier,k1,Twice\n");
  Restart();
  EXPECT_EQ(Get(open).state(), v1::LOAD_STATE_OPEN);
  EXPECT_EQ(Get(validated).state(), v1::LOAD_STATE_VALIDATED);
  EXPECT_EQ(Get(validated).counts().added(), 3u);
  EXPECT_EQ(Get(previewed).state(), v1::LOAD_STATE_PREVIEWED);
  EXPECT_EQ(Get(held).state(), v1::LOAD_STATE_HELD);
  EXPECT_THAT(Reasons(Get(held)),
              ElementsAre(v1::ERROR_REASON_TOO_MANY_REFUSED_ROWS, v1::ERROR_REASON_DUPLICATE_KEYS));
  for (const auto running :
       {v1::LOAD_STATE_VALIDATING, v1::LOAD_STATE_PREVIEWING, v1::LOAD_STATE_COMMITTING}) {
    DieIn(open, running);
    EXPECT_EQ(Get(open).state(), v1::LOAD_STATE_OPEN);
    DieIn(validated, running);
    EXPECT_EQ(Get(validated).state(), v1::LOAD_STATE_VALIDATED);
  }
  DieIn(held, v1::LOAD_STATE_COMMITTING, /*approved=*/true);
  EXPECT_EQ(Get(held).state(), v1::LOAD_STATE_HELD);
  EXPECT_FALSE(Get(held).has_approval());
  EXPECT_EQ(Approve(held).state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(Commit(open).state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(Commit(validated).state(), v1::LOAD_STATE_COMMITTED);
}

TEST_F(LoadManagerTest, ARestartFindsWhatWasPublished) {
  const v1::Load load = Import(Rows(0, 3));
  const v1::RevisionToken revision = load.revision();
  DieIn(load, v1::LOAD_STATE_COMMITTING);
  EXPECT_EQ(Get(load).state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(Get(load).revision().revision(), revision.revision());
}

TEST_F(LoadManagerTest, WhatNobodyGoesOnWithExpires) {
  const v1::Load open = Create(Rows(0, 3)), validated = Validate(Create(Rows(0, 3))),
                 previewed = Preview(Create(Rows(0, 3))),
                 held = Import(Rows(0, 3) + "supplier,k1,Twice\n"), done = Import(Rows(0, 3));
  now_ += kWeek - 1;
  Restart();
  EXPECT_EQ(Get(open).state(), v1::LOAD_STATE_OPEN);
  EXPECT_EQ(Send(open, Rows(0, 4), kAnn), absl::OkStatus());  // somebody goes on
  EXPECT_EQ(Get(held).state(), v1::LOAD_STATE_HELD);
  now_ += 1;
  for (const v1::Load& load : {validated, previewed, held}) {
    EXPECT_EQ(Get(load).state(), v1::LOAD_STATE_EXPIRED);
    EXPECT_TRUE(Get(load).has_ended_at());
    EXPECT_FALSE(HasFiles(load));
  }
  EXPECT_EQ(ReasonOf(manager_->Approve(RefOf(held), kBob, "late").status()),
            v1::ERROR_REASON_LOAD_STATE);
  EXPECT_EQ(Get(done).state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(Get(open).state(), v1::LOAD_STATE_OPEN);
  // Nobody asks for it: a server that starts takes its files away.
  now_ += kWeek;
  Restart();
  while (HasFiles(open)) absl::SleepFor(absl::Milliseconds(1));
  EXPECT_EQ(Get(open).state(), v1::LOAD_STATE_EXPIRED);
}

}  // namespace
}  // namespace probity::dataset
