// Calls of services that have no stub here, such as gRPC's own, in bytes: for tests.
#ifndef PROBITY_SERVICES_SERVER_RAW_CALL_TESTING_H_
#define PROBITY_SERVICES_SERVER_RAW_CALL_TESTING_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/await_testing.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"

namespace probity::server {

inline std::string BytesOf(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  for (const grpc::Slice& one : slices) {
    bytes.append(reinterpret_cast<const char*>(one.begin()), one.size());
  }
  return bytes;
}

// One stream of messages as bytes. Each step waits for its end; used by one thread.
class RawStream {
 public:
  RawStream(const std::shared_ptr<grpc::Channel>& channel, const std::string& method)
      : generic_(channel) {
    context_.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(60)));
    stream_ = generic_.PrepareCall(&context_, method, &queue_);
    stream_->StartCall(nullptr);
    Next();
  }
  ~RawStream() {
    queue_.Shutdown();
    while (Next()) {
    }
  }
  RawStream(const RawStream&) = delete;

  // The one message that is sent.
  void Write(const std::string& bytes) {
    grpc::Slice slice(bytes);
    const grpc::ByteBuffer request(&slice, 1);
    stream_->Write(request, grpc::WriteOptions().set_last_message(), nullptr);
    Next();
  }
  void WritesDone() {
    stream_->WritesDone(nullptr);
    Next();
  }
  // Nothing: no message came.
  std::optional<std::string> Read() {
    grpc::ByteBuffer response;
    stream_->Read(&response, nullptr);
    Next();
    return ok_ ? std::make_optional(BytesOf(response)) : std::nullopt;
  }
  void Cancel() { context_.TryCancel(); }
  grpc::Status Finish() {
    grpc::Status status;
    stream_->Finish(&status, nullptr);
    Next();
    return status;
  }

 private:
  bool Next() {
    void* tag = nullptr;
    return queue_.Next(&tag, &ok_);
  }

  grpc::GenericStub generic_;
  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> stream_;
  bool ok_ = false;  // of the last step
};

// The first answer of a stream to one message.
inline std::string FirstOfStream(const std::shared_ptr<grpc::Channel>& channel,
                                 const std::string& method, const std::string& bytes) {
  RawStream stream(channel, method);
  stream.Write(bytes);
  const std::optional<std::string> first = stream.Read();
  EXPECT_TRUE(first.has_value()) << method;
  stream.Cancel();
  stream.Finish();
  return first.value_or("");
}

// How a stream ends to which nothing is sent.
inline grpc::StatusCode CodeOf(const std::shared_ptr<grpc::Channel>& channel,
                               const std::string& method) {
  RawStream stream(channel, method);
  stream.WritesDone();
  return stream.Finish().error_code();
}

inline constexpr char kReflection[] =
    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";

// Names of the services that reflection shows, among other bytes.
inline std::string ReflectedServices(const std::shared_ptr<grpc::Channel>& channel) {
  // list_services: "".
  return FirstOfStream(channel, kReflection, std::string("\x3a\x00", 2));
}

// What grpc.health.v1 says of a service: "SERVING", "NOT_SERVING", or the code of an error.
inline std::string HealthOf(const std::shared_ptr<grpc::Channel>& channel,
                            const std::string& service) {
  grpc::GenericStub generic(channel);
  // HealthCheckRequest { service }.
  std::string bytes;
  if (!service.empty()) {
    bytes = std::string("\x0a") + static_cast<char>(service.size()) + service;
  }
  grpc::Slice slice(bytes);
  grpc::ByteBuffer request(&slice, 1), response;
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(60)));
  grpc::CompletionQueue queue;
  auto call = generic.PrepareUnaryCall(&context, "/grpc.health.v1.Health/Check", request, &queue);
  grpc::Status status;
  call->StartCall();
  call->Finish(&response, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  queue.Shutdown();
  while (queue.Next(&tag, &ok)) {
  }
  if (!status.ok()) return "error " + std::to_string(status.error_code());
  return BytesOf(response) == std::string("\x08\x01", 2) ? "SERVING" : "NOT_SERVING";
}

// Waits until health says so; the test fails when it never does.
inline void AwaitHealth(const std::shared_ptr<grpc::Channel>& channel, const std::string& service,
                        const std::string& wanted) {
  std::string said;
  EXPECT_TRUE(BecomesTrue([&] { return (said = HealthOf(channel, service)) == wanted; }))
      << "\"" << service << "\" is " << said << ", not " << wanted;
}

}  // namespace probity::server

#endif  // PROBITY_SERVICES_SERVER_RAW_CALL_TESTING_H_
