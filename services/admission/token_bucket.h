// A budget that fills at a steady rate up to a brim. Pure: the time is given.
#ifndef PROBITY_SERVICES_ADMISSION_TOKEN_BUCKET_H_
#define PROBITY_SERVICES_ADMISSION_TOKEN_BUCKET_H_

#include <algorithm>

#include "absl/time/time.h"

namespace probity::admission {

// In units of cost (method_costs.h).
struct Budget {
  double units_per_second = 0;
  // What a caller who asked nothing for a while may ask at once.
  double brim = 0;
};

class TokenBucket {
 public:
  // Full at first.
  TokenBucket(const Budget& budget, absl::Time now)
      : budget_(budget), units_(budget.brim), filled_at_(now) {}

  // Takes `cost` and gives zero; or takes nothing and gives how long it is until the bucket
  // is full enough. What costs more than the brim is let through by a full bucket, which
  // then owes it: otherwise it would never be. Where `paid` was taken for the same call
  // before, a bucket that held no more than that is missing is full enough.
  absl::Duration Take(double cost, absl::Time now, double paid = 0) {
    Fill(now);
    const double wanted = std::clamp(budget_.brim - paid, 0.0, cost);
    if (units_ < wanted) return absl::Seconds((wanted - units_) / budget_.units_per_second);
    units_ -= cost;
    return absl::ZeroDuration();
  }

  // What was taken for what was then not done.
  void GiveBack(double cost) { units_ = std::min(units_ + cost, budget_.brim); }

  bool IsFull(absl::Time now) {
    Fill(now);
    return units_ >= budget_.brim;
  }
  // Another budget from now on; what was used up stays used up.
  void Become(const Budget& budget, absl::Time now) {
    Fill(now);
    units_ = std::min(units_ + budget.brim - budget_.brim, budget.brim);
    budget_ = budget;
  }

 private:
  void Fill(absl::Time now) {
    // A clock that was set back fills nothing.
    const double seconds = std::max(0.0, absl::ToDoubleSeconds(now - filled_at_));
    units_ = std::min(units_ + seconds * budget_.units_per_second, budget_.brim);
    filled_at_ = now;
  }

  Budget budget_;
  double units_;  // negative: owed
  absl::Time filled_at_;
};

}  // namespace probity::admission

#endif  // PROBITY_SERVICES_ADMISSION_TOKEN_BUCKET_H_
