#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/hash.h"
#include "screening/decision/request_check.h"
#include "services/portfolio/operations.h"
#include "services/rpc/limits.h"
#include "services/rpc/places.h"
#include "services/rpc/status.h"
#include "services/rpc/validate.h"
#include "services/rpc/view.h"

namespace probity::portfolio {
namespace {

using screening::PortfolioRef;

// The members of one call, over one view of a portfolio that is there.
class Changing {
 public:
  Changing(const Desk& desk, const rpc::CallContext& call, const storage::View& base,
           const PortfolioRef& portfolio, storage::ChangeSetBuilder* builder)
      : desk_(desk), call_(call), base_(base), ref_(portfolio), builder_(builder) {}

  absl::Status ReadPortfolio() {
    auto portfolio = RequirePortfolio(base_, ref_);
    if (!portfolio.ok()) return portfolio.status();
    portfolio_ = *std::move(portfolio);
    return absl::OkStatus();
  }

  absl::Status PutOne(const v1::PortfolioMember& asked, int i, v1::MemberResult* result) {
    auto ref = Name(asked.name(), i, "name", result);
    return Finish(ref.ok() ? Put(asked, *ref, result) : ref.status(), result);
  }

  absl::Status RemoveOne(const std::string& name, int i, v1::MemberResult* result) {
    auto ref = Name(name, i, "members", result);
    absl::Status status = ref.ok() ? builder_->Remove(ref->Key()) : ref.status();
    if (ReasonOf(status) == v1::ERROR_REASON_RECORD_NOT_FOUND) {
      status = PortfolioMemberNotFound(result->name());
    }
    if (status.ok()) result->set_change(v1::MEMBER_CHANGE_REMOVED);
    return Finish(status, result);
  }

 private:
  // A fault of the member stands in the result; of the store, in what is returned.
  static absl::Status Finish(const absl::Status& status, v1::MemberResult* result) {
    if (status.ok() || ReasonOf(status) == v1::ERROR_REASON_STORE_CORRUPT) return status;
    result->clear_change();
    *result->mutable_error() = rpc::ToItemError(status);
    return absl::OkStatus();
  }

  // Reads the name of a member of this portfolio, each once in a call.
  absl::StatusOr<PortfolioRef> Name(const std::string& name, int i, absl::string_view field,
                                    v1::MemberResult* result) {
    const std::string& authority = call_.caller.authority;
    result->set_name(name);
    auto ref = screening::ReadMemberName(authority, field, name);
    if (!ref.ok()) return ref;
    result->set_name(ref->Name(authority));
    if (ref->portfolio != ref_.portfolio) {
      return InvalidField(field, absl::StrCat("is no member of ", portfolio_.name()));
    }
    if (absl::Status once = places_.Take(ref->member, i, "members", field); !once.ok()) return once;
    return ref;
  }

  absl::Status Put(const v1::PortfolioMember& asked, const PortfolioRef& ref,
                   v1::MemberResult* result) {
    v1::Record record;
    record.set_key(ref.Key());
    v1::PortfolioMember* member = record.mutable_portfolio_member();
    *member = asked;
    member->set_name(result->name());
    absl::Status well = screening::CheckRequest({base_, desk_.comparer, desk_.schemes},
                                                screening::RequestOf(portfolio_, *member));
    if (!well.ok()) return well;
    auto before = screening::FindMember(base_, ref);
    if (!before.ok()) return before.status();
    result->set_change(!before->has_value() ? v1::MEMBER_CHANGE_CREATED
                       : CanonicalBytes(**before) == CanonicalBytes(*member)
                           ? v1::MEMBER_CHANGE_UNCHANGED
                           : v1::MEMBER_CHANGE_UPDATED);
    return builder_->Add(record);
  }

  const Desk& desk_;
  const rpc::CallContext& call_;
  const storage::View& base_;
  const PortfolioRef& ref_;
  storage::ChangeSetBuilder* const builder_;
  v1::Portfolio portfolio_;
  rpc::Places places_;
};

// Publishes what `one(changing, i, result)` does to each of `count` members.
template <typename Request, typename Response, typename One>
absl::Status ChangeEach(const Desk& desk, const rpc::CallContext& call, const Request& request,
                        int count, Response* response, const One& one) {
  absl::Status well = rpc::CheckCount("members", count, rpc::kMaxBatchMembers);
  if (!well.ok()) return well;
  auto ref = screening::ReadPortfolioName(call.caller.authority, "portfolio", request.portfolio());
  if (!ref.ok()) return ref.status();
  rpc::Change change = ChangeOf(call, request.request_id());
  change.fill = [&](const storage::View& base, storage::ChangeSetBuilder* builder) {
    response->clear_results();
    Changing changing(desk, call, base, *ref, builder);
    absl::Status status = changing.ReadPortfolio();
    for (int i = 0; status.ok() && i < count; ++i) {
      status = call.CheckAlive();
      if (status.ok()) status = one(changing, i, response->add_results());
    }
    return status;
  };
  return rpc::PublishInto({desk.store, call}, change, request, response);
}

}  // namespace

absl::Status PutMembers(const Desk& desk, const rpc::CallContext& call,
                        const v1::BatchPutMembersRequest& request,
                        v1::BatchPutMembersResponse* response) {
  return ChangeEach(desk, call, request, request.members_size(), response,
                    [&request](Changing& changing, int i, v1::MemberResult* result) {
                      return changing.PutOne(request.members(i), i, result);
                    });
}

absl::Status RemoveMembers(const Desk& desk, const rpc::CallContext& call,
                           const v1::RemoveMembersRequest& request,
                           v1::RemoveMembersResponse* response) {
  return ChangeEach(desk, call, request, request.members_size(), response,
                    [&request](Changing& changing, int i, v1::MemberResult* result) {
                      return changing.RemoveOne(request.members(i), i, result);
                    });
}

}  // namespace probity::portfolio
