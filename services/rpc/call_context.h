// Who asks, when, and whether the answer is still wanted. Made once a call by
// Unary(); operations read it and see nothing else of gRPC.
#ifndef PROBITY_SERVICES_RPC_CALL_CONTEXT_H_
#define PROBITY_SERVICES_RPC_CALL_CONTEXT_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/civil_day.h"
#include "screening/asking.h"

namespace probity::rpc {

// What told who a caller is.
enum class IdentityKind {
  kNobody,   // nothing: the server asks nobody who they are
  kToken,    // an entry of the token file
  kSpiffe,   // the SPIFFE ID of a client certificate
  kDns,      // its first DNS name
  kSubject,  // the common name of its subject
  kJwt,      // a signed token (JWT) of an issuer that is trusted
};

// A caller, as token or certificate name it.
struct Caller {
  // Who asks: goes into the audit trail. 1 to 256 printable characters of ASCII without
  // space, quote and backslash. By kind: "local", the name in the token file,
  // "spiffe://...", "dns:...", "subject:...", "PREFIX:..." of the issuer ("jwt:...").
  std::string principal;
  // For whom: "authorities/{a}", or empty.
  std::string authority;
  IdentityKind kind = IdentityKind::kNobody;
  // Groups that the issuer of a token puts the caller in, at most 256, in the characters
  // of principals; empty for all others.
  std::vector<std::string> groups{};
  // Bare ids of the datasets whose records this call may change; null: of all. Said by
  // who lets the call on (gate.h), asked by DatasetToWrite() and its like.
  std::shared_ptr<const std::set<std::string>> writes{};
  // Principal of the gateway that brought the call and says that it is the caller's; empty: the
  // caller came itself.
  std::string via{};

  // PERMISSION_DENIED for `field` unless this call may change the dataset of that bare id,
  // whether there is one or not: to be asked before it is looked up.
  absl::Status MayWrite(absl::string_view field, absl::string_view dataset) const;
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
  // Whom and what the request names, for the log of access and for acts: put here by what reads the
  // request, before the operation begins (subjects.h); of no meaning for operations.
  mutable std::vector<std::string> subjects{};
  // False where nobody hears of calls or records acts: then subjects stays empty, and costs
  // nothing.
  bool wants_subjects = true;
  // What of the request is deprecated (deprecation.h): for the log, and told with the answer;
  // empty: nothing. Put here by what reads the request.
  mutable std::string deprecated{};
  // True: it stood in another queue than that of its lane, such as the one for names that are
  // not there yet, so that how long it took says nothing of how much there is to do. Put here
  // by what sends it there.
  mutable bool was_elsewhere = false;
  // Refuses calls by their subjects, once these are read and before the operation begins: so
  // the sandbox rehearses errors. Empty: nothing is refused.
  std::function<absl::Status(const std::vector<std::string>& subjects)> rehearse;
  // What that many items of this call cost its caller. Empty: nothing.
  std::function<absl::Status(size_t items)> spend;
  // Whose it is to count what the caller has in progress; of the gate that counts.
  void* account = nullptr;

  // The day of received_at, UTC.
  DayNumber Today() const;
  // CANCELLED or DEADLINE_EXCEEDED when nobody waits for the answer any more.
  // For loops over many rows.
  absl::Status CheckAlive() const;
  // Pays for items, before anything is done for them. RESOURCE_EXHAUSTED /
  // QUOTA_EXCEEDED when the caller's budget does not reach.
  absl::Status Spend(size_t items) const { return spend ? spend(items) : absl::OkStatus(); }
  // The same as CheckAlive() for what knows no calls; borrows this.
  screening::Asking Asking() const;
};

// 16 random hex digits.
std::string NewCallId();

}  // namespace probity::rpc

#endif  // PROBITY_SERVICES_RPC_CALL_CONTEXT_H_
