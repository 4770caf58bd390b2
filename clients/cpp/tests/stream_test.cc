#include "probity/client/stream.h"

#include <atomic>
#include <stdexcept>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "fake_server.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace probity::client {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr int kEvery = 10;  // results from one resume token to the next

// Decides items as a server does; ends a stream behind the places in `cuts`, in order.
class RunLog {
 public:
  explicit RunLog(std::vector<int> cuts) : cuts_(std::move(cuts)) {}

  grpc::Status Serve(FakeServer::Stream* stream) {
    v1::StreamScreenSuppliersRequest request;
    if (!stream->Read(&request)) return grpc::Status::CANCELLED;
    openings.push_back(request.settings());
    int position = 0;
    (void)absl::SimpleAtoi(request.settings().resume_token(), &position);
    const int cut = openings.size() <= cuts_.size() ? cuts_[openings.size() - 1] : -1;
    v1::StreamScreenSuppliersResponse opened;
    opened.mutable_opened()->set_stream_id("run");
    opened.set_position(position);
    opened.set_resume_token(absl::StrCat(position));
    stream->Write(opened);
    for (; stream->Read(&request); ++position) {
      if (cut >= 0 && position >= cut) return {grpc::StatusCode::UNAVAILABLE, "shut down"};
      stream->Write(Answer(position, request.item()));
    }
    return grpc::Status::OK;
  }

  std::vector<v1::StreamScreenSettings> openings;
  std::map<int, std::string> decided;  // by position

 private:
  v1::StreamScreenSuppliersResponse Answer(int position, const v1::BatchScreenItem& item) {
    EXPECT_EQ(decided.emplace(position, item.correlation_id()).first->second,
              item.correlation_id());
    v1::StreamScreenSuppliersResponse answer;
    answer.mutable_result()->set_correlation_id(item.correlation_id());
    *answer.mutable_result()->mutable_response() = Decided(v1::VERDICT_CLEAR);
    answer.set_position(position);
    if (position % kEvery == kEvery - 1) answer.set_resume_token(absl::StrCat(position + 1));
    return answer;
  }

  const std::vector<int> cuts_;
};

std::vector<std::string> Ids(int first, int count) {
  std::vector<std::string> ids;
  for (int i = 0; i < count; ++i) ids.push_back(absl::StrCat("v", first + i));
  return ids;
}

Source<v1::BatchScreenItem> ItemsOf(std::vector<std::string> ids) {
  return VendorItems("S", From(std::move(ids)));
}

// The answers' ids; the code that ended them is put into `code`.
std::vector<std::string> IdsOf(ScreeningStream& stream, grpc::StatusCode* code = nullptr) {
  std::vector<std::string> ids;
  for (const auto& answer : stream.Answers()) {
    if (answer.ok()) {
      EXPECT_TRUE(MayBuy(*answer));
      ids.push_back(answer->result().correlation_id());
    } else if (code != nullptr) {
      *code = answer.error().code;
    } else {
      ADD_FAILURE() << answer.error().ToString();
    }
  }
  return ids;
}

class StreamTest : public ::testing::Test {
 protected:
  void Serve(RunLog* log) {
    server_.SetStream([log](FakeServer::Stream* stream) { return log->Serve(stream); });
  }
  FakeServer server_;
};

TEST_F(StreamTest, GoesOnWhereItWasCut) {
  RunLog log({0, 7, 25, 25, 60});
  Serve(&log);
  ScreeningStream stream = server_.client().ScreenStream({}, ItemsOf(Ids(0, 100)));
  EXPECT_EQ(IdsOf(stream), Ids(0, 100));
  ASSERT_THAT(log.openings, SizeIs(6));
  EXPECT_EQ(log.openings[3].resume_token(), "20");
  for (const auto& opening : log.openings) {
    EXPECT_EQ(opening.stream_id(), log.openings[0].stream_id());  // decided once
  }
  EXPECT_EQ(stream.resume_position(), 100u);
  EXPECT_EQ(stream.opened()->stream_id(), "run");
}

TEST_F(StreamTest, AnotherStreamGoesOnByItsToken) {
  RunLog log({25});
  Serve(&log);
  StreamOptions options;
  options.patience = std::chrono::milliseconds(-1);
  ScreeningStream left = server_.client().ScreenStream({}, ItemsOf(Ids(0, 40)), options);
  grpc::StatusCode code = grpc::StatusCode::OK;
  EXPECT_EQ(IdsOf(left, &code), Ids(0, 25));
  EXPECT_EQ(code, grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(left.resume_position(), 20u);
  v1::StreamScreenSettings settings;
  settings.set_resume_token(left.resume_token());
  ScreeningStream next = server_.client().ScreenStream(settings, ItemsOf(Ids(20, 20)));
  EXPECT_EQ(IdsOf(next), Ids(20, 20));
  EXPECT_EQ(next.resume_position(), 40u);
}

TEST_F(StreamTest, TakesNoMoreThanTheWindow) {
  RunLog log({});
  Serve(&log);
  std::atomic<int> taken = 0;
  StreamOptions options;
  options.window = 8;
  auto items = [&taken, ids = ItemsOf(Ids(0, 50))] {
    ++taken;
    return ids();
  };
  ScreeningStream stream = server_.client().ScreenStream({}, items, options);
  int answered = 0;
  for (const auto& answer : stream.Answers()) {
    ASSERT_TRUE(answer.ok());
    ++answered;
    EXPECT_LE(taken, answered + 8);
  }
  EXPECT_EQ(answered, 50);
}

TEST_F(StreamTest, TheSourcesFaultComesBehindTheAnswers) {
  RunLog log({});
  Serve(&log);
  auto items = [ids = ItemsOf(Ids(0, 3))] {
    auto item = ids();
    if (!item.has_value()) throw std::runtime_error("the database is gone");
    return item;
  };
  ScreeningStream stream = server_.client().ScreenStream({}, items);
  std::vector<std::string> found;
  try {
    for (const auto& answer : stream.Answers()) found.push_back(answer->result().correlation_id());
    ADD_FAILURE() << "nothing was thrown";
  } catch (const std::runtime_error& fault) {
    EXPECT_THAT(fault.what(), HasSubstr("the database is gone"));
  }
  EXPECT_EQ(found, Ids(0, 3));
}

TEST_F(StreamTest, CanBeLeftAndCancelled) {
  RunLog log({});
  Serve(&log);
  {
    ScreeningStream left = server_.client().ScreenStream({}, ItemsOf(Ids(0, 5000)));
    for (const auto& answer : left.Answers()) {
      ASSERT_TRUE(answer.ok());
      break;
    }
  }
  ScreeningStream stream = server_.client().ScreenStream({}, ItemsOf(Ids(0, 5000)));
  grpc::StatusCode code = grpc::StatusCode::OK;
  for (const auto& answer : stream.Answers()) {
    if (!answer.ok()) code = answer.error().code;
    stream.Cancel();
  }
  EXPECT_EQ(code, grpc::StatusCode::CANCELLED);
}

TEST_F(StreamTest, AServerThatAnswersLessOrOtherwiseIsRefused) {
  server_.SetStream([](FakeServer::Stream* stream) {
    v1::StreamScreenSuppliersRequest request;
    stream->Read(&request);
    v1::StreamScreenSuppliersResponse opened;
    opened.mutable_opened();
    stream->Write(opened);
    stream->Read(&request);
    return grpc::Status::OK;
  });
  ScreeningStream stream = server_.client().ScreenStream({}, ItemsOf(Ids(0, 3)));
  grpc::StatusCode code = grpc::StatusCode::OK;
  EXPECT_THAT(IdsOf(stream, &code), ElementsAre());
  EXPECT_EQ(code, grpc::StatusCode::INTERNAL);
}

TEST_F(StreamTest, AWindowOfNothingIsRefused) {
  StreamOptions options;
  options.window = 0;
  ScreeningStream stream = server_.client().ScreenStream({}, ItemsOf(Ids(0, 1)), options);
  grpc::StatusCode code = grpc::StatusCode::OK;
  EXPECT_THAT(IdsOf(stream, &code), ElementsAre());
  EXPECT_EQ(code, grpc::StatusCode::INVALID_ARGUMENT);
}

}  // namespace
}  // namespace probity::client
