#include "screening/facts.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "storage/timeline.h"

namespace probity::screening {
namespace {

using storage::IndexKind;
using storage::RecordRef;

// What the row says on `day`; with `include_past` else what it said last before
// it, else what it said first: the record's own dates tell whether it applies.
const v1::Record* ReadRow(const storage::v1::RecordRow& row, DayNumber day, bool include_past) {
  const v1::Record* record = storage::RecordAt(row, day);
  if (record != nullptr || !include_past) return record;
  if (row.segments_size() > 0) record = &row.segments(0).record();
  for (const storage::v1::TimelineSegment& segment : row.segments()) {
    if (segment.undated() || segment.from_day() <= day) record = &segment.record();
  }
  return record;
}

}  // namespace

bool MayShow(const storage::v1::RecordRow& row, const v1::Record& record) {
  return record.visibility() != v1::VISIBILITY_RESTRICTED &&
         storage::LatestRecord(row).visibility() != v1::VISIBILITY_RESTRICTED;
}

absl::StatusOr<std::optional<Fact>> GetFact(const storage::View& view, const RecordRef& ref,
                                            DayNumber day, bool include_past) {
  absl::StatusOr<std::optional<storage::v1::RecordRow>> row = view.GetRecord(ref);
  if (!row.ok()) return row.status();
  if (!row->has_value()) return std::optional<Fact>();
  const v1::Record* record = ReadRow(**row, day, include_past);
  if (record == nullptr || !MayShow(**row, *record)) return std::optional<Fact>();
  Fact fact{ref, {}, {}, storage::ListingIntervals(**row), kMinDay};
  // The row is ours: what it says is moved out of it, not copied.
  fact.record = std::move(*const_cast<v1::Record*>(record));
  fact.provenance.set_source_record(ref.Name());
  if (const storage::v1::DatasetState* state = view.FindDataset(ref.dataset)) {
    *fact.provenance.mutable_edition() = EditionOf(*state);
    const bool listed = !fact.editions.empty() && !fact.editions.back().has_to();
    if (listed && state->edition_days_size() > 0) {
      fact.seen_on = state->edition_days(state->edition_days_size() - 1);
    }
  }
  return std::optional<Fact>(std::move(fact));
}

absl::StatusOr<std::vector<Fact>> FindFacts(const storage::View& view, IndexKind kind,
                                            const std::set<std::string>& terms, DayNumber day,
                                            bool include_past) {
  std::set<RecordRef> refs;
  for (const std::string& term : terms) {
    absl::Status status = view.FindRecords(kind, term, [&refs](const RecordRef& ref) {
      refs.insert(ref);
      return true;
    });
    if (!status.ok()) return status;
  }
  std::vector<Fact> facts;
  for (const RecordRef& ref : refs) {
    absl::StatusOr<std::optional<Fact>> fact = GetFact(view, ref, day, include_past);
    if (!fact.ok()) return fact.status();
    if (fact->has_value()) facts.push_back(**std::move(fact));
  }
  return facts;
}

bool ListedOn(const Fact& fact, DayNumber day) {
  return fact.editions.empty() ||
         std::any_of(fact.editions.begin(), fact.editions.end(),
                     [day](const v1::DateInterval& one) { return Contains(one, day); });
}

v1::SourceEdition EditionOf(const storage::v1::DatasetState& state) {
  v1::SourceEdition edition = state.edition();
  const v1::Dataset& dataset = state.dataset();
  edition.set_dataset(dataset.name());
  edition.set_title(dataset.title());
  edition.set_publisher(dataset.publisher());
  edition.set_url(dataset.url());
  edition.set_licence(dataset.licence());
  edition.set_reliability(dataset.reliability());
  edition.set_redistributable(dataset.redistributable());
  edition.set_invented(dataset.invented());
  edition.set_version(state.version());
  return edition;
}

bool Holds(const storage::v1::DatasetState& state, const std::vector<int>& bodies) {
  return std::any_of(bodies.begin(), bodies.end(), [&](int body) {
    auto count = state.body_counts().find(body);
    return count != state.body_counts().end() && count->second > 0;
  });
}

std::vector<v1::SourceEdition> EditionsWith(const storage::View& view,
                                            const std::vector<int>& bodies) {
  std::vector<v1::SourceEdition> editions;
  for (const storage::v1::DatasetState& state : view.manifest().datasets()) {
    if (Holds(state, bodies)) editions.push_back(EditionOf(state));
  }
  return editions;
}

absl::StatusOr<DayNumber> ReadAsOf(bool has, const v1::Date& date, DayNumber today) {
  if (!has) return today;
  if (!IsFullDay(date)) return InvalidField("as_of", "must be a full day that exists");
  if (FirstDay(date) > today) return AsOfInFuture("as_of");
  return FirstDay(date);
}

}  // namespace probity::screening
