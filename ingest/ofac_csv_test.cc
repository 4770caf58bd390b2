// Lists of the US Office of Foreign Assets Control: entries, aliases and addresses
// together. Invented rows in its layout, and the real consolidated list.
#include <algorithm>
#include <map>
#include <set>

#include "base/civil_day.h"
#include "base/errors.h"
#include "gmock/gmock.h"
#include "ingest/error_file.h"
#include "ingest/testing.h"
#include "ingest/validate.h"

namespace probity::ingest {
namespace {

using testing::CollectingSink;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Workshop;

constexpr char kEntries[] =
    "1,\"INVENTED KILN OOO\",-0- ,\"UKRAINE-EO13662] [RUSSIA-EO14024\",-0- ,-0- ,-0- ,-0- ,-0- ,"
    "-0- ,-0- ,\"Listing Date (EO 14024 Directive 2): 24 Feb 2022; Effective Date (EO 14024 "
    "Directive 2): 26 Mar 2022; a.k.a. 'KILN'; Registration ID \"\r\n"
    "2,\"SAMPLESON, Ann\",\"individual\",\"NS-PLC\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,\"DOB "
    "1962; POB Sampletown.\"\r\n"
    "3,\"INVENTED HERON\",\"vessel\",\"SDGT\",-0- ,\"ABCD\",\"Crude Oil Tanker\",-0- ,-0- ,"
    "\"Iran\",-0- ,\"Vessel Registration Identification IMO 9074729.\"\r\n"
    "\x1A";
constexpr char kAliases[] =
    "1,10,\"aka\",\"OOO KILN\",-0- \r\n1,11,\"fka\",\"OLD KILN\",-0- \r\n\x1A";
constexpr char kAddresses[] =
    "1,20,\"1 Sample Street\",\"Moscow 119048\",\"Russia\",-0- \r\n"
    "1,21,-0- ,-0- ,-0- ,-0- \r\n"
    "2,22,-0- ,\"Sampletown\",\"Region: Sample\",-0- \r\n\x1A";
constexpr char kComments[] = "1,\"1000000000000.\"\r\n\x1A";

class OfacCsvTest : public ::testing::Test {
 protected:
  std::vector<InputFile> Write(const std::vector<std::string>& texts) const {
    std::vector<InputFile> files;
    for (const std::string& text : texts) {
      files.push_back(workshop_.Write("f" + std::to_string(files.size()), text));
    }
    return files;
  }
  absl::Status Read(const std::vector<std::string>& texts) {
    sink_ = CollectingSink();
    return workshop_.Read("ofac-csv", Write(texts), &sink_);
  }
  const v1::SupplierRecord& Party(const std::string& key) { return Get(key).supplier(); }
  const v1::Record& Get(const std::string& key) {
    const auto found =
        std::find_if(sink_.records.begin(), sink_.records.end(),
                     [&key](const v1::Record& record) { return record.key() == key; });
    EXPECT_NE(found, sink_.records.end()) << key;
    return *found;
  }

  Workshop workshop_;
  CollectingSink sink_;
};

TEST_F(OfacCsvTest, FilesTogetherGivePartiesAndTheirEntries) {
  ASSERT_EQ(Read({kEntries, kAliases, kAddresses, kComments}), absl::OkStatus());
  EXPECT_TRUE(sink_.refused.empty());
  ASSERT_EQ(sink_.records.size(), 3u + 4u);
  const v1::SupplierRecord& kiln = Party("1");
  std::vector<std::string> names;
  for (const v1::Name& name : kiln.names()) {
    names.push_back(v1::NameType_Name(name.type()).substr(10) + " " + name.text());
  }
  EXPECT_THAT(names, ElementsAre("LEGAL_NAME INVENTED KILN OOO", "AKA_STRONG OOO KILN",
                                 "FKA OLD KILN", "AKA_WEAK KILN"));
  // Its remarks go on in the file of comments, after a blank.
  ASSERT_EQ(kiln.identifiers_size(), 1);
  EXPECT_EQ(kiln.identifiers(0).scheme(), "RU-OGRN");
  EXPECT_EQ(kiln.identifiers(0).value(), "1000000000000");
  ASSERT_EQ(kiln.addresses_size(), 1);
  EXPECT_EQ(kiln.addresses(0).country(), "RU");
  EXPECT_EQ(kiln.addresses(0).city(), "Moscow 119048");
  const v1::LegalMeasure& russia = Get("entry|1|RUSSIA-EO14024").legal_measure();
  EXPECT_EQ(russia.subject().party().source_record(), "records/1");
  EXPECT_EQ(russia.regime(), "RUSSIA-EO14024");
  EXPECT_EQ(russia.effect(), v1::MEASURE_EFFECT_INFO_ONLY);
  EXPECT_EQ(FormatDate(russia.decided_on()), "2022-02-24");
  EXPECT_EQ(FormatDate(russia.in_force().from()), "2022-03-26");
  EXPECT_FALSE(Get("entry|1|UKRAINE-EO13662").legal_measure().has_in_force());

  EXPECT_EQ(Party("2").kind(), v1::PARTY_KIND_PERSON);
  EXPECT_EQ(FormatDate(Party("2").founded()), "1962");
  // A place that is no country stays readable.
  EXPECT_EQ(Party("2").addresses(0).country(), "");
  EXPECT_EQ(Party("2").addresses(0).lines(0), "Region: Sample");
  EXPECT_EQ(Party("3").kind(), v1::PARTY_KIND_VESSEL);
  EXPECT_EQ(Party("3").identifiers(0).scheme(), "IMO");
}

TEST_F(OfacCsvTest, TheOrderOfFilesDoesNotMatter) {
  ASSERT_EQ(Read({kEntries, kAliases, kAddresses, kComments}), absl::OkStatus());
  const std::vector<v1::Record> first = sink_.records;
  ASSERT_EQ(Read({kComments, kAddresses, kAliases, kEntries}), absl::OkStatus());
  ASSERT_EQ(sink_.records.size(), first.size());
  for (size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(sink_.records[i].SerializeAsString(), first[i].SerializeAsString());
  }
}

TEST_F(OfacCsvTest, AFileThatIsMissingIsNotTakenForNoAliases) {
  for (const std::vector<std::string>& texts : {std::vector<std::string>{kEntries},
                                                {kEntries, kAliases},
                                                {kEntries, kAddresses},
                                                {kAliases, kAddresses, kComments}}) {
    const absl::Status read = Read(texts);
    EXPECT_EQ(ReasonOf(read), v1::ERROR_REASON_MISSING_FILE) << read;
    EXPECT_TRUE(sink_.records.empty());
  }
  const absl::Status other = Read({kEntries, kAliases, kAddresses, "a,b,c\n"});
  EXPECT_EQ(ReasonOf(other), v1::ERROR_REASON_MISSING_COLUMN);
  EXPECT_THAT(std::string(other.message()), HasSubstr("f3:1: the first row has 3 columns"));
}

TEST_F(OfacCsvTest, RowsThatCannotBeReadAreRefused) {
  const std::string entries =
      "-0- ,\"A\",-0- ,\"X\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n"
      "7,-0- ,-0- ,\"X\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n"
      "8,\"B\"\r\n"
      "9,\"C\",-0- ,\"X\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n";
  ASSERT_EQ(Read({entries, kAliases, "9,1,-0- ,\"Town\",-0- ,-0- \r\n"}), absl::OkStatus());
  EXPECT_EQ(sink_.records.size(), 2u);
  ASSERT_EQ(sink_.refused.size(), 5u);
  EXPECT_EQ(sink_.refused[0].second.reason, v1::ERROR_REASON_ROW_KEY_MISSING);
  EXPECT_EQ(sink_.refused[1].second.column, "SDN_Name");
  EXPECT_EQ(sink_.refused[2].second.reason, v1::ERROR_REASON_ROW_COLUMNS);
  // Aliases of an entry that there is not, in order.
  EXPECT_THAT(sink_.refused[3].second.message, HasSubstr("no entry 1"));
  EXPECT_EQ(sink_.refused[3].first, 1u);
  EXPECT_EQ(sink_.refused[4].first, 2u);
  EXPECT_EQ(sink_.raw[4], "1,11,\"fka\",\"OLD KILN\",-0- ");
}

class RealOfacList : public OfacCsvTest {
 protected:
  void SetUp() override {
    for (const char* name :
         {"cons_alt.csv", "cons_prim.csv", "cons_comments.csv", "cons_add.csv"}) {
      PROBITY_NEEDS_SHARED(path, std::string("ofac-cons/") + name);
      files_.push_back({path, name, v1::FILE_ROLE_DATA});
    }
  }
  std::vector<InputFile> files_;
};

TEST_F(RealOfacList, GivesAllItsNamesAddressesAndNumbers) {
  ASSERT_EQ(workshop_.Read("ofac-csv", files_, &sink_), absl::OkStatus());
  EXPECT_TRUE(sink_.refused.empty());
  std::map<std::string, int> counts;
  std::set<std::string> keys;
  for (v1::Record& record : sink_.records) {
    EXPECT_TRUE(keys.insert(record.key()).second) << record.key();
    const Validation validation = NormalizeAndValidate(workshop_.tables(), &record);
    EXPECT_TRUE(validation.faults.empty()) << record.key();
    EXPECT_TRUE(validation.warnings.empty()) << record.key();
    counts[record.has_supplier() ? "parties" : "entries"]++;
    counts["founded"] += record.supplier().has_founded();
    for (const v1::Name& name : record.supplier().names()) {
      counts[v1::NameType_Name(name.type())]++;
    }
    for (const v1::Identifier& id : record.supplier().identifiers()) counts[id.scheme()]++;
    for (const v1::Address& address : record.supplier().addresses()) {
      counts[address.country().empty() ? "without country" : "with country"]++;
    }
    counts["in force from"] += record.legal_measure().in_force().has_from();
  }
  const std::map<std::string, int> expected = {{"parties", 442},
                                               {"entries", 534},
                                               {"NAME_TYPE_LEGAL_NAME", 442},
                                               {"NAME_TYPE_AKA_STRONG", 932},
                                               {"NAME_TYPE_FKA", 141},
                                               {"NAME_TYPE_AKA_WEAK", 72},
                                               {"RU-OGRN", 238},
                                               {"RU-INN", 214},
                                               {"CN-SAIC", 58},
                                               {"XI-LEI", 15},
                                               {"HK-CR", 2},
                                               {"with country", 520},
                                               {"without country", 2},
                                               {"founded", 74 + 28},
                                               {"in force from", 94}};
  EXPECT_EQ(counts, expected);
}

}  // namespace
}  // namespace probity::ingest
