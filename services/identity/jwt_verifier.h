// Who a signed token (JWT) names. Signatures are checked once a token.
#ifndef PROBITY_SERVICES_IDENTITY_JWT_VERIFIER_H_
#define PROBITY_SERVICES_IDENTITY_JWT_VERIFIER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "probity/config/v1/server_config.pb.h"
#include "services/identity/key_source.h"
#include "services/rpc/call_context.h"

namespace probity::identity {

// Thread-safe.
class JwtVerifier {
 public:
  using Issuers = google::protobuf::RepeatedPtrField<config::v1::JwtIssuer>;
  // Longest token.
  static constexpr size_t kMaxTokenBytes = 8192;
  // Tokens that are remembered, as hashes, and bytes of what they name; with more, those that
  // ended go, or all.
  static constexpr size_t kMostKnown = 20000;
  static constexpr size_t kMostKnownBytes = size_t{8} << 20;

  // `issuers` are complete (settings.h). What KeySource::Start says.
  static absl::StatusOr<std::unique_ptr<JwtVerifier>> Start(const Issuers& issuers,
                                                            const KeySource::Options& options);

  // Three parts with dots between: a JWT if it is anything.
  static bool LooksLikeJwt(absl::string_view token);
  // UNAUTHENTICATED / UNAUTHENTICATED says what is wrong with the token and never repeats
  // it; UNAVAILABLE / ISSUER_KEYS_UNAVAILABLE as KeySource::Find.
  absl::StatusOr<rpc::Caller> Verify(absl::string_view token, absl::Time now);
  // Whether the last look at the keys of each issuer gave some.
  bool has_fresh_keys() const;
  // Of what is remembered, at most kMostKnownBytes.
  size_t known_bytes() const;

 private:
  struct Issuer {
    config::v1::JwtIssuer settings;
    std::unique_ptr<KeySource> keys;
  };
  struct Known {
    rpc::Caller caller;
    absl::Time end;
    const KeySource* keys = nullptr;
    uint64_t generation = 0;  // of the keys
    // Of the caller's texts.
    size_t Bytes() const;
  };

  JwtVerifier() = default;
  Issuer* FindIssuer(const std::string& name);
  absl::StatusOr<Known> VerifyAnew(absl::string_view token, absl::Time now);
  void Remember(std::string hash, Known known, absl::Time now);

  std::vector<Issuer> issuers_;
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, Known> known_ ABSL_GUARDED_BY(mutex_);
  size_t known_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace probity::identity

#endif  // PROBITY_SERVICES_IDENTITY_JWT_VERIFIER_H_
