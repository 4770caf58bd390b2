#include "screening/decision/decide.h"

#include <unicode/uvernum.h>

#include <utility>

#include "base/hash.h"
#include "policy/evaluate.h"
#include "screening/decision/gather.h"
#include "screening/decision/read_once.h"

namespace probity::screening {

v1::Engine ThisEngine(const std::string& matcher_version) {
  v1::Engine engine;
  engine.set_release(PROBITY_VERSION);
  engine.set_evaluation(policy::kEvaluationVersion);
  engine.set_matcher_version(matcher_version);
  engine.set_icu_version(U_ICU_VERSION);
  return engine;
}

v1::DecisionCore CoreOf(const policy::CompiledPolicy& policy, const v1::EvidenceBundle& bundle,
                        const std::string& bundle_bytes) {
  v1::DecisionCore core = policy::Evaluate(policy, bundle);
  core.set_bundle_digest(Sha256(bundle_bytes));
  return core;
}

absl::StatusOr<Decided> Decide(const Shelf& shelf, const When& when, const Court& court,
                               const v1::ScreenSupplierRequest& request, SaltSource salts) {
  const ReadOnceView view(shelf.view);
  auto gathered = Gather({view, shelf.names, shelf.law, shelf.schemes, shelf.goods}, when,
                         court.policy.needs(), request, std::move(salts));
  if (!gathered.ok()) return gathered.status();
  Decided decided;
  decided.bundle = std::move(gathered->bundle);
  decided.bundle.set_authority(court.authority);
  *decided.bundle.mutable_engine() = court.engine;
  for (v1::PolicyRef& ref : court.policy.Refs()) {
    *decided.bundle.add_policies() = std::move(ref);
  }
  decided.bundle_bytes = CanonicalBytes(decided.bundle);
  decided.core = CoreOf(court.policy, decided.bundle, decided.bundle_bytes);
  decided.core_bytes = CanonicalBytes(decided.core);
  decided.personal = std::move(gathered->personal);
  decided.supplier = std::move(gathered->supplier);
  return decided;
}

}  // namespace probity::screening
