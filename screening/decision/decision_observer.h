// Who hears of decisions once they are recorded: for counts.
#ifndef PROBITY_SCREENING_DECISION_DECISION_OBSERVER_H_
#define PROBITY_SCREENING_DECISION_DECISION_OBSERVER_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "probity/v1/decision.pb.h"

namespace probity::screening {

// What of a decision may be counted: nothing that tells whom it is about.
struct DecisionTraits {
  v1::Verdict verdict = v1::VERDICT_UNSPECIFIED;
  // Rules that fired for the purchase, each once, and the gravest effect that each had on it.
  std::vector<std::pair<std::string, v1::RuleEffect>> rules;
  // Best score, 0 to 1, of a party that the name of any subject led to; nullopt: none did.
  std::optional<double> best_score;
};

DecisionTraits TraitsOf(const v1::DecisionCore& core, const v1::EvidenceBundle& bundle);

// Thread-safe, and quick: it runs between the record and the answer.
class DecisionObserver {
 public:
  virtual ~DecisionObserver() = default;
  // Once a decision; never for one that was asked for again.
  virtual void Recorded(const DecisionTraits& traits) = 0;
};

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_DECISION_DECISION_OBSERVER_H_
