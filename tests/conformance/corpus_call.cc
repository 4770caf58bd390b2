#include "tests/conformance/corpus_call.h"

#include <stdexcept>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/dynamic_message.h"
#include "google/protobuf/util/json_util.h"
#include "grpcpp/generic/generic_stub.h"
#include "services/rpc/error_details.pb.h"

namespace probity::conformance {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::Message;
using nlohmann::json;

constexpr const char* kCodes[] = {
    "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
    "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
    "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
    "DATA_LOSS", "UNAUTHENTICATED"};

const google::protobuf::MethodDescriptor& MethodOf(const std::string& method) {
  const auto* found = google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(
      absl::StrReplaceAll(method, {{"/", "."}}));
  if (found == nullptr) throw std::runtime_error("no method is named " + method);
  return *found;
}

std::unique_ptr<Message> New(const Descriptor& type) {
  return std::unique_ptr<Message>(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(&type)->New());
}

grpc::ByteBuffer ToBytes(const Descriptor& type, const json& request) {
  const std::unique_ptr<Message> message = New(type);
  const auto read = google::protobuf::util::JsonStringToMessage(request.dump(), message.get());
  if (!read.ok()) throw std::runtime_error(absl::StrCat(request.dump(), ": ", read.ToString()));
  const grpc::Slice slice(message->SerializeAsString());
  return grpc::ByteBuffer(&slice, 1);
}

json ToJson(const Message& message) {
  std::string text;
  if (!google::protobuf::util::MessageToJsonString(message, &text).ok()) {
    throw std::runtime_error("an answer cannot be written as JSON");
  }
  return json::parse(text);
}

json ToJson(const Descriptor& type, const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) throw std::runtime_error("an answer cannot be read");
  for (const grpc::Slice& one : slices) {
    bytes.append(reinterpret_cast<const char*>(one.begin()), one.size());
  }
  const std::unique_ptr<Message> message = New(type);
  if (!message->ParseFromString(bytes)) throw std::runtime_error("an answer does not parse");
  return ToJson(*message);
}

// As tests/corpus/README.md writes them.
json ErrorOf(const grpc::Status& status) {
  if (status.ok()) return nullptr;
  json error = {{"code", kCodes[status.error_code()]}, {"reason", nullptr}};
  rpc::Status details;
  details.ParseFromString(status.error_details());
  for (const google::protobuf::Any& detail : details.details()) {
    rpc::ErrorInfo info;
    rpc::BadRequest bad;
    rpc::RetryInfo retry;
    if (absl::EndsWith(detail.type_url(), ".ErrorInfo") && info.ParseFromString(detail.value())) {
      error["reason"] = info.reason();
      error["domain"] = info.domain();
      for (const auto& [name, value] : info.metadata()) error["metadata"][name] = value;
    } else if (absl::EndsWith(detail.type_url(), ".BadRequest") &&
               bad.ParseFromString(detail.value())) {
      for (const auto& one : bad.field_violations()) {
        error["fieldViolations"].push_back(one.field());
      }
    } else if (absl::EndsWith(detail.type_url(), ".RetryInfo") &&
               retry.ParseFromString(detail.value())) {
      error["retryDelay"] = ToJson(retry).value("retryDelay", "");
    }
  }
  return error;
}

// One call in steps, each of which waits for its end.
class GenericCall {
 public:
  GenericCall(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
              const std::string& token)
      : stub_(channel) {
    context_.set_deadline(absl::ToChronoTime(absl::Now() + absl::Minutes(1)));
    if (!token.empty()) context_.AddMetadata("authorization", "Bearer " + token);
    stream_ = stub_.PrepareCall(&context_, "/" + method, &queue_);
    stream_->StartCall(nullptr);
    Wait();
  }
  ~GenericCall() {
    queue_.Shutdown();
    while (Wait()) {
    }
  }
  GenericCall(const GenericCall&) = delete;

  bool Write(const grpc::ByteBuffer& request) {
    stream_->Write(request, nullptr);
    Wait();
    return ok_;
  }
  void WritesDone() {
    stream_->WritesDone(nullptr);
    Wait();
  }
  bool Read(grpc::ByteBuffer* response) {
    stream_->Read(response, nullptr);
    Wait();
    return ok_;
  }
  grpc::Status Finish() {
    grpc::Status status;
    stream_->Finish(&status, nullptr);
    Wait();
    return status;
  }

 private:
  bool Wait() {
    void* tag = nullptr;
    return queue_.Next(&tag, &ok_);
  }

  grpc::GenericStub stub_;
  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> stream_;
  bool ok_ = false;  // of the last step
};

}  // namespace

CorpusAnswer Ask(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                 const std::vector<json>& requests, const std::string& token) {
  const google::protobuf::MethodDescriptor& known = MethodOf(method);
  GenericCall call(channel, method, token);
  for (const json& request : requests) {
    if (!call.Write(ToBytes(*known.input_type(), request))) break;  // it has ended: Finish() says
  }
  call.WritesDone();
  CorpusAnswer answer;
  grpc::ByteBuffer response;
  while (call.Read(&response)) {
    answer.responses.push_back(ToJson(*known.output_type(), response));
    response.Clear();
  }
  answer.error = ErrorOf(call.Finish());
  return answer;
}

}  // namespace probity::conformance
