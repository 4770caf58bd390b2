#include "services/screening_service/decisions.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/hash.h"
#include "base/timestamps.h"
#include "services/rpc/limits.h"
#include "services/rpc/page_token.h"
#include "services/rpc/view.h"

namespace probity::screening_service {
namespace {

storage::DecisionQuery QueryOf(const rpc::CallContext& call,
                               const v1::ListDecisionsRequest& request) {
  storage::DecisionQuery query;
  query.authority = call.caller.authority;
  if (request.verdict() != v1::VERDICT_UNSPECIFIED) query.verdict = request.verdict();
  query.subject = request.supplier();
  query.procedure = request.procedure();
  if (request.has_recorded_from()) query.from_us = MicrosOf(request.recorded_from());
  if (request.has_recorded_to()) query.to_us = MicrosOf(request.recorded_to());
  return query;
}

}  // namespace

absl::StatusOr<storage::StoredDecision> FindDecision(const Bench& bench,
                                                     const rpc::CallContext& call,
                                                     const std::string& name) {
  auto stored = storage::AuthorityOf(name) == call.caller.authority
                    ? bench.log.Get(name)
                    : absl::StatusOr<storage::StoredDecision>(DecisionNotFound(name));
  if (ReasonOf(stored.status()) != v1::ERROR_REASON_DECISION_NOT_FOUND) return stored;
  const std::vector<v1::LogContinuation> continuations = bench.log.Continuations();
  if (continuations.empty()) return stored;
  const v1::LogHead& previous = continuations.back().previous_head();
  return DecisionNotFoundInGap(name, ToHex(previous.log_id()), previous.tree_size());
}

std::string DecisionUri(const Bench& bench, const std::string& name) {
  return bench.decision_page_uri.empty() ? "" : absl::StrCat(bench.decision_page_uri, "/", name);
}

absl::Status ReadDecision(const Bench& bench, const storage::StoredDecision& stored,
                          v1::Decision* decision) {
  decision->set_name(stored.summary.decision());
  decision->set_decision_uri(DecisionUri(bench, stored.summary.decision()));
  decision->set_leaf_index(stored.summary.leaf_index());
  *decision->mutable_recorded_at() = TimestampOfMicros(stored.summary.time_us());
  if (decision->mutable_core()->ParseFromString(stored.body.core())) return absl::OkStatus();
  return StoreCorrupt(stored.summary.decision(), "the decision cannot be read");
}

absl::Status ReadDecision(const Bench& bench, const storage::StoredDecision& stored,
                          v1::Decision* decision, v1::EvidenceBundle* bundle) {
  absl::Status read = ReadDecision(bench, stored, decision);
  if (!read.ok() || bundle->ParseFromString(stored.body.bundle())) return read;
  return StoreCorrupt(stored.summary.decision(), "the bundle cannot be read");
}

absl::Status GetDecision(const Bench& bench, const rpc::CallContext& call,
                         const v1::GetDecisionRequest& request, v1::GetDecisionResponse* response) {
  auto stored = FindDecision(bench, call, request.name());
  if (!stored.ok()) return stored.status();
  absl::Status read =
      ReadDecision(bench, *stored, response->mutable_decision(), response->mutable_bundle());
  if (!read.ok()) return read;
  for (v1::PersonalText& text : stored->personal_texts) {
    *response->add_personal() = std::move(text);
  }
  return absl::OkStatus();
}

absl::Status ListDecisions(const Bench& bench, const rpc::CallContext& call,
                           const v1::ListDecisionsRequest& request,
                           v1::ListDecisionsResponse* response) {
  auto size = rpc::PageSize(request.page_size(), rpc::kDefaultPageSize, rpc::kMaxPageSize);
  if (!size.ok()) return size.status();
  storage::DecisionQuery query = QueryOf(call, request);
  const std::string fingerprint = rpc::QueryFingerprint(call, request);
  if (!request.page_token().empty()) {
    auto place = rpc::DecodePageToken(fingerprint, request.page_token());
    if (!place.ok()) return place.status();
    query.before = place->offset;
  }
  query.limit = static_cast<size_t>(*size);
  auto page = bench.log.List(query);
  if (!page.ok()) return page.status();
  for (const storage::v1::DecisionSummary& summary : page->decisions) {
    if (absl::Status alive = call.CheckAlive(); !alive.ok()) return alive;
    auto stored = bench.log.Get(summary.decision());
    if (!stored.ok()) return stored.status();
    absl::Status read = ReadDecision(bench, *stored, response->add_decisions());
    if (!read.ok()) return read;
  }
  if (page->next.has_value()) {
    response->set_next_page_token(rpc::EncodePageToken(fingerprint, {0, *page->next}));
  }
  return absl::OkStatus();
}

}  // namespace probity::screening_service
