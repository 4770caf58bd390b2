// The verdict over one view: gathers the bundle, evaluates the policy over it, and
// gives the bytes that are recorded. And the way back: a recorded decision derived
// again.
#ifndef PROBITY_SCREENING_DECISION_DECIDE_H_
#define PROBITY_SCREENING_DECISION_DECIDE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "policy/compile.h"
#include "probity/v1/decision.pb.h"
#include "probity/v1/screening_service.pb.h"
#include "screening/decision/personal.h"
#include "screening/decision/shelf.h"

namespace probity::screening {

struct Decided {
  v1::DecisionCore core;
  v1::EvidenceBundle bundle;
  // What is hashed and kept; never made again from the messages.
  std::string core_bytes;
  std::string bundle_bytes;
  std::vector<v1::PersonalText> personal;
  std::string supplier;  // suppliers/{supplier}; empty: nobody on record
};

// What decides: the policy, for whom, and what made the server.
struct Court {
  const policy::CompiledPolicy& policy;
  const std::string& authority;  // "authorities/{a}", or empty
  const v1::Engine& engine;
};

// What made this server, for Engine. `matcher_version` as in AnswerStamp.
v1::Engine ThisEngine(const std::string& matcher_version);

// Errors of Gather. Equal view, policy, request, engine and salts: equal bytes.
absl::StatusOr<Decided> Decide(const Shelf& shelf, const When& when, const Court& court,
                               const v1::ScreenSupplierRequest& request, SaltSource salts);

// The core that the policy draws from a bundle; `bundle_bytes` are those that are
// kept.
v1::DecisionCore CoreOf(const policy::CompiledPolicy& policy, const v1::EvidenceBundle& bundle,
                        const std::string& bundle_bytes);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_DECISION_DECIDE_H_
