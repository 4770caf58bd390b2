#include "services/health/readiness.h"

#include <array>
#include <vector>

#include "absl/strings/str_join.h"

namespace probity::health {
namespace {

// What a service needs besides an open store.
struct Need {
  const char* service;
  bool clock = true;
  bool names = false;
};

// Answers are about a day, which the clock tells: only what tells of the server itself needs
// none. "" is every service together.
constexpr std::array<Need, 11> kNeeds = {{{"", true, true},
                                          {"probity.v1.CertificationService"},
                                          {"probity.v1.DatasetService"},
                                          {"probity.v1.PolicyService"},
                                          {"probity.v1.PortfolioService"},
                                          {"probity.v1.ReviewService"},
                                          {"probity.v1.RiskService"},
                                          {"probity.v1.ScreeningService", true, true},
                                          {"probity.v1.ServerService", false, false},
                                          {"probity.v1.SupplierService", true, true},
                                          {"probity.v1.VendorService"}}};

bool Meets(const Readiness& readiness, const Need& need) {
  return !readiness.is_draining && readiness.calls_are_logged &&
         (readiness.clock_is_sane || !need.clock) && (readiness.names_are_warm || !need.names);
}

}  // namespace

bool Readiness::Serves(const std::string& service) const {
  for (const Need& need : kNeeds) {
    if (service == need.service) return Meets(*this, need);
  }
  return false;
}

std::string Readiness::Why() const {
  std::vector<std::string> reasons;
  if (is_draining) reasons.emplace_back("the server is stopping");
  if (!clock_is_sane) {
    reasons.emplace_back("the clock is behind the newest revision, or behind this release");
  }
  if (!calls_are_logged) reasons.emplace_back("the access log cannot be written");
  if (!names_are_warm) reasons.emplace_back("the name index is not ready yet");
  return absl::StrJoin(reasons, "; ");
}

Readiness Look(const ReadinessSources& sources) {
  const absl::Time now = sources.clock();
  const int64_t published = sources.store.Head("")->manifest().published_at_us();
  Readiness readiness;
  readiness.clock_is_sane = now >= absl::FromCivil(kOldestToday, absl::UTCTimeZone()) &&
                            now + kClockSlack >= absl::FromUnixMicros(published);
  readiness.names_are_warm = sources.names.covered() > 0;
  readiness.calls_are_logged = !sources.calls_are_logged || sources.calls_are_logged();
  return readiness;
}

std::map<std::string, bool> ByService(const Readiness& readiness) {
  std::map<std::string, bool> services;
  for (const Need& need : kNeeds) services[need.service] = Meets(readiness, need);
  return services;
}

}  // namespace probity::health
