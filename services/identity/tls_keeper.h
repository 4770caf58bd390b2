// TLS of the server: its certificate and key, the authorities of its clients and their
// revocation lists, followed on disk while it runs. What is not sound is not used.
#ifndef PROBITY_SERVICES_IDENTITY_TLS_KEEPER_H_
#define PROBITY_SERVICES_IDENTITY_TLS_KEEPER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "grpcpp/grpcpp.h"
#include "probity/config/v1/server_config.pb.h"
#include "services/identity/client_certificates.h"
#include "services/identity/published_file.h"
#include "services/identity/tls_files.h"

namespace probity::identity {

// For metrics and health.
struct TlsStatus {
  // Whether the files were sound when they were read last. False: the ones before are in
  // use.
  bool last_reload_ok = true;
  uint64_t reloads = 0;         // times that other files were taken, the start included
  uint64_t failed_reloads = 0;  // times that files were found unsound, each fault once
  // When the certificate in use ends.
  absl::Time certificate_end;
};

// Thread-safe.
class TlsKeeper {
 public:
  struct Options {
    std::function<absl::Time()> clock;
    // For what the operator should know: that other files are used, and alarms.
    std::function<void(absl::string_view)> log, warn;
  };

  // Reads and checks the files, then looks at them from time to time in a thread of its
  // own. `settings` are complete (settings.h). What ReadTlsFiles and CheckTlsFiles say.
  static absl::StatusOr<std::unique_ptr<TlsKeeper>> Start(config::v1::TlsSettings settings,
                                                          Options options);
  ~TlsKeeper();
  TlsKeeper(const TlsKeeper&) = delete;

  // For the port to listen on; the server that has them ends before the keeper. gRPC takes
  // over what was published within two seconds, for new connections.
  std::shared_ptr<grpc::ServerCredentials> Credentials();
  // Looks at the files now. OK when they are sound, and in use. Where the server's own pair is
  // not, new authorities and revocation lists count all the same: who was revoked stays out
  // also while a renewal waits for somebody.
  absl::Status Reload();
  // Those of the callers.
  ClientCertificates& clients() { return clients_; }
  TlsStatus status() const;

 private:
  TlsKeeper(config::v1::TlsSettings settings, Options options);
  void Run();
  // Whether to go on.
  bool Sleep(absl::Duration wait);
  // Whether the files are sound, as TryReload() would find them.
  bool AreSound() const;
  absl::Status TryReload() ABSL_EXCLUSIVE_LOCKS_REQUIRED(reload_mutex_);
  absl::Status Use(const TlsMaterial& material) ABSL_EXCLUSIVE_LOCKS_REQUIRED(reload_mutex_);
  absl::Status UseTrust(const TlsMaterial& material) ABSL_EXCLUSIVE_LOCKS_REQUIRED(reload_mutex_);
  void TakeTrustAlone() ABSL_EXCLUSIVE_LOCKS_REQUIRED(reload_mutex_);
  void Tell(const std::vector<std::string>& warnings) ABSL_EXCLUSIVE_LOCKS_REQUIRED(reload_mutex_);

  const config::v1::TlsSettings settings_;
  const Options options_;
  ClientCertificates clients_;

  absl::Mutex reload_mutex_;  // before mutex_
  PublishedFile identity_ ABSL_GUARDED_BY(reload_mutex_);
  PublishedFile authorities_ ABSL_GUARDED_BY(reload_mutex_);
  std::string used_digest_ ABSL_GUARDED_BY(reload_mutex_);
  std::string trust_digest_ ABSL_GUARDED_BY(reload_mutex_);  // empty: not started yet
  std::string told_fault_ ABSL_GUARDED_BY(reload_mutex_);
  std::vector<std::string> told_warnings_ ABSL_GUARDED_BY(reload_mutex_);

  mutable absl::Mutex mutex_;
  TlsStatus status_ ABSL_GUARDED_BY(mutex_);
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace probity::identity

#endif  // PROBITY_SERVICES_IDENTITY_TLS_KEEPER_H_
