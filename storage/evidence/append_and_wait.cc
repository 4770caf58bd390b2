#include "storage/evidence/append_and_wait.h"

#include <utility>

#include "absl/synchronization/notification.h"

namespace probity::storage {

absl::StatusOr<Recorded> AppendActAndWait(EvidenceLog* log, ActEntry entry) {
  absl::Notification done;
  absl::StatusOr<Recorded> result;
  log->AppendAct(std::move(entry), [&](absl::StatusOr<Recorded> recorded) {
    result = std::move(recorded);
    done.Notify();
  });
  done.WaitForNotification();
  return result;
}

}  // namespace probity::storage
