// What each caller used of his budget, and has in progress. Bounded: callers of whom
// nothing has to be remembered are forgotten.
#ifndef PROBITY_SERVICES_ADMISSION_CALLERS_H_
#define PROBITY_SERVICES_ADMISSION_CALLERS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/admission/token_bucket.h"
#include "services/rpc/call_context.h"

namespace probity::admission {

struct Quota {
  Budget budget;
  // Streams at a time.
  uint32_t streams = 0;
};

struct Quotas {
  // Of callers that are not named.
  Quota each;
  // By principal and authority; an empty authority: that principal for whomever.
  std::vector<std::pair<rpc::Caller, Quota>> named;

  const Quota& Of(const rpc::Caller& caller) const;
};

// One caller: a principal for an authority.
struct CallerState {
  explicit CallerState(const Quota& quota, absl::Time now)
      : bucket(quota.budget, now), streams_allowed(quota.streams) {}

  TokenBucket bucket;
  uint32_t streams_allowed;
  // By lane (method_costs.h).
  std::array<uint32_t, 5> in_progress{};

  bool MayBeForgotten(absl::Time now) {
    for (const uint32_t count : in_progress) {
      if (count != 0) return false;
    }
    return bucket.IsFull(now);
  }
};

// Not thread-safe.
class Callers {
 public:
  // Remembers `most` callers. Those who come when there are more, none of whom may be
  // forgotten, share one budget and one allowance of streams.
  Callers(Quotas quotas, size_t most);

  // Stays valid while anything of it is in progress, and until the next Find().
  CallerState& Find(const rpc::Caller& caller, absl::Time now);
  // Others from now on; what was used up stays used up.
  void Become(Quotas quotas, absl::Time now);
  size_t size() const { return callers_.size(); }

 private:
  // Principal and authority; looked up without a copy.
  using Key = std::pair<std::string, std::string>;
  using KeyView = std::pair<absl::string_view, absl::string_view>;
  struct Hash {
    using is_transparent = void;
    size_t operator()(const KeyView& key) const { return absl::HashOf(key.first, key.second); }
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(const KeyView& a, const KeyView& b) const { return a == b; }
  };

  void Forget(absl::Time now);

  Quotas quotas_;
  const size_t most_;
  // Values stay where they are.
  absl::flat_hash_map<Key, std::unique_ptr<CallerState>, Hash, Equal> callers_;
  std::unique_ptr<CallerState> others_;  // null until somebody needs it
  absl::Time forgot_ = absl::InfinitePast();
};

}  // namespace probity::admission

#endif  // PROBITY_SERVICES_ADMISSION_CALLERS_H_
