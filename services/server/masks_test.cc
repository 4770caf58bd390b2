// What one authority owns does not exist for another, in any RPC.
#include <string>

#include "gmock/gmock.h"
#include "services/server/testing.h"

namespace probity::server {
namespace {

using CertStub = v1::CertificationService::Stub;
using RiskStub = v1::RiskService::Stub;
using SupplierStub = v1::SupplierService::Stub;

// The supplier and the site stand in a shared dataset; all that authority a says
// of them stands in its own.
class MasksTest : public ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    UseTokens();
    CreateDataset("shared");
    Put("shared",
        "key: 'firm' supplier { names { text: 'Firm' } identifiers { scheme: 'GB-COH' "
        "value: '00000001' } }");
    Put("shared", "key: 'site' site { names { text: 'Plant' } }");
    CreateDataset("own", v1::ABSENCE_MODE_RETRACTED, "authorities/a");
    const std::string firm = "source_record: 'datasets/shared/records/firm'";
    const std::string site = "source_record: 'datasets/shared/records/site'";
    Put("own",
        "key: 'other' supplier { names { text: 'Hidden name' } identifiers { scheme: "
        "'GB-COH' value: '00000001' } identifiers { scheme: 'US-EIN' value: '1' } }");
    Put("own",
        "key: 'flag' risk_flag { subject { party { " + firm + " } } type: FLAG_TYPE_MEDIA }");
    Put("own", "key: 'cert' certification { scheme_id: 'WRAP' certificate_no: 'N' holder { " +
                   firm + " } scope { sites { " + site + " } } }");
    Put("own", "key: 'audit' audit { scheme_id: 'SMETA' site { " + site + " } ended_on " +
                   D("2024-01-01") + " }");
    Put("own",
        "key: 'link' link { from { " + firm + " } to { " + site + " } type: LINK_TYPE_OPERATES }");
    Put("own",
        "key: 'goods' commodity_risk { publisher_name: 'Coffee' origin: 'BR' commodities { "
        "commodity { scheme: COMMODITY_SCHEME_HS code: '0901' } } }");
  }

  static constexpr char kFirm[] = "{ source_record: 'datasets/shared/records/firm' } ";
  static constexpr char kSite[] = "{ source_record: 'datasets/shared/records/site' } ";
};

// For the owner each of these finds something; for bob none of them.
TEST_F(MasksTest, EveryReadLeavesThemOut) {
  struct Seen {
    bool flags, certifications, audits, links, goods, name, identifier, check, audit;
  };
  const auto look = [this] {
    Seen seen = {};
    const std::string firm = kFirm;
    const auto flags =
        Ask(&RiskStub::ListRiskFlags, Parse<v1::ListRiskFlagsRequest>("subject " + firm));
    seen.flags = flags.flags_size() > 0;
    EXPECT_EQ(flags.sources_searched_size() > 0, seen.flags);
    seen.certifications =
        Ask(&CertStub::ListCertifications, Parse<v1::ListCertificationsRequest>("holder " + firm))
            .certifications_size() > 0;
    seen.audits =
        Ask(&CertStub::ListAudits, Parse<v1::ListAuditsRequest>(std::string("subject ") + kSite))
            .audits_size() > 0;
    seen.links =
        Ask(&SupplierStub::ListLinks, Parse<v1::ListLinksRequest>("subject " + firm)).links_size() >
        0;
    const auto goods =
        Ask(&RiskStub::CheckCommodityRisk,
            Parse<v1::CheckCommodityRiskRequest>(
                "origin: 'BR' commodity { scheme: COMMODITY_SCHEME_HS code: '09' }"));
    seen.goods = goods.result() == v1::COMMODITY_RISK_RESULT_LISTED;
    EXPECT_EQ(goods.sources_size() > 0, seen.goods);
    seen.name =
        Ask(&SupplierStub::SearchSuppliers, Parse<v1::SearchSuppliersRequest>("query: 'hidden'"))
            .hits_size() > 0;
    v1::LookupSuppliersResponse found;
    EXPECT_TRUE(Lookup("US-EIN", "1", &found).ok());
    seen.identifier = found.results(0).outcome() == v1::LOOKUP_OUTCOME_FOUND;
    EXPECT_TRUE(Lookup("GB-COH", "1", &found).ok());
    EXPECT_EQ(found.results(0).suppliers(0).source_records_size(), seen.identifier ? 2 : 1);
    seen.check = Ask(&CertStub::CheckCertification,
                     Parse<v1::CheckCertificationRequest>("subject " + firm +
                                                          "accepted_schemes { scheme_id: 'WRAP' }"))
                     .checked_size() > 0;
    seen.audit = Ask(&CertStub::CheckAudit,
                     Parse<v1::CheckAuditRequest>(std::string("site ") + kSite +
                                                  "accepted_schemes { scheme_id: 'SMETA' }"))
                     .checked_size() > 0;
    return seen;
  };
  const Seen ann = look();
  EXPECT_TRUE(ann.flags && ann.certifications && ann.audits && ann.links && ann.goods && ann.name &&
              ann.identifier && ann.check && ann.audit);
  token_ = kBob;
  const Seen bob = look();
  EXPECT_FALSE(bob.flags || bob.certifications || bob.audits || bob.links || bob.goods ||
               bob.name || bob.identifier || bob.check || bob.audit);
}

TEST_F(MasksTest, NamesOfThemNameNothing) {
  const auto load = Import("own", "probity-csv", "record_type,key,name\nsupplier,x,X\n");
  token_ = kBob;
  v1::GetRiskFlagRequest flag;
  flag.set_name("datasets/own/records/flag");
  EXPECT_EQ(Refusal(&RiskStub::GetRiskFlag, flag), "RISK_FLAG_NOT_FOUND");
  v1::GetCertificationRequest certification;
  certification.set_name("datasets/own/records/cert");
  EXPECT_EQ(Refusal(&CertStub::GetCertification, certification), "CERTIFICATION_NOT_FOUND");
  v1::GetDatasetRequest dataset;
  dataset.set_name("datasets/own");
  EXPECT_EQ(Refusal(&DataStub::GetDataset, dataset), "DATASET_NOT_FOUND");
  v1::ListLoadsRequest loads;
  loads.set_dataset("datasets/own");
  EXPECT_EQ(Refusal(&DataStub::ListLoads, loads), "DATASET_NOT_FOUND");
  v1::ListRevisionsRequest revisions;
  revisions.set_dataset("datasets/own");
  EXPECT_EQ(Refusal(&DataStub::ListRevisions, revisions), "DATASET_NOT_FOUND");
  v1::GetLoadRequest get;
  get.set_name(load.name());
  EXPECT_EQ(Refusal(&DataStub::GetLoad, get), "LOAD_NOT_FOUND");
  v1::ListRejectedRecordsRequest rejected;
  rejected.set_load(load.name());
  EXPECT_EQ(Refusal(&DataStub::ListRejectedRecords, rejected), "LOAD_NOT_FOUND");
  v1::AbortLoadRequest abort;
  abort.set_name(load.name());
  EXPECT_EQ(Refusal(&DataStub::AbortLoad, abort), "LOAD_NOT_FOUND");
  v1::CommitLoadRequest commit;
  commit.set_name(load.name());
  EXPECT_EQ(Refusal(&DataStub::CommitLoad, commit), "LOAD_NOT_FOUND");
  v1::PutRecordRequest put;
  put.set_dataset("datasets/own");
  *put.mutable_record() = Parse<v1::Record>("key: 'x' supplier { names { text: 'X' } }");
  EXPECT_EQ(Refusal(&DataStub::PutRecord, put), "DATASET_NOT_FOUND");
  v1::RemoveRecordRequest remove;
  remove.set_name("datasets/own/records/flag");
  EXPECT_EQ(Refusal(&DataStub::RemoveRecord, remove), "DATASET_NOT_FOUND");
}

// Neither the name nor that there is one: not as a hit, not by its score, its
// identifiers, or the reason of a miss.
TEST_F(MasksTest, SearchesByNameKnowNothingOfThem) {
  const auto search = [this](const std::string& request) {
    return Ask(&SupplierStub::SearchSuppliers, Parse<v1::SearchSuppliersRequest>(request));
  };
  const auto explain = [this](const std::string& request) {
    return Ask(&SupplierStub::ExplainSearchMiss, Parse<v1::ExplainSearchMissRequest>(request));
  };
  const std::string by_number =
      "query: 'Firm' facts { identifiers { scheme: 'US-EIN' value: '1' } }";
  const std::string other =
      "search { query: 'Hidden name' } source_record: 'datasets/own/records/other'";
  const std::string firm = "search { query: 'Firm' } source_record: 'datasets/shared/records/firm'";
  EXPECT_EQ(search("query: 'Hidden name'").hits(0).supplier().display_name(), "Firm");
  const auto says_number = [&] {
    const auto found = search(by_number);
    for (const auto& row : found.hits(0).explanations()) {
      if (row.feature() == "identifier") return true;
    }
    return false;
  };
  EXPECT_TRUE(says_number());
  EXPECT_TRUE(explain(other).found());
  EXPECT_EQ(explain(firm).names_size(), 3) << "two of its own, and that of the site";
  token_ = kBob;
  EXPECT_EQ(search("query: 'Hidden name'").hits_size(), 0);
  EXPECT_FALSE(says_number());
  EXPECT_EQ(search("query: 'Firm'").hits(0).supplier().source_records_size(), 1);
  const auto miss = explain(other);
  ASSERT_EQ(miss.causes_size(), 1);
  EXPECT_EQ(miss.causes(0).reason(), v1::SEARCH_MISS_REASON_NOT_VISIBLE);
  EXPECT_EQ(miss.names_size() + static_cast<int>(miss.supplier().size()), 0);
  EXPECT_EQ(explain(firm).names_size(), 1);
  auto own = Parse<v1::SearchSuppliersRequest>("query: 'Firm' datasets: 'datasets/own'");
  EXPECT_EQ(Refusal(&SupplierStub::SearchSuppliers, own), "DATASET_NOT_FOUND");
}

// Who operates the shared site is said in authority a's dataset alone.
TEST_F(MasksTest, ASiteLeadsNowhereForThoseWhoDoNotSeeTheLink) {
  const auto search = [this] {
    return Ask(&SupplierStub::SearchSuppliers,
               Parse<v1::SearchSuppliersRequest>("query: 'Plant' min_score: 0.9"));
  };
  const auto explain = [this] {
    return Ask(&SupplierStub::ExplainSearchMiss,
               Parse<v1::ExplainSearchMissRequest>(
                   "search { query: 'Plant' } source_record: 'datasets/shared/records/site'"));
  };
  ASSERT_EQ(search().hits_size(), 1);
  EXPECT_EQ(search().hits(0).supplier().display_name(), "Firm");
  EXPECT_TRUE(explain().found());
  token_ = kBob;
  EXPECT_EQ(search().hits_size(), 0);
  ASSERT_EQ(explain().causes_size(), 1);
  EXPECT_EQ(explain().causes(0).reason(), v1::SEARCH_MISS_REASON_NOT_A_PARTY);
}

TEST_F(MasksTest, ListingsAndCountsLeaveThemOut) {
  const auto mine = Ask(&v1::ServerService::Stub::GetServerInfo, v1::GetServerInfoRequest());
  EXPECT_EQ(mine.record_count(), 8u);
  EXPECT_EQ(mine.datasets_size(), 2);
  token_ = kBob;
  const auto info = Ask(&v1::ServerService::Stub::GetServerInfo, v1::GetServerInfoRequest());
  EXPECT_EQ(info.record_count(), 2u);
  EXPECT_EQ(info.supplier_count(), 1u);
  EXPECT_EQ(mine.supplier_count(), 1u);
  EXPECT_EQ(info.datasets_size(), 1);
  EXPECT_EQ(Ask(&DataStub::ListDatasets, v1::ListDatasetsRequest()).datasets_size(), 1);
  const auto revisions = Ask(&DataStub::ListRevisions, v1::ListRevisionsRequest());
  for (const auto& revision : revisions.revisions()) {
    EXPECT_NE(revision.dataset(), "datasets/own");
  }
  token_.clear();
  EXPECT_EQ(Refusal(&v1::ServerService::Stub::GetServerInfo, v1::GetServerInfoRequest()),
            "UNAUTHENTICATED");
  token_ = "wrong";
  EXPECT_EQ(Refusal(&v1::ServerService::Stub::GetServerInfo, v1::GetServerInfoRequest()),
            "UNAUTHENTICATED");
}

TEST_F(MasksTest, NobodyMakesADatasetForAnotherAuthority) {
  token_ = kBob;
  v1::CreateDatasetRequest create;
  create.mutable_dataset()->set_name("datasets/theirs");
  create.mutable_dataset()->set_absence(v1::ABSENCE_MODE_RETRACTED);
  create.mutable_dataset()->set_owner("authorities/a");
  EXPECT_EQ(Refusal(&DataStub::CreateDataset, create), "PERMISSION_DENIED");
}

// A page token is bound to the authority that asked.
TEST_F(MasksTest, APageTokenIsOfNoUseToAnother) {
  v1::ListDatasetsRequest list;
  list.set_page_size(1);
  list.set_page_token(Ask(&DataStub::ListDatasets, list).next_page_token());
  EXPECT_FALSE(list.page_token().empty());
  token_ = kBob;
  EXPECT_EQ(Refusal(&DataStub::ListDatasets, list), "INVALID_PAGE_TOKEN");
}

}  // namespace
}  // namespace probity::server
