// DatasetService through the public API.
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "services/server/testing.h"

namespace probity::server {
namespace {

using ::testing::HasSubstr;

TEST_F(ServerTest, PutsAndRemovesOneRecordOnce) {
  CreateDataset("r");
  v1::PutRecordRequest put;
  put.set_dataset("datasets/r");
  put.set_request_id("0d9c8a52-1111-4222-8333-444455556666");
  put.mutable_record()->set_key("k");
  put.mutable_record()->mutable_supplier()->add_names()->set_text("A");
  v1::PutRecordResponse stored;
  ASSERT_TRUE(Call(&v1::DatasetService::Stub::PutRecord, put, &stored).ok());
  EXPECT_EQ(stored.stamp().revision().revision(), 3u);
  ASSERT_TRUE(Call(&v1::DatasetService::Stub::PutRecord, put, &stored).ok());
  EXPECT_EQ(stored.record().name(), "datasets/r/records/k");
  EXPECT_EQ(stored.stamp().revision().revision(), 3u);
  put.mutable_record()->set_key("other");
  Call(&v1::DatasetService::Stub::PutRecord, put, &stored);
  EXPECT_EQ(reason_, "REQUEST_ID_REUSED");
  v1::RemoveRecordRequest remove;
  remove.set_name("datasets/r/records/k");
  v1::RemoveRecordResponse removed;
  ASSERT_TRUE(Call(&v1::DatasetService::Stub::RemoveRecord, remove, &removed).ok());
  EXPECT_EQ(Call(&v1::DatasetService::Stub::RemoveRecord, remove, &removed).error_code(),
            grpc::StatusCode::NOT_FOUND);
}

v1::CreateDatasetRequest NewDataset(const std::string& text) {
  v1::CreateDatasetRequest request;
  *request.mutable_dataset() = Parse<v1::Dataset>(text);
  return request;
}

TEST_F(ServerTest, MakesADatasetOnceAndSaysWhatIsWrong) {
  auto request = NewDataset("name: 'datasets/r' absence: ABSENCE_MODE_RETRACTED title: 'R'");
  request.set_request_id(kUuid);
  const auto made = Ask(&DataStub::CreateDataset, request);
  EXPECT_EQ(Ask(&DataStub::CreateDataset, request).SerializeAsString(), made.SerializeAsString());
  request.mutable_dataset()->set_title("Another");
  EXPECT_EQ(Refusal(&DataStub::CreateDataset, request), "REQUEST_ID_REUSED");
  request.set_request_id(kUuid2);
  EXPECT_EQ(Refusal(&DataStub::CreateDataset, request), "DATASET_EXISTS");
  request.set_request_id("1");
  EXPECT_EQ(Refusal(&DataStub::CreateDataset, request), "INVALID_FIELD");
  EXPECT_EQ(field_, "request_id");
  const std::pair<const char*, const char*> bad[] = {
      {"absence: ABSENCE_MODE_RETRACTED", "dataset.name"},
      {"name: 'datasets/R' absence: ABSENCE_MODE_RETRACTED", "dataset.name"},
      {"name: 'datasets/x'", "absence"}};
  for (const auto& [text, field] : bad) {
    EXPECT_EQ(Refusal(&DataStub::CreateDataset, NewDataset(text)), "INVALID_FIELD") << text;
    EXPECT_THAT(field_, HasSubstr(field)) << text;
  }
  EXPECT_EQ(Ask(&DataStub::ListRevisions, v1::ListRevisionsRequest()).revisions_size(), 2);
}

TEST_F(ServerTest, ListsRevisionsAndLoadsNewestFirstInPages) {
  CreateDataset("r");
  CreateDataset("s");
  for (const char* key : {"1", "2", "3"}) {
    Put("r", std::string("key: '") + key + "' supplier { names { text: 'A' } }");
  }
  Put("s", "key: '1' supplier { names { text: 'A' } }");
  v1::ListRevisionsRequest request;
  request.set_dataset("datasets/r");
  request.set_page_size(3);
  auto page = Ask(&DataStub::ListRevisions, request);
  ASSERT_EQ(page.revisions_size(), 3);
  EXPECT_EQ(page.revisions(0).token().revision(), 6u);
  EXPECT_EQ(page.revisions(0).counts().added(), 1u);
  EXPECT_FALSE(page.revisions(0).parent_digest().empty());
  Put("r", "key: '9' supplier { names { text: 'A' } }");
  request.set_page_token(page.next_page_token());
  page = Ask(&DataStub::ListRevisions, request);
  ASSERT_EQ(page.revisions_size(), 1);
  EXPECT_EQ(page.revisions(0).token().revision(), 2u);

  const std::string first = OpenLoad("r", "probity-csv");
  const std::string second = OpenLoad("r", "probity-csv");
  v1::ListLoadsRequest loads;
  loads.set_dataset("datasets/r");
  loads.set_page_size(1);
  auto listed = Ask(&DataStub::ListLoads, loads);
  EXPECT_EQ(listed.loads(0).name(), second);
  loads.set_page_token(listed.next_page_token());
  listed = Ask(&DataStub::ListLoads, loads);
  EXPECT_EQ(listed.loads(0).name(), first);
  EXPECT_TRUE(listed.next_page_token().empty());
}

TEST_F(ServerTest, ARepeatedWriteGivesTheFirstAnswer) {
  CreateDataset("r");
  v1::PutRecordRequest put;
  put.set_dataset("datasets/r");
  put.set_request_id(kUuid);
  *put.mutable_record() = Parse<v1::Record>("key: 'k' supplier { names { text: 'A' } }");
  const auto first = Ask(&DataStub::PutRecord, put);
  Put("r", "key: 'k' supplier { names { text: 'B' } }");
  const auto again = Ask(&DataStub::PutRecord, put);
  EXPECT_EQ(again.record().SerializeAsString(), first.record().SerializeAsString());
  EXPECT_EQ(again.stamp().revision().SerializeAsString(),
            first.stamp().revision().SerializeAsString());
  v1::RemoveRecordRequest remove;
  remove.set_name("datasets/r/records/k");
  remove.set_request_id(kUuid2);
  const auto removed = Ask(&DataStub::RemoveRecord, remove);
  EXPECT_EQ(Ask(&DataStub::RemoveRecord, remove).stamp().revision().revision(),
            removed.stamp().revision().revision());
  EXPECT_EQ(removed.stamp().revision().revision(), 5u);
}

// The same write sent at once by many callers is made once.
TEST_F(ServerTest, OneRequestIdWritesOnceHoweverOftenItIsSentAtOnce) {
  CreateDataset("r");
  v1::PutRecordRequest put;
  put.set_dataset("datasets/r");
  put.set_request_id(kUuid);
  *put.mutable_record() = Parse<v1::Record>("key: 'k' supplier { names { text: 'A' } }");
  std::vector<std::thread> callers;
  std::vector<uint64_t> revisions(8);
  for (uint64_t& revision : revisions) {
    callers.emplace_back([this, &put, &revision] {
      v1::DatasetService::Stub stub(channel_);
      grpc::ClientContext context;
      v1::PutRecordResponse response;
      EXPECT_TRUE(stub.PutRecord(&context, put, &response).ok());
      revision = response.stamp().revision().revision();
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_THAT(revisions, ::testing::Each(3u));
  EXPECT_EQ(Ask(&DataStub::ListRevisions, v1::ListRevisionsRequest()).revisions_size(), 3);
}

TEST_F(ServerTest, ARecordThatIsWrongIsRefusedWithItsReasonAndField) {
  CreateDataset("r");
  struct Case {
    const char* record;
    const char* reason;
    const char* field;
  };
  const Case cases[] = {
      {"supplier { names { text: 'A' } }", "ROW_KEY_MISSING", "record.key"},
      {"key: 'k'", "ROW_VALUE", "record.body"},
      {"key: 'k' supplier { }", "ROW_VALUE", "record.supplier.names"},
      {"key: 'k' supplier { names { text: 'A' } jurisdiction: 'QQ' }", "ROW_COUNTRY",
       "record.supplier.jurisdiction"},
      {"key: 'k' supplier { names { text: 'A' } founded { year: 2023 month: 2 day: 29 } }",
       "ROW_DATE", "record.supplier.founded"},
      {"key: 'k' supplier { names { text: 'A' } identifiers { scheme: 'Q' value: '1' } }",
       "ROW_UNKNOWN_SCHEME", "record.supplier.identifiers[0]"},
      {"key: 'k' certification { scheme_id: 'WRAP' issued_on { year: 2024 } expires_on { year: "
       "2023 "
       "} }",
       "ROW_DATE_ORDER", "record.certification.expires_on"},
  };
  for (const Case& one : cases) {
    v1::PutRecordRequest put;
    put.set_dataset("datasets/r");
    *put.mutable_record() = Parse<v1::Record>(one.record);
    EXPECT_EQ(Refusal(&DataStub::PutRecord, put), one.reason) << one.record;
    EXPECT_EQ(field_, one.field) << one.record;
  }
  v1::PutRecordRequest put;
  put.set_dataset("datasets/none");
  *put.mutable_record() = Parse<v1::Record>("key: 'k' supplier { names { text: 'A' } }");
  EXPECT_EQ(Refusal(&DataStub::PutRecord, put), "DATASET_NOT_FOUND");
  put.set_dataset("datasets/r");
  put.mutable_edition()->set_year(2024);
  EXPECT_EQ(Refusal(&DataStub::PutRecord, put), "INVALID_FIELD");
  v1::RemoveRecordRequest remove;
  remove.set_name("datasets/r/records/none");
  EXPECT_EQ(Refusal(&DataStub::RemoveRecord, remove), "RECORD_NOT_FOUND");
  EXPECT_EQ(Ask(&DataStub::ListRevisions, v1::ListRevisionsRequest()).revisions_size(), 2);
}

TEST_F(ServerTest, RemovingFromAListClosesTheListing) {
  CreateDataset("list", v1::ABSENCE_MODE_DELISTED);
  v1::PutRecordRequest put;
  put.set_dataset("datasets/list");
  *put.mutable_edition() = ParseDate("2024-01-01").value();
  *put.mutable_record() = Parse<v1::Record>(
      "key: 'f' risk_flag { subject { party { identifier { scheme: 'GB-COH' value: '1' } } } type: "
      "FLAG_TYPE_DEBARMENT }");
  Ask(&DataStub::PutRecord, put);
  v1::RemoveRecordRequest remove;
  remove.set_name("datasets/list/records/f");
  *remove.mutable_edition() = ParseDate("2024-06-01").value();
  Ask(&DataStub::RemoveRecord, remove);
  const auto on = [this](const std::string& day) {
    return Ask(&v1::RiskService::Stub::ListRiskFlags,
               Parse<v1::ListRiskFlagsRequest>(
                   "subject { identifier { scheme: 'GB-COH' value: '1' } } as_of " + D(day)))
        .flags_size();
  };
  EXPECT_EQ(on("2023-12-31"), 0);
  EXPECT_EQ(on("2024-01-01"), 1);
  EXPECT_EQ(on("2024-05-31"), 1);
  EXPECT_EQ(on("2024-06-01"), 0);
}

}  // namespace
}  // namespace probity::server
