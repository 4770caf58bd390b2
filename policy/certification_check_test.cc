#include "policy/certification_check.h"

#include <utility>

#include "gmock/gmock.h"
#include "policy/testing.h"

namespace probity::policy {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kToday[] = "2024-06-15";

// A certificate that holds for every question of these tests.
v1::Certification Good() {
  return Parse<v1::Certification>(
      "scheme_id: 'WRAP' certificate_no: '1' grade: 'Gold'"
      " certification_body { name: 'CB' accredited { from " +
      D("2020-01-01") +
      " } }"
      " issued_on " +
      D("2023-12-20") + " valid_from " + D("2024-01-01") + " expires_on " + D("2024-12-31") +
      " verification_method: VERIFICATION_METHOD_SCHEME_REGISTER verified_on " + D("2024-06-01"));
}

CertificationFact Fact(const std::string& changes = "", bool holder = true, bool site = true) {
  CertificationFact fact;
  fact.certification = Good();
  EXPECT_TRUE(google::protobuf::TextFormat::MergeFromString(changes, &fact.certification))
      << changes;
  fact.provenance.set_source_record("datasets/d/records/c");
  fact.holder_is_subject = holder;
  fact.site_named = site;
  return fact;
}

CertificationQuestion Ask(const std::string& changes) {
  CertificationQuestion question;
  question.request = Parse<v1::CheckCertificationRequest>(changes);
  if (question.request.accepted_schemes().empty()) {
    question.request.add_accepted_schemes()->set_scheme_id("WRAP");
  }
  question.request.mutable_subject()->set_supplier("suppliers/s");
  question.today = DayOf(kToday);
  return question;
}

std::vector<std::string> Causes(const CertificationAnswer& answer) {
  std::vector<std::string> names;
  for (const auto& cause : answer.causes()) {
    names.push_back(
        v1::CertificationResult_Name(cause.result()).substr(sizeof("CERTIFICATION_RESULT_") - 1));
  }
  return names;
}

std::vector<std::string> NotChecked(const CertificationAnswer& answer) {
  return {answer.not_checked().begin(), answer.not_checked().end()};
}

struct Case {
  std::string what;
  std::string question;
  std::string certificate;
  std::vector<std::string> causes;  // empty: VALID
  bool holder = true;
  bool site = true;
};

std::string On(const std::string& iso) { return "on_dates " + D(iso); }
std::string Event(const std::string& status, const std::string& iso) {
  return " status_events { status: CERTIFICATION_STATUS_" + status + " from " + D(iso) + " }";
}
std::string MaySuspension() {
  return Event("SUSPENDED", "2024-05-01") + Event("ISSUED", "2024-06-01");
}

const char kFsc[] = "accepted_schemes { scheme_id: 'FSC_COC' }";
const char kFscCert[] =
    "scheme_id: 'FSC_COC' next_surveillance_due { year: 2024 month: 9 day: 1 } ";
const char kHs[] = "commodity { scheme: COMMODITY_SCHEME_HS code: '520100' }";
const char kCpv[] = "commodity { scheme: COMMODITY_SCHEME_CPV code: '18110000-3' }";
const char kSite[] = "site { source_record: 'datasets/d/records/s' }";

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

TEST(CheckCertificationTest, UncertainDaysAreNeverValid) {
  const SchemeCatalogue schemes = TestSchemes();
  CertificationFact fact = Fact();
  *fact.certification.mutable_expires_on() = ParseDate("2024-06").value();
  CertificationAnswer may_have_ended = CheckCertification(Ask(""), {fact}, schemes);
  EXPECT_THAT(Causes(may_have_ended), ElementsAre("EXPIRED"));
  EXPECT_THAT(NotChecked(may_have_ended), Contains("expires_on"));
  EXPECT_EQ(CheckCertification(Ask(On("2024-05-31")), {fact}, schemes).result(),
            v1::CERTIFICATION_RESULT_VALID);

  fact = Fact();
  *fact.certification.mutable_valid_from() = ParseDate("2024").value();
  EXPECT_THAT(Causes(CheckCertification(Ask(""), {fact}, schemes)), ElementsAre("NOT_YET_VALID"));

  fact = Fact(Event("SUSPENDED", "2024-05") + Event("ISSUED", "2024-06"));
  EXPECT_THAT(Causes(CheckCertification(Ask(""), {fact}, schemes)), ElementsAre("SUSPENDED"));
  EXPECT_EQ(CheckCertification(Ask(On("2024-06-30")), {fact}, schemes).result(),
            v1::CERTIFICATION_RESULT_VALID);
}

TEST(CheckCertificationTest, WithoutLastDayItCannotBeShownToHold) {
  CertificationFact fact = Fact();
  fact.certification.clear_expires_on();
  CertificationAnswer answer = CheckCertification(Ask(""), {fact}, TestSchemes());
  EXPECT_THAT(Causes(answer), ElementsAre("UNVERIFIED"));
  EXPECT_THAT(NotChecked(answer), Contains("expires_on"));

  fact.certification.set_scheme_id("RMAP");
  answer = CheckCertification(Ask("accepted_schemes { scheme_id: 'RMAP' }"), {fact}, TestSchemes());
  EXPECT_THAT(Causes(answer), IsEmpty());
  EXPECT_THAT(NotChecked(answer), Contains("expires_on"));
}

TEST(CheckCertificationTest, NoCertificateIsUnknown) {
  const SchemeCatalogue schemes = TestSchemes();
  EXPECT_THAT(Causes(CheckCertification(Ask(""), {}, schemes)), ElementsAre("UNKNOWN_CERTIFICATE"));
  CertificationAnswer other =
      CheckCertification(Ask("accepted_schemes { scheme_id: 'SA8000' }"), {Fact()}, schemes);
  EXPECT_THAT(Causes(other), ElementsAre("UNKNOWN_CERTIFICATE"));
  EXPECT_TRUE(other.checked().empty());
}

TEST(CheckCertificationTest, ReportsGuidanceAndSelfAssessmentAreNoCertificates) {
  const SchemeCatalogue schemes = TestSchemes();
  for (const char* id : {"SMETA", "AMFORI_BSCI", "SLCP", "ISO_20400", "ETI", "BETTER_WORK"}) {
    SCOPED_TRACE(id);
    const std::string ask = std::string("accepted_schemes { scheme_id: '") + id + "' }";
    EXPECT_THAT(Causes(CheckCertification(Ask(ask), {}, schemes)),
                ElementsAre("SCHEME_NOT_A_CERTIFICATE"));
    CertificationFact fact = Fact();
    fact.certification.set_scheme_id(id);
    CertificationAnswer answer = CheckCertification(Ask(ask), {fact}, schemes);
    EXPECT_EQ(answer.result(), v1::CERTIFICATION_RESULT_SCHEME_NOT_A_CERTIFICATE);
    ASSERT_EQ(answer.checked_size(), 1);
    EXPECT_EQ(answer.checked(0).result(), v1::CERTIFICATION_RESULT_SCHEME_NOT_A_CERTIFICATE);
  }
  EXPECT_THAT(Causes(CheckCertification(Ask("accepted_schemes { scheme_id: 'SMETA' } "
                                            "accepted_schemes { scheme_id: 'SA8000' }"),
                                        {}, schemes)),
              ElementsAre("UNKNOWN_CERTIFICATE", "SCHEME_NOT_A_CERTIFICATE"));
}

TEST(CheckCertificationTest, NearestIsTheLeastGrave) {
  CertificationFact expired = Fact();
  *expired.certification.mutable_expires_on() = ParseDate("2024-02-01").value();
  expired.provenance.set_source_record("datasets/d/records/expired");
  CertificationFact stranger = Fact("", false);
  stranger.provenance.set_source_record("datasets/d/records/stranger");
  CertificationFact document = Fact("verification_method: VERIFICATION_METHOD_DOCUMENT_ONLY");
  document.provenance.set_source_record("datasets/d/records/document");
  CertificationAnswer answer = CheckCertification(Ask("max_status_age_days: 1"),
                                                  {expired, stranger, document}, TestSchemes());
  EXPECT_THAT(Causes(answer), ElementsAre("UNVERIFIED", "STALE_STATUS"));
  ASSERT_EQ(answer.checked_size(), 3);
  EXPECT_EQ(answer.checked(0).provenance().source_record(), "datasets/d/records/document");
  EXPECT_EQ(answer.checked(1).provenance().source_record(), "datasets/d/records/expired");
  EXPECT_EQ(answer.checked(2).provenance().source_record(), "datasets/d/records/stranger");

  // One that holds settles the question, whatever else is on record.
  CertificationAnswer valid = CheckCertification(Ask(""), {expired, Fact()}, TestSchemes());
  EXPECT_EQ(valid.result(), v1::CERTIFICATION_RESULT_VALID);
  EXPECT_TRUE(valid.causes().empty());
}

TEST(CheckCertificationTest, SaysWhatEndsFirst) {
  const SchemeCatalogue schemes = TestSchemes();
  CertificationAnswer plain = CheckCertification(Ask(""), {Fact()}, schemes);
  EXPECT_EQ(FormatDate(plain.valid_until()), "2024-12-31");
  EXPECT_EQ(plain.checked(0).ends_by(), "expires_on");

  CertificationAnswer licence =
      CheckCertification(Ask(""), {Fact("licence_valid_to " + D("2024-08-31"))}, schemes);
  EXPECT_EQ(FormatDate(licence.valid_until()), "2024-08-31");
  EXPECT_EQ(licence.checked(0).ends_by(), "licence_valid_to");

  CertificationAnswer status = CheckCertification(
      Ask(""), {Fact(MaySuspension() + Event("WITHDRAWN", "2024-10-01"))}, schemes);
  EXPECT_EQ(status.result(), v1::CERTIFICATION_RESULT_VALID);
  EXPECT_EQ(FormatDate(status.valid_until()), "2024-09-30");
  EXPECT_EQ(status.checked(0).ends_by(), "status event");

  CertificationAnswer surveillance = CheckCertification(
      Ask("accepted_schemes { scheme_id: 'SA8000' }"),
      {Fact("scheme_id: 'SA8000' next_surveillance_due " + D("2024-07-01"))}, schemes);
  EXPECT_EQ(surveillance.checked(0).ends_by(), "next_surveillance_due");

  CertificationAnswer contract =
      CheckCertification(Ask(On("2024-06-15") + On("2026-06-15")), {Fact()}, schemes);
  EXPECT_EQ(contract.result(), v1::CERTIFICATION_RESULT_EXPIRED);
  EXPECT_EQ(FormatDate(contract.causes(0).on()), "2026-06-15");
  EXPECT_EQ(FormatDate(contract.valid_until()), "2024-12-31");
}

TEST(CheckCertificationTest, CausesNameDayEventAndSource) {
  CertificationAnswer answer = CheckCertification(Ask(On("2024-04-30") + On("2024-05-31")),
                                                  {Fact(MaySuspension())}, TestSchemes());
  ASSERT_EQ(answer.causes_size(), 1);
  EXPECT_EQ(FormatDate(answer.causes(0).on()), "2024-05-31");
  EXPECT_EQ(FormatDate(answer.causes(0).status_event().from()), "2024-05-01");
  EXPECT_EQ(answer.causes(0).source_record(), "datasets/d/records/c");

  CertificationAnswer always = CheckCertification(Ask(On("2024-05-02") + On("2024-05-03")),
                                                  {Fact(MaySuspension())}, TestSchemes());
  ASSERT_EQ(always.causes_size(), 1);
  EXPECT_FALSE(always.causes(0).has_on());
}

TEST(CheckCertificationTest, AllSitesCoverOnlyOperatedSitesOfCompanySchemes) {
  const SchemeCatalogue schemes = TestSchemes();
  const std::string ask = std::string("accepted_schemes { scheme_id: 'GOTS' } ") + kSite;
  CertificationFact fact = Fact("scheme_id: 'GOTS' scope { all_sites: true }", true, false);
  EXPECT_THAT(Causes(CheckCertification(Ask(ask), {fact}, schemes)),
              ElementsAre("SITE_NOT_IN_SCOPE"));
  fact.site_operated_by_holder = true;
  EXPECT_THAT(Causes(CheckCertification(Ask(ask), {fact}, schemes)), IsEmpty());
}

TEST(CheckCertificationTest, StatusAgeFallsBackOnTheSchemeOwnersEdition) {
  CertificationFact fact = Fact();
  fact.certification.clear_verified_on();
  EXPECT_THAT(Causes(CheckCertification(Ask("max_status_age_days: 7"), {fact}, TestSchemes())),
              ElementsAre("STALE_STATUS"));
  v1::SourceEdition* edition = fact.provenance.mutable_edition();
  edition->set_reliability(v1::RELIABILITY_SCHEME_OWNER);
  edition->mutable_checked_at()->set_seconds(int64_t{86400} * DayOf("2024-06-10"));
  EXPECT_THAT(Causes(CheckCertification(Ask("max_status_age_days: 5"), {fact}, TestSchemes())),
              IsEmpty());
  EXPECT_THAT(Causes(CheckCertification(Ask("max_status_age_days: 4"), {fact}, TestSchemes())),
              ElementsAre("STALE_STATUS"));
  edition->set_reliability(v1::RELIABILITY_SUPPLIER);
  EXPECT_THAT(Causes(CheckCertification(Ask("max_status_age_days: 5"), {fact}, TestSchemes())),
              ElementsAre("STALE_STATUS"));
}

TEST(CheckCertificationTest, AHolderWhoSharesItsIdentifierIsNotShownToBeMeant) {
  CertificationFact fact = Fact("", false);
  fact.holder_is_ambiguous = true;
  const CertificationAnswer answer = CheckCertification(Ask(""), {fact}, TestSchemes());
  EXPECT_THAT(Causes(answer), ElementsAre("HOLDER_MISMATCH"));
  EXPECT_THAT(NotChecked(answer), Contains("subject"));
}

TEST(CheckCertificationTest, ALicenceWithoutLastDayCannotBeShownToBeActive) {
  const CertificationAnswer answer = CheckCertification(
      Ask(kFsc), {Fact(std::string(kFscCert) + "licence_no: 'FSC-C1'")}, TestSchemes());
  EXPECT_THAT(Causes(answer), ElementsAre("UNVERIFIED"));
  EXPECT_THAT(NotChecked(answer), Contains("licence_valid_to"));
}

TEST(CheckCertificationTest, BeginsWhenAnythingFirstSaysSo) {
  const SchemeCatalogue schemes = TestSchemes();
  CertificationFact fact = Fact();
  fact.certification.clear_valid_from();
  EXPECT_THAT(Causes(CheckCertification(Ask(On("2023-12-20")), {fact}, schemes)), IsEmpty());
  EXPECT_THAT(Causes(CheckCertification(Ask(On("2023-12-19")), {fact}, schemes)),
              ElementsAre("NOT_YET_VALID"));
  fact.certification.clear_issued_on();  // it was seen to be in force on 1 June
  EXPECT_THAT(Causes(CheckCertification(Ask(On("2024-06-01")), {fact}, schemes)), IsEmpty());
  EXPECT_THAT(Causes(CheckCertification(Ask(On("2024-05-31")), {fact}, schemes)),
              ElementsAre("NOT_YET_VALID"));
  fact.certification.clear_verified_on();
  const CertificationAnswer never = CheckCertification(Ask(""), {fact}, schemes);
  EXPECT_THAT(Causes(never), ElementsAre("UNVERIFIED"));
  EXPECT_THAT(NotChecked(never), Contains("valid_from"));
}

TEST(CheckCertificationTest, SurveillanceThatWasLateIsOverdueUntilItIsHeld) {
  const SchemeCatalogue schemes = TestSchemes();
  const CertificationFact late = Fact("scheme_id: 'SA8000' next_surveillance_due " +
                                      D("2024-03-01") + " last_audit_on " + D("2024-05-10"));
  const std::string ask = "accepted_schemes { scheme_id: 'SA8000' } ";
  const std::pair<const char*, bool> days[] = {
      {"2024-03-01", true}, {"2024-03-02", false}, {"2024-05-09", false}, {"2024-05-10", true}};
  for (const auto& [day, holds] : days) {
    const CertificationAnswer answer = CheckCertification(Ask(ask + On(day)), {late}, schemes);
    EXPECT_EQ(answer.causes().empty(), holds) << day;
    EXPECT_EQ(answer.checked(0).ends_by(),
              day < std::string("2024-05-10") ? "next_surveillance_due" : "expires_on")
        << day;
  }
}

// A list of conformant parties says how long by its editions alone.
TEST(CheckCertificationTest, AListHoldsWhileItLists) {
  const SchemeCatalogue schemes = TestSchemes();
  CertificationFact smelter = Fact("scheme_id: 'RMAP' grade: 'Conformant'");
  smelter.certification.clear_valid_from();
  smelter.certification.clear_issued_on();
  smelter.certification.clear_expires_on();
  smelter.listed = {Parse<v1::DateInterval>("from " + D("2023-01-01") + " to " + D("2023-07-01")),
                    Parse<v1::DateInterval>("from " + D("2024-01-01") + " to " + D("2024-05-01"))};
  const std::vector<std::pair<std::string, std::vector<std::string>>> days = {
      {"2022-12-31", {"NOT_YET_VALID"}}, {"2023-01-01", {}}, {"2023-06-30", {}},
      {"2023-07-01", {"WITHDRAWN"}},     {"2024-01-01", {}}, {"2024-04-30", {}},
      {"2024-05-01", {"WITHDRAWN"}}};
  for (const auto& [day, causes] : days) {
    const CertificationAnswer answer = CheckCertification(
        Ask("accepted_schemes { scheme_id: 'RMAP' } " + On(day)), {smelter}, schemes);
    EXPECT_EQ(Causes(answer), causes) << day;
    EXPECT_EQ(answer.checked(0).ends_by(), "listing");
    EXPECT_EQ(FormatDate(answer.checked(0).ends_on()), "2024-04-30");
  }
  smelter.certification.set_grade("Active");
  EXPECT_THAT(
      Causes(CheckCertification(Ask("accepted_schemes { scheme_id: 'RMAP' } " + On("2024-02-01")),
                                {smelter}, schemes)),
      ElementsAre("GRADE_TOO_LOW"));
}

TEST(CheckCertificationTest, TakenOffTheListWhileItsDatesRunIsWithdrawn) {
  const SchemeCatalogue schemes = TestSchemes();
  CertificationFact fact = Fact();
  fact.listed = {Parse<v1::DateInterval>("from " + D("2024-02-01") + " to " + D("2024-06-01"))};
  // It was not seen before February, and its own dates say that it held.
  EXPECT_THAT(Causes(CheckCertification(Ask(On("2024-01-15")), {fact}, schemes)), IsEmpty());
  EXPECT_THAT(Causes(CheckCertification(Ask(On("2024-05-31")), {fact}, schemes)), IsEmpty());
  EXPECT_THAT(Causes(CheckCertification(Ask(On("2024-06-01")), {fact}, schemes)),
              ElementsAre("WITHDRAWN"));
  // Off the list since it ended is no withdrawal.
  EXPECT_THAT(Causes(CheckCertification(Ask(On("2025-01-01")), {fact}, schemes)),
              ElementsAre("EXPIRED"));
}

TEST(CheckCertificationTest, RecordsOfOneNumberShareTheirStatus) {
  const SchemeCatalogue schemes = TestSchemes();
  CertificationFact copy = Fact();
  copy.provenance.set_source_record("datasets/copy/records/c");
  CertificationFact official = Fact(MaySuspension());
  official.provenance.set_source_record("datasets/official/records/c");
  const CertificationAnswer answer =
      CheckCertification(Ask(On("2024-05-31")), {copy, official}, schemes);
  EXPECT_THAT(Causes(answer), ElementsAre("SUSPENDED"));
  EXPECT_EQ(answer.causes(0).source_record(), "datasets/official/records/c");
  EXPECT_THAT(Causes(CheckCertification(Ask(On("2024-06-01")), {copy, official}, schemes)),
              IsEmpty());
  // Another number, or a record that nobody vouches for, says nothing about it.
  official.certification.set_certificate_no("2");
  EXPECT_EQ(CheckCertification(Ask(On("2024-05-31")), {copy, official}, schemes).result(),
            v1::CERTIFICATION_RESULT_VALID);
  official.certification.set_certificate_no("1");
  official.certification.set_verification_method(v1::VERIFICATION_METHOD_SELF_REPORTED);
  EXPECT_EQ(CheckCertification(Ask(On("2024-05-31")), {copy, official}, schemes).result(),
            v1::CERTIFICATION_RESULT_VALID);
}

TEST(CheckCertificationTest, OnOneDayTheGravestWordOfSeveralRecordsCounts) {
  CertificationFact reinstated = Fact(MaySuspension());
  CertificationFact withdrawn = Fact(Event("WITHDRAWN", "2024-06-01"));
  withdrawn.provenance.set_source_record("datasets/d/records/w");
  EXPECT_THAT(
      Causes(CheckCertification(Ask(On("2024-06-01")), {reinstated, withdrawn}, TestSchemes())),
      ElementsAre("WITHDRAWN"));
}

TEST(CheckCertificationTest, ACheckDatedTomorrowIsNotBelieved) {
  CertificationFact fact = Fact("verified_on " + D("2024-06-16"));
  EXPECT_THAT(Causes(CheckCertification(Ask("max_status_age_days: 30"), {fact}, TestSchemes())),
              ElementsAre("STALE_STATUS"));
}

TEST(CheckCertificationTest, SeveralDaysNameThoseOnWhichItFails) {
  const std::string days = On("2024-02-01") + " " + On("2024-05-15") + " " + On("2025-03-01");
  const CertificationAnswer answer =
      CheckCertification(Ask(days), {Fact(MaySuspension())}, TestSchemes());
  ASSERT_THAT(Causes(answer), ElementsAre("SUSPENDED", "EXPIRED"));
  EXPECT_EQ(FormatDate(answer.causes(0).on()), "2024-05-15");
  EXPECT_EQ(answer.causes(0).status_event().status(), v1::CERTIFICATION_STATUS_SUSPENDED);
  EXPECT_EQ(FormatDate(answer.causes(1).on()), "2025-03-01");
  EXPECT_EQ(FormatDate(answer.valid_until()), "2024-04-30");
}

TEST(CheckCertificationTest, NamesWhatItCouldNotCheck) {
  CertificationFact fact = Fact();
  fact.certification.mutable_certification_body()->clear_accredited();
  CertificationAnswer answer = CheckCertification(Ask(""), {fact}, TestSchemes());
  EXPECT_EQ(answer.result(), v1::CERTIFICATION_RESULT_VALID);
  EXPECT_THAT(NotChecked(answer), ElementsAre("certification_body.accredited"));
}

}  // namespace
}  // namespace probity::policy
