// Streams of the watch over a real connection, with a watch that does as the test says.
#include "services/portfolio/watch_stream.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "base/errors.h"
#include "base/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "probity/v1/portfolio_service.grpc.pb.h"
#include "services/rpc/authenticator.h"
#include "services/rpc/limits.h"
#include "storage/memory/in_memory_store.h"

namespace probity::portfolio {
namespace {

using screening::WatchPoint;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;
using Message = v1::WatchVerdictsResponse;
using Reader = grpc::ClientReader<Message>;

// Events 1 to newest(), of which those before oldest() are gone.
class ScriptedWatch final : public screening::Watch {
 public:
  void Stop() override {}
  void Append(int count, WatchPoint weighed) {
    Set([&] {
      newest_ += static_cast<uint64_t>(count);
      weighed_ = weighed;
    });
  }
  void Forget(uint64_t oldest) {
    Set([&] { oldest_ = oldest; });
  }
  void Fail(const absl::Status& status) {
    Set([&] { fails_ = status; });
  }
  int reads() const { return reads_; }
  size_t listeners() const {
    absl::MutexLock lock(&mutex_);
    return listeners_.size();
  }
  // Waits until somebody listens, or nobody does.
  bool AwaitListeners(size_t count) const {
    for (int i = 0; i < 3000 && listeners() != count; ++i)
      std::this_thread::sleep_for(milliseconds(1));
    return listeners() == count;
  }

  absl::StatusOr<screening::WatchedPortfolio> StatusOf(absl::string_view,
                                                       absl::string_view) const override {
    absl::MutexLock lock(&mutex_);
    if (!fails_.ok()) return fails_;
    screening::WatchedPortfolio status;
    FillFrame(&status);
    return status;
  }
  absl::StatusOr<screening::WatchedMembers> ListMembers(absl::string_view, absl::string_view,
                                                        absl::string_view, size_t,
                                                        v1::Verdict) const override {
    return absl::UnimplementedError("");
  }
  absl::StatusOr<std::optional<screening::WatchedMember>> FindMember(
      absl::string_view, absl::string_view, absl::string_view) const override {
    return absl::UnimplementedError("");
  }
  absl::StatusOr<WatchPoint> ReadMembers(const ReadsVisitor&, const RowVisitor&) const override {
    return absl::UnimplementedError("");
  }
  absl::StatusOr<screening::WatchedChanges> ReadChanges(absl::string_view, absl::string_view,
                                                        absl::string_view watch_id, uint64_t after,
                                                        size_t limit) const override {
    ++reads_;
    absl::MutexLock lock(&mutex_);
    if (!fails_.ok()) return fails_;
    if (!watch_id.empty() && watch_id != "one") return CursorExpired(0);
    if (after + 1 < oldest_ || after > newest_) return CursorExpired(oldest_);
    screening::WatchedChanges page;
    FillFrame(&page);
    page.looked_at = after;
    while (page.looked_at < newest_ && page.changes.size() < limit) {
      page.changes.emplace_back().set_id(++page.looked_at);
      // So long that a connection takes few of them before they are read.
      page.changes.back().set_member(std::string(10000, 'm'));
    }
    page.more = page.looked_at < newest_;
    return page;
  }
  uint64_t Listen(absl::string_view, std::function<void()> called) override {
    absl::MutexLock lock(&mutex_);
    listeners_[++last_listener_] = std::move(called);
    return last_listener_;
  }
  void Unlisten(uint64_t listener) override {
    absl::MutexLock lock(&mutex_);
    listeners_.erase(listener);
  }
  absl::Status Purge() override { return absl::UnimplementedError(""); }
  absl::Status AwaitWeighed(WatchPoint, absl::Time) const override {
    return absl::UnimplementedError("");
  }

 private:
  void Set(const std::function<void()>& change) {
    absl::MutexLock lock(&mutex_);
    change();
    for (const auto& [number, called] : listeners_) called();
  }
  void FillFrame(screening::WatchFrame* frame) const ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    frame->watch_id = "one";
    frame->weighed = weighed_;
    frame->newest_event = newest_;
  }

  mutable std::atomic<int> reads_{0};
  mutable absl::Mutex mutex_;
  uint64_t oldest_ ABSL_GUARDED_BY(mutex_) = 1;
  uint64_t newest_ ABSL_GUARDED_BY(mutex_) = 0;
  WatchPoint weighed_ ABSL_GUARDED_BY(mutex_) = {5, 20000};
  absl::Status fails_ ABSL_GUARDED_BY(mutex_);
  std::map<uint64_t, std::function<void()>> listeners_ ABSL_GUARDED_BY(mutex_);
  uint64_t last_listener_ ABSL_GUARDED_BY(mutex_) = 0;
};

// Serves the stream alone.
class StreamService final
    : public v1::PortfolioService::WithCallbackMethod_WatchVerdicts<v1::PortfolioService::Service> {
 public:
  explicit StreamService(const StreamBase& base) : base_(base) {}
  grpc::ServerWriteReactor<Message>* WatchVerdicts(
      grpc::CallbackServerContext* context, const v1::WatchVerdictsRequest* request) override {
    const auto stream = WatchStream::Begin(base_, context, *request);
    absl::MutexLock lock(&mutex_);
    last_ = stream;
    return stream.get();
  }
  std::shared_ptr<WatchStream> last() {
    absl::MutexLock lock(&mutex_);
    return last_.lock();
  }

 private:
  const StreamBase& base_;
  absl::Mutex mutex_;
  std::weak_ptr<WatchStream> last_ ABSL_GUARDED_BY(mutex_);
};

class WatchStreamTest : public ::testing::Test {
 protected:
  WatchStreamTest()
      : identifiers_(TestIdentifiers()),
        store_(identifiers_, "0123456789abcdef"),
        authenticator_(rpc::Authenticator::Open()),
        env_{&store_, &authenticator_, nullptr, &absl::Now, nullptr} {
    Serve(seconds(600));
  }
  ~WatchStreamTest() override { server_->Shutdown(std::chrono::system_clock::now()); }

  void Serve(seconds checkpoint_every) {
    if (server_ != nullptr) server_->Shutdown(std::chrono::system_clock::now());
    base_ = std::make_unique<StreamBase>(StreamBase{env_, watch_, readers_, checkpoint_every});
    service_ = std::make_unique<StreamService>(*base_);
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(service_.get());
    server_ = builder.BuildAndStart();
    stub_ = v1::PortfolioService::NewStub(grpc::CreateChannel("127.0.0.1:" + std::to_string(port),
                                                              grpc::InsecureChannelCredentials()));
  }

  std::unique_ptr<Reader> Watch(grpc::ClientContext* context, const std::string& cursor = "") {
    context->set_deadline(std::chrono::system_clock::now() + seconds(60));
    v1::WatchVerdictsRequest request;
    request.set_cursor(cursor);
    return stub_->WatchVerdicts(context, request);
  }
  static Message Next(Reader& reader) {
    Message message;
    EXPECT_TRUE(reader.Read(&message));
    return message;
  }
  // The next event; checkpoints before it are read over.
  static Message NextChange(Reader& reader) {
    Message message;
    while (reader.Read(&message) && !message.has_change()) {
    }
    return message;
  }
  // The next checkpoint of that revision; those before it are read over.
  static Message NextCheckpoint(Reader& reader, uint64_t revision) {
    Message message;
    while (reader.Read(&message) && message.checkpoint().revision() != revision) {
      EXPECT_TRUE(message.has_checkpoint());
    }
    return message;
  }
  // Reads so far, once no more are begun.
  int AwaitQuiet() const {
    int before = -1;
    for (int i = 0; i < 100 && before != watch_.reads(); ++i) {
      before = watch_.reads();
      std::this_thread::sleep_for(milliseconds(300));
    }
    return before;
  }
  static std::string At(uint64_t event) { return EncodeCursor({"", ""}, {"one", event}); }

  const IdentifierCatalogue identifiers_;
  storage::InMemoryStore store_;
  const rpc::Authenticator authenticator_;
  const rpc::Environment env_;
  ScriptedWatch watch_;
  rpc::Executor readers_{2};
  std::unique_ptr<StreamBase> base_;
  std::unique_ptr<StreamService> service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::PortfolioService::Stub> stub_;
};

TEST_F(WatchStreamTest, BeginsNowWithACheckpointAndGoesOnWithWhatComes) {
  watch_.Append(3, {7, 20001});
  grpc::ClientContext context;
  const auto reader = Watch(&context);
  const Message first = Next(*reader);
  EXPECT_EQ(first.checkpoint().revision(), 7u);
  EXPECT_EQ(first.checkpoint().day().year(), 2024);
  EXPECT_EQ(first.cursor(), At(3));
  watch_.Append(2, {8, 20001});
  for (const uint64_t id : {4, 5}) {
    const Message event = Next(*reader);
    EXPECT_EQ(event.change().id(), id);
    EXPECT_EQ(event.cursor(), At(id));
  }
  context.TryCancel();
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

// The first checkpoint claims nothing of what lies behind its cursor.
TEST_F(WatchStreamTest, GoesOnFromACursorWhateverThePages) {
  constexpr int kEvents = 2 * static_cast<int>(rpc::kWatchPage) + 1;
  watch_.Append(kEvents, {9, 20001});
  grpc::ClientContext context;
  const auto reader = Watch(&context, At(1));
  const Message first = Next(*reader);
  EXPECT_TRUE(first.has_checkpoint());
  EXPECT_EQ(first.checkpoint().revision(), 0u);
  EXPECT_FALSE(first.checkpoint().has_day());
  EXPECT_EQ(first.cursor(), At(1));
  for (uint64_t id = 2; id <= kEvents; ++id) ASSERT_EQ(Next(*reader).change().id(), id);
  context.TryCancel();
}

TEST_F(WatchStreamTest, ChecksInThoughNothingComes) {
  Serve(seconds(1));
  grpc::ClientContext context;
  const auto reader = Watch(&context);
  Next(*reader);
  watch_.Append(0, {6, 20002});
  EXPECT_EQ(NextCheckpoint(*reader, 6).cursor(), At(0));
  watch_.Append(1, {7, 20002});
  EXPECT_EQ(NextChange(*reader).change().id(), 1u);
  EXPECT_EQ(NextCheckpoint(*reader, 7).cursor(), At(1));
  context.TryCancel();
}

// What lies behind a client that does not read stays where it is.
TEST_F(WatchStreamTest, AClientThatDoesNotReadIsWaitedForWithOnePage) {
  grpc::ClientContext context;
  const auto reader = Watch(&context);
  ASSERT_TRUE(watch_.AwaitListeners(1));
  constexpr int kEvents = 20 * static_cast<int>(rpc::kWatchPage);
  watch_.Append(kEvents, {8, 20001});
  const int before = AwaitQuiet();
  for (int i = 0; i < 100; ++i) watch_.Append(1, {9, 20001});
  EXPECT_EQ(AwaitQuiet(), before) << "read on for a client that does not read";
  EXPECT_LT(before, 15);
  Next(*reader);
  for (uint64_t id = 1; id <= kEvents + 100; ++id) ASSERT_EQ(Next(*reader).change().id(), id);
  context.TryCancel();
}

TEST_F(WatchStreamTest, EndsAtOnceWhenTheClientGoes) {
  for (const bool reads : {true, false}) {
    grpc::ClientContext context;
    const auto reader = Watch(&context);
    ASSERT_TRUE(watch_.AwaitListeners(1));
    if (reads) Next(*reader);
    if (!reads) watch_.Append(1000, {9, 20001});
    context.TryCancel();
    EXPECT_TRUE(watch_.AwaitListeners(0)) << reads;
    EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
}

TEST_F(WatchStreamTest, EndsAtOnceWhenTheServerDrains) {
  grpc::ClientContext context;
  const auto reader = Watch(&context);
  Next(*reader);
  service_->last()->Drain();
  Message none;
  EXPECT_FALSE(reader->Read(&none));
  const grpc::Status status = reader->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_THAT(status.error_message(), HasSubstr("shuts down"));
  EXPECT_TRUE(watch_.AwaitListeners(0));
}

// Neither does one that does not read hold the server up.
TEST_F(WatchStreamTest, ADrainDoesNotWaitForAClientThatDoesNotRead) {
  grpc::ClientContext context;
  const auto reader = Watch(&context);
  ASSERT_TRUE(watch_.AwaitListeners(1));
  watch_.Append(1000, {9, 20001});
  std::this_thread::sleep_for(milliseconds(200));
  service_->last()->Drain();
  EXPECT_TRUE(watch_.AwaitListeners(0));
}

TEST_F(WatchStreamTest, CursorsThatDoNotFitAndAWatchThatFailsEndIt) {
  struct Case {
    std::string cursor;
    grpc::StatusCode code;
    std::string says;
  };
  watch_.Append(10, {6, 20001});
  watch_.Forget(5);
  for (const Case& one :
       std::vector<Case>{{"nonsense", grpc::StatusCode::INVALID_ARGUMENT, "not a cursor"},
                         {EncodeCursor({"", "p"}, {"one", 7}), grpc::StatusCode::INVALID_ARGUMENT,
                          "not a cursor"},
                         {At(3), grpc::StatusCode::FAILED_PRECONDITION, "the oldest left is 5"},
                         {At(11), grpc::StatusCode::FAILED_PRECONDITION, "no longer kept"},
                         {EncodeCursor({"", ""}, {"two", 7}), grpc::StatusCode::FAILED_PRECONDITION,
                          "made anew"}}) {
    grpc::ClientContext context;
    const auto reader = Watch(&context, one.cursor);
    Message none;
    EXPECT_FALSE(reader->Read(&none));
    const grpc::Status status = reader->Finish();
    EXPECT_EQ(status.error_code(), one.code) << one.says;
    EXPECT_THAT(status.error_message(), HasSubstr(one.says));
  }
  grpc::ClientContext context;
  const auto reader = Watch(&context, At(4));
  Next(*reader);
  for (int i = 0; i < 6; ++i) Next(*reader);
  watch_.Fail(WatchUnavailable("/data/watch", "made to fail"));
  Message none;
  EXPECT_FALSE(reader->Read(&none));
  EXPECT_THAT(reader->Finish().error_message(), HasSubstr("made to fail"));
  EXPECT_TRUE(watch_.AwaitListeners(0));
}

}  // namespace
}  // namespace probity::portfolio
