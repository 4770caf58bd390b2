#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "screening/names/explanation.h"
#include "screening/names/limits.h"
#include "screening/names/name_search.h"
#include "screening/names/record_party.h"
#include "services/rpc/limits.h"
#include "services/rpc/page_token.h"
#include "services/rpc/view.h"
#include "services/supplier/operations.h"

namespace probity::supplier {
namespace {

// Fills in what only hits that are shown need: the name and the reasons.
absl::Status Show(const screening::NameBook& book, const storage::View& view,
                  const screening::NameQuestion& question, screening::Candidate candidate,
                  v1::SearchHit* hit) {
  auto record = screening::ReadRecordParty(view, candidate.ref);
  if (!record.ok()) return record.status();
  if (record->has_value() && candidate.ordinal < static_cast<int>((*record)->names.size())) {
    const v1::Name& name = (*record)->names[static_cast<size_t>(candidate.ordinal)];
    *hit->mutable_matched_name() = name;
    if (question.level != v1::EXPLANATION_LEVEL_NONE) {
      screening::ScoreRecordName(book.comparer, question, **record, name, question.level,
                                 hit->mutable_explanations());
      if (candidate.site_role != v1::LINK_TYPE_UNSPECIFIED) {
        screening::ExplainSite(candidate.site_role, hit->mutable_explanations());
      }
      screening::ExplainIdentifiers(candidate.identifiers, candidate.name_score,
                                    hit->mutable_explanations());
    }
  }
  hit->set_score(screening::Shown(candidate.score));
  hit->set_match(screening::IsMatch(candidate.score));
  hit->set_basis(BasisOf(candidate.identifiers.evidence));
  hit->set_name_score(screening::Shown(candidate.name_score));
  hit->set_source_record(candidate.ref.Name());
  hit->set_site_role(candidate.site_role);
  *hit->mutable_supplier() = std::move(candidate.supplier);
  return absl::OkStatus();
}

// Where a later page begins, as its token keeps it: the size of the first page
// besides. The first page is found at little depth, the others at full depth and
// behind it, so that none repeats a hit.
struct Place {
  uint64_t first_page = 0;
  uint64_t offset = 0;

  static Place Of(uint64_t packed) { return {packed >> 32, packed & 0xFFFFFFFF}; }
  uint64_t Packed() const { return first_page << 32 | offset; }
};

// The hits of all pages, as far as this one needs them.
absl::StatusOr<screening::NameHits> AllHits(const screening::NameBook& book, const rpc::Page& page,
                                            const rpc::CallContext& call,
                                            const screening::NameQuestion& question,
                                            const Place& place) {
  const uint64_t first_page = place.offset == 0 ? page.size : place.first_page;
  // One more than is shown tells whether there is a next page.
  auto first = screening::SearchNames(book, *page.view, question, call.Asking(), first_page + 1);
  if (!first.ok() || place.offset == 0) return first;
  auto deep =
      screening::SearchNames(book, *page.view, question, call.Asking(), screening::kMaxSearchHits);
  if (!deep.ok()) return deep;
  absl::flat_hash_set<std::string> seen;
  first->suppliers.resize(std::min<size_t>(first->suppliers.size(), first_page));
  for (const screening::Candidate& candidate : first->suppliers)
    seen.insert(candidate.supplier.name());
  for (screening::Candidate& candidate : deep->suppliers) {
    if (seen.contains(candidate.supplier.name())) continue;
    first->suppliers.push_back(std::move(candidate));
  }
  first->incomplete = first->incomplete || deep->incomplete;
  return first;
}

}  // namespace

absl::Status Search(const screening::NameBook& book, const rpc::CallContext& call,
                    absl::Time deadline, const v1::SearchSuppliersRequest& request,
                    v1::SearchSuppliersResponse* response) {
  auto question = ReadQuestion(book.comparer, "", request);
  if (!question.ok()) return question.status();
  auto page = OpenNamePage(book, call, request, deadline);
  if (!page.ok()) return page.status();
  const Place place = Place::Of(page->offset);
  auto found = AllHits(book, *page, call, *question, place);
  if (!found.ok()) return found.status();
  const uint64_t total = std::min<uint64_t>(found->suppliers.size(), screening::kMaxSearchHits);
  const uint64_t end = std::min(place.offset + page->size, total);
  for (uint64_t i = place.offset; i < end; ++i) {
    absl::Status shown =
        Show(book, *page->view, *question, std::move(found->suppliers[i]), response->add_hits());
    if (!shown.ok()) return shown;
  }
  response->set_incomplete(found->incomplete);
  if (end < total) {
    const Place next{place.offset == 0 ? page->size : place.first_page, end};
    response->set_next_page_token(
        rpc::EncodePageToken(page->query, {page->view->token().revision(), next.Packed()}));
  }
  *response->mutable_stamp() = rpc::StampOf(*page->view, call);
  response->mutable_stamp()->set_matcher_version(book.comparer.version());
  return absl::OkStatus();
}

}  // namespace probity::supplier
