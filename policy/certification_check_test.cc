#include "policy/certification_check.h"

#include <utility>

#include "gmock/gmock.h"
#include "policy/certification_testing.h"

namespace probity::policy {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

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
