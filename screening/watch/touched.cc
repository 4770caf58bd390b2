#include "screening/watch/touched.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "base/hash.h"
#include "index/segment_builder.h"
#include "screening/decision/candidates.h"
#include "screening/facts.h"
#include "screening/watch/rows.h"
#include "storage/clusters.h"
#include "storage/component.h"
#include "storage/index_terms.h"
#include "storage/names/party_names.h"
#include "storage/own_datasets.h"
#include "storage/timeline.h"

namespace probity::screening {
namespace {

using storage::RecordChange;
using storage::v1::DatasetState;

// Parties that a change may join or part; more touch everybody.
constexpr size_t kMostJoined = 100000;
constexpr int kSieveBits = 20;
constexpr uint32_t SieveBit(ReadHash hash) { return hash >> (32 - kSieveBits); }

// What every decision rests on: which lists are searched for names, whether any list
// speaks of risks, and which datasets of its own the authority has.
std::set<std::string> GroundsOf(const storage::View& view) {
  std::set<std::string> grounds;
  for (const std::string& list : ListsOfNames(view)) grounds.insert("names of " + list);
  for (const DatasetState& state : view.manifest().datasets()) {
    const std::string& name = state.dataset().name();
    if (storage::IsReservedDatasetId(storage::BareDatasetId(name))) grounds.insert(name);
  }
  const bool any =
      !EditionsWith(view,
                    {v1::Record::kRiskFlagFieldNumber, v1::Record::kLegalMeasureFieldNumber,
                     v1::Record::kCommodityRiskFieldNumber, v1::Record::kSelfCleaningFieldNumber})
           .empty();
  if (any) grounds.insert("lists");
  return grounds;
}

bool TellsOfGoods(const std::optional<storage::v1::RecordRow>& row) {
  if (!row.has_value()) return false;
  return std::any_of(row->segments().begin(), row->segments().end(),
                     [](const auto& segment) { return segment.record().has_commodity_risk(); });
}

int64_t NewestEdition(const DatasetState* state) {
  if (state == nullptr || state->edition_days().empty()) return kMinDay;
  return state->edition_days(state->edition_days_size() - 1);
}

// When it was last checked, and how reliable it is.
std::pair<int64_t, int> CheckOf(const DatasetState* state) {
  if (state == nullptr) return {-1, 0};
  return {state->edition().checked_at().seconds(), state->dataset().reliability()};
}

std::optional<storage::PartyNames> NamesOf(const std::optional<storage::v1::RecordRow>& row) {
  return row.has_value() ? storage::PartyNamesOf(*row) : std::nullopt;
}

}  // namespace

// Packs names into one segment.
class ChangedNames::Builder {
 public:
  explicit Builder(const matching::Matcher& matcher) : matcher_(matcher), builder_(&matcher) {}

  void Add(const RecordChange& change) {
    const auto before = NamesOf(change.before), after = NamesOf(change.after);
    if (before == after) return;
    AddParty(before);
    AddParty(after);
  }

  absl::StatusOr<ChangedNames> Finish() {
    ChangedNames names(matcher_);
    if (count_ == 0) return names;
    auto segment = index::Segment::FromBytes(builder_.Finish(), /*verify=*/false);
    if (!segment.ok()) return segment.status();
    names.segments_.push_back({*std::move(segment), nullptr, false});
    names.visibility_.Set(0, 0);
    return names;
  }

 private:
  void AddParty(const std::optional<storage::PartyNames>& party) {
    if (!party.has_value()) return;
    auto record = storage::Normalize(matcher_, *party);
    if (!record.has_value()) return;
    record->key = std::to_string(count_++);
    builder_.Add(*record);
  }

  const matching::Matcher& matcher_;
  index::SegmentBuilder builder_;
  uint32_t count_ = 0;
};

absl::StatusOr<ChangedNames> ChangedNames::Of(const matching::Matcher& matcher,
                                              const storage::RevisionChanges& changes) {
  Builder builder(matcher);
  for (const RecordChange& change : changes.records) builder.Add(change);
  return builder.Finish();
}

absl::StatusOr<ChangedNames> ChangedNames::Of(const matching::Matcher& matcher,
                                              const storage::CandidateView& candidate,
                                              const storage::CandidateRows::StillWanted& wanted) {
  Builder builder(matcher);
  absl::Status read = storage::VisitChanges(
      candidate, wanted, [&](const RecordChange& change) { builder.Add(change); });
  if (!read.ok()) return read;
  return builder.Finish();
}

bool ChangedNames::AreFoundBy(const index::Query& query) const {
  return !index::Search(matcher_, segments_, visibility_, query).hits.empty();
}

absl::StatusOr<bool> SearchesFor(const storage::v1::WatchedReads& reads,
                                 const ChangedNames& changed, bool among_lists) {
  for (const storage::v1::WatchedName& name : reads.names()) {
    if (name.listed_only() && !among_lists) continue;
    auto query = QueryOf(name);
    if (!query.ok()) return query.status();
    if (changed.AreFoundBy(*query)) return true;
  }
  return false;
}

ChangedHashes::ChangedHashes() : sieve_((size_t{1} << kSieveBits) / 64, 0) {}

void ChangedHashes::Add(ReadHash hash) {
  hashes_.insert(hash);
  sieve_[SieveBit(hash) / 64] |= uint64_t{1} << (SieveBit(hash) % 64);
}

void ChangedHashes::AddRecord(const RecordChange& change) {
  Add(HashOfRecord(change.ref));
  for (const auto* row : {&change.before, &change.after}) {
    if (!row->has_value()) continue;
    for (const storage::IndexTerm& term : storage::IndexTermsOf(change.ref.dataset, **row)) {
      Add(HashOfTerm(term.kind, term.term));
    }
    if (TellsOfGoods(*row)) Add(HashOfGoods());
  }
}

void ChangedHashes::AddParty(const storage::RecordRef& ref) {
  Add(HashOfRecord(ref));
  Add(HashOfSupplier(SupplierIdOf(ref.dataset, ref.key)));
}

bool ChangedHashes::Any(absl::Span<const ReadHash> reads) const {
  return std::any_of(reads.begin(), reads.end(), [this](ReadHash hash) {
    return (sieve_[SieveBit(hash) / 64] >> (SieveBit(hash) % 64) & 1) != 0 &&
           hashes_.contains(hash);
  });
}

absl::StatusOr<std::shared_ptr<const ChangedHashes>> ChangedHashes::Of(
    const storage::CandidateView& candidate, const storage::CandidateRows::StillWanted& wanted) {
  auto hashes = std::make_shared<ChangedHashes>();
  absl::Status read = storage::VisitChanges(candidate, wanted, [&](const RecordChange& change) {
    hashes->AddRecord(change);
    if (storage::IsParty(change.before) || storage::IsParty(change.after))
      hashes->AddParty(change.ref);
  });
  if (!read.ok()) return read;
  return hashes;
}

absl::StatusOr<Touched> Touched::Of(const storage::RevisionChanges& changes,
                                    const storage::View& before, const storage::View& after,
                                    const IdentifierCatalogue& identifiers) {
  Touched touched;
  touched.AddManifests(changes.dataset, before, after);
  touched.everybody_ = touched.everybody_ || changes.all;
  if (touched.everybody_) return touched;
  for (const RecordChange& change : changes.records) touched.own_.AddRecord(change);
  absl::Status added = touched.AddParties(changes, before, after, identifiers);
  if (!added.ok()) return added;
  return touched;
}

Touched Touched::Of(std::shared_ptr<const ChangedHashes> rows,
                    const storage::CandidateView& candidate) {
  Touched touched;
  touched.AddManifests(candidate.rows().dataset(), candidate.base(), candidate);
  touched.rows_ = std::move(rows);
  for (const storage::RecordRef& ref : candidate.joined()) touched.own_.AddParty(ref);
  return touched;
}

void Touched::AddManifests(const std::string& dataset, const storage::View& before,
                           const storage::View& after) {
  const std::set<std::string> grounds = GroundsOf(after);
  const DatasetState* was = before.FindDataset(dataset);
  const DatasetState* is = after.FindDataset(dataset);
  // Whoever is put together of several sources may be somebody else.
  const bool ranks_anew = was != nullptr && is != nullptr &&
                          !(storage::RankOf(was->dataset()) == storage::RankOf(is->dataset()));
  everybody_ = ranks_anew || grounds != GroundsOf(before);
  among_lists_ = grounds.count("names of datasets/" + dataset) > 0;
  AddDataset(was, is);
}

// A cluster depends on all records that identifiers join to its own, and on what keeps
// them apart.
absl::Status Touched::AddParties(const storage::RevisionChanges& changes,
                                 const storage::View& before, const storage::View& after,
                                 const IdentifierCatalogue& identifiers) {
  std::set<storage::RecordRef> seeds;
  for (const RecordChange& change : changes.records) {
    if (storage::IsParty(change.before) || storage::IsParty(change.after)) seeds.insert(change.ref);
    storage::AddSeparated(change.before, &seeds);
    storage::AddSeparated(change.after, &seeds);
  }
  std::vector<storage::RecordRef> refs(seeds.begin(), seeds.end());
  auto whole = storage::AddJoinedParties(before, after, identifiers, kMostJoined, &refs);
  if (!whole.ok()) return whole.status();
  everybody_ = everybody_ || !*whole;
  for (const storage::RecordRef& ref : refs) own_.AddParty(ref);
  return absl::OkStatus();
}

void Touched::AddDataset(const DatasetState* before, const DatasetState* after) {
  const DatasetState* known = after != nullptr ? after : before;
  if (known == nullptr) return;
  const absl::string_view id = storage::BareDatasetId(known->dataset().name());
  if (NewestEdition(before) != NewestEdition(after)) own_.Add(HashOfEdition(id));
  if (CheckOf(before) != CheckOf(after)) own_.Add(HashOfCheck(id));
}

bool Touched::Any(absl::Span<const ReadHash> reads) const {
  return own_.Any(reads) || (rows_ != nullptr && rows_->Any(reads));
}

absl::StatusOr<bool> IsTouched(const storage::v1::WatchedReads& reads, const Touched& touched,
                               const ChangedNames& names) {
  if (touched.everybody() || reads.all() || touched.Any(HashesOf(reads))) return true;
  if (names.empty()) return false;
  return SearchesFor(reads, names, touched.among_lists());
}

}  // namespace probity::screening
