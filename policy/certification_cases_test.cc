// Every cause for which a certificate does not hold, at both ends of its time.
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "policy/certification_testing.h"

namespace probity::policy {
namespace {

constexpr char kHs[] = "commodity { scheme: COMMODITY_SCHEME_HS code: '520100' }";
constexpr char kCpv[] = "commodity { scheme: COMMODITY_SCHEME_CPV code: '18110000-3' }";

struct Case {
  std::string what;
  std::string question;
  std::string certificate;
  std::vector<std::string> causes;  // empty: VALID
  bool holder = true;
  bool site = true;
};

std::vector<Case> Cases() {
  return {
      // Both ends of validity are inside.
      {"today", "", "", {}},
      {"first day", On("2024-01-01"), "", {}},
      {"day before", On("2023-12-31"), "", {"NOT_YET_VALID"}},
      {"last day", On("2024-12-31"), "", {}},
      {"day after", On("2025-01-01"), "", {"EXPIRED"}},
      {"one of two days", On("2024-02-01") + On("2025-02-01"), "", {"EXPIRED"}},
      {"both sides", On("2023-02-01") + On("2025-02-01"), "", {"EXPIRED", "NOT_YET_VALID"}},
      {"applied for", "", Event("APPLIED", "2024-01-01"), {"NOT_YET_VALID"}},
      // Suspension is half-open.
      {"day before suspension", On("2024-04-30"), MaySuspension(), {}},
      {"first day suspended", On("2024-05-01"), MaySuspension(), {"SUSPENDED"}},
      {"shipment 31 May", On("2024-05-31"), MaySuspension(), {"SUSPENDED"}},
      {"shipment 1 June", On("2024-06-01"), MaySuspension(), {}},
      {"partial counts", "", Event("PARTIALLY_SUSPENDED", "2024-05-01"), {"SUSPENDED"}},
      {"events out of order",
       On("2024-06-01"),
       Event("ISSUED", "2024-06-01") + Event("SUSPENDED", "2024-05-01"),
       {}},
      {"under review is in force", "", Event("UNDER_REVIEW", "2024-05-01"), {}},
      {"withdrawn", "", Event("WITHDRAWN", "2024-06-15"), {"WITHDRAWN"}},
      {"withdrawn tomorrow", "", Event("WITHDRAWN", "2024-06-16"), {}},
      {"cancelled", "", Event("CANCELLED_BY_HOLDER", "2024-02-01"), {"WITHDRAWN"}},
      {"transferred", "", Event("TRANSFERRED", "2024-02-01"), {"WITHDRAWN"}},
      {"unnamed status", "", Event("UNSPECIFIED", "2024-02-01"), {"UNVERIFIED"}},
      // Holder and body.
      {"another holder", "", "", {"HOLDER_MISMATCH"}, false},
      {"another holder and expired", On("2025-01-01"), "", {"HOLDER_MISMATCH", "EXPIRED"}, false},
      {"body accredited after issue",
       "",
       "certification_body { accredited { from " + D("2023-12-21") + " } }",
       {"CB_NOT_ACCREDITED"}},
      {"body's last day is open",
       "",
       "certification_body { accredited { to " + D("2023-12-20") + " } }",
       {"CB_NOT_ACCREDITED"}},
      {"body accredited on the day",
       "",
       "certification_body { accredited { from " + D("2023-12-20") + " to " + D("2023-12-21") +
           " } }",
       {}},
      // Licence.
      {"no licence", kFsc, kFscCert, {"LICENCE_INACTIVE"}},
      {"licence ended",
       kFsc,
       std::string(kFscCert) + "licence_valid_to " + D("2024-06-14"),
       {"LICENCE_INACTIVE"}},
      {"licence's last day",
       kFsc,
       std::string(kFscCert) + "licence_valid_to " + D("2024-06-15"),
       {}},
      // Site.
      {"site named", kSite, "", {}},
      {"site not named", kSite, "", {"SITE_NOT_IN_SCOPE"}, true, false},
      {"all sites of a site scheme",
       kSite,
       "scope { all_sites: true }",
       {"SITE_NOT_IN_SCOPE"},
       true,
       false},
      {"accreditation is no site evidence",
       "accepted_schemes { scheme_id: 'FLA' } " + std::string(kSite),
       "scheme_id: 'FLA'",
       {"SITE_NOT_IN_SCOPE"}},
      {"accreditation of a company",
       "accepted_schemes { scheme_id: 'FLA' }",
       "scheme_id: 'FLA'",
       {}},
      // Commodity.
      {"no commodity scope", kHs, "", {}},
      {"prefix", kHs, "scope { commodities { scheme: COMMODITY_SCHEME_HS code: '52' } }", {}},
      {"other chapter",
       kHs,
       "scope { commodities { scheme: COMMODITY_SCHEME_HS code: '61' } }",
       {"COMMODITY_NOT_IN_SCOPE"}},
      {"asked broader than covered",
       "commodity { scheme: COMMODITY_SCHEME_HS code: '52' }",
       "scope { commodities { scheme: COMMODITY_SCHEME_HS code: '5201' } }",
       {"COMMODITY_NOT_IN_SCOPE"}},
      {"excluded",
       kHs,
       "scope { excluded_commodities { scheme: COMMODITY_SCHEME_HS code: '5201' } }",
       {"COMMODITY_NOT_IN_SCOPE"}},
      {"cpv padding",
       kCpv,
       "scope { commodities { scheme: COMMODITY_SCHEME_CPV code: '18100000' } }",
       {}},
      {"another classification",
       kCpv,
       "scope { commodities { scheme: COMMODITY_SCHEME_HS code: '61' } }",
       {"COMMODITY_NOT_IN_SCOPE"}},
      // Process.
      {"process in other case",
       "process: 'Wet Processing'",
       "scope { processes: 'wet-processing' }",
       {}},
      {"process not covered",
       "process: 'dyeing'",
       "scope { processes: 'sewing' }",
       {"PROCESS_NOT_IN_SCOPE"}},
      {"process is not part of a word",
       "process: 'dye'",
       "scope { processes: 'dyeing' }",
       {"PROCESS_NOT_IN_SCOPE"}},
      // Chain of custody.
      {"credit is mass balance",
       "accepted_schemes { scheme_id: 'WRAP' minimum_coc_model: COC_MODEL_MASS_BALANCE }",
       "scope { coc_model: COC_MODEL_CREDIT }",
       {}},
      {"weaker",
       "accepted_schemes { scheme_id: 'WRAP' minimum_coc_model: COC_MODEL_SEGREGATED }",
       "scope { coc_model: COC_MODEL_MASS_BALANCE }",
       {"COC_MODEL_TOO_WEAK"}},
      {"not said",
       "accepted_schemes { scheme_id: 'WRAP' minimum_coc_model: COC_MODEL_BOOK_AND_CLAIM }",
       "",
       {"COC_MODEL_TOO_WEAK"}},
      // Grade.
      {"same grade", "accepted_schemes { scheme_id: 'WRAP' minimum_grade: 'GOLD' }", "", {}},
      {"better grade", "accepted_schemes { scheme_id: 'WRAP' minimum_grade: 'Silver' }", "", {}},
      {"lower grade",
       "accepted_schemes { scheme_id: 'WRAP' minimum_grade: 'Platinum' }",
       "",
       {"GRADE_TOO_LOW"}},
      {"unknown grade",
       "accepted_schemes { scheme_id: 'WRAP' minimum_grade: 'Silver' }",
       "grade: 'Bronze'",
       {"GRADE_TOO_LOW"}},
      // Surveillance.
      {"due today",
       "accepted_schemes { scheme_id: 'SA8000' }",
       "scheme_id: 'SA8000' next_surveillance_due " + D("2024-06-15"),
       {}},
      {"due yesterday",
       "accepted_schemes { scheme_id: 'SA8000' }",
       "scheme_id: 'SA8000' next_surveillance_due " + D("2024-06-14"),
       {"SURVEILLANCE_OVERDUE"}},
      {"audit before it was due",
       "accepted_schemes { scheme_id: 'SA8000' }",
       "scheme_id: 'SA8000' next_surveillance_due " + D("2024-03-01") + " last_audit_on " +
           D("2023-09-01"),
       {"SURVEILLANCE_OVERDUE"}},
      {"due and done",
       "accepted_schemes { scheme_id: 'SA8000' }",
       "scheme_id: 'SA8000' next_surveillance_due " + D("2024-03-01") + " last_audit_on " +
           D("2024-03-01"),
       {}},
      {"scheme without surveillance", "", "next_surveillance_due " + D("2024-01-01"), {}},
      // Verification and staleness.
      {"document only",
       "",
       "verification_method: VERIFICATION_METHOD_DOCUMENT_ONLY",
       {"UNVERIFIED"}},
      {"supplier's word",
       "",
       "verification_method: VERIFICATION_METHOD_SELF_REPORTED",
       {"UNVERIFIED"}},
      {"14 days old", "max_status_age_days: 14", "", {}},
      {"older than 13 days", "max_status_age_days: 13", "", {"STALE_STATUS"}},
      {"stale and a document",
       "max_status_age_days: 1",
       "verification_method: VERIFICATION_METHOD_DOCUMENT_ONLY",
       {"UNVERIFIED", "STALE_STATUS"}},
  };
}

TEST(CheckCertificationTest, GivesAllCausesWorstFirst) {
  const SchemeCatalogue schemes = TestSchemes();
  for (const Case& one : Cases()) {
    SCOPED_TRACE(one.what);
    const CertificationAnswer answer = CheckCertification(
        Ask(one.question), {Fact(one.certificate, one.holder, one.site)}, schemes);
    EXPECT_EQ(Causes(answer), one.causes);
    EXPECT_EQ(answer.result() == v1::CERTIFICATION_RESULT_VALID, one.causes.empty());
    if (one.causes.empty()) continue;
    EXPECT_EQ(answer.result(), answer.causes(0).result());
  }
}

}  // namespace
}  // namespace probity::policy
