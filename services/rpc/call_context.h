// Who asks, when, and whether the answer is still wanted. Made once a call by
// Unary(); operations read it and see nothing else of gRPC.
#ifndef PROBITY_SERVICES_RPC_CALL_CONTEXT_H_
#define PROBITY_SERVICES_RPC_CALL_CONTEXT_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/civil_day.h"
#include "screening/asking.h"

namespace probity::rpc {

// A caller, as its token names it.
struct Caller {
  // Who asks: goes into the audit trail.
  std::string principal;
  // For whom: "authorities/{a}", or empty.
  std::string authority;
};

struct CallContext {
  Caller caller;
  // 16 hex digits; in the stamp, the log and the trailer probity-call-id.
  std::string call_id;
  // Of the caller's trace, 32 hex digits (base/trace_context.h); empty: none. For the log
  // alone: nothing that is answered or recorded depends on it.
  std::string trace_id = {};
  // The clock is read once: the whole call sees one instant.
  absl::Time received_at;
  absl::Time deadline = absl::InfiniteFuture();
  // True once the client has gone. May be empty.
  std::function<bool()> is_cancelled;

  // The day of received_at, UTC.
  DayNumber Today() const;
  // CANCELLED or DEADLINE_EXCEEDED when nobody waits for the answer any more.
  // For loops over many rows.
  absl::Status CheckAlive() const;
  // The same for what knows no calls; borrows this.
  screening::Asking Asking() const;
};

// 16 random hex digits.
std::string NewCallId();

}  // namespace probity::rpc

#endif  // PROBITY_SERVICES_RPC_CALL_CONTEXT_H_
