#include "policy/spread.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace probity::policy {
namespace {

// The link of a spread that a step follows; nullptr when none does.
const v1::SpreadLink* LinkOf(const v1::Spread& spread, const v1::RelationStep& step) {
  for (const v1::SpreadLink& link : spread.links()) {
    if (link.type() == step.type() && link.subject_end() == step.subject_end()) return &link;
  }
  return nullptr;
}

bool IsFor(const v1::SelfCleaning& dossier, absl::string_view authority) {
  const auto& all = dossier.valid_for();
  if (all.empty()) return true;
  if (authority.empty()) return false;
  const absl::string_view bare = absl::StripPrefix(authority, "authorities/");
  return std::any_of(all.begin(), all.end(), [&](const std::string& one) {
    return absl::StripPrefix(one, "authorities/") == bare;
  });
}

// The day of an assessment; one without a day is the oldest.
DayNumber AssessedOn(const v1::SelfCleaning& dossier) {
  return IsValidDate(dossier.assessed_on()) ? LastDay(dossier.assessed_on()) : kMinDay;
}

v1::SelfCleaningState StateOf(v1::SelfCleaningOutcome outcome) {
  switch (outcome) {
    case v1::SELF_CLEANING_OUTCOME_ACCEPTED:
      return v1::SELF_CLEANING_STATE_ACCEPTED;
    case v1::SELF_CLEANING_OUTCOME_NOT_AVAILABLE:
      return v1::SELF_CLEANING_STATE_NOT_AVAILABLE;
    default:
      return v1::SELF_CLEANING_STATE_INSUFFICIENT;
  }
}

}  // namespace

bool IsOwnership(v1::LinkType type) {
  return type == v1::LINK_TYPE_OWNS || type == v1::LINK_TYPE_BENEFICIAL_OWNER_OF;
}

Truth HasShare(const v1::RelationStep& step, double least, const std::string& path, Trace* trace) {
  if (least <= 0) return Truth::kTrue;
  if (!step.has_share_percent()) return trace->Missing(absl::StrCat(path, ".share_percent"));
  return TruthOf(step.share_percent() >= least);
}

Truth Reaches(const v1::Spread& spread, const Context& context, const Unit& unit, Trace* trace) {
  const auto& path = unit.fact->path();
  if (path.empty()) return Truth::kTrue;
  if (path.size() > spread.max_steps()) return Truth::kFalse;
  const size_t known = trace->missing.size();
  Truth value = Truth::kTrue;
  for (int i = 0; i < path.size() && value != Truth::kFalse; ++i) {
    const v1::RelationStep& step = path.Get(i);
    const v1::SpreadLink* link = LinkOf(spread, step);
    if (link == nullptr || !HoldsOn(step.period(), context.as_of, trace)) {
      value = Truth::kFalse;
    } else if (link->min_share_percent() > 0) {
      value =
          std::min(value, HasShare(step, link->min_share_percent(),
                                   absl::StrCat(PathOf(context, unit), ".path[", i, "]"), trace));
    }
  }
  if (value == Truth::kFalse) trace->missing.resize(known);
  return value;
}

v1::SelfCleaningOutcome AssessedOutcome(const v1::SelfCleaning& dossier, const Context& context) {
  const bool known =
      IsFor(dossier, context.bundle.authority()) && AssessedOn(dossier) <= context.as_of;
  return known ? dossier.outcome() : v1::SELF_CLEANING_OUTCOME_UNSPECIFIED;
}

v1::SelfCleaningState SelfCleaningOf(const v1::SubjectFact& fact, const Context& context) {
  if (fact.self_cleaning().empty()) return v1::SELF_CLEANING_STATE_NONE_ON_RECORD;
  bool pending = false;
  DayNumber latest = kMinDay;
  v1::SelfCleaningOutcome outcome = v1::SELF_CLEANING_OUTCOME_UNSPECIFIED;
  for (const v1::SelfCleaningFact& one : fact.self_cleaning()) {
    const v1::SelfCleaningOutcome known = AssessedOutcome(one.dossier(), context);
    const DayNumber day = AssessedOn(one.dossier());
    if (known == v1::SELF_CLEANING_OUTCOME_UNSPECIFIED) {
      pending = true;
    } else if (outcome == v1::SELF_CLEANING_OUTCOME_UNSPECIFIED || day > latest ||
               (day == latest && known > outcome)) {
      latest = day;
      outcome = known;
    }
  }
  const bool accepted = outcome == v1::SELF_CLEANING_OUTCOME_ACCEPTED;
  if (pending && !accepted) return v1::SELF_CLEANING_STATE_PENDING;
  return StateOf(outcome);
}

}  // namespace probity::policy
