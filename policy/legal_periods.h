// How long law lets a measure or a listing last where its record states no end.
// The rows stand in data/legal_periods.csv; nothing about a single law stands in
// code.
#ifndef PROBITY_POLICY_LEGAL_PERIODS_H_
#define PROBITY_POLICY_LEGAL_PERIODS_H_

#include <map>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "probity/v1/risk.pb.h"

namespace probity::policy {

// What a period counts from.
enum class PeriodStart { kListing, kDecision, kEvent };

struct LegalMaximum {
  std::string regime;
  // Flags that are entries under the regime; UNSPECIFIED: only measures.
  v1::FlagType flag_type = v1::FLAG_TYPE_UNSPECIFIED;
  PeriodStart counts_from = PeriodStart::kListing;
  int years = 0;
  std::string legal_basis;
};

// Immutable once made; thread-safe.
class LegalPeriods {
 public:
  // `csv` is the text of data/legal_periods.csv. INVALID_ARGUMENT names the
  // regime and the column.
  static absl::StatusOr<LegalPeriods> FromCsv(absl::string_view csv);

  // nullptr when no maximum is known. Live as long as this.
  const LegalMaximum* ForRegime(absl::string_view regime) const;
  const LegalMaximum* ForFlag(v1::FlagType type) const;
  // Lengths of all maxima.
  std::set<int> Years() const;

 private:
  std::map<std::string, LegalMaximum, std::less<>> by_regime_;
};

}  // namespace probity::policy

#endif  // PROBITY_POLICY_LEGAL_PERIODS_H_
