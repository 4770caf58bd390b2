// All causes for which one certificate does not hold. Internal to policy/.
#ifndef PROBITY_POLICY_CERTIFICATE_CAUSES_H_
#define PROBITY_POLICY_CERTIFICATE_CAUSES_H_

#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "policy/certificate_days.h"
#include "policy/certification_check.h"

namespace probity::policy {

// Strength of a chain-of-custody model: 0 none, 5 identity preserved. FSC's
// TRANSFER counts as SEGREGATED, PERCENTAGE and CREDIT as MASS_BALANCE.
int CocStrength(v1::CocModel model);

// What one certificate answers.
struct CertificateFindings {
  std::vector<v1::CertificationCause> causes;  // worst first
  std::set<std::string> not_checked;           // field names
  End end;

  v1::CertificationCause& Fail(v1::CertificationResult result, std::string detail,
                               absl::string_view source_record);
};

// True when somebody other than the supplier vouches for the record.
bool IsVerified(v1::VerificationMethod method);

// `days` are the asked days, ascending, at least one. `accepted` is the entry
// of the request for the certificate's scheme. `timeline` holds the certificate's
// status events.
CertificateFindings ExamineCertificate(const CertificationQuestion& question,
                                       const v1::AcceptedScheme& accepted,
                                       const std::vector<DayNumber>& days,
                                       const CertificationFact& fact, const Scheme& scheme,
                                       const std::vector<DatedStatus>& timeline);

// The part of it that is about what the certificate covers: site, commodity,
// process, chain of custody and grade.
void ExamineScope(const v1::CheckCertificationRequest& request, const v1::AcceptedScheme& accepted,
                  const CertificationFact& fact, const Scheme& scheme, CertificateFindings* out);

}  // namespace probity::policy

#endif  // PROBITY_POLICY_CERTIFICATE_CAUSES_H_
