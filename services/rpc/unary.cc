#include "services/rpc/unary.h"

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "absl/time/clock.h"
#include "base/errors.h"
#include "services/rpc/call_log.h"
#include "services/rpc/status.h"

namespace probity::rpc {
namespace {

constexpr char kCallIdTrailer[] = "probity-call-id";

std::optional<absl::string_view> AuthorizationOf(const grpc::CallbackServerContext& context) {
  const auto& metadata = context.client_metadata();
  const auto found = metadata.find("authorization");
  if (found == metadata.end()) return std::nullopt;
  return absl::string_view(found->second.data(), found->second.size());
}

// Everything but the caller.
CallContext NewCall(const Environment& env, grpc::CallbackServerContext* context) {
  CallContext call;
  call.call_id = NewCallId();
  call.received_at = env.clock();
  call.deadline = absl::FromChrono(context->deadline());
  call.is_cancelled = [context] { return context->IsCancelled(); };
  return call;
}

absl::Status Authorise(const Environment& env, const grpc::CallbackServerContext& context,
                       CallContext* call) {
  absl::StatusOr<Caller> caller = env.authenticator->Authenticate(AuthorizationOf(context));
  if (!caller.ok()) return caller.status();
  call->caller = *std::move(caller);
  return call->CheckAlive();
}

}  // namespace

void RunCall(const Environment& env, grpc::CallbackServerContext* context, absl::string_view method,
             grpc::ServerUnaryReactor* reactor, const CallBody& body) {
  const absl::Time begin = absl::Now();
  CallContext call = NewCall(env, context);
  context->AddTrailingMetadata(kCallIdTrailer, call.call_id);
  absl::Status status = Authorise(env, *context, &call);
  if (status.ok()) status = body(call);
  // Logged first: after Finish the context may be gone.
  LogCall(call, method, status, absl::Now() - begin);
  reactor->Finish(ToGrpcStatus(status));
}

void RunCallAsync(const Environment& env, grpc::CallbackServerContext* context,
                  absl::string_view method, grpc::ServerUnaryReactor* reactor,
                  const std::function<void(const CallContext&, CallDone)>& body) {
  const absl::Time begin = absl::Now();
  auto call = std::make_shared<CallContext>(NewCall(env, context));
  context->AddTrailingMetadata(kCallIdTrailer, call->call_id);
  CallDone done = [call, begin, reactor, method = std::string(method)](const absl::Status& status) {
    LogCall(*call, method, status, absl::Now() - begin);
    reactor->Finish(ToGrpcStatus(status));
  };
  if (absl::Status status = Authorise(env, *context, call.get()); !status.ok()) return done(status);
  body(*call, std::move(done));
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
