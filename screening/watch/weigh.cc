#include "screening/watch/weigh.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "base/errors.h"
#include "base/hash.h"
#include "base/item_error.h"
#include "matching/params.h"
#include "policy/evaluate.h"
#include "screening/decision/gather.h"
#include "screening/names/name_search.h"
#include "screening/watch/reads.h"
#include "storage/index_terms.h"

namespace probity::screening {
namespace {

// Texts about persons are not kept, so that nothing need hide them.
std::string NoSalt() { return std::string(32, '\0'); }

// Faults of the request as it is over these data, and not of store or server.
bool IsAboutRequest(const absl::Status& status) {
  return absl::IsInvalidArgument(status) || absl::IsNotFound(status);
}

v1::WatchedVerdict Undecided(const absl::Status& why) {
  v1::WatchedVerdict verdict;
  verdict.set_verdict(v1::VERDICT_REVIEW);
  *verdict.mutable_error() = ToItemError(why);
  return verdict;
}

// As far in the future as a check can be: no age of a list ends anything.
void MakeFresh(const policy::Needs& needs, v1::EvidenceBundle* bundle) {
  for (v1::SourceEvidence& source : *bundle->mutable_sources()) {
    const bool required = std::any_of(
        needs.required_sources.begin(), needs.required_sources.end(),
        [&](const v1::RequiredSource& one) { return one.dataset() == source.dataset(); });
    if (!required) continue;
    source.set_age_days(std::numeric_limits<int32_t>::min());
    source.set_searched(true);
    source.mutable_edition();
  }
}

v1::WatchedVerdict VerdictOf(const v1::DecisionCore& core) {
  v1::WatchedVerdict verdict;
  verdict.set_verdict(core.verdict());
  verdict.set_identity(core.identity());
  verdict.set_evidence(core.evidence());
  verdict.set_risk(core.risk());
  *verdict.mutable_reasons() = core.reasons();
  for (const v1::RuleFinding& finding : core.findings()) {
    auto* ids = verdict.mutable_rule_ids();
    if (std::find(ids->begin(), ids->end(), finding.rule_id()) == ids->end()) {
      verdict.add_rule_ids(finding.rule_id());
    }
  }
  if (core.has_valid_until()) *verdict.mutable_valid_until() = core.valid_until();
  return verdict;
}

// One decision; used once.
class Weighing {
 public:
  Weighing(const Shelf& shelf, const When& when, const WatchPolicy& policy,
           const v1::ScreenSupplierRequest& request, const GoodsDates& goods)
      : shelf_(shelf), when_(when), policy_(policy), request_(request), goods_(goods) {}

  absl::StatusOr<Weighed> Run() {
    const ReadsView view(shelf_.view, &reads_);
    const ReadsIndex index(shelf_.names.index, &reads_);
    const NameBook names{shelf_.names.store, index, shelf_.names.comparer};
    const policy::Needs& needs = policy_.policy.needs();
    auto gathered = Gather({view, names, shelf_.law, shelf_.schemes, shelf_.goods}, when_, needs,
                           request_, &NoSalt);
    if (!gathered.ok() && !IsAboutRequest(gathered.status())) return gathered.status();
    Weighed weighed;
    reads_.AddDates(request_);
    if (gathered.ok()) {
      MakeFresh(needs, &gathered->bundle);
      weighed.supplier = gathered->supplier;
      weighed.verdict = VerdictOf(policy::Evaluate(policy_.policy, gathered->bundle));
      AddComputedDates(gathered->bundle);
      absl::Status added = AddSuppliers(gathered->bundle, view);
      if (!added.ok()) return added;
    } else {
      weighed.verdict = Undecided(gathered.status());
    }
    absl::Status added = AddWholeLists();
    if (!added.ok()) return added;
    Finish(&weighed);
    return weighed;
  }

 private:
  // Days that were worked out from the records; those of the records are known.
  void AddComputedDates(const v1::EvidenceBundle& bundle) {
    const auto add_flag = [this](const v1::ListedRiskFlag& flag) {
      reads_.AddDates(flag.legal_period());
      for (const v1::DateInterval& listing : flag.listing_intervals()) reads_.AddDates(listing);
    };
    for (const v1::SubjectEvidence& subject : bundle.subjects()) {
      for (const v1::SubjectFact& fact : subject.facts()) add_flag(fact.flag());
    }
    for (const v1::ItemEvidence& item : bundle.items()) {
      for (const v1::SubjectFact& measure : item.measures()) add_flag(measure.flag());
    }
    for (const v1::RequirementEvidence& required : bundle.requirements()) {
      reads_.AddDates(required.certification().valid_until());
      reads_.AddDates(required.audit().valid_until());
    }
  }

  // An equal identifier raises the score of somebody with a like name, and the day on
  // which it was dissolved can come.
  absl::Status AddSuppliers(const v1::EvidenceBundle& bundle, const storage::View& view) {
    for (const v1::SubjectEvidence& subject : bundle.subjects()) {
      if (subject.resolution().suppliers_size() != 1) continue;
      auto supplier = ReadSupplierNamed(view, subject.resolution().suppliers(0));
      if (!supplier.ok()) return supplier.status();
      reads_.AddDates(*supplier);
      for (const v1::Identifier& one : supplier->identifiers()) {
        reads_.Add(HashOfTerm(storage::IndexKind::kIdentifier,
                              storage::IdentifierTerm(one.scheme(), one.value())));
      }
    }
    return absl::OkStatus();
  }

  // What is read of whole lists and of when they were checked.
  absl::Status AddWholeLists() {
    const v1::PurchaseContext& purchase = request_.purchase();
    if (!purchase.items().empty()) {
      reads_.Add(HashOfGoods());
      absl::Status added = goods_.Add(shelf_.view, &dates_);
      if (!added.ok()) return added;
    }
    const auto& required = purchase.requirements();
    const bool by_check = std::any_of(required.begin(), required.end(),
                                      [](const auto& one) { return one.max_age_days() > 0; });
    for (const std::string& dataset : reads_.registers()) {
      const auto* state = shelf_.view.FindDataset(dataset);
      if (!by_check || state == nullptr) continue;
      reads_.Add(HashOfCheck(dataset));
      const DayNumber day = DayOfSeconds(state->edition().checked_at().seconds());
      dates_.emplace(day, day);
    }
    return absl::OkStatus();
  }

  void Finish(Weighed* weighed) {
    v1::WatchedVerdict& verdict = weighed->verdict;
    *verdict.mutable_as_of() = DateOf(when_.day);
    verdict.set_revision(shelf_.view.token().revision());
    verdict.set_policy(policy_.policy.name());
    policy::DateMoves moves = policy_.moves;
    policy::AddMoves(request_.purchase(), shelf_.schemes, &moves);
    dates_.insert(reads_.dates().begin(), reads_.dates().end());
    weighed->due = policy::NextDay(dates_, moves, when_.day);
    const double alert = policy_.policy.needs().alert_score * matching::kFullScore;
    weighed->reads = reads_.Take(static_cast<int>(std::lround(alert)));
  }

  const Shelf& shelf_;
  const When& when_;
  const WatchPolicy& policy_;
  const v1::ScreenSupplierRequest& request_;
  const GoodsDates& goods_;
  Reads reads_;
  policy::DaySpans dates_;  // of whole lists
};

}  // namespace

absl::StatusOr<Weighed> Weigh(const Shelf& shelf, const When& when, const WatchPolicy& policy,
                              const v1::ScreenSupplierRequest& request, const GoodsDates& goods) {
  return Weighing(shelf, when, policy, request, goods).Run();
}

v1::WatchedVerdict WithoutPolicy(const absl::Status& why, DayNumber day, uint64_t revision) {
  v1::WatchedVerdict verdict = Undecided(why);
  *verdict.mutable_as_of() = DateOf(day);
  verdict.set_revision(revision);
  return verdict;
}

bool AreWorthTheSame(const v1::WatchedVerdict& a, const v1::WatchedVerdict& b) {
  const auto worth = [](v1::WatchedVerdict verdict) {
    verdict.clear_valid_until();
    verdict.clear_as_of();
    verdict.clear_revision();
    verdict.clear_policy();
    return CanonicalBytes(verdict);
  };
  return worth(a) == worth(b);
}

}  // namespace probity::screening
