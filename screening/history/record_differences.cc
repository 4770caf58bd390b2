#include "screening/history/record_differences.h"

#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/civil_day.h"
#include "policy/listing.h"
#include "screening/history/field_differences.h"
#include "storage/timeline.h"

namespace probity::screening {
namespace {

using storage::v1::RecordRow;
using storage::v1::TimelineSegment;

std::string DayOf(const v1::Date& date) { return date.year() == 0 ? "" : FormatDate(date); }

std::string BodyOf(const v1::Record& record) {
  const auto* field = v1::Record::descriptor()->FindFieldByNumber(record.body_case());
  return field == nullptr ? "" : field->name();
}

// The record as it leaves; in `made` where it is not that itself. One that is not there
// says nothing, and has the key of the other: it names the record, and does not change.
const v1::Record& Leaving(const v1::Record* record, const v1::Record* other, v1::Record* made) {
  if (record == nullptr) {
    if (other != nullptr) made->set_key(other->key());
    return *made;
  }
  if (!record->risk_flag().has_affected()) return *record;
  *made = LeavingRecord(*record);
  return *made;
}

// Compares two rows; one that is not there says nothing.
class Rows {
 public:
  Rows(const std::optional<RecordRow>& before, const std::optional<RecordRow>& after,
       google::protobuf::RepeatedPtrField<v1::FieldDifference>* differences)
      : before_(before ? *before : RecordRow::default_instance()),
        after_(after ? *after : RecordRow::default_instance()),
        differences_(differences) {}

  void Run() {
    Listings();
    Records("", Latest(before_), Latest(after_));
    Timelines();
  }

 private:
  static const v1::Record* Latest(const RecordRow& row) {
    return row.segments_size() == 0 ? nullptr : &storage::LatestRecord(row);
  }

  void Records(const std::string& path, const v1::Record* before, const v1::Record* after) {
    v1::Record left, right;
    AddFieldDifferences(path, Leaving(before, after, &left), Leaving(after, before, &right),
                        differences_);
  }

  void Listings() {
    const auto before = storage::ListingIntervals(before_);
    const auto after = storage::ListingIntervals(after_);
    for (size_t i = 0; i < std::max(before.size(), after.size()); ++i) {
      const v1::DateInterval none;
      const v1::DateInterval& left = i < before.size() ? before[i] : none;
      const v1::DateInterval& right = i < after.size() ? after[i] : none;
      Listing(absl::StrCat("listing[", i, "].listed_from"), left.from(), right.from());
      Listing(absl::StrCat("listing[", i, "].delisted_on"), left.to(), right.to());
    }
  }

  void Listing(const std::string& path, const v1::Date& before, const v1::Date& after) {
    const std::string left = DayOf(before), right = DayOf(after);
    if (left == right) return;
    v1::FieldDifference& difference = *differences_->Add();
    difference.set_path(path);
    difference.set_before(left);
    difference.set_after(right);
  }

  // What was said in between: on the days on which either began to say something, where
  // both say something that is not their last word.
  void Timelines() {
    std::set<DayNumber> days;
    for (const RecordRow* row : {&before_, &after_}) {
      for (const TimelineSegment& segment : row->segments()) {
        if (!segment.undated()) days.insert(segment.from_day());
      }
    }
    for (const DayNumber day : days) {
      const v1::Record* left = storage::RecordAt(before_, day);
      const v1::Record* right = storage::RecordAt(after_, day);
      const bool told = left == Latest(before_) && right == Latest(after_);
      if (left == nullptr || right == nullptr || told) continue;
      Records(absl::StrCat("timeline[", FormatDate(DateOf(day)), "]"), left, right);
    }
  }

  const RecordRow& before_;
  const RecordRow& after_;
  google::protobuf::RepeatedPtrField<v1::FieldDifference>* const differences_;
};

bool SaysRestricted(const std::optional<RecordRow>& row) {
  return row.has_value() && IsRestricted(*row);
}

bool MayLeave(const storage::View& newest, absl::string_view dataset) {
  const storage::v1::DatasetState* state = newest.FindDataset(dataset);
  return state != nullptr && state->dataset().redistributable();
}

std::optional<v1::RecordChange> Unrestricted(const storage::RecordChange& change,
                                             bool with_fields) {
  if (SaysRestricted(change.before) || SaysRestricted(change.after)) return std::nullopt;
  return DescribeChange(change, with_fields);
}

}  // namespace

v1::Record LeavingRecord(v1::Record record) {
  if (record.risk_flag().has_affected()) {
    policy::ClampPeople(record.mutable_risk_flag()->mutable_affected());
  }
  return record;
}

bool IsRestricted(const RecordRow& row) {
  return std::any_of(row.segments().begin(), row.segments().end(), [](const auto& segment) {
    return segment.record().visibility() == v1::VISIBILITY_RESTRICTED;
  });
}

v1::RecordChange DescribeChange(const storage::RecordChange& change, bool with_fields) {
  v1::RecordChange described;
  described.set_record(change.ref.Name());
  described.set_kind(!change.before  ? v1::RECORD_CHANGE_KIND_ADDED
                     : !change.after ? v1::RECORD_CHANGE_KIND_REMOVED
                                     : v1::RECORD_CHANGE_KIND_CHANGED);
  described.set_body(BodyOf(storage::LatestRecord(change.after ? *change.after : *change.before)));
  if (with_fields) Rows(change.before, change.after, described.mutable_fields()).Run();
  return described;
}

std::optional<v1::RecordChange> ShownChange(const storage::RecordChange& change,
                                            const storage::View& base) {
  return Unrestricted(change, MayLeave(base, change.ref.dataset));
}

absl::StatusOr<std::vector<std::optional<v1::RecordChange>>> ShownChanges(
    const std::vector<storage::RecordChange>& changes, const storage::View& newest,
    bool after_is_newest) {
  if (changes.empty()) return std::vector<std::optional<v1::RecordChange>>();
  const std::string& dataset = changes.front().ref.dataset;
  std::vector<std::string> keys;  // of those that may be restricted by now
  for (const storage::RecordChange& change : changes) {
    const RecordRow& row = change.after ? *change.after : *change.before;
    // Parties are never restricted.
    if (after_is_newest || storage::LatestRecord(row).has_supplier()) continue;
    keys.push_back(change.ref.key);
  }
  std::set<absl::string_view> restricted;
  if (!keys.empty()) {
    const auto now = newest.GetRecords(dataset, keys);
    if (!now.ok()) return now.status();
    for (size_t i = 0; i < keys.size(); ++i) {
      if (SaysRestricted((*now)[i])) restricted.insert(keys[i]);
    }
  }
  const bool may_leave = MayLeave(newest, dataset);
  std::vector<std::optional<v1::RecordChange>> shown;
  for (const storage::RecordChange& change : changes) {
    const bool hidden = restricted.count(change.ref.key) > 0;
    shown.push_back(hidden ? std::nullopt : Unrestricted(change, may_leave));
  }
  return shown;
}

}  // namespace probity::screening
