// ocds-json: parties and award suppliers, repeated parties, and the sample packages.
#include "base/errors.h"
#include "gmock/gmock.h"
#include "ingest/testing.h"

namespace probity::ingest {
namespace {

using testing::CollectingSink;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using testing::Workshop;

CollectingSink ReadText(const std::string& text) {
  CollectingSink sink = testing::ReadValid("ocds-json", "f.json", text);
  EXPECT_EQ(sink.bytes_read, text.size()) << "the first of two readings is not counted";
  return sink;
}

std::vector<std::string> Keys(const CollectingSink& sink) {
  std::vector<std::string> keys;
  for (const v1::Record& record : sink.records) keys.push_back(record.key());
  return keys;
}

std::string Party(const std::string& number, const std::string& role,
                  const std::string& rest = "") {
  return "{\"id\":\"GB-COH-" + number + "\",\"name\":\"Invented " + number +
         "\",\"identifier\":{\"scheme\":\"GB-COH\",\"id\":\"" + number + "\"},\"roles\":[\"" +
         role + "\"]" + rest + "}";
}

std::string Release(const std::string& date, const std::string& parties,
                    const std::string& rest = "") {
  return "{\"ocid\":\"ocds-x-1\",\"date\":\"" + date + "\",\"parties\":[" + parties + "]" + rest +
         "}";
}

TEST(OcdsJson, APartyBecomesASupplier) {
  const CollectingSink sink = ReadText(
      R"({"releases":[{"ocid":"ocds-x-1","parties":[{"id":"a","name":"Invented Mills",
      "identifier":{"scheme":"GB-COH","id":4830352,"legalName":"Invented Mills Ltd"},
      "additionalIdentifiers":[{"scheme":"XI-LEI","id":"529900T8BM49AURSDO55"},
        {"scheme":"","id":"1"},{"scheme":"GB-VAT","id":null}],
      "address":{"streetAddress":"1 Mill Road\n Hall 2","locality":"Leeds","region":"Yorkshire",
        "postalCode":"LS1","countryName":"United Kingdom"},
      "details":{"classifications":[{"scheme":"SIC2007","id":"13100"},{"scheme":"x"}]},
      "roles":["tenderer","supplier"]}]}]})");
  ASSERT_EQ(sink.records.size(), 1u);
  const v1::SupplierRecord& supplier = sink.records[0].supplier();
  EXPECT_EQ(sink.records[0].key(), "GB-COH-4830352");
  EXPECT_EQ(supplier.names(0).text(), "Invented Mills Ltd");
  EXPECT_EQ(supplier.names(0).type(), v1::NAME_TYPE_LEGAL_NAME);
  EXPECT_EQ(supplier.names(1).text(), "Invented Mills");
  EXPECT_EQ(supplier.names(1).type(), v1::NAME_TYPE_TRADING_OR_OPERATING_NAME);
  ASSERT_EQ(supplier.identifiers_size(), 2);
  EXPECT_EQ(supplier.identifiers(0).value(), "04830352");
  EXPECT_EQ(supplier.identifiers(1).scheme(), "XI-LEI");
  EXPECT_THAT(supplier.addresses(0).lines(), ElementsAre("1 Mill Road", "Hall 2"));
  EXPECT_EQ(supplier.addresses(0).city(), "Leeds");
  EXPECT_EQ(supplier.addresses(0).country(), "GB");
  EXPECT_THAT(supplier.sectors(), ElementsAre("SIC2007:13100"));
}

TEST(OcdsJson, OnlyThoseWhoSupplyAreTaken) {
  const CollectingSink sink =
      ReadText("{\"releases\":[" +
               Release("2024-01-01T00:00:00Z",
                       Party("00000001", "buyer") + "," + Party("00000002", "supplier") + "," +
                           Party("00000003", "tenderer") + "," + Party("00000004", "payee") + "," +
                           Party("00000005", "reviewBody") + "," + Party("00000006", "funder"),
                       R"(,"awards":[{"id":"1","suppliers":[{"id":"GB-COH-00000006"},
                  {"id":"GB-COH-00000002"},{"id":"old","name":"Only in the award"}]}])") +
               "]}");
  EXPECT_THAT(Keys(sink),
              UnorderedElementsAre("GB-COH-00000002", "GB-COH-00000003", "GB-COH-00000004",
                                   "GB-COH-00000006", "ocds-x-1|old"));
}

// A supplier stands in each of its releases; the newest one says what it is now.
TEST(OcdsJson, TheNewestMentionOfAPartyIsKept) {
  const auto with = [](const char* city) {
    return Party("00000001", "supplier",
                 absl::StrCat(",\"address\":{\"locality\":\"", city, "\"}"));
  };
  const CollectingSink sink = ReadText(Release("2024-01-01T00:00:00Z", with("First")) + "\n" +
                                       Release("2024-03-01T00:00:00+02:00", with("Newest")) + "\n" +
                                       Release("2024-02-29T21:59:59Z", with("A second older")) +
                                       "\n" + Release("", with("Undated")));
  ASSERT_EQ(sink.records.size(), 1u);
  EXPECT_EQ(sink.records[0].supplier().addresses(0).city(), "Newest");
  EXPECT_EQ(sink.lines[0], 2u);
}

TEST(OcdsJson, OfOneInstantTheLastMentionIsKept) {
  const std::string party = Party("00000001", "supplier");
  const CollectingSink sink = ReadText(Release("2024-01-01T00:00:00Z", party) + "\n" +
                                       Release("2024-01-01T00:00:00Z", party + "," + party));
  EXPECT_THAT(sink.lines, ElementsAre(2u));
}

struct Container {
  const char* name;
  std::string text;
};

class ContainerTest : public ::testing::TestWithParam<Container> {};

TEST_P(ContainerTest, GivesTheSameSupplier) {
  EXPECT_THAT(Keys(ReadText(GetParam().text)), ElementsAre("GB-COH-00000001"));
}

const std::string kRelease = Release("2024-01-01T00:00:00Z", Party("00000001", "supplier"));

INSTANTIATE_TEST_SUITE_P(
    All, ContainerTest,
    ::testing::Values(
        Container{"ReleasePackage", "{\"uri\":\"x\",\"releases\":[" + kRelease + "]}"},
        Container{"Lines", kRelease + "\n"},
        Container{"RecordPackage",
                  "{\"records\":[{\"ocid\":\"o\",\"compiledRelease\":" + kRelease + "}]}"},
        Container{"RecordWithReleases",
                  "{\"records\":[{\"ocid\":\"o\",\"releases\":[" + kRelease + "]}]}"},
        Container{"RecordWithBoth",
                  "{\"records\":[{\"releases\":[{\"url\":\"x\"}],\"ocid\":\"o\","
                  "\"compiledRelease\":" +
                      kRelease + "}]}"},
        Container{"LinesOfRecords", "{\"ocid\":\"o\",\"compiledRelease\":" + kRelease + "}\n"},
        Container{"List", "[" + kRelease + "]"}),
    [](const auto& test) { return test.param.name; });

TEST(OcdsJson, AnUnknownSchemeIsAWarning) {
  const CollectingSink sink = ReadText(
      R"({"ocid":"o","parties":[{"id":"1","name":"Invented","roles":["supplier"],
          "identifier":{"scheme":"Handelsregister","id":"HRB 1"}}]})");
  ASSERT_EQ(sink.records.size(), 1u);
  EXPECT_EQ(sink.records[0].key(), "HANDELSREGISTER-HRB 1");
  EXPECT_THAT(sink.records[0].supplier().identifiers(), IsEmpty());
  ASSERT_EQ(sink.warned.size(), 1u);
  EXPECT_EQ(sink.warned[0].second.reason, v1::ERROR_REASON_ROW_UNKNOWN_SCHEME);
  EXPECT_THAT(sink.warned[0].second.message, HasSubstr("HANDELSREGISTER"));
}

TEST(OcdsJson, RefusesWhatIsNoReleaseAndGoesOn) {
  const CollectingSink sink = ReadText(
      "{\"releases\":[{\"id\":1},\n{\"ocid\":\"o\",\"parties\":\"none\"},\n"
      "{\"ocid\":\"o\",\"parties\":[7]},\n{\"ocid\":\"o\",\"awards\":[null]},\n"
      "{\"ocid\":\"o\",\"parties\":[{\"name\":\"No id\",\"roles\":[\"supplier\"]}]},\n" +
      kRelease + "]}");
  std::vector<std::pair<uint64_t, std::string>> refused;
  for (const auto& [line, fault] : sink.refused) refused.emplace_back(line, fault.column);
  EXPECT_THAT(refused,
              ElementsAre(std::pair(1u, "ocid"), std::pair(2u, "parties"), std::pair(3u, "parties"),
                          std::pair(4u, "parties"), std::pair(5u, "parties.id")));
  EXPECT_THAT(Keys(sink), ElementsAre("GB-COH-00000001"));
}

// Suppliers and tenderers of a real file; its numbers are as its publisher wrote them.
std::vector<std::string> KeysOfFile(const std::string& path) {
  Workshop workshop;
  CollectingSink sink;
  EXPECT_EQ(workshop.Read("ocds-json", {{path, "f.json"}}, &sink), absl::OkStatus());
  EXPECT_THAT(sink.refused, IsEmpty());
  return Keys(sink);
}

TEST(OcdsJson, TheStandardsExamplePackage) {
  PROBITY_NEEDS_SHARED(path, "ocds/example_release_package.json");
  EXPECT_THAT(KeysOfFile(path), ElementsAre("GB-COH-1234567844"));
}

TEST(OcdsJson, TheSampleOfAnAward) {
  PROBITY_NEEDS_SHARED(path, "ocds-sample/award.json");
  EXPECT_THAT(KeysOfFile(path), ElementsAre("GB-COH-11111111.0", "GB-COH-22222222.0"));
}

}  // namespace
}  // namespace probity::ingest
