#include "services/identity/client_certificates.h"

#include <algorithm>
#include <utility>

#include "services/identity/certificate_caller.h"
#include "services/rpc/identity_source.h"

namespace probity::identity {
namespace {

absl::StatusOr<rpc::Caller> CheckNow(const ClientTrust* trust, absl::string_view certificate,
                                     absl::string_view between, absl::Time now, absl::Time* end) {
  if (trust == nullptr) return rpc::NotIdentified("this server takes no client certificates");
  auto parsed = ParseCertificates(certificate);
  if (!parsed.ok()) return rpc::NotIdentified("the client certificate cannot be read");
  auto others = between.empty() ? Certificates() : ParseCertificates(between);
  if (!others.ok()) return rpc::NotIdentified("the client's certificate chain cannot be read");
  *end = EndOf(parsed->front().get());
  absl::Status trusted = trust->Check(parsed->front().get(), *others, now);
  if (!trusted.ok()) return trusted;
  return CallerOfCertificate(parsed->front().get());
}

}  // namespace

void ClientCertificates::SetTrust(std::shared_ptr<const ClientTrust> trust) {
  absl::MutexLock lock(&mutex_);
  trust_ = std::move(trust);
  ++trusts_;
  // The chains stay: connections that resume a session bring none.
  for (auto& [certificate, seen] : seen_) seen.until = absl::InfinitePast();
}

absl::StatusOr<rpc::Caller> ClientCertificates::Check(absl::string_view certificate,
                                                      absl::string_view between, absl::Time now) {
  Seen seen;
  std::shared_ptr<const ClientTrust> trust;
  uint64_t trusts = 0;
  {
    absl::ReaderMutexLock lock(&mutex_);
    const auto found = seen_.find(certificate);
    if (found != seen_.end()) {
      // What was refused may come with the certificate that was missing.
      const bool is_known =
          found->second.caller.ok() || between.empty() || between == found->second.between;
      const bool holds = now >= found->second.from && now < found->second.until;
      if (is_known && holds) return found->second.caller;
      seen.between = found->second.between;
    }
    trust = trust_;
    trusts = trusts_;
  }
  if (!between.empty()) seen.between = std::string(between);
  absl::Time end = absl::InfiniteFuture();
  seen.caller = CheckNow(trust.get(), certificate, seen.between, now, &end);
  seen.from = now;
  seen.until = now + kKeptFor;
  if (seen.caller.ok()) seen.until = std::min(seen.until, end);
  absl::StatusOr<rpc::Caller> caller = seen.caller;
  absl::MutexLock lock(&mutex_);
  if (trusts != trusts_) return caller;  // what counts has changed meanwhile
  if (seen_.size() >= kMost && !seen_.contains(certificate)) seen_.clear();
  seen_.insert_or_assign(std::string(certificate), std::move(seen));
  return caller;
}

}  // namespace probity::identity
