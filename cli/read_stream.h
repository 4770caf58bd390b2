// Calls that are answered by a stream of messages.
#ifndef PROBITY_CLI_READ_STREAM_H_
#define PROBITY_CLI_READ_STREAM_H_

#include <memory>

#include "cli/session.h"
#include "grpcpp/grpcpp.h"

namespace probity::cli {

// Gives each message to `take`, until that returns false: then the call is cancelled.
// True when the stream was read to its end. When the call failed, says why and sets the
// exit code, as Session::Ask() does.
template <typename Stub, typename Request, typename Response, typename Take>
bool ReadStream(Session& session,
                std::unique_ptr<grpc::ClientReader<Response>> (Stub::*method)(grpc::ClientContext*,
                                                                              const Request&),
                const Request& request, const Take& take) {
  grpc::ClientContext context;
  grpc::Status status = session.PrepareStream(context);
  if (status.ok()) {
    Stub stub(session.Channel());
    const auto stream = (stub.*method)(&context, request);
    Response message;
    bool go_on = true;
    while (go_on && stream->Read(&message)) go_on = take(message);
    if (!go_on) context.TryCancel();
    status = stream->Finish();
    if (!go_on) return false;
  }
  if (!status.ok()) session.Refused(status);
  return status.ok();
}

}  // namespace probity::cli

#endif  // PROBITY_CLI_READ_STREAM_H_
