#include "services/rpc/server_stream.h"

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "services/rpc/dataset_server_testing.h"

namespace probity::rpc {
namespace {

using Response = v1::ExportDatasetResponse;

// What the sources of a test did.
struct Trace {
  std::atomic<int> pages{0};
  std::atomic<int> alive{0};
};

// Gives `pages` pages of three messages, then an error or the end.
class Pages final : public MessageSource<Response> {
 public:
  Pages(int pages, absl::Status end, size_t bytes, Trace* trace)
      : pages_(pages), end_(std::move(end)), bytes_(bytes), trace_(trace) {
    ++trace_->alive;
  }
  ~Pages() override { --trace_->alive; }

  absl::Status Next(std::vector<Response>* page) override {
    if (given_ == pages_) return end_;
    ++given_;
    ++trace_->pages;
    for (int i = 0; i < 3; ++i) {
      page->emplace_back().set_data(std::to_string(3 * (given_ - 1) + i) + ":" +
                                    std::string(bytes_, 'x'));
    }
    return absl::OkStatus();
  }

 private:
  const int pages_;
  const absl::Status end_;
  const size_t bytes_;
  Trace* const trace_;
  int given_ = 0;
};

// A server whose ExportDataset is such a stream.
class ServerStreamTest : public DatasetServerTest<v1::DatasetService::CallbackService> {
 protected:
  void TearDown() override {
    DatasetServerTest::TearDown();
    EXPECT_EQ(trace_.alive, 0);
  }

  grpc::ServerWriteReactor<Response>* ExportDataset(grpc::CallbackServerContext* context,
                                                    const v1::ExportDatasetRequest*) override {
    return ServerStream<Response>(
        env_, context, "DatasetService.ExportDataset",
        [this](const CallContext&) -> absl::StatusOr<std::unique_ptr<MessageSource<Response>>> {
          if (!opening_.ok()) return opening_;
          return std::make_unique<Pages>(pages_, end_, bytes_, &trace_);
        });
  }

  // All messages up to their colon, then how the stream ended.
  grpc::Status ReadAll(std::vector<std::string>* messages) {
    grpc::ClientContext context;
    auto reader = stub_->ExportDataset(&context, {});
    Response response;
    while (reader->Read(&response)) {
      messages->push_back(response.data().substr(0, response.data().find(':')));
    }
    return reader->Finish();
  }

  int pages_ = 2;
  size_t bytes_ = 1;
  absl::Status opening_, end_;
  Trace trace_;
};

TEST_F(ServerStreamTest, SendsAllPagesInOrder) {
  std::vector<std::string> messages;
  EXPECT_TRUE(ReadAll(&messages).ok());
  EXPECT_EQ(messages, std::vector<std::string>({"0", "1", "2", "3", "4", "5"}));
}

TEST_F(ServerStreamTest, EndsWithoutMessages) {
  pages_ = 0;
  std::vector<std::string> messages;
  EXPECT_TRUE(ReadAll(&messages).ok());
  EXPECT_TRUE(messages.empty());
}

TEST_F(ServerStreamTest, AnErrorOfTheSourceComesBehindItsPages) {
  end_ = absl::DataLossError("gone");
  std::vector<std::string> messages;
  const grpc::Status status = ReadAll(&messages);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::DATA_LOSS);
  EXPECT_EQ(messages.size(), 6u);
}

TEST_F(ServerStreamTest, AnErrorOnOpeningEndsIt) {
  opening_ = absl::NotFoundError("no such dataset");
  std::vector<std::string> messages;
  EXPECT_EQ(ReadAll(&messages).error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_TRUE(messages.empty());
}

// gRPC buffers some messages on either side; a source without end must still stand.
TEST_F(ServerStreamTest, AClientThatDoesNotReadStopsTheSource) {
  pages_ = 1 << 30;
  bytes_ = size_t{1} << 18;
  grpc::ClientContext context;
  auto reader = stub_->ExportDataset(&context, {});
  Response response;
  ASSERT_TRUE(reader->Read(&response));
  int before = -1;
  while (before != trace_.pages) {
    before = trace_.pages;
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  EXPECT_LT(before, 100);
  context.TryCancel();
  while (reader->Read(&response)) {
  }
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

// Two of them, so that the second one's end does not depend on the first one's.
TEST_F(ServerStreamTest, AClientThatReadsNothingForTooLongIsCutOff) {
  IdleSweep idle(absl::Seconds(1), absl::Milliseconds(10));
  env_.idle = &idle;
  pages_ = 1 << 30;
  bytes_ = size_t{1} << 18;
  grpc::ClientContext contexts[2];
  std::vector<std::unique_ptr<grpc::ClientReader<Response>>> readers;
  Response response;
  for (grpc::ClientContext& context : contexts) {
    readers.push_back(stub_->ExportDataset(&context, {}));
    ASSERT_TRUE(readers.back()->Read(&response));
  }
  while (trace_.alive != 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  for (const auto& reader : readers) {
    while (reader->Read(&response)) {
    }
    EXPECT_FALSE(reader->Finish().ok());
  }
}

TEST_F(ServerStreamTest, AClientThatReadsIsNotCutOff) {
  IdleSweep idle(absl::Hours(1), absl::Milliseconds(1));
  env_.idle = &idle;
  pages_ = 200;
  bytes_ = size_t{1} << 12;
  std::vector<std::string> messages;
  EXPECT_TRUE(ReadAll(&messages).ok());
  EXPECT_EQ(messages.size(), 600u);
}

// Lets nobody on, and takes its time.
class SlowRefusal final : public Gate {
 public:
  absl::Status Enter(const grpc::CallbackServerContext& /*context*/, absl::string_view /*method*/,
                     CallContext* /*call*/) override {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    return absl::PermissionDeniedError("not you");
  }
};

// Who sweeps idle streams comes by many times while it is not known yet whether this one may be.
TEST_F(ServerStreamTest, NothingIsReadForACallerWhoIsNotLetOnYet) {
  IdleSweep idle(absl::Hours(1), absl::Milliseconds(1));
  SlowRefusal gate;
  env_.idle = &idle;
  env_.gates = {&gate};
  std::vector<std::string> messages;
  EXPECT_EQ(ReadAll(&messages).error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_TRUE(messages.empty());
  EXPECT_EQ(trace_.pages, 0);
}

TEST_F(ServerStreamTest, ACallerWhoLeavesEndsTheSource) {
  pages_ = 1 << 30;
  grpc::ClientContext context;
  auto reader = stub_->ExportDataset(&context, {});
  Response response;
  ASSERT_TRUE(reader->Read(&response));
  context.TryCancel();
  while (reader->Read(&response)) {
  }
  EXPECT_FALSE(reader->Finish().ok());
  while (trace_.alive != 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

}  // namespace
}  // namespace probity::rpc
