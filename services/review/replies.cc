#include "screening/replies.h"

#include <optional>
#include <string>
#include <utility>

#include "base/errors.h"
#include "screening/judgement_entry.h"
#include "screening/own_rows.h"
#include "screening/validate.h"
#include "services/review/operations.h"
#include "services/review/rows.h"
#include "services/rpc/view.h"

namespace probity::review {
namespace {

using Made = absl::StatusOr<std::optional<v1::Reply>>;

const RowKind<v1::Reply> kReplies = {v1::DATASET_KIND_REPLIES, &v1::Record::mutable_reply,
                                     &screening::ReplyName};

// The reply of that name as it is worth today; not a row about one.
absl::StatusOr<v1::Reply> FindWeighed(const storage::View& view, const rpc::CallContext& call,
                                      const std::string& name) {
  auto stored = screening::FindReply(view, name);
  if (!stored.ok()) return stored.status();
  if (!stored->assesses().empty() || !stored->withdraws().empty()) return ReplyNotFound(name);
  return screening::WeighReply(view, *stored, call.Today());
}

bool Fits(const v1::ListRepliesRequest& request, const v1::Reply& reply) {
  return (request.kind() == v1::REPLY_KIND_UNSPECIFIED || request.kind() == reply.kind()) &&
         (request.state() == v1::REPLY_STATE_UNSPECIFIED || request.state() == reply.state());
}

absl::Status ListAbout(const storage::View& view, DayNumber today,
                       const v1::ListRepliesRequest& request, PageOf<v1::Reply>* page) {
  auto all = screening::RepliesTo(view, {request.about()}, today);
  if (!all.ok()) return all.status();
  for (v1::Reply& one : *all) {
    if (Fits(request, one) && !page->Add(std::move(one))) break;
  }
  return absl::OkStatus();
}

absl::Status ListAll(const storage::View& view, const rpc::CallContext& call,
                     const v1::ListRepliesRequest& request, PageOf<v1::Reply>* page) {
  return screening::ForEachOwnRow(
      view, v1::DATASET_KIND_REPLIES,
      [&](absl::string_view key, const v1::Record& record) -> absl::StatusOr<bool> {
        if (absl::Status alive = call.CheckAlive(); !alive.ok()) return alive;
        v1::Reply stored = record.reply();
        if (!stored.assesses().empty() || !stored.withdraws().empty()) return true;
        stored.set_name(screening::ReplyName(view.authority(), key));
        auto weighed = screening::WeighReply(view, stored, call.Today());
        if (!weighed.ok()) return weighed.status();
        return !Fits(request, *weighed) || page->Add(*std::move(weighed));
      });
}

absl::Status CheckAssessment(const v1::AssessSelfCleaningRequest& request) {
  if (request.outcome() == v1::SELF_CLEANING_OUTCOME_UNSPECIFIED ||
      !v1::SelfCleaningOutcome_IsValid(request.outcome())) {
    return InvalidField("outcome", "say ACCEPTED, INSUFFICIENT or NOT_AVAILABLE");
  }
  if (request.reasons().empty()) {
    return InvalidField("reasons", "say why: the law asks for reasons, and so will an auditor");
  }
  return screening::ValidateText("reasons", request.reasons(), screening::kMaxReplyBytes);
}

}  // namespace

absl::Status SubmitReply(const rpc::Writer& at, const v1::SubmitReplyRequest& request,
                         v1::SubmitReplyResponse* response) {
  const auto make = [&](const storage::View& base, const std::string& name) -> Made {
    auto made = screening::MakeReply(base, request.reply(), CallerOf(at), at.call.Today());
    if (!made.ok()) return made.status();
    v1::Reply* shown = response->mutable_reply();
    *shown = *made;
    shown->set_name(name);
    shown->set_state(v1::REPLY_STATE_RECORDED);
    return *std::move(made);
  };
  return PublishRow(at, kReplies, request, response, make);
}

absl::Status AssessSelfCleaning(const rpc::Writer& at, const v1::AssessSelfCleaningRequest& request,
                                v1::AssessSelfCleaningResponse* response) {
  if (absl::Status well = CheckAssessment(request); !well.ok()) return well;
  const auto make = [&](const storage::View& base, const std::string& name) -> Made {
    auto reply = FindWeighed(base, at.call, request.name());
    if (!reply.ok()) return reply.status();
    auto row = screening::MakeAssessment(*reply, request.outcome(), request.reasons(), CallerOf(at),
                                         at.call.Today());
    if (!row.ok()) return row.status();
    v1::Reply* shown = response->mutable_reply();
    *shown = *std::move(reply);
    shown->set_state(v1::REPLY_STATE_ASSESSED);
    shown->set_outcome(row->outcome());
    shown->set_reasons(row->reasons());
    shown->set_assessed_by(row->assessed_by());
    *shown->mutable_assessed_on() = row->assessed_on();
    shown->set_assessment(name);
    return *std::move(row);
  };
  return PublishRow(at, kReplies, request, response, make);
}

absl::Status WithdrawReply(const rpc::Writer& at, const v1::WithdrawReplyRequest& request,
                           v1::WithdrawReplyResponse* response) {
  absl::Status well = screening::ValidateReason("reason", request.reason());
  if (!well.ok()) return well;
  const auto make = [&](const storage::View& base, const std::string& name) -> Made {
    auto reply = FindWeighed(base, at.call, request.name());
    if (!reply.ok()) return reply.status();
    v1::Reply* shown = response->mutable_reply();
    *shown = *std::move(reply);
    if (shown->state() == v1::REPLY_STATE_WITHDRAWN) return std::nullopt;
    shown->set_state(v1::REPLY_STATE_WITHDRAWN);
    shown->set_withdrawn_by(name);
    v1::Reply row;
    row.set_about(shown->about());
    row.set_withdraws(shown->name());
    row.set_reasons(request.reason());
    row.set_recorded_by(at.call.caller.principal);
    *row.mutable_recorded_at() = rpc::TimestampOf(at.call.received_at);
    return row;
  };
  return PublishRow(at, kReplies, request, response, make);
}

absl::Status GetReply(const storage::Store& store, const rpc::CallContext& call,
                      const v1::GetReplyRequest& request, v1::GetReplyResponse* response) {
  auto view = rpc::ViewFor(store, call, request.consistency());
  if (!view.ok()) return view.status();
  auto stored = screening::FindReply(**view, request.name());
  if (!stored.ok()) return stored.status();
  auto weighed = screening::WeighReply(**view, *stored, call.Today());
  if (!weighed.ok()) return weighed.status();
  *response->mutable_reply() = *std::move(weighed);
  *response->mutable_stamp() = rpc::StampOf(**view, call);
  return absl::OkStatus();
}

absl::Status ListReplies(const storage::Store& store, const rpc::CallContext& call,
                         const v1::ListRepliesRequest& request, v1::ListRepliesResponse* response) {
  auto page = rpc::OpenPage(store, call, request);
  if (!page.ok()) return page.status();
  const storage::View& view = *page->view;
  PageOf<v1::Reply> rows(*page, response->mutable_replies());
  absl::Status listed = request.about().empty() ? ListAll(view, call, request, &rows)
                                                : ListAbout(view, call.Today(), request, &rows);
  if (!listed.ok()) return listed;
  response->set_next_page_token(rows.NextToken());
  *response->mutable_stamp() = rpc::StampOf(view, call);
  return absl::OkStatus();
}

}  // namespace probity::review
