// Does a certificate hold for a site, a product and some days? Pure: facts and
// a question in, an answer with all its causes out. No store and no clock.
#ifndef PROBITY_POLICY_CERTIFICATION_CHECK_H_
#define PROBITY_POLICY_CERTIFICATION_CHECK_H_

#include <string>
#include <vector>

#include "base/civil_day.h"
#include "policy/schemes.h"
#include "probity/v1/certification_service.pb.h"

namespace probity::policy {

// A certificate that may answer the question, with what only the store can
// tell: who is who.
struct CertificationFact {
  v1::Certification certification;
  v1::Provenance provenance;
  // The holder is the asked subject: they share a record or an identifier, one
  // operated the other on every asked day, or the scope names the subject as a
  // member of a group.
  bool holder_is_subject = false;
  // The holder is one of several suppliers that carry the asked identifier:
  // which of them is meant is not known.
  bool holder_is_ambiguous = false;
  // The scope names the asked site: same record or a shared identifier.
  bool site_named = false;
  // The holder operated the asked site on every asked day. Only read for
  // certificates that cover "all sites" of a company.
  bool site_operated_by_holder = false;
  // When the record stood in its publisher's list, as the editions tell; empty
  // where the dataset keeps no editions.
  std::vector<v1::DateInterval> listed;
};

// The question, already validated: accepted schemes exist, days are full days.
struct CertificationQuestion {
  // subject and site are read for presence alone; the facts say the rest.
  v1::CheckCertificationRequest request;
  // The day of the call: asked when on_dates is empty, and from which the age
  // of the last status check counts.
  DayNumber today = 0;
};

// Everything of the response but the stamp.
using CertificationAnswer = v1::CheckCertificationResponse;

// How dates are read. Validity includes both its days; a status holds from its
// day until the next event. Where a publisher gives only a month or a year, a
// certificate is taken to begin at the latest and to end at the earliest day
// that it can mean: an uncertain day is never answered VALID, and the field
// stands in not_checked. So too where no date is on record: a certificate
// without first or last day, or without the last day of a licence that its
// scheme asks for, cannot be shown to hold and is UNVERIFIED. Lists of
// conformant parties and accreditations have no last day of their own: they
// hold while they are listed.
//
// One certificate may be on record several times: records with the same scheme
// and number share the status events of those whose verification counts. What
// its publisher took off the list while its dates still ran is WITHDRAWN.
//
// Which certificate comes nearest: the one without causes and with the latest
// end; else the one whose gravest cause is least grave, then with fewest
// kinds of causes, then with the latest end, then by source record.
//
// Facts of schemes that were not accepted are ignored.
CertificationAnswer CheckCertification(const CertificationQuestion& question,
                                       const std::vector<CertificationFact>& facts,
                                       const SchemeCatalogue& schemes);

}  // namespace probity::policy

#endif  // PROBITY_POLICY_CERTIFICATION_CHECK_H_
