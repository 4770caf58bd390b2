#include "services/dataset/biggest_changes.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/hash.h"
#include "screening/history/record_differences.h"
#include "storage/change_set.h"
#include "storage/timeline.h"

namespace probity::dataset {
namespace {

using storage::RecordChange;
using v1::Record;

// The less, the earlier.
enum Rank {
  kLifts,
  kHasImpact,
  kNewOrGoneFact,
  kOtherFact,
  kIdentity,
  kProof,
  kRest,
};

using Cited = std::map<std::string, Rank>;  // by name of record

Cited CitedBy(const screening::PreviewResult& result) {
  Cited cited;
  for (const screening::Impact& impact : result.impacts) {
    const Rank rank = impact.shown.lifted() ? kLifts : kHasImpact;
    for (const std::string& record : impact.shown.records()) {
      Rank& known = cited.emplace(record, rank).first->second;
      known = std::min(known, rank);
    }
  }
  return cited;
}

const Record& RecordOf(const RecordChange& change) {
  return storage::LatestRecord(change.after ? *change.after : *change.before);
}

std::string IdentifiersOf(const std::optional<storage::v1::RecordRow>& row) {
  std::string all;
  if (!row.has_value()) return all;
  for (const v1::Identifier& one : storage::LatestRecord(*row).supplier().identifiers()) {
    all += CanonicalBytes(one);
  }
  return all;
}

Rank RankOf(const RecordChange& change) {
  const bool comes_or_goes = !change.before || !change.after;
  switch (RecordOf(change).body_case()) {
    case Record::kRiskFlag:
    case Record::kLegalMeasure:
    case Record::kSelfCleaning:
    case Record::kCommodityRisk:
      return comes_or_goes ? kNewOrGoneFact : kOtherFact;
    case Record::kSupplier:
      return !change.after ||
                     (change.before && IdentifiersOf(change.before) != IdentifiersOf(change.after))
                 ? kIdentity
                 : kRest;
    case Record::kSeparation:
      return kIdentity;
    case Record::kCertification:
    case Record::kAudit:
      return kProof;
    default:
      return kRest;
  }
}

// The first so many by rank and key; rows come in order of key.
class Selection {
 public:
  bool HasPlaceFor(Rank rank) const {
    return chosen_.size() < kMostBiggest || rank < std::prev(chosen_.end())->first.first;
  }
  void Add(Rank rank, RecordChange change) {
    const uint64_t number = next_++;
    chosen_.emplace(std::make_pair(rank, number), std::move(change));
    if (chosen_.size() > kMostBiggest) chosen_.erase(std::prev(chosen_.end()));
  }
  const std::map<std::pair<Rank, uint64_t>, RecordChange>& chosen() const { return chosen_; }

 private:
  uint64_t next_ = 0;
  std::map<std::pair<Rank, uint64_t>, RecordChange> chosen_;
};

absl::Status Select(const storage::View& base, const storage::ChangeSet& changes,
                    const Cited& cited, const std::function<absl::Status()>& still_wanted,
                    Selection* selection) {
  auto reader = storage::ChangeRowReader::Open(changes);
  if (!reader.ok()) return reader.status();
  const std::string dataset(storage::BareDatasetId(changes.header.dataset()));
  storage::v1::ChangeRow row;
  while (true) {
    if (still_wanted) {
      if (absl::Status go_on = still_wanted(); !go_on.ok()) return go_on;
    }
    absl::StatusOr<bool> more = (*reader)->Next(&row);
    if (!more.ok()) return more.status();
    if (!*more) return absl::OkStatus();
    RecordChange change{{dataset, row.key()}, std::nullopt, std::nullopt};
    auto before = base.GetRecord(change.ref);
    if (!before.ok()) return before.status();
    change.before = *std::move(before);
    if (!row.removed()) change.after = std::move(*row.mutable_row());
    if (!change.before && !change.after) continue;
    const auto at = cited.find(change.ref.Name());
    const Rank rank = at != cited.end() ? at->second : RankOf(change);
    if (!selection->HasPlaceFor(rank)) continue;
    if (screening::ShownChange(change, base)) selection->Add(rank, std::move(change));
  }
}

}  // namespace

absl::StatusOr<std::vector<v1::RecordChange>> BiggestChanges(
    const storage::View& base, const storage::ChangeSet& changes,
    const screening::PreviewResult& result, const std::function<absl::Status()>& still_wanted) {
  Selection selection;
  absl::Status selected = Select(base, changes, CitedBy(result), still_wanted, &selection);
  if (!selected.ok()) return selected;
  std::vector<v1::RecordChange> biggest;
  for (const auto& [place, change] : selection.chosen()) {
    auto shown = screening::ShownChange(change, base);
    if (shown) biggest.push_back(*std::move(shown));
  }
  return biggest;
}

}  // namespace probity::dataset
