// What rules are asked for: one unit a fact, item, finding, list, ... of a
// bundle, by the rule's scope. Internal to policy/.
#ifndef PROBITY_POLICY_UNITS_H_
#define PROBITY_POLICY_UNITS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "policy/program.h"
#include "probity/v1/decision.pb.h"

namespace probity::policy {

// A required list, as it stands on the asked day.
struct SourceStatus {
  const v1::RequiredSource* required = nullptr;
  const v1::SourceEvidence* evidence = nullptr;  // nullptr: not loaded
  v1::SourceState state = v1::SOURCE_STATE_UNSPECIFIED;
  DayNumber stale_on = kMaxDay;  // first day on which it is too old
};

// An item of the purchase, or one of its inputs.
struct GoodsLine {
  int item = 0;    // place in purchase.items
  int input = 0;   // from 1; 0: the item itself
  GoodsCode code;  // empty code: not given
  absl::string_view origin;
  const v1::ItemEvidence* evidence = nullptr;  // nullptr: not gathered
};

// The bundle, with what is worked out once for all rules. Borrows the program
// and the bundle.
struct Context {
  const Program& program;
  const v1::EvidenceBundle& bundle;
  const v1::PurchaseContext& purchase;
  DayNumber as_of = 0;
  double alert_score = 0;
  std::vector<SourceStatus> sources;  // required for the purpose
  std::vector<GoodsLine> goods;       // items, each followed by its inputs

  // Whether the engine that gathered the bundle was of this version of evaluation or a later
  // one (evaluate.h); a bundle of no engine is of the newest.
  bool IsSince(int evaluation) const {
    return !bundle.has_engine() || bundle.engine().evaluation() >= evaluation;
  }
};

Context MakeContext(const Program& program, const v1::EvidenceBundle& bundle);

// True when the mask is empty, names the purpose, or the purpose is not known.
bool IsForPurpose(EnumMask purposes, v1::Purpose purpose);

// What a rule is asked for. Fields that its scope does not have are nullptr.
struct Unit {
  v1::RuleScope scope = v1::RULE_SCOPE_PURCHASE;
  const v1::SubjectEvidence* subject = nullptr;
  int subject_index = -1;  // its place in the bundle
  const v1::SubjectFact* fact = nullptr;
  const GoodsLine* goods = nullptr;
  const v1::CommodityRiskFact* risk = nullptr;
  const v1::RequirementEvidence* requirement = nullptr;
  const v1::FindingFact* finding = nullptr;
  const SourceStatus* source = nullptr;
};

// Every unit of a scope, in the bundle's order.
std::vector<Unit> UnitsOf(v1::RuleScope scope, const Context& context);

// The path of a unit in the request or the bundle: "subject.facts[f2]",
// "items[0].inputs[1]", "datasets/uflpa"; empty for the purchase.
std::string PathOf(const Context& context, const Unit& unit);
// "items[0]" or "items[0].inputs[1]"; inputs count from 0 as in the request.
std::string PathOf(const GoodsLine& line);
// The unit's item; empty when it has none.
std::string ItemIdOf(const Context& context, const Unit& unit);

}  // namespace probity::policy

#endif  // PROBITY_POLICY_UNITS_H_
