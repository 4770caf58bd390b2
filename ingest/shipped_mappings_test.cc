// Mappings of data/mappings for lists of which there is no copy at hand, over invented
// rows in the documented layout.
#include <algorithm>

#include "base/civil_day.h"
#include "gmock/gmock.h"
#include "ingest/testing.h"
#include "ingest/validate.h"

namespace probity::ingest {
namespace {

using testing::CollectingSink;
using ::testing::ElementsAre;
using testing::Workshop;

class ShippedMappingTest : public ::testing::Test {
 protected:
  // Reads rows with a mapping of the project's; every record must be a good one.
  void Read(const std::string& mapping, const std::string& text) {
    const std::vector<InputFile> files = {
        {"data/mappings/" + mapping + ".textproto", "mapping", v1::FILE_ROLE_MAPPING},
        workshop_.Write("f.csv", text)};
    ASSERT_EQ(workshop_.Read("mapped-csv", files, &sink_), absl::OkStatus());
    for (v1::Record& record : sink_.records) {
      const Validation validation = NormalizeAndValidate(workshop_.tables(), &record);
      for (const RowFault& fault : validation.faults) {
        ADD_FAILURE() << record.key() << ": " << fault.column << ": " << fault.message;
      }
    }
  }
  const v1::Record& Get(const std::string& key) {
    const auto found =
        std::find_if(sink_.records.begin(), sink_.records.end(),
                     [&key](const v1::Record& record) { return record.key() == key; });
    if (found != sink_.records.end()) return *found;
    ADD_FAILURE() << "no record " << key;
    static const v1::Record kNone;
    return kNone;
  }

  Workshop workshop_;
  CollectingSink sink_;
};

TEST_F(ShippedMappingTest, SamExclusions) {
  Read(
      "us-sam-exclusions",
      "Classification,Name,Prefix,First,Middle,Last,Suffix,Address 1,Address 2,Address 3,Address "
      "4,City,State / Province,Country,Zip Code,Open Data Flag,Blank (Deprecated),Unique Entity "
      "ID,Exclusion Program,Excluding Agency,CT Code,Exclusion Type,Additional Comments,Active "
      "Date,Termination Date,Record Status,Cross-Reference,SAM Number,CAGE,NPI,Creation_Date\n"
      "Firm,INVENTED KILN LLC,,,,,,1 SAMPLE ST,,,,SAMPLETOWN,OH,USA,00001,,,ABCDEFGHJKL1,"
      "Reciprocal,DOL,R,Ineligible (Proceedings Completed),,01/31/2024,01/31/2027,Active,,S4MR0001,"
      ",,01/31/2024\n"
      "Individual,,DR,ANN,B,SAMPLESON,JR,-,,,,XX,OH,USA,00001,,,,NonProcurement,HHS,Z,"
      "Prohibition/Restriction,,06/01/1994,Indefinite,Active,,,,,06/01/1994\n"
      "Vessel,INVENTED HERON,,,,,,,,,,,,XUN,,,,,Reciprocal,TREAS-OFAC,,Prohibition/Restriction,,"
      "05/01/2020,Indefinite,,,S4MR0003,,,\n");
  EXPECT_TRUE(sink_.refused.empty());
  ASSERT_EQ(sink_.records.size(), 6u);
  const std::string kiln = "S4MR0001|DOL|INVENTED KILN LLC|||";
  const v1::SupplierRecord& firm = Get(kiln).supplier();
  EXPECT_EQ(firm.kind(), v1::PARTY_KIND_COMPANY);
  EXPECT_EQ(firm.identifiers(0).scheme(), "US-SAM");
  EXPECT_EQ(firm.addresses(0).country(), "US");
  const v1::LegalMeasure& exclusion = Get("exclusion|" + kiln).legal_measure();
  EXPECT_EQ(exclusion.subject().party().source_record(), "records/" + kiln);
  EXPECT_EQ(exclusion.regime(), "US-SAM");
  EXPECT_EQ(exclusion.effect(), v1::MEASURE_EFFECT_MUST_EXCLUDE);
  EXPECT_EQ(exclusion.sam_exclusion_type(),
            v1::SAM_EXCLUSION_TYPE_INELIGIBLE_PROCEEDINGS_COMPLETED);
  EXPECT_EQ(exclusion.list_status(), v1::LIST_STATUS_ACTIVE);
  EXPECT_EQ(FormatDate(exclusion.in_force().from()), "2024-01-31");
  EXPECT_EQ(FormatDate(exclusion.in_force().to()), "2027-01-31");

  const std::string person = "|HHS||ANN|B|SAMPLESON";
  EXPECT_EQ(Get(person).supplier().names(0).text(), "ANN B SAMPLESON JR");
  EXPECT_EQ(Get(person).supplier().kind(), v1::PARTY_KIND_PERSON);
  EXPECT_EQ(Get(person).supplier().addresses(0).lines_size(), 0);
  const v1::LegalMeasure& old = Get("exclusion|" + person).legal_measure();
  EXPECT_EQ(old.regime(), "US-SAM-NONPROCUREMENT");
  EXPECT_EQ(old.effect(), v1::MEASURE_EFFECT_INFO_ONLY);
  EXPECT_FALSE(old.in_force().has_to());
}

TEST_F(ShippedMappingTest, OpenSupplyHub) {
  Read("open-supply-hub",
       "os_id,contribution_date,name,address,country_code,country_name,lat,lng,sector,contributor "
       "(list),number_of_workers,parent_company,processing_type_facility_type_raw,facility_type,"
       "processing_type,product_type,is_closed\n"
       "BD2020001SAMPLE,2020-01-01,Invented Garments,\"1 Sample Road, Dhaka\",BD,Bangladesh,"
       "23.75,90.4,Apparel,Invented Brand|A Union,101-500|300,Invented Group,,Final Product "
       "Assembly,Cutting|Sewing,Shirts|Trousers: long,False\n");
  EXPECT_TRUE(sink_.refused.empty());
  const v1::SiteRecord& site = Get("BD2020001SAMPLE").site();
  EXPECT_EQ(site.identifiers(0).scheme(), "OS-ID");
  EXPECT_EQ(site.address().country(), "BD");
  EXPECT_EQ(site.position().latitude(), 23.75);
  EXPECT_THAT(site.processes(), ElementsAre("Cutting", "Sewing"));
  ASSERT_EQ(site.commodities_size(), 2);
  EXPECT_EQ(site.commodities(0).scheme(), v1::COMMODITY_SCHEME_PUBLISHER);
  EXPECT_EQ(site.commodities(1).code(), "Trousers: long");
}

TEST_F(ShippedMappingTest, UflpaEntityList) {
  Read("us-dhs-uflpa",
       "Name of Entity,Aliases,Section,Effective Date\n"
       "\"Invented Cotton Co., Ltd.\",Sample Cotton; Cotton Sample,2(d)(2)(B)(ii),\"June 21, "
       "2022\"\n");
  EXPECT_TRUE(sink_.refused.empty());
  const std::string key = "Invented Cotton Co., Ltd.|2(d)(2)(B)(ii)";
  EXPECT_EQ(Get(key).supplier().names_size(), 3);
  EXPECT_EQ(Get(key).supplier().names(2).text(), "Cotton Sample");
  const v1::RiskFlag& flag = Get("entry|" + key).risk_flag();
  EXPECT_EQ(flag.type(), v1::FLAG_TYPE_UFLPA_ENTITY);
  EXPECT_EQ(FormatDate(flag.listing_intervals(0).from()), "2022-06-21");
  const v1::LegalMeasure& measure = Get("measure|" + key).legal_measure();
  EXPECT_EQ(measure.regime(), "US-UFLPA");
  EXPECT_EQ(measure.effect(), v1::MEASURE_EFFECT_PRESUMPTION);
  EXPECT_EQ(measure.section(), "2(d)(2)(B)(ii)");
}

TEST_F(ShippedMappingTest, ImportOrders) {
  Read("us-cbp-wro-findings",
       "Calendar Year,Country,Country Code,Entity,Industry,Status,WRO/Finding,Effective "
       "Date,Remarks,Press Release\n"
       "2021,Malaysia,MY,Invented Gloves Sdn. Bhd.,Rubber,Active,WRO,03/29/2021,Gloves,"
       "https://example.org/1\n"
       "1992,China,CN,Invented Machine Works,Machinery,Revoked,Finding,05/18/1992,,\n");
  EXPECT_TRUE(sink_.refused.empty());
  const std::string gloves = "Invented Gloves Sdn. Bhd.|Malaysia|WRO|03/29/2021";
  EXPECT_EQ(Get(gloves).supplier().addresses(0).country(), "MY");
  EXPECT_EQ(Get("entry|" + gloves).risk_flag().stage(), v1::FLAG_STAGE_ADMIN_DETERMINATION);
  EXPECT_EQ(Get("measure|" + gloves).legal_measure().regime(), "US-307-WRO");
  const std::string machines = "Invented Machine Works|China|Finding|05/18/1992";
  EXPECT_EQ(Get("entry|" + machines).risk_flag().type(), v1::FLAG_TYPE_IMPORT_BAN_FINDING);
  EXPECT_EQ(Get("entry|" + machines).risk_flag().stage(), v1::FLAG_STAGE_ANNULLED);
  EXPECT_EQ(Get("measure|" + machines).legal_measure().list_status(), v1::LIST_STATUS_REVOKED);
  EXPECT_EQ(Get("measure|" + machines).legal_measure().regime(), "US-307-FIND");
}

TEST_F(ShippedMappingTest, CertificatesInTheShapeOfFsc) {
  Read("fsc-certificates",
       "LicenseCode,LicenseStatus,CertificateCode,CertificateStatus,FirstIssueDate,LastIssueDate,"
       "ExpiryDate,CompanyName,LocalCompanyName,CompanyCountry,CompanyAddress,Standard,Products\n"
       "FSC-C000001,Valid,SAM-COC-000001,Valid,2015-06-01,2025-06-01,2030-05-31,Invented "
       "Paper,Papel Inventado,Brazil,1 Sample Road,FSC-STD-40-004 V3-1,W5.1 Boards; P2 Paper\n"
       "FSC-C000002,Terminated,SAM-COC-000002,Suspended,2015-06-01,2025-06-01,2030-05-31,Invented "
       "Wood,,Germany,2 Sample Road,FSC-STD-40-004 V3-1,\n");
  EXPECT_TRUE(sink_.refused.empty());
  ASSERT_EQ(sink_.records.size(), 6u);
  const std::string paper = "FSC-C000001|SAM-COC-000001";
  EXPECT_EQ(Get(paper).supplier().names_size(), 2);
  EXPECT_EQ(Get(paper).supplier().addresses(0).country(), "BR");
  const v1::Certification& valid = Get("certificate|" + paper).certification();
  EXPECT_EQ(valid.scheme_id(), "FSC_COC");
  EXPECT_EQ(valid.holder().source_record(), "records/" + paper);
  EXPECT_EQ(valid.scope().sites(0).source_record(), "records/site|" + paper);
  EXPECT_EQ(FormatDate(valid.licence_valid_to()), "2030-05-31");
  EXPECT_EQ(valid.status_events_size(), 0);
  ASSERT_EQ(valid.scope().commodities_size(), 2);
  EXPECT_EQ(valid.scope().commodities(1).code(), "P2 Paper");
  EXPECT_EQ(Get("site|" + paper).site().operators(0).operator_().source_record(),
            "records/" + paper);
  const v1::Certification& suspended =
      Get("certificate|FSC-C000002|SAM-COC-000002").certification();
  EXPECT_FALSE(suspended.has_licence_valid_to());
  ASSERT_EQ(suspended.status_events_size(), 1);
  EXPECT_EQ(suspended.status_events(0).status(), v1::CERTIFICATION_STATUS_SUSPENDED);
  EXPECT_EQ(FormatDate(suspended.status_events(0).from()), "2025-06-01");
}

}  // namespace
}  // namespace probity::ingest
