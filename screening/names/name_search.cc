#include "screening/names/name_search.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "base/errors.h"
#include "screening/names/filters.h"
#include "screening/names/limits.h"
#include "screening/names/record_party.h"
#include "screening/operators.h"
#include "screening/resolve.h"
#include "storage/names/party_names.h"

namespace probity::screening {
namespace {

using storage::RecordRef;
using storage::StoredSupplier;

// Records asked of the index for each supplier that is wanted, and at least;
// most suppliers have one or two records that fit.
constexpr size_t kRecordsASupplier = 2;
constexpr size_t kLeastRecords = 30;
// Where few suppliers have very many records, the index is asked for more, up to
// this many.
constexpr size_t kMostRecords = 5000;

// One search; used once.
class NameSearch {
 public:
  NameSearch(const NameBook& book, const storage::View& view, const NameQuestion& question,
             const Asking& asking)
      : book_(book), view_(view), asking_(asking), question_(question) {}

  absl::StatusOr<NameHits> Run(size_t wanted) {
    // What the index does not know can change the order of all.
    if (NeedsAll()) wanted = kMaxSearchHits;
    absl::Status status = ReadDatasets();
    if (status.ok()) status = ReadExcluded();
    if (status.ok()) status = Fill(wanted);
    if (status.ok()) status = AddCarriers();
    if (!status.ok()) return status;
    Sort();
    return std::move(hits_);
  }

 private:
  bool NeedsAll() const {
    return !question_.party.identifiers.empty() || !question_.party.facts.address.tokens.empty();
  }
  bool HasFilters() const {
    return !question_.country.empty() || !question_.kinds.empty() || !question_.datasets.empty();
  }

  absl::Status ReadDatasets() {
    for (const storage::v1::DatasetState& state : view_.manifest().datasets()) {
      datasets_[state.number()] = std::string(storage::BareDatasetId(state.dataset().name()));
    }
    for (const std::string& name : question_.datasets) {
      const auto* state = view_.FindDataset(storage::BareDatasetId(name));
      if (state == nullptr) return DatasetNotFound(name);
      dataset_numbers_.push_back(state->number());
    }
    return absl::OkStatus();
  }

  // Those that were merged since are left out under their new name.
  absl::Status ReadExcluded() {
    for (const std::string& id : question_.excluded) {
      auto stored = view_.GetSupplier(id);
      if (!stored.ok()) return stored.status();
      if (stored->has_value()) excluded_.insert((*stored)->name);
    }
    return absl::OkStatus();
  }

  // Asks for more records until there are enough suppliers, or no more.
  absl::Status Fill(size_t wanted) {
    size_t records = std::max(kLeastRecords, kRecordsASupplier * wanted);
    while (true) {
      has_more_ = false;
      auto hits = Ask(records);
      if (!hits.ok()) return hits.status();
      absl::Status joined = Join(hits->hits, wanted);
      if (!joined.ok()) return joined;
      hits_.incomplete = hits->incomplete;
      if (!has_more_ || records >= kMostRecords) return absl::OkStatus();
      if (hits_.suppliers.size() >= wanted) return absl::OkStatus();
      records = std::min(kMostRecords, 4 * records);
    }
  }

  // A record can be what is searched for though it says another country than the
  // filter: its supplier has more records. So both are asked for: records that
  // fit, and the best of all.
  absl::StatusOr<index::SearchResult> Ask(size_t records) {
    index::Query query;
    query.name = question_.party.name;
    query.facts = question_.party.facts;
    query.min_score = question_.min_score;
    query.limit = records;
    query.cancelled = [this] { return !asking_.still_wanted().ok(); };
    index::SearchResult all;
    if (!HasFilters() || !question_.by_fitting_records) {
      auto asked = AskIndex(query);
      if (!asked.ok() || !HasFilters()) return asked;
      all = *std::move(asked);
    }
    has_more_ = false;  // of those that fit
    query.datasets = dataset_numbers_;
    if (!question_.country.empty()) query.countries = {question_.country};
    for (v1::PartyKind kind : question_.kinds) query.kinds.push_back(storage::KindOf(kind));
    // Of which kind those are that a site leads to is seen later.
    if (!query.kinds.empty()) query.kinds.push_back(matching::Kind::kSite);
    auto fitting = AskIndex(query);
    if (!fitting.ok()) return fitting;
    return Merge(*std::move(fitting), all);
  }

  absl::StatusOr<index::SearchResult> AskIndex(const index::Query& query) {
    auto result = book_.index.Search(view_, query);
    if (!result.ok()) return result;
    if (result->cancelled) return asking_.still_wanted();
    has_more_ = has_more_ || result->hits.size() >= query.limit;
    return result;
  }

  static index::SearchResult Merge(index::SearchResult fitting, const index::SearchResult& all) {
    fitting.incomplete = fitting.incomplete || all.incomplete;
    fitting.hits.insert(fitting.hits.end(), all.hits.begin(), all.hits.end());
    const auto order = [](const index::Hit& hit) {
      return std::make_tuple(-hit.score, hit.dataset, absl::string_view(hit.key));
    };
    std::sort(fitting.hits.begin(), fitting.hits.end(),
              [&](const index::Hit& a, const index::Hit& b) { return order(a) < order(b); });
    return fitting;
  }

  absl::Status Join(const std::vector<index::Hit>& hits, size_t wanted) {
    places_.clear();
    hits_.suppliers.clear();
    for (const index::Hit& hit : hits) {
      if (hits_.suppliers.size() >= wanted) break;
      if (absl::Status alive = asking_.still_wanted(); !alive.ok()) return alive;
      const auto dataset = datasets_.find(hit.dataset);
      if (dataset == datasets_.end()) continue;
      const RecordRef ref{dataset->second, hit.key};
      auto stored = view_.SupplierOf(ref);
      if (!stored.ok()) return stored.status();
      const ScoredName name{ref, hit.name_ordinal, hit.score};
      absl::Status added = stored->has_value() ? Add(**stored, name, question_.min_score, nullptr)
                                               : AddPartiesOfSite(name);
      if (!added.ok()) return added;
    }
    return absl::OkStatus();
  }

  // A name of a record, and its score.
  struct ScoredName {
    RecordRef ref;
    int ordinal = 0;
    int score = -1;
    v1::LinkType site_role = v1::LINK_TYPE_UNSPECIFIED;
  };

  absl::Status AddPartiesOfSite(ScoredName name) {
    auto parties = PartiesOfSite(view_, name.ref, asking_.today);
    if (!parties.ok()) return parties.status();
    if (parties->empty()) return absl::OkStatus();
    NamedSite site{name.ref.dataset, {}};
    if (!question_.country.empty()) {
      auto row = view_.GetRecord(name.ref);
      if (!row.ok()) return row.status();
      const auto names = row->has_value() ? storage::PartyNamesOf(**row) : std::nullopt;
      if (names.has_value()) site.countries = names->countries;
    }
    for (const SiteParty& party : *parties) {
      name.site_role = party.role;
      absl::Status added = Add(party.supplier, name, question_.min_score, &site);
      if (!added.ok()) return added;
    }
    return absl::OkStatus();
  }

  // Unless it is excluded, filtered or there already by a name that fits as well.
  absl::Status Add(const StoredSupplier& stored, const ScoredName& name, int least,
                   const NamedSite* site) {
    if (excluded_.contains(stored.name)) return absl::OkStatus();
    const auto place = places_.find(stored.name);
    const bool known = place != places_.end();
    if (known && !MayFitBetter(name, hits_.suppliers[place->second])) return absl::OkStatus();
    auto supplier = ReadSupplier(stored);
    if (!supplier.ok()) return supplier.status();
    if (!FiltersAgainst(question_, *supplier, site).empty()) return absl::OkStatus();
    Candidate candidate{
        *std::move(supplier), name.ref, name.site_role, name.ordinal, name.score, {}, 0};
    if (absl::Status scored = ScoreAgain(&candidate); !scored.ok()) return scored;
    if (candidate.name_score < least) return absl::OkStatus();
    if (!known) {
      places_[stored.name] = hits_.suppliers.size();
      hits_.suppliers.push_back(std::move(candidate));
    } else if (Fit(candidate) > Fit(hits_.suppliers[place->second])) {
      hits_.suppliers[place->second] = std::move(candidate);
    }
    return absl::OkStatus();
  }

  // Of two names that are as much alike its own tells more than a site's.
  static std::pair<int, bool> Fit(const Candidate& candidate) {
    return {candidate.name_score, candidate.site_role == v1::LINK_TYPE_UNSPECIFIED};
  }
  // Names come best first, but for what their addresses say.
  bool MayFitBetter(const ScoredName& name, const Candidate& known) const {
    if (!question_.party.facts.address.tokens.empty()) return true;
    return std::make_pair(name.score, name.site_role == v1::LINK_TYPE_UNSPECIFIED) > Fit(known);
  }

  // Adds what the index does not know: address, identifiers, the ceiling.
  absl::Status ScoreAgain(Candidate* candidate) {
    if (!question_.party.facts.address.tokens.empty()) {
      auto record = ReadRecordParty(view_, candidate->ref);
      if (!record.ok()) return record.status();
      if (record->has_value() && candidate->ordinal < static_cast<int>((*record)->names.size())) {
        candidate->name_score =
            ScoreRecordName(book_.comparer, question_, **record,
                            (*record)->names[static_cast<size_t>(candidate->ordinal)],
                            v1::EXPLANATION_LEVEL_NONE, nullptr);
      }
    }
    candidate->identifiers = CompareIdentifiers(
        book_.comparer.identifiers, question_.party.identifiers, candidate->supplier.identifiers());
    candidate->score = ScoreWith(candidate->identifiers.evidence, candidate->name_score);
    return absl::OkStatus();
  }

  // Whoever carries an identifier that was given is found whatever the names.
  absl::Status AddCarriers() {
    for (const v1::Identifier& identifier : question_.party.identifiers) {
      auto finding = FindCarriersOf(view_, identifier);
      if (!finding.ok()) return finding.status();
      const size_t count = std::min(finding->suppliers.size(), kMaxAmbiguousSuppliers);
      for (size_t i = 0; i < count; ++i) {
        absl::Status added = AddCarrier(finding->suppliers[i]);
        if (!added.ok()) return added;
      }
      if (finding->suppliers.size() > 1 || !finding->redirects.empty()) Correct(*finding);
    }
    return absl::OkStatus();
  }

  absl::Status AddCarrier(const StoredSupplier& stored) {
    if (places_.contains(stored.name)) return absl::OkStatus();
    auto supplier = ReadSupplier(stored);
    if (!supplier.ok()) return supplier.status();
    ScoredName best;
    for (const std::string& name : supplier->source_records()) {
      const auto ref = RecordRef::FromName(name);
      if (!ref.has_value()) return StoreCorrupt("suppliers", "a record's name cannot be read");
      auto record = ReadRecordParty(view_, *ref);
      if (!record.ok()) return record.status();
      if (record->has_value()) Better(*ref, **record, &best);
    }
    return best.score < 0 ? absl::OkStatus() : Add(stored, best, 0, nullptr);
  }

  void Better(const RecordRef& ref, const RecordParty& record, ScoredName* best) {
    for (size_t i = 0; i < record.names.size(); ++i) {
      const int score = ScoreRecordName(book_.comparer, question_, record, record.names[i],
                                        v1::EXPLANATION_LEVEL_NONE, nullptr);
      if (score > best->score) *best = {ref, static_cast<int>(i), score};
    }
  }

  // What only the store knows: the successor of a registration does not carry its
  // number, but the register says that it is the same party; and a number that
  // several suppliers carry makes none of them certain.
  void Correct(const Finding& finding) {
    const bool one = finding.suppliers.size() == 1;
    const v1::Identifier& held = one ? finding.redirects.back().to() : finding.identifier;
    const IdentifierFinding corrected = {
        one ? IdentifierEvidence::kConfirms : IdentifierEvidence::kDisputed,
        IdentifierText(finding.identifier), IdentifierText(held)};
    for (Candidate& candidate : hits_.suppliers) {
      if (!IsIdentifying(finding) || !IsOneOf(candidate, finding.suppliers)) continue;
      candidate.identifiers = corrected;
      candidate.score = ScoreWith(corrected.evidence, candidate.name_score);
    }
  }
  bool IsIdentifying(const Finding& finding) const {
    return book_.comparer.identifiers.IsIdentifying(finding.identifier.scheme());
  }
  static bool IsOneOf(const Candidate& candidate, const std::vector<StoredSupplier>& suppliers) {
    return std::any_of(suppliers.begin(), suppliers.end(), [&](const StoredSupplier& stored) {
      return stored.name == candidate.supplier.name();
    });
  }

  // The index's order stands, but for what only now changed a score. What the
  // ceiling made equal keeps the order of the names' scores.
  void Sort() {
    if (!NeedsAll()) return;
    std::stable_sort(
        hits_.suppliers.begin(), hits_.suppliers.end(), [](const Candidate& a, const Candidate& b) {
          return std::make_pair(a.score, a.name_score) > std::make_pair(b.score, b.name_score);
        });
  }

  const NameBook& book_;
  const storage::View& view_;
  const Asking& asking_;
  const NameQuestion& question_;
  absl::flat_hash_map<uint32_t, std::string> datasets_;  // number -> bare id
  std::vector<uint32_t> dataset_numbers_;                // of the filter
  absl::flat_hash_set<std::string> excluded_;
  absl::flat_hash_map<std::string, size_t> places_;  // of names of suppliers in hits_
  bool has_more_ = false;                            // the index may know more records than it gave
  NameHits hits_;
};

}  // namespace

absl::StatusOr<v1::Supplier> ReadSupplier(const StoredSupplier& stored) {
  v1::Supplier supplier;
  if (supplier.ParseFromString(stored.bytes)) return supplier;
  return StoreCorrupt("suppliers", "a stored supplier cannot be read");
}

absl::StatusOr<v1::Supplier> ReadSupplierNamed(const storage::View& view, const std::string& name) {
  auto stored = view.GetSupplier(name.substr(name.find('/') + 1));
  if (!stored.ok()) return stored.status();
  if (!stored->has_value()) return StoreCorrupt(name, "the supplier is not there");
  return ReadSupplier(**stored);
}

absl::StatusOr<NameHits> SearchNames(const NameBook& book, const storage::View& view,
                                     const NameQuestion& question, const Asking& asking,
                                     size_t wanted) {
  return NameSearch(book, view, question, asking).Run(wanted);
}

}  // namespace probity::screening
