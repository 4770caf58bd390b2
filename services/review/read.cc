#include <string>
#include <utility>

#include "screening/judgement_entry.h"
#include "screening/judgements.h"
#include "screening/own_rows.h"
#include "services/review/operations.h"
#include "services/rpc/page_token.h"
#include "services/rpc/view.h"
#include "storage/index_terms.h"

namespace probity::review {
namespace {

// Takes the judgements of one page, oldest first, and notes whether more follow.
class Listing {
 public:
  Listing(const rpc::Page& page, const v1::ListJudgementsRequest& request,
          v1::ListJudgementsResponse* response)
      : page_(page), request_(request), response_(response) {}

  // Whether what is stored may fit; what it is worth is not asked yet.
  bool MayFit(const v1::Judgement& stored) const {
    return stored.withdraws().empty() &&
           (request_.source_record().empty() || request_.source_record() == stored.source_record());
  }

  // Counts one that stands before the page, where that is seen without weighing it.
  bool Skips() { return request_.state() == v1::JUDGEMENT_STATE_UNSPECIFIED && CountsBefore(); }

  // False when the page is full.
  bool Add(v1::Judgement weighed) {
    const bool any = request_.state() == v1::JUDGEMENT_STATE_UNSPECIFIED;
    if (!any && request_.state() != weighed.state()) return true;
    if (CountsBefore()) return true;
    if (seen_++ >= page_.offset + page_.size) return false;
    *response_->add_judgements() = std::move(weighed);
    return true;
  }

  void Finish() { response_->set_next_page_token(page_.NextToken(seen_)); }

 private:
  bool CountsBefore() {
    if (seen_ >= page_.offset) return false;
    ++seen_;
    return true;
  }

  const rpc::Page& page_;
  const v1::ListJudgementsRequest& request_;
  v1::ListJudgementsResponse* const response_;
  uint64_t seen_ = 0;  // judgements that fit
};

// Those under the subject's terms.
absl::Status ListOfSubject(const storage::View& view, const IdentifierCatalogue& identifiers,
                           const v1::JudgedSubject& asked, Listing* listing) {
  auto subject = screening::ReadJudgedSubject(view, identifiers, asked, "subject");
  if (!subject.ok()) return subject.status();
  auto all = screening::JudgementsAbout(view, storage::JudgementTerms(*subject));
  if (!all.ok()) return all.status();
  for (v1::Judgement& one : *all) {
    if (listing->MayFit(one) && !listing->Add(std::move(one))) break;
  }
  return absl::OkStatus();
}

absl::Status ListAll(const storage::View& view, const rpc::CallContext& call, Listing* listing) {
  return screening::ForEachOwnRow(
      view, v1::DATASET_KIND_JUDGEMENTS,
      [&](absl::string_view key, const v1::Record& record) -> absl::StatusOr<bool> {
        if (absl::Status alive = call.CheckAlive(); !alive.ok()) return alive;
        v1::Judgement stored = record.judgement();
        if (!listing->MayFit(stored) || listing->Skips()) return true;
        stored.set_name(screening::JudgementName(view.authority(), key));
        auto weighed = screening::WeighJudgement(view, stored);
        if (!weighed.ok()) return weighed.status();
        return listing->Add(*std::move(weighed));
      });
}

}  // namespace

absl::Status Get(const storage::Store& store, const rpc::CallContext& call,
                 const v1::GetJudgementRequest& request, v1::GetJudgementResponse* response) {
  auto view = rpc::ViewFor(store, call, request.consistency());
  if (!view.ok()) return view.status();
  auto stored = screening::FindJudgement(**view, request.name());
  if (!stored.ok()) return stored.status();
  auto weighed = screening::WeighJudgement(**view, *stored);
  if (!weighed.ok()) return weighed.status();
  *response->mutable_judgement() = *std::move(weighed);
  *response->mutable_stamp() = rpc::StampOf(**view, call);
  return absl::OkStatus();
}

absl::Status List(const storage::Store& store, const rpc::CallContext& call,
                  const v1::ListJudgementsRequest& request, v1::ListJudgementsResponse* response) {
  auto page = rpc::OpenPage(store, call, request);
  if (!page.ok()) return page.status();
  const storage::View& view = *page->view;
  Listing listing(*page, request, response);
  absl::Status listed = request.has_subject()
                            ? ListOfSubject(view, store.identifiers(), request.subject(), &listing)
                            : ListAll(view, call, &listing);
  if (!listed.ok()) return listed;
  listing.Finish();
  *response->mutable_stamp() = rpc::StampOf(view, call);
  return absl::OkStatus();
}

}  // namespace probity::review
