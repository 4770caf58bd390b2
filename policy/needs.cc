#include "policy/needs.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace probity::policy {
namespace {

bool Follows(const Needs& gathered, const v1::SpreadLink& asked) {
  return std::any_of(gathered.links.begin(), gathered.links.end(), [&](const v1::SpreadLink& one) {
    return one.type() == asked.type() && one.subject_end() == asked.subject_end() &&
           one.min_share_percent() <= asked.min_share_percent();
  });
}

}  // namespace

std::vector<std::string> NotGathered(const Needs& gathered, const Needs& asked) {
  std::vector<std::string> missing;
  for (const v1::SpreadLink& link : asked.links) {
    if (Follows(gathered, link)) continue;
    const std::string type = v1::LinkType_Name(link.type()).substr(sizeof("LINK_TYPE"));
    missing.push_back(absl::StrCat("links ", type));
  }
  if (missing.empty() && asked.max_steps > gathered.max_steps) {
    missing.push_back(absl::StrCat("links beyond ", gathered.max_steps, " steps"));
  }
  if (asked.findings && !gathered.findings) missing.emplace_back("findings");
  if (asked.phoenix && !gathered.phoenix) missing.emplace_back("phoenix");
  std::sort(missing.begin(), missing.end());
  missing.erase(std::unique(missing.begin(), missing.end()), missing.end());
  return missing;
}

}  // namespace probity::policy
