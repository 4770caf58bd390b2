#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "base/errors.h"
#include "screening/judgement_entry.h"
#include "screening/judgements.h"
#include "services/review/operations.h"
#include "services/rpc/limits.h"
#include "services/rpc/page_token.h"
#include "services/rpc/view.h"
#include "storage/index_terms.h"
#include "storage/timeline.h"

namespace probity::review {
namespace {

bool Fits(const v1::ListJudgementsRequest& request, const v1::Judgement& judgement) {
  return (request.source_record().empty() ||
          request.source_record() == judgement.source_record()) &&
         (request.state() == v1::JUDGEMENT_STATE_UNSPECIFIED ||
          request.state() == judgement.state());
}

// Those under the subject's terms.
absl::Status ListOfSubject(const storage::View& view, const IdentifierCatalogue& identifiers,
                           const v1::ListJudgementsRequest& request,
                           v1::ListJudgementsResponse* response) {
  auto subject = screening::ReadJudgedSubject(view, identifiers, request.subject(), "subject");
  if (!subject.ok()) return subject.status();
  std::set<std::string> terms;
  for (std::string& term : storage::JudgementTerms(*subject)) terms.insert(std::move(term));
  auto all = screening::JudgementsAbout(view, terms);
  if (!all.ok()) return all.status();
  for (v1::Judgement& one : *all) {
    if (Fits(request, one)) *response->add_judgements() = std::move(one);
  }
  return absl::OkStatus();
}

absl::Status ListAll(const storage::View& view, const v1::ListJudgementsRequest& request,
                     v1::ListJudgementsResponse* response) {
  absl::Status status;
  absl::Status walked =
      view.ForEachRecord(screening::JudgementDataset(view),
                         [&](absl::string_view key, const storage::v1::RecordRow& row) {
                           v1::Judgement stored = storage::LatestRecord(row).judgement();
                           if (!stored.withdraws().empty()) return true;
                           stored.set_name(screening::JudgementName(view.authority(), key));
                           auto weighed = screening::WeighJudgement(view, stored);
                           if (!weighed.ok()) status = weighed.status();
                           if (weighed.ok() && Fits(request, *weighed)) {
                             *response->add_judgements() = *std::move(weighed);
                           }
                           return status.ok();
                         });
  return walked.ok() ? status : walked;
}

}  // namespace

absl::StatusOr<v1::Judgement> FindJudgement(const storage::View& view, const std::string& name) {
  const auto key = screening::JudgementKey(view.authority(), name);
  if (!key) return JudgementNotFound(name);
  auto row = view.GetRecord({screening::JudgementDataset(view), *key});
  if (!row.ok()) return row.status();
  if (!row->has_value()) return JudgementNotFound(name);
  v1::Judgement judgement = storage::LatestRecord(**row).judgement();
  judgement.set_name(name);
  return judgement;
}

absl::Status Get(const storage::Store& store, const rpc::CallContext& call,
                 const v1::GetJudgementRequest& request, v1::GetJudgementResponse* response) {
  auto view = rpc::ViewFor(store, call, request.consistency());
  if (!view.ok()) return view.status();
  auto stored = FindJudgement(**view, request.name());
  if (!stored.ok()) return stored.status();
  auto weighed = screening::WeighJudgement(**view, *stored);
  if (!weighed.ok()) return weighed.status();
  *response->mutable_judgement() = *std::move(weighed);
  *response->mutable_stamp() = rpc::StampOf(**view, call);
  return absl::OkStatus();
}

absl::Status List(const storage::Store& store, const rpc::CallContext& call,
                  const v1::ListJudgementsRequest& request, v1::ListJudgementsResponse* response) {
  auto page =
      rpc::OpenPage(store, call, request.consistency(), rpc::QueryFingerprint(call, request),
                    request.page_token(),
                    rpc::PageSize(request.page_size(), rpc::kDefaultPageSize, rpc::kMaxPageSize));
  if (!page.ok()) return page.status();
  const storage::View& view = *page->view;
  absl::Status listed = request.has_subject()
                            ? ListOfSubject(view, store.identifiers(), request, response)
                            : ListAll(view, request, response);
  if (!listed.ok()) return listed;
  response->set_next_page_token(page->NextToken(response->judgements_size()));
  rpc::KeepPage(*page, response->mutable_judgements());
  *response->mutable_stamp() = rpc::StampOf(view, call);
  return absl::OkStatus();
}

}  // namespace probity::review
