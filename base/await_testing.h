// Waiting, in tests, for what another thread or process does.
#ifndef PROBITY_BASE_AWAIT_TESTING_H_
#define PROBITY_BASE_AWAIT_TESTING_H_

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace probity {

// Asks every few milliseconds until it is so; false when it is not within a minute.
template <typename Condition>
bool BecomesTrue(const Condition& is_so) {
  const absl::Time until = absl::Now() + absl::Minutes(1);
  while (!is_so()) {
    if (absl::Now() >= until) return false;
    absl::SleepFor(absl::Milliseconds(5));
  }
  return true;
}

}  // namespace probity

#endif  // PROBITY_BASE_AWAIT_TESTING_H_
