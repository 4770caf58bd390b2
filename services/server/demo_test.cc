// The demo's register, asked what scripts/demo.sh asks.
#include "base/tables.h"
#include "gmock/gmock.h"
#include "services/server/testing.h"

namespace probity::server {
namespace {

class DemoTest : public ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    LoadFile("demo-register", "probity-csv", "demo/register.csv");
    LoadFile("demo-certificates", "probity-csv", "demo/certifications.csv");
    LoadFile("demo-flags", "probity-csv", "demo/flags.csv");
    LoadFile("goods", "probity-jsonl", "commodity_risk.jsonl");
  }
  void LoadFile(const std::string& dataset, const std::string& format, const std::string& file) {
    CreateDataset(dataset);
    std::string text = ReadFile("data/" + file).value();
    // Here each file is a dataset of its own, so that references are absolute.
    for (size_t at = 0; (at = text.find(",records/", at)) != std::string::npos; at += 30) {
      text.replace(at, 9, ",datasets/demo-register/records/");
    }
    const v1::Load load = Import(dataset, format, text);
    ASSERT_EQ(load.state(), v1::LOAD_STATE_COMMITTED) << load.error().message();
    ASSERT_EQ(load.counts().refused(), 0u);
  }
  static v1::SubjectRef Ref(const std::string& key) {
    v1::SubjectRef ref;
    ref.set_source_record("datasets/demo-register/records/" + key);
    return ref;
  }
  static v1::Date Day(int year, int month, int day) {
    v1::Date date;
    date.set_year(year);
    date.set_month(month);
    date.set_day(day);
    return date;
  }
  v1::CertificationResult Check(const std::string& supplier, const std::string& site,
                                const std::string& scheme, const std::string& hs,
                                const v1::Date& on) {
    v1::CheckCertificationRequest request;
    *request.mutable_subject() = Ref(supplier);
    if (!site.empty()) *request.mutable_site() = Ref(site);
    request.add_accepted_schemes()->set_scheme_id(scheme);
    if (!hs.empty()) {
      request.mutable_commodity()->set_scheme(v1::COMMODITY_SCHEME_HS);
      request.mutable_commodity()->set_code(hs);
    }
    *request.add_on_dates() = on;
    v1::CheckCertificationResponse response;
    EXPECT_TRUE(Call(&v1::CertificationService::Stub::CheckCertification, request, &response).ok());
    return response.result();
  }
  v1::CommodityRiskResult Risk(const std::string& origin, v1::CommodityScheme scheme,
                               const std::string& code) {
    v1::CheckCommodityRiskRequest request;
    request.set_origin(origin);
    request.mutable_commodity()->set_scheme(scheme);
    request.mutable_commodity()->set_code(code);
    v1::CheckCommodityRiskResponse response;
    EXPECT_TRUE(Call(&v1::RiskService::Stub::CheckCommodityRisk, request, &response).ok());
    return response.result();
  }
};

TEST_F(DemoTest, ChecksCertificates) {
  const v1::Date award = Day(2026, 11, 24);
  EXPECT_EQ(Check("S-01", "F-01", "SA8000", "5208", award), v1::CERTIFICATION_RESULT_VALID);
  EXPECT_EQ(Check("S-01", "F-01", "SA8000", "5208", Day(2028, 6, 30)),
            v1::CERTIFICATION_RESULT_EXPIRED);
  EXPECT_EQ(Check("S-01", "F-02", "SA8000", "", award), v1::CERTIFICATION_RESULT_SITE_NOT_IN_SCOPE);
  EXPECT_EQ(Check("S-01", "F-01", "GOTS", "62", award),
            v1::CERTIFICATION_RESULT_COMMODITY_NOT_IN_SCOPE);
  EXPECT_EQ(Check("S-02", "F-03", "SA8000", "", award), v1::CERTIFICATION_RESULT_SUSPENDED);
  EXPECT_EQ(Check("S-02", "F-03", "SA8000", "", Day(2026, 9, 9)), v1::CERTIFICATION_RESULT_VALID);
  EXPECT_EQ(Check("S-03", "", "SA8000", "", award), v1::CERTIFICATION_RESULT_UNKNOWN_CERTIFICATE);
}

TEST_F(DemoTest, ListsFlagsInForceAndEndedOnesWhenAsked) {
  v1::ListRiskFlagsRequest request;
  *request.mutable_subject() = Ref("S-03");
  v1::ListRiskFlagsResponse response;
  ASSERT_TRUE(Call(&v1::RiskService::Stub::ListRiskFlags, request, &response).ok());
  EXPECT_EQ(response.flags_size(), 0);
  EXPECT_EQ(response.sources_searched_size(), 1);
  request.set_include_ended(true);
  ASSERT_TRUE(Call(&v1::RiskService::Stub::ListRiskFlags, request, &response).ok());
  EXPECT_EQ(response.flags_size(), 1);
  *request.mutable_as_of() = Day(9999, 1, 1);
  EXPECT_FALSE(Call(&v1::RiskService::Stub::ListRiskFlags, request, &response).ok());
  EXPECT_EQ(reason_, "AS_OF_IN_FUTURE");
}

TEST_F(DemoTest, KnowsGoodsAtRiskAndNeverReadsSilenceAsLow) {
  EXPECT_EQ(Risk("TM", v1::COMMODITY_SCHEME_HS, "520100"), v1::COMMODITY_RISK_RESULT_LISTED);
  EXPECT_EQ(Risk("TM", v1::COMMODITY_SCHEME_PUBLISHER, "cotton"), v1::COMMODITY_RISK_RESULT_LISTED);
  EXPECT_NE(Risk("SE", v1::COMMODITY_SCHEME_HS, "5201"), v1::COMMODITY_RISK_RESULT_LISTED);
  EXPECT_EQ(Risk("SE", v1::COMMODITY_SCHEME_HS, "9701"), v1::COMMODITY_RISK_RESULT_NOT_COVERED);
}

}  // namespace
}  // namespace probity::server
