#include "services/metrics/certificate_count.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/thread_priority.h"
#include "probity/v1/record.pb.h"
#include "screening/ending_certificates.h"
#include "screening/facts.h"

namespace probity::metrics {
namespace {

constexpr int kNiceness = 19;

}  // namespace

CertificateCount::CertificateCount(Options options)
    : options_(std::move(options)), thread_([this] { Run(); }) {}

CertificateCount::~CertificateCount() {
  ending_.Notify();
  thread_.join();
}

std::optional<CertificateCount::Counted> CertificateCount::newest() const {
  absl::MutexLock lock(&mutex_);
  return newest_;
}

void CertificateCount::Run() {
  LowerThreadPriority(kNiceness);
  do {
    const absl::Status counted = Count();
    if (!counted.ok() && !ending_.HasBeenNotified()) {
      options_.warn(
          absl::StrCat("certificates that end soon cannot be counted: ", counted.message()));
    }
  } while (!ending_.WaitForNotificationWithTimeout(options_.every));
}

absl::Status CertificateCount::Count() {
  const absl::Time now = options_.clock();
  const DayNumber today = DayOfSeconds(absl::ToUnixSeconds(now));
  const std::shared_ptr<const storage::View> head = options_.store.Head("");
  std::map<uint32_t, Known> datasets;
  uint64_t ending = 0;
  for (const storage::v1::DatasetState& state : head->manifest().datasets()) {
    if (!screening::Holds(state, {v1::Record::kCertificationFieldNumber})) continue;
    Known known = datasets_[state.number()];
    if (known.version != state.version() || known.day != today) {
      auto counted = screening::CountEndingCertificates(
          *head, storage::BareDatasetId(state.dataset().name()), today, today + kDays,
          [this] { return ending_.HasBeenNotified(); });
      if (!counted.ok()) return counted.status();
      known = {state.version(), today, *counted};
    }
    ending += known.ending;
    datasets[state.number()] = known;
  }
  datasets_ = std::move(datasets);
  absl::MutexLock lock(&mutex_);
  newest_ = Counted{ending, now};
  return absl::OkStatus();
}

}  // namespace probity::metrics
