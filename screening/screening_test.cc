// Facts and operations over the reference store.
#include <memory>
#include <set>

#include "base/errors.h"
#include "base/identifiers.h"
#include "gmock/gmock.h"
#include "policy/testing.h"
#include "screening/check_certification.h"
#include "screening/commodity_risk.h"
#include "screening/facts.h"
#include "screening/list_certifications.h"
#include "screening/list_links.h"
#include "screening/risk_flags.h"
#include "storage/memory/in_memory_store.h"
#include "storage/testing/builders.h"

namespace probity::screening {
namespace {

using policy::D;
using policy::DayOf;
using policy::Parse;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kToday[] = "2024-06-15";
// The register's company and the same company in a customs file.
constexpr char kCompany[] = "identifier { scheme: 'GB-COH' value: '4830352' }";
constexpr char kFactory[] = "source_record: 'datasets/reg/records/factory'";
constexpr char kAnnex[] = "source_record: 'datasets/reg/records/annex'";

v1::Record R(const std::string& text) { return Parse<v1::Record>(text); }

std::vector<v1::Record> RegisterRecords() {
  const std::string company = "source_record: 'records/company'";
  const std::string names = "names { text: 'Mill Ltd' type: NAME_TYPE_LEGAL_NAME }";
  auto site = [&](const std::string& key, const std::string& os_id) {
    return R("key: '" + key + "' site { names { text: '" + key +
             "' } identifiers { scheme: 'OS-ID' value: '" + os_id + "' } operators { operator { " +
             company + " } period { from " + D("2020-01-01") + " } } }");
  };
  const std::string wrap =
      " certification { scheme_id: 'WRAP' grade: 'Gold' valid_from " + D("2024-01-01") +
      " expires_on " + D("2024-12-31") +
      " verification_method: VERIFICATION_METHOD_SCHEME_REGISTER verified_on " + D("2024-06-01");
  return {
      R("key: 'company' supplier { kind: PARTY_KIND_COMPANY " + names +
        " identifiers { scheme: 'GB-COH' value: '04830352' } }"),
      R("key: 'agent' supplier { kind: PARTY_KIND_COMPANY names { text: 'Agent Ltd' } }"),
      site("factory", "GB1"),
      site("annex", "GB2"),
      R("key: 'wrap'" + wrap + " certificate_no: 'W-1' holder { " + company +
        " } scope { sites { source_record: 'records/factory' } } }"),
      R("key: 'hidden' visibility: VISIBILITY_RESTRICTED" + wrap +
        " certificate_no: 'W-2' holder { " + company +
        " } scope { sites { source_record: 'records/annex' } } }"),
      R("key: 'gots' certification { scheme_id: 'GOTS' certificate_no: 'G 1' holder { " + company +
        " } scope { all_sites: true } valid_from " + D("2024-01-01") + " expires_on " +
        D("2024-12-31") + " verification_method: VERIFICATION_METHOD_SCHEME_REGISTER }"),
      R("key: 'audit1' audit { scheme_id: 'SMETA' site { source_record: 'records/factory' } "
        "ended_on " +
        D("2024-03-01") + " }"),
      R("key: 'audit2' audit { scheme_id: 'SMETA' site { source_record: 'records/factory' } "
        "ended_on " +
        D("2022-03-01") + " }"),
      R("key: 'link1' link { from { source_record: 'records/agent' } to { " + company +
        " } type: LINK_TYPE_LABOUR_AGENT_FOR period { from " + D("2021-01-01") + " to " +
        D("2023-01-01") + " } }"),
      R("key: 'link2' link { from { " + company +
        " } to { source_record: 'records/factory' } type: LINK_TYPE_OPERATES }"),
  };
}

std::vector<v1::Record> ListRecords() {
  const std::string party =
      "subject { party { identifier { scheme: 'GB-COH' value: '04830352' } } }";
  return {
      R("key: 'customs' supplier { kind: PARTY_KIND_COMPANY names { text: 'MILL LIMITED' } "
        "identifiers { scheme: 'GB-COH' value: '04830352' } }"),
      R("key: 'debarred' risk_flag { " + party +
        " type: FLAG_TYPE_DEBARMENT stage: FLAG_STAGE_FINAL_ADMIN_DECISION legal_measure: "
        "'records/measure' affected { total { exact: 3 } } listing_intervals { from " +
        D("2011-03-05") + " to " + D("2013-03-05") + " } }"),
      R("key: 'measure' legal_measure { " + party + " regime: 'TEST' in_force { from " +
        D("2011-03-05") + " to " + D("2013-03-05") + " } }"),
      R("key: 'report' risk_flag { subject { party { source_record: 'records/customs' } } "
        "type: FLAG_TYPE_NGO_ALLEGATION stage: FLAG_STAGE_ALLEGATION reported_on " +
        D("2010-01-01") + " }"),
      R("key: 'grievance' visibility: VISIBILITY_RESTRICTED risk_flag { " + party +
        " type: FLAG_TYPE_GRIEVANCE }"),
      R("key: 'stranger' risk_flag { subject { party { identifier { scheme: 'GB-COH' value: "
        "'00000001' } } } type: FLAG_TYPE_DEBARMENT }"),
  };
}

v1::Record Goods(const std::string& key, const std::string& name, const std::string& code,
                 const std::string& origin, const std::string& harm) {
  return R("key: '" + key + "' commodity_risk { publisher_name: '" + name + "' origin: '" + origin +
           "' harms: LABOUR_HARM_" + harm +
           " commodities { commodity { scheme: COMMODITY_SCHEME_HS code: '" + code +
           "' } fit: MAPPING_FIT_EXACT } }");
}

class ScreeningTest : public ::testing::Test {
 protected:
  ScreeningTest() : store_(TestIdentifiers(), "fedcba9876543210") {
    using storage::testing::CreateDataset;
    EXPECT_TRUE(CreateDataset(&store_, "reg", v1::ABSENCE_MODE_RETRACTED).ok());
    EXPECT_TRUE(CreateDataset(&store_, "list", v1::ABSENCE_MODE_RETRACTED).ok());
    EXPECT_TRUE(CreateDataset(&store_, "goods", v1::ABSENCE_MODE_DELISTED).ok());
    LoadAll({"reg", RegisterRecords()});
    LoadAll({"list", ListRecords()});
    const v1::Record cotton = Goods("1", "Cotton", "5201", "CN-XJ", "FORCED_LABOUR");
    const v1::Record thread = Goods("2", "Thread", "5204", "IN", "DERIVED");
    LoadAll({"goods", {cotton, thread}, {}, v1::LOAD_MODE_FULL_EDITION, "2020-01-01"});
    LoadAll({"goods", {cotton}, {}, v1::LOAD_MODE_FULL_EDITION, "2022-01-01"});
  }

  void LoadAll(const storage::testing::TestLoad& load) {
    auto view = storage::testing::Load(&store_, load);
    ASSERT_TRUE(view.ok()) << view.status();
    view_ = *view;
  }

  absl::StatusOr<v1::CheckCertificationResponse> CheckCert(const std::string& text) {
    return CheckCertification(*view_, schemes_, identifiers_,
                              Parse<v1::CheckCertificationRequest>(text), DayOf(kToday));
  }
  absl::StatusOr<v1::CheckAuditResponse> AskAudit(const std::string& text) {
    return CheckAudit(*view_, schemes_, identifiers_, Parse<v1::CheckAuditRequest>(text),
                      DayOf(kToday));
  }
  absl::StatusOr<v1::ListCertificationsResponse> ListCerts(const std::string& text) {
    return ListCertifications(*view_, schemes_, identifiers_,
                              Parse<v1::ListCertificationsRequest>(text), DayOf(kToday));
  }
  absl::StatusOr<v1::ListRiskFlagsResponse> Flags(const std::string& text) {
    return ListRiskFlags(*view_, identifiers_, law_, Parse<v1::ListRiskFlagsRequest>(text),
                         DayOf(kToday));
  }
  absl::StatusOr<v1::CheckCommodityRiskResponse> Commodity(const std::string& code,
                                                           const std::string& origin,
                                                           const std::string& as_of) {
    return CheckCommodityRisk(*view_, goods_, law_,
                              Parse<v1::CheckCommodityRiskRequest>(
                                  "commodity { scheme: COMMODITY_SCHEME_HS code: '" + code +
                                  "' } origin: '" + origin + "' as_of " + D(as_of)),
                              DayOf(kToday));
  }
  absl::StatusOr<v1::ListLinksResponse> Links(const std::string& text) {
    return ListLinks(*view_, identifiers_, Parse<v1::ListLinksRequest>(text), DayOf(kToday));
  }

  const IdentifierCatalogue identifiers_ = TestIdentifiers();
  const policy::SchemeCatalogue schemes_ = policy::TestSchemes();
  const policy::LegalPeriods law_ = policy::TestLaw();
  const GoodsAtRisk goods_{};
  storage::InMemoryStore store_;
  std::shared_ptr<const storage::View> view_;
};

std::string Subject(const std::string& ref) { return "subject { " + ref + " } "; }
std::string Site(const std::string& ref) { return "site { " + ref + " } "; }
std::string Accept(const std::string& id) {
  return "accepted_schemes { scheme_id: '" + id + "' } ";
}

template <typename Response>
v1::ErrorReason Reason(const absl::StatusOr<Response>& response) {
  return response.ok() ? v1::ERROR_REASON_UNSPECIFIED : ReasonOf(response.status());
}

TEST_F(ScreeningTest, CertificateOfASupplierInAnySpellingOfItsNumber) {
  auto response = CheckCert(Subject(kCompany) + Accept("WRAP") + Site(kFactory));
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->result(), v1::CERTIFICATION_RESULT_VALID);
  ASSERT_EQ(response->checked_size(), 1);
  EXPECT_EQ(response->checked(0).provenance().source_record(), "datasets/reg/records/wrap");
  EXPECT_EQ(response->checked(0).provenance().edition().dataset(), "datasets/reg");
}

TEST_F(ScreeningTest, CertificateHeldUnderAnotherRecordOfTheSameSupplier) {
  auto response =
      CheckCert(Subject("source_record: 'datasets/list/records/customs'") + Accept("WRAP"));
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->result(), v1::CERTIFICATION_RESULT_VALID);
}

TEST_F(ScreeningTest, RestrictedCertificatesAreNotSeen) {
  auto response = CheckCert(Subject(kCompany) + Accept("WRAP") + Site(kAnnex));
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->result(), v1::CERTIFICATION_RESULT_SITE_NOT_IN_SCOPE);
  EXPECT_EQ(response->checked_size(), 1);
  v1::GetCertificationRequest get;
  get.set_name("datasets/reg/records/hidden");
  EXPECT_EQ(Reason(GetCertification(*view_, get, DayOf(kToday))),
            v1::ERROR_REASON_CERTIFICATION_NOT_FOUND);
}

TEST_F(ScreeningTest, AllSitesOfACompanyCoverTheSitesItOperatesOnTheAskedDays) {
  const std::string ask = Subject(kCompany) + Accept("GOTS") + Site(kAnnex);
  EXPECT_EQ(CheckCert(ask)->result(), v1::CERTIFICATION_RESULT_VALID);
  auto stranger = CheckCert(Subject(kCompany) + Accept("GOTS") +
                            Site("identifier { scheme: 'OS-ID' value: 'XX9' }"));
  ASSERT_TRUE(stranger.ok()) << stranger.status();
  EXPECT_EQ(stranger->result(), v1::CERTIFICATION_RESULT_SITE_NOT_IN_SCOPE);
}

TEST_F(ScreeningTest, CertificateByNumberAndItsHolder) {
  auto same = CheckCert(Accept("GOTS") + "certificate_no: 'g1'");
  ASSERT_TRUE(same.ok()) << same.status();
  EXPECT_EQ(same->result(), v1::CERTIFICATION_RESULT_VALID);
  auto other = CheckCert(Accept("GOTS") + "certificate_no: 'G 1' " +
                         Subject("source_record: 'datasets/reg/records/agent'"));
  EXPECT_EQ(other->result(), v1::CERTIFICATION_RESULT_HOLDER_MISMATCH);
  auto none = CheckCert(Accept("GOTS") + "certificate_no: 'G 2'");
  EXPECT_EQ(none->result(), v1::CERTIFICATION_RESULT_UNKNOWN_CERTIFICATE);
}

TEST_F(ScreeningTest, AMissingSupplierIsANormalAnswerOfACheckAndNotOfAList) {
  auto check = CheckCert(Subject("supplier: 'suppliers/nobody'") + Accept("WRAP"));
  ASSERT_TRUE(check.ok()) << check.status();
  EXPECT_EQ(check->result(), v1::CERTIFICATION_RESULT_UNKNOWN_CERTIFICATE);
  EXPECT_EQ(Reason(Flags(Subject("supplier: 'suppliers/nobody'"))),
            v1::ERROR_REASON_SUPPLIER_NOT_FOUND);
}

TEST_F(ScreeningTest, BadQuestionsNameTheField) {
  const std::pair<std::string, const char*> cases[] = {
      {Accept("WRAP"), "subject"},
      {Subject(kCompany), "accepted_schemes"},
      {Subject("") + Accept("WRAP"), "subject"},
      {Subject(kCompany) + Accept("WRAP") + Accept("WRAP"), "accepted_schemes[1].scheme_id"},
      {Accept("WRAP") + Accept("GOTS") + "certificate_no: '1'", "accepted_schemes"},
      {Subject(kCompany) + "accepted_schemes { scheme_id: 'WRAP' minimum_grade: 'Lead' }",
       "accepted_schemes[0].minimum_grade"},
      {Subject(kCompany) + Accept("WRAP") + "on_dates { year: 2024 month: 2 }", "on_dates[0]"},
      {Subject(kCompany) + Accept("WRAP") + "max_status_age_days: -1", "max_status_age_days"},
      {Subject(kCompany) + Accept("WRAP") + "commodity { scheme: COMMODITY_SCHEME_HS code: '5' }",
       "commodity.code"},
      {Subject("source_record: 'x'") + Accept("WRAP"), "subject.source_record"},
      {Subject("supplier: 'x'") + Accept("WRAP"), "subject.supplier"},
  };
  for (const auto& [text, field] : cases) {
    auto response = CheckCert(text);
    ASSERT_FALSE(response.ok()) << text;
    EXPECT_EQ(MetadataOf(response.status())["field"], field) << text;
  }
  const absl::Status unknown =
      CheckCert(Subject(kCompany) + Accept("WRAP") + Accept("NOPE")).status();
  EXPECT_EQ(ReasonOf(unknown), v1::ERROR_REASON_UNKNOWN_SCHEME);
  EXPECT_EQ(MetadataOf(unknown)["field"], "accepted_schemes[1].scheme_id");
  EXPECT_EQ(MetadataOf(unknown)["scheme"], "NOPE");
  EXPECT_EQ(Reason(CheckCert(Subject("identifier { scheme: 'XI-LEI' value: "
                                     "'5493001KJTIIGC8Y1R13' }") +
                             Accept("WRAP"))),
            v1::ERROR_REASON_IDENTIFIER_CHECK_FAILED);
}

TEST_F(ScreeningTest, AuditsOfTheSiteAndOfItsSiblings) {
  auto current = AskAudit(Site(kFactory) + Accept("SMETA"));
  ASSERT_TRUE(current.ok()) << current.status();
  EXPECT_EQ(current->result(), v1::AUDIT_RESULT_CURRENT);
  EXPECT_EQ(FormatDate(current->valid_until()), "2025-03-01");
  EXPECT_EQ(
      AskAudit(Site("identifier { scheme: 'OS-ID' value: 'GB1' }") + Accept("SMETA"))->result(),
      v1::AUDIT_RESULT_CURRENT);
  EXPECT_EQ(AskAudit(Site(kAnnex) + Accept("SMETA"))->result(), v1::AUDIT_RESULT_SITE_NOT_COVERED);
  EXPECT_EQ(AskAudit(Site(kFactory) + Accept("SA8000"))->result(), v1::AUDIT_RESULT_NONE_ON_RECORD);
  EXPECT_EQ(AskAudit(Site(kFactory) + Accept("SMETA") + "as_of " + D("2024-02-29"))->result(),
            v1::AUDIT_RESULT_TOO_OLD);
  EXPECT_EQ(Reason(AskAudit(Site(kFactory) + Accept("SMETA") + "as_of " + D("2024-06-16"))),
            v1::ERROR_REASON_AS_OF_IN_FUTURE);
}

TEST_F(ScreeningTest, ListsCertificationsThatFitEverythingAsked) {
  EXPECT_THAT(ListCerts("holder { " + std::string(kCompany) + " }")->certifications(), SizeIs(2));
  EXPECT_THAT(
      ListCerts("holder { " + std::string(kCompany) + " } scheme_id: 'GOTS'")->certifications(),
      SizeIs(1));
  EXPECT_THAT(
      ListCerts("holder { " + std::string(kCompany) + " } " + Site(kFactory))->certifications(),
      SizeIs(1));
  EXPECT_THAT(ListCerts("certificate_no: 'w-1'")->certifications(), SizeIs(1));
  EXPECT_THAT(ListCerts("certificate_no: 'w-1' scheme_id: 'GOTS'")->certifications(), IsEmpty());
  EXPECT_EQ(Reason(ListCerts("scheme_id: 'GOTS'")), v1::ERROR_REASON_INVALID_FIELD);
  v1::GetCertificationRequest get;
  get.set_name("datasets/reg/records/gots");
  EXPECT_EQ(GetCertification(*view_, get, DayOf(kToday))->certification().scheme_id(), "GOTS");
}

TEST_F(ScreeningTest, ListsAuditsOfASuppliersSitesLatestFirst) {
  auto response = ListAudits(*view_, schemes_, identifiers_,
                             Parse<v1::ListAuditsRequest>(Subject(kCompany)), DayOf(kToday));
  ASSERT_TRUE(response.ok()) << response.status();
  ASSERT_EQ(response->audits_size(), 2);
  EXPECT_EQ(FormatDate(response->audits(0).audit().ended_on()), "2024-03-01");
  EXPECT_EQ(FormatDate(response->audits(1).audit().ended_on()), "2022-03-01");
}

std::vector<std::string> Names(const v1::ListRiskFlagsResponse& response) {
  std::vector<std::string> names;
  for (const auto& flag : response.flags()) names.push_back(flag.name());
  return names;
}

TEST_F(ScreeningTest, FlagsAtBothBordersOfAListing) {
  auto at = [&](const std::string& day) {
    return Names(*Flags(Subject(kCompany) + "as_of " + D(day)));
  };
  const std::string debarred = "datasets/list/records/debarred";
  const std::string report = "datasets/list/records/report";
  EXPECT_THAT(at("2009-12-31"), IsEmpty());
  EXPECT_THAT(at("2011-03-04"), ElementsAre(report));
  EXPECT_THAT(at("2011-03-05"), ElementsAre(debarred, report));
  EXPECT_THAT(at("2013-03-04"), ElementsAre(debarred, report));
  EXPECT_THAT(at("2013-03-05"), ElementsAre(report));
}

TEST_F(ScreeningTest, EndedFlagsOnlyWhenAskedForAndLast) {
  auto response = Flags(Subject(kCompany) + "include_ended: true");
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_THAT(Names(*response),
              ElementsAre("datasets/list/records/report", "datasets/list/records/debarred"));
  const v1::ListedRiskFlag& ended = response->flags(1);
  EXPECT_EQ(ended.state(), v1::FLAG_STATE_ENDED);
  EXPECT_EQ(ended.matched_by(), "GB-COH:04830352");
  EXPECT_EQ(ended.legal_measure().regime(), "TEST");
  EXPECT_TRUE(ended.flag().affected().total().fewer_than_five());
  EXPECT_EQ(response->flags(0).matched_by(), "datasets/list/records/customs");
  ASSERT_EQ(response->sources_searched_size(), 1);
  EXPECT_EQ(response->sources_searched(0).dataset(), "datasets/list");
}

TEST_F(ScreeningTest, RestrictedFlagsAreNotSeen) {
  v1::GetRiskFlagRequest get;
  get.set_name("datasets/list/records/grievance");
  EXPECT_EQ(Reason(GetRiskFlag(*view_, law_, get, DayOf(kToday))),
            v1::ERROR_REASON_RISK_FLAG_NOT_FOUND);
  get.set_name("datasets/list/records/debarred");
  EXPECT_EQ(GetRiskFlag(*view_, law_, get, DayOf(kToday))->flag().state(), v1::FLAG_STATE_ENDED);
  *get.mutable_as_of() = ParseDate("2011-03-04").value();
  EXPECT_EQ(Reason(GetRiskFlag(*view_, law_, get, DayOf(kToday))),
            v1::ERROR_REASON_RISK_FLAG_NOT_FOUND);
}

TEST_F(ScreeningTest, CommodityRiskFollowsTheEditions) {
  auto listed = Commodity("520100", "CN-XJ", "2024-01-01");
  ASSERT_TRUE(listed.ok()) << listed.status();
  EXPECT_EQ(listed->result(), v1::COMMODITY_RISK_RESULT_LISTED);
  EXPECT_EQ(listed->matches(0).fit(), v1::MAPPING_FIT_EXACT);
  EXPECT_FALSE(listed->matches(0).origin_differs_in_level());
  EXPECT_EQ(listed->sources_size(), 1);

  auto broad = Commodity("52", "CN", "2024-01-01");
  EXPECT_EQ(broad->result(), v1::COMMODITY_RISK_RESULT_LISTED);
  EXPECT_EQ(broad->matches(0).fit(), v1::MAPPING_FIT_NARROWER);
  EXPECT_TRUE(broad->matches(0).origin_differs_in_level());

  // Delisted by the second edition.
  EXPECT_EQ(Commodity("5204", "IN", "2021-12-31")->result(), v1::COMMODITY_RISK_RESULT_LISTED);
  EXPECT_TRUE(Commodity("5204", "IN", "2021-12-31")->matches(0).through_input());
  EXPECT_EQ(Commodity("5204", "IN", "2022-01-01")->result(), v1::COMMODITY_RISK_RESULT_NOT_COVERED);
}

TEST_F(ScreeningTest, NotListedIsNotTheSameAsNotCovered) {
  EXPECT_EQ(Commodity("5201", "BR", "2024-01-01")->result(), v1::COMMODITY_RISK_RESULT_NOT_LISTED);
  EXPECT_EQ(Commodity("84", "BR", "2024-01-01")->result(), v1::COMMODITY_RISK_RESULT_NOT_COVERED);
  EXPECT_EQ(Commodity("5201", "CN-XJ", "2019-12-31")->result(),
            v1::COMMODITY_RISK_RESULT_NOT_COVERED);
  EXPECT_EQ(Reason(Commodity("5201", "China", "2024-01-01")), v1::ERROR_REASON_INVALID_FIELD);
}

// Lines are remembered by version: a view of any revision sees its own.
TEST_F(ScreeningTest, RememberedGoodsAreThoseOfTheView) {
  const auto result = [this](const std::string& code) {
    return Commodity(code, "CN-XJ", "2024-01-01")->result();
  };
  const auto before = view_;
  ASSERT_EQ(result("2707"), v1::COMMODITY_RISK_RESULT_NOT_COVERED);
  for (int i = 0; i < 40; ++i) {  // more versions than are remembered
    LoadAll({"goods",
             {Goods("3", "Coal " + std::to_string(i), "2707", "CN-XJ", "FORCED_LABOUR")},
             {},
             v1::LOAD_MODE_DELTA,
             "2023-01-01"});
    ASSERT_EQ(result("2707"), v1::COMMODITY_RISK_RESULT_LISTED) << i;
  }
  view_ = before;
  EXPECT_EQ(result("2707"), v1::COMMODITY_RISK_RESULT_NOT_COVERED);
  EXPECT_EQ(result("5201"), v1::COMMODITY_RISK_RESULT_LISTED);
}

TEST_F(ScreeningTest, LinksBothWaysWithTheOtherEnd) {
  auto now = Links(Subject(kCompany));
  ASSERT_TRUE(now.ok()) << now.status();
  ASSERT_EQ(now->links_size(), 1);
  EXPECT_EQ(now->links(0).direction(), v1::LINK_DIRECTION_OUTGOING);
  EXPECT_EQ(now->links(0).other_site(), "datasets/reg/records/factory");

  auto past =
      Links(Subject(kCompany) + "as_of " + D("2022-12-31") + " types: LINK_TYPE_LABOUR_AGENT_FOR");
  ASSERT_EQ(past->links_size(), 1);
  EXPECT_EQ(past->links(0).direction(), v1::LINK_DIRECTION_INCOMING);
  EXPECT_EQ(past->links(0).other_display_name(), "Agent Ltd");
  EXPECT_THAT(past->links(0).other_supplier(), HasSubstr("suppliers/"));
  EXPECT_TRUE(past->links(0).in_force());

  EXPECT_THAT(
      Links(Subject(kCompany) + "as_of " + D("2023-01-01") + " types: LINK_TYPE_LABOUR_AGENT_FOR")
          ->links(),
      IsEmpty());
  auto ended = Links(Subject(kCompany) + "include_ended: true");
  ASSERT_EQ(ended->links_size(), 2);
  EXPECT_TRUE(ended->links(0).in_force());
  EXPECT_FALSE(ended->links(1).in_force());
}

}  // namespace
}  // namespace probity::screening
