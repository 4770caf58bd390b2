// What every request goes through once it is read and before its operation begins.
#ifndef PROBITY_SERVICES_RPC_TAKE_REQUEST_H_
#define PROBITY_SERVICES_RPC_TAKE_REQUEST_H_

#include "absl/status/status.h"
#include "services/rpc/call_context.h"
#include "services/rpc/deprecation.h"
#include "services/rpc/subjects.h"

namespace probity::rpc {

// Puts into the call what is deprecated of what it uses, to be told with its answer; costs
// nothing where the request's type holds nothing of the kind. Of a stream of requests, for the
// first one alone: once the first answer is sent, its metadata are.
template <typename Request>
void NoteDeprecated(const CallContext& call, const Request& request) {
  static const bool may_use_deprecated = MayUseDeprecated(*Request::descriptor());
  if (may_use_deprecated) call.deprecated = DeprecatedIn(request);
}

// Once a call, before anything of its answer is sent: the same, and puts the request's
// subjects into the call, if anybody hears of it. Not OK: the call ends with that, and nothing
// is done for it (CallContext.rehearse).
template <typename Request>
absl::Status TakeRequest(const CallContext& call, const Request& request) {
  NoteDeprecated(call, request);
  if (call.wants_subjects) call.subjects = SubjectsOf(request);
  return call.rehearse ? call.rehearse(call.subjects) : absl::OkStatus();
}

}  // namespace probity::rpc

#endif  // PROBITY_SERVICES_RPC_TAKE_REQUEST_H_
