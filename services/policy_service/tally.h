// What a page of a comparison of two policies comes to.
#ifndef PROBITY_SERVICES_POLICY_SERVICE_TALLY_H_
#define PROBITY_SERVICES_POLICY_SERVICE_TALLY_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "probity/v1/policy_service.pb.h"
#include "screening/policies/opinion.h"

namespace probity::policy_service {

class Tally {
 public:
  // One that was evaluated; kept where verdict or rules differ.
  void Add(v1::PolicyDifference difference) {
    ++evaluated_;
    if (screening::Differs(difference)) differences_.push_back(std::move(difference));
  }
  // One that was not, for each of the reasons.
  void AddUnmet(const std::vector<std::string>& needs) {
    ++not_evaluable_;
    for (const std::string& need : needs) ++unmet_[need];
  }

  // In order of Add().
  std::vector<v1::PolicyDifference>& differences() { return differences_; }

  template <typename Response>
  void WriteCounts(Response* response) const {
    response->set_evaluated(evaluated_);
    response->set_differing(static_cast<int64_t>(differences_.size()));
    response->set_not_evaluable(not_evaluable_);
    for (const auto& [need, decisions] : unmet_) {
      v1::UnmetNeed* unmet = response->add_unmet_needs();
      unmet->set_need(need);
      unmet->set_decisions(decisions);
    }
  }
  // The verdicts that differ, and the counts. Takes the differences.
  void WriteTo(v1::PreviewPolicyResponse* response) {
    WriteCounts(response);
    for (v1::PolicyDifference& one : differences_) {
      if (one.stable_verdict() != one.candidate_verdict()) *response->add_flips() = std::move(one);
    }
  }

 private:
  std::vector<v1::PolicyDifference> differences_;
  std::map<std::string, int64_t> unmet_;
  int64_t evaluated_ = 0, not_evaluable_ = 0;
};

}  // namespace probity::policy_service

#endif  // PROBITY_SERVICES_POLICY_SERVICE_TALLY_H_
