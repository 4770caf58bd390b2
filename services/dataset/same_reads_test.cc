// A dataset that a caller may not see, or not write, and one that is not there are told by
// the same words after the same reads.
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_replace.h"
#include "base/tables.h"
#include "base/testing.h"
#include "base/text_proto.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/dataset/history.h"
#include "services/dataset/operations.h"
#include "storage/testing/builders.h"
#include "storage/testing/noted_reads.h"

namespace probity::dataset {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;

// Of datasets with such an id, "zzown" is of authority a and "zzall" everybody's; "zznil" is
// not there. Each has a load of the same id.
class SameReadsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "reads-XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
    using storage::testing::CreateDataset;
    ASSERT_TRUE(CreateDataset(&store_, "zzown", v1::ABSENCE_MODE_RETRACTED, kA).ok());
    ASSERT_TRUE(CreateDataset(&store_, "zzall", v1::ABSENCE_MODE_RETRACTED).ok());
    LoadManager::Options options{&store_, tables_, directory_ + "/loads", [] { return kNow; }};
    auto opened = LoadManager::Open(std::move(options));
    ASSERT_TRUE(opened.ok()) << opened.status();
    loads_ = *std::move(opened);
    v1::Load load;
    load.set_format("probity-jsonl");
    auto made = loads_->Create("zzown", std::move(load), {"ann", kA}, "");
    ASSERT_TRUE(made.ok()) << made.status();
    load_ = made->name().substr(made->name().rfind('/') + 1);
  }
  void TearDown() override {
    loads_.reset();
    std::filesystem::remove_all(directory_);
  }

  using Operation = std::function<absl::Status(const Place&, const std::string& dataset)>;
  // The request as text, "$" for the bare id of the dataset and "#" for that of the load.
  template <typename Request, typename Response>
  Operation By(absl::Status (*operation)(const Place&, const Request&, Response*),
               const std::string& text) {
    return [this, operation, text](const Place& at, const std::string& dataset) {
      Request request;
      EXPECT_EQ(ReadTextProto(absl::StrReplaceAll(text, {{"$", dataset}, {"#", load_}}), &request),
                "");
      Response response;
      return operation(at, request, &response);
    };
  }

  struct Told {
    absl::Status status;
    storage::testing::Reads reads;
  };
  // What comes of it, with "$" for the dataset.
  Told Ask(const Operation& operation, const std::string& dataset, const rpc::Caller& caller) {
    rpc::CallContext call;
    call.caller = caller;
    call.received_at = kNow;
    store_.Take();
    const absl::Status status = operation({store_, *loads_, tables_, call}, dataset);
    return {absl::Status(status.code(), absl::StrReplaceAll(status.message(), {{dataset, "$"}})),
            store_.Take()};
  }

  std::vector<Operation> Writes() {
    return {By<v1::CreateLoadRequest, v1::Load>(&Create,
                                                "dataset: 'datasets/$' load { format: "
                                                "'probity-jsonl' }"),
            By<v1::UploadChunkRequest, v1::UploadChunkResponse>(
                &Upload, "load: 'datasets/$/loads/#' file_name: 'f' data: 'x'"),
            By<v1::ValidateLoadRequest, v1::Load>(&Validate, "name: 'datasets/$/loads/#'"),
            By<v1::PreviewLoadRequest, v1::Load>(&Preview, "name: 'datasets/$/loads/#'"),
            By<v1::CommitLoadRequest, v1::Load>(&Commit, "name: 'datasets/$/loads/#'"),
            By<v1::ApproveLoadRequest, v1::Load>(&Approve, "name: 'datasets/$/loads/#' note: 'n'"),
            By<v1::AbortLoadRequest, v1::Load>(&Abort, "name: 'datasets/$/loads/#'"),
            By<v1::RollbackDatasetRequest, v1::Load>(&Rollback,
                                                     "dataset: 'datasets/$' revision: 1 note: 'n'"),
            By<v1::PutRecordRequest, v1::PutRecordResponse>(
                &Put, "dataset: 'datasets/$' record { key: 'k' supplier { names { text: 'K' } } }"),
            By<v1::RemoveRecordRequest, v1::RemoveRecordResponse>(&Remove,
                                                                  "name: 'datasets/$/records/k'"),
            By<v1::UpdateDatasetRequest, v1::UpdateDatasetResponse>(
                &Update, "dataset { name: 'datasets/$' absence: ABSENCE_MODE_RETRACTED }")};
  }

  static constexpr char kA[] = "authorities/a";
  inline static const absl::Time kNow = absl::FromUnixSeconds(1790000000);
  IdentifierCatalogue identifiers_ = TestIdentifiers();
  Countries countries_ = TestCountries();
  policy::SchemeCatalogue schemes_ =
      policy::SchemeCatalogue::FromCsv(ReadFile(TablePath("schemes.csv")).value()).value();
  const ingest::Tables tables_{identifiers_, countries_, schemes_, "data"};
  storage::testing::NotedStore store_{identifiers_, "fedcba9876543210"};
  std::string directory_;
  std::unique_ptr<LoadManager> loads_;
  std::string load_;
};

TEST_F(SameReadsTest, WhatAnotherAuthorityOwnsIsReadLikeWhatIsNotThere) {
  const std::vector<Operation> reads = {
      By<v1::GetDatasetRequest, v1::Dataset>(&Get, "name: 'datasets/$'"),
      By<v1::GetLoadRequest, v1::Load>(&Get, "name: 'datasets/$/loads/#'"),
      By<v1::ListLoadsRequest, v1::ListLoadsResponse>(&List, "dataset: 'datasets/$'")};
  std::vector<Operation> all = Writes();
  all.insert(all.end(), reads.begin(), reads.end());
  for (size_t i = 0; i < all.size(); ++i) {
    const Told owned = Ask(all[i], "zzown", {"bob", "authorities/b"});
    const Told absent = Ask(all[i], "zznil", {"bob", "authorities/b"});
    EXPECT_EQ(owned.status, absent.status) << i;
    EXPECT_EQ(owned.reads, absent.reads) << i;
    EXPECT_TRUE(absl::IsNotFound(owned.status)) << i << " " << owned.status;
    EXPECT_THAT(owned.reads, Not(IsEmpty())) << i;
  }
  // Else there would be nothing to hide.
  for (const Operation& read : reads) {
    const Told own = Ask(read, "zzown", {"ann", kA});
    EXPECT_TRUE(own.status.ok()) << own.status;
  }
}

TEST_F(SameReadsTest, NothingIsReadOfADatasetThatTheCallerMayNotWrite) {
  rpc::Caller bound = {"ann", kA};
  bound.writes = std::make_shared<const std::set<std::string>>(std::set<std::string>{"mine"});
  for (const Operation& write : Writes()) {
    for (const char* dataset : {"zzall", "zzown"}) {
      const Told there = Ask(write, dataset, bound);
      const Told absent = Ask(write, "zznil", bound);
      EXPECT_TRUE(absl::IsPermissionDenied(there.status)) << there.status;
      EXPECT_EQ(there.status, absent.status);
      EXPECT_THAT(there.reads, IsEmpty());
      EXPECT_THAT(absent.reads, IsEmpty());
    }
  }
}

}  // namespace
}  // namespace probity::dataset
