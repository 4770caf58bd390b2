#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/civil_day.h"
#include "base/errors.h"
#include "services/portfolio/operations.h"
#include "services/rpc/limits.h"
#include "services/rpc/page_token.h"
#include "services/rpc/seal.h"
#include "services/rpc/view.h"
#include "storage/own_datasets.h"

namespace probity::portfolio {
namespace {

using screening::PortfolioRef;
using screening::WatchedMember;

// A page begins behind a member: members that come and go between two pages shift
// none of the others.
class Listing {
 public:
  Listing(const Desk& desk, const rpc::CallContext& call, const storage::View& view,
          PortfolioRef portfolio, std::string after, size_t size, v1::ListMembersResponse* response)
      : desk_(desk),
        call_(call),
        view_(view),
        portfolio_(std::move(portfolio)),
        after_(std::move(after)),
        size_(size),
        response_(response) {}

  // Id of the member behind which the next page begins; empty on the last.
  absl::StatusOr<std::string> All() {
    std::vector<std::string> ids;
    absl::Status status = Ids(&ids);
    const bool more = ids.size() > size_;
    if (more) ids.pop_back();
    for (size_t i = 0; status.ok() && i < ids.size(); ++i) {
      auto watched = desk_.watch.FindMember(view_.authority(), portfolio_.portfolio, ids[i]);
      status = watched.ok() ? Add(ids[i], *watched) : watched.status();
    }
    if (!status.ok()) return status;
    return more ? ids.back() : std::string();
  }

  absl::StatusOr<std::string> With(v1::Verdict verdict) {
    auto found =
        desk_.watch.ListMembers(view_.authority(), portfolio_.portfolio, after_, size_, verdict);
    if (!found.ok()) return found.status();
    for (const WatchedMember& one : found->members) {
      if (absl::Status added = Add(one.member, one); !added.ok()) return added;
    }
    return found->more && !found->members.empty() ? found->members.back().member : std::string();
  }

 private:
  // One more than a page has, where there are.
  absl::Status Ids(std::vector<std::string>* ids) const {
    const std::string begin = storage::MemberKey(portfolio_.portfolio, after_);
    const size_t prefix = storage::MemberKey(portfolio_.portfolio, "").size();
    absl::Status alive;
    absl::Status walked =
        screening::ForEachMemberKey(view_, portfolio_, [&](const std::string& key) {
          alive = call_.CheckAlive();
          if (key > begin) ids->push_back(key.substr(prefix));
          return alive.ok() && ids->size() <= size_;
        });
    return walked.ok() ? alive : walked;
  }

  // One that the watch still knows, and is gone, is left out.
  absl::Status Add(const std::string& id, const std::optional<WatchedMember>& watched) {
    if (absl::Status alive = call_.CheckAlive(); !alive.ok()) return alive;
    auto member = screening::FindMember(view_, {portfolio_.portfolio, id});
    if (!member.ok() || !member->has_value()) return member.status();
    v1::MemberStatus* status = response_->add_members();
    *status->mutable_member() = **std::move(member);
    if (!watched) return absl::OkStatus();
    *status->mutable_verdict() = watched->verdict;
    if (watched->due_on) *status->mutable_due_on() = DateOf(*watched->due_on);
    return absl::OkStatus();
  }

  const Desk& desk_;
  const rpc::CallContext& call_;
  const storage::View& view_;
  const PortfolioRef portfolio_;
  const std::string after_;
  const size_t size_;
  v1::ListMembersResponse* const response_;
};

}  // namespace

absl::Status ListMembers(const Desk& desk, const rpc::CallContext& call,
                         const v1::ListMembersRequest& request, v1::ListMembersResponse* response) {
  auto size = rpc::PageSize(request.page_size(), rpc::kDefaultPageSize, rpc::kMaxPageSize);
  if (!size.ok()) return size.status();
  auto ref = screening::ReadPortfolioName(call.caller.authority, "portfolio", request.portfolio());
  if (!ref.ok()) return ref.status();
  const std::string query = rpc::QueryFingerprint(call, request);
  std::string after;
  if (!request.page_token().empty()) {
    auto token = rpc::Unseal(query, request.page_token());
    if (!token) return InvalidPageToken();
    after = *std::move(token);
  }
  const rpc::ViewPtr view = desk.store.Head(call.caller.authority);
  if (auto found = RequirePortfolio(*view, *ref); !found.ok()) return found.status();
  Listing listing(desk, call, *view, *ref, after, static_cast<size_t>(*size), response);
  auto next = request.verdict() == v1::VERDICT_UNSPECIFIED ? listing.All()
                                                           : listing.With(request.verdict());
  if (!next.ok()) return next.status();
  if (!next->empty()) response->set_next_page_token(rpc::Seal(query, *next));
  *response->mutable_stamp() = rpc::StampOf(*view, call);
  return absl::OkStatus();
}

}  // namespace probity::portfolio
