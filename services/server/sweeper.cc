#include "services/server/sweeper.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/rpc/call_log.h"

namespace probity::server {

Sweeper::Sweeper(Options options) : options_(std::move(options)), thread_([this] { Run(); }) {}

Sweeper::~Sweeper() {
  ending_.Notify();
  thread_.join();
}

// What could not be swept is tried again later; that is told once, not each time.
void Sweeper::Run() {
  std::string told;
  bool more = true;
  while (!ending_.WaitForNotificationWithTimeout(more ? options_.between : options_.every)) {
    const auto swept = options_.retention->SweepSome(options_.clock());
    more = swept.ok() && *swept;
    const std::string fault = swept.ok() ? "" : std::string(swept.status().message());
    if (!fault.empty() && fault != told) {
      rpc::LogWarning(absl::StrCat("old revisions are not swept: ", fault));
    }
    told = fault;
  }
}

}  // namespace probity::server
