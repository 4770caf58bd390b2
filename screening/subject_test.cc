// Who is meant: merged, annulled and shared identifiers, operators of sites,
// and records that nobody may see.
#include "screening/subject.h"

#include <memory>
#include <string>
#include <vector>

#include "base/errors.h"
#include "gmock/gmock.h"
#include "policy/testing.h"
#include "screening/check_certification.h"
#include "screening/list_links.h"
#include "screening/resolve.h"
#include "screening/risk_flags.h"
#include "storage/memory/in_memory_store.h"
#include "storage/testing/builders.h"

namespace probity::screening {
namespace {

using policy::D;
using policy::DayOf;
using policy::Parse;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr char kToday[] = "2024-06-15";
constexpr char kOld[] = "529900T8BM49AURSDO55";
constexpr char kNew[] = "HWUPKR0MPOU8FGXBT394";
constexpr char kAnnulled[] = "5493001KJTIIGC8Y1R12";

std::string Lei(const std::string& value) {
  return "identifier { scheme: 'XI-LEI' value: '" + value + "' }";
}

std::string Party(const std::string& key, const std::string& ids, const std::string& more = "") {
  return "key: '" + key + "' supplier { names { text: '" + key + "' } " + ids + more + " }";
}

std::string Ids(const std::string& scheme, const std::string& value) {
  return " identifiers { scheme: '" + scheme + "' value: '" + value + "' }";
}

std::string Status(const std::string& status) {
  return " registration_status: REGISTRATION_STATUS_" + status + " registration_scheme: 'XI-LEI'";
}

std::string Flag(const std::string& key, const std::string& about) {
  return "key: '" + key + "' risk_flag { subject { party { " + about +
         " } } type: FLAG_TYPE_NGO_ALLEGATION stage: FLAG_STAGE_ALLEGATION }";
}

std::string Cert(const std::string& key, const std::string& scheme, const std::string& holder,
                 const std::string& scope) {
  return "key: '" + key + "' certification { scheme_id: '" + scheme + "' certificate_no: '" + key +
         "' holder { " + holder + " } scope { " + scope + " } valid_from " + D("2024-01-01") +
         " expires_on " + D("2024-12-31") +
         " verification_method: VERIFICATION_METHOD_SCHEME_REGISTER }";
}

std::string Record(const std::string& key) { return "source_record: 'records/" + key + "'"; }
std::string Asked(const std::string& key) {
  return "source_record: 'datasets/reg/records/" + key + "'";
}
std::string Named(const std::string& key) { return "datasets/reg/records/" + key; }

std::vector<std::string> Records() {
  const std::string period = " period { from " + D("2022-01-01") + " to " + D("2024-06-01") + " }";
  return {
      Party("old", Ids("XI-LEI", kOld) + Ids("GB-COH", "00000001"),
            Status("MERGED") + " successor { scheme: 'XI-LEI' value: '" + kNew + "' }"),
      Party("new", Ids("XI-LEI", kNew)),
      Party("void", Ids("XI-LEI", kAnnulled) + Ids("GB-COH", "00000002"), Status("ANNULLED")),
      Party("twin-a", Ids("EU-VAT-DE", "123456789")),
      Party("twin-b", Ids("EU-VAT-DE", "123456789")),
      Party("group", ""),
      Party("member", ""),
      Party("operator", ""),
      Flag("on-old-number", "identifier { scheme: 'GB-COH' value: '00000001' }"),
      Flag("on-new", Lei(kNew)),
      Flag("on-void", Lei(kAnnulled)),
      Flag("on-void-number", "identifier { scheme: 'GB-COH' value: '00000002' }"),
      Flag("on-wrong-digits", Lei("529900T8BM49AURSDO99")),
      "visibility: VISIBILITY_RESTRICTED " + Flag("hidden", Lei("529900T8BM49AURSDO98")),
      "key: 'hidden-site' visibility: VISIBILITY_RESTRICTED site { names { text: 'x' }" +
          Ids("XI-LEI", "529900T8BM49AURSDO97") + " }",
      "key: 'link' link { from { " + Record("group") + " } to { " + Lei(kOld) +
          " } type: LINK_TYPE_OWNS }",
      "key: 'link-void' link { from { " + Record("group") + " } to { " + Lei(kAnnulled) +
          " } type: LINK_TYPE_SUPPLIES_TO }",
      "key: 'site' site { names { text: 'Plant' } }",
      "key: 'site2' site { names { text: 'Second plant' } operators { operator { " +
          Record("operator") + " }" + period + " } }",
      "key: 'operates' link { from { " + Record("operator") + " } to { " + Record("site") +
          " } type: LINK_TYPE_OPERATES" + period + " }",
      Cert("SA", "SA8000", Record("site"), "sites { " + Record("site") + " }"),
      Cert("GOTS", "GOTS", Record("operator"), "all_sites: true"),
      Cert("RA", "RAINFOREST", Record("group"), "sites { " + Record("member") + " }"),
      Cert("TWIN", "WRAP", Record("twin-a"), ""),
      Cert("OLD", "WRAP", Lei(kOld), ""),
      "key: 'audit' audit { scheme_id: 'SMETA' site { " + Record("site") + " } ended_on " +
          D("2024-03-01") + " }",
  };
}

class SubjectTest : public ::testing::Test {
 protected:
  SubjectTest() : store_(TestIdentifiers(), "fedcba9876543210") {
    EXPECT_TRUE(storage::testing::CreateDataset(&store_, "reg", v1::ABSENCE_MODE_RETRACTED).ok());
    storage::testing::TestLoad load{"reg"};
    for (const std::string& text : Records()) load.records.push_back(Parse<v1::Record>(text));
    auto view = storage::testing::Load(&store_, load);
    EXPECT_TRUE(view.ok()) << view.status();
    view_ = *view;
  }

  v1::CheckCertificationResponse Check(const std::string& subject, const std::string& scheme,
                                       const std::string& more = "") {
    auto answer = CheckCertification(
        *view_, schemes_, identifiers_,
        Parse<v1::CheckCertificationRequest>(
            "subject { " + subject + " } accepted_schemes { scheme_id: '" + scheme + "' } " + more),
        DayOf(kToday));
    EXPECT_TRUE(answer.ok()) << answer.status();
    return answer.ok() ? *answer : v1::CheckCertificationResponse();
  }
  absl::StatusOr<v1::ListRiskFlagsResponse> Flags(const std::string& subject) {
    return ListRiskFlags(*view_, identifiers_, law_,
                         Parse<v1::ListRiskFlagsRequest>("subject { " + subject + " }"),
                         DayOf(kToday));
  }
  std::vector<std::string> Names(const std::string& subject) {
    std::vector<std::string> names;
    auto flags = Flags(subject);
    EXPECT_TRUE(flags.ok()) << flags.status();
    for (const auto& flag : flags->flags()) names.push_back(flag.name());
    return names;
  }

  const IdentifierCatalogue identifiers_ = TestIdentifiers();
  const policy::SchemeCatalogue schemes_ = policy::TestSchemes();
  const policy::LegalPeriods law_ = policy::TestLaw();
  storage::InMemoryStore store_;
  std::shared_ptr<const storage::View> view_;
};

TEST_F(SubjectTest, AMergedRegistrationLeadsToItsSuccessorInFlagsChecksAndLinks) {
  auto flags = Flags(Lei(kOld));
  ASSERT_TRUE(flags.ok()) << flags.status();
  const v1::SubjectResolution& found = flags->resolved_subject();
  EXPECT_EQ(found.outcome(), v1::LOOKUP_OUTCOME_REDIRECTED);
  ASSERT_EQ(found.redirects_size(), 1);
  EXPECT_EQ(found.redirects(0).to().value(), kNew);
  EXPECT_EQ(found.redirects(0).source_record(), Named("old"));
  // Its own facts and those of its successor; the successor has none of it.
  EXPECT_THAT(Names(Lei(kOld)), UnorderedElementsAre(Named("on-old-number"), Named("on-new")));
  EXPECT_THAT(Names(Lei(kNew)), ElementsAre(Named("on-new")));

  const auto check = Check(Lei(kOld), "WRAP");
  EXPECT_EQ(check.result(), v1::CERTIFICATION_RESULT_VALID);
  EXPECT_EQ(check.resolved_subject().outcome(), v1::LOOKUP_OUTCOME_REDIRECTED);
  EXPECT_EQ(Check(Lei(kNew), "WRAP").result(), v1::CERTIFICATION_RESULT_UNKNOWN_CERTIFICATE);

  auto links =
      ListLinks(*view_, identifiers_,
                Parse<v1::ListLinksRequest>("subject { " + Asked("group") + " }"), DayOf(kToday));
  ASSERT_TRUE(links.ok()) << links.status();
  ASSERT_EQ(links->links_size(), 2);
  EXPECT_EQ(links->links(1).other_display_name(), "new");
  EXPECT_EQ(links->links(1).other().outcome(), v1::LOOKUP_OUTCOME_REDIRECTED);
  EXPECT_TRUE(links->links(0).other_supplier().empty());
  EXPECT_EQ(links->links(0).other().outcome(), v1::LOOKUP_OUTCOME_NOT_RESOLVABLE);
}

TEST_F(SubjectTest, AnAnnulledRegistrationNamesNobody) {
  auto flags = Flags(Lei(kAnnulled));
  ASSERT_TRUE(flags.ok()) << flags.status();
  EXPECT_EQ(flags->resolved_subject().outcome(), v1::LOOKUP_OUTCOME_NOT_RESOLVABLE);
  EXPECT_EQ(flags->resolved_subject().suppliers_size(), 0);
  // What names exactly this registration is still told, nothing else of its party.
  EXPECT_THAT(Names(Lei(kAnnulled)), ElementsAre(Named("on-void")));
}

TEST_F(SubjectTest, AnIdentifierOfSeveralSuppliersGivesNoCertificate) {
  const std::string vat = "identifier { scheme: 'EU-VAT-DE' value: 'DE 123 456 789' }";
  const auto shared = Check(vat, "WRAP");
  EXPECT_EQ(shared.result(), v1::CERTIFICATION_RESULT_HOLDER_MISMATCH);
  EXPECT_THAT(shared.not_checked(), ::testing::Contains("subject"));
  EXPECT_EQ(shared.resolved_subject().outcome(), v1::LOOKUP_OUTCOME_AMBIGUOUS);
  EXPECT_EQ(shared.resolved_subject().suppliers_size(), 2);
  EXPECT_EQ(Check(Asked("twin-a"), "WRAP").result(), v1::CERTIFICATION_RESULT_VALID);
  EXPECT_EQ(Check(Asked("twin-b"), "WRAP").result(), v1::CERTIFICATION_RESULT_UNKNOWN_CERTIFICATE);
}

TEST_F(SubjectTest, TheOperatorOfASiteAndTheSiteStandForEachOther) {
  const std::string in_time = "on_dates " + D("2024-05-31");
  const std::string after = "on_dates " + D("2024-06-01");
  // The site holds it, its operator is asked.
  EXPECT_EQ(Check(Asked("operator"), "SA8000", in_time).result(), v1::CERTIFICATION_RESULT_VALID);
  EXPECT_EQ(Check(Asked("operator"), "SA8000", after).result(),
            v1::CERTIFICATION_RESULT_UNKNOWN_CERTIFICATE);
  EXPECT_EQ(Check(Asked("operator"), "SA8000", in_time + " " + after).result(),
            v1::CERTIFICATION_RESULT_UNKNOWN_CERTIFICATE);
  EXPECT_EQ(Check(Asked("group"), "SA8000", "certificate_no: 'SA' " + in_time).result(),
            v1::CERTIFICATION_RESULT_HOLDER_MISMATCH);
  // The operator holds it for all its sites, the site is asked.
  for (const char* site : {"site", "site2"}) {
    EXPECT_EQ(Check(Asked(site), "GOTS", in_time).result(), v1::CERTIFICATION_RESULT_VALID);
    EXPECT_EQ(Check(Asked(site), "GOTS", after).result(),
              v1::CERTIFICATION_RESULT_UNKNOWN_CERTIFICATE);
  }
}

TEST_F(SubjectTest, ASiteThatIsTheSubjectMustBeCoveredItself) {
  const std::string in_time = "on_dates " + D("2024-05-31");
  EXPECT_EQ(Check(Asked("site2"), "SA8000", "certificate_no: 'SA' " + in_time).result(),
            v1::CERTIFICATION_RESULT_HOLDER_MISMATCH);
  EXPECT_EQ(Check(Asked("site"), "SA8000", in_time).result(), v1::CERTIFICATION_RESULT_VALID);
}

TEST_F(SubjectTest, AMemberThatAGroupCertificateNamesIsCovered) {
  EXPECT_EQ(Check(Asked("member"), "RAINFOREST").causes_size(), 0);
  EXPECT_EQ(Check(Asked("operator"), "RAINFOREST").result(),
            v1::CERTIFICATION_RESULT_UNKNOWN_CERTIFICATE);
}

TEST_F(SubjectTest, SiblingsOfASiteAreFoundThroughLinksToo) {
  auto answer = CheckAudit(*view_, schemes_, identifiers_,
                           Parse<v1::CheckAuditRequest>("site { " + Asked("site2") +
                                                        " } accepted_schemes { scheme_id: "
                                                        "'SMETA' }"),
                           DayOf(kToday));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->result(), v1::AUDIT_RESULT_SITE_NOT_COVERED);
  EXPECT_THAT(answer->resolved_site().sites(), ElementsAre(Named("site2")));
}

// A wrong check digit is an error of the question, unless a record that may be
// seen holds exactly that value: in a register or as somebody's subject.
TEST_F(SubjectTest, WrongDigitsAreAnsweredOnlyWhereTheyAreOnRecord) {
  EXPECT_THAT(Names(Lei("529900T8BM49AURSDO99")), ElementsAre(Named("on-wrong-digits")));
  for (const char* nobody :
       {"529900T8BM49AURSDO96", "529900T8BM49AURSDO97", "529900T8BM49AURSDO98"}) {
    EXPECT_EQ(ReasonOf(Flags(Lei(nobody)).status()), v1::ERROR_REASON_IDENTIFIER_CHECK_FAILED)
        << nobody;
  }
}

TEST_F(SubjectTest, ARecordThatBecameRestrictedHidesWhatItSaidBefore) {
  ASSERT_TRUE(storage::testing::CreateDataset(&store_, "list", v1::ABSENCE_MODE_DELISTED).ok());
  const auto load = [&](const std::string& text, const std::string& edition) {
    auto view = storage::testing::Load(
        &store_, {"list", {Parse<v1::Record>(text)}, {}, v1::LOAD_MODE_FULL_EDITION, edition});
    ASSERT_TRUE(view.ok()) << view.status();
    view_ = *view;
  };
  const std::string flag = Flag("g", "source_record: 'datasets/reg/records/group'");
  load(flag, "2023-01-01");
  EXPECT_THAT(Names(Asked("group")), ElementsAre("datasets/list/records/g"));
  load("visibility: VISIBILITY_RESTRICTED " + flag, "2024-01-01");
  auto past = ListRiskFlags(
      *view_, identifiers_, law_,
      Parse<v1::ListRiskFlagsRequest>("subject { " + Asked("group") +
                                      " } include_ended: true as_of " + D("2023-06-01")),
      DayOf(kToday));
  ASSERT_TRUE(past.ok()) << past.status();
  EXPECT_THAT(past->flags(), IsEmpty());
}

TEST(FindCarriersTest, RegistersThatPointInACircleNameNobody) {
  storage::InMemoryStore store(TestIdentifiers(), "fedcba9876543210");
  ASSERT_TRUE(storage::testing::CreateDataset(&store, "reg", v1::ABSENCE_MODE_RETRACTED).ok());
  const auto merged = [](const std::string& key, const char* from, const char* to) {
    return Parse<v1::Record>(
        Party(key, Ids("XI-LEI", from),
              Status("DUPLICATE") + " successor { scheme: 'XI-LEI' value: '" + to + "' }"));
  };
  auto view =
      storage::testing::Load(&store, {"reg", {merged("a", kOld, kNew), merged("b", kNew, kOld)}});
  ASSERT_TRUE(view.ok()) << view.status();
  v1::Identifier asked;
  asked.set_scheme("XI-LEI");
  asked.set_value(kOld);
  auto finding = Resolve(**view, TestIdentifiers(), asked, "x");
  ASSERT_TRUE(finding.ok()) << finding.status();
  EXPECT_EQ(finding->outcome, v1::LOOKUP_OUTCOME_NOT_RESOLVABLE);
  EXPECT_TRUE(finding->suppliers.empty());
}

}  // namespace
}  // namespace probity::screening
