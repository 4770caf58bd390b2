// How many calls may be in progress at a time, found by measuring. Pure: the time is given.
//
// Of each call two things are known: how long it waited for a thread, and how long it took
// from there on, which is its latency without load. While the waiting stays small against
// that, and the limit was reached, the limit grows; once waiting calls pile up, it shrinks
// by as much as the wait is too long, since the wait is proportional to what is in
// progress. So calls that do not fit are turned away while those that were let in are
// still answered in a small multiple of the time that they need, whatever the machine, and
// whatever the mixture of calls. Calls that wait for the disk hold no thread, and let the
// limit grow.
#ifndef PROBITY_SERVICES_ADMISSION_ADAPTIVE_LIMIT_H_
#define PROBITY_SERVICES_ADMISSION_ADAPTIVE_LIMIT_H_

#include "absl/time/time.h"

namespace probity::admission {

struct LimitOptions {
  // Calls; the limit stays between these. Twice the threads is the least that keeps all of
  // them busy.
  int least = 4;
  int most = 256;
  int initial = 128;
  // The wait that is allowed, in parts of the latency without load...
  double waits_allowed = 2;
  // ...or this, where that is less: a burst of short calls, or some dozens of callers who
  // each wait for their answer, is no overload.
  absl::Duration least_wait_allowed = absl::Milliseconds(400);
  // What one look at the mean takes: this long, and so many calls at least.
  absl::Duration window = absl::Milliseconds(100);
  int window_calls = 10;
};

// Not thread-safe.
class AdaptiveLimit {
 public:
  AdaptiveLimit(const LimitOptions& options, absl::Time now);

  // Takes a place for a call; false: there is none.
  bool Enter();
  // A call ended that had a place: it waited, and then worked.
  void Leave(absl::Duration waited, absl::Duration worked, absl::Time now);
  // The same for one that was not let in after all.
  void LeaveUnmeasured() { --in_progress_; }
  // Somebody was turned away for another reason than the limit, which is too small all
  // the same.
  void Press() { pressed_ = true; }

  int limit() const { return static_cast<int>(limit_); }
  int in_progress() const { return in_progress_; }
  // After which those that are in progress now are done, by the last means: when somebody
  // who was turned away may come back. 100 ms to 5 s.
  absl::Duration Backlog() const;

 private:
  void EndWindow(absl::Time now);

  const LimitOptions options_;
  double limit_;
  int in_progress_ = 0;
  // Of the window.
  absl::Time began_;
  int calls_ = 0;
  absl::Duration waited_;
  absl::Duration worked_;
  bool pressed_ = false;  // the limit was reached
  // Of the last one, a call.
  absl::Duration mean_wait_;
  absl::Duration mean_work_;
};

}  // namespace probity::admission

#endif  // PROBITY_SERVICES_ADMISSION_ADAPTIVE_LIMIT_H_
