// Datasets written out through the public API.
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "services/server/history_testing.h"

namespace probity::server {
namespace {

using ::testing::HasSubstr;

class ExportTest : public HistoryTest {
 protected:
  struct Exported {
    std::string bytes;
    v1::ExportSummary summary;
  };
  Exported Export(const std::string& dataset, v1::ExportFormat format,
                  const v1::Consistency& consistency = {}) {
    v1::ExportDatasetRequest request;
    request.set_dataset("datasets/" + dataset);
    request.set_format(format);
    *request.mutable_consistency() = consistency;
    std::vector<v1::ExportDatasetResponse> messages;
    const grpc::Status status = Stream(&DataStub::ExportDataset, request, &messages);
    EXPECT_TRUE(status.ok()) << status.error_message();
    Exported exported;
    for (const v1::ExportDatasetResponse& message : messages) {
      EXPECT_LE(message.data().size(), size_t{256} << 10);
      exported.bytes += message.data();
    }
    if (!messages.empty()) exported.summary = messages.back().summary();
    return exported;
  }
};

TEST_F(ExportTest, AnExportCanBeLoadedAgain) {
  CreateOpen("from");
  CreateOpen("to");
  const uint64_t empty = Newest();
  Put("from", Firm("a", "=A, \"quoted\"", "04830352"));
  Put("from", Flagged("f", ""));
  Put("from", Flagged("g", "visibility: VISIBILITY_RESTRICTED"));
  Put("from", Flagged("h", "retain_until { year: 2020 month: 1 day: 1 }"));
  const Exported exported = Export("from", v1::EXPORT_FORMAT_JSONL);
  EXPECT_EQ(exported.summary.records(), 2u);
  EXPECT_EQ(exported.summary.left_out(), 2u);
  EXPECT_EQ(exported.summary.not_expressible(), 0u);
  EXPECT_EQ(exported.summary.sha256(), ToHex(Sha256(exported.bytes)));
  EXPECT_EQ(exported.summary.stamp().revision().revision(), Newest());
  ASSERT_EQ(Import("to", "probity-jsonl", exported.bytes).state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(Export("to", v1::EXPORT_FORMAT_JSONL).bytes, exported.bytes);
  const Exported csv = Export("from", v1::EXPORT_FORMAT_CSV);
  ASSERT_EQ(Import("to", "probity-csv", csv.bytes).state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(Export("to", v1::EXPORT_FORMAT_CSV).bytes, csv.bytes);
  EXPECT_THAT(Export("from", v1::EXPORT_FORMAT_FTM).bytes, HasSubstr("\"schema\":\"Company\""));
  v1::Consistency then;
  then.mutable_at_exact_revision()->set_revision(empty);
  then.mutable_at_exact_revision()->set_store_lineage(
      exported.summary.stamp().revision().store_lineage());
  EXPECT_EQ(Export("from", v1::EXPORT_FORMAT_JSONL, then).bytes, "");
}

TEST_F(ExportTest, ALargeExportComesInPieces) {
  CreateOpen("d");
  std::string rows = "record_type,key,name\n";
  for (int i = 10000; i < 15000; ++i) {
    absl::StrAppend(&rows, "supplier,", i, ",Firm with a name of some length ", i, "\n");
  }
  ASSERT_EQ(Import("d", "probity-csv", rows).state(), v1::LOAD_STATE_COMMITTED);
  const Exported exported = Export("d", v1::EXPORT_FORMAT_JSONL);
  EXPECT_EQ(exported.summary.records(), 5000u);
  EXPECT_GT(exported.bytes.size(), size_t{512} << 10);
  EXPECT_EQ(std::count(exported.bytes.begin(), exported.bytes.end(), '\n'), 5000);
  EXPECT_EQ(exported.summary.sha256(), ToHex(Sha256(exported.bytes)));
}

TEST_F(ExportTest, AnExportOfAListIsItsNewestEdition) {
  CreateOpen("l", v1::ABSENCE_MODE_DELISTED);
  for (const char* key : {"a", "b"}) {
    auto put = Parse<v1::PutRecordRequest>("dataset: 'datasets/l' edition " + D("2024-01-01"));
    *put.mutable_record() = Parse<v1::Record>(Named(key, "Firm"));
    Ask(&DataStub::PutRecord, put);
  }
  Remove("datasets/l/records/b");  // delisted today
  const Exported exported = Export("l", v1::EXPORT_FORMAT_JSONL);
  EXPECT_EQ(exported.summary.records(), 1u);
  EXPECT_EQ(exported.summary.past(), 1u);
  EXPECT_THAT(exported.bytes, HasSubstr("\"a\""));
}

TEST_F(ExportTest, RefusesToExportWhatMayNotLeave) {
  CreateDataset("kept");
  CreateOpen("d");
  EXPECT_EQ(ExportRefusal("datasets/kept", v1::EXPORT_FORMAT_JSONL), "EXPORT_NOT_ALLOWED");
  EXPECT_EQ(ExportRefusal("datasets/none", v1::EXPORT_FORMAT_JSONL), "DATASET_NOT_FOUND");
  EXPECT_EQ(ExportRefusal("datasets/d", v1::EXPORT_FORMAT_UNSPECIFIED), "INVALID_FIELD");
  EXPECT_EQ(field_, "format");
}

}  // namespace
}  // namespace probity::server
