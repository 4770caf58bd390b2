#include "policy/evidence_state.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "policy/conditions.h"

namespace probity::policy {
namespace {

using Paths = std::vector<std::string>;

// Whether an input is required of this purchase. A value that is not known
// might be enough: then it is.
bool IsRequired(const v1::RequiredInput& required, const Context& context) {
  if (!IsForPurpose(MaskOfList(required.purposes()), context.purchase.purpose())) return false;
  if (!required.has_value_at_least()) return true;
  Node node;
  v1::Condition condition;
  *condition.mutable_value_at_least() = required.value_at_least();
  node.kind = condition.kind_case();
  node.condition = &condition;
  Trace trace;
  return Holds(node, context, Unit(), &trace) != Truth::kFalse;
}

// Adds items[i].FIELD for every item that lacks it; "items" without any item.
template <typename Has>
void NeedOfItems(const Context& context, absl::string_view field, Has has, Paths* missing) {
  const auto& items = context.purchase.items();
  if (items.empty()) missing->push_back("items");
  for (int i = 0; i < items.size(); ++i) {
    if (!has(items.Get(i))) missing->push_back(absl::StrCat("items[", i, "].", field));
  }
}

bool HasCode(const v1::PurchaseItem& item) { return !item.commodity().code().empty(); }

void NeedCommodity(const Context& context, Paths* missing) {
  const auto& items = context.purchase.items();
  if (std::any_of(items.begin(), items.end(), HasCode)) return;
  NeedOfItems(context, "commodity", HasCode, missing);
}

bool HasSite(const Context& context) {
  const v1::PurchaseContext& purchase = context.purchase;
  const auto& subjects = context.bundle.subjects();
  return std::any_of(purchase.items().begin(), purchase.items().end(),
                     [](const auto& item) { return item.has_site(); }) ||
         std::any_of(purchase.requirements().begin(), purchase.requirements().end(),
                     [](const auto& required) { return required.has_site(); }) ||
         (!subjects.empty() && !subjects.Get(0).resolution().sites().empty());
}

bool HasDemand(const v1::DemandSignals& demand) {
  return demand.has_price_percent_of_estimate() || demand.has_labour_share_percent() ||
         demand.has_lead_time_days() || demand.has_change_orders() || demand.has_payment_days() ||
         demand.has_tiers();
}

void NeedInput(v1::InputKind input, const Context& context, Paths* missing) {
  const v1::PurchaseContext& purchase = context.purchase;
  switch (input) {
    case v1::INPUT_KIND_COMMODITY:
      return NeedCommodity(context, missing);
    case v1::INPUT_KIND_ORIGIN:
      return NeedOfItems(
          context, "origin", [](const auto& i) { return !i.origin().empty(); }, missing);
    case v1::INPUT_KIND_MANUFACTURER:
      return NeedOfItems(
          context, "manufacturer",
          [](const auto& i) { return i.has_manufacturer() || i.has_site(); }, missing);
    case v1::INPUT_KIND_VALUE:
      return NeedOfItems(
          context, "value", [](const auto& i) { return i.has_value(); }, missing);
    case v1::INPUT_KIND_SITE:
      if (!HasSite(context)) missing->push_back("items[].site");
      return;
    case v1::INPUT_KIND_PARTIES:
      if (purchase.parties().empty() && !purchase.no_other_parties()) missing->push_back("parties");
      return;
    case v1::INPUT_KIND_CONTRACT_DATES:
      if (!purchase.dates().has_start()) missing->push_back("dates.start");
      if (!purchase.dates().has_end()) missing->push_back("dates.end");
      return;
    case v1::INPUT_KIND_DEMAND_SIGNALS:
      if (!HasDemand(purchase.demand())) missing->push_back("demand");
      return;
    default:
      return;
  }
}

// Silence counts only where a list was asked that could have spoken.
bool WasAnyListSearched(const v1::EvidenceBundle& bundle) {
  return std::any_of(bundle.sources().begin(), bundle.sources().end(),
                     [](const auto& source) { return source.searched() && source.has_edition(); });
}

// What no decision can do without, whatever the policy says.
void NeedAlways(const Context& context, Paths* missing) {
  if (!IsFullDay(context.bundle.as_of())) missing->push_back("as_of");
  if (context.purchase.purpose() == v1::PURPOSE_UNSPECIFIED) missing->push_back("purpose");
  if (context.purchase.authority_country().empty()) missing->push_back("authority_country");
  if (context.bundle.subjects().empty()) missing->push_back("subject");
  if (!WasAnyListSearched(context.bundle)) missing->push_back("sources");
  for (const v1::SubjectEvidence& subject : context.bundle.subjects()) {
    for (const std::string& input : subject.not_consulted()) {
      missing->push_back(absl::StrCat(subject.path(), ".", input));
    }
  }
}

bool IsMet(const v1::RequirementEvidence& evidence) {
  if (evidence.has_certification()) {
    return evidence.certification().result() == v1::CERTIFICATION_RESULT_VALID;
  }
  return evidence.audit().result() == v1::AUDIT_RESULT_CURRENT;
}

void FindRequirements(const Context& context, EvidenceFindings* findings) {
  const auto& all = context.bundle.requirements();
  for (const v1::RequiredEvidence& required : context.purchase.requirements()) {
    const bool asked = std::any_of(all.begin(), all.end(), [&](const auto& evidence) {
      return evidence.requirement_id() == required.requirement_id();
    });
    if (!asked) {
      findings->missing_inputs.push_back(
          absl::StrCat("requirements[", required.requirement_id(), "]"));
    }
  }
  for (const v1::RequirementEvidence& evidence : all) {
    if (!IsMet(evidence)) {
      findings->unmet.push_back(&evidence);
    } else if (DayAfterValidity(evidence) > context.as_of) {
      findings->changes_on = std::min(findings->changes_on, DayAfterValidity(evidence));
    }
  }
}

void FindSources(const Context& context, EvidenceFindings* findings) {
  for (const SourceStatus& source : context.sources) {
    const std::string& dataset = source.required->dataset();
    if (source.state == v1::SOURCE_STATE_MISSING) findings->missing_sources.push_back(dataset);
    if (source.state == v1::SOURCE_STATE_STALE) findings->stale_sources.push_back(dataset);
    findings->changes_on = std::min(findings->changes_on, source.stale_on);
  }
}

void SortOnce(Paths* paths) {
  std::sort(paths->begin(), paths->end());
  paths->erase(std::unique(paths->begin(), paths->end()), paths->end());
}

}  // namespace

v1::EvidenceState EvidenceFindings::State() const {
  if (!missing_sources.empty() || !missing_inputs.empty() || !unmet.empty()) {
    return v1::EVIDENCE_STATE_INCOMPLETE;
  }
  return stale_sources.empty() ? v1::EVIDENCE_STATE_COMPLETE : v1::EVIDENCE_STATE_STALE;
}

EvidenceFindings FindEvidence(const Context& context) {
  EvidenceFindings findings;
  NeedAlways(context, &findings.missing_inputs);
  for (const v1::RequiredInput& required : context.program.required_inputs) {
    if (IsRequired(required, context)) {
      NeedInput(required.input(), context, &findings.missing_inputs);
    }
  }
  FindRequirements(context, &findings);
  FindSources(context, &findings);
  SortOnce(&findings.missing_inputs);
  SortOnce(&findings.missing_sources);
  SortOnce(&findings.stale_sources);
  return findings;
}

}  // namespace probity::policy
