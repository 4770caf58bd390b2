#include "screening/preview/impacts.h"

#include <algorithm>
#include <functional>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

namespace probity::screening {
namespace {

std::vector<std::string> Vanishing(const v1::WatchedVerdict& before,
                                   const v1::WatchedVerdict& after) {
  const std::set<std::string> left(after.rule_ids().begin(), after.rule_ids().end());
  std::vector<std::string> gone;
  for (const std::string& rule : before.rule_ids()) {
    if (left.count(rule) == 0) gone.push_back(rule);
  }
  return gone;
}

// 0: lifted, 1: a new BLOCK, 2: all others.
int RankOf(const v1::LoadImpact& impact) {
  if (impact.lifted()) return 0;
  const bool blocked = impact.after().verdict() == v1::VERDICT_BLOCK &&
                       impact.before().verdict() != v1::VERDICT_BLOCK;
  return blocked ? 1 : 2;
}

bool ComesBefore(const Impact& a, const Impact& b) {
  const auto key = [](const Impact& impact) {
    const v1::LoadImpact& shown = impact.shown;
    return std::make_tuple(std::cref(impact.authority), RankOf(shown), std::cref(shown.member()),
                           std::cref(shown.decision()));
  };
  return key(a) < key(b);
}

}  // namespace

Impact ImpactOf(std::string authority, Difference difference) {
  Impact impact;
  impact.authority = std::move(authority);
  impact.vanishing_rules = Vanishing(difference.before, difference.after);
  v1::LoadImpact& shown = impact.shown;
  shown.set_display_name(std::move(difference.display_name));
  shown.set_lifted(IsLifted(difference.before.verdict(), difference.after.verdict()));
  *shown.mutable_before() = std::move(difference.before);
  *shown.mutable_after() = std::move(difference.after);
  for (std::string& record : difference.records) shown.add_records(std::move(record));
  return impact;
}

void CountAndSort(PreviewResult* result) {
  for (const Impact& impact : result->impacts) {
    PreviewCounts& counts = result->counts[impact.authority];
    const bool is_member = impact.shown.subject_case() == v1::LoadImpact::kMember;
    ++(is_member ? counts.members_changing : counts.decisions_changing);
    if (is_member && impact.shown.lifted()) ++result->lifted;
  }
  std::sort(result->impacts.begin(), result->impacts.end(), &ComesBefore);
}

}  // namespace probity::screening
