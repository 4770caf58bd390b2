// RiskService and ListLinks through the public API.
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "services/server/testing.h"

namespace probity::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using RiskStub = v1::RiskService::Stub;

std::string About(const std::string& key) {
  return "subject { party { source_record: 'records/" + key + "' } } ";
}
std::string Between(const std::string& from, const std::string& to = "") {
  return "listing_intervals { from " + D(from) + (to.empty() ? "" : " to " + D(to)) + " } ";
}

class RiskApiTest : public ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    CreateDataset("r");
    Put("r",
        "key: 'firm' supplier { names { text: 'Firm' } identifiers { scheme: 'BR-CNPJ' "
        "value: '27.090.456/0002-27' } }");
    Put("r",
        "key: 'vessel' supplier { kind: PARTY_KIND_VESSEL names { text: 'Da Wang' } "
        "identifiers { scheme: 'IMO' value: '8888888' } }");
  }
  v1::ListRiskFlagsResponse Flags(const std::string& subject, const std::string& more = "") {
    return Ask(&RiskStub::ListRiskFlags,
               Parse<v1::ListRiskFlagsRequest>("subject { " + subject + " } " + more));
  }
  std::vector<std::string> Keys(const std::string& subject, const std::string& more = "") {
    std::vector<std::string> keys;
    const auto response = Flags(subject, more);
    for (const auto& flag : response.flags()) {
      keys.push_back(flag.name().substr(flag.name().rfind('/') + 1));
    }
    return keys;
  }
};

const char kFirm[] = "source_record: 'datasets/r/records/firm'";

TEST_F(RiskApiTest, AnEntryWithoutStatedEndEndsWhenLawSays) {
  Put("r", "key: 'suja' risk_flag { " + About("firm") +
               "type: FLAG_TYPE_LISTA_SUJA stage: FLAG_STAGE_FINAL_ADMIN_DECISION " +
               Between("2022-10-05") + "}");
  const std::string cnpj = "identifier { scheme: 'BR-CNPJ' value: '27090456000227' }";
  EXPECT_THAT(Keys(cnpj, "as_of " + D("2022-10-04")), IsEmpty());
  EXPECT_THAT(Keys(cnpj, "as_of " + D("2022-10-05")), ElementsAre("suja"));
  EXPECT_THAT(Keys(cnpj, "as_of " + D("2024-10-04")), ElementsAre("suja"));
  EXPECT_THAT(Keys(cnpj, "as_of " + D("2024-10-05")), IsEmpty());
  const auto ended = Flags(cnpj, "include_ended: true as_of " + D("2024-10-05"));
  ASSERT_EQ(ended.flags_size(), 1);
  EXPECT_EQ(ended.flags(0).state(), v1::FLAG_STATE_ENDED);
  const v1::LegalPeriod& period = ended.flags(0).legal_period();
  EXPECT_EQ(period.regime(), "BR-LS");
  EXPECT_THAT(period.legal_basis(), HasSubstr("18/2024"));
  EXPECT_EQ(FormatDate(period.ends()), "2024-10-05");
  EXPECT_EQ(FormatDate(ended.flags(0).listing_intervals(0).to()), "2024-10-05");
}

TEST_F(RiskApiTest, ADebarmentHoldsToTheDayBeforeItsEnd) {
  Put("r", "key: 'measure' legal_measure { " + About("firm") + "regime: 'US-SAM' in_force { from " +
               D("2011-03-05") + " to " + D("2013-03-05") + " } }");
  Put("r", "key: 'debarred' risk_flag { " + About("firm") +
               "type: FLAG_TYPE_DEBARMENT legal_measure: 'records/measure' }");
  EXPECT_THAT(Keys(kFirm, "as_of " + D("2011-03-04")), IsEmpty());
  EXPECT_THAT(Keys(kFirm, "as_of " + D("2011-03-05")), ElementsAre("debarred"));
  EXPECT_THAT(Keys(kFirm, "as_of " + D("2013-03-04")), ElementsAre("debarred"));
  EXPECT_THAT(Keys(kFirm, "as_of " + D("2013-03-05")), IsEmpty());
  v1::GetRiskFlagRequest get;
  get.set_name("datasets/r/records/debarred");
  EXPECT_EQ(Ask(&RiskStub::GetRiskFlag, get).flag().state(), v1::FLAG_STATE_ENDED);
  *get.mutable_as_of() = ParseDate("2011-03-04").value();
  EXPECT_EQ(Refusal(&RiskStub::GetRiskFlag, get), "RISK_FLAG_NOT_FOUND");
}

TEST_F(RiskApiTest, AVesselIsASubject) {
  Put("r",
      "key: 'wro' risk_flag { subject { party { identifier { scheme: 'IMO' value: '8888888' } "
      "} } type: FLAG_TYPE_IMPORT_BAN_WRO stage: FLAG_STAGE_ADMIN_DETERMINATION }");
  EXPECT_THAT(Keys("source_record: 'datasets/r/records/vessel'"), ElementsAre("wro"));
}

// An import ban on a region has no party: it is told where goods are asked for.
TEST_F(RiskApiTest, ABanOnARegionIsToldWithItsGoods) {
  Put("r", "key: 'all' legal_measure { regime: 'US-307-WRO' in_force { from " + D("2021-01-13") +
               " } subject { commodity_origin { origin: 'CN-XJ' commodities { scheme: "
               "COMMODITY_SCHEME_HS code: '52' } } } }");
  const auto bans = [this](const std::string& origin, const std::string& code,
                           const std::string& day) {
    std::vector<std::string> names;
    const auto response = Ask(
        &RiskStub::CheckCommodityRisk,
        Parse<v1::CheckCommodityRiskRequest>("origin: '" + origin +
                                             "' commodity { scheme: COMMODITY_SCHEME_HS code: '" +
                                             code + "' } as_of " + D(day)));
    for (const auto& ban : response.measures()) names.push_back(ban.name());
    return names;
  };
  const std::string name = "datasets/r/records/all";
  EXPECT_THAT(bans("CN-XJ", "5201", "2021-01-13"), ElementsAre(name));
  EXPECT_THAT(bans("CN", "520100", "2024-01-01"), ElementsAre(name));
  EXPECT_THAT(bans("CN-XJ", "5201", "2021-01-12"), IsEmpty());
  EXPECT_THAT(bans("CN-GD", "5201", "2024-01-01"), IsEmpty());
  EXPECT_THAT(bans("CN-XJ", "6109", "2024-01-01"), IsEmpty());
  EXPECT_THAT(bans("IN", "5201", "2024-01-01"), IsEmpty());
}

// A measure in force is shown although the flag that rests on it has ended.
TEST_F(RiskApiTest, AnEndedFlagDoesNotHideItsMeasure) {
  Put("r", "key: 'measure' legal_measure { " + About("firm") + "regime: 'TEST' in_force { from " +
               D("2020-01-01") + " } }");
  Put("r", "key: 'flag' risk_flag { " + About("firm") +
               "type: FLAG_TYPE_DEBARMENT legal_measure: 'records/measure' " +
               Between("2020-01-01", "2021-01-01") + "}");
  EXPECT_THAT(Keys(kFirm), ElementsAre("measure"));
  EXPECT_THAT(Keys(kFirm, "include_ended: true"), ElementsAre("measure", "flag"));
  EXPECT_THAT(Keys(kFirm, "as_of " + D("2020-12-31")), ElementsAre("flag"));
}

TEST_F(RiskApiTest, SmallCountsOfPeopleNeverLeave) {
  const std::string record =
      "key: 'f' risk_flag { " + About("firm") +
      "type: FLAG_TYPE_MEDIA affected { total { exact: 12 } women { exact: 9 } men { exact: 3 } "
      "migrants { exact: 4 } } }";
  const v1::AffectedPeople shown = Parse<v1::AffectedPeople>(
      "total { exact: 12 } women { withheld: true } men { fewer_than_five: true } "
      "migrants { fewer_than_five: true }");
  EXPECT_EQ(Put("r", record).record().record().risk_flag().affected().DebugString(),
            shown.DebugString());
  EXPECT_EQ(Flags(kFirm).flags(0).flag().affected().DebugString(), shown.DebugString());
  v1::GetRiskFlagRequest get;
  get.set_name("datasets/r/records/f");
  EXPECT_EQ(Ask(&RiskStub::GetRiskFlag, get).flag().flag().affected().DebugString(),
            shown.DebugString());
}

// Every answer with a restricted fact on record equals the answer without it,
// its stamp and the counts of the dataset apart.
TEST_F(RiskApiTest, ARestrictedFactLeavesNoTrace) {
  Put("r",
      "key: 'site' site { names { text: 'Plant' } operators { operator { source_record: "
      "'records/firm' } } }");
  Put("r", "key: 'open' risk_flag { " + About("firm") + "type: FLAG_TYPE_MEDIA }");
  const auto all_answers = [this] {
    std::string text;
    const auto add = [&text](auto response) {
      response.clear_stamp();
      text += response.DebugString();
    };
    auto flags = Flags(kFirm, "include_ended: true");
    flags.clear_sources_searched();
    add(flags);
    const std::string firm = "{ " + std::string(kFirm) + " } ";
    add(Ask(&v1::SupplierService::Stub::ListLinks,
            Parse<v1::ListLinksRequest>("subject " + firm + "include_ended: true")));
    add(Ask(&v1::CertificationService::Stub::ListCertifications,
            Parse<v1::ListCertificationsRequest>("holder " + firm)));
    add(Ask(&v1::CertificationService::Stub::ListAudits,
            Parse<v1::ListAuditsRequest>("subject " + firm)));
    add(Ask(&v1::CertificationService::Stub::CheckCertification,
            Parse<v1::CheckCertificationRequest>("subject " + firm +
                                                 "accepted_schemes { scheme_id: 'WRAP' }")));
    add(Ask(&v1::CertificationService::Stub::CheckAudit,
            Parse<v1::CheckAuditRequest>("site { source_record: 'datasets/r/records/site' } "
                                         "accepted_schemes { scheme_id: 'SMETA' }")));
    auto risk = Ask(&RiskStub::CheckCommodityRisk,
                    Parse<v1::CheckCommodityRiskRequest>(
                        "origin: 'BR' commodity { scheme: COMMODITY_SCHEME_HS code: '0901' }"));
    risk.clear_sources();
    add(risk);
    add(Ask(&v1::SupplierService::Stub::GetSupplier,
            Parse<v1::GetSupplierRequest>("name: '" + Flags(kFirm).resolved_subject().suppliers(0) +
                                          "' include_source_records: true")));
    return text;
  };
  // Source records carry their edition's version and day of check.
  const auto without_editions = [](std::string text) {
    std::string kept;
    for (size_t at = 0; at < text.size();) {
      const size_t end = text.find('\n', at) + 1;
      const std::string line = text.substr(at, end - at);
      if (line.find("version:") == std::string::npos &&
          line.find("seconds:") == std::string::npos && line.find("nanos:") == std::string::npos) {
        kept += line;
      }
      at = end;
    }
    return kept;
  };
  const std::string before = without_editions(all_answers());
  const std::string hidden = " visibility: VISIBILITY_RESTRICTED ";
  Put("r", hidden + "key: 'h1' risk_flag { " + About("firm") + "type: FLAG_TYPE_GRIEVANCE }");
  Put("r", hidden + "key: 'h2' legal_measure { " + About("firm") + "regime: 'X' }");
  Put("r", hidden +
               "key: 'h3' link { from { source_record: 'records/firm' } to { source_record: "
               "'records/vessel' } type: LINK_TYPE_OWNS }");
  Put("r", hidden +
               "key: 'h4' certification { scheme_id: 'WRAP' certificate_no: '1' holder { "
               "source_record: 'records/firm' } }");
  Put("r", hidden +
               "key: 'h5' audit { scheme_id: 'SMETA' site { source_record: 'records/site' } "
               "ended_on " +
               D("2024-01-01") + " }");
  Put("r", hidden +
               "key: 'h6' site { names { text: 'Secret' } operators { operator { "
               "source_record: 'records/firm' } } }");
  Put("r", hidden +
               "key: 'h7' commodity_risk { publisher_name: 'Coffee' origin: 'BR' commodities "
               "{ commodity { scheme: COMMODITY_SCHEME_HS code: '0901' } } }");
  EXPECT_EQ(without_editions(all_answers()), before);
  v1::GetRiskFlagRequest flag;
  v1::GetCertificationRequest certification;
  for (const char* key : {"h1", "h2"}) {
    flag.set_name(std::string("datasets/r/records/") + key);
    EXPECT_EQ(Refusal(&RiskStub::GetRiskFlag, flag), "RISK_FLAG_NOT_FOUND");
  }
  certification.set_name("datasets/r/records/h4");
  EXPECT_EQ(Refusal(&v1::CertificationService::Stub::GetCertification, certification),
            "CERTIFICATION_NOT_FOUND");

  // A party cannot be kept out of the supplier that it joins, so it is refused.
  v1::PutRecordRequest party;
  party.set_dataset("datasets/r");
  *party.mutable_record() =
      Parse<v1::Record>(hidden + "key: 'p' supplier { names { text: 'Secret' } }");
  EXPECT_EQ(Refusal(&v1::DatasetService::Stub::PutRecord, party), "ROW_VALUE");
  EXPECT_EQ(field_, "record.visibility");
}

TEST_F(RiskApiTest, QuestionsAreCheckedAndPagedLikeAllOthers) {
  for (const char* key : {"f1", "f2", "f3"}) {
    Put("r",
        std::string("key: '") + key + "' risk_flag { " + About("firm") + "type: FLAG_TYPE_MEDIA }");
  }
  auto request =
      Parse<v1::ListRiskFlagsRequest>("page_size: 2 subject { " + std::string(kFirm) + " }");
  const auto page = Ask(&RiskStub::ListRiskFlags, request);
  EXPECT_EQ(page.flags_size(), 2);
  request.set_page_token(page.next_page_token());
  EXPECT_EQ(Ask(&RiskStub::ListRiskFlags, request).flags(0).name(), "datasets/r/records/f3");
  request.set_include_ended(true);
  EXPECT_EQ(Refusal(&RiskStub::ListRiskFlags, request), "INVALID_PAGE_TOKEN");
  request.clear_page_token();
  *request.mutable_as_of() = Parse<v1::Date>("year: 9999 month: 1 day: 1");
  EXPECT_EQ(Refusal(&RiskStub::ListRiskFlags, request), "AS_OF_IN_FUTURE");
  *request.mutable_as_of() = Parse<v1::Date>("year: 2024");
  EXPECT_EQ(Refusal(&RiskStub::ListRiskFlags, request), "INVALID_FIELD");
  request.clear_as_of();
  auto links = Parse<v1::ListLinksRequest>("subject { " + std::string(kFirm) +
                                           " } as_of { year: 9999 month: 1 day: 1 }");
  EXPECT_EQ(Refusal(&v1::SupplierService::Stub::ListLinks, links), "AS_OF_IN_FUTURE");
  request.mutable_subject()->set_supplier("suppliers/0000000000000000");
  EXPECT_EQ(Refusal(&RiskStub::ListRiskFlags, request), "SUPPLIER_NOT_FOUND");
  const auto commodity = [this](const std::string& text) {
    return Refusal(&RiskStub::CheckCommodityRisk, Parse<v1::CheckCommodityRiskRequest>(text));
  };
  const std::string hs = "commodity { scheme: COMMODITY_SCHEME_HS code: '5201' } ";
  EXPECT_EQ(commodity(hs), "INVALID_FIELD");
  EXPECT_EQ(field_, "origin");
  EXPECT_EQ(commodity("origin: 'CN'"), "INVALID_FIELD");
  EXPECT_EQ(commodity("origin: 'CN' commodity { scheme: COMMODITY_SCHEME_PUBLISHER code: '" +
                      std::string(257, 'x') + "' }"),
            "LIMIT_EXCEEDED");
  EXPECT_EQ(commodity(hs + "origin: 'CN' as_of { year: 9999 month: 1 day: 1 }"), "AS_OF_IN_FUTURE");
}

TEST_F(RiskApiTest, WhatWasKnownThenIsAnsweredThen) {
  const auto before = Put("r", "key: 'f' risk_flag { " + About("firm") +
                                   "type: FLAG_TYPE_MEDIA stage: FLAG_STAGE_ALLEGATION }");
  Put("r", "key: 'f' risk_flag { " + About("firm") +
               "type: FLAG_TYPE_MEDIA stage: FLAG_STAGE_DISMISSED }");
  EXPECT_THAT(Keys(kFirm), IsEmpty());
  auto request = Parse<v1::ListRiskFlagsRequest>("subject { " + std::string(kFirm) + " }");
  *request.mutable_consistency()->mutable_at_exact_revision() = before.stamp().revision();
  EXPECT_EQ(Ask(&RiskStub::ListRiskFlags, request).flags_size(), 1);
}

}  // namespace
}  // namespace probity::server
