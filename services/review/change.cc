#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "screening/judgement_entry.h"
#include "screening/judgements.h"
#include "services/review/operations.h"
#include "services/review/rows.h"
#include "services/rpc/limits.h"
#include "services/rpc/status.h"
#include "services/rpc/validate.h"

namespace probity::review {
namespace {

using Made = absl::StatusOr<std::optional<v1::Judgement>>;

const RowKind<v1::Judgement> kJudgements = {
    v1::DATASET_KIND_JUDGEMENTS, &v1::Record::mutable_judgement, &screening::JudgementName};

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

// The judgements of one call over one view, each compared with those before it too.
class Batch {
 public:
  Batch(const rpc::Writer& at, const std::string& key, const storage::View& base,
        storage::ChangeSetBuilder* builder)
      : at_(at), key_(key), base_(base), builder_(builder) {}

  // A fault of the judgement stands in the result; of the store, in what is returned.
  absl::Status One(const v1::Judgement& asked, v1::CreateJudgementResult* result) {
    auto made =
        screening::MakeJudgement(base_, at_.store.identifiers(), asked, CallerOf(at_), pending_);
    if (ReasonOf(made.status()) == v1::ERROR_REASON_STORE_CORRUPT) return made.status();
    if (!made.ok()) {
      *result->mutable_error() = rpc::ToItemError(made.status());
      return absl::OkStatus();
    }
    result->set_stood_already(made->stood);
    v1::Judgement* shown = result->mutable_judgement();
    *shown = made->judgement;
    return made->stood ? absl::OkStatus() : Add(*std::move(made), shown);
  }

 private:
  absl::Status Add(screening::MadeJudgement made, v1::Judgement* shown) {
    const std::string key = absl::StrCat(key_, absl::Dec(pending_.size(), absl::kZeroPad4));
    shown->set_name(screening::JudgementName(at_.call.caller.authority, key));
    shown->set_state(v1::JUDGEMENT_STATE_STANDING);
    shown->set_supplier(made.supplier);
    pending_.push_back(*shown);
    return AddRow(kJudgements, key, std::move(made.judgement), builder_);
  }

  const rpc::Writer& at_;
  const std::string& key_;
  const storage::View& base_;
  storage::ChangeSetBuilder* const builder_;
  std::vector<v1::Judgement> pending_;
};

}  // namespace

absl::Status BatchCreate(const rpc::Writer& at, const v1::BatchCreateJudgementsRequest& request,
                         v1::BatchCreateJudgementsResponse* response) {
  absl::Status well =
      rpc::CheckCount("judgements", request.judgements_size(), rpc::kMaxBatchJudgements);
  if (!well.ok()) return well;
  rpc::Change change = ChangeOf(at, v1::DATASET_KIND_JUDGEMENTS, request.request_id());
  const std::string key = NewKey(at);
  change.fill = [&](const storage::View& base, storage::ChangeSetBuilder* builder) {
    response->clear_results();
    Batch batch(at, key, base, builder);
    for (const v1::Judgement& one : request.judgements()) {
      absl::Status status = at.call.CheckAlive();
      if (status.ok()) status = batch.One(one, response->add_results());
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  };
  return rpc::PublishInto(at, change, request, response);
}

absl::Status Create(const rpc::Writer& at, const v1::CreateJudgementRequest& request,
                    v1::CreateJudgementResponse* response) {
  const auto make = [&](const storage::View& base, const std::string& name) -> Made {
    auto made =
        screening::MakeJudgement(base, at.store.identifiers(), request.judgement(), CallerOf(at));
    if (!made.ok()) return made.status();
    response->set_stood_already(made->stood);
    v1::Judgement* shown = response->mutable_judgement();
    *shown = made->judgement;
    if (made->stood) return std::nullopt;
    shown->set_name(name);
    shown->set_state(v1::JUDGEMENT_STATE_STANDING);
    return std::move(made->judgement);
  };
  return PublishRow(at, kJudgements, request, response, make);
}

absl::Status Withdraw(const rpc::Writer& at, const v1::WithdrawJudgementRequest& request,
                      v1::WithdrawJudgementResponse* response) {
  absl::Status well = screening::ValidateReason("reason", request.reason());
  if (!well.ok()) return well;
  const auto make = [&](const storage::View& base, const std::string& name) -> Made {
    auto stored = screening::FindJudgement(base, request.name());
    if (!stored.ok()) return stored.status();
    if (!stored->withdraws().empty()) return JudgementNotFound(request.name());
    auto weighed = screening::WeighJudgement(base, *stored);
    if (!weighed.ok()) return weighed.status();
    v1::Judgement* shown = response->mutable_judgement();
    *shown = *std::move(weighed);
    if (shown->state() == v1::JUDGEMENT_STATE_WITHDRAWN) return std::nullopt;
    shown->set_state(v1::JUDGEMENT_STATE_WITHDRAWN);
    shown->clear_reopening();
    shown->set_withdrawn_by(name);
    return WithdrawalOf(*stored, request.reason(), CallerOf(at));
  };
  return PublishRow(at, kJudgements, request, response, make);
}

}  // namespace probity::review
