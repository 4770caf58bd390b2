// Who waits for an answer, and when it was asked.
#ifndef PROBITY_SCREENING_ASKING_H_
#define PROBITY_SCREENING_ASKING_H_

#include <functional>

#include "absl/status/status.h"
#include "base/civil_day.h"

namespace probity::screening {

struct Asking {
  // The day of the call.
  DayNumber today = 0;
  // Not ok when nobody waits for the answer any more: CANCELLED,
  // DEADLINE_EXCEEDED. For loops over many rows.
  std::function<absl::Status()> still_wanted;
};

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_ASKING_H_
