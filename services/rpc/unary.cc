#include "services/rpc/unary.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iterator>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/errors.h"
#include "base/trace_context.h"
#include "services/rpc/call_log.h"
#include "services/rpc/deprecation.h"
#include "services/rpc/limits.h"
#include "services/rpc/status.h"

namespace probity::rpc {
namespace {

constexpr char kCallIdTrailer[] = "probity-call-id";
// What gRPC's own retry policies wait for (gRFC A6): they read no RetryInfo.
constexpr char kPushbackTrailer[] = "grpc-retry-pushback-ms";

// Milliseconds in 32 bits, as clients read them, some of which never ask again after 0.
std::string PushbackText(absl::Duration delay) {
  constexpr int64_t kMost = std::numeric_limits<int32_t>::max();
  return absl::StrCat(std::clamp<int64_t>(absl::ToInt64Milliseconds(delay), 1, kMost));
}

// Of several headers none can be trusted.
std::string TraceOf(const grpc::CallbackServerContext& context) {
  const auto [first, last] = context.client_metadata().equal_range("traceparent");
  if (first == last || std::next(first) != last) return "";
  return TraceIdOf(absl::string_view(first->second.data(), first->second.size()));
}

// gRPC holds each frame of metadata to the limit, not all frames of a call together.
absl::Status CheckMetadata(const grpc::CallbackServerContext& context) {
  constexpr size_t kBytesOfHeader = 32;  // beside name and value, as HTTP/2 counts
  size_t bytes = 0;
  for (const auto& [name, value] : context.client_metadata()) {
    bytes += name.size() + value.size() + kBytesOfHeader;
  }
  if (bytes <= static_cast<size_t>(kMaxMetadataBytes)) return absl::OkStatus();
  // The code that gRPC has for a frame that is too long.
  return MakeError(absl::StatusCode::kResourceExhausted, v1::ERROR_REASON_LIMIT_EXCEEDED,
                   absl::StrCat("metadata: at most ", kMaxMetadataBytes,
                                " bytes are accepted, got ", bytes, "; send fewer headers"),
                   {{"field", "metadata"}, {"limit", absl::StrCat(kMaxMetadataBytes)}});
}

}  // namespace

CallFrame::CallFrame(const Environment& env, grpc::CallbackServerContext* context,
                     absl::string_view method)
    : env_(env), context_(context), method_(method), begin_(absl::Now()) {
  call_.call_id = NewCallId();
  call_.trace_id = TraceOf(*context);
  call_.received_at = env.clock();
  call_.wants_subjects = !env.observers.empty() || env.acts != nullptr;
  call_.deadline = absl::FromChrono(context->deadline());
  call_.is_cancelled = [context] { return context->IsCancelled(); };
  context->AddTrailingMetadata(kCallIdTrailer, call_.call_id);
  for (CallObserver* observer : env_.observers) observer->Began(method_);
}

absl::Status CallFrame::Authorise() {
  if (absl::Status sized = CheckMetadata(*context_); !sized.ok()) return sized;
  absl::StatusOr<Caller> caller = env_.authenticator->Identify(*context_);
  if (!caller.ok()) return caller.status();
  call_.caller = *std::move(caller);
  for (Gate* gate : env_.gates) {
    if (absl::Status let = gate->Enter(*context_, method_, &call_); !let.ok()) return let;
    ++passed_;
  }
  let_on_ = absl::Now();
  return call_.CheckAlive();
}

absl::Status CallFrame::BeginWork() {
  if (!call_.was_elsewhere) waited_ = absl::Now() - *let_on_;
  return call_.CheckAlive();
}

void CallFrame::BeginAnswer() {
  if (call_.deprecated.empty() || std::exchange(told_, true)) return;
  context_->AddInitialMetadata(kDeprecatedHeader, call_.deprecated);
}

grpc::Status CallFrame::End(const absl::Status& status) {
  if (status.ok()) BeginAnswer();
  if (!call_.deprecated.empty() && !told_) {
    context_->AddTrailingMetadata(kDeprecatedHeader, call_.deprecated);
  }
  const EndedCall ended{call_, method_, status, absl::Now() - begin_, waited_, let_on_.has_value()};
  for (size_t i = passed_; i > 0; --i) env_.gates[i - 1]->Leave(ended);
  for (CallObserver* observer : env_.observers) observer->Ended(ended);
  LogCall(call_, method_, status, ended.duration);
  if (const auto delay = RetryDelay(status)) {
    context_->AddTrailingMetadata(kPushbackTrailer, PushbackText(*delay));
  }
  return ToGrpcStatus(status);
}

namespace {

void RunHere(const Environment& env, grpc::CallbackServerContext* context, absl::string_view method,
             grpc::ServerUnaryReactor* reactor, const CallBody& body) {
  CallFrame frame(env, context, method);
  absl::Status status = frame.Authorise();
  if (status.ok()) status = body(frame.call());
  reactor->Finish(frame.End(status));
}

}  // namespace

void RunCall(const Environment& env, Executor* executor, grpc::CallbackServerContext* context,
             absl::string_view method, grpc::ServerUnaryReactor* reactor, const CallBody& body) {
  if (executor == nullptr) return RunHere(env, context, method, reactor, body);
  auto frame = std::make_shared<CallFrame>(env, context, method);
  if (absl::Status status = frame->Authorise(); !status.ok()) {
    return reactor->Finish(frame->End(status));
  }
  frame->call().was_elsewhere = executor != env.LaneOf(method);
  executor->Add([frame, reactor, body] {
    absl::Status status = frame->BeginWork();
    if (status.ok()) status = body(frame->call());
    reactor->Finish(frame->End(status));
  });
}

void RunCallAsync(const Environment& env, Executor* executor, grpc::CallbackServerContext* context,
                  absl::string_view method, grpc::ServerUnaryReactor* reactor,
                  const AsyncCallBody& body) {
  auto frame = std::make_shared<CallFrame>(env, context, method);
  CallDone done = [frame, reactor](const absl::Status& status) {
    reactor->Finish(frame->End(status));
  };
  if (absl::Status status = frame->Authorise(); !status.ok()) return done(status);
  if (executor == nullptr) return body(frame->call(), std::move(done));
  executor->Add([frame, done = std::move(done), body] {
    if (absl::Status status = frame->BeginWork(); !status.ok()) return done(status);
    body(frame->call(), done);
  });
}

absl::StatusOr<std::string> ReadBytes(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  if (const grpc::Status status = buffer.Dump(&slices); !status.ok()) {
    return absl::InternalError("the request's buffer cannot be read");
  }
  std::string bytes;
  bytes.reserve(buffer.Length());
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

grpc::ByteBuffer WriteBytes(std::string bytes) {
  auto* owned = new std::string(std::move(bytes));
  const grpc::Slice slice(
      owned->data(), owned->size(), [](void* string) { delete static_cast<std::string*>(string); },
      owned);
  return grpc::ByteBuffer(&slice, 1);
}

absl::Status RequestDoesNotParse() {
  return InvalidField("request",
                      "does not parse as the method's request message; texts must be UTF-8");
}

}  // namespace probity::rpc
