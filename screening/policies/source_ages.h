// How long ago each list was last checked, against how old policies let it be. For those who
// run the server: a decision tells it by itself (policy/units.h). No clock.
#ifndef PROBITY_SCREENING_POLICIES_SOURCE_AGES_H_
#define PROBITY_SCREENING_POLICIES_SOURCE_AGES_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "screening/policies/policy_book.h"
#include "storage/store.h"

namespace probity::screening {

struct SourceAge {
  std::string dataset;  // datasets/{dataset}
  bool loaded = false;
  // Since the last check; nullopt: never checked. Not below 0.
  std::optional<absl::Duration> age;
  // Days that a check may be old, counted from day to day (UTC); 0: any.
  int32_t max_age_days = 0;
  // Too old, or required and not loaded: what needs it comes to REVIEW.
  bool stale = false;
};

// Lists that these policies require, with the least max_age_days of any, whatever the
// purpose: by datasets/{dataset}.
std::map<std::string, int32_t> AgeLimits(const std::vector<PolicyPtr>& policies);

// The sources that the view shows and those that are required, in order of name. What an
// authority keeps of its own (vendors, judgements, ...) is no source.
std::vector<SourceAge> AgesOf(const storage::View& view,
                              const std::map<std::string, int32_t>& limits, absl::Time now);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_POLICIES_SOURCE_AGES_H_
