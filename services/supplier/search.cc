#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/errors.h"
#include "base/names.h"
#include "services/rpc/limits.h"
#include "services/rpc/page_token.h"
#include "services/rpc/validate.h"
#include "services/rpc/view.h"
#include "services/supplier/operations.h"

namespace probity::supplier {
namespace {

using storage::IndexKind;
using storage::RecordRef;

// Score of a name that holds every word asked for among others: from here up
// to below 1, by the share of its words that were asked for.
constexpr double kAllWords = 0.5;
constexpr double kSharePart = 0.45;

// The records that may match, in order, without repeats.
struct Candidates {
  std::vector<RecordRef> refs;
  bool incomplete = false;
};

absl::StatusOr<Candidates> Postings(const storage::View& view, IndexKind kind,
                                    const std::string& term) {
  Candidates found;
  absl::Status status = view.FindRecords(kind, term, [&found](const RecordRef& ref) {
    found.incomplete = found.refs.size() == rpc::kMaxPostings;
    if (!found.incomplete) found.refs.push_back(ref);
    return !found.incomplete;
  });
  if (!status.ok()) return status;
  return found;
}

// Records that hold every word. A word that is too common to be read whole only
// confirms what rarer ones found: names are scored against the query anyway.
absl::StatusOr<Candidates> WithAllWords(const storage::View& view,
                                        const std::vector<std::string>& words) {
  Candidates all;
  bool begun = false;
  for (const std::string& word : words) {
    auto found = Postings(view, IndexKind::kNameToken, word);
    if (!found.ok()) return found.status();
    if (found->incomplete && (begun || words.size() > 1)) {
      all.incomplete = all.incomplete || !begun;
      if (!begun && all.refs.empty()) all.refs = std::move(found->refs);
      continue;
    }
    if (!begun) {
      all = *std::move(found);
      begun = true;
      continue;
    }
    std::vector<RecordRef> both;
    std::set_intersection(all.refs.begin(), all.refs.end(), found->refs.begin(), found->refs.end(),
                          std::back_inserter(both));
    all.refs = std::move(both);
  }
  return all;
}

struct Query {
  std::string folded;
  std::vector<std::string> words;
};

// The best of a supplier's names; nullopt when none holds every word.
std::optional<v1::SearchHit> Score(const Query& query, v1::Supplier supplier) {
  std::optional<v1::SearchHit> best;
  for (const v1::Name& name : supplier.names()) {
    const std::string folded = FoldName(name.text());
    const std::vector<std::string> words = NameTokens(folded);
    if (!std::includes(words.begin(), words.end(), query.words.begin(), query.words.end())) {
      continue;
    }
    const bool equal = folded == query.folded;
    const double share = static_cast<double>(query.words.size()) /
                         static_cast<double>(std::max<size_t>(words.size(), 1));
    const double score = equal ? 1.0 : kAllWords + kSharePart * share;
    if (best.has_value() && best->score() >= score) continue;
    best.emplace();
    best->set_score(score);
    *best->mutable_matched_name() = name;
    v1::MatchExplanation* why = best->add_explanations();
    why->set_feature(equal ? "name_equal" : "tokens_equal");
    why->set_contribution(score);
    why->set_query_text(equal ? query.folded : absl::StrJoin(query.words, " "));
    why->set_candidate_text(folded);
    why->set_detail(equal ? "the names are equal after normalising"
                          : absl::StrCat("the name holds all ", query.words.size(),
                                         " words asked for, and has ", words.size()));
  }
  if (best.has_value()) *best->mutable_supplier() = std::move(supplier);
  return best;
}

bool IsWanted(const v1::SearchSuppliersRequest& request, const v1::Supplier& supplier) {
  const auto& excluded = request.excluded_suppliers();
  if (std::find(excluded.begin(), excluded.end(), supplier.name()) != excluded.end()) return false;
  const auto& kinds = request.kinds();
  if (!kinds.empty() && std::find(kinds.begin(), kinds.end(), supplier.kind()) == kinds.end()) {
    return false;
  }
  if (!request.datasets().empty()) {
    bool from_one = false;
    for (const std::string& record : supplier.source_records()) {
      for (const std::string& dataset : request.datasets()) {
        from_one = from_one || absl::StartsWith(record, dataset + "/");
      }
    }
    if (!from_one) return false;
  }
  if (request.country().empty()) return true;
  bool there = supplier.jurisdiction().substr(0, 2) == request.country();
  for (const v1::Address& address : supplier.addresses()) {
    there = there || address.country() == request.country();
  }
  return there;
}

absl::Status Check(const v1::SearchSuppliersRequest& request) {
  if (request.query().empty()) return InvalidField("query", "must not be empty");
  if (request.min_score() < 0 || request.min_score() > 1) {
    return InvalidField("min_score", "must be 0 to 1");
  }
  if (!request.country().empty() && request.country().size() != 2) {
    return InvalidField("country", "must be an ISO 3166-1 alpha-2 code");
  }
  if (request.excluded_suppliers_size() > rpc::kMaxExcludedSuppliers) {
    return LimitExceeded("excluded_suppliers", rpc::kMaxExcludedSuppliers,
                         request.excluded_suppliers_size());
  }
  return rpc::CheckBytes("query", request.query(), rpc::kMaxNameBytes);
}

// Scores each supplier once.
absl::Status ScoreAll(const storage::View& view, const rpc::CallContext& call, const Query& query,
                      const v1::SearchSuppliersRequest& request, const Candidates& candidates,
                      v1::SearchSuppliersResponse* response) {
  std::set<std::string> seen;
  for (const RecordRef& ref : candidates.refs) {
    if (absl::Status alive = call.CheckAlive(); !alive.ok()) return alive;
    auto stored = view.SupplierOf(ref);
    if (!stored.ok()) return stored.status();
    if (!stored->has_value() || !seen.insert((*stored)->name).second) continue;
    if (seen.size() > rpc::kMaxCandidates) {
      response->set_incomplete(true);
      break;
    }
    v1::Supplier supplier;
    if (!supplier.ParseFromString((*stored)->bytes)) {
      return StoreCorrupt("suppliers", "a stored supplier cannot be read");
    }
    if (!IsWanted(request, supplier)) continue;
    auto hit = Score(query, std::move(supplier));
    if (!hit.has_value() || hit->score() < request.min_score()) continue;
    if (request.explanation() == v1::EXPLANATION_LEVEL_NONE) hit->clear_explanations();
    *response->add_hits() = *std::move(hit);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Search(const storage::Store& store, const rpc::CallContext& call,
                    const v1::SearchSuppliersRequest& request,
                    v1::SearchSuppliersResponse* response) {
  if (absl::Status well = Check(request); !well.ok()) return well;
  auto page = rpc::OpenPage(
      store, call, request.consistency(), rpc::QueryFingerprint(call, request),
      request.page_token(),
      rpc::PageSize(request.page_size(), rpc::kDefaultSearchPageSize, rpc::kMaxSearchPageSize));
  if (!page.ok()) return page.status();
  const Query query{FoldName(request.query()), NameTokens(FoldName(request.query()))};
  if (query.words.empty()) {
    return InvalidField("query", "holds no letter or digit to search for");
  }
  auto exact = Postings(*page->view, IndexKind::kNameExact, query.folded);
  if (!exact.ok()) return exact.status();
  auto candidates = WithAllWords(*page->view, query.words);
  if (!candidates.ok()) return candidates.status();
  // Equal names come first, so that they are scored whatever the limits.
  candidates->refs.insert(candidates->refs.begin(), exact->refs.begin(), exact->refs.end());
  response->set_incomplete(candidates->incomplete || exact->incomplete);
  absl::Status scored = ScoreAll(*page->view, call, query, request, *candidates, response);
  if (!scored.ok()) return scored;
  std::sort(response->mutable_hits()->begin(), response->mutable_hits()->end(),
            [](const v1::SearchHit& a, const v1::SearchHit& b) {
              if (a.score() != b.score()) return a.score() > b.score();
              return a.supplier().name() < b.supplier().name();
            });
  response->set_next_page_token(page->NextToken(response->hits_size()));
  rpc::KeepPage(*page, response->mutable_hits());
  *response->mutable_stamp() = rpc::StampOf(*page->view, call);
  response->mutable_stamp()->set_matcher_version(std::string(kNameFoldingVersion));
  return absl::OkStatus();
}

}  // namespace probity::supplier
