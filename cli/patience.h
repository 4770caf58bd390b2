// Calls that outlast a server's restart.
#ifndef PROBITY_CLI_PATIENCE_H_
#define PROBITY_CLI_PATIENCE_H_

#include <algorithm>
#include <chrono>
#include <thread>

#include "cli/interrupt.h"
#include "cli/progress.h"
#include "cli/session.h"

namespace probity::cli {

// Repeats calls while the server cannot be reached. Only for calls that may be
// repeated without harm. Borrows session and progress.
class Patience {
 public:
  Patience(Session& session, Progress& progress, std::chrono::seconds longest)
      : session_(session), progress_(progress), longest_(longest) {}

  // The call's status once the server answered, or was away for too long;
  // CANCELLED when interrupted.
  template <typename Stub, typename Request, typename Response>
  grpc::Status Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    const Request& request, Response* response) const {
    const auto begun = std::chrono::steady_clock::now();
    auto pause = std::chrono::milliseconds(100);
    for (;;) {
      if (Interrupted()) return {grpc::StatusCode::CANCELLED, "interrupted"};
      grpc::Status status = session_.Call(method, request, response);
      const std::chrono::duration<double> away = std::chrono::steady_clock::now() - begun;
      if (status.error_code() != grpc::StatusCode::UNAVAILABLE || away > longest_) return status;
      progress_.ShowWaiting(away.count(), std::chrono::duration<double>(longest_).count());
      std::this_thread::sleep_for(pause);
      pause = std::min(pause * 2, std::chrono::milliseconds(1000));
    }
  }

 private:
  Session& session_;
  Progress& progress_;
  const std::chrono::seconds longest_;
};

}  // namespace probity::cli

#endif  // PROBITY_CLI_PATIENCE_H_
