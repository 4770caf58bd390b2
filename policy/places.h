// Places as policies name them: countries, subdivisions, groups of countries
// such as the European Union, and regimes that bind a buyer.
#ifndef PROBITY_POLICY_PLACES_H_
#define PROBITY_POLICY_PLACES_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/civil_day.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "probity/v1/purchase.pb.h"

namespace probity::policy {

// A country's time in a group: [from, to).
struct Membership {
  std::string country;
  DayNumber from = kMinDay;
  DayNumber to = kMaxDay;
};

// Immutable once made; thread-safe.
class CountryGroups {
 public:
  // `csv` is the text of data/country_groups.csv. INVALID_ARGUMENT names the
  // group and the column.
  static absl::StatusOr<CountryGroups> FromCsv(absl::string_view csv);

  // nullptr when there is no such group. Lives as long as this.
  const std::vector<Membership>* Find(absl::string_view group) const;
  // Days on which a country joins or leaves one.
  std::set<DayNumber> Days() const;

 private:
  std::map<std::string, std::vector<Membership>, std::less<>> groups_;
};

// How one place lies to another.
enum class PlaceRelation { kElsewhere, kInside, kAround };
// kInside: `place` is `of` or a subdivision of it. kAround: the other way
// round, so that only a part of `place` is meant.
PlaceRelation RelatePlaces(absl::string_view place, absl::string_view of);

// A set of places. Independent of the groups it was made with.
class PlaceSet {
 public:
  PlaceSet() = default;
  PlaceSet(const google::protobuf::RepeatedPtrField<std::string>& codes,
           const CountryGroups& groups);

  bool empty() const { return codes_.empty(); }
  // True when `place` is one of the codes, a subdivision of one, or belongs to
  // a group of them on `day`.
  bool Contains(absl::string_view place, DayNumber day) const;
  // True when the authority's country is in the set, or a regime of
  // buyer_bound_by is.
  bool ContainsBuyer(const v1::PurchaseContext& purchase, DayNumber day) const;

 private:
  std::vector<std::string> codes_;
  std::vector<Membership> members_;
};

}  // namespace probity::policy

#endif  // PROBITY_POLICY_PLACES_H_
