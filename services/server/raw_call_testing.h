// Calls of services that have no stub here, such as gRPC's own, in bytes: for tests.
#ifndef PROBITY_SERVICES_SERVER_RAW_CALL_TESTING_H_
#define PROBITY_SERVICES_SERVER_RAW_CALL_TESTING_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "absl/time/time.h"
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

// The first answer of a stream to one message.
inline std::string FirstOfStream(const std::shared_ptr<grpc::Channel>& channel,
                                 const std::string& method, const std::string& bytes) {
  grpc::GenericStub generic(channel);
  grpc::Slice slice(bytes);
  grpc::ByteBuffer request(&slice, 1), response;
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(60)));
  grpc::CompletionQueue queue;
  auto stream = generic.PrepareCall(&context, method, &queue);
  void* tag = nullptr;
  bool ok = false;
  stream->StartCall(nullptr);
  queue.Next(&tag, &ok);
  stream->Write(request, grpc::WriteOptions().set_last_message(), nullptr);
  queue.Next(&tag, &ok);
  stream->Read(&response, nullptr);
  queue.Next(&tag, &ok);
  EXPECT_TRUE(ok) << method;
  const std::string text = ok ? BytesOf(response) : "";
  context.TryCancel();
  grpc::Status status;
  stream->Finish(&status, nullptr);
  queue.Next(&tag, &ok);
  queue.Shutdown();
  while (queue.Next(&tag, &ok)) {
  }
  return text;
}

// How a stream ends to which nothing is sent.
inline grpc::StatusCode CodeOf(const std::shared_ptr<grpc::Channel>& channel,
                               const std::string& method) {
  grpc::GenericStub generic(channel);
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(60)));
  grpc::CompletionQueue queue;
  auto stream = generic.PrepareCall(&context, method, &queue);
  void* tag = nullptr;
  bool ok = false;
  stream->StartCall(nullptr);
  queue.Next(&tag, &ok);
  stream->WritesDone(nullptr);
  queue.Next(&tag, &ok);
  grpc::Status status;
  stream->Finish(&status, nullptr);
  queue.Next(&tag, &ok);
  queue.Shutdown();
  while (queue.Next(&tag, &ok)) {
  }
  return status.error_code();
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
  const absl::Time until = absl::Now() + absl::Seconds(60);
  std::string said;
  while (absl::Now() < until) {
    said = HealthOf(channel, service);
    if (said == wanted) return;
    absl::SleepFor(absl::Milliseconds(10));
  }
  FAIL() << "\"" << service << "\" is " << said << ", not " << wanted;
}

}  // namespace probity::server

#endif  // PROBITY_SERVICES_SERVER_RAW_CALL_TESTING_H_
