// Refused rows go back to who sent them, through the public API, and load once mended.
#include <string>

#include "gmock/gmock.h"
#include "services/server/testing.h"

namespace probity::server {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class RejectedFileTest : public ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    UseTokens();
    Ask(&v1::DatasetService::Stub::CreateDataset,
        Parse<v1::CreateDatasetRequest>("dataset { name: 'datasets/r' absence: "
                                        "ABSENCE_MODE_RETRACTED max_refused_percent: 90 }"));
  }

  // All bytes of the file, each message of which is as small as promised.
  grpc::Status Download(const std::string& load, const std::string& file, std::string* bytes) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer " + token_);
    v1::DownloadRejectedFileRequest request;
    request.set_load(load);
    request.set_file_name(file);
    v1::DatasetService::Stub stub(channel_);
    const auto reader = stub.DownloadRejectedFile(&context, request);
    v1::DownloadRejectedFileResponse response;
    bytes->clear();
    while (reader->Read(&response)) {
      EXPECT_GT(response.data().size(), 0u);
      EXPECT_LE(response.data().size(), size_t{256} << 10);
      *bytes += response.data();
    }
    const grpc::Status status = reader->Finish();
    ReadDetails(status.error_details());
    return status;
  }
  std::string Refusal(const std::string& load, const std::string& file) {
    std::string bytes;
    EXPECT_FALSE(Download(load, file, &bytes).ok());
    return reason_;
  }
};

TEST_F(RejectedFileTest, WhatWasMendedLoadsAsADelta) {
  // A row longer than a message of the stream, with a text longer than records may have.
  const std::string address(600000, 'a');
  const v1::Load load = Import("r", "probity-csv",
                               "record_type,key,name,country,address\nsupplier,1,A,GB,\n"
                               "supplier,2,=B,QQ,\nsupplier,3,C,QR," +
                                   address + "\n");
  ASSERT_EQ(load.state(), v1::LOAD_STATE_COMMITTED) << load.error().message();
  std::string bytes;
  ASSERT_TRUE(Download(load.name(), "", &bytes).ok());
  EXPECT_THAT(bytes, HasSubstr("supplier,2,'=B,QQ,,3,ROW_COUNTRY,"));
  EXPECT_THAT(bytes, HasSubstr("supplier,3,C,QR," + address + ",4,ROW_TOO_LONG,"));
  EXPECT_THAT(bytes, Not(HasSubstr("supplier,1")));
  std::string same;
  ASSERT_TRUE(Download(load.name(), "f", &same).ok());
  EXPECT_EQ(same, bytes);

  std::string mended = bytes.substr(0, bytes.find("supplier,3"));
  mended.replace(mended.find("QQ"), 2, "DE");
  auto create = Parse<v1::CreateLoadRequest>(
      "dataset: 'datasets/r' load { format: 'probity-csv' mode: LOAD_MODE_DELTA }");
  const std::string delta = Ask(&v1::DatasetService::Stub::CreateLoad, create).name();
  uint64_t committed = 0;
  ASSERT_TRUE(Send(delta, 0, mended, &committed).ok());
  const v1::Load ended = Commit(delta);
  ASSERT_EQ(ended.state(), v1::LOAD_STATE_COMMITTED) << ended.error().message();
  EXPECT_EQ(ended.counts().added(), 1u);
  EXPECT_EQ(ended.counts().refused(), 0u);
  ASSERT_TRUE(Download(delta, "", &bytes).ok());
  EXPECT_EQ(bytes, "");
}

TEST_F(RejectedFileTest, OnlyWhoSentTheRowsGetsThem) {
  const v1::Load load = Import("r", "probity-csv", "record_type,key,name\nsupplier,,B\n");
  ASSERT_EQ(load.state(), v1::LOAD_STATE_HELD);
  std::string bytes;
  ASSERT_TRUE(Download(load.name(), "", &bytes).ok());
  EXPECT_THAT(bytes, HasSubstr("supplier,,B,2,ROW_KEY_MISSING,"));
  EXPECT_EQ(Refusal(load.name(), "other"), "INVALID_FIELD");
  EXPECT_EQ(field_, "file_name");
  EXPECT_EQ(Refusal("datasets/r/loads/none", ""), "LOAD_NOT_FOUND");
  EXPECT_EQ(Refusal("r", ""), "INVALID_FIELD");
  token_ = kBob;
  EXPECT_EQ(Refusal(load.name(), ""), "PERMISSION_DENIED");
  token_ = "nobody";
  EXPECT_EQ(Refusal(load.name(), ""), "UNAUTHENTICATED");
}

}  // namespace
}  // namespace probity::server
