#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "fmt/format.h"
#include "index/search.h"
#include "screening/facts.h"
#include "screening/names/explanation.h"
#include "screening/names/filters.h"
#include "screening/names/limits.h"
#include "screening/names/name_search.h"
#include "screening/names/record_party.h"
#include "screening/operators.h"
#include "services/rpc/limits.h"
#include "services/rpc/resource_names.h"
#include "services/rpc/view.h"
#include "services/supplier/operations.h"
#include "storage/timeline.h"

namespace probity::supplier {
namespace {

using storage::RecordRef;
using storage::StoredSupplier;

// Names that are explained one by one, best first.
constexpr size_t kMostNamesShown = 20;
// Sites of the supplier whose names are compared.
constexpr size_t kMostSites = 500;

void AddCause(v1::SearchMissReason reason, std::string detail,
              v1::ExplainSearchMissResponse* response) {
  v1::SearchMissCause* cause = response->add_causes();
  cause->set_reason(reason);
  cause->set_detail(std::move(detail));
}

std::string Score(int score) { return fmt::format("{:.2f}", screening::Shown(score)); }

// One name against the query.
struct Compared {
  RecordRef ref;
  v1::Name name;
  matching::NormalizedName normal;
  const screening::RecordParty* record = nullptr;
  int score = 0;
};

class Explanation {
 public:
  Explanation(const screening::NameBook& book, const rpc::CallContext& call,
              const screening::NameQuestion& question, const rpc::Page& page,
              v1::ExplainSearchMissResponse* response)
      : book_(book), call_(call), question_(question), page_(page), response_(response) {}

  absl::Status Run(const v1::ExplainSearchMissRequest& request) {
    absl::Status found = Find(request);
    if (!found.ok() || response_->supplier().empty()) return found;
    found = CompareAll();
    if (found.ok()) found = Place();
    if (found.ok() && !response_->found()) AddCauses();
    return found;
  }

 private:
  const storage::View& view() const { return *page_.view; }

  absl::Status Find(const v1::ExplainSearchMissRequest& request) {
    absl::StatusOr<std::optional<StoredSupplier>> stored;
    switch (request.expected_case()) {
      case v1::ExplainSearchMissRequest::kSupplier: {
        auto id = rpc::ParseSupplierName("supplier", request.supplier());
        if (!id.ok()) return id.status();
        stored = view().GetSupplier(*id);
        break;
      }
      case v1::ExplainSearchMissRequest::kSourceRecord: {
        auto ref = rpc::ParseRecordName("source_record", request.source_record());
        if (!ref.ok()) return ref.status();
        auto row = view().GetRecord(*ref);
        if (!row.ok()) return row.status();
        // A restricted record leaves no trace.
        is_record_ = row->has_value() && screening::MayShow(**row, storage::LatestRecord(**row));
        stored = view().SupplierOf(*ref);
        if (stored.ok() && !stored->has_value()) stored = FirstPartyOf(*ref);
        break;
      }
      default:
        return InvalidField("supplier", "is empty; give it, or source_record");
    }
    if (!stored.ok()) return stored.status();
    return stored->has_value() ? Read(**stored) : NotThere();
  }

  // The first of those to whom the name of a site leads.
  absl::StatusOr<std::optional<StoredSupplier>> FirstPartyOf(const RecordRef& site) {
    auto parties = screening::PartiesOfSite(view(), site, call_.Today());
    if (!parties.ok()) return parties.status();
    if (parties->empty()) return std::nullopt;
    return std::move(parties->front().supplier);
  }

  absl::Status Read(const StoredSupplier& stored) {
    auto supplier = screening::ReadSupplier(stored);
    if (!supplier.ok()) return supplier.status();
    supplier_ = *std::move(supplier);
    response_->set_supplier(supplier_.name());
    return absl::OkStatus();
  }

  absl::Status NotThere() {
    if (is_record_) {
      AddCause(v1::SEARCH_MISS_REASON_NOT_A_PARTY,
               "the record describes neither a party nor a site that one is on record as operating "
               "or owning; searches find suppliers alone",
               response_);
    } else {
      AddCause(v1::SEARCH_MISS_REASON_NOT_VISIBLE,
               absl::StrCat("revision ", view().token().revision(),
                            " holds nothing of this name that you may see: check the name, the "
                            "revision, and who owns the dataset"),
               response_);
    }
    return absl::OkStatus();
  }

  // The supplier's records, and those of its sites.
  absl::StatusOr<std::vector<RecordRef>> Records() const {
    std::vector<RecordRef> records;
    for (const std::string& name : supplier_.source_records()) {
      const auto ref = RecordRef::FromName(name);
      if (!ref.has_value()) return StoreCorrupt("suppliers", "a record's name cannot be read");
      records.push_back(*ref);
    }
    const auto sites = screening::SitesLeadingTo(view(), book_.comparer.identifiers,
                                                 supplier_.name(), call_.Today(), kMostSites);
    if (!sites.ok()) return sites.status();
    records.insert(records.end(), sites->begin(), sites->end());
    return records;
  }

  // Every name of every record; the best are shown with their reasons.
  absl::Status CompareAll() {
    const absl::StatusOr<std::vector<RecordRef>> refs = Records();
    if (!refs.ok()) return refs.status();
    records_.reserve(refs->size());
    for (const RecordRef& ref : *refs) {
      if (absl::Status alive = call_.CheckAlive(); !alive.ok()) return alive;
      auto record = screening::ReadRecordParty(view(), ref);
      if (!record.ok()) return record.status();
      if (!record->has_value()) continue;
      records_.push_back(**std::move(record));
      CompareRecord(ref, records_.back());
    }
    std::stable_sort(names_.begin(), names_.end(),
                     [](const Compared& a, const Compared& b) { return a.score > b.score; });
    for (size_t i = 0; i < std::min(kMostNamesShown, names_.size()); ++i) ShowName(names_[i]);
    return absl::OkStatus();
  }

  void CompareRecord(const RecordRef& ref, const screening::RecordParty& record) {
    for (const v1::Name& name : record.names) {
      Compared compared{ref, name, book_.comparer.matcher.Normalize(name.text(), record.facts.kind),
                        &record, 0};
      compared.score = screening::ScoreRecordName(book_.comparer, question_, record, name,
                                                  v1::EXPLANATION_LEVEL_NONE, nullptr);
      names_.push_back(std::move(compared));
    }
  }

  void ShowName(const Compared& compared) {
    v1::NameComparison* shown = response_->add_names();
    *shown->mutable_name() = compared.name;
    shown->set_source_record(compared.ref.Name());
    shown->set_score(screening::Shown(compared.score));
    screening::ScoreRecordName(book_.comparer, question_, *compared.record, compared.name,
                               v1::EXPLANATION_LEVEL_FULL, shown->mutable_explanations());
    if (IsOfSite(compared)) {
      screening::ExplainSite(v1::LINK_TYPE_UNSPECIFIED, shown->mutable_explanations());
    }
    for (const index::SharedKey& key :
         index::SharedKeys(book_.comparer.matcher, question_.party.name, compared.normal)) {
      v1::SharedNameKey* shared = shown->add_shared_keys();
      shared->set_kind(key.kind);
      shared->set_query_text(key.query_text);
      shared->set_candidate_text(key.stored_text);
    }
    shares_ = shares_ || shown->shared_keys_size() > 0;
  }

  // Asks as the search does, and looks for the supplier among the hits.
  absl::Status Place() {
    auto hits =
        screening::SearchNames(book_, view(), question_, call_.Asking(), screening::kMaxSearchHits);
    if (!hits.ok()) return hits.status();
    incomplete_ = hits->incomplete;
    shown_ = std::min<size_t>(hits->suppliers.size(), screening::kMaxSearchHits);
    for (size_t i = 0; i < shown_; ++i) {
      if (hits->suppliers[i].supplier.name() != supplier_.name()) continue;
      response_->set_rank(static_cast<int>(i) + 1);
      response_->set_score(screening::Shown(hits->suppliers[i].score));
    }
    if (response_->rank() == 0 && !names_.empty()) {
      const auto finding = screening::CompareIdentifiers(
          book_.comparer.identifiers, question_.party.identifiers, supplier_.identifiers());
      response_->set_score(screening::Shown(ScoreWith(finding.evidence, names_[0].score)));
    }
    response_->set_found(response_->rank() > 0 &&
                         static_cast<uint64_t>(response_->rank()) <= page_.size);
    return absl::OkStatus();
  }

  static bool IsOfSite(const Compared& compared) {
    return compared.record->facts.kind == matching::Kind::kSite;
  }

  std::vector<v1::SearchMissReason> FiltersAgainstName(const Compared& compared) const {
    const screening::NamedSite site{compared.ref.dataset, compared.record->facts.countries};
    return screening::FiltersAgainst(question_, supplier_, IsOfSite(compared) ? &site : nullptr);
  }

  // The best name that passes the filters, else the best.
  const Compared* Decisive() const {
    for (const Compared& compared : names_) {
      if (FiltersAgainstName(compared).empty()) return &compared;
    }
    return names_.empty() ? nullptr : &names_[0];
  }

  void AddCauses() {
    AddExcluded();
    const Compared* name = Decisive();
    for (v1::SearchMissReason reason :
         name != nullptr ? FiltersAgainstName(*name)
                         : screening::FiltersAgainst(question_, supplier_, nullptr)) {
      AddCause(reason, DetailOf(reason), response_);
    }
    if (response_->rank() > 0) {
      AddCause(v1::SEARCH_MISS_REASON_BEYOND_PAGE,
               absl::StrCat("it is hit ", response_->rank(), ", and the page holds ", page_.size,
                            ": ask for a larger page or the next one"),
               response_);
      return;
    }
    AddNameCause(name == nullptr ? 0 : name->score);
  }

  void AddExcluded() {
    for (const std::string& id : question_.excluded) {
      auto stored = view().GetSupplier(id);
      if (!stored.ok() || !stored->has_value() || (*stored)->name != supplier_.name()) continue;
      AddCause(v1::SEARCH_MISS_REASON_EXCLUDED,
               absl::StrCat("excluded_suppliers names suppliers/", id), response_);
      return;
    }
  }

  std::string DetailOf(v1::SearchMissReason reason) const {
    switch (reason) {
      case v1::SEARCH_MISS_REASON_OTHER_KIND:
        return absl::StrCat("it is a ", v1::PartyKind_Name(supplier_.kind()),
                            ", which `kinds` leaves out");
      case v1::SEARCH_MISS_REASON_OTHER_COUNTRY:
        return absl::StrCat("it is neither registered nor addressed in ", question_.country);
      default:
        return "none of its records is in the datasets asked for";
    }
  }

  // What its best name has to do with it.
  void AddNameCause(int best) {
    if (!shares_) {
      AddCause(v1::SEARCH_MISS_REASON_NOTHING_SHARED,
               "none of its names shares a word, sound or acronym with the query: if it is called "
               "so, its records lack an alias",
               response_);
    } else if (best < std::max(question_.min_score, index::kLeastScore)) {
      AddCause(v1::SEARCH_MISS_REASON_BELOW_MIN_SCORE,
               absl::StrCat("its best name scores ", Score(best), "; at least ",
                            Score(std::max(question_.min_score, index::kLeastScore)), " is needed"),
               response_);
    } else if (response_->causes().empty()) {
      AddCauseOfMany(best);
    }
  }

  void AddCauseOfMany(int best) {
    if (!incomplete_ && shown_ == screening::kMaxSearchHits) {
      AddCause(v1::SEARCH_MISS_REASON_BEYOND_PAGE,
               absl::StrCat("at least ", screening::kMaxSearchHits, " others score more than its ",
                            Score(best), ": ask with more words, or a country"),
               response_);
      return;
    }
    AddCause(v1::SEARCH_MISS_REASON_TOO_COMMON,
             "so many names share words with the query that not all were compared: ask with more "
             "words, or a country",
             response_);
  }

  const screening::NameBook& book_;
  const rpc::CallContext& call_;
  const screening::NameQuestion& question_;
  const rpc::Page& page_;
  v1::ExplainSearchMissResponse* response_;
  bool is_record_ = false, shares_ = false, incomplete_ = false;
  size_t shown_ = 0;
  v1::Supplier supplier_;
  std::vector<screening::RecordParty> records_;
  std::vector<Compared> names_;
};

}  // namespace

absl::Status ExplainMiss(const screening::NameBook& book, const rpc::CallContext& call,
                         absl::Time deadline, const v1::ExplainSearchMissRequest& request,
                         v1::ExplainSearchMissResponse* response) {
  if (!request.search().page_token().empty()) {
    return InvalidField("search.page_token", "must be empty; give page_size alone");
  }
  auto question = ReadQuestion(book.comparer, "search.", request.search());
  if (!question.ok()) return question.status();
  auto page = OpenNamePage(book, call, request.search(), deadline);
  if (!page.ok()) return page.status();
  absl::Status explained = Explanation(book, call, *question, *page, response).Run(request);
  if (!explained.ok()) return explained;
  *response->mutable_stamp() = rpc::StampOf(*page->view, call);
  response->mutable_stamp()->set_matcher_version(book.comparer.version());
  return absl::OkStatus();
}

}  // namespace probity::supplier
