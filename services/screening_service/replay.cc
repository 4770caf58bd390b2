#include "screening/decision/replay.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/hash.h"
#include "screening/decision/bundle_differences.h"
#include "screening/decision/decide.h"
#include "screening/history/cited_records.h"
#include "services/rpc/view.h"
#include "services/screening_service/decisions.h"
#include "services/screening_service/operations.h"

namespace probity::screening_service {
namespace {

constexpr size_t kMostDifferences = 100;

class Replay {
 public:
  Replay(const Bench& bench, const rpc::CallContext& call, const screening::Recorded& recorded,
         v1::ReplayDecisionResponse* response)
      : bench_(bench), call_(call), recorded_(recorded), response_(response) {}

  // The policy over the recorded bundle.
  absl::Status Reevaluate() {
    auto policy = RecordedPolicy();
    if (!policy.ok()) return policy.status();
    return Compare(screening::CoreOf(**policy, recorded_.bundle, recorded_.bundle_bytes));
  }

  // The facts again, then the policy. Digests of erased texts cannot be made again:
  // then the facts are taken as recorded.
  absl::Status Rederive() {
    if (response_->erased_texts() > 0) return Reevaluate();
    auto policy = RecordedPolicy();
    if (!policy.ok()) return policy.status();
    if (absl::Status same = CheckEngine(); !same.ok()) return same;
    v1::Consistency exact;
    *exact.mutable_at_exact_revision() = recorded_.bundle.revision();
    auto view = View(exact);
    if (!view.ok()) return view.status();
    if (absl::Status counted = CountRedacted(**view); !counted.ok()) return counted;
    if (response_->redacted_records() > 0) return Reevaluate();
    auto decided = Decide(**view, **policy, recorded_.bundle.engine(),
                          FirstDay(recorded_.bundle.as_of()), screening::SaltsOf(recorded_));
    if (!decided.ok()) return decided.status();
    absl::Status compared = Compare(decided->core);
    if (!response_->equal()) ExplainFacts(decided->bundle);
    return compared;
  }

  // The same purchase, today.
  absl::Status Today() {
    if (screening::AskedTextsErased(recorded_)) {
      return ReplayEngineUnavailable("names that were erased from the decision");
    }
    auto policy = bench_.policies.Stable(call_.caller.authority);
    if (!policy.ok()) return policy.status();
    auto view = View({});
    if (!view.ok()) return view.status();
    auto decided = Decide(**view, **policy, bench_.engine, call_.Today(), screening::NewSalts());
    if (!decided.ok()) return decided.status();
    Explain(decided->core);
    response_->set_equal(SameOutcome(decided->core));
    *response_->mutable_core() = std::move(decided->core);
    return absl::OkStatus();
  }

 private:
  absl::StatusOr<screening::Decided> Decide(const storage::View& view,
                                            const policy::CompiledPolicy& policy,
                                            const v1::Engine& engine, DayNumber day,
                                            screening::SaltSource salts) const {
    const screening::Asking asking = call_.Asking();
    return screening::DecideAgain({view, bench_.names, bench_.law, bench_.schemes, bench_.goods},
                                  {day, asking}, policy, engine, recorded_, std::move(salts));
  }

  // Records of the decision that no longer say what they said then.
  absl::Status CountRedacted(const storage::View& view) const {
    const auto cited = screening::CitationsOf(recorded_.bundle, recorded_.bundle_bytes, view);
    if (!cited.ok()) return cited.status();
    for (const std::string& name : cited->records) {
      const auto row = view.GetRecord(*storage::RecordRef::FromName(name));
      if (!row.ok()) return row.status();
      if (!row->has_value()) continue;
      const auto& segments = (*row)->segments();
      const bool redacted = std::any_of(segments.begin(), segments.end(), [](const auto& segment) {
        return segment.record().redactions_size() > 0;
      });
      response_->set_redacted_records(response_->redacted_records() + (redacted ? 1 : 0));
    }
    return absl::OkStatus();
  }

  // The version that decided, byte by byte.
  absl::StatusOr<screening::PolicyPtr> RecordedPolicy() const {
    if (recorded_.bundle.policies().empty()) {
      return ReplayEngineUnavailable("the decision names no policy");
    }
    const std::string& name = recorded_.bundle.policies(0).name();
    auto policy = bench_.policies.Find(name);
    if (!policy.ok()) return ReplayEngineUnavailable(name);
    const std::vector<v1::PolicyRef> refs = (*policy)->Refs();
    const auto& recorded = recorded_.bundle.policies();
    const bool same = std::equal(refs.begin(), refs.end(), recorded.begin(), recorded.end(),
                                 [](const v1::PolicyRef& a, const v1::PolicyRef& b) {
                                   return a.name() == b.name() && a.digest() == b.digest();
                                 });
    if (!same) return ReplayEngineUnavailable(absl::StrCat(name, " with the packs of then"));
    return policy;
  }

  absl::Status CheckEngine() const {
    const v1::Engine& then = recorded_.bundle.engine();
    if (then.matcher_version() != bench_.engine.matcher_version()) {
      return ReplayEngineUnavailable(absl::StrCat("matcher ", then.matcher_version()));
    }
    if (then.icu_version() != bench_.engine.icu_version()) {
      return ReplayEngineUnavailable(absl::StrCat("ICU ", then.icu_version()));
    }
    return absl::OkStatus();
  }

  absl::StatusOr<rpc::ViewPtr> View(const v1::Consistency& consistency) const {
    auto view = rpc::NamedViewFor(bench_.store, bench_.names.index, call_, consistency);
    if (ReasonOf(view.status()) == v1::ERROR_REASON_REVISION_EXPIRED) {
      return ReplayRevisionExpired(recorded_.bundle.revision().revision(),
                                   bench_.store.EarliestRevision());
    }
    if (ReasonOf(view.status()) == v1::ERROR_REASON_WRONG_LINEAGE) {
      return ReplayEngineUnavailable("the store it was made from: this one was restored");
    }
    return view;
  }

  absl::Status Compare(v1::DecisionCore core) {
    response_->set_equal(CanonicalBytes(core) == CanonicalBytes(recorded_.core));
    if (!response_->equal()) Explain(core);
    if (!response_->equal() && response_->differences().empty()) {
      response_->add_differences("the decision differs in details that no rule decides on");
    }
    *response_->mutable_core() = std::move(core);
    return absl::OkStatus();
  }

  void Explain(const v1::DecisionCore& core) {
    for (std::string& line : screening::DifferencesOf(recorded_.core, core, kMostDifferences)) {
      response_->add_differences(std::move(line));
    }
  }

  // Which of the facts fetched again are not those recorded.
  void ExplainFacts(const v1::EvidenceBundle& bundle) {
    const size_t left = kMostDifferences - static_cast<size_t>(response_->differences_size());
    for (std::string& line : screening::BundleDifferences(recorded_.bundle, bundle, left)) {
      response_->add_differences(std::move(line));
    }
  }

  bool SameOutcome(const v1::DecisionCore& core) const {
    if (core.verdict() != recorded_.core.verdict()) return false;
    return std::equal(core.findings().begin(), core.findings().end(),
                      recorded_.core.findings().begin(), recorded_.core.findings().end(),
                      [](const v1::RuleFinding& a, const v1::RuleFinding& b) {
                        return a.rule_id() == b.rule_id() && a.subject() == b.subject() &&
                               a.purchase_effect() == b.purchase_effect();
                      });
  }

  const Bench& bench_;
  const rpc::CallContext& call_;
  const screening::Recorded& recorded_;
  v1::ReplayDecisionResponse* const response_;
};

}  // namespace

absl::Status ReplayDecision(const Bench& bench, const rpc::CallContext& call,
                            const v1::ReplayDecisionRequest& request,
                            v1::ReplayDecisionResponse* response) {
  auto stored = FindDecision(bench, call, request.name());
  if (!stored.ok()) return stored.status();
  return ReplayStored(bench, call, *stored, request.mode(), response);
}

absl::Status ReplayStored(const Bench& bench, const rpc::CallContext& call,
                          const storage::StoredDecision& stored, v1::ReplayMode mode,
                          v1::ReplayDecisionResponse* response) {
  auto recorded = screening::ReadRecorded(stored.summary.decision(), stored.body.core(),
                                          stored.body.bundle(), stored.personal_texts);
  if (!recorded.ok()) return recorded.status();
  response->set_erased_texts(screening::ErasedTexts(*recorded));
  Replay replay(bench, call, *recorded, response);
  switch (mode) {
    case v1::REPLAY_MODE_REEVALUATE:
      return replay.Reevaluate();
    case v1::REPLAY_MODE_REDERIVE:
      return replay.Rederive();
    case v1::REPLAY_MODE_TODAY:
      return replay.Today();
    default:
      return InvalidField("mode", "must be REEVALUATE, REDERIVE or TODAY");
  }
}

}  // namespace probity::screening_service
