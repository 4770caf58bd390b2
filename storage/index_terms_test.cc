#include "storage/index_terms.h"

#include <string>
#include <vector>

#include "base/text_proto.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/testing/builders.h"

namespace probity::storage {
namespace {

using probity::v1::CommodityCode;
using probity::v1::Record;
using probity::v1::SubjectRef;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

std::string Nul(const std::string& a, const std::string& b) { return a + '\0' + b; }

v1::RecordRow RowOf(const Record& record) {
  v1::RecordRow row;
  row.add_segments()->set_undated(true);
  *row.mutable_segments(0)->mutable_record() = record;
  return row;
}

CommodityCode Code(probity::v1::CommodityScheme scheme, const std::string& code) {
  CommodityCode commodity;
  commodity.set_scheme(scheme);
  commodity.set_code(code);
  return commodity;
}

TEST(IndexTermsTest, PartiesAreFoundByIdentifier) {
  const auto terms =
      IndexTermsOf("d", RowOf(testing::Party("k", "Select Safety Co.", {{"GB-COH", "01234567"}})));
  EXPECT_THAT(terms,
              UnorderedElementsAre(IndexTerm{IndexKind::kIdentifier, Nul("GB-COH", "01234567")}));
}

TEST(IndexTermsTest, IdentityComesFromTheLatestSegmentAndReferencesFromAll) {
  v1::RecordRow row = RowOf(testing::Flag("f", "records/a"));
  *row.add_segments()->mutable_record() = testing::Flag("f", "records/b");
  EXPECT_THAT(IndexTermsOf("d", row),
              UnorderedElementsAre(IndexTerm{IndexKind::kFlagSubject, "r" + Nul("d", "a")},
                                   IndexTerm{IndexKind::kFlagSubject, "r" + Nul("d", "b")}));
  v1::RecordRow parties = RowOf(testing::Party("k", "Old", {{"GB-COH", "01234567"}}));
  *parties.add_segments()->mutable_record() = testing::Party("k", "New", {});
  EXPECT_THAT(IndexTermsOf("d", parties), IsEmpty());
}

TEST(IndexTermsTest, CertificationsAreFoundByNumberHolderAndSite) {
  Record record;
  record.set_key("c");
  auto* certification = record.mutable_certification();
  certification->set_scheme_id("SA8000");
  certification->set_certificate_no("SA 12-34");
  certification->mutable_holder()->set_source_record("datasets/x/records/p");
  certification->mutable_scope()->add_sites()->mutable_identifier()->set_scheme("OS-ID");
  certification->mutable_scope()->mutable_sites(0)->mutable_identifier()->set_value("CN1");
  EXPECT_THAT(
      IndexTermsOf("d", RowOf(record)),
      UnorderedElementsAre(IndexTerm{IndexKind::kCertificateNumber, Nul("SA8000", "sa1234")},
                           IndexTerm{IndexKind::kCertificateParty, "r" + Nul("x", "p")},
                           IndexTerm{IndexKind::kCertificateParty, "i" + Nul("OS-ID", "CN1")}));
}

TEST(IndexTermsTest, ABanOnARegionIsFoundByItsCountryToo) {
  Record record;
  record.set_key("b");
  auto* about = record.mutable_legal_measure()->mutable_subject()->mutable_commodity_origin();
  about->set_origin("CN-XJ");
  *about->add_commodities() = Code(probity::v1::COMMODITY_SCHEME_HS, "52");
  EXPECT_THAT(IndexTermsOf("d", RowOf(record)),
              UnorderedElementsAre(IndexTerm{IndexKind::kCommodityOrigin, "CN-XJ"},
                                   IndexTerm{IndexKind::kCommodityOrigin, "CN"},
                                   IndexTerm{IndexKind::kCommodityCode, Nul("HS", "52")}));
  about->set_origin("CN");
  EXPECT_THAT(IndexTermsOf("d", RowOf(record)),
              UnorderedElementsAre(IndexTerm{IndexKind::kCommodityOrigin, "CN"},
                                   IndexTerm{IndexKind::kCommodityCode, Nul("HS", "52")}));
}

TEST(IndexTermsTest, SeparationsAreFoundByWhatTheyNameLast) {
  v1::RecordRow row = RowOf(testing::Separation("s", {"datasets/x/records/old"}, {"records/b"}));
  *row.add_segments()->mutable_record() =
      testing::Separation("s", {"datasets/x/records/a"}, {"datasets/y/records/b"});
  EXPECT_THAT(IndexTermsOf("d", row),
              UnorderedElementsAre(IndexTerm{IndexKind::kSeparated, "r" + Nul("x", "a")},
                                   IndexTerm{IndexKind::kSeparated, "r" + Nul("y", "b")}));
}

TEST(IndexTermsTest, VendorsAreFoundByIdentifierAndRecords) {
  Record record;
  record.set_key("SAP||1");
  record.mutable_vendor()->mutable_identifier()->set_scheme("GB-COH");
  record.mutable_vendor()->mutable_identifier()->set_value("01234567");
  record.mutable_vendor()->add_bound_records("datasets/x/records/p");
  record.mutable_vendor()->add_bound_records("datasets/x/records/q");
  EXPECT_THAT(
      IndexTermsOf("d", RowOf(record)),
      UnorderedElementsAre(IndexTerm{IndexKind::kVendorParty, "i" + Nul("GB-COH", "01234567")},
                           IndexTerm{IndexKind::kVendorParty, "r" + Nul("x", "p")},
                           IndexTerm{IndexKind::kVendorParty, "r" + Nul("x", "q")}));
}

TEST(IndexTermsTest, JudgementsAreFoundBySubjectAndRecord) {
  struct Case {
    std::string subject;
    std::vector<std::string> terms;
  };
  for (const Case& one : std::vector<Case>{
           {"vendor { system: 'S' number: '7' } bound_records: 'datasets/x/records/p'", {"vS||7"}},
           {"supplier: 'suppliers/1' bound_records: 'datasets/x/records/p'", {"r" + Nul("x", "p")}},
           {"identifier { scheme: 'GB-COH' value: '1' }", {"i" + Nul("GB-COH", "1")}},
           {"query_digest: 'D'", {"qD"}}}) {
    Record record;
    ASSERT_EQ(ReadTextProto(one.subject, record.mutable_judgement()->mutable_subject()), "");
    record.mutable_judgement()->set_source_record("datasets/l/records/r");
    std::vector<IndexTerm> expected = {{IndexKind::kJudgementRecord, "r" + Nul("l", "r")}};
    for (const std::string& term : one.terms) {
      expected.push_back({IndexKind::kJudgementSubject, term});
    }
    EXPECT_THAT(IndexTermsOf("d", RowOf(record)), ::testing::UnorderedElementsAreArray(expected))
        << one.subject;
  }
}

TEST(IndexTermsTest, PortfoliosAndMembersAreFoundByWhatHoldsThem) {
  for (const auto& [name, term] : std::vector<std::pair<std::string, std::string>>{
           {"authorities/a/portfolios/p", "authorities/a"}, {"portfolios/p", ""}}) {
    Record record;
    record.mutable_portfolio()->set_name(name);
    EXPECT_THAT(IndexTermsOf("d", RowOf(record)),
                UnorderedElementsAre(IndexTerm{IndexKind::kPortfolio, term}));
    record.mutable_portfolio_member()->set_name(name + "/members/0.7");
    EXPECT_THAT(IndexTermsOf("d", RowOf(record)),
                UnorderedElementsAre(IndexTerm{IndexKind::kPortfolio, name}));
  }
  EXPECT_EQ(PortfolioTerm(""), "");
}

TEST(IndexTermsTest, WaiversAreFoundBySubjectAndRepliesByWhatTheyAnswer) {
  Record waiver, reply;
  ASSERT_EQ(ReadTextProto("vendor { system: 'S' number: '7' }",
                          waiver.mutable_waiver()->mutable_subject()),
            "");
  reply.mutable_reply()->set_about("datasets/l/records/r");
  EXPECT_THAT(IndexTermsOf("d", RowOf(waiver)),
              UnorderedElementsAre(IndexTerm{IndexKind::kWaiverSubject, "vS||7"}));
  EXPECT_THAT(IndexTermsOf("d", RowOf(reply)),
              UnorderedElementsAre(IndexTerm{IndexKind::kReplyAbout, "r" + Nul("l", "r")}));
}

TEST(SubjectTermTest, RelativeAndWholeNamesAreTheSame) {
  SubjectRef relative, whole;
  relative.set_source_record("records/a/b");
  whole.set_source_record("datasets/d/records/a/b");
  EXPECT_EQ(SubjectTerm("d", relative), SubjectTerm("other", whole));
  SubjectRef malformed;
  malformed.set_source_record("nonsense");
  EXPECT_EQ(SubjectTerm("d", malformed), "");
  EXPECT_EQ(SubjectTerm("d", SubjectRef()), "");
}

TEST(CommodityTermTest, DropsWhatOnlyPads) {
  using probity::v1::COMMODITY_SCHEME_CPV;
  using probity::v1::COMMODITY_SCHEME_HS;
  using probity::v1::COMMODITY_SCHEME_PUBLISHER;
  EXPECT_EQ(CommodityTerm(Code(COMMODITY_SCHEME_CPV, "90910000-9")), Nul("CPV", "9091"));
  EXPECT_EQ(CommodityTerm(Code(COMMODITY_SCHEME_CPV, "09000000")), Nul("CPV", "09"));
  EXPECT_EQ(CommodityTerm(Code(COMMODITY_SCHEME_CPV, "30000000")), Nul("CPV", "30"));
  EXPECT_EQ(CommodityTerm(Code(COMMODITY_SCHEME_HS, "5201.00")), Nul("HS", "520100"));
  EXPECT_EQ(CommodityTerm(Code(COMMODITY_SCHEME_PUBLISHER, "Açaí Berries")),
            Nul("PUBLISHER", "acai berries"));
}

TEST(RecordRefTest, NamesRoundTrip) {
  const RecordRef ref{"d", "a/b|c"};
  EXPECT_EQ(ref.Name(), "datasets/d/records/a/b|c");
  EXPECT_EQ(RecordRef::FromName(ref.Name()), ref);
  for (const char* name : {"", "datasets/d", "datasets//records/k", "datasets/d/records/",
                           "datasets/d/loads/k", "suppliers/x"}) {
    EXPECT_FALSE(RecordRef::FromName(name)) << name;
  }
}

}  // namespace
}  // namespace probity::storage
