// Loads through the public API.
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "services/server/register_testing.h"
#include "services/server/testing.h"

namespace probity::server {
namespace {

TEST_F(ServerTest, OpensALoadOnceAndSaysWhatIsWrong) {
  CreateDataset("r");
  CreateDataset("list", v1::ABSENCE_MODE_DELISTED);
  auto request = Parse<v1::CreateLoadRequest>(
      "dataset: 'datasets/r' load { format: 'probity-csv' } request_id: '" + std::string(kUuid) +
      "'");
  const auto opened = Ask(&DataStub::CreateLoad, request);
  EXPECT_EQ(opened.mode(), v1::LOAD_MODE_FULL_EDITION);
  EXPECT_EQ(Ask(&DataStub::CreateLoad, request).name(), opened.name());
  request.mutable_load()->set_note("x");
  EXPECT_EQ(Refusal(&DataStub::CreateLoad, request), "REQUEST_ID_REUSED");
  const std::pair<std::string, const char*> bad[] = {
      {"dataset: 'datasets/none' load { format: 'probity-csv' }", "DATASET_NOT_FOUND"},
      {"dataset: 'r' load { format: 'probity-csv' }", "INVALID_FIELD"},
      {"dataset: 'datasets/r' load { format: 'xls' }", "UNKNOWN_FORMAT"},
      {"dataset: 'datasets/list' load { format: 'probity-csv' }", "EDITION_REQUIRED"},
      {"dataset: 'datasets/list' load { format: 'probity-csv' edition { year: 2024 } }",
       "INVALID_FIELD"},
      {"dataset: 'datasets/r' load { format: 'probity-csv' note: '" + std::string(1001, 'x') +
           "' }",
       "LIMIT_EXCEEDED"}};
  for (const auto& [text, reason] : bad) {
    EXPECT_EQ(Refusal(&DataStub::CreateLoad, Parse<v1::CreateLoadRequest>(text)), reason) << text;
  }
  v1::ListLoadsRequest list;
  list.set_dataset("datasets/r");
  EXPECT_EQ(Ask(&DataStub::ListLoads, list).loads_size(), 1);
  v1::GetLoadRequest get;
  get.set_name("datasets/r/loads/none");
  EXPECT_EQ(Refusal(&DataStub::GetLoad, get), "LOAD_NOT_FOUND");
}

TEST_F(ServerTest, AChunkMustFitItsFile) {
  CreateDataset("r");
  v1::UploadChunkRequest chunk;
  chunk.set_load(OpenLoad("r", "probity-csv"));
  chunk.set_file_name("a.csv");
  chunk.set_data("abc");
  chunk.set_crc32c(Crc32c("abc") + 1);
  EXPECT_EQ(Refusal(&DataStub::UploadChunk, chunk), "CHUNK_CHECKSUM");
  chunk.set_crc32c(Crc32c("abc"));
  EXPECT_EQ(Ask(&DataStub::UploadChunk, chunk).committed_offset(), 3u);
  chunk.set_role(v1::FILE_ROLE_MAPPING);
  EXPECT_EQ(Refusal(&DataStub::UploadChunk, chunk), "INVALID_FIELD");
  EXPECT_EQ(field_, "role");
  chunk.set_role(v1::FILE_ROLE_DATA);
  for (const char* name : {"", "../a.csv", "/a"}) {
    chunk.set_file_name(name);
    EXPECT_EQ(Refusal(&DataStub::UploadChunk, chunk), "INVALID_FIELD") << name;
  }
  chunk.set_file_name(std::string(256, 'x'));
  EXPECT_EQ(Refusal(&DataStub::UploadChunk, chunk), "LIMIT_EXCEEDED");
  chunk.set_file_name("new.csv");
  chunk.set_offset(1);
  EXPECT_EQ(Refusal(&DataStub::UploadChunk, chunk), "CHUNK_OFFSET");
  chunk.set_offset(0);
  for (int i = 1; i < 64; ++i) {
    chunk.set_file_name("f" + std::to_string(i));
    EXPECT_EQ(Ask(&DataStub::UploadChunk, chunk).committed_offset(), 3u);
  }
  chunk.set_file_name("one-too-many");
  EXPECT_EQ(Refusal(&DataStub::UploadChunk, chunk), "LIMIT_EXCEEDED");
}

// A machine that lost power may leave bytes behind those that it had synced.
TEST_F(ServerTest, BytesThatNobodySentAreReplaced) {
  CreateDataset("r");
  const std::string load = OpenLoad("r", "probity-csv");
  const std::string text = kRegister;
  uint64_t committed = 0;
  ASSERT_TRUE(Send(load, 0, text.substr(0, 100), &committed).ok());
  server_.reset();
  const std::string id = load.substr(load.rfind('/') + 1);
  std::ofstream(directory_ + "/data/loads/" + id + "/file-0", std::ios::app)
      << std::string(5000, '\0');
  Start();
  ASSERT_TRUE(Send(load, 0, text.substr(0, 100), &committed).ok());
  EXPECT_EQ(committed, 100u);
  ASSERT_TRUE(Send(load, 100, text.substr(100, 50), &committed).ok());
  EXPECT_EQ(committed, 150u);
  ASSERT_TRUE(Send(load, 50, text.substr(50), &committed).ok());
  EXPECT_EQ(committed, text.size());
  const v1::Load ended = Commit(load);
  EXPECT_EQ(ended.counts().added(), 6u);
  EXPECT_EQ(ended.files(0).sha256(), ToHex(Sha256(text)));
}

TEST_F(ServerTest, ALoadEndsOnce) {
  CreateDataset("r");
  const std::string name = OpenLoad("r", "probity-csv");
  uint64_t committed = 0;
  ASSERT_TRUE(Send(name, 0, kRegister, &committed).ok());
  v1::AbortLoadRequest abort;
  abort.set_name(name);
  EXPECT_EQ(Ask(&DataStub::AbortLoad, abort).state(), v1::LOAD_STATE_ABORTED);
  EXPECT_EQ(Ask(&DataStub::AbortLoad, abort).state(), v1::LOAD_STATE_ABORTED);
  EXPECT_FALSE(Send(name, 0, kRegister, &committed).ok());
  EXPECT_EQ(reason_, "LOAD_STATE");
  v1::CommitLoadRequest commit;
  commit.set_name(name);
  EXPECT_EQ(Refusal(&DataStub::CommitLoad, commit), "LOAD_STATE");

  const v1::Load done = Import("r", "probity-csv", kRegister);
  EXPECT_EQ(done.state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(done.files(0).sha256(), ToHex(Sha256(kRegister)));
  EXPECT_EQ(done.revision().revision(), 3u);
  commit.set_name(done.name());
  EXPECT_EQ(Ask(&DataStub::CommitLoad, commit).state(), v1::LOAD_STATE_COMMITTED);
  abort.set_name(done.name());
  EXPECT_EQ(Refusal(&DataStub::AbortLoad, abort), "LOAD_STATE");

  const v1::Load empty = Commit(OpenLoad("r", "probity-csv"));
  EXPECT_EQ(empty.state(), v1::LOAD_STATE_FAILED);
  EXPECT_EQ(empty.error().reason(), "EMPTY_FILE");
  // A reload that changes nothing is a revision all the same: it was checked.
  const v1::Load again = Import("r", "probity-csv", kRegister);
  EXPECT_EQ(again.counts().unchanged(), 6u);
  EXPECT_EQ(again.revision().revision(), 4u);
}

TEST_F(ServerTest, ADryRunCountsAndPublishesNothing) {
  CreateDataset("r");
  const auto opened =
      Ask(&DataStub::CreateLoad,
          Parse<v1::CreateLoadRequest>(
              "dataset: 'datasets/r' load { format: 'probity-csv' dry_run: true }"));
  uint64_t committed = 0;
  ASSERT_TRUE(Send(opened.name(), 0, kRegister, &committed).ok());
  const v1::Load ended = Commit(opened.name());
  EXPECT_EQ(ended.state(), v1::LOAD_STATE_ABORTED);
  EXPECT_EQ(ended.counts().added(), 6u);
  EXPECT_FALSE(ended.has_error());
  EXPECT_EQ(Ask(&DataStub::ListRevisions, v1::ListRevisionsRequest()).revisions_size(), 2);
}

TEST_F(ServerTest, EditionsGoForwardAndOlderOnesAreBackfilled) {
  CreateDataset("list", v1::ABSENCE_MODE_DELISTED);
  const auto import = [this](const std::string& edition, const std::string& mode,
                             const std::string& dataset) {
    const auto load = Ask(&DataStub::CreateLoad,
                          Parse<v1::CreateLoadRequest>("dataset: 'datasets/" + dataset +
                                                       "' load { format: 'probity-csv' mode: "
                                                       "LOAD_MODE_" +
                                                       mode + " edition " + D(edition) + " }"));
    uint64_t committed = 0;
    EXPECT_TRUE(Send(load.name(), 0, "record_type,key,name\nsupplier,1,A\n", &committed).ok());
    return Commit(load.name());
  };
  EXPECT_EQ(import("2022-01-01", "FULL_EDITION", "list").state(), v1::LOAD_STATE_COMMITTED);
  const v1::Load older = import("2021-01-01", "FULL_EDITION", "list");
  EXPECT_EQ(older.state(), v1::LOAD_STATE_HELD);
  EXPECT_EQ(older.violations(0).reason(), v1::ERROR_REASON_OLDER_EDITION);
  EXPECT_EQ(import("2021-01-01", "BACKFILL", "list").state(), v1::LOAD_STATE_COMMITTED);
  CreateDataset("r");
  EXPECT_EQ(import("2021-01-01", "BACKFILL", "r").error().reason(), "MODE_NOT_ALLOWED");
  v1::GetDatasetRequest get;
  get.set_name("datasets/list");
  const auto dataset = Ask(&DataStub::GetDataset, get);
  ASSERT_EQ(dataset.editions_size(), 2);
  EXPECT_EQ(FormatDate(dataset.editions(0)), "2021-01-01");
  EXPECT_EQ(dataset.record_count(), 1u);
}

TEST_F(ServerTest, RefusedRowsComeInPagesAndTheirTextOnlyToWhoSentThem) {
  UseTokens();
  auto create = Parse<v1::CreateDatasetRequest>(
      "dataset { name: 'datasets/r' absence: ABSENCE_MODE_RETRACTED max_refused_percent: 90 "
      "guard_rails { max_duplicate_keys: 1 } }");
  Ask(&DataStub::CreateDataset, create);
  const v1::Load load = Import("r", "probity-csv",
                               "record_type,key,name,country\nsupplier,1,A,GB\nsupplier,,B,GB\n"
                               "supplier,1,C,GB\nsupplier,4,D,QQ\n");
  ASSERT_EQ(load.state(), v1::LOAD_STATE_COMMITTED) << load.error().message();
  EXPECT_EQ(load.counts().refused(), 3u);
  v1::ListRejectedRecordsRequest request;
  request.set_load(load.name());
  request.set_page_size(2);
  auto page = Ask(&DataStub::ListRejectedRecords, request);
  ASSERT_EQ(page.rejected_size(), 2);
  EXPECT_EQ(page.rejected(0).reason(), v1::ERROR_REASON_ROW_KEY_MISSING);
  EXPECT_EQ(page.rejected(0).raw(), "supplier,,B,GB");
  EXPECT_EQ(page.rejected(1).reason(), v1::ERROR_REASON_ROW_KEY_DUPLICATE);
  request.set_page_token(page.next_page_token());
  page = Ask(&DataStub::ListRejectedRecords, request);
  ASSERT_EQ(page.rejected_size(), 1);
  EXPECT_EQ(page.rejected(0).reason(), v1::ERROR_REASON_ROW_COUNTRY);
  EXPECT_EQ(page.rejected(0).line(), 5u);
  EXPECT_TRUE(page.next_page_token().empty());
  token_ = kBob;
  request.clear_page_token();
  page = Ask(&DataStub::ListRejectedRecords, request);
  ASSERT_EQ(page.rejected_size(), 2);
  EXPECT_EQ(page.rejected(0).line(), 3u);
  EXPECT_TRUE(page.rejected(0).raw().empty());
}

// Loads of several datasets are uploaded and committed side by side.
TEST_F(ServerTest, LoadsAtOnceAllArrive) {
  std::vector<std::thread> loaders;
  for (int i = 0; i < 6; ++i) CreateDataset("d" + std::to_string(i));
  std::vector<std::string> names;
  for (int i = 0; i < 6; ++i) names.push_back(OpenLoad("d" + std::to_string(i), "probity-csv"));
  for (const std::string& name : names) {
    loaders.emplace_back([this, name] {
      v1::DatasetService::Stub stub(channel_);
      const std::string text = kRegister;
      for (size_t at = 0; at < text.size(); at += 40) {
        v1::UploadChunkRequest chunk;
        chunk.set_load(name);
        chunk.set_file_name("f");
        chunk.set_offset(at);
        chunk.set_data(text.substr(at, 40));
        chunk.set_crc32c(Crc32c(chunk.data()));
        grpc::ClientContext context;
        v1::UploadChunkResponse response;
        ASSERT_TRUE(stub.UploadChunk(&context, chunk, &response).ok());
        ASSERT_EQ(response.committed_offset(), at + chunk.data().size());
      }
    });
  }
  for (std::thread& loader : loaders) loader.join();
  for (const std::string& name : names) {
    v1::CommitLoadRequest commit;
    commit.set_name(name);
    Ask(&DataStub::CommitLoad, commit);
  }
  for (const std::string& name : names) EXPECT_EQ(Commit(name).state(), v1::LOAD_STATE_COMMITTED);
  const auto info = Ask(&v1::ServerService::Stub::GetServerInfo, v1::GetServerInfoRequest());
  EXPECT_EQ(info.record_count(), 36u);
}

TEST_F(ServerTest, UploadsResumeAndSurviveARestart) {
  CreateDataset("r");
  const std::string text = kRegister;
  const std::string load = OpenLoad("r", "probity-csv");
  uint64_t committed = 0;
  ASSERT_TRUE(Send(load, 0, text.substr(0, 100), &committed).ok());
  EXPECT_EQ(committed, 100u);
  // The same chunk again changes nothing, an overlapping one adds its rest.
  ASSERT_TRUE(Send(load, 0, text.substr(0, 100), &committed).ok());
  EXPECT_EQ(committed, 100u);
  EXPECT_EQ(Send(load, 500, "x", &committed).error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(reason_, "CHUNK_OFFSET");
  Restart();
  ASSERT_TRUE(Send(load, 50, text.substr(50), &committed).ok());
  EXPECT_EQ(committed, text.size());
  const v1::Load ended = Commit(load);
  EXPECT_EQ(ended.state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(ended.counts().added(), 6u);
  EXPECT_EQ(ended.files(0).bytes(), text.size());
  v1::LookupSuppliersResponse response;
  Restart();
  ASSERT_TRUE(Lookup("GB-COH", "04830352", &response).ok());
  EXPECT_EQ(response.results(0).outcome(), v1::LOOKUP_OUTCOME_FOUND);
}

TEST_F(ServerTest, AHeldLoadChangesNothingAndListsItsRows) {
  CreateDataset("r");
  const v1::Load load = Import("r", "probity-csv", "record_type,key,name\nsupplier,,A\n");
  EXPECT_EQ(load.state(), v1::LOAD_STATE_HELD);
  EXPECT_EQ(load.violations(0).reason(), v1::ERROR_REASON_TOO_MANY_REFUSED_ROWS);
  v1::ListRejectedRecordsRequest request;
  request.set_load(load.name());
  v1::ListRejectedRecordsResponse response;
  ASSERT_TRUE(Call(&v1::DatasetService::Stub::ListRejectedRecords, request, &response).ok());
  ASSERT_EQ(response.rejected_size(), 1);
  EXPECT_EQ(response.rejected(0).reason(), v1::ERROR_REASON_ROW_KEY_MISSING);
  EXPECT_EQ(response.rejected(0).line(), 2u);
  v1::ListRevisionsResponse revisions;
  ASSERT_TRUE(
      Call(&v1::DatasetService::Stub::ListRevisions, v1::ListRevisionsRequest(), &revisions).ok());
  EXPECT_EQ(revisions.revisions_size(), 2);
}

}  // namespace
}  // namespace probity::server
