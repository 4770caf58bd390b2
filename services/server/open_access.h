// Who may do what on this server, and the log of who did, as the settings name them.
#ifndef PROBITY_SERVICES_SERVER_OPEN_ACCESS_H_
#define PROBITY_SERVICES_SERVER_OPEN_ACCESS_H_

#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "probity/config/v1/server_config.pb.h"
#include "services/access/access_book.h"
#include "services/access/access_gate.h"
#include "services/access/access_log.h"
#include "services/rpc/unary.h"

namespace probity::server {

struct Access {
  std::unique_ptr<access::AccessLog> log;
  // Null, both, where there is no access_file: every known caller may do everything.
  std::unique_ptr<access::AccessBook> book;
  std::unique_ptr<access::AccessGate> gate;

  // Puts gates and observer where calls pass them; behind what finds out who calls. All
  // this outlives the calls.
  void AddTo(rpc::Environment* env) const;
};

// `config` is complete. Warns where there is no access_file. What AccessBook and AccessLog
// say.
absl::StatusOr<Access> OpenAccess(const config::v1::ServerConfig& config,
                                  const std::function<absl::Time()>& clock);

}  // namespace probity::server

#endif  // PROBITY_SERVICES_SERVER_OPEN_ACCESS_H_
