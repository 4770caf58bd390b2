#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/timestamps.h"
#include "policy/evaluate.h"
#include "screening/decision/replay.h"
#include "services/policy_service/operations.h"
#include "services/policy_service/tally.h"
#include "services/rpc/limits.h"
#include "services/rpc/page_token.h"
#include "services/rpc/view.h"
#include "storage/evidence/evidence_log.h"

namespace probity::policy_service {
namespace {

bool IsThat(const policy::CompiledPolicy& policy, const v1::EvidenceBundle& bundle) {
  const std::vector<v1::PolicyRef> refs = policy.Refs();
  return std::equal(refs.begin(), refs.end(), bundle.policies().begin(), bundle.policies().end(),
                    [](const v1::PolicyRef& a, const v1::PolicyRef& b) {
                      return a.name() == b.name() && a.digest() == b.digest();
                    });
}

// The first of the texts that is there: the supplier's name as asked, or on record.
std::string NameIn(const screening::Recorded& recorded) {
  constexpr int kAsked = 0, kOnRecord = 3;  // places in SubjectEvidence.personal
  if (recorded.bundle.subjects().empty()) return "";
  const auto& digests = recorded.bundle.subjects(0).personal();
  for (const int place : {kAsked, kOnRecord}) {
    if (place >= digests.size()) continue;
    for (const v1::PersonalText& text : recorded.personal) {
      if (text.digest() == digests.Get(place).digest() && !text.text().empty()) return text.text();
    }
  }
  return "";
}

// One page of an authority's decisions, as another policy sees them.
class Comparison {
 public:
  Comparison(const PolicyShelf& shelf, const rpc::CallContext& call,
             const policy::CompiledPolicy& candidate)
      : shelf_(shelf), call_(call), candidate_(candidate) {
    auto stable = shelf.book.Stable(call.caller.authority);
    if (stable.ok()) stable_ = *std::move(stable);
  }

  absl::Status Run(const storage::DecisionQuery& query) {
    auto page = shelf_.log.List(query);
    if (!page.ok()) return page.status();
    next_ = page->next;
    const screening::Asking asking = call_.Asking();
    for (const storage::v1::DecisionSummary& summary : page->decisions) {
      absl::Status done = asking.still_wanted();
      if (done.ok()) done = Look(summary);
      if (!done.ok()) return done;
    }
    return absl::OkStatus();
  }

  Tally& tally() { return tally_; }
  std::optional<uint64_t> next() const { return next_; }

 private:
  absl::Status Look(const storage::v1::DecisionSummary& summary) {
    auto stored = shelf_.log.Get(summary.decision());
    if (!stored.ok()) return stored.status();
    auto recorded = screening::ReadRecorded(summary.decision(), stored->body.core(),
                                            stored->body.bundle(), stored->personal_texts);
    if (!recorded.ok()) return recorded.status();
    const screening::PolicyPtr decided = PolicyOf(recorded->bundle);
    if (decided == nullptr) {
      tally_.AddUnmet({recorded->bundle.policies().empty() ? "policies/"
                                                           : recorded->bundle.policies(0).name()});
      return absl::OkStatus();
    }
    const screening::Opinion opinion = screening::OpinionOf(candidate_, *decided, recorded->bundle);
    if (!opinion.unmet.empty()) {
      tally_.AddUnmet(opinion.unmet);
      return absl::OkStatus();
    }
    v1::PolicyDifference difference =
        screening::DifferenceOf(StableCore(*recorded, *decided), opinion.core);
    Describe(summary, *recorded, &difference);
    tally_.Add(std::move(difference));
    return absl::OkStatus();
  }

  // The version that decided, byte by byte; nullptr where this server lacks it.
  screening::PolicyPtr PolicyOf(const v1::EvidenceBundle& bundle) const {
    if (bundle.policies().empty()) return nullptr;
    auto policy = shelf_.book.Find(bundle.policies(0).name());
    return policy.ok() && IsThat(**policy, bundle) ? *policy : nullptr;
  }

  // What is said today over the facts of then.
  v1::DecisionCore StableCore(const screening::Recorded& recorded,
                              const policy::CompiledPolicy& decided) const {
    const bool same_engine = recorded.bundle.engine().evaluation() == policy::kEvaluationVersion;
    if (stable_ == nullptr || (same_engine && IsThat(*stable_, recorded.bundle))) {
      return recorded.core;
    }
    screening::Opinion opinion = screening::OpinionOf(*stable_, decided, recorded.bundle);
    if (!opinion.unmet.empty()) return recorded.core;
    return std::move(opinion.core);
  }

  static void Describe(const storage::v1::DecisionSummary& summary,
                       const screening::Recorded& recorded, v1::PolicyDifference* difference) {
    difference->set_decision(summary.decision());
    if (!summary.subjects().empty()) difference->set_supplier(summary.subjects(0));
    difference->set_display_name(NameIn(recorded));
    difference->set_procedure(summary.procedure());
    *difference->mutable_recorded_at() = TimestampOfMicros(summary.time_us());
  }

  const PolicyShelf& shelf_;
  const rpc::CallContext& call_;
  const policy::CompiledPolicy& candidate_;
  screening::PolicyPtr stable_;  // null: none
  Tally tally_;
  std::optional<uint64_t> next_;
};

// Where a page begins and how long it is.
template <typename Request>
absl::Status OpenPage(const rpc::CallContext& call, const Request& request,
                      const std::string& fingerprint, storage::DecisionQuery* query) {
  auto size = rpc::PageSize(request.page_size(), rpc::kDefaultPageSize, rpc::kMaxPageSize);
  if (!size.ok()) return size.status();
  query->limit = static_cast<size_t>(*size);
  query->authority = call.caller.authority;
  if (request.page_token().empty()) return absl::OkStatus();
  auto place = rpc::DecodePageToken(fingerprint, request.page_token());
  if (!place.ok()) return place.status();
  query->before = place->offset;
  return absl::OkStatus();
}

std::string NextToken(const Comparison& comparison, const std::string& fingerprint) {
  const auto next = comparison.next();
  return next ? rpc::EncodePageToken(fingerprint, {0, *next}) : std::string();
}

}  // namespace

absl::Status PreviewDecisions(const PolicyShelf& shelf, const rpc::CallContext& call,
                              const policy::CompiledPolicy& policy,
                              const v1::PreviewPolicyRequest& request,
                              v1::PreviewPolicyResponse* response) {
  storage::DecisionQuery query;
  if (request.has_recorded_from()) query.from_us = MicrosOf(request.recorded_from());
  if (request.has_recorded_to()) query.to_us = MicrosOf(request.recorded_to());
  const std::string fingerprint = rpc::QueryFingerprint(call, request);
  absl::Status status = OpenPage(call, request, fingerprint, &query);
  if (!status.ok()) return status;
  Comparison comparison(shelf, call, policy);
  if (status = comparison.Run(query); !status.ok()) return status;
  comparison.tally().WriteTo(response);
  response->set_next_page_token(NextToken(comparison, fingerprint));
  return absl::OkStatus();
}

absl::Status ListPolicyDifferences(const PolicyShelf& shelf, const rpc::CallContext& call,
                                   const v1::ListPolicyDifferencesRequest& request,
                                   v1::ListPolicyDifferencesResponse* response) {
  storage::DecisionQuery query;
  const std::string fingerprint = rpc::QueryFingerprint(call, request);
  absl::Status status = OpenPage(call, request, fingerprint, &query);
  if (!status.ok()) return status;
  const auto candidate = shelf.book.Candidate(call.caller.authority);
  if (!candidate.has_value()) return absl::OkStatus();
  query.from_us = candidate->since_us;
  response->set_candidate(candidate->policy->name());
  *response->mutable_candidate_since() = TimestampOfMicros(candidate->since_us);
  Comparison comparison(shelf, call, *candidate->policy);
  if (status = comparison.Run(query); !status.ok()) return status;
  comparison.tally().WriteCounts(response);
  for (v1::PolicyDifference& one : comparison.tally().differences()) {
    *response->add_differences() = std::move(one);
  }
  response->set_next_page_token(NextToken(comparison, fingerprint));
  return absl::OkStatus();
}

}  // namespace probity::policy_service
