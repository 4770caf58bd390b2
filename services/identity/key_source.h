// The keys of one issuer, from a file or an address, looked at again in a thread of its
// own. Calls never wait for it.
#ifndef PROBITY_SERVICES_IDENTITY_KEY_SOURCE_H_
#define PROBITY_SERVICES_IDENTITY_KEY_SOURCE_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "probity/config/v1/server_config.pb.h"
#include "services/identity/key_set.h"

namespace probity::identity {

// Thread-safe.
class KeySource {
 public:
  struct Options {
    // For what the operator should know: that keys changed, and that they cannot be had.
    std::function<void(absl::string_view)> log, warn;
    // Least time between two looks: who sends tokens of invented keys does not make the
    // server ask the issuer more often.
    absl::Duration least_wait = absl::Seconds(10);
    // Of one question to the issuer.
    absl::Duration timeout = absl::Seconds(10);
  };

  // Reads a file at once: INVALID_ARGUMENT / INVALID_FIELD when it cannot be used. An
  // address is asked in the background, so that the server starts without the issuer.
  // `settings` are complete (settings.h).
  static absl::StatusOr<std::unique_ptr<KeySource>> Start(config::v1::JwtIssuer settings,
                                                          Options options);
  ~KeySource();
  KeySource(const KeySource&) = delete;

  // The key that a token was signed with.
  //   UNAVAILABLE / ISSUER_KEYS_UNAVAILABLE  none were had yet, or this one is being looked
  //                                          for
  //   UNAUTHENTICATED / UNAUTHENTICATED      the issuer has no such key
  absl::StatusOr<IssuerKey> Find(const std::optional<std::string>& id, absl::string_view algorithm);
  // Grows when keys change.
  uint64_t generation() const { return generation_; }
  // Whether the last look gave keys.
  bool is_fresh() const { return is_fresh_; }

 private:
  KeySource(config::v1::JwtIssuer settings, Options options);
  std::string Place() const;
  absl::StatusOr<std::string> Fetch() const;
  absl::Status Refresh();
  void Run();
  // Whether to go on, when it is time.
  bool Sleep();

  const config::v1::JwtIssuer settings_;
  const Options options_;
  std::atomic<uint64_t> generation_{0};
  std::atomic<bool> is_fresh_{false};
  std::atomic<bool> ending_{false};

  absl::Mutex mutex_;
  std::optional<KeySet> keys_ ABSL_GUARDED_BY(mutex_);
  std::string text_ ABSL_GUARDED_BY(mutex_);   // of keys_
  std::string fault_ ABSL_GUARDED_BY(mutex_);  // of the last look; empty: none
  absl::Time looked_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  bool looking_ ABSL_GUARDED_BY(mutex_) = false;
  bool wanted_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace probity::identity

#endif  // PROBITY_SERVICES_IDENTITY_KEY_SOURCE_H_
