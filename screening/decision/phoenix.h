// Whether a party may be a barred firm under a new name: founded after the barred
// firm's event, and sharing its address, a director, a telephone or a bank account.
#ifndef PROBITY_SCREENING_DECISION_PHOENIX_H_
#define PROBITY_SCREENING_DECISION_PHOENIX_H_

#include "absl/status/status.h"
#include "probity/v1/decision.pb.h"
#include "screening/decision/identity_evidence.h"
#include "screening/decision/shelf.h"

namespace probity::screening {

// Adds a PhoenixFact for each barred firm with which `identified` shares a director,
// a telephone or a bank account (identifiers PHONE and BANK-SHA256), with the
// address where that is shared too. Nothing where the day of founding is not on
// record. A firm that is only at the same address is not found.
absl::Status AddPhoenix(const Shelf& shelf, const When& when, const Identified& identified,
                        v1::SubjectEvidence* evidence);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_DECISION_PHOENIX_H_
