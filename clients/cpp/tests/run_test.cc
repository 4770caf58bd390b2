#include "src/run.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace probity::client {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds kMinute = std::chrono::minutes(1);

v1::StreamScreenSuppliersResponse Opened(uint64_t position) {
  v1::StreamScreenSuppliersResponse message;
  message.mutable_opened();
  message.set_position(position);
  return message;
}

v1::StreamScreenSuppliersResponse Answer(uint64_t position, const std::string& token = "") {
  v1::StreamScreenSuppliersResponse message;
  message.mutable_result();
  message.set_position(position);
  message.set_resume_token(token);
  return message;
}

// One that was opened and has sent `items`.
StreamRun Sent(int items) {
  StreamRun run((v1::StreamScreenSettings()));
  for (int i = 0; i < items; ++i) {
    v1::BatchScreenItem item;
    item.set_correlation_id(std::to_string(i));
    run.Keep(item);
  }
  run.Begin();
  EXPECT_TRUE(run.Receive(Opened(0)).ok());
  while (run.NextToSend() != nullptr) {
  }
  return run;
}

TEST(RunTest, SendsAgainFromTheResumeTokenOn) {
  StreamRun run = Sent(4);
  EXPECT_TRUE(*run.Receive(Answer(0)));
  EXPECT_TRUE(*run.Receive(Answer(1, "behind 1")));
  EXPECT_TRUE(*run.Receive(Answer(2)));
  EXPECT_EQ(run.Begin().settings().resume_token(), "behind 1");
  EXPECT_TRUE(run.Receive(Opened(2)).ok());
  EXPECT_EQ(run.NextToSend()->item().correlation_id(), "2");
  EXPECT_FALSE(*run.Receive(Answer(2)));  // was handed out before
  EXPECT_EQ(run.NextToSend()->item().correlation_id(), "3");
  EXPECT_TRUE(*run.Receive(Answer(3)));
  EXPECT_EQ(run.waiting(), 0u);
}

TEST(RunTest, DrawsOneNameForAllItsCalls) {
  StreamRun run((v1::StreamScreenSettings()));
  const std::string id = run.Begin().settings().stream_id();
  EXPECT_EQ(id.size(), 36u);
  EXPECT_EQ(run.Begin().settings().stream_id(), id);
  v1::StreamScreenSettings named;
  named.set_stream_id("nightly");
  EXPECT_EQ(StreamRun(named).Begin().settings().stream_id(), "nightly");
}

TEST(RunTest, ACallersTokenSaysWhereItsItemsBegin) {
  v1::StreamScreenSettings settings;
  settings.set_resume_token("from before");
  StreamRun run(settings);
  run.Keep({});
  run.Begin();
  EXPECT_FALSE(run.Receive(Answer(40)).ok());  // nothing was opened
  ASSERT_TRUE(run.Receive(Opened(40)).ok());
  EXPECT_NE(run.NextToSend(), nullptr);
  EXPECT_TRUE(*run.Receive(Answer(40, "behind 40")));
  EXPECT_EQ(run.resume_position(), 41u);
}

TEST(RunTest, RefusesAServerThatCountsOtherwise) {
  EXPECT_FALSE(Sent(3).Receive(Answer(1)).ok());  // 0 is next
  EXPECT_FALSE(Sent(0).Receive(Answer(0)).ok());  // nobody asked
  EXPECT_FALSE(Sent(1).Receive(Opened(5)).ok());
  StreamRun run = Sent(3);
  ASSERT_TRUE(run.Receive(Answer(0, "behind 0")).ok());
  const Result<bool> again = run.Receive(Answer(0));
  ASSERT_FALSE(again.ok());
  EXPECT_THAT(again.error().message, ::testing::HasSubstr("1 is next"));
}

TEST(RunTest, WaitsLongerEachTimeAndNotForWhatStays) {
  StreamRun run = Sent(2);
  Error cut;
  cut.code = grpc::StatusCode::UNAVAILABLE;
  EXPECT_EQ(run.WaitAfter(cut, kMinute), milliseconds(100));
  EXPECT_EQ(run.WaitAfter(cut, kMinute), milliseconds(200));
  ASSERT_TRUE(run.Receive(Answer(0)).ok());
  EXPECT_EQ(run.WaitAfter(cut, kMinute), milliseconds(100));
  for (int i = 0; i < 40; ++i) run.WaitAfter(cut, kMinute);
  EXPECT_EQ(run.WaitAfter(cut, kMinute), milliseconds(5000));
  EXPECT_EQ(run.WaitAfter(cut, milliseconds(-1)), std::nullopt);  // the patience has ended
  Error wrong;
  wrong.code = grpc::StatusCode::INVALID_ARGUMENT;
  EXPECT_EQ(run.WaitAfter(wrong, kMinute), std::nullopt);
}

TEST(RunTest, WaitsAsLongAsTheServerSays) {
  StreamRun run = Sent(1);
  Error full;
  full.code = grpc::StatusCode::RESOURCE_EXHAUSTED;
  EXPECT_EQ(run.WaitAfter(full, kMinute), std::nullopt);
  full.retry_after = milliseconds(4000);
  const auto wait = run.WaitAfter(full, kMinute);
  ASSERT_TRUE(wait.has_value());
  EXPECT_GE(*wait, milliseconds(4000));
  EXPECT_LE(*wait, milliseconds(5000));
}

}  // namespace
}  // namespace probity::client
