#include "services/rpc/take_request.h"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/text_proto.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.pb.h"
#include "gtest/gtest.h"
#include "services/rpc/dataset_server_testing.h"
#include "services/rpc/server_stream.h"

namespace probity::rpc {
namespace {

using google::protobuf::FileOptions;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(TakeRequestTest, SubjectsAreLookedForWhereSomebodyHearsOfTheCall) {
  v1::GetDatasetRequest request;
  request.set_name("datasets/abc");
  CallContext call;
  EXPECT_TRUE(TakeRequest(call, request).ok());
  EXPECT_THAT(call.subjects, ElementsAre("datasets/abc"));
  CallContext unheard;
  unheard.wants_subjects = false;
  EXPECT_TRUE(TakeRequest(unheard, request).ok());
  EXPECT_THAT(unheard.subjects, IsEmpty());
}

TEST(TakeRequestTest, ACallMayBeRefusedByItsSubjects) {
  v1::GetDatasetRequest request;
  request.set_name("datasets/abc");
  CallContext call;
  call.rehearse = [](const std::vector<std::string>& subjects) {
    return absl::CancelledError(subjects.front());
  };
  EXPECT_EQ(TakeRequest(call, request), absl::CancelledError("datasets/abc"));
}

// Answers one message, then ends.
class OneAnswer final : public MessageSource<v1::ExportDatasetResponse> {
 public:
  absl::Status Next(std::vector<v1::ExportDatasetResponse>* page) override {
    if (!std::exchange(given_, true)) page->emplace_back().set_data("row");
    return absl::OkStatus();
  }

 private:
  bool given_ = false;
};

// A server that reads requests as FileOptions, of which a field is deprecated.
class DeprecatedCallTest
    : public DatasetServerTest<v1::DatasetService::WithRawCallbackMethod_GetDataset<
          v1::DatasetService::WithCallbackMethod_ExportDataset<v1::DatasetService::Service>>> {
 protected:
  grpc::ServerUnaryReactor* GetDataset(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override {
    return UnaryRaw<FileOptions>(
        env_, context, "DatasetService.GetDataset", request, response,
        [this](const CallContext&, const FileOptions&) -> absl::StatusOr<std::string> {
          if (!refusal_.ok()) return refusal_;
          return v1::Dataset().SerializeAsString();
        });
  }

  grpc::ServerWriteReactor<v1::ExportDatasetResponse>* ExportDataset(
      grpc::CallbackServerContext* context, const v1::ExportDatasetRequest* request) override {
    return ServerStream<v1::ExportDatasetResponse>(
        env_, context, "DatasetService.ExportDataset",
        [this, options = Read(*request)](const CallContext& call)
            -> absl::StatusOr<std::unique_ptr<MessageSource<v1::ExportDatasetResponse>>> {
          if (absl::Status taken = TakeRequest(call, options); !taken.ok()) return taken;
          if (!refusal_.ok()) return refusal_;
          return std::make_unique<OneAnswer>();
        });
  }

  // As text: compilers warn of calls that set a deprecated field.
  static FileOptions Deprecated() {
    FileOptions options;
    EXPECT_EQ(ReadTextProto("java_generate_equals_and_hash: true", &options), "");
    return options;
  }
  // The same bytes: fields that a type does not know are kept.
  template <typename Request>
  static Request Written(const FileOptions& options) {
    Request request;
    EXPECT_TRUE(request.ParseFromString(options.SerializeAsString()));
    return request;
  }
  static FileOptions Read(const v1::ExportDatasetRequest& request) {
    FileOptions options;
    EXPECT_TRUE(options.ParseFromString(request.SerializeAsString()));
    return options;
  }

  using Metadata = std::multimap<grpc::string_ref, grpc::string_ref>;
  static std::vector<std::string> Told(const Metadata& metadata) {
    std::vector<std::string> told;
    const auto [first, last] = metadata.equal_range(kDeprecatedHeader);
    for (auto one = first; one != last; ++one) {
      told.emplace_back(one->second.data(), one->second.size());
    }
    return told;
  }
  // What the first metadata tell, then the last.
  struct Notice {
    std::vector<std::string> first, last;
  };

  Notice OfCall(const FileOptions& options) {
    grpc::ClientContext context;
    v1::Dataset dataset;
    const grpc::Status status =
        stub_->GetDataset(&context, Written<v1::GetDatasetRequest>(options), &dataset);
    EXPECT_EQ(status.ok(), refusal_.ok());
    return {Told(context.GetServerInitialMetadata()), Told(context.GetServerTrailingMetadata())};
  }

  Notice OfStream(const FileOptions& options) {
    grpc::ClientContext context;
    auto reader = stub_->ExportDataset(&context, Written<v1::ExportDatasetRequest>(options));
    reader->WaitForInitialMetadata();
    Notice notice{Told(context.GetServerInitialMetadata()), {}};
    v1::ExportDatasetResponse response;
    while (reader->Read(&response)) {
    }
    EXPECT_EQ(reader->Finish().ok(), refusal_.ok());
    notice.last = Told(context.GetServerTrailingMetadata());
    return notice;
  }

  absl::Status refusal_;  // with which calls end
};

constexpr char kTold[] = "google.protobuf.FileOptions.java_generate_equals_and_hash";

TEST_F(DeprecatedCallTest, NothingIsToldOfOthers) {
  for (const Notice& notice : {OfCall(FileOptions()), OfStream(FileOptions())}) {
    EXPECT_THAT(notice.first, IsEmpty());
    EXPECT_THAT(notice.last, IsEmpty());
  }
}

TEST_F(DeprecatedCallTest, AnAnswerTellsItFirst) {
  for (const Notice& notice : {OfCall(Deprecated()), OfStream(Deprecated())}) {
    EXPECT_THAT(notice.first, ElementsAre(kTold));
    EXPECT_THAT(notice.last, IsEmpty());
  }
}

// Once the first metadata are sent, gRPC's own retries do not send a call again.
TEST_F(DeprecatedCallTest, ACallThatFailsTellsItLast) {
  refusal_ = absl::UnavailableError("later");
  for (const Notice& notice : {OfCall(Deprecated()), OfStream(Deprecated())}) {
    EXPECT_THAT(notice.first, IsEmpty());
    EXPECT_THAT(notice.last, ElementsAre(kTold));
  }
}

}  // namespace
}  // namespace probity::rpc
