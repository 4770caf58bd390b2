#include "probity/client/requests.h"

#include <utility>

namespace probity::client {

v1::ScreenedSubject ByIdentifier(const std::string& scheme, const std::string& value) {
  v1::ScreenedSubject subject;
  v1::Identifier& identifier = *subject.mutable_ref()->mutable_identifier();
  identifier.set_scheme(scheme);
  identifier.set_value(value);
  return subject;
}

v1::ScreenedSubject ByVendor(const std::string& system, const std::string& number) {
  v1::ScreenedSubject subject;
  v1::VendorNumber& vendor = *subject.mutable_ref()->mutable_vendor();
  vendor.set_system(system);
  vendor.set_number(number);
  return subject;
}

Source<v1::BatchScreenItem> VendorItems(std::string system, Source<std::string> numbers) {
  return [system = std::move(system),
          numbers = std::move(numbers)]() -> std::optional<v1::BatchScreenItem> {
    const std::optional<std::string> number = numbers();
    if (!number.has_value()) return std::nullopt;
    v1::BatchScreenItem item;
    item.set_correlation_id(*number);
    *item.mutable_request()->mutable_subject() = ByVendor(system, *number);
    return item;
  };
}

v1::Consistency MinimizeLatency() {
  v1::Consistency consistency;
  consistency.set_minimize_latency(true);
  return consistency;
}

// An empty token stays: without the requirement any revision would do.
v1::Consistency AtLeastAsFresh(const v1::RevisionToken& revision) {
  v1::Consistency consistency;
  *consistency.mutable_at_least_as_fresh() = revision;
  return consistency;
}

v1::Consistency AtExactRevision(const v1::RevisionToken& revision) {
  v1::Consistency consistency;
  *consistency.mutable_at_exact_revision() = revision;
  return consistency;
}

v1::Consistency KnownAt(std::chrono::system_clock::time_point instant) {
  using std::chrono::nanoseconds;
  const auto since = instant.time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
  v1::Consistency consistency;
  consistency.mutable_known_at()->set_seconds(seconds.count());
  consistency.mutable_known_at()->set_nanos(
      static_cast<int32_t>(std::chrono::duration_cast<nanoseconds>(since - seconds).count()));
  return consistency;
}

}  // namespace probity::client
