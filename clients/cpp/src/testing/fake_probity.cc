// The server of FakeProbity: one handler for all RPCs, of their bytes.
#include <atomic>
#include <deque>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "google/protobuf/descriptor.h"
#include "grpcpp/generic/async_generic_service.h"
#include "grpcpp/grpcpp.h"
#include "probity/client/testing.h"
#include "src/testing/answers.h"
#include "src/testing/screening_run.h"
#include "src/testing/status.h"

namespace probity::client {
namespace {

using fake::Answer;
using fake::Answers;
using fake::Reply;

constexpr char kDeprecated[] = "probity-deprecated";

grpc::ByteBuffer BufferOf(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

std::string BytesOf(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

// One call: each message is answered before the next one is read.
class Call : public grpc::ServerGenericBidiReactor {
 public:
  // `is_stream`: whether messages come until the client has no more; otherwise it is one.
  // `notice`: what is deprecated; empty: nothing.
  Call(Answer answer, bool is_stream, std::string notice, grpc::CallbackServerContext* context)
      : answer_(std::move(answer)),
        is_stream_(is_stream),
        notice_(std::move(notice)),
        context_(context) {
    StartRead(&in_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) {
      Finish(grpc::Status::OK);
      return;
    }
    Reply reply = answer_(BytesOf(in_));
    to_write_ = {reply.messages.begin(), reply.messages.end()};
    error_ = std::move(reply.error);
    GoOn();
  }

  void OnWriteDone(bool ok) override {
    if (ok) {
      GoOn();
    } else {
      Finish(grpc::Status::CANCELLED);
    }
  }

  void OnDone() override { delete this; }

 private:
  void GoOn() {
    if (!to_write_.empty()) {
      out_ = BufferOf(to_write_.front());
      to_write_.pop_front();
      if (const std::string notice = std::exchange(notice_, ""); !notice.empty()) {
        context_->AddInitialMetadata(kDeprecated, notice);
      }
      StartWrite(&out_);
    } else if (error_.has_value()) {
      Refuse();
    } else if (is_stream_) {
      StartRead(&in_);
    } else {
      Finish(grpc::Status::OK);
    }
  }

  void Refuse() {
    if (!notice_.empty()) context_->AddTrailingMetadata(kDeprecated, notice_);
    if (error_->retry_after.has_value()) {  // as a server does
      context_->AddTrailingMetadata("grpc-retry-pushback-ms",
                                    absl::StrCat(error_->retry_after->count()));
    }
    Finish(fake::StatusOf(*error_));
  }

  const Answer answer_;
  const bool is_stream_;
  std::string notice_;  // until it is sent
  grpc::CallbackServerContext* const context_;
  grpc::ByteBuffer in_, out_;
  std::deque<std::string> to_write_;
  std::optional<Error> error_;
};

// A call that is ended at once.
class EndedCall : public grpc::ServerGenericBidiReactor {
 public:
  explicit EndedCall(const grpc::Status& status) { Finish(status); }
  void OnDone() override { delete this; }
};

}  // namespace

class FakeProbity::Impl : public grpc::CallbackGenericService {
 public:
  explicit Impl(Fail fail) : answers(std::move(fail)) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterCallbackGenericService(this);
    server = builder.BuildAndStart();
  }

  ~Impl() override {
    server->Shutdown(std::chrono::system_clock::now());
    server->Wait();
  }

  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    if (!is_available) {
      return new EndedCall({grpc::StatusCode::UNAVAILABLE, "FakeProbity is away"});
    }
    const std::string method =
        absl::StrReplaceAll(absl::StripPrefix(context->method(), "/"), {{"/", "."}});
    const auto* known =
        google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(method);
    if (known == nullptr) {
      return new EndedCall({grpc::StatusCode::UNIMPLEMENTED, absl::StrCat("no RPC is ", method)});
    }
    return new Call(AnswerTo(*known), known->client_streaming(), Notice(), context);
  }

  std::string Notice() const {
    const std::lock_guard<std::mutex> lock(mutex);
    return deprecated;
  }

  Answer AnswerTo(const google::protobuf::MethodDescriptor& method) {
    if (method.client_streaming()) {  // there is one of these
      return [run = std::make_shared<fake::ScreeningRun>(&answers)](const std::string& bytes) {
        return run->Take(bytes);
      };
    }
    return [this, type = method.input_type()->full_name()](const std::string& bytes) {
      return answers.Ask(type, bytes);
    };
  }

  Answers answers;
  std::atomic<bool> is_available = true;
  mutable std::mutex mutex;
  std::string deprecated;  // guarded by mutex
  int port = 0;
  std::unique_ptr<grpc::Server> server;
};

FakeProbity::FakeProbity(Fail fail) : impl_(std::make_unique<Impl>(std::move(fail))) {}

FakeProbity::~FakeProbity() = default;

Options FakeProbity::options() const {
  Options options;
  options.server = absl::StrCat("127.0.0.1:", impl_->port);
  return options;
}

Client FakeProbity::client() const { return Client::Connect(options()).value(); }

void FakeProbity::SetScreening(const v1::ScreenedSubject& subject,
                               Result<v1::DecisionCore> answer) {
  impl_->answers.SetScreening(subject, std::move(answer));
}

void FakeProbity::SetCertification(const v1::ScreenedSubject& holder,
                                   v1::CertificationResult result) {
  v1::CheckCertificationResponse answer;
  answer.set_result(result);
  if (result != v1::CERTIFICATION_RESULT_VALID) {
    answer.add_causes()->set_result(result);
    answer.mutable_causes(0)->set_detail("Set by the test");
  }
  SetCertification(holder, Result<v1::CheckCertificationResponse>(std::move(answer)));
}

void FakeProbity::SetCertification(const v1::ScreenedSubject& holder,
                                   Result<v1::CheckCertificationResponse> answer) {
  impl_->answers.SetCertification(holder, std::move(answer));
}

void FakeProbity::SetAvailable(bool is_available) { impl_->is_available = is_available; }

void FakeProbity::SetDeprecated(const std::vector<std::string>& names) {
  const std::lock_guard<std::mutex> lock(impl_->mutex);
  impl_->deprecated = absl::StrJoin(names, ", ");
}

void FakeProbity::Set(const google::protobuf::Descriptor& request,
                      std::function<Reply(const std::string& bytes)> answer) {
  impl_->answers.SetAnswer(request.full_name(), std::move(answer));
}

std::vector<std::string> FakeProbity::RequestsOf(
    const google::protobuf::Descriptor& request) const {
  return impl_->answers.Kept(request.full_name());
}

}  // namespace probity::client
