#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "screening/judgement_entry.h"
#include "screening/judgements.h"
#include "services/review/operations.h"
#include "services/rpc/view.h"
#include "storage/own_datasets.h"

namespace probity::review {
namespace {

rpc::Change ChangeOf(const rpc::Writer& at, const std::string& request_id) {
  rpc::Change change;
  change.own = storage::OwnDataset(v1::DATASET_KIND_JUDGEMENTS, at.call.caller.authority);
  change.dataset = std::string(storage::BareDatasetId(change.own->name()));
  change.request_id = request_id;
  return change;
}

screening::SetBy CallerOf(const rpc::Writer& at) {
  return {at.call.caller.principal, rpc::TimestampOf(at.call.received_at)};
}

// Keys rise with time, so that listings are in its order.
std::string NewKey(const rpc::Writer& at) {
  return absl::StrCat(absl::Hex(absl::ToUnixMillis(at.call.received_at), absl::kZeroPad12),
                      rpc::NewCallId());
}

absl::Status AddRow(const std::string& key, v1::Judgement judgement,
                    storage::ChangeSetBuilder* builder) {
  judgement.clear_name();
  v1::Record record;
  record.set_key(key);
  *record.mutable_judgement() = std::move(judgement);
  return builder->Add(record);
}

// The row that takes `judgement` back; about the same subject, so that both are found
// together.
v1::Judgement WithdrawalOf(const v1::Judgement& judgement, const std::string& reason,
                           const screening::SetBy& by) {
  v1::Judgement row;
  *row.mutable_subject() = judgement.subject();
  row.set_source_record(judgement.source_record());
  row.set_reason(reason);
  row.set_judged_by(by.principal);
  *row.mutable_judged_at() = by.at;
  row.set_withdraws(judgement.name());
  return row;
}

}  // namespace

absl::Status Create(const rpc::Writer& at, const v1::CreateJudgementRequest& request,
                    v1::CreateJudgementResponse* response) {
  rpc::Change change = ChangeOf(at, request.request_id());
  const std::string key = NewKey(at);
  change.fill = [&](const storage::View& base, storage::ChangeSetBuilder* builder) {
    response->Clear();
    auto made =
        screening::MakeJudgement(base, at.store.identifiers(), request.judgement(), CallerOf(at));
    if (!made.ok()) return made.status();
    response->set_stood_already(made->stood);
    v1::Judgement* shown = response->mutable_judgement();
    *shown = std::move(made->judgement);
    if (made->stood) return absl::OkStatus();
    absl::Status added = AddRow(key, *shown, builder);
    shown->set_name(screening::JudgementName(at.call.caller.authority, key));
    shown->set_state(v1::JUDGEMENT_STATE_STANDING);
    return added;
  };
  return rpc::PublishInto(at, change, request, response);
}

absl::Status Withdraw(const rpc::Writer& at, const v1::WithdrawJudgementRequest& request,
                      v1::WithdrawJudgementResponse* response) {
  absl::Status well = screening::ValidateReason("reason", request.reason());
  if (!well.ok()) return well;
  rpc::Change change = ChangeOf(at, request.request_id());
  const std::string key = NewKey(at);
  change.fill = [&](const storage::View& base, storage::ChangeSetBuilder* builder) {
    auto stored = FindJudgement(base, request.name());
    if (!stored.ok()) return stored.status();
    if (!stored->withdraws().empty()) return JudgementNotFound(request.name());
    auto weighed = screening::WeighJudgement(base, *stored);
    if (!weighed.ok()) return weighed.status();
    v1::Judgement* shown = response->mutable_judgement();
    *shown = *std::move(weighed);
    if (shown->state() == v1::JUDGEMENT_STATE_WITHDRAWN) return absl::OkStatus();
    shown->set_state(v1::JUDGEMENT_STATE_WITHDRAWN);
    shown->clear_reopening();
    shown->set_withdrawn_by(screening::JudgementName(at.call.caller.authority, key));
    return AddRow(key, WithdrawalOf(*stored, request.reason(), CallerOf(at)), builder);
  };
  return rpc::PublishInto(at, change, request, response);
}

}  // namespace probity::review
