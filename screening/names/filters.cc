#include "screening/names/filters.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace probity::screening {
namespace {

bool IsOfCountry(const v1::Supplier& supplier, const std::string& country) {
  bool known = !supplier.jurisdiction().empty();
  if (supplier.jurisdiction().substr(0, 2) == country) return true;
  for (const v1::Address& address : supplier.addresses()) {
    if (address.country() == country) return true;
    known = known || !address.country().empty();
  }
  return !known;
}

bool IsOfKind(const v1::Supplier& supplier, const std::vector<v1::PartyKind>& kinds) {
  return kinds.empty() || supplier.kind() == v1::PARTY_KIND_UNSPECIFIED ||
         std::find(kinds.begin(), kinds.end(), supplier.kind()) != kinds.end();
}

bool IsIn(const v1::Supplier& supplier, const std::vector<std::string>& datasets) {
  if (datasets.empty()) return true;
  for (const std::string& record : supplier.source_records()) {
    for (const std::string& dataset : datasets) {
      if (absl::StartsWith(record, dataset + "/")) return true;
    }
  }
  return false;
}

bool IsAt(const NamedSite* site, const std::string& country) {
  return site != nullptr && std::count(site->countries.begin(), site->countries.end(), country) > 0;
}

bool IsToldOfIn(const NamedSite* site, const std::vector<std::string>& datasets) {
  return site != nullptr &&
         std::count(datasets.begin(), datasets.end(), absl::StrCat("datasets/", site->dataset)) > 0;
}

}  // namespace

std::vector<v1::SearchMissReason> FiltersAgainst(const NameQuestion& question,
                                                 const v1::Supplier& supplier,
                                                 const NamedSite* site) {
  std::vector<v1::SearchMissReason> reasons;
  if (!IsOfKind(supplier, question.kinds)) reasons.push_back(v1::SEARCH_MISS_REASON_OTHER_KIND);
  if (!question.country.empty() && !IsOfCountry(supplier, question.country) &&
      !IsAt(site, question.country)) {
    reasons.push_back(v1::SEARCH_MISS_REASON_OTHER_COUNTRY);
  }
  if (!IsIn(supplier, question.datasets) && !IsToldOfIn(site, question.datasets)) {
    reasons.push_back(v1::SEARCH_MISS_REASON_OTHER_DATASET);
  }
  return reasons;
}

}  // namespace probity::screening
