#include "services/dataset/load_rules.h"

#include <map>

#include "base/errors.h"
#include "gmock/gmock.h"

namespace probity::dataset {
namespace {

using ::testing::HasSubstr;

// Every step in every state: G it is done, = it is as it is, - it is refused.
TEST(LoadRulesTest, EveryStepInEveryState) {
  const std::map<v1::LoadState, std::string> answers = {
      // upload, validate, preview, commit, approve, abort
      {v1::LOAD_STATE_OPEN, "GGGG-G"},      {v1::LOAD_STATE_VALIDATING, "-=---G"},
      {v1::LOAD_STATE_VALIDATED, "-=GG-G"}, {v1::LOAD_STATE_PREVIEWING, "--=--G"},
      {v1::LOAD_STATE_PREVIEWED, "--GG-G"}, {v1::LOAD_STATE_COMMITTING, "---=-G"},
      {v1::LOAD_STATE_HELD, "--==GG"},      {v1::LOAD_STATE_COMMITTED, "---=--"},
      {v1::LOAD_STATE_FAILED, "------"},    {v1::LOAD_STATE_ABORTED, "-----="},
      {v1::LOAD_STATE_EXPIRED, "------"},
  };
  const LoadStep steps[] = {LoadStep::kUpload, LoadStep::kValidate, LoadStep::kPreview,
                            LoadStep::kCommit, LoadStep::kApprove,  LoadStep::kAbort};
  EXPECT_EQ(static_cast<int>(answers.size()), v1::LoadState_descriptor()->value_count() - 1);
  for (const auto& [state, expected] : answers) {
    std::string got;
    for (const LoadStep step : steps) {
      const LoadAnswer answer = AnswerTo(step, state);
      got += answer == LoadAnswer::kGo ? 'G' : answer == LoadAnswer::kAsItIs ? '=' : '-';
    }
    EXPECT_EQ(got, expected) << v1::LoadState_Name(state);
    EXPECT_EQ(IsRunning(state) + HasEnded(state) + Waits(state), 1) << v1::LoadState_Name(state);
  }
}

TEST(LoadRulesTest, ARefusalSaysWhatToDo) {
  v1::Load load;
  load.set_name("datasets/d/loads/1");
  const auto says = [&load](v1::LoadState state) {
    load.set_state(state);
    const absl::Status status = WrongState(load, LoadStep::kUpload);
    EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_LOAD_STATE);
    return std::string(status.message());
  };
  EXPECT_THAT(says(v1::LOAD_STATE_HELD), HasSubstr("ApproveLoad"));
  EXPECT_THAT(says(v1::LOAD_STATE_COMMITTING), HasSubstr("GetLoad"));
  EXPECT_THAT(says(v1::LOAD_STATE_PREVIEWED), HasSubstr("CommitLoad"));
  EXPECT_THAT(says(v1::LOAD_STATE_EXPIRED), HasSubstr("CreateLoad"));
}

TEST(LoadRulesTest, WhoApprovesIsSomebodyElse) {
  v1::Load load;
  load.set_name("datasets/d/loads/1");
  load.set_created_by("ann");
  load.set_committed_by("carl");
  for (const char* one : {"ann", "carl", "", "local"}) {
    EXPECT_EQ(ReasonOf(CheckApprover(load, one)), v1::ERROR_REASON_LOAD_SELF_APPROVAL) << one;
  }
  EXPECT_EQ(CheckApprover(load, "bob"), absl::OkStatus());
  EXPECT_THAT(std::string(CheckApprover(load, "ann").message()),
              HasSubstr("opened by ann and committed by carl"));
  EXPECT_THAT(std::string(CheckApprover(load, "local").message()), HasSubstr("token_file"));
}

TEST(LoadRulesTest, WhereARestartFindsIt) {
  v1::Load load;
  EXPECT_EQ(SafeState(load, false), v1::LOAD_STATE_OPEN);
  EXPECT_EQ(SafeState(load, true), v1::LOAD_STATE_VALIDATED);
  load.mutable_approval();
  EXPECT_EQ(SafeState(load, false), v1::LOAD_STATE_HELD);
  EXPECT_EQ(SafeState(load, true), v1::LOAD_STATE_HELD);
}

}  // namespace
}  // namespace probity::dataset
