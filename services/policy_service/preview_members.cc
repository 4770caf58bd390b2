#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/errors.h"
#include "policy/evaluate.h"
#include "screening/decision/gather.h"
#include "screening/decision/personal.h"
#include "screening/decision/read_once.h"
#include "screening/portfolios.h"
#include "services/policy_service/operations.h"
#include "services/policy_service/tally.h"
#include "services/rpc/limits.h"
#include "services/rpc/page_token.h"
#include "services/rpc/seal.h"
#include "services/rpc/view.h"
#include "storage/own_datasets.h"

namespace probity::policy_service {
namespace {

// Of a page: each is decided, twice where the policies read other facts, in a thread
// that writes wait for.
constexpr size_t kMostMembers = 100;

// Faults of a member as it is over these data, and not of store or server.
bool IsAboutMember(const absl::Status& status) {
  return absl::IsInvalidArgument(status) || absl::IsNotFound(status);
}

// One page of a portfolio's members, decided by two policies.
class MemberComparison {
 public:
  // All are borrowed.
  MemberComparison(const PolicyShelf& shelf, const rpc::CallContext& call,
                   const storage::View& view, const v1::Portfolio& portfolio,
                   const policy::CompiledPolicy& stable, const policy::CompiledPolicy& candidate)
      : shelf_(shelf),
        view_(view),
        portfolio_(portfolio),
        stable_(stable),
        candidate_(candidate),
        asking_(call.Asking()),
        when_{call.Today(), asking_} {}

  absl::Status Add(const v1::PortfolioMember& member) {
    const v1::ScreenSupplierRequest request = screening::RequestOf(portfolio_, member);
    auto gathered = Gather(stable_, request);
    if (!gathered.ok()) return NoteUnmet(gathered.status());
    const v1::DecisionCore before = policy::Evaluate(stable_, gathered->bundle);
    screening::Opinion opinion = screening::OpinionOf(candidate_, stable_, gathered->bundle);
    if (!opinion.unmet.empty()) {
      // It reads more than what was gathered.
      auto more = Gather(candidate_, request);
      if (!more.ok()) return NoteUnmet(more.status());
      opinion.core = policy::Evaluate(candidate_, more->bundle);
    }
    v1::PolicyDifference difference = screening::DifferenceOf(before, opinion.core);
    difference.set_member(member.name());
    difference.set_supplier(gathered->supplier);
    difference.set_display_name(member.subject().name());
    difference.set_procedure(request.purchase().procedure());
    tally_.Add(std::move(difference));
    return absl::OkStatus();
  }

  Tally& tally() { return tally_; }

 private:
  absl::StatusOr<screening::Gathered> Gather(const policy::CompiledPolicy& policy,
                                             const v1::ScreenSupplierRequest& request) const {
    const screening::ReadOnceView view(view_);
    auto gathered =
        screening::Gather({view, shelf_.names, shelf_.law, shelf_.schemes, shelf_.goods}, when_,
                          policy.needs(), request, screening::NewSalts());
    if (gathered.ok()) gathered->bundle.set_authority(std::string(view_.authority()));
    return gathered;
  }

  absl::Status NoteUnmet(const absl::Status& why) {
    if (!IsAboutMember(why)) return why;
    tally_.AddUnmet({ReasonName(ReasonOf(why))});
    return absl::OkStatus();
  }

  const PolicyShelf& shelf_;
  const storage::View& view_;
  const v1::Portfolio& portfolio_;
  const policy::CompiledPolicy& stable_;
  const policy::CompiledPolicy& candidate_;
  const screening::Asking asking_;
  const screening::When when_;
  Tally tally_;
};

// Ids of members behind `after`, one more than `size` where there are.
absl::StatusOr<std::vector<std::string>> IdsBehind(const storage::View& view,
                                                   const screening::PortfolioRef& portfolio,
                                                   const std::string& after, size_t size) {
  std::vector<std::string> ids;
  const std::string begin = storage::MemberKey(portfolio.portfolio, after);
  const size_t prefix = storage::MemberKey(portfolio.portfolio, "").size();
  absl::Status read = screening::ForEachMemberKey(view, portfolio, [&](const std::string& key) {
    if (key > begin) ids.push_back(key.substr(prefix));
    return ids.size() <= size;
  });
  if (!read.ok()) return read;
  return ids;
}

absl::StatusOr<screening::PolicyPtr> PolicyOf(const PolicyShelf& shelf,
                                              const v1::Portfolio& portfolio,
                                              const rpc::CallContext& call) {
  return portfolio.policy().empty() ? shelf.book.Stable(call.caller.authority)
                                    : shelf.book.Find(portfolio.policy());
}

// The member behind which the page begins; empty: the first page.
absl::StatusOr<std::string> PlaceOf(const v1::PreviewPolicyRequest& request,
                                    const std::string& fingerprint) {
  if (request.has_recorded_from() || request.has_recorded_to()) {
    return InvalidField("portfolio", "members are decided today: give no times with it");
  }
  if (request.page_token().empty()) return std::string();
  auto place = rpc::Unseal(fingerprint, request.page_token());
  if (!place) return InvalidPageToken();
  return *std::move(place);
}

}  // namespace

absl::Status PreviewMembers(const PolicyShelf& shelf, const rpc::CallContext& call,
                            const policy::CompiledPolicy& policy,
                            const v1::PreviewPolicyRequest& request,
                            v1::PreviewPolicyResponse* response) {
  auto asked = rpc::PageSize(request.page_size(), rpc::kDefaultPageSize, rpc::kMaxPageSize);
  if (!asked.ok()) return asked.status();
  const auto size = std::min(static_cast<size_t>(*asked), kMostMembers);
  const std::string fingerprint = rpc::QueryFingerprint(call, request);
  auto after = PlaceOf(request, fingerprint);
  if (!after.ok()) return after.status();
  auto ref = screening::ReadPortfolioName(call.caller.authority, "portfolio", request.portfolio());
  if (!ref.ok()) return ref.status();
  auto view = rpc::NamedViewFor(shelf.store, shelf.names.index, call, {});
  if (!view.ok()) return view.status();
  auto portfolio = screening::FindPortfolio(**view, *ref);
  if (!portfolio.ok()) return portfolio.status();
  if (!portfolio->has_value()) return PortfolioNotFound(request.portfolio());
  auto stable = PolicyOf(shelf, **portfolio, call);
  if (!stable.ok()) return stable.status();
  auto ids = IdsBehind(**view, *ref, *after, size);
  if (!ids.ok()) return ids.status();
  const bool more = ids->size() > size;
  if (more) ids->pop_back();
  MemberComparison comparison(shelf, call, **view, **portfolio, **stable, policy);
  for (const std::string& id : *ids) {
    auto member = screening::FindMember(**view, {ref->portfolio, id});
    if (!member.ok()) return member.status();
    if (!member->has_value()) continue;
    if (absl::Status added = comparison.Add(**member); !added.ok()) return added;
  }
  comparison.tally().WriteTo(response);
  if (more) response->set_next_page_token(rpc::Seal(fingerprint, ids->back()));
  return absl::OkStatus();
}

absl::Status PreviewPolicy(const PolicyShelf& shelf, const rpc::CallContext& call,
                           const v1::PreviewPolicyRequest& request,
                           v1::PreviewPolicyResponse* response) {
  auto policy = PolicyOrText(shelf, request);
  if (!policy.ok()) return policy.status();
  return request.portfolio().empty() ? PreviewDecisions(shelf, call, **policy, request, response)
                                     : PreviewMembers(shelf, call, **policy, request, response);
}

}  // namespace probity::policy_service
