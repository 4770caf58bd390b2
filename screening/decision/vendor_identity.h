// What a vendor entry adds to the identity of a subject that is asked about by its
// vendor number.
#ifndef PROBITY_SCREENING_DECISION_VENDOR_IDENTITY_H_
#define PROBITY_SCREENING_DECISION_VENDOR_IDENTITY_H_

#include "probity/v1/decision.pb.h"
#include "probity/v1/purchase.pb.h"
#include "probity/v1/vendor.pb.h"

namespace probity::screening {

// The subject as the entry completes it: name and country where the request is silent,
// and the identifier in place of the number where the entry goes by that, so that both
// ways of asking are judged alike.
v1::ScreenedSubject AskedByVendor(v1::ScreenedSubject asked, const v1::Vendor& vendor);

// Says in `evidence` what the entry is not good for.
void AddVendorFaults(const v1::Vendor& vendor, v1::SubjectEvidence* evidence);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_DECISION_VENDOR_IDENTITY_H_
