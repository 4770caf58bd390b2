// A stored party or site, ready to be compared with a question.
#ifndef PROBITY_SCREENING_NAMES_RECORD_PARTY_H_
#define PROBITY_SCREENING_NAMES_RECORD_PARTY_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "screening/names/explanation.h"
#include "screening/names/name_question.h"

namespace probity::screening {

// What a record says of its party or site, ready to be compared with; nullopt when
// it is neither, restricted, or not in the view.
struct RecordParty {
  std::vector<v1::Name> names;
  // Without weak_alias, which is a name's, and address; kSite for a site.
  matching::Facts facts;
  std::string address;  // in one line; normalised only for who asks with one
};
absl::StatusOr<std::optional<RecordParty>> ReadRecordParty(const storage::View& view,
                                                           const storage::RecordRef& ref);

// The same from the supplier, which need not be read again, where it was put together from
// that record alone and says all of it; nullopt where it was not. Of the names the first
// alone: a supplier says each once, so that others may have another place.
std::optional<RecordParty> PartyOfOnlyRecord(const v1::Supplier& supplier,
                                             const storage::RecordRef& ref);

// The score of one of its names; rows by `level` go to `out` unless nullptr.
int ScoreRecordName(const Comparer& comparer, const NameQuestion& question,
                    const RecordParty& record, const v1::Name& name, v1::ExplanationLevel level,
                    Explanations* out);

// What moved that score.
std::vector<Reason> ReasonsForRecordName(const Comparer& comparer, const NameQuestion& question,
                                         const RecordParty& record, const v1::Name& name);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_NAMES_RECORD_PARTY_H_
