// Loads end to end without a server: which rows are kept, refused or doubted,
// and when nothing is published.
#include "ingest/load.h"

#include "base/errors.h"
#include "gmock/gmock.h"
#include "ingest/rejected_rows.h"
#include "ingest/testing.h"
#include "ingest/validate.h"

namespace probity::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Workshop;

class LoadTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(storage::testing::CreateDataset(&store_, "d", v1::ABSENCE_MODE_RETRACTED),
              absl::OkStatus());
  }

  // Loads text in a format and publishes it.
  absl::StatusOr<storage::ChangeSet> Load(const std::string& format, const std::string& text,
                                          v1::LoadMode mode = v1::LOAD_MODE_FULL_EDITION) {
    storage::LoadSpec spec;
    spec.dataset = "d";
    spec.mode = mode;
    LoadFiles files{FindFormat(format).value(),
                    {workshop_.Write("f", text)},
                    workshop_.directory(),
                    workshop_.directory() + "/rejected"};
    progress_ = std::make_unique<LoadProgress>();
    absl::StatusOr<storage::ChangeSet> changes =
        BuildChangeSet(workshop_.tables(), *store_.Head(""), spec, files, progress_.get());
    if (changes.ok()) {
      absl::Status judged =
          testing::Judged(*store_.Head(""), spec, changes->header.counts(), *progress_);
      if (!judged.ok()) return judged;
      auto published = store_.Publish(*changes, {});
      if (!published.ok()) return published.status();
    }
    return changes;
  }

  // Changes the dataset's guard rails.
  void Rails(const std::function<void(v1::GuardRails*)>& change) {
    const storage::v1::DatasetState before = *store_.Head("")->FindDataset("d");
    storage::v1::DatasetState after = before;
    change(after.mutable_dataset()->mutable_guard_rails());
    ASSERT_TRUE(store_.Publish(storage::ChangeSetWithoutRows(before, after), {}).ok());
  }

  std::vector<v1::RejectedRecord> Rejected() {
    bool more = false;
    return ReadRejected(workshop_.directory() + "/rejected", 0, 1000, &more).value();
  }

  Workshop workshop_;
  storage::InMemoryStore store_{workshop_.identifiers(), "fedcba9876543210"};
  std::unique_ptr<LoadProgress> progress_;
};

std::string Suppliers(int from, int to) {
  std::string rows = "record_type,key,name\n";
  for (int i = from; i < to; ++i) {
    rows += "supplier,k" + std::to_string(i) + ",Name " + std::to_string(i) + "\n";
  }
  return rows;
}

TEST_F(LoadTest, CountsWhatChanged) {
  ASSERT_EQ(Load("probity-csv", Suppliers(0, 10)).status(), absl::OkStatus());
  const auto again = Load("probity-csv", Suppliers(2, 13));
  ASSERT_EQ(again.status(), absl::OkStatus());
  const v1::LoadCounts& counts = again->header.counts();
  EXPECT_EQ(counts.rows_read(), 11u);
  EXPECT_EQ(counts.added(), 3u);
  EXPECT_EQ(counts.removed(), 2u);
  EXPECT_EQ(counts.unchanged(), 8u);
  EXPECT_GT(counts.bytes_read(), 0u);
}

TEST_F(LoadTest, OnePercentOfRefusedRowsIsAllowedAndKeptOnRecord) {
  Rails([](v1::GuardRails* rails) { rails->set_max_duplicate_keys(1); });
  const std::string rows = Suppliers(0, 198);
  ASSERT_EQ(Load("probity-csv", rows + "planet,x,y\nsupplier,k1,Twice\n").status(),
            absl::OkStatus());
  const auto rejected = Rejected();
  ASSERT_EQ(rejected.size(), 2u);
  EXPECT_EQ(rejected[0].reason(), v1::ERROR_REASON_ROW_VALUE);
  EXPECT_EQ(rejected[0].line(), 200u);
  EXPECT_EQ(rejected[0].raw(), "planet,x,y");
  EXPECT_EQ(rejected[1].reason(), v1::ERROR_REASON_ROW_KEY_DUPLICATE);
  // The first row of a key is the one that counts.
  const auto row = store_.Head("")->GetRecord({"d", "k1"});
  EXPECT_EQ((*row)->segments(0).record().supplier().names(0).text(), "Name 1");
}

TEST_F(LoadTest, MoreThanThatPublishesNothing) {
  const absl::Status status =
      Load("probity-csv", Suppliers(0, 98) + "planet,x,y\nplanet,x,y\n").status();
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_TOO_MANY_REFUSED_ROWS);
  EXPECT_THAT(std::string(status.message()), HasSubstr("2 of 100 rows"));
  EXPECT_EQ(Rejected().size(), 2u);
  EXPECT_EQ(store_.Head("")->FindDataset("d")->record_count(), 0u);
}

TEST_F(LoadTest, CountsRowsThatGuardRailsAskFor) {
  Rails([](v1::GuardRails* rails) {
    rails->add_required_columns("name");
    rails->add_required_columns("land");
  });
  EXPECT_EQ(ReasonOf(Load("probity-csv",
                          "record_type,key,name,identifiers\nsupplier,1,A,\nsupplier,1,B,\n"
                          "supplier,2,C,XX-NONE:1\nsupplier,3,D,XX-NONE:2\n")
                         .status()),
            v1::ERROR_REASON_MISSING_COLUMN);
  EXPECT_EQ(progress_->duplicate_keys, 1u);
  EXPECT_EQ(progress_->unknown_schemes, 2u);
  EXPECT_EQ(progress_->refused, 3u);
  EXPECT_THAT(progress_->missing_columns, ElementsAre("land"));
  progress_->Reset();
  EXPECT_EQ(progress_->unknown_schemes, 0u);
  EXPECT_TRUE(progress_->missing_columns.empty());
}

TEST_F(LoadTest, FieldsStandForColumnsWhereThereAreNone) {
  Rails([](v1::GuardRails* rails) { rails->add_required_columns("supplier.identifiers"); });
  const std::string named = "{\"key\":\"1\",\"supplier\":{\"names\":[{\"text\":\"A\"}]";
  EXPECT_EQ(ReasonOf(Load("probity-jsonl", named + "}}\n").status()),
            v1::ERROR_REASON_MISSING_COLUMN);
  EXPECT_EQ(Load("probity-jsonl",
                 named + ",\"identifiers\":[{\"scheme\":\"GB-COH\",\"value\":\"00000001\"}]}}\n")
                .status(),
            absl::OkStatus());
}

TEST_F(LoadTest, PagesThroughRefusedRows) {
  EXPECT_FALSE(Load("probity-csv", Suppliers(0, 1) + "a,,\nb,,\nc,,\n").ok());
  bool more = false;
  const std::string path = workshop_.directory() + "/rejected";
  EXPECT_EQ(ReadRejected(path, 1, 1, &more)->at(0).line(), 4u);
  EXPECT_TRUE(more);
  EXPECT_EQ(ReadRejected(path, 2, 1, &more)->size(), 1u);
  EXPECT_FALSE(more);
  EXPECT_TRUE(ReadRejected(workshop_.directory() + "/none", 0, 9, &more)->empty());
}

TEST_F(LoadTest, DeltasRemoveByKeyAndRefuseUnknownOnes) {
  ASSERT_TRUE(Load("probity-csv", Suppliers(0, 200)).ok());
  const auto delta = Load("probity-jsonl",
                          "{\"key\":\"k3\"}\n{\"key\":\"k4\",\"supplier\":{\"names\":[{\"text\":"
                          "\"New\"}]}}\n",
                          v1::LOAD_MODE_DELTA);
  ASSERT_EQ(delta.status(), absl::OkStatus());
  EXPECT_EQ(delta->header.counts().removed(), 1u);
  EXPECT_EQ(delta->header.counts().changed(), 1u);
  EXPECT_EQ(store_.Head("")->FindDataset("d")->record_count(), 199u);
  EXPECT_EQ(ReasonOf(Load("probity-jsonl", "{\"key\":\"zz\"}\n", v1::LOAD_MODE_DELTA).status()),
            v1::ERROR_REASON_TOO_MANY_REFUSED_ROWS);
  EXPECT_EQ(Rejected()[0].reason(), v1::ERROR_REASON_RECORD_NOT_FOUND);
}

TEST_F(LoadTest, AWrongCheckDigitIsKeptAndMarked) {
  ASSERT_TRUE(
      Load("probity-csv", "record_type,key,name,identifiers\nsupplier,1,A,BR-CNPJ:11222333000199\n")
          .ok());
  ASSERT_EQ(Rejected().size(), 1u);
  EXPECT_TRUE(Rejected()[0].kept());
  const auto row = store_.Head("")->GetRecord({"d", "1"});
  EXPECT_EQ((*row)->segments(0).record().supplier().identifiers(0).check(),
            v1::IDENTIFIER_CHECK_FAILED);
}

TEST_F(LoadTest, CanBeGivenUp) {
  LoadFiles files{FindFormat("probity-csv").value(),
                  {workshop_.Write("f", Suppliers(0, 9))},
                  workshop_.directory(),
                  workshop_.directory() + "/rejected"};
  LoadProgress progress;
  progress.give_up = true;
  storage::LoadSpec spec;
  spec.dataset = "d";
  EXPECT_EQ(
      BuildChangeSet(workshop_.tables(), *store_.Head(""), spec, files, &progress).status().code(),
      absl::StatusCode::kCancelled);
}

// One fault each, with the field it is about.
struct BadRecord {
  const char* json;
  v1::ErrorReason reason;
  const char* column;
};
class BadRecordTest : public ::testing::TestWithParam<BadRecord> {};

TEST_P(BadRecordTest, NamesFieldAndReason) {
  Workshop workshop;
  testing::CollectingSink sink;
  ASSERT_TRUE(workshop.Read("probity-jsonl", {workshop.Write("f", GetParam().json)}, &sink).ok());
  ASSERT_EQ(sink.records.size(), 1u);
  const Validation validation = NormalizeAndValidate(workshop.tables(), &sink.records[0]);
  ASSERT_EQ(validation.faults.size(), 1u);
  EXPECT_EQ(validation.faults[0].reason, GetParam().reason) << validation.faults[0].message;
  EXPECT_EQ(validation.faults[0].column, GetParam().column);
}

INSTANTIATE_TEST_SUITE_P(
    All, BadRecordTest,
    ::testing::Values(
        BadRecord{R"({"supplier":{"names":[{"text":"A"}]}})", v1::ERROR_REASON_ROW_KEY_MISSING,
                  "key"},
        BadRecord{R"({"key":"1"})", v1::ERROR_REASON_ROW_VALUE, "body"},
        BadRecord{R"({"key":"1","supplier":{}})", v1::ERROR_REASON_ROW_VALUE, "supplier.names"},
        BadRecord{
            R"({"key":"1","supplier":{"names":[{"text":"A"}],"founded":{"year":2023,"month":2,"day":30}}})",
            v1::ERROR_REASON_ROW_DATE, "supplier.founded"},
        BadRecord{R"({"key":"1","supplier":{"names":[{"text":"A"}],"jurisdiction":"ZZ"}})",
                  v1::ERROR_REASON_ROW_COUNTRY, "supplier.jurisdiction"},
        BadRecord{
            R"({"key":"1","supplier":{"names":[{"text":"A"}],"identifiers":[{"scheme":"NO","value":"1"}]}})",
            v1::ERROR_REASON_ROW_UNKNOWN_SCHEME, "supplier.identifiers[0]"},
        BadRecord{R"({"key":"1","certification":{"schemeId":"SA9000"}})",
                  v1::ERROR_REASON_ROW_UNKNOWN_SCHEME, "certification.scheme_id"},
        BadRecord{
            R"({"key":"1","certification":{"schemeId":"SA8000","issuedOn":{"year":2024,"month":5,"day":2},"expiresOn":{"year":2024,"month":5,"day":1}}})",
            v1::ERROR_REASON_ROW_DATE_ORDER, "certification.expires_on"},
        BadRecord{
            R"({"key":"1","link":{"from":{"sourceRecord":"records/1"},"to":{"supplier":"suppliers/x"},"type":"LINK_TYPE_OWNS"}})",
            v1::ERROR_REASON_ROW_VALUE, "link.to"},
        BadRecord{R"({"key":"1","site":{"names":[{"text":"A"}],"position":{"latitude":90.1}}})",
                  v1::ERROR_REASON_ROW_VALUE, "site.position"},
        BadRecord{R"({"key":"1","site":{"names":[{"text":"A"}],"position":{"longitude":-180.1}}})",
                  v1::ERROR_REASON_ROW_VALUE, "site.position"},
        BadRecord{R"({"key":"1","site":{"names":[{"text":"A"}],"position":{"latitude":"NaN"}}})",
                  v1::ERROR_REASON_ROW_VALUE, "site.position"},
        BadRecord{
            R"({"key":"1","link":{"from":{"sourceRecord":"records/1"},"to":{"sourceRecord":"records/2"},"type":"LINK_TYPE_OWNS","sharePercent":100.1}})",
            v1::ERROR_REASON_ROW_VALUE, "link.share_percent"},
        BadRecord{
            R"({"key":"1","link":{"from":{"sourceRecord":"records/1"},"to":{"sourceRecord":"records/2"},"type":"LINK_TYPE_OWNS","period":{"from":{"year":2024},"to":{"year":2023}}}})",
            v1::ERROR_REASON_ROW_DATE_ORDER, "link.period"}));

}  // namespace
}  // namespace probity::ingest
