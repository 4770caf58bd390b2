// Judgements of the authority that a view is for, and what they are worth at that
// view's revision.
#ifndef PROBITY_SCREENING_JUDGEMENTS_H_
#define PROBITY_SCREENING_JUDGEMENTS_H_

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "probity/v1/review.pb.h"
#include "storage/store.h"

namespace probity::screening {

// Resource name of the one under `key`.
std::string JudgementName(absl::string_view authority, absl::string_view key);

// SHA-256 over what a query says, 32 bytes: the folded name, country and kind.
std::string QueryDigest(const v1::JudgedQuery& query);

// What identifies a subject as it is stored (bound, digested): of a vendor its entry and
// the records that is bound to, of a supplier its bound records, of identifier and query
// themselves. nullopt when any of these is gone, or its records are several parties now.
absl::StatusOr<std::optional<std::string>> SubjectFingerprint(const storage::View& view,
                                                              const v1::JudgedSubject& subject);
// Of the party that a record describes; nullopt when it is gone or no party.
absl::StatusOr<std::optional<std::string>> RecordFingerprint(const storage::View& view,
                                                             absl::string_view source_record);

// The judgements under any of these terms (storage::JudgementTerms), weighed, oldest
// first; rows that withdraw others are left out. A party is judged alike wherever it is
// found: what stands against another one about the same supplier is CONTRADICTED.
absl::StatusOr<std::vector<v1::Judgement>> JudgementsAbout(const storage::View& view,
                                                           const std::set<std::string>& terms);

// The row of that name as it is stored, with its name, of the view's authority.
// NOT_FOUND / JUDGEMENT_NOT_FOUND.
absl::StatusOr<v1::Judgement> FindJudgement(const storage::View& view, const std::string& name);

// A stored row as it is worth now; the row itself for one that withdraws another.
absl::StatusOr<v1::Judgement> WeighJudgement(const storage::View& view,
                                             const v1::Judgement& stored);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_JUDGEMENTS_H_
