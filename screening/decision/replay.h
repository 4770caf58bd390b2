// A recorded decision derived again, and what differs.
#ifndef PROBITY_SCREENING_DECISION_REPLAY_H_
#define PROBITY_SCREENING_DECISION_REPLAY_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "probity/v1/decision.pb.h"
#include "probity/v1/evidence.pb.h"
#include "probity/v1/screening_service.pb.h"
#include "screening/decision/decide.h"

namespace probity::screening {

// A decision as it was recorded.
struct Recorded {
  v1::EvidenceBundle bundle;
  std::string bundle_bytes;
  v1::DecisionCore core;
  std::vector<v1::PersonalText> personal;
};

// Reads what is kept. DATA_LOSS / EVIDENCE_LOG_CORRUPT for bytes that are no
// decision, or a bundle that is not the core's.
absl::StatusOr<Recorded> ReadRecorded(const std::string& name, const std::string& core_bytes,
                                      const std::string& bundle_bytes,
                                      std::vector<v1::PersonalText> personal);

// Texts that were erased.
int ErasedTexts(const Recorded& recorded);

// Whether texts were erased that the request was asked with, or that a party is
// known by: names, addresses, days of founding or birth.
bool AskedTextsErased(const Recorded& recorded);

// The request that was decided, names put back; consistency and policy are left
// out. Not where AskedTextsErased().
v1::ScreenSupplierRequest RequestOf(const Recorded& recorded);

// The name of the supplier as it was asked, else as on record; empty where there is none,
// or it was erased.
std::string DisplayNameOf(const Recorded& recorded);

// The recorded purchase decided again over what the shelf holds. Not where
// AskedTextsErased(). Errors of Decide().
absl::StatusOr<Decided> DecideAgain(const Shelf& shelf, const When& when,
                                    const policy::CompiledPolicy& policy, const v1::Engine& engine,
                                    const Recorded& recorded, SaltSource salts);

// Gives the salts of the recorded texts in order, then empty ones: a text that
// was not there before has another digest.
SaltSource SaltsOf(const Recorded& recorded);

// Where two cores differ, for people; at most `most` lines. Empty: they are equal
// as far as people care: verdicts, rules, facts, lists.
std::vector<std::string> DifferencesOf(const v1::DecisionCore& before,
                                       const v1::DecisionCore& after, size_t most);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_DECISION_REPLAY_H_
