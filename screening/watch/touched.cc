#include "screening/watch/touched.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "base/hash.h"
#include "index/segment_builder.h"
#include "screening/decision/candidates.h"
#include "screening/facts.h"
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

bool IsParty(const std::optional<storage::v1::RecordRow>& row) {
  return row.has_value() && storage::LatestRecord(*row).has_supplier();
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

absl::StatusOr<ChangedNames> ChangedNames::Of(const matching::Matcher& matcher,
                                              const storage::RevisionChanges& changes) {
  ChangedNames names(matcher);
  index::SegmentBuilder builder(&matcher);
  uint32_t count = 0;
  const auto add = [&](const std::optional<storage::PartyNames>& party) {
    if (!party.has_value()) return;
    auto record = storage::Normalize(matcher, *party);
    if (!record.has_value()) return;
    record->key = std::to_string(count++);
    builder.Add(*record);
  };
  for (const RecordChange& change : changes.records) {
    const auto before = NamesOf(change.before), after = NamesOf(change.after);
    if (before == after) continue;
    add(before);
    add(after);
  }
  if (count == 0) return names;
  auto segment = index::Segment::FromBytes(builder.Finish(), /*verify=*/false);
  if (!segment.ok()) return segment.status();
  names.segments_.push_back({*std::move(segment), nullptr, false});
  names.visibility_.Set(0, 0);
  return names;
}

bool ChangedNames::AreFoundBy(const index::Query& query) const {
  return !index::Search(matcher_, segments_, visibility_, query).hits.empty();
}

absl::StatusOr<Touched> Touched::Of(const storage::RevisionChanges& changes,
                                    const storage::View& before, const storage::View& after,
                                    const IdentifierCatalogue& identifiers) {
  Touched touched;
  touched.sieve_.assign((size_t{1} << kSieveBits) / 64, 0);
  const std::set<std::string> grounds = GroundsOf(after);
  touched.everybody_ = changes.all || grounds != GroundsOf(before);
  if (touched.everybody_) return touched;
  touched.among_lists_ = grounds.count("names of datasets/" + changes.dataset) > 0;
  touched.AddDataset(before.FindDataset(changes.dataset), after.FindDataset(changes.dataset));
  for (const RecordChange& change : changes.records) touched.AddRecord(change);
  absl::Status added = touched.AddParties(changes, before, after, identifiers);
  if (!added.ok()) return added;
  return touched;
}

void Touched::Add(ReadHash hash) {
  hashes_.insert(hash);
  sieve_[SieveBit(hash) / 64] |= uint64_t{1} << (SieveBit(hash) % 64);
}

void Touched::AddRecord(const RecordChange& change) {
  Add(HashOfRecord(change.ref));
  for (const auto* row : {&change.before, &change.after}) {
    if (!row->has_value()) continue;
    for (const storage::IndexTerm& term : storage::IndexTermsOf(change.ref.dataset, **row)) {
      Add(HashOfTerm(term.kind, term.term));
    }
    if (TellsOfGoods(*row)) Add(HashOfGoods());
  }
}

// A cluster depends on all records that identifiers join to its own.
absl::Status Touched::AddParties(const storage::RevisionChanges& changes,
                                 const storage::View& before, const storage::View& after,
                                 const IdentifierCatalogue& identifiers) {
  std::vector<storage::RecordRef> refs;
  for (const RecordChange& change : changes.records) {
    if (IsParty(change.before) || IsParty(change.after)) refs.push_back(change.ref);
  }
  auto whole = storage::AddJoinedParties(before, after, identifiers, kMostJoined, &refs);
  if (!whole.ok()) return whole.status();
  everybody_ = everybody_ || !*whole;
  for (const storage::RecordRef& ref : refs) {
    Add(HashOfRecord(ref));
    Add(HashOfSupplier(SupplierIdOf(ref.dataset, ref.key)));
  }
  return absl::OkStatus();
}

void Touched::AddDataset(const DatasetState* before, const DatasetState* after) {
  const DatasetState* known = after != nullptr ? after : before;
  if (known == nullptr) return;
  const absl::string_view id = storage::BareDatasetId(known->dataset().name());
  if (NewestEdition(before) != NewestEdition(after)) Add(HashOfEdition(id));
  if (CheckOf(before) != CheckOf(after)) Add(HashOfCheck(id));
}

bool Touched::Any(absl::Span<const ReadHash> reads) const {
  return std::any_of(reads.begin(), reads.end(), [this](ReadHash hash) {
    return (sieve_[SieveBit(hash) / 64] >> (SieveBit(hash) % 64) & 1) != 0 &&
           hashes_.contains(hash);
  });
}

}  // namespace probity::screening
