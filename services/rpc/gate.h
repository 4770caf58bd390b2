// What every call passes on its way to its operation, who hears how it ended, and who keeps
// record of acts. A gate may refuse; an observer only listens.
#ifndef PROBITY_SERVICES_RPC_GATE_H_
#define PROBITY_SERVICES_RPC_GATE_H_

#include <functional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "grpcpp/grpcpp.h"
#include "services/rpc/call_context.h"
#include "services/rpc/executor.h"

namespace probity::rpc {

// How a call ended. Borrows all of it.
struct EndedCall {
  const CallContext& call;
  // "SupplierService.GetSupplier".
  absl::string_view method;
  const absl::Status& status;
  // Since the server began to look at it.
  absl::Duration duration;
  // How much of that it stood in the queue of its lane, after the gates had let it on.
  absl::Duration waited{};
  // False: refused before its request was read, by who says who calls or by a gate.
  bool let_on = true;
};

// Thread-safe, and quick: it runs on gRPC's threads.
class Gate {
 public:
  virtual ~Gate() = default;
  // OK lets the call on to the next gate. Reads metadata and peer from `context`, and may
  // add to `call` what the gates before did not know. What it refuses, the caller is told
  // as it stands: nothing in it may depend on whether what was asked for exists.
  virtual absl::Status Enter(const grpc::CallbackServerContext& context, absl::string_view method,
                             CallContext* call) = 0;
  // The end of a call that this gate let on, in whatever way.
  virtual void Leave(const EndedCall& /*ended*/) {}
};

// Hears of every call, refused ones too. Thread-safe, and quick.
class CallObserver {
 public:
  virtual ~CallObserver() = default;
  virtual void Began(absl::string_view /*method*/) {}
  virtual void Ended(const EndedCall& ended) = 0;
};

// Keeps record of calls that are acts of administration, around what they do. Thread-safe; may
// wait for the disk.
class ActRecords {
 public:
  virtual ~ActRecords() = default;
  // Whether calls of the method are acts.
  virtual bool Has(absl::string_view method) const = 0;
  // Runs `operation`, which fills `response`, and gives what the caller is told: what it
  // says, or why that could not be recorded. `call` has its subjects.
  virtual absl::Status Run(const CallContext& call, absl::string_view method,
                           const google::protobuf::Message& response,
                           const std::function<absl::Status()>& operation) = 0;
};

// Where the work of calls is done, so that much work does not stand in the way of little.
// Thread-safe, and quick.
class Lanes {
 public:
  virtual ~Lanes() = default;
  // The executor of a method that has one set apart; null for the others, which run where
  // their service says.
  virtual Executor* LaneOf(absl::string_view method) = 0;
};

}  // namespace probity::rpc

#endif  // PROBITY_SERVICES_RPC_GATE_H_
