// StreamScreenSuppliers through the public API.
#include <signal.h>
#include <sys/resource.h>

#include <thread>

#include "gmock/gmock.h"
#include "grpcpp/generic/generic_stub.h"
#include "probity/v1/policy_service.grpc.pb.h"
#include "probity/v1/screening_service.grpc.pb.h"
#include "services/rpc/limits.h"
#include "services/server/testing.h"

namespace probity::server {
namespace {

using ::testing::HasSubstr;
using Answer = v1::StreamScreenSuppliersResponse;
using Message = v1::StreamScreenSuppliersRequest;

constexpr char kPolicy[] = R"(id: "test" version: "1" title: "Test" includes: "always-on"
    required_sources { dataset: "datasets/list" max_age_days: 30 })";
constexpr char kSettings[] = "purchase { authority_country: 'GB' purpose: PURPOSE_AWARD }";

class StreamApiTest : public ServerTest {
 protected:
  // One stream of the test's caller.
  class Stream {
   public:
    Stream(const std::shared_ptr<grpc::Channel>& channel, const std::string& token)
        : stub_(channel) {
      if (!token.empty()) context_.AddMetadata("authorization", "Bearer " + token);
      context_.set_deadline(std::chrono::system_clock::now() + std::chrono::minutes(2));
      calls_ = stub_.StreamScreenSuppliers(&context_);
    }
    bool Send(const Message& message) { return calls_->Write(message); }
    void Settings(const std::string& text = kSettings) {
      Message message;
      *message.mutable_settings() = Parse<v1::StreamScreenSettings>(text);
      Send(message);
    }
    bool Item(const std::string& id, const std::string& request) {
      Message message;
      message.mutable_item()->set_correlation_id(id);
      *message.mutable_item()->mutable_request() = Parse<v1::ScreenSupplierRequest>(request);
      return Send(message);
    }
    void End() { calls_->WritesDone(); }
    bool Read(Answer* answer) { return calls_->Read(answer); }
    Answer Next() {
      Answer answer;
      EXPECT_TRUE(Read(&answer));
      return answer;
    }
    std::vector<Answer> All() {
      std::vector<Answer> all;
      for (Answer answer; Read(&answer);) all.push_back(answer);
      return all;
    }
    grpc::Status Finish() { return calls_->Finish(); }
    grpc::ClientContext& context() { return context_; }

   private:
    Screening stub_;
    grpc::ClientContext context_;
    std::unique_ptr<grpc::ClientReaderWriter<Message, Answer>> calls_;
  };

  void SetUp() override {
    ServerTest::SetUp();
    CreateDataset("reg");
    Register("good", "Tidewater Stationery Ltd", "04830352");
    CreateDataset("list");
    Put("list",
        "key: 'bar' risk_flag { subject { party { identifier { scheme: 'GB-COH' value: "
        "'07654321' } } } type: FLAG_TYPE_DEBARMENT stage: FLAG_STAGE_FINAL_ADMIN_DECISION "
        "decided_on " +
            D("2025-01-01") + " }");
    Activate(kPolicy);
  }

  void Register(const std::string& key, const std::string& name, const std::string& number) {
    Put("reg", "key: '" + key + "' supplier { kind: PARTY_KIND_COMPANY names { text: '" + name +
                   "' } identifiers { scheme: 'GB-COH' value: '" + number +
                   "' } jurisdiction: 'GB' }");
  }
  void Activate(const std::string& text) {
    v1::CreatePolicyRequest create;
    create.set_text(text);
    v1::ActivatePolicyRequest activate;
    activate.set_name(Ask(&Policies::CreatePolicy, create).policy().name());
    activate.set_label(v1::POLICY_LABEL_STABLE);
    Ask(&Policies::ActivatePolicy, activate);
  }
  static std::string Numbered(const std::string& number) {
    return "subject { ref { identifier { scheme: 'GB-COH' value: '" + number + "' } } } ";
  }
  std::unique_ptr<Stream> Open(const std::string& settings = kSettings) {
    auto stream = std::make_unique<Stream>(channel_, token_);
    stream->Settings(settings);
    return stream;
  }
  // The reason with which a stream ends.
  std::string EndOf(Stream& stream) {
    stream.All();
    ReadDetails(stream.Finish().error_details());
    return reason_;
  }
  // Decisions alone stand in the log, so that its size counts them.
  config::v1::ServerConfig Config() const override {
    config::v1::ServerConfig config = ServerTest::Config();
    config.set_record_acts(false);
    return config;
  }
  uint64_t Recorded() {
    return Ask(&v1::ServerService::Stub::GetServerInfo, v1::GetServerInfoRequest())
        .evidence_log()
        .tree_size();
  }
  // Once nothing more is recorded.
  uint64_t RecordedAtRest() {
    for (uint64_t before = ~uint64_t{0};;) {
      const uint64_t now = Recorded();
      if (now == before) return now;
      before = now;
      std::this_thread::sleep_for(std::chrono::milliseconds(500));
    }
  }
  static const v1::DecisionCore& CoreOf(const Answer& answer) {
    return answer.result().response().decision().core();
  }
};

TEST_F(StreamApiTest, AnswersInOrderEachRecorded) {
  auto stream = Open("stream_id: 'run' " + std::string(kSettings));
  const Answer opening = stream->Next();
  ASSERT_TRUE(opening.has_opened());
  EXPECT_EQ(opening.opened().stream_id(), "run");
  EXPECT_EQ(opening.opened().stamp().policy_version(), "policies/test/versions/1");
  EXPECT_NE(opening.resume_token(), "");
  constexpr int kItems = 700;  // more than are read at once
  std::thread sender([&] {
    for (int i = 0; i < kItems; ++i) {
      // Names cost more than numbers, so that later ones would overtake.
      stream->Item("row " + std::to_string(i),
                   i % 3 == 0 ? "subject { name: 'Tidewater Stationery " + std::to_string(i) + "' }"
                              : Numbered("04830352"));
    }
    stream->End();
  });
  const std::vector<Answer> answers = stream->All();
  sender.join();
  EXPECT_TRUE(stream->Finish().ok());
  ASSERT_EQ(answers.size(), kItems);
  for (int i = 0; i < kItems; ++i) {
    SCOPED_TRACE(i);
    EXPECT_EQ(answers[i].position(), i);
    EXPECT_EQ(answers[i].result().correlation_id(), "row " + std::to_string(i));
    EXPECT_EQ(CoreOf(answers[i]).verdict(), i % 3 == 0 ? v1::VERDICT_REVIEW : v1::VERDICT_CLEAR);
    EXPECT_EQ(CoreOf(answers[i]).revision().revision(),
              opening.opened().stamp().revision().revision());
    EXPECT_FALSE(answers[i].result().response().has_bundle());
    EXPECT_EQ(answers[i].resume_token().empty(), (i + 1) % 100 != 0);
  }
  EXPECT_EQ(Recorded(), kItems);
  v1::GetDecisionRequest get;
  get.set_name(answers[1].result().response().decision().name());
  EXPECT_EQ(Ask(&Screening::GetDecision, get).decision().core().verdict(), v1::VERDICT_CLEAR);
}

TEST_F(StreamApiTest, AnItemsErrorIsItsOwn) {
  auto stream = Open();
  stream->Next();
  stream->Item("a", Numbered(""));
  stream->Item(std::string(129, 'x'), Numbered("04830352"));
  stream->Settings();
  stream->Send(Message());
  stream->Item("own", Numbered("04830352") + "purchase { authority_country: 'GB' }");
  stream->Item("policy", Numbered("04830352") + "policy: 'policies/none'");
  stream->Item("good", Numbered("04830352"));
  stream->End();
  const std::vector<Answer> answers = stream->All();
  EXPECT_TRUE(stream->Finish().ok());
  ASSERT_EQ(answers.size(), 7);
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"INVALID_FIELD", "subject.ref.identifier.value"},
      {"LIMIT_EXCEEDED", "item.correlation_id"},
      {"INVALID_FIELD", "settings"},
      {"INVALID_FIELD", "item"},
      {"INVALID_FIELD", "purchase.purpose"},
      {"POLICY_NOT_FOUND", ""},
      {"", ""}};
  for (size_t i = 0; i < expected.size(); ++i) {
    SCOPED_TRACE(i);
    EXPECT_EQ(answers[i].result().error().reason(), expected[i].first);
    EXPECT_EQ(answers[i].result().error().field(), expected[i].second);
  }
  EXPECT_EQ(CoreOf(answers[6]).verdict(), v1::VERDICT_CLEAR);
}

// gRPC's own reading would take it for the end of the stream.
TEST_F(StreamApiTest, AMessageThatDoesNotParseIsAnItemThatFails) {
  grpc::GenericStub stub(channel_);
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  auto calls =
      stub.PrepareCall(&context, "/probity.v1.ScreeningService/StreamScreenSuppliers", &queue);
  void* tag = nullptr;
  bool ok = false;
  const auto wait = [&] { return queue.Next(&tag, &ok) && ok; };
  const auto send = [&](const std::string& bytes) {
    grpc::Slice slice(bytes);
    calls->Write(grpc::ByteBuffer(&slice, 1), nullptr);
    return wait();
  };
  calls->StartCall(nullptr);
  ASSERT_TRUE(wait());
  Message settings, good;
  *settings.mutable_settings() = Parse<v1::StreamScreenSettings>(kSettings);
  *good.mutable_item()->mutable_request() = Parse<v1::ScreenSupplierRequest>(Numbered("04830352"));
  ASSERT_TRUE(send(settings.SerializeAsString()));
  ASSERT_TRUE(send("\x12\x05\x0a\x03\xff\xfe\xfd"));
  ASSERT_TRUE(send(good.SerializeAsString()));
  calls->WritesDone(nullptr);
  ASSERT_TRUE(wait());
  std::vector<Answer> answers;
  for (;;) {
    grpc::ByteBuffer buffer;
    calls->Read(&buffer, nullptr);
    if (!wait()) break;
    grpc::Slice slice;
    ASSERT_TRUE(buffer.DumpToSingleSlice(&slice).ok());
    answers.emplace_back().ParseFromArray(slice.begin(), static_cast<int>(slice.size()));
  }
  grpc::Status status;
  calls->Finish(&status, nullptr);
  ASSERT_TRUE(wait());
  EXPECT_TRUE(status.ok());
  ASSERT_EQ(answers.size(), 3);
  EXPECT_EQ(answers[1].result().error().field(), "request");
  EXPECT_EQ(CoreOf(answers[2]).verdict(), v1::VERDICT_CLEAR);
}

TEST_F(StreamApiTest, TheFirstMessageMustHoldSettings) {
  Stream none(channel_, token_);
  none.End();
  EXPECT_EQ(EndOf(none), "INVALID_FIELD");
  EXPECT_EQ(field_, "settings");
  Stream item(channel_, token_);
  item.Item("a", Numbered("04830352"));
  EXPECT_EQ(EndOf(item), "INVALID_FIELD");
  EXPECT_EQ(field_, "settings");
  struct Case {
    std::string settings, reason;
  };
  for (const Case& one :
       std::vector<Case>{{"stream_id: '" + std::string(65, 'x') + "'", "LIMIT_EXCEEDED"},
                         {"policy: 'policies/none'", "POLICY_NOT_FOUND"},
                         {"as_of " + D("2999-01-01"), "AS_OF_IN_FUTURE"},
                         {"consistency { at_exact_revision { revision: 1 store_lineage: 'x' } }",
                          "WRONG_LINEAGE"}}) {
    SCOPED_TRACE(one.settings);
    EXPECT_EQ(EndOf(*Open(one.settings + kSettings)), one.reason);
  }
  EXPECT_EQ(Recorded(), 0);
}

TEST_F(StreamApiTest, AnEmptyStreamIsOpenedAndEnds) {
  auto stream = Open();
  stream->End();
  ASSERT_EQ(stream->All().size(), 1);
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(StreamApiTest, UnknownCallersAreRefused) {
  UseTokens();
  token_ = "";
  auto stream = Open();
  EXPECT_EQ(EndOf(*stream), "UNAUTHENTICATED");
}

TEST_F(StreamApiTest, RevisionPolicyAndDayStayAsTheyWereWhenItOpened) {
  auto stream = Open();
  const Answer opening = stream->Next();
  stream->Item("before", Numbered("01234567"));
  EXPECT_EQ(CoreOf(stream->Next()).identity(), v1::IDENTITY_STATE_UNIDENTIFIED);
  Register("new", "Brackish Kilns Ltd", "01234567");
  Activate(R"(id: "test" version: "2" title: "Test" includes: "always-on")");
  stream->Item("after", Numbered("01234567"));
  const Answer after = stream->Next();
  EXPECT_EQ(CoreOf(after).identity(), v1::IDENTITY_STATE_UNIDENTIFIED);
  EXPECT_EQ(CoreOf(after).policies(0).name(), "policies/test/versions/1");
  stream->context().TryCancel();
  stream->Finish();

  auto resumed = Open("resume_token: '" + opening.resume_token() + "' " + kSettings);
  EXPECT_EQ(resumed->Next().opened().stamp().revision().revision(),
            opening.opened().stamp().revision().revision());
  resumed->Item("before", Numbered("01234567"));
  resumed->Item("after", Numbered("01234567"));
  resumed->Item("later", Numbered("01234567"));
  resumed->End();
  const std::vector<Answer> answers = resumed->All();
  ASSERT_EQ(answers.size(), 3);
  EXPECT_EQ(answers[1].result().response().decision().name(),
            after.result().response().decision().name());
  EXPECT_FALSE(answers[2].result().response().repeated_request());
  EXPECT_EQ(CoreOf(answers[2]).identity(), v1::IDENTITY_STATE_UNIDENTIFIED);
  EXPECT_EQ(CoreOf(answers[2]).policies(0).name(), "policies/test/versions/1");
}

TEST_F(StreamApiTest, ACutStreamGoesOnAndDecidesNothingTwice) {
  constexpr int kItems = 250;
  std::vector<std::string> names(kItems);
  std::string token;
  {
    auto stream = Open();
    stream->Next();
    for (int i = 0; i < 180; ++i) stream->Item(std::to_string(i), Numbered("04830352"));
    for (int i = 0; i < 150; ++i) {
      const Answer answer = stream->Next();
      names[i] = answer.result().response().decision().name();
      if (!answer.resume_token().empty()) token = answer.resume_token();
    }
    stream->context().TryCancel();
    stream->Finish();
  }
  Restart();
  const uint64_t before = Recorded();
  EXPECT_GE(before, 150);
  auto stream = Open("resume_token: '" + token + "' " + kSettings);
  const Answer opening = stream->Next();
  EXPECT_EQ(opening.position(), 100);
  for (int i = 100; i < kItems; ++i) stream->Item(std::to_string(i), Numbered("04830352"));
  stream->End();
  const std::vector<Answer> answers = stream->All();
  EXPECT_TRUE(stream->Finish().ok());
  ASSERT_EQ(answers.size(), kItems - 100);
  for (int i = 100; i < kItems; ++i) {
    const Answer& answer = answers[i - 100];
    EXPECT_EQ(answer.position(), i);
    if (i >= 150) continue;
    EXPECT_EQ(answer.result().response().decision().name(), names[i]);
    EXPECT_TRUE(answer.result().response().repeated_request());
  }
  EXPECT_EQ(Recorded(), kItems);
}

TEST_F(StreamApiTest, TokensOfOthersAreRefused) {
  UseTokens();
  Activate(kPolicy);
  auto first = Open();
  const std::string token = "resume_token: '" + first->Next().resume_token() + "' ";
  EXPECT_EQ(EndOf(*Open(token + "purchase { authority_country: 'DE' }")), "INVALID_RESUME_TOKEN");
  EXPECT_EQ(EndOf(*Open("resume_token: 'x' " + std::string(kSettings))), "INVALID_RESUME_TOKEN");
  token_ = kBob;
  EXPECT_EQ(EndOf(*Open(token + kSettings)), "INVALID_RESUME_TOKEN");
}

TEST_F(StreamApiTest, WhoDoesNotReadCannotGoOnSending) {
  constexpr int kItems = 2000;
  // A client whose own library holds little for it.
  grpc::ChannelArguments small;
  small.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  small.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, 64 << 10);
  channel_ = grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(server_->port()),
                                       grpc::InsecureChannelCredentials(), small);
  auto stream = Open();
  std::thread sender([&] {
    for (int i = 0; i < kItems; ++i) stream->Item(std::to_string(i), Numbered("04830352"));
    stream->End();
  });
  const uint64_t at_rest = RecordedAtRest();
  EXPECT_GE(at_rest, rpc::kMaxStreamScreenInFlight - 1);
  EXPECT_LT(at_rest, kItems / 2);
  EXPECT_EQ(stream->All().size(), kItems + 1);
  sender.join();
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(StreamApiTest, CancellingStopsTheWork) {
  constexpr int kItems = 5000;
  auto stream = Open();
  stream->Next();
  std::thread sender([&] {
    for (int i = 0; i < kItems && stream->Item("", "subject { name: 'Tidewater' }"); ++i) {
    }
  });
  stream->Next();
  stream->context().TryCancel();
  sender.join();
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_LT(RecordedAtRest(), kItems);
}

TEST_F(StreamApiTest, ADeadlineStopsTheWork) {
  Stream stream(channel_, token_);
  stream.Settings();
  stream.Next();
  Message message;
  *message.mutable_item()->mutable_request() =
      Parse<v1::ScreenSupplierRequest>(Numbered("04830352"));
  Screening stub(channel_);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(300));
  const auto calls = stub.StreamScreenSuppliers(&context);
  Message settings;
  *settings.mutable_settings() = Parse<v1::StreamScreenSettings>(kSettings);
  calls->Write(settings);
  while (calls->Write(message)) {
    Answer answer;
    if (!calls->Read(&answer)) break;
  }
  EXPECT_EQ(calls->Finish().error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
}

// The disk gives no more: files cannot grow beyond a size.
TEST_F(StreamApiTest, ALogThatFailsEndsTheStreamWhereItFailed) {
  constexpr int kItems = 400;
  auto stream = Open();
  std::string token = stream->Next().resume_token();
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  auto* const handler = signal(SIGXFSZ, SIG_IGN);
  const rlimit small{512 << 10, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  std::thread sender([&] {
    for (int i = 0; i < kItems && stream->Item(std::to_string(i), Numbered("04830352")); ++i) {
    }
  });
  std::vector<Answer> answers = stream->All();
  sender.join();
  ReadDetails(stream->Finish().error_details());
  setrlimit(RLIMIT_FSIZE, &before);
  signal(SIGXFSZ, handler);
  EXPECT_EQ(reason_, "EVIDENCE_LOG_UNAVAILABLE");
  ASSERT_GT(answers.size(), 0);
  ASSERT_LT(answers.size(), kItems);
  for (const Answer& answer : answers) EXPECT_TRUE(answer.result().has_response());
  Restart();
  const uint64_t recorded = Recorded();
  EXPECT_GE(recorded, answers.size());

  auto resumed = Open("resume_token: '" + token + "' " + kSettings);
  for (int i = 0; i < kItems; ++i) resumed->Item(std::to_string(i), Numbered("04830352"));
  resumed->End();
  const std::vector<Answer> all = resumed->All();
  EXPECT_TRUE(resumed->Finish().ok());
  ASSERT_EQ(all.size(), kItems + 1);
  for (size_t i = 0; i < answers.size(); ++i) {
    EXPECT_EQ(all[i + 1].result().response().decision().name(),
              answers[i].result().response().decision().name());
  }
  EXPECT_EQ(Recorded(), kItems);
}

TEST_F(StreamApiTest, LimitsArePublished) {
  const auto info = Ask(&v1::ServerService::Stub::GetServerInfo, v1::GetServerInfoRequest());
  EXPECT_EQ(info.max_stream_screen_in_flight(), 256);
  EXPECT_EQ(info.stream_screen_resume_every(), 100);
}

}  // namespace
}  // namespace probity::server
