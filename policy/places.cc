#include "policy/places.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/tables.h"

namespace probity::policy {
namespace {

absl::string_view CountryOf(absl::string_view place) { return place.substr(0, place.find('-')); }

// An empty cell is an open end.
bool ReadDay(const std::string& cell, DayNumber* day) {
  if (cell.empty()) return true;
  const absl::StatusOr<v1::Date> date = ParseDate(cell);
  if (!date.ok() || !IsFullDay(*date)) return false;
  *day = FirstDay(*date);
  return true;
}

}  // namespace

absl::StatusOr<CountryGroups> CountryGroups::FromCsv(absl::string_view csv) {
  absl::StatusOr<std::vector<TableRow>> rows = ParseTable(csv);
  if (!rows.ok()) return rows.status();
  CountryGroups groups;
  for (TableRow& row : *rows) {
    Membership member;
    member.country = row["country"];
    const std::string where = absl::StrCat("country_groups.csv: ", row["group"]);
    if (row["group"].empty()) return InvalidField(where, "has no group");
    if (member.country.size() != 2) return InvalidField(where, "country is not two letters");
    if (!ReadDay(row["from"], &member.from)) return InvalidField(where, "from is not a day");
    if (!ReadDay(row["to"], &member.to)) return InvalidField(where, "to is not a day");
    groups.groups_[row["group"]].push_back(std::move(member));
  }
  return groups;
}

const std::vector<Membership>* CountryGroups::Find(absl::string_view group) const {
  const auto found = groups_.find(group);
  return found == groups_.end() ? nullptr : &found->second;
}

std::set<DayNumber> CountryGroups::Days() const {
  std::set<DayNumber> days;
  for (const auto& [group, members] : groups_) {
    for (const Membership& member : members) days.insert({member.from, member.to});
  }
  return days;
}

PlaceRelation RelatePlaces(absl::string_view place, absl::string_view of) {
  if (place.empty() || of.empty()) return PlaceRelation::kElsewhere;
  if (place == of || CountryOf(place) == of) return PlaceRelation::kInside;
  return CountryOf(of) == place ? PlaceRelation::kAround : PlaceRelation::kElsewhere;
}

PlaceSet::PlaceSet(const google::protobuf::RepeatedPtrField<std::string>& codes,
                   const CountryGroups& groups)
    : codes_(codes.begin(), codes.end()) {
  for (const std::string& code : codes_) {
    const std::vector<Membership>* members = groups.Find(code);
    if (members != nullptr) members_.insert(members_.end(), members->begin(), members->end());
  }
}

bool PlaceSet::Contains(absl::string_view place, DayNumber day) const {
  for (const std::string& code : codes_) {
    if (RelatePlaces(place, code) == PlaceRelation::kInside) return true;
  }
  for (const Membership& member : members_) {
    if (member.country == CountryOf(place) && member.from <= day && day < member.to) return true;
  }
  return false;
}

bool PlaceSet::ContainsBuyer(const v1::PurchaseContext& purchase, DayNumber day) const {
  if (Contains(purchase.authority_country(), day)) return true;
  return std::any_of(codes_.begin(), codes_.end(), [&](const std::string& code) {
    const auto& bound = purchase.buyer_bound_by();
    return std::find(bound.begin(), bound.end(), code) != bound.end();
  });
}

}  // namespace probity::policy
