// Is a current audit on record for a site? Pure: facts and a question in, an
// answer with all its causes out.
#ifndef PROBITY_POLICY_AUDIT_CHECK_H_
#define PROBITY_POLICY_AUDIT_CHECK_H_

#include <vector>

#include "base/civil_day.h"
#include "policy/schemes.h"
#include "probity/v1/certification_service.pb.h"

namespace probity::policy {

// An audit of the asked site, or of another site of the same operator.
struct AuditFact {
  v1::Audit audit;
  v1::Provenance provenance;
  // The audited site is the asked site: same record or a shared identifier.
  bool site_is_asked = false;
};

// The question, already validated.
struct AuditQuestion {
  v1::CheckAuditRequest request;
  // Read when as_of is absent.
  DayNumber today = 0;
};

// Everything of the response but the stamp.
using AuditAnswer = v1::CheckAuditResponse;

// CURRENT needs one audit that fits, and no open critical or zero-tolerance
// finding in any audit of the site under an accepted scheme (unless the caller
// allows them; then they stand in the checked audits alone). A later audit
// with a low grade overrides an earlier one of its scheme with a good grade.
// A grade that the scheme itself does not recognise is too low, whatever age
// and grade the caller accepts. Audits that end after the asked day are not
// seen. Imprecise dates are read with care: an audit is as old, a finding as
// long open as its dates can mean, and an audit that may have ended after the
// asked day is not seen.
AuditAnswer CheckAudit(const AuditQuestion& question, const std::vector<AuditFact>& facts,
                       const SchemeCatalogue& schemes);

}  // namespace probity::policy

#endif  // PROBITY_POLICY_AUDIT_CHECK_H_
