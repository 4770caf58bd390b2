#include "services/server/open_access.h"

#include <utility>

#include "services/rpc/call_log.h"

namespace probity::server {

void Access::AddTo(rpc::Environment* env) const {
  env->gates.push_back(log.get());
  if (gate != nullptr) env->gates.push_back(gate.get());
  env->observers.push_back(log.get());
}

absl::StatusOr<Access> OpenAccess(const config::v1::ServerConfig& config,
                                  const std::function<absl::Time()>& clock) {
  Access opened;
  if (config.access_file().empty()) {
    rpc::LogWarning(
        "access_file is not set: every caller that is known may do everything "
        "(docs/SECURITY.md, \"Who may do what\")");
  } else {
    auto book = access::AccessBook::Open(config.access_file());
    if (!book.ok()) return book.status();
    opened.book = *std::move(book);
    opened.gate = std::make_unique<access::AccessGate>(*opened.book);
  }
  auto log = access::AccessLog::Open({config.data_dir() + "/access",
                                      static_cast<int>(config.access_log_days()), clock,
                                      &rpc::LogWarning});
  if (!log.ok()) return log.status();
  opened.log = *std::move(log);
  return opened;
}

}  // namespace probity::server
