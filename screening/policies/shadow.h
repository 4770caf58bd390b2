// What a candidate policy would have decided beside the stable one: counted, and
// the differences listed. Never decides.
#ifndef PROBITY_SCREENING_POLICIES_SHADOW_H_
#define PROBITY_SCREENING_POLICIES_SHADOW_H_

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "probity/v1/decision.pb.h"
#include "probity/v1/policy_service.pb.h"

namespace probity::screening {

// Since the server started, for the candidate in use. Thread-safe.
class Shadow {
 public:
  // Most differences kept for an authority; the newest.
  static constexpr size_t kMaxKept = 1000;

  // Counts the decision, and keeps it where the candidate differs in verdict or
  // rules. Another candidate than before begins anew.
  void Add(absl::string_view authority, const std::string& candidate, const std::string& decision,
           const v1::DecisionCore& stable, const v1::DecisionCore& shadow);

  struct Seen {
    std::vector<v1::PolicyDifference> differences;  // newest first
    int64_t evaluated = 0;
    int64_t differing = 0;
  };
  // What was seen of `candidate`.
  Seen Of(absl::string_view authority, const std::string& candidate) const;

 private:
  struct Tally {
    std::string candidate;
    int64_t evaluated = 0;
    int64_t differing = 0;
    std::deque<v1::PolicyDifference> kept;  // newest first
  };

  mutable absl::Mutex mutex_;
  std::map<std::string, Tally, std::less<>> tallies_ ABSL_GUARDED_BY(mutex_);  // by authority
};

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_POLICIES_SHADOW_H_
