#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/hash.h"
#include "screening/decision/request_check.h"
#include "services/portfolio/cursor.h"
#include "services/portfolio/operations.h"
#include "services/rpc/limits.h"
#include "services/rpc/page_token.h"
#include "services/rpc/validate.h"
#include "services/rpc/view.h"
#include "storage/own_datasets.h"

namespace probity::portfolio {
namespace {

using screening::PortfolioRef;

// A policy that is there: the one named, or the active one.
absl::Status CheckPolicy(const Desk& desk, const rpc::CallContext& call,
                         const std::string& policy) {
  return policy.empty() ? desk.policies.Stable(call.caller.authority).status()
                        : desk.policies.Find(policy).status();
}

absl::StatusOr<PortfolioRef> CheckAsked(const Desk& desk, const rpc::CallContext& call,
                                        const v1::Portfolio& asked) {
  auto ref = screening::ReadPortfolioName(call.caller.authority, "portfolio.name", asked.name());
  if (!ref.ok()) return ref;
  absl::Status well = rpc::CheckBytes("portfolio.title", asked.title(), rpc::kMaxTitleBytes);
  if (well.ok() && !asked.has_purchase()) {
    well = InvalidField("portfolio.purchase", "say for what kind of purchase members are watched");
  }
  if (well.ok()) well = CheckPolicy(desk, call, asked.policy());
  if (!well.ok()) return well;
  return ref;
}

// What is stored: with the whole name, by whom and when; as it was where nothing else
// differs.
v1::Portfolio EntryOf(const rpc::CallContext& call, const v1::Portfolio& asked,
                      const PortfolioRef& ref, const std::optional<v1::Portfolio>& before) {
  v1::Portfolio entry = asked;
  entry.set_name(ref.Name(call.caller.authority));
  if (before) {
    entry.set_set_by(before->set_by());
    *entry.mutable_set_at() = before->set_at();
    if (CanonicalBytes(entry) == CanonicalBytes(*before)) return entry;
  }
  entry.set_set_by(call.caller.principal);
  *entry.mutable_set_at() = rpc::TimestampOf(call.received_at);
  return entry;
}

absl::Status RemoveMembersOf(const storage::View& base, const PortfolioRef& ref,
                             storage::ChangeSetBuilder* builder) {
  absl::Status removed;
  absl::Status walked = screening::ForEachMemberKey(base, ref, [&](const std::string& key) {
    removed = builder->Remove(key);
    return removed.ok();
  });
  return walked.ok() ? removed : walked;
}

}  // namespace

absl::StatusOr<v1::Portfolio> RequirePortfolio(const storage::View& view, const PortfolioRef& ref) {
  auto found = screening::FindPortfolio(view, ref);
  if (!found.ok()) return found.status();
  if (!found->has_value()) {
    return PortfolioNotFound(PortfolioRef{ref.portfolio, ""}.Name(view.authority()));
  }
  return **std::move(found);
}

rpc::Change ChangeOf(const rpc::CallContext& call, const std::string& request_id) {
  rpc::Change change;
  change.own = storage::OwnDataset(v1::DATASET_KIND_PORTFOLIOS, call.caller.authority);
  change.dataset = std::string(storage::BareDatasetId(change.own->name()));
  change.request_id = request_id;
  return change;
}

absl::Status Put(const Desk& desk, const rpc::CallContext& call,
                 const v1::PutPortfolioRequest& request, v1::PutPortfolioResponse* response) {
  const v1::Portfolio& asked = request.portfolio();
  auto ref = CheckAsked(desk, call, asked);
  if (!ref.ok()) return ref.status();
  rpc::Change change = ChangeOf(call, request.request_id());
  change.fill = [&](const storage::View& base, storage::ChangeSetBuilder* builder) {
    response->Clear();
    absl::Status well =
        screening::CheckPurchaseOnly({base, desk.comparer, desk.schemes}, asked.purchase());
    if (!well.ok()) return well;
    auto before = screening::FindPortfolio(base, *ref);
    if (!before.ok()) return before.status();
    v1::Record record;
    record.set_key(ref->Key());
    *record.mutable_portfolio() = EntryOf(call, asked, *ref, *before);
    *response->mutable_portfolio() = record.portfolio();
    return builder->Add(record);
  };
  return rpc::PublishInto({desk.store, call}, change, request, response);
}

absl::Status Get(const Desk& desk, const rpc::CallContext& call,
                 const v1::GetPortfolioRequest& request, v1::GetPortfolioResponse* response) {
  const std::string& authority = call.caller.authority;
  auto ref = screening::ReadPortfolioName(authority, "name", request.name());
  if (!ref.ok()) return ref.status();
  auto view = rpc::ViewFor(desk.store, call, request.consistency());
  if (!view.ok()) return view.status();
  auto found = RequirePortfolio(**view, *ref);
  if (!found.ok()) return found.status();
  auto watched = desk.watch.StatusOf(authority, ref->portfolio);
  if (!watched.ok()) return watched.status();
  *response->mutable_portfolio() = *std::move(found);
  *response->mutable_status() = std::move(watched->status);
  response->mutable_status()->set_cursor(
      EncodeCursor({authority, ref->portfolio}, {watched->watch_id, watched->newest_event}));
  *response->mutable_stamp() = rpc::StampOf(**view, call);
  return absl::OkStatus();
}

absl::Status List(const Desk& desk, const rpc::CallContext& call,
                  const v1::ListPortfoliosRequest& request, v1::ListPortfoliosResponse* response) {
  auto page = rpc::OpenPage(desk.store, call, request);
  if (!page.ok()) return page.status();
  const storage::View& view = *page->view;
  uint64_t seen = 0;
  absl::Status read;
  absl::Status walked = screening::ForEachPortfolioKey(view, [&](const std::string& key) {
    if (seen++ < page->offset) return true;
    if (seen > page->offset + page->size) return false;
    auto found = RequirePortfolio(view, {key, ""});
    read = found.status();
    if (read.ok()) *response->add_portfolios() = *std::move(found);
    return read.ok();
  });
  response->set_next_page_token(page->NextToken(seen));
  *response->mutable_stamp() = rpc::StampOf(view, call);
  return walked.ok() ? read : walked;
}

absl::Status Delete(const Desk& desk, const rpc::CallContext& call,
                    const v1::DeletePortfolioRequest& request,
                    v1::DeletePortfolioResponse* response) {
  auto ref = screening::ReadPortfolioName(call.caller.authority, "name", request.name());
  if (!ref.ok()) return ref.status();
  rpc::Change change = ChangeOf(call, request.request_id());
  change.fill = [&](const storage::View& base, storage::ChangeSetBuilder* builder) {
    absl::Status status = RequirePortfolio(base, *ref).status();
    if (status.ok()) status = builder->Remove(ref->Key());
    return status.ok() ? RemoveMembersOf(base, *ref, builder) : status;
  };
  return rpc::PublishInto({desk.store, call}, change, request, response);
}

}  // namespace probity::portfolio
