// What is on record under index terms, on a day, and where it comes from. No
// gRPC, no clock.
#ifndef PROBITY_SCREENING_FACTS_H_
#define PROBITY_SCREENING_FACTS_H_

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/civil_day.h"
#include "probity/v1/record.pb.h"
#include "storage/store.h"

namespace probity::screening {

// A record with what it says on the asked day.
struct Fact {
  storage::RecordRef ref;
  v1::Record record;
  v1::Provenance provenance;
  // Listing intervals that follow from the editions of its list.
  std::vector<v1::DateInterval> editions;
  // Day of the list's newest edition, where that holds the record; kMinDay
  // otherwise.
  DayNumber seen_on = kMinDay;
};

// False for a restricted record, also for what it said before it became one: no role
// reads it. So a verdict never rests on what those who see the verdict may not see.
bool MayShow(const storage::v1::RecordRow& row, const v1::Record& record);

// The records that have one of `terms`, in order of RecordRef without repeats,
// as they are on `day`; records that say nothing then are left out, or, with
// `include_past`, given as they last were before it (else as they first were:
// their own dates tell whether they apply). Restricted records are left out.
absl::StatusOr<std::vector<Fact>> FindFacts(const storage::View& view, storage::IndexKind kind,
                                            const std::set<std::string>& terms, DayNumber day,
                                            bool include_past = false);

// True when the editions of its list hold the fact on `day`, or there are none.
bool ListedOn(const Fact& fact, DayNumber day);

// One record under the same rules; nullopt when there is none to show.
absl::StatusOr<std::optional<Fact>> GetFact(const storage::View& view,
                                            const storage::RecordRef& ref, DayNumber day,
                                            bool include_past = false);

// The edition a dataset's rows are read from.
v1::SourceEdition EditionOf(const storage::v1::DatasetState& state);
// True when the dataset holds records of one of these kinds, by field number in
// Record.body.
bool Holds(const storage::v1::DatasetState& state, const std::vector<int>& bodies);
// Editions of the datasets that do.
std::vector<v1::SourceEdition> EditionsWith(const storage::View& view,
                                            const std::vector<int>& bodies);

// Reads an optional as_of: absent means today; later than today is an error.
absl::StatusOr<DayNumber> ReadAsOf(bool has, const v1::Date& date, DayNumber today);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_FACTS_H_
