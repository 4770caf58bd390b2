#include "screening/waivers.h"

#include <optional>
#include <string>
#include <utility>

#include "base/errors.h"
#include "screening/judgement_entry.h"
#include "screening/own_rows.h"
#include "screening/waiver_entry.h"
#include "services/review/operations.h"
#include "services/review/rows.h"
#include "services/rpc/view.h"
#include "storage/index_terms.h"

namespace probity::review {
namespace {

using Made = absl::StatusOr<std::optional<v1::Waiver>>;

const RowKind<v1::Waiver> kWaivers = {v1::DATASET_KIND_WAIVERS, &v1::Record::mutable_waiver,
                                      &screening::WaiverName};

// The waiver of that name as it is worth today; not a row about one.
absl::StatusOr<v1::Waiver> FindWeighed(const storage::View& view, const rpc::CallContext& call,
                                       const std::string& name) {
  auto stored = screening::FindWaiver(view, name);
  if (!stored.ok()) return stored.status();
  if (!stored->approves().empty() || !stored->revokes().empty()) return WaiverNotFound(name);
  return screening::WeighWaiver(view, *stored, call.Today());
}

bool Fits(const v1::ListWaiversRequest& request, const v1::Waiver& waiver) {
  return (request.rule_id().empty() || request.rule_id() == waiver.rule_id()) &&
         (request.state() == v1::WAIVER_STATE_UNSPECIFIED || request.state() == waiver.state());
}

// Those under the subject's terms.
absl::Status ListOfSubject(const storage::View& view, const IdentifierCatalogue& identifiers,
                           DayNumber today, const v1::ListWaiversRequest& request,
                           PageOf<v1::Waiver>* page) {
  auto subject = screening::ReadJudgedSubject(view, identifiers, request.subject(), "subject");
  if (!subject.ok()) return subject.status();
  auto all = screening::WaiversFor(view, storage::JudgementTerms(*subject), today);
  if (!all.ok()) return all.status();
  for (v1::Waiver& one : *all) {
    if (Fits(request, one) && !page->Add(std::move(one))) break;
  }
  return absl::OkStatus();
}

absl::Status ListAll(const storage::View& view, const rpc::CallContext& call,
                     const v1::ListWaiversRequest& request, PageOf<v1::Waiver>* page) {
  return screening::ForEachOwnRow(
      view, v1::DATASET_KIND_WAIVERS,
      [&](absl::string_view key, const v1::Record& record) -> absl::StatusOr<bool> {
        if (absl::Status alive = call.CheckAlive(); !alive.ok()) return alive;
        v1::Waiver stored = record.waiver();
        if (!stored.approves().empty() || !stored.revokes().empty()) return true;
        stored.set_name(screening::WaiverName(view.authority(), key));
        auto weighed = screening::WeighWaiver(view, stored, call.Today());
        if (!weighed.ok()) return weighed.status();
        return !Fits(request, *weighed) || page->Add(*std::move(weighed));
      });
}

absl::StatusOr<screening::PolicyPtr> PolicyFor(const screening::PolicyBook& policies,
                                               const rpc::Writer& at, const std::string& name) {
  return name.empty() ? policies.Stable(at.call.caller.authority) : policies.Find(name);
}

}  // namespace

absl::Status CreateWaiver(const screening::PolicyBook& policies, const rpc::Writer& at,
                          const v1::CreateWaiverRequest& request,
                          v1::CreateWaiverResponse* response) {
  auto policy = PolicyFor(policies, at, request.policy());
  if (!policy.ok()) return policy.status();
  const screening::WaiverLaw law = {**policy, at.call.Today()};
  const auto make = [&](const storage::View& base, const std::string& name) -> Made {
    auto made =
        screening::MakeWaiver(base, at.store.identifiers(), law, request.waiver(), CallerOf(at));
    if (!made.ok()) return made.status();
    v1::Waiver* shown = response->mutable_waiver();
    *shown = *made;
    shown->set_name(name);
    shown->set_state(v1::WAIVER_STATE_REQUESTED);
    return *std::move(made);
  };
  return PublishRow(at, kWaivers, request, response, make);
}

absl::Status ApproveWaiver(const rpc::Writer& at, const v1::ApproveWaiverRequest& request,
                           v1::ApproveWaiverResponse* response) {
  absl::Status well = screening::ValidateReason("reason", request.reason());
  if (!well.ok()) return well;
  const auto make = [&](const storage::View& base, const std::string& name) -> Made {
    auto waiver = FindWeighed(base, at.call, request.name());
    if (!waiver.ok()) return waiver.status();
    auto row = screening::MakeApproval(*waiver, request.reason(), at.call.caller.principal,
                                       at.call.Today());
    if (!row.ok()) return row.status();
    v1::Waiver* shown = response->mutable_waiver();
    *shown = *std::move(waiver);
    shown->set_state(v1::WAIVER_STATE_IN_FORCE);
    shown->set_approved_by(row->approved_by());
    shown->set_approval_reason(row->approval_reason());
    *shown->mutable_in_force_from() = row->in_force_from();
    shown->set_approval(name);
    return *std::move(row);
  };
  return PublishRow(at, kWaivers, request, response, make);
}

absl::Status RevokeWaiver(const rpc::Writer& at, const v1::RevokeWaiverRequest& request,
                          v1::RevokeWaiverResponse* response) {
  absl::Status well = screening::ValidateReason("reason", request.reason());
  if (!well.ok()) return well;
  const auto make = [&](const storage::View& base, const std::string& name) -> Made {
    auto waiver = FindWeighed(base, at.call, request.name());
    if (!waiver.ok()) return waiver.status();
    v1::Waiver* shown = response->mutable_waiver();
    *shown = *std::move(waiver);
    if (shown->state() == v1::WAIVER_STATE_REVOKED) return std::nullopt;
    v1::Waiver row = screening::MakeRevocation(*shown, request.reason(), at.call.caller.principal);
    shown->set_state(v1::WAIVER_STATE_REVOKED);
    shown->set_revoked_by(row.revoked_by());
    shown->set_revocation_reason(row.revocation_reason());
    shown->set_revocation(name);
    return row;
  };
  return PublishRow(at, kWaivers, request, response, make);
}

absl::Status GetWaiver(const storage::Store& store, const rpc::CallContext& call,
                       const v1::GetWaiverRequest& request, v1::GetWaiverResponse* response) {
  auto view = rpc::ViewFor(store, call, request.consistency());
  if (!view.ok()) return view.status();
  auto stored = screening::FindWaiver(**view, request.name());
  if (!stored.ok()) return stored.status();
  auto weighed = screening::WeighWaiver(**view, *stored, call.Today());
  if (!weighed.ok()) return weighed.status();
  *response->mutable_waiver() = *std::move(weighed);
  *response->mutable_stamp() = rpc::StampOf(**view, call);
  return absl::OkStatus();
}

absl::Status ListWaivers(const storage::Store& store, const rpc::CallContext& call,
                         const v1::ListWaiversRequest& request, v1::ListWaiversResponse* response) {
  auto page = rpc::OpenPage(store, call, request);
  if (!page.ok()) return page.status();
  const storage::View& view = *page->view;
  PageOf<v1::Waiver> rows(*page, response->mutable_waivers());
  absl::Status listed = request.has_subject()
                            ? ListOfSubject(view, store.identifiers(), call.Today(), request, &rows)
                            : ListAll(view, call, request, &rows);
  if (!listed.ok()) return listed;
  response->set_next_page_token(rows.NextToken());
  *response->mutable_stamp() = rpc::StampOf(view, call);
  return absl::OkStatus();
}

}  // namespace probity::review
