// The one way from a gRPC call to an operation and back. A handler is one
// statement:
//
//   return rpc::Unary(env_, context, "SupplierService.GetSupplier", request, response,
//                     [this](const rpc::CallContext& call, const auto& request, auto* response) {
//                       return GetSupplier(*env_.store, call, request, response);
//                     });
//
// For each call: who calls (UNAUTHENTICATED otherwise), a call id in the
// trailer "probity-call-id", a look at deadline and cancellation, the
// operation, its absl::Status as gRPC status, with the delay of a RetryInfo in the trailer
// "grpc-retry-pushback-ms" too, a line in the log. Who calls and
// the gates come first, on gRPC's thread, so that a refusal waits for nothing; a
// call that then stands in a queue is not begun once nobody waits for its answer.
#ifndef PROBITY_SERVICES_RPC_UNARY_H_
#define PROBITY_SERVICES_RPC_UNARY_H_

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "grpcpp/grpcpp.h"
#include "services/rpc/call_context.h"
#include "services/rpc/executor.h"
#include "services/rpc/gate.h"
#include "services/rpc/identity_source.h"
#include "services/rpc/idle_sweep.h"
#include "services/rpc/take_request.h"
#include "storage/names/name_index.h"
#include "storage/store.h"

namespace probity::rpc {

// What every service needs. Borrowed: all of it outlives the services.
struct Environment {
  storage::Store* store = nullptr;
  // Says who calls.
  const IdentitySource* authenticator = nullptr;
  // Runs the calls that write.
  Executor* executor = nullptr;
  std::function<absl::Time()> clock;
  // Finds records of the store by name; follows it by itself.
  const storage::NameIndex* names = nullptr;
  // What a call passes once it is known who calls, in this order.
  std::vector<Gate*> gates{};
  // Who hear of every call besides the log.
  std::vector<CallObserver*> observers{};
  // Which calls run on threads of their own. Null: none.
  Lanes* lanes = nullptr;
  // Ends streams whose clients do nothing. Null: nobody does.
  IdleSweep* idle = nullptr;
  // Keeps record of calls that are acts of administration. Null: nobody does.
  ActRecords* acts = nullptr;

  // Where calls of `method` run; null: on the thread that they came on.
  Executor* LaneOf(absl::string_view method) const {
    return lanes == nullptr ? nullptr : lanes->LaneOf(method);
  }
};

// What every call gets around what it does: who calls, an id, the gates, a line in the log.
class CallFrame {
 public:
  // Reads the clock once. `env` and `context` outlive the frame.
  CallFrame(const Environment& env, grpc::CallbackServerContext* context, absl::string_view method);

  // Who calls, whether the gates let the call on, and whether anybody still waits.
  // UNAUTHENTICATED, what a gate says, CANCELLED or DEADLINE_EXCEEDED. Once, before
  // anything is done for the caller.
  absl::Status Authorise();
  // The call left the queue of its lane. CANCELLED or DEADLINE_EXCEEDED where it is too late.
  absl::Status BeginWork();
  // Stays where it is.
  const CallContext& call() const { return call_; }
  // Cuts off what is being sent to a client that does not read. Before End().
  void CutOff() const { context_->TryCancel(); }
  // Before the first message of a stream is written: what of the request is deprecated goes
  // with the metadata that are sent then.
  void BeginAnswer();
  // Tells gates, observers and the log how the call ended, and gives what the caller is
  // told: once, before Finish(), after which the context may be gone. Of a call that failed,
  // what is deprecated goes with the last metadata: once the first are sent, gRPC's own
  // retries do not send a call again.
  grpc::Status End(const absl::Status& status);

 private:
  const Environment& env_;
  grpc::CallbackServerContext* context_;
  const std::string method_;
  const absl::Time begin_;
  std::optional<absl::Time> let_on_;  // by the gates
  absl::Duration waited_;
  CallContext call_;
  size_t passed_ = 0;  // gates that let the call on
  bool told_ = false;  // what is deprecated
};

// Ends a call; called once, on any thread.
using CallDone = std::function<void(absl::Status)>;
// Authenticates, lets `body` begin on `executor`, and logs and finishes the call when
// that says it is done. The context lives until then. `executor` null: on this thread.
using AsyncCallBody = std::function<void(const CallContext&, CallDone)>;
void RunCallAsync(const Environment& env, Executor* executor, grpc::CallbackServerContext* context,
                  absl::string_view method, grpc::ServerUnaryReactor* reactor,
                  const AsyncCallBody& body);

// Authenticates, runs `body` on `executor`, logs and finishes the call. `body` fills the
// response that gRPC then sends. `executor` null: on this thread.
using CallBody = std::function<absl::Status(const CallContext&)>;
void RunCall(const Environment& env, Executor* executor, grpc::CallbackServerContext* context,
             absl::string_view method, grpc::ServerUnaryReactor* reactor, const CallBody& body);

// Runs `operation(call, request, response) -> absl::Status` on `executor`; null: in the
// method's lane, or on gRPC's thread. Here and below: what `operation` captures must outlive
// the server.
template <typename Request, typename Response, typename Operation>
grpc::ServerUnaryReactor* UnaryOn(const Environment& env, Executor* executor,
                                  grpc::CallbackServerContext* context, absl::string_view method,
                                  const Request* request, Response* response, Operation operation) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  RunCall(env, executor != nullptr ? executor : env.LaneOf(method), context, method, reactor,
          [=](const CallContext& call) {
            if (absl::Status taken = TakeRequest(call, *request); !taken.ok()) return taken;
            return operation(call, *request, response);
          });
  return reactor;
}

// The same in the method's lane, or on gRPC's thread: for reads.
template <typename Request, typename Response, typename Operation>
grpc::ServerUnaryReactor* Unary(const Environment& env, grpc::CallbackServerContext* context,
                                absl::string_view method, const Request* request,
                                Response* response, Operation operation) {
  return UnaryOn(env, nullptr, context, method, request, response, operation);
}

// The same in the method's lane, or on the environment's executor: for calls that write. Those
// that are acts of administration are recorded around what they do. `method` is a literal.
template <typename Request, typename Response, typename Operation>
grpc::ServerUnaryReactor* UnaryWrite(const Environment& env, grpc::CallbackServerContext* context,
                                     absl::string_view method, const Request* request,
                                     Response* response, Operation operation) {
  Executor* lane = env.LaneOf(method);
  Executor* const executor = lane != nullptr ? lane : env.executor;
  ActRecords* const acts = env.acts != nullptr && env.acts->Has(method) ? env.acts : nullptr;
  return UnaryOn(env, executor, context, method, request, response,
                 [=](const CallContext& call, const Request& asked, Response* answer) {
                   const auto run = [&] { return operation(call, asked, answer); };
                   return acts == nullptr ? run() : acts->Run(call, method, *answer, run);
                 });
}

// Runs `operation(call, request, response, done)` where Unary() would, and answers when
// that calls `done`: for calls that wait for the disk without a thread. `call`, `request`
// and `response` live until then.
template <typename Request, typename Response, typename Operation>
grpc::ServerUnaryReactor* UnaryAsync(const Environment& env, grpc::CallbackServerContext* context,
                                     absl::string_view method, const Request* request,
                                     Response* response, Operation operation) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  RunCallAsync(env, env.LaneOf(method), context, method, reactor,
               [=](const CallContext& call, CallDone done) {
                 if (absl::Status taken = TakeRequest(call, *request); !taken.ok()) {
                   return done(taken);
                 }
                 operation(call, *request, response, std::move(done));
               });
  return reactor;
}

// Bytes to and from gRPC's buffers. ReadBytes is INTERNAL when they cannot be
// read.
absl::StatusOr<std::string> ReadBytes(const grpc::ByteBuffer& buffer);
grpc::ByteBuffer WriteBytes(std::string bytes);

absl::Status RequestDoesNotParse();

// Parses the request, INVALID_ARGUMENT / INVALID_FIELD where it does not parse
// (such as with a text that is not UTF-8), and sends what
// `operation(call, request) -> StatusOr<std::string>` gives.
template <typename Request, typename Operation>
absl::Status AnswerRaw(const CallContext& call, const grpc::ByteBuffer& request,
                       grpc::ByteBuffer* response, const Operation& operation) {
  absl::StatusOr<std::string> bytes = ReadBytes(request);
  if (!bytes.ok()) return bytes.status();
  Request parsed;
  if (!parsed.ParseFromString(*bytes)) return RequestDoesNotParse();
  if (absl::Status taken = TakeRequest(call, parsed); !taken.ok()) return taken;
  absl::StatusOr<std::string> answer = operation(call, parsed);
  if (!answer.ok()) return answer.status();
  *response = WriteBytes(*std::move(answer));
  return absl::OkStatus();
}

// For a raw method: `operation` gives the response's bytes.
template <typename Request, typename Operation>
grpc::ServerUnaryReactor* UnaryRaw(const Environment& env, grpc::CallbackServerContext* context,
                                   absl::string_view method, const grpc::ByteBuffer* request,
                                   grpc::ByteBuffer* response, Operation operation) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  RunCall(env, env.LaneOf(method), context, method, reactor, [=](const CallContext& call) {
    return AnswerRaw<Request>(call, *request, response, operation);
  });
  return reactor;
}

// Gives the response's bytes, or how the call ended without; once, on any thread.
using BytesDone = std::function<void(absl::StatusOr<std::string>)>;
// For a raw method whose `operation(call, request, done)` answers later: with bytes, when
// it calls `done`. `call` lives until then, `request` while the operation runs.
template <typename Request, typename Operation>
grpc::ServerUnaryReactor* UnaryRawAsync(const Environment& env,
                                        grpc::CallbackServerContext* context,
                                        absl::string_view method, const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response, Operation operation) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const auto body = [=](const CallContext& call, CallDone done) {
    absl::StatusOr<std::string> bytes = ReadBytes(*request);
    if (!bytes.ok()) return done(bytes.status());
    Request parsed;
    if (!parsed.ParseFromString(*bytes)) return done(RequestDoesNotParse());
    if (absl::Status taken = TakeRequest(call, parsed); !taken.ok()) return done(taken);
    operation(call, parsed, [response, done = std::move(done)](absl::StatusOr<std::string> answer) {
      const absl::Status status = answer.status();
      if (status.ok()) *response = WriteBytes(*std::move(answer));
      done(status);
    });
  };
  RunCallAsync(env, env.LaneOf(method), context, method, reactor, body);
  return reactor;
}

// For a raw method whose `operation(call, request, response) -> absl::Status` fills
// a message: gRPC does not say what is wrong with a request that does not parse,
// this does. On `executor`, for calls that may wait; nullptr: where Unary() would.
template <typename Request, typename Response, typename Operation>
grpc::ServerUnaryReactor* UnaryParsed(const Environment& env, Executor* executor,
                                      grpc::CallbackServerContext* context,
                                      absl::string_view method, const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response, Operation operation) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const auto fill = [operation](const CallContext& call,
                                const Request& asked) -> absl::StatusOr<std::string> {
    Response answer;
    if (absl::Status status = operation(call, asked, &answer); !status.ok()) return status;
    return answer.SerializeAsString();
  };
  RunCall(
      env, executor != nullptr ? executor : env.LaneOf(method), context, method, reactor,
      [=](const CallContext& call) { return AnswerRaw<Request>(call, *request, response, fill); });
  return reactor;
}

}  // namespace probity::rpc

#endif  // PROBITY_SERVICES_RPC_UNARY_H_
