// What waits for a second person, through the public API: loads, single records, settings.
#include <string>

#include "gmock/gmock.h"
#include "services/server/testing.h"

namespace probity::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string Rows(int from, int to) {
  std::string rows = "record_type,key,name,identifiers\n";
  for (int i = from; i < to; ++i) {
    const std::string number = std::to_string(10000000 + i);
    rows += "supplier,k" + std::to_string(i) + ",Name,GB-COH:" + number + "\n";
  }
  return rows;
}

class HeldLoadTest : public ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    UseTokens();
    CreateDataset("r");
  }

  v1::ApproveLoadRequest Approval(const v1::Load& load) {
    v1::ApproveLoadRequest request;
    request.set_name(load.name());
    request.set_note("seen, letter 117");
    return request;
  }
  v1::Dataset Dataset() {
    v1::GetDatasetRequest get;
    get.set_name("datasets/r");
    return Ask(&DataStub::GetDataset, get);
  }
  v1::UpdateDatasetResponse Update(const std::string& text, const std::string& request_id = "") {
    v1::UpdateDatasetRequest request;
    *request.mutable_dataset() = Dataset();
    request.mutable_dataset()->MergeFrom(Parse<v1::Dataset>(text));
    request.set_request_id(request_id);
    return Ask(&DataStub::UpdateDataset, request);
  }
  v1::Revision Newest() {
    return Ask(&DataStub::ListRevisions, v1::ListRevisionsRequest()).revisions(0);
  }
};

TEST_F(HeldLoadTest, StepsOneByOne) {
  v1::ValidateLoadRequest validate;
  validate.set_name(OpenLoad("r", "probity-csv"));
  uint64_t committed = 0;
  ASSERT_TRUE(Send(validate.name(), 0, Rows(0, 10), &committed).ok());
  const v1::Load load = AwaitLoad(Ask(&DataStub::ValidateLoad, validate));
  EXPECT_EQ(load.state(), v1::LOAD_STATE_VALIDATED);
  EXPECT_EQ(load.counts().added(), 10u);
  EXPECT_TRUE(load.has_expires_at());
  EXPECT_FALSE(Send(validate.name(), 0, Rows(0, 10), &committed).ok());
  EXPECT_EQ(reason_, "LOAD_STATE");
  v1::PreviewLoadRequest preview;
  preview.set_name(load.name());
  EXPECT_EQ(AwaitLoad(Ask(&DataStub::PreviewLoad, preview)).state(), v1::LOAD_STATE_PREVIEWED);
  EXPECT_EQ(Refusal(&DataStub::ValidateLoad, validate), "LOAD_STATE");
  EXPECT_EQ(Dataset().record_count(), 0u);
  EXPECT_EQ(Commit(load.name()).state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(Dataset().record_count(), 10u);
}

TEST_F(HeldLoadTest, ASecondPersonLetsItThroughAndStandsInTheRevision) {
  ASSERT_EQ(Import("r", "probity-csv", Rows(0, 100)).state(), v1::LOAD_STATE_COMMITTED);
  const v1::Load load = Import("r", "probity-csv", Rows(0, 79));
  ASSERT_EQ(load.state(), v1::LOAD_STATE_HELD);
  EXPECT_EQ(load.violations(0).reason(), v1::ERROR_REASON_TOO_MUCH_REMOVED);
  EXPECT_EQ(Refusal(&DataStub::ApproveLoad, Approval(load)), "LOAD_SELF_APPROVAL");
  v1::ApproveLoadRequest silent = Approval(load);
  silent.clear_note();
  EXPECT_EQ(Refusal(&DataStub::ApproveLoad, silent), "INVALID_FIELD");
  Restart();
  EXPECT_EQ(LetThrough(load).state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(Dataset().record_count(), 79u);
  const v1::Revision revision = Newest();
  EXPECT_EQ(revision.published_by(), "ann");
  EXPECT_EQ(revision.approval().approved_by(), "bob");
  EXPECT_EQ(revision.approval().note(), "seen, letter 117");
  EXPECT_THAT(revision.approval().violations(), ElementsAre(v1::ERROR_REASON_TOO_MUCH_REMOVED));
  EXPECT_EQ(revision.load(), load.name());
  EXPECT_EQ(Refusal(&DataStub::ApproveLoad, Approval(load)), "LOAD_STATE");
}

TEST_F(HeldLoadTest, OnlyTheSenderSendsFiles) {
  const std::string load = OpenLoad("r", "probity-csv");
  token_ = kBob;
  uint64_t committed = 0;
  EXPECT_FALSE(Send(load, 0, Rows(0, 1), &committed).ok());
  EXPECT_EQ(reason_, "PERMISSION_DENIED");
  token_ = kAnn;
  v1::UploadChunkRequest chunk;
  chunk.set_load(load);
  chunk.set_file_name("f");
  chunk.set_role(v1::FILE_ROLE_SINGLE_RECORD);
  chunk.set_data("{}");
  EXPECT_EQ(Refusal(&DataStub::UploadChunk, chunk), "INVALID_FIELD");
}

TEST_F(HeldLoadTest, ModesThatOthersMakeAreRefused) {
  for (const char* mode : {"LOAD_MODE_ROLLBACK", "LOAD_MODE_SETTINGS"}) {
    const auto request = Parse<v1::CreateLoadRequest>(
        "dataset: 'datasets/r' load { format: 'probity-csv' mode: " + std::string(mode) + " }");
    EXPECT_EQ(Refusal(&DataStub::CreateLoad, request), "INVALID_FIELD");
    EXPECT_EQ(field_, "load.mode");
  }
}

TEST_F(HeldLoadTest, SingleRecordsWaitWhereTheDatasetAsksForIt) {
  ASSERT_EQ(Put("r", "key: 'old' supplier { names { text: 'Old' } }").held().name(), "");
  ASSERT_FALSE(Update("second_person_for_records: true").has_held());
  auto put = Parse<v1::PutRecordRequest>(
      "dataset: 'datasets/r' record { key: 'new' supplier { names { text: 'New' } } } "
      "note: 'by telephone' request_id: '0d9c8a52-1111-4222-8333-444455556666'");
  const v1::PutRecordResponse held = Ask(&DataStub::PutRecord, put);
  EXPECT_EQ(held.held().state(), v1::LOAD_STATE_HELD);
  EXPECT_EQ(held.held().violations(0).reason(), v1::ERROR_REASON_SECOND_PERSON_REQUIRED);
  EXPECT_FALSE(held.has_stamp());
  EXPECT_EQ(Dataset().record_count(), 1u);
  EXPECT_EQ(Ask(&DataStub::PutRecord, put).held().name(), held.held().name());
  EXPECT_EQ(Refusal(&DataStub::ApproveLoad, Approval(held.held())), "LOAD_SELF_APPROVAL");
  EXPECT_EQ(LetThrough(held.held()).state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(Dataset().record_count(), 2u);
  EXPECT_EQ(Newest().note(), "by telephone");
  // Said once more after it was let through: the same answer, and nothing is written.
  EXPECT_EQ(Ask(&DataStub::PutRecord, put).held().state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(Dataset().record_count(), 2u);

  v1::RemoveRecordRequest remove;
  remove.set_name("datasets/r/records/none");
  EXPECT_EQ(Refusal(&DataStub::RemoveRecord, remove), "RECORD_NOT_FOUND");
  remove.set_name("datasets/r/records/old");
  const v1::RemoveRecordResponse removal = Ask(&DataStub::RemoveRecord, remove);
  EXPECT_EQ(removal.held().state(), v1::LOAD_STATE_HELD);
  EXPECT_EQ(Dataset().record_count(), 2u);
  EXPECT_EQ(LetThrough(removal.held()).state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(Dataset().record_count(), 1u);
  put.mutable_record()->clear_supplier();
  put.clear_request_id();
  EXPECT_EQ(Refusal(&DataStub::PutRecord, put), "ROW_VALUE");
}

TEST_F(HeldLoadTest, AHeldRecordOfAListIsDated) {
  CreateDataset("list", v1::ABSENCE_MODE_DELISTED);
  auto update = Parse<v1::UpdateDatasetRequest>(
      "dataset { name: 'datasets/list' second_person_for_records: true }");
  Ask(&DataStub::UpdateDataset, update);
  auto put = Parse<v1::PutRecordRequest>(
      "dataset: 'datasets/list' record { key: '1' supplier { names { text: 'A' } } } edition " +
      D("2026-05-01"));
  const v1::Load held = Ask(&DataStub::PutRecord, put).held();
  EXPECT_EQ(held.edition().month(), 5);
  EXPECT_EQ(LetThrough(held).state(), v1::LOAD_STATE_COMMITTED);
  // What is wrong with it is said at once, and not by a load.
  *put.mutable_edition() = ParseDate("2026-04-01").value();
  EXPECT_EQ(Refusal(&DataStub::PutRecord, put), "OLDER_EDITION");
  put.mutable_edition()->clear_day();
  EXPECT_EQ(Refusal(&DataStub::PutRecord, put), "INVALID_FIELD");
}

TEST_F(HeldLoadTest, SettingsChangeAtOnceUnlessTheyLoosen) {
  const v1::UpdateDatasetResponse titled =
      Update("title: 'Register' guard_rails { max_shrink_percent: 5 max_duplicate_keys: 0 }");
  EXPECT_FALSE(titled.has_held());
  EXPECT_EQ(titled.dataset().title(), "Register");
  EXPECT_EQ(Newest().note(), "settings");
  EXPECT_EQ(Dataset().guard_rails().max_shrink_percent(), 5);

  const char* id = "0d9c8a52-1111-4222-8333-444455556677";
  const v1::UpdateDatasetResponse loose = Update("guard_rails { max_shrink_percent: 50 }", id);
  EXPECT_EQ(loose.held().state(), v1::LOAD_STATE_HELD);
  EXPECT_EQ(loose.held().mode(), v1::LOAD_MODE_SETTINGS);
  ASSERT_EQ(loose.held().violations_size(), 1);
  EXPECT_EQ(loose.held().violations(0).reason(), v1::ERROR_REASON_GUARD_RAIL_LOOSENED);
  EXPECT_THAT(loose.held().violations(0).message(),
              HasSubstr("max_shrink_percent would be 50 instead of 5"));
  EXPECT_EQ(Dataset().guard_rails().max_shrink_percent(), 5);
  EXPECT_EQ(Update("guard_rails { max_shrink_percent: 50 }", id).held().name(),
            loose.held().name());
  EXPECT_EQ(Refusal(&DataStub::ApproveLoad, Approval(loose.held())), "LOAD_SELF_APPROVAL");
  EXPECT_EQ(LetThrough(loose.held()).state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(Dataset().guard_rails().max_shrink_percent(), 50);
  EXPECT_EQ(Dataset().title(), "Register");
}

// Whoever approves lets through what was shown, not what became of it.
TEST_F(HeldLoadTest, ATightenedRailIsNotLoosenedByAnOlderProposal) {
  const v1::Load loose = Update("guard_rails { max_duplicate_keys: 9 }").held();
  ASSERT_EQ(loose.state(), v1::LOAD_STATE_HELD);
  ASSERT_FALSE(Update("max_refused_percent: 0.5").has_held());
  const v1::Load again = LetThrough(loose);
  EXPECT_EQ(again.state(), v1::LOAD_STATE_HELD);
  EXPECT_EQ(again.violations_size(), 2);
  EXPECT_EQ(Dataset().max_refused_percent(), 0.5);
}

TEST_F(HeldLoadTest, SomeSettingsNeverChange) {
  auto request = Parse<v1::UpdateDatasetRequest>(
      "dataset { name: 'datasets/r' absence: ABSENCE_MODE_DELISTED }");
  EXPECT_EQ(Refusal(&DataStub::UpdateDataset, request), "INVALID_FIELD");
  EXPECT_EQ(field_, "dataset.absence");
  request.mutable_dataset()->clear_absence();
  request.mutable_dataset()->mutable_guard_rails()->set_max_shrink_percent(101);
  EXPECT_EQ(Refusal(&DataStub::UpdateDataset, request), "INVALID_FIELD");
  request = Parse<v1::UpdateDatasetRequest>("dataset { name: 'datasets/none' }");
  EXPECT_EQ(Refusal(&DataStub::UpdateDataset, request), "DATASET_NOT_FOUND");
}

}  // namespace
}  // namespace probity::server
