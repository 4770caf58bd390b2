// Client certificates that were seen, and what came of them: so that a call over a
// connection costs a look into a table, and still hears of a revocation.
#ifndef PROBITY_SERVICES_IDENTITY_CLIENT_CERTIFICATES_H_
#define PROBITY_SERVICES_IDENTITY_CLIENT_CERTIFICATES_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "services/identity/client_trust.h"
#include "services/rpc/call_context.h"

namespace probity::identity {

// Thread-safe.
class ClientCertificates {
 public:
  // Certificates that are remembered; with more, all are looked at anew.
  static constexpr size_t kMost = 10000;
  // A certificate is looked at again after this, so that its end, and that of a list that
  // was not replaced, is noticed on open connections too.
  static constexpr absl::Duration kKeptFor = absl::Minutes(1);

  // From now on this is what counts, for those that were seen before, too.
  void SetTrust(std::shared_ptr<const ClientTrust> trust);

  // Who the certificate names, when it is to be trusted; PEM. `between` are those that
  // came with it, PEM, or empty: a resumed TLS session has none, and those of the first
  // one count. UNAUTHENTICATED / UNAUTHENTICATED says what is wrong.
  absl::StatusOr<rpc::Caller> Check(absl::string_view certificate, absl::string_view between,
                                    absl::Time now);

 private:
  struct Seen {
    absl::StatusOr<rpc::Caller> caller = rpc::Caller();
    std::string between;
    absl::Time from, until;  // when `caller` holds, the end left out
  };

  absl::Mutex mutex_;
  std::shared_ptr<const ClientTrust> trust_ ABSL_GUARDED_BY(mutex_);
  uint64_t trusts_ ABSL_GUARDED_BY(mutex_) = 0;  // that there were
  absl::flat_hash_map<std::string, Seen> seen_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace probity::identity

#endif  // PROBITY_SERVICES_IDENTITY_CLIENT_CERTIFICATES_H_
