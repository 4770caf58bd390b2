#include "services/rpc/reloads.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "services/rpc/call_log.h"

namespace probity::rpc {

void Reloads::Add(std::string part, Reload reload) {
  absl::MutexLock lock(&mutex_);
  parts_.push_back({std::move(part), std::move(reload)});
}

int Reloads::Run(const Told& told) {
  absl::MutexLock lock(&mutex_);
  int failed = 0;
  for (const Part& part : parts_) {
    const absl::Status status = part.reload();
    if (!status.ok()) ++failed;
    told(part.name, status);
  }
  failures_ += failed;
  if (failed == 0) ++successes_;
  return failed;
}

void LogReload(absl::string_view part, const absl::Status& status) {
  if (status.ok()) return LogMessage(absl::StrCat(part, " was read again"));
  LogError(absl::StrCat(part, " could not be read again, what was there before stays in use: ",
                        status.message(), "; mend it, then send SIGHUP again"));
}

}  // namespace probity::rpc
